"""The words of titles and names of sheets: whose budget it is, what kind of page, and whether it is a budget at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from budget_align.core.values.fiscal_year import strip_years
from importers.words import lexicon, vocabulary
from importers.words.period_words import find_period
from importers.words.row_words import says_total
from importers.words.unit_words import find_unit

_BADGE: Final = re.compile(
    r"\b(official|national) statistics\b|\bcrown copyright\b|\bofficial[- ]sensitive\b|\bprovisional\b$|\bdraft\b$"
    r"|\breturn to (contents|index)\b|\bback to\b",
    re.IGNORECASE,
)


_GENERIC: Final = re.compile(
    r"^(sheet|tab|table|data|budget|return|annex|page|worksheet|csv|lines?|detail|summary|level|checks?|[a-z])?"
    r"[\s\d._-]*(\(?[a-z]\)?_?|checks?)?$",
    re.IGNORECASE,
)


_BODY_LABEL: Final = re.compile(
    r"^(?:department|body|organi[sz]ation|portfolio|ministry|agency|council|authority)\s*[:–—-]\s*(?P<name>\S.+)$",
    re.IGNORECASE,
)


_BODY_NAME: Final = re.compile(
    r"\b(department|ministry|office|agency|council|authority|commission|board|service|bureau|administration|university"
    r"|court|parliament|assembly|executive|institute|trust|corporation|committee|directorate|treasury|police)\b"
    r"|\b(dept|min)\b",
    re.IGNORECASE,
)


_NO_BODY: Final = re.compile(
    r"\b(administration|service|services|council|police|court|board|office|department)(al)?\s+"
    r"(budgets?|costs?|tax|charges?|fees?|expenditure|spending|pay|staff|grants?|supplies|equipment|buildings?|programmes?|ame)\b"
    r"|\b(by|per|each|all|every) (department|ministry|agency|council|portfolio|body|authority|service|board|office)s?\b"
    r"|\b(debt|self|public|customer|customs|other|net|total) services?\b|\bservices\b",
    re.IGNORECASE,
)


_DOCUMENT: Final = re.compile(
    r"(?:^|(?<=\W))(?:(?:draft|final|annual|main|provisional|detailed)\s+)*"
    r"(?:budgets?|returns?|estimates?|out-?turn|spending|expenditure|accounts|statistics|tables?|summary|submission)\b",
    re.IGNORECASE,
)


_CAPTION: Final = re.compile(
    r"^\W*(table|tab\.|annex|schedule|statement|figure|chart|exhibit|appendix|no\.)\s*[\dA-Z][\w.()-]*\W", re.IGNORECASE
)


_TITLE_NOISE: Final = re.compile(
    r"\b(budget|draft|final|return|submission|spending|plans?|estimates?|out-?turn|forecast|provisional|tables?|"
    r"annex|schedule|by|programme|directorate|the|for|of|and|in|from|to|year|financial|fiscal|million|thousand|"
    r"billion|control|level|data|detailed?|summary|analysis|all|figures|amounts?|are|prices|cash|line|item|"
    r"cost|centre|account|as|at|on|end(ed|ing)?|reports?|page|version|run|print(ed)?|date|time|period|months?|"
    r"quarters?|(un)?audited|official|internal|sensitive|status|use|only|user|stand|situation|au|al|exercice|ejercicio|"
    r"esercizio|exercicio|exercício)\b|[£$€]\w*|\bfy\b|\d+|[^\w\s&,'’-]",
    re.IGNORECASE,
)


_NO_SPENDING: Final = re.compile(
    r"\b(balance sheet|(statement of )?(financial|net) position|assets and liabilities|net assets"
    r"|(use of |movement in |earmarked )?reserves?( statement| balances?| summary| position)?$|^reserves?\b"
    r"|fund balances?"
    r"|(outstanding|long[- ]term|external) (debt|borrowing)|debt (outstanding|position|stock)"
    r"|[eé]tat de la dette|estado de la deuda|schuldenstand"
    r"|workforce|staffing|head ?count|ftes?|wtes?|established posts"
    # Where money stands at the end of a month is no post.
    r"|(?<!monthly )(?<!quarterly )(?<!financial )(?<!cash )(?<!budget )(?<!end )(?<!net )positions"
    r"|[eé]tat du personnel|plantilla"
    r"|stellenplan|enroll?ments?|fees (and|&) charges( schedule| tariffs?)?(?=\W*\d|\W*$)|tariffs?"
    r"|(schedule of|proposed) (fees|charges)|council tax( bands?| base| by band)?(?=\W*\d|\W*$)"
    r"|band [a-h]|tax ?base|precepts?|mill (levy|rates?)|tax rates?|levy rates?"
    r"|exchange rates?|unit (costs|rates)|(local )?formula|tax impact|average home|population|valuations?"
    r"|assessed values?|key facts|assumptions|indices|(cost improvement|savings?) (programme|plan|included)"
    r"|(savings?|growth|pressures) included"
    r"|savings? (tracker|delivery|monitor(ing)?)|aged debt(ors)?|debtors|receivables|payables|capital employed"
    r"|senior (employee |staff |officer )?salar(y|ies)|salary bands|facility time|per (head|capita|person|pupil)"
    r"|(cash|bank) balances|output(s| targets| indicators)|performance indicators|kpis?|unit values|^rates$)\b",
    re.IGNORECASE,
)


def says_superseded(title: str) -> bool:
    """Whether a title or the name of a sheet says that another has taken its place.

    >>> says_superseded("Table 5 SUPERSEDED"), says_superseded("Budget (old)"), says_superseded("Old Town works")
    (True, True, False)
    """
    return bool(_SUPERSEDED.search(title))


_SUPERSEDED: Final = re.compile(
    r"\b(superseded|obsolete|outdated|withdrawn|do not use|not to be used|replaced by)\b"
    r"|\((old|alt|ancien(ne)?)\)|[-_ ]old$"
    r"|\b(überholt|veraltet|ersetzt durch|remplacé[e]? par|obsolète|sustituid[oa] por|obsolet[oa]|sostituit[oa] da)\b",
    re.IGNORECASE,
)


def says_no_spending(title: str) -> bool:
    """Whether a title or the name of a sheet speaks of balances, posts, rates or measures, and not of what is spent.

    >>> says_no_spending("Budgeted departmental balance sheet"), says_no_spending("Workforce (FTE)")
    (True, True)
    >>> says_no_spending("Transfers to reserves and contingencies"), says_no_spending("Public health")
    (False, False)
    >>> says_no_spending("Positions by department"), says_no_spending("Monthly positions")
    (True, False)
    """
    return bool(_NO_SPENDING.search(title)) or says_held(title)


def says_held(title: str) -> bool:
    """Whether a title says nothing but what is owned, owed, vouched for or promised for later.

    >>> says_held("Debt"), says_held("Table 4: Guarantees given"), says_held("Debt service"), says_held("Art assets")
    (True, True, False, False)
    """
    return _is_only("held", title) or _is_only("carried", title)


def says_not_granted(title: str) -> bool:
    """Whether a title says that what a table states was asked for and is in no budget, or is in another table.

    >>> says_not_granted("Bids not approved"), says_not_granted("Efficiencies included above")
    (True, True)
    >>> says_not_granted("Unfunded pensions"), says_not_granted("Approved bids")
    (False, False)
    """
    said = _PENSIONS.sub(" ", title)
    return lexicon.says("refused", said) or bool(_ABOVE.search(said))


def says_aside(name: str) -> bool:
    """Whether a title or the name of a sheet says nothing but that it is an example, an archive, or a list of what may
    come or is never paid.

    >>> says_aside("Example"), says_aside("Archive 2021"), says_aside("Pipeline repairs")
    (True, True, False)
    """
    return _is_only("aside", name)


def _is_only(meaning: lexicon.Meaning, title: str) -> bool:
    """Whether all that a title says is of a meaning, but for its number, year and unit, and words for a list."""
    said = lexicon.fold_words(vocabulary.without_year_and_unit(_CAPTION.sub(" ", title)))
    return lexicon.is_only(meaning, " ".join(_LISTED.sub(" ", said).split()))


_LISTED: Final = re.compile(
    r"\b(schedule|list|register|statement|summary|table|details?|total|position|of|the"
    r"|given|granted|issued|outstanding|held|owed|owing|as at|at|end of year|year end|liste|uebersicht|stand|etat"
    r"|estado|relacion|relacao|elenco|stato|des|der|die|de la|de los|de las|del|delle|dei|do|da|les|la|gegeben"
    r"|accordees|donnees|\d+)\b"
)
_PENSIONS: Final = re.compile(r"\bunfunded (public (service|sector) )?(pensions?|superannuation)\b", re.IGNORECASE)
_ABOVE: Final = re.compile(
    r"\b(?<!not )(already )?included (in |within )?(the )?(above|elsewhere|in (other|the) tables?)\b"
    r"|\b(oben|bereits) enthalten\b|\b(compris|inclus)e?s? ci[- ]dessus\b|\binclu[ií]d[oa]s? (arriba|anteriormente)\b",
    re.IGNORECASE,
)


_OF_WHICH: Final = re.compile(
    r"\b(of which|thereof|administration (budgets?|costs?|expenditure)|running costs?|included (in|within) (the )?above"
    r"|frais de fonctionnement|verwaltungs(ausgaben|kosten)|davon)\b",
    re.IGNORECASE,
)


def says_part(title: str) -> bool:
    """Whether a title says that what a table states is a part of what is spent.

    >>> says_part("Table 4 Administration budgets"), says_part("Administration")
    (True, False)
    """
    return bool(_OF_WHICH.search(title))


_MEASURED: Final = re.compile(r"\b(outputs?|outcomes?|indicators?|kpis?|measures?)\b", re.IGNORECASE)
_AIMED_AT: Final = re.compile(r"\b(targets?|baselines?|milestones?)\b", re.IGNORECASE)


def says_targets(headers: Sequence[str]) -> bool:
    """Whether the headers of a table name outputs or indicators, and their baselines or targets.

    >>> says_targets(["Outputs", "Indicator", "Baseline", "Target 2024"]), says_targets(["Programme", "Target 2024"])
    (True, False)
    """
    return any(map(_MEASURED.search, headers)) and any(map(_AIMED_AT.search, headers))


def is_badge(text: str) -> bool:
    """Whether a text is a mark of the publication, such as "Official Statistics", and no header."""
    return bool(_BADGE.search(text))


def says_contents(text: str) -> bool:
    """Whether a text calls its sheet a contents page."""
    return bool(
        re.match(r"^\W*(table of )?contents\b|^\W*(index|list) of (tables|sheets)\b|^\W*index\W*$", text, re.IGNORECASE)
    )


def says_continued(text: str) -> bool:
    """Whether a title says that a table goes on from the page or sheet before, or on the next one.

    >>> says_continued("Budget (cont'd)"), says_continued("continued overleaf"), says_continued("Continued support")
    (True, True, False)
    """
    return bool(_CONTINUED.search(text))


_CONTINUED: Final = re.compile(
    r"\bcont(inued|inuation|'?d)?\b\.?\W*$|\(cont(inued|'?d)?\.?\)"
    r"|^\W*continue[sd]? (over(leaf)?|on (the )?(next|page))\b",
    re.IGNORECASE,
)


def is_generic(name: str) -> bool:
    """Whether a sheet's name says nothing about whose budget it is.

    >>> is_generic("Sheet1"), is_generic("Budget status"), is_generic("Q2_2024"), is_generic("Transport budget")
    (True, True, True, False)
    """
    return bool(_GENERIC.match(strip_years(name).strip())) or not _may_name(name)


def names_body(text: str) -> bool:
    """Whether a text names an organisation, such as a department or a council.

    >>> names_body("Department for Transport"), names_body("Administration budgets"), names_body("Council tax")
    (True, False, False)
    """
    return bool(_BODY_NAME.search(_NO_BODY.sub(" ", text))) and not says_total(text)


def body_in_title(title: str) -> tuple[str, float]:
    """The body that a title names, with how sure that is; empty and zero where it names none.

    A title that is only a name, such as "Culture and Sport", may be a body's or the table's: 0.5.

    >>> body_in_title("Department: Culture and Sport"), body_in_title("Ministry of Works budget 2026-27")
    (('Culture and Sport', 0.95), ('Ministry of Works', 0.75))
    >>> body_in_title("Accredited Official Statistics"), body_in_title("Table 3. Spending by function")
    (('', 0.0), ('', 0.0))
    >>> body_in_title("Budget status - as of June 30"), body_in_title("Page 1 of 3")
    (('', 0.0), ('', 0.0))
    """
    line = " ".join(title.split())
    labelled = _BODY_LABEL.match(line)
    if labelled:
        return labelled["name"].strip(), 0.95
    if is_badge(line) or len(line) > 120:
        return "", 0.0
    parts = [part.strip() for part in re.split(r"\s*[:|–—]\s*|\s+-\s+", line)]
    if _CAPTION.match(line):
        # A table's caption speaks of its figures; only a part of it that is all name can be a body's.
        parts = [part for part in parts[1:] if not _DOCUMENT.search(part)]
        return next(((part, 0.7) for part in parts if names_body(part) and len(part.split()) <= 8), ("", 0.0))
    for part in parts:
        if names_body(part):
            return _without_document(part), 0.75
    names = [part for part in parts if _may_name(part) and not find_unit(part)]
    named = [part for part in names if not _DOCUMENT.search(part)]
    return (strip_years(named[0]).strip(" ,-:"), 0.5) if named else ("", 0.0)


def _may_name(part: str) -> bool:
    """Whether words are left of a title beside those of documents, days, pages and parts of a year."""
    words = _TITLE_NOISE.sub(" ", part.replace("_", " ")).split()
    return any(not find_period(word) and (len(word) > 1 or not word.isascii()) for word in words)


def _without_document(part: str) -> str:
    """A body's name without the words for the document that follow it, and without years."""
    name = _DOCUMENT.split(strip_years(part))[0].strip(" ,-:'’")
    return name if names_body(name) else strip_years(part).strip(" ,-:")
