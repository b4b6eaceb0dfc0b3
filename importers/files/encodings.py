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

_LETTERS_AT_LEAST: Final = 3
"""Fewer letters beside a to z tell no encoding."""

_MARGIN: Final = 0.1
"""By how much an encoding must fit the words better than the one that is taken where nothing tells."""


def decode(data: bytes) -> str | None:
    """The text that bytes say; None where they are no text.

    A mark at the beginning is believed. Without one, bytes of nought at every other place are UTF-16; what is valid
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
    return data.decode(_tell_single_byte(data), errors="replace")


def _read_as_western(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error(_STRAY, _read_as_western)


def _tell_wide(data: bytes) -> str | None:
    """UTF-16 without a mark: blanks, digits and line ends are half nought, on the same side everywhere."""
    sample = data[: _WIDE_SAMPLE & ~1]
    noughts = sample.count(0)
    if len(sample) < 4 or noughts < len(sample) * 0.05:
        return None
    odd = sample[1::2].count(0)
    even = noughts - odd
    if min(odd, even) > max(odd, even) * 0.05:
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = sample.decode(name, errors="replace")
    kinds = Counter("bad" if c == "\ufffd" or (c < " " and c not in "\t\r\n\f\v") else "good" for c in text)
    return name if kinds["bad"] <= len(text) * 0.01 else None


def _tell_single_byte(data: bytes) -> str:
    words = Counter(match[0] for match in islice(_WORD.finditer(data), _WORDS_WEIGHED))
    fits = {name: _fit(words, name, alphabets) for name, alphabets in _ALPHABETS.items()}
    usual = next(iter(_ALPHABETS))
    told = [name for name, (_, letters) in fits.items() if letters >= _LETTERS_AT_LEAST]
    best = max(told, key=lambda name: fits[name][0], default=usual)
    return best if fits[best][0] > fits[usual][0] + _MARGIN else usual


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
    beside a to z, and in Latin script no third letter with a mark.
    """
    if character.isupper() and before.islower():
        return False
    if character >= _OTHER_SCRIPTS:
        return not any(beside.isalpha() and beside < _OTHER_SCRIPTS for beside in (before, after) if beside)
    return not (before > "\x7f" and after > "\x7f")
