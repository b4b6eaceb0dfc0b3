"""What a scenario comes to: every measure of a year of it, and whether it keeps what it has to keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from budget_align.core.allocation.alignment import share_of
from budget_align.core.frameworks.framework import MISSION, Framework
from budget_align.core.measures.spend import concentration
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.scenarios.scenario import KEYS, Constraint, is_capital


@dataclass(frozen=True)
class Measures:
    """What a year of spend comes to; amounts in minor units, see docs/measures.md.

    Attributes:
        outcomes: by outcome, those without money too; `unaligned` apart.
        without_money: how many outcomes have none, nor any that receipts hide; `one_body` how many have theirs from one
            body alone.
        concentrated: by outcome, `spend.concentration` of what bodies give.
        gross: before receipts that are netted, of which shares are; `gross_outcomes` and `gross_bodies` by outcome,
            unaligned under "", and by body, and `gross_aligned` what each body gives to outcomes.
    """

    total: int
    unaligned: int
    capital: int
    outcomes: Mapping[str, int]
    bodies: Mapping[str, int]
    without_money: int
    one_body: int
    concentrated: Mapping[str, float | None]
    gross: int
    gross_outcomes: Mapping[str, int]
    gross_bodies: Mapping[str, int]
    gross_aligned: Mapping[str, int]

    @property
    def aligned_share(self) -> float | None:
        """Gross aligned ÷ gross; None where nothing is spent."""
        return share_of(self.gross - self.gross_outcomes.get(UNALIGNED, 0), self.gross)

    def aligned_share_of(self, body: str) -> float | None:
        """The same of one body."""
        return share_of(self.gross_aligned.get(body, 0), self.gross_bodies.get(body, 0))

    def share_of(self, codes: Sequence[str]) -> float | None:
        """What some outcomes have together, as a share of the gross."""
        return share_of(sum(self.gross_outcomes.get(code, 0) for code in codes), self.gross)


@dataclass(frozen=True)
class Change:
    """A figure as it stands and in the scenario; `share` is what of the scenario's gross it is."""

    code: str
    name: str
    before: int
    after: int
    share: float | None = None

    @property
    def change(self) -> int:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True)
class Changes:
    """A year of a scenario beside the budget as it stands; `money` in minor units, `counts` of outcomes."""

    money: tuple[Change, ...]
    counts: tuple[Change, ...]
    outcomes: tuple[Change, ...]
    unaligned: Change
    missions: tuple[Change, ...]
    bodies: tuple[Change, ...]


def compare_measures(before: Measures, after: Measures, framework: Framework) -> Changes:
    """The measures of a year beside those of the budget as it stands."""
    names = framework.names()

    def of(code: str, name: str, codes: Sequence[str]) -> Change:
        was, becomes = (sum(each.outcomes.get(one, 0) for one in codes) for each in (before, after))
        return Change(code, name, was, becomes, after.share_of(codes))

    return Changes(
        money=(
            Change("total", "Total", before.total, after.total),
            Change("capital", "Capital", before.capital, after.capital),
        ),
        counts=(
            Change("without-money", "Outcomes without money", before.without_money, after.without_money),
            Change("one-body", "Outcomes that hang on one body", before.one_body, after.one_body),
        ),
        outcomes=tuple(of(code, names.get(code, code), [code]) for code in after.outcomes),
        unaligned=Change(UNALIGNED, "Unaligned", before.unaligned, after.unaligned),
        missions=tuple(
            of(each.code, each.name, [*(one.code for one in each.outcomes), f"{MISSION}{each.code}"])
            for each in framework.missions
        ),
        bodies=tuple(Change(name, name, before.bodies.get(name, 0), amount) for name, amount in after.bodies.items()),
    )


def measure(cells: pd.DataFrame, outcomes: Sequence[str]) -> Measures:
    """The measures of one year.

    Args:
        outcomes: the codes of the framework.
    """
    pairs = cells.groupby(["outcome", "body"])[["amount", "receipts"]].sum().reset_index()
    columns = (pairs[name].tolist() for name in ("outcome", "body", "amount", "receipts"))
    sums = list(zip(*columns, strict=True))
    by_outcome = _add_up((code, amount) for code, _, amount, _ in sums)
    given: dict[str, list[int]] = {}
    for code, _, amount, receipts in sums:
        # What a body spends and what it nets are both of its size.
        given.setdefault(code, []).append(amount - 2 * receipts)
    gross = [(code, body, amount - receipts) for code, body, amount, receipts in sums]
    codes = [*outcomes, *(code for code in by_outcome if code not in outcomes and code != UNALIGNED)]
    shown = {code: by_outcome.get(code, 0) for code in codes}
    return Measures(
        int(cells["amount"].sum()),
        by_outcome.get(UNALIGNED, 0),
        int(cells.loc[is_capital(cells), "amount"].sum()),
        shown,
        _add_up((body, amount) for _, body, amount, _ in sums),
        sum(not any(given.get(code, ())) for code in codes),
        sum(sum(size != 0 for size in given.get(code, ())) == 1 for code in codes),
        {code: concentration(given.get(code, ())) for code in codes},
        sum(amount for _, _, amount in gross),
        _add_up((code, amount) for code, _, amount in gross),
        _add_up((body, amount) for _, body, amount in gross),
        _add_up((body, amount) for code, body, amount in gross if code != UNALIGNED),
    )


def _add_up(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sums by name, in order of name."""
    found: Counter[str] = Counter()
    for name, amount in amounts:
        found[name] += amount
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Check:
    """Whether a constraint holds, and by how much it does not: `missed` is in minor units, zero where it holds."""

    constraint: Constraint
    missed: int
    year: int

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return not self.missed


def check_constraints(
    before: pd.DataFrame, after: Mapping[int, pd.DataFrame], constraints: Sequence[Constraint]
) -> list[Check]:
    """Each constraint with the year in which it is missed by most; the first year where it holds in all."""
    found = []
    for constraint in constraints:
        checks = [Check(constraint, _missed(constraint, before, cells), year) for year, cells in after.items()]
        found.append(max(checks, key=lambda check: check.missed))
    return found


def _missed(constraint: Constraint, before: pd.DataFrame, after: pd.DataFrame) -> int:
    was, now = (cells[constraint.part.find(cells)] for cells in (before, after))
    if constraint.rule == "protect":
        both = pd.concat([was.assign(amount=-was["amount"]), now], ignore_index=True)
        left = both.groupby(KEYS)["amount"].sum()
        return -int(left[left < 0].sum())
    change = abs(int(now["amount"].sum()) - int(was["amount"].sum()))
    if constraint.rule == "keep":
        return change
    assert constraint.percent is not None
    most = int(abs(Decimal(int(was["amount"].sum()))) * constraint.percent / 100)
    return max(0, change - most)
