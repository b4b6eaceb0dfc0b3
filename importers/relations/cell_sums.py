"""Finds the rows that sum other rows, and the columns that sum other columns.

The parts of a total stand in a run right above or right below it (left or right of it), possibly with totals among
them: then either these stand for their own parts, or they are passed over. Where levels are known, from indents or
headings, the parts are the entries one level further in. Columns may also stand a step apart, as where a number and a
percentage take turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from importers.relations.chance import Bools, Floats, Relation, expected, steps, weigh

_EFFORT: Final = 30_000_000
"""Cells looked at in one search; runs are kept as short as that takes in tables of many rows."""

_PASSES: Final = 4
"""Totals of totals of totals, and one more."""

_STEPS_APART: Final = range(2, 7)
"""Columns of one kind may stand so far apart."""

_ENOUGH: Final = 0.5
"""Relations with a greater chance are not worth telling."""


def find_sum_rows(
    numbers: Floats,
    *,
    unit: Floats | None = None,
    levels: Sequence[int] | None = None,
    ask: Sequence[int] | None = None,
) -> list[Relation]:
    """The rows that sum other rows, at most one relation a row, in order.

    Args:
        numbers: the figures of a table, rows by columns. NaN is a figure that is not known and says nothing; give 0
            where a blank means nothing spent.
        unit: the smallest step between figures of each column, by which rounding is allowed for; told from the
            figures where not given. For minor units give 1, or the step that the sheet prints.
        levels: how far in each row stands, if known; its parts may be the rows one level further in.
        ask: the rows to look at; all of them where not given.
    """
    step = steps(numbers) if unit is None else np.asarray(unit, dtype=float)
    half = np.broadcast_to(step / 2, numbers.shape)
    return _Search(numbers, half, levels, ask, apart=False).find()


def find_sum_columns(
    numbers: Floats, *, unit: Floats | None = None, ask: Sequence[int] | None = None
) -> list[Relation]:
    """The columns that sum other columns, at most one relation a column, in order; arguments as of `find_sum_rows`."""
    step = steps(numbers) if unit is None else np.asarray(unit, dtype=float)
    half = np.broadcast_to((step / 2)[:, None], numbers.T.shape)
    return _Search(numbers.T, half, None, ask, apart=True).find()


class _Search:
    """Entries (rows or columns) by cells; `half` is by how much rounding may keep each figure from its true one."""

    def __init__(
        self, numbers: Floats, half: Floats, levels: Sequence[int] | None, ask: Sequence[int] | None, *, apart: bool
    ) -> None:
        self.numbers = np.asarray(numbers, dtype=np.float64)
        self.half = half
        self.levels = levels
        self.ask = range(len(self.numbers)) if ask is None else ask
        self.apart = apart
        self.known: Bools = np.isfinite(self.numbers)
        self.value = np.where(self.known, self.numbers, 0.0)
        self.said: Bools = self.known & (self.value != 0)
        self.fresh = self._tell_fresh()
        self.tried = 0
        self.found: dict[int, tuple[float, tuple[int, ...], int, int]] = {}

    def _tell_fresh(self) -> Bools:
        """Cells that do not merely repeat another one over all entries, as two columns with the same figures do."""
        seen: set[bytes] = set()
        fresh = np.ones(self.numbers.shape[1], dtype=bool)
        if self.numbers.shape[1] <= 200:
            for cell in range(self.numbers.shape[1]):
                key = self.numbers[:, cell].tobytes()
                fresh[cell] = key not in seen
                seen.add(key)
        return fresh

    def find(self) -> list[Relation]:
        count, cells = self.numbers.shape
        if count < 3 or not cells:
            return []
        if self.levels is not None:
            for whole in self.ask:
                self._try_parts(whole, self._children(whole))
        before: tuple[set[int], ...] = ()
        for _ in range(_PASSES):
            sure = {
                whole: parts for whole, (log, parts, _, _) in self.found.items() if expected(log, self.tried) < 0.05
            }
            members = {part for parts in sure.values() for part in parts}
            if before == (members, set(sure)):
                break
            before = members, set(sure)
            # Totals stand for their parts, or are passed over.
            outer = [entry for entry in range(count) if entry not in members]
            inner = [entry for entry in range(count) if entry not in sure]
            self._try_runs(np.array(outer, dtype=np.int64))
            if sure:
                self._try_runs(np.array(inner, dtype=np.int64))
        if self.apart:
            for step in _STEPS_APART:
                for first in range(min(step, count)):
                    self._try_runs(np.arange(first, count, step))
        relations = [
            Relation("sum", whole, parts, agreeing, against, expected(log, self.tried))
            for whole, (log, parts, agreeing, against) in sorted(self.found.items())
        ]
        return [relation for relation in relations if relation.chance < _ENOUGH]

    def _children(self, whole: int) -> list[int]:
        """The entries one level further in that follow, down to the next one at the level of the whole."""
        levels = self.levels
        assert levels is not None
        under: list[int] = []
        for entry in range(whole + 1, len(levels)):
            if levels[entry] <= levels[whole]:
                break
            under.append(entry)
        nearest = min((levels[entry] for entry in under), default=0)
        return [entry for entry in under if levels[entry] == nearest]

    def _try_runs(self, entries: npt.NDArray[np.int64]) -> None:
        """Tries for each entry the runs of others that end right before it or begin right after it."""
        count, cells = len(entries), self.numbers.shape[1]
        if count < 2:
            return
        places = {int(entry): place for place, entry in enumerate(entries.tolist())}
        longest = max(8, min(count, _EFFORT // max(1, len(self.ask) * cells * 2)))
        total = _prefix(self.value[entries])
        gaps = _prefix(~self.known[entries])
        nonzero = _prefix(self.said[entries])
        half = _prefix(self.half[entries])
        for whole in self.ask:
            if whole not in places:
                # One that is a part of something may still sum what stands beside it.
                continue
            place = places[whole]
            for start, end in _runs(place, count, longest):
                parts = total[end] - total[start]
                telling = (gaps[end] == gaps[start]) & (nonzero[end] - nonzero[start] >= 2)
                self._weigh_runs(whole, entries, start, end, parts, half[end] - half[start], telling)

    def _weigh_runs(
        self,
        whole: int,
        entries: npt.NDArray[np.int64],
        start: npt.NDArray[np.int64],
        end: npt.NDArray[np.int64],
        made: Floats,
        half: Floats,
        telling: Bools,
    ) -> None:
        told = telling & self.said[whole] & self.fresh
        own = self.value[whole]
        allowed = half + self.half[whole]
        agrees = told & (np.abs(made - own) <= allowed + 1e-9 + 1e-12 * np.abs(own))
        counts = told.sum(axis=1)
        self.tried += int((counts > 0).sum())
        agreeing = agrees.sum(axis=1)
        for run in np.flatnonzero((agreeing > 0) & (agreeing >= 0.75 * counts)).tolist():
            parts = entries[start[run] : end[run]]
            self._keep(whole, tuple(parts.tolist()), made[run], allowed[run], told[run])

    def _try_parts(self, whole: int, parts: list[int]) -> None:
        if len(parts) < 2:
            return
        told = self.known[parts].all(axis=0) & (self.said[parts].sum(axis=0) >= 2) & self.said[whole] & self.fresh
        self.tried += bool(told.any())
        made = self.value[parts].sum(axis=0)
        self._keep(whole, tuple(parts), made, self.half[parts].sum(axis=0) + self.half[whole], told)

    def _keep(self, whole: int, parts: tuple[int, ...], made: Floats, allowed: Floats, told: Bools) -> None:
        agreement = weigh(self.value[whole], made, allowed, 2 * self.half[whole], told)
        before = self.found.get(whole)
        if agreement.holds and (before is None or agreement.log_chance < before[0]):
            self.found[whole] = agreement.log_chance, parts, agreement.agreeing, agreement.against


def _prefix(array: npt.NDArray[np.generic]) -> Floats:
    summed = np.cumsum(array, axis=0, dtype=np.float64)
    return np.concatenate([np.zeros((1, array.shape[1])), summed])


def _runs(place: int, count: int, longest: int) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Starts and ends of the runs of at least two right before and right after a place; the longest ones always."""
    if place >= 2:
        start = np.arange(max(0, place - longest), place - 1)
        start = start if start[0] == 0 else np.append(0, start)
        yield start, np.full(len(start), place)
    if count - place > 2:
        end = np.arange(place + 3, min(count, place + 1 + longest) + 1)
        end = end if end[-1] == count else np.append(end, count)
        yield np.full(len(end), place + 1), end
