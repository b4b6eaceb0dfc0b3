"""Columns of a table of what is received: what was budgeted of it, and what came in."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from importers.evidence.column import Column
from importers.evidence.derived_columns import with_changed
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import flow_words, lexicon, vocabulary

_NO_BUDGET: Final[tuple[lexicon.Meaning, ...]] = ("gross", "net", "result", "expenditure")
_RECEIVED: Final[tuple[lexicon.Meaning, ...]] = ("income", "received")
_SAYS_NO_MORE: Final = frozenset(("total", "amount", "amounts", "the", "of", "to", "date", "this", "period", "net"))


def tell_received(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns of a table of what is received, where one calls itself income: those beside it that name a stage or
    version alone are income too, as all are where a title says so and nothing else. What is called received and no
    more, beside a budget of it, came in.
    """
    amounts = [column for column in columns if column.role in ("amount", "total")]
    told = [column for column in amounts if column.flow or _says_received(column)]
    unsaid = [column for column in amounts if column not in told]
    if not told or not unsaid or any(c.flow not in ("", "income") for c in told) or not _are_receipts(grid, block):
        return columns
    if not all(_names_a_budget(column) for column in unsaid) and not _are_receipts_alone(grid, block):
        return columns
    changed = {column.index: replace(column, flow="income") for column in amounts}
    budgets = {column.fiscal_year for column in unsaid if column.stage in ("", "budget")}
    for column in told:
        if not (column.stage or column.version) and column.fiscal_year in budgets and _says_received(column):
            changed[column.index] = replace(column, flow="income", stage="outturn")
    return with_changed(columns, changed)


def _are_receipts(grid: Grid, block: Block) -> bool:
    """Whether what stands around a table speaks of income, and of no spending."""
    labels = [text for column in block.labels for text in block.header_texts(grid, column)]
    said = [*(grid.text(*where) for where in block.titles), grid.name, *labels]
    received = any(flow_words.may_say_flow("income", text) or flow_words.says_bare_revenue(text) for text in said)
    return received and not any(flow_words.may_say_flow("expenditure", text) for text in said)


def _are_receipts_alone(grid: Grid, block: Block) -> bool:
    """Whether a title or the name of the sheet says income and nothing else, which holds for all columns."""
    said = [*(grid.text(*where) for where in block.titles), grid.name]
    return any(flow_words.find_flow(text) == "income" and not flow_words.says_bare_revenue(text) for text in said)


def _names_a_budget(column: Column) -> bool:
    """Whether a header names a stage or a version, and neither spending nor what is left of two amounts."""
    return bool(column.stage or column.version) and not any(lexicon.says(each, column.header) for each in _NO_BUDGET)


def _says_received(column: Column) -> bool:
    words = lexicon.fold_words(vocabulary.without_year_and_unit(column.header)).split()
    left = [word for word in words if word not in _SAYS_NO_MORE and not lexicon.says("net", word)]
    return bool(left) and all(word == "collected" or any(lexicon.says(m, word) for m in _RECEIVED) for word in left)
