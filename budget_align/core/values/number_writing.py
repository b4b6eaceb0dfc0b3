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
from budget_align.core.values.scale_words import EASTERN_SCALES, SCALE_WORDS

DecimalMark = Literal[".", ","]
Doubt = Literal["", "open", "mixed", "grouped", "few"]

SCALES: Final = {
    **{word: scale for scale, words in SCALE_WORDS.items() for word in words},
    **dict.fromkeys(("k", "thousand", "thousands", "tausend", "tsd", "thsd", "mille", "mil", "tys", "tis"), 1_000),
    **dict.fromkeys(
        ("m", "mm", "mn", "mio", "mln", "million", "millions", "millionen", "millones", "milioni"), 1_000_000
    ),
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
    # The wide forms of East Asia, one for each sign of ASCII.
    **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "‐‑‒―⁻﹣"), "-"),
    **dict.fromkeys(map(ord, "´ʼ′"), "'"),
    ord("￡"): "£",
    ord("￦"): "₩",
}
"""Marks of direction and breaks that web pages leave around numbers, the separators of Arabic digits, and other forms
of the same signs.
"""

_NAMED: Final = "|".join(map(re.escape, sorted(SYMBOLS, key=len, reverse=True)))
_SYMBOL: Final = rf"(?:(?-i:{_NAMED})(?![^\W\d_])\.?|[A-Z]{{3}}(?![A-Za-z]))"

