"""Formulas that a text keeps as they were typed: nobody kept what they come to."""

from __future__ import annotations

import re
from collections.abc import Collection
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


_QUOTED: Final = re.compile(r"[\"!\[{]")
_WORDS: Final = re.compile(r"(?<![\w.])([^\W\d_]{2,}[.,-]? +)(?=[^\W\d_]{2,})|^ +[^\W\d_]{3,}(-[^\W\d_]+)* *$")


def is_in_words(formula: str, names: Collection[str]) -> bool:
    """Whether what a program kept as a formula, since it begins with "=", is nothing but words, as the label of a total
    is: two of them side by side, or one after a blank, and none the name of a cell.

    Args:
        formula: what stands behind the sign.
        names: those that the workbook gives to cells, in small letters.

    >>> [is_in_words(said, ()) for said in (" Ordentliche Erträge", " Ergebnis", " Saldo aus Zinsen (Nr. 9)")]
    [True, True, True]
    >>> [is_in_words(said, ()) for said in (" A1 + B2", "A1:A9 B2:C9", 'IF(A1,"so much",2)', "'My sheet'!A1")]
    [False, False, False, False]
    >>> is_in_words(" Costs", ["costs"]), is_in_words("Costs Income", ["costs", "income"]), is_in_words("Costs", ())
    (False, False, False)
    """
    if not _WORDS.search(formula) or _QUOTED.search(formula):
        return False
    return not any(word.casefold() in names for word in re.findall(r"\w+", formula))
