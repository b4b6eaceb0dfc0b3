"""Columns under one header in several tables of a workbook: certain codes in one of them are codes in the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.evidence.weights import SURE
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import lexicon

ToldTable = tuple[Grid, Block, list[Column]]
"""A table with its columns, as they tell what they are by themselves."""

_CODES: Final = ("programme_code", "unit_code", "account_code")
_MONEY: Final = ("amount", "total", "change", "memo")


def share_codes(tables: Sequence[ToldTable]) -> list[list[Column]]:
    """The columns of each table, those that may be money or codes told to be codes where their header stands over codes
    for certain in another table, as long as theirs, and over money for certain in none.
    """
    coded: dict[str, tuple[ToldTable, Column]] = {}
    money: set[str] = set()
    for table in tables:
        for column in table[-1]:
            header = lexicon.fold_words(column.header)
            if header and column.role in _CODES and column.confidence >= SURE and not column.may_be_money:
                coded.setdefault(header, (table, column))
            elif column.role in _MONEY and column.confidence >= SURE:
                money.add(header)
    known = {header: found for header, found in coded.items() if header not in money}
    return [[_shared(table, column, known) for column in table[-1]] if known else table[-1] for table in tables]


def _shared(table: ToldTable, column: Column, known: dict[str, tuple[ToldTable, Column]]) -> Column:
    doubtful = column.role in (*_MONEY, *_CODES) and column.confidence < SURE
    if not doubtful and not (column.role in _CODES and column.may_be_money):
        return column
    other, code = known.get(lexicon.fold_words(column.header), (table, column))
    if code is column or not _lengths(table, column) <= _lengths(other, code):
        return column
    evidence = f"codes, as they are under the same header in {other[0].name!r}"
    return Column(column.index, column.header, code.role, SURE, evidence)


def _lengths(table: ToldTable, column: Column) -> set[int]:
    """How many digits the numbers of a column have; those of no whole number are none that codes have."""
    grid, block, _ = table
    numbers = grid.numbers[block.data, column.index]
    numbers = np.abs(numbers[np.isfinite(numbers)])
    return {len(str(int(n))) if n == int(n) else -1 for n in np.unique(numbers).tolist()}
