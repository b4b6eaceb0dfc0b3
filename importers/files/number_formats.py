"""What a cell's number format says about the number in it: a share of a hundred, an amount in a currency, a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from budget_align.core.values.money import currency_codes
from budget_align.core.values.number_writing import SCALES

Shows = Literal["plain", "percent", "currency", "date", "text"]


@dataclass(frozen=True)
class NumberFormat:
    """What a number format says; the number in the cell is always the full one.

    Attributes:
        shows: what the format makes of a number; "plain" where it says nothing of its kind.
        currency: the ISO 4217 code of the currency that it names; empty where it names none, or by a symbol that many
            countries share.
        symbol: the symbol or name of the currency as the format writes it, such as "$".
        scale: by what the number is divided for showing: 1,000 for one that shows thousands.
        times: by what the number is to be multiplied, since the format writes a scale behind it and does not divide by
            that: 1,000 for 12.5 that is shown as 12.5k.
        groups: what it does to tell digits apart: "thousands" where it marks those, as nobody does with a code,
            "accounts" where it sets them out as a ledger does.
    """

    shows: Shows = "plain"
    currency: str = ""
    symbol: str = ""
    scale: int = 1
    groups: Literal["", "thousands", "accounts"] = ""
    times: int = 1


PLAIN: Final = NumberFormat()
_GROUPED: Final = NumberFormat(groups="thousands")
_ACCOUNTS: Final = NumberFormat(groups="accounts")
PERCENT: Final = NumberFormat("percent")
DATE: Final = NumberFormat("date")
TEXT: Final = NumberFormat("text")
_LOCAL_CURRENCY: Final = NumberFormat("currency")
"""The currency of whoever looks at the sheet, as Excel's own formats 5 to 8, 42 and 44 show it."""

_BUILT_IN: Final = {
    **dict.fromkeys((9, 10), PERCENT),
    **dict.fromkeys((14, 15, 16, 17, 18, 19, 20, 21, 22, *range(27, 37), 45, 46, 47, *range(50, 59)), DATE),
    **dict.fromkeys((5, 6, 7, 8, 42, 44), _LOCAL_CURRENCY),
    **dict.fromkeys((3, 4, 37, 38, 39, 40), _GROUPED),
    **dict.fromkeys((41, 43), _ACCOUNTS),
    49: TEXT,
}

_CURRENCY = re.compile(r"\[\$([^\[\]-]*)(?:-([0-9A-Fa-f]+))?[^\[\]]*\]")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_IN_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_CODE = re.compile(r"(?<![A-Z])[A-Z]{3}(?![A-Z])")
_SIGN = re.compile(r"[£$€¥₹₽₺₩₪₦₱฿₫₴]|(?<!\w)(?:zł|Kč|Kc|Ft|kr\.?|lei|лв\.?|CHF|R\$|Rs\.?)(?!\w)")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTER = re.compile(r"[ymdhs]")
_GROUPS = re.compile(r"[0#?],[0#?]")
_SET_OUT = re.compile(r"_[-()]")
"""Room for a sign or a bracket beside a number, as ledgers leave it."""
_SCALED = re.compile(r"[0#?](,+)(?![0#?,])")

# The countries of Windows' locale codes whose currency has a symbol that others share, or one of its own.
_OF_LOCALE: Final = {
    0x404: "TWD", 0x405: "CZK", 0x406: "DKK", 0x407: "EUR", 0x409: "USD", 0x40B: "EUR", 0x40C: "EUR", 0x40D: "ILS",
    0x40E: "HUF", 0x40F: "ISK", 0x410: "EUR", 0x411: "JPY", 0x412: "KRW", 0x413: "EUR", 0x414: "NOK", 0x415: "PLN",
    0x416: "BRL", 0x418: "RON", 0x419: "RUB", 0x41A: "EUR", 0x41D: "SEK", 0x41E: "THB", 0x41F: "TRY", 0x422: "UAH",
    0x402: "BGN", 0x804: "CNY", 0x807: "CHF", 0x809: "GBP", 0x80A: "MXN", 0x80C: "EUR", 0x813: "EUR", 0x814: "NOK",
    0x816: "EUR", 0xC07: "EUR", 0xC09: "AUD", 0xC0A: "EUR", 0xC0C: "CAD", 0xC04: "HKD", 0x1004: "SGD", 0x1009: "CAD",
    0x1409: "NZD", 0x1809: "EUR", 0x1C09: "ZAR", 0x2C0A: "ARS", 0x340A: "CLP", 0x4009: "INR", 0x439: "INR",
    0x4809: "SGD",
}  # fmt: skip
_OF_SIGN: Final = {
    "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR",
    "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS", "₦": "NGN", "₱": "PHP", "฿": "THB", "₫": "VND", "₴": "UAH",
    "zł": "PLN", "Kč": "CZK", "Kc": "CZK", "Ft": "HUF", "CHF": "CHF", "R$": "BRL", "лв": "BGN", "лв.": "BGN",
}  # fmt: skip
_NO_CURRENCY: Final = frozenset({"ALL", "TOP"})
"""Codes that a word in a format means otherwise."""


