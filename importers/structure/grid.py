"""A sheet's cells as arrays, told apart by kind: numbers, text, marks, dates, errors.

A budget of half a million amounts has some thousand different texts: each is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from budget_align.core.values.fiscal_year import EARLIEST, LATEST
from budget_align.core.values.number_writing import Doubt
from budget_align.core.values.terms import UK, Terms
from importers.files.addresses import address as address_of
from importers.files.addresses import letter as letter
from importers.files.number_formats import PLAIN, NumberFormat, Shows
from importers.files.workbook import Area

Address = tuple[int, int]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Kind:
    """What a cell holds. A mark stands for zero or for "not available" where an amount would stand.

    Plain numbers and no enumeration: they are compared with arrays, a million times a workbook.
    """

    EMPTY: Final = 0
    NUMBER: Final = 1
    TEXT: Final = 2
    MARK: Final = 3
    DATE: Final = 4
    ERROR: Final = 5


_ROWS_SAMPLED: Final = 3_000


@dataclass
class Grid:
    """A sheet as arrays over rows and columns, both counted from zero.

    Attributes:
        vocabulary: the distinct texts of the sheet, blanks around them taken off; the first is empty.
        codes: for each cell the place of its text in the vocabulary; zero for cells that are not text.
        kinds: a `Kind` for each cell.
        numbers: the number in each cell as stated, NaN where there is none; a mark for zero is 0.
        scales: for numbers written with their own scale, such as "2.5m", that scale.
        from_text: cells whose number was stored as text.
        unsure: cells whose text most likely states the number that it is read as, which only a person knows.
        indents: by how much text is set in, for cells where it is.
        merges: areas of merged cells, each from its first row and column to its last.
        terms: those of the government whose workbook it is, by which years and symbols are read.
        doubtful_marks: columns of texts whose decimal mark may be the other one, with the reason.
        parted_by: what parts the columns of the text that the sheet was; empty for a workbook.
        symbols: currency symbols and codes beside numbers; `symbol_of` says which of them a cell has, 0 for none.
        ratios: cells that state a percentage.
        formats: for each cell the place of its number format in `number_formats`; zero where it says nothing.
        number_formats: what the number formats say; the first says nothing.
        moved: for rows whose cells were moved below the headers of another page, where the cell of each column stands.
    """

    name: str
    vocabulary: list[str]
    codes: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    numbers: Floats
    scales: dict[Address, int] = field(default_factory=dict)
    from_text: Bools = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    indents: dict[Address, int] = field(default_factory=dict)
    unsure: set[Address] = field(default_factory=set)
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    terms: Terms = UK
    doubtful_marks: dict[int, Doubt] = field(default_factory=dict)
    parted_by: str = ""
    symbols: list[str] = field(default_factory=lambda: [""])
    symbol_of: npt.NDArray[np.int16] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int16))
    ratios: Bools = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    formats: Bytes = field(default_factory=lambda: np.zeros((0, 0), dtype=np.uint8))
    number_formats: tuple[NumberFormat, ...] = (PLAIN,)
    moved: Mapping[int, Sequence[int]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.kinds.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.kinds.shape[1])

    @property
    def file_width(self) -> int:
        """Columns of the file, where cells were moved into fewer."""
        return max([self.width, *(1 + max(stands[: self.width]) for stands in self.moved.values())])

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

    def stands(self, row: int, column: int) -> int:
        """The column of the file in which a cell stands."""
        return self.moved[row][column] if row in self.moved else column

    def address(self, row: int, column: int) -> str:
        """The address of a cell in the file, such as "F12"."""
        return address_of(row, self.stands(row, column))

    def ranges(self, rows: Iterable[int], column: int) -> tuple[str, ...]:
        """The cells of some rows in a column as ranges of the file, such as "F12:F14"."""
        ranges: list[tuple[int, int, int]] = []
        for row in sorted(rows):
            stands = self.stands(row, column)
            if ranges and ranges[-1][1:] == (row - 1, stands):
                ranges[-1] = (ranges[-1][0], row, stands)
            else:
                ranges.append((row, row, stands))
        return tuple(address_of(a, at) if a == b else f"{address_of(a, at)}:{address_of(b, at)}" for a, b, at in ranges)

    def number_format(self, row: int, column: int) -> NumberFormat:
        """What a cell's number format says."""
        return self.number_formats[int(self.formats[row, column])]

    def shows(self, kind: Shows) -> Bools:
        """Where the number format of a filled cell makes it a percentage, an amount in a currency, a date or text,
        shape (rows, columns). A percentage is a ratio and never money, whatever its header says.
        """
        places = [place for place, said in enumerate(self.number_formats) if said.shows == kind]
        return np.isin(self.formats, places) & self.filled

    @property
    def percent(self) -> Bools:
        """Where a cell's format shows its number as a percentage, shape (rows, columns)."""
        return self.shows("percent") & np.equal(self.kinds, Kind.NUMBER)

    def said(self, rows: Iterable[int], column: int) -> list[str]:
        """What the cells of a column say in those rows, in order."""
        places = np.fromiter(rows, dtype=np.intp)
        codes, kinds = self.codes[places, column], self.kinds[places, column]
        said = [self.vocabulary[code] for code in codes.tolist()]
        for place in np.flatnonzero((codes == 0) & (kinds != Kind.EMPTY)).tolist():
            said[place] = plain_number(self.numbers[places[place], column])
        return said

    def words(self, rows: Ints, columns: Sequence[int]) -> list[str]:
        """The distinct texts that cells of some rows and columns hold."""
        codes = self.codes[np.ix_(rows, np.array(columns, dtype=np.int64))]
        return [self.vocabulary[code] for code in np.flatnonzero(np.bincount(codes.ravel())).tolist() if code]

    def counted(self, rows: Ints, column: int) -> tuple[Ints, Ints]:
        """The distinct texts of a column in some rows, as places in the vocabulary in order, and how many of the rows
        hold each; place zero for those that hold none.
        """
        counts = np.bincount(self.codes[rows, column])
        places = np.flatnonzero(counts)
        return places, counts[places]

    def spelled(self, rows: Ints, column: int) -> Ints:
        """Those of some rows in which a column holds a number as text that says more than the number: a mark, a word, a
        shortened form.
        """
        said: Ints = rows[self.from_text[rows, column] & (self.codes[rows, column] != 0)]
        return said

    def find_merge(self, row: int, column: int) -> Area | None:
        """The merged area that a cell begins; None where it begins none."""
        return next((area for area in self.merges if (area[0], area[1]) == (row, column)), None)


def plain_number(number: float) -> str:
    """A number as a person would write it: no decimal point where it is whole, no exponent up to 15 figures."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(float(number))


def are_years(numbers: Floats) -> bool:
    """Whether all of some numbers could be years and not amounts: whole, and within living memory."""
    return bool(len(numbers) and ((numbers == np.floor(numbers)) & (numbers >= EARLIEST) & (numbers <= LATEST)).all())


def sample(rows: Ints) -> Ints:
    """At most some thousand rows, evenly spread: enough to tell how columns relate."""
    return rows[:: max(1, len(rows) // _ROWS_SAMPLED)]
