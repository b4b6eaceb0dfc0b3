"""Money: amounts are whole minor units (pence, cents); this is the one place where text becomes an amount."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

MINOR_UNITS = 100
"""Minor units in one unit of currency. Every currency that we read has two decimal places."""

MAXIMUM = 10**17
"""The largest amount, in minor units, taken for money: a thousand million million pounds, far above any budget,
and small enough that sums of many stay exact in 64 bits."""

SYMBOLS = {"£": "GBP", "$": "USD", "€": "EUR", "₹": "INR", "¥": "JPY"}
_SYMBOL_OF = {code: symbol for symbol, code in SYMBOLS.items()}

COUNTED_IN = "GBP"
"""The currency that budgets are counted in; amounts in another are read and never mixed with these."""

NIL_MARKS = frozenset({"-", "–", "—", "−", "nil"})
"""Marks that stand for an amount of nought."""

NOT_AVAILABLE_MARKS = frozenset({"..", "...", "…", ":", "n/a", "na", "n.a.", "n.a", "x", "*", "not available", "tbc"})
"""Marks that stand for an amount that is not known or does not apply: no amount at all."""

_SCALE_WORDS = {
    1: "",
    1_000: " thousand",
    100_000: " lakh",
    1_000_000: " million",
    10_000_000: " crore",
    1_000_000_000: " billion",
    1_000_000_000_000: " trillion",
}
_SCALES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000}
_SCALES |= {"bn": 1_000_000_000, "billion": 1_000_000_000, "thousand": 1_000}

_AMOUNT = re.compile(
    r"""^(?:\\\d{1,2}\\?\s+)?(?P<open>\()?\s*
        (?P<sign>[-–−+])?\s*(?P<symbol>[£$€])?\s*(?P<sign2>[-–−])?\s*
        (?P<digits>\d{1,3}(?:[,\u00a0\u202f ]\d{3})+|\d+)?(?P<fraction>\.\d+)?\s*
        (?P<scale>k|mn?|bn|thousand|million|billion)?\s*
        (?P<trailing>[-–−])?\s*(?P<close>\))?\s*
        (?P<note>(?:\[[\w ]{1,4}\]|[¹²³⁴-⁹*†‡]+|\s\(\w{1,2}\)|\s?\\\d{1,2}\\?|\s[rpe])?)$""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Unit:
    """The unit in which a table states its amounts.

    Attributes:
        currency: an ISO 4217 code, such as "GBP".
        multiplier: how many units of currency one printed unit stands for, such as 1,000 or 1,000,000.
    """

    currency: str = "GBP"
    multiplier: int = 1

    @property
    def minor(self) -> int:
        """Minor units (pence) in one printed unit."""
        return self.multiplier * MINOR_UNITS

    def __str__(self) -> str:
        symbol = _SYMBOL_OF.get(self.currency, self.currency + " ")
        return f"{symbol.strip()}{_SCALE_WORDS.get(self.multiplier, f' × {self.multiplier:,}')}"


@dataclass(frozen=True)
class Written:
    """A number as a cell's text states it, and the scale that it carries itself, as the m of "2.5m" does."""

    value: Decimal
    scale: int | None = None


def parse_written(text: str) -> Written | None:
    """The number that a cell's text states; None where it states none.

    Reads thousands separators, brackets and trailing minus for negatives, currency symbols, k, m and bn,
    footnote marks after the number, and "-" or "nil" for nought. Marks for "not available" give None.

    >>> parse_written("(1,234.5)").value
    Decimal('-1234.5')
    >>> [str(parse_written(text).value) for text in ("1,234¹", "56 (2)", "7.5 [r]", "\\\\1 89", "10 p")]
    ['1234', '56', '7.5', '89', '10']
    >>> parse_written("£2.5m")
    Written(value=Decimal('2.5'), scale=1000000)
    >>> parse_written("n/a") is None
    True
    """
    stripped = text.strip()
    if stripped.lower() in NIL_MARKS:
        return Written(Decimal(0))
    match = _AMOUNT.match(stripped)
    if not match or not (match["digits"] or match["fraction"]):
        return None
    if bool(match["open"]) != bool(match["close"]):
        return None
    minus = [sign for sign in (match["sign"], match["sign2"], match["trailing"]) if sign and sign != "+"]
    if len(minus) + bool(match["open"]) > 1:
        return None
    value = Decimal(re.sub(r"\D", "", match["digits"] or "0") + (match["fraction"] or ""))
    return Written(-value if minus or match["open"] else value, _SCALES.get((match["scale"] or "").lower()))


def parse_amount(text: str, unit: Unit) -> int | None:
    """The amount that a text states, in minor units; a scale in the text goes before the unit's own.

    >>> parse_amount("(1.5)", Unit("GBP", 1_000)), parse_amount("£2.5m", Unit("GBP", 1_000))
    (-150000, 250000000)

    Raises:
        OverflowError: the amount is beyond `MAXIMUM`.
    """
    written = parse_written(text)
    if written is None:
        return None
    return to_minor(written.value, Unit(unit.currency, written.scale or unit.multiplier))


def to_minor(value: Decimal | float | int, unit: Unit) -> int:
    """An amount in minor units (pence), from a number stated in a unit; the half penny goes to the even one.

    A float is taken for the shortest decimal that it prints as, which is what the spreadsheet shows.

    Raises:
        OverflowError: the amount is beyond `MAXIMUM`, or not a number.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite() or abs(exact) * unit.minor > MAXIMUM:
        raise OverflowError(f"{value} {unit} is beyond any budget")
    return int((exact * unit.minor).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def format_amount(minor: int, currency: str = "GBP", *, symbol: bool = True) -> str:
    """An amount to the penny, as text.

    >>> format_amount(-123456789)
    '−£1,234,567.89'
    >>> format_amount(5371955000000, symbol=False)
    '53,719,550,000.00'
    """
    whole, part = divmod(abs(int(minor)), MINOR_UNITS)
    mark = _SYMBOL_OF.get(currency, currency + " ") if symbol else ""
    sign = ("−" if symbol else "-") if minor < 0 else ""
    return f"{sign}{mark}{whole:,}.{part:02d}"


def format_short(minor: int, currency: str = "GBP") -> str:
    """An amount for a headline: three or more figures with its scale, rounded half to even.

    >>> format_short(5371955000000)
    '£53.72bn'
    >>> format_short(-20000000)
    '−£200k'
    >>> format_short(99999999999)
    '£1.00bn'
    """
    mark = _SYMBOL_OF.get(currency, currency + " ")
    sign = "−" if minor < 0 else ""
    amount = Decimal(abs(int(minor))) / MINOR_UNITS
    for scale, letter, places in ((1, "", "0.01"), (10**3, "k", "1"), (10**6, "m", "0.1"), (10**9, "bn", "0.01")):
        rounded = (amount / scale).quantize(Decimal(places), rounding=ROUND_HALF_EVEN)
        if rounded < 1_000 or letter == "bn":
            break
    return f"{sign}{mark}{rounded:,}{letter}"
