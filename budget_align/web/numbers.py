"""Whole numbers that an address or a form gives, which may be anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from werkzeug.routing import IntegerConverter

LARGEST: Final = 2**63 - 1
"""What a database can hold as a number."""

MOST_COMPARED: Final = 4
"""Scenarios that one page sets side by side."""


def read_whole(text: str, most: int = 999_999_999) -> int | None:
    """A whole number as it is written in digits; None where the text is none, or is larger than any that is meant.

    >>> read_whole("12"), read_whole("²"), read_whole("9" * 5000), read_whole("-1"), read_whole("")
    (12, None, None, None, None)
    """
    if not re.fullmatch(r"[0-9]{1,19}", text):
        return None
    number = int(text)
    return number if number <= most else None


def read_few(said: Iterable[str], most: int) -> list[int]:
    """The first few of many numbers, each once: what a page shows, what is asked whether one may see it, and no more.

    >>> read_few(["3", "x", "3", "1", "2"], 2)
    [3, 1]
    """
    found = (read_whole(each, LARGEST) for each in said)
    return list(dict.fromkeys(each for each in found if each is not None))[:most]


class DatabaseNumber(IntegerConverter):
    """A number in an address: no page is there for one that no database can hold."""

    regex = r"[0-9]{1,19}"

    def __init__(self, map: object, *args: object, **how: object) -> None:
        super().__init__(map, max=LARGEST)  # type: ignore[arg-type]  # werkzeug hands its own map on
