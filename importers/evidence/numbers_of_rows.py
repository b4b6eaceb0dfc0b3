"""Numbers left of the labels that number rows: those of lines, which their totals have none of, and of headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.structure.block import Block
from importers.structure.grid import Bools, Grid, Ints, Kind
from importers.words import row_words

_MOST_ROWS: Final = 0.5
_SMALL: Final = 1_000


def leave_totals_blank(grid: Grid, block: Block, column: int, rows: Ints, number: Bools) -> bool:
    """Whether different whole numbers stand in every row but those that are called totals and state other numbers, as
    the codes of lines do, whatever is written above them.
    """
    values = grid.numbers[rows, column][number]
    others = np.array([c for c in block.values if c != column], dtype=np.int64)
    if number.all() or not len(others) or len(np.unique(values)) < len(values) or (values != np.floor(values)).any():
        return False
    totals = rows[~number].tolist()
    stated = (grid.kinds[np.ix_(rows[~number], others)] == Kind.NUMBER).any(axis=1)
    return bool(stated.all()) and all(map(row_words.says_total, _named_by(grid, block, totals)))


def _named_by(grid: Grid, block: Block, rows: Sequence[int]) -> list[str]:
    """What the labels of rows say."""
    return [" ".join(grid.text(row, label) for label in block.labels) for row in rows]


def number_headings(grid: Grid, block: Block, column: int, rows: Ints, number: Bools) -> bool:
    """Whether small whole numbers stand left of names, and in no row in which the columns filled in most rows have
    a number.
    """
    if column > max(block.labels, default=-1):
        return False
    values = grid.numbers[rows, column][number]
    others = [c for c in block.values if c != column]
    there = (
        grid.kinds[np.ix_(rows, np.array(others))] == Kind.NUMBER
        if others and len(values) > 1
        else np.zeros((0, 0), bool)
    )
    mostly = there[:, there.mean(axis=0) >= _MOST_ROWS] if len(there) else there
    if not mostly.size or number.mean() >= 1 - _MOST_ROWS or (values != np.floor(values)).any():
        return False
    return bool((values > 0).all() and (values < _SMALL).all() and not mostly[number].any())
