"""Where a text names a currency, and which: by its code, its sign, or what its own people and others call it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import get_territory_currencies

from budget_align.core.values.currency_symbols import SYMBOLS, WEAK
from budget_align.core.values.money import Currency
from budget_align.core.values.own_words import own_names

PLACE: Final = "¤"
"""Stands in a text where a currency was named."""

NO_OTHER_WORD: Final = (
    r"thousands?|millions?|billions?|trillions?|crores?|lakhs?|milliers|millones|milliards?|millionen|tausend|milhares"
    r"|milhoes|bilhoes|migliaia|milioni|miliardi|duizend(?:en)?|miljoen(?:en)?|tusen|tusind|miljoner|millioner"
    r"|milionow|tysiecy|tisic|tysiace"
)
"""Scales that are nothing else in any language."""

_OF_A_COUNTRY: Final = {
    r"\bA\$|\bAU\$|\baustralian dollars?\b": "AUD",
    r"\bC\$|\bCA\$|\bcanadian dollars?\b": "CAD",
    r"\bNZ\$|\bnew zealand dollars?\b": "NZD",
    r"\bHK\$|\bhong kong dollars?\b": "HKD",
    r"\bR\$|\breais\b": "BRL",
    r"\bU\.?S\.? ?\$|\bu\.?s\.? dollars?\b|\bunited states dollars?\b": "USD",
    r"新[臺台]幣|\bNT\$": "TWD",
}
"""Names that say whose dollar or real it is."""

_NAMES: Final = {
    r"£|\bpounds?\b|\bsterling\b": "GBP",
    r"\$|\bdollars?\b|\bdolares\b": "USD",
    r"\bpesos mexicanos\b": "MXN",
    r"€|\beur(?:os?|a|ot|oa|oina|ois|oissa|oudes?|ach|ah|ech)?\b|\b(?:eiro|evr(?:a|ov|ih)|ευρω)\b": "EUR",
    r"₹|\bRs\b\.?|\brupees?\b|रुपय[ेाों]*|रुपए|रुपैयाँ?|(?<!\w)र[ुू]\.?(?=\W|$)": "INR",
    r"¥|\byen\b": "JPY",
    r"\brand\b": "ZAR",
    r"\brupiah\b": "IDR",
    r"\bfcfa\b|\bcfa\b": "XOF",
    r"\bkshs?\b": "KES",
    r"\bfrancs?\b": "CHF",
    r"\bzl(?:oty(?:ch)?)?\b": "PLN",
    r"\bKc\b": "CZK",
    r"\bforint(?:ban|ot)?\b": "HUF",
    r"\bnaira\b|₦": "NGN",
    r"₪|\bshekels?\b|\bnis\b": "ILS",
    r"₩|\bwon\b": "KRW",
    r"\bруб\w*|₽": "RUB",
    r"\bгрн\b|₴": "UAH",
    r"บาท": "THB",
    r"(?:ال)?جنيه(?:ا|ات)?(?!\w)": "EGP",
    r"ლარ(?:ი|ში|ებში)?(?!\w)": "GEL",
    r"\bлв\b\.?|\bлева\b": "BGN",
    r"\bтенге\b": "KZT",
    r"টাকা": "BDT",
}
"""Names and signs of currencies, as patterns over folded text, with whose they are where nothing else says so."""

_AT_HOME: Final = {
    "DKK": r"(?<!\w)(?P<before>mn|md|t|m)?\.?kr(?!\w)\.?|\bkroner\b",
    "NOK": r"(?<!\w)(?P<before>mn|md|t|m)?\.?kr(?!\w)\.?|\bkroner\b",
    "SEK": r"(?<!\w)(?P<before>mn|md|t|m)?\.?kr(?!\w)\.?|\bkronor\b",
    "ISK": r"(?<!\w)(?P<before>mn|md|t|m)?\.?kr(?!\w)\.?",
    "NGN": r"=N=|\bN(?=\s?(?:m|bn|million|billion|thousand)\w*\b|\W?000)|\bNaira\b",
    "KES": r"\bk?e?sh?s?\b\.?(?=\W*(?:m|bn|million|billion|thousand|000))|\bKshs?\b\.?|\bshillings?\b",
    "UGX": r"\bu?shs?\b\.?|\bshillings?\b",
    "TZS": r"\bt?shs?\b\.?|\bshillings?\b",
    "KWD": r"\bKD\b|\bdinars?\b|دينار",
    "BHD": r"\bBD\b|\bdinars?\b|دينار",
    "JOD": r"\bJD\b|\bdinars?\b|دينار",
    "IQD": r"\bID\b|\bdinars?\b|دينار",
    "TND": r"\bDT\b|\bdinars?\b|دينار",
    "MAD": r"\bDH\b|\bdirhams?\b|درهم",
    "GHS": r"\bGH\W?[c¢s]?\b|\bcedis?\b",
    "INR": r"`",
    "PKR": r"\bRs\b\.?|\brupees?\b",
    "LKR": r"\bRs\b\.?|\brupees?\b",
    "NPR": r"\bRs\b\.?|\brupees?\b|रुपैयाँ?|रुपय[ेाों]*|(?<!\w)र[ुू]\.?(?=\W|$)",
    "RON": r"\blei\b",
    "MDL": r"\blei\b",
    "HUF": r"(?<!\w)(?P<before>e|m|M|Mrd)?Ft\b",
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
    "AED": r"\bdirhams?\b|درهم",
    "SAR": r"\briyals?\b|\bSR\b|ريال",
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

STEM: Final = 5
"""Shorter words are others with another ending."""


def fold_unit(text: str) -> str:
    """A text without accents and with single blanks; its capitals and signs stay."""
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def place_currency(text: str, home: Currency | None) -> tuple[str, str]:
    """The currency that a text names first in the order of `_names`, empty for none, and the text with a sign in the
    place of each name.
    """
    found = ""
    for pattern, code in _names(home):
        for match in pattern.finditer(text):
            found = found or code or _named_code(match)
            break
        text = pattern.sub(_stand_in, text)
    # A capital behind a noun names something: "Grant B £" is no billion.
    text = re.sub(rf"(?<=\w)(?<!\bin)(?<!\bin the)(?<!\ben)(?<!\bem)(?<!\bde) ([A-Z])\s+(?={PLACE})", r" \1 · ", text)
    # "£ m" and "£m" are one: the blanks around a name say nothing.
    return found, re.sub(rf"\s*{PLACE}\s*", PLACE, text)


def _named_code(match: re.Match[str]) -> str:
    """The code that a text names itself, or that of the symbol that it has."""
    said = {name: text for name, text in match.groupdict().items() if text}
    sign = next((text for name, text in said.items() if name in _SIGNS), "")
    return _whose()[sign] if sign else next(text for name, text in said.items() if name in _CODES).upper()


def _stand_in(match: re.Match[str]) -> str:
    said = match.groupdict()
    return f"{said.get('before') or ''}{PLACE}{said.get('after') or ''}"


@lru_cache(maxsize=1)
def _codes_in_use() -> frozenset[str]:
    """The codes of currencies that a country uses today: those of former times, such as PLZ, are now other words."""
    countries = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()]
    return frozenset(str(code) for country in countries for code in get_territory_currencies(country))


_CODES: Final = ("code", "in_brackets", "after_in", "by_scale", "of_scale")
"""The groups of patterns that hold a code."""


def _foreign_symbols(home: Currency | None) -> re.Pattern[str]:
    """How others write their currencies, such as "FCFA", where it can be nothing else: in brackets, by a scale, as all
    that a text says, or at its end behind a stroke, behind "in" or with a point, as in "Net cost 2012 / Fr.".
    """
    known = home.symbols if home is not None else frozenset()
    signs = {fold_unit(s) for s in SYMBOLS if len(s) > 1 and s.isalpha() and s not in (*known, *_FORMS)}
    said = "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))
    beside = rf"(?<!\w)(?P<by_a_scale>{said})s?\.?(?=\s?(?:{NO_OTHER_WORD}|mn|bn|mln|mio|['’]?000)\b)"
    behind = "|".join(rf"(?<={words} )" for words in ("lions", "ns of", "ds of"))
    after = rf"(?:{behind})(?P<of_a_scale>{said})(?!\w)"
    alone = rf"(?<=[(\[])(?P<sign_alone>{said})\.?(?=[)\]])"
    said = "|".join(re.escape(sign) for sign in sorted(signs - WEAK - _WORDS_TOO, key=len, reverse=True))
    ends = rf"(?P<before>^\W*|/ ?|\bin )(?P<sign_at_end>{said})\.?$|(?<=\w )(?P<sign_with_point>{said})\.$"
    return re.compile(f"{beside}|{after}|{alone}|{ends}")


_SIGNS: Final = ("by_a_scale", "of_a_scale", "sign_alone", "sign_at_end", "sign_with_point")
"""The groups of that pattern that hold a symbol."""


@lru_cache(maxsize=1)
def _whose() -> dict[str, str]:
    """Whose each symbol is, folded as texts are."""
    return {fold_unit(sign): codes[0] for sign, codes in SYMBOLS.items()}


_FORMS: Final = ("BD", "CF", "SR", "LE", "MT", "DT", "FC", "KM", "VT", "RF", "FG")
"""Symbols that are short for other things in brackets."""

_WORDS_TOO: Final = frozenset({"Ar", "Le", "Nu", "Lt", "Ls", "Sk", "Db", "Sh", "din", "kn"})
"""Symbols that are words, or short for some, where neither brackets nor a scale stand by them."""


def _own_nouns(home: Currency) -> list[str]:
    """What a currency is called in English and by its own people, folded, with the endings that languages give it."""
    english = home.name.casefold().split()[-1].rstrip("s")
    found = {rf"{re.escape(english)}s?"}
    for noun in map(fold_unit, own_names(home.code)):
        noun = re.escape(noun.replace("‘", "'").replace("ʻ", "'"))
        found |= {rf"{noun}\w{{0,3}}" if len(noun) > STEM - 1 else noun}
        found |= {noun[:-cut] for cut in (1, 2) if len(noun) >= STEM + cut - 1}
    return sorted(found, key=len, reverse=True)


@lru_cache(maxsize=64)
def _names(home: Currency | None) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every way to name a currency: dollars of a country, what the government's own people write, signs and names, and
    codes, which may be written against a scale: TEUR, EURm.
    """
    dollars = sorted(sign for sign in home.symbols if len(sign) > 1 and sign.endswith("$")) if home else []
    found = (
        [(re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, dollars))})"), home.code)] if dollars and home else []
    )
    found += [(re.compile(words, re.IGNORECASE), code) for words, code in _OF_A_COUNTRY.items()]
    if home is not None:
        own_nouns = "|".join(_own_nouns(home))
        letters = sorted(sign for sign in home.symbols if len(sign) == 1 and sign.isalpha())
        if letters:
            # One letter is a currency right before a scale alone: "K million", "R'000".
            scale = rf"(?=\s?(?:m|bn|k|{NO_OTHER_WORD}|['’‘]?000)\w*\b)"
            found.append((re.compile(rf"\b(?:{'|'.join(letters)}){scale}"), home.code))
        signs = sorted((sign for sign in home.symbols if sign not in letters), key=len, reverse=True)
        own = [rf"(?<!\w){re.escape(fold_unit(sign))}(?!\w)" if sign.isalpha() else re.escape(sign) for sign in signs]
        words = "|".join(
            [*own, rf"\b{home.code}\b", rf"(?<!\w)(?:{own_nouns})(?!\w)", *filter(None, [_AT_HOME.get(home.code, "")])]
        )
        found.append((re.compile(words, re.IGNORECASE), home.code))
    found += [(re.compile(words, re.IGNORECASE), code) for words, code in _NAMES.items()]
    words = "|".join(sorted(_COMMON_CODES))
    glued = rf"(?<![A-Za-z])(?P<before>[TKMtkm]|Mio|Mrd)?(?P<code>{words})(?P<after>mn|bn|m|k)?(?![A-Za-z])"
    found.append((re.compile(glued, re.IGNORECASE), ""))
    # Other codes may be names of forms or words, such as LBP, ALL and TOP: they stand alone, in brackets or by a scale.
    words = "|".join(sorted(_codes_in_use() - _COMMON_CODES))
    alone = rf"^(?P<code>{words})$|(?<=[(\[])(?P<in_brackets>{words})(?=[)\]])|(?<=\b[Ii]n )(?P<after_in>{words})\b"
    scaled = rf"(?<![A-Za-z])(?P<by_scale>{words})(?=\W{{0,2}}(?:['’]?000|{NO_OTHER_WORD}|mn|bn|mln|mio)\b)"
    scaled += rf"|(?<=lions )(?P<of_scale>{words})\b"
    found.append((re.compile(f"{alone}|{scaled}", re.NOFLAG), ""))
    found.append((_foreign_symbols(home), ""))
    return tuple(found)
