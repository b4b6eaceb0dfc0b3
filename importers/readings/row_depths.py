"""How deep the rows of an outline stand: by columns of labels a level each, or by how much a label is set in."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from importers.readings.table import Table
from importers.structure.grid import Bools, Ints
from importers.words import row_words

_BESIDE_OUTLINES: Final = 2

_OUTLINED: Final = 0.95
"""From this share of rows that fill the label columns of an outline on, a table is one."""

_LEVELLED: Final = 0.75
"""From this share of rows that fill some of its columns on, a table may be an outline."""

_NO_LEVEL: Final = -2


def find_depths(table: Table) -> dict[int, int]:
    """How deep each row stands in an outline that has a column of labels a level, by row: rows fill the first columns
    up to their own level, or the one column of their level alone. None where rows do otherwise.
    """
    first = min((c.index for c in table.of_role("amount", "total")), default=0)
    # Numbers that are no money may be codes, though they count up.
    counted = [c.index for c in table.columns if c.role == "unused" and c.index in table.block.values]
    coded = [*counted, *(c.index for c in table.columns if c.role.endswith("_code"))]
    naming = [c.index for c in table.columns if c.index in (*table.block.labels, *coded) and c.index < first]
    rows = np.delete(table.block.data, sorted(table.shares))
    if table.grid.indents:
        # Labels that are set in tell it themselves, unless codes do that name all rows but those at the foot.
        naming = [c for c in naming if c in coded]
    if len(naming) < 2 or len(rows) < 4:
        return {}
    at = np.ix_(rows, np.array(naming))
    filled = np.where(np.isin(naming, coded), table.grid.filled[at], table.grid.worded[at])
    # Columns beside the outline, such as codes or dates of its lines, are tried without.
    for dropped in range(min(len(naming) - 1, _BESIDE_OUTLINES + 1)):
        for kept in combinations(range(len(naming)), len(naming) - dropped):
            # Rows that no code names stand above them; rows without any words stand nowhere.
            levelled = _LEVELLED if all(naming[column] in coded for column in kept) else _OUTLINED
            depths = _depths_of(filled[:, list(kept)], levelled)
            if depths is not None:
                return _with_tops(table, dict(zip(rows.tolist(), depths.tolist(), strict=True)))
    return {}


def _with_tops(table: Table, depths: dict[int, int]) -> dict[int, int]:
    """The depths of an outline, whose rows without any code stand above all others, unless they are called totals."""
    labels = table.labels
    tops = {
        row
        for row, depth in depths.items()
        if depth == _NO_LEVEL and not row_words.says_total(labels.said(table.place_of(row)))
    }
    if not tops:
        return {row: depth for row, depth in depths.items() if depth >= 0}
    return {row: 0 if row in tops else max(depth, 0) + 1 for row, depth in depths.items()}


def _depths_of(filled: Bools, levelled: float) -> Ints | None:
    """How deep each row stands where rows fill the first columns up to their level, or that of their level alone; -1
    for the few that do neither, and -2 for those that fill none. None where most do neither, or all stand equally deep.
    """
    count = filled.sum(axis=1)
    if count.min() == count.max() > 1:
        # Rows that fill equally many columns all stand equally deep.
        return None
    some = count > 0
    if some.mean() < levelled:
        return None
    prefix = (count > 0) & (np.cumprod(filled, axis=1).sum(axis=1) == count)
    alone = count == 1
    for fits, depth in ((prefix, count - 1), (alone, filled.argmax(axis=1))):
        sizes = np.bincount(depth[fits])
        sizes = sizes[sizes > 0]
        if filled.shape[1] > 1 and fits[some].mean() > _OUTLINED and len(sizes) > 1 and sizes.min() * 50 > sizes.max():
            return np.where(fits, depth, np.where(some, -1, _NO_LEVEL)).astype(np.int64)
    return None


def indent_of(table: Table, row: int, depths: dict[int, int]) -> int:
    """By how much the label of a row is set in."""
    if depths:
        return depths.get(row, 0)
    if not table.grid.indents:
        return 0
    columns = table.of_role("programme", "unit", "account", "body")
    return max((table.grid.indents.get((row, column.index), 0) for column in columns), default=0)
