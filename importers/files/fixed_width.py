"""Columns that begin in the same place of every line, parted by blanks, as mainframes and databases print tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_GAP: Final = re.compile(r"\S {2,}(?=\S)")
_RULE: Final = re.compile(r"^\s*[-=_]{2,}(?: +[-=_]{2,})+\s*$")
"""A line of dashes that shows where each column begins and ends."""

_WITHIN_NUMBER: Final = re.compile(r"(?<=\d)[,;](?=\d{3}(?!\d))")
_MARKS: Final = re.compile(r"[;|\t]|,(?! )")
_SELDOM: Final = 0.1
_TRIED: Final = 2_000

_LONGEST_LINE: Final = 2_000
_FEWEST: Final = 3
_SHARE: Final = 0.6
"""From this share of lines on that are parted by blanks, the text is a table of them."""


def find_places(text: str) -> list[tuple[int, int]] | None:
    """Where each column begins and ends, in characters; None where the text is parted otherwise.

    What parts the columns is blank in every line of the table. A line without a gap, such as a title, is none of its
    lines. Marks that part columns elsewhere stand in numbers alone.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not _may_be(lines[:: max(1, len(lines) // _TRIED)]) or max(map(len, lines)) > _LONGEST_LINE:
        return None
    rule = next((line for line in lines if _RULE.match(line)), None)
    if rule is not None:
        return [(found.start(), found.end()) for found in re.finditer(r"[-=_]+", rule)]
    table = [line for line in lines if _GAP.search(line)]
    filled = 0
    for line in table:
        filled |= int(re.sub(r"\S", "1", line.rstrip()).replace(" ", "0")[::-1] or "0", 2)
    places = [(found.start(), found.end()) for found in re.finditer(r"1+(?:01+)*", bin(filled)[:1:-1])]
    return places if len(places) > 1 else None


def _may_be(lines: Sequence[str]) -> bool:
    """Whether most lines have gaps, and few have marks outside of numbers."""
    if len(lines) < _FEWEST or max(map(len, lines)) > _LONGEST_LINE:
        return False
    if sum(bool(_MARKS.search(_WITHIN_NUMBER.sub("", line))) for line in lines) > _SELDOM * len(lines):
        return False
    return sum(bool(_GAP.search(line)) for line in lines) >= max(_FEWEST, _SHARE * len(lines))


def cut(text: str, places: Sequence[tuple[int, int]]) -> list[list[str]]:
    """The rows of a text by the places of its columns. A line in which words stand across them is left whole in its
    first field, and a line of dashes is left blank.
    """
    rows: list[list[str]] = []
    starts = [0, *(start for start, _ in places[1:])]
    ends = [*starts[1:], None]
    bounds = list(zip(starts, ends, strict=True))
    for line in text.splitlines():
        line = line.rstrip()
        if _RULE.match(line):
            rows.append([])
        elif any(start < len(line) and line[start - 1] != " " and start for start in starts):
            rows.append([line.strip()])
        else:
            rows.append([line[start:end].strip() for start, end in bounds])
    return rows
