"""Money that passes between bodies is counted once, and only bodies that are there eliminate anything."""

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.allocation import alignment
from budget_align.core.allocation.consolidation import Transfer, find_eliminations, in_view, pair_transfers
from budget_align.core.rules.mapping import Mapping, Rule
from tests.unit.core.lines import allocate, index_of, lines, summarise

NOBODY = Mapping(name="m", title="M", framework="f", author="us")
MILLION = 100_000_000


def cube_of(budget: pd.DataFrame, *levels: str, mapping: Mapping = NOBODY) -> pd.DataFrame:
    """The expenditure of a view of some levels of government."""
    cube = summarise(budget, allocate(budget, mapping))
    return alignment.of_flow(alignment.consolidate(cube, levels or None))


def view(budget: pd.DataFrame, *levels: str, mapping: Mapping = NOBODY) -> int:
    """The consolidated spend of some levels of government."""
    return alignment.headline(cube_of(budget, *levels, mapping=mapping)).total


def mapping_of(**rule: Any) -> Mapping:
    made = Rule.model_validate({"id": "grants", "why": "w", "to": {"homes": 100}, **rule})
    return Mapping(name="m", title="M", framework="f", author="us", rules=(made,))


MINISTRY = {"body": "Ministry", "level": "devolved"}
COUNCIL = {"body": "North Council", "level": "local"}
SOUTH = {"body": "South Council", "level": "local"}
GRANT = {**MINISTRY, "programme": "Grant", "counterpart": "North Council", "amount": 4_000_000}


def millions(who: dict[str, str], amount: float, counterpart: str = "", **more: Any) -> dict[str, Any]:
    return {**who, "counterpart": counterpart, "amount": round(amount * MILLION), **more}


def test_a_transfer_with_its_receipt_is_counted_out_once() -> None:
    budget = lines(
        {**MINISTRY, "programme": "Hospitals", "amount": 10_000_000},
        GRANT,
        {**COUNCIL, "programme": "Schools", "amount": 5_000_000},
        {**COUNCIL, "programme": "Grant received", "counterpart": "Ministry", "amount": -3_999_000},
    )
    sides = "Ministry", "North Council", "budget", 2026
    assert pair_transfers(index_of(budget)) == (
        Transfer(*sides, 4_000_000, 3_999_000, "paired", ("2",), ("4",), 4_000_000, 3_999_000),
    )
    assert view(budget, "devolved") == 14_000_000
    assert view(budget, "local") == 5_000_000 - 3_999_000
    assert view(budget, "devolved", "local") == 15_000_000


