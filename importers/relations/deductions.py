"""Rows that are taken off though no sign says so: "Less: fees and charges" above a net cost that is what rows before
them leave of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from importers.evidence.weights import CHANCE
from importers.relations.chance import Chance
from importers.relations.sums import Row, Vector
from importers.words import row_words
from importers.words.lexicon import says

_MOST: Final = 15
"""No more rows than these are taken off at once."""

_ROWS: Final = 5_000


def find_deductions(rows: Sequence[Row]) -> set[int]:
    """The rows that are taken off, as a row below them proves that is what they leave of those before.

    That row's label speaks of what is net, or theirs of what is taken off; that they would add up to it by chance is
    unlikely by either. Rows that are written with a minus are added, as they stand.
    """
    said = [row for row in rows if row.amounts is not None]
    if not 3 <= len(said) <= _ROWS:
        return set()
    vectors: list[Vector] = [row.amounts for row in said if row.amounts is not None]
    nets = [says("net", row.label) for row in said]
    less = [row_words.says_less(row.label) for row in said]
    if not any(nets) and not any(less):
        return set()
    chance = Chance(vectors)
    before: list[Vector] = [(0,) * len(vectors[0])]
    for vector in vectors:
        before.append(tuple(a + b for a, b in zip(before[-1], vector, strict=True)))
    found: set[int] = set()
    start = 0
    for place in range(2, len(said)):
        if not (nets[place] or less[place - 1]) or less[place] or not any(vectors[place]):
            continue
        first = _first_taken_off(vectors, before, start, place, less)
        if first is None:
            continue
        worded = all(less[first:place])
        if worded or chance.expected(vectors[place], _MOST) < CHANCE:
            found |= {said[each].row for each in range(first, place) if any(vectors[each])}
            start = place + 1
    return found


def _first_taken_off(
    vectors: Sequence[Vector], before: Sequence[Vector], start: int, place: int, less: Sequence[bool]
) -> int | None:
    """The first of the rows right above one that it is less by, None where there are none.

    Args:
        before: what the rows before each come to.
        start: where the rows begin that belong together.
    """
    net = vectors[place]
    if _between(before, start, place) == net:
        return None
    taken = [0] * len(net)
    for first in range(place - 1, max(start, place - 1 - _MOST), -1):
        taken = [a + b for a, b in zip(taken, vectors[first], strict=True)]
        if any(amount < 0 for amount in vectors[first]) or not any(taken):
            continue
        wanted = tuple(a + b for a, b in zip(net, taken, strict=True))
        if wanted in (vectors[first - 1], _between(before, start, first)):
            return first
        if less[first] and not less[first - 1]:
            # Rows of the same part, however many, that the net does not leave out.
            begins = range(max(start, first - _MOST), first)
            if any(_between(before, begin, first) == wanted for begin in begins):
                return first
    return None


def _between(before: Sequence[Vector], first: int, last: int) -> Vector:
    """What rows come to from one on up to another."""
    return tuple(b - a for a, b in zip(before[first], before[last], strict=True))
