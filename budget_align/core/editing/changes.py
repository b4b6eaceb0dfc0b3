"""What differs between two versions of a mapping: rule by rule, and amount by amount."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from budget_align.core.allocation.allocation import allocate
from budget_align.core.allocation.cost_centres import CENTRE
from budget_align.core.allocation.overheads import depending_shares
from budget_align.core.editing.affected import WHOLE_LINES, part_that_differs, what_counts
from budget_align.core.rules.condition import field_name
from budget_align.core.rules.counterparts import counts
from budget_align.core.rules.mapping import UNALIGNED, Mapping, Rule
from budget_align.core.rules.matching import NO_RULE, LineIndex
from budget_align.core.values.arrays import Booleans, Integers
from budget_align.core.values.fiscal_year import APRIL, FiscalCalendar

MOVEMENTS: Final = {"from": "str", "to": "str", "amount": "int64"}
"""Columns of a frame of money that moved from one outcome to another, in minor units, each pair once."""


@dataclass(frozen=True)
class RuleChange:
    """A rule that is not the same in both versions, with what it says of each thing that differs, before and after."""

    rule_id: str
    kind: Literal["added", "removed", "changed", "moved"]
    before: Rule | None
    after: Rule | None
    said: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class VersionEffect:
    """What a version of a mapping changes of one stage and fiscal year.

    Attributes:
        lines: how many lines give to other outcomes, or other amounts, than before, of any flow.
        moved: minor units of expenditure that serve another outcome than before, the sizes of lines below zero
            included.
        movements: as `MOVEMENTS` says, of expenditure, largest first.
        newly_unaligned, newly_aligned: minor units of expenditure that lost or gained an outcome.
        income_moved: minor units of income that serve another outcome than before.
        idle: ids of the rules that take no line of any stage and year.
    """

    lines: int
    moved: int
    movements: pd.DataFrame
    newly_unaligned: int
    newly_aligned: int
    idle: tuple[str, ...]
    income_moved: int = 0


def compare_rules(
    before: Mapping, after: Mapping, names: Lookup[str, str], calendar: FiscalCalendar = APRIL
) -> tuple[RuleChange, ...]:
    """The rules that differ, in the order of the later version, removed ones last.

    A rule is moved where it changed places with rules that both versions hold, and nothing else of it differs.

    Args:
        names: by code, as `Framework.names` gives them.
        calendar: how years are written.
    """
    old, new = {r.id: r for r in before.rules}, {r.id: r for r in after.rules}
    kept = [r.id for r in before.rules if r.id in new]
    stayed = _longest_in_order([kept.index(r.id) for r in after.rules if r.id in old])
    stays = {kept[place] for place in stayed}
    changes = []
    for rule in after.rules:
        if rule.id not in old:
            changes.append(RuleChange(rule.id, "added", None, rule, _differences(None, rule, names, calendar)))
        elif old[rule.id] != rule:
            said = _differences(old[rule.id], rule, names, calendar)
            changes.append(RuleChange(rule.id, "changed", old[rule.id], rule, said))
        elif rule.id not in stays:
            places = tuple(str([r.id for r in m.rules].index(rule.id) + 1) for m in (before, after))
            changes.append(RuleChange(rule.id, "moved", rule, rule, (("Place", places[0], places[1]),)))
    gone = [rule for rule in before.rules if rule.id not in new]
    removed = (RuleChange(r.id, "removed", r, None, _differences(r, None, names, calendar)) for r in gone)
    return (*changes, *removed)


def compare_settings(before: Mapping, after: Mapping) -> tuple[tuple[str, str, str], ...]:
    """What differs of all but the rules: its name, before and after."""
    said = []
    for name in ("title", "note", "overheads", "missions"):
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            said.append((name.capitalize(), str(one), str(other)))
    return tuple(said)


def describe_rule(rule: Rule, names: Lookup[str, str], calendar: FiscalCalendar = APRIL) -> dict[str, str]:
    """All that a rule says, in words, by what it speaks of."""
    years = [calendar.label(year) if year is not None else "" for year in (rule.first_year, rule.last_year)]
    said = {
        "Lines where": " and ".join(f"{field_name(c.field)} {c}" for c in rule.when),
        "Serve": "; ".join(rule.describe_split(names)),
        "Years": " to ".join(year or "…" for year in years) if any(years) else "",
        "Transfers to": rule.transfer_to,
        "Contribution": rule.contribution if rule.contribution != "direct" else "",
        "Because": rule.why,
        "Evidence": rule.evidence,
        "Grade": rule.grade or "",
        "Works on": "; ".join(f"{names.get(code, code)}: {effect}" for code, effect in rule.effects.items()),
    }
    return {name: text for name, text in said.items() if text}


def find_effect(
    index: LineIndex,
    before: Mapping,
    after: Mapping,
    shown: Booleans,
    drivers: pd.DataFrame | None = None,
) -> VersionEffect:
    """What a later version of a mapping changes.

    Args:
        index: the budget.
        before, after: the two versions.
        shown: the lines of the stage and year to speak of, shape (lines,).
        drivers: measures, where rules use them.

    Raises:
        RefusedError: overheads of either version follow each other in a circle.
    """
    was, now = index.decide(before), index.decide(after)
    counted_before, counted_after = what_counts(index, before), what_counts(index, after)
    shares_before = depending_shares(index, before, was, drivers, counted_before)
    shares_after = depending_shares(index, after, now, drivers, counted_after)
    differs = _may_differ(before, after, was, now)
    part = part_that_differs(index, counted_before, counted_after, differs, shown)
    affected = part.lines
    one = allocate(part, before, shares=shares_before, consolidation=WHOLE_LINES)
    other = allocate(part, after, shares=shares_after, consolidation=WHOLE_LINES)
    depending = {rule.id for mapping in (before, after) for rule in mapping.rules if rule.depends}
    lines, movements = _movements(affected, one, other, depending, "expenditure")
    of_income, income = _movements(affected, one, other, depending, "income")
    of_financing, _ = _movements(affected, one, other, depending, "financing")
    taken = set(np.unique(now).tolist())
    lost = movements.loc[movements["to"] == UNALIGNED, "amount"].sum()
    gained = movements.loc[movements["from"] == UNALIGNED, "amount"].sum()
    idle = tuple(rule.id for position, rule in enumerate(after.rules) if position not in taken)
    return VersionEffect(
        lines + of_income + of_financing,
        int(movements["amount"].abs().sum()),
        movements,
        int(lost),
        int(gained),
        idle,
        int(income["amount"].abs().sum()),
    )


def _may_differ(before: Mapping, after: Mapping, was: Integers, now: Integers) -> Booleans:
    """Which lines may give to other outcomes: those whose rule splits otherwise, or depends on other money."""

    def split(mapping: Mapping, rule: Rule) -> object:
        return (rule.id,) if rule.depends else tuple(mapping.shares_of(rule).items())

    kinds: dict[object, int] = {}
    codes = []
    for mapping in (before, after):
        said = [kinds.setdefault(split(mapping, rule), len(kinds)) for rule in mapping.rules]
        codes.append(np.array([*said, kinds.setdefault((), len(kinds))], dtype=np.int64))
    depends = [np.array([*(rule.depends for rule in m.rules), False], dtype=np.bool_) for m in (before, after)]
    differs: Booleans = codes[0][was] != codes[1][now]
    return differs | depends[0][was] | depends[1][now]


def _movements(
    lines: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, depending: set[str], flow: str
) -> tuple[int, pd.DataFrame]:
    """How many lines of a flow differ, and the money that moved between outcomes, exactly.

    Lines that were split in one way and are now split in another are taken together: what outcomes lost is set
    against what others gained, in order, so that every movement is in whole minor units and none is counted twice.
    """
    mine = (lines["flow"] == flow).to_numpy()
    if not mine.all():
        lines = lines[mine]
        before, after = (each[each["line_id"].isin(lines["line_id"])] for each in (before, after))
    both = pd.concat([before.assign(amount=-before["amount"]), after], ignore_index=True)
    sums = both.groupby(["line_id", "outcome"], sort=False)["amount"].sum()
    change = sums[sums != 0].reset_index()
    if change.empty:
        return 0, pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in MOVEMENTS.items()})
    ways = lines[["line_id"]].assign(negative=lines["amount"] < 0)
    for name, frame in (("was", before), ("now", after)):
        rules = frame.drop_duplicates("line_id").set_index("line_id")["rule_id"]
        ways[name] = ways["line_id"].map(rules)
    # A rule that depends on other money splits otherwise in each cost centre; any other splits all its lines alike.
    centre = lines.groupby(CENTRE, sort=False).ngroup()
    ways["centre"] = centre.where(ways["was"].isin(depending) | ways["now"].isin(depending), -1)
    keys = ["was", "now", "negative", "centre"]
    placed = change.merge(ways, on="line_id")
    by_way = placed.groupby([*keys, "outcome"], sort=True)["amount"].sum().reset_index()
    number = by_way.groupby(keys, sort=False).ngroup().to_list()
    groups: dict[int, list[tuple[str, int]]] = {}
    signs: dict[int, int] = {}
    columns = (number, by_way["outcome"].to_list(), by_way["amount"].to_list(), by_way["negative"].to_list())
    for each, outcome, amount, negative in zip(*columns, strict=True):
        signs[each] = -1 if negative else 1
        groups.setdefault(each, []).append((outcome, amount * signs[each]))
    moved: dict[tuple[str, str], int] = {}
    for each, changes in groups.items():
        for giver, taker, amount in _pair_off(changes):
            moved[giver, taker] = moved.get((giver, taker), 0) + signs[each] * amount
    rows = [(giver, taker, amount) for (giver, taker), amount in moved.items() if amount]
    frame = pd.DataFrame(rows, columns=list(MOVEMENTS)).astype(MOVEMENTS)
    order = frame["amount"].abs().sort_values(ascending=False, kind="stable").index
    return int(change["line_id"].nunique()), frame.loc[order].reset_index(drop=True)


def _pair_off(changes: list[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Losses set against gains, in order; the two add up to the same."""
    gains = [(code, amount) for code, amount in changes if amount > 0]
    pairs = []
    for giver, change in changes:
        left = -change
        while left > 0:
            taker, room = gains.pop(0)
            pairs.append((giver, taker, min(left, room)))
            if room > left:
                gains.insert(0, (taker, room - left))
            left -= room
    return pairs


