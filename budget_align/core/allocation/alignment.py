"""Alignment: what a budget's cube says of one stage and year, as figures and tables.

Shares and measures are of expenditure alone, so that a cube that they are asked of is first taken `of_flow`; how income
and financing stand beside it is told by `flows_of`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from budget_align.core.allocation.consolidation import in_view
from budget_align.core.returns.budget_line import FLOWS, STAGES

SET_APART: Final = ("memo", "transfer")
"""Kinds of the cube that are shown and never added."""

UNCOVERED: Final = "uncovered"
"""The kind of money that serves an outcome of the mapping's own framework and none of the one that it is seen by."""

NOT_ALIGNED: Final = ("unaligned", UNCOVERED, *SET_APART)
"""Kinds of the cube that serve no outcome of the framework shown."""


@dataclass(frozen=True)
class Headline:
    """The figures that open every page, of expenditure in minor units. Total = aligned + uncovered + unaligned; memo
    and transfers stand apart.

    Receipts that bodies netted into their lines, and corrections, are below zero: they are in the total, and make
    no share. Shares are of gross expenditure, what lines above zero come to, so that a receipt neither hides what is
    unaligned nor makes a share.

    Attributes:
        transfers: what passes between bodies in view and is counted where it is spent; see `consolidate`.
        transfers_received: what the other sides of these netted into their spending, below zero.
        gross, gross_aligned, gross_unaligned: without what is below zero.
        uncovered: what serves an outcome of the mapping's own framework that the lens has no counterpart for.
        memo_counted: what of the total bodies show as memo lines: it is counted by no return that is there.
    """

    total: int
    aligned: int
    unaligned: int
    memo: int
    transfers: int = 0
    transfers_received: int = 0
    gross: int = 0
    gross_aligned: int = 0
    gross_unaligned: int = 0
    uncovered: int = 0
    memo_counted: int = 0

    @property
    def receipts(self) -> int:
        """What lines below zero come to; zero or less."""
        return self.total - self.gross

    @property
    def receipts_unaligned(self) -> int:
        """What of them serves no outcome."""
        return self.unaligned - self.gross_unaligned

    @property
    def aligned_share(self) -> float | None:
        """Gross aligned ÷ gross, between 0 and 1; None where nothing is spent, of which no share says anything."""
        return share_of(self.gross_aligned, self.gross)

    @property
    def unaligned_share(self) -> float | None:
        """Gross unaligned ÷ gross; None as before."""
        return share_of(self.gross_unaligned, self.gross)

    def of_gross(self, amount: int) -> float | None:
        """What share of the gross an amount is."""
        return share_of(amount, self.gross)


@dataclass(frozen=True)
class Flows:
    """What came in and went out of one stage and year, in minor units; what stands apart is in none of them.

    Attributes:
        gross: expenditure, before what is netted.
        receipts: what bodies have netted into their lines of expenditure, and corrections; zero or less.
        financing: what was borrowed or repaid to balance the two; neither in gross nor in net.
    """

    gross: int
    receipts: int
    income: int
    financing: int

    @property
    def spent(self) -> int:
        """Expenditure with what is netted into it."""
        return self.gross + self.receipts

    @property
    def net(self) -> int:
        """Expenditure less receipts and income."""
        return self.spent - self.income


def flows_of(cube: pd.DataFrame) -> Flows:
    """Expenditure, income and financing of a cube, or of any part of one, of a single stage and year."""
    counted = cube[~cube["kind"].isin(SET_APART)]
    sums = counted.groupby(["flow", "below"], observed=True)["amount"].sum()
    return _flows(dict(zip(sums.index.to_list(), sums.tolist(), strict=True)))


def flows_by(cube: pd.DataFrame, key: str) -> dict[str, Flows]:
    """The same of each value of one of the cube's keys that anything of it counts under."""
    counted = cube[~cube["kind"].isin(SET_APART)]
    sums = counted.groupby([key, "flow", "below"], observed=True)["amount"].sum()
    parts: dict[str, dict[tuple[str, bool], int]] = {}
    for (value, flow, below), amount in zip(sums.index.to_list(), sums.tolist(), strict=True):
        parts.setdefault(str(value), {})[flow, below] = amount
    return {value: _flows(found) for value, found in parts.items()}


def _flows(sums: Mapping[tuple[str, bool], int]) -> Flows:
    def of(flow: str, below: bool) -> int:
        return sums.get((flow, below), 0)

    spending, income, financing = FLOWS
    return Flows(
        of(spending, False), of(spending, True), *(of(flow, False) + of(flow, True) for flow in (income, financing))
    )


NOTHING: Final = Headline(0, 0, 0, 0)
"""The figures of no money."""

NO_FLOWS: Final = Flows(0, 0, 0, 0)
"""What came in and went out where nothing did."""


def of_flow(cube: pd.DataFrame, flow: str = "expenditure") -> pd.DataFrame:
    """The part of a cube that speaks of one flow. Flows are never added up."""
    return cube[cube["flow"] == flow]


def periods(cube: pd.DataFrame) -> list[tuple[str, int]]:
    """The stages and years that a cube holds, latest year first and, within it, in the order of `STAGES`."""
    found = cube[["stage", "fiscal_year"]].drop_duplicates().itertuples(index=False)
    return sorted(((str(s), int(y)) for s, y in found), key=lambda pair: (-pair[1], STAGES.index(pair[0])))


