"""The words of budget workbooks, above all of headers: what a column holds, in which unit, control, year or prices.

Words are evidence, weighed beside arithmetic; none of them names a file, a sheet or a department.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from budget_align.core.returns.reading import Role
from budget_align.core.values.fiscal_year import strip_years
from budget_align.core.values.money import Currency, Unit
from importers.words.lexicon import fold_words, says
from importers.words.unit_words import find_unit

_CONTROLS: Final = (
    (r"non[ -]?cash|depreciation ring|ring[ -]?fenced", "RDEL-NC"),
    (r"financial transactions?|\bFTs?\b", "CDEL-FT"),
    (r"capital\s+(del|departmental)|\bcdel\b", "CDEL"),
    (r"resource\s+(del|departmental)|\brdel\b|fiscal resource", "RDEL"),
    (r"capital\s+ame|\bcame\b", "CAME"),
    (r"resource\s+ame|\brame\b", "RAME"),
    (r"\bame\b|annually managed", "AME"),
    (r"\bcapital\b", "CDEL"),
    (
        r"\bresource\b|\brevenue\b(?! (collected|received|raised|earned))"
        r"|\bcurrent\b(?!\s+(year|budget|prices|total|value|amount|balance|estimate|plan|forecast))",
        "RDEL",
    ),
)


_SHARE_OF_TOTAL: Final = re.compile(
    r"(%|\bper ?cent(age)?|\bshares?|\bproportion)( of)?( the)? ?(total|whole|distribution|change|increase|growth)\b",
    re.IGNORECASE,
)


_CHANGE: Final = re.compile(
    r"%|\bsurplus\b|\bdeficits?\b|\bchange\b|\bvariances?\b|\bdifference\b|\bgrowth\b|\bmovement\b", re.IGNORECASE
)


_MEASURE: Final = re.compile(
    r"\bftes?\b|\bheadcount\b|\bstaff numbers?\b|\bfloor ?area\b|\bpopulation\b|\bcaseload\b|\brank\b|\bindex\b"
    r"|\bsquare (miles?|kilomet(re|er)s?|feet|met(re|er)s?)\b|\bsq\.? ?(mi|km|ft|m)\b"
    r"|\b(acres|hectares|tonnes|persons)\b|\bnumber of\b|\bdeflator\b|\baverages?\b|\bmedians?\b|\bmean\b"
    r"|\bper (capita|head|person|household|1,000|100,000)\b",
    re.IGNORECASE,
)


_AMOUNT: Final = re.compile(
    r"\bamounts?\b|\bvalue\b|\bspend(ing)?\b|\bexpenditure\b|\bcosts?\b(?!\s+cent(?:re|er))|\bincome\b|\breceipts\b|£|\$|€"
    r"|\bgross\b|\bnet\b|\btotal\b",
    re.IGNORECASE,
)


_UNIT_LENGTH: Final = 30


_COUNT: Final = re.compile(
    r"^\W*(number|no\.?|nos\.?|count|thousands?|000s?|millions?|days?|hours?|weeks?|months?|years?|km|miles|kwh|gwh|people|score"
    r"|points?|places?|cases?|visits?|households?)\b",
    re.IGNORECASE,
)


_REAL_TERMS: Final = re.compile(
    r"\breal[ -]terms\b|\bconstant[ -](price|dollar)s?\b|\bdeflated\b|\b(19|20)\d\d([-/]\d\d)? (prices|dollars)\b",
    re.IGNORECASE,
)


_SHARE: Final = re.compile(
    r"\bper ?cent(age)?s?\b|%|\bshares? of\b|\bratio\b|\brates?\b(?! (relief|support))", re.IGNORECASE
)


_ROLE_WORDS: Final[tuple[tuple[str, Role], ...]] = (
    (r"\b(account|nominal|subjective|ledger|gl)\b.*\b(code|no|number|id|ref)\b", "account_code"),
    (r"\b(programme|program|project|scheme|line|activity)\b.*\b(code|no|number|id|ref)\b", "programme_code"),
    (r"\b(cost cent(re|er)|directorate|division|unit|team|branch)\b.*\b(code|no|number|id|ref)\b", "unit_code"),
    (r"\b(code|id|ref(erence)?)\b", "programme_code"),
    (r"\b(counterpart(y)?|transfer(red)? (to|from)|paid to|recipient|payee)\b", "counterpart"),
    (r"\b(explanation|notes?|comments?|remarks?|footnotes?|caveats?)\b", "note"),
    (r"what it (buys|does)|\b(purpose|description|narrative|detail|rationale)\b", "description"),
    (r"\b(control|budget type|type of budget|budget class|del/ame|resource/capital|revenue/capital|fund)\b", "control"),
    (r"\b(stage|scenario|version|basis)\b", "stage"),
    (r"\b(fiscal |financial )?years?\b|\bperiod\b", "year"),
    (r"\b(department|dept|body|organi[sz]ation|portfolio|ministry|agency|council|authority|entity)\b", "body"),
    (r"\b(account|subjective|nominal|economic|expenditure type|spend type|cost type|category)\b", "account"),
    (
        r"\b(directorate|division|group|branch|team|cost cent(re|er)|business area|business unit|unit|service area"
        r"|service|function)\b",
        "unit",
    ),
    (r"\b(programme|program|project|policy|scheme|activity|budget line|line|item|initiative)\b", "programme"),
)


_SCALE_WORDS: Final = {
    **dict.fromkeys(("unit", "units", "ones", "actual", "actuals"), 1),
    **dict.fromkeys(("thousand", "thousands", "000s", "000"), 1_000),
    **dict.fromkeys(("million", "millions"), 1_000_000),
    **dict.fromkeys(("billion", "billions"), 1_000_000_000),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 100_000),
    **dict.fromkeys(("crore", "crores", "cr"), 10_000_000),
}
"""What a column of scales says of each row."""


_SHARE_CODE: Final = re.compile(r"(PC|PCT|PERC|PT|RATIO)(_|$)|\w+_(PC|PCT|PERC)$")
"""Codes of statistical offices for percentages, such as PC_GDP."""


_CODE_BEFORE: Final = re.compile(r"^\w{1,6}:\s+(?=\S)")


_MONEY_OF_A_COUNTRY: Final = re.compile(r"(domestic|national|local) currency|XDC|NAC|LCU", re.IGNORECASE)
"""Money of the country that a row is of, whose scale is said elsewhere or nowhere."""


def find_row_unit(text: str, home: Currency | None = None) -> tuple[Unit | None, bool]:
    """The unit that a cell gives for its row, None where it is no money, and whether the cell gives one at all.

    >>> find_row_unit("£ million"), find_row_unit("Per cent"), find_row_unit("Roads")
    ((Unit(currency='GBP', multiplier=1000000), True), (None, True), (None, False))
    >>> find_row_unit("MIO_EUR"), find_row_unit("PC_GDP")
    ((Unit(currency='EUR', multiplier=1000000), True), (None, True))
    """
    # Offices of statistics write a code before the word: "6: Millions".
    text = _CODE_BEFORE.sub("", text)
    if _MONEY_OF_A_COUNTRY.fullmatch(text.strip()):
        return Unit(), True
    scale = _SCALE_WORDS.get(text.strip().casefold())
    if scale is not None:
        return Unit(multiplier=scale), True
    if _SHARE_CODE.match(text):
        return None, True
    text = text.replace("_", " ")
    unit = find_unit(text, home)
    if unit is not None and len(text) < _UNIT_LENGTH and not says_share(text):
        return unit, True
    return None, len(text) < _UNIT_LENGTH and (says_share(text) or says_measure(text) or bool(_COUNT.match(text)))


def says_unit_alone(text: str, home: Currency | None = None) -> bool:
    """Whether a note says in which unit amounts are, and nothing else.

    >>> says_unit_alone("* Dollars in thousands"), says_unit_alone("Includes £2 million of grants")
    (True, False)
    >>> says_unit_alone("Đơn vị: Triệu đồng", Currency("VND")), says_unit_alone("Grants: £3 million")
    (True, False)
    """
    text = re.split(r"[,;.](?!\d)", text.strip(), maxsplit=1)[0]
    # "Unit:" in whatever language.
    text = re.sub(r"^(?:[^\W\d]+ ?){1,3}\s?[:：]\s*(?=\S)", "", text)
    if len(text) > _UNIT_NOTE_LENGTH or find_unit(text, home) is None or find_unit(text, home) == Unit("", 1):
        return False
    return all(_OF_UNIT.fullmatch(word) or find_unit(f"in {word}", home) for word in fold_words(text).split())


_UNIT_NOTE_LENGTH: Final = 90


_OF_UNIT: Final = re.compile(
    r"[a-z]|all|the|figures?|amounts?|values?|data|numbers?|are|is|in|of|to|expressed|stated|shown|given|presented|reported"
    r"|rounded|nearest|currency|units?|unit|note|dollars?|pounds?|euros?|rupees?|rand|gbp|usd|eur|us|uk|canadian"
    r"|australian|sterling|whole|alle|angaben|betraege|en|montants?|exprimes?|cifras|importes|valores|expresados|bedragen"
    r"|unless|otherwise|thousands?|millions?|billions?|crores?|lakhs?|000s?|000"
)


@lru_cache(maxsize=4_096)
def without_year_and_unit(header: str) -> str:
    """What a header says beside its year and unit.

    >>> without_year_and_unit("Spent 2023-24 (UShs bn)"), without_year_and_unit("Loans (FT)")
    ('Spent', 'Loans FT')
    """
    rest = _IN_BRACKETS.sub(_without_scale, strip_years(header)) if "(" in header else strip_years(header)
    rest = re.sub(r"\(?[£$€]\s?(?:'?000s?|millions?|thousands?|billions?|mn?|bn|k)?\)?", " ", rest)
    return " ".join(re.sub(r"[()\[\]]", " ", rest).split()).strip(" -–,:")


_IN_BRACKETS: Final = re.compile(r"\([^()]{1,20}\)")


def _without_scale(bracket: re.Match[str]) -> str:
    unit = find_unit(bracket[0])
    return " " if unit is not None and unit.multiplier > 1 else bracket[0]


def find_control(text: str) -> str:
    """The budget control that a text names, by its code in `budget_line.CONTROLS`; empty where it names none."""
    return next((code for words, code in _CONTROLS if re.search(words, text, re.IGNORECASE)), "")


def find_role(header: str) -> Role | None:
    """The role that a header's words give a column of text; None where they say nothing."""
    return next((role for words, role in _ROLE_WORDS if re.search(words, header, re.IGNORECASE)), None)


