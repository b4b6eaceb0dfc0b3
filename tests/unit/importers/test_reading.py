"""The reader says what a sheet says, by its own evidence; sheets are drawn as a finance analyst sees them."""

import io
from typing import Any

import openpyxl
import pytest

from budget_align.core.returns.reading import Answers, Reading, Severity
from budget_align.core.values.money import Unit
from budget_align.core.values.terms import UK
from importers import read_workbook
from tests.workbooks import binary_workbook, drawn, workbook


def read(data: bytes, **answers: Any) -> Reading:
    return read_workbook(data, "return.xlsx", answers=Answers(**answers), terms=UK)


def said(reading: Reading, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in reading.lines[list(columns)].to_numpy().tolist()]


def test_years_over_controls_in_merged_headers() -> None:
    reading = read(
        drawn("""
        Department of Works
        Budget, £ million

                   | 2025-26  |         |       | 2026-27  |         |
        Programme  | Resource | Capital | Total | Resource | Capital | Total
        Roads
        Repairs    | 10.5     | 2       | 12.5  | 11       | 3       | 14
        New roads  | 0        | 40      | 40    | 0        | 44.25   | 44.25
        Total roads | 10.5    | 42      | 52.5  | 11       | 47.25   | 58.25
        Total Department of Works | 10.5 | 42 | 52.5 | 11    | 47.25   | 58.25
        """)
    )
    assert not reading.questions
    assert said(reading, "body", "unit", "programme", "control", "fiscal_year", "amount", "cell")[2:5] == [
        ("Department of Works", "Roads", "Repairs", "RDEL", 2026, 1_100_000_000, "E7"),
        ("Department of Works", "Roads", "Repairs", "CDEL", 2026, 300_000_000, "F7"),
        ("Department of Works", "Roads", "New roads", "RDEL", 2025, 0, "B8"),
    ]
    assert {total.difference for total in reading.control_totals} == {0}
    assert [t.cell for t in reading.control_totals if t.whole and not t.control] == ["D10", "G10"]


def test_a_ledger_with_a_row_for_each_amount() -> None:
    reading = read(
        drawn("""
        Department | Directorate | Cost centre code | Programme  | Account code | Budget type | Financial year | Stage   | Amount (£)
        Learning   | Schools     | 2101             | Teaching   | 5100         | Resource    | 2026/27        | Budget  | 1234.56
        Learning   | Schools     | 2101             | Teaching   | 7100         | Capital     | 2026/27        | Budget  | 99.5
        Learning   | Colleges    | 2301             | Workshops  | 7100         | Capital     | 2025/26        | Outturn | -3
        """)
    )
    assert said(reading, "body", "unit", "programme", "account_code", "control", "stage", "fiscal_year", "amount") == [
        ("Learning", "Schools", "Teaching", "5100", "RDEL", "budget", 2026, 123456),
        ("Learning", "Schools", "Teaching", "7100", "CDEL", "budget", 2026, 9950),
        ("Learning", "Colleges", "Workshops", "7100", "CDEL", "outturn", 2025, -300),
    ]


def test_a_total_of_every_line_of_a_body_speaks_for_the_body_in_a_table_of_several() -> None:
    reading = read(
        drawn("""
        District councils: budget, £ thousand

        Council | Service       | 2025-26 | 2026-27
        Ashby   | Schools       | 500     | 520
        Ashby   | Waste         | 90      | 95
        Ashby   | Total         | 590     | 615
        Corrie  | Schools       | 700     | 730
        Corrie  | Waste         | 110     | 120
        Corrie  | Total         | 810     | 850
        All     | Grand total   | 1400    | 1465
        """)
    )
    wholes = {(t.body, t.fiscal_year): t.published for t in reading.control_totals if t.whole and t.body}
    assert wholes == {
        ("Ashby", 2025): 590_000_00,
        ("Ashby", 2026): 615_000_00,
        ("Corrie", 2025): 810_000_00,
        ("Corrie", 2026): 850_000_00,
    }
    # What covers both is no total of the one or the other.
    assert {t.body for t in reading.control_totals if t.published == 1400_000_00} == {""}


