"""The workbook goes back with its findings marked, and nothing in it can act on whoever opens it."""

from __future__ import annotations

import io

import openpyxl
import pytest

from budget_align.core.returns.reading import Answers
from budget_align.core.values.terms import UK
from importers import read_workbook
from importers.forms.annotated import annotate_workbook
from importers.forms.template import make_template
from tests.workbooks import drawn, workbook

WRONG = drawn("""
    Department of Works
    Budget 2026-27, £

    Line        | 2026-27
    Roads       | 50
    Rail        | #REF!
    Buses       | 20
    Total Works | 60
""")


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_each_finding_is_marked_in_its_cell_and_listed_with_a_link() -> None:
    book = opened(annotate_workbook(WRONG, "works.xlsx", terms=UK))
    assert book.sheetnames == ["Findings", "Return"]
    assert "60.00" in book["Return"]["B8"].comment.text
    assert book["Return"]["B6"].fill.fgColor.rgb == "00FFE08A"
    listed = {row[1].value: row[1].hyperlink.location or row[1].hyperlink.target for row in book["Findings"]["A5:D7"]}
    # A total that differs is a question too, about the table that begins in A4.
    assert {cell: link.lstrip("#") for cell, link in listed.items()} == {
        "Return!A4": "'Return'!A4",
        "Return!B6": "'Return'!B6",
        "Return!B8": "'Return'!B8",
    }


def test_questions_are_findings_too() -> None:
    book = opened(annotate_workbook(drawn("Line | 2026-27 budget £\nRoads | 5\nRail | 6"), "x.xlsx", terms=UK))
    assert [cell.value for cell in book["Findings"]["A"][4:]] == ["question"]
    assert "Whose budget" in book["Return"]["A1"].comment.text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_could_be_a_formula_is_written_as_text(start: str) -> None:
    evil = f'{start}cmd|"/c calc"!A1'
    data = "\n".join(["Line,2026-27 budget £", f'"{evil.replace(chr(34), chr(34) * 2)}",5', "Rail,6"]).encode()
    book = opened(annotate_workbook(data, f"{evil}.csv", answers=Answers(body=evil), terms=UK))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(start) and start.strip():
                    assert cell.quotePrefix


def test_formulas_of_the_workbook_that_reach_out_become_text_and_others_stay() -> None:
    rows = [["Line", "2026-27 budget £"], ["Roads", 5], ["Rail", 6], ["Sum", "=SUM(B2:B3)"]]
    data = workbook(Return=rows, Links=[['=HYPERLINK("http://evil.example","x")'], ["=cmd|'/c calc'!A1"]])
    book = opened(annotate_workbook(data, "x.xlsx", terms=UK))
    assert book["Return"]["B4"].data_type == "f"
    assert [cell.data_type for cell in book["Links"]["A"]] == ["s", "s"]


def test_every_format_goes_back_as_a_workbook() -> None:
    text = b"Line;2026-27 budget \xa3\nRoads;5\nRail;6\n"
    book = opened(annotate_workbook(text, "x.csv", terms=UK))
    assert book.sheetnames == ["Findings", "csv"]


def test_the_template_filled_in_reads_without_a_question() -> None:
    book = opened(make_template(UK))
    sheet = book["Return"]
    assert len(sheet.data_validations.dataValidation) == sheet.max_column == 12
    budget = ("Budget", "Original", "2026-27")
    rows = [
        ("Works", "Roads", "R1", "Repairs", "Pay", "Resource", "Expenditure", *budget, 1234.56, "Potholes"),
        ("Works", "Roads", "R2", "Bridges", "Works", "Capital", "Expenditure", *budget, 99.5, ""),
        ("Works", "Roads", "R3", "Tolls", "", "Resource", "Income", *budget, 12, ""),
    ]
    for i, row in enumerate(rows, 2):
        for j, value in enumerate(row, 1):
            sheet.cell(i, j).value = value
    out = io.BytesIO()
    book.save(out)
    reading = read_workbook(out.getvalue(), "return.xlsx", terms=UK)
    assert not reading.questions
    assert reading.lines[
        ["body", "unit", "programme", "control", "flow", "stage", "version", "fiscal_year", "amount"]
    ].to_numpy().tolist() == [
        ["Works", "Roads", "Repairs", "RDEL", "expenditure", "budget", "original", 2026, 123456],
        ["Works", "Roads", "Bridges", "CDEL", "expenditure", "budget", "original", 2026, 9950],
        ["Works", "Roads", "Tolls", "RDEL", "income", "budget", "original", 2026, 1200],
    ]
