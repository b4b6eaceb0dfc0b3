"""Protection: money that is not free to move, by what it is: interest on debt, statutory payments, pensions of annually
managed expenditure, non-cash charges, and what a rule gives to no outcome on purpose. It is told by the budget control,
in the body's own words too, and by those of the programme and the account; contingency is told the same way, for
measures that leave it out.

The words are the terms by which budgets of several countries call these things; a line of other words is not taken for
one, so that a person protects it by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

import pandas as pd

from budget_align.core.returns.money_kind import kind_of_money, told_of, without_exceptions
from budget_align.core.values.folding import fold

INTEREST: Final = "debt interest"
STATUTORY: Final = "statutory"
PENSIONS: Final = "AME pensions"
NON_CASH: Final = "non-cash"
ON_PURPOSE: Final = "to no outcome on purpose"
CONTINGENCY: Final = "contingency"

PROTECTED: Final = (INTEREST, STATUTORY, PENSIONS, NON_CASH, ON_PURPOSE)
"""Why money is protected, each of which a person may free by its name."""

_WORDS: Final = {
    INTEREST: r"""
        \bdebt\ interest | ^interest(?:$|\ and\b|\W*[-–:,;/&(])
        | \binterest\ (?:payments?|payable|paid|expenses?|charges?|costs?)\b
        | \b(?:loans\ (?:fund|board)|lease|mortgage|overdraft|pfi|ppp)\ interest\b
        | \binterest\ on\ (?:the\ |our\ )?(?:\w+\ )?(?:debt|loans?|borrowings?|bonds?|gilts?)\b
        | \b(?:loan|bond|borrowing)\ (?:interest|charges|costs)\b | \bdebt\ (?:servic\w+|charges?|costs?)\b
        | \b(?:servicing|service)\ of\ (?:the\ )?(?:\w+\ )?debt | \b(?:public|national|government)\ debt\b
        | \b(?:charges?|service|interets?)\ de\ la\ dette | \binterets\ (?:de\ la\ dette|des\ emprunts)
        | \bschuldendienst\w* | \bzins(?:ausgaben|aufwand\w*|zahlungen|kosten)\b
        | \b(?:servicio|intereses)\ de\ la\ deuda | \bdeuda\ publica\b
        | \b(?:servico|juros)\ da\ divida | \binteressi\ (?:passivi|sul\ debito) | \brentelasten\b | \bllog\ ar\ ddyled
    """,
    CONTINGENCY: r"""
        ^contingenc(?:y|ies)$ | \bcontingenc(?:y|ies)\ (?:funds?|reserves?|provisions?|budgets?|sums?|items?|votes?)\b
        | \b(?:general|central|budget|unallocated|departmental)\ contingenc(?:y|ies)\b
        | \bunallocated\ (?:reserves?|provisions?|funds?|contingenc\w+)\b
        | ^(?:the\ )?(?:central\ |departmental\ |del\ |budget\ )?reserve$
        | \bdepenses\ (?:imprevues|eventuelles|accidentelles)\b | \bfondo\ de\ contingencia\b | \bimprevistos\b
        | \breserva\ de\ contingencia\b | \bfondo\ di\ riserva\b | \bunvorhergesehene?\w*\ ausgaben\b
    """,
    PENSIONS: r"""
        \bpensions?\b | \bsuperannuation\b | \bretirement\ benefits?\b | \bruhegeh\w+ | \bversorgungsbez\w+
        | \bretraites?\b | \bpensiones\b | \bpensioni\b | \bpensioenen\b | \bpensiynau\b
    """,
    STATUTORY: r"""
        (?<!non-)(?<!non\ )\bstatutory\b | \bstanding\ services?\b | \bdirect\ charges?\b
        | \bcharged\ (?:on|to)\ the\ consolidated\ fund\b | \bmandatory\ (?:spending|payments?|programmes?|programs?)\b
        | \bentitlements?\b | \bjudicial\ salaries\b | \bdepenses\ obligatoires\b | \bgesetzliche\w*\ leistungen\b
    """,
    NON_CASH: r"""
        \bnon-?\ ?cash\b | \bdepreciation\b | \bimpairments?\b | \bamorti[sz]ation\b | \babschreibung\w*
        | \bdotations?\ aux\ amortissements\b | \bamortizaciones?\b | \bdepreciacion\b | \bammortament[oi]\b
        | \bafschrijving\w*
    """,
}
_PATTERNS: Final = {name: re.compile(words, re.VERBOSE) for name, words in _WORDS.items()}
_SCHEME: Final = re.compile(r"\bpensions?\ schemes?\b|\bsuperannuation\b|\bpublic\ services?\ pensions?\b")
_NEAR_MISS: Final = re.compile(r"\binterest\ (?:receivable|received|rate|free)\b|\binterest-free\b|\bcivil\ contingenc")


def nature_of(control: str, *texts: str) -> str:
    """What money is by its control and by what it is called: one of the names above, or empty for any other.

    >>> nature_of("RDEL", "Servicing of the national debt"), nature_of("RDEL-NC", "Roads"), nature_of("RDEL", "Roads")
    ('debt interest', 'non-cash', '')
    >>> nature_of("Capital", "Interest"), nature_of("Annually managed", "Pensions"), nature_of("Statutory", "Buses")
    ('debt interest', 'AME pensions', 'statutory')
    """
    kind = kind_of_money(control)
    if kind == "non-cash":
        return NON_CASH
    for text in map(_plain, (*map(without_exceptions, texts), told_of(control))):
        if _NEAR_MISS.search(text):
            continue
        for name, pattern in _PATTERNS.items():
            if not pattern.search(text):
                continue
            # A pension is annually managed, or a scheme of a budget that does not say how it is managed.
            if name != PENSIONS or kind == "ame" or (kind == "other" and _SCHEME.search(text)):
                return name
    return ""


def _plain(text: str) -> str:
    """The text as conditions compare it, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", fold(text)) if not unicodedata.combining(c))


def natures(cells: pd.DataFrame, columns: Collection[str] = ("programme",)) -> pd.Series[str]:
    """`nature_of` of every row of a frame with a control and some columns of text."""
    known: dict[tuple[str, ...], str] = {}
    found = []
    for key in zip(cells["control"].astype(str), *(cells[name].astype(str) for name in columns), strict=True):
        if key not in known:
            known[key] = nature_of(*key)
        found.append(known[key])
    return pd.Series(found, index=cells.index, dtype="str")
