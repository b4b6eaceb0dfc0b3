"""How sure aligned figures are, which way money works, and what kind of money it is."""

import hashlib
import json
from fractions import Fraction
from itertools import permutations
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.allocation import alignment
from budget_align.core.allocation.grading import grade_cells
from budget_align.core.lenses.crosswalk import Step, find_lens, see_through
from budget_align.core.measures.certainty import certainty_of, grades_by, sides_of
from budget_align.core.measures.kinds_of_money import figures_by_kind, find_overlaps
from budget_align.core.returns.money_kind import is_capital_control, kind_of_money
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.rules.of_which import NO_WHOLE, find_wholes
from budget_align.core.rules.protection import nature_of
from budget_align.core.values.evidence import GRADES, bearable_unit, lower_of, round_to
from budget_align.services.frameworks import catalogue
from tests.unit.core.lines import allocate, lines, summarise


def mapping(*rules: dict[str, Any]) -> Mapping:
    made = tuple(Rule.model_validate({"why": "w", **rule}) for rule in rules)
    return Mapping(name="m", title="M", framework="f", author="us", rules=made)


def graded(budget: pd.DataFrame, rules: Mapping) -> pd.DataFrame:
    cube = alignment.consolidate(summarise(budget, allocate(budget, rules)))
    return grade_cells(alignment.of_flow(cube), rules)


RAIL = {"id": "rail", "when": {"programme": "Rail"}, "to": {"climate": 100}, "grade": "judged", "effects": {"climate": "positive strong"}}  # fmt: skip
ROADS = {"id": "roads", "when": {"programme": "Roads"}, "to": {"growth": 80}, "effects": {"climate": "negative, weak"}}
DEBT = {"id": "debt", "when": {"programme": "Debt"}, "none": "Debt interest"}


def test_the_grade_of_a_rule_is_stated_or_taken_from_what_it_rests_on() -> None:
    def of(**facts: Any) -> str:
        return Rule.model_validate(
            {"id": "r", "when": {"body": "A"}, "to": {"x": 100}, "why": "w", **facts}
        ).evidence_grade

    assert of() == "assumed"
    assert of(author="ana") == "judged"
    assert of(evidence="https://example.org/plan", author="ana") == "documented"
    assert of(to={}, driver="cases") == "measured"
    # A driver of overhead says who draws it, not what that serves.
    assert of(to={}, driver="staff", follows="body") == "assumed"
    assert of(to={}, driver="staff", follows="body", author="ana") == "judged"
    assert of(grade="assumed", evidence="https://example.org/plan") == "assumed"
    for wrong in ({"grade": "documented"}, {"grade": "measured"}, {"grade": "sure"}, {"effects": {"x": "good"}}):
        with pytest.raises(ValueError, match=r"link|driver|measured|contribution"):
            of(**wrong)


