"""Tells figures that count something, such as posts, beside the money of the same lines: whole and far smaller."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from statistics import median
from typing import Final, TypeVar

_NAMES: Final = 4
_SHARED: Final = 0.8
_SMALLER: Final = 500
_SMALLER_ALL: Final = 50
_LARGEST: Final = 100_000
"""Nothing that a line counts is more, in whole units."""


Name = TypeVar("Name", bound=Hashable)


def are_counts(own: Mapping[Name, int], beside: Mapping[Name, int], minor: int) -> bool:
    """Whether some figures bear the names of others and are whole, small and far smaller than these.

    Args:
        own: the figures by name, in minor units.
        beside: the money beside them, by name, in minor units.
        minor: how many minor units are a whole one.

    >>> posts = {"a": 1200, "b": 4100, "c": 800, "d": 2500}
    >>> are_counts(posts, {"a": 90_000_000, "b": 410_000_000, "c": 51_000_000, "d": 86_000_000}, 100)
    True
    >>> are_counts(posts, {"a": 2300, "b": 4500, "c": 700, "d": 2600}, 100)
    False
    """
    shared = [name for name in own if name in beside and own[name] and beside[name]]
    if len(shared) < _NAMES or len(shared) < _SHARED * sum(map(bool, own.values())):
        return False
    if any(amount % minor or abs(amount) > _LARGEST * minor for amount in own.values()):
        return False
    ratios = [abs(beside[name]) / abs(own[name]) for name in shared]
    return median(ratios) >= _SMALLER and min(ratios) >= _SMALLER_ALL
