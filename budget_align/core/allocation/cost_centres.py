"""Cost centres: the direct spend and the overhead of a body's unit in one stage and fiscal year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.allocation.grading import Standing, standing_of
from budget_align.core.allocation.pieces import find_pieces
from budget_align.core.returns.budget_line import UNIT_SEPARATOR
from budget_align.core.rules.mapping import UNALIGNED, Mapping, Rule
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.arrays import Booleans, Integers
from budget_align.core.values.exact import FINE, WHOLE, scale_exactly
from budget_align.core.values.folding import fold

CENTRE: Final = ["body", "unit", "stage", "fiscal_year"]


@dataclass(frozen=True)
class Below:
    """Spend of a cost centre on one outcome, or overhead of one rule, that receipts leave below zero: it draws no
    overhead. `outcome` is empty for unaligned spend, `rule_id` for direct spend."""

    body: str
    unit: str
    stage: str
    fiscal_year: int
    outcome: str
    rule_id: str
    amount: int


ShareRow = tuple[str, str, str, str, int, str, int]
"""A row of `SCHEMA`."""


@dataclass(frozen=True)
class Pool:
    """Overhead that one rule takes in one centre."""

    rule: int
    centre: int
    amount: int


@dataclass(frozen=True)
class Pools:
    """Overhead of one stage and year in the order of the rules, and the centres with direct spend."""

    pools: list[Pool]
    nodes: list[int]


Profile = dict[int, int]
"""By the column of an outcome, or the place of a kind, how much."""

Scope = tuple[str, str]
"""A body, folded, and a unit of it or, for all of it, nothing; nothing and nothing for all bodies."""


class CostCentres:
    """Direct spend and overhead by cost centre.

    Attributes:
        profiles: by centre, what its direct spend gives to each outcome, in parts of `FINE` of a minor unit.
        standings: by centre, the same by outcome and by how well that is known and which way it works, as places in
            `kinds`.
    """

    def __init__(
        self,
        index: LineIndex,
        mapping: Mapping,
        decided: Integers,
        by_driver: Sequence[ShareRow],
        amounts: Integers | None,
    ) -> None:
        self.combination, first = index.combinations(CENTRE)
        self.keys = index.lines[CENTRE].iloc[first].reset_index(drop=True)
        self.bodies = [fold(body) for body in self.keys["body"]]
        self.units = [fold(unit) for unit in self.keys["unit"]]
        self.outcomes: dict[str, int] = {UNALIGNED: 0}
        self.kinds: dict[tuple[int, Standing], int] = {(0, Standing()): 0}
        self.below: list[Below] = []
        lines = index.lines
        if amounts is None:
            amounts = np.where(lines["memo"], 0, lines["amount"]).astype(np.int64)
        counted = (amounts != 0) & (lines["flow"] == "expenditure").to_numpy()
        pieces = find_pieces(index, decided, amounts, np.flatnonzero(counted))
        by = decided[pieces.by]
        follows = np.array([*(bool(rule.follows) for rule in mapping.rules), False])[by]
        on_purpose = np.array([*(bool(rule.none) for rule in mapping.rules), False])[by]
        # A part goes as the rule says in the centre of the memo line that names it, and is spent by that of its line.
        ruled, spent = self.combination[pieces.by], self.combination[pieces.line]
        self._overhead = _sum_by(follows, pieces.amount, by, ruled)
        self.profiles: dict[int, Profile] = {}
        self.standings: dict[int, Profile] = {}
        self._lay_out(mapping, by_driver, _sum_by(~follows & ~on_purpose, pieces.amount, by, ruled, spent))
        for rule, centre, amount in self._overhead:
            if amount < 0:
                self._tell(centre, UNALIGNED, mapping.rules[rule].id, amount)

    def _lay_out(self, mapping: Mapping, by_driver: Sequence[ShareRow], direct: list[tuple[int, ...]]) -> None:
        """Fills `profiles` and `standings`; what of an outcome is below zero is told, and left out."""
        place_of = {key: place for place, key in enumerate(self.keys.itertuples(index=False, name=None))}
        of_driver: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for rule_id, body, unit, stage, year, outcome, share in by_driver:
            of_driver.setdefault((rule_id, place_of[body, unit, stage, year]), []).append((outcome, share))
        kind_of = self._number(mapping, by_driver)
        given: dict[int, list[tuple[int, int]]] = {}
        profiles: defaultdict[int, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        standings: defaultdict[int, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for rule, ruled, centre, amount in direct:
            if rule >= 0 and mapping.rules[rule].driver:
                shares = [(self._column(code), share) for code, share in of_driver[mapping.rules[rule].id, ruled]]
            else:
                if rule not in given:
                    given[rule] = self._fixed(mapping, rule)
                shares = given[rule]
            for column, share in shares:
                if (rule, column) not in kind_of:
                    kind_of[rule, column] = self._kind(mapping.rules[rule] if rule >= 0 else None, column)
                profiles[centre][column] += amount * share
                standings[centre][kind_of[rule, column]] += amount * share
        names = list(self.outcomes)
        for centre, profile in profiles.items():
            for column, size in profile.items():
                if size < 0:
                    self._tell(centre, names[column], "", -(-size // FINE))
        column_of = [column for column, _ in self.kinds]
        for centre, profile in profiles.items():
            self.profiles[centre] = {column: size for column, size in sorted(profile.items()) if size > 0}
            self.standings[centre] = _told_apart(self.profiles[centre], standings[centre], column_of)

    def _number(self, mapping: Mapping, by_driver: Sequence[ShareRow]) -> dict[tuple[int, int], int]:
        """Numbers outcomes and kinds in the order of the mapping, and not of the lines, so that a penny that two tie
        for goes to the same one; by rule and column, the kind.
        """
        measured: defaultdict[str, set[str]] = defaultdict(set)
        for rule_id, *_, outcome, _ in by_driver:
            measured[rule_id].add(outcome)
        found: dict[tuple[int, int], int] = {}
        for position, rule in enumerate(mapping.rules):
            for code in (*mapping.shares_of(rule), *sorted(measured[rule.id])):
                found[position, self._column(code)] = self._kind(rule, self._column(code))
        return found

    def _fixed(self, mapping: Mapping, rule: int) -> list[tuple[int, int]]:
        if rule < 0:
            return [(0, FINE)]
        shares = mapping.shares_of(mapping.rules[rule])
        scale = FINE // WHOLE
        stated = [(self._column(code), share * scale) for code, share in shares.items()]
        return [*stated, (0, FINE - sum(share for _, share in stated))]

    def _kind(self, rule: Rule | None, column: int) -> int:
        kind = column, standing_of(rule, list(self.outcomes)[column])
        return self.kinds.setdefault(kind, len(self.kinds))

    def _column(self, outcome: str) -> int:
        return self.outcomes.setdefault(outcome, len(self.outcomes))

    def _tell(self, centre: int, outcome: str, rule_id: str, amount: int) -> None:
        body, unit, stage, year = self.keys.iloc[centre].tolist()
        self.below.append(Below(body, unit, stage, int(year), outcome, rule_id, amount))

    def spend(self, centre: int) -> int:
        """The direct spend of a centre, in parts of `FINE` of a minor unit."""
        return sum(self.profiles.get(centre, {}).values())

    def pools_by_period(self) -> list[Pools]:
        """The overhead and the direct spend of each stage and year that has overhead."""
        period = pd.factorize(pd.MultiIndex.from_frame(self.keys[["stage", "fiscal_year"]]))[0].tolist()
        of_period: defaultdict[int, list[Pool]] = defaultdict(list)
        for rule, centre, amount in self._overhead:
            of_period[period[centre]].append(Pool(rule, centre, amount))
        nodes: defaultdict[int, list[int]] = defaultdict(list)
        for centre in sorted(self.profiles):
            if self.profiles[centre]:
                nodes[period[centre]].append(centre)
        return [Pools(pools, nodes[each]) for each, pools in sorted(of_period.items())]

    def scope(self, rule: Rule, centre: int) -> Scope:
        """Within which money of a rule's overhead in a centre follows."""
        if rule.follows == "all":
            return "", ""
        return self.bodies[centre], self.units[centre] if rule.follows == "unit" else ""

    def scopes_of(self, centre: int) -> tuple[Scope, ...]:
        """Every scope that a centre is in: all, its body, each unit above it and its own."""
        return self._scopes[centre]

    @cached_property
    def _scopes(self) -> list[tuple[Scope, ...]]:
        found = []
        for body, unit in zip(self.bodies, self.units, strict=True):
            parts = unit.split(UNIT_SEPARATOR) if unit else []
            above = [(body, UNIT_SEPARATOR.join(parts[:depth])) for depth in range(len(parts) + 1)]
            found.append(tuple(dict.fromkeys([("", ""), *above])))
        return found


def _sum_by(wanted: Booleans, amounts: Integers, *keys: Integers) -> list[tuple[int, ...]]:
    """The sums of some amounts by keys, such as rule and centre: the keys and the sum of each, in their order."""
    names = [str(place) for place in range(len(keys))]
    frame = pd.DataFrame({name: key[wanted] for name, key in zip(names, keys, strict=True)})
    sums = frame.assign(amount=amounts[wanted]).groupby(names, sort=True)["amount"].sum()
    return [(*key, amount) for key, amount in zip(sums.index.to_list(), sums.tolist(), strict=True)]


def _told_apart(profile: Profile, kinds: Profile, column_of: Sequence[int]) -> Profile:
    """What a centre gives to each outcome, told apart by kinds. Where receipts leave less than was spent, what of each
    kind is above zero is left in proportion.
    """
    found: Profile = {}
    for column, size in profile.items():
        mine = [kind for kind in sorted(kinds) if column_of[kind] == column and kinds[kind] > 0]
        found |= zip(mine, scale_exactly(size, [kinds[kind] for kind in mine]), strict=True)
    return found
