"""Expenditure, income and financing: each keeps to itself through rules, overheads, transfers and sums, exactly."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from budget_align.core.allocation import alignment, allocation
from budget_align.core.allocation.alignment import Flows
from budget_align.core.allocation.consolidation import Transfer, pair_transfers
from budget_align.core.editing.changes import find_effect, takes
from budget_align.core.editing.checks import check_mapping
from budget_align.core.returns.budget_line import FLOWS
from budget_align.core.returns.budget_version import choose_versions
from budget_align.core.rules.mapping import Mapping
from budget_align.core.rules.matching import NO_RULE, LineIndex
from budget_align.core.values.money import Currency
from budget_align.services.frameworks import catalogue
from tests.mappings import mapping, rule
from tests.unit.core.lines import allocate, index_of, lines, summarise

SDG = catalogue.framework("un-sdg-2015")
FEES = {"programme": "Fees", "flow": "income", "amount": 40_00}
ROADS = {"programme": "Roads", "amount": 100_00}


EVERYTHING = rule("everything", when={"stage": "budget"}, to={"sdg-09": 100})


# --- rules -------------------------------------------------------------------------------------------------------


def test_a_rule_for_spending_takes_no_income() -> None:
    budget = lines(ROADS, FEES, {**FEES, "flow": "financing"})
    decided = index_of(budget).decide(mapping(EVERYTHING))
    assert decided.tolist() == [0, NO_RULE, NO_RULE]


def test_a_rule_that_says_so_takes_income() -> None:
    fees = rule("fees", when={"flow": "income"}, to={"sdg-11": 100})
    given_out = allocate(lines(ROADS, FEES), mapping(fees, EVERYTHING))
    assert dict(zip(given_out["line_id"], given_out["outcome"], strict=True)) == {"1": "sdg-09", "2": "sdg-11"}


def test_income_that_a_rule_for_spending_would_fit_is_told_with_what_to_do() -> None:
    budget = index_of(lines(ROADS, FEES, {**FEES, "programme": "Licences"}))
    words = rule("fees", when={"programme": ["Fees", "Roads"]}, to={"sdg-09": 100})
    (told,) = [problem for problem in check_mapping(mapping(words), SDG, budget) if problem.severity == "warning"]
    assert (told.rule_id, told.message.split(":")[0]) == ("fees", "1 line of income fits its words, and it takes none")
    assert "Add a rule with the condition Flow is income" in told.message
    # Once a rule takes the income, or the rule says that it means spending, there is nothing to tell.
    taken = rule("receipts", when={"flow": "income"}, to={"sdg-09": 100})
    said = rule("fees", when={"programme": ["Fees", "Roads"], "flow": "expenditure"}, to={"sdg-09": 100})
    for settled in (mapping(words, taken), mapping(said)):
        assert [problem for problem in check_mapping(settled, SDG, budget) if "income" in problem.message] == []


def test_income_cannot_follow_where_other_money_was_spent() -> None:
    for flow in ("income", "financing", ["expenditure", "income"]):
        with pytest.raises(ValidationError, match="overhead is expenditure, so leave out its condition on the flow"):
            rule("shared", when={"flow": flow}, follows="body")
    assert rule("shared", when={"flow": "expenditure"}, follows="body").follows == "body"


def test_a_flow_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="'revenue' is no flow; use one of expenditure, income, financing"):
        rule("x", when={"flow": "revenue"}, to={"sdg-09": 100})


def test_overhead_follows_spending_alone() -> None:
    budget = lines(
        {"body": "Works", "programme": "Roads", "amount": 100},
        {"body": "Works", "programme": "Rail", "amount": 300},
        {"body": "Works", "programme": "Tolls", "flow": "income", "amount": 5_000},
        {"body": "Works", "programme": "Estates", "amount": 40},
    )
    rules = mapping(
        rule("estates", when={"programme": "Estates"}, follows="body"),
        rule("tolls", when={"flow": "income"}, to={"sdg-11": 100}),
        rule("roads", when={"programme": "Roads"}, to={"sdg-09": 100}),
        rule("rail", when={"programme": "Rail"}, to={"sdg-13": 100}),
    )
    found = allocate(budget, rules)
    shared = found[found["line_id"] == "4"]
    # 100 to 300, whatever tolls bring in: a quarter of 40 and three quarters.
    assert dict(zip(shared["outcome"], shared["amount"], strict=True)) == {"sdg-09": 10, "sdg-13": 30}


def test_what_changes_is_told_by_flow() -> None:
    before = mapping(rule("income", when={"flow": "income"}, to={"sdg-09": 100}), EVERYTHING)
    after = mapping(rule("income", when={"flow": "income"}, to={"sdg-11": 100}), EVERYTHING)
    budget = index_of(lines(ROADS, FEES))
    shown = pd.Series([True, True]).to_numpy()
    effect = find_effect(budget, before, after, shown)
    assert (effect.lines, effect.moved, effect.income_moved) == (1, 0, 40_00)
    taken = takes(budget, after, shown)
    assert taken[["rule_id", "amount", "income"]].to_numpy().tolist() == [
        ["income", 0, 40_00],
        ["everything", 100_00, 0],
        ["", 0, 0],
    ]


# --- transfers ---------------------------------------------------------------------------------------------------

GRANT = {"body": "Treasury", "level": "devolved", "counterpart": "Northtown Council", "amount": 500_000_00}
COUNCIL = {"body": "Northtown Council", "level": "local", "counterpart": "Treasury"}


def test_a_payment_pairs_with_the_income_of_the_other_side_and_each_is_removed_in_its_own_flow() -> None:
    budget = lines(
        GRANT,
        {**COUNCIL, "flow": "income", "amount": 500_000_00},
        {"body": "Northtown Council", "level": "local", "programme": "Schools", "amount": 480_000_00},
        {"body": "Treasury", "level": "devolved", "programme": "Fees", "flow": "income", "amount": 7_00},
    )
    assert pair_transfers(index_of(budget)) == (
        Transfer(
            "Treasury",
            "Northtown Council",
            "budget",
            2026,
            500_000_00,
            500_000_00,
            "paired",
            ("1",),
            ("2",),
            500_000_00,
            500_000_00,
        ),
    )
    cube = summarise(budget, allocate(budget, mapping(EVERYTHING)))
    assert alignment.flows_of(alignment.consolidate(cube)) == Flows(480_000_00, 0, 7_00, 0)
    # Alone, each side counts all that it has.
    assert alignment.flows_of(alignment.consolidate(cube, ["local"])) == Flows(480_000_00, 0, 500_000_00, 0)
    assert alignment.flows_of(alignment.consolidate(cube, ["devolved"])) == Flows(500_000_00, 0, 7_00, 0)


def test_a_receipt_that_was_netted_into_lines_still_pairs() -> None:
    budget = lines(GRANT, {**COUNCIL, "amount": -500_000_00}, {**COUNCIL, "counterpart": "", "amount": 480_000_00})
    (transfer,) = pair_transfers(index_of(budget))
    assert (transfer.status, transfer.paid, transfer.received) == ("paired", 500_000_00, 500_000_00)
    cube = summarise(budget, allocate(budget, mapping(EVERYTHING)))
    assert alignment.flows_of(alignment.consolidate(cube)) == Flows(480_000_00, 0, 0, 0)


def test_income_that_nobody_paid_stays_income_and_financing_is_no_transfer() -> None:
    alone = lines(
        {"body": "Treasury", "level": "devolved", "amount": 1_00},
        {**COUNCIL, "flow": "income", "amount": 500_00},
        {**COUNCIL, "flow": "financing", "amount": 900_00},
    )
    (transfer,) = pair_transfers(index_of(alone))
    assert (transfer.status, transfer.received, transfer.receipts) == ("only received", 500_00, ("2",))
    cube = summarise(alone, allocate(alone, mapping(EVERYTHING)))
    assert alignment.flows_of(alignment.consolidate(cube)) == Flows(1_00, 0, 500_00, 900_00)


@pytest.mark.parametrize(
    ("code", "within", "beyond"), [("JPY", 1_000, 1_001), ("GBP", 1_000_00, 1_000_01), ("KWD", 1_000_000, 1_000_001)]
)
def test_the_two_sides_may_differ_by_a_thousand_units_of_any_currency(code: str, within: int, beyond: int) -> None:
    paid = 10_000 * within
    for less, status in ((within, "paired"), (beyond, "differs")):
        budget = lines({**GRANT, "amount": paid}, {**COUNCIL, "flow": "income", "amount": paid - less})
        (transfer,) = pair_transfers(LineIndex(budget, Currency(code)))
        assert transfer.status == status


# --- sums, beside a slow oracle in fractions ---------------------------------------------------------------------

OUTCOMES = ["sdg-03", "sdg-09", "sdg-11"]
BODIES = ["Works", "Health"]
VERSIONS = ["original", "revised (autumn, 2025-11-26)"]
amounts = st.integers(-(10**15), 10**15)


@st.composite
def budgets(draw: st.DrawFn) -> pd.DataFrame:
    row = st.fixed_dictionaries(
        {
            "body": st.sampled_from(BODIES),
            "programme": st.sampled_from(["Roads", "Wards", "Fees"]),
            "flow": st.sampled_from(FLOWS),
            "version": st.sampled_from(VERSIONS),
            "amount": amounts,
            "memo": st.booleans(),
        }
    )
    return lines(*draw(st.lists(row, min_size=1, max_size=14)))


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    rules = []
    for number in range(draw(st.integers(0, 4))):
        parts = draw(st.lists(st.integers(0, 33), min_size=3, max_size=3))
        when: dict[str, object] = {"programme": draw(st.sampled_from(["Roads", "Wards", "Fees"]))}
        flow = draw(st.sampled_from(["", *FLOWS]))
        if flow:
            when["flow"] = flow
        to = {code: part for code, part in zip(OUTCOMES, parts, strict=True) if part}
        rules.append(rule(f"r{number}", when=when, **({"to": to} if to else {"none": "On purpose"})))
    return mapping(*rules)


@given(budgets(), mappings(), st.sampled_from(["JPY", "GBP", "KWD"]))
def test_gross_income_and_net_add_up_by_body_outcome_flow_and_version(
    budget: pd.DataFrame, rules: Mapping, code: str
) -> None:
    currency = Currency(code)
    counts, bases = choose_versions(budget)
    taken = budget[counts].reset_index(drop=True)
    index = LineIndex(taken, currency)
    given_out = allocation.allocate(index, rules)
    cube = allocation.summarise(taken, given_out)

    # What each line gives is exact, to the last minor unit, in any number of digits.
    exact = given_out.groupby("line_id")["amount"].sum()
    for line in taken.itertuples():
        assert line.memo or exact.get(line.line_id, 0) == line.amount

    # By paper: which version counts, the first rule whose words and flow fit, and its share in fractions.
    # A flow that the newest version does not state stays at its own newest.
    version = {(basis.body, basis.flow): basis.version for basis in bases}
    newest = {body: max(set(of.tolist()), key=VERSIONS.index) for body, of in budget.groupby("body")["version"]}
    assert {body: said for (body, flow), said in version.items() if not flow} == newest
    of_flow = {
        (body, flow): newest[body] if newest[body] in set(of) else max(set(of), key=VERSIONS.index)
        for (body, flow), of in budget.groupby(["body", "flow"])["version"]
    }
    wanted: dict[tuple[str, str, str, str], Fraction] = defaultdict(Fraction)
    largest: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for line in budget.itertuples():
        if line.memo or line.version != of_flow[line.body, line.flow]:
            continue
        unit = Fraction(line.amount, currency.minor_units)
        left = unit
        for each in rules.rules:
            said = {condition.field: condition.words[0] for condition in each.when}
            if said["programme"] == line.programme and said.get("flow", "expenditure") == line.flow:
                for outcome, part in each.to.items():
                    wanted[line.body, outcome, line.flow, line.version] += unit * Fraction(part, 10**6)
                    largest[line.body, outcome, line.flow, line.version] += 1
                    left -= unit * Fraction(part, 10**6)
                break
        wanted[line.body, "", line.flow, line.version] += left
        largest[line.body, "", line.flow, line.version] += 1
    counted = cube[cube["kind"] != "memo"]
    sums = counted.groupby(["body", "outcome", "flow", "version"])["amount"].sum().to_dict()
    for key in {*wanted, *sums}:
        # Each line's part may be up to one minor unit from its exact share.
        assert (
            abs(Fraction(int(sums.get(key, 0)), currency.minor_units) - wanted[key]) * currency.minor_units
            <= largest[key]
        )

    # Gross, income and net, of all and of each body, from the lines alone.
    for body in [None, *BODIES]:
        part = taken[~taken["memo"] & ((taken["body"] == body) if body else True)]
        by_flow = {flow: sum(part.loc[part["flow"] == flow, "amount"].tolist()) for flow in FLOWS}
        found = alignment.flows_of(cube if body is None else cube[cube["body"] == body])
        assert (found.gross + found.receipts, found.income, found.financing) == tuple(by_flow.values())
        spent = part.loc[part["flow"] == "expenditure", "amount"].tolist()
        assert found.gross == sum(amount for amount in spent if amount > 0)
        assert found.net == by_flow["expenditure"] - by_flow["income"]
        headline = alignment.headline(alignment.of_flow(cube if body is None else cube[cube["body"] == body]))
        assert (headline.total, headline.gross) == (found.gross + found.receipts, found.gross)
        assert headline.aligned + headline.unaligned == headline.total


@given(st.lists(amounts, min_size=1, max_size=6), st.lists(st.integers(1, 40), min_size=1, max_size=3))
def test_allocation_is_exact_in_currencies_of_zero_two_and_three_digits(money: list[int], parts: list[int]) -> None:
    to = dict(zip(OUTCOMES, [min(part, 33) for part in parts], strict=False))
    whole = mapping(rule("all", when={"stage": "budget"}, to=to))
    for code, flow in product(["JPY", "GBP", "KWD"], ["expenditure"]):
        budget = lines(*({"amount": minor, "flow": flow} for minor in money))
        found = allocation.allocate(LineIndex(budget, Currency(code)), whole)
        assert found.groupby("line_id")["amount"].sum().tolist() == [
            dict(zip(budget["line_id"], money, strict=True))[line] for line in sorted(budget["line_id"])
        ]


@pytest.mark.parametrize(("code", "minor"), [("JPY", 2_500), ("GBP", 2_500_00), ("KWD", 2_500_000)])
def test_amounts_in_conditions_are_units_of_the_currency(code: str, minor: int) -> None:
    large = mapping(rule("large", when={"amount": {"between": ["2500", ""]}}, to={"sdg-09": 100}))
    budget = LineIndex(lines({"amount": minor}, {"amount": minor - 1}), Currency(code))
    assert budget.decide(large).tolist() == [0, NO_RULE]
