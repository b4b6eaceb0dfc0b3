"""What the words of headers mean, in several languages; the words are data, in lexicon.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final, Literal, cast

Meaning = Literal[
    "money",
    "code",
    "identifier",
    "day",
    "period",
    "year",
    "quantity",
    "ratio",
    "rate",
    "tax",
    "net",
    "gross",
    "result",
    "opening",
    "closing",
    "change",
    "commitment",
    "cumulative",
    "returned",
    "earlier",
    "later",
    "flow",
    "currency",
    "outturn",
    "forecast",
    "plan",
    "budget",
    "original",
    "revised",
    "income",
    "expenditure",
    "financing",
    "either_way",
    "given",
    "received",
    "paid",
    "withheld",
    "credited",
    "used",
    "held",
    "carried",
    "refused",
    "aside",
]

_OF_FEW: Final[frozenset[Meaning]] = frozenset(("held", "carried", "refused", "aside", "withheld", "credited", "used"))
"""Of words that tell what a whole table is, or one column beside two others; elsewhere they tell nothing."""

_KEPT: Final = 1 << 17
"""Texts of which it is kept what they say: every step over a table asks the same of each."""

_HANGUL: Final = re.compile(r"[\u1100-\u11ff]")

_CAMEL: Final = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GERMAN: Final = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "ı": "i",
        "đ": "d",
        "Đ": "D",
    }
)
_NO_UMLAUTS: Final = str.maketrans("äöüÄÖÜ", "aouAOU")
"""Letters that are written with two in German, and lose their dots in every other language."""


@lru_cache(maxsize=20_000)
def fold_words(text: str) -> str:
    """A header as the lexicon writes words: words parted, without accents, marks and case.

    >>> fold_words("KeyOutputCode"), fold_words("Année_2024 (€)"), fold_words("Veränderung"), fold_words("Übertrag")
    ('key output code', 'annee 2024', 'veraenderung', 'uebertrag')
    >>> fold_words("§"), fold_words("§ 31 Abs. 2")
    ('paragraf', '31 abs 2')
    """
    parted = _CAMEL.sub(" ", text.replace("_", " ")).translate(_GERMAN)
    plain = parted if parted.isascii() else _without_accents(_PARAGRAPH.sub(" paragraf ", parted))
    return _SPACED_OUT.sub("", " ".join(re.sub(r"[^\w%]+", " ", plain.casefold()).split()))


def _without_accents(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    # What makes a syllable of Hangul together are no accents.
    return unicodedata.normalize("NFC", plain) if _HANGUL.search(plain) else plain


_PARAGRAPH = re.compile(r"§+(?!\s*\d)")
"""The sign names what stands below it; before a number it points to a law."""

_SPACED_OUT = re.compile(r"(?<=[\u3040-\u30ff\u4e00-\u9fff]) (?=[\u3040-\u30ff\u4e00-\u9fff])")
"""Where a word of Chinese signs is spaced out over a column or broken over two lines."""


@lru_cache(maxsize=20_000)
def _foldings(text: str) -> tuple[str, ...]:
    """A header folded as Germans write it without dots, and as others do, where that differs."""
    bare = text.translate(_NO_UMLAUTS)
    return (fold_words(text),) if bare == text else (fold_words(text), fold_words(bare))


@lru_cache(maxsize=1)
def _words() -> dict[Meaning, dict[str, list[str]]]:
    text = files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8")
    return cast(dict[Meaning, dict[str, list[str]]], tomllib.loads(text))


@lru_cache(maxsize=64)
def _pattern_of(meaning: Meaning) -> re.Pattern[str]:
    return _pattern(_words()[meaning].values())


@dataclass(frozen=True)
class _Beginnings:
    """The first words of what has a meaning, with the meanings: whole ones, and how others begin, end or what is in
    them.
    """

    whole: dict[str, set[Meaning]]
    begin: dict[str, set[Meaning]]
    end: dict[str, set[Meaning]]
    within: dict[str, set[Meaning]]

    @classmethod
    def of(cls, words: Mapping[Meaning, Mapping[str, Sequence[str]]]) -> _Beginnings:
        found = cls({}, {}, {}, {})
        kinds = {(False, False): found.whole, (False, True): found.begin, (True, False): found.end}
        for meaning, by_language in words.items():
            for word in (word for each in by_language.values() for word in each):
                first = _DIGITS.sub("0", word.split(" ")[0].replace("ς", "σ"))
                kind = kinds.get((first.startswith("*"), first.endswith("*")), found.within)
                kind.setdefault(first.strip("*"), set()).add(meaning)
        return found

    @cached_property
    def longest(self) -> int:
        return max(map(len, (*self.begin, *self.end)), default=0)

    def meanings(self, word: str) -> Iterator[Meaning]:
        yield from self.whole.get(word, ())
        for end in range(1, min(len(word), self.longest) + 1):
            yield from self.begin.get(word[:end], ())
            yield from self.end.get(word[-end:], ())
        for part, meanings in self.within.items():
            if part in word:
                yield from meanings


@lru_cache(maxsize=1)
def _beginnings() -> _Beginnings:
    return _Beginnings.of(_words())


@lru_cache(maxsize=_KEPT)
def _begun_by(word: str) -> frozenset[Meaning]:
    """The meanings of which a word may begin something."""
    return frozenset(_beginnings().meanings(word))


@lru_cache(maxsize=_KEPT)
def _may_say(text: str) -> frozenset[Meaning]:
    """The meanings of which a text may have a word: its distinct words are few, and most begin none. Those that differ
    in their figures alone, as codes do, are looked up as one.
    """
    words = {word for folded in _foldings(text) for word in _WORD.findall(_DIGITS.sub("0", folded))}
    return frozenset().union(*map(_begun_by, words))


_WORD: Final = re.compile(r"\w+|%")
_DIGITS: Final = re.compile(r"\d+")


@lru_cache(maxsize=64)
def _patterns_of_order(meaning: Meaning) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The words of a meaning in languages that say last what a thing is, and in those that say it first."""
    by_language = _words()[meaning].items()
    last = [words for language, words in by_language if language not in _HEAD_FIRST]
    first = [words for language, words in by_language if language in _HEAD_FIRST]
    return _pattern(last), _pattern(first)


