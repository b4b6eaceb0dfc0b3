"""Whether a column's marks may part decimals where they were taken for thousands, or the other way round: column, file
and unit decide together.
"""

from __future__ import annotations

from typing import Final, Literal

from budget_align.core.values.usual_marks import usual_mark
from importers.evidence.column import Column
from importers.readings.table import Table

_PRINTED_TO_THE_THOUSAND: Final = 1_000_000
"""From this unit on, three decimals are printed as readily as thousands."""

_DECIMALS_OF_MONEY: Final = 3
"""A currency with fewer has no amount in whole units with so many."""


Proposed = Literal["point", "comma", ""]


def doubtful_mark(table: Table, column: Column) -> Proposed | None:
    """The decimal mark that is proposed for a column where the other one may be meant, empty where neither can be
    proposed; None where there is no doubt.

    Semicolons part the columns of texts where commas part decimals, and commas where points do. Thousands are written
    of single units, whose third decimal no currency has but a few, more than of millions.
    """
    grid = table.grid
    doubt = grid.doubtful_marks.get(column.index)
    currency = grid.terms.currency
    usual, scale = usual_mark(currency.code), (column.unit or table.context.unit).multiplier
    if doubt == "few":
        return "comma" if scale == 1 and currency.digits < _DECIMALS_OF_MONEY else None
    if doubt == "grouped":
        parted = grid.parted_by in (";", "\t") or usual == ","
        return "point" if scale > 1 and parted else None
    if doubt == "mixed":
        return ""
    if doubt != "open":
        return None
    if grid.parted_by == ";" and usual == "," and scale < _PRINTED_TO_THE_THOUSAND:
        return None
    if grid.parted_by == "," and usual == ".":
        return None if scale >= _PRINTED_TO_THE_THOUSAND else "point"
    return "comma"
