"""Which decimal mark the people of a currency write, by the Unicode CLDR."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.numbers import get_decimal_symbol, get_territory_currencies

from budget_align.core.values.number_writing import DecimalMark


@lru_cache(maxsize=64)
def usual_mark(currency: str) -> DecimalMark | None:
    """The decimal mark in most of the countries that use a currency; None where they are divided, or write another.

    >>> usual_mark("GBP"), usual_mark("EUR"), usual_mark("BRL"), usual_mark("CHF")
    ('.', ',', ',', '.')
    """
    countries = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()]
    said = [mark for code in countries if currency in get_territory_currencies(code) and (mark := _mark_in(code))]
    points, commas = said.count("."), said.count(",")
    if points > 2 * commas:
        return "."
    return "," if commas > 2 * points else None


def _mark_in(country: str) -> str:
    """The decimal mark of a country's first official language; empty where nothing is known of it."""
    for language in get_official_languages(country, de_facto=True)[:1]:
        for name in (f"{language}_{country}", language):
            try:
                return str(get_decimal_symbol(Locale.parse(name)))
            except (UnknownLocaleError, ValueError):
                continue
    return ""
