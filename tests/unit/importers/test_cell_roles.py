"""What each cell of a sheet is: titles, headers, labels, figures, figures made of others and notes, kind by kind."""

from __future__ import annotations

from budget_align.core.returns.inspection import InspectedSheet
from budget_align.core.values.terms import UK
from importers import inspect_workbook
from tests.workbooks import drawn


def look(drawing: str) -> InspectedSheet:
    return inspect_workbook(drawn(drawing), "sheet.xlsx", terms=UK).sheets[0]


def header_rows(drawing: str) -> list[list[int]]:
    return [table.header_rows for table in look(drawing).tables]


def test_header_rows_with_blank_rows_among_them_and_years_as_numbers() -> None:
    sheet = look("""
        Table 12. Graduates and what they earned

        See notes

        Field       | Number        |      | Median pay ($) |


                    | 2000 | 2005 | 2006 | 2000 | 2005 | 2006

        Engineering | 5692 | 7591 | 7001 | 41000 | 52000 | 53500
        Arts        | 8271 | 9172 | 9065 | 28500 | 31000 | 31900

        Source: a survey of graduates.
    """)
    (table,) = sheet.tables
    assert table.header_rows == [5, 8]
    assert sheet.cells.title == ["A1"]
    assert sheet.cells.note == ["A3", "A13"]


def test_years_that_rise_in_no_steady_steps_are_headers() -> None:
    assert header_rows("""
        Housing starts by region

        Region | 1980 | 1990 | 2005 | 2006 | 2008
        North  | 107  | 112  | 119  | 118  | 90
        South  | 307  | 331  | 342  | 350  | 298
    """) == [[3]]


def test_amounts_that_look_like_years_are_no_header() -> None:
    sheet = look("""
        Staff by office, full-time

        Office | 2021-22 | 2022-23 | 2023-24
        Leeds  | 1210    | 1250    | 1301
        York   | 1995    | 2003    | 2010
        Hull   | 310     | 333     | 345
    """)
    assert sheet.tables[0].header_rows == [3]
    assert {"B5", "C5", "D5"} <= set(sheet.cells.data)


def test_rows_of_units_and_of_column_numbers_belong_to_the_header() -> None:
    assert header_rows("""
        Tenants and rents

        State   | Renters  | Share      | Median rent
        (1)     | (2)      | (3)        | (4)
        Unit    | '(1,000) | '(percent) | '(dollars)
        Ohio    | 368      | 6.1        | 720
        Utah    | 52       | 9.4        | 810
        Texas   | 1873     | 7.7        | 790
    """) == [[3, 4, 5]]


def test_a_unit_in_brackets_over_all_columns_is_a_header_and_the_years_above_it_too() -> None:
    assert header_rows("""
        Energy by source

        Source  | 1989 | 1990 | 1991 | 1992



                | '(quadrillion Btu)
        Hydro   | 2.84 | 3.05 | 3.02 | 2.62
        Solar   | 0.06 | 0.05 | 0.07 | 0.07
        Wind    | 0.02 | 0.03 | 0.03 | 0.03
    """) == [[3, 7]]


def test_the_header_of_the_labels_may_stand_in_a_row_of_its_own() -> None:
    sheet = look("""
        Broilers and turkeys

                | Broilers |      | Turkeys |
                | 2006     | 2007 | 2006    | 2007
        State

        Alabama | 5688     | 5624 | 12      | 14
        Iowa    | 903      | 912  | 402     | 450
    """)
    assert sheet.tables[0].header_rows == [3, 4, 5]
    assert "A5" in sheet.cells.header


def test_a_title_above_a_header_without_one_over_the_labels_stays_a_title() -> None:
    sheet = look("""
        Department of Works

                | 2024-25 | 2025-26
        Roads   | 100     | 120
        Rail    | 80      | 95
    """)
    assert sheet.cells.title == ["A1"]
    assert sheet.tables[0].header_rows == [3]


def test_references_in_columns_of_their_own_are_neither_labels_nor_headers() -> None:
    sheet = look("""
        Reserves by country

        Country | 2003 |      | 2004 |
        Austria | '\\2 | 9.1  | '\\2 | 9.3
        Canada  |      | 14.3 | '\\5 | 14.9
        Denmark | '\\4 | 9.5  |      | 9.9
    """)
    (table,) = sheet.tables
    assert (table.header_rows, table.label_columns) == ([3], ["A"])
    assert [column.header for column in table.columns] == ["Country", "2003", "2004"]
    assert "B4" in sheet.cells.data


