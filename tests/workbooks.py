"""Workbooks as tests write them: rows of cells, or a drawing of a sheet in text."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl

Cell = str | int | float | None


def workbook(**sheets: Sequence[Sequence[Cell]]) -> bytes:
    """An .xlsx with the sheets given by name as rows of cells."""
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
