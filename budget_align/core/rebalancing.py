"""Rebalancing: the least money that has to move so that outcomes reach the shares that they should have.

A linear programme over flows from what a body spends on an outcome to another outcome, or to another body that serves
it already. It is solved twice by HiGHS (Huangfu and Hall 2018): first for the least that targets are missed by, which
is nought where they can be met, then, at that, for the least money moved; among equals money stays in its body.
Capital stays capital and resource resource, and the total is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.mapping import UNALIGNED
from budget_align.core.refusal import RefusedError
from budget_align.core.scenario import Constraint, Move, Part, is_capital

UNDECIDED: Final = "Use to be decided"
"""The programme of money whose outcome is settled and whose use is not."""

_BODIES: Final = 5
"""Other bodies that money may go to for an outcome: those that give most to it."""

_UNIT: Final = 1e8
"""Minor units in what the programme counts by, a million of major ones: its tolerance is then below a tenth of one."""

_SLACK: Final = 100
"""Minor units that a target is passed and a cap kept by, so that rounding to minor units breaks neither."""

_STAYS: Final = 1e-3
"""What moving to another body costs beside moving within one."""


@dataclass(frozen=True)
class Plan:
    """Moves that meet targets, or come as near as the constraints allow.

    Attributes:
        moved: all that moves, in minor units.
        missed: by outcome, what it lacks of its target, in minor units; empty where all are met.
    """

    moves: tuple[Move, ...]
    moved: int
    missed: Mapping[str, int]


@dataclass(frozen=True)
class _Group:
    body: str
    programme: str | None
    outcome: str
    capital: bool
    available: int

    @property
    def part(self) -> Part:
        return Part(
            body=self.body,
            programme=self.programme,
            outcome=self.outcome,
            spending="capital" if self.capital else "resource",
        )


def find_plan(
    cells: pd.DataFrame,
    targets: Mapping[str, Decimal],
    constraints: Sequence[Constraint],
    most: Decimal = Decimal(100),
    before: pd.DataFrame | None = None,
) -> Plan:
    """The least money that has to move for outcomes to have at least some shares of the total.

    Args:
        cells: one year, as `scenario.lay_out` gives them.
        targets: percent of the total by outcome.
        constraints: what has to hold; a part whose total is kept has no flow over its border.
        most: percent of what a body spends on an outcome that may be taken from it.
        before: the cells that caps are set beside; the same ones without.

    Raises:
        RefusedError: the targets add up to more than 100 percent, or there is nothing to move.
    """
    if sum(targets.values()) > 100:
        raise RefusedError("bad-target", "The shares add up to more than 100 percent; lower some of them.")
    total = int(cells["amount"].sum())
    if total <= 0:
        raise RefusedError("bad-target", "The total is nought or less, of which there are no shares.")
    named = sorted({c.part.programme for c in constraints if c.part.programme is not None})
    groups = _groups(cells, named, constraints, most)
    flows = _flows(cells, groups, list(targets), constraints)
    has = cells.groupby("outcome")["amount"].sum().to_dict()
    wanted = {code: -int(-total * share / 100 // 1) - int(has.get(code, 0)) for code, share in targets.items()}
    caps = _caps(groups, flows, cells, cells if before is None else before, constraints)
    amounts = _solve(groups, flows, wanted, caps)
    present = cells[cells["programme"].isin(named)]
    apart = sorted(set(zip(present["body"].tolist(), present["programme"].tolist(), strict=True)))
    return _plan(groups, flows, amounts, wanted, apart)


def _groups(
    cells: pd.DataFrame, named: Sequence[str], constraints: Sequence[Constraint], most: Decimal
) -> list[_Group]:
    """What can be taken from: bodies' money by outcome and capital or not, programmes that a constraint names apart."""
    free = (cells["amount"] > 0).to_numpy(copy=True)
    for constraint in constraints:
        if constraint.rule == "protect":
            free &= ~constraint.part.find(cells)
    mine = cells[free]
    apart = mine["programme"].where(mine["programme"].isin(named), None)
    keyed = mine.assign(programme=apart.astype(object), capital=is_capital(mine))
    keys = ["body", "programme", "outcome", "capital"]
    sums = keyed.groupby(keys, dropna=False, sort=True)["amount"].sum().reset_index()
    return [
        _Group(
            str(body),
            programme if isinstance(programme, str) else None,
            str(outcome),
            bool(capital),
            int(int(amount) * most / 100),
        )
        for body, programme, outcome, capital, amount in sums.itertuples(index=False, name=None)
    ]


_Row = tuple[list[int], list[float], float]
"""Columns, their factors, and what they may add up to at most."""

_Flow = tuple[int, str, str]
"""The position of a group, and the body and outcome that its money may go to."""


def _flows(
    cells: pd.DataFrame, groups: Sequence[_Group], outcomes: Sequence[str], constraints: Sequence[Constraint]
) -> list[_Flow]:
    given = cells[cells["amount"] > 0].groupby(["outcome", "body"])["amount"].sum()
    serving: dict[str, list[str]] = {}
    for outcome in outcomes:
        bodies = given[outcome].sort_values(ascending=False) if outcome in given.index.get_level_values(0) else None
        serving[outcome] = [] if bodies is None else [str(body) for body in bodies.index]
    kept = [constraint.part for constraint in constraints if constraint.rule == "keep"]
    flows = []
    for position, group in enumerate(groups):
        inside = [_within(part, group.body, group.programme or "", group.outcome, group.capital) for part in kept]
        for outcome in outcomes:
            if outcome == group.outcome:
                continue
            serve = serving[outcome]
            own = [group.body] if group.body in serve or not serve else []
            for body in dict.fromkeys([*own, *serve[:_BODIES]]):
                if [_within(part, body, UNDECIDED, outcome, group.capital) for part in kept] == inside:
                    flows.append((position, body, outcome))
    return flows


