"""Words for scales and names of currencies are those of the Unicode CLDR, and mean nothing else in another language."""

from __future__ import annotations

import re

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from budget_align.core.values.own_words import own_names, own_scales
from budget_align.core.values.scale_words import SCALE_WORDS

BESIDE = ("zh_Hant", "sr_Latn", "pt_PT", "es_MX", "en_IN", "uz_Cyrl")


def meanings() -> dict[str, set[int]]:
    countries = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()]
    found: dict[str, set[int]] = {}
    for language in {*BESIDE, *(language for code in countries for language in get_official_languages(code))}:
        try:
            locale = Locale.parse(language)
        except (UnknownLocaleError, ValueError):
            continue
        for width in ("long", "short"):
            for patterns in locale.compact_decimal_formats.get(width, {}).values():
                for size, pattern in patterns.items():
                    word = re.sub(r"[0'\u00a0\u200e\u200f\u061c]+", " ", pattern.pattern).strip().strip(".").strip()
                    zeros = pattern.pattern.count("0")
                    if zeros and ";" not in word:
                        found.setdefault(word.casefold(), set()).add(int(size) // 10 ** (zeros - 1))
    return found


def test_each_word_means_its_scale_in_every_language_that_has_it() -> None:
    meant = meanings()
    assert {word: meant.get(word) for scale, words in SCALE_WORDS.items() for word in words} == {
        word: {scale} for scale, words in SCALE_WORDS.items() for word in words
    }


def test_a_word_of_two_languages_is_what_it_means_where_the_currency_is_used() -> None:
    meant = {code: own_scales(code).get("mil") for code in ("BRL", "MXN", "RON", "CZK", "EUR", "USD")}
    assert meant == {"BRL": 1_000, "MXN": 1_000, "RON": 10**6, "CZK": 10**6, "EUR": None, "USD": None}


def test_names_of_currencies_are_their_nouns() -> None:
    assert {"forint"} <= own_names("HUF")
    assert "magyar" not in own_names("HUF")
    assert {"peso", "pesos"} <= own_names("MXN")
    assert "mexicano" not in own_names("MXN")
    assert {"króna", "krónur"} <= own_names("ISK")
