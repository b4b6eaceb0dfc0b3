"""The words of budget workbooks, above all of headers: which stage, version, flow, control, year or measure they name.

Words are evidence, weighed beside arithmetic; none of them names a file, a sheet or a department.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from budget_align.core.returns.budget_version import Version
from budget_align.core.returns.reading import Role
from budget_align.core.values.fiscal_year import strip_years
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.refusal import RefusedError
from importers.words.lexicon import Meaning, fold_words, says
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


_STAGES: Final = (
    (
        r"\bforecast\b|\bprojected\b|\bprojections?\b"
        r"|\bestimated (out-?turn|actuals?)\b|^\W*outlook\W*$"
        r"|\b(year[- ]end|end of year) (estimates?|position|outlook)\b",
        "forecast",
    ),
    (
        r"\bout-?turn\b|\bactuals?\b|^\W*act\. |^\W*accounts\W*((19|20)\d\d\W*(\d\d\W*)?)+$"
        r"|\b((un|pre-?)?audit(ed)?|preliminary|provisional) (outcome|result)s?\b|\b(un)?audited\b"
        r"|^\W*(fy\W*)?(19|20)\d\d(\W*\d{2,4})?\W*outcome\W*$",
        "outturn",
    ),
    (r"\bplans?\b|\bplanned\b|\bindicative\b|\bproposed\b|\bmtef\b|\brequest(ed)?\b|\brecommend(ed|ations?)\b", "plan"),
    (r"\bbudgets?\b|\bestimates?\b|\ballocations?\b|\bappropriations?\b|\benacted\b", "budget"),
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


_SUPERSEDED: Final = re.compile(
    r"\b(previous|last|prior|earlier|former|superseded|precedente?|anterior|vorherig\w*|bisherig\w*|vorige[rns]?)\b",
    re.IGNORECASE,
)


def says_superseded(header: str) -> bool:
    """Whether a header speaks of what was known at an earlier time, such as the previous forecast.

    >>> says_superseded("Previous forecast"), says_superseded("Last reported outturn"), says_superseded("Forecast")
    (True, True, False)
    """
    return bool(_SUPERSEDED.search(header))


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
    """
    text = re.split(r"[,;.](?!\d)", text.strip(), maxsplit=1)[0]
    if len(text) > _UNIT_NOTE_LENGTH or find_unit(text, home) is None or find_unit(text, home) == Unit("", 1):
        return False
    return all(_OF_UNIT.fullmatch(word) or find_unit(f"in {word}") for word in fold_words(text).split())


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


def find_stage(text: str) -> str:
    """The stage that a text names; empty where it names none.

    >>> find_stage("Revised budget"), find_stage("Réalisé 2024"), find_stage("Ansatz 2025"), find_stage("Roads")
    ('budget', 'outturn', 'budget', '')
    >>> find_stage("Projekt 2025"), find_stage("Projekt na rok 2025"), find_stage("Wartość projektu")
    ('plan', 'plan', '')
    >>> find_stage("Accounts 2022-23"), find_stage("2023-24 Estimated actual"), find_stage("2026 Projections")
    ('outturn', 'forecast', 'forecast')
    >>> find_stage("Prognos 2024"), find_stage("Przewidywane wykonanie 2024"), find_stage("Očekávaná skutečnost")
    ('forecast', 'forecast', 'forecast')
    """
    found = next((stage for words, stage in _STAGES if re.search(words, text, re.IGNORECASE)), "")
    if found:
        return found
    if _DRAFT_OF_A_YEAR.match(text):
        return "plan"
    # English words tell more finely, and go first; "plan" is what a budget is called elsewhere.
    abroad: tuple[Meaning, ...] = ("forecast", "outturn", "plan", "budget")
    return next((stage for stage in abroad if says(stage, text)), "")


_DRAFT_OF_A_YEAR: Final = re.compile(
    r"\W*(?:projekt|projet|proyecto|projeto|progetto)\b\W*(?:(?:na|de|del|do|rok|a[nñ]o|p[ao]ra|pour|per|il) )*"
    r"(?:19|20)\d\d",
    re.IGNORECASE,
)
"""The draft of a year's budget; a draft of no year may be any project."""


def is_stage(text: str) -> bool:
    """Whether a text names a stage and nothing else.

    >>> is_stage("IST"), is_stage("Budget"), is_stage("Ansatz"), is_stage("Budget office"), is_stage("Planning")
    (True, True, True, False, False)
    """
    return len(fold_words(text).split()) == 1 and bool(find_stage(text)) and not _DOING.search(text)


