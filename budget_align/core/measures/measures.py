"""Measures of alignment beside the shares themselves, each defined once, with its formula, unit and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from budget_align.core.outcomes.indicator import Status

Spend = Literal["rising", "steady", "falling", "not known"]

STEADY: Final = 1
"""Change of spend in percent of what it was, up to which it counts as steady."""


def concentration(amounts: Sequence[int]) -> float | None:
    """The Herfindahl index of amounts: the sum of their squared shares, from 1/n for n equal ones to 1 for one alone.

    An amount below nought, such as receipts that are netted, counts by its size, so that it neither goes missing nor
    makes what others spend seem more alike than it is; None where there is nothing. After O. C. Herfindahl (1950) and
    A. O. Hirschman (1945).

    >>> concentration([50, 50]), concentration([7]), concentration([50, -50]), concentration([])
    (0.5, 1.0, 0.5, None)
    """
    sizes = [abs(amount) for amount in amounts]
    total = sum(sizes)
    return sum((size / total) ** 2 for size in sizes) if total else None


def spend_trend(before: int | None, after: int) -> Spend:
    """Whether spend rises or falls from one year to the next, changes up to `STEADY` counting for none.

    >>> spend_trend(100, 103), spend_trend(100, 100), spend_trend(100, 90), spend_trend(None, 5)
    ('rising', 'steady', 'falling', 'not known')
    """
    if before is None or before <= 0:
        return "not known" if before is None or after <= 0 else "rising"
    change, least = (after - before) * 100, before * STEADY
    return "rising" if change > least else "falling" if change < -least else "steady"


@dataclass(frozen=True)
class Gap:
    """One outcome in the gap matrix: its money beside its movement, with the evidence of each. Nothing in it says that
    the one brings the other about.

    Attributes:
        statuses: how many of its indicators have each status.
        bodies: how many bodies give to it, and `concentration` of what they give.
    """

    code: str
    name: str
    before: int | None
    amount: int
    spend: Spend
    status: Status
    statuses: Mapping[Status, int]
    late: int
    bodies: int
    concentration: float | None

    @property
    def finding(self) -> str:
        """See `finding_of`."""
        return finding_of(self.amount, self.spend, self.status)


def finding_of(amount: int, spend: Spend, status: Status) -> str:
    """What money and movement together are worth looking at for, in words that claim no cause.

    >>> finding_of(5, "falling", "worsening")
    'less money while it worsens'
    """
    if not amount and status == "to be confirmed":
        return "no money and no evidence of movement"
    if not amount:
        return "it moves without money" if status in ("improving", "worsening") else "no money is tied to it"
    if status == "to be confirmed":
        return "money without evidence of movement"
    found = {
        ("rising", "worsening"): "more money while it worsens",
        ("steady", "worsening"): "as much money while it worsens",
        ("falling", "worsening"): "less money while it worsens",
        ("rising", "maintaining"): "more money without movement",
        ("rising", "improving"): "more money while it improves",
        ("falling", "improving"): "less money while it improves",
    }
    return found.get((spend, status), "")
