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
import pandas as pd

from budget_align.core.fiscal_year import EARLIEST, LATEST
from budget_align.core.money import NIL_MARKS, NOT_AVAILABLE_MARKS
from budget_align.core.number_writing import DecimalMark, Spelled, Writing, file_mark, spell, tell_writing
from budget_align.core.refusal import RefusedError
from budget_align.core.terms import UK, Terms
from importers.addresses import address as address
from importers.addresses import letter as letter
from importers.limits import Limits
from importers.number_formats import PLAIN, NumberFormat, Shows
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


_ERROR = re.compile(r"^(?:#(?:[\w/¡]+[!?]|N/A|NV)|Err:\d{3})$", re.IGNORECASE)
"""An error as a spreadsheet program writes it, in its user's language: #REF!, #DIV/0!, #WERT!, #N/A, Err:502."""

_ROWS_SAMPLED: Final = 3_000

_PLAIN_NUMBER = re.compile(r"^-?\d{1,15}(\.\d{1,9})?$", re.ASCII)

_UNIT_OF_NOUGHTS = re.compile(r"^\(?[£$€]\s?000(?:,?000)*s?\)?$")
"""A unit such as £000, which is no amount of nought."""

_NATIVE = 3
"""From so many real numbers a text on, a column's numbers are real ones."""

_THOUSANDTHS = re.compile(r"^-?\d{1,3}\.\d{3}$", re.ASCII)

_NIL_WITH_SYMBOL = re.compile(r"^(?P<symbol>[£$€¥₹₦₪]|[A-Z]{3})\s*[-–—]+\s*(?:\?\?)?$")
"""Nought as accounting formats print it: £-."""

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
        terms: those of the government whose workbook it is, by which years and symbols are read.
        open_marks: columns of texts whose decimal mark nothing decides.
        symbols: currency symbols and codes beside numbers; `symbol_of` says which of them a cell has, 0 for none.
        ratios: cells that state a percentage.
        formats: for each cell the place of its number format in `number_formats`; nought where it says nothing.
        number_formats: what the number formats say; the first says nothing.
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
    terms: Terms = UK
    open_marks: set[int] = field(default_factory=set)
    symbols: list[str] = field(default_factory=lambda: [""])
    symbol_of: npt.NDArray[np.int16] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int16))
    ratios: Bools = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    formats: Bytes = field(default_factory=lambda: np.zeros((0, 0), dtype=np.uint8))
    number_formats: tuple[NumberFormat, ...] = (PLAIN,)

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
        return [self.text(row, column) for row in rows]

    def find_merge(self, row: int, column: int) -> Area | None:
        """The merged area that a cell begins; None where it begins none."""
        return next((area for area in self.merges if (area[0], area[1]) == (row, column)), None)


def make_grid(
    sheet: Sheet, terms: Terms, longest: int = Limits.cell_length, decimal_mark: DecimalMark | None = None
) -> Grid:
    """The grid of a sheet, read in a government's terms. Trailing empty rows and columns are left off.

    Raises:
        RefusedError: a cell holds more characters than `longest`.
    """
    # Blank rows are left blank: a sheet may have a million of them between its tables.
    kept = [i for i, row in enumerate(sheet.rows) if any(row) or any(cell != "" for cell in row)]
    columns = list(zip(*(sheet.rows[i] for i in kept), strict=True))
    width = next((j for j in range(len(columns), 0, -1) if any(cell != "" for cell in columns[j - 1])), 0)
    height = kept[-1] + 1 if kept else 0
    rows = np.array(kept, dtype=np.int64)
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
        formats=(
            np.zeros((height, width), dtype=np.uint8) if sheet.formats is None else sheet.formats[:height, :width]
        ),
        number_formats=sheet.number_formats,
        indents={where: depth for where, depth in sheet.indents.items() if where[0] < height and where[1] < width},
        terms=terms,
        symbol_of=np.zeros((height, width), dtype=np.int16),
        ratios=np.zeros((height, width), dtype=bool),
    )
    places: dict[str, int] = {"": 0}
    texts = [each for j, column in enumerate(columns[:width]) for each in _place_column(grid, places, j, rows, column)]
    usual = decimal_mark or file_mark([each.open_to_reading for each in texts if each.spelled])
    for each in texts:
        _place_texts(grid, places, each, usual, settled=decimal_mark is not None)
    _place_formats(grid)
    _check_lengths(grid, longest)
    return grid


