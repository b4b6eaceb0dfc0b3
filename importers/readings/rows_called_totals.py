"""Rows of a list that a column calls totals and others lines, such as "subtotal" and "detail": they state the same
money, wherever they stand.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from importers.evidence.alternatives import listed
from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.structure.grid import Bools, Ints
from importers.structure.texts import Texts
from importers.words import row_words

_WORDS: Final = 8
_EACH: Final = 3
"""A word for a kind of row stands in so many rows, on average."""

_LONGEST: Final = 3
_TELLING: Final = 8
"""Digits of sums that others hardly come to by chance."""

_TOLD_APART: Final = ("year", "stage", "control", "flow")


def choose_rows_called_totals(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows that count so far and that a column calls totals, as places in the rows of data. Where they come to what
    the others do, for each year, stage, control and flow, they are told; else whether they count is a choice.

    Args:
        table: its totals found.
        decisions: what is settled, and where open choices go.
        left: rows that do not count already, as places in the rows of data.
    """
    places = np.array([place for place in table.line_rows.tolist() if place not in left], dtype=np.int64)
    money = np.array([column.index for column in table.of_role("amount")], dtype=np.int64)
    amounts = table.amounts[np.ix_(places, money)]
    for column in table.columns:
        if column.index not in table.block.labels or len(places) < _EACH:
            continue
        texts = table.block.texts(table.grid, column.index, with_numbers=False).at(places)
        called = _called_totals(texts)
        if called is None:
            continue
        found = frozenset(places[called].tolist())
        if _come_to_the_same(amounts, called, _told_apart(table, places)):
            return found
        words = [texts.words[place] for place in texts.used]
        totals = [word for word in words if row_words.says_total(word)]
        others = [word for word in words if word not in totals]
        choice = table.choice(
            "rows",
            ("called totals", column.header, *totals),
            f"Column {column.letter} of {table.grid.name!r} says {listed([repr(word) for word in totals])} of "
            f"{int(called.sum()):,} rows and {listed([repr(word) for word in others])} of the others, which come to "
            "something else. Which count?",
            (
                ("others", f"The rows that say {listed([repr(word) for word in others])}"),
                ("totals", f"The rows that say {listed([repr(word) for word in totals])}"),
                ("all", "All of them"),
            ),
            "others",
        )
        taken = decisions.take(choice)
        return {"others": found, "totals": frozenset(places[~called].tolist())}.get(taken, frozenset())
    return frozenset()


def _called_totals(texts: Texts) -> Bools | None:
    """The rows that a column calls totals; None where its words are names, or where it calls none or all so."""
    words = [texts.words[place] for place in texts.used]
    if not 1 < len(words) <= _WORDS or not all(words) or len(texts.codes) < _EACH * len(words):
        return None
    if any(len(word.split()) > _LONGEST for word in words):
        return None
    called = np.array([row_words.says_total(word) for word in texts.words], dtype=bool)[texts.codes]
    return called if called.any() and not called.all() else None


def _told_apart(table: Table, places: Ints) -> Ints:
    """A number for each combination of year, stage, control and flow that rows say."""
    said = [
        table.block.texts(table.grid, column.index, with_numbers=True).at(places).codes
        for column in table.of_role(*_TOLD_APART)
    ]
    key = np.zeros(len(places), dtype=np.int64)
    for codes in said:
        key = pd.factorize(key * (int(codes.max(initial=0)) + 1) + codes)[0].astype(np.int64)
    return key


def _come_to_the_same(amounts: Ints, called: Bools, key: Ints) -> bool:
    """Whether rows called totals and the others come to the same in every group, in digits that chance hardly makes."""
    sums = [_sum_by(amounts[rows], key[rows], int(key.max()) + 1) for rows in (called, ~called)]
    digits = [len(str(abs(int(amount))).rstrip("0")) for amount in sums[0].ravel() if amount]
    return bool((sums[0] == sums[1]).all()) and sum(digits) >= _TELLING


def _sum_by(amounts: Ints, key: Ints, count: int) -> Ints:
    found = np.zeros((count, amounts.shape[1]), dtype=np.int64)
    np.add.at(found, key, amounts)
    return found
