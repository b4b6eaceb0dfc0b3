"""Finds in the parts of an .xlsx what the fast reader of cells leaves out: hidden rows and columns, errors, formulas
without value, indents, raised figures, and what each cell's number format says.
"""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from importers.files.addresses import CellName, cell_name
from importers.files.cell_places import find_cells
from importers.files.marks import FormatTable, SheetMarks
from importers.files.number_formats import built_in_format, read_format
from importers.files.raised_text import LOWERED, join_runs
from importers.files.written_formulas import is_in_words

_STYLES_AT_MOST: Final = 20_000_000

# No pattern looks past the next "<" within a tag, or past the next tag of its own kind after it, so that each takes
# time in proportion to what it searches, whatever that is.
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^<>]*\bhidden="(?:1|true)")[^<>]*\br="(\d+)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b(?=[^<>]*\b(?:hidden="(?:1|true)"|width="0(?:\.0+)?"))[^<>]*>')
_SPAN = re.compile(rb'\b(min|max)="(\d+)"')
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}\d+)"[^<>]{0,999}\bt="e"[^<>]{0,999}>(?:<f\b[^<>]*?(?:/>|>[^<]*</f>))?<v>([^<]{1,12})</v>'
)
_NO_VALUE = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^<>]*><f\b[^<>]*?(?:/>|>([^<]{0,8000})</f>)(?:<v\s*/>|<v></v>)?</c>')
_KEPT_VALUE = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^<>]*><f\b[^<>]*?(?:/>|>([^<]{0,8000})</f>)<v>([^<]{1,40})')
_SUM = re.compile(rb"\s*(?:_xlfn\.)?(?:SUM|SUBTOTAL|AGGREGATE)\([^()]*\)\s*", re.IGNORECASE)
_CALCULATED_ON_LOADING = re.compile(rb'<(?:\w+:)?calcPr\b[^<>]*\bfullCalcOnLoad="(?:1|true)"')
_DEFINED_NAME = re.compile(rb'<(?:\w+:)?definedName\b[^<>]*\bname="([^"<>]*)"')
_LONGEST_WORDS: Final = 300
_STYLE = re.compile(rb"<xf\b[^<>]*?(?:/>|>[^<]*(?:<(?!/?xf\b)[^<]*)*</xf>)", re.DOTALL)
_INDENT = re.compile(rb'<alignment\b[^<>]*\bindent="(\d+)"')
_FORMAT_OF_STYLE = re.compile(rb'^<xf\b[^<>]*\bnumFmtId="(\d+)"')
_FORMAT = re.compile(rb"<numFmt\b[^<>]*>")
_CELL_STYLE = re.compile(rb'<c r="([A-Z]{1,3})(\d+)" s="(\d+)"')
RAISED: Final = b'script"'
"""What marks a run of text as raised or lowered: "superscript", "subscript"."""

_SHARED_TEXT = re.compile(rb"<si\b[^<>]*?(?:/>|>([^<]*(?:<(?!/?si\b)[^<]*)*)</si>)", re.DOTALL)
_RUN = re.compile(rb"<r>([^<]*(?:<(?!/?r>)[^<]*)*)</r>", re.DOTALL)
_TEXT = re.compile(rb"<t\b[^<>]*>([^<]*)</t>")
_SHARED_CELL = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^<>]{0,999}\bt="s"[^<>]{0,999}><v>(\d+)</v>')
_INLINE_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}\d+)"[^<>]{0,999}\bt="inlineStr"[^<>]{0,999}><is>([^<]*(?:<(?!/?is>)[^<]*)*)</is>'
)


@dataclass
class Styles:
    """What the styles of a workbook's cells say, by number.

    Attributes:
        indents: by how much each sets text in, for those that do.
        formats: the place of each one's number format in the workbook's table.
    """

    indents: dict[int, int] = field(default_factory=dict)
    formats: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1, dtype=np.uint8))


def read_styles(packed: zipfile.ZipFile, table: FormatTable) -> Styles:
    """The styles of an .xlsx; their number formats are added to the table."""
    name = "xl/styles.xml"
    if name not in packed.namelist() or packed.getinfo(name).file_size > _STYLES_AT_MOST:
        return Styles()
    part = packed.read(name)
    written = {}
    for tag in _FORMAT.findall(part):
        said = attributes(tag)
        if said.get("numFmtId", "").isdigit():
            written[int(said["numFmtId"])] = read_format(said.get("formatCode", ""))
    indents, formats = {}, []
    for number, style in enumerate(_STYLE.findall(part, part.find(b"<cellXfs"), part.find(b"</cellXfs>"))):
        indent = _INDENT.search(style)
        if indent and int(indent[1]):
            indents[number] = int(indent[1])
        own = _FORMAT_OF_STYLE.match(style)
        code = int(own[1]) if own else 0
        formats.append(table.place(written[code] if code in written else built_in_format(code)))
    return Styles(indents, np.array(formats or [0], dtype=np.uint8))


def read_raised_texts(part: bytes) -> dict[int, str]:
    """The texts with raised figures, by number, in the part of shared texts, as they are to be read."""
    texts = _SHARED_TEXT.findall(part)
    return {number: _join(text) for number, text in enumerate(texts) if RAISED in text}