def test_a_mapping_that_states_neither_has_the_hash_that_it_had() -> None:
    plain = {"id": "r", "when": {"body": "A"}, "to": {"x": 100}}
    facts = json.loads(mapping(plain).to_stored())
    for rule in facts["rules"]:
        del rule["grade"], rule["effects"]
    before = hashlib.sha256(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
    assert mapping(plain).identity() == before
    for said in ({"grade": "judged"}, {"effects": {"x": "neutral"}}):
        assert mapping({**plain, **said}).identity() != before


def test_the_headline_tells_the_grades_and_the_range_that_assumed_shares_leave() -> None:
    budget = lines(
        {"programme": "Rail", "amount": 60},
        {"programme": "Roads", "amount": 25},
        {"programme": "Debt", "amount": 10},
        {"programme": "Other", "amount": 5},
    )
    sure = certainty_of(graded(budget, mapping(RAIL, ROADS, DEBT)))
    assert dict(sure.by_grade) == {"judged": 60, "assumed": 20}
    assert sure.assumed_share == pytest.approx(0.25)
    # Without the roads' 20; with all of their 25. Interest and what no rule takes move in neither.
    assert (sure.low, sure.high) == (pytest.approx(0.60), pytest.approx(0.85))


def test_shares_are_of_gross_and_receipts_stand_beside() -> None:
    budget = lines(
        {"programme": "Rail", "amount": 100}, {"programme": "Other", "amount": 50}, {"programme": "Other", "amount": -50}
    )  # fmt: skip
    figures = alignment.headline(graded(budget, mapping(RAIL)))
    assert figures.aligned_share == pytest.approx(float(Fraction(100, 150)))
    assert (figures.total, figures.gross, figures.receipts) == (100, 150, -50)
    assert (figures.gross_unaligned, figures.receipts_unaligned) == (50, -50)


def test_both_sides_are_shown_and_never_netted() -> None:
    budget = lines({"programme": "Rail", "amount": 1_200}, {"programme": "Roads", "amount": 400})
    rules = mapping(RAIL, ROADS)
    own = graded(budget, rules)
    sides = sides_of(own, own, rules, [])
    assert (dict(sides["climate"].serves), dict(sides["climate"].against)) == ({"strong": 1_200}, {"weak": 400})
    assert (sides["growth"].served, sides["growth"].harmed) == (320, 0)
    lens = [Step({"climate": {"planet": 500_000}}, {("climate", "planet"): "judged"})]
    seen = sides_of(see_through(own, lens), own, rules, lens)
    assert (seen["planet"].served, seen["planet"].harmed) == (600, 200)


THREE = [
    {"id": "rail", "when": {"programme": "Rail"}, "to": {"climate": 37, "growth": 41}, "effects": {"climate": "positive strong"}},
    {"id": "roads", "when": {"programme": "Roads"}, "to": {"growth": 83, "climate": 7}, "effects": {"climate": "negative"}},
    {"id": "parks", "when": {"programme": "Parks"}, "to": {"climate": 51}, "effects": {"growth": "negative weak", "climate": "neutral"}},
]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from(["Rail", "Roads", "Parks"]), st.integers(-999, 9_999)),
        min_size=1,
        max_size=9,
    )
)
def test_what_is_given_adds_up_to_the_amount_and_a_part_is_seen_as_within_the_whole(found: list[Any]) -> None:
    rules = mapping(*THREE)
    budget = lines(*({"body": body, "programme": name, "amount": amount} for body, name, amount in found))
    own = graded(budget, rules)
    shares = [
        {"climate": {"x": 333_333, "y": 333_334}, "growth": {"x": 500_000, "y": 166_667}},
        {"x": {"u": 333_333, "v": 166_667}, "y": {"u": 111_111, "v": 777_777}},
    ]
    lens = [Step(each, {(one, to): "judged" for one, given_ in each.items() for to in given_}) for each in shares]
    seen = see_through(own, lens)
    sides = sides_of(seen, own, rules, lens)
    spend = alignment.spend_by(seen, "outcome")
    negative = seen[seen["direction"] == "negative"].groupby("outcome")["amount"].sum()
    parts = [see_through(cells, lens) for _, cells in own.groupby("outcome")]
    for outcome in ("u", "v"):
        given_ = sides[outcome].served + sides[outcome].neutral + int(negative.get(outcome, 0))
        assert given_ == spend.get(outcome, 0)
        assert sum(int(alignment.spend_by(part, "outcome").get(outcome, 0)) for part in parts) == spend.get(outcome, 0)


def test_good_that_money_does_beside_what_it_is_given_to_is_told_apart() -> None:
    budget = lines({"programme": "Rail", "amount": 1_200}, {"programme": "Buses", "amount": 300})
    buses = {"id": "buses", "when": {"programme": "Buses"}, "to": {"growth": 100}, "effects": {"climate": "positive weak"}}  # fmt: skip
    rules = mapping(RAIL, buses)
    own = graded(budget, rules)
    climate = sides_of(own, own, rules, [])["climate"]
    assert (climate.served, climate.harmed, climate.served_beside) == (1_200, 0, 300)
    assert dict(climate.beside) == {"weak": 300}
    lens = [Step({"climate": {"planet": 500_000}}, {("climate", "planet"): "judged"})]
    seen = sides_of(see_through(own, lens), own, rules, lens)["planet"]
    assert (seen.served, seen.served_beside) == (600, 150)


