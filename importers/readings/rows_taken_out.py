"""Rows that words of their own take out: a bracket behind the name says that they are shown for information, or were
withdrawn.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.no_amounts import summed_by_total
from importers.readings.table import Table
from importers.words import taken_out_words

_LONGEST: Final = 60


def choose_taken_out(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows whose name ends in words that take them out, as places in the rows of data: whether they count is a
    choice. What a total sums with all others counts.
    """
    money = [column.index for column in table.of_role("amount")]
    if not money:
        return frozenset()
    named = np.array([taken_out_words.name_is_taken_out(word) for word in table.labels.words], dtype=bool)
    if not named.any():
        return frozenset()
    found = np.flatnonzero(named[table.labels.codes] & table.amounts[:, money].any(axis=1)).tolist()
    places = sorted({place for place in found if place not in table.shares} - summed_by_total(table, found))
    if not places or len(places) == len(table.kept()):
        return frozenset()
    cells = table.cells_of([int(table.block.data[place]) for place in places])
    choice = table.choice(
        "rows",
        ("taken out", cells),
        f"The names of {cells} of {table.grid.name!r} say that these do not count, such as "
        f"{table.labels.said(places[0])[:_LONGEST]!r}. Do they?",
        (("leave", "They do not count: leave them out"), ("count", "They count like the others")),
        "leave",
    )
    return frozenset(places) if decisions.take(choice) == "leave" else frozenset()
