"""A sheet's cells told apart by kind: numbers, text, marks, dates, errors."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from budget_align.core.fiscal_year import EARLIEST, LATEST
from budget_align.core.money import NIL_MARKS, NOT_AVAILABLE_MARKS, parse_written
from importers.workbook import Sheet

Address = tuple[int, int]


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


@dataclass
class Grid:
    """A sheet as arrays over rows and columns, both counted from nought.

    Attributes:
        texts: what each cell says, with the blanks around it taken off.
        kinds: a `Kind` for each cell.
        numbers: the number in each cell as stated, NaN where there is none; a mark for nought is 0.
        scales: for numbers written with their own scale, such as "2.5m", that scale.
        from_text: cells whose number was stored as text.
    """

    name: str
    texts: list[list[str]]
    kinds: npt.NDArray[np.uint8]
    numbers: npt.NDArray[np.float64]
    scales: dict[Address, int] = field(default_factory=dict)
    from_text: set[Address] = field(default_factory=set)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.kinds.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.kinds.shape[1])

    def row_texts(self, row: int, columns: list[int]) -> list[str]:
        """What the row says in those columns, in order."""
        return [self.texts[row][column] for column in columns]


def make_grid(sheet: Sheet) -> Grid:
    """The grid of a sheet. Trailing empty rows and columns are left off."""
    rows = sheet.rows
    height = max((i + 1 for i, row in enumerate(rows) if any(cell != "" for cell in row)), default=0)
    width = max((j + 1 for row in rows[:height] for j, cell in enumerate(row) if cell != ""), default=0)
    grid = Grid(
        sheet.name,
        [[""] * width for _ in range(height)],
        np.zeros((height, width), dtype=np.uint8),
        np.full((height, width), np.nan),
    )
    for i in range(height):
        for j, cell in enumerate(rows[i][:width]):
            if cell != "":
                _place(grid, i, j, cell)
    return grid


def _place(grid: Grid, i: int, j: int, cell: object) -> None:
    if isinstance(cell, bool):
        grid.texts[i][j], grid.kinds[i, j] = str(cell).upper(), Kind.TEXT
    elif isinstance(cell, int | float):
        grid.texts[i][j], grid.kinds[i, j] = _plain(cell), Kind.NUMBER
        grid.numbers[i, j] = cell
    elif isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        grid.texts[i][j], grid.kinds[i, j] = str(cell), Kind.DATE
    elif isinstance(cell, str):
        _place_text(grid, i, j, cell.strip())


def _place_text(grid: Grid, i: int, j: int, text: str) -> None:
    grid.texts[i][j] = text
    if not text:
        return
    lower = text.lower()
    if lower in NIL_MARKS or lower in NOT_AVAILABLE_MARKS:
        grid.kinds[i, j] = Kind.MARK
        if lower in NIL_MARKS:
            grid.numbers[i, j] = 0
        return
    if text.startswith("#") and text.rstrip("!?").isupper() and len(text) < 12:
        grid.kinds[i, j] = Kind.ERROR
        return
    written = parse_written(text) if len(text) < 40 else None
    if written is None:
        grid.kinds[i, j] = Kind.TEXT
        return
    grid.kinds[i, j] = Kind.NUMBER
    grid.numbers[i, j] = float(written.value)
    grid.from_text.add((i, j))
    if written.scale:
        grid.scales[i, j] = written.scale


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(number)


def is_year(number: float) -> bool:
    """Whether a number could be a year and not an amount: whole, and within living memory."""
    return float(number).is_integer() and EARLIEST <= number <= LATEST


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