def _within(part: Part, body: str, programme: str, outcome: str, capital: bool) -> bool:
    return (
        part.body in (None, body)
        and part.programme in (None, programme)
        and part.outcome in (None, outcome)
        and (not part.spending or (part.spending == "capital") == capital)
    )


def _solve(
    groups: Sequence[_Group],
    flows: Sequence[_Flow],
    wanted: Mapping[str, int],
    caps: Sequence[_Row],
) -> npt.NDArray[np.float64]:
    """What flows, in the programme's unit, shape (flows,)."""
    from scipy.optimize import linprog  # here, so that commands that plan nothing start without it
    from scipy.sparse import coo_array

    if not flows:
        return np.zeros(0)
    rows: list[_Row] = []
    for code, lack in wanted.items():
        gain = [(i, -1.0) for i, (_, _, outcome) in enumerate(flows) if outcome == code]
        loss = [(i, 1.0) for i, (g, _, _) in enumerate(flows) if groups[g].outcome == code]
        missed = len(flows) + list(wanted).index(code)
        columns = [*gain, *loss, (missed, -1.0)]
        rows.append(([c for c, _ in columns], [v for _, v in columns], -(lack + (_SLACK if lack > 0 else 0)) / _UNIT))
    of_group: dict[int, list[int]] = {}
    for i, (g, _, _) in enumerate(flows):
        of_group.setdefault(g, []).append(i)
    rows += [(mine, [1.0] * len(mine), groups[g].available / _UNIT) for g, mine in of_group.items()]
    rows += caps
    count = len(flows) + len(wanted)
    at = [(r, c, v) for r, (columns, values, _) in enumerate(rows) for c, v in zip(columns, values, strict=True)]
    matrix: Any = coo_array(
        ([v for _, _, v in at], ([r for r, _, _ in at], [c for _, c, _ in at])), shape=(len(rows), count)
    ).tocsr()
    limits = np.array([limit for _, _, limit in rows])
    misses = np.concatenate([np.zeros(len(flows)), np.ones(len(wanted))])
    nearest = linprog(misses, A_ub=matrix, b_ub=limits, bounds=(0, None), method="highs")
    costs = [1.0 if body == groups[g].body else 1.0 + _STAYS for g, body, _ in flows]
    # What was missed before may be missed again, and no more but for the tolerance.
    bounds = [(0.0, None)] * len(flows) + [(0.0, float(x) + 1e-7) for x in nearest.x[len(flows) :]]
    least = linprog(np.array([*costs, *[0.0] * len(wanted)]), A_ub=matrix, b_ub=limits, bounds=bounds, method="highs")
    found: npt.NDArray[np.float64] = (least if least.status == 0 else nearest).x[: len(flows)]
    return found


def _caps(
    groups: Sequence[_Group],
    flows: Sequence[_Flow],
    cells: pd.DataFrame,
    before: pd.DataFrame,
    constraints: Sequence[Constraint],
) -> list[_Row]:
    """The rows that keep the total of a part within some percent, up and down."""
    rows = []
    for constraint in constraints:
        if constraint.percent is None:
            continue
        part = constraint.part
        was = int(before.loc[part.find(before), "amount"].sum())
        changed = int(cells.loc[part.find(cells), "amount"].sum()) - was
        most = float(abs(was) * constraint.percent / 100) - _SLACK
        columns: list[int] = []
        values: list[float] = []
        for i, (g, body, outcome) in enumerate(flows):
            group = groups[g]
            come = _within(part, body, UNDECIDED, outcome, group.capital)
            gone = _within(part, group.body, group.programme or "", group.outcome, group.capital)
            if come != gone:
                columns.append(i)
                values.append(1.0 if come else -1.0)
        up, down = (max(0.0, most - changed) / _UNIT, max(0.0, most + changed) / _UNIT)
        rows += [(columns, values, up), (columns, [-value for value in values], down)]
    return rows


def _plan(
    groups: Sequence[_Group],
    flows: Sequence[_Flow],
    amounts: npt.NDArray[np.float64],
    wanted: Mapping[str, int],
    apart: Sequence[tuple[str, str]],
) -> Plan:
    left = [group.available for group in groups]
    gained = dict.fromkeys(wanted, 0)
    moves = []
    for (g, body, outcome), amount in sorted(zip(flows, amounts.tolist(), strict=True), key=lambda each: -each[1]):
        group = groups[g]
        minor = min(left[g], int(amount * _UNIT))
        if minor < _SLACK:
            continue
        left[g] -= minor
        gained[outcome] += minor
        if group.outcome in gained:
            gained[group.outcome] -= minor
        to = Part(body=None if body == group.body else body, programme=UNDECIDED, outcome=outcome)
        others = [programme for body_, programme in apart if body_ == group.body]
        spared = () if group.programme is not None else tuple(Part(programme=name) for name in others)
        moves.append(Move(source=group.part, spared=spared, to=to, amount=minor))
    missed = {code: lack - gained[code] for code, lack in wanted.items() if lack > gained[code]}
    return Plan(tuple(moves), sum(move.amount or 0 for move in moves), missed)


def shares_of(cells: pd.DataFrame) -> dict[str, float]:
    """What each outcome has of the total, 0 to 1, unaligned left out."""
    total = int(cells["amount"].sum())
    sums = cells[cells["outcome"] != UNALIGNED].groupby("outcome")["amount"].sum()
    return {str(code): int(amount) / total for code, amount in sums.items()} if total > 0 else {}
