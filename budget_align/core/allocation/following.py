"""What overhead follows: how well it is known what the direct spend serves that overhead goes to, and which way that
works.

Overhead that goes to an outcome is told apart by the grade of the spend that draws it there, or of a worse rule of
overhead on the way. The share that arrives by grades down to one of them alone is found by leaving out all spend and
all rules of a worse one; what the next worse one adds has that grade.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.allocation.cost_centres import CENTRE, Below, CostCentres, Pools, Profile
from budget_align.core.allocation.grading import FOLLOWED
from budget_align.core.allocation.overheads import Equation, Group, find_equations, groups_of, shares_by_driver, solve
from budget_align.core.rules.mapping import Mapping
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.arrays import Integers
from budget_align.core.values.evidence import GRADES, NOT_GRADED
from budget_align.core.values.exact import scale_exactly

_RANK: Final = {grade: place for place, grade in enumerate((NOT_GRADED, *GRADES))}

Place = tuple[str, str, int]
"""A rule's id, and of a cost centre the stage and fiscal year."""

Parts = dict[str, int]
"""Weights of what overhead follows, by how it stands."""


@dataclass(frozen=True)
class Followed:
    """What the overhead of a budget follows.

    Attributes:
        below: what draws no overhead since receipts leave it below zero, the largest first.
        by_pool: by rule, stage and year, then body and unit, then outcome, what the overhead follows that goes there.
    """

    below: tuple[Below, ...]
    by_pool: Lookup[Place, Lookup[tuple[str, str], Lookup[str, Parts]]]

    def profile(self, rule_id: str, body: str, unit: str, stage: str, fiscal_year: int) -> Lookup[str, Parts]:
        """What the overhead of a rule in a cost centre follows, by the outcome that it goes to; the same object for all
        that follow the same. Where a line of another centre says what a part of a line of this is for, that of all.
        """
        pools = self.by_pool.get((rule_id, stage, fiscal_year), {})
        if (body, unit) in pools:
            return pools[body, unit]
        found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for pool in pools.values():
            for outcome, parts in pool.items():
                for standing, weight in parts.items():
                    found[outcome][standing] += weight
        return found


NOTHING_FOLLOWED: Final = Followed((), {})
"""What the overhead follows of a budget that has none, or of which that is not asked."""


def find_followed(
    index: LineIndex,
    mapping: Mapping,
    decided: Integers,
    drivers: pd.DataFrame | None = None,
    amounts: Integers | None = None,
) -> Followed:
    """What the overhead of a budget follows. The arguments are those of `overheads.depending_shares`."""
    if not any(rule.follows for rule in mapping.rules):
        return NOTHING_FOLLOWED
    centres = CostCentres(index, mapping, decided, shares_by_driver(index, mapping, decided, drivers), amounts)
    found: dict[Place, dict[tuple[str, str], dict[str, Parts]]] = {}
    for pools in centres.pools_by_period():
        for pool, parts in zip(pools.pools, _parts_by_pool(centres, pools, mapping, drivers), strict=True):
            body, unit, stage, year = centres.keys.iloc[pool.centre].tolist()
            found.setdefault((mapping.rules[pool.rule].id, stage, int(year)), {})[body, unit] = parts
    return Followed(tuple(sorted(centres.below, key=lambda each: each.amount)), found)


def _parts_by_pool(
    centres: CostCentres, pools: Pools, mapping: Mapping, drivers: pd.DataFrame | None
) -> list[dict[str, Parts]]:
    """What each pool follows, by outcome."""
    equations = find_equations(centres, pools, mapping, drivers, centres.standings)
    kinds, outcomes = list(centres.kinds), list(centres.outcomes)
    rank_of = {group: _RANK[mapping.rules[group[0]].evidence_grade] for group in equations}
    told = {_RANK[standing.grade] for _, standing in kinds} | set(rank_of.values())
    before: defaultdict[Group, Profile] = defaultdict(dict)
    parts: defaultdict[Group, dict[str, Parts]] = defaultdict(dict)
    for grade, rank in _RANK.items():
        if rank not in told:
            continue
        kept = {group: each for group, each in equations.items() if rank_of[group] <= rank}
        arrives = solve(
            {
                group: Equation(
                    {kind: size for kind, size in each.direct.items() if _RANK[kinds[kind][1].grade] <= rank},
                    {other: size for other, size in each.groups.items() if other in kept},
                    each.total,
                )
                for group, each in kept.items()
            }
        )
        for group, profile in arrives.items():
            for kind, size in profile.items():
                column, standing = kinds[kind]
                said = str(standing._replace(grade=grade))
                added = size - before[group].get(kind, 0)
                if added > 0:
                    mine = parts[group].setdefault(outcomes[column], {})
                    mine[said] = mine.get(said, 0) + added
            before[group] |= profile
    return [parts[group] for group in groups_of(centres, pools, mapping)]


def tell_followed(joined: pd.DataFrame, followed: Followed) -> pd.DataFrame:
    """Amounts with the column `FOLLOWED`: those of overhead told apart by what it follows, exactly.

    Args:
        joined: allocations with what their lines say, `CENTRE` among it where anything follows.
    """
    told = joined.assign(**{FOLLOWED: ""}).astype({FOLLOWED: "str"})
    if not followed.by_pool:
        return told
    ours = joined["rule_id"].isin([rule for rule, _, _ in followed.by_pool])
    mine = told[ours]
    centres, keys = pd.factorize(pd.MultiIndex.from_frame(mine[["rule_id", *CENTRE]]))
    profiles = [followed.profile(*key) for key in keys]
    alike = {id(each): place for place, each in enumerate(profiles)}
    which = np.array([alike[id(each)] for each in profiles], dtype=np.int64)
    by = [name for name in told.columns if name not in ("line_id", "unit", "amount")]
    by_profile = mine.assign(profile=which[centres]).groupby([*by, "profile"], sort=True, observed=True)
    sums = by_profile["amount"].sum().reset_index()
    rows: list[int] = []
    standings: list[str] = []
    amounts: list[int] = []
    told_apart = zip(*(sums[name].tolist() for name in ("profile", "outcome", "amount")), strict=True)
    for row, (profile, outcome, amount) in enumerate(told_apart):
        parts = profiles[profile].get(outcome) or {"": 1}
        split = scale_exactly(amount, list(parts.values()))
        kept = [(standing, part) for standing, part in zip(parts, split, strict=True) if part or len(parts) == 1]
        rows += [row] * len(kept)
        standings += [standing for standing, _ in kept]
        amounts += [part for _, part in kept]
    apart = sums.drop(columns="profile").iloc[rows].assign(amount=amounts).assign(**{FOLLOWED: standings})
    others = told[~ours][list(apart.columns)]
    return pd.concat([others, apart], ignore_index=True).astype({"amount": "int64", FOLLOWED: "str"})
