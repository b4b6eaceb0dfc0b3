"""Overhead is known no better than what it follows: against a slow oracle that follows each pound in fractions."""

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.allocation import alignment
from budget_align.core.allocation.grading import grade_cells
from budget_align.core.allocation.whole_budget import allocate_budget
from budget_align.core.measures.certainty import NOTHING, certainty_of, sides_of
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.values.evidence import GRADES
from tests.unit.core.lines import drivers, index_of, lines


def mapping(*rules: dict[str, Any], overheads: str = "direct") -> Mapping:
    made = tuple(Rule.model_validate({"why": "w", **rule}) for rule in rules)
    return Mapping(name="m", title="M", framework="f", author="us", rules=made, overheads=overheads)


def graded(budget: pd.DataFrame, rules: Mapping, measures: pd.DataFrame | None = None) -> pd.DataFrame:
    cube = allocate_budget(index_of(budget), rules, measures).cube
    return grade_cells(alignment.of_flow(alignment.consolidate(cube)), rules)


def overhead_by(cube: pd.DataFrame, *keys: str) -> dict[Any, int]:
    sums = cube[cube["rule_id"].str.startswith("office")].groupby(list(keys))["amount"].sum()
    return {key: int(amount) for key, amount in sums.items() if amount}


CARE = {"id": "care", "when": {"programme": "Care"}, "to": {"health": 100}, "grade": "measured", "evidence": "https://x.org"}  # fmt: skip
CLINICS = {"id": "clinics", "when": {"programme": "Clinics"}, "to": {"health": 50, "schools": 25}, "grade": "assumed"}
OFFICE = {"id": "office", "when": {"programme": "Office"}, "follows": "body", "grade": "judged"}


def test_overhead_has_the_grades_of_what_it_follows_and_no_better_one_than_its_own_rule() -> None:
    budget = lines(
        {"programme": "Care", "amount": 600},
        {"programme": "Clinics", "amount": 400},
        {"programme": "Office", "amount": 100},
    )
    # Of 100, 60 follow what is measured, 20 and 10 what is assumed, and 10 what that rule leaves.
    cube = graded(budget, mapping(CARE, CLINICS, OFFICE))
    assert overhead_by(cube, "outcome", "grade") == {
        ("health", "judged"): 60, ("health", "assumed"): 20, ("schools", "assumed"): 10, ("", "assumed"): 10,
    }  # fmt: skip
    sure = certainty_of(cube)
    assert dict(sure.by_grade) == {"measured": 600, "judged": 60, "assumed": 330}
    # Of 1,100: without the 330 that are assumed, and with the 110 that the same rules leave.
    assert (sure.low, sure.high) == (pytest.approx(660 / 1100), pytest.approx(1.0))
    measured = mapping(CARE, CLINICS, {**OFFICE, "grade": "measured", "evidence": "https://x.org"})
    assert overhead_by(graded(budget, measured), "grade") == {"measured": 60, "assumed": 40}
    assert overhead_by(graded(budget, mapping(CARE, CLINICS, {**OFFICE, "grade": "assumed"})), "grade") == {"assumed": 100}  # fmt: skip


def test_overhead_of_spend_that_no_rule_takes_is_known_as_its_own_rule_is() -> None:
    budget = lines({"programme": "Care", "amount": 50}, {"programme": "X", "amount": 50}, {"programme": "Office", "amount": 10})  # fmt: skip
    cube = graded(budget, mapping(CARE, OFFICE))
    assert overhead_by(cube, "outcome", "grade") == {("health", "judged"): 5, ("", "judged"): 5}


def test_a_driver_says_who_draws_and_not_how_well_that_is_known() -> None:
    budget = lines(
        {"body": "A", "unit": "North", "programme": "Care", "amount": 600},
        {"body": "A", "unit": "South", "programme": "Clinics", "amount": 400},
        {"body": "A", "programme": "Office", "amount": 100},
    )
    measures = drivers(("staff", 2026, "A", "North", "", 10), ("staff", 2026, "A", "South", "", 30))
    # 25 of 100 go to the North; of the 75 of the South half to health, a quarter to schools. Ties go by remainders.
    cube = graded(budget, mapping(CARE, CLINICS, {**OFFICE, "driver": "staff"}), measures)
    assert overhead_by(cube, "outcome", "grade") == {
        ("health", "judged"): 25, ("health", "assumed"): 37, ("schools", "assumed"): 19, ("", "assumed"): 19,
    }  # fmt: skip


