"""Numbers that were parted at their own commas, in texts that another program wrote without quotes, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from budget_align.core.values.refusal import RefusedError

_FIRST: Final = re.compile(r"^\s*[-–−+(]{0,2}\s?[£$€]?\s?[-–−(]?\d{1,3}$")
_NEXT: Final = re.compile(r"^\d{3}$")
_LAST: Final = re.compile(r"^\d{3}(?:\.\d+)?\s?[-–−)]?\s*$")
_SPLIT: Final = re.compile("[fn][nl]")

_GROUPS: Final = 5
"""No number of a budget has more groups of three digits."""

_WIDEST: Final = 60
_SHAPES: Final = 2_000
"""Rows of so many shapes are no table of a few columns."""


def join_split_numbers(rows: list[list[str]]) -> list[list[str]]:
    """The rows with the pieces of numbers such as 1,234,500 put together where commas part the columns too.

    That they were parted is told by the whole text: most rows are longer than the header, by pieces of three digits
    that follow figures, and some of these begin with a zero, as no number does.

    Raises:
        RefusedError: numbers were parted, and nothing tells where one ends and the next begins.
    """
    filled = [_length(row) for row in rows]
    if len(set(filled) - {0}) == 1:
        return rows
    shapes = ["" if length > _WIDEST else _shape(row[:length]) for row, length in zip(rows, filled, strict=True)]
    split = [bool(_SPLIT.search(shape)) for shape in shapes]
    first = next((i for i, is_split in enumerate(split) if is_split), len(rows))
    width = max(filled[:first], default=0)
    below = sum(bool(length) for length in filled[first:])
    longer = [i for i in range(first, len(rows)) if split[i] and filled[i] > width]
    if width < 2 or 2 * len(longer) <= below or len({shapes[i] for i in longer}) > _SHAPES:
        return rows
    zero = any(field[0] == "0" for i in longer for field in rows[i] if _LAST.match(field))
    if not zero or len({filled[i] for i in longer}) == 1:
        return rows
    ways = [_ways(shapes[i], width) for i in longer]
    if any(len(way) > 1 for way in ways) or 2 * sum(map(len, ways)) <= len(ways):
        raise RefusedError(
            "not-a-spreadsheet",
            "Commas part both the columns and the thousands of the amounts, so that nobody knows where an amount ends; "
            "send a copy with other marks between the columns, or with quotes around the amounts.",
        )
    joined = list(rows)
    for i, way in zip(longer, ways, strict=True):
        for ends in way:
            joined[i] = [",".join(rows[i][start:end]) for start, end in pairwise((0, *ends))]
    return joined


def _length(row: Sequence[str]) -> int:
    """The fields of a row without the empty ones at its end."""
    return next((i for i in range(len(row), 0, -1) if row[i - 1].strip()), 0)


def _shape(row: Sequence[str]) -> str:
    """What each field may be of a number that is parted: "f" its first piece, "l" its last, "n" any, "x" none."""
    return "".join(
        "n" if _NEXT.match(field) else "f" if _FIRST.match(field) else "l" if _LAST.match(field) else "x"
        for field in row
    )


@lru_cache(maxsize=_SHAPES)
def _ways(shape: str, width: int) -> tuple[tuple[int, ...], ...]:
    """The ways to put the pieces of a row together so that it has so many fields, each as the places where its fields
    end; two at most, since two are too many.
    """
    # For each number of fields, the ways that lead to a place.
    reached: list[dict[int, list[tuple[int, ...]]]] = [{} for _ in range(len(shape) + 1)]
    reached[0][0] = [()]
    for start in range(len(shape)):
        ends = [start + 1]
        while shape[start] in "fn" and ends[-1] < len(shape) and shape[ends[-1]] in "nl" and len(ends) <= _GROUPS:
            ends.append(ends[-1] + 1)
            if shape[ends[-1] - 1] == "l":
                break
        for count, ways in reached[start].items():
            if count == width:
                continue
            for end in ends:
                known = reached[end].setdefault(count + 1, [])
                known += [(*way, end) for way in ways][: 2 - len(known)]
    return tuple(reached[len(shape)].get(width, []))
