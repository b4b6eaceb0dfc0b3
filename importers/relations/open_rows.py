"""The rows of a table that no total sums yet, with their running sums, and which of them are in doubt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import Final

from importers.relations.running_sums import RunningSums
from importers.relations.sums import Entry, Vector, packed

_ROWS_NESTED: Final = 200

_SETTLED: Final = 0.02
"""A row in doubt that no total around it settled is one where chance makes fewer than this many of its kind."""


class OpenRows:
    """A stack of rows: a total takes those that it sums off, and is put on in their stead.

    A row is in doubt where it equals those before it and nothing calls it a total; `Entry.doubtful` is how many. A
    start is a place in the stack from which on rows are summed.

    Attributes:
        entries: the rows, in order.
        lone: rows called totals that have nothing to sum, with the heading above.
        closed: the places of totals, those of `lone` included.
        tolerance: for each column, by how much each of its amounts may be rounded.
    """

    def __init__(self, tolerance: Vector) -> None:
        self.entries: list[Entry] = []
        self.lone: dict[int, str] = {}
        self.closed: list[int] = []
        self.tolerance = tolerance
        self._doubted: list[int] = []
        self._prefix: list[Vector] = [(0,) * len(tolerance)]
        # The same as one number each, and the places at which the running sum was that.
        self._keys = [0]
        self._where: dict[int, list[int]] = {0: [0]}
        self._running = RunningSums(len(tolerance))
        self._closed_running = RunningSums(len(tolerance))

    def __len__(self) -> int:
        return len(self.entries)

    def push(self, entry: Entry) -> None:
        """Puts a row on the stack."""
        if self.is_closed(entry):
            self.closed.append(len(self.entries))
            self._closed_running.push(entry.amounts)
        if entry.doubtful:
            self._doubted.append(len(self.entries))
        self._running.push(entry.amounts)
        self.entries.append(entry)
        self._prefix.append(tuple(a + b for a, b in zip(self._prefix[-1], entry.amounts, strict=True)))
        self._keys.append(self._keys[-1] + packed(entry.amounts))
        self._where.setdefault(self._keys[-1], []).append(len(self.entries))

    def pop_to(self, start: int) -> list[Entry]:
        """Takes off every row from a start on, in order."""
        taken = self.entries[start:]
        for key in self._keys[start + 1 :]:
            self._where[key].pop()
            if not self._where[key]:
                del self._where[key]
        del self.entries[start:], self._prefix[start + 1 :], self._keys[start + 1 :]
        self._running.cut(start)
        del self.closed[bisect_left(self.closed, start) :], self._doubted[bisect_left(self._doubted, start) :]
        self._closed_running.cut(len(self.closed))
        return taken

    def is_closed(self, entry: Entry) -> bool:
        """Whether a row is a total, or called one that has nothing to sum."""
        return entry.is_total or entry.row in self.lone

    def sum_from(self, start: int) -> Vector:
        """What the rows from a start on add up to."""
        return tuple(a - b for a, b in zip(self._prefix[-1], self._prefix[start], strict=True))

    def adds_up(self, start: int, amounts: Vector) -> bool:
        """Whether the rows from a start on add up to an amount in every column."""
        return self._keys[-1] - self._keys[start] == packed(amounts)

    def exact_starts(self, amounts: Vector) -> list[int]:
        """Every start of a run that adds up to amounts, in order; the nothing at the end, of zero, included."""
        return self._where.get(self._keys[-1] - packed(amounts), [])

    def start_of_parts(self, amounts: Vector) -> int | None:
        """The start of the nearest run that adds up to amounts and has two rows that state any: one beside zeros is no
        sum.
        """
        parts = (place for place in range(len(self.entries) - 1, -1, -1) if any(self.entries[place].amounts))
        limit = next(islice(parts, 1, None), -1)
        return next((place for place in reversed(self.exact_starts(amounts)) if place <= limit), None)

    def near_starts(self, amounts: Vector, longest: int) -> list[int]:
        """The starts of runs of so many rows at most that add up to amounts but for rounding, the nearest first."""
        return [len(self.entries) - count for count in self._running.near(amounts, self.tolerance, longest)]

    def start_of_totals(self, amounts: Vector) -> int | None:
        """Where the last totals begin that add up to amounts but for rounding, with the lines between them left out."""
        near = self._closed_running.near(amounts, self.tolerance)
        return self.closed[-near[0]] if near else None

    def start_of_nested(self, amounts: Vector) -> int | None:
        """The start of the nearest run that adds up to amounts once the rows in doubt among it that chance hardly makes
        stand for the rows that they sum: a total of totals that no words tell.
        """
        end = len(self.entries)
        near = takewhile(lambda place: end - place <= _ROWS_NESTED, reversed(self._doubted))
        nearest = next((place for place in near if self.entries[place].doubtful and self.entries[place].believed), None)
        if nearest is None:
            return None
        wanted, place, count = packed(amounts), nearest + 1, end - nearest - 1
        said = self._keys[end] - self._keys[place]
        while place > 0 and count < _ROWS_NESTED:
            last = self.entries[place - 1]
            count += 1
            said += self._keys[place] - self._keys[place - 1]
            place -= 1 + (last.doubtful if last.believed else 0)
            if count > 1 and said == wanted:
                return place
        return None

    def start_skipping(self, amounts: Vector, totals: Sequence[int], longest: int) -> int | None:
        """The start of the nearest run that adds up to amounts, of so many rows at most, where some rows, by ascending
        place, are totals of the rows before them.
        """
        end, stop = len(self.entries) - 1, max(0, len(self.entries) - longest)
        wanted = self._keys[-1] - packed(amounts)
        for place in reversed(totals):
            if place > end:
                # It stands among the rows that a later one sums.
                continue
            start = self._latest_between(wanted, max(place + 1, stop), end)
            if start is not None or place < stop:
                return start
            end = place - self.entries[place].doubtful
            wanted -= self._keys[place] - self._keys[end]
            if self._keys[end] == wanted:
                return end
            end -= 1
        return self._latest_between(wanted, stop, end)

    def last_totals(self) -> list[Entry]:
        """The last three rows that are totals or in doubt, in order."""
        closed = (place for place in reversed(self.closed) if self.entries[place].is_total)
        doubted = (p for p in reversed(self._doubted) if self.entries[p].doubtful and self.entries[p].believed)
        places = sorted({*islice(closed, 3), *islice(doubted, 3)})
        return [self.entries[place] for place in places[-3:]]

    def totals_backwards(self) -> Iterator[Entry]:
        """Every total so far, the last first, those that others sum included."""
        for place in reversed(self.closed):
            left = [self.entries[place]]
            while left:
                entry = left.pop()
                if entry.is_total:
                    yield entry
                left += entry.members

    def last_doubts(self, count: int) -> list[int]:
        """The places of so many of the last rows in doubt, in order."""
        return list(islice((p for p in reversed(self._doubted) if self.entries[p].doubtful), count))[::-1]

    def settle_first(self, start: int) -> int:
        """The start of a run once a row in doubt that begins it is closed: a total that counts that row and not the
        rows that add up to it takes it for their total.
        """
        return self.close_doubt(start) if self.entries[start].doubtful else start

    def close_doubt(self, position: int) -> int:
        """Makes a total of a row in doubt, with the rows before it as its members: of those the first is a total too
        where it is in doubt, since it counts and the rows that add up to it do not. Where the total stands then.
        """
        after = self.pop_to(position + 1)
        entry = self.pop_to(position)[0]
        start = self.settle_first(position - entry.doubtful)
        entry.is_total, entry.members, entry.doubtful = True, self.pop_to(start), 0
        for each in [entry, *after]:
            self.push(each)
        return start

    def settle_doubts(self) -> None:
        """Rows in doubt that no total around them settled: strong arithmetic makes totals of them, inner ones first."""
        position = 0
        while (number := bisect_left(self._doubted, position)) < len(self._doubted):
            position = self._doubted[number]
            entry = self.entries[position]
            unlikely = entry.believed and (entry.expected < _SETTLED or _is_strong(entry))
            if not entry.doubtful or not unlikely:
                position += 1
                continue
            start = self.close_doubt(position)
            taken = position - start
            for place in self._doubted[bisect_right(self._doubted, start) :]:
                later = self.entries[place]
                if not later.doubtful:
                    continue
                # Where its run begins, counted as rows stood before these became one.
                begins = place + taken - later.doubtful
                later.doubtful = (
                    later.doubtful - taken if begins <= start else 0 if begins < start + taken else later.doubtful
                )
            position = start + 1

    def _latest_between(self, key: int, first: int, last: int) -> int | None:
        """The last place of some at which the running sum was this one."""
        places = self._where.get(key, [])
        found = bisect_right(places, last)
        return places[found - 1] if found and places[found - 1] >= first else None


def _is_strong(entry: Entry) -> bool:
    """Whether the sum can hardly be chance: in two columns or more, or of long numbers from three rows or more."""
    said = [amount for amount in entry.amounts if amount]
    digits = max(len(str(abs(amount)).rstrip("0")) for amount in said)
    return (len(set(said)) >= 2 and digits >= 2) or (digits >= 4 and entry.doubtful >= 3)