def test_sides_that_differ_are_taken_out_once_and_the_difference_is_named() -> None:
    """State: hospitals 500 and a grant of 100; Council: roads 300, and a receipt of 99.99 that it nets."""
    budget = lines(
        millions(MINISTRY, 500),
        millions(MINISTRY, 100, "North Council"),
        millions(COUNCIL, 300),
        millions(COUNCIL, -99.99, "Ministry"),
    )
    (transfer,) = pair_transfers(index_of(budget))
    assert (transfer.status, transfer.difference) == ("differs", MILLION // 100)
    assert view(budget) == 800 * MILLION
    figures = alignment.headline(cube_of(budget))
    assert (figures.transfers, figures.gross) == (100 * MILLION, 800 * MILLION)


@pytest.mark.parametrize("counterpart", ["councils", "Local government", "North Council; South Council"])
def test_one_grant_to_two_councils_of_which_one_shows_its_receipt(counterpart: str) -> None:
    budget = lines(
        millions(MINISTRY, 500),
        millions(MINISTRY, 100, counterpart),
        millions(COUNCIL, 300),
        millions(COUNCIL, -60, "Ministry"),
        millions(SOUTH, 50),
    )
    assert view(budget) == 850 * MILLION
    (transfer,) = pair_transfers(index_of(budget))
    assert (transfer.status, transfer.paid, transfer.received) == ("differs", 100 * MILLION, 60 * MILLION)


def test_a_class_takes_out_what_those_there_show_and_the_rest_stays() -> None:
    three = [{"body": f"{name} Council", "level": "local"} for name in ("North", "South", "West")]
    grant, state = millions(MINISTRY, 300, "Local government"), millions(MINISTRY, 500)
    spending = [millions(each, 200) for each in three]
    receipts = [millions(each, 100, "Ministry", flow="income") for each in three]
    assert view(lines(state, grant, *spending, *receipts)) == 1_100 * MILLION
    # Two of them, who show 100 each: 100 of the grant may be anyone's.
    assert view(lines(state, grant, *spending[:2], *receipts[:2])) == (500 + 400 + 100) * MILLION
    # One that shows none: nothing says that any of the grant is its.
    assert view(lines(state, grant, spending[0])) == 1_000 * MILLION
    # Who receives is stated, and all are there: their budgets show what it buys.
    stated = mapping_of(
        when={"counterpart": "Local government"}, transfer_to="North Council; South Council; West Council"
    )
    assert view(lines(state, grant, *spending), mapping=stated) == 1_100 * MILLION
    # Stated, and one of them is not there.
    assert view(lines(state, grant, *spending[:2]), mapping=stated) == 1_200 * MILLION


def test_a_receiver_that_shows_more_than_the_grant_keeps_the_rest_of_its_receipt() -> None:
    budget = lines(
        millions(MINISTRY, 500),
        millions(MINISTRY, 100, "North Council"),
        millions(COUNCIL, 300),
        millions(COUNCIL, -120, "Ministry"),
    )
    assert view(budget) == 500 * MILLION + 300 * MILLION - 20 * MILLION
    (transfer,) = pair_transfers(index_of(budget))
    assert (transfer.paid, transfer.received, transfer.received_stays) == (100 * MILLION, 120 * MILLION, 20 * MILLION)


def test_several_receipts_of_one_grant_and_grants_of_one_receipt() -> None:
    receipts = [millions(COUNCIL, -part, "Ministry") for part in (30, 20, 50)]
    assert view(lines(millions(MINISTRY, 100, "North Council"), millions(COUNCIL, 300), *receipts)) == 300 * MILLION
    grants = [millions(MINISTRY, part, "North Council") for part in (30, 20, 50)]
    whole = millions(COUNCIL, -100, "Ministry")
    assert view(lines(*grants, millions(COUNCIL, 300), whole)) == 300 * MILLION


def test_a_grant_by_name_and_one_to_the_class_are_told_apart() -> None:
    budget = lines(
        millions(MINISTRY, 40, "North Council"),
        millions(MINISTRY, 100, "councils"),
        millions(COUNCIL, 300),
        millions(COUNCIL, 40, "Ministry", flow="income"),
        millions(COUNCIL, 60, "Ministry", flow="income"),
    )
    assert view(budget) == (300 + 40) * MILLION


def test_money_passed_on_is_counted_where_it_is_spent() -> None:
    region = {"body": "Region", "level": "devolved"}
    budget = lines(
        millions({"body": "State", "level": "UK"}, 100, "Region"),
        millions(region, 100, "North Council"),
        millions(COUNCIL, 100),
    )
    assert view(budget) == 100 * MILLION


def test_a_named_receiver_takes_out_no_more_than_it_spends() -> None:
    budget = lines(millions(MINISTRY, 100, "North Council"), millions(COUNCIL, 30))
    assert view(budget) == 100 * MILLION
    (transfer,) = pair_transfers(index_of(budget))
    assert (transfer.status, transfer.paid_stays) == ("only paid", 70 * MILLION)


def test_a_payment_whose_receiver_shows_no_receipt_goes_and_is_listed() -> None:
    budget = lines({**MINISTRY, "amount": 10_000_000}, GRANT, {**COUNCIL, "amount": 5_000_000})
    (transfer,) = pair_transfers(index_of(budget))
    assert (transfer.status, transfer.paid, transfer.received) == ("only paid", 4_000_000, 0)
    assert view(budget, "devolved", "local") == 15_000_000


def test_a_receipt_without_a_payment_stays_and_is_listed() -> None:
    budget = lines(
        {**MINISTRY, "amount": 14_000_000},
        {**COUNCIL, "amount": 5_000_000},
        {**COUNCIL, "counterpart": "ministry", "amount": -4_000_000},
    )
    (transfer,) = pair_transfers(index_of(budget))
    assert (transfer.status, transfer.paid, transfer.received) == ("only received", 0, 4_000_000)
    assert view(budget, "devolved", "local") == 15_000_000


def test_sides_of_other_years_never_pair() -> None:
    budget = lines(
        GRANT,
        {**COUNCIL, "counterpart": "Ministry", "amount": -3_000_000},
        {**COUNCIL, "counterpart": "Ministry", "amount": -4_000_000, "fiscal_year": 2025},
    )
    found = {(t.fiscal_year, t.status): (t.paid, t.received) for t in pair_transfers(index_of(budget))}
    assert found == {(2026, "differs"): (4_000_000, 3_000_000), (2025, "only received"): (0, 4_000_000)}


def test_lines_pair_one_by_one_where_the_sums_do_not() -> None:
    budget = lines(
        GRANT,
        {**GRANT, "amount": 700_000},
        {**COUNCIL, "counterpart": "Ministry", "amount": -700_050},
    )
    statuses = {(t.status, t.paid, t.received) for t in pair_transfers(index_of(budget))}
    assert statuses == {("paired", 700_000, 700_050), ("only paid", 4_000_000, 0)}


def test_a_rule_says_that_its_lines_are_transfers_and_only_those_there_take_them_out() -> None:
    grants = {"when": {"programme": "Revenue grant"}, "transfer_to": "Local government"}
    grant = millions(MINISTRY, 90, programme="Revenue grant")
    alone = lines(grant)
    one = lines(grant, millions(COUNCIL, 80), millions(COUNCIL, -70, "Ministry"))
    assert view(alone, mapping=mapping_of(**grants)) == 90 * MILLION
    assert view(one, mapping=mapping_of(**grants)) == (90 - 70 + 80) * MILLION
    cube = summarise(one, allocate(one, mapping_of(**grants)))
    homes = cube[cube["outcome"] == "homes"].set_index("toward")["amount"]
    assert homes.to_dict() == {"": 20 * MILLION, "local": 70 * MILLION}


def test_bodies_of_no_stated_level_are_seen_together() -> None:
    budget = lines({"body": "A", "counterpart": "B", "amount": 5}, {"body": "B", "amount": 7})
    assert view(budget, "") == 7


def test_a_memo_line_counts_where_no_return_that_is_there_counts_it() -> None:
    care = millions(MINISTRY, 325, "Local government", memo=True, programme="Grants for social care")
    state, council = millions(MINISTRY, 1_000), millions(COUNCIL, 400)
    alone = alignment.headline(cube_of(lines(state, care)))
    assert (alone.total, alone.memo, alone.memo_counted) == (1_325 * MILLION, 0, 325 * MILLION)
    assert view(lines(state, care, council)) == 1_725 * MILLION
    shown = lines(state, care, council, millions(COUNCIL, -200, "Ministry"))
    there = alignment.headline(cube_of(shown))
    assert (there.total, there.memo) == ((1_000 + 125 + 400) * MILLION, 200 * MILLION)
    named = {**care, "counterpart": "North Council"}
    whole = alignment.headline(cube_of(lines(state, named, council)))
    assert (whole.total, whole.memo, whole.memo_counted) == (1_400 * MILLION, 325 * MILLION, 0)


def test_memo_lines_that_another_line_counts_already_never_count() -> None:
    budget = lines(
        millions(MINISTRY, 75.2, programme="Specific grants"),
        millions(MINISTRY, 52.2, "Local government", memo=True, programme="Early learning"),
        millions({"body": "Justice", "level": "devolved"}, 23, "Local government", memo=True),
    )
    figures = alignment.headline(cube_of(budget))
    assert (figures.total, figures.memo) == (7_520_000_000, 7_520_000_000)


NAMES = ["State", "Region", "North", "South", "West"]
LEVEL = {"State": "UK", "Region": "devolved", "North": "local", "South": "local", "West": "local"}
amounts = st.integers(1, 40).map(lambda each: each * 7_000_001)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES), st.sampled_from(NAMES), amounts, st.lists(amounts, max_size=3), st.booleans()
        ),
        max_size=8,
        unique_by=lambda each: each[:2],
    ),
    st.lists(st.sampled_from(NAMES), unique=True, min_size=1),
    st.randoms(use_true_random=False),
)
def test_consolidated_spend_is_what_bodies_buy_whatever_their_returns_show(
    grants: list[Any], there: list[str], random: Any
) -> None:
    """Each body that is there buys a thousand of something of its own; grants are between named bodies. What receivers
    show beyond a grant is netted from what they buy; grants to bodies that are not there count with the payer.
    """
    rows = [{"body": name, "level": LEVEL[name], "amount": 10**12} for name in there]
    expected = Fraction(10**12 * len(there))
    for payer, receiver, paid, receipts, netted in grants:
        if payer == receiver:
            continue
        if payer in there:
            rows.append({"body": payer, "level": LEVEL[payer], "counterpart": receiver, "amount": paid})
        if receiver in there:
            how = (-1, {}) if netted else (1, {"flow": "income"})
            for each in receipts:
                facts = {"body": receiver, "level": LEVEL[receiver], "counterpart": payer, **how[1]}
                rows.append({**facts, "amount": how[0] * each})
        if payer in there and receiver not in there:
            expected += paid
        if receiver in there and netted:
            expected -= max(0, sum(receipts) - (paid if payer in there else 0))
    random.shuffle(rows)
    budget = lines(*rows)
    consolidation = find_eliminations(index_of(budget), tolerance=0)
    kept = budget["amount"].to_numpy().copy()
    for place, _, amount in consolidation.eliminations.itertuples(index=False, name=None):
        kept[place] -= amount
    counted = (budget["flow"] == "expenditure").to_numpy()
    assert int(kept[counted].sum()) == expected


