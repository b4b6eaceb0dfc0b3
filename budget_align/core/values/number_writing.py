"""How numbers are written: what a cell's text can mean, and which decimal mark a whole column or file uses.

One text often fits two ways of writing: 1,234 is one thousand two hundred and thirty-four, or little more than one.
Each text is taken apart once, with what it would be under either decimal mark; the column as a whole, and where it is
silent the file, decides between them. Where neither does, that stays open and is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from babel.numbers import list_currencies

from budget_align.core.values.currency_symbols import SYMBOLS, WEAK, without_point

DecimalMark = Literal[".", ","]

SCALES: Final = {
    **dict.fromkeys(("k", "thousand", "thousands", "tausend", "mille", "mil", "tys", "tis"), 1_000),
    **dict.fromkeys(("m", "mn", "mio", "mln", "million", "millions", "millionen", "millones", "milioni"), 1_000_000),
    **dict.fromkeys(("bn", "b", "mrd", "mld", "billion", "billions"), 1_000_000_000),
    **dict.fromkeys(("tn", "trillion", "trillions"), 1_000_000_000_000),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 100_000),
    **dict.fromkeys(("crore", "crores"), 10_000_000),
}
"""Words beside a number that say by how much it is to be multiplied."""

_SPACES: Final = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

_TRIANGLES: Final = "△▲"

_UNSEEN: Final = {
    **dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0xAD)),
    ord("٬"): ",",
    ord("،"): ",",
    ord("٫"): ".",
}
"""Marks of direction and breaks that web pages leave around numbers, and the separators of Arabic digits."""

_NAMED: Final = "|".join(map(re.escape, sorted(SYMBOLS, key=len, reverse=True)))
_SYMBOL: Final = rf"(?:(?-i:{_NAMED})(?![^\W\d_])\.?|[A-Z]{{3}}(?![A-Za-z]))"

_WRITTEN: Final = re.compile(
    rf"""^(?:\\\d{{1,2}}\\?\s+)?(?:(?-i:[rpe])\s|[*†‡§]+\s*|['’~≈](?=[\d(£$€-])|~\s|(?-i:c\.|ca\.?|circa|approx\.?)\s+)?
        (?P<side_before>(?:CR|DR)\.?\s+)?(?P<open>[(\[<]\s*)?
        (?P<sign>[-–—−+△▲]\s*)?(?P<before>{_SYMBOL}\s*)?(?P<sign2>[-–—−△▲]\s*)?(?P<open2>\(\s*)?
        (?P<digits>\d[\d.,'’\x20]*\d|\d|[.,]\d+)(?P<power>E[-+]?\d{{1,2}}(?!\w))?(?:[.,]\s?[-–—]{{1,2}}|--)?\s*
        (?P<close2>\)\s*)?(?P<percent>%\s*)?
        (?P<scale>(?:{"|".join(sorted(SCALES, key=len, reverse=True))})\b\.?\s*)?
        (?:/-\s*)?(?P<after>{_SYMBOL}\s*)?
        (?P<trailing>[-–—−]\s*)?(?P<close>[)\]>]\s*)?
        (?P<side>(?:CR|DR|Cr|Dr|C|D)\.?\s*)?
        (?P<note>(?:\[[\w\s,]{{1,12}}\]|[¹²³⁴-⁹*†‡\#]|\(\w{{1,2}}\)|\\\d{{1,2}}\\?|\^\d|[rpe])\s*)*$""",
    re.VERBOSE | re.IGNORECASE,
)
_DAMAGED: Final = {"Â£": "£", "â‚¬": "€", "Ł": "£", "œ": "£", "ú": "£", "\x80": "€", "ï¿½": "", "\ufffd": ""}
"""What becomes of a currency's sign where one program reads another's bytes by the wrong table; empty where nobody can
tell which sign it was.
"""
_DAMAGED_SIGN: Final = re.compile(rf"(?<!\w)({'|'.join(_DAMAGED)})(?=[\s\d.(-]|$)")
_CODES: Final = frozenset(list_currencies()) - {"ALL", "TOP", "CUP", "ANG", "LAK"}
"""Codes that no text beside a number means otherwise."""

_MANTISSA: Final = re.compile(r"^\d(?:[.,]\d+)?$")
_SHORTENED: Final = re.compile(r"\d(?:[.,](?P<decimals>\d+))?E\+(?P<power>\d\d)(?!\d)")

_GROUPS: Final = re.compile(r"^\d{1,3}(?P<mark>[.,'’ ])\d{3}(?:(?P=mark)\d{3})*$")
_INDIAN: Final = re.compile(r"^\d{1,2}(?:,\d{2})+,\d{3}$")


@dataclass(frozen=True)
class Spelled:
    """What one text can mean as a number.

    Attributes:
        point: its value where "." parts the decimals; None where it cannot be read so.
        comma: the same for ",".
        scale: by how much the text itself multiplies it, as the m of "2.5m"; None where it says nothing.
        currency: the symbol or code that it carries, as it is written.
        percent: it carries a percent sign.
        credit: it is marked as a credit, which is taken off.
        triangle: its minus is a triangle, which elsewhere than in East Asia means that something rose.
    """

    point: Decimal | None
    comma: Decimal | None
    scale: int | None = None
    currency: str = ""
    percent: bool = False
    credit: bool = False
    triangle: bool = False

    def value(self, mark: DecimalMark) -> Decimal | None:
        """Its value under one decimal mark, or where it cannot be read so, under the other."""
        one, other = (self.point, self.comma) if mark == "." else (self.comma, self.point)
        return one if one is not None else other

    @property
    def votes_for(self) -> DecimalMark | None:
        """The only decimal mark under which it can be read; None where both fit with the same or another value."""
        if self.point is None:
            return ","
        return "." if self.comma is None else None

    @property
    def is_open(self) -> bool:
        """Whether the two decimal marks give different numbers."""
        return self.point is not None and self.comma is not None and self.point != self.comma


def mend_signs(text: str) -> str:
    """A text with the signs of currencies that were damaged on the way put right.

    >>> mend_signs("Â£1,234.50"), mend_signs("Amount Ł"), mend_signs("Łódź"), mend_signs("\ufffd45,972.00")
    ('£1,234.50', 'Amount £', 'Łódź', '45,972.00')
    """
    return text if text.isascii() else _DAMAGED_SIGN.sub(lambda match: _DAMAGED[match[1]], text)


def spell(text: str, known: Collection[str] = ()) -> Spelled | None:
    """What a text can mean as a number; None where it states none.

    Args:
        text: what a cell says.
        known: symbols that the other cells of its column carry, such as the R of "R 1,250.00", which alone could be
            the beginning of a code.

    Reads grouping by commas, points, any of Unicode's spaces and apostrophes, Indian groups, currency symbols and codes
    on either side, brackets and trailing signs, CR and DR, scales, powers of ten, percent signs and footnote marks.

    >>> [str(spell(text).point) for text in ("(1,234.5)", "12,34,567", "1'234", "123-", "£(1,200)", "2,899 [note 3]")]
    ['-1234.5', '1234567', '1234', '-123', '-1200', '2899']
    >>> spell("1.234,56").votes_for, spell("1,234").is_open, spell("123 CR").point, spell("2.517 GBP").currency
    (',', True, Decimal('-123'), 'GBP')
    >>> [str(spell(text).point) for text in ("4.72E7", "1.25E+06", "-9.9e-01")], spell("12E3") is None
    (['47200000', '1250000', '-0.99'], True)
    >>> [str(spell(text).point) for text in ("<1,234.50>", "CR 1,234", "1,234.-", '="1234"', "**1,234", "٤٢٣٬١٠٥")]
    ['-1234.50', '-1234', '1234', '1234', '1234', '423105']
    >>> spell("£2.5m").scale, spell("FY 2024") is None, spell("12%").percent
    (1000000, True, True)
    >>> [spell(text).currency for text in ("Ksh.3,875.70", "7,329円", "R 1 903,93")]
    ['Ksh', '円', 'R']
    >>> spell("R 12"), spell("R 12", "R").point
    (None, Decimal('12'))
    """
    plain = mend_signs(text).translate(_UNSEEN)
    plain = plain[2:-1] if plain.startswith('="') and plain.endswith('"') else plain
    match = _WRITTEN.match(_SPACES.sub(" ", plain).strip())
    if match is None or (match["side"] and match["side_before"]):
        return None
    opened, closed = bool(match["open"] or match["open2"]), bool(match["close"] or match["close2"])
    if opened != closed:
        return None
    minus = [sign for sign in (match["sign"], match["sign2"], match["trailing"]) if sign and sign.strip() != "+"]
    side = match["side"] or match["side_before"]
    credit = bool(side) and side[0] in "Cc"
    if len(minus) + opened + credit > 1 and not (opened and credit):
        return None
    digits = match["digits"]
    negative = bool(minus) or opened or credit
    found = _values(digits, match["power"] or "")
    values = [None if v is None else -v if negative else v for v in found]
    if values[0] is None and values[1] is None:
        return None
    scale = (match["scale"] or "").strip(" .").lower()
    symbol = (match["before"] or match["after"] or "").strip()
    if (match["before"] and match["after"]) or not _is_currency(symbol):
        return None
    symbol = without_point(symbol)
    if symbol in WEAK and symbol not in known and not _is_written_out(digits):
        return None
    triangle = any(sign.strip() in _TRIANGLES for sign in minus)
    return Spelled(values[0], values[1], SCALES.get(scale), symbol, bool(match["percent"]), credit, triangle)


def is_shortened(text: str) -> bool:
    """Whether a program for spreadsheets wrote a number as one digit and a power of ten, and left digits out.

    >>> is_shortened("1.25E+06"), is_shortened("4.72E7"), is_shortened("1.250000E+06")
    (True, False, False)
    """
    found = _SHORTENED.search(text)
    return found is not None and len(found["decimals"] or "") < int(found["power"])


def _values(digits: str, power: str) -> tuple[Decimal | None, Decimal | None]:
    """The number of some digits with a point for a decimal mark, and with a comma."""
    if not power:
        return _value(digits, "."), _value(digits, ",")
    # One digit before the mark, as programs write it; else it is a code that has an E in it.
    if not _MANTISSA.match(digits) or (len(digits) == 1 and power[1] not in "+-"):
        return None, None
    value = Decimal(digits.replace(",", ".")).scaleb(int(power[1:]))
    value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value
    return (None if "," in digits else value), (None if "." in digits else value)


def _value(digits: str, mark: DecimalMark) -> Decimal | None:
    """The number of some digits under a decimal mark; None where they cannot be grouped so."""
    whole, _, fraction = digits.partition(mark)
    if fraction and not fraction.isdigit():
        return None
    if not whole:
        return Decimal(f"0.{fraction}") if fraction else None
    if not whole.isdigit() and not _is_grouped(whole):
        return None
    return Decimal(re.sub(r"\D", "", whole) + (f".{fraction}" if fraction else ""))


def _is_grouped(whole: str) -> bool:
    return bool(_GROUPS.match(whole) or _INDIAN.match(whole))


def _is_written_out(digits: str) -> bool:
    """Whether digits are those of an amount and of no code: in groups of three, or with two decimals."""
    return bool(_WRITTEN_OUT.match(digits))


_WRITTEN_OUT: Final = re.compile(r"^\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d\d?)?$|^\d+[.,]\d\d$")


def _is_currency(symbol: str) -> bool:
    """Whether three letters beside a number are a currency's code; symbols are known by their shape."""
    return not (len(symbol) == 3 and symbol.isalpha()) or symbol in _CODES or symbol in SYMBOLS


@dataclass(frozen=True)
class Writing:
    """How the numbers of a column are written: the decimal mark, and whether nothing decided it."""

    mark: DecimalMark
    is_open: bool = False


def tell_writing(texts: Iterable[Spelled], usual: DecimalMark | None = None) -> Writing:
    """The decimal mark of a column of texts that state numbers.

    What can be read in one way only decides. Where nothing can, digits grouped by commas are taken for thousands, as
    most of the world's spreadsheets are exported, unless the rest of the file writes decimal commas; three digits
    after a point in every cell stay open, for 844.000 is written by those who mean thousands and by those who print
    three decimals of a million.

    Args:
        texts: each distinct text of the column.
        usual: the mark that the rest of the file uses, where it is known.

    >>> tell_writing([spell("1.234,56"), spell("1.234")]), tell_writing([spell("844.000"), spell("1.000")]).is_open
    (Writing(mark=',', is_open=False), True)
    """
    each = list(texts)
    votes = [said.votes_for for said in each]
    points, commas = votes.count("."), votes.count(",")
    if points or commas:
        mark: DecimalMark = "." if points >= commas else ","
        return Writing(mark, is_open=bool(points and commas and any(said.is_open for said in each)))
    opened = [(said.point, said.comma) for said in each if said.point is not None and said.comma is not None]
    opened = [(point, comma) for point, comma in opened if point != comma]
    if usual is not None or not opened:
        return Writing(usual or ".")
    # The larger reading is the one that takes the mark for one of thousands.
    return Writing(".") if all(abs(point) > abs(comma) for point, comma in opened) else Writing(",", is_open=True)


def file_mark(columns: Sequence[Sequence[Spelled]]) -> DecimalMark | None:
    """The decimal mark that those columns of a file that are certain agree on; None where none is, or they differ."""
    found = {tell_writing(column).mark for column in columns if any(said.votes_for is not None for said in column)}
    return found.pop() if len(found) == 1 else None
