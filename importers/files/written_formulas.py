"""Formulas that a text keeps as they were typed: nobody kept what they come to."""

from __future__ import annotations

import re
from typing import Any, Final

from importers.files.addresses import CellName

_FORMULA: Final = re.compile(
    r"=\s*[-+(]*\s*(?:'[^']+'!|\w+!)?(?:\$?[A-Z]{1,3}\$?\d{1,7}\b|[A-Z][A-Z.]*\(|\d[\d.,]*%?\s*[-+*/^])", re.IGNORECASE
)
_OF_TEXT: Final = re.compile(
    r"=\s*(?:HYPERLINK|IMAGE|WEBSERVICE|CONCAT(?:ENATE)?|TEXT(?:JOIN)?|TRIM|UPPER|LOWER|PROPER|LEFT|RIGHT|MID|CHAR"
    r"|SUBSTITUTE|REPLACE|REPT|T)\(|[^\"]*(?:\"[^\"]*\"[^\"]*)*&",
    re.IGNORECASE,
)
"""What comes to a text, and states no amount: it is kept as it is written."""

_SUM: Final = re.compile(r"=\s*(?:SUM|SUBTOTAL|AGGREGATE)\([^()]*\)\s*", re.IGNORECASE)


def take_out_formulas(rows: list[list[Any]]) -> tuple[frozenset[CellName], frozenset[CellName]]:
    """Empties the cells that hold a formula which comes to a number, and tells where they are, and which of them only
    sum others.

    >>> rows = [["Roads", "=B1+C1", "=SUM(B1:B9)", '="12"', "= total", '=HYPERLINK("x","y")']]
    >>> take_out_formulas(rows), rows
    ((frozenset({(0, 1), (0, 2)}), frozenset({(0, 2)})), [['Roads', '', '', '="12"', '= total', '=HYPERLINK("x","y")']])
    """
    found: set[CellName] = set()
    sums: set[CellName] = set()
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell and cell[0] == "=" and _FORMULA.match(cell) and not _OF_TEXT.match(cell):
                found.add((place, column))
                if _SUM.fullmatch(cell):
                    sums.add((place, column))
                row[column] = ""
    return frozenset(found), frozenset(sums)
