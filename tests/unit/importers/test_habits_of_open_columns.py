"""Columns and tables that nothing but the shape of their figures makes codes, parts of a budget beside it, and what is
left, to come or so far beside what it is made of: none of them is left out or added without a word.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.habits import NAMES, Rows, check, figures, read, sheet, stored, table


def of_one_length(seed: int, count: int = 8) -> list[int]:
    return figures(seed, count, 1_000_007, 9_999_989)


def of_many_lengths(seed: int, count: int = 8) -> list[int]:
    return [*of_one_length(seed, count - 1), *figures(seed, 1, 10_007, 99_989)]


def part_of(values: list[int], least: float = 0.3, most: float = 0.9) -> list[int]:
    return [round(value * Random(value).uniform(least, most)) for value in values]


# Figures of one length


@pytest.mark.parametrize("names", [["Operating", "Capital"], ["Staff", "Premises", "Supplies", "Capital"]])
def test_columns_of_figures_of_one_length_beside_an_amount_are_asked_about(names: list[str]) -> None:
    columns = [*(of_one_length(10 + n) for n in range(len(names) - 1)), of_many_lengths(20)]
    made = sheet([["Spending 2024-25"], *table(["Department", *names], NAMES[:8], *columns)], sum(map(sum, columns)))
    assert read(made).asked == {"amount": 1}
    check(made)


def test_funds_of_two_years_keep_their_years_when_they_count() -> None:
    columns = [of_one_length(31), of_one_length(32), of_many_lengths(33), of_many_lengths(34)]
    years = ["2023-24", "2024-25"]
    rows: Rows = [["Department", "General fund", "", "Capital fund", ""], ["", *years, *years]]
    rows += table(["", *years, *years], NAMES[:8], *columns)[1:]
    right = [sum(columns[0]) + sum(columns[2]), sum(columns[1]) + sum(columns[3])]
    made = sheet(rows, right)
    assert read(made).asked == {"amount": 1}
    check(made)


def test_one_side_of_an_account_whose_figures_are_of_one_length_is_asked_about() -> None:
    spent, received = of_one_length(41), of_many_lengths(42)
    sources = ("Rates", "Rents", "Fees", "Fines", "Grants", "Sales", "Interest", "Other")
    rows: Rows = [["2024-25"], ["Expenditure", "", "", "Income", ""]]
    rows += [[name, a, "", source, b] for name, a, source, b in zip(NAMES, spent, sources, received, strict=False)]
    made = sheet(rows, [sum(spent), sum(received)])
    assert read(made).asked["amount"] == 1
    check(made)


def test_amounts_of_many_lengths_under_programme_are_no_codes_in_silence() -> None:
    columns = [of_many_lengths(51), of_many_lengths(52)]
    made = sheet(
        [["Spending 2024-25"], *table(["Department", "Programme", "Admin"], NAMES[:8], *columns)],
        sum(map(sum, columns)),
    )
    assert read(made).asked == {"amount": 1}
    check(made)


def test_numbers_of_suppliers_beside_small_amounts_are_asked_about_no_more() -> None:
    numbers, amounts = figures(61, 12, 400_007, 499_989), figures(62, 12, 107, 9_989)
    made = sheet(table(["Payee", "Ref", "Amount 2024-25 £"], NAMES[:12], numbers, amounts), sum(amounts))
    assert not read(made).asked
    assert stored(read(made)) == {sum(amounts)}


# A part beside its whole


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("Budget 2024-25", "Ringfenced"),
        ("Cost 2024-25", "Non-cash"),
        ("All spending 2024-25", "Capital"),
        ("Grant 2024-25", "Resource"),
    ],
)
def test_a_control_that_is_less_in_every_row_is_asked_about(whole: str, part: str) -> None:
    amounts = figures(71)
    within = part_of(amounts, 0.1, 0.6)
    for right in (sum(amounts), sum(amounts) + sum(within)):
        made = sheet(table(["Service", whole, part], NAMES[:10], amounts, within), right)
        assert read(made).asked == {"amount": 1}
        check(made)


# What is left, still to come, or of other years


@pytest.mark.parametrize(
    "heads",
    [
        ["Committed", "Disbursed", "Undisbursed"],
        ["Empenhado", "Pago", "A pagar"],
        ["Verpflichtet", "Ausgezahlt", "Offen"],
        ["Award", "Spent", "Not yet drawn"],
    ],
)
def test_what_is_left_of_a_commitment_is_stored_as_no_budget_in_silence(heads: list[str]) -> None:
    whole = figures(81, 8)
    paid = part_of(whole)
    left = [a - b for a, b in zip(whole, paid, strict=True)]
    rows = table(["Project", *heads], NAMES[:8], whole, paid, left)
    made = sheet([["2024-25"], *rows], [sum(whole), sum(paid)], sum(whole), sum(paid))
    assert read(made).asked["amount"] >= 1
    check(made)


@pytest.mark.parametrize("heads", [["Spent", "To be spent", "Total cost"], ["To date", "To come", "Full year"]])
def test_what_is_still_to_come_is_no_year_in_silence(heads: list[str]) -> None:
    done, to_come = figures(82, 8), figures(83, 8)
    whole = [a + b for a, b in zip(done, to_come, strict=True)]
    rows = table(["Service", *heads], NAMES[:8], done, to_come, whole)
    made = sheet([["2024-25"], *rows], sum(whole), [sum(done), sum(whole)], sum(done))
    assert read(made).asked["amount"] >= 1
    check(made)


@pytest.mark.parametrize(
    "heads",
    [
        ["Earlier years", "2024-25", "Total to date"],
        ["Antérieur", "2024-25", "Cumul"],
        ["Cumulative to 2023-24", "2024-25", "Cumulative to 2024-25"],
        ["bis 2023-24", "2024-25", "bis 2024-25"],
    ],
)
def test_money_of_earlier_years_is_not_added_to_that_of_the_year_in_silence(heads: list[str]) -> None:
    earlier, own = figures(84, 8), figures(85, 8)
    whole = [a + b for a, b in zip(earlier, own, strict=True)]
    made = sheet(table(["Project", *heads], NAMES[:8], earlier, own, whole), sum(own))
    assert read(made).asked == {"amount": 1}
    check(made)


def test_parts_of_a_year_that_say_so_are_added_as_before() -> None:
    one, other = figures(86, 8), figures(87, 8)
    whole = [a + b for a, b in zip(one, other, strict=True)]
    rows = table(["Service", "Pay 2024-25 £", "Other 2024-25 £", "Total 2024-25 £"], NAMES[:8], one, other, whole)
    made = sheet(rows, sum(whole))
    assert not read(made).asked
    check(made)