_HEAD_FIRST: Final = frozenset(
    [
        "es",
        "ca",
        "fr",
        "pt",
        "it",
        "ro",
        "pl",
        "cs",
        "sk",
        "hr",
        "sr",
        "sl",
        "bg",
        "uk",
        "ru",
        "lt",
        "lv",
        "el",
        "sq",
        "he",
        "ar",
        "fa",
        "id",
        "ms",
        "vi",
        "sw",
        "th",
    ]
)
"""Languages in which what a thing is stands before what it is of: "recettes diverses", "dochody z podatków"."""


def _pattern(lists: Iterable[Sequence[str]]) -> re.Pattern[str]:
    return re.compile(
        r"(?<!\w)(?:"
        + "|".join(
            (r"\w*" if word.startswith("*") else "")
            + re.escape(word.strip("*"))
            + (r"\w*" if word.endswith("*") else "")
            for words in lists
            for word in sorted({word.replace("ς", "σ") for word in words}, key=len, reverse=True)
        )
        + r")(?!\w)"
    )


def says(meaning: Meaning, header: str) -> bool:
    """Whether a header has a word of that meaning.

    >>> says("code", "Clave del programa presupuestario"), says("money", "Clave del programa"), says("money", "IMPORTE")
    (True, False, True)
    """
    return meaning in _may_say(header) and _has(meaning, header)


@lru_cache(maxsize=_KEPT)
def _has(meaning: Meaning, text: str) -> bool:
    return any(_pattern_of(meaning).search(folded) for folded in _foldings(text))


@lru_cache(maxsize=20_000)
def knows(word: str) -> bool:
    """Whether a word has a meaning here, whichever.

    >>> knows("Ansatz"), knows("gazillions")
    (True, False)
    """
    return any(_has(meaning, word) for meaning in _may_say(word) - _OF_FEW)


def is_only(meaning: Meaning, text: str) -> bool:
    """Whether a text is one word or phrase of that meaning, and nothing besides.

    >>> is_only("held", "Debt"), is_only("held", "Debt service")
    (True, False)
    """
    if meaning not in _may_say(text):
        return False
    return any(_pattern_of(meaning).fullmatch(folded) for folded in _foldings(text))


_SHORT: Final = 2


def is_name(header: str) -> bool:
    """Whether the last of several words is one of a header's own, that has no meaning here, as it is of names.

    >>> is_name("Population health"), is_name("Number of schools"), is_name("Pupil places")
    (True, False, False)
    """
    words = fold_words(header).split()
    return len(words) > 1 and len(words[1]) > _SHORT and not knows(words[-1])


@lru_cache(maxsize=20_000)
def last_word_says(meaning: Meaning, header: str) -> bool:
    """Whether the last word of a header is of that meaning, which in English and German says what a thing is: the
    amount of a transaction is a "transaction amount", its number a "transaction number".
    """
    for folded in _foldings(header) if meaning in _may_say(header) else ():
        said = " ".join(re.sub(r"(?<!\w)\d+(?!\w)", " ", folded).split())
        if said and any(match.end() == len(said) for match in _pattern_of(meaning).finditer(said)):
            return True
    return False


@lru_cache(maxsize=20_000)
def head_says(meaning: Meaning, label: str) -> bool:
    """Whether the word of a label that says what a thing is, and not of what or to whom, is of that meaning: the last
    before any preposition in English and German, the first, adjectives aside, in French or Polish.

    >>> head_says("income", "Income from rents"), head_says("income", "Income support")
    (True, False)
    >>> head_says("income", "Recettes diverses"), head_says("income", "Pozostałe dochody")
    (True, True)
    """
    bare = _BRACKETED.sub(" ", label)
    if meaning not in _may_say(bare):
        return False
    last, first = _patterns_of_order(meaning)
    for folded in _foldings(bare):
        head = _PREPOSITION.split(re.sub(r"(?<!\w)\d+(?!\w)", " ", folded), maxsplit=1)[0].strip()
        if any(match.end() == len(head) for match in last.finditer(head)):
            return True
        if any(len(head[: match.start()].split()) <= _ADJECTIVES for match in first.finditer(head)):
            return True
    return False


_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^][]*\]")
_ADJECTIVES: Final = 1
_PREPOSITION: Final = re.compile(
    r"(?<=\w) (?:from|for|of|on|to|by|with|under|at|in|net|per|aus|von|vom|fuer|fur|auf|an|zu|zur|uit|van|voor|fra|fran"
    r"|til|av|af|de|der|des|du|del|della|dello|dei|delle|di|da|do|dos|das|dallo|dalla|dal|pour|sur|para|por|z|ze|na|od|za|iz)"
    r"(?= |$)"
)
