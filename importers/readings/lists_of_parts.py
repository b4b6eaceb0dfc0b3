"""Lists of parts under a heading such as "of which:". Where one ends that tells a part of its row only, the rows say by
what they come to, by a total, by how they are set in or by the next heading; else it is a choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.relations.sums import Row, Vector
from importers.words import row_words

_LONGEST: Final = 60
_ENDS_OFFERED: Final = 8


def find_ends_of_parts(table: Table, decisions: Decisions, rows: list[Row], tolerance: Vector) -> frozenset[int]:
    """The rows of the grid at which a list of parts has ended, each the first one after a list.

    Args:
        rows: the body of the table, as totals are looked for in it.
    """
    ends: set[int] = set()
    for heading, whole, parts, next_row in _lists(rows):
        if len(parts) < 2 or _is_ended(next_row, parts, whole) or _come_to(parts, whole, tolerance):
            continue
        back = next((part for part in parts if part.indent < parts[0].indent), None)
        if back is not None:
            ends.add(back.row)
        elif parts[0].indent <= whole.indent or not _holds(parts, whole):
            end = _choose_end(table, decisions, heading, whole, parts)
            ends |= {end} if end else set()
    return frozenset(ends)


def _lists(rows: list[Row]) -> Iterator[tuple[Row, Row, list[Row], Row | None]]:
    """Each heading of parts with the row that they are of, the rows below it, and the total or heading that ends them,
    if any does. What stands below a row that is called a total is no line of the table, whatever it is.
    """
    for place, heading in enumerate(rows):
        above = rows[place - 1] if place else heading
        if heading.amounts is not None or not row_words.says_of_which(heading.label) or above.amounts is None:
            continue
        below = rows[place + 1 :]
        count = next(
            (i for i, row in enumerate(below) if row.amounts is None or row_words.says_total(row.label)), len(below)
        )
        if not row_words.says_total(above.label):
            yield heading, above, below[:count], below[count] if count < len(below) else None


def _is_ended(next_row: Row | None, parts: list[Row], whole: Row) -> bool:
    """Whether the row below a list ends it: a total does, a heading where the parts are no more than their row."""
    return next_row is not None and (next_row.amounts is not None or _holds(parts, whole))


def _holds(parts: list[Row], whole: Row) -> bool:
    """Whether a row states no less than some parts together, in every column."""
    return all(abs(a) <= abs(b) for a, b in zip(_sum(parts), whole.amounts or (), strict=True))


def _come_to(parts: list[Row], whole: Row, tolerance: Vector) -> bool:
    """Whether the first so many parts, two at least, come to their row but for rounding, so that the rest is none."""
    for count in range(2, len(parts) + 1):
        pairs = zip(_sum(parts[:count]), whole.amounts or (), tolerance, strict=True)
        if all(abs(a - b) <= each * (count + 1) for a, b, each in pairs):
            return True
    return False


def _sum(parts: list[Row]) -> Vector:
    return tuple(map(sum, zip(*(part.amounts for part in parts if part.amounts is not None), strict=True)))


def _choose_end(table: Table, decisions: Decisions, heading: Row, whole: Row, parts: list[Row]) -> int:
    """The row at which a list ends by a person's choice; zero where all rows below its heading are parts."""
    held = [count for count in range(1, len(parts) + 1) if _holds(parts[:count], whole)]
    options = [
        (str(count), f"The last is {parts[count - 1].label[:_LONGEST]!r}, what follows is counted")
        for count in held
        if count < len(parts)
    ]
    every = [("all", "All of them are parts: none is counted")] if len(held) == len(parts) else []
    none = [("0", "None is one: all are counted")]
    choice = table.choice(
        "rows",
        ("end of parts", table.cells_of([heading.row])),
        f"{heading.label[:_LONGEST]!r} above {table.cells_of([parts[0].row])} of {table.grid.name!r} begins a list of "
        f"parts of {whole.label[:_LONGEST]!r} ({table.cells_of([whole.row])}), and nothing says where it ends. Which "
        f"of the {len(parts)} rows below it are parts?",
        (*every, *options[:_ENDS_OFFERED], *none),
        "all" if every else "",
        assumed="all" if every else str(held[-1] if held else 0),
    )
    said = decisions.take(choice)
    return 0 if said == "all" else parts[int(said)].row
