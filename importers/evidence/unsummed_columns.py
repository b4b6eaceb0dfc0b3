"""Columns that a table's row of totals leaves empty where it sums every other one: rates and prices, whatever they are
called, are not added up.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.structure.grid import Floats, Grid, Ints

_FEWEST_ROWS: Final = 5
_FEWEST_SUMMED: Final = 3
_FILLED: Final = 0.9
_TELLING: Final = 1_000
"""A sum of so few units may be one by chance."""


def set_aside_unsummed(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns without amounts that say nothing of what they are of, are no part of a total across, and that the
    first or last row leaves empty, which holds the sums of all the others.
    """
    totals = [column for column in columns if column.role == "total" and column.parts]
    parts = {part for total in totals for part in total.parts}
    open_ = [c for c in amounts_of(columns) if c.index not in parts and not _is_told(c)]
    if not totals or not open_ or len(rows) <= _FEWEST_ROWS:
        return columns
    summed = sorted({*parts, *(total.index for total in totals)})
    for whole, others in ((rows[-1], rows[:-1]), (rows[0], rows[1:])):
        stated = grid.numbers[whole, summed]
        if len(summed) < _FEWEST_SUMMED or not _are_sums(stated, grid.numbers[np.ix_(others, np.array(summed))]):
            continue
        left = [c for c in open_ if np.isnan(grid.numbers[whole, c.index]) and _is_filled(grid, others, c)]
        evidence = "the row that sums every other column leaves it empty, though all rows have it"
        return with_changed(columns, {c.index: set_aside(c, evidence, "measure") for c in left})
    return columns


def _is_told(column: Column) -> bool:
    said = (column.stage, column.version, column.flow, column.control)
    return column.fiscal_year is not None or any(said) or column.confidence == 1 or column.sign < 0


def _are_sums(stated: Floats, numbers: Floats) -> bool:
    sums = np.nan_to_num(numbers).sum(axis=0)
    near = np.abs(sums - stated) <= 1e-9 * np.abs(np.nan_to_num(numbers)).sum(axis=0) + 0.011 * len(numbers)
    return bool(near.all() and (np.abs(stated) >= _TELLING).all())


def _is_filled(grid: Grid, rows: Ints, column: Column) -> bool:
    return float((np.nan_to_num(grid.numbers[rows, column.index]) != 0).mean()) >= _FILLED
