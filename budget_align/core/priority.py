"""Priorities: how much the public weighs each outcome, from the ballots of a consultation or a citizens' assembly.

Three methods, each with its margin, half the width of a 95% interval:

- mean share: the mean over ballots of what share of its points each gave to an outcome;
- Borda: a ballot that ranks gives k-1 points to the first of k outcomes, k-2 to the second, and so on; those that it
  does not rank share what is left alike; points are then taken as shares (J.-C. de Borda, 1781);
- Bradley-Terry: the strengths that make the pairwise choices likeliest, adding up to one, found by Hunter's
  minorise-maximise steps; half a choice each way between every pair keeps them finite (R. A. Bradley and M. E. Terry,
  1952; D. R. Hunter, 2004).

Margins say how far another draw of ballots like these could differ; who took part is another question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from budget_align.core.refusal import RefusedError

Floats = npt.NDArray[np.float64]

Method = Literal["mean share", "borda", "bradley-terry", "published"]
Kind = Literal["points", "ranked", "pairs", "weights"]
METHODS: Final[dict[Kind, tuple[Method, ...]]] = {
    "points": ("mean share",),
    "ranked": ("borda", "bradley-terry"),
    "pairs": ("bradley-terry",),
    "weights": ("published",),
}
"""The methods that each kind of ballot can be counted by, the usual one first."""

SMALLEST_GROUP: Final = 10
"""Ballots below which a group's figures are not shown, so that nobody's own ballot can be told."""

_SURE: Final = 1.96
_STEPS: Final = 2_000


@dataclass(frozen=True)
class Weight:
    """How much an outcome weighs: a share of one, and half the width of its 95% interval; None where it has none."""

    outcome: str
    share: float
    margin: float | None


@dataclass(frozen=True)
class Priorities:
    """The weights of all outcomes, from so many ballots."""

    method: Method
    ballots: int
    weights: tuple[Weight, ...]


def count_ballots(values: Floats, outcomes: list[str], kind: Kind, method: Method) -> Priorities:
    """Counts ballots.

    Args:
        values: points, nought or more, or ranks, 1 for the first; NaN for none; shape (ballots, outcomes). For pairs,
            the positions of the preferred and of the other outcome, shape (ballots, 2). For weights, one row.
        outcomes: their codes.

    Raises:
        RefusedError: there is no ballot, or the method does not fit the kind.
    """
    if method not in METHODS[kind]:
        raise RefusedError("bad-method", f"Ballots of {kind} cannot be counted by {method}; use {METHODS[kind][0]}.")
    if not len(values):
        raise RefusedError("no-ballots", "There is no ballot to count.")
    if kind == "weights":
        total = float(np.nansum(values))
        if total <= 0:
            raise RefusedError("no-ballots", "The weights add up to nothing.")
        shares = np.nan_to_num(values[0]) / total
        found = tuple(Weight(code, float(each), None) for code, each in zip(outcomes, shares, strict=True))
        return Priorities(method, 0, found)
    if method == "bradley-terry":
        wins = _wins_of_pairs(values, len(outcomes)) if kind == "pairs" else _wins_of_ranks(values)
        shares, margins = _bradley_terry(wins)
        return Priorities(method, len(values), _weights(outcomes, shares, margins))
    each = _borda_shares(values) if method == "borda" else _point_shares(values)
    counted = each[~np.isnan(each).any(axis=1)]
    if not len(counted):
        raise RefusedError("no-ballots", "No ballot gives anything to any outcome.")
    spread = counted.std(axis=0, ddof=1) if len(counted) > 1 else np.full(counted.shape[1], np.nan)
    return Priorities(
        method, len(counted), _weights(outcomes, counted.mean(axis=0), _SURE * spread / np.sqrt(len(counted)))
    )


def double_points(choices: Sequence[str], outcomes: Sequence[str]) -> dict[str, int]:
    """Twice the Borda points that one ballot gives to each outcome, which are whole numbers: those it does not rank
    share alike what is left.

    Args:
        choices: the outcomes that the ballot ranks, the first first.

    Raises:
        RefusedError: it ranks nothing, one twice, or one that nobody asked about.

    >>> double_points(["b"], ["a", "b", "c"])  # 2 points for b, half a point for each of the others
    {'a': 1, 'b': 4, 'c': 1}
    """
    if not choices:
        raise RefusedError("empty-ballot", "Choose at least one outcome.")
    if len(set(choices)) < len(choices):
        raise RefusedError("bad-ballot", "Choose each outcome once only.")
    if not set(choices) <= set(outcomes):
        raise RefusedError("bad-ballot", "Choose from the outcomes of the list.")
    count, given = len(outcomes), len(choices)
    ranked = {code: 2 * (count - 1 - place) for place, code in enumerate(choices)}
    return {code: ranked.get(code, count - given - 1) for code in outcomes}


def from_sums(ballots: int, sums: Mapping[str, tuple[int, int]]) -> Priorities:
    """The Borda priorities of ballots of which only sums were kept: the same as `count_ballots` finds for ranks.

    Args:
        sums: of each outcome, the sums over ballots of what `double_points` gives, and of its squares.
    """
    if ballots <= 0:
        raise RefusedError("no-ballots", "There is no ballot to count.")
    whole = len(sums) * (len(sums) - 1)
    weights = []
    for code, (points, squares) in sums.items():
        margin = None
        if ballots > 1:
            variance = (squares - points * points / ballots) / (ballots - 1) / whole**2
            margin = _SURE * float(np.sqrt(max(variance, 0.0) / ballots))
        weights.append(Weight(code, points / ballots / whole, margin))
    return Priorities("borda", ballots, tuple(weights))


def count_groups(
    values: Floats, groups: npt.NDArray[np.object_], outcomes: list[str], kind: Kind, method: Method
) -> dict[str, Priorities | None]:
    """The same for each group of ballots; None for those too small to show.

    Where only one group would be hidden, the next smallest is hidden with it, or the one could be worked out from the
    rest.
    """
    names, counts = np.unique(groups.astype(str), return_counts=True)
    order = np.argsort(counts, kind="stable")
    hidden = {str(names[i]) for i in order if counts[i] < SMALLEST_GROUP}
    if len(hidden) == 1 and len(names) > 1:
        hidden.add(str(names[order[1]]))
    found: dict[str, Priorities | None] = {}
    for name in names.tolist():
        if name:
            mine = values[groups.astype(str) == name]
            found[name] = None if name in hidden else count_ballots(mine, outcomes, kind, method)
    return found


def _weights(outcomes: list[str], shares: Floats, margins: Floats) -> tuple[Weight, ...]:
    return tuple(
        Weight(code, float(share), None if np.isnan(margin) else float(margin))
        for code, share, margin in zip(outcomes, shares, margins, strict=True)
    )


def _point_shares(points: Floats) -> Floats:
    """Each ballot's points as shares of their sum; NaN for a ballot that gives none."""
    filled = np.nan_to_num(points)
    totals = filled.sum(axis=1, keepdims=True)
    result: Floats = filled / np.where(totals > 0, totals, np.nan)
    return result


