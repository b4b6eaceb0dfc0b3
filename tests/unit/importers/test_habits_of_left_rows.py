"""Rows that are no lines: facts of a table at its foot, second statements under each name, rows that their own words take
out, and what evens two sides. Each is a small workbook made from lines whose sum is known, and is read rightly or asked
about.
"""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest

from tests.habits import NAMES, Habit, Habits, Rows, check, check_told, figures, read, sheet, table

habit = Habits()
plain = Habits()

HEAD = ["Item", "2024-25"]


def lines(amounts: list[int]) -> list[list[Any]]:
    return [[name, amount] for name, amount in zip(NAMES, amounts, strict=False)]


# Facts of the lines at the foot of a table


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("Highest", max),
        ("Suurin", max),
        ("Kubwa zaidi", max),
        ("Smallest line", min),
        ("Katikati", median),
        ("Wastani", lambda amounts: round(sum(amounts) / len(amounts))),
        ("Kwa mwezi", lambda amounts: round(sum(amounts) / 12)),
        ("Count", len),
        ("Idadi", len),
    ],
)
def test_what_the_last_row_states_of_the_others_is_counted_by_nobody_unasked(name: str, fact: Any) -> None:
    amounts = figures(2001, 9)
    made = sheet([HEAD, *lines(amounts), [name, fact(amounts)]], sum(amounts))
    assert read(made).asked == {"rows": 1}
    check(made)


def test_several_facts_at_the_foot_are_one_question() -> None:
    amounts = figures(2002, 9)
    facts = [["Highest", max(amounts)], ["Lowest", min(amounts)], ["Count", len(amounts)]]
    made = sheet([HEAD, *lines(amounts), *facts], sum(amounts))
    assert read(made).asked == {"rows": 1}
    check(made)


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("Hebesatz", 455),
        ("Einwohner", 34_567),
        ("Habitants", 34_567),
        ("Stellen", 212),
        ("Beds", 212),
        ("Abitanti", 34_567),
        ("Households", 34_567),
    ],
)
def test_a_count_or_a_rate_at_the_foot_is_asked_about(name: str, figure: int) -> None:
    amounts = figures(2003, 8)
    made = sheet([HEAD, *lines(amounts), [name, figure]], sum(amounts))
    assert read(made).asked == {"rows": 1}
    check(made)


def test_years_at_the_foot_are_asked_about() -> None:
    amounts = figures(2004, 6)
    later = [["2025-26", sum(amounts) + 77_123], ["2026-27", sum(amounts) + 177_123]]
    made = sheet([HEAD, *lines(amounts), *later], sum(amounts))
    assert read(made).asked == {"rows": 1}
    check(made)


@habit
def a_last_row_that_states_about_the_sum_of_all_others() -> Habit:
    amounts = figures(2005, 7)
    return sheet([HEAD, *lines(amounts), ["Mwaka uliopita", round(sum(amounts) * 0.97)]], sum(amounts))


@plain
def lines_in_order_whose_last_two_are_alike() -> Habit:
    amounts = sorted(figures(2006, 8))
    amounts.append(amounts[-1])
    return sheet([HEAD, *lines(amounts)], sum(amounts))


@plain
def lines_that_are_counted_all_alike() -> Habit:
    amounts = figures(2007, 5)
    names = ("Hospital beds", "Care beds", "Hospice beds", "Day places", "Night places")
    return sheet([HEAD, *table(HEAD, names, amounts)[1:]], sum(amounts))


# Words under every name


def under_every_name(words: tuple[str, ...], columns: list[list[int]], head: list[str], *, once: bool) -> Rows:
    """Rows of each word under each name, which is written once or in every row."""
    rows: Rows = [head]
    for n, name in enumerate(NAMES[: len(columns[0])]):
        rows += [[name if k == 0 or not once else "", word, columns[k][n]] for k, word in enumerate(words)]
    return rows


PAIRS = (
    *(("Planned", "Realised"), ("Limit", "Utilised"), ("Suunnitelma", "Toteuma"), ("Bajeti", "Matumizi")),
    *(("Terv", "Tény"), ("Previous", "Proposed"), ("2023-24", "2024-25"), ("Original", "Revised")),
)


