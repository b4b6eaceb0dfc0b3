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

from budget_align.core.values.currency_symbols import SYMBOLS
from budget_align.core.values.fiscal_year import strip_years
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.number_writing import mend_signs
from budget_align.core.values.own_words import own_names, own_scales
from budget_align.core.values.scale_words import EASTERN_SCALES, SCALE_WORDS
from importers.words import lexicon

_PLACE: Final = "¤"
"""Stands in a text where a currency was named."""

_WRITTEN_SCALES: Final = (
    (
        r"trillions?|trilh(?:oes|ao)|billionen|bio|tn|tril[iy]+un|trilyon|biljoen|biljoner|biljoonaa?|трлн|τρισ\w*",
        1_000_000_000_000,
    ),
    (
        r"billions?|bn|mrd|mdr?|mld|miljarde[nr]?|miljard(?:y|ow)?|milliarde[nr]?|milliards?|miliard[iy]?|miliardow"
        r"|bilh(?:oes|ao)|mil millones|miliarde|miliardi|milijard[aie]?|milyar|miliar(?:an)?|ty"
        r"|млрд|миллиард\w*|мільярд\w*|δισ\w*"
        r"|miljard(?:ia|it|i|eina)|milliard(?:ban)?|მლრდ|მილიარდ\w*|(?:ال|بال)?مليار(?:ات)?|अरब|अर्ब|พันลาน",
        1_000_000_000,
    ),
    (r"hundreds?", 100),
    (r"crores?|cr|करोड(?:मा)?|কোটি", 10_000_000),
    (
        r"millions?|mn|mio|mln|mm|millon(?:es)?|milh(?:oes|ao)|milion(?:[iy]|ow)?|millionen|millioner|millio"
        r"|miljoner|miljontal|miljoen(?:en)?|milj|milioane|milijun[ai]?|milijon(?:[ai]|ov)?|milyon|juta(?:an)?|trieu|миљ|млн|миллион\w*|мільйон\w*|εκατ\w*"
        r"|miljoon(?:aa|ina|ana|i[nt]a)?|milionech|milionach|milionoch|millioban|მლნ|მილიონ\w*|(?:ال|بال)?مل(?:يون|ايين)|ลาน"
        r"|['’‘]?000[,.]?000s?|10\^6",
        1_000_000,
    ),
    (r"lakhs?|lacs?|लाख(?:मा)?|লক্ষ|লাখ", 100_000),
    (
        r"thousands?|thsd?|tsd|['’‘]?000['’]?s?|tausend|milliers|miles|milhares|migliaia|duizend(?:en)?|tusen|tusental|tusind"
        r"|tys(?:iace|iecy)?|tis(?:ice|ic|oc|ucama|uca|ucu)?|ezer|bin|mii|tukst(?:anciai|anciu|osi)?|tuh(?:andetes|at)?|tuhatta|hilj(?:ad[aeiu])?"
        r"|10\^3|mije|ribu(?:an)?|nghin|ngan|тыс|тысяч\w*|тис|тисяч\w*|хил(?:яди|јади)?|χιλ\w*"
        r"|tuhansi(?:na|n|ssa)?|tisicich|tysiacach|ezerben|ათას\w*|(?:ال|بال)?(?:الف|الاف)|हजार(?:मा)?|হাজার|พัน",
        1_000,
    ),
)
"""Words for scales as budgets write them beside those of `SCALE_WORDS`, folded: without accents, in small letters."""

_SPELLED: Final = {
    "אלפי ש": ("ILS", 1_000),
    "מיליוני ש": ("ILS", 1_000_000),
}
"""Units that are written as one word."""

_BY_TENTHOUSANDS: Final = {"": 1, **EASTERN_SCALES}

_WRITTEN_YUAN: Final = {"元": "CNY", "円": "JPY", "圓": "JPY", "원": "KRW"}
_YUAN_AT_HOME: Final = frozenset({"CNY", "TWD", "HKD", "MOP"})
"""Whose currency is written 元 at home."""

