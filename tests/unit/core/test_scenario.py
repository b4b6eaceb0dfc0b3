"""Scenarios worked on paper: money moves to the penny, constraints hold or say by how much not, and plans are least."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from budget_align.core.measures.policy_priority import expenditure_table, indicator_table, relation_table
from budget_align.core.scenarios.rebalancing import UNDECIDED, find_plan, find_protected, shares_of
from budget_align.core.scenarios.scenario import (
    KEYS,
    Constraint,
    Growth,
    Move,
    Part,
    Scenario,
    apply_steps,
    divide,
    gross_of,
    lay_out,
    tell_receipts,
)
from budget_align.core.scenarios.scenario_measures import check_constraints, measure
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from tests.examples import examples

NAMES = {"health": "Health", "homes": "Homes", "nature": "Nature"}


def cells(*rows: tuple[str, str, str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*KEYS, "amount"])
    frame = frame.assign(kind="direct", receipts=frame["amount"].clip(upper=0))
    return lay_out(frame.astype({"amount": "int64", "receipts": "int64"}))


# 1,000 in all: 600 for health, 300 for homes of which 100 capital, 40 for nature, 60 for nothing.
BUDGET = cells(
    ("Care", "Wards", "health", "RDEL", 400),
    ("Care", "Clinics", "health", "RDEL", 200),
    ("Towns", "Flats", "homes", "RDEL", 200),
    ("Towns", "Sites", "homes", "CDEL", 100),
    ("Towns", "Parks", "nature", "RDEL", 40),
    ("Towns", "Office", "", "RDEL", 60),
)


def outcomes(frame: pd.DataFrame) -> dict[str, int]:
    return {code: amount for code, amount in frame.groupby("outcome")["amount"].sum().items() if amount}


def run(*steps: Move | Growth, years: int = 1) -> dict[int, pd.DataFrame]:
    return apply_steps(BUDGET, Scenario(steps=steps, years=years), 2026, UK)


def test_money_moves_in_proportion_to_what_is_there() -> None:
    # 90 of health's 600: two thirds from wards, a third from clinics.
    found = run(Move(source=Part(outcome="health"), to=Part(outcome="nature"), amount=90))[2026]
    by_programme = found.groupby(["programme", "outcome"])["amount"].sum().to_dict()
    assert by_programme["Wards", "health"] == 340
    assert by_programme["Clinics", "health"] == 170
    assert by_programme["Wards", "nature"] == 60
    assert outcomes(found) == {"health": 510, "homes": 300, "nature": 130, "": 60}


def test_a_move_names_body_programme_and_outcome_and_keeps_the_rest() -> None:
    step = Move(
        source=Part(programme="Office"),
        to=Part(body="Care", programme="Screening", outcome="health"),
        share=Decimal(50),
    )
    found = run(step)[2026]
    new = found[found["programme"] == "Screening"]
    assert new[[*KEYS, "amount"]].to_numpy().tolist() == [["Care", "Screening", "health", "RDEL", 30]]


def test_what_is_spared_gives_nothing() -> None:
    step = Move(source=Part(outcome="health"), spared=(Part(programme="Wards"),), to=Part(outcome=""), amount=200)
    assert outcomes(run(step)[2026]) == {"health": 400, "homes": 300, "nature": 40, "": 260}


def test_a_step_that_asks_for_more_than_there_is_is_refused_with_its_number_and_year() -> None:
    first = Move(source=Part(outcome="nature"), to=Part(outcome="homes"), amount=30)
    second = Move(source=Part(outcome="nature"), to=Part(outcome="homes"), amount=20)
    with pytest.raises(RefusedError, match=r"Step 2 asks for £0\.20 in 2026-27, and there is £0\.10"):
        run(first, second)


def test_growth_begins_in_the_second_year_and_builds_on_itself() -> None:
    # 600 × 1.1 = 660, × 1.1 = 726.
    found = run(Growth(part=Part(outcome="health"), percent=Decimal(10)), years=3)
    assert [outcomes(frame)["health"] for frame in found.values()] == [600, 660, 726]
    only = Growth(part=Part(outcome="health"), percent=Decimal(-50), first_year=2026, last_year=2027)
    assert [outcomes(frame)["health"] for frame in run(only, years=3).values()] == [300, 150, 150]


def test_a_move_holds_in_the_years_that_it_names() -> None:
    step = Move(source=Part(outcome="health"), to=Part(outcome="nature"), amount=60, first_year=2027, last_year=2027)
    assert [outcomes(frame)["nature"] for frame in run(step, years=3).values()] == [40, 100, 40]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"source": {}, "to": {"outcome": "x"}}, "one of the two"),
        ({"source": {}, "to": {"outcome": "x"}, "amount": 1, "share": 1}, "one of the two"),
        ({"source": {}, "to": {}, "amount": 1}, "say where it goes"),
        ({"source": {}, "to": {"spending": "capital"}, "amount": 1}, "keeps its control"),
        (
            {"source": {}, "to": {"outcome": "x"}, "amount": 1, "first_year": 2027, "last_year": 2026},
            "before the first",
        ),
        ({"source": {}, "to": {"outcome": "x"}, "amount": -1}, "greater than 0"),
    ],
)
def test_a_step_that_does_not_hold_together_is_refused(facts: dict, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Move.model_validate(facts)


def test_a_scenario_of_too_many_steps_says_what_to_do() -> None:
    steps = (Growth(part=Part(body="Town"), percent=Decimal(1)),) * 501
    with pytest.raises(ValidationError, match=r"501 steps are more than the 500 .* move less at once"):
        Scenario(steps=steps)


def test_steps_and_constraints_say_what_they_are() -> None:
    step = Move(
        source=Part(body="Care", programme="Wards", outcome="health", spending="resource"),
        to=Part(outcome=""),
        amount=2_500_000_000,
        first_year=2027,
    )
    assert (
        step.describe(NAMES, UK)
        == "£25,000,000.00 from resource of “Wards” of Care on Health to no outcome from 2027-28"
    )
    assert Growth(part=Part(), percent=Decimal("2.5")).describe(NAMES, UK) == "+2.5% a year for the whole budget"
    assert Constraint(rule="keep", part=Part(spending="capital")).describe(NAMES) == "Keep the total of capital"


def test_each_measure_before_and_after() -> None:
    found = measure(BUDGET, ["health", "homes", "nature", "culture"])
    assert (found.total, found.unaligned, found.capital, found.aligned_share) == (1000, 60, 100, 0.94)
    assert found.without_money == 1
    # Of the 400 of Towns, 60 of its office serve no outcome.
    assert (found.aligned_share_of("Towns"), found.aligned_share_of("Care")) == (0.85, 1.0)
    assert found.aligned_share_of("Nowhere") is None
    # Each outcome has its money from one body alone, so each is as concentrated as can be.
    assert found.one_body == 3
    assert found.concentrated == {"health": 1.0, "homes": 1.0, "nature": 1.0, "culture": None}
    shared = run(Move(source=Part(programme="Clinics"), to=Part(body="Towns"), amount=200))[2026]
    # 400 of 600 and 200 of 600: (2/3)² + (1/3)² = 5/9.
    assert measure(shared, ["health"]).concentrated["health"] == pytest.approx(5 / 9)


def test_receipts_are_told_apart_and_nothing_is_lost() -> None:
    before = cells(
        ("Care", "Wards", "health", "RDEL", 100),
        ("Care", "Wards", "health", "RDEL", -30),
        ("Care", "Fees", "health", "RDEL", -5),
    )
    told = tell_receipts(before).groupby(["programme", "below"])["amount"].sum().to_dict()
    assert told == {("Wards", False): 100, ("Wards", True): -30, ("Fees", False): 0, ("Fees", True): -5}


def test_shares_are_of_gross_and_moves_leave_receipts_where_they_are() -> None:
    # 100 for health; 50 that serve nothing, from which a refund of 50 is netted.
    budget = cells(
        ("Care", "Wards", "health", "RDEL", 100),
        ("Care", "Office", "", "RDEL", 50),
        ("Care", "Refund", "", "RDEL", -50),
    )
    found = measure(budget, ["health", "nature"])
    assert (found.total, found.unaligned, found.gross) == (100, 0, 150)
    assert found.aligned_share == pytest.approx(100 / 150)
    assert found.aligned_share_of("Care") == pytest.approx(100 / 150)
    plan = find_plan(budget, {"nature": Decimal(40)}, [])
    assert (plan.moved, dict(plan.missed)) == (60, {})
    steps = (*plan.moves, Growth(part=Part(), percent=Decimal(100)))
    years = apply_steps(budget, Scenario(steps=steps, years=2), 2026, UK)
    assert [measure(years[year], ["health"]).gross for year in (2026, 2027)] == [150, 300]
    assert measure(years[2026], ["nature"]).share_of(["nature"]) == 0.4
    # The same cell may hold both.
    both = cells(
        ("Care", "Office", "", "RDEL", 50), ("Care", "Office", "", "RDEL", -50), ("Care", "W", "a", "RDEL", 100)
    )
    assert measure(both, ["a"]).aligned_share == pytest.approx(100 / 150)


def test_a_control_of_which_nothing_is_to_be_taken_gives_nothing() -> None:
    budget = cells(
        ("Care", "Wards", "", "RAME", 100), ("Care", "Offices", "", "RDEL", 300), ("Care", "Parks", "nature", "RDEL", 600)
    )  # fmt: skip
    protect = [Constraint(rule="protect", part=Part(control="RAME"))]
    plan = find_plan(budget, {"nature": Decimal(80)}, protect)
    after = apply_steps(budget, Scenario(steps=plan.moves), 2026, UK)
    assert (plan.moved, dict(plan.missed)) == (200, {})
    assert all(check.holds for check in check_constraints(budget, after, protect))


def test_capital_stays_capital_whatever_a_government_calls_it() -> None:
    budget = cells(
        ("Towns", "Flats", "homes", "Investment", 500), ("Towns", "Parks", "nature", "Current", 100),
        ("Towns", "Office", "", "Current", 400),
    )  # fmt: skip
    assert measure(budget, ["homes"]).capital == 500
    plan = find_plan(budget, {"nature": Decimal(60), "homes": Decimal(40)}, [])
    after = apply_steps(budget, Scenario(steps=plan.moves), 2026, UK)[2026]
    by = after.groupby(["control", "outcome"])["amount"].sum().to_dict()
    # All that serves nothing, and what homes can spare of their investment, which stays one.
    assert (by["Current", "nature"], by["Investment", "nature"], plan.moved) == (500, 100, 500)


def test_a_constraint_holds_or_says_by_how_much_it_is_missed() -> None:
    after = run(Move(source=Part(programme="Wards"), to=Part(outcome="nature"), amount=100))
    said = [
        (Constraint(rule="keep"), 0),
        (Constraint(rule="keep", part=Part(spending="capital")), 0),
        (Constraint(rule="keep", part=Part(outcome="health")), 100),
        (Constraint(rule="protect", part=Part(programme="Clinics")), 0),
        (Constraint(rule="protect", part=Part(body="Care")), 100),
        (Constraint(rule="cap", part=Part(outcome="health"), percent=Decimal(20)), 0),
        # 10% of 600 is 60; 100 left it, 40 too many.
        (Constraint(rule="cap", part=Part(outcome="health"), percent=Decimal(10)), 40),
    ]
    checks = check_constraints(BUDGET, after, [constraint for constraint, _ in said])
    assert [(check.missed, check.holds) for check in checks] == [(missed, not missed) for _, missed in said]
    with pytest.raises(ValidationError, match="a cap, and only a cap"):
        Constraint(rule="cap")


AMOUNTS = st.integers(-(10**13), 10**13)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Care", "Towns"]),
        st.sampled_from(["Wards", "Flats", "Parks"]),
        st.sampled_from(["health", "homes", "nature", ""]),
        st.sampled_from(["RDEL", "CDEL"]),
        AMOUNTS,
    ),
    min_size=1,
    max_size=12,
)


@given(
    ROWS, st.sampled_from(["health", "homes", ""]), st.decimals(1, 100, places=2), st.sampled_from(["Care", "Towns"])
)
def test_whatever_moves_the_total_and_its_capital_stay_to_the_penny(
    rows: list[tuple[str, str, str, str, int]], outcome: str, share: Decimal, body: str
) -> None:
    before = cells(*rows)
    step = Move(source=Part(outcome=outcome), to=Part(body=body, outcome="nature"), share=share)
    after = apply_steps(before, Scenario(steps=(step,)), 2026, UK)[2026]
    assert after["amount"].sum() == before["amount"].sum()
    assert measure(after, []).capital == measure(before, []).capital
    taken = sum(amount for *_, amount in before.itertuples(index=False) if amount > 0)
    assert after["amount"].abs().sum() <= before["amount"].abs().sum() + 2 * taken


@given(st.lists(st.integers(1, 10**14), min_size=1, max_size=9), st.data())
def test_a_division_adds_up_and_takes_no_more_than_is_there(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    parts = divide(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


# The same budget in millions of pounds, so that pennies play no part.
LARGE = BUDGET.assign(amount=BUDGET["amount"] * 1_000_000_00)


def test_a_plan_moves_no_more_than_is_lacking() -> None:
    # Nature has 4% of 1,000 million and is to have 10%: 60 million are lacking, and none need move besides.
    plan = find_plan(LARGE, {"nature": Decimal(10)}, [])
    assert plan.missed == {}
    assert plan.moved == pytest.approx(60_000_000_00, abs=200)
    after = apply_steps(LARGE, Scenario(steps=plan.moves), 2026, UK)[2026]
    assert shares_of(after)["nature"] >= 0.10
    assert after["amount"].sum() == LARGE["amount"].sum()
    assert measure(after, []).capital == measure(LARGE, []).capital
    # Only Towns serves nature, and money stays in its body where it can: Towns has enough.
    assert {move.source.body for move in plan.moves} == {"Towns"}
    assert {move.to.programme for move in plan.moves} == {UNDECIDED}


def test_a_plan_keeps_what_it_has_to_keep() -> None:
    keep = [
        Constraint(rule="protect", part=Part(programme="Flats")),
        Constraint(rule="cap", part=Part(outcome="health"), percent=Decimal(2)),
        Constraint(rule="keep", part=Part(body="Care")),
    ]
    # Towns alone may give: 60 of the office, and no capital, since no capital is asked of it: all 60 are needed.
    plan = find_plan(LARGE, {"nature": Decimal(10)}, keep)
    after = apply_steps(LARGE, Scenario(steps=plan.moves), 2026, UK)
    assert [check.holds for check in check_constraints(LARGE, after, keep)] == [True, True, True]
    assert shares_of(after[2026])["nature"] == pytest.approx(0.1, abs=1e-6)


def test_what_cannot_be_met_is_met_as_nearly_as_can_be() -> None:
    keep = [Constraint(rule="protect", part=Part(body="Care")), Constraint(rule="protect", part=Part(outcome="homes"))]
    # Only the office's 60 million are left to give: nature can have 100 of the 200 asked for.
    plan = find_plan(LARGE, {"nature": Decimal(20)}, keep)
    assert plan.moved == pytest.approx(60_000_000_00, abs=200)
    assert plan.missed["nature"] == pytest.approx(100_000_000_00, abs=200)
    # At most half of what a body spends on an outcome may be taken: 30 million.
    assert find_plan(LARGE, {"nature": Decimal(20)}, keep, Decimal(50)).moved == pytest.approx(30_000_000_00, abs=200)


def test_a_target_that_is_met_moves_nothing() -> None:
    assert find_plan(LARGE, {"health": Decimal(50)}, []).moves == ()
    with pytest.raises(RefusedError, match="more than 100"):
        find_plan(LARGE, {"health": Decimal(60), "homes": Decimal(60)}, [])


@given(ROWS, st.decimals(1, 60, places=1), st.sampled_from(["health", "homes", "nature"]), st.booleans())
def test_a_plan_reaches_its_target_or_says_what_is_missing(
    rows: list[tuple[str, str, str, str, int]], share: Decimal, outcome: str, keep_bodies: bool
) -> None:
    before = cells(*rows)
    total = int(gross_of(before).sum())
    if total <= 10_000:
        return
    keep = [Constraint(rule="keep", part=Part(body=body)) for body in ("Care", "Towns") if keep_bodies]
    plan = find_plan(before, {outcome: share}, keep)
    after = apply_steps(before, Scenario(steps=plan.moves), 2026, UK)
    assert all(check.holds for check in check_constraints(before, after, [*keep, Constraint(rule="keep")]))
    has = int(gross_of(after[2026])[after[2026]["outcome"] == outcome].sum())
    lacks = -(-total * share // 100) - has
    assert lacks <= plan.missed.get(outcome, 0)


TINY = st.lists(
    st.tuples(
        st.sampled_from(["Care", "Towns"]),
        st.sampled_from(["Wards", "Flats", "Interest on debt"]),
        st.sampled_from(["health", "homes", "nature", ""]),
        st.sampled_from(["RDEL", "RDEL", "CDEL", "RDEL-NC"]),
        st.integers(-1, 4),
    ),
    min_size=1,
    max_size=4,
)
PARTS = st.one_of(
    st.sampled_from(["Care", "Towns"]).map(lambda body: Part(body=body)),
    st.sampled_from(["health", "homes"]).map(lambda outcome: Part(outcome=outcome)),
    st.builds(Part, outcome=st.sampled_from(["health", None]), control=st.sampled_from(["RDEL", "CDEL"])),
)
RULES = st.lists(
    st.one_of(
        st.builds(Constraint, rule=st.sampled_from(["keep", "protect"]), part=PARTS),
        st.builds(Constraint, rule=st.just("cap"), part=PARTS, percent=st.sampled_from([Decimal(0), Decimal(50)])),
    ),
    max_size=2,
)


Flow = tuple[tuple[str, str, str], tuple[str, str, str], int]
"""From a body, outcome and control, to another of the same control, so much."""


def ways(left: int, places: list[tuple[str, str]]) -> Iterator[list[int]]:
    """Every way to give whole units to places, leaving any over."""
    if not places:
        yield []
        return
    for here in range(left + 1):
        for rest in ways(left - here, places[1:]):
            yield [here, *rest]


def concerns(part: Part, body: str, outcome: str, control: str) -> bool:
    return part.body in (None, body) and part.outcome in (None, outcome) and part.control in (None, control)


def keeps(rule: Constraint, rows: list[tuple], flows: list[Flow]) -> bool:
    if rule.rule == "protect":
        return True
    change = sum(n * (concerns(rule.part, *to) - concerns(rule.part, *of)) for of, to, n in flows)
    was = sum(row[4] for row in rows if concerns(rule.part, row[0], row[2], row[3]))
    return abs(change) <= (int(abs(was) * rule.percent / 100) if rule.percent is not None else 0)


def what_may_go(rows: list[tuple], rules: list[Constraint]) -> dict[tuple[str, str, str], int]:
    protects = [rule.part for rule in rules if rule.rule == "protect"]
    found: dict[tuple[str, str, str], int] = {}
    for body, programme, outcome, control, amount, _ in rows:
        fixed = programme == "Interest on debt" or control == "RDEL-NC"
        if amount > 0 and not fixed and not any(concerns(part, body, outcome, control) for part in protects):
            key = (body, outcome, control)
            found[key] = found.get(key, 0) + amount
    return found


def every_plan(
    before: pd.DataFrame, targets: dict[str, Decimal], rules: list[Constraint], most: int
) -> tuple[int, int, int]:
    """The oracle: every way in which whole units of every part may go, one by one; the least missed, then the least
    moved, then the least that leaves its body, of those that break no rule and leave none that lacks with less.
    """
    rows = list(before.itertuples(index=False, name=None))
    total = sum(row[4] - row[5] for row in rows)
    lack = {
        code: math.ceil(Fraction(share) * total / 100) - sum(row[4] - row[5] for row in rows if row[2] == code)
        for code, share in targets.items()
    }
    serves = {code: sorted({row[0] for row in rows if row[2] == code and row[4] > 0}) for code in targets}
    choices = []
    for of, amount in what_may_go(rows, rules).items():
        places = [(to, code, of[2]) for code in targets if code != of[1] for to in serves[code] or [of[0]]]
        given = [list(zip(places, way, strict=True)) for way in ways(amount * most // 100, places)]
        choices.append([[(of, to, n) for to, n in way if n] for way in given])
    found = []
    for choice in product(*choices):
        flows = [flow for part in choice for flow in part]
        gained = {code: sum(n * ((to[1] == code) - (of[1] == code)) for of, to, n in flows) for code in targets}
        missed = {code: max(0, lack[code] - gained[code]) for code in targets}
        if all(missed[code] <= max(0, lack[code]) for code in targets) and all(keeps(r, rows, flows) for r in rules):
            crossed = sum(n for of, to, n in flows if of[0] != to[0])
            found.append((sum(missed.values()), sum(n for *_, n in flows), crossed))
    return min(found)


@examples(1)
@given(
    TINY,
    st.dictionaries(st.sampled_from(["health", "homes", "nature"]), st.integers(5, 50), min_size=1, max_size=2),
    RULES,
    st.sampled_from([100, 100, 50]),
)
def test_no_other_plan_misses_less_or_moves_less(
    rows: list[tuple[str, str, str, str, int]], shares: dict[str, int], rules: list[Constraint], most: int
) -> None:
    before = cells(*rows)
    if gross_of(before).sum() <= 0:
        return
    targets = {code: Decimal(share) for code, share in shares.items()}
    missed, moved, crossed = every_plan(before, targets, rules, most)
    plan = find_plan(before, targets, rules, Decimal(most))
    assert (sum(plan.missed.values()), plan.moved) == (missed, moved)
    assert sum(m.amount or 0 for m in plan.moves if m.to.body not in (None, m.source.body)) == crossed


@given(ROWS, st.dictionaries(st.sampled_from(["health", "homes", "nature"]), st.decimals(1, 33, places=3), min_size=1))
def test_a_target_is_met_to_the_penny_or_said_to_be_missed_by_so_much(
    rows: list[tuple[str, str, str, str, int]], targets: dict[str, Decimal]
) -> None:
    before = cells(*rows)
    total = int(gross_of(before).sum())
    if total <= 0:
        return
    plan = find_plan(before, targets, [])
    after = apply_steps(before, Scenario(steps=plan.moves), 2026, UK)[2026]
    for code, share in targets.items():
        was, has = (int(gross_of(frame)[frame["outcome"] == code].sum()) for frame in (before, after))
        wanted = math.ceil(Fraction(share) * total / 100)
        assert wanted - has == plan.missed.get(code, 0) or (code not in plan.missed and has >= wanted)
        # One that lacks something gives nothing of what it has on balance.
        assert has >= min(was, wanted)
    # What a simple greedy needs in all where nothing but capital binds: every penny that is lacking, moved once.
    assert plan.moved <= sum(
        max(0, math.ceil(Fraction(s) * total / 100) - int(gross_of(before)[before["outcome"] == c].sum()))
        for c, s in targets.items()
    )


def test_two_that_lack_do_not_take_from_each_other() -> None:
    # Health and homes lack 150 and 250 of 1,000; nature alone may give, 100. Nothing is gained by taking from either.
    budget = cells(
        ("Care", "W", "health", "RDEL", 350), ("Towns", "F", "homes", "RDEL", 250),
        ("Towns", "P", "nature", "RDEL", 100), ("Towns", "Interest on debt", "", "RDEL", 300),
    )  # fmt: skip
    plan = find_plan(budget, {"health": Decimal(50), "homes": Decimal(50)}, [])
    assert (plan.moved, sum(plan.missed.values())) == (100, 300)
    assert {move.source.outcome for move in plan.moves} == {"nature"}
    assert plan.protected == {"debt interest": 300}


def test_protected_money_stays_unless_it_is_freed_by_name() -> None:
    budget = cells(
        ("T", "Servicing of public debt", "", "RDEL", 100), ("T", "Statutory payments", "", "RDEL", 100),
        ("T", "Teachers' pensions", "", "RAME", 100), ("T", "Pensions advice", "", "RDEL", 40),
        ("T", "Roads", "", "RDEL-NC", 100), ("T", "Parks", "nature", "RDEL", 560),
    )  # fmt: skip
    plan = find_plan(budget, {"nature": Decimal(100)}, [])
    assert plan.moved == 40
    assert plan.missed == {"nature": 400}
    assert plan.protected == {"debt interest": 100, "statutory": 100, "AME pensions": 100, "non-cash": 100}
    after = apply_steps(budget, Scenario(steps=plan.moves), 2026, UK)[2026]
    kept = after[after["outcome"] == ""].set_index("programme")["amount"].to_dict()
    assert {name: kept.get(name, 0) for name in budget["programme"] if name not in ("Parks", "Pensions advice")} == {
        "Servicing of public debt": 100, "Statutory payments": 100, "Teachers' pensions": 100, "Roads": 100,
    }  # fmt: skip
    for name in ("debt interest", "statutory", "AME pensions", "non-cash"):
        freed = find_plan(budget, {"nature": Decimal(100)}, [], protected=find_protected(budget, [name]))
        assert (freed.moved, name in freed.protected) == (140, False)
    with pytest.raises(ValidationError, match="no kind of protected money"):
        Scenario(freed=("everything",))


def test_money_is_protected_in_the_words_of_the_bodys_own_controls() -> None:
    """Controls that map to none of the field's own stand as they are, and say what money is all the same."""
    budget = cells(
        ("T", "Interest", "", "Current", 100), ("T", "Grants", "", "Mandatory spending", 100),
        ("T", "Teachers' pensions", "", "Annually managed", 100), ("T", "Roads", "", "Resource (non-cash)", 100),
        ("T", "Public service pensions", "", "Voted", 100), ("T", "Public interest law", "", "Current", 40),
        ("T", "Parks", "nature", "Current", 460),
    )  # fmt: skip
    plan = find_plan(budget, {"nature": Decimal(100)}, [])
    assert plan.moved == 40
    assert plan.protected == {"debt interest": 100, "statutory": 100, "AME pensions": 200, "non-cash": 100}


