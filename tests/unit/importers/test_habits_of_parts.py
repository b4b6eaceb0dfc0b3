"""Columns that are parts of one whole, under whatever names. Each habit is a small workbook made from lines whose sum is
known, and is read rightly or asked about in a way that has the right answer among its options.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, Habits, Rows, check, check_told, figures, read, sheet, stored, table

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


NAMES_OF_COLUMNS = ["Population health", "Change management", "Sales ledger team", "Total place pilots", "Days out"]


def beside_names(name: str, seed: int, *, low: int = 10_007) -> tuple[Rows, list[list[int]]]:
    """What five services cost by what was bought, one of them under a name with a word for something else."""
    columns = parts(seed, 5)
    columns[2] = figures(seed + 2, 10, low, 1_000 * low)
    return table(["Cost", "Schools", "Roads", name, "Libraries", "Housing"], NAMES[:10], *columns), columns


@pytest.mark.parametrize("name", NAMES_OF_COLUMNS)
def test_a_name_with_a_word_for_something_else_can_be_counted_with_the_others(name: str) -> None:
    rows, columns = beside_names(name, 891)
    check(budget(rows, sum(map(sum, columns))))


@pytest.mark.parametrize("name", ["Number of schools", "Population", "Average cost"])
def test_what_is_no_name_is_left_out_until_a_person_says_otherwise(name: str) -> None:
    rows, columns = beside_names(name, 892)
    check(budget(rows, sum(map(sum, [*columns[:2], *columns[3:]]))))


def test_counts_far_smaller_than_the_amounts_beside_them_are_no_part() -> None:
    rows, columns = beside_names("Population served", 893, low=7)
    check(budget(rows, sum(map(sum, [*columns[:2], *columns[3:]]))))


def test_a_year_far_from_the_budgets_own_is_part_of_a_name() -> None:
    columns = parts(895, 5)
    rows = table(["Cost", "Schools", "Roads", "1918 centenary", "Libraries", "Housing"], NAMES[:10], *columns)
    check(budget(rows, sum(map(sum, columns))))


def by_year_with_functions() -> tuple[Rows, int, int]:
    """Spending of years with the total of its economic classes, and what goes to three functions of it."""
    classes, functions = parts(881, 3), [figures(884 + place, 10, 1_007, 9_001) for place in range(3)]
    head = ["Year", "Total expenditure", "Recurrent", "Capital", "Interest", "Health", "Education", "Agriculture"]
    years = [f"{year}-{year % 100 + 1}" for year in range(2015, 2025)]
    return table(head, years, whole(classes), *classes, *functions), whole(classes)[-1], whole(functions)[-1]


def test_what_is_cut_another_way_beside_a_total_is_asked_about_once() -> None:
    rows, total, functions = by_year_with_functions()
    for right in (total, total + functions):
        outcome = read(sheet(rows, right))
        assert outcome.asked["amount"] == 1
        assert outcome.groups[("budget", "original", "2024-25", "expenditure")] == right * 100


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


@pytest.mark.parametrize("word", ["of which: current", "davon: laufend", "w tym: bieżące", "dont: fonctionnement"])
@pytest.mark.parametrize("count", [2, 3])
def test_the_word_for_parts_stands_once_before_all_that_come_to_the_row_above(word: str, count: int) -> None:
    amounts = figures(881, 10)
    apart = figures(882, count, 1_007, 9_989)
    amounts[6] = sum(apart)
    rows = table(["Service", "2024-25 £"], NAMES[:10], amounts)
    rows[8:8] = [[word, apart[0]], *([name, part] for name, part in zip(("capital", "other"), apart[1:], strict=False))]
    check_told(sheet([*rows, ["Total", sum(amounts)]], sum(amounts)))
    check_told(sheet([*rows[:1], *rows[1:7], *rows[11 if count == 3 else 10 :], *rows[7 : 8 + count]], sum(amounts)))


def test_lines_below_a_part_that_do_not_come_with_it_to_the_row_above_are_lines() -> None:
    amounts = figures(883, 10)
    rows = table(["Service", "2024-25 £"], NAMES[:10], amounts)
    rows[8:8] = [["of which: current", amounts[6] // 2]]
    check_told(sheet([*rows, ["Total", sum(amounts)]], sum(amounts)))
