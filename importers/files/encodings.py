"""Tells how the letters of a text are encoded, by its bytes alone."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import islice
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_STRAY: Final = "stray-bytes-as-western"

_WIDE_SAMPLE: Final = 8_192

_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
"""A word in which a byte stands that not all encodings read alike."""

_WORDS_WEIGHED: Final = 20_000

_WESTERN: Final = (
    "àâæçéèêëîïôœùûüÿ",
    "äöüß",
    "áéíñóúü",
    "ãáàâçéêíóôõú",
    "àèéìíîòóùú",
    "åäöéæø",
    "áðéíóúýþæö",
)
_GREEK: Final = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
_CYRILLIC: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђјљњћџѓќѕ"
_ALPHABETS: Final[dict[str, tuple[str, ...]]] = {
    "cp1252": _WESTERN,
    "cp1250": (
        "áčďéěíňóřšťúůýž",
        "áäčďéíĺľňóôŕšťúýž",
        "ąćęłńóśźż",
        "áéíóöőúüű",
        "ăâîșțşţ",
        "čćđšž",
    ),
    "cp1251": (_CYRILLIC,),
    "cp1253": (_GREEK,),
    "cp1254": ("çğıöşüâîû",),
    "cp1255": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",),
    "cp1256": ("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأؤإئپچژگ",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    "koi8-r": (_CYRILLIC,),
    "iso8859-2": ("áčďéěíňóřšťúůýž", "ąćęłńóśźż", "áéíóöőúüű"),
    "cp850": _WESTERN,
    "mac-roman": _WESTERN,
}
"""The letters beside a to z of the languages written in each encoding, the likelier encodings first."""

_NO_SIGNS: Final = frozenset(map(chr, range(0x80, 0xA0))) | {"\ufffd"}
"""What no text holds: controls, and what an encoding leaves open."""

_WITHIN: Final = frozenset("’–—·")
"""Signs that may join two letters."""

_OTHER_SCRIPTS: Final = "\u0370"
"""Letters from here on are Greek, Cyrillic or further from Latin."""

_NEVER_FIRST: Final = frozenset("ъьыς")
_ALWAYS_LAST: Final = frozenset("ךםןףץςى")

_ALWAYS_LAST_IN_LATIN: Final = frozenset("ìù")
"""Italian and French end words with these, and Czech read by their rules has them within."""

_LETTERS_AT_LEAST: Final = 3
"""Fewer letters beside a to z tell no encoding."""

_MARGIN: Final = 0.1
"""By how much an encoding must fit the words better than the one that is taken where nothing tells."""


def decode(data: bytes) -> str | None:
    """The text that bytes say; None where they are no text.

    A mark at the beginning is believed. Without one, bytes of zero at every other place are UTF-16; what is valid
    UTF-8 is that, and stray bytes among it are read as Windows writes the West; else the encoding is taken whose
    languages use the letters that it gives, and Windows' of the West where nothing tells.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors=_STRAY if name == "utf-8" else "replace")
    wide = _tell_wide(data)
    if wide:
        return data.decode(wide, errors="replace")
    if data[:_WIDE_SAMPLE].count(0) > len(data[:_WIDE_SAMPLE]) * 0.5:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    mixed = data.decode("utf-8", errors="replace")
    strange = mixed.count("\ufffd")
    right = sum(character > "\x7f" for character in mixed) - strange
    if right >= strange:
        return data.decode("utf-8", errors=_STRAY)
    return data.decode(_tell_double_byte(data) or _tell_single_byte(data), errors="replace")


def _read_as_western(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error(_STRAY, _read_as_western)


def _tell_wide(data: bytes) -> str | None:
    """UTF-16 without a mark: blanks, digits and line ends are half zero, on the same side everywhere."""
    sample = data[: _WIDE_SAMPLE & ~1]
    zeros = sample.count(0)
    if len(sample) < 4 or zeros < len(sample) * 0.05:
        return None
    odd = sample[1::2].count(0)
    even = zeros - odd
    if min(odd, even) > max(odd, even) * 0.05:
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = sample.decode(name, errors="replace")
    kinds = Counter("bad" if c == "\ufffd" or (c < " " and c not in "\t\r\n\f\v") else "good" for c in text)
    return name if kinds["bad"] <= len(text) * 0.01 else None


_PAIRS_SAMPLED: Final = 200_000
_PAIRS_AT_LEAST: Final = 4
_COMMON: Final = 0.9
"""From this share of its characters that are in common use on, a text is written in two bytes each."""

_KANA_AT_LEAST: Final = 0.05
_PAST_HANGUL: Final = 0.05

_DOUBLE: Final[dict[str, re.Pattern[bytes]]] = {
    # The characters in common use of each standard: its first level, kana or syllables, and its signs.
    "gb18030": re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1-\xa5][\xa1-\xfe]"),
    "big5hkscs": re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]"),
    "cp932": re.compile(rb"[\x81-\x83\x88-\x97][\x40-\x7e\x80-\xfc]|[\xa6-\xdf]"),
    "euc_jp": re.compile(rb"[\xa1-\xa5\xb0-\xcf][\xa1-\xfe]"),
    "cp949": re.compile(rb"[\xb0-\xc8\xa1-\xa3][\xa1-\xfe]"),
}
_OF_ANY: Final[dict[str, re.Pattern[bytes]]] = {
    "gb18030": re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]"),
    "big5hkscs": re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]|[\x80-\xff]"),
    "cp932": re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\x80-\xff]"),
    "euc_jp": re.compile(rb"[\x8e\xa1-\xfe][\xa1-\xfe]|[\x80-\xff]"),
    "cp949": re.compile(rb"[\x81-\xfe][\x41-\x5a\x61-\x7a\x81-\xfe]|[\x80-\xff]"),
}


