"""Finds what the fast reader of cells leaves out of the binary kinds of workbook, .xls and .xlsb: hidden rows and
columns, and in an .xls errors, indents and what each cell's number format says.

Records are told apart by kind and length, as [MS-XLS] and [MS-XLSB] lay them out, and skipped unless they say
something of these.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import olefile

from importers.files.marks import FormatTable, SheetMarks
from importers.files.number_formats import NumberFormat, built_in_format, read_format

_BOUND_SHEET, _ROW, _COLUMN_INFO, _BEGIN, _END = 0x0085, 0x0208, 0x007D, 0x0809, 0x000A
_FORMAT, _STYLE = 0x041E, 0x00E0
_NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS, _FORMULA, _FLAG_OR_ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_TEXTS: Final = (0x00FD, 0x0204)
_NUMBERS: Final = (_NUMBER, _SHORT_NUMBER, _FORMULA)
_ROW_HEADER, _COLUMN, _BUNDLE_SHEET = 0, 60, 156
_VERSION_8: Final = 0x0600
_RESULT_IS_ERROR: Final = 2

_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def goes_in_circles(data: bytes) -> bool:
    """Whether a chain of sectors of an .xls comes back to itself, which whoever follows it never leaves; or cannot be
    followed at all.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            entries = [entry for entry in file.direntries if entry is not None]
            file.loadminifat()
            small = file.minifat if file.minifat is not None else []
            chains = [(file.first_dir_sector, file.fat), (file.first_mini_fat_sector, file.fat)]
            chains += [
                (entry.isectStart, small if entry.is_minifat else file.fat)
                for entry in entries
                if entry.entry_type in (olefile.STGTY_STREAM, olefile.STGTY_ROOT)
            ]
            return not _end(chains, 4 * (len(file.fat) + len(small)))
    except (OSError, struct.error, IndexError, ValueError, TypeError, AttributeError):
        return True


def _end(chains: Sequence[tuple[int, Sequence[int]]], most: int) -> bool:
    """Whether all chains come to an end within so many steps in all; no sector is of two of them in a whole file."""
    for sector, links in chains:
        while 0 <= sector < len(links):
            sector, most = links[sector], most - 1
            if most < 0:
                return False
    return True