_TENTHOUSANDS: Final = "|".join(sorted(filter(None, _BY_TENTHOUSANDS), key=len, reverse=True))
_EASTERN: Final = re.compile(
    r"(?:单位|單位|単位|단위)\W*(?:人民币|新[臺台]幣|港幣)?\W*"
    rf"(?P<said>{_TENTHOUSANDS})?\s?(?P<money>[元円圓원])"
    r"|[(（](?P<alone>[元円圓원])[)）]"
    rf"|(?:新[臺台]幣)?(?P<scale>{_TENTHOUSANDS})\s?(?P<of>[元円圓원])"
)

_SHORT: Final = 60
"""A text that is no longer says a unit and little besides."""

_NO_OTHER_WORD: Final = (
    r"thousands?|millions?|billions?|trillions?|crores?|lakhs?|milliers|millones|milliards?|millionen|tausend|milhares"
    r"|milhoes|bilhoes|migliaia|milioni|miliardi|duizend(?:en)?|miljoen(?:en)?|tusen|tusind|miljoner|millioner"
    r"|milionow|tysiecy|tisic|tysiace"
)
"""Scales that are nothing else in any language."""

_GLUED_AT_HOME: Final = {"HUF": "e"}
_LETTERS: Final = {"e": 1_000, "m": 1_000_000, "k": 1_000, "t": 1_000, "b": 1_000_000_000, "mio": 1_000_000}
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


@lru_cache(maxsize=1)
def _scales() -> tuple[tuple[str, int], ...]:
    """Patterns of folded words for scales, the largest first."""
    found = {scale: words for words, scale in _WRITTEN_SCALES}
    for scale, words in SCALE_WORDS.items():
        # Without its accents a word may be that of another language for another scale: billón, billion.
        others = [pattern for pattern, other in _WRITTEN_SCALES if other != scale]
        known = {word for word in map(_folded, words) if not any(re.fullmatch(other, word) for other in others)}
        folded = sorted(map(re.escape, known), key=len, reverse=True)
        found[scale] = "|".join([*([found[scale]] if scale in found else []), *folded])
    return tuple((found[scale], scale) for scale in sorted(found, reverse=True))


@lru_cache(maxsize=20_000)
def _find_unit(text: str, home: Currency | None) -> Unit | None:
    in_one = next((unit for word, unit in _SPELLED.items() if word in text), None)
    if in_one:
        return Unit(*in_one)
    eastern = _EASTERN.search(text)
    if eastern:
        sign = eastern["money"] or eastern["of"] or eastern["alone"]
        at_home = sign == "元" and home is not None and home.code in _YUAN_AT_HOME
        code = home.code if at_home and home is not None else _WRITTEN_YUAN[sign]
        return Unit(code, _BY_TENTHOUSANDS[eastern["said"] or eastern["scale"] or ""])
    rest = _fold(strip_years(mend_signs(text.replace("\n", " ").replace("_", " "))))
    currency, placed = _place_currency(rest, home)
    said = placed.casefold()
    doubtful = re.search(rf"\b({_DOUBTFUL})\b\.?\s?{_OF}{_PLACE}|{_PLACE}\s?({_DOUBTFUL})\b", said)
    if currency and doubtful:
        at_home = home is not None and currency == home.code
        scale = own_scales(currency).get(doubtful[1] or doubtful[2]) if at_home else None
        return Unit(currency, scale) if scale else None
    said = _without_countries(said)
    glued = re.search(
        rf"\b(mio|[mkt]|{_GLUED_AT_HOME.get(currency, 'k')})\s?{_PLACE}|{_PLACE}\s?([mkb])(?!\w)|{_PLACE}\s?\((k)\)",
        said,
    )
    if glued:
        letter = glued[1] or glued[2] or glued[3]
        # In Chile M$ is thousands, and MM$ millions.
        return Unit(currency, 1_000 if letter == "m" and currency == "CLP" else _LETTERS[letter])
    for words, multiplier in _scales():
        # "1.000 €" is an amount, "in 1.000 €" a scale.
        beside = rf"{_PLACE}\W{{0,3}}(?:in )?(?:{words})(?!\w)|(?<![\w.,])(?:{words})\W{{0,2}}{_OF}{_PLACE}"
        # A sign that no font knows stands between the two in print: "in ` crores".
        after = rf"{_PREPOSITION}\s(?:\W\s?)?(?:{words})(?!\w)"
        if found := re.search(f"{beside}|{after}", said):
            return Unit(currency, _compound(said[: found.start()], said[found.end() :], multiplier))
    one = r"1(?:[., ]?000){1,2}"
    bracketed = rf"\(\W?{one}\W?{_PLACE}\W?\)"
    bracketed += rf"|\({_PLACE}\W?{one}\)"
    alone = rf"{bracketed}|^\W*{_PLACE}?\W?{one}\W*{_PLACE}\W*$|^\W*{_PLACE}\W*{one}\W*$"
    spelled = re.search(rf"(?:{_PREPOSITION}|\bx)\s?{_PLACE}?{one}(?!\d)|{alone}", said)
    if spelled:
        return Unit(currency, 1_000 ** len(re.findall("000", spelled[0])))
    if _NOUGHTS.search(said):
        return None
    if currency and (scale := _inflected_scale(said, home)):
        return Unit(currency, scale)
    lost = rf"(?<!\w)(?:{_NO_OTHER_WORD})(?!\w)|{_PLACE}\s?\(?(?:th|thou|g)\b|\bg{_PLACE}|\b1 ?000 ?{_PLACE}"
    if not currency or (len(said) <= _SHORT and (re.search(lost, said) or _has_unknown_word(said))):
        # A scale apart from the currency may be meant of it or not, and a word beside it may be one: nobody knows.
        return None
    return Unit(currency)


