"""Plans: the least moves that bring outcomes to the shares that they should have, and what a plan leaves alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

import pandas as pd
from sqlalchemy import Engine

from budget_align.core.scenarios.rebalancing import Plan, find_plan, find_protected
from budget_align.core.scenarios.scenario import grow
from budget_align.core.values.refusal import RefusedError
from budget_align.services.outcomes.consulting import list_consultations
from budget_align.services.runs.shares import accounts_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.services.scenarios.scenarios import (
    OpenScenario,
    change_scenario,
    check_scenario,
    open_scenario,
    spend_by_other_rules,
)


def protected_by_reason(engine: Engine, opened: OpenScenario) -> dict[str, int]:
    """What plans on a scenario take nothing from, by why."""
    found = find_protected_money(engine, opened.run, opened.scenario.rules)
    return {str(reason): int(amount) for reason, amount in found.groupby("reason")["amount"].sum().items()}


def find_protected_money(engine: Engine, run: OpenRun, rules: int | None, freed: Collection[str] = ()) -> pd.DataFrame:
    """What plans on a run take nothing from, as `rebalancing.find_protected` gives it.

    Args:
        rules: the version of a mapping to allocate by; None for the run's own.
        freed: names of `protection.PROTECTED` that may be taken after all.
    """
    if rules is None:
        spend, mapping = accounts_of(engine, run), run.mapping
    else:
        spend, mapping = spend_by_other_rules(engine, run, rules)
    return find_protected(spend, freed, [rule.id for rule in mapping.rules if rule.none])


def plan_scenario(
    engine: Engine,
    scenario_id: int,
    seen: int,
    targets: Mapping[str, Decimal],
    most: Decimal,
    actor: str,
    freed: Collection[str] | None = None,
) -> Plan:
    """Adds the least moves that bring outcomes to shares of the last year's gross, within the scenario's constraints,
    taking nothing of what `protection` names and the scenario does not free.

    Args:
        targets: percent of the gross by outcome; what is not there is left as it is.
        most: percent of what a body spends on an outcome that may be taken from it.
        freed: names of `protection.PROTECTED` that may be taken after all, which the scenario then keeps; without,
            those that it has.

    Raises:
        RefusedError: no target is given, or the scenario cannot be worked out as it is.
    """
    opened = open_scenario(engine, scenario_id)
    if opened.problem:
        raise RefusedError("too-much", f"{opened.problem} Mend or remove that step first.")
    if not targets:
        raise RefusedError("bad-target", "Enter the share that at least one outcome should have.")
    unknown = [code for code in targets if code not in opened.names]
    if unknown:
        raise RefusedError("unknown-outcome", f"{unknown[0]!r} is no outcome of {opened.run.framework.name}.")
    last = max(opened.cells)
    scenario = opened.scenario
    if freed is not None:
        scenario = check_scenario(**{**scenario.model_dump(), "freed": tuple(freed)})
    protected = find_protected_money(engine, opened.run, scenario.rules, scenario.freed)
    grown = grow(protected, scenario, opened.run.fiscal_year, last)
    plan = find_plan(opened.cells[last], targets, scenario.constraints, most, opened.stands, grown)
    if plan.moves:
        only = None if len(opened.cells) == 1 else last
        moves = tuple(move.model_copy(update={"first_year": only}) for move in plan.moves)
        change_scenario(
            engine,
            scenario_id,
            seen,
            lambda now: now.model_copy(update={"steps": (*now.steps, *moves), "freed": scenario.freed}),
            actor,
        )
    return plan


def current_shares(opened: OpenScenario) -> dict[str, float]:
    """What each outcome has of the gross before, 0 to 1."""
    found = {code: opened.before.share_of([code]) for code in opened.before.outcomes}
    return {code: share for code, share in found.items() if share is not None}


def weighed_shares(engine: Engine, opened: OpenScenario) -> dict[str, float]:
    """What the public weighs each outcome, as a share of all that is aligned; empty where nobody was asked."""
    held = list_consultations(engine, opened.run.government, opened.run.framework.code)
    aligned = opened.before.aligned_share
    if not held or not aligned:
        return {}
    return {weight.outcome: weight.share * aligned for weight in held[0].result.priorities.weights}
