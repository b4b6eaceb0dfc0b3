"""Tables as departments and statistical offices lay them out, drawn as a finance analyst sees them."""

from __future__ import annotations

import json
from typing import Any

from budget_align.core.returns.inspection import InspectedSheet
from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.terms import UK
from importers import inspect_workbook, read_workbook
from tests.answers import answered, comes_to, open_question
from tests.workbooks import drawn, workbook


def look(drawing: str) -> InspectedSheet:
    return inspect_workbook(drawn(drawing), "sheet.xlsx", terms=UK).sheets[0]


def read(drawing: str, **answers: Any) -> Reading:
    return read_workbook(drawn(drawing), "sheet.xlsx", answers=Answers(**answers), terms=UK)


def said(reading: Reading, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in reading.lines[list(columns)].to_numpy().tolist()]


STATISTICAL_ABSTRACT = """
    Table 442. Federal outlays by function: 1945 to 1960
    [In millions of dollars (92,712 represents $92,712,000,000). For fiscal years ending in year shown]

         |          | Outlays |           |          |          |
    Year | Receipts | Total   | Human     | National | Other    | Surplus or
         |          |         | resources | defense  |          | deficit (-)
    1945 | 45159    | 92712   | 1859      | 82965    | 7888     | -47553
    1950 | 39443    | 42562   | 14221     | 13724    | 14617    | -3119
    1955 | 65451    | 68444   | 14908     | 42729    | 10807    | -2993

    '\\1 Covers both federal funds and trust funds.
    Source: Office of Management and Budget, Historical Tables.
"""


def test_headers_broken_over_rows_years_in_the_first_column_and_notes_below() -> None:
    sheet = look(STATISTICAL_ABSTRACT)
    (table,) = sheet.tables
    assert table.range == "A4:G9"
    assert table.title_cells == ["A1", "A2"]
    assert table.header_rows == [4, 5, 6]
    assert table.label_columns == ["A"]
    assert table.note_cells == ["A11", "A12"]
    assert table.unit.value == "USD millions"
    assert [column.role for column in table.columns] == ["year", "amount", "total", *["amount"] * 3, "change"]
    total = next(t for t in table.totals if t.cell == "C7")
    assert (total.sums, total.reconciled) == (["D7", "E7", "F7"], True)
    assert "G7" in sheet.cells.derived


def test_a_total_above_what_it_sums() -> None:
    sheet = look("""
        Hospital spending by region, £ thousand

        Region       | 2024-25 | 2025-26
        All England  | 1730    | 1905
        North        | 500     | 560
        Midlands     | 430     | 475
        South        | 800     | 870
    """)
    totals = {t.cell: t.sums for t in sheet.tables[0].totals}
    assert totals == {"B4": ["B5", "B6", "B7"], "C4": ["C5", "C6", "C7"]}


def test_blocks_under_the_name_of_each_body_with_a_block_of_totals() -> None:
    reading = read("""
        Budget requests, $ thousand

                                   | General fund | Federal | Total
        Department of Agriculture
        FY2024 Appropriation       | 100          | 50      | 150
        FY2025 Request             | 120          | 60      | 180
        Department of Commerce
        FY2024 Appropriation       | 200          | 70      | 270
        FY2025 Request             | 210          | 75      | 285
        Total
        FY2024 Appropriation       | 300          | 120     | 420
        FY2025 Request             | 330          | 135     | 465
    """)
    assert not reading.questions
    assert said(reading, "body", "stage", "fiscal_year", "amount")[:4] == [
        ("Department of Agriculture", "budget", 2023, 10_000_000),
        ("Department of Agriculture", "budget", 2023, 5_000_000),
        ("Department of Agriculture", "plan", 2024, 12_000_000),
        ("Department of Agriculture", "plan", 2024, 6_000_000),
    ]
    assert reading.lines["amount"].sum() == (150 + 180 + 270 + 285) * 100_000
    assert {total.cell for total in reading.control_totals} == {"B11", "C11", "D11", "B12", "C12", "D12"}
    assert all(total.reconciled for total in reading.control_totals)
    assert [finding.code for finding in reading.findings] == ["other-currency"]


