"""Where each outcome of a run is heading: spend, status, revisions, and how old what is known of it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core import alignment
from budget_align.core.indicator import Reading, readings_of
from budget_align.core.momentum import YEARS, Momentum, find_trend, past_statuses
from budget_align.core.prices import Deflator
from budget_align.services.histories import find_histories, find_revisions_of
from budget_align.services.viewing import OpenRun
from budget_align.store.tables import Submission


def compared_years(run: OpenRun) -> list[tuple[str, int]]:
    """The stage and years that a run's trends compare, oldest first."""
    years = range(run.fiscal_year - YEARS, run.fiscal_year + 1)
    return [(run.stage, year) for year in years if (run.stage, year) in run.periods]


def bodies_left_out(run: OpenRun) -> tuple[str, ...]:
    """The bodies that a run's trends leave out, since they have no figures of one of the years that are compared."""
    return alignment.alike(run.cube, compared_years(run))[1]


def last_return(engine: Engine, run: OpenRun) -> datetime | None:
    """When the newest of the returns behind a run was confirmed; None where none is left."""
    with Session(engine) as session:
        found = [session.get(Submission, each) for each in run.submission_ids]
        return max((each.confirmed_at for each in found if each is not None), default=None)


def find_momentum(
    engine: Engine, run: OpenRun, readings: Sequence[Reading], deflator: Deflator | None
) -> list[Momentum]:
    """The momentum of every outcome of the framework shown, the most money first. Trends are of the bodies that
    `bodies_left_out` does not name.

    Args:
        readings: the government's indicators.
        deflator: for real terms; cash without.
    """
    outcomes = run.framework.outcome_names()
    spend = alignment.spend_by(run.part, "outcome")
    histories = find_histories(engine, run, outcomes, bodies_left_out(run))
    revisions = find_revisions_of(engine, run)
    found = []
    for code, name in outcomes.items():
        amounts = {each.fiscal_year: each.amount for each in histories[code] if each.stage == run.stage}
        mine = readings_of(readings, run.answers_to(code))
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