_DOING: Final = re.compile(r"ing$", re.IGNORECASE)


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
    | {"tong thu", "tong chi", "thu ngan sach", "chi ngan sach", "tong so thu", "tong so chi"}
)


def _without_other_revenue(text: str) -> str:
    """A text in which revenue means income: what is called revenue expenditure is spending, and the names of forms and
    of budgets for the year's running say nothing.
    """
    text = re.sub(r"\bcosts? of (goods sold|sales|turnover)\b", "costs", text, flags=re.IGNORECASE)
    # Charges are spending in French alone.
    text = re.sub(r"\bfees\W+((and|&)\W*)?charges\b", "fees", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(revenue) (collected|received|raised|earned)\b", "receipts", text, flags=re.IGNORECASE)
    spent = _REVENUE_SPENT.sub(lambda found: found[1] if found[1][:1] in "eE" else " ", text)
    return _FORMS.sub(" ", spent)


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


_BASIS: Final = re.compile(
    r"\W*(v(ersion)? ?\d+|draft|final"
    r"|low|medium|central|high|base(line)?( case)?|optimistic|pessimistic|(best|worst|reference) case"
    r"|cumulative|(in|this) month|ytd|year[- ]to[- ]date|period|monthly"
    r"|competenza|cassa|residui|(cash|accruals?|accrued|commitment|obligation)( basis)?|nominal|real"
    r"|(outgoing )?commitments?|committed|payments?|paid|appropriations?|obligations?|obligated|outlays?"
    r"|encumb(rances?)?"
    r"|pre-?enc(umbrances?)?|ae|cp|autorisations d.engagement|cr[eé]dits de paiement"
    r"|approved|released|utili[sz]ed|warranted|disbursed|allocated|adopted|amended|requested|recommended|be|re"
    r"|empenhado|liquidado|pago|devengado|girado|pagado|comprometido"
    r"|gross|net|income|receipts|vat|gst|net of (vat|tax|gst)|(including|excluding|incl\.?|excl\.?) (vat|tax|gst)"
    r"|opening|closing|additions|disposals"
    r"|(national|local) currency|us dollars?|usd|eur|euros?|dollars?)\W*",
    re.IGNORECASE,
)
"""Words that say how one amount is measured, counted or estimated, and not what it is for."""


def says_basis(word: str) -> bool:
    """Whether a word that tells rows apart says how one amount is measured, counted or estimated, such as "Cassa",
    "Committed" or "V2", and not what it is for.
    """
    return bool(_BASIS.fullmatch(word))


_MONTHS: Final = re.compile(
    r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|januar|februar|maerz|april|mai|juni|juli|august|september"
    r"|oktober|november|dezember|january|february|march|june|july|october|december|enero|febrero|marzo|abril|mayo|junio"
    r"|julio|agosto|septiembre|octubre|noviembre|diciembre|janvier|fevrier|mars|avril|juin|juillet|aout|septembre"
    r"|octobre|novembre|decembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro"
    r"|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro|styczen|luty|marzec|kwiecien|maj|czerwiec"
    r"|lipiec|sierpien|wrzesien|pazdziernik|listopad|grudzien)(?:\W+\d{2,4})?$"
)
_YEAR_BEFORE: Final = re.compile(r"^(?:19|20)\d\d(?: \d\d)? (?=[a-z])")
"""A year over months or quarters: "2024 apr", "2024 25 q1"."""


_QUARTERS: Final = re.compile(
    r"^(?:q|qtr|quarter|quartal|trimestre|kwartal|t)\W?[1-4](?:\W+\d{2,4})?$|^[1-4]\W?(?:q|t)$|^h\W?[12](?:\W+\d{2,4})?$"
    r"|^(?:1st|2nd|3rd|4th|first|second|third|fourth) (?:quarter|half)(?:\W+\d{2,4})?$"
)


_NUMBERED: Final = re.compile(r"^(?:p|m|period|month|monat|mes|mois|mese)\W?(?:0?[1-9]|1[0-3])$")
"""A year has thirteen periods of four weeks."""


_WEEKS: Final = re.compile(
    r"^(?:wk|w|week|kw|woche|semaine|semana|settimana|tydzien|vecka|uke|uge)(?: no| nr)?\W?(?:0?[1-9]|[1-4]\d|5[0-3])$"
)


_OF_YEAR: Final = r"(?:19|20)\d\d"
_OF_MONTHS: Final = r"(?:0?[1-9]|1[0-2])"
_ENDS: Final = r"(?:0?1|28|29|30|31)"
_DAY_OF_MONTH: Final = re.compile(
    rf"^(?:{_OF_YEAR} {_OF_MONTHS} {_ENDS}|{_ENDS} {_OF_MONTHS} {_OF_YEAR}|{_OF_MONTHS} {_ENDS} {_OF_YEAR})$"
)
"""A month as a date stands for it: by its first day or its last."""


@lru_cache(maxsize=20_000)
def find_period(text: str) -> str:
    """The month, quarter, half of a year or week that a header is, folded; empty where it is none.

    >>> find_period("Apr-24"), find_period("Q3"), find_period("März 2025"), find_period("March budget")
    ('apr 24', 'q3', 'maerz 2025', '')
    >>> find_period("Week 12"), find_period("2024-03-01"), find_period("30/04/2024"), find_period("W2 grade")
    ('week 12', '2024 03 01', '30 04 2024', '')
    >>> find_period("H1"), find_period("Second half"), find_period("2024 April")
    ('h1', 'second half', '2024 april')
    """
    folded = fold_words(text)
    bare = _YEAR_BEFORE.sub("", folded)
    if any(each.match(bare) for each in (_MONTHS, _QUARTERS)):
        return folded
    return folded if any(each.match(folded) for each in (_NUMBERED, _WEEKS, _DAY_OF_MONTH)) else ""


def is_quarter(period: str) -> bool:
    """Whether a folded period is a quarter, or half a year.

    >>> is_quarter("q3"), is_quarter("apr 24")
    (True, False)
    """
    return bool(_QUARTERS.match(_YEAR_BEFORE.sub("", period)))


_SPAN: Final = re.compile(r" (?:to|until|through) |[-–]", re.IGNORECASE)


def says_span(text: str) -> bool:
    """Whether a header is a span from one month or quarter to another.

    >>> says_span("Q1-Q3"), says_span("April to June"), says_span("Q1"), says_span("Roads - Q1")
    (True, True, False, False)
    """
    ends = _SPAN.split(text)
    return len(ends) == 2 and all(find_period(end.strip()) for end in ends)


_ORIGINAL: Final = re.compile(
    r"\b(original|initial)(ly)?\b|\b(adopted|approved|enacted|voted)\b|\bmain (appropriations?|estimates?)\b",
    re.IGNORECASE,
)


_FINAL: Final = re.compile(
    r"\bfinal (budget|estimates?|allocations?|appropriations?)\b"
    r"|\b(endgültig|ostateczn|konečn|definitiv|définitiv)\w*\b|\bdéfinitif\b",
    re.IGNORECASE,
)


def find_version(text: str) -> str:
    """The version of a budget that a text names, as `budget_version.Version` writes it; empty where it names none.

    >>> find_version("Original budget"), find_version("Autumn budget revision"), find_version("Budget 2025-26")
    ('original', 'revised (autumn)', '')
    """
    try:
        return str(Version.parse(text.strip().casefold()))
    except RefusedError:
        pass
    if says("revised", text):
        return "revised"
    if _ORIGINAL.search(text):
        return "original"
    if says("original", text):
        return "original"
    if re.search(
        r"\b(revis(ed|ions?)|amended|adjusted|supplementary|(?<!last )(?<!data )updated)\b", text, re.IGNORECASE
    ):
        season = re.search(r"\b(spring|summer|autumn|winter)\b", text, re.IGNORECASE)
        return f"revised ({season[1].lower()})" if season else "revised"
    if re.fullmatch(r"finale?s?", without_year_and_unit(text), re.IGNORECASE):
        return "final"
    abroad = says("budget", text) and re.search(r"\bfinale?s?\b", text, re.IGNORECASE)
    return "final" if abroad or _FINAL.search(text) else ""


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


def says_part_of_year(header: str) -> bool:
    """Whether a header says that its amounts are of a year so far, not of the whole year."""
    return bool(re.search(r"\bytd\b|\b(year|spend|budget|actuals?|income)?[- ]?to[- ]date\b", header, re.IGNORECASE))


def says_year_so_far(header: str) -> bool:
    """Whether a header names the year so far itself, and not only what was decided up to now.

    >>> says_year_so_far("YTD budget"), says_year_so_far("Budget year to date"), says_year_so_far("Estimates to date")
    (True, True, False)
    """
    return bool(re.search(r"\bf?ytd\b|\byear[- ]to[- ]date\b", header, re.IGNORECASE))