def test_two_tables_under_each_other_keep_their_own_titles_and_notes() -> None:
    sheet = look("""
        Table A: Revenue, £m

        Source  | 2024-25 | 2025-26
        Tax     | 500     | 520
        Fees    | 20      | 25
        Total   | 520     | 545
        Note: provisional

        Table B: Spending, £m

        Service | 2024-25 | 2025-26 | 2026-27
        Health  | 300     | 310     | 320
        Schools | 220     | 235     | 240
        Total   | 520     | 545     | 560
        Source: Treasury
    """)
    assert [(t.range, t.title_cells, t.note_cells) for t in sheet.tables] == [
        ("A3:C6", ["A1"], ["A7"]),
        ("A11:D14", ["A9"], ["A15"]),
    ]


def test_two_tables_beside_each_other() -> None:
    sheet = look("""
        Revenue and spending, £m

        Source | 2024-25 | 2025-26 |  | Service   | 2024-25 | 2025-26
        Tax    | 500     | 520     |  | Health    | 300     | 310
        Fees   | 20      | 25      |  | Schools   | 210     | 215
        Total  | 520     | 545     |  | Transport | 10      | 20
               |         |         |  | Total     | 520     | 545
    """)
    assert [table.range for table in sheet.tables] == ["A3:C6", "E3:G7"]
    assert [table.unit.value for table in sheet.tables] == ["GBP millions", "GBP millions"]


def test_what_stands_above_a_table_is_no_table_and_names_its_body() -> None:
    reading = read("""
        Annual budget return
        Department:      | Works
        Department code: | 123
        Contact:         | Ann Smith

        Line  | Budget 2024-25, £ | Outturn 2023-24, £
        Roads | 1200000           | 1100000
        Rail  | 300000            | 310000
        Total | 1500000           | 1410000
    """)
    assert not reading.questions
    assert [table.area for table in reading.tables] == ["A6:C9"]
    assert said(reading, "body", "programme", "stage", "fiscal_year", "amount")[0] == (
        "Works",
        "Roads",
        "budget",
        2024,
        120_000_000,
    )


def test_column_numbers_under_the_headers_are_no_amounts_and_crores_are_a_unit() -> None:
    sheet = look("""
        Demand for grants, Rs. crore

        Head        | Actuals | Budget  | Revised budget
                    | 2022-23 | 2023-24 | 2024-25
        '(1)        | '(2)    | '(3)    | '(4)
        Secretariat | 12.5    | 13      | 13.2
        Policing    | 150.25  | 160     | 158
        Grand total | 162.75  | 173     | 171.2
    """)
    (table,) = sheet.tables
    assert table.header_rows == [3, 4, 5]
    assert "B5" in table.header_cells
    assert table.unit.value == "INR crore"
    assert table.years == [2022, 2023, 2024]


def test_real_terms_are_shown_and_never_added() -> None:
    cash = [["Line", "2024-25", "2025-26"], ["Roads", 100, 110], ["Rail", 50, 60], ["Total", 150, 170]]
    real = [["Line", "2024-25", "2025-26"], ["Roads", 104, 110], ["Rail", 52, 60], ["Total", 156, 170]]
    reading = read_workbook(
        workbook(
            Cash=[["Department of Works"], ["Table 1 Outturn, £ million"], [], *cash],
            Real=[["Department of Works"], ["Table 2 Outturn in real terms, £ million"], [], *real],
        ),
        "outturn.xlsx",
        terms=UK,
    )
    assert [table.price_basis.value for table in reading.tables] == ["cash", "real terms"]
    counted = reading.lines[~reading.lines["memo"]]
    assert counted["amount"].sum() == (150 + 170) * 100_000_000
    assert set(counted["sheet"]) == {"Cash"}


def test_rows_in_cash_and_in_real_terms_in_one_table() -> None:
    reading = read(
        """
        Level       | Outturn 2022-23 £m | Outturn 2023-24 £m | Measure
        Roads       | 100     | 110     | cash
        Rail        | 50      | 60      | cash
        Total works | 150     | 170     | cash
        Roads       | 104     | 110     | real_2324
        Rail        | 52      | 60      | real_2324
        Total works | 156     | 170     | real_2324
        """,
        body="Works",
    )
    assert reading.lines.loc[~reading.lines["memo"], "amount"].sum() == (150 + 170) * 100_000_000
    assert "real-terms-rows" in {finding.code for finding in reading.findings}


