"""Scenarios: begun on a run, changed step by step, worked out and dropped; never among the real figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

import pandas as pd
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import allocation
from budget_align.core.allocation.consolidation import find_eliminations
from budget_align.core.allocation.overheads import depending_shares
from budget_align.core.frameworks.framework import MISSION, first_problem
from budget_align.core.measures.certainty import grades_by
from budget_align.core.people.marking import narrowest
from budget_align.core.rules.counterparts import UNSTATED
from budget_align.core.rules.mapping import Mapping as RuleMapping
from budget_align.core.rules.matching import LineIndex
from budget_align.core.scenarios.scenario import Scenario, apply_steps, lay_out
from budget_align.core.scenarios.scenario_measures import (
    Changes,
    Check,
    Measures,
    check_constraints,
    compare_measures,
    measure,
)
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.markings import ALL, Sight
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing, changing
from budget_align.services.runs.budgets import open_budget
from budget_align.services.runs.shares import programmes_with_receipts
from budget_align.services.runs.viewing import OpenRun, open_run
from budget_align.store import publication_queries, run_queries
from budget_align.store.tables import MappingVersion, StoredScenario


@dataclass(frozen=True)
class ScenarioSummary:
    """A scenario as lists show it."""

    id: int
    name: str
    stage: str
    fiscal_year: int
    years: int
    steps: int
    changed_by: str
    changed_at: datetime
    run_id: str
    marking: str


@dataclass(frozen=True)
class OpenScenario:
    """A scenario worked out.

    Attributes:
        run: the run it begins from, as it was; its marking is the scenario's too where that is narrower.
        own_marking: the scenario's own; empty for none.
        before: the measures of the run's year, which the scenario's years are set beside.
        after: the measures of each year of the scenario; empty where a step cannot be taken.
        problem: which step cannot be taken, and why.
        parts: the bodies and programmes that steps can name.
        cells: the money of each year, by `core.scenarios.scenario.KEYS`.
    """

    id: int
    name: str
    revision: int
    changed_by: str
    changed_at: datetime
    scenario: Scenario
    run: OpenRun
    own_marking: str
    rules_title: str
    before: Measures
    after: Mapping[int, Measures]
    checks: tuple[Check, ...]
    problem: str
    bodies: tuple[str, ...]
    programmes: tuple[str, ...]
    stands: pd.DataFrame
    start: pd.DataFrame
    cells: Mapping[int, pd.DataFrame]

    @property
    def names(self) -> dict[str, str]:
        """Names of outcomes by code."""
        return self.run.framework.names()

    @property
    def span(self) -> range:
        """The years that it goes over."""
        return range(self.run.fiscal_year, self.run.fiscal_year + self.scenario.years)

    @property
    def graded(self) -> Mapping[str, Mapping[str, int]]:
        """What the run gives to each outcome, by grade of evidence: what amounts before and after are worth telling to
        rests on the same shares.
        """
        return self.run.once("outcomes by grade", lambda: grades_by(self.run.part, "outcome"))

    @property
    def graded_missions(self) -> Mapping[str, Mapping[str, int]]:
        """The same of each mission, by its code."""
        found: dict[str, dict[str, int]] = {}
        for code, mission in self.run.framework.mission_of().items():
            mine = found.setdefault(mission.removeprefix(MISSION), {})
            for grade, amount in self.graded.get(code, {}).items():
                mine[grade] = mine.get(grade, 0) + amount
        return found

    def changes_in(self, year: int) -> Changes:
        """One of its years beside the budget as it stands."""
        return compare_measures(self.before, self.after[year], self.run.framework)


def list_scenarios(engine: Engine, government: str, *, trials: bool = True) -> list[ScenarioSummary]:
    """The scenarios of a government, newest first.

    Args:
        trials: whether those that begin from a trial are among them.
    """
    with Session(engine) as session:
        found = []
        for row in run_queries.scenarios(session, government):
            if not trials and _is_on_trial(session, row):
                continue
            scenario = Scenario.model_validate_json(row.content)
            number = cast(int, row.id)
            about = (row.stage, row.fiscal_year, scenario.years, len(scenario.steps))
            facts = (row.changed_by, row.changed_at, row.run_id, row.marking)
            found.append(ScenarioSummary(number, row.name, *about, *facts))
        return found


def is_on_trial(engine: Engine, scenario_id: int) -> bool:
    """Whether a scenario begins from figures that nobody has published; False where there is no such scenario."""
    with Session(engine) as session:
        row = session.get(StoredScenario, scenario_id)
        return row is not None and _is_on_trial(session, row)


def _is_on_trial(session: Session, row: StoredScenario) -> bool:
    return (row.stage, row.fiscal_year) not in publication_queries.shown_periods(session, row.run_id)


def begin_scenario(engine: Engine, run: OpenRun, name: str, years: int, actor: str) -> int:
    """Begins a scenario on a run's stage and year and returns its id.

    Raises:
        RefusedError: it has no name, or spans no possible number of years.
    """
    return _store(engine, run.government, run.id, run.stage, run.fiscal_year, name, check_scenario(years=years), actor)


def copy_scenario(engine: Engine, scenario_id: int, actor: str) -> int:
    """Begins a scenario like another and returns its id."""
    with Session(engine) as session:
        row = _find(session, scenario_id)
        like = Scenario.model_validate_json(row.content)
        facts = (row.government, row.run_id, row.stage, row.fiscal_year, f"{row.name[:180]}, copied")
        marking = row.marking
    return _store(engine, *facts, like, actor, marking)


def _store(
    engine: Engine,
    government: str,
    run_id: str,
    stage: str,
    year: int,
    name: str,
    scenario: Scenario,
    actor: str,
    marking: str = "",
) -> int:
    if not name.strip():
        raise RefusedError("no-name", "Enter a name for the scenario.")
    with changing.change(engine, "scenarios", government) as session:
        permit(session, actor, "edit-scenarios", government)
        row = StoredScenario(
            government=government,
            run_id=run_id,
            stage=stage,
            fiscal_year=year,
            name=name.strip()[:200],
            content=scenario.model_dump_json(),
            marking=marking,
            revision=1,
            changed_by=actor,
            changed_at=datetime.now(UTC).replace(microsecond=0),
        )
        session.add(row)
        session.flush()
        auditing.record(session, actor, "scenario begun", row.name, {"government": government, "run": run_id[:12]})
        return cast(int, row.id)


def change_scenario(
    engine: Engine, scenario_id: int, seen: int, change: Callable[[Scenario], Scenario], actor: str
) -> None:
    """Changes a scenario.

    Args:
        seen: the revision that the person saw.
        change: gives what it becomes.

    Raises:
        RefusedError: there is none, others changed it since, or what it becomes does not hold together.
    """
    with changing.change(engine, "scenario", scenario_id) as session:
        row = _find(session, scenario_id)
        permit(session, actor, "edit-scenarios", row.government)
        _refuse_other(row, seen)
        scenario = change(Scenario.model_validate_json(row.content))
        row.content = check_scenario(**scenario.model_dump()).model_dump_json()
        row.revision += 1
        row.changed_by, row.changed_at = actor, datetime.now(UTC).replace(microsecond=0)
        auditing.record(session, actor, "scenario changed", row.name, {"revision": row.revision})


def drop_scenario(engine: Engine, scenario_id: int, actor: str, seen: int | None = None) -> None:
    """Forgets a scenario.

    Args:
        seen: the revision that the person saw; None for whichever it is.

    Raises:
        RefusedError: there is none, or others changed it since.
    """
    with changing.change(engine, "scenario", scenario_id) as session:
        row = _find(session, scenario_id)
        permit(session, actor, "edit-scenarios", row.government)
        if seen is not None:
            _refuse_other(row, seen)
        session.delete(row)
        auditing.record(session, actor, "scenario dropped", row.name, {"government": row.government})


def open_scenario(engine: Engine, scenario_id: int, sight: Sight = ALL) -> OpenScenario:
    """A scenario worked out on its run.

    Args:
        sight: what whoever asks may see of what is marked.

    Raises:
        RefusedError: there is none, or the mapping that it allocates by cannot be used.
    """
    with Session(engine) as session:
        row = _find(session, scenario_id)
    scenario = Scenario.model_validate_json(row.content)
    run = open_run(engine, run_id=row.run_id, stage=row.stage, year=row.fiscal_year, sight=sight)
    run = replace(run, marking=narrowest(sight.markings, [run.marking, row.marking]))
    before = lay_out(programmes_with_receipts(engine, run))
    start, title = _start(engine, run, scenario.rules, before)
    codes = list(run.framework.outcome_names())
    problem, cells = "", {}
    try:
        cells = apply_steps(start, scenario, run.fiscal_year, run.terms)
    except RefusedError as refusal:
        problem = refusal.message
    return OpenScenario(
        scenario_id,
        row.name,
        row.revision,
        row.changed_by,
        row.changed_at,
        scenario,
        run,
        row.marking,
        title,
        measure(before, codes),
        {year: measure(now, codes) for year, now in cells.items()},
        tuple(check_constraints(before, cells, scenario.constraints)) if cells else (),
        problem,
        tuple(sorted(set(before["body"]))),
        tuple(sorted(set(before["programme"]))),
        before,
        start,
        cells,
    )


def _start(engine: Engine, run: OpenRun, rules: int | None, before: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """What the steps begin from: the run's own money, or the same lines by another version of a mapping."""
    if rules is None:
        return before, ""
    spend, mapping = spend_by_other_rules(engine, run, rules)
    return lay_out(spend), mapping.title


