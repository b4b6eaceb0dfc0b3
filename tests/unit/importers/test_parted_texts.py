"""How the columns of a text are parted is told from the whole of it: quotes, blanks, places, marks, split numbers."""

from __future__ import annotations

import pytest

from budget_align.core.values.refusal import RefusedError
from importers import Limits
from importers.files.fixed_width import find_places
from importers.files.workbook import open_workbook

HEADER = ["Department", "Programme", "Budget 2026-27 (£)"]
LINES = [
    ["Adult care", "Homes, day centres", "1,558,600"],
    ["Adult care", "Commissioning", "642,050"],
    ["Children", "Youth justice", "2,007,400"],
    ["Roads", "Winter service", "38,900"],
    ["Corporate", "Elections", "950"],
]
TABLE = [HEADER, *LINES]


def cells(text: str) -> list[list[str]]:
    (sheet,) = open_workbook(text.encode(), Limits()).sheets
    return [list(row) for row in sheet.rows]


def lines(rows: list[list[str]], mark: str, around: str = "{}") -> str:
    return "".join(mark.join(around.format(field) for field in row) + "\n" for row in rows)


@pytest.mark.parametrize("mark", [",", ";", "|"])
def test_single_quotes_around_fields_are_quotes(mark: str) -> None:
    assert cells(lines(TABLE, mark, "'{}'")) == TABLE


def test_a_single_quote_before_codes_is_excels_mark_of_text() -> None:
    rows = [["Code", "Line", "Budget"], *[[f"'0{i}", f"Line {i}", str(i * 100)] for i in range(9)]]
    assert cells(lines(rows, ",")) == rows


@pytest.mark.parametrize("mark", [", ", ",  ", "; "])
def test_blanks_between_a_mark_and_quotes_are_no_text(mark: str) -> None:
    assert cells(lines(TABLE, mark, '"{}"')) == TABLE


def test_lines_that_were_quoted_as_a_whole_are_parted() -> None:
    once = [",".join(f'"{field}"' if "," in field else field for field in row) for row in TABLE]
    twice = "".join('"' + line.replace('"', '""') + '"\n' for line in once)
    assert cells(twice) == TABLE


def test_one_column_of_quoted_amounts_is_one_column() -> None:
    assert cells('"Budget"\n"1,200"\n"3,400"\n"5,600"\n') == [["Budget"], ["1,200"], ["3,400"], ["5,600"]]


@pytest.mark.parametrize("mark", ["~", "^", "¦", "¬"])
def test_a_mark_that_stands_equally_often_on_every_line_parts_columns(mark: str) -> None:
    assert cells(lines(TABLE, mark)) == TABLE


def in_places(rows: list[list[str]]) -> str:
    return "".join(f"{row[0]:<14}{row[1]:<22}{row[2]:>20}\n" for row in rows)


def test_columns_that_begin_in_one_place_of_every_line() -> None:
    assert cells("Budget of Northshire\n\n" + in_places(TABLE)) == [["Budget of Northshire", "", ""], [""] * 3, *TABLE]


def test_a_line_of_dashes_shows_the_columns_and_says_nothing() -> None:
    rule = " ".join(["-" * 13, "-" * 21, "-" * 20]) + "\n"
    text = in_places([HEADER]) + rule + in_places(LINES) + "\n5 rows selected.\n"
    assert cells(text) == [HEADER, [""] * 3, *LINES, [""] * 3, ["5 rows selected.", "", ""]]


def test_blanks_that_pad_fields_between_marks_are_no_places() -> None:
    padded = "".join(f"{row[0]:<14};{row[1]:<22};{row[2]:>20}\n" for row in TABLE)
    assert [[field.strip() for field in row] for row in cells(padded)] == TABLE


def test_long_lines_are_no_table_of_places() -> None:
    assert find_places("a  b\n" * 3_000 + "a" + " " * 5_000 + "b\n") is None


def test_a_line_drawn_under_the_header_says_nothing() -> None:
    rows = [["Line", "Budget"], ["----", "------"], ["Roads", "-"], ["Rail", "1200"], ["Buses", "340"]]
    assert cells(lines(rows, ",")) == [rows[0], ["", ""], *rows[2:]]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_numbers_that_their_own_commas_parted_are_put_together(place: int) -> None:
    rows = [[*row[:2][:place], row[2], *row[:2][place:]] for row in TABLE]
    rows[1][1 if place == 0 else 0] = "Adult care"
    rows = [[field.replace("Homes, day centres", "Homes") for field in row] for row in rows]
    assert cells(lines(rows, ",")) == rows


def test_where_numbers_that_were_parted_end_is_never_guessed() -> None:
    rows = [["Line", "2026", "2027"], ["A", "1,005", "2,040,100"], ["B", "1,234,567", "890"], ["C", "1", "234,567,890"]]
    with pytest.raises(RefusedError, match="both the columns and the thousands"):
        cells(lines(rows, ","))


def test_a_row_that_is_longer_than_its_header_by_words_stays_as_it_is() -> None:
    rows = [["Line", "Budget"], ["Roads", " rail", "500"], ["Buses", "120", "30"], ["Trams", "700", "100"]]
    assert [row[:3] for row in cells(lines(rows, ","))][1:] == rows[1:]


def test_marks_of_web_pages_are_what_they_stand_for() -> None:
    text = "Line;Budget (&pound;)\nR&amp;D;&pound;1,200\nRoads&#44; rail;&pound;900\n"
    assert cells(text) == [["Line", "Budget (£)"], ["R&D", "£1,200"], ["Roads, rail", "£900"]]


@pytest.mark.parametrize("mark", ["\t,\t", " ; ", "\t|\t"])
def test_blanks_around_a_mark_part_nothing(mark: str) -> None:
    rows = [[str(year), f"Programme {i}", f"{1_000 * i + year}.0"] for i, year in enumerate([2024, 2025, 2026])]
    text = (
        "Year,Programme,Budget\n" + lines(rows, mark)
        if "," in mark
        else lines([["Year", "Name", "Budget"], *rows], mark)
    )
    assert [[cell.strip() for cell in row] for row in cells(text)][1:] == rows
