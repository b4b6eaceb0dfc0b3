"""Rows that are marked as parts of the row above them, as others are that add up to theirs, and do not make it up: a
code that only wholes have, a name that only parts set in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.relations.sums import Entry
from importers.structure.grid import Kind

_PROVEN: Final = 3
"""So many wholes must be made of rows that are marked alike before the mark is believed."""

_LONGEST: Final = 60

Mark = tuple[bool | int, ...]


def choose_marked_parts(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows that only take apart what a row above them states, as places in the rows of data: they are marked as the
    parts of every whole of the table are, and stand below a row that is marked as the wholes are. With them goes a row
    that states what all others come to. Whether they count is a choice.
    """
    if table.sums is None or not table.sums.above:
        return frozenset()
    top = sorted((entry for entry in table.sums.top if not entry.memo), key=lambda entry: entry.row)
    wholes = [entry for entry in top if entry.is_total and not any(member.is_total for member in entry.members)]
    if len(wholes) < _PROVEN:
        return frozenset()
    marks = _marks(table)
    of_whole = {marks[table.place_of(entry.row)] for entry in wholes}
    of_part = {marks[table.place_of(member.row)] for entry in wholes for member in entry.members}
    if len(of_whole) != 1 or len(of_part) != 1 or of_whole == of_part:
        return frozenset()
    found = _below_wholes(top, [marks[table.place_of(entry.row)] for entry in top], of_part.pop())
    if not found:
        return frozenset()
    left = [entry for entry in top if entry not in found]
    if not left[0].is_total and tuple(map(sum, zip(*(e.amounts for e in left[1:]), strict=True))) == left[0].amounts:
        found = [left[0], *found]
    cells = table.cells_of([entry.row for entry in found])
    choice = table.choice(
        "rows",
        ("marked", cells),
        f"{cells} of {table.grid.name!r} ({found[0].label[:_LONGEST]!r}) stand as the parts of other rows do, "
        f"which add up to the row above them; these do not. Are they parts too?",
        (("leave", "They are parts of the row above them: do not count them"), ("count", "Count them beside it")),
        "leave",
    )
    places = frozenset(table.place_of(entry.row) for entry in found)
    return places if decisions.take(choice) == "leave" else frozenset()


def _below_wholes(top: Sequence[Entry], marks: Sequence[Mark], of_part: Mark) -> list[Entry]:
    """The lines marked as parts that stand below a row marked otherwise and come to no more than it."""
    found: list[Entry] = []
    whole: Entry | None = None
    run: list[Entry] = []
    for entry, mark in [*zip(top, marks, strict=True), (None, None)]:
        if entry is not None and mark == of_part and not entry.is_total:
            run.append(entry)
            continue
        if whole is not None and run:
            come_to = map(sum, zip(*(part.amounts for part in run), strict=True))
            if all(abs(part) <= abs(amount) for part, amount in zip(come_to, whole.amounts, strict=True)):
                found += run
        whole, run = entry, []
    return found


def _marks(table: Table) -> list[Mark]:
    """Which of the columns that name or number a row each row fills, and by how much its names are set in."""
    naming = [c.index for c in table.columns if c.index in table.block.labels or c.role.endswith("_code")]
    rows = table.block.data
    filled = table.grid.kinds[np.ix_(rows, np.array(naming, dtype=np.int64))] != Kind.EMPTY
    indents = [max((table.grid.indents.get((row, c), 0) for c in naming), default=0) for row in rows.tolist()]
    return [(*cells, indent) for cells, indent in zip(filled.tolist(), indents, strict=True)]
