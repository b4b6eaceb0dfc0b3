"""Kinds of money: what a budget control says an amount is, so that unlike money is never mixed unseen.

After HM Treasury's Consolidated Budgeting Guidance: departmental expenditure limits (DEL) are what a government plans
and controls, resource and capital; annually managed expenditure (AME) follows demand; non-cash is depreciation,
impairments and provisions, which no money leaves for; loans and other financial transactions come back. Governments of
other customs write other words, of which the plain ones are known too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import pandas as pd

from budget_align.core.allocation.alignment import Headline, headline

Kind = Literal["resource", "capital", "ame", "non-cash", "loans", "other"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""DEL first, then what stands apart from it."""

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

_WORDS: Final[Mapping[Kind, str]] = {
    "loans": r"\bft\b|financial transaction|\bloans?\b|\blending\b",
    "non-cash": r"\bnc\b|non[ -]?cash|depreciation|impairment"
    r"|\bring-?fenced (?:resource|r?del)\b|\b(?:resource|r?del)\b[^a-z]*\bring-?fenced",
    "ame": r"\b[rc]?ame\b|annually managed",
    "capital": r"\bcdel\b|\bcapital\b|\bcapex\b|\binvestment\b",
    "resource": r"\brdel\b|\bresource\b|\bcurrent\b|\brevenue\b|\brecurrent\b|\boperating\b",
}
"""The words of each kind. Those that set money apart are asked first: AME and loans are capital or resource too. Within
departmental limits what is ringfenced is non-cash; elsewhere it is money for one purpose alone."""
_PATTERNS: Final = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}

_CAPITAL: Final = frozenset({"CDEL", "CDEL-FT", "CAME"})

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


def kind_of_money(control: str) -> Kind:
    """What kind of money a budget control is.

    >>> [kind_of_money(each) for each in ("RDEL", "CDEL-FT", "RDEL-NC", "AME", "Capital", "")]
    ['resource', 'loans', 'non-cash', 'ame', 'capital', 'other']
    >>> kind_of_money("Resource (ringfenced)"), kind_of_money("Ringfenced grant")
    ('non-cash', 'other')
    """
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(control)), "other")


def is_capital_control(control: str) -> bool:
    """Whether a budget control is capital, loans and annually managed expenditure among it; every other one, and none
    stated, counts as resource.

    >>> [is_capital_control(each) for each in ("CDEL-FT", "CAME", "Capital loans", "RDEL", "Loans", "")]
    [True, True, True, False, False, False]
    """
    return control in _CAPITAL or _PATTERNS["capital"].search(control) is not None


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
    said = programmes["programme"].str.cat(programmes["control"].map(lambda each: f" {each}"))
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