def test_a_line_works_once_on_what_a_lens_shows_several_outcomes_as() -> None:
    """Roads of 400 harm two outcomes and help two, all of which a lens shows as one."""
    effects = {"climate": "negative weak", "nature": "negative strong", "health": "positive", "homes": "positive weak"}
    rules = mapping({"id": "roads", "when": {"programme": "Roads"}, "to": {"growth": 80}, "effects": effects})
    own = graded(lines({"programme": "Roads", "amount": 400}), rules)

    def seen(**shares: int) -> Any:
        step = {code: {"planet": part * 10_000} for code, part in shares.items() if part}
        lens = [Step(step, {(code, "planet"): "judged" for code in step})]
        return sides_of(see_through(own, lens), own, rules, lens)["planet"]

    whole = seen(climate=100, nature=100, health=100, homes=30)
    assert (dict(whole.against), dict(whole.beside), whole.served) == ({"strong": 400}, {"": 400}, 0)
    # As on the outcome that is most of it.
    assert dict(seen(climate=50, nature=25).against) == {"weak": 200}
    # 320 are given to growth, which the lens shows as the same: of what the line serves beside, that is left out.
    helped = seen(growth=100, health=100)
    assert (helped.served, dict(helped.beside)) == (320, {"": 80})
    rules = mapping({"id": "roads", "when": {"programme": "Roads"}, "to": {"growth": 80}, "effects": {"growth": "negative", "climate": "negative"}})  # fmt: skip
    own = graded(lines({"programme": "Roads", "amount": 400}), rules)
    assert seen(growth=100, climate=100).harmed == 400
    assert (seen(growth=100).harmed, seen(climate=100).harmed) == (320, 400)


def test_a_lens_shows_the_lower_grade() -> None:
    budget = lines({"programme": "Rail", "amount": 100}, {"programme": "Roads", "amount": 100})
    cube = graded(budget, mapping({**RAIL, "grade": "documented", "evidence": "https://example.org"}, ROADS))
    step = Step(
        {"climate": {"x": 600_000, "y": 400_000}, "growth": {"x": 1_000_000}},
        {("climate", "x"): "documented", ("climate", "y"): "judged", ("growth", "x"): "documented"},
    )
    assert grades_by(see_through(cube, [step]), "outcome") == {
        "x": {"documented": 60, "assumed": 80},
        "y": {"judged": 40},
    }


def test_amounts_are_told_to_what_they_can_bear() -> None:
    # 8m of 80m judged and 5m of 20m assumed may be off: tens of millions are worth telling, and no less.
    unit = bearable_unit({"judged": 80_000_000, "assumed": 20_000_000})
    assert (unit, round_to(104_999_999, unit)) == (10_000_000, 100_000_000)
    assert bearable_unit({"measured": 10**12, "documented": 10**12}) == 1


def test_kinds_of_money_stand_apart_and_overlaps_are_told() -> None:
    budget = lines(
        {"programme": "Rail", "control": "RDEL", "amount": 60},
        {"programme": "Rail", "control": "CDEL", "amount": 20},
        {"programme": "Teachers' pensions", "control": "AME", "amount": 15},
        {"programme": "Rail", "control": "CDEL-FT", "amount": 5},
        {"programme": "Rail", "control": "RDEL-NC", "amount": 7},
    )
    found = [(each.kind, each.apart, each.figures.total) for each in figures_by_kind(graded(budget, mapping(RAIL)))]
    assert found == [
        ("resource", False, 60),
        ("capital", False, 20),
        ("ame", True, 15),
        ("non-cash", True, 7),
        ("loans", True, 5),
    ]
    assert [each.amount for each in find_overlaps(budget)] == [15, 7]


NAMES_OF_MONEY = ["RDEL", "Resource DEL", "CDEL", "Capital", "Resource", "Current", "RAME", "Annually managed", "Loans"]


@pytest.mark.parametrize("whole", NAMES_OF_MONEY)
@pytest.mark.parametrize("part", ["depreciation", "ring-fenced RDEL", "financial transactions", "FTs", "AME", "loans"])
@pytest.mark.parametrize(
    "said", ["{} excluding {}", "{} (excl. {})", "{} ex {}", "{}, net of {}", "{} including {}", "Non-budget {0}"]
)
def test_what_a_control_leaves_out_or_holds_among_other_things_is_not_what_it_is(
    whole: str, part: str, said: str
) -> None:
    control = said.format(whole, part)
    assert kind_of_money(control) == kind_of_money(whole)
    assert is_capital_control(control) == is_capital_control(whole)
    assert nature_of(control, "Roads") == nature_of(whole, "Roads") == ""
    roads = pd.DataFrame([("Roads", control, 5)], columns=["programme", "control", "amount"])
    assert find_overlaps(roads) == []


