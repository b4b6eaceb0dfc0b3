"""The words of rows: what labels and the headings over them say of the figures beside them, as evidence weighed beside
arithmetic: totals, parts, balances, deductions, shares, notes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from importers.words import lexicon

_KEPT: Final = 1 << 17
"""Labels whose meaning is kept: every step over a table asks the same of each."""


_TOTAL: Final = re.compile(
    # Where a word begins, not where it ends.
    r"\b(?=\w)((sub-?\s?)?totals?|(?<!lump )(?<!lump-)sum|aggregate"
    r"|insgesamt|gesamt\w*summe|(gesamt|zwischen)total|zwischensumme|summe(?!r)\w*|totale[ns]?|totaux"
    r"|sous-total|celkem|celkom|uhrnem|úhrnem|spolu|ogolem|ogółem|razem|łącznie|totaal|subtotaal|suma|soma|somma|summa"
    r"|totalt|i alt|ialt|yhteensä|összesen|mindösszesen|ukupno|svega|skupaj|toplam|итого|всего|разом|усього"
    r"|totalsum(ma)?|hovedtotal|eindtotaal|celkový (součet|súčet)|végösszeg|loppusumma|sveukupno|итог|підсумок|άθροισμα"
    r"|укупно|свега|вкупно"
    r"|общо|σύνολο|kokku|kopā|iš viso|gjithsej|jumlah|keseluruhan|tổng|tổng cộng|ensemble)\b",
    re.IGNORECASE,
)
_TOTAL_IN_OTHER_SIGNS: Final = re.compile(
    r"סה[\"״]כ|إجمالي|اجمالي|مجموع|合計|総計|小計|合计|总计|小计|합계|총계|소계|รวม|^計$"
)
_BEGINS_AS_TOTAL: Final = re.compile(
    # "= Ordinary income": the sign says that it is made of the rows before it.
    r"^(\s*=\s*[^\W\d]|all (bodies|councils|departments|ministries|portfolios|programmes|services)\b)",
    re.IGNORECASE,
)


GRAND_TOTAL: Final = re.compile(
    r"\b(grand|overall)\s+total\b|^\s*total\s*$"
    # What spreadsheet programs call the last row of a pivot, among others.
    r"|\btotale? (general|général|geral|generale|complessivo)\b|^\W*(gesamtsumme|eindtotaal|totalsum(ma)?|hovedtotal"
    r"|kaikki yhteensä|végösszeg|genel toplam|suma końcowa|celkový (součet|súčet)|sveukupno|общий итог"
    r"|загальний підсумок|γενικό (άθροισμα|σύνολο))\W*$|総計|总计|總計|총계|총합계",
    re.IGNORECASE,
)


_BEGINS_AS_PART: Final = re.compile(
    r"^\W*((of\s+which|including|incl\.|thereof|davon|darunter|dont\b|de los cuales|de las cuales|di cui|dos quais"
    r"|w tym|z toho|waarvan|varav|heraf|herav|hvorav|josta|sellest|din care|ebből|od čega|od toga|trong đó|di antaranya"
    r"|(в|у) (том|тому) числ[еі]|в т\.\s?ч\.?|из них|з них|от които|в това число|εκ των οποίων"
    r"|από (τις οποίες|τα οποία|τους οποίους))(?!\w)"
    r"|其中|うち|그\s?중|이\s?중|منها|من بينها|מזה|מתוכם|ในจำนวนนี้)",
    re.IGNORECASE,
)
_INCLUDED: Final = re.compile(
    r"\b(?=\w)(included (above|(in|within) (the )?(above|total|net|gross))|(darin|oben) enthalten"
    r"|(inclus|compris)(es?|s)? (dans le total|ci-dessus)|inclu[ií]d[oa]s? (en el total|arriba|acima|no total))\b",
    re.IGNORECASE,
)


@lru_cache(_KEPT)
def says_of_which(label: str) -> bool:
    """Whether a label says that its row, or what stands under it, is part of another row.

    >>> says_of_which("of which: rail"), says_of_which("davon Personal"), says_of_which("Fees included above")
    (True, True, True)
    >>> says_of_which("Services of which we are proud")
    False
    """
    return bool(_BEGINS_AS_PART.search(label) or _INCLUDED.search(label))


_MEMO: Final = re.compile(
    r"^\W*(memo(?:randum)?|pour m[eé]moire|nachrichtlich|pro memoria|per memoria|para memoria|ter informatie)\b",
    re.IGNORECASE,
)


def says_memo(text: str) -> bool:
    """Whether a text begins by saying that what it names is only shown: "Memo: capital financing"."""
    return bool(_MEMO.search(text))


def says_counted_elsewhere(text: str) -> bool:
    """Whether a heading or label says of its money that it is shown here and counted elsewhere: a memorandum, where
    the money comes from, or what is given to other bodies.
    """
    return any(said.search(text) for said in (_MEMO, _FINANCING, TRANSFER, LOCAL_GOVERNMENT))


TRANSFER: Final = re.compile(
    r"\bgrants?\s+to\s+(local authorities|councils|other)|\blocal government\b.*\bgrants?\b"
    r"|\bLA\b.*\b(specific )?grant|\btransfers?\s+(to|from)\b|\bmemo(randum)?\b",
    re.IGNORECASE,
)


LOCAL_GOVERNMENT: Final = re.compile(r"local authorit|local government|\bLA\b|\bcouncils?\b", re.IGNORECASE)


_FINANCING: Final = re.compile(
    r"\b(funded|financed) (by|from)\b|\b(sources? of )?(funding|financing|finance)\b", re.IGNORECASE
)


_DERIVED_ROW: Final = re.compile(
    r"^\W*(rates? per\b|(net )?(surplus|deficit)(?=\W*$|\s*(/|\(|or\b|for the\b))"
    r"|(overall|primary|fiscal|budget) balance|ισοζ[υύ]γιο"
    r"|(net )?(change|increase|decrease|movement)( \(decrease\))? in (the )?(fund|cash|net|general|working)? ?"
    r"(balances?|reserves?|position|assets)"
    r"|(net )?excess(\W+(or )?(deficiency|deficit|shortfall)\W)? ?of (total )?(revenues?|receipts|income|resources)"
    r"(?= (and|over|under|\(under))|(budget|funding) (gap|shortfall|surplus|deficit)"
    r"|(total )?comprehensive (income|result|loss)(?=\W|$)"
    r"|net (\(cost of\)|operating (result|balance|position)(?=\W|$))"
    r"|netto(aufwand|ertrag|kosten|ausgaben|einnahmen)|(net|overall|total) (increase|decrease|change)(?=\W*$|\s*\()"
    r"|(annual |weighted |overall |national )?(average|mean|median)s?"
    r"(?=\s*($|[(%:,]|(of|per|for|pay|costs?|staff\w*|numbers?|salar\w+|prices?|rates?|weekly|annual|monthly|age)\b))"
    r"|(year[- ]on[- ]year |annual )?(change|growth|variance|difference)"
    r"(?=\s*($|[(%,]|on\b|from\b|since\b|over\b|between\b|20|19|to (the )?((19|20)\d\d|budget|estimates?)\b)))\b",
    re.IGNORECASE,
)


_HEADING_LENGTH: Final = 80


_MEASURES_HEADING: Final = re.compile(
    r"^\W*((key )?performance (measures?|indicators?|statistics|data)|workload( (measures?|indicators?|data))?"
    r"|(key )?indicators?|output (measures?|indicators?)|service (measures?|statistics)|statistics"
    r"|(authori[sz]ed |budgeted |approved |staffing )?(positions|posts|staffing( summary)?|headcount|ftes?))\W*$",
    re.IGNORECASE,
)


_SHARE_HEADING: Final = re.compile(
    r"^\W*(annual |average )?(per ?cent(age)?s?|%|proportions?|shares?)\b"
    r"|\b(per ?cent(age)?|%) (distribution|change|share|of)\b"
    r"|\bas (a )?(per ?cent(age)?|%|proportion|share) of\b|\(\s*(%|per ?cent)\s*\)\s*$",
    re.IGNORECASE,
)


_SHARE_ROW: Final = re.compile(
    r"\b(as (a |an )?(per ?cent(age)?|%|proportion|share) of|(per ?cent(age)?|%) (of|change|increase|growth))\b"
    r"|^\W*(per ?cent|percentage|%)( of \w+)?\W*$",
    re.IGNORECASE,
)


_WORDS_OF_NAME = 6


_NOTE: Final = re.compile(
    r"^\W*(sources?|notes?|foot-?notes?|n\.?b\.?|symbols?|key|see also|for (more|further) details)\b\s*[:.\d]"
    r"|^(sources?|notes?|footnotes?)\W*$|^see (the )?(foot-?)?notes?\b"
    r"|^(\(\w{1,2}\)|\[[\w ]{1,8}\]|\\\w{1,2}\\?|[*†‡¹²³⁴-⁹]+|\d{1,2}[/)])\s*\S.{24,}"
    r"|^[-–—\s]*(NA|X|Z|D|S|B)\b\.?\s+(not|less|represents|withheld|figure|entry|base|data)\b"
    r"|^[-–—]\s*represents\b|^https?://\S+$",
    re.IGNORECASE,
)


_BALANCE: Final = re.compile(
    r"\b(?=\w)((balances?|reserves?|cash|net position)\W+(at (the )?)?(beginning|ending|opening|closing"
    r"|(start|end)( of (the )?(year|period))?)\b"
    r"|(opening|closing|starting|beginning|ending|final)\s+(\w+\s+){0,2}(balances?|reserves?)\b"
    r"|(brought|carried)\s+(forward|down)\b(?!\s+(?!(from|to|at|as|in|on|into|for|page|balance|total)\b)[a-z])"
    r"|[bc]/f\b|balance\s+(at|as at|on)\b"
    r"|(balances?|cash|bank|funds|reserves)(\W+(at|as|in|and|of|on|the|bank|hand|held|cash|account)){0,5}\W+\d{1,2}"
    r"(st|nd|rd|th)?(\W(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|[./]\d{1,2}[./]\d{2,4})\b)",
    re.IGNORECASE,
)
_BEGINS_AS_BALANCE: Final = re.compile(
    r"^\W*((übertrag|[àa] reporter|suma y sigue|suma anterior|a riportare|[dz]o? przeniesienia)\W*$"
    r"|(balance\s+)?[bc]\s?/\s?[fd]\b)",
    re.IGNORECASE,
)


@lru_cache(_KEPT)
def says_balance(label: str) -> bool:
    """Whether a row states what was there before or is left after, as opening balances and carried forward do.

    >>> says_balance("Balance b/f"), says_balance("Closing balance of reserves"), says_balance("Balanced diets")
    (True, True, False)
    >>> says_balance("Cash at bank 1 January"), says_balance("Bank holidays"), says_balance("Funds 31.12.2024")
    (True, False, True)
    >>> says_balance("Stan na koniec roku"), says_balance("Anfangsbestand"), says_balance("Остаток на начало года")
    (True, True, True)
    """
    said = bool(_BALANCE.search(label) or _BEGINS_AS_BALANCE.search(label))
    return said or lexicon.says("opening", label) or lexicon.says("closing", label)


def says_opening(label: str) -> bool:
    """Whether a balance is that of the beginning."""
    return says_balance(label) and bool(
        lexicon.says("opening", label)
        or re.search(r"\b(opening|starting|beginning|brought)\b|\bb\s?/\s?[fd]\b", label, re.I)
    )


@lru_cache(_KEPT)
def says_share_row(label: str) -> bool:
    """Whether a row's label says that its figures are percentages, rates or counts of staff, among rows of amounts.

    >>> says_share_row("Net debt to GDP ratio (%)"), says_share_row("% ΑΕΠ"), says_share_row("Increase %")
    (True, True, True)
    >>> says_share_row("Band D council tax"), says_share_row("5% efficiency programme"), says_share_row("Ration books")
    (True, False, False)
    >>> says_share_row("Population ('000)"), says_share_row("Debt service coverage"), says_share_row("Pupil numbers")
    (True, True, True)
    >>> says_share_row("Population health"), says_share_row("Pupil transport"), says_share_row("Per capita grants")
    (False, False, False)
    """
    ratio = _RATIO_ROW.search(label) or _BEGINS_AS_RATIO.search(label) or _NUMBER_OF.search(label)
    return bool(
        ratio or ("%" in label and _PER_CENT_SIGN.search(label)) or _SHARE_ROW.search(label) or _PER_HEAD.search(label)
    )


_PER_HEAD: Final = re.compile(
    r"\b(na (1 |jednoho )?(obyvatele|obyvateľa|mieszkańca|osobę)|je einwohner(in)?|pro kopf|par (habitant|tête)"
    r"|por (habitante|persona)|pe(r|r hver)? (inwoner|invånare|innbygger|abitante)|pr\.? (indbygger|innbygger)"
    r"|pro capite|pe locuitor|kişi başına|asukasta kohti|egy főre|pro (osobu|einwohner))\W*(\([^)]*\))?\W*$",
    re.IGNORECASE,
)


_RATIO_ROW: Final = re.compile(
    r"\b(?=\w)((established|funded|authori[sz]ed) (posts|positions)\b|(ftes?|wtes?)\b\)?\W*$|band d\b"
    r"|per cent( of\b|\W*$)|numbers? on roll\b|(average|total) enrol(l)?ment\b|deflators?\b"
    r"|(pupil|student|staff|employee|teacher) numbers?\b"
    r"|per (head|capita|person|pupil|student|household|resident)(?=\W*(\(|£|\$|€|$))|(tax|council tax) base\b"
    r"|(price|cost|inflation|volume) ind(ex|ices)\b|(exchange|interest|inflation) rates?\W*$|coverage( ratio)?\W*$"
    r"|days(?= (of )?cash\b| on hand\b)|ratios?(?=\W*$|\W*\(|\s+(of|to)\b))",
    re.IGNORECASE,
)
_BEGINS_AS_RATIO: Final = re.compile(
    r"^\W*(outputs? ?:|(total )?(ftes?|wtes?|full[- ]time[- ]equivalents?|head ?count|staff numbers)\b"
    r"|(total |resident |mid-year |school )?(population|pupil)s?(?=\W*($|\(|'?\d)| (numbers?|estimates?|count)\b)"
    r"|((cpi|rpi|cpih) )?inflation( assumptions?)?\W*$"
    r"|(nominal |real )?(gdp|gross domestic product)\b\W*(\([^)]*\))?\W*$|%)",
    re.IGNORECASE,
)
_NUMBER_OF: Final = re.compile(r"(^|:) ?(total |average )?number of\b", re.IGNORECASE)
_PER_CENT_SIGN: Final = re.compile(r"(?<![\d.,])(?<!\d\s)%\s*$|\(\s*%[^)]*\)\W*$")
"""Looked for apart from one another: what begins alike is passed over fast, and a choice of beginnings never is."""


def says_share_heading(text: str) -> bool:
    """Whether a heading over rows says that they are percentages or changes."""
    return len(text) < _HEADING_LENGTH and bool(_SHARE_HEADING.search(text))


def says_measures_heading(text: str) -> bool:
    """Whether a heading says that what follows are counts of work, results or posts, and no amounts.

    >>> says_measures_heading("Performance measures:"), says_measures_heading("AUTHORIZED POSITIONS")
    (True, True)
    >>> says_measures_heading("Statistics office"), says_measures_heading("Positions of trust fund")
    (False, False)
    """
    return bool(_MEASURES_HEADING.match(text))


@lru_cache(_KEPT)
def says_derived_row(label: str) -> bool:
    """Whether a row's label says that its figures are averages or changes of other rows, or what two leave.

    >>> says_derived_row("Excess (deficiency) of revenues over (under) expenditures"), says_derived_row("Mean pay")
    (True, True)
    >>> says_derived_row("Excess of income over expenditure"), says_derived_row("Excess of loss insurance")
    (True, False)
    """
    return bool(_DERIVED_ROW.search(label) or _SURPLUS.search(label))


_STOCK: Final = re.compile(
    r"\b(balances?|cash|reserves?|funds? at|bank|brought forward|carried forward|transfers? (to|from))\b", re.IGNORECASE
)


def says_stock(label: str) -> bool:
    """Whether a row speaks of what is there at a day, or moves to and from it.

    >>> says_stock("Bank balance 1 January"), says_stock("Transfer to reserves"), says_stock("Street lighting")
    (True, True, False)
    """
    return bool(_STOCK.search(label))


_LEAVES: Final = re.compile(
    r"\b(surplus|profits?|earnings|ebitda|net income|operating income|gewinn|jahres(ü|ue)berschuss|b[eé]n[eé]fices?"
    r"|exc[eé]dent|superavit|super[aá]vit|utile|avanzo)\b",
    re.IGNORECASE,
)


def says_surplus(label: str) -> bool:
    """Whether a row is called what is left of income after spending.

    >>> says_surplus("Surplus for the year"), says_surplus("Funding gap"), says_surplus("Net expenditure")
    (True, False, False)
    """
    return bool(_LEAVES.search(label))


_SURPLUS: Final = re.compile(r"(?:ü|ue)berschuss(?:es?)?\W{0,3}$", re.IGNORECASE)


_RESULT: Final = re.compile(
    r"\W*((net|budget(ed)?|operating|annual|planned)\s+)*(surplus|deficit)(\W+(surplus|deficit))?"
    r"(\W+(for|of) the (financial )?(year|period))?\W*"
    r"|[\w\s/-]*(ü|ue)bersch(u|ü|ue)(ss|ß)e?\W*|\W*mehr(ertr[aä]g|aufwand|einnahmen?|ausgaben?)e?\W*"
    r"|\W*fehlbetrag\W*|\W*saldo\W*|\W*(jahres|gesamt|netto|rechnungs)?ergebnis\W*|\W*(dis)?avanzo(\W+di gestione)?\W*"
    r"|\W*((exc[eé]dent|d[eé]ficit|super[aá]vit)\W*){1,2}((de l.exercice|del ejercicio)\W*)?"
    r"|\W*(nadwyżka|deficyt|overskud|underskud|overskudd|underskudd|överskott|underskott|resultat|resultado)\W*",
    re.IGNORECASE,
)


@lru_cache(_KEPT)
def names_result(label: str) -> bool:
    """Whether a row is called what is left between spending and income, and nothing else.

    >>> names_result("Surplus for the year"), names_result("Ertrags-/Aufwandüberschuss"), names_result("Saldo")
    (True, True, True)
    >>> names_result("Deficit recovery grant"), names_result("Transfer of surplus"), names_result("Deficit funding")
    (False, False, False)
    """
    return bool(_RESULT.fullmatch(label))


def says_note(text: str) -> bool:
    """Whether a text begins as a footnote or a source does.

    >>> says_note("(1) Transactions have been affected by reforms."), says_note("Source: HM Treasury")
    (True, True)
    >>> says_note("1. General public services")
    False
    """
    return bool(_NOTE.search(text.strip()))


_NOTES_HEADING: Final = re.compile(
    r"\W*(foot)?notes?\W*|\W*(glosas?|notas?|anmerkung(en)?|erläuterungen|remarques?|note|uwagi|poznámky)\s*:\W*",
    re.IGNORECASE,
)


def says_notes_heading(text: str) -> bool:
    """Whether a text between rows says that notes follow, and nothing else.

    >>> says_notes_heading("GLOSAS :"), says_notes_heading("Notes"), says_notes_heading("Notes and coins")
    (True, True, False)
    """
    return bool(_NOTES_HEADING.fullmatch(text))


def is_sentence(text: str) -> bool:
    """Whether a text is written as a sentence, as notes between rows are and names of what money is for are not.

    >>> is_sentence("Includes 3.2 million for new commitments, see page 14."), is_sentence("Grants to bodies etc.")
    (True, False)
    """
    return text.rstrip().endswith(".") and len(text.split()) > _WORDS_OF_NAME


def says_financing(text: str) -> bool:
    """Whether a heading or label says where money comes from, not what it is spent on."""
    return bool(_FINANCING.search(text))


_FUNDED_BY: Final = re.compile(r"^\W*(funded|financed|met) (by|from)\b", re.IGNORECASE)


def says_funded_by(heading: str) -> bool:
    """Whether a heading over rows says that they are where the money above them comes from."""
    return bool(_FUNDED_BY.search(heading))


_SOURCES: Final = re.compile(
    r"\W*(total )?(funding( sources?)?|sources? of (funding|funds|finance|financing)|(funded|financed|met) (by|from))"
    r"\W*",
    re.IGNORECASE,
)


def says_sources(heading: str) -> bool:
    """Whether a heading says that money comes from what stands under it, and nothing else.

    >>> [says_sources(text) for text in ("Funding", "Sources of funds:", "School funding", "Finance")]
    [True, True, False, False]
    """
    return bool(_SOURCES.fullmatch(heading))


@lru_cache(_KEPT)
def says_total(label: str) -> bool:
    """Whether a label calls its row or column a total."""
    said = _TOTAL.search(label) or _BEGINS_AS_TOTAL.search(label)
    return bool(said or (not label.isascii() and _TOTAL_IN_OTHER_SIGNS.search(label)))


@lru_cache(_KEPT)
def without_total(label: str) -> str:
    """A total's label without the words that call it a total, folded for comparing with a heading."""
    stripped = re.sub(r"\b(grand|overall|sub-?)?\s?totals?\b|\(?\blevel\s*\d\b\)?", " ", label, flags=re.IGNORECASE)
    return fold_label(stripped)


