"""Overheads and drivers: the shares of lines whose split depends on measures, or on where other money went.

A cost centre is a body's unit in one stage and financial year. Overhead of a centre is given to the other centres in
its scope, in proportion to their direct spend or to a driver's measures; what a centre receives goes on as its own
direct spend went. Between overhead centres three ways are known (see for example Drury, Management and Cost
Accounting, on service department costs):

- direct: nothing passes between them;
- step-down: each gives to those whose rules come after it, in order, and to direct spend;
- reciprocal: all give to each other, and the flows are solved together as a system of linear equations.

Direct spend and overhead are expenditure: income is neither what overhead follows nor what is shared as overhead. In
each way the shares of a centre add up to a whole, so that overheads given out equal overheads taken in. Spend that no
rule aligned draws overhead too, which is then unaligned like it; spend set aside on purpose draws none. A centre with
nothing to follow leaves its overhead unaligned.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.budget_line import UNIT_SEPARATOR
from budget_align.core.condition import fold
from budget_align.core.drivers import measures_for, names_outcomes
from budget_align.core.exact import WHOLE, shares_by
from budget_align.core.mapping import UNALIGNED, Mapping, Rule
from budget_align.core.matching import LineIndex
from budget_align.core.refusal import RefusedError

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CENTRE: Final = ["body", "unit", "stage", "fiscal_year"]

SCHEMA: Final = {
    "rule_id": "str",
    "body": "str",
    "unit": "str",
    "stage": "str",
    "fiscal_year": "int64",
    "outcome": "str",
    "share": "int64",
}
"""Columns of a frame of shares: what the lines that a rule takes in a cost centre give to each outcome, in parts per
million that add up to a million for each rule and centre."""


def depending_shares(
    index: LineIndex, mapping: Mapping, decided: Integers, drivers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The shares of every rule that depends on measures or on other money, in each cost centre where it takes lines.

    Args:
        index: the whole budget, in one version of each body's stage and year.
        mapping: its rules.
        decided: which rule takes each line.
        drivers: the measures, as `drivers.SCHEMA` says.

    Returns:
        Shares as `SCHEMA` says.

    Raises:
        RefusedError: overhead centres give all they have to each other, so that it never arrives anywhere.
    """
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in SCHEMA.items()})
    if not any(rule.depends for rule in mapping.rules):
        return empty
    by_driver = _shares_by_driver(index, mapping, decided, drivers)
    parts = [by_driver]
    if any(rule.follows for rule in mapping.rules):
        centres = _Centres(index, mapping, decided, by_driver)
        for pools in centres.pools_by_period():
            parts.append(_follow(centres, pools, mapping, drivers))
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True).astype(SCHEMA) if found else empty


def _shares_by_driver(
    index: LineIndex, mapping: Mapping, decided: Integers, drivers: pd.DataFrame | None
) -> pd.DataFrame:
    combination, first = index.combinations(CENTRE)
    rows: list[tuple[object, ...]] = []
    for position, rule in enumerate(mapping.rules):
        if not rule.driver or rule.follows:
            continue
        for centre in np.unique(combination[decided == position]).tolist():
            body, unit, stage, year = index.lines[CENTRE].iloc[first[centre]].tolist()
            found = None
            if drivers is not None and names_outcomes(drivers, rule.driver):
                found = measures_for(drivers, rule.driver, year, body, unit)
            key = (rule.id, body, unit, stage, year)
            if found is None or found.empty:
                rows.append((*key, UNALIGNED, WHOLE))
                continue
            parts = shares_by(found["measure"].to_numpy(dtype=np.float64)[None, :])[0].tolist()
            rows += [(*key, outcome, part) for outcome, part in zip(found["outcome"], parts, strict=True) if part]
    return pd.DataFrame(rows, columns=list(SCHEMA)).astype(SCHEMA)


