"""Sums that hold in some columns of a table and not in all: a total that was not kept up, or a column made by another
rule. Rows are taken for totals where every column bears it out; where only some do, what the rows are is in doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from importers.relations.chance import BELIEVED, Chance
from importers.relations.outline import find_outline
from importers.relations.sums import Entry, Row, Sums, Vector
from importers.relations.totals import find_totals

_COLUMNS: Final = 12
_ROWS: Final = 3_000
_FEWEST: Final = 3
"""A sum of two rows may be anything: an amount and its correction, two halves."""


def find_partial_sums(rows: Sequence[Row], totals: Collection[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The columns in which rows that count as lines are sums of the rows right before or after them, by odds that
    chance does not explain, and those rows; both empty where there are none, or where every column says so.

    Args:
        rows: the table's body, in order.
        totals: rows that are known to be totals, by number.
    """
    said = [row for row in rows if row.amounts is not None]
    vectors = [row.amounts for row in said if row.amounts is not None]
    width = len(vectors[0]) if vectors else 0
    if not 2 <= width <= _COLUMNS or not _FEWEST < len(vectors) <= _ROWS:
        return (), ()
    bounds = _bounds(rows)
    chance = Chance(vectors)
    by_column: dict[int, frozenset[int]] = {}
    for column, likely in enumerate(chance.of_column):
        found = _sums_of_runs([vector[column] for vector in vectors])
        # Whatever stands under one heading is one run a row, and not one of all that may begin anywhere.
        tried = {place: len(vectors) * (1 if run & bounds else len(vectors) - 1) for place, run in found.items()}
        unlikely = {said[place].row for place, count in tried.items() if likely * count < BELIEVED}
        by_column[column] = frozenset(unlikely - set(totals))
    most = max(by_column.values(), key=len, default=frozenset())
    if not most:
        return (), ()
    return tuple(column for column, found in by_column.items() if found >= most), tuple(sorted(most))


def _bounds(rows: Sequence[Row]) -> set[int]:
    """Where runs of rows naturally begin or end, counted in rows of amounts: the ends of the table, and headings."""
    count = 0
    found = {0}
    for row in rows:
        if row.amounts is None:
            found.add(count)
        else:
            count += 1
    return found | {count}


def _sums_of_runs(amounts: Sequence[int]) -> dict[int, set[int]]:
    """The places of amounts that are the sum of three or more amounts right before, or right after, them, with where
    the run begins or ends, its far side.
    """
    sums = list(accumulate(amounts, initial=0))
    # How many amounts other than zero stand before each place, so that a run of zeros adds no parts.
    parts = list(accumulate((amount != 0 for amount in amounts), initial=0))
    found: dict[int, set[int]] = {}
    ends: dict[int, int] = {}
    for place, amount in enumerate(amounts):
        start = ends.get(sums[place] - amount)
        if amount and start is not None and parts[place] - parts[start] >= _FEWEST:
            found.setdefault(place, set()).add(start)
        ends[sums[place]] = place
    ends = {}
    for place in range(len(amounts) - 1, -1, -1):
        amount = amounts[place]
        end = ends.get(sums[place + 1] + amount)
        if amount and end is not None and parts[end] - parts[place + 1] >= _FEWEST:
            found.setdefault(place, set()).add(end)
        ends[sums[place + 1]] = place + 1
    return found


def find_totals_by(
    columns: Sequence[int],
    rows: Sequence[Row],
    tolerance: Vector,
    names: Sequence[str],
) -> Sums:
    """The lines and totals of a table as some of its columns tell them, with the amounts of all."""
    own = [
        replace(row, amounts=None if row.amounts is None else tuple(row.amounts[column] for column in columns))
        for row in rows
    ]
    near = tuple(tolerance[column] for column in columns)
    sums = find_totals(own, near, names, find_outline(own, near))
    whole = {row.row: row.amounts for row in rows if row.amounts is not None}
    for entry in [*sums.top, *sums.across]:
        _give_back(entry, whole)
    return sums


def _give_back(entry: Entry, whole: dict[int, Vector]) -> None:
    entry.amounts = whole[entry.row]
    for member in entry.members:
        _give_back(member, whole)