def test_overhead_works_the_way_that_what_it_follows_does_unless_its_rule_says_so() -> None:
    budget = lines({"programme": "Rail", "amount": 300}, {"programme": "Flights", "amount": 100}, {"programme": "Office", "amount": 40})  # fmt: skip
    rail = {"id": "rail", "when": {"programme": "Rail"}, "to": {"climate": 100}, "effects": {"climate": "positive strong"}}  # fmt: skip
    flights = {"id": "flights", "when": {"programme": "Flights"}, "to": {"climate": 100}, "effects": {"climate": "negative"}}  # fmt: skip
    rules = mapping(rail, flights, OFFICE)
    cube = graded(budget, rules)
    climate = sides_of(cube, cube, rules, [])["climate"]
    assert (dict(climate.serves), dict(climate.against)) == ({"strong": 330}, {"": 110})
    rules = mapping(rail, flights, {**OFFICE, "effects": {"climate": "neutral"}})
    cube = graded(budget, rules)
    climate = sides_of(cube, cube, rules, [])["climate"]
    assert (climate.served, climate.harmed, climate.neutral) == (300, 100, 40)


def test_what_receipts_net_lowers_no_grade() -> None:
    """80 are left of 100 that are measured: what follows them is."""
    budget = lines(
        {"programme": "Care", "amount": 100}, {"programme": "Clinics", "amount": -40}, {"programme": "Office", "amount": 10}
    )  # fmt: skip
    rules = mapping(
        CARE, {**CLINICS, "to": {"health": 50}}, {**OFFICE, "grade": "measured", "evidence": "https://x.org"}
    )
    assert overhead_by(graded(budget, rules), "outcome", "grade") == {("health", "measured"): 10}


def oracle(
    pools: list[tuple[int, str]], direct: list[tuple[dict[str, int], str, int]], way: str
) -> list[dict[tuple[str, str], Fraction]]:
    """Where a pound of each pool arrives, by outcome and the worst grade on its way. Each pool is a rule that follows
    all; states are a pool and the worst grade so far, and Gauss solves for where each leads.
    """
    count, ranks = len(pools), range(len(GRADES))
    states = [(pool, rank) for pool in range(count) for rank in ranks]
    place = {state: at for at, state in enumerate(states)}
    ends = sorted({(outcome, rank) for shares, _, _ in direct for outcome in (*shares, "") for rank in ranks})
    rows: list[list[Fraction]] = []
    for pool, rank in states:
        worst = max(rank, GRADES.index(pools[pool][1]))
        gives: Counter[Any] = Counter()
        for shares, grade, amount in direct:
            to = max(worst, GRADES.index(grade))
            for outcome, percent in shares.items():
                gives[outcome, to] += Fraction(amount * percent, 100)
            gives["", to] += Fraction(amount * (100 - sum(shares.values())), 100)
        for other, (amount, _) in enumerate(pools):
            if other != pool and (way == "reciprocal" or (way == "step-down" and other > pool)):
                gives[other] += Fraction(amount)
        total = sum(gives.values())
        row = [Fraction(int(state == (pool, rank))) for state in states] + [Fraction(0)] * len(ends)
        for to, weight in gives.items():
            if isinstance(to, int):
                row[place[to, worst]] -= weight / total
            else:
                row[len(states) + ends.index(to)] += weight / total
        rows.append(row)
    for at in range(len(rows)):
        pivot = next(each for each in range(at, len(rows)) if rows[each][at] != 0)
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [each / rows[at][at] for each in rows[at]]
        for other in range(len(rows)):
            if other != at and rows[other][at] != 0:
                rows[other] = [a - rows[other][at] * b for a, b in zip(rows[other], rows[at], strict=True)]
    found = []
    for pool in range(count):
        row = rows[place[pool, 0]][len(states) :]
        found.append({(outcome, GRADES[rank]): part for (outcome, rank), part in zip(ends, row, strict=True) if part})
    return found


DIRECT = st.tuples(
    st.sampled_from([{"health": 100}, {"health": 50, "schools": 30}, {"schools": 70}, {"homes": 25, "health": 75}]),
    st.sampled_from(GRADES),
    st.integers(1, 10**9),
)


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from(GRADES)), min_size=1, max_size=3),
    st.lists(DIRECT, min_size=1, max_size=4),
    st.sampled_from(["direct", "step-down", "reciprocal"]),
)
def test_generated_overheads_have_the_grades_that_the_oracle_says(
    pools: list[Any], direct: list[Any], way: str
) -> None:
    link = {"evidence": "https://x.org"}
    budget = lines(
        *({"body": "A", "programme": f"office {i}", "amount": amount} for i, (amount, _) in enumerate(pools)),
        *({"body": "B", "programme": f"direct {i}", "amount": amount} for i, (_, _, amount) in enumerate(direct)),
    )
    rules = mapping(
        *({"id": f"office-{i}", "when": {"programme": f"office {i}"}, "follows": "all", "grade": grade, **link}
          for i, (_, grade) in enumerate(pools)),
        *({"id": f"direct-{i}", "when": {"programme": f"direct {i}"}, "to": shares, "grade": grade, **link}
          for i, (shares, grade, _) in enumerate(direct)),
        overheads=way,
    )  # fmt: skip
    cube = graded(budget, rules)
    for number, (expected, (amount, _)) in enumerate(zip(oracle(pools, direct, way), pools, strict=True)):
        mine = cube[cube["rule_id"] == f"office-{number}"]
        found = mine.groupby(["outcome", "grade"])["amount"].sum()
        assert int(mine["amount"].sum()) == amount
        for key in {*expected, *found.index}:
            # An outcome's amount is exact to the penny, and then what of it is of each grade.
            assert abs(int(found.get(key, 0)) - expected.get(key, Fraction(0)) * amount) < 2


