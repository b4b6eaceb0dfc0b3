"""Where each outcome of a run is heading: spend, status, revisions, and how old what is known of it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.measures.momentum import YEARS, Momentum, find_trend, past_statuses
from budget_align.core.outcomes.indicator import IndicatorState, states_of
from budget_align.core.values.prices import Deflator
from budget_align.services.runs.histories import family_cubes, find_comparable, find_revisions_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.store.tables import Submission


def compared_years(run: OpenRun) -> list[tuple[str, int]]:
    """The stage and years that a run's trends compare, oldest first."""
    years = range(run.fiscal_year - YEARS, run.fiscal_year + 1)
    return [(run.stage, year) for year in years if (run.stage, year) in run.periods]


def bodies_left_out(run: OpenRun, cubes: Mapping[str, pd.DataFrame] | None = None) -> tuple[str, ...]:
    """The bodies that a run's trends leave out, since they have no figures of one of the years that are compared.

    Args:
        cubes: see `histories.family_cubes`, for years that only a run by an earlier version holds.
    """
    cells = [alignment.of_period(run.cube, *each) for each in compared_years(run)]
    held = {year for _, year in compared_years(run)}
    for cube in (cubes or {}).values():
        for stage, year in alignment.periods(cube):
            if stage == run.stage and run.fiscal_year - YEARS <= year < run.fiscal_year and year not in held:
                cells.append(alignment.of_period(cube, stage, year))
    together = pd.concat(cells) if cells else run.cube.iloc[:0]
    return alignment.alike(together, alignment.periods(together))[1]


def last_return(engine: Engine, run: OpenRun) -> datetime | None:
    """When the newest of the returns behind a run was confirmed; None where none is left."""
    with Session(engine) as session:
        found = [session.get(Submission, each) for each in run.submission_ids]
        return max((each.confirmed_at for each in found if each is not None), default=None)


def find_momentum(
    engine: Engine, run: OpenRun, readings: Sequence[IndicatorState], deflator: Deflator | None
) -> list[Momentum]:
    """The momentum of every outcome of the framework shown, the most money first. Trends are of the bodies that
    `bodies_left_out` does not name, and of years that can be told alike: by the rules of the run itself where it holds
    both, else over the seam by the crosswalk of the versions; none where nothing says how an outcome was divided.

    Args:
        readings: the government's indicators.
        deflator: for real terms; cash without.
    """
    outcomes = run.framework.outcome_names()
    spend = alignment.spend_by(run.part, "outcome")
    cubes = family_cubes(engine, run)
    comparable = find_comparable(engine, run, cubes, bodies_left_out(run, cubes))
    revisions = find_revisions_of(engine, run)
    found = []
    for code, name in outcomes.items():
        amounts = {
            year: told[code] for (stage, year), told in comparable.items() if stage == run.stage and code in told
        }
        mine = states_of(readings, run.answers_to(code))
        ages = [reading.months for reading in mine if reading.months is not None]
        found.append(
            Momentum(
                code,
                name,
                int(spend.get(code, 0)),
                find_trend(amounts, run.fiscal_year, deflator),
                past_statuses(mine),
                revisions.get(code),
                min(ages, default=None),
            )
        )
    return sorted(found, key=lambda each: -each.amount)
