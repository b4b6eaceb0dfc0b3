"""Rows below every other row of a table that tell it otherwise: those of one name, which may be another version, a
measure or a part, and those of the same amounts, which name it in another language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.amounts import half_of_last_place
from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.relations.parts_below import told_by_totals
from importers.relations.sums import Row, Vector
from importers.words import row_words

_FEWEST: Final = 4
_MOST_NAMES: Final = 3
_NEARLY_ALL: Final = 0.9
_ROWS: Final = 3_000
_LONGEST: Final = 60


def choose_rows_in_turn(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows that do not count where below every row of its own name stand rows of the same few names, as places in
    the rows of data: which of them count is a choice, unless a total tells.
    """
    columns = table.of_role("amount")
    money = [c.index for c in columns]
    if not money or not 2 * _FEWEST <= len(table.block.data) <= _ROWS or table.of_role("stage", "flow", "side", "year"):
        return frozenset()
    if any(c.role.endswith("_code") for c in table.columns) or len(_naming(table)) != 1:
        return frozenset()
    stated = [p for p in np.flatnonzero(table.stated[:, money].any(axis=1)).tolist() if p not in table.shares]
    labels = [table.labels.said(place) for place in stated]
    vectors = list(map(tuple, table.amounts[:, money].tolist()))
    twice = _told_twice([vectors[place] for place in stated])
    if twice:
        return _choose_once(table, decisions, [stated[n] for n in twice])
    again = _in_turn(table, stated, labels)
    if not again:
        return frozenset()
    marked = {place for place, label in zip(stated, labels, strict=True) if label in again}
    rows = [Row(place, label, vectors[place]) for place, label in zip(stated, labels, strict=True)]
    unit = table.context.unit
    tolerance = tuple(half_of_last_place(table.grid, table.block.data, c.index, c.unit or unit) for c in columns)
    told = told_by_totals(rows, marked, tolerance)
    if told:
        return frozenset(marked) if told == "parts" else frozenset()
    called = ", ".join(map(repr, (name[:_LONGEST] for name in again)))
    choice = table.choice(
        "rows",
        ("in turn", *again),
        f"Below every other row of {table.grid.name!r} stands {called}. What of it counts?",
        (
            ("names", f"The rows of names of their own: {called} tells them otherwise, or takes them apart"),
            *((str(n), f"{name[:_LONGEST]!r}, instead of the rows above") for n, name in enumerate(again)),
            ("all", "All of them, as different money"),
        ),
        "names",
    )
    taken = decisions.take(choice)
    if taken == "all":
        return frozenset()
    counted = again[int(taken)] if taken != "names" else ""
    every = zip(stated, labels, strict=True)
    return frozenset(p for p, label in every if (label in again if not counted else label != counted))


def _told_twice(amounts: Sequence[Vector]) -> list[int]:
    """The places of amounts that state those right before them again, where nearly all stand twice; empty elsewhere."""
    found: list[int] = []
    for place in range(1, len(amounts)):
        if amounts[place] == amounts[place - 1] and any(amounts[place]) and place - 1 not in found:
            found.append(place)
    differ = len({amounts[place] for place in found})
    return found if differ >= _FEWEST and 2 * len(found) >= _NEARLY_ALL * len(amounts) - 1 else []


def _choose_once(table: Table, decisions: Decisions, places: list[int]) -> frozenset[int]:
    """The rows that state those right above them again, if a person says that they do."""
    rows = [int(table.block.data[place]) for place in places]
    choice = table.choice(
        "rows",
        ("twice", table.cells_of(rows)),
        f"{table.cells_of(rows)} of {table.grid.name!r} state what the rows right above them do, as a table in two "
        "languages does. Is it the same money?",
        (("once", "The same money: count each once"), ("all", "Different money: count all of them")),
        "once",
    )
    return frozenset(places) if decisions.take(choice) == "once" else frozenset()


def _naming(table: Table) -> list[int]:
    return [c.index for c in table.columns if c.index in table.block.labels]


def _in_turn(table: Table, stated: list[int], labels: list[str]) -> list[str]:
    """The names that stand in the same order below every row of a name of its own; empty where rows do otherwise."""
    counts: dict[str, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    again = [label for label, count in counts.items() if count >= _FEWEST]
    if not 1 <= len(again) <= _MOST_NAMES or not all(again) or any(row_words.says_total(label) for label in again):
        return []
    runs: list[list[str]] = []
    last = -2
    for place, label in zip(stated, labels, strict=True):
        if label not in again:
            runs.append([])
        elif not runs or table.block.data[place] != table.block.data[last] + 1:
            # A heading or a blank row stands between.
            return []
        else:
            runs[-1].append(label)
        last = place
    own = [label for label in labels if label not in again]
    return again if runs.count(again) >= _NEARLY_ALL * len(runs) - 1 and len(set(own)) == len(own) else []
