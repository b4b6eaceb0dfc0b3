"""Finds rows that state nearly what a run of rows beside them comes to: totals that were rounded otherwise, not kept up
after a line was corrected, or written in thousands below lines in units. No word is needed for it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Final

from importers.relations.chance import Chance
from importers.relations.sums import Entry, Vector

_NEAR: Final = 0.05
"""A total that is further off than this share of it is none."""

_LIKE_OTHERS: Final = 0.1
"""So far off may be what stands where several other totals do."""

_RUN: Final = 40
_TELLING: Final = 4
"""Figures of an amount that others hardly come to by chance where a total may stand."""

_ENTRIES: Final = 600
_FEWEST: Final = 3
_SURE: Final = 0.01
"""So many runs that chance makes in a table are none too many where they may begin anywhere."""

_LIKELY: Final = 0.05
"""So many where a run is all that stands in a table, or under a heading, and the row right at its end."""

_FAR: Final = 0.005
_SCALES: Final = (1_000, 1_000_000)


@dataclass(frozen=True)
class NearSum:
    """A row that nearly sums rows beside it.

    Attributes:
        scale: by which number it is to be multiplied first.
        expected: how many rows so near what others come to chance makes in such a table.
    """

    entry: Entry
    members: tuple[Entry, ...]
    scale: int
    expected: float

    @property
    def exact(self) -> bool:
        """Whether the rows come to it to the last figure."""
        said = tuple(map(sum, zip(*(member.amounts for member in self.members), strict=True)))
        return said == self.entry.amounts


def find_near_sums(entries: Sequence[Entry], starts: Collection[int], *, above: bool = False) -> list[NearSum]:
    """The rows that nearly sum those right before them, or those right after them where totals stand `above`; what sums
    nothing but lines to the last figure is none of these.

    Args:
        entries: the lines and outermost totals of a table that state an amount, in order.
        starts: the rows of the grid at which a run naturally begins: the first one, and those right below a heading.
    """
    if not _FEWEST < len(entries) <= _ENTRIES or not any(entries[0].amounts):
        return []
    ends = {one.row for one, other in pairwise(entries) if other.row in starts} | {entries[-1].row}
    firsts = {entries[0].row, *starts}
    order = list(reversed(entries)) if above else list(entries)
    search = _Search(order, *((ends, firsts) if above else (firsts, ends)))
    for entry in order:
        search.take(entry)
    near = {each.entry.row for each in search.found}
    return [each for each in search.found if not each.exact or any(member.row in near for member in each.members)]


def tile_nearly(run: Sequence[Entry], *, exact: int, above: bool = False) -> list[NearSum]:
    """The rows of a run that stand where totals of other runs of the same table do, and nearly sum the others: groups
    that take in all of the run, as few as there may be; none where no such groups do.

    Args:
        run: all lines between two totals, or from one to the end of the table, in order.
        exact: how many runs of the table have a total to the last figure, under words that call it none.
        above: the totals stand above what they sum.
    """
    entries = list(reversed(run)) if above else list(run)
    if exact < 1 or not _FEWEST <= len(entries) <= _RUN:
        return []
    best: list[list[NearSum] | None] = [[], *([None] * len(entries))]
    for end in range(_FEWEST, len(entries) + 1):
        for start in range(end - _FEWEST, -1, -1):
            before = best[start]
            if before is None:
                continue
            near = _nearly_sums(entries[end - 1], entries[start : end - 1], _LIKE_OTHERS if exact > 1 else _NEAR)
            known = best[end]
            if near is not None and (known is None or len(before) + 1 < len(known)):
                best[end] = [*before, near]
    return best[-1] or []


def _nearly_sums(whole: Entry, members: Sequence[Entry], off: float) -> NearSum | None:
    """A row as the total of others, no further off in any column than a share of them, or to the last figure in one."""
    said = [sum(column) for column in zip(*(each.amounts for each in members), strict=True)]
    both = [(a, b) for a, b in zip(whole.amounts, said, strict=True) if a or b]
    away = max((abs(a - b) / max(abs(a), abs(b)) for a, b in both), default=1.0)
    if any(a == b and len(str(abs(a)).rstrip("0")) >= _TELLING for a, b in both):
        away = min(away, off)
    if away > off or not any(whole.amounts):
        return None
    return NearSum(whole, tuple(members), 1, away)


class _Search:
    def __init__(self, entries: Sequence[Entry], begins: Collection[int], closes: Collection[int]) -> None:
        columns = list(zip(*(entry.amounts for entry in entries), strict=True))
        self.steps = tuple(reduce(math.gcd, column, 0) or 1 for column in columns)
        self.one_way = [min(column) >= 0 or max(column) <= 0 for column in columns]
        self.chance = Chance([entry.amounts for entry in entries])
        self.count, self.last = len(entries), entries[-1].row
        self.begins, self.closes = begins, closes
        self.entries, self.spreads = entries, dict[tuple[int, int], float]()
        self.open: list[Entry] = []
        self.found: list[NearSum] = []

    def take(self, entry: Entry) -> None:
        run = None if entry.is_total else self._run(entry)
        if run is not None:
            start, scale, expected = run
            self.found.append(NearSum(entry, tuple(self.open[start:]), scale, expected))
            del self.open[start:]
        self.open.append(entry)

    def _run(self, entry: Entry) -> tuple[int, int, float] | None:
        """Where the run begins that a row sums most nearly, its scale, and how many such runs chance makes."""
        best: tuple[int, int, float] | None = None
        said = [0] * len(entry.amounts)
        largest = max(range(len(said)), key=lambda column: abs(entry.amounts[column]))
        is_end = entry.row in self.closes
        for place in range(len(self.open) - 1, -1, -1):
            said = [a + b for a, b in zip(said, self.open[place].amounts, strict=True)]
            members = len(self.open) - place
            if members < 2:
                continue
            whole = is_end and self.open[place].row in self.begins
            for scale in (1, *(_SCALES if whole and place == 0 else ())):
                likely = self._likely(entry.amounts, said, scale, whole=whole)
                if likely is None:
                    continue
                is_all = whole and members >= _FEWEST and scale == 1
                limit = (_LIKELY if len(self.begins) == 1 else 2 * _SURE) if is_all else _SURE
                if likely <= limit and (best is None or likely < best[2]):
                    best = place, scale, likely
            beyond = abs(said[largest]) > (1 + _NEAR) * abs(entry.amounts[largest])
            # Where nothing is taken off, what has become too much stays so; the last row may be written otherwise.
            if beyond and entry.row != self.last and (self.one_way[largest] or not is_end):
                break
        return best

    def _likely(self, stated: Vector, said: Sequence[int], scale: int, *, whole: bool) -> float | None:
        """How many rows so near what others come to chance makes; None where it is not near."""
        likely: list[tuple[float, int]] = []
        for place, (amount, come_to, step) in enumerate(zip(stated, said, self.steps, strict=True)):
            if not amount and not come_to:
                continue
            size = max(abs(amount * scale), abs(come_to))
            off = abs(amount * scale - come_to)
            # What is written in thousands below lines in units is rounded to these, and not corrected besides.
            if off > (_NEAR * size if scale == 1 else step * scale) or not amount:
                return None
            window = 2 * off + step * scale
            # Where a run may begin and end anywhere, how round and how alike amounts are counts too.
            alike = max(self.chance.of_column[place], self.chance.round[place].chance(abs(amount)))
            likely.append((min(1.0, window / size if whole else max(window / size, window / step * alike)), place))
        if not likely:
            return None
        (best, first), *others = sorted(likely)
        tried = len(self.begins) if whole else self.count * (self.count - 1) // 2
        # The columns of a table move together, so that each after the best one tells half as much, and no more than it
        # differs from that; where a total that was not kept up is far from its lines, even less.
        further = math.prod(max(math.sqrt(chance), self._beside(chance, place, first)) for chance, place in others)
        return tried * best * (math.sqrt(further) if whole and best > _FAR else further)

    def _beside(self, chance: float, place: int, first: int) -> float:
        """How likely a column is near too where another is: of what is the same share of it in all rows, certain."""
        if (place, first) not in self.spreads:
            both = [(e.amounts[place], e.amounts[first]) for e in self.entries]
            shares = [math.log(abs(a / b)) for a, b in both if a and b]
            middle = sum(shares) / max(1, len(shares))
            spread = math.sqrt(sum((share - middle) ** 2 for share in shares) / max(1, len(shares)))
            self.spreads[place, first] = max(spread, 1e-9)
        return min(1.0, chance / self.spreads[place, first])
