"""A fiscal year is the whole number of its first calendar year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.values.fiscal_year import APRIL, MONTHS, STYLES, FiscalCalendar, Style, read_year, strip_years
from budget_align.core.values.refusal import RefusedError


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2021-22\n\nFiscal\nResource\n\n£million", [2021]),
        ("Budget 2025/26", [2025]),
        ("Scottish Budget: 2021-2022", [2021]),
        ("25-26", [2025]),
        ("FY26", [2025]),
        ("FY 2026", [2025]),
        ("FY2025-26", [2025]),
        ("Outturn 2024", [2024]),
        ("2020-21 on 2019-20", [2020, 2019]),
        ("1999-00", [1999]),
        ("plan for 2019-23", []),
        ("£2,021 thousand", []),
        ("2021.5", []),
        ("Table 12-13a", [2012]),
        ("fy2526", [2025]),
        ("Mar24", [2023]),
        ("令和6年度", [2024]),
        ("Centre 120", []),
        ("P0899", []),
        ("nothing", []),
    ],
)
def test_years_are_found_in_text(text: str, years: list[int]) -> None:
    assert APRIL.find_years(text) == years


MONTH = st.integers(1, 12)


@st.composite
def calendars(draw: st.DrawFn) -> FiscalCalendar:
    """Any habit that a government may have."""
    starts = draw(MONTH)
    styles: list[Style] = ["2025", "FY2025"] if starts == 1 else list(STYLES)
    return FiscalCalendar(starts, draw(st.sampled_from(styles)), draw(st.sampled_from(["", "start", "end"])))


@given(st.integers(1950, 2098), calendars())
def test_every_year_reads_back_from_its_label_in_every_habit(year: int, calendar: FiscalCalendar) -> None:
    said = calendar.label(year)
    assert read_year(said, calendar) == year
    assert calendar.find_years(f"Capital {said} (€m)") == [year]
    assert strip_years(said).strip() == ""


@given(st.integers(1950, 2098), calendars().filter(lambda calendar: calendar.starts != 1))
def test_a_span_is_understood_whatever_the_habit(year: int, calendar: FiscalCalendar) -> None:
    for said in (f"{year}-{(year + 1) % 100:02d}", f"{year}/{year + 1}", f"{year} to {year + 1}"):
        assert read_year(said, calendar) == year


@given(st.dates(date(1950, 1, 1), date(2098, 12, 31)), calendars())
def test_a_day_falls_in_the_year_that_has_begun_and_not_ended(day: date, calendar: FiscalCalendar) -> None:
    year = calendar.year_of(day)
    assert date(year, calendar.starts, 1) <= day < date(year + 1, calendar.starts, 1)


def test_a_year_that_is_named_by_its_end_is_the_one_before() -> None:
    assert read_year("FY2026", FiscalCalendar(10, "FY2026")) == 2025
    assert read_year("FY26", FiscalCalendar(10, "FY2026")) == 2025
    assert read_year("FY2026", FiscalCalendar(1, "2025")) == 2026
    assert read_year("2026", FiscalCalendar(7, "2026")) == 2025
    assert read_year("2026", FiscalCalendar(7, "2025")) == 2026


def test_a_bare_year_that_is_open_is_refused_with_both_meanings() -> None:
    with pytest.raises(RefusedError, match="'2026' may be 2025-26 or 2026-27; write which of them"):
        read_year("2026", APRIL)
    assert read_year("2026", FiscalCalendar(bare="end")) == 2025
    assert read_year("2026", FiscalCalendar(bare="start")) == 2026


def test_a_span_is_either_of_two_calendar_years_until_a_person_says_which() -> None:
    for said in ("2024-25", "2024/2025", "24/25"):
        with pytest.raises(RefusedError, match=f"{said!r} may be 2024 or 2025; write which of them"):
            read_year(said, FiscalCalendar.of_month(1))
        assert read_year(said, FiscalCalendar(1, "2025", "start")) == 2024
        assert read_year(said, FiscalCalendar(1, "2025", "end")) == 2025
    # A bare year stays what it is.
    assert read_year("2024", FiscalCalendar(1, "2025", "end")) == 2024


def test_a_month_that_is_none_and_a_style_that_cannot_be_are_refused() -> None:
    for month in (0, 13, -4):
        with pytest.raises(RefusedError, match=f"{month} is no month"):
            FiscalCalendar.of_month(month)
    assert [FiscalCalendar.of_month(month).starts for month in range(1, 13)] == list(range(1, len(MONTHS) + 1))
    with pytest.raises(RefusedError, match="'26' is no way to write"):
        FiscalCalendar.of_month(4, "26")
    with pytest.raises(RefusedError, match="within one calendar year"):
        FiscalCalendar.of_month(1, "2025-26")


def test_a_short_span_may_be_glued_to_a_word_and_not_to_a_code() -> None:
    assert APRIL.find_years("value12_13") == [2012]
    assert APRIL.find_years("Q12-13") == APRIL.find_years("A112_13") == []
