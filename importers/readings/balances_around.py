"""Two rows around the totals of a table that these lead from one to the other: what was there before, and what is
left, whatever they are called.
"""

from __future__ import annotations

from itertools import permutations
from typing import Final

from importers.evidence.choices import Decisions
from importers.evidence.row_dimensions import tell_flow
from importers.readings.table import Table
from importers.relations.chance import Chance
from importers.relations.memo_rows import find_balances_around
from importers.relations.sums import Entry, Net

_LONGEST: Final = 60


def choose_balances_around(table: Table, decisions: Decisions) -> frozenset[int]:
    """The first row and the last of a table whose totals are as far apart as these, as places in the rows of data:
    whether they are balances, or the one is what the totals and the other come to, is a choice.
    """
    if table.sums is None:
        return frozenset()
    chance = Chance([entry.amounts for entry in (*table.sums.lines(), *table.sums.totals())])
    found = find_balances_around(table.sums, chance) or _of_statement(table)
    if found is None:
        return frozenset()
    before, after, into, out = found
    column = table.of_role("amount")[0].index
    cells = [f"{table.grid.address(e.row, column)} ({e.label[:_LONGEST]!r})" for e in found]
    choice = table.choice(
        "rows",
        ("balances around", *cells),
        f"In {table.grid.name!r} {cells[2]} less {cells[3]} leads from {cells[0]} to {cells[1]}, which seem to say "
        "what was there before and what is left. Do these two count?",
        (
            ("neither", "They are balances: count neither"),
            ("last", f"{cells[0]} is what all of it comes to: count {cells[1]} alone"),
            ("first", f"{cells[1]} is what all of it comes to: count {cells[0]} alone"),
            ("both", "No balances: count both"),
        ),
        "neither",
    )
    taken = decisions.take(choice)
    if taken == "neither" and not table.sums.nets:
        # What comes in and what goes out run in opposite directions.
        table.sums.nets.append(Net((after,), (into,), (out,)))
    left = {"neither": (before, after), "last": (before,), "first": (after,)}.get(taken, ())
    return frozenset(table.place_of(entry.row) for entry in left)


def _of_statement(table: Table) -> tuple[Entry, Entry, Entry, Entry] | None:
    """The same of a statement whose last row states what the first line and its sections leave, where that line is
    below zero or states what is left in another column.
    """
    assert table.sums is not None
    for net in table.sums.nets:
        sections = (*net.one, *net.other)
        before, into = net.one[0], next((section for section in net.one if section.is_total), None)
        if before.is_total or into is None or not net.rows or tell_flow(before.label):
            continue
        after = net.rows[-1]
        if any(not before.row <= line.row < after.row for section in sections for line in section.lines()):
            continue
        told = {abs(amount) for amount in before.amounts if abs(amount) >= _TELLING}
        carried = any(
            before.amounts[one] == after.amounts[other] and abs(before.amounts[one]) in told
            for one, other in permutations(range(len(after.amounts)), 2)
        )
        if carried or max(before.amounts) < 0:
            return before, after, into, net.other[0]
    return None


_TELLING: Final = 100_000
"""What is carried to another column says something from so many minor units on."""