def latest_period(held: Sequence[tuple[str, int]]) -> tuple[str, int] | None:
    """The stage and year to show first: the latest year, its budget before its other stages; None where there is none.

    Args:
        held: as `periods` finds them.
    """
    if not held:
        return None
    latest = [stage for stage, year in held if year == held[0][1]]
    return ("budget" if "budget" in latest else latest[-1]), held[0][1]


def of_period(cube: pd.DataFrame, stage: str, fiscal_year: int) -> pd.DataFrame:
    """The part of a cube that speaks of one stage and year. Stages are never added up."""
    return cube[(cube["stage"] == stage) & (cube["fiscal_year"] == fiscal_year)]


def consolidate(cube: pd.DataFrame, levels: Sequence[str] | None = None) -> pd.DataFrame:
    """A cube as a view of some levels of government counts it: cells of other levels left out, and transfers between
    the levels in view set apart under the kind transfer, so that each counts once. A frame that knows of no kinds, such
    as one of touches, is treated alike.

    Args:
        levels: of `budget_line.LEVELS`, "" for bodies of no stated level; None for all.
    """
    chosen = sorted(set(cube["level"])) if levels is None else list(levels)
    seen = cube[cube["level"].isin(chosen)]
    kind = seen["kind"] if "kind" in seen else pd.Series("", index=seen.index, dtype="str")
    within = ~in_view(seen["level"], seen["toward"], chosen) & (kind != "memo").to_numpy()
    return seen.assign(kind=kind.where(~within, "transfer"))


def alike(cube: pd.DataFrame, periods: Sequence[tuple[str, int]]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The cells of the bodies that have figures in every one of some stages and years, so that these can be set beside
    each other; and the names of the bodies that have figures in some of them only.
    """
    held = [set(of_period(cube, stage, year)["body"].unique()) for stage, year in periods]
    every = set.intersection(*held) if held else set()
    return cube[cube["body"].isin(every)], tuple(sorted(set().union(*held) - every))


def headline(cube: pd.DataFrame) -> Headline:
    """The headline figures of a cube, or of any part of one, of a single stage and year."""
    found = cube.groupby(_TELLING, observed=True)["amount"].sum()
    return _headline(zip(found.index.to_list(), found.tolist(), strict=True))


def headlines_by(cube: pd.DataFrame, key: str) -> dict[str, Headline]:
    """The same of each value of one of the cube's keys."""
    found = cube.groupby([key, *_TELLING], observed=True)["amount"].sum()
    parts: dict[str, list[tuple[tuple[str, bool, bool], int]]] = {}
    for (value, *told), amount in zip(found.index.to_list(), found.tolist(), strict=True):
        kind, below, memo = told
        parts.setdefault(str(value), []).append(((kind, below, memo), amount))
    return {value: _headline(sums) for value, sums in parts.items()}


_TELLING: Final = ["kind", "below", "memo"]


def _headline(found: Iterable[tuple[tuple[str, bool, bool], int]]) -> Headline:
    sums: defaultdict[tuple[str, bool], int] = defaultdict(int)
    memo_counted = 0
    for (kind, below, memo), amount in found:
        sums[kind, bool(below)] += amount
        if memo and kind not in SET_APART:
            memo_counted += amount

    def both(kind: str) -> int:
        return sums[kind, False] + sums[kind, True]

    counted = [kind for kind, _ in sums if kind not in SET_APART]
    total = sum(both(kind) for kind in set(counted))
    gross = sum(sums[kind, False] for kind in set(counted))
    uncovered, unaligned = both(UNCOVERED), both("unaligned")
    return Headline(
        total=total,
        aligned=total - unaligned - uncovered,
        unaligned=unaligned,
        memo=both("memo"),
        transfers=sums["transfer", False],
        transfers_received=sums["transfer", True],
        gross=gross,
        gross_aligned=gross - sums["unaligned", False] - sums[UNCOVERED, False],
        gross_unaligned=sums["unaligned", False],
        uncovered=uncovered,
        memo_counted=memo_counted,
    )


def spend_by(cube: pd.DataFrame, key: str) -> pd.Series[int]:
    """Aligned amounts by one of the cube's keys, largest first."""
    aligned = cube[~cube["kind"].isin(NOT_ALIGNED)]
    return aligned.groupby(key, observed=True)["amount"].sum().sort_values(ascending=False, kind="stable")


def bodies_by_outcome(cube: pd.DataFrame) -> pd.DataFrame:
    """Bodies in rows and outcomes in columns, unaligned as the column "", amounts in minor units; what stands apart
    left out.
    """
    counted = cube[~cube["kind"].isin(SET_APART)]
    return counted.pivot_table(
        index="body", columns="outcome", values="amount", aggfunc="sum", fill_value=0, observed=True
    ).astype("int64")


def share_of(part: int, whole: int) -> float | None:
    """A part as a share of a whole; None where the whole is zero or less, of which no share says anything.

    >>> share_of(1, 4), share_of(1, 0)
    (0.25, None)
    """
    return part / whole if whole > 0 else None


def format_share(share: float | None) -> str:
    """A share between 0 and 1 as a percentage; never rounded up to 100 or down to 0.

    >>> format_share(0.9904), format_share(0.99999), format_share(None)
    ('99.0%', 'over 99.9%', '–')
    """
    if share is None:
        return "–"
    shown = f"{share * 100:.1f}"
    if shown == "100.0" and share < 1:
        return "over 99.9%"
    if shown == "0.0" and share > 0:
        return "under 0.1%"
    return f"{shown}%"
