"""Rebalancing: the least money that has to move so that outcomes reach the shares that they should have.

A linear programme over flows from what a body spends on an outcome to another outcome, or to another body that serves
it already. Three things are made least, one within the other: the sum of what targets are missed by, which is zero
where they can be met; then the money moved; then what of it leaves its body. HiGHS (Huangfu and Hall 2018) solves it in
floats first and then, around that, in whole minor units, so that a target is met to the penny or said to be missed.
Capital stays capital and resource resource, money keeps its control, the total is as it was, an outcome that lacks of
its target gives none of what it has on balance, and protected money stays where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.allocation.alignment import SET_APART
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.rules.protection import ON_PURPOSE, PROTECTED, natures
from budget_align.core.scenarios.integer_programme import Row, solve_in_turn
from budget_align.core.scenarios.scenario import KEYS, Constraint, Move, Part, gross_of, is_capital
from budget_align.core.values.refusal import RefusedError

UNDECIDED: Final = "Use to be decided"
"""The programme of money whose outcome is settled and whose use is not."""


@dataclass(frozen=True)
class Plan:
    """Moves that meet targets, or come as near as the constraints allow.

    Attributes:
        moved: all that moves, in minor units.
        missed: by outcome, what it lacks of its target, in minor units; empty where all are met to the last one.
        protected: what was not to be taken, by why, in minor units.
    """

    moves: tuple[Move, ...]
    moved: int
    missed: Mapping[str, int]
    protected: Mapping[str, int]

    @property
    def kept(self) -> int:
        """All that was not to be taken."""
        return sum(self.protected.values())


_Stays = tuple[bool, str]
"""What money stays when it moves: whether capital, and of what control, where something kept or capped names that."""


@dataclass(frozen=True)
class _Group:
    body: str
    programme: str | None
    outcome: str
    control: str | None
    stays: _Stays
    available: int

    @property
    def part(self) -> Part:
        return Part(
            body=self.body,
            programme=self.programme,
            outcome=self.outcome,
            control=self.control,
            spending="capital" if self.stays[0] else "resource",
        )


def find_protected(spend: pd.DataFrame, freed: Collection[str] = (), on_purpose: Collection[str] = ()) -> pd.DataFrame:
    """What of some spend is protected: columns of `KEYS`, reason and amount.

    Args:
        spend: columns of `KEYS` and amount; unit, account, rule_id and kind where they are known tell more.
        freed: names of `protection.PROTECTED` that may be taken after all.
        on_purpose: ids of the rules that give what they take to no outcome.
    """
    texts = [name for name in ("programme", "account", "unit") if name in spend.columns]
    reasons = natures(spend, texts)
    if "rule_id" in spend.columns:
        chosen = spend["rule_id"].isin(list(on_purpose)) & (spend["outcome"] == UNALIGNED)
        reasons = reasons.where(reasons.isin(PROTECTED) | ~chosen, ON_PURPOSE)
    mine = spend.assign(reason=reasons)[reasons.isin([name for name in PROTECTED if name not in freed])]
    if "kind" in mine.columns:
        mine = mine[~mine["kind"].isin(SET_APART)]
    found = mine.groupby([*KEYS, "reason"], sort=True)["amount"].sum().reset_index()
    return found[found["amount"] > 0].reset_index(drop=True)


def find_plan(
    cells: pd.DataFrame,
    targets: Mapping[str, Decimal],
    constraints: Sequence[Constraint],
    most: Decimal = Decimal(100),
    before: pd.DataFrame | None = None,
    protected: pd.DataFrame | None = None,
) -> Plan:
    """The least money that has to move for outcomes to have at least some shares of the gross.

    Args:
        cells: one year, as `scenario.lay_out` gives them.
        targets: percent of the gross by outcome.
        constraints: what has to hold; into a part whose total is kept comes as much as goes out of it.
        most: percent of what a body spends on an outcome that may be taken from it.
        before: the cells that caps are set beside; the same ones without.
        protected: what is not to be taken, as `find_protected` gives it; that by the cells themselves without.

    Raises:
        RefusedError: the targets add up to more than 100 percent, or there is nothing to move.
    """
    if sum(targets.values()) > 100:
        raise RefusedError("bad-target", "The shares add up to more than 100 percent; lower some of them.")
    gross = cells.assign(amount=gross_of(cells))
    total = int(gross["amount"].sum())
    if total <= 0:
        raise RefusedError("bad-target", "Nothing is spent, of which there are no shares.")
    apart = find_protected(cells) if protected is None else protected
    named = sorted({c.part.programme for c in constraints if c.part.programme is not None})
    groups, spared = _groups(cells, named, constraints, apart)
    sinks = _sinks(cells, groups, list(targets))
    has = gross.groupby("outcome")["amount"].sum().to_dict()
    wanted = {code: ceil(Fraction(share) * total / 100) - int(has.get(code, 0)) for code, share in targets.items()}
    caps = _caps(groups, sinks, cells, cells if before is None else before, constraints) + _limits(groups, most)
    flows = _solve(groups, sinks, wanted, caps)
    reasons = {str(name): int(amount) for name, amount in apart.groupby("reason")["amount"].sum().items()}
    return _plan(groups, flows, wanted, spared, reasons)


def _groups(
    cells: pd.DataFrame,
    named: Sequence[str],
    constraints: Sequence[Constraint],
    protected: pd.DataFrame,
) -> tuple[list[_Group], dict[tuple[str, str], list[Part]]]:
    """What can be taken from: bodies' money by outcome and capital or not, by control too where a constraint names one,
    with programmes that a constraint names and cells of which a part is protected apart; and by body and outcome the
    parts that the others are taken without.
    """
    free = (cells["amount"] > 0).to_numpy(copy=True)
    for constraint in constraints:
        if constraint.rule == "protect":
            free &= ~constraint.part.find(cells)
    kept = protected.groupby(KEYS)["amount"].sum()
    mine = cells[free]
    apart = kept.reindex(pd.MultiIndex.from_frame(mine[KEYS]), fill_value=0).to_numpy(dtype=np.int64)
    mine = mine.assign(kept=np.minimum(apart, mine["amount"].to_numpy(dtype=np.int64)))
    held = mine["kept"] > 0
    by_name = mine["programme"].isin(named)
    by_control = held | any(constraint.part.control is not None for constraint in constraints)
    keyed = mine.assign(
        programme=mine["programme"].where(by_name | held, None).astype(object),
        control=mine["control"].where(by_control, None).astype(object),
        capital=is_capital(mine),
        left=mine["amount"] - mine["kept"],
    )
    keys = ["body", "programme", "outcome", "control", "capital"]
    sums = keyed.groupby(keys, dropna=False, sort=True)["left"].sum().reset_index()
    told = {c.part.control for c in constraints if c.rule != "protect"} - {None}
    groups = [
        _Group(
            str(body),
            programme if isinstance(programme, str) else None,
            str(outcome),
            control if isinstance(control, str) else None,
            (bool(capital), control if control in told else ""),
            int(amount),
        )
        for body, programme, outcome, control, capital, amount in sums.itertuples(index=False, name=None)
    ]
    spared: dict[tuple[str, str], list[Part]] = {}
    present = cells[cells["programme"].isin(named)]
    for body, programme, outcome in sorted(set(zip(*(present[name] for name in KEYS[:3]), strict=True))):
        spared.setdefault((body, outcome), []).append(Part(programme=programme))
    for body, programme, outcome, control in sorted(kept.index.tolist()):
        part = Part(programme=programme, control=control)
        if part not in spared.setdefault((body, outcome), []):
            spared[body, outcome].append(part)
    return [group for group in groups if group.available > 0], spared


@dataclass(frozen=True)
class _Sink:
    """Where money of a body may come to; `own` where nobody serves the outcome, so that money stays in its body."""

    body: str
    outcome: str
    stays: _Stays
    own: bool


_Flow = tuple[int, str, str, int]
"""The position of a group, the body and outcome that its money goes to, and how much."""


def _sinks(cells: pd.DataFrame, groups: Sequence[_Group], outcomes: Sequence[str]) -> list[_Sink]:
    """Every place that money may come to: bodies that serve an outcome, or each that could begin to where none does."""
    given = cells[cells["amount"] > 0].groupby(["outcome", "body"])["amount"].sum()
    found = []
    for outcome in outcomes:
        known = outcome in given.index.get_level_values(0)
        bodies = sorted(str(body) for body in given[outcome].index) if known else []
        for stays in sorted({group.stays for group in groups}):
            givers = sorted({group.body for group in groups if group.stays == stays})
            found += [_Sink(body, outcome, stays, not known) for body in bodies or givers]
    return found


def _within(part: Part, body: str, programme: str | None, outcome: str, stays: _Stays) -> bool:
    return (
        part.body in (None, body)
        and part.programme in (None, programme)
        and part.outcome in (None, outcome)
        and part.control in (None, stays[1])
        and (not part.spending or (part.spending == "capital") == stays[0])
    )


def _solve(
    groups: Sequence[_Group], sinks: Sequence[_Sink], wanted: Mapping[str, int], caps: Sequence[Row]
) -> list[_Flow]:
    """What flows: least missed, then least moved, then least that leaves its body."""
    if not groups or not sinks:
        return []
    programme = _Programme(groups, sinks, caps)
    missed = programme.add_targets(wanted)
    stays = programme.add_stays()
    most = programme.most
    aims = [dict.fromkeys(missed, 1), dict.fromkeys(range(len(groups)), 1), dict.fromkeys(stays, -1)]
    found = solve_in_turn(programme.rows, most, [[aim.get(place, 0) for place in range(len(most))] for aim in aims])
    return _match(groups, sinks, found[: len(groups)], found[len(groups) : len(groups) + len(sinks)])


_Key = tuple[_Stays, str]
"""What money stays, and an outcome or a body."""


class _Programme:
    """The rows of a plan, and the most that each column may be. The columns are what each group gives and what each
    sink gets; then what goes from outcome to outcome, so that none goes to the one that it comes from; then what stays
    in its body, and what each target is missed by.
    """

    def __init__(self, groups: Sequence[_Group], sinks: Sequence[_Sink], caps: Sequence[Row]) -> None:
        self._groups, self._sinks = groups, sinks
        self.rows = list(caps)
        self.most = [group.available for group in groups]
        self.most += [sum(g.available for g in groups if g.stays == sink.stays) for sink in sinks]
        self._gives = _by_key((group.stays, group.outcome) for group in groups)
        self._gets = _by_key(((sink.stays, sink.outcome) for sink in sinks), len(groups))
        self._of_body = _by_key((group.stays, group.body) for group in groups)
        self._to_body = _by_key(((sink.stays, sink.body) for sink in sinks), len(groups))
        self._tie_ends()

    def _column(self, top: int) -> int:
        self.most.append(top)
        return len(self.most) - 1

    def _same(self, one: Sequence[int], other: Sequence[int]) -> None:
        """What the one columns add up to is what the others do."""
        factors = [*[1] * len(one), *[-1] * len(other)]
        self.rows.append(([*one, *other], factors, 0))
        self.rows.append(([*one, *other], [-factor for factor in factors], 0))

    def _tie_ends(self) -> None:
        """What is given is what is got, from each outcome to another."""
        begun = {sink.outcome for sink in self._sinks if sink.own}
        leaves: dict[_Key, list[int]] = {key: [] for key in self._gives}
        comes: dict[_Key, list[int]] = {key: [] for key in self._gets if key[1] not in begun}
        for key, mine in self._gives.items():
            top = sum(self.most[place] for place in mine)
            for there, parts in comes.items():
                if there[0] == key[0] and there[1] != key[1]:
                    between = self._column(top)
                    leaves[key].append(between)
                    parts.append(between)
        self._begin(leaves)
        for key, mine in self._gives.items():
            self._same(mine, leaves[key])
        for key, parts in comes.items():
            self._same(self._gets[key], parts)

    def _begin(self, leaves: dict[_Key, list[int]]) -> None:
        """What nobody serves yet is begun by a body with its own money."""
        of_giver: dict[int, list[int]] = {}
        for place, sink in enumerate(self._sinks, len(self._groups)):
            if sink.own:
                parts = []
                for giver in self._of_body.get((sink.stays, sink.body), []):
                    part = self._column(self._groups[giver].available)
                    of_giver.setdefault(giver, []).append(part)
                    leaves[sink.stays, self._groups[giver].outcome].append(part)
                    parts.append(part)
                self._same([place], parts)
        self.rows += [([*parts, giver], [*[1] * len(parts), -1], 0) for giver, parts in of_giver.items()]

    def add_targets(self, wanted: Mapping[str, int]) -> list[int]:
        """The columns of what each target is missed by. An outcome that lacks something lacks no more in the end, and
        one that has enough does not come to lack.
        """
        found = []
        for code, lack in wanted.items():
            found.append(self._column(max(lack, 0)))
            gain, loss = (
                [place for key, mine in ends.items() if key[1] == code for place in mine]
                for ends in (self._gets, self._gives)
            )
            self.rows.append(([*gain, *loss, found[-1]], [*[-1] * len(gain), *[1] * len(loss), -1], -lack))
        return found

    def add_stays(self) -> list[int]:
        """The columns of what stays in each body: no more than it gives, nor than it gets."""
        found = []
        for key, mine in self._of_body.items():
            if key in self._to_body:
                found.append(self._column(sum(self.most[place] for place in mine)))
                for places in (mine, self._to_body[key]):
                    self.rows.append(([found[-1], *places], [1, *[-1] * len(places)], 0))
        return found


def _by_key(keys: Iterable[_Key], first: int = 0) -> dict[_Key, list[int]]:
    """The positions of each key, counted from the first one's."""
    found: dict[_Key, list[int]] = {}
    for place, key in enumerate(keys, first):
        found.setdefault(key, []).append(place)
    return found


