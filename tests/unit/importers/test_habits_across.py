"""Habits of columns beside one another: nets, totals of totals, versions, sides, periods and balances. Each is a small
workbook made from lines whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.importers.test_reading_habits import NAMES, Habit, Rows, describe, figures, read, sheet, stored, table

HABITS: dict[str, Callable[[], Habit]] = {}


def habit(make: Callable[[], Habit]) -> Callable[[], Habit]:
    HABITS[make.__name__] = make
    return make


# Nets and totals of totals


def crossing(seed: int, income: int) -> tuple[Rows, list[list[int]]]:
    """Rows of two kinds of spending, their sum, two of income and theirs, and what is left; and the columns."""
    pay, other = figures(seed), figures(seed + 1)
    grants, fees = ([income * a // 9 for a in figures(seed + n)] for n in (2, 3))
    gross = [a + b for a, b in zip(pay, other, strict=True)]
    received = [a + b for a, b in zip(grants, fees, strict=True)]
    net = [a - income * b for a, b in zip(gross, received, strict=True)]
    return [pay, other, gross, grants, fees, received, net], [gross, received, net]


@habit
def gross_and_income_below_nought_and_the_net_of_their_sums() -> Habit:
    columns, (gross, received, _) = crossing(471, -1)
    head = ["Service", "Staff", "Buildings", "Gross expenditure", "Grants", "Fees", "Gross income", "Net expenditure"]
    rows = [["Budget 2024-25, £"], *table(head, NAMES[:10], *columns)]
    return sheet(rows, [sum(gross), sum(received)], [sum(gross), -sum(received)], must=True)


@habit
def a_net_with_a_charge_added_to_it() -> Habit:
    columns, (gross, received, net) = crossing(481, 1)
    charge = figures(489)
    cost = [a + b for a, b in zip(net, charge, strict=True)]
    head = ["Service", "Staff", "Buildings", "Gross expenditure", "Grants", "Fees", "Gross income", "Net expenditure"]
    rows = [["Budget 2024-25, £"], *table([*head, "Capital charges", "Cost"], NAMES[:10], *columns, charge, cost)]
    return sheet(rows, [sum(gross) + sum(charge), sum(received)], [sum(gross), sum(received), sum(charge)])


@habit
def sides_of_a_net_that_no_word_names() -> Habit:
    columns, (gross, received, _) = crossing(491, 1)
    rows = [["Budget 2024-25, £"], *table(["Item", "Ab", "Ba", "Ca", "Da", "Ea", "Fa", "Ga"], NAMES[:10], *columns)]
    return sheet(rows, [sum(gross), sum(received)])


@habit
def a_total_of_two_totals_one_of_which_nothing_breaks_down() -> Habit:
    pay, travel, books, rent, capital = (figures(seed) for seed in range(501, 506))
    staff, goods = ([a + b for a, b in zip(*pair, strict=True)] for pair in ((pay, travel), (books, rent)))
    current = [a + b for a, b in zip(staff, goods, strict=True)]
    every = [a + b for a, b in zip(current, capital, strict=True)]
    head = ["", "Pay", "Travel", "Total staff", "Books", "Rent", "Total goods", "Total current", "Total capital", "All"]
    rows = table(head, NAMES[:10], pay, travel, staff, books, rent, goods, current, capital, every)
    return sheet([["Budget 2024-25, £"], *rows], sum(every), [sum(current), sum(capital)], must=True)


@pytest.mark.parametrize("name", HABITS)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    made = HABITS[name]()
    outcome = read(made)
    if made.must:
        assert not outcome.asked, outcome.asked
    assert stored(outcome) in made.right, outcome.refusal or describe(made, outcome)
