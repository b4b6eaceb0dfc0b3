"""Overheads: what goes out equals what came in, by every way of giving it, against a slow oracle in fractions."""

from fractions import Fraction
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.allocation.cost_centres import Below
from budget_align.core.allocation.following import find_followed
from budget_align.core.allocation.overheads import depending_shares
from budget_align.core.rules.mapping import UNALIGNED, Mapping, Rule
from budget_align.core.values.exact import FINE
from budget_align.core.values.refusal import RefusedError
from tests.unit.core.lines import allocate, drivers, index_of, lines


def mapping(*rules: dict, overheads: str = "direct") -> Mapping:
    made = tuple(Rule.model_validate({"why": "w", **rule}) for rule in rules)
    return Mapping(name="m", title="M", framework="f", author="us", rules=made, overheads=overheads)


def given_out(budget: pd.DataFrame, rules: Mapping, measures: pd.DataFrame | None = None) -> dict[str, dict[str, int]]:
    """What each line gives, by its programme."""
    found = allocate(budget, rules, measures).merge(budget[["line_id", "programme"]], on="line_id")
    return {
        str(name): dict(zip(rows["outcome"], rows["amount"].tolist(), strict=True))
        for name, rows in found.groupby("programme")
    }


HEALTH = {"id": "care", "when": {"programme": "Care"}, "to": {"health": 100}}
SCHOOLS = {"id": "teaching", "when": {"programme": "Teaching"}, "to": {"schools": 50, "health": 50}}
OFFICE = {"id": "office", "when": {"programme": "Office"}, "follows": "body"}


def test_overhead_follows_the_direct_spend_of_its_body() -> None:
    budget = lines(
        {"body": "A", "programme": "Care", "amount": 300},
        {"body": "A", "programme": "Teaching", "amount": 100},
        {"body": "B", "programme": "Teaching", "amount": 9_000},
        {"body": "A", "programme": "Office", "amount": 80},
    )
    # A spends 300 + 50 on health and 50 on schools: seven parts to one.
    assert given_out(budget, mapping(HEALTH, SCHOOLS, OFFICE))["Office"] == {"health": 70, "schools": 10}
    everywhere = mapping(HEALTH, SCHOOLS, {**OFFICE, "follows": "all"})
    # All spend is 300 + 50 + 4,500 on health and 50 + 4,500 on schools.
    assert given_out(budget, everywhere)["Office"] == {"health": 41, "schools": 39}


@pytest.mark.parametrize("overheads", ["direct", "step-down", "reciprocal"])
@pytest.mark.parametrize("seed", range(12))
def test_overhead_follows_the_purposes_that_memo_lines_name(seed: int, overheads: str) -> None:
    """A line with parts that memo lines name gives, and draws, what as many lines of those purposes would."""
    random = Random(seed)
    told: list[dict] = []
    apart: list[dict] = []
    names = ["Care", "Teaching", "Office", "Cases", "Nothing", "Estates"]
    for row in range(1, random.randint(3, 6)):
        where = {"body": random.choice("AB"), "unit": random.choice(["Ways", "Ways ▸ North"]), "sheet": "S", "row": row}
        whole = {**where, "programme": random.choice(names), "amount": random.randint(100, 10**9), "cell": f"B{row}"}
        parts = [
            {
                **where,
                "programme": name,
                "amount": random.randint(1, 33) * whole["amount"] // 100,
                "cell": f"{column}{row}",
            }
            for column, name in zip("CDE", random.sample(names, random.randint(0, 3)), strict=False)
        ]
        told += [whole, *({**part, "memo": True} for part in parts)]
        apart += [{**whole, "amount": whole["amount"] - sum(part["amount"] for part in parts)}, *parts]
    rules = mapping(
        {**OFFICE, "follows": "unit"}, HEALTH, SCHOOLS, {"id": "nothing", "when": {"programme": "Nothing"}, "none": "so"},
        {"id": "estates", "when": {"programme": "Estates"}, "follows": "all", "driver": "area"},
        {"id": "cases", "when": {"programme": "Cases"}, "driver": "cases"},
        overheads=overheads,
    )  # fmt: skip
    measures = drivers(
        ("cases", 2026, "A", "", "homes", 1.0), ("cases", 2026, "A", "", "nature", 3.0), ("area", 2026, "B", "", "", 2.0),
        ("area", 2026, "A", "Ways ▸ North", "", 5.0),
    )  # fmt: skip
    one, other = (allocate(lines(*rows), rules, measures) for rows in (told, apart))
    keys = ["rule_id", "kind", "outcome"]
    difference = one.groupby(keys)["amount"].sum().sub(other.groupby(keys)["amount"].sum(), fill_value=0)
    # Each piece is split to the last minor unit, once or in two.
    assert difference.abs().max() <= len(apart)


