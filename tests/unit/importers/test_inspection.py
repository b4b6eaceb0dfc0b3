"""Every filled cell of a sheet has one role, and what other programs read of it is documented field by field."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from budget_align.core.returns.inspection import CellRoles, InspectedSheet, InspectedTable, InspectedTotal, Inspection
from budget_align.core.values.terms import UK
from importers import inspect_workbook
from tests.examples import examples
from tests.unit.importers.generated import Budget, budgets, written
from tests.workbooks import drawn, workbook

SHEET = """
    Department of Works
    Budget, £ million

                | 2025-26  |         |       | 2026-27  |         |
    Programme   | Resource | Capital | Total | Resource | Capital | Total
    Roads
    Repairs     | 10.5     | 2       | 12.5  | 11       | 3       | 14
    New roads   | 0        | 40      | 40    | ..       | 44.25   | 44.25
    Total roads | 10.5     | 42      | 52.5  | 11       | 47.25   | 58.25

    Source: the department's ledger
"""


def test_each_kind_of_cell_in_one_sheet() -> None:
    (sheet,) = inspect_workbook(drawn(SHEET), "works.xlsx", terms=UK).sheets
    assert sheet.cells.model_dump() == {
        "title": ["A1", "A2"],
        "header": ["B4", "E4", "A5", "B5", "C5", "D5", "E5", "F5", "G5"],
        "label": ["A6", "A7", "A8", "A9"],
        "data": ["B7", "C7", "E7", "F7", "B8", "C8", "E8", "F8"],
        "derived": ["D7", "G7", "D8", "G8", "B9", "C9", "D9", "E9", "F9", "G9"],
        "note": ["A11"],
    }
    (table,) = sheet.tables
    assert (table.range, table.header_rows, table.label_columns) == ("A4:G9", [4, 5], ["A"])
    assert table.amount_cells == sheet.cells.data
    assert (table.unit.value, table.years, table.is_money) == ("GBP millions", [2025, 2026], True)


def test_a_total_names_the_cells_that_it_sums_and_says_whether_they_add_up() -> None:
    (sheet,) = inspect_workbook(drawn(SHEET), "works.xlsx", terms=UK).sheets
    totals = {total.cell: total for total in sheet.tables[0].totals}
    down, across = totals["F9"], totals["G8"]
    assert (down.direction, down.sums, down.stated, down.reconciled) == ("down", ["F7", "F8"], 4_725_000_000, True)
    assert (across.direction, across.sums, across.read) == ("across", ["E8", "F8"], 4_425_000_000)


def test_sheets_without_tables_are_told_by_kind() -> None:
    works = [["Line", "2026-27 £"], ["a", 1], ["b", 2]]
    data = workbook(
        Index=[["Contents"], ["Works"], ["Ways"]],
        Notes=[["How to read this workbook"]],
        Empty=[],
        Works=works,
        Ways=works,
    )
    kinds = [sheet.kind for sheet in inspect_workbook(data, "x.xlsx", terms=UK).sheets]
    assert kinds == ["contents", "notes", "empty", "tables", "tables"]


NEARLY_ALL = Budget(
    {"Land": {"Roads": [1941553], "Rail": [10007], "Buses": [10008]}, "Water": {"Trams": [10009]}}, [2026], [], "£"
)
"""One line is nearly what all others and their totals come to."""

NEARLY_THE_REST = Budget(
    {
        "Land": {
            "Rail": [20_007, 70_003],
            "Roads": [30_009, 80_001],
            "Buses": [10_003, 90_007],
            "Trams": [5_001, 4_003],
        },
        "Sea": {"Ports": [40_003, 60_009], "Ways": [102_007, 50_001]},
    },
    [2025, 2026],
    [],
    "£",
)
"""The last line is nearly what all others come to in one of its years."""


@example(budget=NEARLY_ALL, totals=True, grand=False, headings=True, group_header=False)
@example(budget=NEARLY_THE_REST, totals=False, grand=False, headings=False, group_header=False)
@examples(0.4)
@given(budgets(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_every_filled_cell_has_one_role(
    budget: Budget, totals: bool, grand: bool, headings: bool, group_header: bool
) -> None:
    data = written(budget, totals=totals, grand=grand, headings=headings or totals, group_header=group_header)
    (sheet,) = inspect_workbook(data, "ways.xlsx", terms=UK).sheets
    said = [cell for cells in sheet.cells.model_dump().values() for cell in cells]
    assert len(said) == len(set(said))
    assert set(said) == filled_cells(data)
    lines = sum(len(lines) for lines in budget.groups.values())
    assert len(sheet.cells.data) == lines * len(budget.years) * max(1, len(budget.controls))


def filled_cells(data: bytes) -> set[str]:
    import io

    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_the_documentation_names_every_field_of_what_is_printed() -> None:
    page = (Path(__file__).parents[3] / "docs" / "inspect.md").read_text()
    models: list[type[BaseModel]] = [Inspection, InspectedSheet, InspectedTable, InspectedTotal, CellRoles]
    missing = [f"{model.__name__}.{name}" for model in models for name in model.model_fields if f"`{name}`" not in page]
    assert missing == []
