"""Reads the unit that a title, header or cell states: which currency, and how many of it one printed unit stands for.

A scale counts where it stands beside a currency ("€ mn", "mio. kr.", "TEUR", "R'000", "miles de euros") or after "in"
("in thousands", "em milhares"). A word that is a scale in one language and none, or another, in the next ("mil") is
none: nobody knows, and it is asked.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import get_territory_currencies

from budget_align.core.values.fiscal_year import strip_years
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.number_writing import mend_signs

_PLACE: Final = "¤"
"""Stands in a text where a currency was named."""

_SCALES: Final = (
    (r"trillions?|trilh(?:oes|ao)|billionen|tn", 1_000_000_000_000),
    (
        r"billions?|bn|mrd|mdr?|mld|miljarde[nr]?|miljard(?:y|ow)?|milliarde[nr]?|milliards?|miliard[iy]?|miliardow"
        r"|bilh(?:oes|ao)|mil millones|млрд|δισ",
        1_000_000_000,
    ),
    (r"crores?|cr", 10_000_000),
    (
        r"millions?|mn|mio|mln|mm|millon(?:es)?|milh(?:oes|ao)|milion(?:[iy]|ow)?|millionen|millioner|millio"
        r"|miljoner|miljoen(?:en)?|млн|εκατ|['’‘]?000[,.]?000s?",
        1_000_000,
    ),
    (r"lakhs?|lacs?", 100_000),
    (
        r"thousands?|thsd?|tsd|['’‘]?000['’]?s?|tausend|milliers|miles|milhares|migliaia|duizend(?:en)?|tusen|tusind"
        r"|tys(?:iace|iecy)?|tis(?:ice|ic)?|ezer|bin|тыс|тис|хил|χιλ",
        1_000,
    ),
)
"""Words for scales in the languages of budgets, folded: without accents, in small letters."""

_SPELLED: Final = {
    "千円": ("JPY", 1_000),
    "百万円": ("JPY", 1_000_000),
    "千元": ("CNY", 1_000),
    "百万元": ("CNY", 1_000_000),
    "천원": ("KRW", 1_000),
    "백만원": ("KRW", 1_000_000),
    "אלפי ש": ("ILS", 1_000),
    "מיליוני ש": ("ILS", 1_000_000),
}
"""Units that are written as one word."""

_LETTERS: Final = {"m": 1_000_000, "k": 1_000, "t": 1_000, "b": 1_000_000_000, "mio": 1_000_000}
"""Letters that stand for scales where they are written against a currency: £m, k€, TEUR."""

_DOUBTFUL: Final = r"mil|mill"
"""Million in English, Danish and Czech, thousand in Spanish and Portuguese."""

_PREPOSITION: Final = r"\b(?:in|of|en|em|w|v|i|a|expressed in|stated in|figures in|amounts in|angaben in|valori in)"
_OF: Final = r"(?:(?:of|de|di|von|des|av|af)\s?|d['’])?"

_OF_A_COUNTRY: Final = {
    r"\bA\$|\bAU\$|\baustralian dollars?\b": "AUD",
    r"\bC\$|\bCA\$|\bcanadian dollars?\b": "CAD",
    r"\bNZ\$|\bnew zealand dollars?\b": "NZD",
    r"\bHK\$|\bhong kong dollars?\b": "HKD",
    r"\bR\$|\breais\b": "BRL",
    r"\bU\.?S\.? ?\$|\bu\.?s\.? dollars?\b": "USD",
}
"""Names that say whose dollar or real it is."""

_NAMES: Final = {
    r"£|\bpounds?\b|\bsterling\b": "GBP",
    r"\$|\bdollars?\b|\bdolares\b": "USD",
    r"€|\beuros?\b": "EUR",
    r"₹|\bRs\b\.?|\brupees?\b": "INR",
    r"¥|\byen\b": "JPY",
    r"\brand\b": "ZAR",
    r"\bfrancs?\b": "CHF",
    r"\bzl(?:oty(?:ch)?)?\b": "PLN",
    r"\bKc\b": "CZK",
    r"\bforint\b": "HUF",
    r"\bnaira\b|₦": "NGN",
    r"₪|\bshekels?\b|\bnis\b": "ILS",
    r"₩|\bwon\b": "KRW",
    r"\bруб\w*|₽": "RUB",
    r"\bгрн\b|₴": "UAH",
}
"""Names and signs of currencies, as patterns over folded text, with whose they are where nothing else says so."""

_AT_HOME: Final = {
    "DKK": r"(?<!\w)(?P<before>mn|md|t|m)?kr(?!\w)\.?|\bkroner\b",
    "NOK": r"(?<!\w)(?P<before>mn|md|t|m)?kr(?!\w)\.?|\bkroner\b",
    "SEK": r"(?<!\w)(?P<before>mn|md|t|m)?kr(?!\w)\.?|\bkronor\b",
    "ISK": r"(?<!\w)(?P<before>mn|md|t|m)?kr(?!\w)\.?",
    "ZAR": r"\bR(?=\s?(?:m|bn|k|million|billion|thousand|['’‘]?000)\w*\b)|\bR(?=['’‘]000)",
    "NGN": r"=N=|\bN(?=\s?(?:m|bn|million|billion|thousand)\w*\b|\W?000)|\bNaira\b",
    "KES": r"\bk?e?sh?s?\b\.?(?=\W*(?:m|bn|million|billion|thousand|000))|\bKshs?\b\.?|\bshillings?\b",
    "UGX": r"\bu?shs?\b\.?|\bshillings?\b",
    "TZS": r"\bt?shs?\b\.?|\bshillings?\b",
    "KWD": r"\bKD\b|\bdinars?\b",
    "BHD": r"\bBD\b|\bdinars?\b",
    "JOD": r"\bJD\b|\bdinars?\b",
    "GHS": r"\bGH\W?[c¢s]?\b|\bcedis?\b",
    "INR": r"`",
    "PKR": r"\bRs\b\.?|\brupees?\b",
    "LKR": r"\bRs\b\.?|\brupees?\b",
    "NPR": r"\bRs\b\.?|\brupees?\b",
    "RON": r"\blei\b",
    "MDL": r"\blei\b",
    "HUF": r"\bFt\b",
    "BGN": r"\blv\b\.?|\bleva\b",
    "MXN": r"\bpesos?\b",
    "COP": r"\bpesos?\b",
    "CLP": r"\bpesos?\b",
    "ARS": r"\bpesos?\b",
    "PHP": r"\bpesos?\b|\bP(?=\s?(?:m|bn)\b)",
    "PEN": r"\bS/\.?|\bsoles\b",
    "UAH": r"\bgrn\b|\bhryvnia\b",
    "TRY": r"\bTL\b|\blira\b",
    "RSD": r"\bdin\b\.?|\bdinara?\b",
    "AED": r"\bdirhams?\b",
    "SAR": r"\briyals?\b|\bSR\b",
    "MYR": r"\bRM(?=\b|\d)|\bringgit\b",
    "BWP": r"\bpula\b|\bP(?=\s?(?:m|million)\b)",
}
"""What a government's own people write for its currency and other countries use for something else."""