def says_change(header: str) -> bool:
    """Whether a header speaks of a change or a percentage, not of an amount."""
    return bool(_CHANGE.search(header))


_CHANGE_FROM: Final = re.compile(
    r"^\W*(net |annual |year[- ]on[- ]year )?(change|increase|decrease|variance|difference|movement|variation)s?"
    r"(\W+(or )?(increase|decrease)s?)?\W+(from|in|on|over|between|against|versus|vs|since|compared)\b"
    r"|^\W*var\b\.?\W*(abs\b|pct\b|%|[A-Z]{3}\W*$|[£$€]|$)|^\W*\(?(un)?favou?rable\b.*\b(un)?favou?rable\b|^\W*fav\W+(un|adv)\w*\W*$"
    r"|^\W*(over|under)\W+(\(?under|\(?over)\W*(spend|budget)?\W*$",
    re.IGNORECASE,
)


def begins_as_change(header: str) -> bool:
    """Whether a header begins by saying that its figures lead from one amount to another, whatever it names after.

    >>> begins_as_change("Change from Estimates 2022-23 $"), begins_as_change("Increase/(Decrease) over 2024")
    (True, True)
    >>> begins_as_change("Var.(abs.)"), begins_as_change("Favourable (unfavourable)"), begins_as_change("Var Gbp")
    (True, True, True)
    >>> begins_as_change("Climate change in schools"), begins_as_change("Changes"), begins_as_change("Var region")
    (False, False, False)
    """
    return bool(_CHANGE_FROM.match(header))


