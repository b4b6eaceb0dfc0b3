"""Whether an outcome moves, by the stated rules, worked on paper."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from budget_align.core.measures.gaps import Gap
from budget_align.core.measures.spend import Spend, concentration, spend_trend
from budget_align.core.outcomes.indicator import (
    OBSERVATIONS,
    IndicatorDefinition,
    IndicatorState,
    Status,
    read_indicator,
)

TODAY = date(2026, 11, 25)


def read(values: dict[int, float], today: date = TODAY, *, fiscal: bool = True, **facts: Any) -> IndicatorState:
    rows = [("x", "Here", year, fiscal, value) for year, value in values.items()]
    rows += [("x", "Elsewhere", 2026, fiscal, 999.0), ("y", "Here", 2026, fiscal, 999.0)]
    frame = pd.DataFrame(rows, columns=list(OBSERVATIONS)).astype(OBSERVATIONS)
    return read_indicator(IndicatorDefinition(code="x", name="X", **facts), frame, "Here", today)


@pytest.mark.parametrize(
    ("values", "facts", "status"),
    [
        # 2% of 50 is 1: from 50 to 51 is maintaining, beyond it is improving.
        ({2024: 50, 2025: 51}, {}, "maintaining"),
        ({2024: 50, 2025: 51.1}, {}, "improving"),
        ({2024: 50, 2025: 48.9}, {}, "worsening"),
        ({2024: 50, 2025: 48.9}, {"direction": "lower"}, "improving"),
        ({2024: 50, 2025: 53}, {"threshold": 4}, "maintaining"),
        ({2024: 50, 2025: 53}, {"threshold": 0}, "improving"),
        # Best between 40 and 60: 35 is 5 outside, 38 only 2.
        ({2024: 35, 2025: 38}, {"direction": "range", "low": 40, "high": 60}, "improving"),
        ({2024: 45, 2025: 55}, {"direction": "range", "low": 40, "high": 60}, "maintaining"),
        ({2024: 60, 2025: 70}, {"direction": "range", "low": 40, "high": 60}, "worsening"),
        # Over three years: 2025 beside 2022, or the nearest before.
        ({2021: 40, 2022: 50, 2024: 70, 2025: 50}, {"over": 3}, "maintaining"),
        ({2021: 40, 2025: 50}, {"over": 3}, "improving"),
        ({2025: 50}, {}, "to be confirmed"),
        ({}, {}, "to be confirmed"),
        # How many people there are is neither good nor bad.
        ({2024: 50, 2025: 90}, {"direction": "neither"}, "to be confirmed"),
    ],
)
def test_the_status_follows_the_stated_rule(values: dict[int, float], facts: dict[str, Any], status: str) -> None:
    assert read(values, **facts).status == status


def test_the_rule_is_told_as_it_is() -> None:
    said = read({}, over=3, threshold=0.5, unit="points", direction="lower").definition.rule()
    assert "3 years before" in said
    assert "0.5 points" in said
    assert "lower is better" in said
    assert "2%" in read({}).definition.rule()


def test_the_path_is_the_straight_line_to_the_target() -> None:
    # From 20 in 2020 to 40 in 2030 the line stands at 30 in 2025.
    promise = {"baseline": 20, "baseline_year": 2020, "target": 40, "target_year": 2030}
    on = read({2024: 28, 2025: 30}, **promise)
    assert (on.expected, on.on_path) == (30, True)
    assert read({2025: 29.9}, **promise).on_path is False
    assert read({2025: 29.9}, **promise, direction="lower").on_path is True
    # Without a baseline the first observation stands for it; after the target's year the target itself holds.
    assert read({2020: 10, 2022: 20}, target=30, target_year=2024).expected == 20
    assert read({2020: 10, 2027: 25}, target=30, target_year=2024).expected == 30
    assert read({2025: 5}).on_path is None


def test_data_is_late_when_newer_was_due() -> None:
    # The year 2023-24 ended in March 2024; 24 months later is March 2026.
    assert read({2023: 5}, date(2026, 3, 31)).late is False
    assert read({2023: 5}, date(2026, 4, 1)).late is True
    assert read({2023: 5}, date(2026, 1, 1), fiscal=False).late is True
    assert read({2023: 5}, date(2026, 4, 1), lag_months=36).late is False


@pytest.mark.parametrize(
    "facts",
    [
        {"direction": "range"},
        {"direction": "range", "low": 5, "high": 1},
        {"target": 5},
        {"baseline": 5},
        {"baseline": 5, "baseline_year": 2030, "target": 6, "target_year": 2029},
        {"threshold": -1},
        {"direction": "sideways"},
    ],
)
def test_an_indicator_that_does_not_hold_together_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        IndicatorDefinition(code="x", name="X", **facts)


values = st.dictionaries(st.integers(2000, 2025), st.floats(-1e6, 1e6), min_size=2, max_size=9)


@given(values, st.integers(1, 4))
def test_what_is_better_one_way_is_worse_the_other(series: dict[int, float], over: int) -> None:
    turned = {"improving": "worsening", "worsening": "improving"}
    higher, lower = read(series, over=over), read(series, over=over, direction="lower")
    assert lower.status == turned.get(higher.status, higher.status)


def test_concentration_is_the_sum_of_squared_shares() -> None:
    # Shares 60, 30 and 10 per cent: 0.36 + 0.09 + 0.01.
    assert concentration([60, 30, 10]) == pytest.approx(0.46)
    # Receipts of 500 netted into an amount count by their size: (60² + 30² + 10² + 500²) / 600².
    assert concentration([60, 30, 10, -500]) == pytest.approx((3_600 + 900 + 100 + 250_000) / 360_000)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=20))
def test_concentration_lies_between_equal_shares_and_one(amounts: list[int]) -> None:
    found = concentration(amounts)
    assert found is not None
    assert 1 / len(amounts) - 1e-9 <= found <= 1 + 1e-9


def gap(spend: Spend, status: Status, amount: int = 5, bodies: int = 1) -> str:
    return Gap("o", "O", 4, amount, spend, status, {}, 0, bodies, 1.0).finding


def test_the_gap_is_worded_without_a_cause() -> None:
    assert spend_trend(100, 101) == "steady"
    assert gap("falling", "worsening") == "less money while it worsens"
    assert gap("rising", "to be confirmed") == "money without evidence of movement"
    assert gap("steady", "improving", 0, 0) == "it moves without money"
    assert gap("steady", "maintaining", 0, 0) == "no money is tied to it"
    assert gap("steady", "to be confirmed", 0, 0) == "no money and no evidence of movement"
    # What is spent and netted again is money still.
    assert gap("steady", "to be confirmed", 0) == "money without evidence of movement"
    assert gap("steady", "improving") == ""
