"""Looks into the packed parts of an .xlsx, .xlsm, .xlsb or .ods before anything parses them.

Nothing here is made of XML: parts are searched as bytes, so that no entity, however nested, is ever expanded. What the
fast reader of cells leaves out, hidden rows and errors among it, is found in the same pass.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from budget_align.core.returns.reading import Finding, Severity
from budget_align.core.values.refusal import RefusedError
from importers.files.addresses import cell_name
from importers.files.binary_marks import binary_sheets, marks_of_binary_sheet
from importers.files.limits import Limits, is_within
from importers.files.marks import FormatTable, SheetMarks
from importers.files.ods_marks import search_ods
from importers.files.ooxml_marks import (
    RAISED,
    Styles,
    forget_zeros,
    keep_words,
    links,
    read_raised_texts,
    read_styles,
    search_sheet,
    sheet_names,
)
from importers.files.stray_cells import cut_stray, stray_finding

_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What reading a packed file raises where its directory, a name, a way of packing or the packed bytes are broken; the
library has no common kind for them.
"""

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 4_096
_NESTED: Final = (".zip", ".xlsx", ".xlsm", ".xlsb", ".ods", ".7z", ".gz")
_EXPANDED_PART: Final = 1_000_000
"""Parts below this size may pack as tightly as they like: a few kilobytes of the same letter are no attack."""

_STATED_SIZE = re.compile(rb'<dimension\b[^<>]*\bref="(?:[A-Z]+\d+:)?([A-Z]{1,3}\d{1,7})"')
_PREFIX = re.compile(rb"<(\w+:)worksheet\b")
_FAR_COLUMN = re.compile(rb'<c r="[A-Z]{3}')
_DOCTYPE: Final = ("<!DOCTYPE", "<!ENTITY")
_DECLARED: Final = tuple(said for word in _DOCTYPE for said in (word.encode(), word.encode("utf-16-le")[:-1]))
"""As bytes, of two for each sign too, in either order."""


@dataclass
class PackedFacts:
    """What the parts of a workbook say beside its cells.

    Attributes:
        file_format: its kind, as the end of its name should be.
        marks: what stands in each sheet beside its values, by the sheet's name.
        findings: what to know about the file.
        formats: the number formats that say something.
        rewritten: the file without cells that stand alone beyond the limits; None where there are none.
    """

    file_format: str
    marks: dict[str, SheetMarks] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    formats: FormatTable = field(default_factory=FormatTable)
    rewritten: bytes | None = None


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
            facts = PackedFacts(file_format, findings=_find_extras(packed, names))
            _look_at_parts(packed, parts, facts, limits)
            return facts
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
    if len({part.filename for part in parts}) < len(parts):
        # Which of the two counts, each program tells in its own way.
        raise unsafe("has two parts of one name")
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


def _look_at_parts(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo], facts: PackedFacts, limits: Limits) -> None:
    """Reads every part once, which proves that it is whole and no larger than it says."""
    is_ooxml = facts.file_format in ("xlsx", "xlsm")
    sheets = sheet_names(packed) if is_ooxml else {}
    styles = read_styles(packed, facts.formats) if is_ooxml else Styles()
    raised: dict[int, str] = {}
    replaced: dict[str, bytes] = {}
    # Shared texts before the sheets that show them.
    for part in sorted(parts, key=lambda part: part.filename in sheets):
        if part.filename in sheets:
            cut = _look_at_sheet(packed, part, sheets[part.filename], facts, styles, raised, limits)
            if cut is not None:
                replaced[part.filename] = cut
            continue
        strings, is_raised = 0, False
        for first, chunk in _chunks(packed, part):
            _check_beginning(part, first, chunk)
            if part.filename == "xl/sharedStrings.xml":
                strings += chunk.count(b"<si")
                is_raised = is_raised or RAISED in chunk
                if strings > limits.shared_strings:
                    raise RefusedError(
                        "too-large",
                        f"The workbook holds more than {limits.shared_strings:,} texts, the limit in config.toml; "
                        "remove sheets that hold no budget.",
                    )
        if is_raised:
            raised = read_raised_texts(packed.read(part))
    if is_ooxml:
        forget_zeros(packed, facts.marks)
        keep_words(packed, facts.marks)
    elif facts.file_format == "ods":
        content = packed.read("content.xml")
        _check_closed(content)
        facts.marks = search_ods(content, facts.formats)
    elif facts.file_format == "xlsb":
        facts.marks = _search_binary(packed)
    if replaced:
        facts.rewritten = _rewrite(packed, parts, replaced)


def _look_at_sheet(
    packed: zipfile.ZipFile,
    part: zipfile.ZipInfo,
    name: str,
    facts: PackedFacts,
    styles: Styles,
    raised: dict[int, str],
    limits: Limits,
) -> bytes | None:
    """Searches the part of one sheet; gives it back without its stray cells where it is over the limits for them."""
    found = facts.marks.setdefault(name, SheetMarks())
    prefix, is_far = b"", False
    for first, chunk in _chunks(packed, part):
        _check_beginning(part, first, chunk)
        if first:
            named = _PREFIX.search(chunk)
            prefix = named[1] if named else b""
            stated = _STATED_SIZE.search(chunk)
            is_far = stated is not None and not is_within(*_size(stated[1]), limits)
        chunk = chunk.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</") if prefix else chunk
        is_far = is_far or _FAR_COLUMN.search(chunk) is not None
        search_sheet(chunk, found, styles, raised)
    if not is_far:
        return None
    cut, area = cut_stray(name, packed.read(part), limits)
    if area is None:
        return None
    facts.findings.append(stray_finding(name, area))
    return cut


def _size(last: bytes) -> tuple[int, int]:
    row, column = cell_name(last.decode())
    return row + 1, column + 1


def _check_beginning(part: zipfile.ZipInfo, first: bool, chunk: bytes) -> None:
    if first and part.filename.endswith((".xml", ".rels")) and any(said in chunk for said in _DECLARED):
        raise unsafe("declares a document type of its own")


def _check_closed(content: bytes) -> None:
    """Makes sure that all that is opened is closed: the fast reader of cells waits for ever for the end of a table."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise damaged() from error


def _refuse_document_type(*_said: object) -> None:
    raise unsafe("declares a document type of its own")


def _rewrite(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo], replaced: dict[str, bytes]) -> bytes:
    """The packed file with some parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for part in parts:
            new.writestr(part.filename, replaced.get(part.filename) or packed.read(part))
    return out.getvalue()


def _chunks(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bool, bytes]]:
    """A part's bytes in pieces, each with the end of the one before it; the first is marked."""
    with packed.open(part) as file:
        before, first = b"", True
        while chunk := file.read(_CHUNK):
            yield first, before + chunk
            before, first = chunk[-_OVERLAP:], False


def _search_binary(packed: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """The hidden rows and columns of each sheet of an .xlsb."""
    parts = links(packed, "xl/_rels/workbook.bin.rels")
    names = set(packed.namelist())
    return {
        name: marks_of_binary_sheet(packed.read(parts[relation]))
        for name, relation in binary_sheets(packed.read("xl/workbook.bin"))
        if parts.get(relation) in names
    }


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