def test_overhead_follows_its_own_unit_and_those_below() -> None:
    budget = lines(
        {"body": "A", "unit": "Ways ▸ North", "programme": "Care", "amount": 10},
        {"body": "A", "unit": "Waysides", "programme": "Teaching", "amount": 10},
        {"body": "A", "unit": "Ways", "programme": "Office", "amount": 7},
    )
    assert given_out(budget, mapping(HEALTH, SCHOOLS, {**OFFICE, "follows": "unit"}))["Office"] == {"health": 7}


def test_unaligned_spend_draws_overhead_and_spend_set_aside_on_purpose_does_not() -> None:
    budget = lines(
        {"body": "A", "programme": "Care", "amount": 75},
        {"body": "A", "programme": "Nobody's", "amount": 25},
        {"body": "A", "programme": "Debt", "amount": 900},
        {"body": "A", "programme": "Office", "amount": 40},
    )
    rules = mapping(HEALTH, OFFICE, {"id": "debt", "when": {"programme": "Debt"}, "none": "Debt interest"})
    assert given_out(budget, rules)["Office"] == {"health": 30, UNALIGNED: 10}


def test_overhead_with_nothing_to_follow_is_unaligned() -> None:
    assert given_out(lines({"body": "A", "programme": "Office", "amount": 7}), mapping(OFFICE))["Office"] == {
        UNALIGNED: 7
    }


def test_a_driver_splits_a_line_by_the_measures_of_the_nearest_unit() -> None:
    rules = mapping({"id": "shared", "when": {"programme": "Shared"}, "driver": "cases"})
    measures = drivers(
        ("cases", 2026, "A", "Ways", "health", 3),
        ("cases", 2026, "A", "Ways", "schools", 1),
        ("cases", 2026, "A", "", "schools", 1),
        ("cases", 2025, "A", "Ways", "homes", 1),
    )

    def of(body: str, unit: str, year: int = 2026) -> dict[str, int]:
        line = {"body": body, "unit": unit, "fiscal_year": year, "programme": "Shared", "amount": 100}
        return given_out(lines(line), rules, measures)["Shared"]

    assert of("A", "Ways ▸ North") == {"health": 75, "schools": 25}
    assert of("A", "Homes") == {"schools": 100}
    assert of("A", "Ways", 2025) == {"homes": 100}
    assert of("B", "Ways") == {UNALIGNED: 100}


def test_a_driver_says_how_much_overhead_each_unit_draws() -> None:
    budget = lines(
        {"body": "A", "unit": "Ways", "programme": "Care", "amount": 1},
        {"body": "A", "unit": "Homes", "programme": "Teaching", "amount": 999},
        {"body": "A", "unit": "Head", "programme": "Office", "amount": 100},
    )
    rules = mapping(HEALTH, {**SCHOOLS, "to": {"schools": 100}}, {**OFFICE, "driver": "staff"})
    measures = drivers(("staff", 2026, "A", "Ways", "", 30), ("staff", 2026, "A", "Homes", "", 10))
    assert given_out(budget, rules, measures)["Office"] == {"health": 75, "schools": 25}


