"""The table of currency symbols has what the Unicode CLDR says that people write at home."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies

from budget_align.core.values.currency_symbols import SYMBOLS, WEAK, without_point

_MARKS = "\u200e\u200f\u200b\u202f "


def written_at_home() -> dict[str, set[str]]:
    """The symbols of each currency in the official languages of the countries that use it."""
    found: dict[str, set[str]] = {}
    for country in Locale("en").territories:
        if len(country) != 2 or not country.isalpha():
            continue
        for code in map(str, get_territory_currencies(country)):
            for language in get_official_languages(country, de_facto=True):
                try:
                    symbol = Locale.parse(f"{language}_{country}").currency_symbols.get(code, "").strip(_MARKS)
                except (UnknownLocaleError, ValueError):
                    continue
                if symbol and symbol != code:
                    found.setdefault(code, set()).add(symbol.replace("\u202f", " "))
    return found


def test_every_symbol_of_the_cldr_is_known_and_whose_it_is() -> None:
    missing = {
        (code, symbol)
        for code, symbols in written_at_home().items()
        for symbol in symbols
        if code not in SYMBOLS.get(without_point(symbol), ())
    }
    assert missing == set()


def test_symbols_that_codes_look_like_are_short_and_in_capitals() -> None:
    assert {"R", "K", "RM"} <= WEAK
    assert not {"kr", "Rp", "US$", "£", "KSh"} & WEAK