def search_sheet(piece: bytes, found: SheetMarks, styles: Styles, raised: dict[int, str]) -> None:
    """Adds what a piece of a sheet's part says."""
    if b' hidden="' in piece:
        _search_hidden(piece, found)
    if b't="e"' in piece:
        for name, said in _ERROR_CELL.findall(piece):
            found.errors[cell_name(name.decode())] = html.unescape(said.decode("utf-8", "replace"))
    if b"><f" in piece:
        _search_formulas(piece, found)
    if styles.indents:
        for letters, number, style in _CELL_STYLE.findall(piece):
            depth = styles.indents.get(int(style))
            if depth:
                found.indents[cell_name((letters + number).decode())] = depth
    if raised or RAISED in piece:
        _search_raised(piece, found, raised)
    if styles.formats.any():
        cells = find_cells(piece)
        known = np.minimum(cells.styles, len(styles.formats) - 1)
        found.formats.add(cells.rows, cells.columns, styles.formats[known])


def _search_hidden(piece: bytes, found: SheetMarks) -> None:
    found.hidden_rows |= {int(number) - 1 for number in _HIDDEN_ROW.findall(piece)}
    for column in _HIDDEN_COLUMN.findall(piece):
        span = {name: int(number) for name, number in _SPAN.findall(column)}
        first, last = span.get(b"min", 0), span.get(b"max", -1)
        # A span to the sheet's edge hides what is empty anyway.
        found.hidden_columns |= set(range(first - 1, min(last, first + 1_000)))


def _search_formulas(piece: bytes, found: SheetMarks) -> None:
    for name, formula in _NO_VALUE.findall(piece):
        _add_formula(found.without_value, name, formula, found)
    if found.calculated:
        return
    for kept in _KEPT_VALUE.finditer(piece):
        if kept[3] != b"0":
            found.calculated = True
            found.zeros.clear()
            return
        _add_formula(found.zeros, kept[1], kept[2] or b"", found)


def _add_formula(cells: set[CellName], name: bytes, formula: bytes, found: SheetMarks) -> None:
    cell = cell_name(name.decode())
    cells.add(cell)
    if _SUM.fullmatch(formula):
        found.sums_without_value.add(cell)
    elif len(formula) <= _LONGEST_WORDS and is_in_words(said := html.unescape(formula.decode("utf-8", "replace")), ()):
        found.worded[cell] = said


def forget_zeros(packed: zipfile.ZipFile, sheets: dict[str, SheetMarks]) -> None:
    """Takes the zeros that a program kept for all formulas of a workbook, since it does not calculate, for no values.
    Such a workbook asks to be calculated when it is opened.
    """
    if any(found.calculated for found in sheets.values()) or not any(found.zeros for found in sheets.values()):
        return
    if _CALCULATED_ON_LOADING.search(packed.read("xl/workbook.xml")):
        for found in sheets.values():
            found.without_value |= found.zeros
    else:
        for found in sheets.values():
            found.zeros.clear()


def keep_words(packed: zipfile.ZipFile, sheets: dict[str, SheetMarks]) -> None:
    """Puts back the words that a program kept as formulas because they begin with "=", as the labels of totals do."""
    if not any(found.worded for found in sheets.values()):
        return
    named = _DEFINED_NAME.findall(packed.read("xl/workbook.xml"))
    names = {html.unescape(name.decode("utf-8", "replace")).casefold() for name in named}
    for found in sheets.values():
        for cell, said in found.worded.items():
            if cell in found.without_value | found.zeros and is_in_words(said, names):
                found.texts[cell] = f"={said}"
                found.without_value.discard(cell)
                found.zeros.discard(cell)


def _search_raised(piece: bytes, found: SheetMarks, raised: dict[int, str]) -> None:
    for name, number in _SHARED_CELL.findall(piece) if raised else ():
        text = raised.get(int(number))
        if text is not None:
            found.texts[cell_name(name.decode())] = text
    for name, text in _INLINE_CELL.findall(piece) if RAISED in piece else ():
        if RAISED in text:
            found.texts[cell_name(name.decode())] = _join(text)


def _join(text: bytes) -> str:
    """The text of runs, the raised and lowered ones apart."""
    runs: list[tuple[str, bool]] = []
    for run in _RUN.findall(text):
        said = "".join(html.unescape(each.decode("utf-8", "replace")) for each in _TEXT.findall(run))
        runs.append((said.translate(LOWERED) if b'"subscript"' in run else said, RAISED in run))
    return join_runs(runs)


def sheet_names(packed: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet by the part that holds it."""
    names = set(packed.namelist())
    targets = links(packed, "xl/_rels/workbook.xml.rels")
    found = {}
    for tag in re.findall(rb"<(?:\w+:)?sheet\b[^<>]*>", packed.read("xl/workbook.xml")):
        said = attributes(tag)
        relation = next((value for name, value in said.items() if name.endswith(":id")), "")
        if targets.get(relation) in names:
            found[targets[relation]] = said.get("name", "")
    return found


def links(packed: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The part that each relation of the workbook leads to."""
    if part not in packed.namelist():
        return {}
    found = {}
    for tag in re.findall(rb"<Relationship\b[^<>]*>", packed.read(part)):
        said = attributes(tag)
        target = said.get("Target", "")
        found[said.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def attributes(tag: bytes) -> dict[str, str]:
    """What a tag says, by name."""
    pairs = re.findall(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return {name.decode(): html.unescape((one or two).decode("utf-8", "replace")) for name, one, two in pairs}
