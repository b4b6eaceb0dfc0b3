"""Columns of budgets that are adopted for two fiscal years at once, such as 2023-25: under which of the two their money
is kept is asked once.
"""

from __future__ import annotations

from dataclasses import replace

from budget_align.core.values.fiscal_year import find_biennia
from importers.evidence.alternatives import listed
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import with_changed
from importers.structure.grid import Grid


def date_biennia(grid: Grid, columns: list[Column], decisions: Decisions, key: str) -> list[Column]:
    """The columns, those whose header names two fiscal years together with the one of them that a person says."""
    calendar = grid.terms.calendar
    found = {
        c.index: said[0]
        for c in columns
        if [c.fiscal_year] == (said := find_biennia(c.header)) and not calendar.find_years(c.header)
    }
    if not found or calendar.is_calendar_year:
        return columns
    years = sorted(set(found.values()))
    choice = Choice(
        choice_id("year", "biennia", *map(str, years)),
        "year",
        grid.name,
        key,
        f"Columns of {grid.name!r} are of two fiscal years together, {listed([_span(year) for year in years])}. Under "
        "which of the two is the money kept?",
        tuple(
            (which, f"The {which}: {listed([grid.terms.year(year + later) for year in years])}")
            for later, which in enumerate(("first", "second"))
        ),
        "first",
    )
    later = decisions.take(choice) == "second"
    changed = {c.index: replace(c, fiscal_year=found[c.index] + later) for c in columns if c.index in found}
    return with_changed(columns, changed)


def _span(year: int) -> str:
    return f"{year}-{(year + 2) % 100:02d}"
