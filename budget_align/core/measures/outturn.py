"""Plan to outturn: what was meant for each outcome or body, beside what was spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import SET_APART
from budget_align.core.returns.budget_line import STAGES
from budget_align.core.rules.protection import CONTINGENCY, INTEREST, natures
from budget_align.core.values.folding import fold
from budget_align.core.views.view import View


@dataclass(frozen=True)
class Variance:
    """What was meant for something and what was spent on it, in minor units."""

    code: str
    meant: int
    spent: int

    @property
    def difference(self) -> int:
        """Spent less meant: above zero where more was spent than meant."""
        return self.spent - self.meant

    @property
    def share(self) -> float | None:
        """The difference as a share of what was meant; None where that is zero or less."""
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
        outcomes, programmes: see `composition_variance`; outcomes cancel what moves between programmes within them, and
            programmes are those of `by_main_heads`.
        apart: what was left out, by what it is, meant and spent.
    """

    outcomes: float | None
    programmes: float | None
    apart: tuple[Variance, ...]


def find_composition(meant: pd.DataFrame, spent: pd.DataFrame) -> Composition:
    """The composition of two stages of a year.

    Args:
        meant, spent: columns body, programme, unit, account, control, outcome, kind and amount; a line of no programme
            counts as its unit. Letter case and spacing of names do not count.
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
            {
                "outcomes": _sums(rest, rest["outcome"]),
                "programmes": _sums(rest, rest["body"].map(fold) + "\n" + programme.map(fold)),
            }
        )
    outcomes = composition_variance(sums[0]["outcomes"], sums[1]["outcomes"])
    programmes = composition_variance(*by_main_heads(sums[0]["programmes"], sums[1]["programmes"]))
    return Composition(outcomes, programmes, tuple(find_variances(*apart)))


def _sums(cells: pd.DataFrame, by: pd.Series[str]) -> dict[str, int]:
    return {str(name): int(amount) for name, amount in cells.groupby(by)["amount"].sum().items()}


_HEADS: Final = 20
_LARGEST: Final = 75
_REST: Final = ""


def by_main_heads(meant: Mapping[str, int], spent: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """What was meant for budget heads, and spent on them, with the small ones as one. As PI-2.1 has it, the variance of
    more than 20 heads is that of the largest that make up 75% of what was meant, of 20 at least, and the rest in one
    line: else it would only grow with how finely a budget is told.

    >>> heads = {str(n): 1 for n in range(40)}
    >>> [len(each) for each in by_main_heads(heads, heads)]  # 30 of 40 are 75%
    [31, 31]
    """
    codes = dict.fromkeys([*meant, *spent])
    if len(codes) <= _HEADS:
        return dict(meant), dict(spent)
    whole, together = sum(meant.values()), 0
    main: set[str] = set()
    for code in sorted(codes, key=lambda code: (-meant.get(code, 0), code)):
        if len(main) >= _HEADS and together * 100 >= whole * _LARGEST:
            break
        main.add(code)
        together += meant.get(code, 0)
    found: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for amounts, sums in zip((meant, spent), found, strict=True):
        for code, amount in amounts.items():
            head = code if code in main else _REST
            sums[head] = sums.get(head, 0) + amount
    return found


def composition_variance(meant: Mapping[str, int], spent: Mapping[str, int]) -> float | None:
    """By how much the mix of spend departs from the mix that was meant: what was meant is scaled so that its total
    is that of what was spent, and the differences that are left are added up without their sign, as a share of that
    total. None where either total is zero or less.

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


@dataclass(frozen=True)
class Outturn:
    """One year's plan beside its outturn.

    Attributes:
        meant_stage, spent_stage: the stages that are compared.
        outcomes, bodies: each add up to the difference of the totals; unaligned is among the outcomes, under "".
        left_out: the bodies that have figures of one of the stages only, and are not counted.
    """

    fiscal_year: int
    meant_stage: str
    spent_stage: str
    total: Variance
    outcomes: list[Variance]
    bodies: list[Variance]
    left_out: tuple[str, ...]


def years_with_outturn(view: View) -> dict[int, list[str]]:
    """The years of which the run holds more than one stage, latest first, with those stages in their order."""
    held: dict[int, list[str]] = {}
    for stage, year in view.periods:
        held.setdefault(year, []).append(stage)
    return {year: sorted(stages, key=STAGES.index) for year, stages in held.items() if len(stages) > 1}


def compare_stages(view: View, year: int, meant: str, spent: str) -> Outturn:
    """One stage of a year beside another, as the run is seen: its levels of government, through its lens; of the bodies
    that have figures of both.
    """
    cube, left_out = alignment.alike(view.cube, [(meant, year), (spent, year)])
    sums = {}
    for stage in (meant, spent):
        part = alignment.of_period(cube, stage, year)
        counted = part[~part["kind"].isin(SET_APART)]
        sums[stage] = {
            key: {str(name): int(amount) for name, amount in counted.groupby(key)["amount"].sum().items()}
            for key in ("outcome", "body")
        }
    first, last = sums[meant], sums[spent]
    total = Variance("", sum(first["outcome"].values()), sum(last["outcome"].values()))
    return Outturn(
        year,
        meant,
        spent,
        total,
        find_variances(first["outcome"], last["outcome"]),
        find_variances(first["body"], last["body"]),
        left_out,
    )
