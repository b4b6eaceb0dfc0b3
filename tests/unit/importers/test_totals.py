"""Totals are told from lines by arithmetic first and by label second; each test is a small table, read top down."""

import pytest

from importers.relations.sums import Entry, Row, Sums
from importers.relations.totals import find_totals


def read(table: str, *names: str, tolerance: int = 0) -> Sums:
    """The sums of a table drawn as `label | amount | amount`; a row without amounts is a heading."""
    rows = []
    for number, line in enumerate(line for line in table.strip().splitlines() if line.strip()):
        label, *amounts = (part.strip() for part in line.split("|"))
        rows.append(Row(number, label, tuple(map(int, amounts)) if amounts else None))
    width = max(len(row.amounts) for row in rows if row.amounts)
    return find_totals(rows, (tolerance,) * width, names)


def shape(entries: list[Entry]) -> list[object]:
    """Entries as nested lists: a line is its label, a total a pair of its label and what it sums."""
    return [(e.label, shape(e.members)) if e.is_total else e.label for e in entries]


def test_a_total_sums_the_rows_under_its_heading_and_a_wider_one_sums_totals() -> None:
    sums = read("""
        Housing
        More homes
        Building        | 60 | 7
        Income          | -20 | 0
        Total more homes | 40 | 7
        Rent
        Allowances      | 5 | 1
        Total rent      | 5 | 1
        Total housing   | 45 | 8
    """)
    assert shape(sums.top) == [
        ("Total housing", [("Total more homes", ["Building", "Income"]), ("Total rent", ["Allowances"])])
    ]
    assert sums.headings[2] == ("Housing", "More homes")
    assert sums.headings[6] == ("Housing", "Rent")


def test_a_row_not_called_a_total_is_one_when_the_total_around_it_needs_it_to_be() -> None:
    sums = read("""
        College spending   | 866 | 830
        College income     | -190 | -190
        Net college        | 676 | 640
        Universities       | 768 | 743
        Total              | 1444 | 1383
    """)
    assert shape(sums.top) == [("Total", [("Net college", ["College spending", "College income"]), "Universities"])]


def test_a_line_that_happens_to_equal_the_two_before_it_stays_a_line() -> None:
    sums = read("""
        Roads  | 10
        Rail   | 20
        Rent   | 30
        Total  | 60
    """)
    assert shape(sums.top) == [("Total", ["Roads", "Rail", "Rent"])]


def test_a_total_without_rows_is_a_line_named_by_its_heading() -> None:
    sums = read("""
        Hospitals
        Wards          | 90
        Level 3 Total  | 90
        Food Standards
        Level 3 Total  | 19
        GRAND TOTAL    | 109
    """)
    assert [line.row for line in sums.lines()] == [1, 4]
    assert sums.lone_totals == {4: "Food Standards"}
    assert sums.top[0].whole


def test_what_stands_below_the_total_of_the_whole_is_memo() -> None:
    sums = read(
        """
        Police                      | 100
        TOTAL - JUSTICE             | 100
        Grants to local authorities
        Social work                 | 8
        Total grants to local authorities | 8
        """,
        "Justice",
    )
    assert [(line.label, line.memo) for line in sums.lines()] == [("Police", False), ("Social work", True)]
    assert [entry.whole for entry in sums.top] == [True, False]


def test_two_departments_under_each_other_are_both_counted() -> None:
    sums = read(
        """
        Police         | 100
        Total Justice  | 100
        Schools        | 50
        Total Learning | 50
        """,
        "Budget",
    )
    assert not any(line.memo for line in sums.lines())


@pytest.mark.parametrize("after", [[], [("Roads", 512)], [("Roads", 512), ("Rail", 1_000)]])
def test_a_total_says_where_a_list_of_parts_ends(after: list[tuple[str, int]]) -> None:
    """Parts under a heading tell of a part of their row, so that nothing else says which lines come after them."""
    total = 9_000 + sum(amount for _, amount in after)
    rows = "\n".join(f"{name} | {amount}" for name, amount in after)
    sums = read(f"Grants | 9000\nof which:\nParks | 4321\nSchools | 4000\n{rows}\nTotal | {total}")
    expected = [("Grants", False), ("Parks", True), ("Schools", True), *((name, False) for name, _ in after)]
    assert [(line.label, line.memo) for line in sums.lines() if line.label != "Total"] == expected
    if after:
        assert [entry.exact for entry in sums.top if entry.is_total] == [True]


def test_a_total_of_parts_is_no_total_of_lines() -> None:
    sums = read("""
        Grants    | 9000
        of which:
        Parks     | 4321
        Schools   | 4000
        Total     | 8321
        Roads     | 512
        Total     | 9512
    """)
    assert [line.label for line in sums.lines() if not line.memo] == ["Grants", "Roads"]


def test_of_which_lines_are_shown_and_not_added() -> None:
    sums = read("""
        Hospitals          | 90
        of which: wards    | 70
        Total              | 90
    """)
    assert [(line.label, line.memo) for line in sums.lines()] == [("Hospitals", False), ("of which: wards", True)]
    assert [entry.exact for entry in sums.top if entry.is_total] == [True]


def test_a_total_that_does_not_add_up_keeps_its_lines_and_is_not_exact() -> None:
    sums = read("""
        Prisons
        Wings           | 50
        Probation       | 20
        Total prisons   | 69
    """)
    total = sums.top[0]
    assert shape(sums.top) == [("Total prisons", ["Wings", "Probation"])]
    assert not total.exact


def test_rounding_is_told_from_a_mistake() -> None:
    """Three amounts rounded to the nearest 10 may be 20 away from their rounded sum, not 40."""
    near = read("a | 30\nb | 30\nc | 30\nTotal | 100", tolerance=5)
    assert shape(near.top) == [("Total", ["a", "b", "c"])]
    far = read("a | 30\nb | 30\nc | 30\nTotal | 130", tolerance=5)
    assert not far.top[0].exact


def test_the_same_figures_twice_are_two_lines_unless_a_heading_says_otherwise() -> None:
    twice = read("Roads | 7 | 8\nRail | 7 | 8\nTotal | 14 | 16")
    assert shape(twice.top) == [("Total", ["Roads", "Rail"])]
    named = read("""
        Gaelic grant
        Gaelic, councils | 4 | 5
        Gaelic grant     | 4 | 5
        Total Gaelic grant | 4 | 5
    """)
    assert shape(named.top) == [("Total Gaelic grant", [("Gaelic grant", ["Gaelic, councils"])])]


def test_a_total_stated_again_under_its_name_for_some_years_is_no_line() -> None:
    sums = read("""
        Debt
        Interest  | 3041 | 2096
        Repayment | 7023 | 5018
        Debt      | 10064 | 7114
        DEBT      | 10064 | 0
        Police
        Pay       | 4011 | 4022
        Vehicles  | 1503 | 1604
        Police    | 5514 | 5626
    """)
    assert [(entry.label, entry.memo) for entry in sums.top] == [("Debt", False), ("DEBT", True), ("Police", False)]
    other = read("Debt\nInterest | 3041 | 2096\nRepayment | 7023 | 5018\nDebt | 10064 | 7114\nDebt | 811 | 0")
    assert not other.top[-1].memo
