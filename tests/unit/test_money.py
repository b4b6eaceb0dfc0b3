"""Amounts are whole pence; text becomes money in one place."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.money import MAXIMUM, Unit, format_amount, format_short, parse_amount, parse_written, to_minor

POUNDS, THOUSANDS, MILLIONS = Unit("GBP", 1), Unit("GBP", 1_000), Unit("GBP", 1_000_000)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("1,234.50", 123450),
        ("£1,234.5", 123450),
        ("(1,234.50)", -123450),
        ("£(12)", None),
        ("(£12)", -1200),
        ("12.00-", -1200),
        ("−12", -1200),
        ("- 12", -1200),
        ("1 234 567", 123456700),
        ("-", 0),
        ("nil", 0),
        ("..", None),
        ("n/a", None),
        ("5%", None),
        ("12 Main Street", None),
        ("2.5m", 250000000),
        ("£3bn", 300000000000),
        ("40k", 4000000),
        ("19.5 [r]", 1950),
        ("19.5*", 1950),
        ("(5", None),
        ("1,23,456", None),
        ("-(5)", None),
        ("", None),
    ],
)
def test_text_becomes_pence(text: str, pence: int | None) -> None:
    assert parse_amount(text, POUNDS) == pence


def test_a_unit_multiplies_and_a_scale_in_the_text_goes_before_it() -> None:
    assert parse_amount("(1.5)", THOUSANDS) == -150_000
    assert parse_amount("2.5m", THOUSANDS) == 250_000_000


def test_a_float_is_taken_for_what_the_spreadsheet_shows() -> None:
    assert to_minor(0.1, MILLIONS) == 10_000_000
    assert to_minor(461.799755, MILLIONS) == 46_179_975_500


def test_what_is_beyond_any_budget_is_no_money() -> None:
    for number in (1e308, float("inf"), float("nan")):
        with pytest.raises(OverflowError):
            to_minor(number, POUNDS)


@given(st.integers(-MAXIMUM, MAXIMUM))
def test_an_amount_written_out_reads_back(pence: int) -> None:
    assert parse_amount(format_amount(pence), POUNDS) == pence
    assert parse_amount(format_amount(pence, symbol=False), POUNDS) == pence


@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from([POUNDS, THOUSANDS, MILLIONS]))
def test_brackets_and_minus_say_the_same(value: Decimal, unit: Unit) -> None:
    written = parse_written(f"({abs(value)})")
    assert written is not None
    assert written.value == -abs(value)
    assert to_minor(-value, unit) == -to_minor(value, unit)


@pytest.mark.parametrize(
    ("pence", "said"),
    [(0, "£0.00"), (99_950_000_000, "£999.5m"), (99_999_999_999, "£1.00bn"), (5_371_955_000_000, "£53.72bn")],
)
def test_headlines_round_up_to_the_next_scale(pence: int, said: str) -> None:
    assert format_short(pence) == said
