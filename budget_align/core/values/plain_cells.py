"""Text in cells of what people download, which no spreadsheet program may take for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?%?")
_HARMLESS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        ABS AND AVERAGE CEILING COUNT COUNTA COUNTIF COUNTIFS DATE DAY FALSE FLOOR HLOOKUP IF IFERROR IFS INDEX INT
        ISBLANK ISERROR ISNUMBER LEFT LEN LOOKUP LOWER MATCH MAX MEDIAN MID MIN MOD MONTH NOT OR PRODUCT PROPER RIGHT
        ROUND ROUNDDOWN ROUNDUP ROW SIGN SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT TEXT TRIM TRUE TRUNC UPPER VALUE VLOOKUP
        XLOOKUP YEAR
        """,
    )
)
"""Functions that work on the cells of the same workbook alone."""

_CALL: Final = re.compile(r"(?<![A-Za-z0-9_.])([A-Za-z_][A-Za-z0-9_.]*) ?\(")


def may_start_formula(text: str) -> bool:
    """Whether a spreadsheet program may take a text for a formula, which a number is not.

    >>> may_start_formula("=1+1"), may_start_formula("-5.20"), may_start_formula("-2+3+cmd|' /C calc'!A0")
    (True, False, True)
    """
    return text.startswith(_STARTS) and not _NUMBER.fullmatch(text)


def is_harmless(formula: str) -> bool:
    """Whether a formula works on the cells of its own workbook alone: it calls no function but those that are known to,
    names no other file, and starts no program.

    >>> is_harmless("=SUM(B2:B9)"), is_harmless("=Sheet1!A1*2"), is_harmless('=HYPERLINK("http://x.example")')
    (True, True, False)
    >>> is_harmless("=cmd|'/c calc'!A1"), is_harmless("='[other.xlsx]Sheet'!A1"), is_harmless('=IMAGE("x")')
    (False, False, False)
    """
    if any(sign in formula for sign in "|[]\\@{}") or "://" in formula:
        return False
    return {name.upper() for name in _CALL.findall(formula)} <= _HARMLESS


def plain_cell(text: str) -> str:
    """A text as it may stand in a .csv: before one that would be a formula stands an apostrophe, as a person writes it.

    >>> plain_cell("=1+1"), plain_cell("-5"), plain_cell("Roads")
    ("'=1+1", '-5', 'Roads')
    """
    return f"'{text}" if may_start_formula(text) else text


def write_csv(rows: Iterable[Sequence[object]]) -> str:
    """A .csv of rows. Text stands in quotation marks, so that a program which parts cells by another sign than the
    comma finds no formula within one.

    >>> write_csv([("Roads; =1+1", 5)])
    '"Roads; =1+1",5\\r\\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([plain_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()
