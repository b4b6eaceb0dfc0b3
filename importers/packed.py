"""Looks into the packed parts of an .xlsx, .xlsm, .xlsb or .ods before anything parses them.

Nothing here parses XML: parts are searched as bytes, so that no entity, however nested, is ever expanded. What the
fast reader of cells leaves out, hidden rows and errors among it, is found in the same pass.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from budget_align.core.reading import Finding, Severity
from budget_align.core.refusal import RefusedError
from importers.binary_marks import binary_sheets, marks_of_binary_sheet
from importers.limits import Limits
from importers.marks import CellName, SheetMarks

_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What reading a packed file raises where its directory, a name, a way of packing or the packed bytes are broken; the
library has no common kind for them.
"""

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 4_096
_NESTED: Final = (".zip", ".xlsx", ".xlsm", ".xlsb", ".ods", ".7z", ".gz")
_EXPANDED_PART: Final = 1_000_000
"""Parts below this size may pack as tightly as they like: a few kilobytes of the same letter are no attack."""

_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_SPAN = re.compile(rb'\b(min|max)="(\d+)"')
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}\d+)"[^>]*\bt="e"[^>]*>(?:<f\b[^>]*?(?:/>|>[^<]*</f>))?<v>([^<]{1,12})</v>'
)
_NO_VALUE = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^>]*><f\b[^>]*?(?:/>|>[^<]{0,8000}</f>)(?:<v\s*/>|<v></v>)?</c>')
_INDENTED_STYLE = re.compile(rb"<xf\b[^>]*?(?:/>|>(?:(?!</xf>).)*?</xf>)", re.DOTALL)
_INDENT = re.compile(rb'<alignment\b[^>]*\bindent="(\d+)"')
_CELL_STYLE = re.compile(rb'<c r="([A-Z]{1,3})(\d+)" s="(\d+)"')
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)


@dataclass
class PackedFacts:
    """What the parts of a packed workbook say: its kind, marks by sheet name, and what to know about the file."""

    file_format: str
    marks: dict[str, SheetMarks]
    findings: list[Finding]


