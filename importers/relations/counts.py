"""Tells figures that count something, such as posts, beside the money of the same lines: whole and far smaller."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from statistics import median
from typing import Final, TypeVar

_NAMES: Final = 4
_SHARED: Final = 0.8
_SMALLER: Final = 500
_SMALLER_ALL: Final = 50
_SMALLER_SAID: Final = 8
"""So much at least is what is counted worth."""

_LARGEST: Final = 100_000
"""Nothing that a line counts is more, in whole units."""


Name = TypeVar("Name", bound=Hashable)


def are_counts(own: Mapping[Name, int], beside: Mapping[Name, int], minor: int, *, said: bool = False) -> bool:
    """Whether some figures bear the names of others and are whole, small and far smaller than these.

    Args:
        own: the figures by name, in minor units.
        beside: the money beside them, by name, in minor units.
        minor: how many minor units are a whole one.
        said: a title names what is counted, so that they need not be small, and only smaller than the money.

    >>> posts = {"a": 1200, "b": 4100, "c": 800, "d": 2500}
    >>> are_counts(posts, {"a": 90_000_000, "b": 410_000_000, "c": 51_000_000, "d": 86_000_000}, 100)
    True
    >>> are_counts(posts, {"a": 2300, "b": 4500, "c": 700, "d": 2600}, 100)
    False
    >>> hours = {"a": 21_800_00, "b": 35_700_00, "c": 9_600_00, "d": 49_500_00}
    >>> spent = {name: 130 * count for name, count in hours.items()}
    >>> are_counts(hours, spent, 100), are_counts(hours, spent, 100, said=True)
    (False, True)
    """
    shared = [name for name in own if name in beside and own[name] and beside[name]]
    if len(shared) < _NAMES or len(shared) < _SHARED * sum(map(bool, own.values())):
        return False
    if any(amount % minor or (not said and abs(amount) > _LARGEST * minor) for amount in own.values()):
        return False
    ratios = [abs(beside[name]) / abs(own[name]) for name in shared]
    if said:
        return median(ratios) >= _SMALLER_SAID and min(ratios) > 1
    return median(ratios) >= _SMALLER and min(ratios) >= _SMALLER_ALL
