"""The team's own workbook with what was found marked in it: cells coloured, a comment on each, a sheet with links."""

from __future__ import annotations

import io
import re
from typing import Any, Final

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet

from budget_align.core.returns.reading import Answers, Finding, Reading, Severity
from budget_align.core.values.plain_cells import is_harmless, may_start_formula
from budget_align.core.values.terms import Terms
from importers.files.limits import Limits
from importers.files.workbook import open_workbook
from importers.readings.reader import NO_LIMITS, read_workbook

_FILLS: Final = {
    Severity.QUESTION: PatternFill("solid", fgColor="F4B6B6"),
    Severity.WARNING: PatternFill("solid", fgColor="FFE08A"),
    Severity.INFORMATION: PatternFill("solid", fgColor="CFE3F5"),
}
_MARKED_AT_MOST: Final = 5_000
_CELL: Final = re.compile(r"^[A-Z]{1,3}[1-9]\d*$")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def annotate_workbook(
    data: bytes, file_name: str, *, terms: Terms, answers: Answers | None = None, limits: Limits = NO_LIMITS
) -> bytes:
    """The workbook as .xlsx with its findings and questions marked in their cells and listed in a sheet of their own.

    Formulas that would reach out of the workbook are left as text; macros are left out.

    Raises:
        RefusedError: it is no workbook that can be read.
    """
    reading = read_workbook(data, file_name, terms=terms, answers=answers, limits=limits)
    book = _copy_book(data, reading, limits)
    findings = [*_questions(reading), *reading.findings]
    for finding in findings[:_MARKED_AT_MOST]:
        _mark(book, finding)
    _list_findings(book, findings, reading)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_text(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Writes text into a cell so that no spreadsheet program takes it for a formula, and returns the cell."""
    cell = sheet.cell(row, column)
    cell.value = _UNPRINTABLE.sub(" ", text)
    cell.data_type = "s"
    if may_start_formula(text):
        cell.quotePrefix = True
    return cell


def _copy_book(data: bytes, reading: Reading, limits: Limits) -> Book:
    """The book to mark: the team's own where it is of the modern kind, else its cells in a new one."""
    if reading.file_format in ("xlsx", "xlsm"):
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=False, keep_links=False)
        except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError):
            # Files that other programs wrote a little wrong are read but cannot be written again as they are.
            return _new_book(data, limits)
        book.defined_names.clear()
        for sheet in book.worksheets:
            _disarm(sheet)
        return book
    return _new_book(data, limits)


def _disarm(sheet: Worksheet) -> None:
    """Leaves of a sheet what works on its own workbook alone, and shows the rest as text; what holds formulas without
    showing them is left out.
    """
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f" and not (isinstance(cell.value, str) and is_harmless(cell.value)):
                formula = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", None)
                cell.value = str(formula or "=")
                cell.data_type = "s"
                cell.quotePrefix = True
            elif isinstance(cell.value, str) and cell.data_type != "f" and may_start_formula(cell.value):
                cell.quotePrefix = True
            if getattr(cell, "hyperlink", None) is not None:
                cell.hyperlink = None
    sheet.defined_names.clear()
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.data_validations.dataValidation = []
    sheet._images, sheet._charts, sheet._pivots = [], [], []
    sheet.legacy_drawing = None


def _new_book(data: bytes, limits: Limits) -> Book:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in open_workbook(data, limits).sheets:
        copy = book.create_sheet(_sheet_title(sheet.name, book.sheetnames))
        for i, row in enumerate(sheet.rows, 1):
            for j, value in enumerate(row, 1):
                if isinstance(value, str):
                    if value:
                        write_text(copy, i, j, value)
                else:
                    copy.cell(i, j).value = value
    return book


def _sheet_title(wanted: str, taken: list[str]) -> str:
    title = re.sub(r"[\\/*?:\[\]]", " ", wanted)[:31] or "Sheet"
    number = 2
    while title in taken:
        title = f"{title[:26]} ({number})"
        number += 1
    return title


def _questions(reading: Reading) -> list[Finding]:
    places = {table.key: table.area.split(":")[0] for table in reading.tables}
    return [
        Finding(
            code=f"question-{question.topic}",
            severity=Severity.QUESTION,
            sheet=question.sheet,
            cell=places.get(question.table, "A1"),
            message=question.prompt,
            action="Say so in the workbook, or when you send it.",
        )
        for question in reading.questions
    ]


def _mark(book: Book, finding: Finding) -> None:
    if finding.sheet not in book.sheetnames or not _CELL.match(finding.cell):
        return
    cell = book[finding.sheet][finding.cell]
    if not hasattr(cell, "comment") or type(cell).__name__ == "MergedCell":
        return
    said = f"{finding.message} {finding.action}".strip()
    before = f"{cell.comment.text}\n\n" if cell.comment else ""
    cell.comment = Comment(_UNPRINTABLE.sub(" ", before + said)[:2_000], "Budget Align", width=380, height=140)
    cell.fill = _FILLS[finding.severity]


def _list_findings(book: Book, findings: list[Finding], reading: Reading) -> None:
    sheet = book.create_sheet(_sheet_title("Findings", book.sheetnames), 0)
    book.active = 0
    write_text(sheet, 1, 1, f"What was found in {reading.file_name}").font = Font(bold=True, size=14)
    write_text(sheet, 2, 1, f"{len(findings)} findings; each cell below leads to its place in this workbook.")
    for column, (title, width) in enumerate((("Severity", 14), ("Where", 26), ("What", 90), ("What to do", 60)), 1):
        write_text(sheet, 4, column, title).font = Font(bold=True)
        sheet.column_dimensions["ABCD"[column - 1]].width = width
    for row, finding in enumerate(findings, 5):
        write_text(sheet, row, 1, finding.severity.value).fill = _FILLS[finding.severity]
        place = write_text(sheet, row, 2, f"{finding.sheet}!{finding.cell}" if finding.sheet else "the whole workbook")
        if finding.sheet in book.sheetnames and _CELL.match(finding.cell):
            quoted = finding.sheet.replace("'", "''")
            place.hyperlink = f"#'{quoted}'!{finding.cell}"
            place.font = Font(color="1A65A6", underline="single")
        write_text(sheet, row, 3, finding.message)
        write_text(sheet, row, 4, finding.action)
    sheet.freeze_panes = "A5"
