"""Columns that a workbook hides beside what it shows of the same year: a draft behind the budget, an old forecast."""

from __future__ import annotations

from importers.evidence.alternatives import listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import set_aside, with_changed
from importers.structure.grid import Grid


def choose_hidden_columns(
    grid: Grid, columns: list[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns, hidden ones of another stage or version of what is shown left out, unless a person counts them.

    Hidden columns that state money of their own, such as another year, or that a shown total sums, count like others.
    """
    amounts = [column for column in columns if column.role == "amount"]
    summed = {part for column in columns if column.index not in grid.hidden_columns for part in column.parts}
    shown = [column for column in amounts if column.index not in grid.hidden_columns]
    behind = [c for c in amounts if c.index in grid.hidden_columns and c.index not in summed]
    hidden = [c for c in behind if any(_states_otherwise(c, other) for other in shown)]
    if not hidden:
        return columns
    one = len(hidden) == 1
    named = listed([f"{column.letter}, {words_of(column)}" for column in hidden])
    choice = Choice(
        choice_id("amount", "hidden", shape, *(column.letter for column in hidden)),
        "amount",
        grid.name,
        key,
        f"{'Column' if one else 'Columns'} {named} of {grid.name!r} {'is' if one else 'are'} hidden, and what is shown "
        f"states the same money otherwise. {'Does it' if one else 'Do they'} count?",
        (("leave", "No, only what is shown"), ("count", f"Yes, {'it counts' if one else 'they count'} too")),
        "leave",
    )
    if decisions.take(choice) == "count":
        return columns
    evidence = "hidden beside another statement of the same money"
    return with_changed(columns, {column.index: set_aside(column, evidence) for column in hidden})


def _states_otherwise(one: Column, other: Column) -> bool:
    """Whether two amounts are of one thing, in another stage or version."""
    alike = (one.fiscal_year, one.flow, one.control) == (other.fiscal_year, other.flow, other.control)
    named = one.account and other.account and one.account != other.account
    return alike and not named and (one.stage, one.version) != (other.stage, other.version)
