"""What rows are, as a total below them tells where no run of them adds up to it: parents before their children, or all
but a few of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from importers.relations.sums import Entry, Vector

_ROWS = 60
_ROWS_PAIRED = 40
_TELLING = 10_000
"""One amount of this size, in printed units, is hardly left over by chance; smaller ones must be several."""


def nest_by_total(entries: Sequence[Entry], total: Vector, tolerance: Vector) -> list[Entry] | None:
    """The entries where those that the ones right after them make up are totals of these, if so they come to a total
    below them all; None where they do not.

    Args:
        entries: rows in order, none of them summed by another.
        total: what they come to.
        tolerance: for each column by how much rounding may keep each amount from its true one, in minor units.
    """
    if not 2 < len(entries) <= _ROWS or not any(total):
        return None
    nested: list[Entry] = []
    parents: list[tuple[Entry, list[Entry]]] = []
    for entry in reversed(entries):
        children = _children(entry, nested, tolerance)
        if children:
            del nested[-len(children) :]
            parents.append((entry, children[::-1]))
        nested.append(entry)
    if not parents or not _near(_sum(nested), total, tolerance, len(nested)):
        return None
    for parent, children in parents:
        parent.is_total, parent.members, parent.doubtful = True, children, 0
    return nested[::-1]


def leave_out(entries: Sequence[Entry], total: Vector, unit: Vector) -> list[Entry] | None:
    """The one or two entries without which the others come to a total, if only these do; None where none or several do.

    Args:
        entries: rows in order, none of them summed by another.
        total: what the others come to.
        unit: for each column the smallest step between two amounts, in minor units.
    """
    if not 3 < len(entries) <= _ROWS:
        return None
    left = tuple(a - b for a, b in zip(_sum(entries), total, strict=True))
    said = {abs(amount) for amount in left if amount}
    telling = len(said) > 1 or any(abs(a) >= _TELLING * max(u, 1) for a, u in zip(left, unit, strict=True))
    if not telling:
        return None
    alone = [[entry] for entry in entries if entry.amounts == left]
    if not alone and len(entries) <= _ROWS_PAIRED:
        place_of = {entry.amounts: place for place, entry in enumerate(entries)}
        for place, entry in enumerate(entries):
            other = place_of.get(tuple(a - b for a, b in zip(left, entry.amounts, strict=True)), place)
            if other > place:
                alone.append([entry, entries[other]])
    return alone[0] if len(alone) == 1 else None


def _children(entry: Entry, nested: Sequence[Entry], tolerance: Vector) -> list[Entry]:
    """The fewest of the entries right after one, the nearest last, that make it up."""
    if not any(entry.amounts) or entry.is_total:
        return []
    said = (0,) * len(tolerance)
    for count in range(1, len(nested) + 1):
        said = tuple(a + b for a, b in zip(said, nested[-count].amounts, strict=True))
        exact = said == entry.amounts
        if exact or (count > 1 and _near(said, entry.amounts, tolerance, count)):
            return list(nested[-count:])
    return []


def _near(said: Vector, amounts: Vector, tolerance: Vector, count: int) -> bool:
    return all(abs(a - b) <= t * (count + 1) for a, b, t in zip(said, amounts, tolerance, strict=True))


def _sum(entries: Sequence[Entry]) -> Vector:
    return tuple(map(sum, zip(*(entry.amounts for entry in entries), strict=True)))
