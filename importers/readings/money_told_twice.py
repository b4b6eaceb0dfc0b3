"""Blocks of rows that state the money of others again: by another cut, or a whole above or below what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from importers.evidence.choices import Decisions
from importers.evidence.weights import CHANCE
from importers.readings.row_flows import flow_over
from importers.readings.table import Table
from importers.relations.chance import Chance
from importers.relations.sums import Entry, Sums, Vector
from importers.words import lexicon

_LONGEST: Final = 60
_NAMED: Final = 4


def choose_views(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows of all but one of several blocks of a table whose totals state the same in every column: the money by
    programme and the same money by kind. Blocks that say that one is spent and the other received are no such.

    Args:
        left: rows that were chosen not to count, as places.
    """
    if table.sums is None:
        return frozenset()
    blocks: dict[tuple[int, ...], list[Entry]] = {}
    for entry in table.sums.top:
        digits = max((len(str(abs(amount)).rstrip("0")) for amount in entry.amounts), default=0)
        telling = digits >= (_TELLING if entry.worded else _TELLING_ALONE)
        if entry.is_total and entry.exact and not entry.memo and telling and len(entry.members) > 1:
            blocks.setdefault(entry.amounts, []).append(entry)
    for section in _sections(table.sums):
        blocks.setdefault(section.amounts, []).append(section)
    found: set[int] = set()
    for same in blocks.values():
        views = [view for view in same if not any(table.place_of(line.row) in left for line in view.lines())]
        # What names no flow is spent.
        flows = {table.flows.get(view.members[0].row) or flow_over(table, view) or "expenditure" for view in views}
        if len({view.row for view in views}) < 2 or len(flows) > 1:
            continue
        column = table.of_role("amount")[0].index
        named = [f"{table.grid.address(view.row, column)} ({view.label[:_LONGEST]!r})" for view in views]
        choice = table.choice(
            "rows",
            ("views", *named),
            f"{len(views)} totals of {table.grid.name!r} state the same: {', '.join(named[:_NAMED])}. Are they totals "
            "of the same money, told in another way?",
            (
                *((str(n), f"The same money: count the rows of {name}") for n, name in enumerate(named)),
                ("all", "Different money: count all of them"),
            ),
            # Who pays is the view that is proposed last.
            next((str(n) for n, view in enumerate(views) if not lexicon.says("financing", view.label)), "0"),
        )
        taken = decisions.take(choice)
        for n, view in enumerate(views):
            if taken not in ("all", str(n)):
                found |= {table.place_of(line.row) for line in view.lines()}
    return frozenset(found)


def _sections(sums: Sums) -> list[Entry]:
    """What stands under each of several headings that no total of its own sums, as if one did."""
    by_heading: dict[tuple[str, ...], list[Entry]] = {}
    for entry in sums.top:
        if not entry.memo and any(entry.amounts):
            by_heading.setdefault(sums.headings.get(entry.row, ()), []).append(entry)
    found = []
    for headings, entries in by_heading.items():
        amounts = tuple(map(sum, zip(*(entry.amounts for entry in entries), strict=True)))
        digits = max(len(str(abs(amount)).rstrip("0")) for amount in amounts)
        if headings and len(entries) > 1 and digits >= _TELLING_ALONE:
            found.append(Entry(entries[0].row, headings[-1], amounts, is_total=True, members=entries))
    return found if len(found) > 1 else []


def choose_repeated_runs(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows that state again what a run of other rows comes to, wherever that stands: regions above the bodies of
    which they are made, or a whole above rows with other wholes between. Which of them count is a choice.

    Args:
        left: rows that are known not to count, as places.
    """
    if table.sums is None:
        return frozenset()
    top = [e for e in table.sums.top if not e.memo and any(e.amounts) and table.place_of(e.row) not in left]
    found = _find_repeated_run(top)
    if found is None:
        return frozenset()
    whole, first, last = found
    run, place = top[first:last], top.index(whole)
    if len({flow_over(table, whole), *(flow_over(table, entry) for entry in run)} - {""}) > 1:
        return frozenset()
    between = top[place + 1 : first] if place < first else top[last:place]
    column = table.of_role("amount")[0].index
    called = f"{table.grid.address(whole.row, column)} ({whole.label[:_LONGEST]!r})"
    rows = f"the {len(run)} rows from {table.grid.address(run[0].row, column)} on"
    if whole.is_total:
        options = (
            ("run", f"The same money: count {rows}"),
            ("whole", f"The same money: count the rows of which {called} is the total"),
            ("all", "Different money: count all of them"),
        )
        said = "They state the same money twice?"
    else:
        options = (
            ("run", f"The same money: count {rows}" + (" and none above or below them" if between else "")),
            *((("between", f"The same money: leave out {called} alone"),) if between else ()),
            ("all", "Different money: count all of them"),
        )
        said = "Is it their total?"
    choice = table.choice(
        "rows",
        ("again", called, rows),
        f"{called} of {table.grid.name!r} states in every column what {rows} come to together. {said}",
        options,
        "run" if not whole.is_total or len(run) > sum(1 for _ in whole.lines()) else "",
    )
    taken = decisions.take(choice)
    again = {"run": [whole, *(() if whole.is_total else between)], "between": [whole], "whole": run}.get(taken, [])
    return frozenset(table.place_of(line.row) for entry in again for line in entry.lines())


def _find_repeated_run(top: Sequence[Entry]) -> tuple[Entry, int, int] | None:
    """An entry, and from where to where others that stand apart from it come to the same, which chance hardly makes."""
    if not 4 <= len(top) <= _ENTRIES:
        return None
    chance = Chance([entry.amounts for entry in top])
    prefix = [tuple([0] * len(top[0].amounts))]
    where: dict[Vector, list[int]] = {}
    for n, entry in enumerate(top):
        where.setdefault(prefix[-1], []).append(n)
        prefix.append(tuple(a + b for a, b in zip(prefix[-1], entry.amounts, strict=True)))
    largest = sorted(range(len(top)), key=lambda n: -sum(map(abs, top[n].amounts)))[:_LARGEST]
    for place in largest:
        whole = top[place].amounts
        # Right below a total so many runs begin; elsewhere they may begin and end anywhere.
        if chance.expected(whole, len(top)) >= CHANCE * 10:
            continue
        likely = chance.expected(whole, len(top) * len(top) // 2) < CHANCE
        for last in range(len(top), 1, -1):
            wanted = tuple(a - b for a, b in zip(prefix[last], whole, strict=True))
            for first in where.get(wanted, ()):
                if first + 1 < last and not first <= place < last and (likely or first == place + 1):
                    return top[place], first, last
    return None


_ENTRIES: Final = 3_000


_LARGEST: Final = 12
"""Of the largest amounts at most these are looked at, since a total is none of the smallest."""


_TELLING_ALONE: Final = 5


_TELLING: Final = 4
"""Digits of a total that another block hardly states by chance."""