def _match(groups: Sequence[_Group], sinks: Sequence[_Sink], given: Sequence[int], got: Sequence[int]) -> list[_Flow]:
    """Whose money comes where, as much as can be within its body.

    Args:
        given, got: what each group gives and each sink gets, of which some matching is known to exist.
    """
    pairs = [
        (g, s)
        for g, group in enumerate(groups)
        for s, sink in enumerate(sinks)
        if given[g] and got[s] and group.stays == sink.stays and group.outcome != sink.outcome
        if not sink.own or group.body == sink.body
    ]
    if not pairs:
        return []
    rows: list[Row] = []
    for end, amounts in ((0, given), (1, got)):
        by_end: dict[int, list[int]] = {}
        for place, pair in enumerate(pairs):
            by_end.setdefault(pair[end], []).append(place)
        for which, places in by_end.items():
            rows.append((places, [1] * len(places), amounts[which]))
    most = [min(given[g], got[s]) for g, s in pairs]
    aims = [[-1] * len(pairs), [int(groups[g].body != sinks[s].body) for g, s in pairs]]
    found = solve_in_turn(rows, most, aims)
    return [(g, sinks[s].body, sinks[s].outcome, amount) for (g, s), amount in zip(pairs, found, strict=True) if amount]


def _limits(groups: Sequence[_Group], most: Decimal) -> list[Row]:
    """The rows that leave each body what has to stay of its spend on an outcome, capital and resource each."""
    of_use: dict[tuple[str, str, bool], list[int]] = {}
    for place, group in enumerate(groups):
        of_use.setdefault((group.body, group.outcome, group.stays[0]), []).append(place)
    rows = []
    for places in of_use.values():
        whole = sum(groups[place].available for place in places)
        rows.append((places, [1] * len(places), int(Fraction(most) * whole / 100)))
    return rows