@pytest.mark.parametrize("once", [True, False], ids=["once", "each"])
@pytest.mark.parametrize("header", ["", "Type", "Measure"])
@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_two_words_under_every_name_are_never_added_unasked(pair: tuple[str, str], header: str, once: bool) -> None:
    one, other = figures(2020, 5), figures(2021, 5)
    rows = under_every_name(pair, [one, other], ["Service", header, "2024-25"], once=once)
    check(sheet(rows, sum(one), sum(other), [sum(one), sum(other)]))


@pytest.mark.parametrize("header", ["2024-25", "Budget 2024-25"])
@pytest.mark.parametrize("once", [True, False], ids=["once", "each"])
def test_stages_under_every_name_are_told_apart_whatever_the_header_says(once: bool, header: str) -> None:
    one, other = figures(2022, 4), figures(2023, 4)
    rows = under_every_name(("Budget", "Actual"), [one, other], ["Service", "", header], once=once)
    check_told(sheet(rows, [sum(one), sum(other)]))


@habit
def letters_for_spending_and_income_under_every_name() -> Habit:
    spent, received = figures(2024, 6), figures(2025, 6, 1_007, 999_999)
    rows = under_every_name(("E", "I"), [spent, received], ["Service", "", "2024-25"], once=False)
    return sheet(rows, [sum(spent), sum(received)])


@habit
def a_count_under_every_name() -> Habit:
    spent, users = figures(2026, 6), figures(2027, 6, 1_007, 99_999)
    return sheet(
        under_every_name(("Spend", "Users"), [spent, users], ["Service", "Measure", "2024-25"], once=True), sum(spent)
    )


@plain
def classes_under_every_department() -> Habit:
    pay, goods, works = figures(2028, 5), figures(2029, 5), figures(2030, 5)
    words = ("11 Pay", "12 Goods", "31 Works")
    rows = under_every_name(words, [pay, goods, works], ["Department", "Rubrik", "2024-25"], once=False)
    return sheet(rows, sum(map(sum, (pay, goods, works))))


@plain
def capital_and_revenue_under_every_department() -> Habit:
    capital, revenue = figures(2031, 5), figures(2032, 5)
    rows = under_every_name(("Capital", "Revenue"), [capital, revenue], ["Department", "", "2024-25"], once=False)
    return sheet(rows, sum(capital) + sum(revenue), [sum(capital), sum(revenue)])


# All of them


@pytest.mark.parametrize("make", habit.values(), ids=habit)
def test_is_read_rightly_or_asked_about(make: Any) -> None:
    check(make())


@pytest.mark.parametrize("make", plain.values(), ids=plain)
def test_is_read_rightly_and_nothing_asked(make: Any) -> None:
    check_told(make())


# Rows that words of their own take out


@pytest.mark.parametrize("said", ["(memorandum)", "(nachrichtlich)", "(p.m.)", "(unfunded)", "- deleted"])
def test_a_row_whose_name_takes_it_out_is_asked_about(said: str) -> None:
    values = figures(911, 9)
    names = [f"{name} {said}" if n == 3 else name for n, name in enumerate(NAMES[:9])]
    made = sheet(table(["Item", "2024-25"], names, values), sum(values) - values[3])
    assert read(made).asked == {"rows": 1}
    check(made)


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        ("Decision", "Approved", "Not approved"),
        ("Estado", "Concedida", "Denegada"),
        ("Include?", "Yes", "No"),
        ("Note", "", "memorandum only"),
    ],
)
def test_rows_that_a_column_takes_out_are_asked_about(header: str, yes: str, no: str) -> None:
    values = figures(912, 9)
    said = [no if n in (2, 5) else yes for n in range(9)]
    made = sheet(table(["Project", "2024-25", header], NAMES[:9], values, said), sum(values) - values[2] - values[5])
    assert read(made).asked == {"rows": 1}
    check(made)


def test_brackets_that_say_what_a_row_is_take_nothing_out() -> None:
    values = figures(913, 9)
    names = [f"{name} (North)" if n == 3 else name for n, name in enumerate(NAMES[:9])]
    made = sheet(table(["Item", "2024-25"], names, values), sum(values))
    assert not read(made).asked
    check(made)
