"""What the people of a currency call it, and the scales of its amounts, in their languages, by the Unicode CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.numbers import get_currency_name, get_territory_currencies

_COUNTS: Final = (1, 2, 3, 5, 10)
"""Numbers behind which languages change a noun."""

_LETTERS: Final = re.compile(r"[0\s'\u200e\u200f\u061c.]+")


@lru_cache(maxsize=64)
def own_names(currency: str) -> frozenset[str]:
    """The nouns for a currency, in small letters: "динара", "ron"; none of whose it is.

    >>> sorted(own_names("RSD") & {"динар", "динара", "српски"}), "real" in own_names("BRL")
    (['динар', 'динара'], True)
    """
    found = set()
    for locale in _locales(currency):
        last = _noun_is_last(locale)
        for count in _COUNTS:
            words = get_currency_name(currency, count, locale=locale).casefold().split()
            found.add(words[-1 if last else 0])
    return frozenset(word for word in found if len(word) > 2 and word != currency.casefold())


@lru_cache(maxsize=64)
def own_scales(currency: str) -> dict[str, int]:
    """The words for scales that half of a currency's languages have, and all of them alike, in small letters.

    >>> own_scales("BRL")["mil"], own_scales("CZK")["mil"], own_scales("EUR").get("mil")
    (1000, 1000000, None)
    """
    meant: dict[str, set[int]] = {}
    languages: dict[str, set[str]] = {}
    for locale in _locales(currency):
        for width in ("long", "short"):
            for patterns in locale.compact_decimal_formats.get(width, {}).values():
                for size, pattern in patterns.items():
                    digits, word = pattern.pattern.count("0"), _LETTERS.sub(" ", pattern.pattern).strip().casefold()
                    if digits and word and ";" not in word:
                        languages.setdefault(word, set()).add(str(locale))
                        meant.setdefault(word, set()).add(int(size) // 10 ** (digits - 1))
    most = len(_locales(currency)) / 2
    return {word: next(iter(said)) for word, said in meant.items() if len(said) == 1 and len(languages[word]) >= most}


def _noun_is_last(locale: Locale) -> bool:
    """Whether a language says whose a currency is before its noun, "US dollar", and not behind it, "dólar americano":
    nouns are fewer than those who have them.
    """
    names = [name.casefold().split() for name in locale.currencies.values()]
    names = [words for words in names if len(words) > 1]
    return len({words[-1] for words in names}) <= len({words[0] for words in names})


@lru_cache(maxsize=64)
def _locales(currency: str) -> tuple[Locale, ...]:
    return tuple(_find_locales(currency))


def _find_locales(currency: str) -> Iterator[Locale]:
    seen = set()
    for country in map(str, Locale("en").territories):
        if len(country) != 2 or currency not in get_territory_currencies(country):
            continue
        for language in get_official_languages(country, de_facto=True):
            try:
                locale = Locale.parse(language)
            except (UnknownLocaleError, ValueError):
                continue
            if str(locale) not in seen:
                seen.add(str(locale))
                yield locale
