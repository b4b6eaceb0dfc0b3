"""Figures of each kind of money, and what of it overlaps; what the kinds are is said in `returns.money_kind`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from budget_align.core.allocation.alignment import Headline, headline
from budget_align.core.returns.money_kind import KINDS, Kind, kind_of_money, told_of, without_exceptions

NAMES: Final[Mapping[Kind, str]] = {
    "resource": "Resource (DEL)",
    "capital": "Capital (DEL)",
    "ame": "Annually managed (AME)",
    "non-cash": "Non-cash",
    "loans": "Loans and financial transactions",
    "other": "No kind stated",
}

APART: Final[frozenset[Kind]] = frozenset({"ame", "non-cash", "loans"})
"""Kinds that are no spending of the year in the sense of the first two."""

_PENSIONS: Final = re.compile(r"pension|superannuation", re.IGNORECASE)
_WEARING_OFF: Final = re.compile(r"depreciation|amortisation|impairment", re.IGNORECASE)


@dataclass(frozen=True)
class KindFigures:
    """The figures of one kind of money in a part of a budget."""

    kind: Kind
    figures: Headline

    @property
    def name(self) -> str:
        """What pages call it."""
        return NAMES[self.kind]

    @property
    def apart(self) -> bool:
        """Whether it is no spending in the sense of DEL."""
        return self.kind in APART


@dataclass(frozen=True)
class Overlap:
    """Money that partly counts what pay or capital count too, in minor units."""

    why: str
    amount: int


def figures_by_kind(cube: pd.DataFrame) -> list[KindFigures]:
    """The figures of each kind of money in a cube of one stage and year, those of DEL first."""
    controls = {control: kind_of_money(control) for control in cube["control"].unique()}
    kinds = cube["control"].map(controls)
    found = [KindFigures(kind, headline(cube[kinds == kind])) for kind in KINDS if (kinds == kind).any()]
    return [each for each in found if each.figures.total or each.figures.gross]


def find_overlaps(programmes: pd.DataFrame) -> list[Overlap]:
    """What of some programmes overlaps pay or capital, by what they are called and by their control.

    Args:
        programmes: columns programme, control and amount.
    """
    told = programmes["control"].map(lambda control: f" {told_of(control)}")
    said = programmes["programme"].map(without_exceptions).str.cat(told)
    non_cash = programmes["control"].map(kind_of_money) == "non-cash"
    pensions = said.str.contains(_PENSIONS)
    wearing_off = ~pensions & (non_cash | said.str.contains(_WEARING_OFF))
    found = [
        Overlap(why, int(programmes.loc[meets, "amount"].sum()))
        for why, meets in (
            ("Pensions: part of what schemes pay was counted before, as contributions within pay", pensions),
            ("Depreciation and impairments: what wears off was counted as capital when it was bought", wearing_off),
        )
    ]
    return [each for each in found if each.amount]
