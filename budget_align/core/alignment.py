"""Alignment: what a budget's cube says of one stage and year, as figures and tables.

Shares and measures are of expenditure alone, so that a cube that they are asked of is first taken `of_flow`; how income
and financing stand beside it is told by `flows_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from budget_align.core.budget_line import FLOWS, STAGES
from budget_align.core.consolidation import in_view

SET_APART: Final = ("memo", "transfer")
"""Kinds of the cube that are shown and never added."""


@dataclass(frozen=True)
class Headline:
    """The figures that open every page, of expenditure in minor units. Total = aligned + unaligned; memo and transfers
    stand apart.

    Attributes:
        transfers: what passes between bodies in view and is counted where it is spent; see `consolidate`.
        aligned_share: aligned ÷ total, between 0 and 1 for a total above nought; None where the total is nought or
            less, for which no share says anything.
    """

    total: int
    aligned: int
    unaligned: int
    memo: int
    transfers: int = 0

    @property
    def read(self) -> int:
        """What was read of the returns and counts in them, whether or not it passes between bodies in view."""
        return self.total + self.transfers

    @property
    def aligned_share(self) -> float | None:
        """See the class."""
        return self.aligned / self.total if self.total > 0 else None


@dataclass(frozen=True)
class Flows:
    """What came in and went out of one stage and year, in minor units; what stands apart is in none of them.

    Attributes:
        gross: expenditure; receipts that bodies have netted into their lines are in it, below nought.
        financing: what was borrowed or repaid to balance the two; neither in gross nor in net.
    """

    gross: int
    income: int
    financing: int

    @property
    def net(self) -> int:
        """Expenditure less income."""
        return self.gross - self.income


def flows_of(cube: pd.DataFrame) -> Flows:
    """Expenditure, income and financing of a cube, or of any part of one, of a single stage and year."""
    by_flow = cube[~cube["kind"].isin(SET_APART)].groupby("flow", observed=True)["amount"].sum()
    return Flows(*(int(by_flow.get(flow, 0)) for flow in FLOWS))


def of_flow(cube: pd.DataFrame, flow: str = "expenditure") -> pd.DataFrame:
    """The part of a cube that speaks of one flow. Flows are never added up."""
    return cube[cube["flow"] == flow]


def periods(cube: pd.DataFrame) -> list[tuple[str, int]]:
    """The stages and years that a cube holds, latest year first and, within it, in the order of `STAGES`."""
    found = cube[["stage", "fiscal_year"]].drop_duplicates().itertuples(index=False)
    return sorted(((str(s), int(y)) for s, y in found), key=lambda pair: (-pair[1], STAGES.index(pair[0])))


def latest_period(cube: pd.DataFrame) -> tuple[str, int] | None:
    """The stage and year to show first: the latest year, its budget before its other stages; None in an empty cube."""
    found = periods(cube)
    if not found:
        return None
    latest = [stage for stage, year in found if year == found[0][1]]
    return ("budget" if "budget" in latest else latest[-1]), found[0][1]


def of_period(cube: pd.DataFrame, stage: str, fiscal_year: int) -> pd.DataFrame:
    """The part of a cube that speaks of one stage and year. Stages are never added up."""
    return cube[(cube["stage"] == stage) & (cube["fiscal_year"] == fiscal_year)]


def consolidate(cube: pd.DataFrame, levels: Sequence[str] | None = None) -> pd.DataFrame:
    """A cube as a view of some levels of government counts it: cells of other levels left out, and transfers between
    the levels in view set apart under the kind transfer, so that each counts once.

    Args:
        levels: of `budget_line.LEVELS`, "" for bodies of no stated level; None for all.
    """
    chosen = sorted(set(cube["level"])) if levels is None else list(levels)
    seen = cube[cube["level"].isin(chosen)]
    within = ~in_view(seen["level"], seen["toward"], chosen) & (seen["kind"] != "memo").to_numpy()
    return seen.assign(kind=seen["kind"].where(~within, "transfer"))


def alike(cube: pd.DataFrame, periods: Sequence[tuple[str, int]]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The cells of the bodies that have figures in every one of some stages and years, so that these can be set beside
    each other; and the names of the bodies that have figures in some of them only.
    """
    held = [set(of_period(cube, stage, year)["body"].unique()) for stage, year in periods]
    every = set.intersection(*held) if held else set()
    return cube[cube["body"].isin(every)], tuple(sorted(set().union(*held) - every))


def headline(cube: pd.DataFrame) -> Headline:
    """The headline figures of a cube, or of any part of one, of a single stage and year."""
    by_kind = cube.groupby("kind", observed=True)["amount"].sum()
    unaligned, *apart = (int(by_kind.get(kind, 0)) for kind in ("unaligned", *SET_APART))
    total = int(by_kind.sum()) - sum(apart)
    return Headline(total, total - unaligned, unaligned, *apart)


def spend_by(cube: pd.DataFrame, key: str, measure: str = "amount") -> pd.Series[int]:
    """Aligned amounts by one of the cube's keys, largest first.

    Args:
        measure: "amount" for what is attributed; "contributing" for the whole of every line that touches it, which
            is never to be added up.
    """
    aligned = cube[~cube["kind"].isin(["unaligned", *SET_APART])]
    return aligned.groupby(key, observed=True)[measure].sum().sort_values(ascending=False, kind="stable")


def bodies_by_outcome(cube: pd.DataFrame) -> pd.DataFrame:
    """Bodies in rows and outcomes in columns, unaligned as the column "", amounts in minor units; what stands apart
    left out.
    """
    counted = cube[~cube["kind"].isin(SET_APART)]
    return counted.pivot_table(
        index="body", columns="outcome", values="amount", aggfunc="sum", fill_value=0, observed=True
    ).astype("int64")


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