def test_a_cell_of_which_a_part_is_protected_gives_the_rest() -> None:
    budget = cells(
        ("T", "Centre", "", "RDEL", 100), ("T", "Office", "", "RDEL", 100), ("T", "Parks", "nature", "RDEL", 800)
    )
    interest = pd.DataFrame([("T", "Centre", "", "RDEL", "debt interest", 70)], columns=[*KEYS, "reason", "amount"])
    plan = find_plan(budget, {"nature": Decimal(100)}, [], protected=interest)
    after = apply_steps(budget, Scenario(steps=plan.moves), 2026, UK)[2026]
    assert plan.moved == 130
    assert after[after["outcome"] == ""].set_index("programme")["amount"].to_dict() == {"Centre": 70, "Office": 0}


def test_the_tables_for_policy_priority_inference() -> None:
    from datetime import date

    from budget_align.core.outcomes.indicator import OBSERVATIONS, IndicatorDefinition, read_indicator

    rows = [("waits", "Us", 2020, False, 30.0), ("waits", "Us", 2021, False, 20.0), ("waits", "Us", 2022, False, 25.0)]
    frame = pd.DataFrame(rows, columns=list(OBSERVATIONS)).astype(OBSERVATIONS)
    waits = IndicatorDefinition(code="waits", name="Weeks of waiting", direction="lower", outcome="health")
    reading = read_indicator(waits, frame, "Us", date(2023, 1, 1))
    table = indicator_table([reading], {"health": 5})
    # Less is better: 30 is worst. Between 31 and 19, a tenth of the range beyond either end: 1/12, 11/12, 6/12.
    row = table.iloc[0]
    assert [round(row[year], 6) for year in ("2020", "2021", "2022")] == [round(x / 12, 6) for x in (1, 11, 6)]
    assert (row["I0"], row["IF"]) == (row["2020"], row["2022"])
    # One change of two was for the better.
    assert row["successRates"] == 0.5
    assert row["instrumental"] == 1
    assert relation_table(table).to_numpy().tolist() == [["waits", "health"]]
    spend = expenditure_table([{"health": 100}, {"health": 250, "": 9}], ["health", "homes"], UK.currency)
    assert spend.to_numpy().tolist() == [["health", 1.0, 2.5]]
    assert relation_table(indicator_table([], {})).empty


