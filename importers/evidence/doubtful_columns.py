"""Columns that may be no money, beside others that are the whole without them: whether each counts is a choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.alternatives import words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.column_keys import groups_of, says_dimension, summed_in
from importers.evidence.debits_and_credits import is_of_side
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.evidence.stocks import says_stock
from importers.structure.grid import Grid, Ints
from importers.words import lexicon, row_words, stage_words, vocabulary

_SURE_OF_PERSON: Final = 1.0
_NEARLY_ALL: Final = 0.95


def choose_doubtful(
    grid: Grid, rows: Ints, columns: list[Column], decisions: Decisions, key: str, shape: str, stage: str
) -> list[Column]:
    """The columns, those set aside that may be no money and say nothing, beside parts of a total, debits and credits or
    amounts that each say what they are of, which are the whole without them, what is held or owed at a day beside money
    of a year, and controls that may be within a budget beside them: whether each counts is a choice.
    """
    amounts = amounts_of(columns)
    parts = summed_in(columns)
    grouped = {column.index for group in groups_of(columns, stage) for column in group}
    whole = parts or any(column.sign < 0 or says_dimension(column) for column in amounts)
    # What was taken among others at a choice is asked about no more.
    open_still = {c.index for c in amounts if not c.chosen} - parts
    held = {c.index for c in amounts if says_stock(c.header) and c.confidence < _SURE_OF_PERSON} & open_still
    within = _within_others(grid, rows, amounts)
    held |= within.keys() & open_still
    changed: dict[int, Column] = {}
    for column in amounts if whole or held else ():
        alone = whole and column.index not in parts and column.index not in grouped and column.sign > 0
        # What the titles and the other columns make likely is no word of its own.
        named = column.unit is not None or lexicon.says("money", column.header) or column.confidence >= _SURE_OF_PERSON
        named = named or is_of_side("debit", column)
        is_open = (
            alone and not named and not column.chosen and (not says_dimension(column) or _says_less(column, amounts))
        )
        if not is_open and (column.index not in held or len(held) == len(amounts)):
            continue
        others = [c for c in amounts if c.index != column.index]
        if not others:
            # The only amount is the whole.
            continue
        is_more = _is_more(grid, rows, column, others)
        guess = "leave" if within.get(column.index, True) else "count"
        taken = _take_doubtful(column, decisions, grid, key, shape, guess, is_more=is_more)
        if taken == "leave":
            changed[column.index] = set_aside(column, "it may be no money, and the other columns are the whole amount")
        elif taken == "alone":
            evidence = f"a person says that column {column.letter} is the whole amount"
            return with_changed(columns, {c.index: set_aside(c, evidence) for c in others})
    return with_changed(columns, changed)


def _within_others(grid: Grid, rows: Ints, amounts: Sequence[Column]) -> dict[int, bool]:
    """The columns of budget controls beside the only one that names none, and says nothing but that it is a budget or
    states no less in any of several rows, with whether they are most likely parts of it: in every row they come to no
    more.
    """
    found: dict[int, bool] = {}
    for whole in amounts:
        words = lexicon.fold_words(vocabulary.without_year_and_unit(whole.header)).split()
        plain = words and all(map(_says_budget_alone, words))
        beside = [c for c in amounts if c.index != whole.index and _are_of_the_same(c, whole)]
        controlled = [c for c in beside if c.control and c.confidence < _SURE_OF_PERSON]
        if whole.control or not controlled or len(controlled) < len(beside):
            continue
        numbers = np.nan_to_num(grid.numbers[rows])
        own, inside = numbers[:, whole.index], numbers[:, [c.index for c in controlled]].sum(axis=1)
        within = bool((inside <= own).all())
        several = int((inside < own)[inside > 0].sum()) >= _SEVERAL_ROWS
        if (own > 0).any() and (plain or (within and several)):
            found |= dict.fromkeys((c.index for c in controlled), within)
    return found


_SEVERAL_ROWS: Final = 5
"""Rows none of which states more in a part than in its whole, as they hardly do by chance."""


def _says_budget_alone(word: str) -> bool:
    return bool(stage_words.find_stage(word) or row_words.says_total(word) or word in _AMOUNTS)


_AMOUNTS: Final = frozenset(
    ("amount", "amounts", "spend", "spending", "expenditure", "net", "gross", "value", "funding")
)


def _are_of_the_same(one: Column, other: Column) -> bool:
    """Whether two columns are of one flow, and of one year, stage and version where both say them."""
    alike = (one.flow or "expenditure") == (other.flow or "expenditure")
    pairs = ((one.fiscal_year, other.fiscal_year), (one.stage, other.stage), (one.version, other.version))
    return alike and all(a == b or not a or not b for a, b in pairs)


def _is_more(grid: Grid, rows: Ints, column: Column, others: Sequence[Column]) -> bool:
    """Whether a column states as much as any of some others in nearly every row, as a year so far beside a month."""
    numbers = np.nan_to_num(grid.numbers[rows])
    most = numbers[:, [c.index for c in others]].max(axis=1)
    return bool((numbers[:, column.index] >= most).mean() >= _NEARLY_ALL)


def _says_less(column: Column, amounts: Sequence[Column]) -> bool:
    """Whether every other column of the same year names its control or flow and this one neither, as a count of posts
    does under the heading of a year.
    """
    others = [c for c in amounts if c.fiscal_year == column.fiscal_year and c.index != column.index]
    silent = not (column.control or column.flow or column.stage or column.version)
    return silent and len(others) > 1 and all(other.control or other.flow for other in others)


def _take_doubtful(
    column: Column, decisions: Decisions, grid: Grid, key: str, shape: str, guess: str, *, is_more: bool
) -> str:
    return decisions.take(
        Choice(
            choice_id("amount", shape, column.letter, column.header),
            "amount",
            grid.name,
            key,
            f"Is column {column.letter} of {grid.name!r}, {words_of(column)}, money of its own, beside what the other "
            "columns come to?",
            (
                ("leave", "No, leave it out"),
                ("count", "Yes, count it too"),
                *(
                    (("alone", "It is the whole amount, and the other columns are parts of it or none"),)
                    if is_more
                    else ()
                ),
            ),
            guess,
        )
    )
