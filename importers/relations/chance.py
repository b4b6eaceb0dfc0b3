"""How likely a relation between figures is by chance.

One cell: two figures that have nothing to do with each other, but are of one magnitude, agree within the rounding
allowed with a probability of about the width of that window over the size of the figure. A total of 7 agrees with
almost anything, one of 8,460,217 with almost nothing. Several cells: the columns of a table move together (this year's
figures are last year's but for a few percent), so that each agreement after the best one counts for less than it
would alone. Cells that disagree are paid for by the number of ways in which they could be chosen. A search that tries
many combinations finds many by chance: the probability times the combinations tried is how many such relations are to
be expected among figures without any.

Rows that a search of runs finds to add up are weighed by whole amounts: among a thousand payments some row always
equals the sum of five before it. How often that happens is a matter of how many runs were tried, how wide the amounts
spread, and how round they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BELIEVED: Final = 0.01
"""A relation is believed from this chance down: one in a hundred tables without any shows one."""

_FURTHER: Final = 0.5
"""How much each agreement after the best one counts: the columns of a table move together."""

_LEAST_AGREEING: Final = 0.75
"""A relation that fewer of its cells than this bear out is none, however unlikely it is."""

_RESIDUES: Final = 100_000
"""How many different ends of amounts are told apart at most: their last five digits."""

_ROWS_SAMPLED: Final = 4_000


@dataclass(frozen=True)
class Relation:
    """Figures that others make up.

    Attributes:
        kind: sum, difference, share (a percentage) or average.
        whole: the row or column that is made up, by its place in the array given.
        parts: the rows or columns that make it up, in order; of a difference what is taken from what, of a share the
            part and its whole.
        agreeing: cells that bear it out; cells of which a figure is missing, or all but one part are zero, say
            nothing.
        against: cells that contradict it.
        chance: how many relations as good as this one are to be expected by chance from the search that found it.
    """

    kind: str
    whole: int
    parts: tuple[int, ...]
    agreeing: int
    against: int
    chance: float

    @property
    def believed(self) -> bool:
        """Whether chance explains it too badly to be the reason."""
        return self.chance <= BELIEVED


@dataclass(frozen=True)
class Agreement:
    """How well some figures agree with what they should be; `log_chance` is the natural logarithm of the probability
    that they do so by accident, before how many were tried.
    """

    agreeing: int
    against: int
    log_chance: float

    @property
    def holds(self) -> bool:
        """Whether enough cells bear it out for it to be a relation at all."""
        return self.agreeing > 0 and self.agreeing >= _LEAST_AGREEING * (self.agreeing + self.against)


def weigh(whole: Floats, made: Floats, allowed: Floats, unit: Floats, telling: Bools) -> Agreement:
    """How well figures agree with what others make.

    Args:
        whole: the figures.
        made: what others make of them, cell by cell.
        allowed: by how much rounding may keep the two apart.
        unit: the smallest step between two figures, such as 1 or 0.1.
        telling: cells that say something.
    """
    agrees = telling & (np.abs(whole - made) <= allowed + 1e-9 + 1e-12 * np.abs(whole))
    count = int(telling.sum())
    agreeing = int(agrees.sum())
    against = count - agreeing
    if not agreeing:
        return Agreement(0, against, 0.0)
    size = np.maximum(np.abs(whole[agrees]), 1e-12)
    logs = np.sort(np.log(np.minimum(1.0, (2 * allowed[agrees] + unit[agrees]) / (2 * size))))
    best = float(logs[0])
    further = _FURTHER * float(logs[1:].sum())
    ways = math.lgamma(count + 1) - math.lgamma(agreeing + 1) - math.lgamma(against + 1)
    return Agreement(agreeing, against, min(0.0, best + further + ways))


def expected(log_chance: float, tried: int) -> float:
    """How many agreements of that probability are to be expected among so many tried."""
    return math.exp(min(50.0, log_chance + math.log(max(tried, 1))))


def steps(numbers: Floats) -> Floats:
    """The smallest step between figures that each column prints, at most four in five of its figures agreeing: 1 for
    whole numbers, 0.1 for one decimal place; rows and columns as in the array.

    >>> steps(np.array([[1.0, 0.5], [20.0, 0.25], [np.nan, 3.0]])).tolist()
    [1.0, 0.01]
    """
    found = np.full(numbers.shape[1], 1e-9)
    for column in range(numbers.shape[1]):
        said = numbers[:, column]
        said = said[np.isfinite(said) & (said != 0) & (np.abs(said) < 1e15)][:3_000]
        for places in range(10):
            scaled = said * 10.0**places
            fits = np.abs(scaled - np.round(scaled)) <= np.maximum(1e-6, 1e-12 * np.abs(scaled))
            if not len(said) or float(np.mean(fits)) >= 0.8:
                found[column] = 10.0**-places
                break
    return found


def _proportional(table: npt.NDArray[np.int64]) -> list[int]:
    """For each column the first one that it is a constant multiple of, itself where there is none: tax at one rate, the
    same amounts in another currency, or last year's put up by one rate and rounded.
    """
    if table.shape[1] < 2:
        return list(range(table.shape[1]))
    says = table != 0
    # Rounding, down or up, keeps small amounts further from the rate than large ones.
    steps = np.gcd.reduce(table, axis=0)
    firsts: list[int] = []
    same: list[int] = []
    for place in range(table.shape[1]):
        both = says[:, [place]] & says[:, firsts]
        enough = both.sum(axis=0) >= max(_PROPORTIONAL_FROM, _MOSTLY * int(says[:, place].sum()))
        own, others = np.where(both, table[:, [place]], 0).astype(np.float64), np.where(both, table[:, firsts], 0)
        rates = own.sum(axis=0) / np.where(others.sum(axis=0) == 0, 1, others.sum(axis=0))
        apart = np.abs(own - rates * others)
        allowed = np.maximum(steps[place] + np.abs(rates) * steps[firsts], _PROPORTIONAL * np.abs(own) / 2)
        # Few amounts, or small ones beside what rounding allows, keep to one rate by chance.
        usual = np.maximum(_USUAL * np.abs(own), 1e-9)
        told = np.log(np.clip(allowed / usual, 1e-3, 1.0)).sum(axis=0, where=both) <= _TELLING_RATE
        rounded = told & (apart <= allowed + 1e-9).all(axis=0)
        constant = enough & (rounded | (apart <= _PROPORTIONAL * np.abs(own) / 2 + 1e-9).all(axis=0))
        first = next((other for other, is_one in zip(firsts, constant, strict=True) if is_one), place)
        if first == place and len(firsts) < _COMPARED:
            firsts.append(place)
        same.append(first)
    return same


_COMPARED: Final = 30
_USUAL: Final = 0.05
"""By such a share what changes otherwise differs from one rate."""

_TELLING_RATE: Final = -10.0
_MOSTLY: Final = 0.6
_PROPORTIONAL_FROM: Final = 4
_PROPORTIONAL: Final = 0.002


class _Roundness:
    """How round the amounts of a column are: where most end in thousands, two of them add up to a third far oftener
    than their size says.
    """

    def __init__(self, amounts: npt.NDArray[np.int64]) -> None:
        said = np.abs(amounts[amounts != 0])
        width = max(1.0, _middle(said) + float(said.std())) if len(said) else 1.0
        ends = said[:, None] % 10 ** np.arange(_ZEROS) == 0
        shares = ends.mean(axis=0).tolist() if len(said) else [0.0] * _ZEROS
        likely = accumulate((share**2 * 10**zeros / width for zeros, share in enumerate(shares)), max)
        self.by_zeros: list[float] = [min(1.0, each) for each in likely]

    def chance(self, amount: int) -> float:
        """How likely two amounts of the column are to add up to this one, given in how many zeros it ends."""
        zeros = 0
        while zeros < _ZEROS - 1 and not amount % 10 ** (zeros + 1):
            zeros += 1
        return self.by_zeros[zeros]


_ZEROS: Final = 10


@lru_cache(maxsize=32)
def _told_of(amounts: bytes, shape: tuple[int, int]) -> tuple[list[float], list[_Roundness], list[int]]:
    """What `Chance` knows of a table, which one search for totals after another asks of the same rows."""
    table = np.frombuffer(amounts, dtype=np.int64).reshape(shape)
    return [_of_column(column) for column in table.T], [_Roundness(column) for column in table.T], _proportional(table)


def _middle(amounts: npt.NDArray[np.int64]) -> float:
    """The median of some amounts: of a few it is told in a tenth of the time that numpy's own takes."""
    ordered = np.sort(amounts)
    return (float(ordered[(len(ordered) - 1) // 2]) + float(ordered[len(ordered) // 2])) / 2


def _of_column(amounts: npt.NDArray[np.int64]) -> float:
    """How likely two amounts of a column are to add up to a third, by how they spread and how they end."""
    said = np.abs(amounts[amounts != 0])
    if len(said) < 2:
        return 1.0
    # Amounts in millions are as easily hit as the figures that are printed.
    said //= np.gcd.reduce(said)
    width = max(1.0, _middle(said) + float(said.std()))
    ends = min(_RESIDUES, 10 ** int(np.log10(width)))
    # Two amounts end in the same digits this often; round ones far oftener than one in a hundred thousand.
    _, counts = np.unique(said % ends, return_counts=True)
    pairs = len(said) * (len(said) - 1) / 2
    alike = (float((counts * (counts - 1) / 2).sum()) + 1) / (pairs + ends)
    return float(min(1.0, ends * alike / width))


class Chance:
    """How likely runs of rows are to add up to a row by chance, column by column.

    Args:
        amounts: every row of the table, in minor units, shape (rows, columns).
    """

    def __init__(self, amounts: Sequence[Sequence[int]] | npt.NDArray[np.int64]) -> None:
        table = np.asarray(amounts, dtype=np.int64)[:_ROWS_SAMPLED]
        if table.ndim == 1:  # No row at all, and so no column.
            table = table.reshape(len(table), 0)
        self.of_column, self.round, self.same = _told_of(np.ascontiguousarray(table).tobytes(), table.shape)

    def expected(self, row: Sequence[int], tried: int) -> float:
        """How many rows like this one chance would make among so many runs that were tried.

        >>> payments = [(a,) for a in (2927501, 551299, 1038844, 66712, 980023, 7105)]
        >>> Chance(payments).expected((2927500,), 10) < 0.5
        True
        """
        likely = 1.0
        seen: set[int] = set()
        told: set[int] = set()
        for place, (amount, chance) in enumerate(zip(row, self.of_column, strict=True)):
            # Columns that are multiples of one another say the same once.
            if amount and abs(amount) not in seen and self.same[place] not in told:
                seen.add(abs(amount))
                told.add(self.same[place])
                likely *= max(chance, self.round[place].chance(abs(amount)))
        return tried * likely if seen else float(tried)
