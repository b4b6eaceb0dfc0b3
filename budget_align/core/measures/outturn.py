"""Plan to outturn: what was meant for each outcome or body, beside what was spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from budget_align.core.allocation.alignment import SET_APART
from budget_align.core.rules.protection import CONTINGENCY, INTEREST, natures


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


APART: Final = (INTEREST, CONTINGENCY)
"""What a composition leaves out, as PI-2.1 does: nobody chooses the one by programme, and the other is there to go
elsewhere."""


@dataclass(frozen=True)
class Composition:
    """How the mix of spend departs from the mix that was meant, interest on debt and contingency left out.

    Attributes:
        outcomes, programmes: see `composition_variance`; outcomes cancel what moves between programmes within them.
        apart: what was left out, by what it is, meant and spent.
    """

    outcomes: float | None
    programmes: float | None
    apart: tuple[Variance, ...]


def find_composition(meant: pd.DataFrame, spent: pd.DataFrame) -> Composition:
    """The composition of two stages of a year.

    Args:
        meant, spent: columns body, programme, unit, account, control, outcome, kind and amount; a line of no programme
            counts as its unit.
    """
    sums: list[dict[str, dict[str, int]]] = []
    apart: list[dict[str, int]] = []
    for cells in (meant, spent):
        counted = cells[~cells["kind"].isin(SET_APART)]
        what = natures(counted, ("programme", "account", "unit"))
        left_out = what.isin(APART)
        apart.append(_sums(counted[left_out], what[left_out]))
        rest = counted[~left_out]
        programme = rest["programme"].where(rest["programme"] != "", rest["unit"])
        sums.append(
            {"outcomes": _sums(rest, rest["outcome"]), "programmes": _sums(rest, rest["body"] + "\n" + programme)}
        )
    found = {key: composition_variance(sums[0][key], sums[1][key]) for key in ("outcomes", "programmes")}
    return Composition(found["outcomes"], found["programmes"], tuple(find_variances(*apart)))


def _sums(cells: pd.DataFrame, by: pd.Series[str]) -> dict[str, int]:
    return {str(name): int(amount) for name, amount in cells.groupby(by)["amount"].sum().items()}


def composition_variance(meant: Mapping[str, int], spent: Mapping[str, int]) -> float | None:
    """By how much the mix of spend departs from the mix that was meant: what was meant is scaled so that its total
    is that of what was spent, and the differences that are left are added up without their sign, as a share of that
    total. None where either total is nought or less.

    Source: Public Expenditure and Financial Accountability (PEFA), Framework for assessing public financial
    management, 2016, indicator PI-2.1, which leaves out interest on debt and contingency: see `find_composition`.

    >>> composition_variance({"a": 50, "b": 50}, {"a": 66, "b": 54})  # scaled to 60 and 60: 6 and 6 of 120
    0.1
    """
    planned, total = sum(meant.values()), sum(spent.values())
    if planned <= 0 or total <= 0:
        return None
    codes = dict.fromkeys([*meant, *spent])
    left = sum(abs(spent.get(code, 0) * planned - meant.get(code, 0) * total) for code in codes)
    return left / (planned * total)
