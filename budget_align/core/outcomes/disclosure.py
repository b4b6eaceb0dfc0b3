"""Disclosure control: what may be shown of ballots so that nobody's own can be worked out.

Four ways lead from figures to a person, and each is closed, here and in `releases`:

- a group of few: groups below `SMALLEST_GROUP` are not shown, nor a consultation as a whole that is below it;
- a difference from the total: what is not shown, ballots of no stated group among it, is never one small remainder,
  since the smallest of the shown groups is hidden with it until `SMALLEST_GROUP` ballots or more are;
- a difference in time, or from another count of the same ballots: see `releases`;
- exact figures: counts are shown in steps of `SMALLEST_GROUP`, shares in whole per mille.

Source for the methods: A. Hundepool and others, Statistical Disclosure Control, 2012 (threshold rule, secondary
suppression, rounding).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Final

SMALLEST_GROUP: Final = 10
"""Ballots below which nothing of a group, or of a consultation, is shown."""

FINEST: Final = 1_000
"""Shares are shown in parts of this many."""


def round_count(count: int) -> int:
    """A number of ballots as it is shown: the last whole step of `SMALLEST_GROUP` that it has reached.

    >>> round_count(9), round_count(10), round_count(127)
    (0, 10, 120)
    """
    return count - count % SMALLEST_GROUP


def round_shares(shares: list[float]) -> list[float]:
    """Shares in whole parts of `FINEST`, adding up to what they did, by largest remainder, ties by order.

    >>> round_shares([1 / 3, 1 / 3, 1 / 3])
    [0.334, 0.333, 0.333]
    """
    exact = [share * FINEST for share in shares]
    parts = [int(each + 1e-9) for each in exact]
    order = sorted(range(len(parts)), key=lambda i: (-round(exact[i] - parts[i], 9), i))
    for i in order[: max(0, round(sum(exact)) - sum(parts))]:
        parts[i] += 1
    return [part / FINEST for part in parts]


def round_margin(margin: float) -> float:
    """A margin in whole parts of `FINEST`, never narrower than it was, half a part for the rounding of its share.

    >>> round_margin(0.0123)
    0.013
    """
    return ceil(round(margin * FINEST + 0.5, 9)) / FINEST


def groups_to_show(sizes: Mapping[str, int]) -> set[str]:
    """The groups whose figures may be shown beside those of all.

    Args:
        sizes: ballots counted in each group; under "" those of no stated group, which are never shown alone.

    >>> sorted(groups_to_show({"old": 10, "young": 20, "few": 4}))
    ['young']
    >>> sorted(groups_to_show({"north": 30, "south": 40, "": 3}))
    ['south']
    """
    by_size = sorted((count, name) for name, count in sizes.items() if name and count >= SMALLEST_GROUP)
    hidden = [count for name, count in sizes.items() if count and (not name or count < SMALLEST_GROUP)]
    left = [name for _, name in by_size]
    while left and 0 < sum(hidden) < SMALLEST_GROUP:
        hidden.append(sizes[left.pop(0)])
    return set(left)
