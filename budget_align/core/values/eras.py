"""Fiscal years as calendars other than the Gregorian write them: the eras of Japan, the Republic's years of Taiwan,
the Buddhist era of Thailand, the solar years of Iran and those of Nepal.

Each is put as the span of Gregorian years in which it begins and ends, which every government's calendar reads.
Sources: the Unicode CLDR for the first years of the eras; the fiscal years of Japan (April), Thailand (October before),
Iran (March), Nepal (July) and Taiwan (January) as their budget acts set them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

_FIRST_YEARS: Final = {"令和": 2019, "平成": 1989, "昭和": 1926, "R": 2019, "H": 1989}
_OF_REPUBLIC: Final = 1912
_LARGEST_OF_REPUBLIC: Final = 199
_JAPANESE: Final = re.compile(
    r"(?P<era>令和|平成|昭和)\s?(?P<year>元|\d{1,2})\s?年度?|(?<![A-Za-z])(?P<letter>[RH])(?P<short>\d{1,2})(?=年|[\u3040-\u9fff])"
)
_TAIWANESE: Final = re.compile(
    r"(?:(?:中華)?民國\s?)?(?<!\d)(?P<year>1[0-2]\d|[89]\d)\s?年度|(?:中華)?民國\s?(?P<era>1[0-2]\d|\d\d)\s?年"
)
_EAST_ASIAN_DAY: Final = re.compile(
    r"(?P<era>令和|平成|昭和|(?:中華)?民國)?\s?(?<!\d)(?P<year>元|\d{1,4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]"
    r"(?:\s?(?P<day>\d{1,2})\s?[日일])?"
)
"""A day or a month as East Asia writes it: 令和6年4月12日, 民國113年4月, 2024년 4월 12일."""

_FISCAL_YEAR: Final = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?年度")
_THAI: Final = re.compile(r"(?<!\d)(?P<year>25[4-9]\d)(?!\d)")
_THAI_LETTERS: Final = re.compile(r"[\u0e00-\u0e7f]")
_IRANIAN: Final = re.compile(r"(?<!\d)(?P<year>1[34]\d\d)(?!\d)")
_ARABIC_LETTERS: Final = re.compile(r"[\u0600-\u06ff]")
_HIJRI: Final = re.compile(r"هـ|هجري")
_OF_NEPAL: Final = re.compile(r"[\u0900-\u097f]|\bB\.?S\b")
"""What tells that a year is of Nepal's calendar: its letters and digits, or the name of its era."""

_NEPALESE: Final = re.compile(r"(?<!\d)(?P<year>20[7-9]\d)\s?[-–—/]\s?(?P<next>(?:20)?\d\d)(?!\d)")


def in_gregorian_years(text: str) -> str:
    """A text with the years of other calendars written as spans of Gregorian ones, and all digits as 0 to 9.

    >>> in_gregorian_years("令和6年度予算"), in_gregorian_years("113年度"), in_gregorian_years("ปีงบประมาณ 2567")
    ('2024-25予算', '2024-25', 'ปีงบประมาณ 2023-24')
    >>> in_gregorian_years("2080/81 BS"), in_gregorian_years("२०८०/८१"), in_gregorian_years("بودجه سال 1403")
    ('2023-24 BS', '2023-24', 'بودجه سال 2024-25')
    >>> in_gregorian_years("民國113年"), in_gregorian_years("令和6年4月12日"), in_gregorian_years("2024年度")
    ('2024-25', '2024-04-12', '2024-25')
    >>> in_gregorian_years("Budget 2025-26")
    'Budget 2025-26'
    """
    nepalese = bool(_OF_NEPAL.search(text))
    if not text.isascii():
        text = "".join(
            str(unicodedata.decimal(character)) if not character.isascii() and character.isdecimal() else character
            for character in text
        )
        text = _EAST_ASIAN_DAY.sub(_of_day, text)
        text = _JAPANESE.sub(_of_japan, text)
        text = _TAIWANESE.sub(_of_republic, text)
        text = _FISCAL_YEAR.sub(_less(0), text)
        if _THAI_LETTERS.search(text):
            text = _THAI.sub(_less(544), text)
        if _ARABIC_LETTERS.search(text) and not _HIJRI.search(text):
            text = _IRANIAN.sub(_less(-621), text)
    return _NEPALESE.sub(_of_nepal, text) if nepalese else text


_AT_HOME: Final = {
    "JPY": (re.compile(r"[RH]\d{1,2}"), "{}年度"),
    "TWD": (re.compile(r"1[0-2]\d|9\d"), "{}年度"),
    "THB": (re.compile(r"25[4-9]\d"), "ปี {}"),
    "IRR": (re.compile(r"1[34]\d\d"), "سال {}"),
    "NPR": (re.compile(r"20[7-9]\d\s?[-–—/]\s?(?:20)?\d\d"), "{} BS"),
}
"""By currency, a year of the calendar at home that stands alone, and how it is written where it says so."""


def has_home_calendar(currency: str) -> bool:
    """Whether a government with this currency counts years by another calendar."""
    return currency in _AT_HOME


def name_era(text: str, currency: str) -> str:
    """A text that is nothing but a year of the calendar of a government with this currency as the span of Gregorian
    years that it is; any other text as it stands.

    >>> name_era("R7", "JPY"), name_era("R7", "GBP"), name_era("2567", "THB"), name_era("R7 Roads", "JPY")
    ('2025-26', 'R7', '2023-24', 'R7 Roads')
    """
    alone, written = _AT_HOME.get(currency, (None, ""))
    if alone is None or not alone.fullmatch(text.strip()):
        return text
    span = re.search(r"\d{4}-\d\d", in_gregorian_years(written.format(text.strip())))
    # A year of the Republic is a calendar year, which a span would leave open.
    return text if span is None else span[0][:4] if currency == "TWD" else span[0]


def _span(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02d}"


def _less(years: int) -> Callable[[re.Match[str]], str]:
    return lambda match: _span(int(match["year"]) - years)


def _of_republic(match: re.Match[str]) -> str:
    return _span(int(match["year"] or match["era"]) - 1 + _OF_REPUBLIC)


def _of_day(match: re.Match[str]) -> str:
    """A day as ISO 8601 writes it, and a month alone in as few marks; of no era, years are those of the Republic."""
    year = 1 if match["year"] == "元" else int(match["year"])
    if match["era"] in _FIRST_YEARS:
        year += _FIRST_YEARS[match["era"]] - 1
    elif _LARGEST_OF_REPUBLIC // 2 < year <= _LARGEST_OF_REPUBLIC or match["era"]:
        year += _OF_REPUBLIC - 1
    day = f"-{int(match['day']):02d}" if match["day"] else ""
    return f"{year}-{int(match['month']):02d}{day}" if day else f"{year}M{int(match['month']):02d}"


def _of_japan(match: re.Match[str]) -> str:
    year = match["year"] or match["short"]
    return _span(_FIRST_YEARS[match["era"] or match["letter"]] + (1 if year == "元" else int(year)) - 1)


def _of_nepal(match: re.Match[str]) -> str:
    year = int(match["year"])
    return _span(year - 57) if int(match["next"][-2:]) == (year + 1) % 100 else match[0]
