"""Tells a table that goes on over pages or sheets: the total at its end covers the lines of those before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from budget_align.core.returns.reading import ControlTotal
from importers.evidence.column import Column
from importers.readings.table import Table


def join_continued(tables: Sequence[Table], totals: Sequence[Sequence[ControlTotal]]) -> list[list[ControlTotal]]:
    """Each table's control totals, those that its own lines do not add up to set beside the lines of the tables of the
    same columns before it as well, where these explain them in every column.

    Args:
        tables: in the order of the workbook.
        totals: the control totals of each.
    """
    joined = [list(each) for each in totals]
    for number, table in enumerate(tables):
        open_ones = [total for total in joined[number] if total.whole and not total.reconciled]
        if not open_ones:
            continue
        before: list[Table] = []
        for other in reversed(tables[:number]):
            if not _same_columns(other, table) or any(t.whole and t.reconciled for t in joined[tables.index(other)]):
                break
            before.insert(0, other)
            explained = [_with(total, table, before) for total in open_ones]
            if all(total.reconciled for total in explained):
                by_cell = {total.cell: total for total in explained}
                joined[number] = [by_cell.get(total.cell, total) for total in joined[number]]
                break
    return joined


def _same_columns(one: Table, other: Table) -> bool:
    """Whether two tables have the same columns in the same order, wherever these stand, as from page to page."""
    return _headers(one) == _headers(other)


def _headers(table: Table) -> list[tuple[str, str]]:
    return [(column.header, column.role) for column in table.columns]


def _with(total: ControlTotal, table: Table, before: Sequence[Table]) -> ControlTotal:
    """A control total that covers the lines of other tables too."""
    columns = table.of_role("amount", "total")
    column = next(c for c in columns if table.grid.address(total.row - 1, c.index) == total.cell)
    read, members, rounding = total.read, [*total.members], total.rounding
    place = table.columns.index(column)
    for other in before:
        there = other.columns[place]
        read += _sum_of(other, there)
        rows = range(int(other.block.data[0]), int(other.block.data[-1]) + 1)
        members += [f"{other.grid.name}!{area}" for area in other.grid.ranges(rows, there.index)]
        rounding += (total.rounding // max(1, len(table.line_rows))) * len(other.line_rows)
    return total.model_copy(update={"read": read, "members": tuple(members), "rounding": rounding})


def _sum_of(table: Table, column: Column) -> int:
    parts = list(column.parts) or [column.index]
    rows = table.line_rows[~table.memo_rows]
    return int(table.amounts[np.ix_(rows, np.array(parts))].sum())
