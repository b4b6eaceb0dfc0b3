"""What the pages of indicators, targets and priorities show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from budget_align.core.outcomes.indicator import IndicatorState, Status, count_statuses
from budget_align.services.frameworks.frameworks import list_frameworks
from budget_align.services.outcomes.consulting import Beside, HeldConsultation, beside_spend, list_consultations
from budget_align.services.outcomes.indicators import read_all
from budget_align.services.outcomes.public_ballots import OpenBallot, find_open_ballot
from budget_align.services.outcomes.targets import Proposal, list_proposals
from budget_align.services.runs.viewing import OpenRun


@dataclass(frozen=True)
class IndicatorsPage:
    """Every indicator of a government, with its status and the rule of it.

    Attributes:
        outcomes: names, by code, of what indicators may tell of in any framework; `outcome_codes` are those of
            outcomes, and `groups` offers these by framework.
        proposed: how many targets wait for someone to approve them.
    """

    readings: Sequence[IndicatorState]
    counts: Mapping[Status, int]
    outcomes: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]]
    outcome_codes: Collection[str]
    proposed: int


@dataclass(frozen=True)
class TargetsPage:
    """The targets that wait, each beside what counts now.

    Attributes:
        labels: by the indicator's code, how its years are written.
        decidable: those that whoever asks may decide on, since they proposed none of them.
    """

    proposals: Sequence[Proposal]
    labels: Mapping[str, Callable[[int], str]]
    decidable: Sequence[Proposal]


@dataclass(frozen=True)
class PrioritiesPage:
    """What people weigh beside what is spent: all consultations, the one shown, and the question that is open."""

    held: Sequence[HeldConsultation]
    shown: HeldConsultation | None
    rows: Sequence[Beside]
    asked: OpenBallot | None


def open_indicators(engine: Engine, government: str) -> IndicatorsPage:
    """The indicators of a government."""
    readings = read_all(engine, government, date.today())
    frameworks = list_frameworks(engine).values()
    return IndicatorsPage(
        readings,
        count_statuses(readings),
        outcomes_of_frameworks(engine),
        {f"{each.name}, {each.version}": each.outcome_names() for each in frameworks},
        {code for each in frameworks for code in each.outcome_names()},
        len(list_proposals(engine, government)),
    )


def outcomes_of_frameworks(engine: Engine) -> dict[str, str]:
    """Names, by code, of what indicators may tell of in any framework."""
    return {code: name for each in list_frameworks(engine).values() for code, name in each.told_of().items()}


def open_targets(engine: Engine, government: str, actor: str) -> TargetsPage:
    """The targets of a government that wait."""
    found = list_proposals(engine, government)
    labels = {each.definition.code: each.year_label for each in read_all(engine, government, date.today())}
    decidable = [each for each in found if actor not in each.authors and each.case.state == "waiting"]
    return TargetsPage(found, labels, decidable)


def open_priorities(engine: Engine, run: OpenRun, consultation: str) -> PrioritiesPage:
    """What people weigh beside a run's spend; of the consultation of that number, else of the last."""
    held = list_consultations(engine, run.government, run.framework.code)
    shown = next((each for each in held if str(each.id) == consultation), held[0] if held else None)
    rows = beside_spend(run, shown) if shown else []
    return PrioritiesPage(held, shown, rows, find_open_ballot(engine, run.government))