def marks_of_xls(data: bytes, table: FormatTable) -> dict[str, SheetMarks]:
    """What stands in each sheet of an .xls beside its values, number formats added to the table; nothing where its
    stream cannot be followed.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            name = next((name for name in ("Workbook", "Book") if file.exists(name)), None)
            return marks_of_stream(file.openstream(name).read(), table) if name else {}
    except (OSError, struct.error, IndexError, ValueError):
        # What is damaged is refused by the reader of cells; here nothing is marked as far as anyone can tell.
        return {}


def marks_of_stream(stream: bytes, table: FormatTable) -> dict[str, SheetMarks]:
    """What stands in each sheet beside its values, from the stream of records in an .xls."""
    sheets: list[tuple[str, int]] = []
    styles = _Styles(table)
    for kind, data in _records(stream, 0):
        if kind == _BOUND_SHEET:
            start, length, wide = struct.unpack_from("<I", data)[0], data[6], data[7] & 1
            name = data[8 : 8 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")
            sheets.append((name, start))
        elif kind == _BEGIN:
            styles.is_version_8 = struct.unpack_from("<H", data)[0] >= _VERSION_8
        elif kind == _FORMAT:
            styles.add_format(data)
        elif kind == _STYLE:
            styles.add_style(data)
    found = {}
    for name, start in sheets:
        marks = found[name] = SheetMarks()
        for kind, data in _records(stream, start):
            _mark(kind, data, marks, styles)
    if not any(marks.calculated for marks in found.values()):
        # A program that does not calculate keeps nothing of any formula.
        for marks in found.values():
            marks.without_value |= marks.zeros
    else:
        for marks in found.values():
            marks.zeros.clear()
    return found


@dataclass
class _Styles:
    """What the styles of an .xls say, each by its number.

    Attributes:
        codes: the place of each one's number format in the workbook's table.
        indents: by how much each sets text in.
    """

    table: FormatTable
    is_version_8: bool = True
    formats: dict[int, NumberFormat] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)

    def add_format(self, data: bytes) -> None:
        """Adds a number format; those of styles come after them all."""
        number = struct.unpack_from("<H", data)[0]
        if self.is_version_8:
            length, wide = struct.unpack_from("<H", data, 2)[0], data[4] & 1
            code = data[5 : 5 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")
        else:
            code = data[3 : 3 + data[2]].decode("cp1252", "replace")
        self.formats[number] = read_format(code)

    def add_style(self, data: bytes) -> None:
        """Adds the style that follows."""
        number = struct.unpack_from("<H", data, 2)[0]
        said = self.formats.get(number)
        self.codes.append(self.table.place(built_in_format(number) if said is None else said))
        self.indents.append(data[8] & 0x0F if self.is_version_8 and len(data) > 8 else 0)


def _mark(kind: int, data: bytes, marks: SheetMarks, styles: _Styles) -> None:
    """Marks what one record of a sheet says."""
    if kind in _NUMBERS or kind in _TEXTS or kind == _FLAG_OR_ERROR:
        row, column, style = struct.unpack_from("<HHH", data)
        if kind in _TEXTS:
            depth = styles.indents[style] if style < len(styles.indents) else 0
            if depth:
                marks.indents[row, column] = depth
        elif kind in _NUMBERS:
            _place(marks, styles, row, column, style)
            if kind == _FORMULA:
                _look_at_formula(data, marks, row, column)
        if kind == _FLAG_OR_ERROR and data[7]:
            marks.errors[row, column] = _ERRORS.get(data[6], "#N/A")
        elif kind == _FORMULA and data[6] == _RESULT_IS_ERROR and data[12:14] == b"\xff\xff":
            marks.errors[row, column] = _ERRORS.get(data[8], "#N/A")
    elif kind == _SHORT_NUMBERS:
        row, first = struct.unpack_from("<HH", data)
        for place in range((len(data) - 6) // 6):
            _place(marks, styles, row, first + place, struct.unpack_from("<H", data, 4 + 6 * place)[0])
    elif kind == _ROW and struct.unpack_from("<I", data, 12)[0] & 0x20:
        marks.hidden_rows.add(struct.unpack_from("<H", data)[0])
    elif kind == _COLUMN_INFO and struct.unpack_from("<H", data, 8)[0] & 1:
        first, last = struct.unpack_from("<HH", data)
        marks.hidden_columns |= set(range(first, last + 1))


def _look_at_formula(data: bytes, marks: SheetMarks, row: int, column: int) -> None:
    """Marks a formula for which no text is kept, or a zero that is to be calculated on loading; tells any other."""
    on_loading = struct.unpack_from("<H", data, 14)[0] & _ON_LOADING
    if data[6:14] != _NO_TEXT and not (on_loading and data[6:14] == bytes(8)):
        marks.calculated = True
        return
    marks.zeros.add((row, column))
    tokens = data[22 : 22 + struct.unpack_from("<H", data, 20)[0]]
    function = tokens[9:11] == _SUM_ATTRIBUTE or (tokens[9:10] in _FUNCTIONS and tokens[11:13] == _SUM)
    if tokens[:1] in _AREAS and function:
        marks.sums_without_value.add((row, column))


_NO_TEXT: Final = b"\x03" + bytes(5) + b"\xff\xff"
"""What a program keeps that does not calculate; hardly every formula of a workbook comes to it."""

_ON_LOADING: Final = 0x3
"""Whoever opens the workbook is to calculate the formula, always or on loading."""

_AREAS: Final = (b"\x25", b"\x45", b"\x65")
_FUNCTIONS: Final = (b"\x22", b"\x42", b"\x62")
_SUM_ATTRIBUTE, _SUM = b"\x19\x10", b"\x04\x00"
"""The sum of an area, as an attribute of it and as a function."""


def _place(marks: SheetMarks, styles: _Styles, row: int, column: int, style: int) -> None:
    if style < len(styles.codes):
        marks.formats.add_area(row, column, 1, 1, styles.codes[style])


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, up to its end."""
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        if kind == _END:
            return
        yield kind, stream[start + 4 : start + 4 + length]
        start += 4 + length


def marks_of_binary_sheet(part: bytes) -> SheetMarks:
    """Hidden rows and columns of one sheet's part in an .xlsb."""
    marks = SheetMarks()
    for kind, data in _binary_records(part):
        if kind == _ROW_HEADER and len(data) > 11 and data[11] & 0x10:
            marks.hidden_rows.add(struct.unpack_from("<I", data)[0])
        elif kind == _COLUMN and len(data) > 17 and data[16] & 1:
            first, last = struct.unpack_from("<II", data)
            marks.hidden_columns |= set(range(first, min(last, first + 1_000) + 1))
    return marks


def binary_sheets(book: bytes) -> list[tuple[str, str]]:
    """The name and the relation of each sheet in the workbook's part of an .xlsb."""
    found = []
    for kind, data in _binary_records(book):
        if kind == _BUNDLE_SHEET:
            length = struct.unpack_from("<I", data, 8)[0]
            relation = data[12 : 12 + 2 * length].decode("utf-16-le")
            rest = 12 + 2 * length
            count = struct.unpack_from("<I", data, rest)[0]
            found.append((data[rest + 4 : rest + 4 + 2 * count].decode("utf-16-le"), relation))
    return found


def _binary_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(part):
        kind, at = part[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | part[at] << 7, at + 1
        length = shift = 0
        while at < len(part):
            byte, at = part[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, part[at : at + length]
        at += length
