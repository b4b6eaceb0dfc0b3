"""Overheads and drivers: the shares of lines whose split depends on measures, or on where other money went.

A cost centre is a body's unit in one stage and financial year. Overhead of a centre is given to the other centres in
its scope, in proportion to their direct spend or to a driver's measures; what a centre receives goes on as its own
direct spend went. Between overhead centres three ways are known (see for example Drury, Management and Cost
Accounting, on service department costs):

- direct: nothing passes between them;
- step-down: the centres of each rule give to those of the rules after it, in the order of the mapping, and to direct
  spend; the centres of one rule take one step together, so that the order of lines says nothing;
- reciprocal: all give to each other, and the flows are solved together as a system of linear equations.

Direct spend and overhead are expenditure: income is neither what overhead follows nor what is shared as overhead. In
each way the shares of a centre add up to a whole, so that overheads given out equal overheads taken in. Spend that no
rule aligned draws overhead too, which is then unaligned like it; spend set aside on purpose draws none. A centre with
nothing to follow leaves its overhead unaligned. What receipts leave of a centre's spend on an outcome below zero
draws no overhead, and is told (`CostCentres.below`).

All is worked out in whole numbers, so that shares are right to their last part of `FINE` and amounts to the penny.
Pools of one rule and scope follow the same money, whatever they hold: what a pool would give itself, it gives away
again in the same proportions. So each rule and scope is one unknown, however many pools it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.allocation.cost_centres import CENTRE, CostCentres, Pools, Profile, Scope, ShareRow
from budget_align.core.returns.budget_line import UNIT_SEPARATOR
from budget_align.core.rules.drivers import measures_for, names_outcomes
from budget_align.core.rules.mapping import UNALIGNED, Mapping
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.arrays import Integers
from budget_align.core.values.exact import FINE, scale_exactly
from budget_align.core.values.folding import fold
from budget_align.core.values.refusal import RefusedError

SCHEMA: Final = {
    "rule_id": "str",
    "body": "str",
    "unit": "str",
    "stage": "str",
    "fiscal_year": "int64",
    "outcome": "str",
    "share": "int64",
}
"""Columns of a frame of shares: what the lines that a rule takes in a cost centre give to each outcome, in parts that
add up to `FINE` for each rule and centre."""

_EXACT: Final = 10**40
"""Parts of a whole while shares are worked out."""


def depending_shares(
    index: LineIndex,
    mapping: Mapping,
    decided: Integers,
    drivers: pd.DataFrame | None = None,
    amounts: Integers | None = None,
) -> pd.DataFrame:
    """The shares of every rule that depends on measures or on other money, in each cost centre where it takes lines.

    Args:
        index: the whole budget, in one version of each body's stage and year.
        mapping: its rules.
        decided: which rule takes each line.
        drivers: the measures, as `drivers.SCHEMA` says.
        amounts: what of each line counts; without, all of it but for memo lines.

    Returns:
        Shares as `SCHEMA` says.

    Raises:
        RefusedError: overhead centres give all they have to each other, so that it never arrives anywhere.
    """
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in SCHEMA.items()})
    if not any(rule.depends for rule in mapping.rules):
        return empty
    rows = shares_by_driver(index, mapping, decided, drivers)
    if any(rule.follows for rule in mapping.rules):
        centres = CostCentres(index, mapping, decided, list(rows), amounts)
        for pools in centres.pools_by_period():
            rows += _follow(centres, pools, mapping, drivers)
    return pd.DataFrame(rows, columns=list(SCHEMA)).astype(SCHEMA) if rows else empty


def shares_by_driver(
    index: LineIndex, mapping: Mapping, decided: Integers, drivers: pd.DataFrame | None
) -> list[ShareRow]:
    """The shares of rules that a driver splits over outcomes, in each cost centre where they take lines."""
    combination, first = index.combinations(CENTRE)
    rows: list[ShareRow] = []
    for position, rule in enumerate(mapping.rules):
        if not rule.driver or rule.follows:
            continue
        for centre in np.unique(combination[decided == position]).tolist():
            body, unit, stage, year = index.lines[CENTRE].iloc[first[centre]].tolist()
            found = None
            if drivers is not None and names_outcomes(drivers, rule.driver):
                found = measures_for(drivers, rule.driver, year, body, unit)
            key = (rule.id, body, unit, stage, int(year))
            if found is None or found.empty:
                rows.append((*key, UNALIGNED, FINE))
                continue
            parts = scale_exactly(FINE, _whole_numbers(found["measure"].tolist()))
            rows += [(*key, outcome, part) for outcome, part in zip(found["outcome"], parts, strict=True) if part]
    return rows


def _whole_numbers(measures: Sequence[float]) -> list[int]:
    """Measures, as people write them, as whole numbers in the same proportions."""
    exact = [Fraction(repr(measure)) for measure in measures]
    denominator = 1
    for each in exact:
        denominator *= each.denominator // np.gcd(denominator, each.denominator)
    return [int(each * int(denominator)) for each in exact]


Group = tuple[int, Scope]
"""The pools of one rule that follow the same money: its position, and the scope."""


@dataclass
class Equation:
    """Where the money of a group goes: to direct spend, by outcome or kind, and to other groups, in any one measure.

    Attributes:
        total: all that goes, where what goes to some outcomes or groups is left out; without, all that is told.
    """

    direct: Profile = field(default_factory=dict)
    groups: dict[Group, int] = field(default_factory=dict)
    total: int = 0

    def __post_init__(self) -> None:
        self.total = self.total or sum(self.direct.values()) + sum(self.groups.values())


def _follow(centres: CostCentres, pools: Pools, mapping: Mapping, drivers: pd.DataFrame | None) -> list[ShareRow]:
    group_of = groups_of(centres, pools, mapping)
    equations = find_equations(centres, pools, mapping, drivers, centres.profiles)
    _refuse_circles(centres, pools, group_of, mapping, equations)
    arrives = solve(equations)
    outcomes = list(centres.outcomes)
    shares: dict[Group, list[tuple[str, int]]] = {}
    for group, profile in arrives.items():
        columns = sorted(profile)
        parts = dict(zip(columns, scale_exactly(FINE, [profile[column] for column in columns]), strict=True))
        # Unaligned comes last within a centre, as in fixed shares.
        ordered = sorted(columns, key=lambda column: (column == 0, column))
        shares[group] = [(outcomes[column], parts[column]) for column in ordered if parts[column]]
    rows: list[ShareRow] = []
    for pool, group in zip(pools.pools, group_of, strict=True):
        body, unit, stage, year = centres.keys.iloc[pool.centre].tolist()
        key = (mapping.rules[pool.rule].id, body, unit, stage, int(year))
        rows += [(*key, outcome, part) for outcome, part in shares[group]]
    return rows


def groups_of(centres: CostCentres, pools: Pools, mapping: Mapping) -> list[Group]:
    """The group of each pool."""
    return [(pool.rule, centres.scope(mapping.rules[pool.rule], pool.centre)) for pool in pools.pools]


def find_equations(
    centres: CostCentres,
    pools: Pools,
    mapping: Mapping,
    drivers: pd.DataFrame | None,
    profiles: Lookup[int, Profile],
) -> dict[Group, Equation]:
    """Where each group's money goes. A group that follows nothing goes to what is unaligned, the first column.

    Args:
        profiles: what each centre's direct spend gives, by outcome or by kind.
    """
    equations: dict[Group, Equation] = {}
    group_of = groups_of(centres, pools, mapping)
    nodes_in, pools_in = _by_scope(centres, pools)
    spend = {node: centres.spend(node) for node in pools.nodes}
    size = [max(0, pool.amount) * FINE for pool in pools.pools]
    drawn: dict[str, tuple[dict[int, int], list[int]]] = {"": (spend, size)}
    direct: dict[tuple[str, Scope], Profile] = {}
    for group in dict.fromkeys(group_of):
        position, scope = group
        driver = mapping.rules[position].driver
        if driver not in drawn:
            drawn[driver] = _draws(centres, pools, drivers, driver, spend, size)
        by_node, by_pool = drawn[driver]
        if (driver, scope) not in direct:
            direct[driver, scope] = _profile_of(profiles, nodes_in[scope], spend, by_node)
        passes: dict[Group, int] = {}
        for place in pools_in[scope]:
            other = group_of[place]
            if by_pool[place] and other != group and _may_pass(mapping.overheads, position, other[0]):
                passes[other] = passes.get(other, 0) + by_pool[place]
        equation = Equation(dict(direct[driver, scope]), passes)
        equations[group] = equation if equation.total else Equation({0: 1})
    return equations


def _by_scope(
    centres: CostCentres, pools: Pools
) -> tuple[defaultdict[Scope, list[int]], defaultdict[Scope, list[int]]]:
    """The centres with direct spend, and the places of the pools, that lie in each scope."""
    nodes_in: defaultdict[Scope, list[int]] = defaultdict(list)
    pools_in: defaultdict[Scope, list[int]] = defaultdict(list)
    for node in pools.nodes:
        for scope in centres.scopes_of(node):
            nodes_in[scope].append(node)
    for place, pool in enumerate(pools.pools):
        for scope in centres.scopes_of(pool.centre):
            pools_in[scope].append(place)
    return nodes_in, pools_in


def _may_pass(way: str, giver: int, taker: int) -> bool:
    """Whether a rule's overhead may pass to that of another, or of the same in another scope."""
    return way == "reciprocal" or (way == "step-down" and taker > giver)


