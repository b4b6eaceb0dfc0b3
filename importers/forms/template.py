"""A workbook to fill in, for departments that prefer one: one row an amount, with lists to choose from."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from budget_align.core.returns.budget_line import FLOW_NAMES, FLOWS, STAGES
from budget_align.core.returns.budget_version import KINDS
from budget_align.core.values.terms import Terms

_ROWS: Final = 2_000

_NEEDED: Final = "Needed in every row."
_CONTROLS: Final = ("Resource", "Capital", "Resource AME", "Capital AME", "Financial transactions", "Non-cash")


@dataclass(frozen=True)
class _Column:
    name: str
    width: int
    note: str
    choices: tuple[str, ...] = ()
    needed: bool = False


def _columns(terms: Terms) -> tuple[_Column, ...]:
    """The columns of a return, in a government's terms."""
    code, digits = terms.currency.code, terms.minor_unit
    decimals = f"with up to {digits} decimals" if digits else "without decimals"
    return (
        _Column("Department", 30, f"The department, agency or council whose money it is. {_NEEDED}"),
        _Column("Directorate", 26, "The part of the department that holds the money."),
        _Column("Programme code", 16, "Your own code, if there is one."),
        _Column("Programme", 40, f"What the money is for: the name that a reader would look for. {_NEEDED}"),
        _Column("Account", 26, "What it is spent on, such as pay or grants."),
        _Column("Budget control", 22, "Choose from the list, or leave it empty.", _CONTROLS),
        _Column(
            "Flow",
            14,
            "Choose from the list: expenditure, income such as fees and grants received, or financing such as loans. "
            f"{_NEEDED}",
            tuple(FLOW_NAMES[flow] for flow in FLOWS),
            needed=True,
        ),
        _Column(
            "Stage",
            14,
            f"Choose from the list: plan, budget, forecast or outturn. {_NEEDED}",
            tuple(stage.capitalize() for stage in STAGES),
            needed=True,
        ),
        _Column(
            "Version",
            24,
            "Choose from the list: original as first approved, revised, or final. A revision may say which and of what "
            f"day, such as: Revised (autumn, 2025-11-26). {_NEEDED}",
            tuple(kind.capitalize() for kind in KINDS),
        ),
        _Column("Financial year", 15, f"As {terms.year(2026)}. {_NEEDED}"),
        _Column(
            f"Amount ({code})",
            18,
            f"In whole units of {code}, {decimals}. Income is a positive amount of its own flow; a refund within "
            f"spending is negative. {_NEEDED}",
        ),
        _Column("Description", 60, "Anything that helps to understand the row."),
    )


def make_template(terms: Terms) -> bytes:
    """The template as .xlsx in a government's currency and years. What is filled in reads without a question."""
    columns = _columns(terms)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Return"
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(1, number, column.name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="12304F")
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[cell.column_letter].width = column.width
        asked = _validation(column)
        sheet.add_data_validation(asked)
        asked.add(f"{cell.column_letter}2:{cell.column_letter}{_ROWS}")
        if column.name.startswith("Amount"):
            shown = f"#,##0{'.' if terms.minor_unit else ''}{'0' * terms.minor_unit}"
            for row in range(2, _ROWS + 1):
                sheet.cell(row, number).number_format = f"{shown};[Red]-{shown}"
    sheet.freeze_panes = "A2"
    notes = book.create_sheet("Notes")
    notes.cell(1, 1, "How to fill in the return").font = Font(bold=True, size=14)
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 22, 90
    for row, column in enumerate(columns, 3):
        notes.cell(row, 1, column.name).font = Font(bold=True)
        notes.cell(row, 2, column.note).alignment = Alignment(wrap_text=True, vertical="top")
    notes.cell(len(columns) + 4, 1, "One row holds one amount. Add no totals: they are made when the return is read.")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _validation(column: _Column) -> DataValidation:
    """What a cell of the column may hold, and what is said beside it."""
    if column.choices:
        rule = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=not column.needed)
        # A revision may say more than the list has.
        rule.showErrorMessage = column.name != "Version"
        rule.error, rule.errorTitle = "Choose one of the list.", column.name
    elif column.name.startswith("Amount"):
        rule = DataValidation(
            type="decimal", operator="between", formula1="-1000000000000000", formula2="1000000000000000"
        )
        rule.error, rule.errorTitle, rule.showErrorMessage = "Write a number, without letters.", "Amount", True
    else:
        rule = DataValidation()
    rule.showInputMessage, rule.promptTitle, rule.prompt = True, column.name[:32], column.note[:255]
    return rule
