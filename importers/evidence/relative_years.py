"""Columns that name their year by how far it is from the current one: which that is, the title tells or a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from budget_align.core.returns.reading import TableAnswers
from budget_align.core.values.fiscal_year import read_year
from importers.evidence.alternatives import listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import with_changed
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import lexicon, period_words
from importers.words.relative_years import RelativeYear, relative_year, without_last_year

_FEWEST: Final = 2


def relative_years(columns: list[Column]) -> dict[int, RelativeYear]:
    """How far the year of each column of amounts is from the current one, by its place, where several say so, each of
    another year or stage, and none names a year; nothing else.
    """
    amounts = [c for c in columns if c.role in ("amount", "total", "change")]
    if any(c.fiscal_year is not None for c in amounts):
        return {}
    found = {c.index: said for c in amounts if (said := relative_year(c.header)) is not None}
    if all(period_words.find_period(c.header) for c in amounts if c.index in found):
        # T1 to T4 are quarters.
        return {}
    # "Budget" beside "Last year's budget" is that of this year.
    bare = {without_last_year(c.header) for c in amounts if c.index in found} - {""}
    now = [c for c in amounts if c.index not in found and lexicon.fold_words(c.header) in bare]
    found |= dict.fromkeys((c.index for c in now), RelativeYear(0))
    return found if len({said.offset for said in found.values()}) >= _FEWEST else {}


def date_relative_years(
    grid: Grid, block: Block, columns: list[Column], answers: TableAnswers, decisions: Decisions, key: str
) -> list[Column]:
    """The columns, those that say how far their year is from the current one with that year."""
    found = relative_years(columns)
    if not found:
        return columns
    now = _current_year(grid, block, columns, found, answers, decisions, key)
    if now is None:
        return columns
    changed = {
        c.index: replace(
            c,
            role="amount" if c.role == "change" else c.role,
            fiscal_year=now + found[c.index].offset,
            evidence=f"{c.evidence}; its year is told by that of {grid.terms.year(now)}",
        )
        for c in columns
        if c.index in found
    }
    return with_changed(columns, changed)


def _current_year(
    grid: Grid,
    block: Block,
    columns: list[Column],
    found: dict[int, RelativeYear],
    answers: TableAnswers,
    decisions: Decisions,
    key: str,
) -> int | None:
    """The year that the others are counted from; None where nobody knows it."""
    named = [c for c in columns if c.index in found]
    calls = listed([words_of(c) for c in named])
    titled = {year for where in block.titles for year in grid.terms.calendar.find_years(grid.text(*where))}
    titled = titled or set(grid.terms.calendar.find_years(grid.name))
    about = choice_id("year", key, *(c.header for c in named))
    said = answers.fiscal_year or answers.year_otherwise
    if len(titled) != 1 and said is None:
        first = next((c for c in named if found[c.index].offset == 0), named[0])
        prompt = f"Which fiscal year is column {first.letter} of {grid.name!r}, {words_of(first)}, beside {calls}?"
        written = decisions.take(Choice(about, "year", grid.name, key, prompt, (), ""))
        year = read_year(written, grid.terms.calendar) if written else None
        return None if year is None else year - found[first.index].offset
    year = titled.pop() if len(titled) == 1 else said
    assert year is not None
    budget = next((c for c in named if found[c.index].is_budget), None)
    if budget is not None and any(found[c.index].offset == 0 for c in named if c is not budget):
        # Beside the current year the year of the budget is the next.
        found |= {c.index: RelativeYear(1, is_budget=True) for c in named if found[c.index].is_budget}
        return year - 1
    later = [c for c in named if found[c.index].offset > 0]
    if budget is not None or not later:
        return year
    label = grid.terms.year
    # The first of counted years may be the one after the budget's; of others the budget may be next year's.
    counted = all(found[c.index].is_counted for c in named)

    def of(now: int) -> str:
        return listed([f"{words_of(c)} is {label(now + found[c.index].offset)}" for c in named])

    choice = Choice(
        about,
        "year",
        grid.name,
        key,
        f"The columns of {grid.name!r} are called {calls}, under {label(year)}. Which years are they?",
        tuple((str(now), of(now)) for now in (year, year + 1 if counted else year - 1)),
        str(year),
    )
    return int(decisions.take(choice))
