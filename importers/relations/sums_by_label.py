"""Finds rows that sum the rows of their own name: a block "All departments" that states pay, goods and grants again as
the sums of every department's pay, goods and grants.
"""

from __future__ import annotations

from collections.abc import Sequence

from importers.evidence.weights import CHANCE
from importers.relations.chance import Chance
from importers.relations.sums import Entry, Row, Sums, Vector
from importers.words import row_words

_BLOCKS = 3
"""A name stands in so many rows at least: the sum's own and two that it sums."""

_ROWS = 5_000


def find_sums_by_label(rows: Sequence[Row], tolerance: Vector) -> dict[int, list[int]]:
    """The rows that sum the others of their name, in every column and hardly by chance, with those that each sums.

    The sum is the last or the first row of its name, and so it is for most names that stand in several rows: what
    states one name again states the others too. A table of one row a name has none, and neither has a list in which a
    supplier returns.
    """
    by_label: dict[str, list[Row]] = {}
    stated = [row for row in rows if row.amounts is not None]
    if len(stated) > _ROWS or any(row.listed for row in stated):
        return {}
    for row in stated:
        by_label.setdefault(row_words.fold_label(row.label), []).append(row)
    groups = [group for label, group in by_label.items() if label and len(group) >= _BLOCKS]
    chance = Chance([row.amounts for row in stated if row.amounts is not None])
    for at_end in (True, False):
        found = {}
        for group in groups:
            total, parts = (group[-1], group[:-1]) if at_end else (group[0], group[1:])
            if _adds_up(total, parts, tolerance) and chance.expected(total.amounts or (), len(groups)) < CHANCE:
                found[total.row] = [part.row for part in parts]
        if 2 * len(found) >= max(1, len(groups)):
            return found
    return {}


def _adds_up(total: Row, parts: Sequence[Row], tolerance: Vector) -> bool:
    assert total.amounts is not None
    sums = [sum(column) for column in zip(*(part.amounts or () for part in parts), strict=True)]
    several = sum(any(part.amounts or ()) for part in parts) >= 2
    allowed = [t * (len(parts) + 1) for t in tolerance]
    return several and all(abs(a - b) <= t for a, b, t in zip(total.amounts, sums, allowed, strict=True))


def check_by_label(sums: Sums, rows: Sequence[Row], found: dict[int, list[int]]) -> None:
    """Sets the rows that sum those of their name beside these, as totals that leave their lines where they stand."""
    if not found:
        return
    entries = {entry.row: entry for top in sums.top for entry in (*top.lines(), *top.totals())}
    for row in rows:
        if row.row in found and row.amounts is not None:
            members = [entries[part] for part in found[row.row] if part in entries]
            total = Entry(row.row, row.label, row.amounts, is_total=True, worded=True, members=members)
            sums.across.append(total)