def _place_formats(grid: Grid) -> None:
    """What the number formats say of numbers: which are percentages, and which stand beside a currency's symbol."""
    grid.ratios |= grid.percent
    for place, said in enumerate(grid.number_formats):
        symbol = said.currency or said.symbol
        if symbol:
            if symbol not in grid.symbols:
                grid.symbols.append(symbol)
            shown = np.equal(grid.formats, place) & np.equal(grid.kinds, Kind.NUMBER) & ~grid.from_text
            grid.symbol_of[shown] = grid.symbols.index(symbol)


def _check_lengths(grid: Grid, longest: int) -> None:
    code = next((code for code, text in enumerate(grid.vocabulary) if len(text) > longest), None)
    if code is not None:
        row, column = np.argwhere(grid.codes == code)[0].tolist()
        raise RefusedError(
            "too-large",
            f"Cell {address(row, column)} of sheet {grid.name!r} holds {len(grid.vocabulary[code]):,} characters and "
            f"the limit is {longest:,}; shorten it and send the workbook again.",
        )


def _place_column(grid: Grid, places: dict[str, int], j: int, at: Ints, cells: Sequence[Any]) -> list[_TextColumn]:
    """Places the cells of a column that are no text, each in its row, and gives back its texts, which wait for the
    whole file.
    """
    texts: list[_TextColumn] = []
    kinds = set(map(type, cells))
    for kind in kinds:
        rows, said = at, cells
        if len(kinds) > 1:
            of_kind = np.fromiter((type(cell) is kind for cell in cells), dtype=bool, count=len(cells))
            rows, said = at[of_kind], [cells[i] for i in np.flatnonzero(of_kind).tolist()]
        if kind is str:
            texts.append(_TextColumn(j, rows, said))
        elif kind is float or kind is int:
            numbers = np.array(said, dtype=np.float64)
            finite = np.isfinite(numbers)
            grid.numbers[rows, j] = np.where(finite, numbers, np.nan)
            grid.kinds[rows, j] = np.where(finite, Kind.NUMBER, Kind.ERROR)
            if not finite.all():
                grid.codes[rows[~finite], j] = _place_in(grid.vocabulary, places, "#NUM!")
        else:
            is_date = issubclass(kind, datetime.date | datetime.time | datetime.timedelta)
            for i, cell in zip(rows.tolist(), said, strict=True):
                text = _date_text(cell) if is_date else str(cell).upper()
                grid.codes[i, j] = _place_in(grid.vocabulary, places, text)
                grid.kinds[i, j] = Kind.DATE if is_date else Kind.TEXT
    return texts


class _TextColumn:
    """The texts of one column, each distinct one looked at once.

    Attributes:
        codes: for each of `rows` the place of its text among `uniques`.
        spelled: what those of them can mean that state numbers and are not plain ones, by their place.
        plain: the numbers of those that are plain, NaN elsewhere.
    """

    def __init__(self, column: int, rows: Ints, texts: Sequence[str]) -> None:
        self.column, self.rows = column, rows
        self.codes, uniques = pd.factorize(np.array(texts, dtype=object))
        self.uniques: list[str] = uniques.tolist()
        self.kinds = np.zeros(len(self.uniques), dtype=np.uint8)
        self.plain = np.full(len(self.uniques), np.nan)
        self.spelled: dict[int, Spelled] = {}
        thousandths, others = [], 0
        for number, text in enumerate(self.uniques):
            stripped = text.strip()
            if not stripped:
                continue
            if _PLAIN_NUMBER.match(stripped):
                self.kinds[number], self.plain[number] = Kind.NUMBER, float(stripped)
                if "." in stripped:
                    if _THOUSANDTHS.match(stripped):
                        thousandths.append(number)
                    else:
                        others += 1
                continue
            self.kinds[number], spelled = _tell_text(stripped)
            if spelled is not None:
                self.spelled[number] = spelled
        if not others:
            # 844.000 in every cell may be thousands as well.
            self.spelled |= {
                number: said for number in thousandths if (said := spell(self.uniques[number].strip())) is not None
            }

    @property
    def open_to_reading(self) -> list[Spelled]:
        """What the texts say of the decimal mark."""
        return list(self.spelled.values())


