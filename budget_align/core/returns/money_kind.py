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

_EXCEPT: Final = re.compile(
    r"(?<=\S)\W{1,4}(?:excl(?:uding|udes|usive of)?\b\.?|ex\b\.?|net of|without|before|other than|not including)\s"
    r"[^);]*"
    r"|\bnon(?:[ -](?!cash)|(?=ring))[a-z]+(?:-fenced)?",
    re.IGNORECASE,
)
_WITH: Final = re.compile(r"(?<=\S)\W{1,4}(?:incl(?:uding|udes|usive of)?\b\.?|inc\.)\s[^);]*", re.IGNORECASE)
_BOTH: Final = re.compile(
    r"\b(?:resource|current|revenue|recurrent|rdel)\b\W*(?:and|plus|[+&/])\W*(?:capital|cdel)\b"
    r"|\b(?:capital|cdel)\b\W*(?:and|plus|[+&/])\W*(?:resource|current|revenue|recurrent|rdel)\b",
    re.IGNORECASE,
)

_WORDS: Final[Mapping[Kind, str]] = {
    "loans": r"\bfts?\b|financial transaction|\bloans?\b|\blending\b",
    "non-cash": r"\bnc\b|non[ -]?cash|depreciation|impairment"
    r"|\bring-?fenced (?:resource|r?del)\b|\b(?:resource|r?del)\b[^a-z]*\bring-?fenced",
    "ame": r"\b[rc]?ame\b|annually managed",
    "capital": r"\bcdel\b|\bcapital\b|\bcapex\b|\binvestment\b",
    "resource": r"\brdel\b|\bresource\b|\bcurrent\b|\brevenue\b|\brecurrent\b|\boperating\b",
}
"""The words of each kind. Those that set money apart are asked first: AME and loans are capital or resource too. Within
departmental limits what is ringfenced is non-cash; elsewhere it is money for one purpose alone. What a name says that
it leaves out, or holds among other things, says nothing of the rest."""
_PATTERNS: Final = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}

_CAPITAL: Final = frozenset({"CDEL", "CDEL-FT", "CAME"})


def without_exceptions(text: str) -> str:
    """What a name says of money, without what it says to leave out.

    >>> without_exceptions("Resource DEL (excluding depreciation)"), without_exceptions("Non-ring-fenced RDEL")
    ('Resource DEL)', ' RDEL')
    >>> without_exceptions("RDEL non-cash"), without_exceptions("Excluding depreciation")
    ('RDEL non-cash', 'Excluding depreciation')
    """
    return _EXCEPT.sub("", text)


def told_of(control: str) -> str:
    """What a control says of all that it controls."""
    return _BOTH.sub("", _WITH.sub("", without_exceptions(control)))


def kind_of_money(control: str) -> Kind:
    """What kind of money a budget control is.

    >>> [kind_of_money(each) for each in ("RDEL", "CDEL-FT", "RDEL-NC", "AME", "Capital", "")]
    ['resource', 'loans', 'non-cash', 'ame', 'capital', 'other']
    >>> kind_of_money("Resource (ringfenced)"), kind_of_money("Ringfenced grant")
    ('non-cash', 'other')
    >>> kind_of_money("Resource excluding depreciation"), kind_of_money("CDEL ex FT"), kind_of_money("RDEL and CDEL")
    ('resource', 'capital', 'other')
    """
    told = told_of(control)
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(told)), "other")


def is_capital_control(control: str) -> bool:
    """Whether a budget control is capital, loans and annually managed expenditure among it; every other one, and none
    stated, counts as resource.

    >>> [is_capital_control(each) for each in ("CDEL-FT", "CAME", "Capital loans", "RDEL", "Loans", "")]
    [True, True, True, False, False, False]
    """
    return control in _CAPITAL or _PATTERNS["capital"].search(told_of(control)) is not None
