"""What stands in a sheet beside its values."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from importers.files.addresses import Area, CellName
from importers.files.number_formats import PLAIN, NumberFormat

_MOST_FORMATS = 255


@dataclass
class FormatTable:
    """The number formats of a workbook that say something, each once; the first says nothing."""

    formats: list[NumberFormat] = field(default_factory=lambda: [PLAIN])

    def place(self, said: NumberFormat) -> int:
        """The place of a format, which is added where it is new; zero where there are too many to be of use."""
        if said in self.formats:
            return self.formats.index(said)
        if len(self.formats) > _MOST_FORMATS:
            return 0
        self.formats.append(said)
        return len(self.formats) - 1


@dataclass
class FormatPlaces:
    """Which cells have a number format that says something, gathered piece by piece."""

    pieces: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.uint8]]] = field(
        default_factory=list
    )

    areas: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    def add_area(self, row: int, column: int, height: int, width: int, code: int) -> None:
        """Adds an area of cells by its first row and column, with the place of their format."""
        if code:
            self.areas.append((row, column, height, width, code))

    def add(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], codes: npt.NDArray[np.uint8]) -> None:
        """Adds cells, each with the place of its format; those whose format says nothing are left out."""
        says = codes > 0
        if says.any():
            self.pieces.append((rows[says].astype(np.int32), columns[says].astype(np.int32), codes[says]))

    def spread(self, height: int, width: int) -> npt.NDArray[np.uint8]:
        """The place of each cell's format, shape (height, width)."""
        codes = np.zeros((height, width), dtype=np.uint8)
        for rows, columns, said in self.pieces:
            inside = (rows < height) & (columns < width)
            codes[rows[inside], columns[inside]] = said[inside]
        for row, column, down, across, code in self.areas:
            codes[row : row + down, column : column + across] = code
        return codes


@dataclass
class SheetMarks:
    """What stands in a sheet beside its values; rows and columns are counted from zero.

    Attributes:
        errors: cells that hold an error, such as "#REF!", with what it says.
        texts: cells whose text differs from what the fast reader of cells makes of it.
        without_value: cells with a formula whose value was never kept.
        sums_without_value: those of them that sum other cells, and nothing else.
        worded: those that may be no formula, but words behind the sign "=", with what stands behind it.
        zeros: cells with a formula for which a zero is kept, as long as no formula is known to be calculated.
        calculated: a formula has another value than zero.
        indents: by how much the text of a cell is set in.
        merges: areas of merged cells, where the fast reader knows of none.
        covered: cells that hold something under a merged cell, where nobody sees it.
        formats: cells whose number format says something, by its place in the workbook's `FormatTable`.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[CellName, str] = field(default_factory=dict)
    texts: dict[CellName, str] = field(default_factory=dict)
    without_value: set[CellName] = field(default_factory=set)
    sums_without_value: set[CellName] = field(default_factory=set)
    worded: dict[CellName, str] = field(default_factory=dict)
    zeros: set[CellName] = field(default_factory=set)
    calculated: bool = False
    indents: dict[CellName, int] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    covered: set[CellName] = field(default_factory=set)
    formats: FormatPlaces = field(default_factory=FormatPlaces)