def _compound(before: str, after: str, multiplier: int) -> int:
    """What a scale comes to with one right before or after it: thousands of millions, lakh crore."""
    for found in (re.search(rf"(\w+)\.?\s?{_OF}\s?$", before), re.match(rf"\.?\s{_OF}\s?(\w+)", after)):
        of = next((scale for words, scale in _scales() if found and re.fullmatch(words, found[1])), 1)
        if of > 1 and multiplier * of <= _LARGEST:
            return multiplier * of
    return multiplier


_LARGEST: Final = 1_000_000_000_000


def _inflected_scale(said: str, home: Currency | None) -> int | None:
    """The scale of a word right beside the government's own currency that shortens one of its people's words for
    scales, with a point, or is one with another ending: "þús. kr.", "у хиљадама динара".
    """
    found = re.search(rf"([^\W\d_]{{3,}})(\.?)\s?{_OF}{_PLACE}|{_PLACE}\.?\s?([^\W\d_]{{3,}})(\.?)", said)
    if home is None or found is None or len(said) > _SHORT:
        return None
    word, is_short = (found[1], found[2]) if found[1] else (found[3], found[4])
    meant = {
        scale
        for known, scale in own_scales(home.code).items()
        if _folded(known).startswith(word if is_short else f"{word} ") or _is_inflected(word, _folded(known))
    }
    return meant.pop() if len(meant) == 1 else None


def _is_inflected(word: str, known: str) -> bool:
    return len(known) > _STEM and known[:-1] == word[: len(known) - 1]


_NOUGHTS: Final = re.compile(rf"{_PLACE}\s?0?0,000(?!,)")
"""Tens or hundreds of thousands, or a slip for thousands."""

_STEM: Final = 5
"""Shorter words are others with another ending."""


@lru_cache(maxsize=2_000)
def _folded(word: str) -> str:
    return _fold(word).casefold()


def says_unknown_scale(text: str, home: Currency | None = None) -> bool:
    """Whether a text is a currency with a word that may be a scale in a language that is not known here.

    >>> says_unknown_scale("Spending (gazillions EUR)"), says_unknown_scale("Spending (EUR, net)")
    (True, False)
    """
    currency, placed = _place_currency(_fold(strip_years(mend_signs(text.replace("\n", " ")))), home)
    said = _without_countries(placed.casefold())
    return bool(currency) and find_unit(text, home) is None and (_has_unknown_word(said) or bool(_NOUGHTS.search(said)))


