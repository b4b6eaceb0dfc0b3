"""Plan to outturn: what was meant for each outcome or body, beside what was spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Variance:
    """What was meant for something and what was spent on it, in minor units."""

    code: str
    meant: int
    spent: int

    @property
    def difference(self) -> int:
        """Spent less meant: above nought where more was spent than meant."""
        return self.spent - self.meant

    @property
    def share(self) -> float | None:
        """The difference as a share of what was meant; None where that is nought or less."""
        return self.difference / self.meant if self.meant > 0 else None


def find_variances(meant: Mapping[str, int], spent: Mapping[str, int]) -> list[Variance]:
    """Every code that money was meant for or spent on, the largest difference first. They add up to the difference
    of the totals.

    >>> [(v.code, v.difference) for v in find_variances({"a": 10, "b": 5}, {"a": 12, "c": 1})]
    [('b', -5), ('a', 2), ('c', 1)]
    """
    codes = dict.fromkeys([*meant, *spent])
    found = [Variance(code, int(meant.get(code, 0)), int(spent.get(code, 0))) for code in codes]
    return sorted(found, key=lambda variance: (-abs(variance.difference), variance.code))


def composition_variance(meant: Mapping[str, int], spent: Mapping[str, int]) -> float | None:
    """By how much the mix of spend departs from the mix that was meant: what was meant is scaled so that its total
    is that of what was spent, and the differences that are left are added up without their sign, as a share of that
    total. None where either total is nought or less.

    Source: Public Expenditure and Financial Accountability (PEFA), Framework for assessing public financial
    management, 2016, indicator PI-2.

    >>> composition_variance({"a": 50, "b": 50}, {"a": 66, "b": 54})  # scaled to 60 and 60: 6 and 6 of 120
    0.1
    """
    planned, total = sum(meant.values()), sum(spent.values())
    if planned <= 0 or total <= 0:
        return None
    codes = dict.fromkeys([*meant, *spent])
    left = sum(abs(spent.get(code, 0) * planned - meant.get(code, 0) * total) for code in codes)
    return left / (planned * total)
