"""Finds differences, percentages and averages among the columns and rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Final

import numpy as np

from importers.relations.chance import Bools, Floats, Relation, expected, steps, weigh

_NEAR: Final = 8
"""Columns further away than this make up none of a column's figures, but for a total."""

_ENOUGH: Final = 0.5


def find_difference_columns(
    numbers: Floats, *, unit: Floats | None = None, ask: Sequence[int] | None = None
) -> list[Relation]:
    """The columns that are one column less another; arguments as of `find_sum_rows`."""
    step = steps(numbers) if unit is None else np.asarray(unit, dtype=float)
    found = _Best()
    for whole in _asked(ask, numbers.shape[1]):
        for one, other in permutations(_near(whole, numbers.shape[1]), 2):
            made = numbers[:, one] - numbers[:, other]
            allowed = np.full(len(numbers), (step[whole] + step[one] + step[other]) / 2)
            telling = _said(numbers[:, whole]) & _said(numbers[:, one]) & _said(numbers[:, other])
            found.keep("difference", whole, (one, other), numbers[:, whole], made, allowed, step[whole], telling)
    return found.relations()


def find_share_columns(
    numbers: Floats, *, unit: Floats | None = None, ask: Sequence[int] | None = None
) -> list[Relation]:
    """The columns that are percentages of figures in view: of another column in the same row (12% of the budget), of
    a change from another column (up 3%), or of one figure of the same column (its share of the total).

    The parts are the column taken and the one that is its whole; the same one twice where the whole is its total.
    """
    step = steps(numbers) if unit is None else np.asarray(unit, dtype=float)
    found = _Best()
    count = numbers.shape[1]
    for whole in _asked(ask, count):
        said = _said(numbers[:, whole])
        if not said.any() or np.abs(numbers[said, whole]).max() > 10_000:
            continue
        for one in (c for c in range(count) if c != whole):
            column = numbers[:, one]
            beside = _said(column) & said
            if beside.sum() >= 3:
                made, allowed, telling = _share_of_one_figure(numbers[:, whole], column, step[whole], step[one], beside)
                found.keep("share", whole, (one, one), numbers[:, whole], made, allowed, step[whole], telling)
            if abs(one - whole) > _NEAR:
                continue
            for other in (c for c in _near(whole, count) if c != one):
                base = numbers[:, other]
                telling = beside & _said(base)
                with np.errstate(all="ignore"):
                    share = np.where(telling, 100 * column / base, np.nan)
                    near = 100 * (step[one] + np.abs(share) / 100 * step[other]) / (2 * np.abs(base))
                allowed = np.where(telling, near, 0) + step[whole] / 2
                for made in (share, share - 100):
                    found.keep("share", whole, (one, other), numbers[:, whole], made, allowed, step[whole], telling)
    return found.relations()


def find_share_rows(numbers: Floats, *, unit: Floats | None = None, ask: Sequence[int] | None = None) -> list[Relation]:
    """The rows that are percentages of one row in another, or of the change from one to another; arguments as of
    `find_sum_rows`.
    """
    step = steps(numbers) if unit is None else np.asarray(unit, dtype=float)
    found = _Best()
    for whole in _asked(ask, len(numbers)):
        row = numbers[whole]
        said = _said(row)
        if not said.any() or np.abs(row[said]).max() > 10_000:
            continue
        for one, other in permutations(_near(whole, len(numbers)), 2):
            telling = said & _said(numbers[one]) & _said(numbers[other])
            with np.errstate(all="ignore"):
                share = np.where(telling, 100 * numbers[one] / numbers[other], np.nan)
                near = 100 * (step + np.abs(share) / 100 * step) / (2 * np.abs(numbers[other]))
            # Percentages among amounts are printed to one place or to none.
            own = np.minimum(step, 0.1)
            allowed = np.where(telling, near, 0) + own / 2
            for made in (share, share - 100):
                found.keep("share", whole, (one, other), row, made, allowed, own, telling)
    return found.relations()


def find_average_rows(
    numbers: Floats, *, unit: Floats | None = None, ask: Sequence[int] | None = None
) -> list[Relation]:
    """The rows that are the average of all rows after or before them; arguments as of `find_sum_rows`."""
    step = steps(numbers) if unit is None else np.asarray(unit, dtype=float)
    found = _Best()
    count = len(numbers)
    for whole in _asked(ask, count):
        for start, end in ((0, whole), (whole + 1, count)):
            if end - start < 3:
                continue
            parts = numbers[start:end]
            telling = np.isfinite(parts).all(axis=0) & _said(numbers[whole])
            made = np.where(telling, parts.sum(axis=0) / len(parts), np.nan)
            found.keep("average", whole, tuple(range(start, end)), numbers[whole], made, step, step, telling)
    return found.relations()


def _share_of_one_figure(
    whole: Floats, column: Floats, own: float, step: float, beside: Bools
) -> tuple[Floats, Floats, Bools]:
    """Percentages of one figure of a column: of that whose share is 100, else of the one that the first share tells."""
    rows = np.flatnonzero(beside)
    hundreds = rows[np.abs(whole[rows] - 100) < 1e-9]
    if not len(hundreds):
        return np.full(len(whole), np.nan), np.zeros(len(whole)), np.zeros(len(whole), dtype=bool)
    base = column[hundreds[0]]
    telling = beside.copy()
    telling[hundreds] = False
    made = np.where(telling, 100 * column / base, np.nan)
    return made, np.full(len(whole), own / 2 + 100 * step / abs(base)), telling


class _Best:
    """The least likely relation of each whole, and how many were tried."""

    def __init__(self) -> None:
        self.tried = 0
        self.best: dict[int, tuple[float, str, tuple[int, ...], int, int]] = {}

    def keep(
        self,
        kind: str,
        whole: int,
        parts: tuple[int, ...],
        own: Floats,
        made: Floats,
        allowed: Floats,
        step: float | Floats,
        telling: Bools,
    ) -> None:
        if not telling.any():
            return
        self.tried += 1
        unit = np.broadcast_to(np.asarray(step, dtype=float), own.shape)
        agreement = weigh(np.nan_to_num(own), np.nan_to_num(made), allowed, unit, telling)
        if agreement.holds and (whole not in self.best or agreement.log_chance < self.best[whole][0]):
            self.best[whole] = agreement.log_chance, kind, parts, agreement.agreeing, agreement.against

    def relations(self) -> list[Relation]:
        said = [
            Relation(kind, whole, parts, agreeing, against, expected(log, self.tried))
            for whole, (log, kind, parts, agreeing, against) in sorted(self.best.items())
        ]
        return [relation for relation in said if relation.chance < _ENOUGH]


def _asked(ask: Sequence[int] | None, count: int) -> Iterable[int]:
    return range(count) if ask is None else ask


def _near(whole: int, count: int) -> list[int]:
    return [other for other in range(max(0, whole - _NEAR), min(count, whole + _NEAR + 1)) if other != whole]


def _said(numbers: Floats) -> Bools:
    return np.asarray(np.isfinite(numbers) & (np.nan_to_num(numbers) != 0))
