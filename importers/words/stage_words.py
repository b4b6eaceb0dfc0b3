"""The words that name the stage or the version of an amount: plan, budget, forecast, outturn, original, revised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from budget_align.core.returns.budget_version import Version
from budget_align.core.values.refusal import RefusedError
from importers.words.lexicon import Meaning, fold_words, says
from importers.words.vocabulary import without_year_and_unit

_AVAILABLE: Final = r"\btotal (funds? |amounts? |authorit(y|ies) )?available\b"


def says_available_in_all(header: str) -> bool:
    """Whether a header says all that may be spent, and not what is still left of it.

    >>> says_available_in_all("Total available for use"), says_available_in_all("Available balance")
    (True, False)
    """
    return bool(re.search(_AVAILABLE, header, re.IGNORECASE))


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
        r"|^\W*(fy\W*)?(19|20)\d\d(\W*\d{2,4})?\W*outcome\W*$"
        r"|(?<!\bbe )(?<!\bis )(?<!\bare )(?<!\bbeing )(?<!\bnot )\b(spent|expended|utili[sz]ed|disbursed)\b"
        r"|^\W*((amounts?|budget|funds?|authorit(y|ies)) )?(used|consumed)\b"
        r"( (in|during|to|by|until|so far)\b.*|[^a-z]*)$",
        "outturn",
    ),
    (r"\bplans?\b|\bplanned\b|\bindicative\b|\bproposed\b|\bmtef\b|\brequest(ed)?\b|\brecommend(ed|ations?)\b", "plan"),
    (
        r"\bbudgets?\b|\bestimates?\b|\ballocations?\b|\bappropriations?\b|\benacted\b|" + _AVAILABLE,
        "budget",
    ),
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


def find_stage(text: str) -> str:
    """The stage that a text names; empty where it names none.

    >>> find_stage("Revised budget"), find_stage("Réalisé 2024"), find_stage("Ansatz 2025"), find_stage("Roads")
    ('budget', 'outturn', 'budget', '')
    >>> find_stage("Projekt 2025"), find_stage("Projekt na rok 2025"), find_stage("Wartość projektu")
    ('plan', 'plan', '')
    >>> find_stage("Spent by end of Q4"), find_stage("To be spent"), find_stage("How it is spent")
    ('outturn', '', '')
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


_SHORT_REVISED: Final = re.compile(r"\b(rev|adj|amend)\.? ?(bud(get|sjett)?|est(imate)?)\b", re.IGNORECASE)


_ORIGINAL: Final = re.compile(
    r"\b(original|initial)(ly)?\b|\b(adopted|approved|enacted|voted)\b|\bmain (appropriations?|estimates?)\b"
    r"|\b(orig|oppr)\.? ?(bud(get|sjett)?|est(imate)?)\b",
    re.IGNORECASE,
)


_FINAL: Final = re.compile(
    r"\bfinal (budget|estimates?|allocations?|appropriations?)\b"
    r"|\b(endgültig|ostateczn|konečn|definitiv|définitiv)\w*\b|\bdéfinitif\b",
    re.IGNORECASE,
)


_BEFORE: Final = re.compile(
    r"\b(before|sebelum|avant|vor|antes|abans|przed|před|pred|prima|innan|før|voor|enne|ennen)\b", re.IGNORECASE
)
"""Words before a word for a change, which make the budget as it was of the budget in force."""


def find_version(text: str) -> str:
    """The version of a budget that a text names, as `budget_version.Version` writes it; empty where it names none.

    >>> find_version("Original budget"), find_version("Autumn budget revision"), find_version("Budget 2025-26")
    ('original', 'revised (autumn)', '')
    >>> find_version("Jumlah Sebelum Perubahan"), find_version("Jumlah Setelah Perubahan"), find_version("po zmianach")
    ('original', 'revised', 'revised')
    """
    try:
        return str(Version.parse(text.strip().casefold()))
    except RefusedError:
        pass
    if says("revised", text) or _SHORT_REVISED.search(text):
        return "original" if _BEFORE.search(text) else "revised"
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


def tell_phases(words: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The stage and version that each of some words names, which stand beside one another. An estimate that is called
    revised is a budget brought up to date; beside an adjusted budget it is what the year is expected to come to.

    >>> tell_phases(["Main appropriation", "Revised estimate"])
    {'Main appropriation': ('budget', 'original'), 'Revised estimate': ('budget', 'revised')}
    >>> tell_phases(["Adjusted appropriation", "Revised estimate"])
    {'Adjusted appropriation': ('budget', 'revised'), 'Revised estimate': ('forecast', '')}
    """
    found = {word: (find_stage(word), find_version(word)) for word in words}
    if any(_ADJUSTED.search(word) and said == ("budget", "revised") for word, said in found.items()):
        found |= {word: ("forecast", "") for word in found if _REVISED_ESTIMATE.search(word)}
    return found


_ADJUSTED: Final = re.compile(r"\badjust(ed|ments?)\b", re.IGNORECASE)
_REVISED_ESTIMATE: Final = re.compile(r"^\W*revised estimates?\b", re.IGNORECASE)
