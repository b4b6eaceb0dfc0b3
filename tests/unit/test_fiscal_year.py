"""A fiscal year is the whole number of its first calendar year."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.fiscal_year import find_years, label, strip_years


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
        ("nothing", []),
    ],
)
def test_years_are_found_in_text(text: str, years: list[int]) -> None:
    assert find_years(text) == years


@given(st.integers(1950, 2098), st.sampled_from(["-", "/", "–"]))
def test_every_year_reads_back_from_its_label(year: int, stroke: str) -> None:
    said = label(year).replace("-", stroke)
    assert find_years(f"Capital {said} (£m)") == [year]
    assert strip_years(said).strip() == ""
