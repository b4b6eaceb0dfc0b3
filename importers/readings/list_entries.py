"""Entries of a list: rows that each say as much as the others, so that none of them states what others come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from importers.readings.table import Table

_SAYS_NOTHING: Final = ("amount", "unused", "note")
_LEAST: Final = 3
"""Rows that each say so many things are entries of a list."""


def is_entry(table: Table, row: int, others: Sequence[int]) -> bool:
    """Whether a row says as much as each of some others, one thing among it that parts these and that some of them say
    too: a total, or what is left, is of none of their kinds.

    Args:
        row, others: rows of the grid.
    """
    grid = table.grid
    said = [c.index for c in table.columns if c.role not in _SAYS_NOTHING]
    said = [column for column in said if grid.filled[[*others, row], column].all()]
    if len(said) < _LEAST:
        return False
    kinds = (set(grid.codes[others, column].tolist()) for column in said)
    own = (int(grid.codes[row, column]) for column in said)
    return any(len(known) > 1 and kind in known for known, kind in zip(kinds, own, strict=True))