def _profile_of(
    profiles: Lookup[int, Profile], nodes: Sequence[int], spend: dict[int, int], drawn: dict[int, int]
) -> Profile:
    """What centres with direct spend give, of what they draw."""
    profile: Profile = {}
    for node in nodes:
        draws, whole = drawn[node], spend[node]
        if draws:
            for column, amount in profiles[node].items():
                given = amount if draws == whole else draws * amount // whole
                profile[column] = profile.get(column, 0) + given
    return profile


def _draws(
    centres: CostCentres,
    pools: Pools,
    drivers: pd.DataFrame | None,
    name: str,
    spend: dict[int, int],
    size: Sequence[int],
) -> tuple[dict[int, int], list[int]]:
    """What each centre with direct spend, and each pool, draws by a driver's measures. A measure of a unit or body is
    shared among the centres under it by what they spend."""
    by_node, by_pool = dict.fromkeys(pools.nodes, 0), [0] * len(pools.pools)
    if drivers is None:
        return by_node, by_pool
    year = int(centres.keys["fiscal_year"].iloc[pools.pools[0].centre])
    rows = drivers[(drivers["driver"] == name) & (drivers["fiscal_year"] == year) & (drivers["measure"] > 0)]
    if rows.empty:
        return by_node, by_pool
    nodes_in, pools_in = _by_scope(centres, pools)
    measures = _whole_numbers(rows["measure"].tolist())
    for body, unit, measure in zip(rows["body"].map(fold), rows["unit"].map(fold), measures, strict=True):
        scope = (body, unit)
        total = sum(spend[node] for node in nodes_in[scope]) + sum(size[place] for place in pools_in[scope])
        if total > 0:
            for node in nodes_in[scope]:
                by_node[node] += measure * _EXACT * spend[node] // total
            for place in pools_in[scope]:
                by_pool[place] += measure * _EXACT * size[place] // total
    return by_node, by_pool