def test_brackets_labels_written_once_and_a_percentage_that_is_no_amount() -> None:
    reading = read(
        drawn("""
        Office for Safety
        Main Estimates

        Service           | Line     | 2025-26 £000 | 2026-27 £000 | % change
        Policing          | Officers | '1,200       | '1,300       | 8.3
                          | Licences | '(45)        | '(50)        | 11.1
        Subtotal policing |          | '1,155       | '1,250       | 8.2
        Courts            | Judges   | '300         | '310         | 3.3
        GRAND TOTAL       |          | '1,455       | '1,560       | 7.2
        """)
    )
    assert said(reading, "unit", "programme", "fiscal_year", "amount")[:4] == [
        ("Policing", "Officers", 2025, 120_000_000),
        ("Policing", "Officers", 2026, 130_000_000),
        ("Policing", "Licences", 2025, -4_500_000),
        ("Policing", "Licences", 2026, -5_000_000),
    ]
    assert len(reading.lines) == 6
    assert [c.role for c in reading.tables[0].columns] == ["unit", "programme", "amount", "amount", "change"]


def test_a_summary_sheet_is_checked_and_not_counted_again() -> None:
    def department(name: str, figure: int) -> list[list[Any]]:
        return [
            [name],
            ["Budget, £ thousand"],
            [],
            ["Line", "2026-27"],
            ["a", figure],
            ["b", 5],
            [f"{name} total", figure + 5],
        ]

    reading = read(
        workbook(
            Summary=[
                ["Summary, £ thousand"],
                [],
                ["Ministry", "2026-27"],
                ["Works", 15],
                ["Parks", 25],
                ["All ministries", 40],
            ],
            Works=department("Works", 10),
            Parks=department("Parks", 20),
        )
    )
    assert [table.summary for table in reading.tables] == [True, False, False]
    assert reading.lines["amount"].sum() == 40 * 100_000
    assert [finding.code for finding in reading.findings] == ["summary-sheet"]


def test_a_difference_is_named_by_cell_with_both_figures_and_never_forced() -> None:
    reading = read(
        drawn("""
        Department of Works
        Budget 2026-27, £

        Line        | 2026-27
        Roads       | 50
        Rail        | 20
        Total Works | 60
        """),
        body="Works",
    )
    (finding,) = reading.findings
    assert (finding.code, finding.cell) == ("total-differs", "B7")
    assert "£60.00" in finding.message
    assert "B5:B6" in finding.message
    assert reading.lines["amount"].tolist() == [5000, 2000]


def test_what_nothing_says_is_asked_and_a_persons_answer_goes_first() -> None:
    bare = drawn("""
        Line  | Amount
        Roads | 50
        Rail  | 20
    """)
    reading = read(bare)
    # What settles most comes first: the amounts themselves, then when and what they are, then whose.
    assert [question.topic for question in reading.questions] == ["unit", "year", "stage", "body"]
    settled = read(bare, body="Works", stage="outturn", unit=Unit("GBP", 1000), fiscal_year=2024)
    assert not settled.questions
    assert said(settled, "body", "stage", "fiscal_year", "amount")[0] == ("Works", "outturn", 2024, 5_000_000)


def test_a_sheet_of_notes_is_left_out_with_the_reason_but_its_words_are_heard() -> None:
    reading = read(
        workbook(
            Notes=[["Provisional outturn, £ million"], ["Prepared by the finance team"]],
            Works=[["Line", "2024-25"], ["Roads", 5], ["Rail", 2]],
        )
    )
    assert reading.skipped[0].sheet == "Notes"
    assert said(reading, "stage", "amount")[0] == ("outturn", 500_000_000)
    # The name of a sheet may be a body's: it is offered, and a person says so.
    assert [(question.topic, question.guess) for question in reading.questions] == [("body", "Works")]


def test_an_error_cell_and_words_among_amounts_are_findings_not_guesses() -> None:
    reading = read(
        drawn("""
        Line   | 2026-27 budget £
        Roads  | 5
        Rail   | #REF!
        Rent   | to follow
        Buses  | 7
        Trams  | 1
        """),
        body="Works",
    )
    assert [(f.code, f.cell) for f in reading.findings] == [("error-cell", "B3"), ("text-for-amount", "B4")]
    assert reading.lines["programme"].tolist() == ["Roads", "Buses", "Trams"]


def test_marks_of_footnotes_are_left_off_numbers_and_said() -> None:
    reading = read(
        drawn("""
        Line   | 2026-27 budget £
        Roads  | '1,205 (1)
        Rail   | '99 [r]
        Rent   | 7
        Buses  | 11
        Trams  | 12
        """),
        body="Works",
    )
    assert reading.lines["amount"].tolist() == [120500, 9900, 700, 1100, 1200]
    assert [(f.code, f.cell) for f in reading.findings] == [("number-as-text", "B2"), ("footnote-mark", "B2")]