def _borda_shares(ranks: Floats) -> Floats:
    """Each ballot's Borda points as shares of their sum; NaN for a ballot that ranks nothing."""
    ballots, count = ranks.shape
    ranked = ~np.isnan(ranks)
    # Places count from the ballot's own order, so that a gap in the numbers changes nothing.
    place = np.argsort(np.argsort(np.where(ranked, ranks, np.inf), axis=1, kind="stable"), axis=1, kind="stable")
    given = ranked.sum(axis=1, keepdims=True)
    left = np.maximum(count - given, 1)
    rest = (count - given - 1) / 2
    points = np.where(ranked, count - 1 - place, np.broadcast_to(rest, (ballots, count)))
    totals = np.where(given > 0, points.sum(axis=1, keepdims=True), np.nan)
    assert left.min() >= 1
    result: Floats = points / np.where(totals > 0, totals, np.nan)
    return result


def _wins_of_pairs(pairs: Floats, count: int) -> Floats:
    wins = np.zeros((count, count))
    np.add.at(wins, (pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)), 1.0)
    return wins


def _wins_of_ranks(ranks: Floats) -> Floats:
    """How often each outcome was ranked before each other one; those not ranked come after those that are."""
    count = ranks.shape[1]
    filled = np.where(np.isnan(ranks), np.inf, ranks)
    wins = np.zeros((count, count))
    for one in range(count):
        wins[one] = (filled[:, [one]] < filled).sum(axis=0)
    return wins


def _bradley_terry(wins: Floats) -> tuple[Floats, Floats]:
    count = len(wins)
    wins = wins + 0.5 * (1 - np.eye(count))
    met = wins + wins.T
    total = wins.sum(axis=1)
    strength = np.full(count, 1 / count)
    for _ in range(_STEPS):
        after = total / (met / (strength[:, None] + strength[None, :])).sum(axis=1)
        after /= after.sum()
        done = np.abs(after - strength).max() < 1e-12
        strength = after
        if done:
            break
    # The information of the logarithms of the strengths, and from it the spread of the shares.
    chance = strength[:, None] / (strength[:, None] + strength[None, :])
    information = -met * chance * (1 - chance)
    np.fill_diagonal(information, 0.0)
    np.fill_diagonal(information, -information.sum(axis=1))
    covariance = np.linalg.pinv(information)
    turn = np.diag(strength) - np.outer(strength, strength)
    margins: Floats = _SURE * np.sqrt(np.maximum(np.diag(turn @ covariance @ turn.T), 0.0))
    return strength, margins
