"""Days as people write and read them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Final

_WAYS: Final = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%d.%m.%Y")


def read_day(text: str) -> date | None:
    """A whole date, the day before the month; None for nothing.

    Raises:
        ValueError: it is none.

    >>> read_day("30 June 2027") == read_day("30/06/2027") == read_day("2027-06-30") == date(2027, 6, 30)
    True
    """
    said = " ".join(text.split())
    if not said:
        return None
    for way in _WAYS:
        with suppress(ValueError):
            return datetime.strptime(said, way).date()
    raise ValueError(f"{text!r} is no date; write it as 30 June 2027 or 2027-06-30")


def format_day(day: date) -> str:
    """A day as a person says it.

    >>> format_day(date(2027, 6, 30))
    '30 June 2027'
    """
    return f"{day.day} {day:%B %Y}"