def test_a_sum_of_totals_that_other_totals_sum_too_is_checked_and_counts_nothing_twice() -> None:
    reading = read(
        """
        Department of Works
        Budget, £

        Line                          | 2025-26 | 2026-27
        Current
        Pay                           | 1000    | 1100
        Goods                         | 505     | 555
        Total current services        | 1505    | 1655
        Adjustments                   | 95      | 98
        Total current                 | 1600    | 1753
        Capital
        Roads                         | 700     | 720
        Rail                          | 304     | 313
        Total capital services        | 1004    | 1033
        Adjustments                   | 46      | 47
        Total capital                 | 1050    | 1080
        Total services                | 2509    | 2688
        """
    )
    services = [total for total in reading.control_totals if total.label == "Total services"]
    assert [(total.members, total.difference) for total in services] == [(("B8", "B14"), 0), (("C8", "C14"), 0)]
    assert reading.lines["amount"].sum() == (2650 + 2833) * 100


def test_rows_called_totals_that_sum_nothing_near_them_are_lines() -> None:
    """As in a list sorted by size, in which some lines keep the names that they had as totals elsewhere."""
    reading = read(
        """
        Line              | 2026-27 budget £
        Hospitals         | 90000
        Schools           | 70011
        Total Police      | 3400
        Roads             | 2100
        Total Courts      | 1507
        """,
        body="Works",
    )
    assert len(reading.lines) == 5
    assert not reading.control_totals
    assert [f.code for f in reading.findings] == ["total-without-lines"] * 2


def test_a_last_row_without_any_label_that_sums_the_column_is_its_total() -> None:
    reading = read(
        """
        Portfolio | Line  | Budget 2025-26 £ | Budget 2026-27 £
        Works     | Roads | 101   | 103
        Works     | Rail  | 207   | 211
        Works     | Canal | 12    | 0
                  |       |       | 314
        """
    )
    (total,) = reading.control_totals
    assert (total.cell, total.whole, total.difference) == ("D5", True, 0)
    assert len(reading.lines) == 6


def test_the_same_total_in_two_tables_is_asked_about_and_not_counted_twice_in_silence() -> None:
    def sheet(title: str, *rows: list[Any]) -> list[list[Any]]:
        return [["Department of Works"], [title], [], ["Line", "2025-26", "2026-27"], *rows]

    data = workbook(
        Service=sheet("Budget, £", ["Roads", 12345, 13345], ["Rail", 500, 650], ["Total", 12845, 13995]),
        Nature=sheet("Budget, £", ["Pay", 10000, 11000], ["Goods", 2845, 2995], ["Total", 12845, 13995]),
    )
    reading = read_workbook(data, "works.xlsx", terms=UK)
    (question,) = reading.questions
    assert (question.topic, question.sheet) == ("counted", "Nature")
    settled = Answers.model_validate({"tables": {question.table: {"counted": False}}})
    again = read_workbook(data, "works.xlsx", answers=settled, terms=UK)
    assert not again.questions
    assert again.lines.loc[~again.lines["memo"], "amount"].sum() == (12845 + 13995) * 100


def test_a_correction_of_a_columns_role_is_obeyed() -> None:
    drawing = """
        Line  | Budget 2026-27 £ | Pledged £
        Roads | 101              | 40
        Rail  | 207              | 80
    """
    key = "Return!A1:C3"
    # What is pledged may be money beside the budget or in it, and a person has not said which column counts.
    assert [question.topic for question in read(drawing, body="Works").questions] == ["amount"]
    corrected = read(drawing, body="Works", tables={key: {"columns": {"C": "measure"}}})
    assert said(corrected, "programme", "amount") == [("Roads", 10100), ("Rail", 20700)]
    assert corrected.tables[0].columns[2].evidence == "a person said so"


def test_percentages_and_changes_among_rows_are_no_money() -> None:
    reading = read(
        """
        Department of Works
        Budget, £ million

        Line                                    | 2025-26 | 2026-27
        Roads                                   | 40      | 44
        Rail                                    | 60      | 55
        Total                                   | 100     | 99
        Roads as a percentage of total spending | 40      | 44.4
        Change on year before                   | 3       | -1
        """
    )
    assert reading.lines["amount"].sum() == 199 * 100_000_000
    assert "derived-row" in {finding.code for finding in reading.findings}


def test_a_table_that_goes_on_over_a_page_with_its_header_again() -> None:
    sheet = look("""
        Department of Works
        Table 3: Budget, £

        Line  | 2025-26 | 2026-27
        Roads | 1001    | 1103
        Rail  | 2007    | 2110

        Table 3: Budget, £ (continued)

        Line  | 2025-26 | 2026-27
        Canal | 305     | 310
        Total | 3313    | 3523
    """)
    (table,) = sheet.tables
    assert (table.range, table.title_cells) == ("A4:C12", ["A1", "A2", "A8"])
    assert {total.cell: total.sums for total in table.totals}["B12"] == ["B5", "B6", "B11"]
    assert "A10" in sheet.cells.header


