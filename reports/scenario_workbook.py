"""Scenarios as a workbook, kept apart from real figures by what every sheet says first."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from budget_align.core.values.money import Currency
from budget_align.core.values.plain_cells import may_start_formula

WARNING = "Scenario: what would be, not real figures"


@dataclass(frozen=True)
class ScenarioSheet:
    """What a sheet says of one scenario.

    Attributes:
        rows: kind (outcome, body, total, measure), name, amount before, and amounts after by year, in minor units.
        currency: of the amounts.
    """

    name: str
    about: str
    steps: tuple[str, ...]
    constraints: tuple[str, ...]
    years: tuple[str, ...]
    rows: tuple[tuple[str, str, int, tuple[int, ...]], ...]
    currency: Currency


def write_scenario_workbook(sheets: Sequence[ScenarioSheet]) -> bytes:
    """An .xlsx with a sheet for each scenario; amounts in units of its currency."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    taken: set[str] = set()
    for scenario in sheets:
        # A sheet's name is at most 31 characters long, without some of them, and stands once.
        plain = re.sub(r"[\[\]:*?/\\']", " ", ILLEGAL_CHARACTERS_RE.sub("", scenario.name)).strip()[:27] or "Scenario"
        name, number = plain, 2
        while name.casefold() in taken:
            name, number = f"{plain} {number}", number + 1
        taken.add(name.casefold())
        _write(book.create_sheet(name), scenario)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, scenario: ScenarioSheet) -> None:
    row = 1
    for text in (WARNING, scenario.name, scenario.about):
        _put(sheet, row, 1, text).font = Font(bold=row < 3, color="B10E1E" if row == 1 else "0B0C0C")
        row += 1
    for title, said in (("Steps", scenario.steps), ("Constraints", scenario.constraints)):
        row += 1
        _put(sheet, row, 1, title).font = Font(bold=True)
        for text in said or ("none",):
            row += 1
            _put(sheet, row, 1, text)
    row += 2
    code, digits = scenario.currency.code, scenario.currency.digits
    heads = ("Kind", "Name", f"As it stands ({code})", *(f"Scenario {year} ({code})" for year in scenario.years))
    shown = f"#,##0{'.' if digits else ''}{'0' * digits}"
    for column, head in enumerate(heads, 1):
        cell = _put(sheet, row, column, head)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="12304F")
        sheet.column_dimensions[get_column_letter(column)].width = (14, 50, *[20] * 30)[column - 1]
    for kind, name, before, after in scenario.rows:
        row += 1
        _put(sheet, row, 1, kind)
        _put(sheet, row, 2, name)
        for column, amount in enumerate((before, *after), 3):
            cell = sheet.cell(row, column, amount / scenario.currency.minor_units)
            cell.number_format = shown


def _put(sheet: Worksheet, row: int, column: int, text: str) -> openpyxl.cell.cell.Cell:
    cell = sheet.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = may_start_formula(text)
    return cell