lines_of_any_kind = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "D"]),
        st.sampled_from(["", "", "A", "B", "C", "D", "councils", "B; C", "C;D;nobody", "nobody"]),
        st.integers(-9, 9).map(lambda each: each * 300_000_007),
        st.booleans(),
        st.sampled_from(["expenditure", "expenditure", "income", "financing"]),
    ),
    max_size=25,
)
OF = {"A": "UK", "B": "devolved", "C": "local", "D": "local"}


@given(lines_of_any_kind, st.lists(st.sampled_from(["UK", "devolved", "local"]), unique=True))
def test_no_line_gives_more_than_it_has_and_every_pound_stands_somewhere(rows: list[Any], levels: list[str]) -> None:
    budget = lines(
        *({"body": b, "level": OF[b], "counterpart": c, "amount": a, "memo": m, "flow": f} for b, c, a, m, f in rows)
    )
    consolidation = find_eliminations(index_of(budget))
    out = consolidation.eliminations.groupby("place")["amount"].sum()
    for place, amount in out.items():
        whole = int(budget["amount"].iloc[place])
        assert 0 <= amount / whole <= 1
    listed = [line for t in consolidation.transfers for line in (*t.payments, *t.receipts)]
    spending = [t for t in consolidation.transfers if t.payments]
    assert sum(t.paid_eliminated for t in spending) == sum(
        int(amount)
        for place, amount in out.items()
        if budget["line_id"].iloc[place] in {line for t in spending for line in t.payments}
    )
    assert set(budget["line_id"].iloc[list(out.index)]) <= set(listed)
    cube = summarise(budget, allocate(budget, NOBODY))
    assert int(cube["amount"].sum()) == int(budget["amount"].sum())
    seen = alignment.consolidate(cube, levels)
    of_levels = budget["level"].isin(levels)
    assert int(seen["amount"].sum()) == int(budget["amount"][of_levels].sum())
    assert in_view(cube["level"], cube["toward"], levels).sum() <= len(cube)


