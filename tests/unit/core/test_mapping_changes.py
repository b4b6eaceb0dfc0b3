"""What a change of a mapping does, rule by rule and to the penny, against the slow way: both versions in full."""

from collections import Counter

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from budget_align.core.editing.changes import compare_rules, compare_settings, find_effect, takes
from budget_align.core.rules.mapping import UNALIGNED, Mapping, Rule
from tests.unit.core.generated import budgets, mappings, measures
from tests.unit.core.lines import allocate, index_of, lines


def rule(rule_id: str, programme: str, **split: object) -> Rule:
    return Rule.model_validate({"id": rule_id, "when": {"programme": programme}, "why": "w", **split})


def mapping(*rules: Rule) -> Mapping:
    return Mapping(name="m", title="M", framework="f", author="us", rules=rules)


ROADS, RAIL = rule("roads", "Roads", to={"economy": 100}), rule("rail", "Rail", to={"economy": 60, "nature": 40})
BUDGET = lines(
    {"programme": "Roads", "amount": 1_000},
    {"programme": "Rail", "amount": 101},
    {"programme": "Rail", "amount": -50},
    {"programme": "Ponds", "amount": 7},
    {"programme": "Roads", "amount": 5, "fiscal_year": 2025},
)
SHOWN = (BUDGET["fiscal_year"] == 2026).to_numpy()


def test_a_changed_rule_moves_money_from_outcome_to_outcome() -> None:
    after = mapping(ROADS, rule("rail", "Rail", to={"nature": 100}), rule("ponds", "Ponds", to={"nature": 50}))
    effect = find_effect(index_of(BUDGET), mapping(ROADS, RAIL), after, SHOWN)
    # 60% of 101 is 60.6, of which the odd penny goes to the larger rest: 61; 60% of -50 is -30.
    moved = {(row["from"], row["to"]): row["amount"] for row in effect.movements.to_dict("records")}
    assert moved == {("economy", "nature"): 61 - 30, (UNALIGNED, "nature"): 4}
    assert (effect.lines, effect.newly_aligned, effect.newly_unaligned) == (3, 4, 0)


def test_a_rule_that_takes_nothing_is_named() -> None:
    after = mapping(ROADS, RAIL, rule("canals", "Canals", to={"nature": 100}), rule("more-rail", "Rail", none="x"))
    effect = find_effect(index_of(BUDGET), mapping(ROADS, RAIL), after, SHOWN)
    assert effect.idle == ("canals", "more-rail")
    assert effect.lines == 0


def test_every_rule_says_how_much_it_takes() -> None:
    taken = takes(index_of(BUDGET), mapping(ROADS, RAIL), SHOWN)
    assert taken.to_numpy().tolist() == [["roads", 2, 1, 1_000, 0], ["rail", 2, 2, 51, 0], ["", 1, 1, 7, 0]]


def test_rules_are_compared_by_what_they_say_and_where_they_stand() -> None:
    ponds = rule("ponds", "Ponds", to={"nature": 50})
    before, after = mapping(ROADS, RAIL, ponds), mapping(ponds, ROADS, rule("rail", "Rail", none="Closed"))
    found = {
        change.rule_id: (change.kind, change.said) for change in compare_rules(before, after, {"nature": "Nature"})
    }
    assert found == {
        "ponds": ("moved", (("Place", "3", "1"),)),
        "rail": ("changed", (("Serve", "economy 60%; Nature 40%", "No outcome, on purpose: Closed"),)),
    }
    (removed,) = compare_rules(before, mapping(ROADS, RAIL), {})
    assert (removed.rule_id, removed.kind) == ("ponds", "removed")
    assert compare_rules(before, before, {}) == ()
    renamed = before.model_copy(update={"title": "N"})
    assert compare_settings(before, renamed) == (("Title", "M", "N"),)


@given(budgets, mappings(), mappings(), measures())
def test_movements_lead_exactly_from_one_version_to_the_other(
    budget: pd.DataFrame, before: Mapping, after: Mapping, drivers: pd.DataFrame
) -> None:
    shown = (budget["fiscal_year"] == 2026).to_numpy(dtype=bool)
    effect = find_effect(index_of(budget), before, after, shown, drivers)
    ids = set(budget["line_id"][shown])
    given_out = [allocate(budget, version, drivers) for version in (before, after)]
    sums = []
    for found in given_out:
        sums.append(Counter(found[found["line_id"].isin(ids)].groupby("outcome")["amount"].sum().to_dict()))
    for row in effect.movements.to_dict("records"):
        assert row["from"] != row["to"]
        sums[0][row["from"]] -= row["amount"]
        sums[0][row["to"]] += row["amount"]
    assert {code: sums[0][code] for code in {*sums[0], *sums[1]}} == {
        code: sums[1][code] for code in {*sums[0], *sums[1]}
    }
    one, other = (found.set_index(["line_id", "outcome"])["amount"] for found in given_out)
    both = pd.concat([one, other], axis=1).fillna(0)
    changed = both[both.iloc[:, 0] != both.iloc[:, 1]].index.get_level_values(0)
    assert effect.lines == len(set(changed) & ids)
    assert np.isin(effect.movements["from"], ["", "health", "homes", "schools", "nature"]).all()