@pytest.mark.parametrize(
    ("control", "kind", "capital"),
    [
        ("Non-ring-fenced RDEL", "resource", False),
        ("Non-ringfenced resource", "resource", False),
        ("Ring-fenced RDEL", "non-cash", False),
        ("Non-cash RDEL", "non-cash", False),
        ("Non-capital", "other", False),
        ("Capital FTs", "loans", True),
        # Neither the one nor the other, so that neither is said to hold both.
        ("Resource and capital", "other", False),
        ("CDEL + RDEL", "other", False),
    ],
)
def test_a_control_is_not_what_it_says_that_it_is_not(control: str, kind: str, capital: bool) -> None:
    assert (kind_of_money(control), is_capital_control(control)) == (kind, capital)


def test_every_pair_of_bundled_frameworks_conserves_through_its_lens() -> None:
    frameworks, crosswalks = catalogue.frameworks(), catalogue.crosswalks()
    ways = [
        (one, lens)
        for one, other in permutations(frameworks, 2)
        if (lens := find_lens(crosswalks, frameworks, one, other)) is not None
    ]
    assert len(ways) >= 6
    for code, lens in ways:
        outcomes = [*frameworks[code].outcome_names(), ""]
        rows = [
            (outcome, kind, below, kind == "memo", "judged", (7 + place) * 1_000_003 * (-1 if below else 1))
            for place, outcome in enumerate(outcomes)
            for kind in (("direct", "overhead", "transfer") if outcome else ("unaligned", "memo", "transfer"))
            for below in (False, True)
        ]
        cube = pd.DataFrame(rows, columns=["outcome", "kind", "below", "memo", "grade", "amount"])
        check_conserves(cube, lens)


def check_conserves(cube: pd.DataFrame, lens: list[Step]) -> None:
    before, after = alignment.headline(cube), alignment.headline(see_through(cube, lens))
    for name in (
        "total",
        "memo",
        "transfers",
        "transfers_received",
        "unaligned",
        "gross",
        "gross_unaligned",
        "memo_counted",
    ):
        assert getattr(after, name) == getattr(before, name)
    assert after.aligned + after.uncovered == before.aligned


cells = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", ""]),
        st.sampled_from(["direct", "overhead", "transfer", "memo"]),
        st.integers(-(10**12), 10**12),
        st.sampled_from(GRADES),
    ),
    max_size=12,
)
steps = st.dictionaries(
    st.sampled_from("abcxyz"), st.dictionaries(st.sampled_from("abcxyz"), st.integers(1, 166_666)), max_size=6
)


@given(cells, st.lists(steps, max_size=4), st.sampled_from(GRADES))
def test_a_chain_of_lenses_conserves_and_never_raises_a_grade(found: list[Any], chain: list[Any], grade: str) -> None:
    rows = [
        (outcome, kind if outcome or kind in ("memo", "transfer") else "unaligned", amount < 0, kind == "memo", own, amount)
        for outcome, kind, amount, own in found
    ]  # fmt: skip
    cube = pd.DataFrame(rows, columns=["outcome", "kind", "below", "memo", "grade", "amount"])
    cube = cube.astype(
        {"outcome": "str", "kind": "str", "grade": "str", "below": bool, "memo": bool, "amount": "int64"}
    )
    lens = [
        Step(shares, {(one, other): grade for one, given_ in shares.items() for other in given_}) for shares in chain
    ]
    check_conserves(cube, lens)
    if chain:
        seen = see_through(cube, lens)
        aligned = seen[~seen["kind"].isin(alignment.NOT_ALIGNED)]
        assert all(lower_of(each, grade) == each for each in aligned["grade"])


