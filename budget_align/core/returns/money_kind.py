"""Kinds of money: what a budget control says an amount is, so that unlike money is never mixed unseen.

After HM Treasury's Consolidated Budgeting Guidance: departmental expenditure limits (DEL) are what a government plans
and controls, resource and capital; annually managed expenditure (AME) follows demand; non-cash is depreciation,
impairments and provisions, which no money leaves for; loans and other financial transactions come back. Governments of
other customs write other words, of which the plain ones are known too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, get_args

Kind = Literal["resource", "capital", "ame", "non-cash", "loans", "other"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""DEL first, then what stands apart from it."""

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
