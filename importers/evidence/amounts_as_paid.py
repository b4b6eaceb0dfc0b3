"""Amounts in the currency in which each was paid, beside the same in the government's own: where a column of currencies
says the government's, the two are the same.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.evidence.row_dimensions import find_dimension
from importers.structure.block import Block
from importers.structure.grid import Bools, Grid
from importers.words import lexicon

_FEWEST: Final = 2
_SAME: Final = 0.95
_ORIGINAL: Final = re.compile(r"\b(original|foreign|local|invoiced?|source)\b", re.IGNORECASE)


def set_aside_as_paid(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns without amounts in the currency in which they were paid, where another states them in the
    government's: the two are the same in its rows alone, and the header tells which is which.
    """
    amounts = amounts_of(columns)
    changed: dict[int, Column] = {}
    if len(amounts) < _FEWEST:
        return columns
    for column in columns:
        found = find_dimension(grid, block, column.index, column.header) if column.index in block.labels else None
        if found is None or found.role != "currency":
            continue
        words = grid.said(block.data, column.index)
        home = np.array([found.meant.get(word, "") in ("", grid.terms.currency.code) for word in words], dtype=bool)
        for one in amounts:
            same = [other for other in amounts if _is_the_same(grid, block, home, one, other)]
            if same and (_names_currency(one, column) or any(_is_at_home(grid, other, one) for other in same)):
                changed[one.index] = set_aside(one, _PAID_IN.format(column.letter))
    return with_changed(columns, changed) if len(changed) < len(amounts) else columns


_PAID_IN: Final = "in the currency that column {} says of each row"


def says_paid_in(amount: Column, currency: Column) -> bool:
    """Whether a column of amounts was set aside as being in the currencies that another column says."""
    return amount.evidence == _PAID_IN.format(currency.letter)


def _names_currency(amount: Column, currency: Column) -> bool:
    """Whether the header of amounts says that they are in the currency that another column says, or as first paid."""
    said, own = (set(lexicon.fold_words(each.header).split()) for each in (currency, amount))
    return bool(_ORIGINAL.search(amount.header)) or (len(said) > 1 and said <= own)


def _is_at_home(grid: Grid, one: Column, other: Column) -> bool:
    """Whether the header of one column alone says the government's currency."""
    code = grid.terms.currency.code
    return one.unit is not None and one.unit.currency == code and (other.unit is None or not other.unit.currency)


def _is_the_same(grid: Grid, block: Block, home: Bools, one: Column, other: Column) -> bool:
    """Whether two columns are the same in the rows of the government's currency, and in few others."""
    a, b = (np.nan_to_num(grid.numbers[block.data, c.index]) for c in (one, other))
    said = (a != 0) & (b != 0)
    inside, outside = (np.abs(a - b)[said & rows] <= _NEAR for rows in (home, ~home))
    return len(inside) >= _FEWEST and len(outside) >= _FEWEST and inside.mean() >= _SAME and outside.mean() < 1 - _SAME


_NEAR: Final = 0.011
