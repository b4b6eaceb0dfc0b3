"""By how much chance alone explains that a row equals the sum of others.

Among a thousand payments some row always equals the sum of five before it. How often that happens is a matter of how
many runs were tried, how wide the amounts spread, and how round they are; a sum is believed where chance makes it
unlikely.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from importers.sums import Vector

_RESIDUES: Final = 100_000
_SAMPLED: Final = 4_000


class Chance:
    """How likely runs of rows are to add up to a row by chance, column by column.

    Args:
        amounts: every row of the table, in minor units, shape (rows, columns).
    """

    def __init__(self, amounts: Sequence[Vector] | npt.NDArray[np.int64]) -> None:
        table = np.asarray(amounts, dtype=np.int64).reshape(len(amounts), -1)[:_SAMPLED]
        self.of_column = [self._of_column(column) for column in table.T]

    @staticmethod
    def _of_column(amounts: npt.NDArray[np.int64]) -> float:
        said = np.abs(amounts[amounts != 0])
        if len(said) < 2:
            return 1.0
        # Two amounts end in the same digits this often; round ones far oftener than one in a hundred thousand.
        _, counts = np.unique(said % _RESIDUES, return_counts=True)
        alike = float(((counts / len(said)) ** 2).sum())
        width = float(np.median(said)) + float(said.std())
        return min(1.0, _RESIDUES * alike / max(1.0, width))

    def expected(self, row: Vector, tried: int) -> float:
        """How many rows like this one chance would make among so many runs that were tried.

        >>> payments = [(a,) for a in (2927501, 551299, 1038844, 66712, 980023, 7105)]
        >>> Chance(payments).expected((2927500,), 10) < 0.5
        True
        """
        likely = 1.0
        seen: set[int] = set()
        for amount, chance in zip(row, self.of_column, strict=True):
            if amount and abs(amount) not in seen:
                seen.add(abs(amount))
                likely *= chance
        return tried * likely if seen else float(tried)