def test_of_a_programme_that_is_protected_for_one_outcome_the_rest_goes_for_another() -> None:
    # A line of the loans office pays debt interest, another serves nature; only the one is protected.
    before = cells(
        ("Towns", "Loans office", "homes", "RDEL", 100),
        ("Towns", "Loans office", "nature", "RDEL", 100),
        ("Towns", "Parks", "nature", "RDEL", 10),
        ("Towns", "Clinics", "health", "RDEL", 10),
    )
    held = pd.DataFrame([("Towns", "Loans office", "homes", "RDEL", "debt interest", 100)])
    held.columns = pd.Index([*KEYS, "reason", "amount"])
    plan = find_plan(before, {"health": Decimal(50)}, [], protected=held)
    after = apply_steps(before, Scenario(steps=plan.moves), 2026, UK)[2026]
    assert outcomes(after) == {"homes": 100, "nature": 10, "health": 110}
    assert (plan.moved, plan.missed) == (100, {})


def test_what_is_kept_of_one_control_leaves_the_others_free() -> None:
    before = cells(
        ("Towns", "Flats", "homes", "RDEL", 100),
        ("Towns", "Sites", "homes", "RDEL-F", 100),
        ("Towns", "Parks", "nature", "RDEL", 10),
    )
    keep = [Constraint(rule="keep", part=Part(outcome="homes", control="RDEL"))]
    plan = find_plan(before, {"nature": Decimal(50)}, keep)
    assert (plan.moved, plan.missed) == (95, {})
    after = apply_steps(before, Scenario(steps=plan.moves), 2026, UK)
    assert all(check.holds for check in check_constraints(before, after, keep))
    # The most that may be taken is of all that a body spends on an outcome, however constraints tell it apart.
    assert find_plan(before, {"nature": Decimal(80)}, keep, Decimal(50)).moved == 100
