"""Units as governments write them: the scale is never lost beside a currency that was found, and never made up."""

import pytest

from budget_align.core.values.money import Currency, Unit
from importers.words.unit_words import find_unit

WRITTEN = {
    "INR": {
        "₹ in lakh crore": 10**12,
        "(In ₹ crores)": 10**7,
        "(In ` crores)": 10**7,
        "Rs. in lakhs": 10**5,
        "Rupees in Thousand": 10**3,
    },
    "KWD": {"KWD thousand": 10**3, "KWD million": 10**6, "thousand KWD": 10**3, "(KD 000)": 10**3, "KWD": 1},
    "BHD": {"BHD billions": 10**9},
    "JPY": {"JPY million": 10**6, "¥ bn": 10**9, "¥": 1, "予算額(千円)": 10**3, "百万円": 10**6},
    "RUB": {"тыс. руб.": 10**3, "млн рублей": 10**6},
    "UAH": {"тис. грн": 10**3},
    "EUR": {
        "€ mn": 10**6,
        "Mio. €": 10**6,
        "T€": 10**3,
        "Ansatz 2024 (TEUR)": 10**3,
        "in 1.000 €": 10**3,
        "millones de euros": 10**6,
        "miles de euros": 10**3,
        "en milliers d’euros": 10**3,
        "M€": 10**6,
        "Md€": 10**9,
        "Importo in migliaia di euro": 10**3,
        "bedragen x 1.000 euro": 10**3,
        "Ansatz in €": 1,
    },
    "DKK": {"mio. kr.": 10**6, "1.000 kr.": 10**3, "kr.": 1},
    "SEK": {"tkr": 10**3, "mnkr": 10**6},
    "PLN": {"w tys. zł": 10**3, "mln zł": 10**6, "zł": 1},
    "CZK": {"tis. Kč": 10**3, "mil. Kč": 10**6},
    "HUF": {"ezer Ft": 10**3, "millió Ft": 10**6, "eFt": 10**3, "MFt": 10**6},
    "RON": {"mii lei": 10**3, "mil. lei": 10**6, "mld. lei": 10**9},
    "RSD": {"у хиљадама динара": 10**3, "u hiljadama dinara": 10**3},
    "AMD": {"հազար դրամ": 10**3},
    "KZT": {"млн теңге": 10**6, "мың теңге": 10**3},
    "MNT": {"сая төгрөг": 10**6},
    "ISK": {"þús. kr.": 10**3},
    "BDT": {"কোটি টাকা": 10**7},
    "COP": {"miles de millones de pesos": 10**9, "millones de pesos": 10**6},
    "BRL": {"R$ mil": 10**3, "(R$ 1.000)": 10**3, "em milhares de reais": 10**3, "R$ milhões": 10**6},
    "ZAR": {"R million": 10**6, "R'000": 10**3},
    "NGN": {"N'000": 10**3, "₦ billion": 10**9},
    "KES": {"KShs Millions": 10**6},
    "UGX": {"UGX bn": 10**9},
    "USD": {"$000s": 10**3, "Dollars in Millions": 10**6, "(in thousands of dollars)": 10**3},
    "CAD": {"$ million": 10**6},
    "GBP": {"£'000": 10**3, "£m": 10**6, "Budget 2024-25 £": 1, "£ bn": 10**9, "millions of pounds": 10**6},
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, said in WRITTEN.items() for text in said])
def test_a_unit_is_read_as_its_own_people_write_it(code: str, text: str) -> None:
    assert find_unit(text, Currency(code)) == Unit(code, WRITTEN[code][text])


@pytest.mark.parametrize("text", ["mil euros", "mil. Kč", "R$ mil", "$mil"])
def test_a_word_that_is_another_scale_in_another_language_states_no_unit(text: str) -> None:
    assert find_unit(text) is None


@pytest.mark.parametrize("text", ["Roads", "All projects", "In all", "We try", "M25 junction", "Programme 000", "km"])
def test_a_name_states_no_unit(text: str) -> None:
    assert find_unit(text, Currency("GBP")) is None


@pytest.mark.parametrize(("code", "text", "found"), [("CAD", "US$ million", "USD"), ("GBP", "€ million", "EUR")])
def test_another_currency_than_the_governments_is_named(code: str, text: str, found: str) -> None:
    assert find_unit(text, Currency(code)) == Unit(found, 10**6)


@pytest.mark.parametrize("text", ["Fr.", "2025 / Fr.", "Budget 2025 in Fr.", "Gross costs 2025 Fr."])
def test_a_symbol_at_the_end_of_a_header_names_another_currency(text: str) -> None:
    assert find_unit(text, Currency("GBP")) == Unit("CHF")


@pytest.mark.parametrize("text", ["Mo-Fr", "Frau M. Fr", "Le", "Ar.", "Net DA", "Total no."])
def test_a_name_or_a_shortening_at_the_end_of_a_header_is_no_currency(text: str) -> None:
    assert find_unit(text, Currency("GBP")) is None


@pytest.mark.parametrize("text", ["Energy bill £", "Mill £", "Minimum £", "Milan (£)"])
def test_a_word_that_begins_as_a_scale_does_is_none(text: str) -> None:
    unit = find_unit(text, Currency("GBP"))
    assert unit is None or unit.multiplier == 1


def test_more_zeros_than_thousands_have_state_no_unit() -> None:
    assert find_unit("Budget 2024-25 (£0,000)", Currency("GBP")) is None
