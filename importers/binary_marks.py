"""Finds hidden rows and columns in the binary kinds of workbook, .xls and .xlsb, which the fast reader leaves out.

Records are told apart by kind and length, as [MS-XLS] and [MS-XLSB] lay them out, and skipped unless they say that a
row or a column is hidden.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from importers.marks import SheetMarks

_BOUND_SHEET, _ROW, _COLUMN_INFO, _END = 0x0085, 0x0208, 0x007D, 0x000A
_ROW_HEADER, _COLUMN, _BUNDLE_SHEET = 0, 60, 156


def marks_of_xls(data: bytes) -> dict[str, SheetMarks]:
    """Hidden rows and columns by sheet of an .xls; none where its stream cannot be followed."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            name = next((name for name in ("Workbook", "Book") if file.exists(name)), None)
            return marks_of_stream(file.openstream(name).read()) if name else {}
    except (OSError, struct.error, IndexError, ValueError):
        # What is damaged is refused by the reader of cells; here nothing is hidden as far as anyone can tell.
        return {}


def marks_of_stream(stream: bytes) -> dict[str, SheetMarks]:
    """Hidden rows and columns by sheet of the stream of records in an .xls."""
    sheets: list[tuple[str, int]] = []
    for kind, data in _records(stream, 0):
        if kind == _BOUND_SHEET:
            start, length, wide = struct.unpack_from("<I", data)[0], data[6], data[7] & 1
            name = data[8 : 8 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")
            sheets.append((name, start))
    found = {}
    for name, start in sheets:
        marks = found[name] = SheetMarks()
        for kind, data in _records(stream, start):
            if kind == _ROW and struct.unpack_from("<I", data, 12)[0] & 0x20:
                marks.hidden_rows.add(struct.unpack_from("<H", data)[0])
            elif kind == _COLUMN_INFO and struct.unpack_from("<H", data, 8)[0] & 1:
                first, last = struct.unpack_from("<HH", data)
                marks.hidden_columns |= set(range(first, last + 1))
    return found


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