@dataclass(frozen=True)
class _Pools:
    """Overhead of one stage and year: which rule and centre each pool is of, in the order of the rules, and its
    amount; and the centres with direct spend, with what each gives to every outcome."""

    rules: Integers
    centres: Integers
    amounts: Floats
    nodes: Integers
    profiles: Floats


class _Centres:
    """Direct spend and overhead by cost centre."""

    def __init__(self, index: LineIndex, mapping: Mapping, decided: Integers, by_driver: pd.DataFrame) -> None:
        self.combination, first = index.combinations(CENTRE)
        self.keys = index.lines[CENTRE].iloc[first].reset_index(drop=True)
        self.bodies = pd.factorize(self.keys["body"].map(fold))[0].astype(np.int64)
        self.units = np.array([fold(unit) for unit in self.keys["unit"]], dtype=object)
        self.outcomes: dict[str, int] = {UNALIGNED: 0}
        counted = ~index.lines["memo"].to_numpy(dtype=bool) & (index.lines["flow"] == "expenditure").to_numpy()
        follows = np.array([*(bool(rule.follows) for rule in mapping.rules), False])
        on_purpose = np.array([*(bool(rule.none) for rule in mapping.rules), False])
        amounts = index.lines["amount"].to_numpy(dtype=np.float64)
        self._direct = _sum_by(counted & ~follows[decided] & ~on_purpose[decided], decided, self.combination, amounts)
        self._overhead = _sum_by(counted & follows[decided], decided, self.combination, amounts)
        self._profiles = self._lay_out(mapping, by_driver)

    def _lay_out(self, mapping: Mapping, by_driver: pd.DataFrame) -> Floats:
        """What the direct spend of each centre gives to each outcome, below nought taken for nought."""
        place_of = {key: place for place, key in enumerate(self.keys.itertuples(index=False, name=None))}
        of_driver: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for rule_id, body, unit, stage, year, outcome, share in by_driver.itertuples(index=False, name=None):
            of_driver.setdefault((rule_id, place_of[body, unit, stage, year]), []).append((outcome, share))
        entries: list[tuple[int, int, float]] = []
        for rule, centre, amount in zip(*self._direct, strict=True):
            shares = self._shares(mapping, int(rule), int(centre), of_driver)
            for outcome, part in shares:
                column = self.outcomes.setdefault(outcome, len(self.outcomes))
                entries.append((int(centre), column, float(amount) * part / WHOLE))
        profiles = np.zeros((len(self.keys), len(self.outcomes)))
        if entries:
            rows, columns, values = zip(*entries, strict=True)
            np.add.at(profiles, (np.array(rows), np.array(columns)), np.array(values))
        return np.maximum(profiles, 0.0)

    def _shares(
        self, mapping: Mapping, rule: int, centre: int, of_driver: dict[tuple[str, int], list[tuple[str, int]]]
    ) -> list[tuple[str, int]]:
        if rule < 0:
            return [(UNALIGNED, WHOLE)]
        mine = mapping.rules[rule]
        if mine.driver:
            return of_driver[mine.id, centre]
        shares = mapping.shares_of(mine)
        return [*shares.items(), (UNALIGNED, WHOLE - sum(shares.values()))]

    def pools_by_period(self) -> list[_Pools]:
        """The overhead and the direct spend of each stage and year that has overhead."""
        rules, centres, amounts = self._overhead
        period = pd.factorize(pd.MultiIndex.from_frame(self.keys[["stage", "fiscal_year"]]))[0]
        spend = self._profiles.sum(axis=1)
        found = []
        for each in np.unique(period[centres]).tolist():
            mine = np.flatnonzero(period[centres] == each)
            nodes = np.flatnonzero((period == each) & (spend > 0))
            found.append(_Pools(rules[mine], centres[mine], amounts[mine], nodes, self._profiles[nodes]))
        return found

    def under(self, centre: int, among: Integers) -> npt.NDArray[np.bool_]:
        """Which of some centres are a centre's own unit or below it."""
        below = np.zeros(len(self.keys), dtype=np.bool_)
        below[self._below[int(self.bodies[centre]), str(self.units[centre])]] = True
        found: npt.NDArray[np.bool_] = below[among]
        return found

    @cached_property
    def _below(self) -> dict[tuple[int, str], list[int]]:
        """The centres at each node of the unit tree of each body and below it."""
        below: dict[tuple[int, str], list[int]] = {}
        for centre, (body, unit) in enumerate(zip(self.bodies.tolist(), self.units.tolist(), strict=True)):
            parts = unit.split(UNIT_SEPARATOR) if unit else []
            for depth in range(len(parts) + 1):
                below.setdefault((body, UNIT_SEPARATOR.join(parts[:depth])), []).append(centre)
        return below


