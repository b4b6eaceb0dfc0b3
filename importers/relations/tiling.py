"""Finds sums that take in every row of a table: groups whose parents no word and no code calls totals.

One row that equals the few below it may do so by chance, and among thousands of rows one surely does. That the groups
of a whole table all add up, and leave no row over, is another matter: the odds of each are multiplied.
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from importers.relations.chance import Chance
from importers.relations.sums import Entry, Row, Vector

BELIEVED: Final = 1e-6
LIKELY: Final = 0.05
"""So many coverings as good as the one found are to be expected by chance."""

LONGEST_TILING: Final = 1_500
"""Tables of more rows are not covered."""

_KEPT: Final = 16
_ALONG: Final = 80
"""Where amounts stand below zero too, no more rows are added up for one parent."""

_ROUNDED: Final = 50
"""So many times what rounding may add up to is an amount that tells something."""

_LEFT: Final = 0.05
"""No more than this share of the rows, or two, stands in no group."""


_DIGITS: Final = 3
"""An amount of so many digits is seldom what all others come to, unless it is their total."""


@dataclass(frozen=True)
class Tiling:
    """Groups of rows that take in a whole table.

    Attributes:
        parents: the outermost total of each group by row, with what it sums.
        under: all rows that stand under these.
        expected: how many such coverings chance would make.
        alone: how many rows stand in no group.
    """

    parents: dict[int, Entry]
    under: set[int]
    expected: float
    alone: int


class _Node(NamedTuple):
    row: Row
    amounts: Vector
    children: tuple[_Node, ...] = ()


class _Groups(NamedTuple):
    """A group, those that follow it, and what all of them come to."""

    first: _Node
    rest: _Groups | None
    sums: Vector


class _Covering(NamedTuple):
    """The rows read so far, as the groups that they make."""

    groups: _Groups | None = None
    log_expected: float = 0.0
    sums: int = 0


def find_tiling(rows: Sequence[Row], tolerance: Vector) -> Tiling | None:
    """The groups of a table, parents above or below what they sum; None where its rows make none, or some are left.

    Args:
        rows: a table's body, in order.
        tolerance: for each column by how much rounding may keep each amount from its true one, in minor units.
    """
    stated = [row for row in rows if row.amounts is not None and any(row.amounts)]
    if not 4 <= len(stated) <= LONGEST_TILING:
        return None
    chance = Chance([row.amounts for row in stated if row.amounts is not None])
    exact = (0,) * len(tolerance)
    found = [_cover(order, exact, chance) for order in (stated, stated[::-1])]
    if not any(found) and any(tolerance):
        found = [_cover(order, tolerance, chance) for order in (stated, stated[::-1])]
    told = [each for each in found if each is not None]
    return min(told, key=lambda each: each.expected) if told else None


def find_whole(rows: Sequence[Row]) -> Tiling | None:
    """The first or last row of a table as the total of all others, where it states what they come to in every column;
    None where neither does, or in so few digits that it says nothing.

    >>> rows = [Row(n, "", (amount,)) for n, amount in enumerate((122600, 50000, 70000, 2600))]
    >>> list(find_whole(rows).parents), find_whole(rows[1:])
    ([0], None)
    """
    stated = [row for row in rows if row.amounts is not None and any(row.amounts)]
    if not 4 <= len(stated) <= LONGEST_TILING:
        return None
    every = [sum(column) for column in zip(*(row.amounts or () for row in stated), strict=True)]
    chance = Chance([row.amounts for row in stated if row.amounts is not None])
    for whole in (stated[0], stated[-1]):
        amounts = whole.amounts or ()
        digits = max(len(str(abs(amount)).rstrip("0")) for amount in amounts)
        if digits >= _DIGITS and [2 * amount for amount in amounts] == every:
            members = [Entry(row.row, row.label, row.amounts or ()) for row in stated if row is not whole]
            entry = Entry(whole.row, whole.label, amounts, is_total=True, members=members)
            return Tiling({whole.row: entry}, {each.row for each in members}, chance.expected(amounts, 2), 0)
    return None


def _cover(rows: Sequence[Row], tolerance: Vector, chance: Chance) -> Tiling | None:
    """The best covering where each parent stands before its children."""
    rising = all(min(row.amounts or (0,)) >= 0 for row in rows)
    kept = [_Covering()]
    met = {(0,) * len(tolerance)}
    for row in reversed(rows):
        further: list[_Covering] = []
        for covering in kept:
            further += _with(covering, row, tolerance, chance, met, rising=rising)
        met.update(each.groups.sums for each in further if each.groups is not None)
        further.sort(key=lambda each: each.log_expected)
        kept = further[:_KEPT]
    read = [(_under_a_whole(_roots(covering), tolerance), covering) for covering in kept]
    # A group that chance makes leaves rows of another over.
    roots, best = min(read, key=lambda each: (_alone(each[0]), each[1].log_expected))
    expected = math.exp(max(best.log_expected, -700.0))
    if best.sums < 2 or _alone(roots) > max(2, _LEFT * len(rows)) or expected > LIKELY:
        return None
    parents = {node.row.row: _entry(node) for node in roots if node.children}
    under = {each.row for entry in parents.values() for each in _every(entry)} - set(parents)
    return Tiling(parents, under, expected, _alone(roots))


def _roots(covering: _Covering) -> list[_Node]:
    roots: list[_Node] = []
    rest = covering.groups
    while rest is not None:
        roots.append(rest.first)
        rest = rest.rest
    return roots


def _alone(roots: Sequence[_Node]) -> int:
    """How many rows stand in no group."""
    return sum(not node.children for node in roots)


def _with(
    covering: _Covering, row: Row, tolerance: Vector, chance: Chance, met: Container[Vector], *, rising: bool
) -> list[_Covering]:
    """The coverings that a further row before those read makes: as one of them, or as the parent of the first few.

    Args:
        met: what groups and those that follow them come to, of all coverings.
    """
    amounts = row.amounts or ()
    found = [_Covering(_before(_Node(row, amounts), covering.groups), covering.log_expected, covering.sums)]
    largest, widest = max(amounts), max(tolerance)
    if not widest and covering.groups is not None:
        # Where the first few make it up, what follows these comes to what all come to without it.
        without = tuple(a - b for a, b in zip(covering.groups.sums, amounts, strict=True))
        if without not in met:
            return found
    # Nearly every run of rows is told from the parent by the column in which it states most; all others wait for it.
    telling = max(range(len(amounts)), key=lambda column: abs(amounts[column]))
    wanted, slack = amounts[telling], tolerance[telling]
    sums = _Sums(amounts, tolerance, rising=rising)
    children: list[_Node] = []
    said = 0
    rest = covering.groups
    while rest is not None and len(children) < (LONGEST_TILING if rising else _ALONG):
        children.append(rest.first)
        said += rest.first.amounts[telling]
        rest = rest.rest
        allowed = len(children) + 1
        if widest and len(children) == 1:
            # What is rounded says nothing of one child.
            continue
        if widest and largest < _ROUNDED * allowed * widest:
            # Nor of amounts near its rounding.
            break
        if rising and said - wanted > slack * allowed:
            break
        if abs(said - wanted) <= slack * allowed and sums.equal(children):
            # Where rounding is allowed for, so many printed steps would do. That two rows are the same tells nothing.
            steps = allowed + 1 if widest else 1
            alone = len(children) == 1
            likely = 1.0 if alone else min(1.0, chance.expected(amounts, len(children) * steps))
            found.append(
                _Covering(
                    _before(_Node(row, amounts, tuple(children)), rest),
                    covering.log_expected + math.log(max(likely, 1e-300)),
                    covering.sums + (not alone),
                )
            )
    return found


def _before(node: _Node, rest: _Groups | None) -> _Groups:
    sums = node.amounts if rest is None else tuple(a + b for a, b in zip(node.amounts, rest.sums, strict=True))
    return _Groups(node, rest, sums)


class _Sums:
    """What the first few children of a parent come to in all columns, each added once."""

    def __init__(self, amounts: Vector, tolerance: Vector, *, rising: bool) -> None:
        self._amounts, self._tolerance, self._rising = amounts, tolerance, rising
        self._said: Vector = (0,) * len(amounts)
        self._added = 0
        self._beyond = False

    def equal(self, children: Sequence[_Node]) -> bool:
        """Whether they make the parent up, and no fewer of them came to more, where amounts only rise."""
        for child in children[self._added :]:
            self._said = tuple(a + b for a, b in zip(self._said, child.amounts, strict=True))
            self._added += 1
            allowed = self._added + 1
            left = [(a - b, t * allowed) for a, b, t in zip(self._said, self._amounts, self._tolerance, strict=True)]
            # What is rounded says nothing of one child.
            if self._rising and (self._added > 1 or not any(self._tolerance)):
                self._beyond |= any(over > most for over, most in left)
        return not self._beyond and all(abs(over) <= most for over, most in left)


def _under_a_whole(roots: list[_Node], tolerance: Vector) -> list[_Node]:
    """The groups under the row that sums them all, where one stands at the other end of the table."""
    last = roots[-1]
    if len(roots) < 3 or last.children:
        return roots
    said = [sum(node.amounts[c] for node in roots[:-1]) for c in range(len(last.amounts))]
    allowed = len(roots)
    if all(abs(a - b) <= t * allowed for a, b, t in zip(said, last.amounts, tolerance, strict=True)):
        return [_Node(last.row, last.amounts, tuple(roots[:-1]))]
    return roots


def _entry(node: _Node) -> Entry:
    entry = Entry(node.row.row, node.row.label, node.amounts, is_total=bool(node.children))
    entry.members = sorted((_entry(child) for child in node.children), key=lambda each: each.row)
    return entry


def _every(entry: Entry) -> list[Entry]:
    return [entry, *(each for member in entry.members for each in _every(member))]
