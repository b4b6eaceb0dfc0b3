"""Amounts that look like codes and codes that look like amounts. Each habit is a small workbook made from lines whose
sum is known, and is read rightly or asked about, never refused or dropped in silence.
"""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from tests.habits import NAMES, Habit, Habits, Rows, check, check_told, figures, read, sheet, stored, table

habit = Habits()


def alike(seed: int, count: int = 10) -> list[int]:
    """Amounts of five digits each."""
    return figures(seed, count, 10_007, 99_991)


def formatted(rows: Rows, number_format: str, *right: float, must: bool = False) -> Habit:
    """A workbook in which every whole number has the format."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell in (cell for row in book.active.iter_rows() for cell in row if isinstance(cell.value, int)):
        cell.number_format = number_format
    kept = BytesIO()
    book.save(kept)
    return Habit(kept.getvalue(), tuple(frozenset([each]) for each in right), must)


@habit
def one_column_of_five_digits_under_a_word_of_no_list() -> Habit:
    amounts = alike(601)
    return sheet(table(["Gwasanaeth", "Swm"], NAMES[:10], amounts), sum(amounts))


@habit
def three_columns_of_five_digits_under_words_of_no_list() -> Habit:
    columns = [alike(seed) for seed in (602, 603, 604)]
    return sheet(table(["Idara", "Mishahara", "Vifaa", "Usafiri"], NAMES[:10], *columns), sum(map(sum, columns)))


@habit
def codes_and_two_columns_of_amounts_of_as_many_digits() -> Habit:
    columns = [alike(seed) for seed in (605, 606)]
    head = ["Idara", "Alama", "Mishahara", "Vifaa"]
    return sheet(table(head, NAMES[:10], alike(607), *columns), sum(map(sum, columns)))


@habit
def digits_that_their_format_groups() -> Habit:
    amounts = alike(608)
    return formatted(table(["Idara", "Kiasi"], NAMES[:10], amounts), "#,##0", sum(amounts), must=True)


@habit
def digits_that_are_set_out_as_in_accounts() -> Habit:
    amounts = alike(609)
    ledger = '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-'
    return formatted(table(["Idara", "Kiasi"], NAMES[:10], amounts), ledger, sum(amounts), must=True)


@habit
def two_years_of_as_many_digits_under_a_word_of_no_list() -> Habit:
    before, after = alike(610), alike(611)
    rows = table(["Idara", "Kiasi 2023-24", "Kiasi 2024-25"], NAMES[:10], before, after)
    return sheet(rows, [sum(before), sum(after)], must=True)


@habit
def amounts_of_one_length_beside_people_of_several() -> Habit:
    people = [907, 10_463, 1_201, 15_872, 903, 22_011, 3_417, 871, 12_904, 1_333]
    amounts = alike(612)
    return sheet(table(["Eneo", "Watu", "Kiasi"], NAMES[:10], people, amounts), sum(amounts))


@habit
def amounts_that_rise_and_fall_with_those_beside_them() -> Habit:
    first = [907, *figures(613, 9, 11_003, 98_009)]
    second = [10_000 + amount * 8 // 9 for amount in first]
    rows = table(["Idara", "2023-24 budget £", "Kiasi"], NAMES[:10], first, second)
    return sheet(rows, sum(first), sum(second), [sum(first), sum(second)])


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


@pytest.mark.parametrize("header", ["Cost centre", "Voucher number", "Kapitel"])
def test_numbers_that_are_called_codes_are_not_asked_about(header: str) -> None:
    amounts = [907, *figures(614, 9)]
    outcome = read(sheet(table(["Service", header, "Budget, £"], NAMES[:10], alike(615), amounts)))
    assert stored(outcome) == {sum(amounts)}
    assert "amount" not in outcome.asked


def test_a_list_of_codes_without_any_amount_is_refused() -> None:
    assert not read(sheet(table(["Service", "Cost centre code"], NAMES[:10], alike(616)))).is_stored


def test_a_number_that_stands_for_each_of_a_few_groups_is_no_amount() -> None:
    groups = [70_301, 80_402, 90_503] * 4
    amounts = [907, *figures(617, 11)]
    outcome = read(sheet(table(["Idara", "Alama", "Kiasi, £"], NAMES[:12], groups, amounts)))
    assert stored(outcome) == {sum(amounts)}
    assert "amount" not in outcome.asked


@pytest.mark.parametrize(
    "heads", [("Easting", "Northing"), ("Latitude", "Longitude"), ("Koordinat east", "Koordinat north")]
)
def test_where_a_project_is_is_no_money(heads: tuple[str, str]) -> None:
    amounts = figures(981)
    east, north = ([round(each / 17, 3) for each in figures(seed, 10, 5_000_003, 9_999_989)] for seed in (982, 983))
    rows = table(["Project", "Budget", *heads], NAMES[:10], amounts, east, north)
    check_told(sheet([["Projects 2024-25, £"], *rows], sum(amounts)))


def test_a_compound_that_ends_in_a_word_for_an_account_is_a_code() -> None:
    accounts = [461700, 416110, 94000025, 448700, 459100, 442100, 481110, 94000011, 414700, 456500]
    amounts = figures(991)
    rows = table(
        ["Profitcenter", "Sachkonto", "Betrag"], [f"1500017{place:02}" for place in range(10)], accounts, amounts
    )
    check_told(sheet([["Haushalt 2024-25, £"], *rows], sum(amounts)))


def of_objects(seed: int, count: int = 12) -> list[list[int]]:
    """What each of some departments spends by each of so many objects, nothing on some of them."""
    wide = [figures(seed + n, 12, 10_007, 99_991) for n in range(count)]
    # Departments are of several sizes.
    return [[value * (n + row) % 7 ** (2 + row % 7) for row, value in enumerate(each)] for n, each in enumerate(wide)]


@pytest.mark.parametrize(
    ("called", "revenues"), [("Std-obj{}_Art-crnt", "External revenues"), ("Object code {}", "Recettes externes")]
)
def test_columns_numbered_by_the_objects_of_spending_are_amounts(called: str, revenues: str) -> None:
    objects, received = of_objects(60), figures(80, 12, 10_007, 999_983)
    names = [f"Department of {name.casefold()}" for name in NAMES[:12]]
    head = ["Department", *(called.format(n + 1) for n in range(12)), revenues, "Unit"]
    rows = table(head, names, *objects, received, ["x1000"] * 12)
    outcome = read(sheet(rows, sum(map(sum, objects)) * 1_000, unit="thousands"))
    assert outcome.asked["amount"] or stored(outcome) == {sum(map(sum, objects)) * 1_000, sum(received) * 1_000}
    assert sum(map(sum, objects)) * 1_000 in stored(outcome)


def test_parts_of_a_code_in_numbered_columns_are_no_amounts() -> None:
    amounts = figures(90, 12)
    parts = [[10 * n + part for n in range(12)] for part in range(1, 7)]
    check_told(sheet(table([*(f"Code {n}" for n in range(1, 7)), "Amount £"], *parts, amounts), sum(amounts)))