def test_a_table_that_goes_on_over_sheets_is_checked_as_one() -> None:
    def sheet(*rows: list[Any]) -> list[list[Any]]:
        return [["Department of Works"], ["Budget, £"], [], ["Line", "2025-26", "2026-27"], *rows]

    data = workbook(
        One=sheet(["Roads", 1001, 1103], ["Rail", 2007, 2110]),
        Two=sheet(["Canal", 305, 310], ["Trams", 77, 81], ["Total Department of Works", 3390, 3604]),
    )
    reading = read_workbook(data, "works.xlsx", terms=UK)
    assert [(t.cell, t.difference, t.members[-1]) for t in reading.control_totals] == [
        ("B7", 0, "One!B5:B6"),
        ("C7", 0, "One!C5:C6"),
    ]
    assert not reading.findings
    assert reading.lines["amount"].sum() == (3390 + 3604) * 100


def test_percentages_in_a_block_of_their_own_are_no_money() -> None:
    reading = read("""
        Department of Works
        Outturn, £ million

        Line  | 2024-25 | 2025-26
        Roads | 40      | 44
        Rail  | 60      | 56
        Total | 100     | 100
        Percentage of total
        Roads | 40      | 44
        Rail  | 60      | 56
    """)
    assert reading.lines["amount"].sum() == 200 * 100_000_000


def test_an_outline_by_indent_names_each_line_by_its_parents() -> None:
    """Indents as the alignment of cells, as spreadsheet programs keep them; parents state what their children make."""
    import io

    import openpyxl
    from openpyxl.styles import Alignment

    rows = [("Transport", 0, 1000), ("Roads", 1, 700), ("Repairs", 2, 300), ("New roads", 2, 400), ("Rail", 1, 300)]
    rows += [("Housing", 0, 505), ("Rent", 1, 305), ("Building", 1, 200)]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["Department of Works"], ["Budget, £"], [], ["Line", "2025-26", "2026-27"]]:
        sheet.append(row)
    for name, indent, figure in rows:
        sheet.append([name, figure, figure * 2])
        sheet.cell(sheet.max_row, 1).alignment = Alignment(indent=indent)
    out = io.BytesIO()
    book.save(out)
    reading = read_workbook(out.getvalue(), "works.xlsx", terms=UK)
    latest = reading.lines[reading.lines["fiscal_year"] == 2025]
    assert latest[["unit", "programme", "amount"]].to_numpy().tolist() == [
        ["Transport ▸ Roads", "Repairs", 30_000],
        ["Transport ▸ Roads", "New roads", 40_000],
        ["Transport", "Rail", 30_000],
        ["Housing", "Rent", 30_500],
        ["Housing", "Building", 20_000],
    ]


def test_an_outline_by_headings_that_are_set_in() -> None:
    def spaced(text: str, indent: int) -> str:
        return " " * indent + text

    rows: list[list[Any]] = [["Department of Works"], ["Budget, £"], [], ["Line", "2026-27"]]
    rows += [["Transport"], [spaced("Roads", 2)], [spaced("Repairs", 4), 301], [spaced("Rail", 2)]]
    rows += [[spaced("Tracks", 4), 402], ["Housing"], [spaced("Rent", 4), 503]]
    reading = read_workbook(workbook(Return=rows), "works.xlsx", terms=UK)
    assert said(reading, "unit", "programme") == [
        ("Transport ▸ Roads", "Repairs"),
        ("Transport ▸ Rail", "Tracks"),
        ("Housing", "Rent"),
    ]


def test_levels_in_columns_written_once_stop_where_an_outer_one_begins_anew() -> None:
    reading = read("""
        Department of Works
        Budget, £

        Directorate | Division | Line    | 2026-27
        Transport   | Roads    | Repairs | 301
                    |          | Bridges | 302
                    | Rail     | Tracks  | 403
        Housing     |          | Rent    | 504
                    |          | Repairs | 505
    """)
    assert said(reading, "unit", "programme") == [
        ("Transport ▸ Roads", "Repairs"),
        ("Transport ▸ Roads", "Bridges"),
        ("Transport ▸ Rail", "Tracks"),
        ("Housing", "Rent"),
        ("Housing", "Repairs"),
    ]