_WRITTEN: Final = re.compile(
    rf"""^(?:\\\d{{1,2}}\\?\s+)?(?:(?-i:[rpe])\s|[*†‡§]+\s*|['’~≈](?=[\d(£$€-])|~\s|(?-i:c\.|ca\.?|circa|approx\.?)\s+)?
        (?P<side_before>(?:CR|DR)\.?\s+)?(?P<open>[(\[<]\s*)?
        (?P<sign>(?:[-–—−+△▲]|minus\s)\s*)?(?P<before>{_SYMBOL}\s*)?(?P<sign2>[-–—−△▲]\s*)?(?P<open2>\(\s*)?
        (?P<digits>\d[\d.,'’\x20]*\d|\d|[.,]\d+)(?P<power>E[-+]?\d{{1,2}}(?!\w))?
        (?P<hundredths>:\d\d(?!\d))?(?:[.,]\s?[-–—]{{1,2}}|--|(?P<stop>\.))?\s*
        (?P<close2>\)\s*)?(?P<percent>%\s*)?
        (?P<scale>(?:{"|".join(sorted(map(re.escape, SCALES), key=len, reverse=True))})(?!\w)\.?\s*
        |(?:{"|".join(sorted(EASTERN_SCALES, key=len, reverse=True))})\s?)?
        (?:/-\s*)?(?P<after>{_SYMBOL}\s*)?
        (?P<trailing>[-–—−+]\s*)?(?P<close>[)\]>]\s*)?
        (?P<side>(?:CR|DR|Cr|Dr|C|D|credit|debit)\.?\s*|\((?:CR|DR)\)\s*)?
        (?P<note>(?:\[[\w\s,]{{1,12}}\]|[¹²³⁴-⁹*†‡§¶\#]|\(\w{{1,2}}\)|\\\d{{1,2}}\\?|\^\d|[rpe])\s*)*$""",
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
_IN_PARTS: Final = re.compile(
    rf"""^(?P<sign>[-△▲]\s?)?(?P<parts>(?:\d[\d,.]*\s?(?:{"|".join(EASTERN_SCALES)})\s?)+)(?P<rest>\d[\d,.]*)?
        \s?(?P<currency>{_SYMBOL})?$""",
    re.VERBOSE,
)
"""An amount in several scales of East Asia: 6億2,730万円."""
_PART: Final = re.compile(rf"(?<![\d,.])(\d[\d,.]{{0,30}})\s?({'|'.join(EASTERN_SCALES)})")
_SHORTENED: Final = re.compile(r"\d(?:[.,](?P<decimals>\d+))?E\+(?P<power>\d\d)(?!\d)")

_GROUPS: Final = re.compile(r"^\d{1,3}(?P<mark>[.,'’ ])\d{3}(?:(?P=mark)\d{3})*$")
_INDIAN: Final = re.compile(r"^\d{1,2}(?:,\d{2})+,\d{3}$")
_MILLIONS: Final = re.compile(r"^\d{1,3}['’]\d{3}[.,]\d{3}$")
"""An apostrophe for the millions and another mark for the thousands, as Mexico and Peru write them."""
_MILLIONS_LIKE_DECIMALS: Final = re.compile(r"^\d{1,3}(?P<mark>[.,])\d{3}(?!(?P=mark))[.,]\d{3}(?P=mark)\d\d$")
"""One mark before the thousands and the other before millions and hundredths, as a hand writes 1,257.668,98."""


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
    >>> [str(spell(text).point) for text in ("(-1,234)", "－１，２３４", "1,234+", "1,520,200.", "1 234:50 kr")]
    ['-1234', '-1234', '1234', '1520200', '1234.5']
    >>> [spell(text).scale for text in ("850 Tsd. €", "1,5 млн", "1234.5万元", "$1.2MM")], spell("12 mm")
    ([1000, 1000000, 10000, 1000000], None)
    >>> str(spell("6億2,730万円").point), spell("△3億円").value(".")
    ('627300000', Decimal('-3'))
    >>> str(spell("1,257.668,98").comma), str(spell("1.257,668.98").point), spell("1,257,668,98")
    ('1257668.98', '1257668.98', None)
    >>> spell("R 12"), spell("R 12", "R").point, spell("12:50"), spell("0,643").votes_for
    (None, Decimal('12'), None, ',')
    """
    plain = mend_signs(text).translate(_UNSEEN)
    plain = plain[2:-1] if plain.startswith('="') and plain.endswith('"') else plain
    plain = _SPACES.sub(" ", plain).strip()
    if not plain.isascii() and (in_parts := _IN_PARTS.match(plain)):
        return _spell_parts(in_parts)
    match = _WRITTEN.match(plain)
    if match is None or (match["side"] and match["side_before"]):
        return None
    negative, symbol, digits = _is_negative(match), _symbol(match, known), match["digits"]
    if negative is None or symbol is None or (match["stop"] and "," not in digits and STOP not in known):
        return None
    hundredths = match["hundredths"] or ""
    found = _hundredths(digits, hundredths) if hundredths else _values(digits, match["power"] or "")
    values = [None if v is None else -v if negative else v for v in found]
    if values[0] is None and values[1] is None:
        return None
    scale = _scale(match)
    return Spelled(
        values[0],
        values[1],
        SCALES.get(scale.lower(), EASTERN_SCALES.get(scale)),
        symbol,
        bool(match["percent"]),
        _is_credit(match),
        any(sign.strip() in _TRIANGLES for sign in _minus_signs(match)),
    )


def _is_negative(match: re.Match[str]) -> bool | None:
    """Whether brackets, signs or CR make a number one below zero; None where they say it twice, or a bracket stands
    alone.
    """
    opened, closed = bool(match["open"] or match["open2"]), bool(match["close"] or match["close2"])
    if opened != closed:
        return None
    minus, credit = _minus_signs(match), _is_credit(match)
    # A minus within brackets, which are one themselves, says the same twice.
    twice = opened and (credit or (bool(match["open"]) and not match["open2"]))
    if len(minus) + opened + credit > (2 if twice else 1):
        return None
    return bool(minus) or opened or credit


def _minus_signs(match: re.Match[str]) -> list[str]:
    return [sign for sign in (match["sign"], match["sign2"], match["trailing"]) if sign and sign.strip() != "+"]


def _is_credit(match: re.Match[str]) -> bool:
    return (match["side"] or match["side_before"] or " ").lstrip("(")[0] in "Cc"


def _scale(match: re.Match[str]) -> str:
    return (match["scale"] or "").strip(" .")


def _symbol(match: re.Match[str], known: Collection[str]) -> str | None:
    """The currency that stands beside a number, empty for none; None where what stands there makes it something else
    than an amount.
    """
    said = (match["before"] or match["after"] or "").strip()
    if (match["before"] and match["after"]) or not _is_currency(said):
        return None
    symbol, digits, scale = without_point(said), match["digits"], _scale(match)
    if match["hundredths"] and not symbol and " " not in digits:
        # 12:50 is a time.
        return None
    if symbol in WEAK and symbol not in known and not _is_written_out(digits):
        return None
    if scale == "mm" or (scale == "Mm" and not symbol):
        # 12 mm is a length.
        return None
    return symbol


def _spell_parts(written: re.Match[str]) -> Spelled | None:
    """An amount whose parts carry scales of their own, the larger before the smaller."""
    parts = [(_value(digits, "."), EASTERN_SCALES[scale]) for digits, scale in _PART.findall(written["parts"])]
    parts += [(_value(written["rest"], "."), 1)] if written["rest"] else []
    scales = [scale for _, scale in parts]
    if any(value is None for value, _ in parts) or scales != sorted(set(scales), reverse=True):
        return None
    value = sum((value * scale for value, scale in parts if value is not None), Decimal(0))
    value = -value if written["sign"] else value
    triangle = (written["sign"] or "").strip() in _TRIANGLES and bool(written["sign"])
    # A single part keeps its scale apart, as that of "2.5m" is kept.
    if len(parts) == 1:
        return Spelled(value / scales[0], value / scales[0], scales[0], written["currency"] or "", triangle=triangle)
    return Spelled(value, value, None, written["currency"] or "", triangle=triangle)


STOP: Final = "."
"""Stands among what is known of a column where it sets a full stop behind its amounts."""


def is_shortened(text: str) -> bool:
    """Whether a program for spreadsheets wrote a number as one digit and a power of ten, and left digits out.

    >>> is_shortened("1.25E+06"), is_shortened("4.72E7"), is_shortened("1.250000E+06")
    (True, False, False)
    """
    found = _SHORTENED.search(text)
    return found is not None and len(found["decimals"] or "") < int(found["power"])


def _hundredths(digits: str, hundredths: str) -> tuple[Decimal | None, Decimal | None]:
    """The number of some digits with a colon before the hundredths, as Sweden writes them."""
    whole = _value(digits, ".") if "." not in digits and "," not in digits else None
    value = None if whole is None else whole + Decimal(hundredths[1:]) / 100
    return value, value


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
    if of_millions := _MILLIONS_LIKE_DECIMALS.match(digits):
        return Decimal(re.sub(r"\D", "", digits)).scaleb(-2) if of_millions["mark"] == mark else None
    whole, _, fraction = digits.partition(mark)
    if fraction and not fraction.isdigit():
        return None
    if not whole:
        return Decimal(f"0.{fraction}") if fraction else None
    if not whole.isdigit() and not _is_grouped(whole):
        return None
    return Decimal(re.sub(r"\D", "", whole) + (f".{fraction}" if fraction else ""))


def _is_grouped(whole: str) -> bool:
    # A zero before thousands is written by nobody: 0,643 has decimals.
    if whole[0] == "0" and len(whole) > 1:
        return False
    return bool(_GROUPS.match(whole) or _INDIAN.match(whole) or _MILLIONS.match(whole))


def _is_written_out(digits: str) -> bool:
    """Whether digits are those of an amount and of no code: in groups of three, or with two decimals."""
    return bool(_WRITTEN_OUT.match(digits))


_WRITTEN_OUT: Final = re.compile(r"^\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d\d?)?$|^\d+[.,]\d\d$")


def _is_currency(symbol: str) -> bool:
    """Whether three letters beside a number are a currency's code; symbols are known by their shape."""
    return not (len(symbol) == 3 and symbol.isalpha()) or symbol in _CODES or symbol in SYMBOLS


@dataclass(frozen=True)
class Writing:
    """How the numbers of a column are written.

    Attributes:
        mark: the decimal mark.
        doubt: why the other mark may be meant; empty where it cannot. "open": nothing decides. "mixed":
            numbers of both marks stand beside each other. "grouped": every number
            is three digits behind a comma, which is one of thousands as a rule, and one of decimals where millions are
            printed to the thousand. "few": few numbers with one or two decimals make decimals of many marks that have
            three digits behind them.
    """

    mark: DecimalMark
    doubt: Doubt = ""


def tell_writing(texts: Iterable[Spelled], usual: DecimalMark | None = None) -> Writing:
    """The decimal mark of a column of texts that state numbers.

    What can be read in one way only decides. Where nothing can, digits grouped by commas are taken for thousands, as
    most of the world's spreadsheets are exported, unless the rest of the file writes decimal commas; three digits
    after a point in every cell stay open, for 844.000 is written by those who mean thousands and by those who print
    three decimals of a million.

    Args:
        texts: each distinct text of the column.
        usual: the mark that the rest of the file uses, where it is known.

    >>> tell_writing([spell("1.234,56"), spell("1.234")]), tell_writing([spell("844.000"), spell("1.000")])
    (Writing(mark=',', doubt=''), Writing(mark=',', doubt='open'))
    >>> few = [spell(text) for text in ("12,345", "13,456", "14,500", "15,600", "317,40")]
    >>> tell_writing(few), tell_writing(few[:4])
    (Writing(mark=',', doubt='few'), Writing(mark='.', doubt='grouped'))
    """
    each = list(texts)
    votes = [said.votes_for for said in each]
    points, commas = votes.count("."), votes.count(",")
    opened = [said for said in each if said.is_open]
    if points or commas:
        mark: DecimalMark = "." if points >= commas else ","
        if opened and min(points, commas) * _MANY_MORE > max(points, commas):
            return Writing(mark, "mixed")
        return Writing(mark, "few" if _few_decide(each, mark) else "")
    if usual is not None or not opened:
        return Writing(usual or ".")
    # The larger reading is the one that takes the mark for one of thousands.
    grouped = all(abs(said.point or Decimal(0)) > abs(said.comma or Decimal(0)) for said in opened)
    return Writing(".", "grouped") if grouped else Writing(",", "open")


def _few_decide(each: Sequence[Spelled], mark: DecimalMark) -> bool:
    """Whether the few numbers with one or two decimals would make decimals of the marks of many more, which have three
    digits behind them, as thousands have.
    """
    values = [(said, said.value(mark)) for said in each]
    with_decimals = [said for said, value in values if value is not None and value % 1 != 0]
    opened = sum(said.is_open for said in with_decimals)
    return opened > _MANY_MORE * sum(said.votes_for == mark for said in with_decimals) > 0


_MANY_MORE: Final = 3


def file_mark(columns: Sequence[Sequence[Spelled]]) -> DecimalMark | None:
    """The decimal mark that those columns of a file that are certain agree on; None where none is, or they differ."""
    found = {tell_writing(column).mark for column in columns if any(said.votes_for is not None for said in column)}
    return found.pop() if len(found) == 1 else None