def find_bare_scale(title: str) -> Unit | None:
    """The unit that a title states by a scale alone in brackets, as in "Operations (millions)"; None where it does not.

    >>> find_bare_scale("Table 3 (millions)"), find_bare_scale("Thousands of homes (2024)")
    (Unit(currency='', multiplier=1000000), None)
    """
    scale = rf"[(\[]\s*((?:in )?(?:{_NO_OTHER_WORD}|['’]?000s?))(?: omitted)?\s*[)\]]\s*$"
    found = re.search(scale, _fold(title).casefold())
    if not found:
        return None
    word = found[1].removeprefix("in ")
    return next((Unit("", multiplier) for words, multiplier in _scales() if re.fullmatch(words, word)), None)


_IN_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")


def _has_unknown_word(said: str) -> bool:
    """Whether a currency stands alone with a word beside it, in brackets or in a cell of its own, that is nothing which
    is said beside currencies.
    """
    pieces = [piece for piece in _IN_BRACKETS.findall(said) if _PLACE in piece] or [said]
    for piece in pieces:
        words = re.findall(r"[^\W\d_]+", piece.replace(_PLACE, " "))
        one = len(words) == 1 or (len(words) == 2 and any(len(word) <= _JOINING for word in words))
        if (
            piece.count(_PLACE) == 1
            and one
            and not all(_BESIDE.fullmatch(word) or lexicon.knows(word) for word in words)
        ):
            return True
    return False


_JOINING: Final = 2
"""Letters of the longest words that join a scale to what is said, such as "in"."""

_BESIDE: Final = re.compile(
    r"\w{1,2}|पय[ेाों]*|per|all|figures|amounts?|values?|nominal|current|cash|net|gross|actuals?|units?|whole|only|total|totals"
    r"|budgets?|costs?|price[sd]?|spend(?:ing)?|spent|expenditures?|income|revenues?|grants?|paid|payments?|pay|value|vat"
    r"|exc?l?|incl?|sterling|nearest|annum|year|month|week|day|hour|equivalent|estimates?d?|forecast|outturn|plan(?:ned)?"
    r"|approved|revised|original|requested|change|variance|increase|decrease|balance|reserves?|capital|resource|rounded"
    r"|real|constant|montants?|montant|importes?|importe|betrag|betrage|bedrag|bedragen|belopp|kwota|castka|iva|tva|mwst"
    r"|brutto|netto|bruto|neto|importo|importi|valor(?:es|i)?|valore|euro|dollars?|pounds?|jumlah|nilai|summa|summe|suma"
    r"|amount|local|currency|national|us|uk|eu|au|nz|ca|figure|unless|stated|shown|cents?|pence|cost|charges?|fees?|rates?"
    r"|awards?|awarded|contract|transactions?|invoices?|line|item|funding|allocations?|appropriations?|the|and|note|notes"
    r"|القيمة|قيمة|بال\w*|القيم|единица|измерения|сумма|ед|изм|валюта|einheit|unidad|unidade|unite|eenheid|jednostka",
    re.IGNORECASE,
)
"""Words that stand beside a currency and are no scale."""


def _without_countries(said: str) -> str:
    """A text in small letters without the names of countries before a currency: "billion uganda ¤" is "billion ¤"."""
    words = [*re.split(rf"(\s*{_PLACE})", said)]
    for place in range(0, len(words) - 1, 2):
        kept = words[place].split(" ")
        while kept and kept[-1] in _words_of_countries():
            kept.pop()
        words[place] = " ".join(kept)
    return "".join(words)


@lru_cache(maxsize=1)
def _words_of_countries() -> frozenset[str]:
    """The words of countries' names, and those that say in English whose a currency is, such as "kenyan"."""
    locale = Locale("en")
    names = [name for code, name in locale.territories.items() if len(code) == 2]
    names += [" ".join(name.split()[:-1]) for name in locale.currencies.values()]
    words = {word for name in names for word in re.findall(r"[a-z]{3,}", _fold(name).casefold())}
    return frozenset(words - {"and", "the"})


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
            found = found or code or _named_code(match)
            break
        text = pattern.sub(_stand_in, text)
    # A capital behind a noun names something: "Grant B £" is no billion.
    text = re.sub(rf"(?<=\w)(?<!\bin)(?<!\bin the)(?<!\ben)(?<!\bem)(?<!\bde) ([A-Z])\s+(?={_PLACE})", r" \1 · ", text)
    # "£ m" and "£m" are one: the blanks around a name say nothing.
    return found, re.sub(rf"\s*{_PLACE}\s*", _PLACE, text)


