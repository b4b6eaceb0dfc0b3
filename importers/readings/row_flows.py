"""Which way the money of a statement's sections runs, where a row states what is left of one after another."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from budget_align.core.returns.budget_line import FLOWS
from importers.evidence.choices import Decisions
from importers.evidence.row_dimensions import tell_flow
from importers.readings.table import Table
from importers.relations.nets import find_nets
from importers.relations.sums import Entry, Net
from importers.words import flow_words, row_words
from importers.words.lexicon import Meaning

_LONGEST: Final = 60


def tell_flows_of_sections(table: Table, decisions: Decisions) -> frozenset[int]:
    """Gives the rows of a statement's sections their flows, and makes memo lines of the rows that state what is left.

    Words tell which section is received and which spent; where none does, it is a choice that nobody can guess.

    Returns:
        Rows below what is left, such as balances, that do not count, as places among the rows of data.
    """
    if table.sums is None or table.of_role("flow") or any(c.flow for c in table.of_role("amount")):
        return frozenset()
    aside = rows_set_aside(table)
    ends: list[int] = []
    named = {e.row for e in table.sums.top if not e.is_total and tell_flow(e.label) in FLOWS}
    for net in table.sums.nets or find_nets(table.sums, aside, named):
        flows = _flows(table, net, decisions)
        if flows is None:
            continue
        if flows == _AGAIN:
            return frozenset(table.place_of(line.row) for e in (*net.other, *net.rows) for line in e.lines())
        for sections, flow in zip((net.one, net.other), flows, strict=True):
            for section in sections:
                # Financing beside what is received, such as loans taken up, is none of it.
                own = "financing" if "financing" in _said(table, (section,)) else flow
                table.flows |= {line.row: own for line in section.lines()}
        _set_aside(table, net)
        ends += [row.row for row in net.rows]
    return _choose_beyond(table, decisions, min(ends)) if ends else frozenset()


def rows_set_aside(table: Table) -> list[Entry]:
    """The rows that their words set aside, which may state what sections leave, and what moves balances among them."""
    amounts = table.amounts[:, [c.index for c in table.of_role("amount")]]
    stated = np.asarray(amounts.any(axis=1))
    aside = [
        Entry(int(table.block.data[place]), table.labels.said(place), tuple(amounts[place].tolist()))
        for place in sorted(table.shares)
        if stated[place]
    ]
    return aside + _moved(aside)


def _moved(aside: Sequence[Entry]) -> list[Entry]:
    """What the rows between an opening balance and the next one come to, as a row that states what they leave."""
    balances = [entry for entry in aside if row_words.says_balance(entry.label)]
    return [
        Entry(after.row, after.label, tuple(b - a for a, b in zip(before.amounts, after.amounts, strict=True)))
        for before, after in pairwise(balances)
        if row_words.says_opening(before.label) and not row_words.says_opening(after.label)
    ]


def _choose_beyond(table: Table, decisions: Decisions, net: int) -> frozenset[int]:
    """The lines below the first row that states what is left, in no section, that do not count: they may be money that
    was there before, moves to reserves, or further spending, which is a choice.
    """
    assert table.sums is not None
    lines = [
        e
        for e in table.sums.top
        if e.row > net
        and not (e.is_total or e.memo or e.row in table.flows or _SIGNED.match(e.label) or tell_flow(e.label) in FLOWS)
        and any(e.amounts)
    ]
    if not lines or table.sums.above:
        return frozenset()
    column = table.of_role("amount")[0].index
    cells = ", ".join(f"{table.grid.address(e.row, column)} ({e.label[:_LONGEST]!r})" for e in lines[:_NAMED])
    choice = table.choice(
        "rows",
        ("beyond", cells),
        f"Below {table.grid.address(net, column)} of {table.grid.name!r}, which states what is left, stand {cells}. "
        "Are they spent too?",
        (("leave", "No, they are balances or only move money: leave them out"), ("count", "Yes, count them")),
        "leave" if all(row_words.says_stock(e.label) for e in lines) else "",
        assumed="leave",
    )
    places = frozenset(table.place_of(e.row) for e in lines)
    return places if decisions.take(choice) == "leave" else frozenset()


_SIGNED: Final = re.compile(r"\s*[=+\-–−]\s*[^\W\d]")
"""A label that begins with the sign by which its money counts."""

_NAMED: Final = 4


def _flows(table: Table, net: Net, decisions: Decisions) -> tuple[str, str] | None:
    """The flow of the sections that run one way and of the others; None where a person says that all is spent."""
    left = frozenset(row.label for row in net.rows)
    one, other = _said(table, net.one, left), _said(table, net.other, left)
    for said in (one, other):
        if len(said) > 1:
            said.discard("financing")
    for said, against in ((one, other), (other, one)):
        flow = next(iter(said)) if len(said) == 1 else ""
        if flow and flow not in against and len(against) < 2:
            beside = next(iter(against), _OPPOSITE[flow])
            return (flow, beside) if said is one else (beside, flow)
    loose = tuple(_named_by_total(table, sections) for sections in (net.one, net.other))
    if set(loose) == {"income", "expenditure"}:
        return loose[0], loose[1]
    if not one and not other and _is_net_cost(net):
        return "expenditure", "income"
    column = table.of_role("amount")[0].index
    names = [_called(table, section, column) for section in (net.one[0], net.other[0])]
    if net.rows:
        row = net.rows[-1]
        prompt = (
            f"{table.grid.address(row.row, column)} of {table.grid.name!r} ({row.label[:_LONGEST]!r}) states what is "
            f"left of {names[0]} after {names[1]}, so that one is received and the other spent."
        )
        guess = "one" if row_words.says_surplus(row.label) else ""
    else:
        prompt = f"In {table.grid.name!r} {names[0]} stands above zero and {names[1]} below it."
        guess = ""
    again = ("again", f"Neither: {names[1]} and the rows below it tell the money of {names[0]} again")
    choice = table.choice(
        "flow",
        ("sections", *names),
        f"{prompt} Which is received, and which spent?",
        (
            *((again,) if _may_tell_again(table, net) else ()),
            ("one", f"{names[0]} is received, {names[1]} is spent"),
            ("other", f"{names[0]} is spent, {names[1]} is received"),
            ("spent", "Both are spent: neither is received"),
        ),
        guess,
    )
    taken = decisions.take(choice)
    if taken == "spent":
        return None
    if taken == "again":
        return _AGAIN
    return ("income", "expenditure") if taken == "one" else ("expenditure", "income")


def _is_net_cost(net: Net) -> bool:
    """Whether what is left is called a net cost and stands above zero, so that the larger side is spent."""
    costs = [row for row in net.rows if _NET_COST.search(row.label)]
    above = [entry for entry in (*costs[-1:], *net.one) if min(entry.amounts) >= 0]
    return bool(costs) and len(above) == 1 + len(net.one)


_NET_COST: Final = re.compile(r"^\W*net (cost|expenditure|spend(ing)?|requirement)\b", re.IGNORECASE)

_AGAIN: Final = ("", "")
"""What one side of a net states is no money of its own."""


def _may_tell_again(table: Table, net: Net) -> bool:
    """Whether the row that states what is left may be the last of the rows that are taken off: these and it, under a
    heading of their own, come to what stands before them, as the same money by another classification does.
    """
    assert table.sums is not None
    if len(net.rows) != 1 or net.rows[0].is_total:
        return False
    over = [
        {table.sums.headings.get(line.row, ()) for e in side for line in e.lines()} for side in (net.one, net.other)
    ]
    return over[1] == {table.sums.headings.get(net.rows[0].row, ())} and not over[0] & over[1]


def _called(table: Table, section: Entry, column: int) -> str:
    """A section as a person is told of it; one that no row totals by its first line."""
    first, *others = section.members or [section]
    if others and section.row == others[-1].row:
        span = f"{table.grid.address(first.row, column)}:{table.grid.address(section.row, column)}"
        return f"{span} ({first.label[:_LONGEST]!r} and {len(others)} more)"
    return f"{table.grid.address(section.row, column)} ({section.label[:_LONGEST]!r})"


def _named_by_total(table: Table, sections: tuple[Entry, ...]) -> str:
    """The flow of which the totals of sections have a word, whatever else they say, and have none of another:
    "Einzahlungen aus laufender Verwaltungstätigkeit". What is left of two sections says that one is received.
    """
    said = [{f for f in _WORDED if flow_words.may_say_flow(f, section.label)} for section in sections]
    flows = set.union(*said) if said and all(said) else set()
    return flows.pop() if len(flows) == 1 else ""


_WORDED: Final[tuple[Meaning, ...]] = ("income", "expenditure", "financing")

_OPPOSITE: Final = {"income": "expenditure", "expenditure": "income", "financing": "expenditure"}


def _said(table: Table, sections: tuple[Entry, ...], left: Collection[str] = ()) -> set[str]:
    """The flows that the names of sections, and headings over all of their rows, say; what is `left` of them says the
    flow of none.
    """
    return {flow_over(table, section, left) for section in sections} - {""}


def flow_over(table: Table, total: Entry, left: Collection[str] = ()) -> str:
    """The flow that a total, or a heading over all of its rows but those that state what is `left`, names."""
    assert table.sums is not None
    over = [[h for h in table.sums.headings.get(line.row, ()) if h not in left] for line in total.lines()]
    shared = [text for text in reversed(over[0] if over else []) if all(text in each for each in over)]
    own = [_without(total.label, text) for text in shared[:1]]
    said = [total.label, *own, *shared]
    return next((flow for text in said if (flow := flow_words.find_flow(text))), "")


def _without(label: str, heading: str) -> str:
    """A total's label without the name of what it totals: "Income" of "Parks :- Income" under "201 Parks"."""
    name = set(row_words.fold_label(heading).split())
    return " ".join(word for word in row_words.fold_label(label).split() if word not in name)


def _set_aside(table: Table, net: Net) -> None:
    """Makes memo lines of the rows that state what is left, those taken for the total of its sections too."""
    assert table.sums is not None
    sums = table.sums
    for row in net.rows:
        if row.is_total:
            _replace(sums.top, row)
            row.members, row.is_total, row.whole = [], False, False
            sums.top.append(row)
        row.memo = row.of_which = True
        sums.lone_totals.pop(row.row, None)
    sums.top.sort(key=lambda entry: entry.row)


def _replace(entries: list[Entry], total: Entry) -> None:
    """Puts in the place of a total what it sums, wherever it stands."""
    for place, entry in enumerate(entries):
        if entry is total:
            entries[place : place + 1] = total.members
            return
        _replace(entry.members, total)
