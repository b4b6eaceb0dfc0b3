"""Rows that state nearly what the rows beside them come to, under words that call them no totals."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.weights import CHANCE
from importers.readings.list_entries import is_entry
from importers.readings.row_flows import flow_over
from importers.readings.table import Table
from importers.relations.near_sums import NearSum, find_near_sums, tile_nearly
from importers.relations.sums import Entry

_LONGEST: Final = 60
_SHOWN: Final = 2


def choose_near_totals(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows that are totals of those beside them but for a rounding, a correction or their unit, as places in the
    rows of data: whether they count is a choice.

    Args:
        left: rows that were chosen not to count, as places.
    """
    sums = table.sums
    if sums is None:
        return frozenset()
    entries = [e for e in sums.top if not e.memo and any(e.amounts) and table.place_of(e.row) not in left]
    entries.sort(key=lambda entry: entry.row)
    starts = _starts(table, entries)
    found: list[NearSum] = []
    for above in (False, True):
        near = find_near_sums(entries, starts, above=above)
        near = [each for each in near if _is_of_one_flow(table, each) and _may_be_total(table, each)]
        if sum(len(each.members) for each in near) > sum(len(each.members) for each in found):
            found = near
    found += _like_other_totals(table, entries, {each.entry.row for each in found})
    found = [each for each in found if each.entry.row not in (*sums.lone_totals, *sums.asked)]
    if not found:
        return frozenset()
    cells = table.cells_of([each.entry.row for each in found])
    said = "; ".join(_said(table, each) for each in found[:_SHOWN])
    more = f" So it is with {len(found) - _SHOWN} rows more." if len(found) > _SHOWN else ""
    choice = table.choice(
        "rows",
        ("near", cells),
        f"In {table.grid.name!r} {said}.{more} "
        + ("Are they totals, though not exact?" if len(found) > 1 else "Is it their total, though it is not exact?"),
        (
            ("leave", f"{cells}: the same money as the rows beside it, do not count it"),
            ("count", f"{cells}: money of its own, count it"),
        ),
        "leave",
    )
    if decisions.take(choice) != "leave":
        return frozenset()
    for each in found:
        # What is no money of its own is set beside no other rows.
        each.entry.memo = each.entry.of_which = True
    return frozenset(table.place_of(each.entry.row) for each in found)


def _like_other_totals(table: Table, entries: Sequence[Entry], known: AbstractSet[int]) -> list[NearSum]:
    """The rows that stand where totals of other rows do that no word calls so, and nearly sum those beside them."""
    exact = [e for e in entries if e.is_total and e.exact and not e.worded and len(e.members) > 1]
    above = bool(exact) and all(e.members[0].row > e.row for e in exact)
    if not exact or any((e.members[0].row > e.row) is not above for e in exact):
        return []
    runs: list[list[Entry]] = [[]]
    for entry in entries:
        if entry.is_total:
            runs.append([])
        else:
            runs[-1].append(entry)
    found = [near for run in runs for near in tile_nearly(run, exact=len(exact), above=above)]
    fit = [near for near in found if near.entry.row not in known and _is_of_one_flow(table, near)]
    return [near for near in fit if not known & {each.row for each in near.members}]


def _starts(table: Table, entries: Sequence[Entry]) -> set[int]:
    """The rows at which a run of entries naturally begins: the first, and those below a heading, a blank row or a total
    and the lines that it sums.
    """
    assert table.sums is not None
    over = table.sums.headings
    blank = np.asarray(~table.grid.filled.any(axis=1))
    found = {entry.row for entry in entries[:1]}
    for one, other in pairwise(entries):
        parted = over.get(one.row, ()) != over.get(other.row, ()) or blank[one.row + 1 : other.row].any()
        # What other totals sum is a run of its own, and so is what stands between two of them.
        if parted or one.is_total or other.is_total:
            found.add(other.row)
    return found


def _said(table: Table, near: NearSum) -> str:
    """What a row states and what the rows beside it come to, in the column that is furthest from zero."""
    columns = [c.index for c in table.of_role("amount")]
    amounts = near.entry.amounts
    place = max(range(len(amounts)), key=lambda column: abs(amounts[column]))
    come_to = sum(member.amounts[place] for member in near.members)
    terms = table.grid.terms
    scaled = f" times {near.scale:,}" if near.scale > 1 else ""
    return (
        f"{table.grid.address(near.entry.row, columns[place])} ({near.entry.label[:_LONGEST]!r}) states "
        f"{terms.amount(amounts[place])}{scaled}, and the {len(near.members)} rows beside it come to "
        f"{terms.amount(come_to)}"
    )


def _may_be_total(table: Table, near: NearSum) -> bool:
    """Whether a row is not numbered as the rows are that it seems to sum and no entry of the same list, or chance
    hardly makes it so near them.
    """
    codes = [c.index for c in table.columns if c.role.endswith("_code")]
    numbered = np.asarray(table.grid.filled[:, codes].any(axis=1))
    alike = numbered[near.entry.row] and all(numbered[member.row] for member in near.members)
    listed = is_entry(table, near.entry.row, [member.row for member in near.members])
    return not (alike or listed) or near.expected < CHANCE / 10


def _is_of_one_flow(table: Table, near: NearSum) -> bool:
    """Whether nothing says that the row runs another way than those that it seems to sum."""
    entries = (near.entry, *near.members)
    return len({table.flows.get(e.row, "") or flow_over(table, e) or "expenditure" for e in entries}) == 1