def says_real_terms(text: str) -> bool:
    """Whether a text says that amounts are in the prices of another year, and so no cash."""
    return bool(_REAL_TERMS.search(text))


def says_prices_alone(text: str) -> bool:
    """Whether a text names the prices of a year, and does not call amounts real or deflated.

    >>> says_prices_alone("Budget at 2024-25 prices"), says_prices_alone("Real terms, 2023-24 prices")
    (True, False)
    """
    worded = re.search(r"\breal\b|\bconstant\b|\bdeflated\b|\bdollars\b", text, re.IGNORECASE)
    return says_real_terms(text) and not worded


def find_price_basis(text: str) -> str:
    """The prices that one word for them names: "cash", "real terms", or empty where it names none.

    >>> find_price_basis("cash"), find_price_basis("real_2021")
    ('cash', 'real terms')
    """
    words = re.sub(r"[\W_]+", " ", strip_years(text.replace("_", " "))).casefold().split()
    if not words or len(words) > 3:
        return ""
    if {"real", "constant", "deflated"} & set(words):
        return "real terms"
    return "cash" if {"cash", "nominal", "current"} & set(words) else ""


def says_share(text: str) -> bool:
    """Whether a text speaks of a percentage, a share or a rate, and so of no amount.

    >>> says_share("Per cent of GDP"), says_share("As of March 31 (50% of the year elapsed)")
    (True, False)
    """
    return bool(_SHARE.search(_ONE_PERCENTAGE.sub(" ", text)))


_ONE_PERCENTAGE: Final = re.compile(r"(?<![\d.,])\d[\d.,]{0,9}\s?(%|per ?cent\b)", re.IGNORECASE)
"""A percentage that a text states, which says nothing of the figures below it."""


def says_per_head(title: str) -> bool:
    """Whether a title says that its table states amounts for one of something, and nothing else.

    >>> says_per_head("Table 1c: Expenditure per head (£)"), says_per_head("Spending, and spending per head")
    (True, False)
    """
    return says("rate", title) and not re.search(r"\band\b|[&;+]|\bund\b|\bet\b|\by\b", title, re.IGNORECASE)


def says_share_of_total(header: str) -> bool:
    """Whether a header says that its figures are shares of a total, or percentage changes, made of other columns."""
    return bool(_SHARE_OF_TOTAL.search(header))


def says_measure(header: str) -> bool:
    """Whether a header speaks of a measure that is not money, such as staff."""
    return bool(_MEASURE.search(header))


def says_amount(header: str) -> bool:
    """Whether a header speaks of money."""
    return bool(_AMOUNT.search(header)) or find_unit(header) is not None
