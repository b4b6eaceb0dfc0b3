"""A stack of rows with their running sums, so that what its last rows add up to is looked up and not added again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from importers.relations.sums import Vector

_ROOM = 64


class RunningSums:
    """The sums of rows from the first on, in minor units, column by column.

    Sums of sums may run over the 64 bits that hold them; differences of two of them are right all the same.
    """

    def __init__(self, columns: int) -> None:
        self._sums = np.zeros((_ROOM, columns), dtype=np.int64)
        self._count = 0

    def push(self, amounts: Vector) -> None:
        """Adds a row at the end."""
        if self._count + 1 == len(self._sums):
            self._sums = np.concatenate([self._sums, np.zeros_like(self._sums)])
        self._sums[self._count + 1] = self._sums[self._count] + np.array(amounts, dtype=np.int64)
        self._count += 1

    def cut(self, count: int) -> None:
        """Takes off every row but so many of the first."""
        self._count = count

    def near(self, amounts: Vector, tolerance: Vector, longest: int | None = None) -> list[int]:
        """How many of the last rows, two or more, add up to a row but for the rounding of each, the fewest first.

        Args:
            amounts: the row.
            tolerance: by how much each amount, the row's own included, may be rounded, for each column.
            longest: no more rows than this are added; any number without it.

        >>> sums = RunningSums(1)
        >>> for amount in (5, 3, 4): sums.push((amount,))
        >>> sums.near((7,), (0,)), sums.near((12,), (0,)), sums.near((8,), (1,))
        ([2], [3], [2, 3])
        """
        first = 0 if longest is None else max(0, self._count - longest)
        return [self._count - first - place for place in reversed(self._fits(first, amounts, tolerance))]

    def _fits(self, first: int, amounts: Vector, tolerance: Vector) -> list[int]:
        last = self._count
        before = self._sums[first : max(first, last - 1)]
        allowed = _roundings_to((last - first + 1).bit_length())[3 : last - first + 2][::-1]
        # Of whole arrays: a single number that runs over would warn.
        missing = np.array(amounts, dtype=np.int64) - self._sums[last]
        places: npt.NDArray[np.intp] | None = None
        for column, rounding in enumerate(tolerance):
            rest = before[:, column] if places is None else before[places, column]
            most = np.floor(rounding * (allowed if places is None else allowed[places]))
            within = np.abs(rest + missing[column]) <= most
            found = np.flatnonzero(within)
            places = found if places is None else places[found]
            if not len(places):
                return []
        return [] if places is None else places.tolist()


def roundings(count: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """By how many halves of the smallest unit so many rounded amounts may together be away from their total: by each of
    them where they are few; errors of many add up like their square root, four standard deviations of them at most.

    >>> roundings(np.array([3, 10, 100])).round(1).tolist()
    [3.0, 9.3, 25.1]
    """
    found: npt.NDArray[np.float64] = np.minimum(count, 2 + 8 * np.sqrt(count / 12))
    return found


@cache
def _roundings_to(bits: int) -> npt.NDArray[np.float64]:
    """`roundings` of every count of so many bits."""
    return roundings(np.arange(1 << bits))


def matching_groups(rows: Sequence[Vector], size: int, row: Vector, tolerance: Vector) -> npt.NDArray[np.intp]:
    """The places of so many rows that add up to a row but for the rounding of each, in the order of
    `itertools.combinations`, one group a line.
    """
    if len(rows) < size:
        return np.zeros((0, size), dtype=np.intp)
    groups = _groups(len(rows), size)
    said = np.array(rows, dtype=np.int64)[groups].sum(axis=1)
    allowed = np.array(tolerance, dtype=np.int64) * (size + 1)
    fits = (np.abs(np.array(row, dtype=np.int64) - said) <= allowed).all(axis=1)
    found: npt.NDArray[np.intp] = groups[fits]
    return found


@cache
def _groups(count: int, size: int) -> npt.NDArray[np.intp]:
    return np.array(list(combinations(range(count), size)), dtype=np.intp)
