"""Opens a spreadsheet file of any kind that finance teams send, or refuses it in one sentence."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from budget_align.core.returns.reading import Finding
from budget_align.core.values.refusal import RefusedError
from importers.files.addresses import Area as Area
from importers.files.addresses import CellName
from importers.files.binary_marks import goes_in_circles, marks_of_xls
from importers.files.limits import Limits, check_size
from importers.files.marks import SheetMarks
from importers.files.number_formats import PLAIN, NumberFormat
from importers.files.other_files import refuse_other_kinds
from importers.files.packed import PackedFacts, damaged, locked, look_inside, macros_finding
from importers.files.plain_text import read_plain_text
from importers.files.stray_cells import stray_finding, trim_stray
from importers.files.written_formulas import take_out_formulas

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OOXML: Final = "EncryptedPackage".encode("utf-16-le")
_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")

FORMATS: Final = ".xlsx, .xlsm, .xls, .xlsb, .ods or .csv"


@dataclass(frozen=True)
class Sheet:
    """One sheet's cells as they stand, from A1: rows of str, float, int, bool, date or time, all of one length; empty
    text for no cell.

    Attributes:
        without_value: cells whose formula has no kept value, so that nobody knows what they say.
        sums_without_value: those of them that only sum others.
        formats: for each cell the place of its number format in `number_formats`, shape (rows, columns); zero where
            the format says nothing, None where none of the sheet says anything.
        number_formats: the formats of the workbook that say something; the first says nothing.
        parted_by: what parts the columns of a text; empty for a workbook.
        moved: for rows whose cells were moved below the headers of another page, where the cell of each column stands.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    hidden: bool
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    indents: dict[CellName, int] = field(default_factory=dict)
    without_value: frozenset[CellName] = frozenset()
    sums_without_value: frozenset[CellName] = frozenset()
    is_chart: bool = False
    formats: npt.NDArray[np.uint8] | None = field(default=None, compare=False)
    number_formats: tuple[NumberFormat, ...] = (PLAIN,)
    parted_by: str = ""
    moved: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbook:
    """A workbook's sheets, its format, the SHA-256 of its bytes in hexadecimal, and what to know about the file."""

    sheets: tuple[Sheet, ...]
    file_format: str
    file_hash: str
    findings: tuple[Finding, ...] = ()


def open_workbook(data: bytes, limits: Limits) -> Workbook:
    """The sheets of a spreadsheet file. What it is, is told by its bytes, not by its name.

    Raises:
        RefusedError: with code empty, too-large, password, damaged, unsafe or not-a-spreadsheet.
    """
    if not data:
        raise RefusedError("empty", "The file is empty; save the workbook again and send that copy.")
    if len(data) > limits.bytes:
        raise RefusedError(
            "too-large",
            f"The file is {len(data) / 1e6:,.1f} MB and the limit is {limits.bytes / 1e6:,.1f} MB; "
            "remove sheets that hold no budget, or ask for a higher limit in config.toml.",
        )
    facts = _tell_format(data, limits)
    sheets = _read_text(data, limits) if facts.file_format == "csv" else _read_sheets(data, facts, limits)
    if not any(cell != "" for sheet in sheets for row in sheet.rows for cell in row):
        raise RefusedError("empty", "The workbook has no filled cells; send the one with the budget in it.")
    return Workbook(tuple(sheets), facts.file_format, hashlib.sha256(data).hexdigest(), tuple(facts.findings))


