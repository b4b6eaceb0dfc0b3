"""Money: amounts are whole minor units of a currency; this is the one place where text becomes an amount and where an
amount becomes text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from babel import Locale, UnknownLocaleError
from babel.numbers import (
    format_currency,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    list_currencies,
)

from budget_align.core.values.currency_symbols import SYMBOLS, without_point
from budget_align.core.values.refusal import RefusedError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAXIMUM: Final = 10**18
"""The largest amount, in minor units, taken for money: far above any budget in any currency, and small enough that the
sums of a budget stay exact in 64 bits, which `check_sum` makes sure of."""

_SUM_MAXIMUM: Final = 2**62

DEFAULT_LOCALE: Final = "en_GB"


@dataclass(frozen=True)
class Currency:
    """A currency by its ISO 4217 code; digits, names and symbols are those of the Unicode CLDR, through babel.

    >>> [(each.code, each.digits, each.minor_units) for each in map(Currency, ("GBP", "JPY", "KWD"))]
    [('GBP', 2, 100), ('JPY', 0, 1), ('KWD', 3, 1000)]

    Raises:
        RefusedError: there is no such currency.
    """

    code: str

    def __post_init__(self) -> None:
        if self.code not in currency_codes():
            raise RefusedError(
                "bad-currency", f"{self.code!r} is no currency; give its code of ISO 4217, such as GBP, EUR or USD."
            )

    @cached_property
    def digits(self) -> int:
        """How many decimal places its minor unit has: 2 for cents, 0 for yen, 3 for fils."""
        return int(get_currency_precision(self.code))

    @property
    def minor_units(self) -> int:
        """Minor units in one unit of the currency."""
        return 10**self.digits  # type: ignore[no-any-return]  # int to an int that is never negative

    @property
    def name(self) -> str:
        """Its English name, such as "British Pound"."""
        return str(get_currency_name(self.code, locale="en"))

    @cached_property
    def symbols(self) -> frozenset[str]:
        """How texts may write it beside its code: its symbol abroad and at home, such as "US$" and "$"."""
        return frozenset(symbol for symbol, codes in SYMBOLS.items() if self.code in codes and symbol != self.code)

    def __str__(self) -> str:
        return self.code


_SHARED: Final = frozenset({"XAF", "XCD", "XOF", "XPF"})
"""Currencies of several countries."""


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """The codes of every currency that is or was in use; X begins what is none, such as gold."""
    return frozenset(code for code in list_currencies() if code[0] != "X" or code in _SHARED)


@lru_cache(maxsize=8)
def _symbols(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).currency_symbols)


def currency_of_symbol(symbol: str, home: Currency) -> str:
    """The code of the currency that a symbol or code stands for in a workbook of a government that counts in `home`;
    empty where it stands for none.

    >>> [currency_of_symbol("$", Currency(code)) for code in ("CAD", "GBP")], currency_of_symbol("eur", Currency("GBP"))
    (['CAD', 'USD'], 'EUR')
    >>> [currency_of_symbol("kr.", Currency(code)) for code in ("SEK", "GBP")], currency_of_symbol("?", Currency("GBP"))
    (['SEK', 'DKK'], '')
    """
    said = symbol.strip()
    if said.upper() in currency_codes():
        return said.upper()
    codes = SYMBOLS.get(without_point(said), ("",))
    return home.code if home.code in codes else codes[0]


NIL_MARKS: Final = frozenset({"-", "–", "—", "−", "nil"})
"""Marks that stand for an amount of zero."""

NOT_AVAILABLE_MARKS: Final = frozenset(
    {
        *("..", "...", "…", ":", "n/a", "na", "n.a.", "n.a", "x", "*", "not available", "tbc"),
        # What programs write where there is no value.
        *("#missing", "missing", "null", "none", "nan", "<na>", "(blank)", "n/d", "s/d", "k.a.", "k. a."),
    }
)
"""Marks that stand for an amount that is not known or does not apply: no amount at all."""

SCALES: Final = {
    1: "units",
    1_000: "thousands",
    100_000: "lakh",
    1_000_000: "millions",
    10_000_000: "crore",
    1_000_000_000: "billions",
    1_000_000_000_000: "trillions",
}
"""The scales in which tables state amounts, with the word for each."""


@dataclass(frozen=True)
class Unit:
    """The unit in which a table states its amounts.

    Attributes:
        currency: an ISO 4217 code; empty where nothing says it, so that it is the government's own.
        multiplier: how many units of currency one printed unit stands for, such as 1,000 or 1,000,000.
        in_minor: one printed unit is a minor unit of the currency, such as a penny or a cent.
    """

    currency: str = ""
    multiplier: int = 1
    in_minor: bool = field(default=False, repr=False)

    def minor(self, home: Currency) -> int:
        """Minor units in one printed unit, of its own currency or else of the government's.

        >>> Unit(multiplier=1_000).minor(Currency("GBP")), Unit("JPY", 1_000).minor(Currency("GBP"))
        (100000, 1000)
        """
        if self.in_minor:
            return 1
        return self.multiplier * self.currency_in(home).minor_units

    def currency_in(self, home: Currency) -> Currency:
        """Its currency, in the workbook of a government that counts in `home`."""
        return Currency(self.currency) if self.currency else home

    def __str__(self) -> str:
        scale = "minor units" if self.in_minor else SCALES.get(self.multiplier, f"× {self.multiplier:,}")
        return f"{self.currency} {scale}".strip()


def parse_amount(text: str, unit: Unit, home: Currency) -> int | None:
    """The amount that a text states, in minor units; a scale in the text goes before the unit's own.

    >>> parse_amount("(1.5)", Unit(multiplier=1_000), Currency("GBP")), parse_amount("2.5m", Unit(), Currency("JPY"))
    (-150000, 2500000)

    Raises:
        RefusedError: the amount is beyond `MAXIMUM`.
    """
    stripped = text.strip()
    if stripped.lower() in NIL_MARKS:
        return 0
    # What reads numbers takes its time to load, and a command that reads none does without it.
    from budget_align.core.values.number_writing import spell

    spelled = spell(stripped)
    value = spelled.value(".") if spelled is not None else None
    if spelled is None or value is None or spelled.percent:
        return None
    return to_minor(value, Unit(unit.currency, spelled.scale or unit.multiplier), home)


def to_minor(value: Decimal | float | int, unit: Unit, home: Currency) -> int:
    """An amount in minor units, from a number stated in a unit; the half of one goes to the even one.

    A float is taken for the shortest decimal that it prints as, which is what the spreadsheet shows.

    Raises:
        RefusedError: the amount is beyond `MAXIMUM`, or not a number.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    minor = unit.minor(home)
    if not exact.is_finite() or abs(exact) * minor > MAXIMUM:
        raise RefusedError(
            "bad-amount", f"{value} in {unit} is beyond any budget; check the number and the unit it stands in."
        )
    return int((exact * minor).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def check_sum(amounts: npt.NDArray[np.int64]) -> None:
    """Makes sure that no sum of these minor units, whatever their signs and order, leaves 64 bits.

    Raises:
        RefusedError: one could.
    """
    if float(abs(amounts.astype("float64")).sum()) > _SUM_MAXIMUM:
        raise RefusedError(
            "bad-amount",
            "The amounts together are beyond any budget and beyond exact sums; check the unit that they stand in.",
        )


@lru_cache(maxsize=256)
def _pattern(currency: Currency, locale: str, places: int, mark: str, symbol: bool) -> str:
    """The locale's own pattern for amounts of a currency, with so many places and a mark such as "bn" beside them."""
    standard = str(Locale.parse(locale).currency_formats["standard"].pattern).split(";")[0]
    number = re.search(r"[#,0.]+", standard)
    whole, _, _ = number[0].partition(".") if number else ("#,##0", "", "")
    written = f"{whole}.{'0' * places}" if places else whole
    quoted = f"'{mark}'" if mark else ""
    if not symbol:
        return written + quoted
    return re.sub(r"[#,0.]+", written + quoted, standard, count=1)


@lru_cache(maxsize=10_000)
def _write(
    amount: Decimal, currency: Currency, locale: str, places: int, mark: str = "", *, symbol: bool = True
) -> str:
    pattern = _pattern(currency, locale, places, mark, symbol)
    said = format_currency(abs(amount), currency.code, pattern, locale=locale, currency_digits=False)
    if not amount < 0:
        return str(said)
    return f"{'−' if symbol else '-'}{said}"


def format_amount(minor: int, currency: Currency, *, locale: str = DEFAULT_LOCALE, symbol: bool = True) -> str:
    """An amount to its last minor unit, as the readers of a locale write it.

    >>> format_amount(-123456789, Currency("GBP")), format_amount(1234, Currency("JPY"), locale="ja_JP")
    ('−£1,234,567.89', '￥1,234')
    >>> format_amount(5371955000000, Currency("EUR"), symbol=False)
    '53,719,550,000.00'
    >>> format_amount(123456789, Currency("EUR"), locale="de_DE")
    '1.234.567,89\xa0€'
    """
    whole = Decimal(int(minor)).scaleb(-currency.digits)
    return _write(whole, currency, locale, currency.digits, symbol=symbol)


def format_exactly(minor: Decimal, currency: Currency, *, locale: str = DEFAULT_LOCALE) -> str:
    """An amount with every decimal place that it has, those of its currency at least.

    >>> format_exactly(Decimal("60.6"), Currency("GBP")), format_exactly(Decimal("5"), Currency("KWD"))
    ('£0.606', 'KWD0.005')
    """
    whole = minor.scaleb(-currency.digits).normalize()
    return _write(whole, currency, locale, max(currency.digits, -int(whole.as_tuple().exponent)))


def format_short(minor: int, currency: Currency, *, locale: str = DEFAULT_LOCALE) -> str:
    """An amount for a headline: three or more figures with its scale, rounded half to even.

    >>> [format_short(minor, Currency("GBP")) for minor in (5371955000000, -20000000, 99999999999)]
    ['£53.72bn', '−£200k', '£1.00bn']
    """
    rounded, places, mark, _ = _headline(minor, currency)
    return _write(rounded, currency, locale, places, mark)


def format_rounded(minor: int, unit: int, currency: Currency, *, locale: str = DEFAULT_LOCALE) -> str:
    """An amount for a headline that means something only to a unit, a power of ten: no digit beyond it is written.

    >>> format_rounded(120000000000, 10**10, Currency("GBP")), format_rounded(123456, 1, Currency("GBP"))
    ('£1.2bn', '£1k')
    """
    rounded, places, mark, scale = _headline(minor, currency)
    beyond = len(str(scale * 10**currency.digits)) - len(str(unit))
    return _write(rounded, currency, locale, max(0, min(places, beyond)), mark)


def _headline(minor: int, currency: Currency) -> tuple[Decimal, int, str, int]:
    """An amount in the scale that suits it, with how many decimals it then has, the scale's mark, and the scale."""
    amount = Decimal(int(minor)).scaleb(-currency.digits)
    steps = ((1, "", currency.digits), (10**3, "k", 0), (10**6, "m", 1), (10**9, "bn", 2), (10**12, "tn", 2))
    for scale, mark, places in steps:
        rounded = (amount / scale).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        if abs(rounded) < 1_000 or scale == steps[-1][0] or (mark == "bn" and abs(rounded) < 100_000):
            break
    return rounded, places, mark, scale


def format_scaled(minor: int, currency: Currency, scale: int, places: int = 1, *, locale: str = DEFAULT_LOCALE) -> str:
    """An amount in thousands, millions or another scale with one decimal, or as many as are asked for, and without its
    currency, for tables whose head names both, rounded half to even; zero as a dash.

    >>> [format_scaled(minor, Currency("GBP"), 10**6) for minor in (47915000000, -2, -4791500000000, 0)]
    ['479.2', '0.0', '−47,915.0', '–']
    """
    if not minor:
        return "–"
    rounded = Decimal(int(minor)).scaleb(-currency.digits) / scale
    rounded = rounded.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return _write(rounded, currency, locale, places, symbol=False).replace("-", "−")


def currency_symbol(currency: Currency, *, locale: str = DEFAULT_LOCALE) -> str:
    """What the readers of a locale write for a currency: its symbol, or its code where it has none.

    >>> currency_symbol(Currency("EUR")), currency_symbol(Currency("USD"), locale="en_US")
    ('€', '$')
    """
    return str(get_currency_symbol(currency.code, locale=locale))


def check_locale(name: str) -> str:
    """The name of a locale, once it is known to be one.

    Raises:
        RefusedError: there is no such locale.
    """
    try:
        return str(Locale.parse(name))
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise RefusedError("bad-locale", f"{name!r} is no locale; write it as en_GB or de_DE.") from error