GRANT = {"body": "State", "programme": "Grant for care", "counterpart": "Council", "memo": True, "amount": 325}
CARE = rule("care", "Grant for care", to={"economy": 100})
CARE_ELSEWHERE = rule("care", "Grant for care", to={"nature": 100})


def moved(budget: pd.DataFrame, before: Mapping, after: Mapping) -> dict[tuple[str, str], int]:
    shown = (budget["fiscal_year"] == 2026).to_numpy()
    rows = find_effect(index_of(budget), before, after, shown).movements.itertuples(index=False, name=None)
    return {(one, other): amount for one, other, amount in rows}


def test_memo_lines_that_count_move_and_others_do_not() -> None:
    alone = lines(GRANT, {"body": "State", "programme": "Roads", "amount": 10})
    assert moved(alone, mapping(CARE), mapping(CARE_ELSEWHERE)) == {("economy", "nature"): 325}
    assert moved(alone, mapping(ROADS), mapping(ROADS, CARE)) == {(UNALIGNED, "economy"): 325}
    # Where the receiver's own return counts it, it moves nothing.
    received = {"body": "Council", "programme": "Grant from State", "counterpart": "State", "flow": "income"}
    both = lines(GRANT, {**received, "amount": 325}, {"body": "Council", "programme": "Care", "amount": 400})
    assert moved(both, mapping(CARE), mapping(CARE_ELSEWHERE)) == {}


def test_of_a_line_only_what_no_part_of_it_takes_moves_with_its_rule() -> None:
    whole = {"body": "State", "programme": "Grants", "sheet": "A", "row": 7, "cell": "C7", "amount": 100}
    part = {"body": "State", "programme": "Early learning", "sheet": "A", "row": 7, "cell": "D7", "amount": 40}
    budget = lines(whole, {**part, "memo": True})
    grants, early = rule("grants", "Grants", to={"economy": 100}), rule("early", "Early learning", to={"nature": 100})
    assert moved(budget, mapping(grants, early), mapping(rule("grants", "Grants", none="x"), early)) == {
        ("economy", UNALIGNED): 60
    }
    assert moved(budget, mapping(grants, early), mapping(grants, rule("early", "Early learning", none="x"))) == {
        ("nature", UNALIGNED): 40
    }
    assert moved(budget, mapping(grants), mapping(grants, early)) == {("economy", "nature"): 40}


@settings(max_examples=40, deadline=None)
@example(
    rows=[("a", -1, True), ("a", 38, False), ("a", 39, True), ("b", 38, False)],
    gives=["economy", "economy", "economy", "nature", "economy", "economy"],
)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-50, 200), st.booleans()), min_size=1, max_size=6),
    st.lists(st.sampled_from(["economy", "nature", "none"]), min_size=6, max_size=6),
)
def test_what_moves_is_what_two_allocations_of_the_whole_budget_differ_by(
    rows: list[tuple[str, int, bool]], gives: list[str]
) -> None:
    budget = lines(
        *(
            {"body": "State", "programme": name, "amount": amount, "memo": memo, "counterpart": "Far" if memo else ""}
            for name, amount, memo in rows
        )
    )

    def version(said: list[str]) -> Mapping:
        splits = [{"none": "n"} if code == "none" else {"to": {code: 100}} for code in said]
        return mapping(*(rule(f"r{name}", name, **split) for name, split in zip("abc", splits, strict=True)))

    before, after = version(gives[:3]), version(gives[3:])
    sums: dict[str, int] = {}
    for sign, each in ((-1, before), (1, after)):
        for row in allocate(budget, each).itertuples():
            sums[row.outcome] = sums.get(row.outcome, 0) + sign * row.amount
    for (one, other), amount in moved(budget, before, after).items():
        sums[one] += amount
        sums[other] = sums.get(other, 0) - amount
    assert not any(sums.values())
