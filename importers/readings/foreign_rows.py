"""What columns and headings say of rows: credits, changes that are made of other rows, and other currencies."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from budget_align.core.values.money import Unit, currency_of_symbol
from importers.evidence.amounts_as_paid import says_paid_in
from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.label_columns import says_made_of_others
from importers.evidence.row_dimensions import DERIVED, find_dimension
from importers.evidence.row_units import read_row_unit
from importers.readings.credits import take_off_credits
from importers.readings.table import Table
from importers.words import lexicon
from importers.words.unit_words import find_unit

_HEADING_LENGTH: Final = 120
"""A longer text between rows names no currency of theirs."""


def set_by_columns(table: Table, decisions: Decisions) -> frozenset[int]:
    """Takes off what rows call credits, sets aside what is in another currency, and gives back the rows whose own words
    say that they are made of others.
    """
    grid, data = table.grid, table.block.data
    left = _made_of_others(table)
    for column in [*table.of_role("side", "flow"), *_currencies_of_amounts(table)]:
        dimension = find_dimension(grid, table.block, column.index, column.header)
        if dimension is None:
            continue
        meant = [dimension.meant.get(grid.vocabulary[code], "") for code in grid.codes[data, column.index].tolist()]
        if column.role == "side":
            take_off_credits(table, column, meant, decisions)
        elif column.role == "flow":
            left |= {place for place, said in enumerate(meant) if said == DERIVED}
        else:
            home = grid.terms.currency.code
            table.foreign |= {place: said for place, said in enumerate(meant) if said and said != home}
    _set_aside_units(table)
    _set_aside_symbols(table)
    _set_aside_under_currencies(table)
    money = [c.index for c in table.of_role("amount", "memo")]
    said = {place for place in range(len(data)) if table.stated[place, money].any()} if table.foreign else set()
    if said and said <= set(table.foreign):
        code = max(set(table.foreign.values()), key=list(table.foreign.values()).count)
        unit = Unit(code, table.context.unit.multiplier)
        table.context = replace(table.context, unit=unit)
    else:
        left |= set(table.foreign)
    return frozenset(left)


def _currencies_of_amounts(table: Table) -> list[Column]:
    """The columns of currencies that speak of the amounts that count: each speaks of the column of numbers whose header
    it shares words with, else where there are several of the one that it stands next to.
    """
    columns = table.of_role("currency")
    counted = {column.index for column in table.of_role("amount", "memo")}
    numbers = [c for c in table.columns if c.index in table.block.values and c.role not in ("measure", "change")]
    if not numbers:
        return columns

    def speaks(column: Column) -> bool:
        if any(says_paid_in(c, column) for c in table.columns):
            # It speaks of what was paid, and not of the same in the government's currency.
            return False
        words = set(lexicon.fold_words(column.header).split())
        shared = {c.index: len(words & set(lexicon.fold_words(c.header).split())) for c in numbers}
        closest = max(shared, key=lambda index: (shared[index], -abs(index - column.index)))
        return closest in counted or (len(columns) == 1 and not shared[closest])

    return [column for column in columns if speaks(column)]


def _made_of_others(table: Table) -> set[int]:
    """The rows that a column of stages or versions calls changes or shares, such as "Variance" and "% spent"."""
    left: set[int] = set()
    for column in table.of_role("stage"):
        texts = table.block.texts(table.grid, column.index, with_numbers=False)
        made = np.array([says_made_of_others(word) for word in texts.words], dtype=bool)
        left |= set(np.flatnonzero(made[texts.codes]).tolist()) if not made.all() else set()
    return left


def _set_aside_units(table: Table) -> None:
    """Rows whose unit, as a column of units says it, is one of another currency: "EUR thousand" among "GBP"."""
    grid, data, home = table.grid, table.block.data, table.grid.terms.currency
    for column in table.of_role("row_unit"):
        texts = table.block.texts(grid, column.index, with_numbers=False)
        for place, said in enumerate(texts.all_said(range(len(data)))):
            unit, _ = read_row_unit(grid, column, said)
            if unit is not None and unit.currency not in ("", home.code):
                table.foreign[place] = unit.currency


def _set_aside_symbols(table: Table) -> None:
    """Rows whose amounts carry the symbol of another currency than the others of their column."""
    grid, data, home = table.grid, table.block.data, table.grid.terms.currency
    for column in table.of_role("amount", "memo"):
        said = grid.symbol_of[data, column.index]
        for place in np.flatnonzero(said).tolist():
            code = currency_of_symbol(grid.symbols[int(said[place])], home)
            if code and code != home.code:
                table.foreign[place] = code


def _set_aside_under_currencies(table: Table) -> None:
    """Rows under a heading that names another currency than the government's, up to the next heading that names one."""
    home = table.grid.terms.currency
    named: list[tuple[int, str]] = []
    for row in table.block.headings:
        said = [table.grid.text(row, c) for c in table.block.columns if table.grid.text(row, c)]
        units = [unit for text in said if len(text) <= _HEADING_LENGTH and (unit := find_unit(text, home))]
        named += [(row, unit.currency) for unit in units[:1] if unit.currency]
    if len({code for _, code in named}) < 2:
        return
    for (row, code), (after, _) in pairwise([*named, (int(table.block.body[-1]) + 1, "")]):
        if code != home.code:
            for place in range(table.place_of(row), table.place_of(after)):
                table.foreign[place] = code
