"""Opens a spreadsheet file of any kind that finance teams send, or refuses it in one sentence."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import Final

import openpyxl
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from budget_align.core.refusal import RefusedError

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OOXML: Final = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_PARTS: Final = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}

FORMATS: Final = ".xlsx, .xlsm, .xls, .xlsb, .ods or .csv"


@dataclass(frozen=True)
class Limits:
    """What a workbook may at most be, so that one file cannot take the service down.

    Attributes:
        bytes: size of the file.
        unpacked_bytes: size of what is packed in it.
        cells: rows × columns of one sheet.
    """

    bytes: int = 50_000_000
    unpacked_bytes: int = 1_000_000_000
    cells: int = 30_000_000


@dataclass(frozen=True)
class Sheet:
    """One sheet's cells as they stand, from A1: rows of str, float, int, bool, date or time; empty text for no cell."""

    name: str
    rows: list[list[object]]
    hidden: bool


@dataclass(frozen=True)
class Workbook:
    """A workbook's sheets, its format and the SHA-256 of its bytes in hexadecimal."""

    sheets: tuple[Sheet, ...]
    file_format: str
    file_hash: str


def open_workbook(data: bytes, limits: Limits) -> Workbook:
    """The sheets of a spreadsheet file. What it is, is told by its bytes, not by its name.

    Raises:
        RefusedError: with code empty, too-large, password, damaged or not-a-spreadsheet.
    """
    if not data:
        raise RefusedError("empty", "The file is empty; save the workbook again and send that copy.")
    if len(data) > limits.bytes:
        raise RefusedError(
            "too-large",
            f"The file is {len(data) / 1e6:,.1f} MB and the limit is {limits.bytes / 1e6:,.1f} MB; "
            "remove sheets that hold no budget, or ask for a higher limit in config.toml.",
        )
    file_format = _tell_format(data, limits)
    sheets = _read_text(data) if file_format == "csv" else _read_sheets(data, limits)
    if not any(cell != "" for sheet in sheets for row in sheet.rows for cell in row):
        raise RefusedError("empty", "The workbook has no filled cells; send the one with the budget in it.")
    return Workbook(tuple(sheets), file_format, hashlib.sha256(data).hexdigest())


def _tell_format(data: bytes, limits: Limits) -> str:
    if data.startswith(_ZIP[:2]):
        return _tell_packed_format(data, limits)
    if data.startswith(_OLE[: min(len(data), len(_OLE))]) and len(data) >= 4:
        if _ENCRYPTED_OOXML in data:
            raise _locked()
        return "xls"
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RefusedError("not-a-spreadsheet", f"The file is not a spreadsheet; send {FORMATS}.")
    return "csv"


def _tell_packed_format(data: bytes, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
            names = {part.filename for part in packed.infolist()}
            if unpacked > limits.unpacked_bytes:
                raise RefusedError(
                    "too-large",
                    f"The file unpacks to {unpacked / 1e6:,.0f} MB and the limit is "
                    f"{limits.unpacked_bytes / 1e6:,.0f} MB; remove sheets that hold no budget.",
                )
            found = next((kind for part, kind in _WORKBOOK_PARTS.items() if part in names), None)
            if found is None or (found == "ods" and b"spreadsheet" not in _part(packed, names, "mimetype", data)):
                raise RefusedError("not-a-spreadsheet", f"The file is packed but is no spreadsheet; send {FORMATS}.")
            if found == "ods" and b"encryption-data" in _part(packed, names, "META-INF/manifest.xml", b""):
                raise _locked()
            return found
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise _damaged() from error


def _part(packed: zipfile.ZipFile, names: set[str], name: str, otherwise: bytes) -> bytes:
    return packed.read(name)[:1_000_000] if name in names else otherwise


def _read_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            cells = sheet.height * sheet.width
            if cells > limits.cells:
                raise RefusedError(
                    "too-large",
                    f"The sheet {about.name!r} has {cells:,} cells and the limit is {limits.cells:,}; "
                    "delete the rows and columns that hold no budget.",
                )
            rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
            sheets.append(Sheet(about.name, rows, about.visible != SheetVisibleEnum.Visible))
        _add_error_cells(data, sheets)
        return sheets
    except PasswordError as error:
        raise _locked() from error
    except (CalamineError, ValueError, OSError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise _locked() from error
        raise _damaged() from error


def _add_error_cells(data: bytes, sheets: list[Sheet]) -> None:
    """Puts errors such as #REF! back into their cells of an .xlsx, where the fast reader leaves nothing."""
    if not data.startswith(_ZIP[:2]):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = [part for part in packed.namelist() if part.startswith("xl/worksheets/") and part.endswith(".xml")]
        if not any(b't="e"' in packed.read(part) for part in parts):
            return
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in sheets:
        if sheet.name not in book.sheetnames:
            continue
        for row in book[sheet.name].iter_rows():
            for cell in row:
                if cell.data_type == "e":
                    sheet.rows[cell.row - 1][cell.column - 1] = str(cell.value)
    book.close()


def _read_text(data: bytes) -> list[Sheet]:
    text = _decode(data)
    sample = text[:20_000]
    lines = [line for line in sample.splitlines() if line.strip()]
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(sample, delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    delimiter = dialect.delimiter
    if not text.isprintable() and sum(not (c.isprintable() or c in "\r\n\t\f") for c in sample) > len(sample) * 0.01:
        raise RefusedError("not-a-spreadsheet", f"The file is not a spreadsheet; send {FORMATS}.")
    if sum(delimiter in line for line in lines) < max(1, len(lines) // 2):
        raise RefusedError("not-a-spreadsheet", f"The file is text without columns; send {FORMATS}.")
    csv.field_size_limit(1_000_000)
    try:
        # Quoting is Excel's own: the sniffer mistakes a single quote inside words for a mark of quotation.
        rows: list[list[object]] = [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise _damaged() from error
    return [Sheet("csv", rows, hidden=False)]


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _locked() -> RefusedError:
    return RefusedError("password", "The workbook has a password; save a copy without one and send that.")


def _damaged() -> RefusedError:
    return RefusedError("damaged", "The file is damaged or cut short; save the workbook again and send that copy.")
