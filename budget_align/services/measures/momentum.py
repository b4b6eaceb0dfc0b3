"""Where each outcome of a run is heading: spend, status, revisions, and how old what is known of it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.allocation.comparable import Comparable, HeldBudgets, compare_years
from budget_align.core.measures.momentum import YEARS, Momentum, find_trend, past_statuses
from budget_align.core.outcomes.indicator import IndicatorState, states_of
from budget_align.core.values.prices import Deflator
from budget_align.services.runs.histories import family_held, find_comparable, find_revisions_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.store.tables import Submission


def compared_years(run: OpenRun) -> list[tuple[str, int]]:
    """The stage and years that a run's trends compare, oldest first."""
    years = range(run.fiscal_year - YEARS, run.fiscal_year + 1)
    return [(run.stage, year) for year in years if (run.stage, year) in run.periods]


def compare_family(run: OpenRun, family: Mapping[str, HeldBudgets]) -> Comparable:
    """On what a run's trends compare the years: each by the run itself where it holds it, else by one by an earlier
    version of its framework.

    Args:
        family: see `histories.family_held`.
    """
    own = compared_years(run)
    parts = [(run.held, own)]
    for code, held in family.items():
        if code != run.framework.code:
            parts.append((held, [period for period in _looked_back(run, held) if period not in own]))
    return compare_years([(held, periods) for held, periods in parts if periods])


def _looked_back(run: OpenRun, held: HeldBudgets) -> list[tuple[str, int]]:
    return [
        (stage, year)
        for stage, year in alignment.periods(held.counted)
        if stage == run.stage and run.fiscal_year - YEARS <= year < run.fiscal_year
    ]


def last_return(engine: Engine, run: OpenRun) -> datetime | None:
    """When the newest of the returns behind a run was confirmed; None where none is left."""
    with Session(engine) as session:
        found = [session.get(Submission, each) for each in run.submission_ids]
        return max((each.confirmed_at for each in found if each is not None), default=None)


@dataclass(frozen=True)
class OutcomeTrends:
    """Where the outcomes of a run are heading, the most money first.

    Attributes:
        alike: on what the trends compare the years.
        earlier: how many earlier years there are to compare with.
    """

    rows: Sequence[Momentum]
    alike: Comparable
    earlier: int


def find_momentum(
    engine: Engine, run: OpenRun, readings: Sequence[IndicatorState], deflator: Deflator | None
) -> OutcomeTrends:
    """The momentum of every outcome of the framework shown. Trends are of bodies and versions that can be set beside
    each other, and of years that can be told alike: by the rules of the run itself where it holds both, else over the
    seam by the crosswalk of the versions; none where nothing says how an outcome was divided.

    Args:
        readings: the government's indicators.
        deflator: for real terms; cash without.
    """
    outcomes = run.framework.outcome_names()
    spend = alignment.spend_by(run.part, "outcome")
    family = family_held(engine, run)
    alike = compare_family(run, family)
    comparable = find_comparable(engine, run, family, alike) if alike.bodies else {}
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
    years = {year for held in family.values() for _, year in _looked_back(run, held)}
    return OutcomeTrends(sorted(found, key=lambda each: -each.amount), alike, len(years))
