"""Reads the unit that a title, header or cell states: which currency, and how many of it one printed unit stands for.

A scale counts where it stands beside a currency ("€ mn", "mio. kr.", "TEUR", "R'000", "miles de euros") or after "in"
("in thousands", "em milhares"). A word that is a scale in one language and none, or another, in the next ("mil") is
none: nobody knows, and it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from babel import Locale

from budget_align.core.values.fiscal_year import strip_years
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.number_writing import mend_signs
from budget_align.core.values.own_words import own_scales
from budget_align.core.values.scale_words import EASTERN_SCALES, SCALE_WORDS
from importers.words import lexicon, row_words
from importers.words.currency_words import NO_OTHER_WORD, PLACE, STEM, fold_unit, place_currency

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

_GLUED_AT_HOME: Final = {"HUF": "e"}

_LETTERS: Final = {"e": 1_000, "m": 1_000_000, "k": 1_000, "t": 1_000, "b": 1_000_000_000, "mio": 1_000_000}
"""Letters that stand for scales where they are written against a currency: £m, k€, TEUR."""

_DOUBTFUL: Final = r"mil|mill"
"""Million in English, Danish and Czech, thousand in Spanish and Portuguese."""

_PREPOSITION: Final = r"\b(?:in|of|en|em|w|v|i|a|expressed in|stated in|figures in|amounts in|angaben in|valori in)"

_PREPOSITIONED: Final = re.compile(_PREPOSITION)

_OF: Final = r"(?:(?:of|de|di|von|des|av|af)\s?|d['’])?"


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
    >>> find_unit("mil euros"), find_unit("Amount", Currency("KWD")), find_unit("whole shillings, not in billions")
    (None, None, None)
    >>> find_unit("Amount (pence)").in_minor, find_unit("Per cent"), find_unit("Cost (cents per mile)")
    (True, None, None)
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


_NOT_IN: Final = re.compile(
    r"\b(not|never|nicht|pas|no|niet|ikke|inte|non|não|nie) (in|to the nearest|en|em|im|i|w) [^\W\d]+", re.IGNORECASE
)
"""A unit that figures are not in, as "in shillings, not in billions" says."""


@lru_cache(maxsize=20_000)
def _find_unit(text: str, home: Currency | None) -> Unit | None:
    text = _NOT_IN.sub(" ", text)
    in_one = next((unit for word, unit in _SPELLED.items() if word in text), None)
    if in_one:
        return Unit(*in_one)
    eastern = _EASTERN.search(text)
    if eastern:
        sign = eastern["money"] or eastern["of"] or eastern["alone"]
        at_home = sign == "元" and home is not None and home.code in _YUAN_AT_HOME
        code = home.code if at_home and home is not None else _WRITTEN_YUAN[sign]
        return Unit(code, _BY_TENTHOUSANDS[eastern["said"] or eastern["scale"] or ""])
    rest = fold_unit(strip_years(mend_signs(text.replace("\n", " ").replace("_", " "))))
    if _MINOR.search(rest):
        return Unit(in_minor=True)
    currency, placed = place_currency(rest, home)
    said = placed.casefold()
    doubtful = re.search(rf"\b({_DOUBTFUL})\b\.?\s?{_OF}{PLACE}|{PLACE}\s?({_DOUBTFUL})\b", said)
    if currency and doubtful:
        at_home = home is not None and currency == home.code
        scale = own_scales(currency).get(doubtful[1] or doubtful[2]) if at_home else None
        return Unit(currency, scale) if scale else None
    said = _without_countries(said)
    glued = re.search(
        rf"\b(mio|[mkt]|{_GLUED_AT_HOME.get(currency, 'k')})\s?{PLACE}|{PLACE}\s?([mkb])(?!\w)|{PLACE}\s?\((k)\)",
        said,
    )
    if glued:
        letter = glued[1] or glued[2] or glued[3]
        # In Chile M$ is thousands, and MM$ millions.
        return Unit(currency, 1_000 if letter == "m" and currency == "CLP" else _LETTERS[letter])
    for words, multiplier in _scales_in(said):
        # "1.000 €" is an amount, "in 1.000 €" a scale.
        beside = rf"{PLACE}\W{{0,3}}(?:in )?(?:{words})(?!\w)|(?<![\w.,])(?:{words})\W{{0,2}}{_OF}{PLACE}"
        # A sign that no font knows stands between the two in print: "in ` crores".
        after = rf"{_PREPOSITION}\s(?:\W\s?)?(?:{words})(?!\w)"
        if (found := re.search(f"{beside}|{after}", said)) and (times := _times(said, words)):
            return Unit(currency, _compound(said[: found.start()], said[found.end() :], times * multiplier))
    one = r"1(?:[., '’]?000){1,2}"
    bracketed = rf"\(\W?{one}\W?{PLACE}\W?\)"
    bracketed += rf"|\({PLACE}\W?{one}\)"
    # What a title ends in behind a mark is said of its figures, and no figure itself.
    behind = r"(?:^|[,;:|–-]\s)\W*(?:in )?"
    alone = rf"{bracketed}|{behind}{PLACE}?\W?{one}\W*{PLACE}\W*$|{behind}{PLACE}\W*{one}\W*$"
    spelled = re.search(rf"(?:{_PREPOSITION}|\bx)\s?{PLACE}?{one}(?!\d)|{alone}", said)
    if spelled:
        return Unit(currency, 1_000 ** len(re.findall("000", spelled[0])))
    if _ZEROS.search(said):
        return None
    if currency and (scale := _inflected_scale(said, home)):
        return Unit(currency, scale)
    lost = rf"(?<!\w)(?:{NO_OTHER_WORD})(?!\w)|{PLACE}\s?\(?(?:th|thou|g)\b|\bg{PLACE}|\b1 ?000 ?{PLACE}"
    if not currency or (len(said) <= _SHORT and (re.search(lost, said) or _has_unknown_word(said))):
        # A scale apart from the currency may be meant of it or not, and a word beside it may be one: nobody knows.
        return None
    return Unit(currency)


def _times(said: str, words: str) -> int:
    """How many of a scale before the currency a text makes its unit: 100 of "100 million yen", and none of an amount
    such as "25 million yen".
    """
    counted = re.search(rf"(?<![\w.,])(\d[\d., ]*)\s?(?:{words})\W{{0,2}}{_OF}{PLACE}", said)
    digits = re.sub(r"\D", "", counted[1]) if counted else "1"
    return int(digits) if _POWER_OF_TEN.fullmatch(digits) else 0


_POWER_OF_TEN: Final = re.compile("10*")


def _scales_in(said: str) -> Iterator[tuple[str, int]]:
    """The scales whose words a text has, where a currency or a preposition can make scales of them."""
    if PLACE in said or _PREPOSITIONED.search(said):
        yield from ((words, scale) for words, scale in _scales() if re.search(words, said))


_MINOR: Final = re.compile(
    r"(?:^|[(\[,;:]|\b(?:in|en|amounts?|value|betrag|importe|valor|montant|spend|budget)) ?(?:whole )?"
    r"(?:(?:euro |us |uk )?(?:pence|cents?|eurocents?|centimes?|centimos?|centavos?|centesimi|groszy|grosze|haleru"
    r"|paise|kobo|kurus|oere|agorot)|minor units?|(?<=in )p) ?(?:$|[)\],;])",
    re.IGNORECASE,
)
"""A penny or a cent as the unit of what is printed, and nothing else beside it: no "per cent", no "cents per mile"."""


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
    found = re.search(rf"([^\W\d_]{{3,}})(\.?)\s?{_OF}{PLACE}|{PLACE}\.?\s?([^\W\d_]{{3,}})(\.?)", said)
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
    return len(known) > STEM and known[:-1] == word[: len(known) - 1]


_ZEROS: Final = re.compile(rf"{PLACE}\s?0?0,000(?!,)")
"""Tens or hundreds of thousands, or a slip for thousands."""


@lru_cache(maxsize=2_000)
def _folded(word: str) -> str:
    return fold_unit(word).casefold()


@lru_cache(maxsize=20_000)
def says_unknown_scale(text: str, home: Currency | None = None) -> bool:
    """Whether a text is a currency with a word that may be a scale in a language that is not known here.

    >>> says_unknown_scale("Spending (gazillions EUR)"), says_unknown_scale("Spending (EUR, net)")
    (True, False)
    """
    currency, placed = place_currency(fold_unit(strip_years(mend_signs(text.replace("\n", " ")))), home)
    said = _without_countries(placed.casefold())
    return bool(currency) and find_unit(text, home) is None and (_has_unknown_word(said) or bool(_ZEROS.search(said)))


def find_bare_scale(title: str) -> Unit | None:
    """The unit that a title states by a scale alone in brackets, as in "Operations (millions)"; None where it does not.

    >>> find_bare_scale("Table 3 (millions)"), find_bare_scale("Thousands of homes (2024)")
    (Unit(currency='', multiplier=1000000), None)
    """
    scale = rf"[(\[]\s*((?:in )?(?:{NO_OTHER_WORD}|['’]?000s?))(?: omitted)?\s*[)\]]\s*$"
    found = re.search(scale, fold_unit(title).casefold())
    if not found:
        return None
    word = found[1].removeprefix("in ")
    return next((Unit("", multiplier) for words, multiplier in _scales() if re.fullmatch(words, word)), None)


_IN_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")


def _has_unknown_word(said: str) -> bool:
    """Whether a currency stands alone with a word beside it, in brackets or in a cell of its own, that is nothing which
    is said beside currencies.
    """
    pieces = [piece for piece in _IN_BRACKETS.findall(said) if PLACE in piece] or [said]
    for piece in pieces:
        words = re.findall(r"[^\W\d_]+", piece.replace(PLACE, " "))
        one = len(words) == 1 or (len(words) == 2 and any(len(word) <= _JOINING for word in words))
        if (
            piece.count(PLACE) == 1
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
    words = [*re.split(rf"(\s*{PLACE})", said)]
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
    words = {word for name in names for word in re.findall(r"[a-z]{3,}", fold_unit(name).casefold())}
    return frozenset(words - {"and", "the"})


_AMOUNT_AT_END: Final = re.compile(r":\D{0,4}\d[\d.,'’\s]*(?:[^\W\d]+\.?\s*){0,3}$")


def states_amount(text: str, home: Currency) -> bool:
    """Whether a text between rows states an amount of its own, as a remark on the row above does and no heading.

    >>> from budget_align.core.values.terms import UK
    >>> [states_amount(text, UK.currency) for text in ("Commitments to be made in 2027: £1.3m", "of which due: £372k")]
    [True, True]
    >>> [states_amount(text, UK.currency) for text in ("Grants over £25,000", "Roads 2026: works", "Income: £000")]
    [False, False, False]
    """
    said = _AMOUNT_AT_END.search(text) or (row_words.says_of_which(text) and re.search(r"\d", text))
    unit = find_unit(text, home) if said else None
    # A unit stands over rows as any heading does.
    return unit is not None and unit.multiplier == 1