def _place_texts(
    grid: Grid, places: dict[str, int], texts: _TextColumn, usual: DecimalMark | None, *, settled: bool
) -> None:
    """Places the texts of one column, their numbers by the decimal mark that the column or the file uses."""
    j, rows, codes = texts.column, texts.rows, texts.codes
    writing = tell_writing(texts.open_to_reading, usual)
    if writing.is_open and settled and usual is not None:
        writing = Writing(usual)
    if writing.is_open:
        grid.open_marks.add(j)
    native = int((grid.kinds[:, j] == Kind.NUMBER).sum())
    if writing.mark == "," and native > _NATIVE * len(rows):
        # Among real numbers a text with a decimal comma is a slip that may mean either, and is asked about.
        for number, said in texts.spelled.items():
            if said.votes_for == ",":
                texts.kinds[number] = Kind.TEXT
        texts.spelled = {number: said for number, said in texts.spelled.items() if said.votes_for != ","}
    place = np.zeros(len(texts.uniques), dtype=np.int32)
    numbers = texts.plain.copy()
    special: dict[int, tuple[int | None, int]] = {}
    symbols: dict[int, str] = {}
    percents: list[int] = []
    for number, text in enumerate(texts.uniques):
        stripped = text.strip()
        if not stripped:
            continue
        scale = None
        spelled = texts.spelled.get(number)
        if spelled is not None:
            value = spelled.value(writing.mark)
            numbers[number] = float(value) if value is not None else np.nan
            scale = spelled.scale
            if spelled.currency:
                symbols[number] = spelled.currency
            if spelled.percent:
                percents.append(number)
        elif texts.kinds[number] == Kind.MARK and stripped.lower() in NIL_MARKS:
            numbers[number] = 0.0
        elif texts.kinds[number] == Kind.MARK and (nil := _NIL_WITH_SYMBOL.match(stripped)):
            numbers[number] = 0.0
            symbols[number] = nil["symbol"]
        # A number that prints as it is written needs no text of its own; "0412" does.
        if texts.kinds[number] != Kind.NUMBER or plain_number(numbers[number]) != stripped:
            place[number] = _place_in(grid.vocabulary, places, stripped)
        indent = len(text) - len(text.lstrip()) if text[0] in " \t\u00a0" and texts.kinds[number] == Kind.TEXT else 0
        if scale or indent:
            special[number] = scale, indent
    grid.codes[rows, j] = place[codes]
    grid.kinds[rows, j] = texts.kinds[codes]
    grid.numbers[rows, j] = numbers[codes]
    grid.from_text[rows, j] = texts.kinds[codes] == Kind.NUMBER
    if percents:
        grid.ratios[rows, j] = np.isin(codes, percents)
    if symbols:
        of_text = np.zeros(len(texts.uniques), dtype=np.int16)
        for number, symbol in symbols.items():
            if symbol not in grid.symbols:
                grid.symbols.append(symbol)
            of_text[number] = grid.symbols.index(symbol)
        grid.symbol_of[rows, j] = of_text[codes]
    if special:
        for i in np.flatnonzero(np.isin(codes, list(special))).tolist():
            scale, indent = special[int(codes[i])]
            if scale:
                grid.scales[int(rows[i]), j] = scale
            if indent:
                grid.indents.setdefault((int(rows[i]), j), indent)


def _place_in(vocabulary: list[str], places: dict[str, int], text: str) -> int:
    place = places.get(text)
    if place is None:
        place = places[text] = len(vocabulary)
        vocabulary.append(text)
    return place


def _tell_text(text: str) -> tuple[int, Spelled | None]:
    """The kind of a text, and where it states a number, what that can be."""
    lower = text.lower()
    if (
        lower in NIL_MARKS
        or lower in NOT_AVAILABLE_MARKS
        or _BRACKETED_MARK.match(text)
        or _NIL_WITH_SYMBOL.match(text)
    ):
        return Kind.MARK, None
    if text[0] in "#Ee" and _ERROR.match(text):
        return Kind.ERROR, None
    if _UNIT_OF_NOUGHTS.match(text):
        return Kind.TEXT, None
    spelled = spell(text) if len(text) < 40 and any(c.isdigit() for c in text) else None
    return (Kind.TEXT, None) if spelled is None else (Kind.NUMBER, spelled)


def _date_text(cell: object) -> str:
    midnight = isinstance(cell, datetime.datetime) and cell.time() == datetime.time()
    return str(cell.date()) if midnight and isinstance(cell, datetime.datetime) else str(cell)


def plain_number(number: float) -> str:
    """A number as a person would write it: no decimal point where it is whole, no exponent up to 15 figures."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(float(number))


def are_years(numbers: Floats) -> bool:
    """Whether all of some numbers could be years and not amounts: whole, and within living memory."""
    return bool(len(numbers) and ((numbers == np.floor(numbers)) & (numbers >= EARLIEST) & (numbers <= LATEST)).all())


def sample(rows: Ints) -> Ints:
    """At most some thousand rows, evenly spread: enough to tell how columns relate."""
    return rows[:: max(1, len(rows) // _ROWS_SAMPLED)]
