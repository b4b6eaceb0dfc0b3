"""Columns that are parts of one whole, under whatever names. Each habit is a small workbook made from lines whose sum is
known, and is read rightly or asked about in a way that has the right answer among its options.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, Habits, Rows, check, figures, read, sheet, stored, table

habit = Habits()


def whole(columns: list[list[int]]) -> list[int]:
    return [sum(row) for row in zip(*columns, strict=True)]


def parts(seed: int, count: int) -> list[list[int]]:
    return [figures(seed + place) for place in range(count)]


def budget(rows: Rows, right: float, *, must: bool = False) -> Habit:
    return sheet([["Budget 2024-25, £"], *rows], right, must=must)


@habit
def sources_of_schemes_with_their_total() -> Habit:
    columns = parts(801, 4)
    head = ["Scheme", "S106", "Government grant", "Borrowing", "MRR", "Total"]
    return budget(table(head, NAMES[:10], *columns, whole(columns)), sum(map(sum, columns)))


@habit
def sources_of_schemes_without_a_total() -> Habit:
    columns = parts(811, 4)
    head = ["Scheme", "S106", "Government grant", "Borrowing", "MRR"]
    return budget(table(head, NAMES[:10], *columns), sum(map(sum, columns)))


@habit
def receipts_contributions_and_grants_that_schemes_are_paid_from() -> Habit:
    columns = parts(821, 3)
    head = ["Scheme", "Capital receipts", "Revenue contribution", "Grants"]
    return budget(table(head, NAMES[:10], *columns), sum(map(sum, columns)))


@habit
def receipts_in_a_subtotal_within_a_total() -> Habit:
    columns = parts(831, 4)
    head = ["Scheme", "Capital receipts", "Reserves", "Subtotal", "Grants", "Loans", "Total"]
    first, last = columns[:2], columns[2:]
    rows = table(head, NAMES[:10], *first, whole(first), *last, whole(columns))
    return budget(rows, sum(map(sum, columns)))


@habit
def transfers_among_classes_of_spending() -> Habit:
    columns = parts(841, 4)
    return budget(
        table(["Dienst", "Personal", "Sachmittel", "Transfer", "Zinsen"], NAMES[:10], *columns), sum(map(sum, columns))
    )


@habit
def transfers_beside_a_subtotal_of_other_classes() -> Habit:
    columns = parts(851, 4)
    first, last = columns[:2], columns[2:]
    head = ["Dienst", "Personal", "Sachmittel", "Sub-total", "Transfer", "Zinsen", "Total"]
    rows = table(head, NAMES[:10], *first, whole(first), *last, whole(columns))
    return budget(rows, sum(map(sum, columns)), must=True)


@habit
def small_whole_numbers_among_parts_under_words_of_no_list() -> Habit:
    columns = [*parts(861, 3), figures(864, 10, 101, 997)]
    head = ["Gwasanaeth", "Cyflogau", "Adeiladau", "Cludiant", "Arall"]
    return sheet([["Cyllideb 2024-25"], *table(head, NAMES[:10], *columns)], sum(map(sum, columns)))


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


def test_income_beside_classes_of_spending_and_their_net_is_no_source() -> None:
    pay, goods, income = parts(871, 3)
    net = [a + b - c for a, b, c in zip(pay, goods, income, strict=True)]
    rows = table(["Service", "Employees", "Supplies", "Income", "Net expenditure"], NAMES[:10], pay, goods, income, net)
    outcome = read(sheet([["Budget 2024-25, £"], *rows]))
    assert stored(outcome) == {sum(pay) + sum(goods), sum(income)}
    assert "flow" not in outcome.asked


def test_a_virement_between_two_budgets_is_no_part() -> None:
    first, moved = figures(881), figures(882, 10, 1_009, 9_001)
    last = [a + b for a, b in zip(first, moved, strict=True)]
    rows = table(["Service", "Original budget", "Virement", "Revised budget"], NAMES[:10], first, moved, last)
    assert stored(read(sheet([["Budget 2024-25, £"], *rows]))) == {sum(first), sum(last)}