def test_growth_and_savings_between_two_years_are_changes_and_funding_is_no_spending() -> None:
    reading = read("""
        Council: North Shire
        Medium term budget

                              | Base budget | Growth  | Savings | Budget  | Budget
        Service               | 2023/24     | 2024/25 | 2024/25 | 2024/25 | 2025/26
                              | £           | £       | £       | £       | £
        Older people          | 1234        | 50      | -25     | 1259    | 1300
        Learning disability   | 800         | 20      | 0       | 820     | 850
        Placements            | 900         | 100     | -10     | 990     | 1000
        Net budget            | 2934        | 170     | -35     | 3069    | 3150
        Funded by
        Council tax           | -2000       |         |         | -2100   | -2200
        Business rates        | -934        |         |         | -969    | -950
        Total funding         | -2934       |         |         | -3069   | -3150
    """)
    assert [column.role for column in reading.tables[0].columns] == [
        "programme",
        "amount",
        "change",
        "change",
        *["amount"] * 2,
    ]
    counted = reading.lines[~reading.lines["memo"]]
    assert counted.groupby("fiscal_year")["amount"].sum().to_dict() == {2023: 293_400, 2024: 306_900, 2025: 315_000}
    assert set(reading.lines.loc[reading.lines["memo"], "programme"]) == {"Council tax", "Business rates"}


def test_rows_that_say_their_own_unit() -> None:
    reading = read("""
        Department of Works
        Outturn

        Measure           | Unit      | 2024-25 | 2025-26
        Roads             | £ million | 1.5     | 2
        Ferries           | £000      | 250     | 300
        Staff in post     | FTE       | 40      | 41
        Satisfied drivers | Per cent  | 61      | 63
    """)
    assert not reading.questions
    assert said(reading, "programme", "fiscal_year", "amount") == [
        ("Roads", 2024, 150_000_000),
        ("Roads", 2025, 200_000_000),
        ("Ferries", 2024, 25_000_000),
        ("Ferries", 2025, 30_000_000),
    ]


def test_a_header_row_of_units_in_zeros() -> None:
    reading = read("""
        Department of Works

                | 2024-25 | 2025-26
        Outturn | £000    | £000
        Roads   | 150     | 200
        Rail    | 25      | 30
    """)
    assert reading.tables[0].header_rows == (3, 4)
    assert reading.lines["amount"].tolist() == [15_000_000, 20_000_000, 2_500_000, 3_000_000]


def test_blocks_whose_rows_are_years() -> None:
    reading = read("""
        Outturn by department, £ million

                            | Pay | Goods | Total
        Department of Works
        2023-24             | 100 | 51    | 151
        2024-25             | 120 | 62    | 182
        Department of Parks
        2023-24             | 200 | 73    | 273
        2024-25             | 210 | 75    | 285
        All departments
        2023-24             | 300 | 124   | 424
        2024-25             | 330 | 137   | 467
    """)
    assert not reading.questions
    assert reading.lines.groupby(["body", "fiscal_year"])["amount"].sum().to_dict() == {
        ("Department of Parks", 2023): 27_300_000_000,
        ("Department of Parks", 2024): 28_500_000_000,
        ("Department of Works", 2023): 15_100_000_000,
        ("Department of Works", 2024): 18_200_000_000,
    }


def test_rows_that_repeat_under_every_heading_are_versions_of_which_a_person_says_which_counts() -> None:
    drawing = """
        Agency budgets 2026-27, £

                            | Salaries | Supplies
        Works
        Agency version      | 1001     | 302
        Governor version    | 1103     | 304
        Parks
        Agency version      | 2005     | 406
        Governor version    | 2107     | 408
        Schools
        Agency version      | 3009     | 510
        Governor version    | 3111     | 512
    """
    asked = read(drawing)
    # Which of two versions is the budget nothing in the sheet says, so that none is proposed.
    assert open_question(asked, "rows").guess == ""
    # Figures of three digits under a name that says nothing may be codes: that is asked too.
    columns = answered(asked, amount="Yes")
    options = comes_to(open_question(read(drawing, settled=columns), "rows"))
    agency, governor = 1001 + 302 + 2005 + 406 + 3009 + 510, 1103 + 304 + 2107 + 408 + 3111 + 512
    assert list(options.values()) == [agency * 100, governor * 100, (agency + governor) * 100]
    settled = read(drawing, settled=columns | answered(asked, rows="Governor"))
    assert not settled.questions
    assert settled.lines["amount"].sum() == governor * 100


