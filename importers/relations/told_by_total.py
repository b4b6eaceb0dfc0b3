"""What rows are, as a total below them tells where no run of them adds up to it: parents before their children, or all
but a few of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from importers.relations.sums import Entry, Vector, packed

ROWS_TOLD = 60
"""Of more rows none are told by a total."""

_ROWS_PAIRED = 40
_TELLING = 10_000
"""One amount of this size, in printed units, is hardly left over by chance; smaller ones must be several."""


def nest_by_total(
    entries: Sequence[Entry], starts: Sequence[int], total: Vector, tolerance: Vector
) -> tuple[int, list[Entry]] | None:
    """Where those of the entries that the ones right after them make up are totals of these, if so the entries from a
    start on come to a total below them all: the first such start, and the entries from it on; None where there is none.

    Args:
        entries: rows in order, none of them summed by another.
        starts: places in `entries`, the nearest to the total first.
        total: what they come to.
        tolerance: for each column by how much rounding may keep each amount from its true one, in minor units.
    """
    begun = [start for start in starts if 2 < len(entries) - start <= ROWS_TOLD]
    if not begun or not any(total):
        return None
    nested: list[Entry] = []
    parents: list[tuple[Entry, list[Entry]]] = []
    for place in range(len(entries) - 1, begun[-1] - 1, -1):
        entry = entries[place]
        children = _children(entry, nested, tolerance)
        if children:
            del nested[-len(children) :]
            parents.append((entry, children[::-1]))
        nested.append(entry)
        if parents and place in begun and _near(_sum(nested), total, tolerance, len(nested)):
            for parent, of_parent in parents:
                parent.is_total, parent.members, parent.doubtful = True, of_parent, 0
            return place, nested[::-1]
    return None


def leave_out(entries: Sequence[Entry], left: Vector, unit: Vector) -> list[Entry] | None:
    """The one or two entries without which the others come to a total, if only these do; None where none or several do.

    Args:
        entries: rows in order, none of them summed by another.
        left: what all of them come to beyond the total.
        unit: for each column the smallest step between two amounts, in minor units.
    """
    if not 3 < len(entries) <= ROWS_TOLD:
        return None
    said = {abs(amount) for amount in left if amount}
    telling = len(said) > 1 or any(abs(a) >= _TELLING * max(u, 1) for a, u in zip(left, unit, strict=True))
    if not telling:
        return None
    alone = [[entry] for entry in entries if entry.amounts == left]
    if not alone and len(entries) <= _ROWS_PAIRED:
        place_of = {packed(entry.amounts): place for place, entry in enumerate(entries)}
        wanted = packed(left)
        for place, entry in enumerate(entries):
            other = place_of.get(wanted - packed(entry.amounts), place)
            if other > place:
                alone.append([entry, entries[other]])
    return alone[0] if len(alone) == 1 else None


def _children(entry: Entry, nested: Sequence[Entry], tolerance: Vector) -> list[Entry]:
    """The fewest of the entries right after one, the nearest last, that make it up."""
    if not any(entry.amounts) or entry.is_total:
        return []
    # Nearly every run of rows is told from the parent by the column in which it states most; all others wait for it.
    sizes = list(map(abs, entry.amounts))
    telling = sizes.index(max(sizes))
    wanted, slack = entry.amounts[telling], tolerance[telling]
    run = 0
    for count, last in enumerate(reversed(nested), 1):
        run += last.amounts[telling]
        if abs(run - wanted) > slack * (count + 1):
            continue
        said = _sum(nested[-count:])
        exact = said == entry.amounts
        if exact or (count > 1 and _near(said, entry.amounts, tolerance, count)):
            return list(nested[-count:])
    return []


def _near(said: Vector, amounts: Vector, tolerance: Vector, count: int) -> bool:
    # Asked for most rows of a long table: a generator would take twice as long.
    for a, b, t in zip(said, amounts, tolerance, strict=True):  # noqa: SIM110
        if abs(a - b) > t * (count + 1):
            return False
    return True


def _sum(entries: Sequence[Entry]) -> Vector:
    return tuple(map(sum, zip(*(entry.amounts for entry in entries), strict=True)))