# Two service departments and two operating ones: a worked example of the kind that textbooks give. IT (£20) serves
# HR 20%, care 30% and teaching 50%; HR (£10) serves IT 10%, care 40% and teaching 50%.
SERVICES = lines(
    {"body": "A", "unit": "IT", "programme": "IT", "amount": 2_000},
    {"body": "A", "unit": "HR", "programme": "HR", "amount": 1_000},
    {"body": "A", "unit": "Care", "programme": "Care", "amount": 5_000},
    {"body": "A", "unit": "Teaching", "programme": "Teaching", "amount": 5_000},
)
SERVED = drivers(
    ("it", 2026, "A", "HR", "", 20),
    ("it", 2026, "A", "Care", "", 30),
    ("it", 2026, "A", "Teaching", "", 50),
    ("hr", 2026, "A", "IT", "", 10),
    ("hr", 2026, "A", "Care", "", 40),
    ("hr", 2026, "A", "Teaching", "", 50),
)
BOTH = (
    {"id": "it", "when": {"programme": "IT"}, "follows": "body", "driver": "it"},
    {"id": "hr", "when": {"programme": "HR"}, "follows": "body", "driver": "hr"},
    HEALTH,
    {**SCHOOLS, "to": {"schools": 100}},
)


def test_direct_passes_by_the_other_service_departments() -> None:
    found = given_out(SERVICES, mapping(*BOTH), SERVED)
    assert found["IT"] == {"health": 750, "schools": 1_250}
    assert found["HR"] == {"health": 444, "schools": 556}


def test_step_down_gives_to_those_that_come_after() -> None:
    found = given_out(SERVICES, mapping(*BOTH, overheads="step-down"), SERVED)
    # IT gives HR a fifth, which HR passes on four to five: 30% + 20% × 4/9 of 2,000 is 777.78 for care.
    assert found["IT"] == {"health": 778, "schools": 1_222}
    assert found["HR"] == {"health": 444, "schools": 556}


def test_reciprocal_solves_the_flows_together() -> None:
    found = given_out(SERVICES, mapping(*BOTH, overheads="reciprocal"), SERVED)
    # Of a pound of IT, care gets x = 0.3 + 0.2 y and of HR y = 0.4 + 0.1 x: x = 0.38 / 0.98, y = 0.43 / 0.98.
    care = {
        name: round(size * part / Fraction(98, 100))
        for name, size, part in (("IT", 2_000, Fraction(38, 100)), ("HR", 1_000, Fraction(43, 100)))
    }
    assert found["IT"] == {"health": care["IT"], "schools": 2_000 - care["IT"]}
    assert found["HR"] == {"health": care["HR"], "schools": 1_000 - care["HR"]}