def test_a_purpose_that_is_known_is_used() -> None:
    """A grant of 752 of which memo lines name 522 for early learning, 120 for attainment and 86 for justice."""
    council = {"counterpart": "Local government", "memo": True, "control": "RDEL"}
    budget = lines(
        {"body": "Communities", "programme": "Specific grants", "control": "RDEL", "amount": 752_000},
        {"body": "Learning", "programme": "Early learning", "amount": 522_000, **council},
        {"body": "Learning", "programme": "Attainment", "amount": 120_000, **council},
        {"body": "Justice", "programme": "Justice social work", "amount": 86_000, **council},
        {"body": "Transport", "programme": "Ferries", "amount": 24_000, **council},
    )
    rules = mapping(
        {"id": "early", "when": {"programme": "Early learning"}, "to": {"children": 60, "education": 40}},
        {"id": "attainment", "when": {"programme": "Attainment"}, "to": {"education": 100}},
        {"id": "justice", "when": {"programme": "Justice social work"}, "to": {"safety": 100}},
        {"id": "grants", "when": {"programme": "Specific grants"}, "to": {"places": 50}},
    )
    found = allocate(budget, rules)
    assert set(found["line_id"]) == {"1"}
    assert found.groupby("outcome")["amount"].sum().to_dict() == {
        "children": 522_000 * 60 // 100,
        "education": 522_000 * 40 // 100 + 120_000,
        "safety": 86_000,
        "places": 12_000,
        "": 12_000,
    }
    assert found.groupby("rule_id")["amount"].sum().to_dict() == {
        "early": 522_000,
        "attainment": 120_000,
        "justice": 86_000,
        "grants": 24_000,
    }


def test_lines_directly_below_are_parts_and_what_they_leave_follows_the_rule_of_their_line() -> None:
    at = {"sheet": "S", "control": "RDEL"}
    budget = lines(
        {**at, "programme": "Grants", "amount": 200, "row": 4, "cell": "B4"},
        {**at, "programme": "of which: schools", "amount": 120, "row": 5, "cell": "B5", "memo": True},
        {**at, "programme": "of which: parks", "amount": 30, "row": 6, "cell": "B6", "memo": True},
        {**at, "programme": "Note on schools", "amount": 999, "row": 9, "cell": "B9", "memo": True},
    )
    rules = mapping(
        {"id": "schools", "when": {"programme": {"contains": "schools"}}, "to": {"learning": 100}},
        {"id": "rest", "when": {"programme": "Grants"}, "to": {"places": 100}},
    )
    found = allocate(budget, rules).groupby("outcome")["amount"].sum().to_dict()
    assert found == {"learning": 120, "places": 80}


@given(
    st.lists(st.tuples(st.sampled_from(["p", "q", "r", "none"]), st.integers(1, 10**10)), min_size=2, max_size=6),
    st.integers(0, 10**10),
)
def test_parts_and_rest_add_up_to_their_line_whatever_they_are(parts: list[Any], rest: int) -> None:
    total = sum(amount for _, amount in parts)
    at = {"sheet": "S"}
    budget = lines(
        {**at, "programme": "whole", "amount": total + rest, "row": 1, "cell": "B1"},
        *(
            {**at, "programme": name, "amount": amount, "row": place, "cell": f"B{place}", "memo": True}
            for place, (name, amount) in enumerate(parts, 2)
        ),
    )
    rules = mapping(
        *({"id": name, "when": {"programme": name}, "to": {name: 100}} for name in "pqr"),
        {"id": "whole", "when": {"programme": "whole"}, "to": {"whole": 100}},
    )
    found = allocate(budget, rules).groupby("outcome")["amount"].sum().to_dict()
    expected = {name: sum(a for each, a in parts if each == name) for name in "pqr"}
    expected["whole"] = rest + sum(a for each, a in parts if each == "none")
    assert found == {name: amount for name, amount in expected.items() if amount}


def test_a_memo_line_that_names_a_receiver_is_no_part_of_the_line_above_unless_it_says_so() -> None:
    at = {"sheet": "S", "memo": True, "counterpart": "Local government"}
    grant = {**at, "programme": "Grants for social care", "amount": 30, "row": 5, "cell": "B5"}
    whole = {"sheet": "S", "programme": "Hospitals", "amount": 200, "row": 4, "cell": "B4"}
    assert find_wholes(lines(whole, grant)).tolist() == [NO_WHOLE, NO_WHOLE]
    assert find_wholes(lines(whole, {**grant, "programme": "of which: grants"})).tolist() == [NO_WHOLE, 0]
