"""Entries of a list: rows that each say as much as the others, so that none of them states what others come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.columns import IDENTIFIES
from importers.readings.table import Table
from importers.structure.grid import Bools

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


_USUAL: Final = 0.9
"""Nearly all rows of a list fill a column of what each entry says."""


def find_entries(table: Table) -> Bools:
    """The rows of data that have a day or the number of a paper of their own and all else that nearly every row says, a
    reference or a name: so a payment is written, and no total of several, whatever the one who is paid is called.
    """
    grid, rows = table.grid, table.block.data
    none = np.zeros(len(rows), dtype=bool)
    said = [c.index for c in table.columns if c.role not in ("amount", "total", "memo", "change", "measure")]
    filled = grid.filled[np.ix_(rows, np.array(said, dtype=np.int64))]
    usual = [column for column, share in zip(said, filled.mean(axis=0), strict=True) if share >= _USUAL]
    if len(usual) < _LEAST or not any(_says_days(table, column) or _tells_papers(table, column) for column in usual):
        return none
    return np.asarray(grid.filled[np.ix_(rows, np.array(usual))].all(axis=1))


def _says_days(table: Table, column: int) -> bool:
    """Whether a column names a day in each row that fills it, and not the same one in all."""
    words = [word for word in table.block.texts(table.grid, column, with_numbers=True).words if word]
    return len(words) > 1 and bool(table.grid.terms.calendar.years_of_days(words))


def _tells_papers(table: Table, column: int) -> bool:
    """Whether a column holds numbers of papers, such as vouchers: another one in each row."""
    is_identifier = any(c.index == column and c.evidence.startswith(IDENTIFIES) for c in table.columns)
    said = table.block.texts(table.grid, column, with_numbers=True)
    return is_identifier and len(said.used) == len(said.codes)