def test_a_circle_without_a_way_out_is_refused_with_its_members() -> None:
    measures = drivers(("it", 2026, "A", "HR", "", 1), ("hr", 2026, "A", "IT", "", 1))
    with pytest.raises(RefusedError, match=r"A ▸ IT \(rule 'it'\), A ▸ HR \(rule 'hr'\)"):
        allocate(SERVICES, mapping(*BOTH, overheads="reciprocal"), measures)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("d", 2026, "A", "", "", -1)], "zero or more"),
        ([("d", 2026, "A", "", "", float("nan"))], "zero or more"),
        ([("d", 2026, "A", "", "", 1), ("d", 2026, "A", "", "", 2)], "two measures for A"),
        ([("d", 2026, "A", "", "health", 1), ("d", 2026, "B", "", "", 2)], "in all or in none"),
    ],
)
def test_wrong_measures_are_refused(rows: list[tuple], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        drivers(*rows)


def reciprocal_oracle(flows: list[list[int]], outs: list[list[int]]) -> list[list[Fraction]]:
    """Where a pound of each pool arrives: Gauss, with fractions. Flows to pools, then to centres, as weights."""
    count = len(flows)
    rows = []
    for i in range(count):
        total = sum(flows[i]) + sum(outs[i])
        left = [Fraction(int(i == j)) - Fraction(flows[i][j], total) for j in range(count)]
        rows.append(left + [Fraction(each, total) for each in outs[i]])
    for i in range(count):
        pivot = next(r for r in range(i, count) if rows[r][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [each / rows[i][i] for each in rows[i]]
        for r in range(count):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[count:] for row in rows]


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(
    st.lists(st.lists(st.integers(0, 9), min_size=n, max_size=n), min_size=n, max_size=n),
    st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=n, max_size=n),
    st.lists(st.integers(-10**9, 10**9), min_size=n, max_size=n),
    st.sampled_from(["step-down", "reciprocal"]),
)))  # fmt: skip
def test_generated_flows_arrive_where_the_oracle_says(case: tuple) -> None:
    flows, outs, amounts, way = case
    count = len(flows)
    flows = [
        [0 if i == j or (way == "step-down" and j < i) else each for j, each in enumerate(row)]
        for i, row in enumerate(flows)
    ]
    amounts = [amount or 1 for amount in amounts]
    centres = ["health", "schools", "homes"]
    budget = lines(
        *(
            {"body": "A", "unit": f"pool {i}", "programme": f"pool {i}", "amount": abs(a)}
            for i, a in enumerate(amounts)
        ),
        *({"body": "A", "unit": name, "programme": name, "amount": 50} for name in centres),
    )
    rows = [(f"d{i}", 2026, "A", f"pool {j}", "", each) for i, row in enumerate(flows) for j, each in enumerate(row)]
    rows += [(f"d{i}", 2026, "A", centres[j], "", each) for i, row in enumerate(outs) for j, each in enumerate(row)]
    rules = mapping(
        *({"id": f"p{i}", "when": {"programme": f"pool {i}"}, "follows": "body", "driver": f"d{i}"} for i in range(count)),
        *({"id": name, "when": {"programme": name}, "to": {name: 100}} for name in centres),
        overheads=way,
    )  # fmt: skip
    index = index_of(budget)
    shares = depending_shares(index, rules, index.decide(rules), drivers(*rows))
    expected = reciprocal_oracle(flows, outs)
    for i in range(count):
        mine = shares[shares["rule_id"] == f"p{i}"].set_index("outcome")["share"]
        assert mine.sum() == FINE
        for j, name in enumerate(centres):
            assert abs(mine.get(name, 0) - expected[i][j] * FINE) <= 1
    allocations = allocate(budget, rules, shares=shares)
    found = allocations.merge(budget[["line_id", "unit"]], on="line_id")
    for i, amount in enumerate(map(abs, amounts)):
        mine = found[found["unit"] == f"pool {i}"].set_index("outcome")["amount"]
        by_paper = largest_remainders(amount, expected[i])
        assert [mine.get(name, 0) for name in centres] == by_paper
    overhead = allocations[allocations["kind"] == "overhead"]["amount"].sum()
    assert overhead == sum(map(abs, amounts))
    assert np.all(
        allocations.groupby("line_id")["amount"].sum().sort_index()
        == budget.set_index("line_id")["amount"].sort_index()
    )


