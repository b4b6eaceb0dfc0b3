"""Finds where the cells of an .xlsx sheet stand and which style each has, in the bytes of its part, with arrays: a
million and a half cells take a fifth of a second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_Bytes = npt.NDArray[np.uint8]
_Places = npt.NDArray[np.int64]
_LETTERS, _DIGITS, _STYLE_DIGITS = 3, 7, 5
_PADDING = b"\0" * 32


@dataclass(frozen=True)
class CellPlaces:
    """The cells of a piece of a sheet's part, in the order of the file.

    Attributes:
        rows: the row of each, counted from zero.
        columns: the column of each, counted from zero.
        styles: the number of its style.
        starts: where its tag begins in the piece.
        filled: whether anything stands in it: a value, a formula or a text.
    """

    rows: _Places
    columns: _Places
    styles: _Places
    starts: _Places
    filled: npt.NDArray[np.bool_]


def find_cells(piece: bytes) -> CellPlaces:
    """The cells whose address comes first and whose style second, as every spreadsheet program writes them.

    A cell that is cut off at the end of the piece is left out; the next piece begins before it.
    """
    data = np.frombuffer(piece + _PADDING, dtype=np.uint8)
    tags = np.flatnonzero(data[: -len(_PADDING)] == ord("<"))
    is_cell = np.flatnonzero(_spell(data, tags + 1, b'c r="'))
    at = tags[is_cell] + len(b'<c r="')
    columns, at = _read(data, at, _LETTERS, ord("A"), 26, 1)
    rows, at = _read(data, at, _DIGITS, ord("0"), 10, 0)
    closed = data[at] == ord('"')
    styled = _spell(data, at + 1, b's="', after_blank=True)
    styles, end = _read(data, np.where(styled, at + 5, at), _STYLE_DIGITS, ord("0"), 10, 0)
    whole = closed & (data[np.where(styled, end, at)] == ord('"')) & (data[np.where(styled, end, at) + 1] != 0)
    whole &= (rows > 0) & (columns > 0) & (at + len(b'" s="') < len(piece))
    after = np.append(tags, len(piece))[is_cell + 1] + 1
    filled = np.isin(data[after], np.frombuffer(b"vfi", dtype=np.uint8))
    styles[~styled] = 0
    return CellPlaces(rows[whole] - 1, columns[whole] - 1, styles[whole], tags[is_cell][whole], filled[whole])


def _spell(data: _Bytes, at: _Places, word: bytes, *, after_blank: bool = False) -> npt.NDArray[np.bool_]:
    """Where a word stands at the places given."""
    found = np.ones(len(at), dtype=bool)
    for offset, letter in enumerate(b" " * after_blank + word):
        found &= data[at + offset] == letter
    return found


def _read(data: _Bytes, at: _Places, length: int, first: int, base: int, least: int) -> tuple[_Places, _Places]:
    """The numbers written at some places, in letters or digits, and where each ends."""
    number = np.zeros(len(at), dtype=np.int64)
    at = at.copy()
    going = np.ones(len(at), dtype=bool)
    for _ in range(length):
        digit = data[at].astype(np.int64) - first
        going &= (digit >= 0) & (digit < base)
        if not going.any():
            break
        number = np.where(going, number * base + digit + least, number)
        at += going
    return number, at