def cell_text(value: Any) -> str:
    """What a cell says, as a person reads it: whole numbers without a decimal point, dates as 2026-11-25."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, date):
        value = value.date() if isinstance(value, datetime) else value
        return str(value.isoformat())
    return str(value).strip()


def _tell_format(data: bytes, limits: Limits) -> PackedFacts:
    if data.startswith(_ZIP) or _ZIP[0].startswith(data[:4]):
        return look_inside(data, limits)
    if data.startswith(_OLE[: min(len(data), len(_OLE))]) and len(data) >= 4:
        if _ENCRYPTED_OOXML in data:
            raise locked()
        if goes_in_circles(data):
            raise damaged()
        facts = PackedFacts("xls", findings=[macros_finding()] if _MACROS in data else [])
        facts.marks = marks_of_xls(data, facts.formats)
        return facts
    refuse_other_kinds(data)
    return PackedFacts("csv")


def _read_sheets(data: bytes, facts: PackedFacts, limits: Limits) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(facts.rewritten or data))
        about = book.sheets_metadata
        if len(about) > limits.sheets:
            raise RefusedError(
                "too-large",
                f"The workbook has {len(about):,} sheets and the limit is {limits.sheets:,}; send those that hold the "
                "budget.",
            )
        sheets = []
        for each in about:
            if each.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
                sheets.append(Sheet(each.name, [], each.visible != SheetVisibleEnum.Visible, is_chart=True))
                continue
            sheet = book.get_sheet_by_name(each.name)
            rows, stray = trim_stray(each.name, _read_rows(sheet), limits)
            if stray is not None:
                facts.findings.append(stray_finding(each.name, stray))
            merges = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ())
            is_hidden = each.visible != SheetVisibleEnum.Visible
            sheets.append(_make_sheet(each.name, rows, is_hidden, merges, facts))
        return sheets
    except PasswordError as error:
        raise locked() from error
    except (CalamineError, ValueError, OSError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise locked() from error
        raise damaged() from error


def _read_rows(sheet: CalamineSheet) -> list[list[Any]]:
    """A sheet's rows from A1 to the last that holds anything; all blank ones are the same list, so that a million of
    them cost nothing, and cells that say the same hold the same text.
    """
    before = [""] * (sheet.start or (0, 0))[1]
    blank = before + [""] * sheet.width
    texts: dict[str, str] = {}
    once = texts.setdefault
    rows = [
        before + [once(cell, cell) if type(cell) is str else cell for cell in row]
        if any(row) or row.count("") < len(row)
        else blank
        for row in sheet.iter_rows()
    ]
    while rows and rows[-1] is blank:
        rows.pop()
    return rows


def _make_sheet(name: str, rows: list[list[Any]], hidden: bool, merges: tuple[Area, ...], facts: PackedFacts) -> Sheet:
    marks = facts.marks.get(name, SheetMarks())
    merges = (*merges, *marks.merges)
    # Errors such as #REF! go back into their cells, where the fast reader leaves nothing.
    for (row, column), said in [*marks.texts.items(), *marks.errors.items()]:
        _put(rows, row, column, said)
    for row, column in [*_under_merges(rows, merges), *marks.covered, *marks.zeros]:
        _put(rows, row, column, "")
    formats = marks.formats.spread(len(rows), len(rows[0]) if rows else 0)
    return Sheet(
        name,
        rows,
        hidden,
        merges,
        frozenset(marks.hidden_rows),
        frozenset(marks.hidden_columns),
        marks.indents,
        frozenset(marks.without_value),
        frozenset(marks.sums_without_value),
        formats=formats if formats.any() else None,
        number_formats=tuple(facts.formats.formats),
    )


def _under_merges(rows: list[list[Any]], merges: Sequence[Area]) -> Iterator[CellName]:
    """The cells that hold something under a merged one, where nobody sees it."""
    for first, left, last, right in merges:
        for row in range(first, min(last + 1, len(rows))):
            cells = rows[row]
            for column in range(left, min(right + 1, len(cells))):
                if cells[column] != "" and (row, column) != (first, left):
                    yield row, column


def _put(rows: list[list[Any]], row: int, column: int, said: str) -> None:
    """Lets a cell say something else; its row is made anew, since blank ones are shared."""
    if row < len(rows) and column < len(rows[row]):
        rows[row] = [*rows[row][:column], said, *rows[row][column + 1 :]]


def _read_text(data: bytes, limits: Limits) -> list[Sheet]:
    try:
        text = read_plain_text(data, limits)
    except csv.Error as error:
        raise damaged() from error
    if text is None:
        raise RefusedError("not-a-spreadsheet", f"The file is not a spreadsheet; send {FORMATS}.")
    rows = text.rows
    without_value, sums_without_value = take_out_formulas(rows) if b"=" in data else (frozenset(), frozenset())
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows if any(row)), default=0)
    check_size("csv", len(rows), width, limits)
    for place, row in enumerate(rows):
        if len(row) != width:
            rows[place] = row[:width] + [""] * (width - len(row))
    return [
        Sheet(
            "csv",
            rows,
            hidden=False,
            without_value=without_value,
            sums_without_value=sums_without_value,
            parted_by=text.parted_by,
        )
    ]