def test_paragraphs_before_a_table_are_notes_and_its_name_a_title() -> None:
    prose = "\n".join(
        f"        Line {n} of an explanation of how the figures below were collected, and of what they leave out,"
        for n in range(75)
    )
    sheet = look(f"""
        Grants to councils, £ thousand

{prose}

        Council | 2024-25 | 2025-26
        North   | 500     | 560
        South   | 800     | 870
    """)
    assert sheet.cells.title == ["A1"]
    assert len(sheet.cells.note) == 75
    assert sheet.tables[0].header_rows == [79]


def test_a_title_of_several_lines_with_its_unit_in_brackets() -> None:
    sheet = look("""
        Table 5. Outlays of agencies,
        by object and year
        [In millions of dollars]

        Agency | 2024 | 2025
        Parks  | 500  | 560
        Roads  | 800  | 870
    """)
    assert sheet.cells.title == ["A1", "A2", "A3"]
    assert "million" in sheet.tables[0].unit.value


def test_headings_set_apart_are_titles_and_the_first_line_of_a_broken_label_is_a_label() -> None:
    sheet = look("""
        Benefits at work

        Kind of benefit                | All | Small | Large

        TIME OFF
        Change starting times on a     |     |       |
        daily basis                    | 37  | 40    | 31
        Take extended breaks           | 10  | 11    | 7

        Leave for care:
        Return to work step by step    | 57  | 56    | 54
        Share a post                   | 8   | 9     | 5
    """)
    assert sheet.cells.title == ["A1", "A5", "A10"]
    assert "A6" in sheet.cells.label


def test_the_first_row_of_a_table_that_states_the_rest_is_derived_whatever_its_name() -> None:
    sheet = look("""
        Output of the regions

        Region   | 2023  | 2024  | Change (%)
        Ruritania| 36865 | 41004 | 11.2
        North    | 5286  | 6019  | 13.9
        South    | 8740  | 9330  | 6.8
        East     | 3559  | 3901  | 9.6
        West     | 5124  | 6006  | 17.2
        Centre   | 9579  | 10410 | 8.7
        Islands  | 4577  | 5338  | 16.6
    """)
    assert sheet.cells.derived == ["B4", "C4", "D4"]


def test_a_column_broken_down_by_those_right_of_it_is_data_and_a_total_after_its_parts_is_derived() -> None:
    sheet = look("""
        Pupils

        District | Pupils | Boys | Girls | Primary | Secondary | Total
        North    | 1215   | 610  | 605   | 700     | 515       | 1215
        South    | 2430   | 1201 | 1229  | 1388    | 1042      | 2430
        East     | 873    | 450  | 423   | 512     | 361       | 873
        West     | 1999   | 1001 | 998   | 1170    | 829       | 1999
    """)
    assert sheet.cells.derived == ["G4", "G5", "G6", "G7"]


def test_codes_name_rows_and_years_beside_names_do_not() -> None:
    sheet = look("""
        Churches

        Body    | Body code | Year reported | Churches | Members
        Baptist | 5415      | 1999          | 4174     | 250012
        Quaker  | 5112      | 2007          | 337      | 14007
        Coptic  | 3341      | 2003          | 104      | 9010
    """)
    assert {"B4", "B5", "B6"} <= set(sheet.cells.label)
    assert {"C4", "C5", "C6"} <= set(sheet.cells.data)


def test_two_tables_on_a_sheet_each_with_its_title_header_and_notes() -> None:
    sheet = look("""
        Table 1. Pay by grade

        Grade | 2024 | 2025
        A     | 100  | 120
        B     | 80   | 95

        Note: before tax.

        Table 2. Goods by kind

        Kind  | 2024 | 2025
        Paper | 10   | 12
        Fuel  | 30   | 36
        Source: the ledger
    """)
    assert [table.header_rows for table in sheet.tables] == [[3], [11]]
    assert sheet.cells.title == ["A1", "A9"]
    assert sheet.cells.note == ["A7", "A14"]


def test_a_row_of_letters_and_numbers_of_columns_is_a_header_in_every_table_of_a_sheet() -> None:
    sheet = look("""
        XI.       | Income by paragraph

        Paragraph | Item | Adopted budget | Revised budget
        a         | b    | 1              | 2
        2212      | 5171 | 148000         | 147769.79
        3113      | 5336 | 236000         | 235135.25
        3119      | 5331 | 1333000        | 1332433.03

        XII.      | Expenditure by paragraph

        Paragraph | Item | Adopted budget | Revised budget
        a         | b    | 1              | 2
        5311      | 5031 | 29000          | 28601.7
        5512      | 5032 | 162000         | 162076.3
        6171      | 5169 | 10000          | 10296.75
    """)
    assert [table.header_rows for table in sheet.tables] == [[3, 4], [11, 12]]
    assert not {"C4", "D4", "C12", "D12"} & {*sheet.cells.data, *sheet.cells.derived}
