"""The words that name a part of a year: months, quarters, weeks, the year so far."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from importers.words.lexicon import fold_words

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


def says_part_of_year(header: str) -> bool:
    """Whether a header says that its amounts are of a year so far, not of the whole year."""
    return bool(re.search(r"\bytd\b|\b(year|spend|budget|actuals?|income)?[- ]?to[- ]date\b", header, re.IGNORECASE))


def says_year_is_over(title: str) -> bool:
    """Whether a title says that its amounts are those of the last period of a year.

    >>> says_year_is_over("Fiscal Year 2025  Period 13"), says_year_is_over("Period 7"), says_year_is_over("Month 12")
    (True, False, True)
    >>> says_year_is_over("For the 12 months ended 30 June 2025"), says_year_is_over("Final accounts at year end")
    (True, False)
    """
    return bool(_YEAR_IS_OVER.search(title))


_YEAR_IS_OVER: Final = re.compile(
    r"\b(period|month|periode|monat|mois|mes)\W{0,3}(1[2-6])\b(?! (to|of)\b)|\b(12|twelve) months (ended|ending|to)\b",
    re.IGNORECASE,
)


def says_year_so_far(header: str) -> bool:
    """Whether a header names the year so far itself, and not only what was decided up to now.

    >>> says_year_so_far("YTD budget"), says_year_so_far("Budget year to date"), says_year_so_far("Estimates to date")
    (True, True, False)
    """
    return bool(re.search(r"\bf?ytd\b|\byear[- ]to[- ]date\b", header, re.IGNORECASE))
