"""Sheets that we write for people to fill in and send back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from budget_align.core.values.plain_cells import may_start_formula

SPARE_ROWS: Final = 500
"""Rows below what is written that offer the same choices."""


def add_sheet(
    book: openpyxl.Workbook, name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]
) -> Worksheet:
    """A sheet of a table: headings with the widths of their columns, then rows; the headings stay in view."""
    sheet: Worksheet = book.create_sheet(name)
    for column, (head, width) in enumerate(columns, 1):
        cell = put(sheet, 1, column, head)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="12304F")
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = put(sheet, number, column, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(2, sheet.max_row)}"
    return sheet


def put(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    """Writes a value; text stays text, so that none of it is taken for a formula."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = may_start_formula(value)
    elif value is not None:
        cell.value = value
    return cell


def choose(sheet: Worksheet, letter: str, column: int, count: int, *, strict: bool) -> None:
    """Lets a column choose from a list of the sheet Lists."""
    here = get_column_letter(column)
    validation = DataValidation(type="list", formula1=f"=Lists!${here}$2:${here}${count + 1}", allow_blank=True)
    validation.error, validation.errorTitle, validation.showErrorMessage = (
        "Choose one of the list.",
        "Not known",
        strict,
    )
    sheet.add_data_validation(validation)
    validation.add(f"{letter}2:{letter}{sheet.max_row + SPARE_ROWS}")
