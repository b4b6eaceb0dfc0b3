"""Balances at two dates and what led from one to the other: what is held is no money that is spent or received."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, product
from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.evidence.column_nets import side_of
from importers.evidence.derived_columns import set_aside, with_changed
from importers.structure.grid import Grid, Ints
from importers.words import lexicon

_STOCK: Final = re.compile(
    r"\b(balances?|outstanding|opening|closing|carried forward|brought forward|[bc]\W?f(wd)?|reserves? at"
    r"|carry[- ]?forward|saldo (inicial|final)|(anfangs|schluss|end)bestand|stand (am|per))\b",
    re.IGNORECASE,
)


_BUDGET: Final = re.compile(r"\b(opening|closing) (budgets?|estimates?|appropriations?)\b", re.IGNORECASE)
"""A budget at the beginning and at the end of a year is to be spent, and nothing held."""


_PAID_AND_LEFT: Final = 2


def says_stock(header: str) -> bool:
    """Whether a header says that its amounts are held or owed at a day, such as "Outstanding 31 March".

    >>> says_stock("Saldo al 31 de diciembre de 2023"), says_stock("Saldo 2023"), says_stock("Closing budget")
    (True, False, False)
    """
    said = _STOCK.search(_BUDGET.sub(" ", header))
    return bool(said or (_DAY.search(header) and any(lexicon.says(meaning, header) for meaning in _LEFT)))


_DAY: Final = re.compile(
    r"\b\d{1,2}(?:[./-]\d{1,2}[./-]|\W{1,2}(?:de )?[^\W\d]{3,12}\W{1,2}(?:de |del )?)(?:19|20)\d\d\b"
)
"""A day, whatever its month is called."""

_LEFT: Final[tuple[lexicon.Meaning, ...]] = ("result", "commitment")


def set_aside_stocks(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns without balances that others lead to from earlier ones, and without those that only do so: what is
    paid, such as principal, is a part of another total or names its flow.
    """
    columns = _without_what_is_left(_without_balances(grid, rows, columns))
    by_index = {column.index: column for column in columns}
    stocks = {
        column.index
        for column in columns
        if column.role in ("amount", "total") and column.confidence < 1 and says_stock(column.header)
    }
    led = [column for column in columns if column.index in stocks and stocks.intersection(column.parts)]
    bridged = _between_dates(columns, stocks)
    if not led and not bridged:
        return columns
    evidence = "a balance, which others lead to from that of another time"
    changed = {index: set_aside(by_index[index], evidence, "change") for index in stocks}
    changed |= {column.index: replace(column, role="amount") for column in bridged if side_of(column)}
    elsewhere = {part for c in columns if c.role == "total" and c.index not in stocks for part in c.parts}
    for column in led:
        for part in column.parts:
            step = by_index[part]
            if part not in stocks | elsewhere and step.role == "amount" and not side_of(step):
                changed[part] = set_aside(step, f"it leads to the balance in column {column.letter}", "change")
    told = with_changed(columns, changed)
    # What is called a balance is the amount where a table states nothing else.
    return told if any(column.role == "amount" for column in told) else columns


def _without_balances(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns without two balances of which the second is, in every row, the first with some of the amounts between
    them added or taken off; what moves them is of the year at whose end the second stands. What only leads there both
    ways, and names no flow, is none of the year's money either.
    """
    amounts = [c for c in columns if c.role in ("amount", "total") and c.confidence < 1]
    parts = {part for column in columns if column.role == "total" for part in column.parts}
    changed: dict[int, Column] = {}
    for first, last in pairwise([c for c in amounts if says_stock(c.header)]):
        between = [c for c in amounts if first.index < c.index < last.index]
        signs = _signs(grid, rows, first, between, last) if 0 < len(between) <= _MOST_MOVES else ()
        if not signs:
            continue
        evidence = "a balance, from which what stands between them leads to another"
        changed |= {c.index: set_aside(c, evidence, "change") for c in (first, last)}
        for sign, move in zip(signs, between, strict=True):
            year = last.fiscal_year if move.fiscal_year is None else move.fiscal_year
            told = side_of(move) or move.index in parts or not sign or len(set(signs) - {0}) == 1
            evidence = f"it leads to the balance in column {last.letter}"
            changed[move.index] = replace(move, fiscal_year=year) if told else set_aside(move, evidence, "change")
    return with_changed(columns, changed)


def _signs(grid: Grid, rows: Ints, first: Column, between: list[Column], last: Column) -> tuple[int, ...]:
    """How each of some columns leads from the first to the last in every row: 1 added, -1 taken off, 0 not at all;
    nothing where they do not.
    """
    numbers = np.nan_to_num(grid.numbers[np.ix_(rows, np.array([c.index for c in (first, *between, last)]))])
    moved = numbers[:, -1] - numbers[:, 0]
    close = 1e-9 * np.abs(numbers).sum(axis=1) + 0.011
    if ((moved != 0) & (numbers != 0).all(axis=1)).sum() < _FEWEST_ROWS:
        return ()
    # The fewest moves that lead there: a total of several says the same as these.
    ways = sorted(filter(any, product((0, 1, -1), repeat=len(between))), key=lambda way: sum(map(abs, way)))
    return next((way for way in ways if (np.abs(numbers[:, 1:-1] @ np.array(way) - moved) <= close).all()), ())


_MOST_MOVES: Final = 5
_FEWEST_ROWS: Final = 3


def _without_what_is_left(columns: list[Column]) -> list[Column]:
    """The columns with an amount told as no total where what was paid of it, and last what is outstanding, stand right
    of it and make it up: an award, what the grantee had, and what is left.
    """
    by_index = {column.index: column for column in columns}
    changed: dict[int, Column] = {}
    for total in columns:
        parts = [by_index[part] for part in total.parts]
        if total.role != "total" or len(parts) != _PAID_AND_LEFT or not total.index < parts[0].index:
            continue
        paid, left = parts
        if says_stock(left.header) and not says_stock(paid.header) and not says_stock(total.header):
            changed[total.index] = replace(total, role="amount", parts=())
            changed[left.index] = set_aside(left, f"what is left of column {total.letter}", "change")
    return with_changed(columns, changed)


def _between_dates(columns: list[Column], stocks: set[int]) -> list[Column]:
    """The columns between two balances that were told to lead from one to the other, and from one year to the next."""
    told: list[Column] = []
    for first, last in pairwise(sorted(stocks)):
        between = [column for column in columns if first < column.index < last]
        if all(column.role == "change" and not column.nets for column in between):
            told += between
    return told
