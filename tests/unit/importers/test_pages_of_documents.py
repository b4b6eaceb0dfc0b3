"""Pages of a converted document, whose columns stand in other places from page to page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from budget_align.core.returns.reading import Answers
from budget_align.core.values.money import Unit
from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from tests.corpus.reading_truth import Outcome
from tests.habits import NAMES, Habit, Rows, check_told, figures, file, read, sheet, stored, text
from tests.workbooks import workbook

WIDTH = 12
AMOUNTS = (3, 4, 5, 6, 7, 8)
"""Where the amounts stand on the first page: what is recurrent, capital and both of two years."""

YEARS = ("Budget 2024-25", "Budget 2025-26")
KINDS = ("Recurrent", "Capital", "Total")


def line(columns: Sequence[int], values: Sequence[Any], **names: Any) -> list[Any]:
    """A row with values in some columns and names in those given by letter."""
    row: list[Any] = [""] * WIDTH
    for column, value in zip(columns, values, strict=True):
        row[column] = value
    for letter, name in names.items():
        row["ABCDEFGHIJKL".index(letter)] = name
    return row


def headers(columns: Sequence[int], **names: Any) -> Rows:
    return [line(columns[::3], YEARS, **names), line(columns, KINDS * 2)]


def programmes(seed: int, count: int) -> list[list[int]]:
    """The amounts of some programmes: recurrent, capital and both, of each year."""
    parts = [figures(seed + place, count) for place in range(4)]
    return [[a, b, a + b, c, d, c + d] for a, b, c, d in zip(*parts, strict=True)]


def added(lines: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*lines, strict=True)]


def pages(
    places: Sequence[Sequence[int]], names: Sequence[str] = "AAA", head: Rows | None = None
) -> tuple[Rows, list[int]]:
    """Three pages of programmes in two sections, the first of which ends on the second page, and a total of both on the
    third; the amounts stand in other columns on each page. With them what both years come to.
    """
    rows: Rows = []
    lines = [programmes(11 * page, 4) for page in range(3)]
    sections = [[*lines[0], *lines[1][:2]], [*lines[1][2:], *lines[2]]]
    for page, (columns, at) in enumerate(zip(places, names, strict=True)):
        rows += [["(in pounds)"], *headers(columns)]
        for n, values in enumerate(lines[page]):
            rows.append(line(columns, values, **{at: f"{NAMES[4 * page + n]}"}))
            if page == 1 and n == 1:
                rows.append(line(columns, added(sections[0]), **{at: "Total - Services to people"}))
    rows.append(line(places[2], added(sections[1]), **{names[2]: "Total - Other services"}))
    whole = added([*sections[0], *sections[1]])
    rows.append(line(places[2], whole, **{names[2]: "Grand Total"}))
    return rows, [whole[2], whole[5]]


def check_cells(data: bytes, outcome: Outcome) -> None:
    """Every line and every total states what stands in its cell of the file."""
    sheets = openpyxl.load_workbook(io.BytesIO(data))
    assert outcome.reading is not None
    for row in outcome.reading.lines.itertuples():
        assert sheets[row.sheet][row.cell].value * 100 == row.amount
    for total in outcome.reading.control_totals:
        assert sheets[total.sheet][total.cell].value * 100 == total.published
        held = [cell for area in total.members for cell in _cells(sheets[total.sheet], area)]
        assert sum(cell.value for cell in held) * 100 == total.read == total.published


def _cells(sheet: Any, area: str) -> list[Any]:
    found = sheet[area]
    return [found] if not isinstance(found, tuple) else [cell for row in found for cell in row]


@pytest.mark.parametrize(
    "places",
    [
        (AMOUNTS, (3, 4, 6, 7, 8, 9), (3, 4, 6, 7, 8, 9)),
        ((3, 4, 6, 7, 8, 10), AMOUNTS, (3, 4, 6, 7, 8, 10)),
        (AMOUNTS, (4, 5, 6, 7, 8, 9), (3, 4, 5, 7, 9, 11)),
        ((5, 6, 7, 8, 9, 10), (2, 3, 4, 5, 6, 7), AMOUNTS),
    ],
)
def test_pages_whose_columns_moved_are_one_table_and_its_totals_cross_them(places: Sequence[Sequence[int]]) -> None:
    rows, sums = pages(places)
    made = sheet(rows, sums)
    check_told(made)
    check_told(text(rows, sums))
    outcome = read(made)
    check_cells(made.data, outcome)
    assert outcome.reading is not None
    assert [finding.code for finding in outcome.reading.findings].count("columns-moved") == 1


def test_names_that_moved_with_the_amounts_name_their_lines() -> None:
    rows, sums = pages((AMOUNTS, tuple(c + 1 for c in AMOUNTS), tuple(c + 2 for c in AMOUNTS)), "ABC")
    made = sheet(rows, sums)
    check_told(made)
    outcome = read(made)
    check_cells(made.data, outcome)
    assert outcome.reading is not None
    assert set(outcome.reading.lines["programme"]) == set(NAMES[:12])


def test_a_page_whose_names_take_one_column_more_is_of_the_table() -> None:
    later = tuple(c + 2 for c in AMOUNTS)
    lines = [programmes(31, 4), programmes(41, 4)]
    rows = [["(in pounds)"], *headers(AMOUNTS)]
    rows += [line(AMOUNTS, values, A=n + 1, B=NAMES[n]) for n, values in enumerate(lines[0])]
    rows += [["(in pounds)"], *headers(later), line((), (), A=5, B="Upkeep")]
    rows += [line(later, values, D=f"5.{n + 1} {NAMES[n + 4]}") for n, values in enumerate(lines[1])]
    rows += [line(later, added(lines[1]), B="Total - Upkeep"), line(later, added([*lines[0], *lines[1]]), A="Total")]
    whole = added([*lines[0], *lines[1]])
    made = sheet(rows, [whole[2], whole[5]])
    check_told(made)
    check_cells(made.data, read(made))


def merged(rows: Rows, areas: Sequence[str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Return=rows)))
    for area in areas:
        book["Return"].merge_cells(area)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_headers_that_are_merged_over_other_columns_on_each_page_are_of_the_amounts_below_them() -> None:
    rows, sums = pages((AMOUNTS, (3, 5, 7, 8, 9, 10), (3, 4, 6, 7, 8, 10)))
    tops = [place + 1 for place, row in enumerate(rows) if YEARS[0] in row]
    spans = (("D", "F", "G", "I"), ("D", "H", "I", "K"), ("D", "F", "H", "K"))
    areas = [f"{a}{top}:{b}{top}" for top, ends in zip(tops, spans, strict=True) for a, b in (ends[:2], ends[2:])]
    areas += [f"F{tops[1] + 1}:G{tops[1] + 1}", f"I{tops[2] + 1}:J{tops[2] + 1}"]
    made = file(merged(rows, areas), sums)
    check_told(made)
    check_cells(made.data, read(made))


def never_wrong(made: Habit) -> Outcome:
    """What is read of a return of which it is not certain what stands below which header: asked, or right."""
    outcome = read(made)
    assert outcome.asked or not outcome.is_stored or stored(outcome) in made.right
    return outcome


@pytest.mark.parametrize("later", [(3, 4, 6, 7, 8, 9), (4, 5, 6, 7, 8, 9)])
def test_a_page_without_headers_whose_columns_moved_is_asked_about(later: Sequence[int]) -> None:
    rows, sums = pages((AMOUNTS, later, later))
    rows = [
        row for place, row in enumerate(rows) if place < 3 or not (set(YEARS) | set(KINDS) | {"(in pounds)"}) & set(row)
    ]
    assert never_wrong(sheet(rows, sums)).asked


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_page_on_which_one_header_is_missing_is_asked_about(lost: int) -> None:
    later = (3, 4, 6, 7, 8, 9)
    rows, sums = pages((AMOUNTS, later, later))
    second = [place for place, row in enumerate(rows) if KINDS[0] in row][1]
    rows[second][later[lost]] = ""
    never_wrong(sheet(rows, sums))


def test_a_page_whose_headers_stand_in_another_order_is_no_page_of_the_table_as_it_stands() -> None:
    later = (3, 4, 6, 7, 8, 9)
    rows, sums = pages((AMOUNTS, later, later))
    second = [place for place, row in enumerate(rows) if KINDS[0] in row][1]
    rows[second][3], rows[second][4] = rows[second][4], rows[second][3]
    never_wrong(sheet(rows, sums))


def departments(later: Sequence[int], between: Rows) -> tuple[Rows, list[int]]:
    """Two departments with the same headers, in other columns, and a total each; with them what both years come to."""
    lines = [programmes(51, 5), programmes(61, 4)]
    rows: Rows = [["Department of Works"], *headers(AMOUNTS)]
    rows += [line(AMOUNTS, values, A=NAMES[n]) for n, values in enumerate(lines[0])]
    rows += [line(AMOUNTS, added(lines[0]), A="Total"), *between, *headers(later)]
    rows += [line(later, values, A=NAMES[n + 5]) for n, values in enumerate(lines[1])]
    rows += [line(later, added(lines[1]), A="Total")]
    whole = added([*lines[0], *lines[1]])
    return rows, [whole[2], whole[5]]


@pytest.mark.parametrize("later", [AMOUNTS, (3, 4, 6, 7, 8, 9), (4, 5, 6, 7, 8, 9)])
@pytest.mark.parametrize("between", [[["Department of Health"]], [[], ["Department of Health"]], [[]]])
def test_two_departments_with_the_same_headers_keep_a_total_each(later: Sequence[int], between: Rows) -> None:
    rows, sums = departments(later, between)
    check_told(sheet(rows, sums))


def test_pages_on_sheets_of_their_own_are_summed_by_the_last() -> None:
    places = (AMOUNTS, (3, 4, 6, 7, 8, 9), (4, 5, 6, 7, 8, 9))
    lines = [programmes(71 + page, 5) for page in range(3)]
    whole = added([each for page in lines for each in page])
    sheets = {}
    for page, columns in enumerate(places):
        rows = headers(columns) + [line(columns, values, A=NAMES[n]) for n, values in enumerate(lines[page])]
        sheets[f"Page {page + 1}"] = rows + [line(columns, whole, A="Grand Total")] * (page == 2)
    check_told(file(workbook(**sheets), [whole[2], whole[5]]))


def estimates(headers: Sequence[int], amounts: Sequence[int]) -> tuple[Rows, list[int]]:
    """Two pages of lines of two years without a total, the headers of the second in columns of their own."""
    lines = [
        list(zip(figures(81, 4), figures(82, 4), strict=True)),
        list(zip(figures(83, 5), figures(84, 5), strict=True)),
    ]
    rows: Rows = []
    for page, (heads, columns) in enumerate((((3, 5), (3, 5)), (headers, amounts))):
        rows += [[], line(heads, YEARS, A="Programme")]
        rows += [line(columns, values, A=f"{NAMES[5 * page + n]}") for n, values in enumerate(lines[page])]
    return rows, added([*lines[0], *lines[1]])


@pytest.mark.parametrize(
    ("headers", "amounts"), [((4, 5), (3, 4)), ((3, 4), (4, 5)), ((2, 4), (3, 4)), ((3, 4), (4, 6))]
)
def test_figures_beside_the_headers_of_a_page_are_asked_about(headers: Sequence[int], amounts: Sequence[int]) -> None:
    rows, sums = estimates(headers, amounts)
    made = sheet(rows, sums)
    outcome = read(made)
    assert outcome.settled["pages"] == "order"
    assert stored(outcome) == frozenset(sums)
    check_cells(made.data, outcome)


def test_a_person_may_say_that_figures_beside_headers_are_none_of_theirs() -> None:
    rows, sums = estimates((4, 5), (3, 4))
    outcome = read(sheet(rows, sums))
    assert outcome.reader is not None
    ordered, stand = (outcome.reader.totals_under({"pages": value}) for value in ("order", "stand"))
    assert {total.amount for total in ordered} == {100 * each for each in sums}
    assert {total.amount for total in stand} != {total.amount for total in ordered}


def test_a_stated_total_says_whose_figures_beside_headers_are() -> None:
    rows, sums = estimates((4, 5), (3, 4))
    data = workbook(Return=rows)
    reading = read_workbook(
        data,
        "return.xlsx",
        terms=UK,
        answers=Answers(stage="budget", body="Works", unit=Unit("", 1), total=100 * sums[0]),
    )
    assert not reading.questions
    assert reading.lines["amount"].sum() == 100 * sum(sums)
