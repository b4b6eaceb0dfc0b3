"""Texts of a column that state numbers only as the whole column shows: the side of a ledger behind each, the word for a
currency, a sign that was lost on the way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from budget_align.core.values.currency_symbols import SYMBOLS, WEAK
from budget_align.core.values.money import Currency
from budget_align.core.values.number_writing import STOP, Spelled, spell
from budget_align.core.values.own_words import own_names, own_scales
from budget_align.core.values.sides import side_of

_WORD_BEHIND: Final = re.compile(r"^(?P<number>.*[\d)])\s*(?P<word>[^\W\d_][^\d]{0,20}?)\.?$")
_SCALE_BEHIND: Final = re.compile(r"^(?P<number>.*\d)\s*(?P<word>[^\W\d_]{2,})\.?(?P<rest>\W.{0,8}|)$")
_GROUPED_BY_LINES: Final = re.compile(r"^-?\d{1,3}(?:_\d{3})+(?:\.\d+)?$")
_INDIAN: Final = {"cr": 10_000_000, "l": 100_000, "k": 1_000, "lakh": 100_000, "crore": 10_000_000}

_MOST: Final = 0.8
"""From this share of the texts with figures on, what they have in common is how the column is written."""

_FEWEST: Final = 3
_TRIED: Final = 200
"""So many texts of a long column tell whether a rule can hold."""
_LONGEST: Final = 40

Rule = Callable[[Sequence[str], Currency], Mapping[int, Spelled]]


def spell_together(texts: Sequence[str], spelled: Mapping[int, Spelled], home: Currency) -> dict[int, Spelled]:
    """What some of the distinct texts of a column state, by their place, where one by itself says it otherwise or not.

    Args:
        texts: the texts, without blanks around them.
        spelled: what each that can be read by itself states.
        home: the currency that the government counts in.
    """
    figured = [i for i, text in enumerate(texts) if len(text) < _LONGEST and any(c.isdigit() for c in text)]
    if len(figured) < _FEWEST:
        return {}
    said = [texts[i] for i in figured]
    tried = said if len(said) <= _TRIED else said[:: max(1, len(said) // _TRIED)]
    for rule in (_sides, _scales_of_india, _pence, _lost_sign, _lines_between_groups):
        found = rule(said, home) if tried is said or rule(tried, home) else {}
        if found:
            return {figured[i]: each for i, each in found.items()}
    left = {i: texts[i] for i in figured if i not in spelled or _names_doubtful_scale(texts[i])}
    again = {i: each for i, text in left.items() if (each := _spell_in_own_words(text, home)) is not None}
    return again | _known(texts, left.keys() - again.keys(), spelled)


def _known(texts: Sequence[str], left: set[int], spelled: Mapping[int, Spelled]) -> dict[int, Spelled]:
    """Those that are left with what the others show: a symbol of one letter, a full stop behind each."""
    known = {each.currency for each in spelled.values()} & WEAK
    if any(texts[i].endswith(STOP) and not each.currency for i, each in spelled.items()):
        known.add(STOP)
    return {i: each for i in left if known and (each := spell(texts[i], known)) is not None}


def _sides(texts: Sequence[str], home: Currency) -> dict[int, Spelled]:
    """Numbers with the side of a ledger behind them, where the column has both: 1.234,56 S and 1.234,56 H."""
    found: dict[int, Spelled] = {}
    sides = set()
    for i, text in enumerate(texts):
        behind = _WORD_BEHIND.match(text)
        side = side_of(behind["word"]) if behind else ""
        number = spell(behind["number"]) if behind and side else None
        if number is not None:
            sides.add(side)
            found[i] = _as_credit(number) if side == "credit" else number
    return found if len(sides) == 2 and len(found) >= _MOST * len(texts) else {}


def _as_credit(number: Spelled) -> Spelled:
    point, comma = (None if value is None else -value for value in (number.point, number.comma))
    return replace(number, point=point, comma=comma, credit=True)


def _scales_of_india(texts: Sequence[str], home: Currency) -> dict[int, Spelled]:
    """Rupees with Cr for crore and L for lakh behind every number, where no ledger would have credits alone."""
    found: dict[int, Spelled] = {}
    for i, text in enumerate(texts):
        behind = _WORD_BEHIND.match(text)
        scale = _INDIAN.get(behind["word"].strip(" .").casefold()) if behind else None
        number = spell(behind["number"]) if behind and scale else None
        if number is not None and home.code in ("INR", "PKR", "NPR", "LKR", "BDT"):
            found[i] = replace(number, scale=scale)
    return found if len(found) >= _MOST * len(texts) else {}


def _pence(texts: Sequence[str], home: Currency) -> Mapping[int, Spelled]:
    """Pounds with a p for pence behind every number, as no office marks all that it knows as provisional."""
    if home.code != "GBP":
        return {}
    found = {i: each for i, t in enumerate(texts) if _PENCE.match(t) and (each := spell(t[:-1])) is not None}
    numbers = len(found) + sum(i not in found and spell(text) is not None for i, text in enumerate(texts))
    if len(found) < max(numbers, _MOST * len(texts)):
        return {}
    return {
        i: replace(each, point=_hundredth(each.point), comma=_hundredth(each.comma), scale=1, currency=home.code)
        for i, each in found.items()
    }


_PENCE: Final = re.compile(r".*\dp$")


def _hundredth(value: Decimal | None) -> Decimal | None:
    return None if value is None else value / 100


def _lost_sign(texts: Sequence[str], home: Currency) -> dict[int, Spelled]:
    """Amounts before or behind each of which stands the same odd letter: what became of a currency's sign where one
    program read another's bytes by the wrong table. Codes have letters of ASCII, and no marks between their figures.
    """
    ends = Counter(text[0] for text in texts) + Counter(text[-1] for text in texts)
    sign, often = ends.most_common(1)[0]
    known = sign in SYMBOLS or sign in _NUMBER_SIGNS or (sign.isascii() and sign not in "?\\") or sign.isdigit()
    if known or often < _MOST * len(texts):
        return {}
    found = {i: each for i, text in enumerate(texts) if sign in text and (each := spell(text.replace(sign, "", 1)))}
    marked = sum(any(mark in texts[i] for mark in ".,") for i in found)
    return found if len(found) >= _MOST * len(texts) and 2 * marked >= len(found) else {}


_NUMBER_SIGNS: Final = "№"
"""Stands before the number of a thing."""


def _lines_between_groups(texts: Sequence[str], home: Currency) -> dict[int, Spelled]:
    """Numbers grouped by low lines, 1_234_567, of more lengths than one, which codes do not have."""
    written = [i for i, text in enumerate(texts) if _GROUPED_BY_LINES.match(text)]
    lengths = {len(texts[i]) for i in written}
    found = {i: each for i in written if (each := spell(texts[i].replace("_", ""))) is not None}
    return found if len(lengths) > 1 and len(found) >= _MOST * len(texts) else {}


def _names_doubtful_scale(text: str) -> bool:
    behind = _SCALE_BEHIND.match(text)
    return behind is not None and behind["word"].casefold() == "mil"


def _spell_in_own_words(text: str, home: Currency) -> Spelled | None:
    """A number with a word for a scale or the currency in the language of the government's people: 12 mil. Kč."""
    behind = _SCALE_BEHIND.match(text)
    if behind is None:
        return None
    word = behind["word"].casefold()
    scale = own_scales(home.code).get(word)
    if scale is not None:
        number = _spell_in_own_words(behind["number"] + behind["rest"], home) or spell(
            behind["number"] + behind["rest"]
        )
        return replace(number, scale=scale) if number is not None and number.scale is None else None
    if word in own_names(home.code) and not behind["rest"].strip(" ."):
        number = _spell_in_own_words(behind["number"], home) or spell(behind["number"])
        return replace(number, currency=home.code) if number is not None and not number.currency else None
    return None


