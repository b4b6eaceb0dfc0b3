"""Real terms and spend per head, worked on paper and by properties."""

import tomllib
from pathlib import Path

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from budget_align.config import load_settings
from budget_align.core.values.fiscal_year import APRIL, FiscalCalendar
from budget_align.core.values.money import Currency
from budget_align.core.values.prices import Deflator, in_real_terms, per_head
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK, Terms

ROOT = Path(__file__).resolve().parents[3]


def deflator(**facts: object) -> Deflator:
    return Deflator.model_validate({"source": "paper", "index": {"2024-25": 95.0, "2025-26": 100.0}, **facts})


def test_an_amount_is_told_in_the_prices_of_another_year() -> None:
    # 95 × 100 ÷ 95 = 100, and the other way round.
    assert in_real_terms(95_00, 2024, 2025, deflator()) == 100_00
    assert in_real_terms(100_00, 2025, 2024, deflator()) == 95_00
    # Two percent a year after the last: 100 × 1.02² = 104.04 in 2027-28.
    assumed = deflator(growth_after=2.0, growth_source="a guess that is told")
    assert in_real_terms(100_00, 2025, 2027, assumed) == 104_04
    guess = "After 2025-26 prices are taken to rise by 2% a year (a guess that is told)."
    assert guess in assumed.told(2026, APRIL)
    assert guess in assumed.told(2024, APRIL, 2027)
    assert guess not in assumed.told(2025, APRIL)


def test_a_year_that_the_deflator_does_not_reach_is_refused() -> None:
    assert not deflator().covers(2026)
    for year in (2023, 2026):
        with pytest.raises(RefusedError, match=f"no value for the year that begins in {year}"):
            in_real_terms(1, year, 2025, deflator())
    with pytest.raises(RefusedError, match="no value for the year that begins in 2023"):
        in_real_terms(1, 2023, 2025, deflator(growth_after=2.0, growth_source="x"))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"index": {"soon": 5}}, "no fiscal year"),
        ({"index": {"2025-26": 0}}, "greater than 0"),
        ({"index": {}}, "at least 1 item"),
        ({"index": {"2020-21": 90, "2022-23": 95}}, "the year that begins in 2021 is missing"),
        ({"growth_after": 2.0}, "where the growth after the last year comes from"),
        ({"source": ""}, "at least 1 character"),
        ({"currency": "XYZ"}, "no currency"),
        ({"fiscal_year_starts": 13}, "less than or equal to 12"),
    ],
)
def test_a_deflator_that_does_not_hold_together_is_refused(facts: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        deflator(**facts)


amounts = st.integers(10**6, 10**12)


@given(amounts, amounts, st.floats(0.5, 2.0), st.integers(2024, 2025))
def test_rebasing_the_deflator_keeps_real_growth(before: int, after: int, scale: float, base: int) -> None:
    rebased = deflator(index={year: value * scale for year, value in deflator().index.items()})

    def growth(prices: Deflator, base: int) -> float:
        return in_real_terms(after, 2025, base, prices) / in_real_terms(before, 2024, base, prices)

    assert growth(deflator(), 2025) == pytest.approx(growth(rebased, base), rel=1e-5)


@given(amounts, st.integers(1, 10**7))
def test_heads_add_up_to_the_amount_but_for_rounding(amount: int, people: int) -> None:
    each = per_head(amount, people)
    assert each is not None
    assert abs(each * people - amount) <= people / 2


def test_the_deflator_that_comes_with_the_product_is_the_published_one(shared_data: Path) -> None:
    """Each year's index beside what the Treasury's own cash and real-terms totals imply, to what their rounding to
    £0.1bn allows."""
    shipped = load_settings(ROOT / "config.toml").deflator
    assert shipped is not None
    book = python_calamine.CalamineWorkbook.from_path(shared_data / "hm-treasury" / "pesa_2025_ch4_tables.xlsx")
    checked = 0
    for row in book.get_sheet_by_name("4_1").to_python():
        years = APRIL.find_years(str(row[0])) if len(str(row[0])) == 7 else []
        if years and years[0] in shipped.index:
            cash, real = [cell for cell in row if isinstance(cell, float)][-3:-1]
            implied = 100 * cash / real
            assert shipped.index[years[0]] == pytest.approx(implied, abs=100 * 0.1 / real + 0.005), row[0]
            checked += 1
    assert checked == len(shipped.index) > 20


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ('[deflator]\nsource = "x"', "deflator ▸ index: Field required"),
        ('[deflator]\nsource = "x"\n[deflator.index]\nsoon = 5', "'soon' is no fiscal year"),
        ("[deflator.index]\n2025-26 = 100", "deflator ▸ source: Field required"),
    ],
)
def test_prices_in_config_that_cannot_be_used_are_told(tmp_path: Path, said: str, problem: str) -> None:
    (tmp_path / "config.toml").write_text(said, encoding="utf-8")
    with pytest.raises(RefusedError, match=problem):
        load_settings(tmp_path / "config.toml")


def test_config_says_where_prices_come_from() -> None:
    facts = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    assert "table 4.1" in facts["deflator"]["source"]


def test_prices_speak_of_governments_of_their_currency_and_fiscal_year_alone() -> None:
    american = Terms(Currency("USD"), FiscalCalendar(10, "FY2026"))
    assert deflator().fits(UK)
    assert not deflator().fits(american)
    theirs = deflator(currency="usd", fiscal_year_starts=10, index={"2024": 95.0, "2025": 100.0})
    assert theirs.fits(american)
    assert theirs.told(2025, american.calendar).startswith("Real terms are in prices of FY2026, by the GDP deflator")
