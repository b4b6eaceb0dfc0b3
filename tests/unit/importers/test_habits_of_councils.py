"""Habits of councils and funds: balances around what moves them, both sides of accounts in two columns, stages and
years in headers of their own.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Rows, check, check_told, figures, read, sheet, stored

YEARS = ("Plan 2023", "Forecast 2023", "Plan 2024")


def fund(before: str, after: str, into: str, out: str) -> tuple[Rows, set[float]]:
    """A fund whose sections stand above their parts between what it had and what it has left, and what it comes to."""
    received = [figures(seed, 4, 100_003, 9_999_989) for seed in range(3)]
    spent = [figures(seed, 5, 100_003, 7_999_989) for seed in range(10, 13)]
    had = [-4_120_017, -4_115_023]
    had += [had[1] + sum(received[1]) - sum(spent[1])]
    left = [a + sum(b) - sum(c) for a, b, c in zip(had, received, spent, strict=True)]
    rows: Rows = [["", "Item", *YEARS], ["I", before, *had], ["II", into, *map(sum, received)]]
    rows += [[n + 1, f"{NAMES[n]} levy", *(column[n] for column in received)] for n in range(4)]
    rows += [["III", out, *map(sum, spent)]]
    rows += [[n + 1, NAMES[n + 4], *(column[n] for column in spent)] for n in range(5)]
    return [*rows, ["IV", after, *left]], {*map(sum, received), *map(sum, spent)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Stan na początek roku", "Stan na koniec roku"),
        ("Saldo inicial", "Saldo final"),
        ("Anfangsbestand", "Endbestand"),
        ("Остаток на начало года", "Остаток на конец года"),
        ("期首残高", "期末残高"),
    ],
)
def test_what_is_there_when_a_year_begins_and_ends_is_no_line(before: str, after: str) -> None:
    rows, sums = fund(before, after, "Income", "Expenditure")
    check_told(sheet(rows, list(sums), fiscal_year_starts=1))


def test_rows_around_totals_that_lead_from_one_to_the_other_are_asked_about() -> None:
    rows, sums = fund("Pool A", "Pool B", "Income", "Expenditure")
    outcome = read(sheet(rows, list(sums), fiscal_year_starts=1))
    assert outcome.asked["rows"]
    assert stored(outcome) == sums


def test_what_moves_a_balance_runs_both_ways_though_no_word_says_which() -> None:
    rows, sums = fund("Opening balance", "Closing balance", "Group one", "Group two")
    made = sheet(rows, list(sums), fiscal_year_starts=1)
    assert read(made).asked["flow"]
    check(made)
