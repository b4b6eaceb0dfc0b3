"""How outcomes' spend went over the years, across the versions of their framework."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.allocation.comparable import Comparable, HeldBudgets
from budget_align.core.frameworks.framework import Framework
from budget_align.core.lenses.succession import (
    Forebear,
    Stretch,
    comparable_spend,
    forebears,
    trace_spend,
    versions_before,
)
from budget_align.core.measures.momentum import Revisions, find_revisions
from budget_align.core.values.prices import Deflator, in_real_terms, per_head
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import known_frameworks
from budget_align.services.runs.viewing import OpenRun, cube_in_sight, runs_in_sight, sorts_in_sight
from budget_align.store import run_queries


def list_forebears(engine: Engine, run: OpenRun, code: str) -> list[Forebear]:
    """What an outcome of the framework shown continues, the latest version first."""
    with Session(engine) as session:
        return forebears(run.framework, code, {**known_frameworks(session), run.framework.code: run.framework})


@dataclass(frozen=True)
class YearOfSpend:
    """What was spent on an outcome in one year and stage, in cash as `stretch` says.

    Attributes:
        real: the same in prices of the year that the run shows; None where no deflator reaches it.
        per_head: what that is a head; None where nobody was counted.
        by_these_rules: what the run shown gives to the outcome in that year itself, by the rules and the framework of
            today, in cash; None where it does not hold the year.
    """

    stretch: Stretch
    real: int | None
    per_head: int | None
    by_these_rules: int | None = None


def find_history(
    engine: Engine, run: OpenRun, code: str, deflator: Deflator | None = None, people: Mapping[int, float] | None = None
) -> list[YearOfSpend]:
    """One outcome's spend over the years, as `find_histories` says, in real terms and per head.

    Args:
        people: how many there were, by year.
    """
    own = {(stage, year): amounts for stage, year, amounts in _own_sums(run)}
    found = []
    for stretch in find_histories(engine, run, [code])[code]:
        year, amount = stretch.fiscal_year, stretch.amount
        reached = deflator is not None and deflator.covers(year) and deflator.covers(run.fiscal_year)
        real = None
        if deflator is not None and reached and amount is not None:
            real = in_real_terms(amount, year, run.fiscal_year, deflator)
        heads = (people or {}).get(year, 0)
        told = amount if real is None else real
        by_these = own.get((stretch.stage, year))
        found.append(
            YearOfSpend(
                stretch,
                real,
                per_head(told, heads) if told is not None else None,
                None if by_these is None else by_these.get(code, 0),
            )
        )
    return found


def find_histories(engine: Engine, run: OpenRun, codes: Iterable[str]) -> dict[str, list[Stretch]]:
    """Each outcome's spend in every year that any version of its framework was run for, oldest first, each under the
    version in force then where there is a run by it, of the levels of government in view. Through a lens only the years
    of the run shown are known.
    """
    with Session(engine) as session:
        known = {**known_frameworks(session), run.framework.code: run.framework}
    family = family_held(engine, run)
    spend = [
        (known[code], *each)
        for code, held in family.items()
        for each in (_own_sums(run) if code == run.framework.code else _sums(held.counted))
    ]
    ties = catalogue.crosswalks()
    return {code: trace_spend(run.framework, code, known, spend, ties, run.terms.calendar.starts) for code in codes}


def find_comparable(
    engine: Engine, run: OpenRun, family: Mapping[str, HeldBudgets], alike: Comparable
) -> dict[tuple[str, int], dict[str, int]]:
    """By stage and year, the spend by outcome that can be set beside that of other years, as
    `succession.comparable_spend` says.

    Args:
        family: see `family_held`.
        alike: by which versions, and of which bodies.
    """
    with Session(engine) as session:
        known = {**known_frameworks(session), run.framework.code: run.framework}
    spend = [(known[code], *each) for code, held in family.items() for each in _sums(alike.cells(held))]
    return comparable_spend(run.framework, known, spend, catalogue.crosswalks(), run.terms.calendar.starts)


def family_held(engine: Engine, run: OpenRun) -> dict[str, HeldBudgets]:
    """What a run holds, and the newest run by each version that its framework succeeds, as the run's view counts it, by
    the code of the framework. Through a lens the run's own alone, since the crosswalk is to its framework.
    """
    found = {run.framework.code: run.held}
    if run.lens or not run.framework.succeeds:
        return found
    # All levels in view are all that a run holds, which may be more in an earlier one.
    levels = None if run.levels == run.all_levels else run.levels
    with Session(engine) as session:
        known = {**known_frameworks(session), run.framework.code: run.framework}
        family = {framework.code for framework in versions_before(run.framework, known)}
        for code, run_id in _newest_runs(session, run, family).items():
            counted = cube_in_sight(session, run_id, trials=run.trials)
            sorts = sorts_in_sight(session, run_id, trials=run.trials)
            found[code] = HeldBudgets(
                alignment.of_flow(alignment.consolidate(counted, levels)),
                {sort: alignment.of_flow(alignment.consolidate(cells, levels)) for sort, cells in sorts.items()},
            )
    return found


def find_revisions_of(engine: Engine, run: OpenRun) -> dict[str, Revisions]:
    """How often each outcome's figure for the stage and year shown came out differently from one run of the same
    mapping to the next, up to the run that is shown. Nothing through a lens, whose crosswalk past runs never saw.
    """
    if run.lens:
        return {}
    with Session(engine) as session:
        earlier = [
            each.id
            for each in reversed(runs_in_sight(session, run.government, trials=run.trials, hidden=run.hidden))
            if each.mapping_name == run.mapping.name and each.ran_at <= run.ran_at
        ]
        cells = run_queries.cells_of_runs(session, earlier, run.stage, run.fiscal_year)
    counted = alignment.of_flow(alignment.consolidate(cells, run.levels))
    sums = counted[~counted["kind"].isin(alignment.SET_APART)].groupby(["run_id", "outcome"])["amount"].sum()
    amounts = sums.unstack(fill_value=0).astype("int64")
    held = [run_id for run_id in earlier if run_id in amounts.index]
    found = {code: find_revisions(amounts.loc[held, code].tolist()) for code in amounts.columns}
    return {str(code): revisions for code, revisions in found.items() if revisions is not None}


def _newest_runs(session: Session, shown: OpenRun, codes: Collection[str]) -> dict[str, str]:
    """The newest run of a government by each of some frameworks that whoever looks at one of its runs may see."""
    found: dict[str, str] = {}
    for run in runs_in_sight(session, shown.government, trials=shown.trials, hidden=shown.hidden):
        code = Framework.from_json(run.framework).code
        if code in codes:
            found.setdefault(code, run.id)
    return found


def _own_sums(run: OpenRun) -> list[tuple[str, int, Mapping[str, int]]]:
    return run.once("sums of every period", lambda: _sums(run.cube))


def _sums(cube: pd.DataFrame) -> list[tuple[str, int, Mapping[str, int]]]:
    """Stage, year and amounts by outcome."""
    found: list[tuple[str, int, Mapping[str, int]]] = []
    for stage, year in alignment.periods(cube):
        sums = alignment.spend_by(alignment.of_period(cube, stage, year), "outcome")
        found.append((stage, year, {str(code): int(amount) for code, amount in sums.items()}))
    return found