COUNCILS = {
    "councils": None,
    "North": {"North"},
    "North; South": {"North", "South"},
    "South;West;East": {"South", "West", "East"},
}
few = st.integers(1, 40)


@given(
    st.dictionaries(
        st.sampled_from([("budget", 2025), ("budget", 2026), ("outturn", 2025)]),
        st.tuples(
            st.sampled_from(list(COUNCILS)),
            few,
            st.dictionaries(st.sampled_from(["North", "South", "West"]), st.lists(few, max_size=2)),
            st.booleans(),
        ),
        min_size=1,
    ),
    st.booleans(),
    st.sampled_from([1, 10**9]),
)
def test_a_grant_is_taken_out_against_those_whose_return_of_its_year_is_there(
    years: Any, memo: bool, unit: int
) -> None:
    """The oracle works one year and stage at a time: who is there, what they show, and what their budgets hold."""
    rows, expected = [], {}
    for (stage, year), (target, paid, shown, netted) in years.items():
        period = {"stage": stage, "fiscal_year": year}
        rows.append({"body": "State", "level": "UK", "amount": 10**6, **period})
        rows.append({"body": "State", "level": "UK", "amount": paid, "counterpart": target, "memo": memo, **period})
        meant = COUNCILS[target]
        receiving = {name: sum(parts) for name, parts in shown.items() if meant is None or name in meant}
        seen = min(paid, sum(receiving.values()))
        silent = [name for name, amount in receiving.items() if not amount]
        all_there = meant is not None and meant <= set(shown)
        some_silent = meant is None and seen and silent
        gone = paid if all_there or some_silent else seen
        received = 0
        for name, parts in shown.items():
            who = {"body": name, "level": "local", **period}
            rows.append({**who, "amount": 10**5})
            how = {"flow": "expenditure" if netted else "income"}
            rows += [{**who, **how, "counterpart": "State", "amount": -each if netted else each} for each in parts]
            received += sum(parts) if netted else 0
        given_back = seen if netted else 0
        expected[stage, year] = 10**6 + paid - gone + 10**5 * len(shown) - received + given_back
    cube = cube_of(lines(*({**row, "amount": row["amount"] * unit} for row in rows)))
    expected = {key: amount * unit for key, amount in expected.items()}
    found = {key: alignment.headline(alignment.of_period(cube, *key)).total for key in years}
    assert found == expected