def test_grades_change_no_amount() -> None:
    """Told apart by what overhead follows, every cell adds up to what it did."""
    random = Random(7)
    for way in ("direct", "step-down", "reciprocal"):
        rows = [
            {"body": body, "unit": unit, "programme": name, "amount": random.randint(-2_000, 9_999)}
            for body in "AB"
            for unit in ("North", "North ▸ East", "")
            for name in ("Care", "Clinics", "Office", "Estates")
        ]
        rules = mapping(
            CARE, CLINICS, OFFICE,
            {"id": "office-estates", "when": {"programme": "Estates"}, "follows": "all", "grade": "assumed"},
            overheads=way,
        )  # fmt: skip
        budget = lines(*rows)
        found = allocate_budget(index_of(budget), rules, None)
        keys = ["rule_id", "outcome"]
        by_line = found.allocations.groupby(keys)["amount"].sum()
        by_cell = found.cube.groupby(keys)["amount"].sum()
        assert by_line[by_line != 0].to_dict() == by_cell[by_cell != 0].to_dict()


EFFECTS = st.dictionaries(
    st.sampled_from("abc"),
    st.sampled_from(["positive strong", "positive", "neutral", "negative", "negative weak"]),
)
# So much that every outcome of a rule gets a penny of it and of the overhead: what gets none is not served.
POUNDS = st.integers(10**6, 10**9)
RULED = st.tuples(st.sampled_from(["a", "b", "ab", "bc"]), EFFECTS, POUNDS)


@given(st.lists(RULED, min_size=1, max_size=4), EFFECTS, POUNDS)
def test_generated_overhead_works_the_way_that_the_oracle_says(
    found: list[tuple[str, dict[str, str], int]], own: dict[str, str], overhead: int
) -> None:
    """A rule gives half to each of two outcomes, or three fifths to one; overhead follows all of it."""
    expected: Counter[tuple[str, str]] = Counter()
    whole: Counter[tuple[str, str]] = Counter()
    total = sum(amount for _, _, amount in found)
    for outcomes, effects, amount in found:
        for outcome in outcomes:
            part = Fraction(amount, 2) if len(outcomes) == 2 else Fraction(3 * amount, 5)
            expected[outcome, effects.get(outcome, "positive")] += part
            expected[outcome, own.get(outcome, effects.get(outcome, "positive"))] += part * overhead / total
        for outcome, effect in effects.items():
            whole[outcome, effect] += 0 if outcome in outcomes else amount
    served = {outcome for outcomes, _, _ in found for outcome in outcomes}
    for outcome, effect in own.items():
        whole[outcome, effect] += 0 if outcome in served else overhead
    rules = mapping(
        *({"id": f"r{i}", "when": {"programme": f"r{i}"}, "effects": effects,
           "to": dict.fromkeys(outcomes, 50) if len(outcomes) == 2 else {outcomes: 60}}
          for i, (outcomes, effects, _) in enumerate(found)),
        {"id": "office", "when": {"programme": "office"}, "follows": "all", "effects": own},
    )  # fmt: skip
    budget = lines(
        *({"programme": f"r{i}", "amount": amount} for i, (_, _, amount) in enumerate(found)),
        {"programme": "office", "amount": overhead},
    )
    cube = graded(budget, rules)
    sides = sides_of(cube, cube, rules, [])
    for outcome in "abc":
        mine = sides.get(outcome, NOTHING)
        for effect in ("positive strong", "positive", "negative", "negative weak"):
            way, _, strength = effect.partition(" ")
            given_ = expected[outcome, effect]
            if way == "positive":
                assert abs(mine.serves.get(strength, 0) - given_) < 8
                assert mine.beside.get(strength, 0) == whole[outcome, effect]
            else:
                assert abs(mine.against.get(strength, 0) - given_ - whole[outcome, effect]) < 8
        assert abs(mine.neutral - expected[outcome, "neutral"]) < 8
