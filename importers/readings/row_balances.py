"""Rows that state what was there and what is left, told by arithmetic: what of them is spent is a choice."""

from __future__ import annotations

from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.row_dimensions import tell_flow
from importers.readings.list_entries import is_entry
from importers.readings.table import Table
from importers.relations.balances import Balance, find_balances
from importers.relations.sums import Row
from importers.words import lexicon, row_words

_LONGEST: Final = 60


def choose_balances(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of balances that are no money of the year, as places in the rows of data. What leads from one balance
    to the next may be received and spent, or no budget at all, which is a choice.
    """
    columns = table.of_role("amount")
    if not columns or table.of_role("flow", "side") or len(table.block.data) > _ROWS:
        return frozenset()
    balances = [each for each in find_balances(_rows(table), [c.fiscal_year for c in columns]) if _may_be(table, each)]
    if not balances:
        return frozenset()
    first = balances[0]
    column = columns[0].index
    called = [
        f"{table.grid.address(row.row, column)} ({row.label[:_LONGEST]!r})" for row in (first.before, first.after)
    ]
    told = (
        "what the second states of one year the first states of the next"
        if first.carried
        else "the rows between them, added or taken off, lead from one to the other"
    )
    more = f" So it is {len(balances) - 1} times more." if len(balances) > 1 else ""
    into, out = first.into, first.out
    moved = bool(into and out)
    received, spent = (table.cells_of([row.row for row in side]) for side in (into, out)) if moved else ("", "")
    sides = (
        ("left", f"The second is what is left: {spent} are spent, all above them received"),
        ("net", f"The second is what is left: {spent} are received, all above them spent"),
    )
    options = (
        *((("moved", f"Balances: {received} come in, {spent} are spent"),) if moved else ()),
        ("leave", "Balances: count none of these rows"),
        *(sides if moved and not first.carried else ()),
        ("lines", "No balances: count them like others"),
    )
    choice = table.choice(
        "rows",
        ("balances", *called),
        f"{called[0]} and {called[1]} of {table.grid.name!r} seem to say what was there before and what is left: "
        f"{told}.{more} What counts?",
        options,
        "",
        assumed="moved" if moved else "leave",
    )
    taken = decisions.take(choice)
    return frozenset().union(*(_settle(table, balance, taken) for balance in balances))


def _settle(table: Table, balance: Balance, taken: str) -> frozenset[int]:
    """Gives the rows of one balance their flows, and says which of them do not count."""
    if taken == "lines":
        return frozenset()
    places = {row.row: table.place_of(row.row) for row in balance.rows}
    if taken == "leave":
        start, end = places[balance.before.row], places[balance.after.row]
        return frozenset(range(start, end + 1))
    into = balance.into if taken == "moved" else (balance.before, *balance.into)
    flows = ("expenditure", "income") if taken == "net" else ("income", "expenditure")
    money = [c.index for c in table.of_role("amount")]
    for row in balance.out:
        if min(row.amounts or (0,)) < 0:
            table.amounts[np.ix_([places[row.row]], money)] *= -1
    table.flows |= {row.row: flows[0] for row in into} | {row.row: flows[1] for row in balance.out}
    ends = [balance.after, *balance.again, *((balance.before,) if taken == "moved" else ())]
    return frozenset(places[row.row] for row in ends)


_ROWS: Final = 300


def _rows(table: Table) -> list[Row]:
    """The body of a table, headings and blank rows as what parts it."""
    money = [c.index for c in table.of_role("amount")]
    stated = np.asarray(table.stated[:, money].any(axis=1))
    vectors = list(map(tuple, table.amounts[:, money].tolist()))
    rows: list[Row] = []
    after = int(table.block.data[0])
    for place, row in enumerate(table.block.data.tolist()):
        if row > after:
            rows.append(Row(after, "", None))
        after = row + 1
        if stated[place] and place not in table.shares:
            rows.append(Row(row, table.labels.said(place), vectors[place]))
    return rows


def _may_be(table: Table, balance: Balance) -> bool:
    """Whether no words say that the rows are something else, such as spending, income and what is left of them, and
    they are no entries of a list.
    """
    if balance.carried:
        return True
    ends = (balance.before.label, balance.after.label)
    between = [row.row for row in (*balance.into, *balance.out)]
    if all(is_entry(table, end.row, between) for end in (balance.before, balance.after)):
        return False
    if any(row_words.says_total(label) or tell_flow(label) for label in ends):
        return False
    said = [row.label for row in balance.rows]
    return not any(
        row_words.says_surplus(label) or lexicon.says("net", label) or row_words.says_less(label) for label in said
    )