def _named_code(match: re.Match[str]) -> str:
    """The code that a text names itself, or that of the symbol that it has."""
    said = {name: text for name, text in match.groupdict().items() if text}
    sign = next((text for name, text in said.items() if name in _SIGNS), "")
    return _whose()[sign] if sign else next(text for name, text in said.items() if name in _CODES).upper()


def _stand_in(match: re.Match[str]) -> str:
    said = match.groupdict()
    return f"{said.get('before') or ''}{_PLACE}{said.get('after') or ''}"


@lru_cache(maxsize=1)
def _codes_in_use() -> frozenset[str]:
    """The codes of currencies that a country uses today: those of former times, such as PLZ, are now other words."""
    countries = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()]
    return frozenset(str(code) for country in countries for code in get_territory_currencies(country))


_CODES: Final = ("code", "in_brackets", "after_in", "by_scale", "of_scale")
"""The groups of patterns that hold a code."""


def _foreign_symbols(home: Currency | None) -> re.Pattern[str]:
    """How others write their currencies, such as "FCFA", where it can be nothing else: in brackets, by a scale."""
    known = home.symbols if home is not None else frozenset()
    signs = {_fold(s) for s in SYMBOLS if len(s) > 1 and s.isalpha() and s not in (*known, *_FORMS)}
    said = "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))
    beside = rf"(?<!\w)(?P<by_a_scale>{said})s?\.?(?=\s?(?:{_NO_OTHER_WORD}|mn|bn|mln|mio|['’]?000)\b)"
    behind = "|".join(rf"(?<={words} )" for words in ("lions", "ns of", "ds of"))
    after = rf"(?:{behind})(?P<of_a_scale>{said})(?!\w)"
    alone = rf"(?<=[(\[])(?P<sign_alone>{said})\.?(?=[)\]])"
    return re.compile(f"{beside}|{after}|{alone}")


_SIGNS: Final = ("by_a_scale", "of_a_scale", "sign_alone")
"""The groups of that pattern that hold a symbol."""


@lru_cache(maxsize=1)
def _whose() -> dict[str, str]:
    """Whose each symbol is, folded as texts are."""
    return {_fold(sign): codes[0] for sign, codes in SYMBOLS.items()}


_FORMS: Final = ("BD", "CF", "SR", "LE", "MT", "DT", "FC", "KM", "VT", "RF", "FG")
"""Symbols that are short for other things in brackets."""


def _own_nouns(home: Currency) -> list[str]:
    """What a currency is called in English and by its own people, folded, with the endings that languages give it."""
    english = home.name.casefold().split()[-1].rstrip("s")
    found = {rf"{re.escape(english)}s?"}
    for noun in map(_fold, own_names(home.code)):
        noun = re.escape(noun.replace("‘", "'").replace("ʻ", "'"))
        found |= {rf"{noun}\w{{0,3}}" if len(noun) > _STEM - 1 else noun}
        found |= {noun[:-cut] for cut in (1, 2) if len(noun) >= _STEM + cut - 1}
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
            scale = rf"(?=\s?(?:m|bn|k|{_NO_OTHER_WORD}|['’‘]?000)\w*\b)"
            found.append((re.compile(rf"\b(?:{'|'.join(letters)}){scale}"), home.code))
        signs = sorted((sign for sign in home.symbols if sign not in letters), key=len, reverse=True)
        own = [rf"(?<!\w){re.escape(_fold(sign))}(?!\w)" if sign.isalpha() else re.escape(sign) for sign in signs]
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
    scaled = rf"(?<![A-Za-z])(?P<by_scale>{words})(?=\W{{0,2}}(?:['’]?000|{_NO_OTHER_WORD}|mn|bn|mln|mio)\b)"
    scaled += rf"|(?<=lions )(?P<of_scale>{words})\b"
    found.append((re.compile(f"{alone}|{scaled}", re.NOFLAG), ""))
    found.append((_foreign_symbols(home), ""))
    return tuple(found)