def look_inside(data: bytes, limits: Limits) -> PackedFacts:
    """Looks through all parts, within the limits.

    Raises:
        RefusedError: with code too-large, damaged, password, not-a-spreadsheet or unsafe.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            _check_parts(parts, limits)
            names = {part.filename for part in parts}
            file_format = _tell_format(packed, names)
            marks = _look_at_parts(packed, parts, file_format, limits)
            return PackedFacts(file_format, marks, _find_extras(packed, names))
    except _DAMAGE as error:
        raise damaged() from error


def damaged() -> RefusedError:
    """The refusal of a file that is damaged or cut short."""
    return RefusedError("damaged", "The file is damaged or cut short; save the workbook again and send that copy.")


def locked() -> RefusedError:
    """The refusal of a file with a password."""
    return RefusedError("password", "The workbook has a password; save a copy without one and send that.")


def unsafe(why: str) -> RefusedError:
    """The refusal of a file that is built to do harm, or looks so."""
    return RefusedError(
        "unsafe", f"The file {why}, which no spreadsheet program writes; save the workbook again and send that copy."
    )


def macros_finding() -> Finding:
    """What is said of a workbook with macros."""
    return Finding(
        code="macros",
        severity=Severity.INFORMATION,
        sheet="",
        cell="",
        message="The workbook carries macros; they were not run, and nothing that they would change was read.",
    )


def _check_parts(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise RefusedError(
            "too-large",
            f"The file unpacks to {unpacked / 1e6:,.0f} MB and the limit is {limits.unpacked_bytes / 1e6:,.0f} MB; "
            "remove sheets that hold no budget.",
        )
    if len(parts) > limits.parts:
        raise unsafe(f"is packed of {len(parts):,} parts")
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise unsafe("has packed parts that overlap")
        end = part.header_offset + part.compress_size
        name = part.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise unsafe("has a part with a path that leads out of it")
        ratio = part.file_size / max(1, part.compress_size)
        if part.file_size > _EXPANDED_PART and ratio > limits.ratio:
            raise RefusedError(
                "too-large",
                f"A part of the file unpacks to {ratio:,.0f} times its size and the limit is {limits.ratio:,.0f} "
                "times; delete empty rows and columns that are formatted, and save it again.",
            )
        if part.flag_bits & 0x1:
            raise locked()


def _tell_format(packed: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        kind = _beginning(packed, "mimetype") if "mimetype" in names else b"spreadsheet"
        if b"spreadsheet" in kind:
            manifest = _beginning(packed, "META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
            if b"encryption-data" in manifest:
                raise locked()
            return "ods"
    if any(name.lower().endswith(_NESTED) for name in names):
        raise RefusedError("not-a-spreadsheet", "The file is a packed folder; unpack it and send the workbook inside.")
    raise RefusedError(
        "not-a-spreadsheet", "The file is packed but is no spreadsheet; send .xlsx, .xlsm, .xls, .xlsb, .ods or .csv."
    )


def _beginning(packed: zipfile.ZipFile, name: str) -> bytes:
    with packed.open(name) as part:
        return part.read(_CHUNK)


def _look_at_parts(
    packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo], file_format: str, limits: Limits
) -> dict[str, SheetMarks]:
    """Reads every part once, which proves that it is whole and no larger than it says."""
    sheets = _sheet_names(packed) if file_format in ("xlsx", "xlsm") else {}
    indented = _indented_styles(packed) if sheets else {}
    marks: dict[str, SheetMarks] = {}
    for part in parts:
        sheet = sheets.get(part.filename)
        found = marks.setdefault(sheet, SheetMarks()) if sheet else None
        strings = 0
        for first, chunk in _chunks(packed, part):
            if first and part.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(chunk[:2_000]):
                raise unsafe("declares a document type of its own")
            if part.filename == "xl/sharedStrings.xml":
                strings += chunk.count(b"<si")
                if strings > limits.shared_strings:
                    raise RefusedError(
                        "too-large",
                        f"The workbook holds more than {limits.shared_strings:,} texts, the limit in config.toml; "
                        "remove sheets that hold no budget.",
                    )
            if found is not None:
                _search(chunk, found, indented)
    if file_format == "ods":
        return _search_ods(packed.read("content.xml"))
    return _search_binary(packed) if file_format == "xlsb" else marks


def _chunks(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bool, bytes]]:
    """A part's bytes in pieces, each with the end of the one before it; the first is marked."""
    with packed.open(part) as file:
        before, first = b"", True
        while chunk := file.read(_CHUNK):
            yield first, before + chunk
            before, first = chunk[-_OVERLAP:], False


def _search(chunk: bytes, found: SheetMarks, indented: dict[int, int]) -> None:
    if b' hidden="' in chunk:
        found.hidden_rows |= {int(number) - 1 for number in _HIDDEN_ROW.findall(chunk)}
        for column in _HIDDEN_COLUMN.findall(chunk):
            span = {name: int(number) for name, number in _SPAN.findall(column)}
            first, last = span.get(b"min", 0), span.get(b"max", -1)
            # A span to the sheet's edge hides what is empty anyway.
            found.hidden_columns |= set(range(first - 1, min(last, first + 1_000)))
    if b't="e"' in chunk:
        for name, said in _ERROR_CELL.findall(chunk):
            found.errors[cell_name(name.decode())] = html.unescape(said.decode("utf-8", "replace"))
    if b"<f" in chunk:
        found.without_value |= {cell_name(name.decode()) for name in _NO_VALUE.findall(chunk)}
    if indented:
        for letters, number, style in _CELL_STYLE.findall(chunk):
            depth = indented.get(int(style))
            if depth:
                found.indents[cell_name((letters + number).decode())] = depth


def cell_name(name: str) -> CellName:
    """The row and column, counted from nought, of a cell's address.

    >>> cell_name("C12"), cell_name("AA1")
    ((11, 2), (0, 26))
    """
    letters = name.rstrip("0123456789")
    column = 0
    for one in letters:
        column = column * 26 + ord(one) - 64
    return int(name[len(letters) :]) - 1, column - 1


