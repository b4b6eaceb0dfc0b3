"""Fiscal years: a year is the whole number of its first calendar year, so that 2021-22 is 2021."""

from __future__ import annotations

import re

EARLIEST, LATEST = 1900, 2099

_SPAN = re.compile(r"(?<![\d.,])(?P<first>(?:19|20)\d\d)\s?[-–—/_]\s?(?P<second>(?:19|20)?\d\d)(?![\d.,]\d|\d)")
_SHORT_SPAN = re.compile(r"(?<![\d.,/])(?P<first>\d\d)\s?[-–—/_]\s?(?P<second>\d\d)(?![\d/]|[.,]\d)")
_FY = re.compile(r"\bF\.?Y\.?\s?'?(?P<year>(?:19|20)\d\d|\d\d)\b(?!\s?[-–—/]\s?\d)", re.IGNORECASE)
_SINGLE = re.compile(r"(?<![\d.,£$€-])(?P<year>(?:19|20)\d\d)(?![\d]|[.,]\d)")


def label(year: int) -> str:
    """The year as finance teams write it.

    >>> label(2021), label(1999)
    ('2021-22', '1999-00')
    """
    return f"{year}-{(year + 1) % 100:02d}"


def find_years(text: str) -> list[int]:
    """The fiscal years that a text names, in order, each once.

    Reads 2021-22, 2021/22, 2021-2022, 21-22, FY22 (the year that ends in 2022) and, where the text has none of
    these, a plain 2021 (the year that begins in 2021). A span that is not two years in a row, such as 2019-23, is
    no year.

    >>> find_years("2021-22 Capital £million")
    [2021]
    >>> find_years("% change, 2021/22 on 2020/21")
    [2021, 2020]
    >>> find_years("FY26"), find_years("plan 2019-23")
    ([2025], [])
    """
    years: list[int] = []
    for match in _SPAN.finditer(text):
        first, second = int(match["first"]), int(match["second"][-2:])
        if second == (first + 1) % 100:
            years.append(first)
    rest = _SPAN.sub(" ", text)
    if not years:
        for match in _FY.finditer(rest):
            year = int(match["year"])
            years.append((year if year > 99 else 2000 + year) - 1)
    if not years:
        for match in _SHORT_SPAN.finditer(rest):
            first, second = int(match["first"]), int(match["second"])
            if second == (first + 1) % 100 and 1 <= first <= 60:
                years.append(2000 + first)
    if not years:
        years = [int(match["year"]) for match in _SINGLE.finditer(rest)]
    return list(dict.fromkeys(year for year in years if EARLIEST <= year <= LATEST))


def strip_years(text: str) -> str:
    """The text without its years, for what remains to be read."""
    for pattern in (_SPAN, _FY, _SHORT_SPAN, _SINGLE):
        text = pattern.sub(" ", text)
    return text