def solve(equations: dict[Group, Equation]) -> dict[Group, Profile]:
    """What share of each group's money arrives at each outcome or kind, in parts of `_EXACT`."""
    groups = sorted(equations)
    place = {group: position for position, group in enumerate(groups)}
    columns = sorted({column for equation in equations.values() for column in equation.direct})
    totals = [equations[group].total for group in groups]
    direct = [[equations[group].direct.get(column, 0) * _EXACT for column in columns] for group in groups]
    passes = [[(place[other], weight) for other, weight in equations[group].groups.items()] for group in groups]
    found = [[0] * len(columns) for _ in groups]
    if all(other > here for here, others in enumerate(passes) for other, _ in others):
        # Later steps give to none of the earlier ones, so that each is known when it is asked for.
        for here in reversed(range(len(groups))):
            found[here] = _arrives(direct[here], passes[here], totals[here], found)
    else:
        system = np.eye(len(groups))
        for here, others in enumerate(passes):
            for other, weight in others:
                system[here, other] -= weight / totals[here]
        for _ in range(8):
            # Each turn is right to some fifteen digits of what the last one left.
            misses = [
                [a - b for a, b in zip(_arrives(direct[here], passes[here], totals[here], found), row, strict=True)]
                for here, row in enumerate(found)
            ]
            if not any(abs(miss) > 1 for row in misses for miss in row):
                break
            step = np.linalg.solve(system, np.array(misses, dtype=np.float64))
            found = [[a + int(b) for a, b in zip(*rows, strict=True)] for rows in zip(found, step, strict=True)]
    return {
        group: {column: size for column, size in zip(columns, row, strict=True) if size > 0}
        for group, row in zip(groups, found, strict=True)
    }


def _arrives(
    direct: Sequence[int], passes: Sequence[tuple[int, int]], total: int, found: Sequence[Sequence[int]]
) -> list[int]:
    return [
        (size + sum(weight * found[other][column] for other, weight in passes)) // total
        for column, size in enumerate(direct)
    ]


def _refuse_circles(
    centres: CostCentres,
    pools: Pools,
    group_of: Sequence[Group],
    mapping: Mapping,
    equations: dict[Group, Equation],
) -> None:
    """Refuses pools that nothing leads out of: what they hold would go round for ever."""
    leads_out = {group for group, equation in equations.items() if equation.direct}
    while True:
        more = {group for group, equation in equations.items() if leads_out & equation.groups.keys()} - leads_out
        if not more:
            break
        leads_out |= more
    stuck = [pool for pool, group in zip(pools.pools, group_of, strict=True) if group not in leads_out]
    if not stuck:
        return
    names = []
    for pool in stuck[:5]:
        key = centres.keys.iloc[pool.centre]
        where = UNIT_SEPARATOR.join(part for part in (key["body"], key["unit"]) if part)
        names.append(f"{where} (rule {mapping.rules[pool.rule].id!r})")
    raise RefusedError(
        "overhead-circle",
        f"Overhead goes round in a circle and never reaches direct spend: {', '.join(names)}. Let one of them follow "
        "all direct spend, or use step-down.",
    )
