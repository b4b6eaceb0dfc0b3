"""Rows further down a table that count something, such as posts, under the names of its lines."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.relations.counts import are_counts
from importers.words import row_words

_ROWS: Final = 1_000
_LONGEST: Final = 60


def choose_counted_rows(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows below a heading or a blank row whose figures are whole and far smaller than those of the same names
    above them, as places in the rows of data: whether they are money is a choice.
    """
    money = [c.index for c in table.of_role("amount")]
    if not money or len(table.block.data) > _ROWS:
        return frozenset()
    sections = _sections(table)
    first, *others = sections
    minor = 10**table.grid.terms.minor_unit * table.context.unit.multiplier
    beside = _by_name(table, first, money)
    found = [
        place for section in others if are_counts(_by_name(table, section, money), beside, minor) for place in section
    ]
    if not found:
        return frozenset()
    cells = table.cells_of([int(table.block.data[place]) for place in found])
    choice = table.choice(
        "rows",
        ("counted", cells),
        f"{cells} of {table.grid.name!r} ({table.labels.said(found[0])[:_LONGEST]!r}) bear names of rows above, and "
        "figures that are whole and far smaller. Are they money, or do they count something, such as posts?",
        (("leave", "They count something: leave them out"), ("count", "They are money: count them")),
        "leave",
    )
    return frozenset(found) if decisions.take(choice) == "leave" else frozenset()


def _sections(table: Table) -> list[list[int]]:
    """The rows of data between rows that hold no figures, as places."""
    rows = table.block.data.tolist()
    found: list[list[int]] = [[0]]
    for place, (one, other) in enumerate(pairwise(rows), 1):
        if other > one + 1:
            found.append([])
        found[-1].append(place)
    return found


def _by_name(table: Table, places: list[int], money: list[int]) -> dict[tuple[str, int], int]:
    """What rows that are called no totals state, by name and column; those of a name that stands twice together."""
    sums: dict[tuple[str, int], int] = {}
    for place in places:
        label = table.labels.said(place)
        if not label or row_words.says_total(label) or place in table.shares:
            continue
        for column, amount in zip(money, np.asarray(table.amounts[place, money]).tolist(), strict=True):
            key = row_words.fold_label(label), column
            sums[key] = sums.get(key, 0) + amount
    return sums