def test_codes_of_cost_centres_are_never_added() -> None:
    reading = read(
        """
        Monitoring report, month 6

        Cost centre | Description      | Full year budget | Budget to date | Actual to date | Variance
        100100      | Street cleansing | 1200000          | 600000         | 612345         | 12345
        100200      | Refuse           | 3400000          | 1700000        | 1690000        | -10000
        100300      | Parks            | 800000           | 400000         | 400500         | 500
                    | Total            | 5400000          | 2700000        | 2702845        | 2845
        """,
        body="Works",
        fiscal_year=2026,
    )
    # The budget so far is shown beside that of the year, and what was spent so far is never added to it.
    assert [column.role for column in reading.tables[0].columns] == [
        *("unit_code", "programme"),
        *("amount", "memo", "amount", "change"),
    ]
    assert ("amount", "count") in [(question.topic, question.guess) for question in reading.questions]
    counted = reading.lines[~reading.lines["memo"]]
    assert counted.groupby("stage")["amount"].sum().to_dict() == {"budget": 540_000_000, "outturn": 270_284_500}
    codes = [json.loads(extra)["unit_code"] for extra in reading.lines["extra"]]
    assert set(codes) == {"100100", "100200", "100300"}
    assert all(total.reconciled for total in reading.control_totals)


def test_years_down_the_rows_and_services_across_with_totals_both_ways() -> None:
    reading = read("""
        Department of Works
        Outturn, £m

                | Roads | Rail | Buses | Total
        2021-22 | 101   | 52   | 20    | 173
        2022-23 | 110   | 55   | 21    | 186
        2023-24 | 120   | 60   | 25    | 205
        Total   | 331   | 167  | 66    | 564
    """)
    assert not reading.questions
    assert reading.lines.groupby("fiscal_year")["amount"].sum().to_dict() == {
        2021: 17_300_000_000,
        2022: 18_600_000_000,
        2023: 20_500_000_000,
    }
    assert all(total.reconciled for total in reading.control_totals)


def test_of_columns_that_nothing_tells_apart_a_person_says_which_counts() -> None:
    drawing = """
        Line  | Budget 2026-27 £ | Budget 2026-27 £ (second version)
        Roads | 101              | 103
        Rail  | 207              | 211
    """
    asked = read(drawing, body="Works")
    (question,) = asked.questions
    assert question.topic == "amount"
    assert set(comes_to(question).values()) == {30_800, 31_400, 62_200}
    # One is proposed, and never both.
    proposed = next(option for option in question.options if option.value == question.guess)
    assert sum(total.amount for total in proposed.totals) < 62_200
    settled = read(drawing, body="Works", settled=answered(asked, amount="second version"))
    assert not settled.questions
    assert settled.lines["amount"].sum() == 31_400


def test_a_revised_budget_is_another_version_and_not_added_to_the_budget() -> None:
    reading = read(
        """
        Line  | 2026-27 budget £ | 2026-27 revised budget £
        Roads | 101              | 103
        Rail  | 207              | 211
        """,
        body="Works",
    )
    assert reading.lines.groupby(["stage", "version"])["amount"].sum().to_dict() == {
        ("budget", "original"): 30_800,
        ("budget", "revised"): 31_400,
    }
    assert not reading.questions
    assert not reading.findings


def test_blocks_under_years_written_as_numbers() -> None:
    reading = read("""
        Department of Works
        Outturn, £ thousand

                | Pay | Goods | Total
        2023
        Roads   | 101 | 41    | 142
        Rail    | 203 | 50    | 253
        Total   | 304 | 91    | 395
        2024
        Roads   | 110 | 43    | 153
        Rail    | 215 | 52    | 267
        Total   | 325 | 95    | 420
    """)
    assert not reading.questions
    assert reading.lines.groupby("fiscal_year")["amount"].sum().to_dict() == {2023: 39_500_000, 2024: 42_000_000}
    assert all(total.reconciled for total in reading.control_totals)


def test_blocks_under_years_written_as_words() -> None:
    reading = read("""
        Department of Works
        Outturn, £ thousand

                | Pay | Goods | Total
        2023-24
        Roads   | 101 | 41    | 142
        Rail    | 203 | 50    | 253
        Total   | 304 | 91    | 395
        2024-25
        Roads   | 110 | 43    | 153
        Rail    | 215 | 52    | 267
        Total   | 325 | 95    | 420
    """)
    assert not reading.questions
    assert reading.lines.groupby("fiscal_year")["amount"].sum().to_dict() == {2023: 39_500_000, 2024: 42_000_000}
    assert all(total.reconciled for total in reading.control_totals)
