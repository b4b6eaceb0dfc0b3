"""Amounts are whole minor units of a currency; text becomes money in one place, and money text in one."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.values.money import (
    MAXIMUM,
    Currency,
    Unit,
    check_locale,
    check_sum,
    currency_of_symbol,
    format_amount,
    format_exactly,
    format_short,
    parse_amount,
    to_minor,
)
from budget_align.core.values.number_writing import spell
from budget_align.core.values.refusal import RefusedError

POUNDS, THOUSANDS, MILLIONS = Unit("GBP", 1), Unit("GBP", 1_000), Unit("GBP", 1_000_000)
GBP, YEN, DINARS = Currency("GBP"), Currency("JPY"), Currency("KWD")
CURRENCIES = st.sampled_from([YEN, GBP, DINARS])


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("1,234.50", 123450),
        ("£1,234.5", 123450),
        ("(1,234.50)", -123450),
        ("£(12)", -1200),
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
        ("1,23,456", 12345600),
        ("12.50 CR", -1250),
        ("-(5)", None),
        ("", None),
    ],
)
def test_text_becomes_minor_units(text: str, pence: int | None) -> None:
    assert parse_amount(text, POUNDS, GBP) == pence


def test_a_unit_multiplies_and_a_scale_in_the_text_goes_before_it() -> None:
    assert parse_amount("(1.5)", THOUSANDS, GBP) == -150_000
    assert parse_amount("2.5m", THOUSANDS, GBP) == 250_000_000
    assert parse_amount("2.5m", Unit(), YEN) == 2_500_000
    assert parse_amount("1.234", Unit(), DINARS) == 1_234


def test_a_float_is_taken_for_what_the_spreadsheet_shows() -> None:
    assert to_minor(0.1, MILLIONS, GBP) == 10_000_000
    assert to_minor(461.799755, MILLIONS, GBP) == 46_179_975_500


def test_what_is_beyond_any_budget_is_refused() -> None:
    for number in (1e308, float("inf"), float("nan")):
        with pytest.raises(RefusedError, match="beyond any budget"):
            to_minor(number, POUNDS, GBP)
    # 10¹⁵ dinars are 10¹⁸ fils, the most that is taken; one more dinar is too many, though pence still hold it.
    assert to_minor(10**15, Unit(), DINARS) == MAXIMUM
    assert to_minor(10**15 + 1, Unit(), GBP) == 10**17 + 100
    with pytest.raises(RefusedError, match="check the number and the unit"):
        to_minor(10**15 + 1, Unit(), DINARS)


def test_sums_that_could_leave_64_bits_are_refused() -> None:
    check_sum(np.array([MAXIMUM, -MAXIMUM, MAXIMUM, MAXIMUM]))
    with pytest.raises(RefusedError, match="together are beyond any budget"):
        check_sum(np.array([MAXIMUM] * 5))


@given(st.integers(-MAXIMUM, MAXIMUM), CURRENCIES)
def test_an_amount_written_out_reads_back(minor: int, currency: Currency) -> None:
    plain = format_amount(minor, currency, symbol=False)
    assert parse_amount(plain, Unit(), currency) == minor
    assert len(plain.partition(".")[2]) == currency.digits
    if currency is GBP:
        assert parse_amount(format_amount(minor, currency), Unit(), currency) == minor


@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from([POUNDS, THOUSANDS, MILLIONS]))
def test_brackets_and_minus_say_the_same(value: Decimal, unit: Unit) -> None:
    written = spell(f"({abs(value):f})")
    assert written is not None
    assert written.value(".") == -abs(value)
    assert to_minor(-value, unit, GBP) == -to_minor(value, unit, GBP)


@pytest.mark.parametrize(
    ("pence", "said"),
    [(0, "£0.00"), (99_950_000_000, "£999.5m"), (99_999_999_999, "£1.00bn"), (5_371_955_000_000, "£53.72bn")],
)
def test_headlines_round_up_to_the_next_scale(pence: int, said: str) -> None:
    assert format_short(pence, GBP) == said


def test_amounts_are_written_by_currency_and_locale() -> None:
    assert format_amount(123_456, Currency("USD"), locale="en_US") == "$1,234.56"
    assert format_amount(123_456, Currency("EUR"), locale="de_DE") == "1.234,56\xa0€"
    assert format_amount(1_234, YEN, locale="en_GB") == "JP¥1,234"
    assert format_short(1_234_567_000, DINARS).replace("\xa0", " ").endswith("1.2m")
    assert format_exactly(Decimal("-12.5"), YEN) == "−JP¥12.5"


def test_unknown_currencies_and_locales_are_refused_by_name() -> None:
    for code in ("XYZ", "pounds", "XAU", ""):
        with pytest.raises(RefusedError, match=f"^{code!r} is no currency; give its code"):
            Currency(code)
    with pytest.raises(RefusedError, match="'nowhere' is no locale"):
        check_locale("nowhere")


def test_a_symbol_is_the_governments_own_where_its_currency_writes_it() -> None:
    assert [currency_of_symbol("$", Currency(code)) for code in ("USD", "CAD", "GBP")] == ["USD", "CAD", "USD"]
    assert [currency_of_symbol(said, GBP) for said in ("eur", "€", "£", "?")] == ["EUR", "EUR", "GBP", ""]
