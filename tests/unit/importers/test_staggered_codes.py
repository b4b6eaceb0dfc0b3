"""Outlines whose codes stand in one column at one level and in the next at another, and blocks of counts beside amounts."""

from __future__ import annotations

import pytest

from tests.habits import Habit, Rows, figures, read, sheet, stored

TREE = {
    ("7", "Prihodki"): {"70": ("Davčni", 3), "71": ("Nedavčni", 4), "74": ("Transferni", 2)},
    ("4", "Odhodki"): {"40": ("Tekoči", 3), "41": ("Transferi", 2), "42": ("Investicije", 4)},
}


def outline(layout: str) -> Habit:
    random = iter(figures(7_301, 40))
    rows: Rows = [["Konto", "", "Naziv", "Proračun 2025"]]
    sides: list[int] = []
    for (code, name), groups in TREE.items():
        within: Rows = []
        whole = 0
        for group, (title, count) in groups.items():
            amounts = [next(random) for _ in range(count)]
            whole += sum(amounts)
            lines = [[f"{group}{n}0", f"{title} {'ABCD'[n]}", amount] for n, amount in enumerate(amounts)]
            if layout == "parents left":
                within += [[group, "", title, sum(amounts)], *(["", own, *line] for own, *line in lines)]
            elif layout == "names beside parents":
                within += [[group, title, "", sum(amounts)], *(["", own, *line] for own, *line in lines)]
            else:
                within += [["", group, title, sum(amounts)], *([own, "", *line] for own, *line in lines)]
        top = [code, name, "", whole] if layout == "names beside parents" else [code, "", name, whole]
        rows += [top, *within]
        sides.append(whole)
    return sheet(rows, sides, currency="EUR", fiscal_year_starts=1, year="2025")


@pytest.mark.parametrize("layout", ["parents left", "names beside parents", "by turns"])
def test_codes_that_stand_by_turns_in_two_columns_are_one_outline(layout: str) -> None:
    made = outline(layout)
    assert stored(read(made)) in made.right


@pytest.mark.parametrize("heading", ["Full-time equivalents", "Vehicles", "Things"])
@pytest.mark.parametrize("first", [True, False])
def test_counts_under_a_heading_of_their_own_are_asked_about(heading: str, first: bool) -> None:
    amounts, counts = figures(7_311, 8, 100_003), [12, 148, 9]
    money: Rows = [["Spending £"], *([f"Service {'ABCDEFGH'[n]}", amount] for n, amount in enumerate(amounts))]
    people: Rows = [[heading], *([f"Kind {'XYZ'[n]}", count] for n, count in enumerate(counts))]
    rows: Rows = [["", "2024-25"], *(people + money if first else money + people)]
    outcome = read(sheet(rows, sum(amounts)))
    assert sum(outcome.asked.values()) <= 1
    assert stored(outcome) == {sum(amounts)}


def test_small_amounts_under_a_heading_are_amounts() -> None:
    large, small = figures(7_321, 8, 100_003), figures(7_322, 4, 2_003, 60_001)
    rows: Rows = [["", "2024-25 £"], ["Services"], *([f"Service {'ABCDEFGH'[n]}", a] for n, a in enumerate(large))]
    rows += [["Grants"], *([f"Grant {'ABCD'[n]}", amount] for n, amount in enumerate(small))]
    outcome = read(sheet(rows, sum(large) + sum(small)))
    assert not outcome.asked
    assert stored(outcome) == {sum(large) + sum(small)}