@pytest.mark.parametrize(
    ("said", "cell", "amounts", "says"),
    [
        # A half penny, a third of one, and one amount that is lost whole.
        ("£\n10.005\n20.00\n30.3333\n0.001", "B5", [1000, 2000, 3033, 0], "3 amounts are finer than £0.01"),
        ("£\n5.00\n(10.0051)\n20.00", "B6", [500, -1001, 2000], "Rounding moved £0.0049 in all"),
        ("£m\n1.123456\n2.123456789", "B6", [112345600, 212345679], "'2.123456789' was read as £2,123,456.79"),
    ],
)
def test_amounts_finer_than_the_currency_are_rounded_and_said(
    said: str, cell: str, amounts: list[int], says: str
) -> None:
    unit, *numbers = said.split("\n")
    lines = "\n".join(f'Line {place},"{number}"' for place, number in enumerate(numbers))
    reading = read(f"Works\nBudget\n{unit}\nLine,2026-27\n{lines}".encode(), body="W")
    assert reading.lines["amount"].tolist() == amounts
    (finding,) = (finding for finding in reading.findings if finding.code == "finer-amounts")
    assert (finding.cell, finding.severity) == (cell, Severity.INFORMATION)
    assert says in finding.message


def test_one_amount_of_more_places_than_its_column_prints_is_read_as_it_prints_and_said() -> None:
    lines = "".join(f"Road {place},{place + 10}.{place % 9 + 1}\n" for place in range(40))
    reading = read(f"Works\nBudget £m\nLine,2026-27\n{lines}Rail,12.345678\n".encode(), body="W")
    assert reading.lines["amount"].tolist()[-1] == 1_230_000_000
    (finding,) = (finding for finding in reading.findings if finding.code == "finer-amounts")
    assert (finding.cell, finding.severity) == ("B44", Severity.WARNING)
    assert "Rounding moved £45,678.00 in all" in finding.message


def test_what_a_person_leaves_out_is_neither_rounded_nor_read() -> None:
    amounts = [1_310.25, 97.75, 21_204.5, 486.25, 5_733.75, 168.5, 90_411.25]
    rows = [["Line", "2026-27 budget £"], *([f"Road {amount}", amount] for amount in amounts)]
    data = workbook(Return=[*rows, ["Rail", "1241,32"]])
    (question,) = read(data, body="W").questions
    assert [option.value for option in question.options] == ["read", "leave"]
    reading = read(data, body="W", settled={question.id: "leave"})
    assert reading.lines["amount"].tolist() == [round(amount * 100) for amount in amounts]
    assert not {"finer-amounts", "number-as-text"} & {finding.code for finding in reading.findings}


def test_what_a_spreadsheet_works_out_to_the_penny_is_not_called_finer() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [("Line", "2026-27 budget £m"), ("Roads", 0.1 + 0.2), ("Rail", 1.1 * 1.1), ("Sea", 4.35 * 100)]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert "finer-amounts" not in {finding.code for finding in read(out.getvalue(), body="W").findings}


def test_every_line_keeps_its_own_cell_and_the_same_bytes_give_the_same_lines() -> None:
    data = drawn("Line | 2026-27 budget £\nRoads | 5\nRail | 6\nBuses | 7")
    one, two = read(data, body="W"), read(data, body="W")
    assert one.lines["cell"].tolist() == ["B2", "B3", "B4"]
    assert one.lines.equals(two.lines)
    assert one.lines["line_id"].str.startswith(one.file_hash[:12]).all()


def test_a_binary_workbook() -> None:
    rows = [["Programme", "2026-27 budget £"], ["Roads", 5.25], ["Rail", -3.0], ["Buses", 7.0]]
    reading = read(binary_workbook(rows), body="W")
    assert reading.file_format == "xlsb"
    assert said(reading, "programme", "amount", "cell") == [
        ("Roads", 525, "B2"),
        ("Rail", -300, "B3"),
        ("Buses", 700, "B4"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_files_of_the_usual_kinds(separator: str, encoding: str) -> None:
    rows = [["Programme", "2026-27 budget £"], ["Café’s roads", '"1,250"'], ["O'Brien's rail", "(3)"], ["Buses", "7"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    reading = read(text.encode(encoding), body="W")
    assert said(reading, "programme", "amount") == [("Café’s roads", 125000), ("O'Brien's rail", -300), ("Buses", 700)]
