"""Trial balances: a ledger whose debits and credits come to the same holds assets, debts and reserves beside what is
spent and received, so that its accounts do not all count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.row_dimensions import tell_flow
from importers.readings.table import Table
from importers.structure.grid import Ints
from importers.structure.texts import column_texts
from importers.words import flow_words, row_words

_FEWEST: Final = 6
_MOST_CLASSES: Final = 12
_OPTIONS: Final = 5
_LONGEST: Final = 40

Meant = Mapping[str, str]
"""The flow of each class that counts."""


def choose_accounts(table: Table, decisions: Decisions) -> frozenset[int] | None:
    """The rows of a trial balance that do not count, as places among the rows of data; those that do get their flows.
    None where a table is none, or nothing parts its accounts.

    Words of a column, or headings, that name both what is received and what is spent tell the classes that count; else
    the first figures of codes part them, and nobody can guess.
    """
    rows = _find_accounts(table)
    if rows is None:
        return None
    for column in table.columns:
        if column.role in ("amount", "total") or column.index not in table.block.labels:
            continue
        said = column_texts(table.grid, table.block.data[rows], column.index, with_numbers=False)
        words = [said.words[code] for code in said.used]
        meant = {word: flow for word in words if (flow := tell_flow(word)) in ("income", "expenditure")}
        if 2 < len(words) <= _MOST_CLASSES and set(meant.values()) == {"income", "expenditure"}:
            classes = [said.words[code] for code in said.codes.tolist()]
            return _choose(table, decisions, column.letter, rows, classes, [meant])
    headed = _choose_by_headings(table, decisions, rows)
    return _choose_by_codes(table, decisions, rows) if headed is None else headed


def _find_accounts(table: Table) -> Ints | None:
    """The rows of accounts, where their debits come to what their credits do."""
    sides = table.of_role("amount")
    if sorted(column.sign for column in sides) != [-1, 1]:
        return None
    rows = table.lines_beside(table.shares)
    debits, credits_ = (table.amounts[rows][:, c.index] for c in sorted(sides, key=lambda c: -c.sign))
    if len(rows) < _FEWEST or not debits.any() or int(debits.sum()) != int(np.abs(credits_).sum()):
        return None
    return rows


def _choose_by_headings(table: Table, decisions: Decisions, rows: Ints) -> frozenset[int] | None:
    """The rows that do not count where each stands under a heading, and headings name both flows; None where they do
    not, or what stands under them is not on the side of a ledger where their flow stands.
    """
    over = [table.sums.headings.get(int(table.block.data[row]), ()) if table.sums else () for row in rows.tolist()]
    if not all(over):
        return None
    # The heading next above tells of what is owned and owed, whatever flow a heading further out names.
    classes = [next((text for text in headings[::-1] if _tells_account(text)), headings[-1]) for headings in over]
    meant = {text: flow for text in classes if (flow := flow_words.find_flow(text)) in ("income", "expenditure")}
    if not len(meant) < len(set(classes)) <= _MOST_CLASSES or set(meant.values()) != {"income", "expenditure"}:
        return None
    net = _net(table, rows)
    for flow, sign in (("income", -1), ("expenditure", 1)):
        if sign * int(net[[meant.get(each) == flow for each in classes]].sum()) <= 0:
            return None
    return _choose(table, decisions, "", rows, classes, [meant])


def _tells_account(heading: str) -> bool:
    return bool(flow_words.find_flow(heading)) or row_words.says_stock(heading)


def _net(table: Table, rows: Ints) -> Ints:
    """The debits of each account less its credits."""
    sides = table.of_role("amount")
    net: Ints = np.sum([c.sign * np.abs(table.amounts[rows, c.index]) for c in sides], axis=0)
    return net


def _choose_by_codes(table: Table, decisions: Decisions, rows: Ints) -> frozenset[int] | None:
    net = _net(table, rows)
    for column in table.columns:
        if not column.role.endswith("_code") and column.index not in table.block.labels:
            continue
        said = column_texts(table.grid, table.block.data[rows], column.index, with_numbers=True)
        firsts = [said.words[code].strip()[:1] for code in said.codes.tolist()]
        order = sorted(set(firsts))
        if not all(first.isdigit() for first in order) or not 2 < len(order) <= _MOST_CLASSES:
            continue
        owed = {first: int(net[[each == first for each in firsts]].sum()) < 0 for first in order}
        names = table.labels.all_said(rows)
        named = {
            f for f, name in zip(firsts, names, strict=True) if owed[f] and flow_words.may_say_flow("income", name)
        }
        ways: list[Meant] = []
        for place, first in enumerate(order):
            if owed[first] and (not named or first in named):
                ways += [{first: "income"} | dict.fromkeys(run, "expenditure") for run in _runs(order, place, owed)]
        if ways:
            return _choose(table, decisions, column.letter, rows, firsts, ways[:_OPTIONS])
    return None


def _runs(order: Sequence[str], place: int, owed: Mapping[str, bool]) -> list[list[str]]:
    """The runs of classes next to one that may be spent, the shortest first: those right before it and right after."""
    found: list[list[str]] = []
    for side in (order[place + 1 :], order[:place][::-1]):
        run: list[str] = []
        for first in side:
            if owed[first]:
                break
            run = [*run, first]
            found.append(sorted(run))
    return sorted(found, key=len)


def _choose(
    table: Table, decisions: Decisions, letter: str, rows: Ints, classes: Sequence[str], ways: Sequence[Meant]
) -> frozenset[int]:
    called = {each: repr(each[:_LONGEST]) for each in classes}
    if any(each.isdigit() for each in classes):
        names = zip(classes, table.labels.all_said(rows), strict=True)
        called = {each: f"{each} ({name[:_LONGEST]!r})" for each, name in reversed([*names])}
    parting = f"Column {letter} parts" if letter else "The headings over them part"
    options = [(str(place), _said(way, called)) for place, way in enumerate(ways)]
    choice = table.choice(
        "flow",
        ("accounts", letter, *sorted(set(classes))),
        f"The debits and credits of {table.grid.name!r} come to the same, so that its accounts hold what is owned and "
        f"owed beside what was spent and received. {parting} them. What counts?",
        (*options, ("all", "All of it: what is debited is spent, and credits are taken off")),
        options[0][0] if len(ways) == 1 else "",
        assumed="0",
    )
    taken = decisions.take(choice)
    if taken == "all":
        return frozenset()
    way = ways[int(taken)]
    for place, each in zip(rows.tolist(), classes, strict=True):
        if each in way:
            table.flows[int(table.block.data[place])] = way[each]
    return frozenset(place for place, each in zip(rows.tolist(), classes, strict=True) if each not in way)


def _said(way: Meant, called: Mapping[str, str]) -> str:
    """What counts one way, by what each class is called."""

    def listed(flow: str) -> str:
        return ", ".join(called[each] for each in sorted(called) if way.get(each, "") == flow)

    return f"{listed('income')} is received, {listed('expenditure')} is spent; {listed('')} is left out"