def _tell_double_byte(data: bytes) -> str | None:
    """The encoding of East Asia in which nearly every character would be one in common use; None where none is.

    Letters of one byte each, such as those of Cyrillic words, pair up to characters that hardly anybody uses. What
    Korea and Japan write is within the range of China's: syllables alone are Korean, kana among the rest Japanese.
    """
    sample = data[:_PAIRS_SAMPLED]
    fits: dict[str, float] = {}
    for name, common in _DOUBLE.items():
        characters = _OF_ANY[name].findall(sample)
        if len(characters) < _PAIRS_AT_LEAST:
            continue
        share = sum(bool(common.fullmatch(each)) for each in characters) / len(characters)
        single = sum(len(each) == 1 for each in characters) / len(characters)
        if share >= _COMMON and single < 1 - _COMMON:
            fits[name] = share
    if "gb18030" in fits and fits["gb18030"] >= max(fits.values()) - (1 - _COMMON) / 2:
        pairs = [each for each in _OF_ANY["gb18030"].findall(sample) if len(each) == 2 and each[0] >= 0xA4]
        if pairs and sum(each[0] in (0xA4, 0xA5) for each in pairs) >= _KANA_AT_LEAST * len(pairs):
            return "euc_jp"
        if "cp949" in fits and sum(each[0] > 0xC8 for each in pairs) <= _PAST_HANGUL * len(pairs):
            return "cp949"
        return "gb18030"
    return max(fits, key=lambda name: fits[name], default=None)


def _tell_single_byte(data: bytes) -> str:
    words = Counter(match[0] for match in islice(_WORD.finditer(data), _WORDS_WEIGHED))
    fits = {name: _fit(words, name, alphabets) for name, alphabets in _ALPHABETS.items()}
    usual = next(iter(_ALPHABETS))
    told = [name for name, (_, letters) in fits.items() if letters >= _LETTERS_AT_LEAST]
    # Of two that fit alike, the one whose letters the text uses up: words of one alphabet use few of a larger one.
    best = max(told, key=lambda name: (fits[name][0], _use(words, name)), default=usual)
    (fit, letters), (usual_fit, usual_letters) = fits[best], fits[usual]
    return best if fit > usual_fit + _MARGIN or (fit >= usual_fit and letters > 2 * usual_letters) else usual


def _use(words: Counter[bytes], encoding: str) -> float:
    """The largest share of the letters of one of an encoding's languages that some words use."""
    used = {character.lower() for word in words for character in word.decode(encoding, errors="replace")}
    return max(len(used & set(alphabet)) / len(set(alphabet)) for alphabet in _ALPHABETS[encoding])


def _fit(words: Counter[bytes], encoding: str, alphabets: tuple[str, ...]) -> tuple[float, int]:
    """How well an encoding reads words, from -1 to 1, and by how many letters: the share of them that one language
    uses, less the share of signs, and of capitals after small letters, that stand within words.
    """
    letters: Counter[str] = Counter()
    strange = total = right = 0
    for word, count in words.items():
        said = word.decode(encoding, errors="replace")
        for place, character in enumerate(said):
            before, after = said[max(place - 1, 0) : place], said[place + 1 : place + 2]
            if character <= "\x7f" or (character.isalpha() and not (before.isalpha() or after.isalpha())):
                continue
            if character.isalpha():
                total += count
                if _fits_between(before, character, after):
                    letters[character.lower()] += count
                else:
                    strange += count
            elif character in _WITHIN and before.isalpha() and after.isalpha():
                total += count
                right += count
            # Signs beside words, such as dashes and quotation marks, tell nothing; within a word they are wrong.
            elif character in _NO_SIGNS or (before.isalpha() and after.isalpha()):
                total += count
                strange += count
    right += max(sum(letters[letter] for letter in set(alphabet)) for alphabet in alphabets)
    return ((right - strange) / total if total else 0.0), right


def _fits_between(before: str, character: str, after: str) -> bool:
    """Whether a letter may stand between its neighbours: no capital after a small letter, no other script
    beside a to z, in Latin script no third letter with a mark; letters that begin or end words alone.
    """
    if character.isupper() and before.islower():
        return False
    if character in _ALWAYS_LAST_IN_LATIN and after.isalpha():
        return False
    if (character in _NEVER_FIRST and not before.isalpha()) or (character in _ALWAYS_LAST and after.isalpha()):
        return False
    if character >= _OTHER_SCRIPTS:
        return not any(beside.isalpha() and beside < _OTHER_SCRIPTS for beside in (before, after) if beside)
    return not (before > "\x7f" and after > "\x7f")
