"""Money that passes between bodies is counted once where both are in view."""

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.consolidation import Transfer, find_towards, in_view, pair_transfers
from budget_align.core.mapping import Mapping, Rule
from tests.unit.lines import allocate, index_of, lines, summarise


def view(budget: pd.DataFrame, *levels: str, mapping: Mapping | None = None) -> int:
    """The consolidated spend of some levels of government."""
    towards = find_towards(index_of(budget), mapping)
    counted = in_view(budget["level"], towards, levels) & ~budget["memo"].to_numpy()
    return int(budget["amount"][counted].sum())


MINISTRY = {"body": "Ministry", "level": "devolved"}
COUNCIL = {"body": "North Council", "level": "local"}
GRANT = {**MINISTRY, "programme": "Grant", "counterpart": "North Council", "amount": 4_000_000}


def test_a_transfer_with_its_receipt_is_counted_out_once() -> None:
    budget = lines(
        {**MINISTRY, "programme": "Hospitals", "amount": 10_000_000},
        GRANT,
        {**COUNCIL, "programme": "Schools", "amount": 5_000_000},
        {**COUNCIL, "programme": "Grant received", "counterpart": "Ministry", "amount": -3_999_000},
    )
    assert pair_transfers(index_of(budget)) == (
        Transfer("Ministry", "North Council", "budget", 2026, 4_000_000, 3_999_000, "paired", ("2",), ("4",)),
    )
    assert view(budget, "devolved") == 14_000_000
    assert view(budget, "local") == 5_000_000 - 3_999_000
    assert view(budget, "devolved", "local") == 15_000_000


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


def test_sides_that_differ_are_listed_with_both_figures_and_other_years_never_pair() -> None:
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


def test_a_rule_says_that_its_lines_are_transfers_to_a_level() -> None:
    rule = Rule(
        id="grants", when={"programme": "Revenue grant"}, to={"homes": 100}, transfer_to="Local government", why="w"
    )
    mapping = Mapping(name="m", title="M", framework="f", author="us", rules=(rule,))
    budget = lines({**MINISTRY, "programme": "Revenue grant", "amount": 9}, {**COUNCIL, "amount": 8})
    alone = lines({**MINISTRY, "programme": "Revenue grant", "amount": 9})
    assert view(budget, "devolved", "local", mapping=mapping) == 8
    assert view(alone, "devolved", "local", mapping=mapping) == 9
    cube = summarise(budget, allocate(budget, mapping), mapping)
    assert cube.loc[cube["outcome"] == "homes", "toward"].tolist() == ["local"]


def test_bodies_of_no_stated_level_are_seen_together() -> None:
    budget = lines({"body": "A", "counterpart": "B", "amount": 5}, {"body": "B", "amount": 7})
    assert view(budget, "") == 7


entries = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "D"]),
        st.sampled_from(["", "", "A", "B", "C", "D", "councils", "nobody"]),
        st.integers(-3, 3).map(lambda each: each * 100_000),
        st.booleans(),
    ),
    max_size=25,
)
LEVEL = {"A": "UK", "B": "devolved", "C": "local", "D": "local"}


@given(entries, st.lists(st.sampled_from(["UK", "devolved", "local"]), unique=True))
def test_consolidated_spend_is_the_bodies_less_each_transfer_once(rows: list[Any], levels: list[str]) -> None:
    budget = lines(*({"body": b, "level": LEVEL[b], "counterpart": c, "amount": a, "memo": m} for b, c, a, m in rows))
    transfers = pair_transfers(index_of(budget), tolerance=0)
    listed = [line for t in transfers for line in (*t.payments, *t.receipts)]
    assert len(listed) == len(set(listed))
    towards = find_towards(index_of(budget), tolerance=0)
    amount = budget.set_index("line_id")["amount"]
    counted = in_view(budget["level"], towards, levels) & ~budget["memo"].to_numpy()
    bodies = sum(a for b, _, a, m in rows if not m and LEVEL[b] in levels)
    removed = 0
    for t in transfers:
        receivers = {LEVEL.get(t.receiver, "local")}
        if LEVEL[t.payer] in levels if t.payer in LEVEL else False:
            removed += sum(amount[i] for i in t.payments) if receivers & set(levels) else 0
        if t.status == "paired" and LEVEL[t.payer] in levels:
            removed += sum(amount[i] for i in t.receipts if LEVEL[budget.set_index("line_id")["body"][i]] in levels)
    assert int(budget["amount"][counted].sum()) == bodies - removed