_COMMON_CODES: Final = frozenset(
    [
        "AED",
        "AUD",
        "BDT",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "GHS",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JPY",
        "KES",
        "KRW",
        "LKR",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "PKR",
        "PLN",
        "QAR",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "VND",
        "XAF",
        "XOF",
        "ZAR",
        "ZMW",
        "KWD",
        "BHD",
    ]
)
"""Codes that are no words, so that "eur" and "Eur" mean the currency too; others do in capitals alone."""


def find_unit(text: str, home: Currency | None = None) -> Unit | None:
    """The unit that a text states, such as "£ million" or "in thousands"; None where it states none.

    Args:
        text: a title, header or cell.
        home: the currency that the government counts in, whose a symbol such as $ is where it writes it so; needed
            only where it matters whose currency it is.

    >>> find_unit("2021-22 Capital £m"), find_unit("in thousands")
    (Unit(currency='GBP', multiplier=1000000), Unit(currency='', multiplier=1000))
    >>> find_unit("$ million", Currency("CAD")), find_unit("$ million", Currency("GBP"))
    (Unit(currency='CAD', multiplier=1000000), Unit(currency='USD', multiplier=1000000))
    >>> [find_unit(said).multiplier for said in ("Ansatz (TEUR)", "Mio. €", "miles de euros", "KWD thousand")]
    [1000, 1000000, 1000, 1000]
    >>> find_unit("mil euros"), find_unit("Amount", Currency("KWD"))
    (None, None)
    """
    return _find_unit(text, home)