def _differences(
    before: Rule | None, after: Rule | None, names: Lookup[str, str], calendar: FiscalCalendar
) -> tuple[tuple[str, str, str], ...]:
    one = describe_rule(before, names, calendar) if before else {}
    other = describe_rule(after, names, calendar) if after else {}
    fields = dict.fromkeys([*one, *other])
    return tuple(
        (name, one.get(name, ""), other.get(name, "")) for name in fields if one.get(name, "") != other.get(name, "")
    )


def _longest_in_order(places: list[int]) -> list[int]:
    """The longest run of places that rise, so that as few as possible count as moved."""
    best: list[list[int]] = []
    for place in places:
        before = max((run for run in best if run[-1] < place), key=len, default=[])
        best.append([*before, place])
    return max(best, key=len, default=[])


def takes(index: LineIndex, mapping: Mapping, shown: Booleans) -> pd.DataFrame:
    """How many lines each rule takes, and how much money of one stage and year: rule_id, lines, shown_lines, amount of
    expenditure and income in minor units; in the order of the rules, and last, with an empty id, what no rule takes.
    """
    decided = index.decide(mapping)
    counted = counts(index, mapping)
    places = np.where(decided == NO_RULE, len(mapping.rules), decided)
    size = len(mapping.rules) + 1
    amounts = index.lines["amount"].to_numpy(dtype=np.int64)
    sums = {}
    for flow in ("expenditure", "income"):
        mine = counted & shown & (index.lines["flow"] == flow).to_numpy()
        sums[flow] = np.zeros(size, dtype=np.int64)
        np.add.at(sums[flow], places[mine], amounts[mine])
    return pd.DataFrame(
        {
            "rule_id": [*(rule.id for rule in mapping.rules), ""],
            "lines": np.bincount(places[counted], minlength=size),
            "shown_lines": np.bincount(places[counted & shown], minlength=size),
            "amount": sums["expenditure"],
            "income": sums["income"],
        }
    )