def largest_remainders(amount: int, shares: list[Fraction]) -> list[int]:
    """By paper: whole pennies, then one more to the largest remainders, ties by order."""
    parts = [int(amount * share) for share in shares]
    remainders = [amount * share - part for share, part in zip(shares, parts, strict=True)]
    for place in sorted(range(len(shares)), key=lambda each: -remainders[each])[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def test_overheads_are_exact_to_the_penny_however_large_they_are() -> None:
    """A share in millionths of £54bn would be thousands of pounds off."""
    direct = {"health": 1, "schools": 1, "homes": 1_000_003}
    budget = lines(
        *({"body": "A", "programme": name, "amount": amount} for name, amount in direct.items()),
        {"body": "A", "programme": "Office", "amount": 5_400_000_000_000},
    )
    rules = mapping(
        *({"id": name, "when": {"programme": name}, "to": {name: 100}} for name in direct), {**OFFICE, "follows": "all"}
    )
    exact = [Fraction(amount, sum(direct.values())) for amount in direct.values()]
    expected = dict(zip(direct, largest_remainders(5_400_000_000_000, exact), strict=True))
    assert given_out(budget, rules)["Office"] == expected


def test_a_driver_splits_to_the_penny_too() -> None:
    rules = mapping({"id": "shared", "when": {"programme": "Shared"}, "driver": "cases"})
    measures = drivers(("cases", 2026, "A", "", "health", 0.1), ("cases", 2026, "A", "", "schools", 0.2))
    budget = lines({"body": "A", "programme": "Shared", "amount": 10**15})
    expected = largest_remainders(10**15, [Fraction(1, 3), Fraction(2, 3)])
    assert list(given_out(budget, rules, measures)["Shared"].values()) == expected


def test_pools_of_one_rule_take_one_step_together() -> None:
    """The order of lines, and of what units are called, says nothing: only the order of rules does."""
    pools = [{"body": "A", "unit": unit, "programme": "Office", "amount": 60} for unit in ("one", "two", "three")]
    others = [
        {"body": "A", "unit": "it", "programme": "IT", "amount": 90},
        {"body": "A", "unit": "care", "programme": "Care", "amount": 300},
        {"body": "A", "unit": "teaching", "programme": "Teaching", "amount": 600},
    ]
    rules = mapping(
        OFFICE, {"id": "it", "when": {"programme": "IT"}, "follows": "body"}, HEALTH, {**SCHOOLS, "to": {"schools": 100}},
        overheads="step-down",
    )  # fmt: skip
    # Every office gives to IT and to direct spend alike, IT to direct spend: one part in three is care's.
    for rows in (pools + others, others + pools, [*reversed(pools), *others]):
        budget = lines(*rows)
        found = allocate(budget, rules).merge(budget[["line_id", "unit"]], on="line_id")
        for unit in ("one", "two", "three"):
            mine = found[found["unit"] == unit].set_index("outcome")["amount"].to_dict()
            assert mine == {"health": 20, "schools": 40}


def test_spend_that_receipts_leave_below_zero_draws_nothing_and_is_told() -> None:
    budget = lines(
        {"body": "A", "programme": "Care", "amount": 50},
        {"body": "A", "programme": "Teaching", "amount": 100},
        {"body": "A", "programme": "Teaching", "amount": -130},
        {"body": "A", "programme": "Office", "amount": 10},
    )
    rules = mapping(HEALTH, {**SCHOOLS, "to": {"schools": 100}}, OFFICE)
    index = index_of(budget)
    assert find_followed(index, rules, index.decide(rules)).below == (
        Below("A", "", "budget", 2026, "schools", "", -30),
    )
    assert given_out(budget, rules)["Office"] == {"health": 10}


BY_UNIT = {"u": ["homes", "health"], "v": ["nature", "schools", "homes"], "w": ["schools", "nature"]}


@given(
    st.lists(st.tuples(st.sampled_from("pqr"), st.sampled_from(["u", "v", "w"]), st.integers(1, 10**12)), min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(["health", "schools", "homes"]), st.sampled_from(["u", "v", "w"]), st.integers(-(10**6), 10**12)), min_size=1, max_size=8),
    st.sampled_from(["direct", "step-down", "reciprocal"]),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_overheads_do_not_depend_on_the_order_of_lines(pools: list, direct: list, way: str, random: Random) -> None:
    rows = [
        {"body": "A", "unit": unit, "programme": name, "amount": amount} for name, unit, amount in [*pools, *direct]
    ]
    rules = mapping(
        *({"id": name, "when": {"programme": name}, "follows": "body"} for name in "pqr"),
        *({"id": name, "when": {"programme": name}, "to": {name: 100}} for name in ("health", "schools")),
        {"id": "homes", "when": {"programme": "homes"}, "driver": "cases"},
        overheads=way,
    )
    # Units that tell of other outcomes, so that which one is met first is a matter of which line comes first.
    cases = drivers(
        *(("cases", 2026, "A", unit, outcome, 1.0) for unit, served in BY_UNIT.items() for outcome in served)
    )
    numbered = [{**row, "line_id": f"line {number}"} for number, row in enumerate(rows)]
    shuffled = random.sample(numbered, len(numbered))
    found = []
    for each in (numbered, shuffled):
        try:
            given_out_ = allocate(lines(*each), rules, cases)
        except RefusedError as refusal:  # nothing is left to follow, whatever the order
            found.append(refusal.code)
            continue
        found.append(given_out_.sort_values(["line_id", "outcome"]).reset_index(drop=True).to_csv())
    assert found[0] == found[1]
