"""Finds rows that state what was there before and what is left, whatever they are called: the one of a year is the
other of the next, and what stands between them leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from importers.evidence.weights import CHANCE
from importers.relations.chance import Chance
from importers.relations.sums import Row, Vector
from importers.words import row_words

_ROWS: Final = 300
_SECTIONS: Final = 12
"""Where rows are parted into more, one of them by chance looks like what any may be."""

_TELLING: Final = 1_000
"""What is carried on to the next year says something from so many of the smallest printed steps on."""


@dataclass(frozen=True)
class Balance:
    """Two rows of what is there, before and after, with the rows that lead from one to the other.

    Attributes:
        before: the row of what was there.
        after: the row of what is left.
        into: rows that add to it.
        out: rows that are taken off it, whatever their sign.
        carried: what is left in one year is what was there in the next.
        again: those of its rows that state what rows above it come to.
    """

    before: Row
    after: Row
    into: tuple[Row, ...] = ()
    out: tuple[Row, ...] = ()
    carried: bool = False
    again: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of its rows."""
        return (self.before, *self.into, *self.out, self.after)


def find_balances(rows: Sequence[Row], years: Sequence[int | None]) -> list[Balance]:
    """The balances of a table, those that are carried from year to year first; else one that takes in a whole section.

    Args:
        rows: the body of a table, in order, headings among them.
        years: the fiscal year of each column of amounts.
    """
    stated = [row for row in rows if row.amounts is not None and any(row.amounts)]
    if not 3 < len(stated) <= _ROWS:
        return []
    found = _carried(stated, years)
    if found:
        return [replace(balance, again=_stated_again(stated, balance)) for balance in found]
    chance = Chance([row.amounts for row in stated if row.amounts is not None])
    sections = _sections(rows)
    for section in sections if len(sections) <= _SECTIONS else ():
        balance = _of_section(section, chance)
        if balance is not None:
            found.append(replace(balance, again=_stated_again(stated, balance)))
    return found


def _stated_again(stated: Sequence[Row], balance: Balance) -> tuple[Row, ...]:
    """The rows of a balance that state what all rows above it come to, or one of these."""
    above = [_amounts(row) for row in stated if row.row < balance.before.row]
    if not above:
        return ()
    whole = tuple(map(sum, zip(*above, strict=True)))
    said = {*above, whole, tuple(amount // 2 for amount in whole)}
    return tuple(
        row
        for row in (*balance.into, *balance.out)
        if _amounts(row) in said or tuple(-amount for amount in _amounts(row)) in said
    )


def _amounts(row: Row) -> Vector:
    return row.amounts or ()


def _carried(stated: Sequence[Row], years: Sequence[int | None]) -> list[Balance]:
    """The balances whose amounts of one year stand again in another row in the next."""
    order = sorted((year, place) for place, year in enumerate(years) if year is not None)
    if len(order) != len(years) or len(order) < 2 or any(a[0] + 1 != b[0] for a, b in pairwise(order)):
        return []
    places = [place for _, place in order]
    before = [tuple(_amounts(row)[place] for place in places[1:]) for row in stated]
    after = [tuple(_amounts(row)[place] for place in places[:-1]) for row in stated]
    where = {amounts: n for n, amounts in reversed(list(enumerate(after)))}
    chance = Chance([_amounts(row) for row in stated])
    found = []
    last = -1
    for n, amounts in enumerate(before):
        other = where.get(amounts, n)
        telling = [abs(a) for a in amounts if abs(a) >= _TELLING]
        if other <= n + 1 or n <= last or len(set(telling)) < len(amounts):
            continue
        between = stated[n + 1 : other]
        sides = _sides(_amounts(stated[n]), [_amounts(row) for row in between], _amounts(stated[other]))
        if sides is None and (len(amounts) < 2 or chance.expected(_amounts(stated[n]), len(stated) ** 2) >= CHANCE):
            continue
        if sides is None and any(row_words.says_total(row.label) for row in between):
            # What a total sums in between is spent, and no balance of it goes on.
            continue
        into = tuple(row for row, side in zip(between, sides or (), strict=False) if side > 0)
        out = tuple(row for row, side in zip(between, sides or (), strict=False) if side < 0)
        found.append(Balance(stated[n], stated[other], into, out, carried=True))
        last = other
    return found


def _sections(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of amounts between headings."""
    sections: list[list[Row]] = [[]]
    for row in rows:
        if row.amounts is None:
            sections.append([])
        elif any(row.amounts):
            sections[-1].append(row)
    return [section for section in sections if len(section) > 3]


def _of_section(section: Sequence[Row], chance: Chance) -> Balance | None:
    """A section whose last row states what the first and those that follow come to less further ones."""
    first, *between, last = section
    amounts = [_amounts(row) for row in between]
    sides = _sides(_amounts(first), amounts, _amounts(last))
    if sides is None or not {1, -1} <= set(sides) or min(_amounts(first)) < 0:
        return None
    if chance.expected(_amounts(last), 2 * len(section)) >= CHANCE:
        return None
    into = tuple(row for row, side in zip(between, sides, strict=True) if side > 0)
    out = tuple(row for row, side in zip(between, sides, strict=True) if side < 0)
    return Balance(first, last, into, out)


def _sides(before: Vector, moves: Sequence[Vector], after: Vector) -> list[int] | None:
    """For each of some rows whether it adds to what was there or is taken off, so that they lead to what is left; None
    where they do not. Those that run one way stand together.
    """
    moved = tuple(b - a for a, b in zip(before, after, strict=True))
    if not moves:
        return None
    whole = [sum(column) for column in zip(*moves, strict=True)]
    if tuple(whole) == moved:
        sides = [-1 if max(move) <= 0 and any(move) else 1 for move in moves]
        return sides if sum(one != other for one, other in pairwise(sides)) < 2 else None
    if any(min(move) < 0 for move in moves):
        return None
    said = [0] * len(moved)
    for count, move in enumerate(moves[:-1], 1):
        said = [a + b for a, b in zip(said, move, strict=True)]
        apart = tuple(2 * a - b for a, b in zip(said, whole, strict=True))
        for sign in (1, -1):
            if apart == tuple(sign * a for a in moved):
                return [sign] * count + [-sign] * (len(moves) - count)
    return None