_AMOUNT_WITHIN: Final = re.compile(
    r"""^[^\w\d]{0,3}[A-Za-z]{0,2}[.\s|]{0,2}
        (?P<amount>[-–−(]?(?:[£$€¥₹]\s?\d[\d.,'’ ]*|\d{1,3}(?:[.,'’\u00a0 ]\d{3})+(?:[.,]\d{1,2})?))
        (?![\d]|[.,'’]\d)""",
    re.VERBOSE,
)
_FIGURES_AND_MARKS: Final = re.compile(r"^[-–−(]?[£$€]?\s?\d[\d.,'’ ]*\)?$")
_LETTER_BEHIND: Final = re.compile(r"^\d{4,}[^\W\d_]$")
_DAY: Final = re.compile(r"^\d{1,2}\D\d{1,2}\D\d{2,4}$|^\d{4}\D\d{1,2}\D\d{1,2}$")
_UNITS: Final = frozenset({0, 1_000, 1_000_000})
_LONGEST_REMARK: Final = 60


def find_amount_within(text: str) -> Spelled | None:
    """What a text that begins with an amount and says more, or whose marks part no thousands, most likely states; None
    where it states none. Nobody but a person knows, so that it is asked about.

    >>> [str(find_amount_within(text).point) for text in ("£2,015,800 p.a.", "r150,000", "1,234,50", "150000x")]
    ['2015800', '150000', '123450', '150000']
    >>> [find_amount_within(text) for text in ("Block 12", "01.02.2024", "£1,000s", "£000", "2,5")]
    [None, None, None, None, None]
    """
    if len(text) > _LONGEST_REMARK or _DAY.match(text):
        return None
    within = _AMOUNT_WITHIN.match(text)
    found = spell(within["amount"].rstrip(" .,").replace("(", "-")) if within else None
    if found is not None:
        return None if found.point in _UNITS else found
    marked = _FIGURES_AND_MARKS.match(text) and not {",", "'", "’"}.isdisjoint(text[:-1])
    if marked or _LETTER_BEHIND.match(text):
        figures = "".join(c for c in text if c.isdigit())
        value = Decimal(figures) * (-1 if text[0] in "-–−(" else 1)
        return Spelled(value, value) if len(figures) > _FEWEST else None
    return None