@lru_cache(maxsize=20_000)
def _find_unit(text: str, home: Currency | None) -> Unit | None:
    in_one = next((unit for word, unit in _SPELLED.items() if word in text), None)
    if in_one:
        return Unit(*in_one)
    rest = _fold(strip_years(mend_signs(text.replace("\n", " "))))
    currency, placed = _place_currency(rest, home)
    said = placed.casefold()
    if currency and re.search(rf"\b(?:{_DOUBTFUL})\b\.?\s?{_OF}{_PLACE}|{_PLACE}\s?(?:{_DOUBTFUL})\b", said):
        return None
    glued = re.search(rf"\b(mio|[mktb])\s?{_PLACE}|{_PLACE}\s?([mkb])(?!\w)", said)
    if glued:
        return Unit(currency, _LETTERS[glued[1] or glued[2]])
    for words, multiplier in _SCALES:
        # "1.000 €" is an amount, "in 1.000 €" a scale.
        beside = rf"{_PLACE}\W{{0,3}}(?:in )?(?:{words})(?!\w)|(?<![\w.,])(?:{words})\W{{0,2}}{_OF}{_PLACE}"
        # A sign that no font knows stands between the two in print: "in ` crores".
        after = rf"{_PREPOSITION}\s(?:\W\s?)?(?:{words})(?!\w)"
        if re.search(f"{beside}|{after}", said):
            return Unit(currency, multiplier)
    one = r"1(?:[., ]?000){1,2}"
    alone = rf"^\W*{_PLACE}?\W?{one}\W*{_PLACE}\W*$"
    spelled = re.search(rf"(?:{_PREPOSITION}|\bx)\s?{_PLACE}?{one}(?!\d)|{alone}", said)
    if spelled:
        return Unit(currency, 1_000 ** len(re.findall("000", spelled[0])))
    return Unit(currency) if currency else None


def _fold(text: str) -> str:
    """A text without accents and with single blanks; its capitals and signs stay."""
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _place_currency(text: str, home: Currency | None) -> tuple[str, str]:
    """The currency that a text names first in the order of `_names`, empty for none, and the text with a sign in the
    place of each name.
    """
    found = ""
    for pattern, code in _names(home):
        for match in pattern.finditer(text):
            found = found or code or match["code"].upper()
            break
        text = pattern.sub(_stand_in, text)
    # "£ m" and "£m" are one: the blanks around a name say nothing.
    return found, re.sub(rf"\s*{_PLACE}\s*", _PLACE, text)


def _stand_in(match: re.Match[str]) -> str:
    said = match.groupdict()
    return f"{said.get('before') or ''} {_PLACE} {said.get('after') or ''}"


@lru_cache(maxsize=1)
def _codes_in_use() -> frozenset[str]:
    """The codes of currencies that a country uses today: those of former times, such as PLZ, are now other words."""
    countries = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()]
    return frozenset(str(code) for country in countries for code in get_territory_currencies(country))


@lru_cache(maxsize=64)
def _names(home: Currency | None) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every way to name a currency: dollars of a country, what the government's own people write, signs and names, and
    codes, which may be written against a scale: TEUR, EURm.
    """
    found = [(re.compile(words, re.IGNORECASE), code) for words, code in _OF_A_COUNTRY.items()]
    if home is not None:
        name = home.name.casefold().split()[-1].rstrip("s")
        signs = [symbol for symbol in home.symbols if len(symbol) > 1 or not symbol.isalpha()]
        own = [rf"(?<!\w){re.escape(_fold(sign))}(?!\w)" if sign.isalpha() else re.escape(sign) for sign in signs]
        words = "|".join([*own, rf"\b{re.escape(name)}s?\b", *filter(None, [_AT_HOME.get(home.code, "")])])
        found.append((re.compile(words, re.IGNORECASE if home.code != "ZAR" else re.NOFLAG), home.code))
    found += [(re.compile(words, re.IGNORECASE), code) for words, code in _NAMES.items()]
    for codes, flags in ((_COMMON_CODES, re.IGNORECASE), (_codes_in_use() - _COMMON_CODES, re.NOFLAG)):
        words = "|".join(sorted(codes))
        glued = rf"(?<![A-Za-z])(?P<before>[TKMtkm]|Mio|Mrd)?(?P<code>{words})(?P<after>mn|bn|m|k)?(?![A-Za-z])"
        found.append((re.compile(glued, flags), ""))
    return tuple(found)
