"""Allocation is exact to the penny, for every line, against a slow oracle that works in decimals."""

from decimal import ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from budget_align.core.allocation import UNALIGNED, allocate, split_exactly, summarise
from budget_align.core.mapping import WHOLE, Mapping, Rule
from budget_align.core.money import MAXIMUM
from tests.unit.lines import lines

OUTCOMES = ["health", "homes", "schools", "nature"]
BODIES = ["A", "B", "C"]
PROGRAMMES = ["roads", "rail", "rent"]

amounts = st.one_of(st.integers(-500, 500), st.integers(-MAXIMUM, MAXIMUM), st.just(0))


@st.composite
def shares(draw: st.DrawFn) -> dict[str, int]:
    """Shares over some outcomes, whole or leaving a rest."""
    chosen = draw(st.lists(st.sampled_from(OUTCOMES), unique=True, max_size=4))
    rest, given_out = WHOLE, {}
    for outcome in chosen:
        part = draw(st.integers(1, rest)) if rest else 0
        if part:
            given_out[outcome] = part
        rest -= part
    return given_out


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    rules = []
    for number in range(draw(st.integers(1, 6))):
        when: dict[str, Any] = {"body": draw(st.lists(st.sampled_from(BODIES), min_size=1, unique=True))}
        if draw(st.booleans()):
            when["programme"] = {"prefix": draw(st.sampled_from(["r", "ra", "ren"]))}
        rule = Rule(id=f"rule-{number}", when=when, to={}, why="w")
        rules.append(rule.model_copy(update={"to": draw(shares())}))
    return Mapping(name="m", title="M", framework="f", author="us", rules=tuple(rules))


budgets = st.lists(
    st.fixed_dictionaries(
        {
            "body": st.sampled_from(BODIES),
            "programme": st.sampled_from(PROGRAMMES),
            "fiscal_year": st.sampled_from([2025, 2026]),
            "amount": amounts,
            "memo": st.booleans(),
        }
    ),
    max_size=30,
).map(lambda rows: lines(*rows))


def oracle(line: dict[str, Any], mapping: Mapping) -> dict[str, int]:
    """What one line gives to each outcome: slow, obvious, one line at a time."""
    if line["memo"]:
        return {}
    rule = next((rule for rule in mapping.rules if all(c.matches(line[f]) for f, c in rule.when.items())), None)
    parts = dict(rule.to) if rule else {}
    if sum(parts.values()) < WHOLE:
        parts[UNALIGNED] = WHOLE - sum(parts.values())
    size = Decimal(abs(line["amount"]))
    exact = {code: size * part / WHOLE for code, part in parts.items()}
    whole = {code: int(each.to_integral_value(ROUND_FLOOR)) for code, each in exact.items()}
    by_remainder = sorted(parts, key=lambda code: exact[code] - whole[code], reverse=True)
    for code in by_remainder[: abs(line["amount"]) - sum(whole.values())]:
        whole[code] += 1
    sign = -1 if line["amount"] < 0 else 1
    return {code: sign * pence for code, pence in whole.items()}


@given(budgets, mappings())
def test_every_line_gives_what_the_oracle_says(budget: pd.DataFrame, mapping: Mapping) -> None:
    given_out = allocate(budget, mapping)
    for line in budget.to_dict("records"):
        mine = given_out[given_out["line_id"] == line["line_id"]]
        assert dict(zip(mine["outcome"], mine["amount"], strict=True)) == oracle(line, mapping)


@given(budgets, mappings())
def test_the_parts_of_each_line_add_up_to_it_sign_and_penny(budget: pd.DataFrame, mapping: Mapping) -> None:
    given_out = allocate(budget, mapping)
    counted = budget[~budget["memo"]].set_index("line_id")["amount"]
    assert given_out.groupby("line_id")["amount"].sum().to_dict() == counted.to_dict()
    signs = given_out["amount"].to_numpy() * given_out["line_id"].map(counted).to_numpy(dtype=object)
    assert all(each >= 0 for each in signs)


@given(budgets, mappings())
def test_nothing_read_goes_missing_from_the_summary(budget: pd.DataFrame, mapping: Mapping) -> None:
    cube = summarise(budget, allocate(budget, mapping))
    keys = ["body", "control", "stage", "fiscal_year"]
    read = budget.groupby(keys)["amount"].sum().to_dict()
    assert cube.groupby(keys)["amount"].sum().to_dict() == read
    memo = budget.loc[budget["memo"], "amount"].sum()
    assert cube.loc[cube["kind"] == "memo", "amount"].sum() == memo


@given(budgets, mappings(), st.integers(0, 30))
def test_parts_give_the_same_as_the_whole(budget: pd.DataFrame, mapping: Mapping, cut: int) -> None:
    parts = [allocate(part, mapping) for part in (budget.iloc[:cut], budget.iloc[cut:])]
    assert_frame_equal(pd.concat(parts, ignore_index=True), allocate(budget, mapping))


@given(budgets, mappings())
def test_the_same_inputs_give_the_same_bytes(budget: pd.DataFrame, mapping: Mapping) -> None:
    assert allocate(budget, mapping).to_csv() == allocate(budget.copy(), mapping).to_csv()


@given(st.lists(st.integers(-MAXIMUM, MAXIMUM), min_size=1, max_size=20), st.lists(st.integers(1, 9), min_size=1))
def test_no_part_is_a_penny_or_more_from_its_exact_share(pence: list[int], weights: list[int]) -> None:
    given_out = np.array([WHOLE * weight // sum(weights) for weight in weights], dtype=np.int64)
    given_out[0] += WHOLE - given_out.sum()
    split = split_exactly(np.array(pence, dtype=np.int64), given_out)
    for amount, parts in zip(pence, split.tolist(), strict=True):
        assert sum(parts) == amount
        for part, share in zip(parts, given_out.tolist(), strict=True):
            assert abs(Decimal(part) - Decimal(amount) * share / WHOLE) < 1


def test_the_odd_penny_goes_to_the_first_of_equals() -> None:
    assert split_exactly(np.array([1, -1]), np.array([500_000, 500_000])).tolist() == [[1, 0], [-1, 0]]
