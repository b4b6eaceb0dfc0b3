"""What a scenario changes beside the money itself: who answers for it, whether it is told by indicators and evaluated,
what it is in real terms and a head, and where it stands beside the outcomes' movement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.measures.gaps import finding_of
from budget_align.core.measures.spend import spend_trend
from budget_align.core.outcomes.accountability import Owner
from budget_align.core.outcomes.indicator import IndicatorState, Status, overall, states_of
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.scenarios.scenario import gross_of, tell_receipts
from budget_align.core.values.prices import Deflator, in_real_terms, per_head
from budget_align.services.accountability.owners import list_owners
from budget_align.services.accountability.register import find_register
from budget_align.services.governments.governments import deflator_of, terms_of
from budget_align.services.outcomes.indicators import find_population, read_all
from budget_align.services.scenarios.scenarios import OpenScenario


@dataclass(frozen=True)
class MeasureChange:
    """A measure before and after; `money` says whether it is an amount in minor units or a count."""

    name: str
    before: int
    after: int
    money: bool

    @property
    def change(self) -> int:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True)
class OutcomeMovement:
    """How an outcome moves, and what its money in the scenario is worth looking at for beside that."""

    status: Status
    finding: str


@dataclass(frozen=True)
class Evidence:
    """What is known beside the money of a government.

    Attributes:
        readings: its indicators.
        deflator: for real terms; none are said without, nor for years that it does not reach.
        people: how many there are, by year.
    """

    readings: Sequence[IndicatorState]
    deflator: Deflator | None
    people: Mapping[int, float]


def gather_evidence(engine: Engine, settings: Settings, government: str, today: date) -> Evidence:
    """What is known of a government as of a day."""
    people = find_population(engine, government, settings.population_indicator)
    deflator = deflator_of(settings, terms_of(engine, government, settings))
    return Evidence(read_all(engine, government, today), deflator, people)


def find_effects(
    engine: Engine, opened: OpenScenario, year: int, evidence: Evidence
) -> tuple[list[MeasureChange], dict[str, OutcomeMovement]]:
    """What the steps of a scenario come to in one of its years, as measures before and after, and by outcome."""
    run, deflator = opened.run, evidence.deflator
    before, after = opened.stands, opened.cells[year]
    first, last = (
        find_register(engine, run, tell_receipts(cells.assign(kind="direct")), evidence.readings)
        for cells in (before, after)
    )
    owners = list_owners(engine, run)
    effects = [
        MeasureChange("Money without an owner", first.without_owner, last.without_owner, True),
        MeasureChange("Money without an indicator", first.without_indicator, last.without_indicator, True),
        MeasureChange("Money without an evaluation", first.without_evaluation, last.without_evaluation, True),
        MeasureChange("Shared outcomes without a board", _unseen(before, owners), _unseen(after, owners), False),
    ]
    totals = int(before["amount"].sum()), int(after["amount"].sum())
    base = run.fiscal_year
    if deflator is not None and year != base and deflator.covers(base) and deflator.covers(year):
        real = [in_real_terms(total, year, base, deflator) for total in totals]
        effects.append(MeasureChange(f"Total in prices of {run.year_label}", real[0], real[1], True))
    heads = [per_head(total, evidence.people.get(year, 0)) for total in totals]
    if heads[0] is not None and heads[1] is not None:
        effects.append(MeasureChange("Spend a head", heads[0], heads[1], True))
    return effects, _movements(opened, year, evidence.readings)


def _unseen(cells: pd.DataFrame, owners: Mapping[str, Owner]) -> int:
    """How many outcomes several bodies give to without a board that all come before."""
    sized = cells.assign(size=gross_of(cells) - cells["receipts"])
    given = sized[sized["outcome"] != UNALIGNED].groupby(["outcome", "body"])["size"].sum()
    bodies = given[given != 0].reset_index().groupby("outcome")["body"].nunique()
    shared = [str(code) for code, count in bodies.items() if count > 1]
    return sum(not (code in owners and owners[code].board) for code in shared)


def _movements(opened: OpenScenario, year: int, readings: Sequence[IndicatorState]) -> dict[str, OutcomeMovement]:
    cells = opened.cells[year]
    spent = set(cells.loc[(gross_of(cells) != 0) | (cells["receipts"] != 0), "outcome"])
    found = {}
    for code, amount in opened.after[year].outcomes.items():
        mine = states_of(readings, opened.run.answers_to(code))
        status = overall([reading.status for reading in mine])
        trend = spend_trend(opened.before.outcomes.get(code, 0), amount)
        found[code] = OutcomeMovement(status, finding_of(int(code in spent), trend, status))
    return found
