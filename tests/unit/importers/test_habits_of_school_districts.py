"""Habits of school districts: codes under the title of their rows, functions by objects, what revenues leave after
expenditures, and a sheet that combines those of all funds.
"""

from __future__ import annotations

import pytest

from importers.words.row_words import says_derived_row
from tests.habits import Habit, Rows, check_told, figures, file, read, stored
from tests.workbooks import workbook

OBJECTS = ("6100 Payroll", "6200 Contracted", "6300 Supplies", "6400 Other operating")
SOURCES = {5700: "Local & intermediate", 5800: "State", 5900: "Federal"}
FUNCTIONS = {
    11: "Instruction",
    12: "Media services",
    23: "School leadership",
    31: "Guidance",
    34: "Transportation",
    35: "Food services",
    41: "General administration",
}
FUNDS = {
    "199 General": ((5700, 5800), (11, 12, 23, 31, 34, 41)),
    "240 Food": ((5700, 5800, 5900), (35,)),
    "599 Other": ((5700, 5900), (11, 23)),
}
"""The sources and functions of each fund."""


def fund(
    number: int, sources: tuple[int, ...], functions: tuple[int, ...]
) -> tuple[dict[int, int], dict[int, list[int]]]:
    received = dict(zip(sources, figures(1201 + number, len(sources)), strict=True))
    return received, {function: figures(1211 + 10 * number + function, len(OBJECTS)) for function in functions}


def sheet_of(received: dict[int, int], spent: dict[int, list[int]]) -> Rows:
    revenues = sum(received.values())
    columns = [sum(column) for column in zip(*spent.values(), strict=True)]
    return [
        ["2024-25 Adopted Budget, $"],
        [],
        ["Revenues", "", "Budget"],
        *([code, SOURCES[code], amount] for code, amount in received.items()),
        ["", "Total Revenues", revenues],
        [],
        ["Function", "Expenditures", *OBJECTS, "Total"],
        *([code, FUNCTIONS[code], *amounts, sum(amounts)] for code, amounts in spent.items()),
        ["", "Total Expenditures", *columns, sum(columns)],
        [],
        ["", "Excess (deficiency) of revenues over expenditures", *[""] * len(OBJECTS), revenues - sum(columns)],
    ]


def book(*, combined: bool) -> Habit:
    """The sheets of the funds, after one that combines them or not."""
    sheets: dict[str, Rows] = {}
    all_received: dict[int, int] = {}
    all_spent: dict[int, list[int]] = {}
    for number, (name, (sources, functions)) in enumerate(FUNDS.items()):
        received, spent = fund(number, sources, functions)
        sheets[name] = sheet_of(received, spent)
        for code, amount in received.items():
            all_received[code] = all_received.get(code, 0) + amount
        for code, amounts in spent.items():
            before = all_spent.get(code, [0] * len(OBJECTS))
            all_spent[code] = [a + b for a, b in zip(before, amounts, strict=True)]
    first = {"Combined": sheet_of(dict(sorted(all_received.items())), dict(sorted(all_spent.items())))}
    right = [sum(all_received.values()), sum(map(sum, all_spent.values()))]
    return file(workbook(**(first | sheets if combined else sheets)), right, currency="USD")


@pytest.mark.parametrize("name", ["199 General", "240 Food"])
def test_codes_under_the_title_of_their_rows_are_no_revenues_and_what_is_left_is_no_money(name: str) -> None:
    """Where one function alone is spent on, its total by objects is no doubt either."""
    received, spent = fund(list(FUNDS).index(name), *FUNDS[name])
    right = [sum(received.values()), sum(map(sum, spent.values()))]
    check_told(file(workbook(**{name: sheet_of(received, spent)}), right, currency="USD"))


def test_a_sheet_that_combines_all_funds_is_asked_about_once_for_each_flow_and_its_parts_proposed() -> None:
    made = book(combined=True)
    outcome = read(made)
    assert outcome.asked["counted"] == 2
    assert stored(outcome) in made.right
    assert stored(read(book(combined=False))) in made.right


@pytest.mark.parametrize("over", ["over", "over (under)", "and other sources over"])
@pytest.mark.parametrize("excess", ["Excess (deficiency)", "Excess or deficit", "Net excess", "Excess"])
def test_an_excess_of_one_side_over_the_other_is_made_of_both(excess: str, over: str) -> None:
    assert says_derived_row(f"{excess} of revenues {over} expenditures")
    assert says_derived_row(f"{excess} of receipts {over} disbursements")