@lru_cache(maxsize=4_096)
def read_format(code: str) -> NumberFormat:
    r"""What a number format says, as spreadsheets write one.

    >>> read_format("0.0%").shows
    'percent'
    >>> read_format('"£"#,##0,,').scale, read_format("[$€-407] #,##0.00").currency, read_format("$#,##0").currency
    (1000000, 'EUR', '')
    >>> [read_format(code).times for code in ('0.0"k"', '0.0,"k"', '"£"0.00\\m', '#,##0" places"')]
    [1000, 1, 1000000, 1]
    >>> read_format("dd/mm/yyyy").shows, read_format("@").shows, read_format("#,##0;[Red]-#,##0").shows
    ('date', 'text', 'plain')
    >>> read_format("#,##0").groups, read_format('_-* #,##0_-;-* #,##0_-;_-* "-"_-').groups, read_format("0000").groups
    ('thousands', 'accounts', '')
    """
    first = _section(code)
    if "%" in first:
        return PERCENT
    bare = _QUOTED.sub("", _IN_BRACKETS.sub("", first))
    scaled = _SCALED.search(bare)
    scale = 1_000 ** len(scaled[1]) if scaled else 1
    times = max(1, _written_scale(first) // scale)
    currency, symbol = _currency(first)
    if currency or symbol:
        return NumberFormat("currency", currency, symbol, scale, times=times)
    if bare.strip() == "@":
        return TEXT
    if _ELAPSED.search(first) or _DATE_LETTER.search(bare.lower().replace("general", "")):
        return DATE
    groups: Literal["", "thousands", "accounts"] = ""
    if _GROUPS.search(bare):
        groups = "accounts" if "*" in first and _SET_OUT.search(first) else "thousands"
    return NumberFormat(scale=scale, groups=groups, times=times) if scale > 1 or groups or times > 1 else PLAIN


def built_in_format(number: int) -> NumberFormat:
    """What one of the formats says that spreadsheets know by number alone."""
    return _BUILT_IN.get(number, PLAIN)


def _section(code: str) -> str:
    """The part of a format for positive numbers."""
    masked = _masked(code)
    return code[: masked.index(";")] if ";" in masked else code


def _masked(code: str) -> str:
    """A format with a letter in the place of each that it writes out."""
    return re.sub(r'"[^"]*"|\\.', lambda match: "x" * len(match[0]), code)


def _written_scale(section: str) -> int:
    """The scale that a format writes behind its numbers, such as "k" or "million"; 1 for none."""
    masked = _masked(section)
    behind = section[max(masked.rfind("0"), masked.rfind("#")) + 1 :]
    return scale_behind("".join(match[1] or match[2] or "" for match in _QUOTED.finditer(behind)))


def scale_behind(written: str) -> int:
    """The scale that is meant by what stands behind a number: a word for one, or zeros alone; 1 for anything else.

    >>> [scale_behind(written) for written in ("k", " million", "000", " FTE")]
    [1000, 1000000, 1000, 1]
    """
    said = written.strip(" .\u00a0").casefold()
    return 10 ** len(said) if said and not said.strip("0") else SCALES.get(said, 1)


def _currency(section: str) -> tuple[str, str]:
    """The ISO code and the symbol of the currency that a format names."""
    for match in _CURRENCY.finditer(section):
        symbol = match[1].strip()
        if not symbol:
            continue
        if re.fullmatch(r"[A-Z]{3}", symbol):
            return symbol, symbol
        locale = int(match[2], 16) & 0xFFFF if match[2] else 0
        return _OF_SIGN.get(symbol) or _OF_LOCALE.get(locale, ""), symbol
    words = " ".join(match[1] or match[2] or "" for match in _QUOTED.finditer(section))
    bare = _QUOTED.sub(" ", _IN_BRACKETS.sub("", section))
    sign = _SIGN.search(words) or _SIGN.search(bare)
    if sign:
        return _OF_SIGN.get(sign[0], ""), sign[0]
    named = _CODE.fullmatch(words.strip())
    return (named[0], named[0]) if named and named[0] in currency_codes() - _NO_CURRENCY else ("", "")
