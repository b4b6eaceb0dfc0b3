"""What the pages of scenarios show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.people.policy import Subject
from budget_align.core.scenarios.scenario_measures import Changes, Measures
from budget_align.core.values.prices import Deflator
from budget_align.services.governments.governments import deflator_of
from budget_align.services.mappings.versions import OpenVersion, list_versions
from budget_align.services.runs.viewing import OpenRun
from budget_align.services.scenarios.planning import current_shares, protected_by_reason, weighed_shares
from budget_align.services.scenarios.scenario_effects import (
    MeasureChange,
    OutcomeMovement,
    find_effects,
    gather_evidence,
)
from budget_align.services.scenarios.scenarios import OpenScenario, ScenarioSummary, list_scenarios


@dataclass(frozen=True)
class YearShown:
    """One year of a scenario beside the budget as it stands."""

    fiscal_year: int
    now: Measures
    changes: Changes
    effects: Sequence[MeasureChange]
    movements: Mapping[str, OutcomeMovement]


@dataclass(frozen=True)
class ScenarioPage:
    """One scenario: its steps, what they have to keep, and every measure before and after.

    Attributes:
        shown: None where a step cannot be taken, so that there is nothing to show.
        years: over which it goes, each with its label.
        shares: what each outcome has of the gross before; `weighed` is what the public weighs it.
        versions: by which mappings it may allocate.
        protected: money that no plan takes, by why.
    """

    shown: YearShown | None
    deflator: Deflator | None
    years: Sequence[tuple[int, str]]
    shares: Mapping[str, float]
    weighed: Mapping[str, float]
    versions: Sequence[OpenVersion]
    protected: Mapping[str, int]


def open_scenario_page(engine: Engine, settings: Settings, opened: OpenScenario, year: int | None) -> ScenarioPage:
    """A scenario in one of its years, the last where another is asked for or none."""
    run = opened.run
    shown = None
    if opened.after:
        chosen = year if year is not None and year in opened.after else max(opened.after)
        evidence = gather_evidence(engine, settings, run.government, date.today())
        found = find_effects(engine, opened, chosen, evidence)
        shown = YearShown(chosen, opened.after[chosen], opened.changes_in(chosen), *found)
    return ScenarioPage(
        shown,
        deflator_of(settings, run.terms),
        [(each, run.terms.year(each)) for each in opened.span],
        current_shares(opened),
        weighed_shares(engine, opened),
        [each for each in list_versions(engine, run.government) if each.mapping.framework == run.framework.code],
        protected_by_reason(engine, opened),
    )


def list_scenarios_of(engine: Engine, run: OpenRun, *, trials: bool) -> list[ScenarioSummary]:
    """The scenarios of a run's government, newest first, as far as whoever asks may see them for their markings.

    Args:
        trials: whether those that begin from a trial are among them.
    """
    return [
        each
        for each in list_scenarios(engine, run.government, trials=trials)
        if each.run_id not in run.hidden and run.sight.sees(Subject(run.government), [each.marking])
    ]
