"""The words that say which way money goes: spending, income, financing, and taxes by their names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from importers.words.lexicon import Meaning, fold_words, says
from importers.words.vocabulary import without_year_and_unit


def names_tax(text: str) -> bool:
    """Whether a text is what a tax goes by.

    >>> names_tax("Council tax"), names_tax("Grundsteuer A"), names_tax("Impuestos directos"), names_tax("Tax office")
    (True, True, True, False)
    """
    text = " ".join(text.split())
    return bool((_TAX_ENDS.search(text) or _TAX_BEGINS.match(text)) and not _TAX_PAID.search(text))


_TAX_ENDS: Final = re.compile(
    r"(?:\b(?:tax(?:es)?|lev(?:y|ies)|dut(?:y|ies)|excises?|zergak?|mokes[tč]\w*|nodok\w*)|steuern?|abgaben?"
    r"|belasting(?:en)?|heffing(?:en)?|skatt(?:er)?|skat(?:ter)?|afgift(?:er)?|avgift(?:er)?|verot?|maks|税|稅)"
    r"(?: [A-Z])?$",
    re.IGNORECASE,
)


_TAX_BEGINS: Final = re.compile(
    r"\W{0,3}(?:\d[\d.]{0,9}\W{1,3})?(?:impuestos?|tributos?|imp[oô]ts?|taxes? (?:d|sur|fonci|locales)|impostos?"
    r"|impost[ae]|tass[ae]|tribut[oi]|podat(?:ek|ki|ku)|da(?:ň|ně)|porezi?|impozite?|vergi|pajak|налог\w*|подат\w*|акциз\w*"
    r"|φόρο\w*|ضرائب|ภาษี|thuế)\b",
    re.IGNORECASE,
)


_TAX_PAID: Final = re.compile(
    r"\b(payroll|refunds?|of tax|after tax|before tax|net of|excluding|including|less)\b", re.IGNORECASE
)
"""Taxes that an employer pays, and figures that are told by whether taxes are in them."""


_REVENUE_SPENT: Final = re.compile(
    r"\brevenue\s+(budget|expenditure|account|spend(ing)?|outturn|funding|support|cost|programme|fund)s?\b",
    re.IGNORECASE,
)


_FORMS: Final = re.compile(
    r"\b(income statement|statements? of (comprehensive )?income|profit and loss( account)?)\b", re.IGNORECASE
)
"""Names of forms that show both what comes in and what goes out."""


_BESIDE_FLOW: Final = frozenset(
    [
        "a",
        "all",
        "amount",
        "amounts",
        "and",
        "annual",
        "approved",
        "actual",
        "actuals",
        "adopted",
        "amended",
        "appropriated",
        "authority",
        "budget",
        "budgeted",
        "budgets",
        "by",
        "capital",
        "central",
        "consolidated",
        "current",
        "departmental",
        "estimate",
        "estimated",
        "estimates",
        "external",
        "final",
        "financial",
        "fiscal",
        "for",
        "forecast",
        "from",
        "fund",
        "general",
        "government",
        "governmental",
        "grants",
        "gross",
        "in",
        "internal",
        "m",
        "main",
        "million",
        "millions",
        "net",
        "of",
        "operating",
        "original",
        "other",
        "outturn",
        "plan",
        "planned",
        "programme",
        "projected",
        "proposed",
        "provisional",
        "public",
        "recurrent",
        *("source", "sources", "sourced", "own", "uses"),
        "requested",
        "resource",
        "revised",
        "scheme",
        "state",
        "sub",
        "subtotal",
        "sum",
        "sums",
        "summary",
        "the",
        "thousand",
        "thousands",
        "to",
        "total",
        "totals",
        *("cash", "cost", "operating", "gross", "grand", "overall"),
        "type",
        "voted",
        "year",
        "ytd",
        *("daerah", "negara", "publik"),
        *("eur", "gbp", "usd", "chf", "cad", "aud", "nzd", "inr", "zar"),
        *(
            "ordentliche",
            "ordentlicher",
            "ordentlichen",
            "ordentl",
            "ord",
            "ausserordentliche",
            "gesamt",
            "gesamte",
            "summe",
        ),
        *("externe", "externes", "externen", "externer", "externas", "externos", "externi", "esterne", "esterni"),
        *("interne", "internes", "internen", "interner", "internas", "internos", "interni"),
        *("laufende", "laufenden", "lfd", "ordinaires", "totales", "total", "corrientes", "ordinarias", "correnti"),
    ]
)
"""Words beside that of a flow that do not make something else of it, as support does of income."""


@lru_cache(maxsize=20_000)
def find_flow(text: str) -> str:
    """The flow that a header, heading or title names and nothing else; empty where it names none, or both spending and
    income.

    >>> find_flow("Gross expenditure 2025-26"), find_flow("Total income"), find_flow("Income and expenditure")
    ('expenditure', 'income', '')
    >>> find_flow("Income support"), find_flow("Revenue budget"), find_flow("Budget")
    ('', '', '')
    """
    # In British accounts revenue is what is spent within the year, beside capital; only receipts are income.
    text = _without_other_revenue(without_year_and_unit(text))
    flows: tuple[Meaning, ...] = ("financing", "income", "expenditure")
    found = [flow for flow in flows if says(flow, text)]
    if len(found) != 1:
        return ""
    phrase = fold_words(text)
    rest = [word for word in _WORD.findall(text) if not _stands_beside_flow(fold_words(word))]
    return found[0] if all(says(found[0], word) for word in rest) or phrase in _PHRASES_OF_FLOW else ""


_WORD: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u0900-\u097f\u0e31-\u0e4e\u200c\"״'’][^\W\d_]*)*")


def _stands_beside_flow(word: str) -> bool:
    """Whether a folded word makes nothing else of the flow beside it: a word for a total, or one that joins."""
    return not word or word in _BESIDE_FLOW or bool(_JOINS.fullmatch(word))


_JOINS: Final = re.compile(
    r"d|l|des?|du|de?l?la|del|dos?|das?|degli|delle|dei|di|og|och|ja|und|et|e|y|i|en|a|u|z|ze|v|ve|fra|från|till|van|der"
    r"|die|das|les?|los|las|el|the|i+v?|v?i{0,3}|alt|iš|is|viso|kopa|kokku|jami|total[aei]?s?|totaux|sum|summa|skupaj|suma"
    r"|ukupn[oiae]|укупн[иоae]|укупно|общо|обши|общи|всичко|вкупно|итого|усього|всього|συνολ\w*|jumla|جمع|كل|jumlah|tong"
    r"|razem|celkem|celkom|ogolem|yhteensa|osszesen|toplam\w*|합계|합|총|合計|合计|总计|総計|รวม|कुल|(?:ال)?(?:اجمالي|مجموع)|סה|כ"
    r"|totaal|subtotaal|totale[ns]?|totalt|summe[ns]?|soma|somma|insgesamt|gesamt\w*|gjithsej|keseluruhan|spolu|uhrnem"
    r"|lacznie|svega|свега|разом|ensemble"
)
"""Little words, numbers of sections and words for totals in the languages of budgets, folded."""


_PHRASES_OF_FLOW: Final = frozenset(
    {"incoming resources", "total incoming resources", "resources expended", "total resources expended"}
    | {"money in", "money out", "total money in", "total money out", "cash in", "cash out", "total cash in"}
    | {"diru sarrera", "diru sarrerak", "te ardhura", "te ardhurat", "te hyra", "te hyrat"}
    | {"tong thu", "tong chi", "thu ngan sach", "chi ngan sach", "tong so thu", "tong so chi"}
)


def _without_other_revenue(text: str) -> str:
    """A text in which revenue means income: what is called revenue expenditure is spending, and the names of forms and
    of budgets for the year's running say nothing.
    """
    if not _SAID_OTHERWISE.search(text):
        return text
    text = re.sub(r"\bcosts? of (goods sold|sales|turnover)\b", "costs", text, flags=re.IGNORECASE)
    # Charges are spending in French alone.
    text = re.sub(r"\bfees\W+((and|&)\W*)?charges\b", "fees", text, flags=re.IGNORECASE)
    # "Liberty Charter, Inc." is a company.
    text = re.sub(r"(?<=\w),\s*inc\b\.?", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(revenue) (collected|received|raised|earned)\b", "receipts", text, flags=re.IGNORECASE)
    spent = _REVENUE_SPENT.sub(lambda found: found[1] if found[1][:1] in "eE" else " ", text)
    return _FORMS.sub(" ", spent)


_SAID_OTHERWISE: Final = re.compile(r"cost|fees|inc|revenue|profit", re.IGNORECASE)


def says_accounts(header: str) -> bool:
    """Whether a header says "Accounts" and a year: what was spent, as the accounts of that year show it.

    >>> says_accounts("Accounts 2021-2022"), says_accounts("Account 2021"), says_accounts("Accounts payable 2021")
    (True, False, False)
    >>> says_accounts("Compte 2022"), says_accounts("Rechnung 2023"), says_accounts("Compte")
    (True, True, False)
    """
    rest = without_year_and_unit(header)
    return rest != header.strip() and rest.casefold() in _ACCOUNTS


_ACCOUNTS: Final = frozenset(
    (
        *("accounts", "compte", "comptes", "compte administratif", "cuenta", "conto", "conto consuntivo", "consuntivo"),
        *("rechnung", "jahresrechnung", "rechnungsabschluss", "rekening", "jaarrekening", "conta"),
    )
)


def says_bare_revenue(text: str) -> bool:
    """Whether "revenue" alone speaks of income: to an American what is received, to others what is spent in the year.

    >>> says_bare_revenue("Revenue estimates 2024-25"), says_bare_revenue("Revenues"), says_bare_revenue("Income")
    (True, False, False)
    """
    return bool(_BARE_REVENUE.search(text)) and not says("income", _BARE_REVENUE.sub(" ", text))


_BARE_REVENUE: Final = re.compile(r"\brevenue\b", re.IGNORECASE)


@lru_cache(maxsize=1 << 15)
def may_say_flow(flow: Meaning, text: str) -> bool:
    """Whether a text has a word of a flow, whatever else it says."""
    return says(flow, _without_other_revenue(text))
