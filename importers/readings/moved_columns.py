"""Says which columns of a table stand in other places on some of its pages, and that headers told them apart."""

from __future__ import annotations

import numpy as np

from budget_align.core.returns.reading import Finding, Severity
from importers.files.addresses import letter
from importers.readings.table import Table

_NAMED = 3


def find_moved_columns(table: Table) -> list[Finding]:
    """The finding that the columns of a table moved from page to page, at the first row in which they did."""
    grid, rows = table.grid, table.block.data
    if not grid.moved:
        return []
    moved = [int(row) for row in rows[np.isin(rows, list(grid.moved))]]
    columns = [c for c in table.columns if moved and grid.stands(moved[0], c.index) != c.index]
    if not columns:
        return []
    named = [c for c in columns if c.header] or columns
    said = ", ".join(
        f"{c.header!r} in column {letter(grid.stands(moved[0], c.index))}, not {c.letter}" for c in named[:_NAMED]
    )
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return [
        Finding(
            code="columns-moved",
            severity=Severity.INFORMATION,
            sheet=grid.name,
            cell=grid.address(moved[0], columns[0].index),
            message=f"{len(moved)} rows, this one first, stand in other columns than the rest of the table: "
            f"{said}{more}. They are under the same headers in the same order, by which they were read as one table.",
        )
    ]
