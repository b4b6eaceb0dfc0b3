"""Workbooks as tests write them: rows of cells, or a drawing of a sheet in text."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Collection, Mapping, Sequence

import openpyxl
from cachetools import LRUCache

Cell = str | int | float | None

_WRITTEN: LRUCache[bytes, bytes] = LRUCache(500)
"""What was written lately, by the cells that went in."""


def workbook(**sheets: Sequence[Sequence[Cell]]) -> bytes:
    """An .xlsx with the sheets given by name as rows of cells; the same file for the same cells, whenever it is asked
    for, so that what is read of it may be known already.
    """
    said = pickle.dumps(sheets)
    if said not in _WRITTEN:
        _WRITTEN[said] = _write(sheets)
    return _WRITTEN[said]


def _write(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def drawn(drawing: str, name: str = "Return") -> bytes:
    """An .xlsx of one sheet drawn in text: cells between bars, numbers as numbers, a blank line for a blank row."""
    rows = [
        [_cell(part.strip()) for part in line.strip().split("|")] if line.strip() else [None]
        for line in drawing.strip("\n").splitlines()
    ]
    return workbook(**{name: rows})


def _cell(said: str) -> Cell:
    if not said:
        return None
    if said.startswith("'"):
        return said[1:]
    try:
        return float(said)
    except ValueError:
        return said


def binary_workbook(rows: Sequence[Sequence[str | float]], hidden: Collection[int] = ()) -> bytes:
    """An .xlsb of one sheet, some of its rows hidden, written record by record as [MS-XLSB] lays them out, since no library writes the kind."""
    cells = b""
    for r, row in enumerate(rows):
        # The row's flags: hidden is the fifth bit of the second byte.
        flags = 0x1000 if r in hidden else 0
        cells += _record(0, struct.pack("<IIHHBIII", r, 0, 300, flags, 0, 1, 0, len(row) - 1))
        for c, said in enumerate(row):
            at = struct.pack("<II", c, 0)
            cells += _record(6, at + _wide(said)) if isinstance(said, str) else _record(5, at + struct.pack("<d", said))
    size = _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1))
    sheet = _record(129) + size + _record(145) + cells + _record(146) + _record(130)
    named = _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Return"))
    book = _record(131) + _record(143) + named + _record(144) + _record(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    link = f'<Relationship Id="rId1" Type="{kind}/{{}}" Target="{{}}"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_rels/.rels", links.format(link.format("officeDocument", "xl/workbook.bin")))
        file.writestr("xl/_rels/workbook.bin.rels", links.format(link.format("worksheet", "worksheets/sheet1.bin")))
        file.writestr("xl/workbook.bin", book)
        file.writestr("xl/worksheets/sheet1.bin", sheet)
    return out.getvalue()


def _record(kind: int, data: bytes = b"") -> bytes:
    """One record: its kind in one byte or two, its length seven bits a byte, its data."""
    head = bytes([kind]) if kind < 128 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    size, length = len(data), b""
    while True:
        part, size = size & 0x7F, size >> 7
        length += bytes([part | 0x80 if size else part])
        if not size:
            return head + length + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


GOOD = drawn("Line | 2026-27 budget £\nRoads | 5\nRail | 6\nBuses | 7")
"""A workbook in which nothing is wrong."""


def repacked(data: bytes, **changed: bytes) -> bytes:
    """A workbook with some of its parts replaced or added; `__` in a name stands for a slash and `_dot_` for a dot."""
    parts = {name.replace("__", "/").replace("_dot_", "."): content for name, content in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, None) or old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet_xml(rows: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode()
