"""Lines are grouped so that one rule settles many, largest money first."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from budget_align.core.editing.line_groups import GRAINS, Grain, group_lines
from budget_align.core.rules.mapping import Rule
from tests.unit.core.generated import budgets
from tests.unit.core.lines import index_of, lines

BUDGET = lines(
    {"body": "A", "unit": "Ways ▸ North", "programme": "Roads", "amount": 30},
    {"body": "A", "unit": "Ways ▸ North", "programme": "Bridges", "amount": 40, "description": "Of stone"},
    {"body": "A", "unit": "Ways ▸ South", "programme": "Roads", "amount": 50},
    {"body": "A", "programme": "Grants", "programme_code": "0412", "amount": -90},
    {"body": "A", "programme": "Grant payments", "programme_code": "0412", "amount": -9},
    {"body": "B", "programme": "Parks", "amount": 5, "memo": True},
    {"body": "B", "programme": "Parks", "amount": 800, "fiscal_year": 2025},
)
ALL = np.ones(len(BUDGET), dtype=bool)
SHOWN = (BUDGET["fiscal_year"] == 2026).to_numpy()


@pytest.mark.parametrize(
    ("grain", "labels"),
    [
        ("directorate", [("Ways", 120, 3), ("Grants (0412)", -99, 2), ("Parks", 0, 1)]),
        ("unit", [("Grants (0412)", -99, 2), ("Ways ▸ North", 70, 2), ("Ways ▸ South", 50, 1), ("Parks", 0, 1)]),
    ],
)
def test_groups_are_as_fine_as_asked_and_told_in_the_words_of_the_workbook(
    grain: Grain, labels: list[tuple[str, int, int]]
) -> None:
    groups, count = group_lines(
        index_of(BUDGET.assign(programme=BUDGET["programme"].replace("Grant payments", "Grants"))), ALL, SHOWN, grain
    )
    assert [(group.label, group.amount, group.lines) for group in groups] == labels
    assert count == len(labels)


def test_a_group_says_its_programmes_and_words() -> None:
    groups, count = group_lines(index_of(BUDGET), BUDGET["unit"].eq("Ways ▸ North").to_numpy(), SHOWN, limit=1)
    assert count == 1
    assert groups[0].programmes == ("Bridges", "Roads")
    names = "A. Ways ▸ North. Bridges. Roads. "
    assert groups[0].words == f"{names}{names}Ways ▸ North. Roads. Bridges. Of stone"


@given(budgets)
def test_each_line_is_in_one_group_and_its_conditions_take_it(budget: pd.DataFrame) -> None:
    index = index_of(budget)
    everything, counted = np.ones(len(budget), dtype=bool), ~budget["memo"].to_numpy()
    for grain in GRAINS:
        groups, count = group_lines(index, everything, everything, grain)
        assert count == len(groups)
        assert sum(group.lines for group in groups) == counted.sum()
        assert sum(group.amount for group in groups) == budget["amount"][counted].sum()
        covered = np.zeros(len(budget), dtype=bool)
        for group in groups:
            taken = index.matching(Rule(id="r", when=group.when, none="n", why="w"))
            assert (taken & counted).sum() >= group.lines
            assert set(budget["body"][taken & counted]) == {group.body}
            covered |= taken
        assert covered[counted].all()
