"""Years that are named by how far they are from the current one, and amounts printed in pence: told by the title or
asked about once, with every year and unit right.
"""

from __future__ import annotations

import pytest

from importers.words.unit_words import find_unit
from tests.habits import Habit, Rows, figures, read, sheet, stored

NAMES = [f"Service {letter}" for letter in "ABCDEFGHIJ"]


def under(title: str, heads: list[str], **truth: object) -> Habit:
    columns = [figures(7_400 + n) for n in range(len(heads))]
    rows: Rows = [[title], [], ["Service", *heads], *map(list, zip(NAMES, *columns, strict=True))]
    return sheet(rows, [sum(column) for column in columns], **truth)


def years(made: Habit) -> list[str]:
    return sorted({year for _, _, year, _ in read(made).groups})


@pytest.mark.parametrize(
    ("heads", "right"),
    [
        (["Prior year", "Current year", "Next year"], ["2023-24", "2024-25", "2025-26"]),
        (["Year 1", "Year 2", "Year 3"], ["2024-25", "2025-26", "2026-27"]),
        (["Year -1", "Year 0", "Year +1"], ["2023-24", "2024-25", "2025-26"]),
        (["Prior Year Actual", "Current Year Budget", "Next Year Forecast"], ["2023-24", "2024-25", "2025-26"]),
    ],
)
def test_which_years_are_meant_is_asked_once_where_one_comes_after(heads: list[str], right: list[str]) -> None:
    made = under("Budget 2024-25 £", heads)
    outcome = read(made)
    assert outcome.asked == {"year": 1}
    assert stored(outcome) in made.right
    assert years(made) == right


@pytest.mark.parametrize(
    ("heads", "right"),
    [
        (["Prior year", "Current year"], ["2023-24", "2024-25"]),
        (["N-1", "N"], ["2023-24", "2024-25"]),
        (["PY", "CY"], ["2023-24", "2024-25"]),
        (["Prior Year Actual", "Current Year Estimate", "Budget Year"], ["2022-23", "2023-24", "2024-25"]),
    ],
)
def test_the_title_tells_the_last_year(heads: list[str], right: list[str]) -> None:
    made = under("Budget 2024-25 £", heads)
    outcome = read(made)
    assert not outcome.asked
    assert stored(outcome) in made.right
    assert years(made) == right


def test_years_before_those_that_have_names_of_their_own_stay_so() -> None:
    heads = ["Prior years", "2024-25", "2025-26", "Future years"]
    assert read(under("Capital programme £", heads)).asked["year"] == 1


@pytest.mark.parametrize("header", ["Amount (pence)", "Pence", "Value in p", "Amount (cents)"])
def test_amounts_in_pence(header: str) -> None:
    amounts = figures(7_411)
    rows: Rows = [["Service", header], *map(list, zip(NAMES, amounts, strict=True))]
    made = sheet(rows, sum(amounts) / 100)
    outcome = read(made)
    assert stored(outcome) in made.right


@pytest.mark.parametrize("said", ["Per cent", "Cents per mile", "Amount (p)", "Cost centre", "Recent spend"])
def test_no_pence(said: str) -> None:
    unit = find_unit(said)
    assert unit is None or not unit.in_minor