def _sum_by(
    wanted: npt.NDArray[np.bool_], decided: Integers, centre: Integers, amounts: Floats
) -> tuple[Integers, Integers, Floats]:
    """The amounts of some lines by rule and centre, in that order."""
    frame = pd.DataFrame({"rule": decided[wanted], "centre": centre[wanted], "amount": amounts[wanted]})
    sums = frame.groupby(["rule", "centre"], sort=True)["amount"].sum()
    return (
        sums.index.get_level_values(0).to_numpy(dtype=np.int64),
        sums.index.get_level_values(1).to_numpy(dtype=np.int64),
        sums.to_numpy(dtype=np.float64),
    )


def _follow(centres: _Centres, pools: _Pools, mapping: Mapping, drivers: pd.DataFrame | None) -> pd.DataFrame:
    to_nodes, to_pools = _weights(centres, pools, mapping, drivers)
    given = to_nodes.sum(axis=1) + to_pools.sum(axis=1)
    stuck = given <= 0
    given[stuck] = 1.0
    to_nodes, to_pools = to_nodes / given[:, None], to_pools / given[:, None]
    _refuse_circles(centres, pools, mapping, to_nodes, to_pools, stuck)
    profiles = pools.profiles / pools.profiles.sum(axis=1, keepdims=True) if len(pools.nodes) else pools.profiles
    arrives = to_nodes @ profiles
    arrives[stuck, 0] = 1.0
    if to_pools.any():
        arrives = np.linalg.solve(np.eye(len(to_pools)) - to_pools, arrives)
    parts = shares_by(np.maximum(arrives, 0.0))
    rows, columns = np.nonzero(parts)
    # Unaligned comes last within a centre, as in fixed shares.
    order = np.lexsort((np.where(columns == 0, parts.shape[1], columns), rows))
    rows, columns = rows[order], columns[order]
    keys = centres.keys.iloc[pools.centres[rows]].reset_index(drop=True)
    ids = np.array([rule.id for rule in mapping.rules], dtype=object)
    outcomes = np.array(list(centres.outcomes), dtype=object)
    return keys.assign(rule_id=ids[pools.rules[rows]], outcome=outcomes[columns], share=parts[rows, columns])[
        list(SCHEMA)
    ]


def _weights(centres: _Centres, pools: _Pools, mapping: Mapping, drivers: pd.DataFrame | None) -> tuple[Floats, Floats]:
    """How much of each pool goes to each centre with direct spend, and to each other pool, in any one measure."""
    count = len(pools.rules)
    spend = pools.profiles.sum(axis=1)
    overhead = np.maximum(pools.amounts, 0.0)
    to_nodes, to_pools = np.zeros((count, len(pools.nodes))), np.zeros((count, count))
    year = int(centres.keys["fiscal_year"].iloc[pools.centres[0]])
    passes = _who_may_receive(mapping.overheads, count)
    drawn: dict[str, tuple[Floats, Floats]] = {}
    for pool in range(count):
        rule = mapping.rules[pools.rules[pool]]
        if rule.driver not in drawn:
            drawn[rule.driver] = (
                (spend, overhead)
                if not rule.driver
                else _draws(centres, pools, drivers, rule.driver, year, spend, overhead)
            )
        by_node, by_pool = drawn[rule.driver]
        to_nodes[pool] = by_node * _in_scope(centres, rule, pools.centres[pool], pools.nodes)
        to_pools[pool] = by_pool * _in_scope(centres, rule, pools.centres[pool], pools.centres) * passes[pool]
    return to_nodes, to_pools


