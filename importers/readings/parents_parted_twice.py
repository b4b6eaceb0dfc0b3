"""Rows set in under each of several others that take these apart twice: by who pays, and by what is bought."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.row_depths import find_depths, indent_of
from importers.readings.table import Table

_ROWS: Final = 3_000
_FEWEST: Final = 2
_NEARLY_ALL: Final = 0.8
_NAMED: Final = 4

Runs = tuple[list[int], list[int]]
"""Places of the rows that come to a row above them, and of those below that come to it once more."""


def choose_parting(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of one of two runs under each of several rows, both of which come to that row in every column, as places
    in the rows of data: which of the two counts is a choice.
    """
    money = [column.index for column in table.of_role("amount")]
    if not money or not _FEWEST < len(table.block.data) <= _ROWS:
        return frozenset()
    families = _families(table)
    found = [runs for parent, children in families if (runs := _parted(table, money, parent, children))]
    if len(found) < _FEWEST or len(found) < _NEARLY_ALL * len(families):
        return frozenset()
    if all(min(map(len, runs)) == 1 for runs in found):
        # One row that states the row above it again takes nothing apart.
        return frozenset()
    first, last = ([place for runs in found for place in runs[side]] for side in (0, 1))
    names = [list(dict.fromkeys(table.labels.said(place) for place in run)) for run in (first, last)]
    said = [", ".join(map(repr, each[:_NAMED])) for each in names]
    choice = table.choice(
        "rows",
        ("parted twice", *said),
        f"Under {len(found)} rows of {table.grid.name!r} rows such as {said[0]} come to these, and then rows such as "
        f"{said[1]} once more. Which of them count?",
        (("last", f"Those such as {said[1]}"), ("first", f"Those such as {said[0]}")),
        # Where the money comes from has the same names everywhere.
        "last" if len(names[0]) < len(names[1]) else "first",
    )
    return frozenset(first if decisions.take(choice) == "last" else last)


def _families(table: Table) -> list[tuple[int, list[int]]]:
    """Each row with those right below it that are set in further, where all of them are by as much and none has any of
    its own.
    """
    depths = find_depths(table)
    rows = table.block.data.tolist()
    indents = [indent_of(table, row, depths) for row in rows]
    kept = set(table.kept().tolist())
    found = []
    for place, indent in enumerate(indents):
        end = next((n for n in range(place + 1, len(rows)) if indents[n] <= indent), len(rows))
        below = range(place + 1, end)
        if len(below) > _FEWEST and len({indents[n] for n in below}) == 1 and {place, *below} <= kept:
            found.append((place, list(below)))
    return found


def _parted(table: Table, money: Sequence[int], parent: int, children: Sequence[int]) -> Runs | None:
    whole = table.amounts[parent, money]
    if not whole.any():
        return None
    sums = list(accumulate(table.amounts[place, money] for place in children))
    if not np.array_equal(sums[-1], 2 * whole):
        return None
    cut = next((n for n, each in enumerate(sums[:-1], 1) if np.array_equal(each, whole)), 0)
    return (list(children[:cut]), list(children[cut:])) if cut else None
