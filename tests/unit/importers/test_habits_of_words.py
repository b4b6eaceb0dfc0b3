"""Words of languages of no list for what is received and what is spent: nothing under them is added in silence, and what
no such words part is not asked about.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, Rows, figures, read, sheet, stored, table
from tests.workbooks import workbook

RECEIVED, SPENT = ("Түсімдер", "Шығындар")
HEAD = ["Атауы", "Сомасы"]
INCOME, COSTS = [907, *figures(901, 3)], [61_003, *figures(902, 7)]
RIGHT = frozenset((sum(INCOME), sum(COSTS)))


def lines(names: tuple[str, ...], amounts: list[int]) -> Rows:
    return [[f"Қызмет {name}", amount] for name, amount in zip(names, amounts, strict=False)]


def in_a_column() -> Habit:
    rows: Rows = [["Type", *HEAD]]
    rows += [[RECEIVED, *line] for line in lines(NAMES, INCOME)] + [[SPENT, *line] for line in lines(NAMES[4:], COSTS)]
    return sheet(rows, [*RIGHT])


def under_headings() -> Habit:
    rows: Rows = [HEAD, [RECEIVED], *lines(NAMES, INCOME), [SPENT], *lines(NAMES[4:], COSTS)]
    return sheet(rows, [*RIGHT])


def on_two_sheets() -> Habit:
    sheets = {RECEIVED: [HEAD, *lines(NAMES, INCOME)], SPENT: [HEAD, *lines(NAMES[4:], COSTS)]}
    return Habit(workbook(**sheets), (RIGHT,))


@pytest.mark.parametrize("make", [in_a_column, under_headings, on_two_sheets])
def test_which_of_two_unknown_words_is_received_is_asked(make: object) -> None:
    assert callable(make)
    made = make()
    outcome = read(made)
    assert outcome.asked["flow"] == 1
    assert [question.topic for question in outcome.open] in ([], ["flow"])
    income = {amount / 100 for (_, _, _, flow), amount in outcome.groups.items() if flow == "income"}
    assert stored(outcome) in (RIGHT, frozenset())
    assert income <= RIGHT


def test_two_departments_of_a_known_language_are_not_asked_about() -> None:
    rows = table(["Directorate", "Service", "Budget, £"], ["Adults"] * 4 + ["Place"] * 6, NAMES[:10], figures(903))
    assert not read(sheet(rows)).asked["flow"]


def test_words_that_stand_by_turns_are_no_sides() -> None:
    rows = table(["", *HEAD], [RECEIVED, SPENT] * 5, NAMES[:10], figures(904))
    assert not read(sheet(rows)).asked["flow"]