_PAGE = re.compile(
    r"\W*(page|p\.|seite|s\.|pagina|página|pág\.|strona|str\.|strana|side|sida|sivu|oldal)\s*(n[oº°]\W*)?\d+"
    r"(\s*(of|von|de|di|sur|van|z|/)\s*\d+)?\W*",
    re.IGNORECASE,
)


_LESS: Final = re.compile(
    r"\W*(less|deduct(ions?(?=\W*:|\W+(for|from|of)\b)|ed)?(?=\W)|minus|net of(?=\W*:|\W+(fees|income|receipts|grants))"
    r"|abz(u|ü|ue)glich|abzgl|\./\.|moins|à déduire|déductions?|menos|a deducir|"
    r"meno|a detrarre|deduções|verminderd met|af te trekken|pomniejszone o|avgår)(\W+|$)",
    re.IGNORECASE,
)


@lru_cache(_KEPT)
def says_less(label: str) -> bool:
    """Whether a row's label begins by saying that it is taken off.

    >>> says_less("Less: fees and charges"), says_less("abzgl. Erträge"), says_less("Lessons")
    (True, True, False)
    """
    return bool(_LESS.match(label))


def says_page(text: str) -> bool:
    """Whether a text is the number of a page and nothing else.

    >>> says_page("Page 3 of 12"), says_page("Seite 4"), says_page("Pages of history")
    (True, True, False)
    """
    return bool(_PAGE.fullmatch(text))


@lru_cache(_KEPT)
def fold_label(label: str) -> str:
    """A label as labels are compared: letters and digits only, without case."""
    return " ".join(re.sub(r"[^\w]+", " ", label.casefold()).split())
