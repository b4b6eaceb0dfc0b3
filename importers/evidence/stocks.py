"""Balances at two dates and what led from one to the other: what is held is no money that is spent or received."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from importers.evidence.column import Column
from importers.evidence.column_nets import side_of
from importers.evidence.derived_columns import set_aside, with_changed

_STOCK: Final = re.compile(
    r"\b(balances?|outstanding|opening|closing|carried forward|brought forward|[bc]\W?f(wd)?|reserves? at"
    r"|saldo (inicial|final)|(anfangs|schluss|end)bestand|stand (am|per))\b",
    re.IGNORECASE,
)


_BUDGET: Final = re.compile(r"\b(opening|closing) (budgets?|estimates?|appropriations?)\b", re.IGNORECASE)
"""A budget at the beginning and at the end of a year is to be spent, and nothing held."""


_PAID_AND_LEFT: Final = 2


def says_stock(header: str) -> bool:
    """Whether a header says that its amounts are held or owed at a day, such as "Outstanding 31 March"."""
    return bool(_STOCK.search(_BUDGET.sub(" ", header)))


def set_aside_stocks(columns: list[Column]) -> list[Column]:
    """The columns without balances that others lead to from earlier ones, and without those that only do so: what is
    paid, such as principal, is a part of another total or names its flow.
    """
    columns = _without_what_is_left(columns)
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
    return with_changed(columns, changed)


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
