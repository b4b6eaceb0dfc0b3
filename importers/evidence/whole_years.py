"""Amounts of whole years beside months or quarters that do not make them: the parts may be what was spent of a budget,
a profile of other money, or the same year again. Months beside quarters of the same year are one or the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from importers.evidence.alternatives import listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.column_keys import summed_in
from importers.evidence.derived_columns import amounts_of, set_aside, share_near, with_changed
from importers.evidence.part_years import period_of
from importers.structure.grid import Grid, Ints
from importers.words import period_words

_FEWEST: Final = 3
_MONTHS: Final = 10
_NEARLY_ALL: Final = 0.9
_SURE_OF_PERSON: Final = 1.0


def choose_parts_of_years(
    grid: Grid, rows: Ints, columns: list[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns, of months and quarters of one year those of one length, and of these and whole years beside them
    what a person says.
    """
    columns = _without_quarters(grid, rows, columns)
    amounts = [c for c in amounts_of(columns) if c.index not in summed_in(columns) and c.confidence < _SURE_OF_PERSON]
    parts = [c for c in amounts if period_of(c)]
    wholes = [c for c in amounts if not period_of(c) and _may_hold(c, parts)]
    if not parts or not wholes or len({_said(c) for c in parts}) > 1:
        return columns
    whole, part = _letters(wholes), " to ".join(dict.fromkeys((parts[0].letter, parts[-1].letter)))
    named = " to ".join(dict.fromkeys((words_of(parts[0]), words_of(parts[-1]))))
    are = "are" if len(wholes) > 1 else "is"
    choice = Choice(
        choice_id("amount", shape, "parts of years", *(c.header for c in (*wholes, *parts))),
        "amount",
        grid.name,
        key,
        f"{f'Columns {part}' if len(parts) > 1 else f'Column {part}'} of {grid.name!r}, {named}, "
        f"{'do' if len(parts) > 1 else 'does'} not add up to {whole}, {listed([words_of(c) for c in wholes])}. "
        f"What {'are they' if len(parts) > 1 else 'is it'}?",
        (
            ("spent", f"C{whole[1:]} {are} the budget, and {part} were spent"),
            ("whole", f"C{whole[1:]} alone: {part} state the same money otherwise"),
            ("parts", f"{part} alone: {whole} {'state' if len(wholes) > 1 else 'states'} the same money otherwise"),
            ("both", "Money of their own, one beside the other"),
        ),
        "",
        assumed="whole",
    )
    taken = decisions.take(choice)
    if taken == "both":
        return columns
    if taken == "spent":
        changed = {c.index: replace(c, stage="outturn") for c in parts}
        return with_changed(columns, changed | {c.index: replace(c, stage=c.stage or "budget") for c in wholes})
    left, counted = (parts, whole) if taken == "whole" else (wholes, part)
    return with_changed(columns, {c.index: set_aside(c, f"another statement of the money in {counted}") for c in left})


def _may_hold(whole: Column, parts: Sequence[Column]) -> bool:
    """Whether nothing that a whole year's column says is otherwise in the columns of some parts of years."""
    years = {c.fiscal_year for c in parts} - {None}
    alike = all(_said(c) in (_said(whole), ("", *_said(whole)[1:])) for c in parts)
    return alike and (whole.fiscal_year is None or not years or whole.fiscal_year in years)


def _said(column: Column) -> tuple[str, str, str, str]:
    return column.stage, column.version, column.flow, column.control


def _letters(columns: Sequence[Column]) -> str:
    return f"column{'s' if len(columns) > 1 else ''} {listed([column.letter for column in columns])}"


def _without_quarters(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns without quarters that state again what the months beside them do."""
    amounts = [c for c in amounts_of(columns) if period_of(c)]
    quarters = [c for c in amounts if _is_quarter(c)]
    months = [c for c in amounts if not _is_quarter(c)]
    if len(quarters) < _FEWEST or len(months) < _MONTHS or len({_said(c) for c in amounts}) > 1:
        return columns
    numbers = np.nan_to_num(grid.numbers[rows])
    each, of_all = (numbers[:, [c.index for c in some]].sum(axis=1) for some in (quarters, months))
    said = of_all != 0
    if not said.any() or share_near(each, of_all, said) < _NEARLY_ALL:
        return columns
    evidence = f"a quarter of what columns {months[0].letter} to {months[-1].letter} state by months"
    return with_changed(columns, {c.index: set_aside(c, evidence) for c in quarters})


def _is_quarter(column: Column) -> bool:
    return period_words.is_quarter(period_of(column))
