"""Addresses of cells as people write them, and as numbers from zero."""

from __future__ import annotations

CellName = tuple[int, int]
"""The row and the column of a cell, counted from zero."""

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from zero."""


def letter(column: int) -> str:
    """The column's letters, for a column counted from zero."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The cell's address, such as "F12", for a row and column counted from zero."""
    return f"{letter(column)}{row + 1}"


def cell_name(name: str) -> CellName:
    """The row and column, counted from zero, of a cell's address.

    >>> cell_name("C12"), cell_name("AA1")
    ((11, 2), (0, 26))
    """
    letters = name.rstrip("0123456789")
    column = 0
    for one in letters:
        column = column * 26 + ord(one) - 64
    return int(name[len(letters) :]) - 1, column - 1
