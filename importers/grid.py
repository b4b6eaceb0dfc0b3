"""A sheet's cells as arrays, told apart by kind: numbers, text, marks, dates, errors.

A budget of half a million amounts has some thousand different texts: each is looked at once.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from budget_align.core.fiscal_year import EARLIEST, LATEST
from budget_align.core.money import NIL_MARKS, NOT_AVAILABLE_MARKS, parse_written
from importers.workbook import Area, Sheet

Address = tuple[int, int]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Kind:
    """What a cell holds. A mark stands for nought or for "not available" where an amount would stand.

    Plain numbers and no enumeration: they are compared with arrays, a million times a workbook.
    """

    EMPTY: Final = 0
    NUMBER: Final = 1
    TEXT: Final = 2
    MARK: Final = 3
    DATE: Final = 4
    ERROR: Final = 5


_ERRORS: Final = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})

_BRACKETED_MARK = re.compile(r"^[(\[]\s*(?:n\.?a\.?|x|z|s|d|b|c|nsa?|-+|\.+)\s*[)\]]$", re.IGNORECASE)
"""Marks of statistical offices: (NA) not available, (X) not applicable, (Z) less than half the unit, (D) withheld."""


@dataclass
class Grid:
    """A sheet as arrays over rows and columns, both counted from nought.

    Attributes:
        vocabulary: the distinct texts of the sheet, blanks around them taken off; the first is empty.
        codes: for each cell the place of its text in the vocabulary; nought for cells that are not text.
        kinds: a `Kind` for each cell.
        numbers: the number in each cell as stated, NaN where there is none; a mark for nought is 0.
        scales: for numbers written with their own scale, such as "2.5m", that scale.
        from_text: cells whose number was stored as text.
        indents: by how much text is set in, for cells where it is.
        merges: areas of merged cells, each from its first row and column to its last.
    """

    name: str
    vocabulary: list[str]
    codes: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    numbers: Floats
    scales: dict[Address, int] = field(default_factory=dict)
    from_text: Bools = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    indents: dict[Address, int] = field(default_factory=dict)
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.kinds.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.kinds.shape[1])

    @property
    def filled(self) -> Bools:
        """Where a cell holds anything, shape (rows, columns)."""
        return np.not_equal(self.kinds, Kind.EMPTY)

    @property
    def worded(self) -> Bools:
        """Where a cell holds words or a date, shape (rows, columns)."""
        return np.isin(self.kinds, (Kind.TEXT, Kind.DATE))

    def text(self, row: int, column: int) -> str:
        """What a cell says; a number as a person would write it."""
        code = int(self.codes[row, column])
        if code or self.kinds[row, column] == Kind.EMPTY:
            return self.vocabulary[code]
        return plain_number(self.numbers[row, column])

    def said(self, rows: Iterable[int], column: int) -> list[str]:
        """What the cells of a column say in those rows, in order."""
        return [self.text(row, column) for row in rows]

    def find_merge(self, row: int, column: int) -> Area | None:
        """The merged area that a cell begins; None where it begins none."""
        return next((area for area in self.merges if (area[0], area[1]) == (row, column)), None)


def make_grid(sheet: Sheet) -> Grid:
    """The grid of a sheet. Trailing empty rows and columns are left off."""
    columns = list(zip(*sheet.rows, strict=True)) if sheet.rows else []
    heights = [next((i for i in range(len(c), 0, -1) if c[i - 1] != ""), 0) for c in columns]
    width = next((j for j in range(len(heights), 0, -1) if heights[j - 1]), 0)
    height = max(heights, default=0)
    grid = Grid(
        sheet.name,
        [""],
        np.zeros((height, width), dtype=np.int32),
        np.zeros((height, width), dtype=np.uint8),
        np.full((height, width), np.nan),
        from_text=np.zeros((height, width), dtype=bool),
        merges=tuple(area for area in sheet.merges if area[0] < height and area[1] < width),
        hidden_rows=sheet.hidden_rows,
        hidden_columns=sheet.hidden_columns,
        indents={where: depth for where, depth in sheet.indents.items() if where[0] < height and where[1] < width},
    )
    places: dict[str, int] = {"": 0}
    for j, column in enumerate(columns[:width]):
        _place_column(grid, places, j, column[:height])
    return grid


def _place_column(grid: Grid, places: dict[str, int], j: int, cells: Sequence[Any]) -> None:
    kinds = [type(cell) for cell in cells]
    for kind in set(kinds):
        if kind is str:
            rows = [i for i, cell in enumerate(cells) if type(cell) is str and cell]
            _place_texts(grid, places, j, rows, [cells[i] for i in rows])
            continue
        rows = [i for i, each in enumerate(kinds) if each is kind] if len(set(kinds)) > 1 else list(range(len(cells)))
        if kind is float or kind is int:
            numbers = np.array([cells[i] for i in rows], dtype=np.float64)
            grid.numbers[rows, j] = numbers
            grid.kinds[rows, j] = np.where(np.isfinite(numbers), Kind.NUMBER, Kind.ERROR)
        else:
            is_date = issubclass(kind, datetime.date | datetime.time | datetime.timedelta)
            for i in rows:
                said = _date_text(cells[i]) if is_date else str(cells[i]).upper()
                grid.codes[i, j] = _place_in(grid.vocabulary, places, said)
                grid.kinds[i, j] = Kind.DATE if is_date else Kind.TEXT


def _place_texts(grid: Grid, places: dict[str, int], j: int, rows: list[int], texts: list[str]) -> None:
    """Places texts of one column; each distinct text is read once."""
    seen: dict[str, tuple[int, int, float, int | None]] = {}
    for text in set(texts):
        stripped = text.strip()
        if stripped:
            kind, number, scale = _tell_text(stripped)
            seen[text] = (_place_in(grid.vocabulary, places, stripped), kind, number, scale)
    found = [(i, text, seen[text]) for i, text in zip(rows, texts, strict=True) if text in seen]
    if not found:
        return
    at = [i for i, _, _ in found]
    kinds = np.array([told[1] for _, _, told in found], dtype=np.uint8)
    grid.codes[at, j] = [told[0] for _, _, told in found]
    grid.kinds[at, j] = kinds
    grid.numbers[at, j] = [told[2] for _, _, told in found]
    grid.from_text[at, j] = kinds == Kind.NUMBER
    for i, text, told in found:
        if told[3]:
            grid.scales[i, j] = told[3]
        elif told[1] == Kind.TEXT and text[0] in " \t\u00a0":
            grid.indents.setdefault((i, j), len(text) - len(text.lstrip()))


def _place_in(vocabulary: list[str], places: dict[str, int], text: str) -> int:
    place = places.get(text)
    if place is None:
        place = places[text] = len(vocabulary)
        vocabulary.append(text)
    return place


def _tell_text(text: str) -> tuple[int, float, int | None]:
    """The kind of a text, the number that it states, and the scale that the number carries."""
    lower = text.lower()
    if lower in NIL_MARKS:
        return Kind.MARK, 0.0, None
    if lower in NOT_AVAILABLE_MARKS or _BRACKETED_MARK.match(text):
        return Kind.MARK, np.nan, None
    if text.upper() in _ERRORS:
        return Kind.ERROR, np.nan, None
    written = parse_written(text) if len(text) < 40 else None
    if written is None:
        return Kind.TEXT, np.nan, None
    return Kind.NUMBER, float(written.value), written.scale


def _date_text(cell: object) -> str:
    midnight = isinstance(cell, datetime.datetime) and cell.time() == datetime.time()
    return str(cell.date()) if midnight and isinstance(cell, datetime.datetime) else str(cell)


def plain_number(number: float) -> str:
    """A number as a person would write it: no decimal point where it is whole, no exponent up to 15 figures."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(float(number))


def are_years(numbers: Floats) -> bool:
    """Whether all of some numbers could be years and not amounts: whole, and within living memory."""
    return bool(len(numbers) and ((numbers == np.floor(numbers)) & (numbers >= EARLIEST) & (numbers <= LATEST)).all())


def letter(column: int) -> str:
    """The column's letters, for a column counted from nought."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The cell's address, such as "F12", for a row and column counted from nought."""
    return f"{letter(column)}{row + 1}"