def test_a_list_holds_only_where_all_have_a_return_of_the_year_and_a_reduced_grant_stays_without_one() -> None:
    both = lines(
        millions(MINISTRY, 500),
        millions(MINISTRY, 100, "North Council; South Council"),
        millions(COUNCIL, 300),
        millions(SOUTH, 50, fiscal_year=2025),
    )
    assert alignment.headline(alignment.of_period(cube_of(both), "budget", 2026)).total == 900 * MILLION
    less = mapping_of(when={"programme": "Less"}, transfer_to="North Council")
    budget = lines(
        millions(MINISTRY, 500),
        millions(MINISTRY, -30, programme="Less"),
        millions(COUNCIL, 300, fiscal_year=2025),
    )
    assert alignment.headline(alignment.of_period(cube_of(budget, mapping=less), "budget", 2026)).total == 470 * MILLION


def test_a_memo_line_below_zero_names_who_paid_and_counts_nowhere() -> None:
    budget = lines(millions(MINISTRY, 500), millions(COUNCIL, 300), millions(COUNCIL, -60, "Ministry", memo=True))
    figures = alignment.headline(cube_of(budget))
    assert (figures.total, figures.memo, figures.memo_counted) == (800 * MILLION, -60 * MILLION, 0)


def test_small_sums_are_not_alike_since_they_are_small() -> None:
    state = [{**MINISTRY, "amount": 500}, {**MINISTRY, "amount": 100, "counterpart": "councils"}]
    council = [{**COUNCIL, "amount": 300}, {**COUNCIL, "amount": -60, "counterpart": "Ministry"}]
    assert view(lines(*state, *council)) == 500 + 40 + 300
