"""Columns that state how much of one column another is, in per cent, whatever their headers say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.structure.grid import Floats, Grid, Ints

_SURE_OF_PERSON: Final = 1.0
_FEWEST: Final = 5
_NEARLY_ALL: Final = 0.95
_MOST_COLUMNS: Final = 12
_LARGEST: Final = 1_000
"""Nothing is more than ten times of what it is a share of, as a rule."""

_PLACES: Final = 0.051
"""Half of the last place of a percentage with one decimal, and a little for how it was rounded."""


def set_aside_percentages(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns without those that are, in nearly every row, what one column of amounts is of another in per cent."""
    amounts = amounts_of(columns)
    coded = [c for c in columns if c.role.endswith("_code")]
    sought = [c for c in (*amounts, *coded) if c.confidence < _SURE_OF_PERSON]
    may_be = [c for c in sought if _may_be_percentages(grid.numbers[rows, c.index])]
    others = [c for c in amounts if c not in may_be]
    if not may_be or not 1 < len(others) <= _MOST_COLUMNS:
        return columns
    changed: dict[int, Column] = {}
    for column in may_be:
        of = next((pair for pair in permutations(others, 2) if _states_share(grid, rows, column, pair)), None)
        if of is not None:
            evidence = f"what column {of[0].letter} is of column {of[1].letter} in per cent"
            changed[column.index] = set_aside(column, evidence, "measure")
    return with_changed(columns, changed)


def _may_be_percentages(numbers: Floats) -> bool:
    said = np.abs(numbers[~np.isnan(numbers)])
    return len(said) >= _FEWEST and bool(said.max() < _LARGEST)


def _states_share(grid: Grid, rows: Ints, column: Column, of: Sequence[Column]) -> bool:
    own, part, whole = (np.nan_to_num(grid.numbers[rows, c.index]) for c in (column, *of))
    there = (own != 0) & (part != 0) & (whole != 0)
    if there.sum() < _FEWEST or len(np.unique(own[there])) < _FEWEST - 1:
        return False
    shares = 100 * part[there] / whole[there]
    return bool((np.abs(shares - own[there]) <= _PLACES).mean() >= _NEARLY_ALL)
