"""Tables beside others whose figures look like codes, being of one length: the other side of an account, say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from importers.evidence.open_columns import are_as_large
from importers.readings.assembly import SheetTables
from importers.readings.table import Table

Places = frozenset[tuple[int, int]]
"""Tables by the places of their sheets and their own on these."""


def find_left_beside(sheets: Sequence[SheetTables]) -> Places:
    """The tables without amounts that stand beside one with amounts, in the same rows, and whose figures right of names
    may be money by how large they are.
    """
    return frozenset(
        (number, place)
        for number, each in enumerate(sheets)
        for place, table in enumerate(each.tables)
        if not table.of_role("amount")
        and any(_stands_beside(table, other) and _is_as_large(table, other) for other in each.tables)
    )


def _stands_beside(table: Table, other: Table) -> bool:
    apart = not set(table.block.columns) & set(other.block.columns)
    shared = np.intersect1d(table.block.data, other.block.data)
    return apart and bool(other.of_role("amount")) and 2 * len(shared) > len(table.block.data)


def _is_as_large(table: Table, other: Table) -> bool:
    first = min(table.block.labels, default=-1)
    open_columns = [c.index for c in table.columns if c.may_be_money and c.index > first >= 0]
    amounts = [other.grid.numbers[other.block.data, c.index] for c in other.of_role("amount")]
    return any(are_as_large(table.grid.numbers[table.block.data, c], amounts) for c in open_columns)
