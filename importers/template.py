"""A workbook to fill in, for departments that prefer one: one row an amount, with lists to choose from."""

from __future__ import annotations

import io
from typing import Final

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from budget_align.core.budget_line import STAGES

_ROWS: Final = 2_000

_COLUMNS: Final = (
    ("Department", 30, "The department, agency or council whose money it is. Needed in every row."),
    ("Directorate", 26, "The part of the department that holds the money."),
    ("Programme code", 16, "Your own code, if there is one."),
    ("Programme", 40, "What the money is for: the name that a reader would look for. Needed in every row."),
    ("Account", 26, "What it is spent on, such as pay or grants."),
    ("Budget control", 22, "Choose from the list."),
    ("Stage", 14, "Choose from the list: plan, budget, forecast or outturn. Needed in every row."),
    ("Financial year", 15, "As 2026-27. Needed in every row."),
    ("Amount (£)", 18, "Whole pounds and pence, negative for income. Needed in every row."),
    ("Description", 60, "Anything that helps to understand the row."),
)
_CONTROLS: Final = ("Resource", "Capital", "Resource AME", "Capital AME", "Financial transactions", "Non-cash")


def make_template() -> bytes:
    """The template as .xlsx. What is filled in reads without a question."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Return"
    for column, (name, width, note) in enumerate(_COLUMNS, 1):
        cell = sheet.cell(1, column, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="12304F")
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
        if name not in ("Budget control", "Stage", "Amount (£)"):
            prompt = DataValidation(showInputMessage=True, promptTitle=name[:32], prompt=note[:255])
            sheet.add_data_validation(prompt)
            prompt.add(f"{cell.column_letter}2:{cell.column_letter}{_ROWS}")
    for letter, choices, name in (("F", _CONTROLS, "Budget control"), ("G", [s.capitalize() for s in STAGES], "Stage")):
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=name == "Budget control")
        rule.error, rule.errorTitle, rule.showErrorMessage = "Choose one of the list.", name, True
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{_ROWS}")
    amount = DataValidation(type="decimal", operator="between", formula1="-1000000000000", formula2="1000000000000")
    amount.error, amount.errorTitle, amount.showErrorMessage = "Write a number, without letters.", "Amount", True
    sheet.add_data_validation(amount)
    amount.add(f"I2:I{_ROWS}")
    for row in range(2, _ROWS + 1):
        sheet.cell(row, 9).number_format = "#,##0.00;[Red]-#,##0.00"
    sheet.freeze_panes = "A2"
    notes = book.create_sheet("Notes")
    notes.cell(1, 1, "How to fill in the return").font = Font(bold=True, size=14)
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 22, 90
    for row, (name, _, note) in enumerate(_COLUMNS, 3):
        notes.cell(row, 1, name).font = Font(bold=True)
        notes.cell(row, 2, note).alignment = Alignment(wrap_text=True, vertical="top")
    notes.cell(14, 1, "One row holds one amount. Add no totals: they are made when the return is read.")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