def _who_may_receive(way: str, count: int) -> npt.NDArray[np.bool_]:
    every = np.ones((count, count), dtype=np.bool_)
    if way == "reciprocal":
        return every & ~np.eye(count, dtype=np.bool_)
    return np.triu(every, 1) if way == "step-down" else np.zeros((count, count), dtype=np.bool_)


def _in_scope(centres: _Centres, rule: Rule, centre: int, among: Integers) -> npt.NDArray[np.bool_]:
    if rule.follows == "all":
        return np.ones(len(among), dtype=np.bool_)
    if rule.follows == "body":
        same: npt.NDArray[np.bool_] = centres.bodies[among] == centres.bodies[centre]
        return same
    return centres.under(centre, among)


def _draws(
    centres: _Centres,
    pools: _Pools,
    drivers: pd.DataFrame | None,
    name: str,
    year: int,
    spend: Floats,
    overhead: Floats,
) -> tuple[Floats, Floats]:
    """What each centre with direct spend, and each pool, draws by a driver's measures. A measure of a unit or body is
    shared among the centres under it by what they spend."""
    by_node, by_pool = np.zeros(len(pools.nodes)), np.zeros(len(pools.centres))
    if drivers is None:
        return by_node, by_pool
    places = np.concatenate([pools.nodes, pools.centres])
    size = np.concatenate([spend, overhead])
    by_place: dict[tuple[str, str], list[int]] = {}
    for position, place in enumerate(places.tolist()):
        body, unit = fold(str(centres.keys["body"].iloc[place])), str(centres.units[place])
        parts = unit.split(UNIT_SEPARATOR) if unit else []
        above = {(body, UNIT_SEPARATOR.join(parts[:depth])) for depth in range(len(parts) + 1)}
        for key in {("", ""), *above}:
            by_place.setdefault(key, []).append(position)
    drawn = np.zeros(len(places))
    rows = drivers[(drivers["driver"] == name) & (drivers["fiscal_year"] == year) & (drivers["measure"] > 0)]
    for body, unit, measure in zip(rows["body"].map(fold), rows["unit"].map(fold), rows["measure"], strict=True):
        there = np.array(by_place.get((body, unit), []), dtype=np.int64)
        total = size[there].sum()
        if total > 0:
            drawn[there] += measure * size[there] / total
    return drawn[: len(by_node)], drawn[len(by_node) :]


def _refuse_circles(
    centres: _Centres,
    pools: _Pools,
    mapping: Mapping,
    to_nodes: Floats,
    to_pools: Floats,
    stuck: npt.NDArray[np.bool_],
) -> None:
    """Refuses pools that nothing leads out of: what they hold would go round for ever."""
    leads_out = stuck | (to_nodes > 0).any(axis=1)
    while True:
        more = leads_out | (to_pools[:, leads_out] > 0).any(axis=1)
        if (more == leads_out).all():
            break
        leads_out = more
    if leads_out.all():
        return
    names = []
    for pool in np.flatnonzero(~leads_out).tolist()[:5]:
        key = centres.keys.iloc[pools.centres[pool]]
        place = UNIT_SEPARATOR.join(part for part in (key["body"], key["unit"]) if part)
        names.append(f"{place} (rule {mapping.rules[pools.rules[pool]].id!r})")
    raise RefusedError(
        "overhead-circle",
        f"Overhead goes round in a circle and never reaches direct spend: {', '.join(names)}. Let one of them follow "
        "all direct spend, or use step-down.",
    )
