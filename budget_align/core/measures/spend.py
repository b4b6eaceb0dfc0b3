"""How spend is spread over those who spend, and whether it rises from year to year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

Spend = Literal["rising", "steady", "falling", "not known"]

STEADY: Final = 1
"""Change of spend in percent of what it was, up to which it counts as steady."""


def concentration(amounts: Sequence[int]) -> float | None:
    """The Herfindahl index of amounts: the sum of their squared shares, from 1/n for n equal ones to 1 for one alone.

    An amount below zero, such as receipts that are netted, counts by its size, so that it neither goes missing nor
    makes what others spend seem more alike than it is; None where there is nothing. Of a body that spends and nets,
    give what both come to by their size. After O. C. Herfindahl (1950) and A. O. Hirschman (1945).

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