def _caps(
    groups: Sequence[_Group],
    sinks: Sequence[_Sink],
    cells: pd.DataFrame,
    before: pd.DataFrame,
    constraints: Sequence[Constraint],
) -> list[Row]:
    """The rows that keep the total of a part, or keep it within some percent, up and down."""
    rows = []
    for constraint in constraints:
        part = constraint.part
        if constraint.rule == "protect":
            continue
        most, changed = 0, 0
        if constraint.percent is not None:
            was = int(before.loc[part.find(before), "amount"].sum())
            changed = int(cells.loc[part.find(cells), "amount"].sum()) - was
            most = int(abs(was) * Fraction(constraint.percent) / 100)
        gone = [i for i, g in enumerate(groups) if _within(part, g.body, g.programme, g.outcome, g.stays)]
        come = [
            i
            for i, sink in enumerate(sinks, len(groups))
            if _within(part, sink.body, UNDECIDED, sink.outcome, sink.stays)
        ]
        factors = [*[-1] * len(gone), *[1] * len(come)]
        up, down = max(0, most - changed), max(0, most + changed)
        rows += [([*gone, *come], factors, up), ([*gone, *come], [-factor for factor in factors], down)]
    return rows


def _plan(
    groups: Sequence[_Group],
    flows: Sequence[_Flow],
    wanted: Mapping[str, int],
    spared: Mapping[tuple[str, str], Sequence[Part]],
    protected: Mapping[str, int],
) -> Plan:
    gained = dict.fromkeys(wanted, 0)
    moves = []
    for g, body, outcome, amount in sorted(flows, key=lambda each: -each[3]):
        group = groups[g]
        gained[outcome] += amount
        if group.outcome in gained:
            gained[group.outcome] -= amount
        to = Part(body=None if body == group.body else body, programme=UNDECIDED, outcome=outcome)
        without = () if group.programme is not None else tuple(spared.get((group.body, group.outcome), ()))
        moves.append(Move(source=group.part, spared=without, to=to, amount=amount))
    missed = {code: lack - gained[code] for code, lack in wanted.items() if lack > gained[code]}
    return Plan(tuple(moves), sum(move.amount or 0 for move in moves), missed, protected)


def shares_of(cells: pd.DataFrame) -> dict[str, float]:
    """What each outcome has of the gross, 0 to 1, unaligned left out."""
    gross = cells.assign(amount=gross_of(cells))
    total = int(gross["amount"].sum())
    sums = gross[gross["outcome"] != UNALIGNED].groupby("outcome")["amount"].sum()
    return {str(code): int(amount) / total for code, amount in sums.items()} if total > 0 else {}
