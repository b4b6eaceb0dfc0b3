"""Two columns side by side of which every row fills one: the two sides of an account, or two ways of paying."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np

from importers.evidence.column_kinds import KindBelief
from importers.structure.grid import Grid, Ints


def share_in_turn(grid: Grid, rows: Ints, beliefs: Mapping[int, KindBelief]) -> dict[int, KindBelief]:
    """The beliefs, with what may be money told as that where it stands in the rows that the column of money beside it
    leaves blank or zero, and in no other: a code would stand in them all, or beside its amount.
    """
    shared = dict(beliefs)
    for one, other in pairwise(sorted(beliefs)):
        for money, doubted in ((one, other), (other, one)):
            is_doubted = shared[doubted].open and shared[doubted].kind != "money"
            if (
                other - one == 1
                and shared[money].kind == "money"
                and is_doubted
                and _take_turns(grid, rows, one, other)
            ):
                evidence = "every row states it or the amount beside it, and none both"
                shared[doubted] = KindBelief(_SURE, "money", evidence, open=False, found=shared[doubted].found)
    return shared


_SURE: Final = 0.9


def _take_turns(grid: Grid, rows: Ints, one: int, other: int) -> bool:
    numbers = np.nan_to_num(grid.numbers[np.ix_(rows, np.array([one, other]))]) != 0
    each, both = numbers.sum(axis=0), numbers.all(axis=1).sum()
    return bool(each.min() >= _FEWEST and both == 0 and numbers.any(axis=1).mean() >= _NEARLY_ALL)


_FEWEST: Final = 3
_NEARLY_ALL: Final = 0.9