def _search_binary(packed: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """The hidden rows and columns of each sheet of an .xlsb."""
    links = _links(packed, "xl/_rels/workbook.bin.rels")
    names = set(packed.namelist())
    return {
        name: marks_of_binary_sheet(packed.read(links[relation]))
        for name, relation in binary_sheets(packed.read("xl/workbook.bin"))
        if links.get(relation) in names
    }


def _links(packed: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The part that each relation of the workbook leads to."""
    if part not in packed.namelist():
        return {}
    links = {}
    for tag in re.findall(rb"<Relationship\b[^>]*>", packed.read(part)):
        said = _attributes(tag)
        target = said.get("Target", "")
        links[said.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return links


_ODS_TABLE = re.compile(rb'<table:table\b[^>]*\btable:name="([^"]*)"')
_ODS_PART = re.compile(rb"<table:table-(row|column)\b([^>]*)>")
_ODS_HIDDEN = re.compile(rb'\btable:visibility="(?:collapse|filter)"')
_ODS_REPEATED = re.compile(rb'\btable:number-(?:rows|columns)-repeated="(\d+)"')
_ODS_SHOWN_AT_MOST: Final = 1_000


def _search_ods(content: bytes) -> dict[str, SheetMarks]:
    """The hidden rows and columns of each sheet of an .ods."""
    if not _ODS_HIDDEN.search(content):
        return {}
    starts = [(match.start(), match[1]) for match in _ODS_TABLE.finditer(content)]
    marks: dict[str, SheetMarks] = {}
    for number, (start, name) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(content)
        found = marks.setdefault(html.unescape(name.decode("utf-8", "replace")), SheetMarks())
        at = {b"row": 0, b"column": 0}
        for kind, said in _ODS_PART.findall(content, start, end):
            repeated = _ODS_REPEATED.search(said)
            count = int(repeated[1]) if repeated else 1
            if _ODS_HIDDEN.search(said):
                hidden = found.hidden_rows if kind == b"row" else found.hidden_columns
                hidden |= set(range(at[kind], at[kind] + min(count, _ODS_SHOWN_AT_MOST)))
            at[kind] += count
    return marks


def _sheet_names(packed: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet by the part that holds it."""
    names = set(packed.namelist())
    links = _links(packed, "xl/_rels/workbook.xml.rels")
    found = {}
    for tag in re.findall(rb"<sheet\b[^>]*>", packed.read("xl/workbook.xml")):
        said = _attributes(tag)
        relation = next((value for name, value in said.items() if name.endswith(":id")), "")
        if links.get(relation) in names:
            found[links[relation]] = said.get("name", "")
    return found


def _attributes(tag: bytes) -> dict[str, str]:
    pairs = re.findall(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return {name.decode(): html.unescape((one or two).decode("utf-8", "replace")) for name, one, two in pairs}


def _indented_styles(packed: zipfile.ZipFile) -> dict[int, int]:
    """By how much each style of cells sets text in, for those that do."""
    if "xl/styles.xml" not in packed.namelist() or packed.getinfo("xl/styles.xml").file_size > 20_000_000:
        return {}
    styles = packed.read("xl/styles.xml")
    start, end = styles.find(b"<cellXfs"), styles.find(b"</cellXfs>")
    found = {}
    for number, style in enumerate(_INDENTED_STYLE.findall(styles[start:end])):
        indent = _INDENT.search(style)
        if indent and int(indent[1]):
            found[number] = int(indent[1])
    return found


def _find_extras(packed: zipfile.ZipFile, names: set[str]) -> list[Finding]:
    found = []
    if any(name.endswith("vbaProject.bin") for name in names):
        found.append(macros_finding())
    links = [name for name in names if name.startswith("xl/externalLinks/") and name.endswith(".xml")]
    if links:
        dde = any(b"ddeLink" in _beginning(packed, name) for name in links)
        found.append(
            Finding(
                code="external-links",
                severity=Severity.WARNING,
                sheet="",
                cell="",
                message=f"Formulas link to {len(links)} other {'file' if len(links) == 1 else 'files'}"
                + (" or programs" if dde else "")
                + "; nothing was fetched or started, and the values last kept in this workbook were read.",
                action="Check that the kept values are up to date.",
            )
        )
    return found
