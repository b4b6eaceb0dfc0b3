"""Which figures move from one run to another, and why: other returns, other versions of them, other rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from typing import Final

import pandas as pd

from budget_align.core.allocation.alignment import SET_APART

RETURNS: Final = "returns"
VERSIONS: Final = "versions"
RULES: Final = "rules"
SHARES: Final = "shares"
"""What else a run is made of: measures of drivers, levels of government, what other bodies' money does to overheads."""


@dataclass(frozen=True)
class Movement:
    """One figure that moves, in minor units.

    Attributes:
        key: the outcome's code, or the body's name.
        by_reason: what of the change has which reason; they add up to it. Where several reasons meet in one body, the
            reason names them together, such as "returns and rules".
    """

    key: str
    before: int
    after: int
    by_reason: Lookup[str, int]

    @property
    def change(self) -> int:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True)
class Causes:
    """What differs of what two runs were made of.

    Attributes:
        returns: bodies whose returns differ.
        versions: bodies of which another version counts.
        rules: whether the mapping, or the framework, differs.
    """

    returns: Collection[str]
    versions: Collection[str]
    rules: bool

    def of(self, body: str) -> str:
        """Why figures of a body may move."""
        said = [RETURNS] if body in self.returns else []
        said += [VERSIONS] if body in self.versions and body not in self.returns else []
        said += [RULES] if self.rules else []
        return " and ".join(said) or SHARES


def find_movements(before: pd.DataFrame, after: pd.DataFrame, causes: Causes, key: str = "outcome") -> list[Movement]:
    """What moves of expenditure by outcome, or by another key of the cube; the largest change first. Figures that stay
    are left out.

    Args:
        before, after: cubes of expenditure of one stage and year; unaligned money has an empty outcome.
    """
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    reasons: dict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, cube in enumerate((before, after)):
        counted = cube[~cube["kind"].isin(SET_APART)]
        grouped = counted.groupby(list(dict.fromkeys((key, "body"))), observed=True)
        for names, cells in grouped["amount"]:
            name, body, amount = str(names[0]), str(names[-1]), cells.sum()
            sums[name][place] += int(amount)
            reasons[name][causes.of(body)] += int(amount) if place else -int(amount)
    found = [
        Movement(name, was, becomes, {why: amount for why, amount in reasons[name].items() if amount})
        for name, (was, becomes) in sums.items()
        if was != becomes
    ]
    return sorted(found, key=lambda each: (-abs(each.change), each.key))
