"""Allocation is exact to the penny, for every line, against a slow oracle that works in decimals."""

from decimal import ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from budget_align.core.allocation.allocation import summarise_touches
from budget_align.core.allocation.overheads import depending_shares
from budget_align.core.allocation.whole_budget import allocate_budget
from budget_align.core.lenses.crosswalk import Step
from budget_align.core.measures.certainty import contributing
from budget_align.core.rules.mapping import UNALIGNED, Mapping, Rule
from budget_align.core.rules.matching import NO_RULE, LineIndex
from budget_align.core.values.exact import WHOLE, split_exactly
from budget_align.core.values.money import MAXIMUM
from tests.unit.core.generated import (
    OUTCOMES,
    budgets,
    mappings,
    measures,
)
from tests.unit.core.lines import allocate, index_of, lines, summarise


def rule_of(line: dict[str, Any], mapping: Mapping) -> Rule | None:
    """The first rule that takes a line, asked one by one."""
    for rule in mapping.rules:
        if rule.in_effect(line["fiscal_year"]) and all(c.matches(str(line[c.field])) for c in rule.when):
            return rule
    return None


def oracle(line: dict[str, Any], parts: dict[str, int]) -> dict[str, int]:
    """What one line gives by parts per million: slow, obvious, one line at a time."""
    if sum(parts.values()) < WHOLE:
        parts = {**parts, UNALIGNED: WHOLE - sum(parts.values())}
    size = Decimal(abs(line["amount"]))
    exact = {code: size * part / WHOLE for code, part in parts.items()}
    whole = {code: int(each.to_integral_value(ROUND_FLOOR)) for code, each in exact.items()}
    by_remainder = sorted(parts, key=lambda code: exact[code] - whole[code], reverse=True)
    for code in by_remainder[: abs(line["amount"]) - sum(whole.values())]:
        whole[code] += 1
    sign = -1 if line["amount"] < 0 else 1
    return {code: sign * pence for code, pence in whole.items()}


lenses = st.dictionaries(
    st.sampled_from(OUTCOMES),
    st.dictionaries(st.sampled_from("xyz"), st.integers(1, WHOLE // 3), min_size=1),
)


@given(budgets, mappings(overheads=False), lenses)
def test_every_line_gives_what_the_oracle_says_and_contributes_whole_to_what_it_touches(
    budget: pd.DataFrame, mapping: Mapping, shares: dict[str, dict[str, int]]
) -> None:
    given_out = allocate(budget, mapping)
    by_line = dict(iter(given_out.groupby("line_id")))
    touched: list[tuple[int, set[str]]] = []
    for line in budget.to_dict("records"):
        mine = by_line.get(line["line_id"], given_out[:0])
        rule = rule_of(line, mapping)
        expected = {} if line["memo"] else oracle(line, dict(rule.to) if rule else {})
        assert dict(zip(mine["outcome"], mine["amount"], strict=True)) == expected
        assert set(mine["rule_id"]) <= {rule.id if rule else ""}
        # An outcome that gets no penny is not touched.
        touched.append((line["amount"], {code for code, amount in expected.items() if code and amount}))

    touches = summarise_touches(budget, given_out)
    found = contributing(touches, [])
    for outcome in OUTCOMES:
        assert found.get(outcome, 0) == sum(amount for amount, outcomes in touched if outcome in outcomes)
    # Through a lens once to each outcome that any of them leads to.
    lens = [Step(shares, {(one, other): "judged" for one, given in shares.items() for other in given})]
    found = contributing(touches, lens)
    for seen in "xyz":
        leads = {one for one, given in shares.items() if seen in given}
        assert found.get(seen, 0) == sum(amount for amount, outcomes in touched if outcomes & leads)


@given(budgets, mappings(), measures())
def test_the_parts_of_each_line_add_up_to_it_sign_and_penny_and_nothing_read_goes_missing(
    budget: pd.DataFrame, mapping: Mapping, drivers: pd.DataFrame
) -> None:
    given_out = allocate(budget, mapping, drivers)
    counted = budget[~budget["memo"]].set_index("line_id")["amount"]
    assert given_out.groupby("line_id")["amount"].sum().to_dict() == counted.to_dict()
    signs = given_out["amount"].to_numpy() * given_out["line_id"].map(counted).to_numpy(dtype=object)
    assert all(each >= 0 for each in signs)

    cube = summarise(budget, given_out)
    keys = ["body", "control", "stage", "fiscal_year"]
    read = budget.groupby(keys)["amount"].sum().to_dict()
    assert cube.groupby(keys)["amount"].sum().to_dict() == read
    memo = budget.loc[budget["memo"], "amount"].sum()
    assert cube.loc[cube["kind"] == "memo", "amount"].sum() == memo


@given(budgets, mappings(), measures(), st.integers(0, 30))
def test_the_same_inputs_give_the_same_bytes_and_parts_those_of_the_whole(
    budget: pd.DataFrame, mapping: Mapping, drivers: pd.DataFrame, cut: int
) -> None:
    whole = allocate(budget, mapping, drivers)
    assert allocate(budget.copy(), mapping, drivers.copy()).to_csv() == whole.to_csv()

    index = index_of(budget)
    shares = depending_shares(index, mapping, index.decide(mapping), drivers)
    parts = [allocate(part, mapping, shares=shares) for part in (budget.iloc[:cut], budget.iloc[cut:])]
    assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    assert pd.concat(parts, ignore_index=True).to_csv().encode() == whole.to_csv().encode()


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


def test_which_rule_takes_which_line_is_worked_out_once_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    work_out = LineIndex._decide

    def note(index: LineIndex, mapping: Mapping) -> Any:
        asked.append(mapping)
        return work_out(index, mapping)

    monkeypatch.setattr(LineIndex, "_decide", note)
    to_b = Rule(id="to-b", when={"counterpart": "B"}, transfer_to="B", why="w", none="A grant.")
    rest = Rule(id="rest", when={"body": "B"}, why="w", to={"health": 100})
    rules = Mapping(name="m", title="M", framework="f", author="us", rules=(to_b, rest))
    budget = index_of(
        lines(
            {"body": "A", "counterpart": "B", "amount": 50},
            {"body": "B", "counterpart": "A", "flow": "income", "amount": 50},
            {"body": "B", "amount": 50},
        )
    )

    given = allocate_budget(budget, rules, None).allocations
    assert given["amount"].sum() == 150
    assert asked == [rules]
    other = rules.model_copy()
    # A rule that names no flow is one of expenditure.
    assert budget.decide(other).tolist() == [0, NO_RULE, 1]
    assert len(asked) == 2
