"""Fiscal years: a year is the whole number of its first calendar year, so that 2021-22 is 2021.

When it begins, and how it is written, is a government's own: its `FiscalCalendar`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from budget_align.core.values.eras import in_gregorian_years
from budget_align.core.values.refusal import RefusedError

EARLIEST, LATEST = 1900, 2099

Style = Literal["2025-26", "2025/26", "FY2026", "FY2025", "2026", "2025"]
"""How the year that begins in 2025 is written; "2025" for calendar years too."""

STYLES: Final[tuple[Style, ...]] = ("2025-26", "2025/26", "FY2026", "FY2025", "2026", "2025")

Named = Literal["", "start", "end"]
"""Whether a bare year such as 2026 is the one in which a fiscal year starts or ends; empty where nobody said."""

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

_SPAN = re.compile(r"(?<![\d.,])(?P<first>(?:19|20)\d\d)\s?(?:[-–—/_]|to)\s?(?P<second>(?:19|20)?\d\d)(?![\d.,]\d|\d)")
_SHORT_SPAN = re.compile(
    r"(?:(?<=FY)|(?<=fy)|(?<=[A-Za-z]{3})|(?<![\w.,/]))['’‘]?(?P<first>\d\d)\s?[-–—/_]\s?['’‘]?(?P<second>\d\d)"
    r"(?![\d/]|[.,]\d)"
)
_PACKED_SPAN = re.compile(
    r"(?:(?<![\w.,/£$€-])|(?<=\bFY))(?P<first>(?:19|20)\d\d)(?P<second>(?:19|20)?\d\d)(?![\w/-]|[.,]\d)", re.IGNORECASE
)
"""Two years side by side, such as 202324; 201112 may be a month, so that only those past the twelfth are read so."""

_PACKED_FY = re.compile(r"\b[FS]?FY\s?(?!20)(?P<first>\d\d)(?P<second>\d\d)\b", re.IGNORECASE)
_FY = re.compile(
    r"\b(?:[FS]?F\.?Y\.?|fiscal(?: year)?|financial year)\s?'?(?P<year>(?:19|20)\d\d|\d\d)\b(?!\s?[-–—/]\s?\d)",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"(?<![\d.,£$€-])(?<!\d{3}/)(?<!(?:1[3-9]|[2-9]\d)/)(?P<year>(?:19|20)\d\d)(?![\d]|[.,]\d)")
"""A year by itself; in 310/2024, which is no month either, it is part of the number of an act."""


_MAY_NAME_YEARS = re.compile(r"(?:19|20)\d\d|(?<!\d)\d\d(?!\d)|[Ff][Yy]|[^\x00-\x7f]")
"""Without four figures of a year or two figures alone, the sign of a fiscal year, or a letter that is not of ASCII, as
other calendars write some years with, a text names none; most codes are told so.
"""

_PERIOD_ENDED = re.compile(r"\b(year|period|months?|\d+ ?m)s? (ended|ending|to)\b|\b(y/?e|fye)\b", re.IGNORECASE)
_FROM_TO = re.compile(r"\b(to|until|till|through|thru|bis|au|al|hasta|tot|do)\b|[–—]|\s-\s", re.IGNORECASE)
_SHORT_FROM_TO = re.compile(
    rf"(?<!\d)\d\d?/\d\d?/\d\d\s*(?:{_FROM_TO.pattern}|-)\s*\d\d?/\d\d?/\d\d(?!\d)", re.IGNORECASE
)
_ENDED = re.compile(rf"{_PERIOD_ENDED.pattern}|\bas at\b|\bat\b", re.IGNORECASE)
_MONTH = "|".join(f"{name}|{name[:4]}\\.?|{name[:3]}\\.?" for name in MONTHS)
_WORDED_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s./-]+(?P<month>{_MONTH})[\s,./-]+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
)
_WORDED_MONTH = re.compile(
    rf"\b(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
)
_WRITTEN_DAY = re.compile(r"(?<!\d)(?P<day>\d{1,2})(?P<by>[/.-])(?P<month>\d{1,2})(?P=by)(?P<year>(?:19|20)\d\d)(?!\d)")
_ISO_DAY = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)")
_SHORT_DAY = re.compile(
    r"(?<![\d/.])(?P<day>\d{1,2})(?P<point>[/.])(?P<month>\d{1,2})(?P=point)(?P<year>\d\d)(?![\d/.])"
)
_SHORT_WORDED_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})[\s/-](?P<month>{_MONTH})[\s'’/-]+(?P<year>\d\d)(?!\d)", re.IGNORECASE
)
"""Days whose year is two figures: such a text may be a code too, so that only whole cells are read so."""

_PACKED_DAY = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])")

_DAYS = (_WORDED_DAY, _WORDED_MONTH, _WRITTEN_DAY, _ISO_DAY, _SHORT_WORDED_DAY)
_DAYS_IN_COLUMNS = (*_DAYS, _SHORT_DAY, _PACKED_DAY)


def _any_of(patterns: Iterable[re.Pattern[str]]) -> str:
    """Patterns as one without groups of fields; groups of marks keep their own names."""
    return "|".join(re.sub(r"\?P<(?:day|month|year)>", "?:", each.pattern) for each in patterns)


_DAY = re.compile(_any_of(_DAYS), re.IGNORECASE)
_MONTHS_ALONE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<month>{_MONTH})[\s'’./_-]*(?P<year>(?:19|20)?\d\d)",
        r"(?P<month>0?[1-9]|1[0-2])[/.-](?P<year>(?:19|20)\d\d)",
        r"(?P<year>(?:19|20)\d\d)(?:\s?M|[/-](?=\d\d))(?P<month>0?[1-9]|1[0-2])",
        rf"(?P<year>(?:19|20)\d\d)[\s,/-]+(?P<month>{_MONTH})",
    )
)
_MONTH_NAMED = re.compile(
    rf"\b(?P<month>{_MONTH})(?:[\s,]+(?P<year>(?:19|20)\d\d)|[\s]?['’-](?P<short>(?:19|20)?\d\d))\b", re.IGNORECASE
)
_SHORT_MONTH_ENDED = re.compile(
    rf"\b(?P<month>{_MONTH})\s(?P<year>(?P<short>[012]\d))(?![\d/.-]|\s?(?:19|20)\d\d)", re.IGNORECASE
)
"""A month with the last two figures of the year that ended then: "Y/E Mar 23"; the last day of a month is none."""

_MONTH_AND_DAY = re.compile(rf"(?P<month>{_MONTH})\s+(?P<day>\d\d)", re.IGNORECASE)
_BEFORE_DAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_AFTER_DAY = r"\.?(?:[ T]\d\d?:\d\d(?::\d\d)?(?:\.\d+)?\s?(?:[ap]m)?(?:Z|[+-]\d\d:?\d\d)?)?"
_DAY_ALONE = re.compile(f"{_BEFORE_DAY}(?:{_any_of(_DAYS)}){_AFTER_DAY}", re.IGNORECASE)
_DAY_IN_COLUMN = re.compile(f"{_BEFORE_DAY}(?:{_any_of(_DAYS_IN_COLUMNS)}){_AFTER_DAY}", re.IGNORECASE)
_SHORT_YEARS: Final = 4
"""Days with years of two figures, such as 15.02.24, are of no more years than this in one column; codes are of more."""

_LARGEST_MONTH: Final = 12
_FIRST_SHORT_YEAR: Final = 10


def _month_number(said: str) -> int:
    names = [month[:3].casefold() for month in MONTHS]
    return int(said) if said.isdigit() else names.index(said[:3].casefold()) + 1


def _may_be_short_days(texts: Iterable[str]) -> bool:
    """Whether those of some texts that are days with years of two figures are no codes such as 5.1.02: some day is past
    the twelfth, and all years are near each other and of no years long ago.
    """
    parts = [match for text in texts if (match := _SHORT_DAY.match(text))]
    years = {int(match["year"]) for match in parts}
    past = any(max(int(match["day"]), int(match["month"])) > _LARGEST_MONTH for match in parts)
    near = len(years) <= _SHORT_YEARS and min(years, default=_FIRST_SHORT_YEAR) >= _FIRST_SHORT_YEAR
    return not parts or (past and near)


def _short_months(text: str) -> list[re.Match[str]]:
    found = _SHORT_MONTH_ENDED.finditer(text)
    return [match for match in found if int(match["short"]) not in _last_days(_month_number(match["month"]))]


def _is_last_day(text: str) -> bool:
    """Whether a text is a month and its last day, as months are headed in a cash flow, rather than a year: June 30."""
    match = _MONTH_AND_DAY.fullmatch(text.strip())
    return match is not None and int(match["day"]) in _last_days(_month_number(match["month"]))


def _last_days(month: int) -> Set[int]:
    """The days on which a month may end."""
    return {monthrange(year, month)[1] for year in (2023, 2024)}


def _follows(span: re.Match[str]) -> bool:
    """Whether the second of two years is the one after the first."""
    return int(span["second"][-2:]) == (int(span["first"]) + 1) % 100


def _whole_year(said: str) -> int:
    return int(said) + (0 if len(said) == 4 else 2000)


def find_days(text: str, *, month_first: bool = False, short: bool = False) -> list[date]:
    """The days that a text names in full, the day before the month where both are numbers and nothing says otherwise.

    Args:
        text: what a cell says.
        month_first: the month stands before the day.
        short: what stands around the text says that it is a day, so that 15.02.24 and 20240215 are ones too.

    >>> find_days("year ended 31 March 2024"), find_days("at 31/03/2024"), find_days("2024-25")
    ([datetime.date(2024, 3, 31)], [datetime.date(2024, 3, 31)], [])
    >>> find_days("12-Sep-2023") == find_days("Sept 12, 2023") == find_days("12/09/2023")
    True
    """
    found = []
    for pattern in _DAYS_IN_COLUMNS if short else _DAYS:
        for match in pattern.finditer(text):
            day, month = int(match["day"]), _month_number(match["month"])
            if pattern in (_WRITTEN_DAY, _SHORT_DAY) and (month > 12 or (month_first and day <= 12)):
                day, month = month, day
            with suppress(ValueError):
                found.append(date(_whole_year(match["year"]), month, day))
    return found


@dataclass(frozen=True)
class FoundYear:
    """A fiscal year that a text names.

    Attributes:
        year: its first calendar year.
        written: the year as the text has it, where it is one number alone, such as 2026; None for a span.
        other: the year that the text may as well name, as 2026 does where nobody said whether fiscal years begin or end
            in it, and 2024-25 where they are calendar years; None where it is certain.
    """

    year: int
    written: int | None = None
    other: int | None = None

    @property
    def certain(self) -> bool:
        """Whether the text can name no other year."""
        return self.other is None


@dataclass(frozen=True)
class FiscalCalendar:
    """When a government's fiscal year begins, and how it writes one.

    Attributes:
        starts: the month, from 1 to 12.
        style: how it writes the year that begins in 2025.
        bare: what a bare year means where the style leaves it open, as a person said it; where fiscal years are
            calendar years, in which of its two years the money of a span such as 2024-25 is kept.

    >>> [FiscalCalendar(10, "FY2026").label(2025), FiscalCalendar(1, "2025").label(2025), FiscalCalendar().label(1999)]
    ['FY2026', '2025', '1999-00']

    Raises:
        RefusedError: there is no such month or style.
    """

    starts: int = 4
    style: Style = "2025-26"
    bare: Named = ""

    def __post_init__(self) -> None:
        if not 1 <= self.starts <= 12:
            raise RefusedError(
                "bad-month", f"{self.starts!r} is no month; say in which the fiscal year begins, from 1 to 12."
            )
        if self.style not in STYLES:
            said = ", ".join(STYLES)
            raise RefusedError(
                "bad-year-style", f"{self.style!r} is no way to write a fiscal year; choose one of {said}."
            )
        if self.starts == 1 and self.style not in ("2025", "FY2025"):
            raise RefusedError(
                "bad-year-style",
                f"A year that begins in January is within one calendar year, so that {self.style!r} cannot write it; "
                "choose 2025 or FY2025.",
            )

    @classmethod
    def of_month(cls, starts: int, style: str = "") -> FiscalCalendar:
        """The calendar of a year that begins in a month, written in a style or, without one, as is usual for it.

        >>> FiscalCalendar.of_month(1).style, FiscalCalendar.of_month(7).style
        ('2025', '2025-26')
        """
        usual = "2025" if starts == 1 else "2025-26"
        return cls(starts, style or usual)  # type: ignore[arg-type]  # an unknown style is refused by name

    @property
    def is_calendar_year(self) -> bool:
        """Whether a fiscal year is a calendar year."""
        return self.starts == 1

    @property
    def bare_year(self) -> Named:
        """What a bare year means: as the style says, else as a person said; empty where neither does."""
        if self.is_calendar_year or self.style in ("FY2025", "2025"):
            return "start"
        return "end" if self.style in ("FY2026", "2026") else self.bare

    def label(self, year: int) -> str:
        """A year as this government writes it."""
        if self.style in ("2025-26", "2025/26"):
            return f"{year}{self.style[4]}{(year + 1) % 100:02d}"
        named = year + 1 if self.style in ("FY2026", "2026") else year
        return f"FY{named}" if self.style.startswith("FY") else str(named)

    def year_of(self, day: date) -> int:
        """The fiscal year in which a day falls.

        >>> FiscalCalendar().year_of(date(2026, 3, 31)), FiscalCalendar(10).year_of(date(2026, 10, 1))
        (2025, 2026)
        """
        return day.year if day.month >= self.starts else day.year - 1

    def find(self, text: str) -> list[FoundYear]:
        """The fiscal years that a text names, in order, each once.

        Spans such as 2021-22, 2021/22, 2021 to 2022 and 21-22 say themselves which year they are, but where fiscal
        years are calendar years: they may be either of the two, until `bare` says which; FY22 and
        "fiscal 2022" name the year that ends in 2022, unless this government names years by their start; a bare 2021
        means what `bare_year` says, and is not certain where that is open. A day that begins or ends a fiscal year,
        or of which the text says that a year ended then, names that year, and so does one that is all that the text
        says; days from and to which it goes, within one fiscal year, name it; the year in any other day is none. A span
        that is not two years in a row, such as 2019-23, is no year.
        """
        # Every name of a sheet is asked, most of them again and again.
        return list(_years_in(self, text)) if _MAY_NAME_YEARS.search(text) else []

    def _find(self, text: str) -> list[FoundYear]:
        text, written = in_gregorian_years(text), text
        # The year of another calendar is one, whatever two of this it lies in.
        of_calendar = self if text == written else replace(self, bare="start")
        found = self._days(text) or of_calendar._spans(text)
        # 12/06/2024 names a day, however its day and month stand.
        rest = _DAY.sub(" ", _SPAN.sub(" ", text))
        if not found:
            found = [self._named_year(match["year"], self.bare_year or "end") for match in _FY.finditer(rest)]
        if not found:
            found = self._short_spans(rest)
        if not found:
            found = [self._named_year(match["year"], self.bare_year) for match in _SINGLE.finditer(rest)]
        kept = {each.year: each for each in reversed(found) if EARLIEST <= each.year <= LATEST}
        return list(reversed(kept.values()))

    def year_bounded_by(self, day: date) -> int | None:
        """The fiscal year that a day begins or ends; None for a day within one.

        >>> [FiscalCalendar().year_bounded_by(date(2024, *md)) for md in ((3, 31), (4, 1), (6, 1))]
        [2023, 2024, None]
        """
        after = day + timedelta(days=1)
        if (after.month, after.day) == (self.starts, 1):
            return self.year_of(day)
        return day.year if (day.month, day.day) == (self.starts, 1) else None

    def _days(self, text: str) -> list[FoundYear]:
        """The fiscal years that whole days in a text begin or end, those of which it says that they end, and that of a
        day alone.
        """
        alone = _DAY_ALONE.fullmatch(text.strip()) is not None
        ends = alone or _ENDED.search(text) is not None
        for pattern in _MONTHS_ALONE:
            if (month := pattern.fullmatch(text.strip())) and not self._spans(text) and not _is_last_day(text):
                return [FoundYear(self._year_of_month(month["month"], month["year"]))]
        days = find_days(text, short=any(said.search(text) for said in (_PERIOD_ENDED, _SHORT_FROM_TO)))
        if len(days) > 1 and _FROM_TO.search(text) and len(within := {self.year_of(day) for day in days}) == 1:
            return [FoundYear(within.pop())]
        found = []
        for day in days:
            year = self.year_bounded_by(day)
            if year is None and ends:
                year = self.year_of(day)
            if year is not None:
                found.append(FoundYear(year))
        return found or self._months(text, ends=_PERIOD_ENDED.search(text) is not None)

    def _months(self, text: str, *, ends: bool) -> list[FoundYear]:
        """The fiscal year within which all of several months lie that a text names, or at the end of which one does."""
        named = _DAY.sub(" ", text)
        months = list(_MONTH_NAMED.finditer(named)) or (_short_months(named) if ends else [])
        years = {self._year_of_month(month["month"], month["year"] or month["short"]) for month in months}
        return [FoundYear(years.pop())] if len(years) == 1 and (len(months) > 1 or ends) else []

    def _year_of_month(self, month: str, year: str) -> int:
        return self.year_of(date(_whole_year(year), _month_number(month), 1))

    def find_years(self, text: str) -> list[int]:
        """The fiscal years that a text names, in order, each once; a bare year that is open stands for the one that
        begins in it.

        >>> FiscalCalendar().find_years("% change, 2021/22 on 2020/21"), FiscalCalendar().find_years("FY26")
        ([2021, 2020], [2025])
        >>> [FiscalCalendar().find_years(text) for text in ("Mar-24", "April 2024", "2025 Jan")]
        [[2023], [2024], [2024]]
        >>> FiscalCalendar(1, "2025").find_years("FY26, plan 2019-23"), FiscalCalendar(7, "2026").find_years("2026")
        ([2026], [2025])
        """
        return [found.year for found in self.find(text)]

    def years_of_days(self, texts: Iterable[str]) -> list[int]:
        """The fiscal year of each of some texts, all of which are days as one column writes them; none where any is
        something else.

        >>> FiscalCalendar().years_of_days(["04/01/2024", "12/25/2024"]), FiscalCalendar().years_of_days(["04/01/2024"])
        ([2024, 2024], [2023])
        """
        said: list[str] = []
        for text in texts:
            said.append(in_gregorian_years(text.strip()))
            if not _DAY_IN_COLUMN.fullmatch(said[-1]):
                return []
        if not _may_be_short_days(said):
            return []
        written = [match for text in said if (match := _WRITTEN_DAY.match(text) or _SHORT_DAY.match(text))]
        month_first = any(int(match["month"]) > 12 for match in written)
        days = [find_days(text, month_first=month_first, short=True) for text in said]
        return [self.year_of(day[0]) for day in days] if all(days) else []

    def _named_year(self, text: str, named: Named) -> FoundYear:
        """The year that begins in a bare one unless it is known to end in it; open where neither is known."""
        year = int(text) if len(text) == 4 else 2000 + int(text)
        return FoundYear(year - 1 if named == "end" else year, year, None if named else year - 1)

    def _spanned_year(self, first: int) -> FoundYear:
        if not self.is_calendar_year:
            return FoundYear(first)
        return FoundYear(first + 1 if self.bare == "end" else first, other=None if self.bare else first + 1)

    def _spans(self, text: str) -> list[FoundYear]:
        packed = [
            match
            for match in _PACKED_SPAN.finditer(text)
            if len(match["second"]) == 4 or int(match["second"]) > _LARGEST_MONTH
        ]
        spans = [*_SPAN.finditer(text), *packed, *_PACKED_FY.finditer(text)]
        return [self._spanned_year(_whole_year(match["first"])) for match in spans if _follows(match)]

    def _short_spans(self, text: str) -> list[FoundYear]:
        pairs = ((int(match["first"]), int(match["second"])) for match in _SHORT_SPAN.finditer(text))
        return [
            self._spanned_year(2000 + first)
            for first, second in pairs
            if second == (first + 1) % 100 and 1 <= first <= 60
        ]


@lru_cache(maxsize=20_000)
def _years_in(calendar: FiscalCalendar, text: str) -> tuple[FoundYear, ...]:
    return tuple(calendar._find(text))


APRIL: Final = FiscalCalendar()
"""Years as rules, frameworks and settings write them: spans, and a bare year for the one that begins in it."""


def read_year(text: str, calendar: FiscalCalendar) -> int:
    """The one fiscal year that a person wrote.

    Raises:
        RefusedError: it is none, several, or one that may be either of two.
    """
    found = calendar.find(text)
    if len(found) != 1:
        raise RefusedError(
            "bad-year", f"{text!r} is no fiscal year; write it as {calendar.label(2025)}.", field="fiscal_year"
        )
    if found[0].other is not None:
        one, other = map(calendar.label, sorted((found[0].year, found[0].other)))
        raise RefusedError("bad-year", f"{text!r} may be {one} or {other}; write which of them.", field="fiscal_year")
    return found[0].year


def find_biennia(text: str) -> list[int]:
    """The first calendar years of two fiscal years in a row that a text names together, in order.

    >>> find_biennia("2023-25 enacted"), find_biennia("2023-24"), find_biennia("plan 2023 to 2028")
    ([2023], [], [])
    """
    spans = ((int(match["first"]), _whole_year(match["second"])) for match in _SPAN.finditer(text))
    return [first for first, second in spans if second == first + 2]


def says_year(text: str) -> bool:
    """Whether a text names a fiscal year, whichever it is."""
    return bool(APRIL.find(text))


def strip_years(text: str) -> str:
    """The text without its years, for what remains to be read."""
    if not any(map(str.isdecimal, text)):
        return text
    text = _PACKED_SPAN.sub(lambda match: " " if _follows(match) else match[0], text)
    text = _PACKED_FY.sub(lambda match: " " if _follows(match) else match[0], text)
    for pattern in (_SPAN, _FY, _SHORT_SPAN, _SINGLE):
        text = pattern.sub(" ", text)
    return text