def spend_by_other_rules(engine: Engine, run: OpenRun, rules: int) -> tuple[pd.DataFrame, RuleMapping]:
    """The lines of a run allocated by another version of a mapping, with all that tells what they are."""
    with Session(engine) as session:
        version = session.get(MappingVersion, rules)
        if version is None or version.government != run.government:
            raise RefusedError("no-mapping", "The mapping that the scenario allocates by is gone; choose another.")
        mapping = RuleMapping.from_stored(version.content)
    if mapping.framework != run.framework.code:
        raise RefusedError("bad-mapping", f"{mapping.title} is of another framework; choose another.")
    if run.outdated:
        raise RefusedError("outdated", "Returns changed since the run; allocate again and begin a scenario there.")
    budget = open_budget(engine, run.government)
    if {basis.key for basis in run.bases} != {basis.key for basis in budget.bases}:
        raise RefusedError(
            "other-versions",
            "The run takes other versions of budgets than the newest, which another mapping would be tried on; begin a "
            "scenario on a run of the newest.",
        )
    with budget.lock:
        index = budget.index
        amounts = allocation.counted_amounts(index, mapping, find_eliminations(index, mapping))
        shares = depending_shares(index, mapping, index.decide(mapping), budget.measures, amounts)
        part = LineIndex(index.lines[budget.shown(run.stage, run.fiscal_year)].reset_index(drop=True), index.currency)
    given = allocation.allocate(part, mapping, shares=shares, consolidation=find_eliminations(part, mapping))
    told = ["line_id", "body", "programme", "control", "unit", "account", "below"]
    lines = part.lines.assign(below=part.lines["amount"] < 0)
    joined = given.merge(lines.loc[lines["flow"] == "expenditure", told], on="line_id")
    joined["receipts"] = joined["amount"].where(joined["below"], 0)
    within = joined["toward"].isin([level or UNSTATED for level in run.levels])
    return joined[~within], mapping


def _find(session: Session, scenario_id: int) -> StoredScenario:
    row = session.get(StoredScenario, scenario_id)
    if row is None:
        raise RefusedError("no-scenario", "There is no such scenario.")
    return row


def _refuse_other(row: StoredScenario, seen: int) -> None:
    if row.revision != seen:
        raise RefusedError(
            "changed-meanwhile", f"{row.changed_by} changed the scenario since you opened it; look again."
        )


def check_scenario(**facts: object) -> Scenario:
    """A scenario of these facts.

    Raises:
        RefusedError: one of them cannot be.
    """
    try:
        return Scenario.model_validate(facts)
    except ValidationError as error:
        raise RefusedError("bad-scenario", first_problem(error)) from error
