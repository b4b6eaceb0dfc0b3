"""Priorities: how much the public weighs each outcome, from the ballots of a consultation or a citizens' assembly.

Three methods, each with its margin, half the width of a 95% interval:

- mean share: the mean over ballots of what share of its points each gave to an outcome;
- Borda: a ballot that ranks gives k-1 points to the first of k outcomes, k-2 to the second, and so on; outcomes that
  it ranks alike share the points of their places, and those that it does not rank share what is left; points are then
  taken as shares (J.-C. de Borda, 1781);
- Bradley-Terry: the strengths that make the pairwise choices likeliest, adding up to one, found by Hunter's
  minorise-maximise steps; a tie is half a choice each way, and half a choice each way between every pair keeps them
  finite (R. A. Bradley and M. E. Terry, 1952; D. R. Hunter, 2004). The choices of one ballot hang together, so that
  its margins come from drawing whole ballots again and again (the bootstrap, B. Efron, 1979).

Margins say how far another draw of ballots like these could differ; who took part is another question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from budget_align.core.outcomes.disclosure import (
    SMALLEST_GROUP,
    round_count,
    round_margin,
    round_shares,
)
from budget_align.core.values.arrays import Booleans, Floats, Integers
from budget_align.core.values.refusal import RefusedError

Method = Literal["mean share", "borda", "bradley-terry", "published"]
Kind = Literal["points", "ranked", "pairs", "weights"]
METHODS: Final[dict[Kind, tuple[Method, ...]]] = {
    "points": ("mean share",),
    "ranked": ("borda", "bradley-terry"),
    "pairs": ("bradley-terry",),
    "weights": ("published",),
}
"""The methods that each kind of ballot can be counted by, the usual one first."""

__all__ = ["SMALLEST_GROUP"]

_STEPS: Final = 2_000

_ADDED: Final = 0.5
"""Choices each way between every pair, beside those that were made."""

_DRAWS: Final = 400
"""How often ballots are drawn anew for a margin."""

_BLOCKS: Final = 2_000
"""Ballots beyond this many are drawn in blocks of several, whose sums vary as theirs do."""

_SEED: Final = 1952
"""The draws are the same each time, so that the same ballots give the same figures."""


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


def count_ballots(
    values: Floats, outcomes: list[str], kind: Kind, method: Method, people: npt.NDArray[np.object_] | None = None
) -> Priorities:
    """Counts ballots. One that says nothing is none.

    Args:
        values: points, zero or more, or ranks, 1 for the first; NaN for none; shape (ballots, outcomes). For pairs,
            the positions of the preferred and of the other outcome, shape (choices, 2). For weights, one row.
        outcomes: their codes.
        people: for pairs, whose ballot each choice is of, shape (choices,); without, each is a ballot of its own.

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
    said = says_something(values, kind)
    if not said.any():
        raise RefusedError("no-ballots", "No ballot gives anything to any outcome.")
    values = values[said]
    if method == "bradley-terry":
        count = len(outcomes)
        if kind == "pairs":
            wins, ballots = _wins_of_pairs(values, count, people[said] if people is not None else None)
        else:
            wins, ballots = _wins_of_ranks(values)
        whole = wins.sum(axis=0)
        shares, margins = _bradley_terry(whole), _bootstrap_margins(wins, ballots, whole)
        return Priorities(method, ballots, _weights(outcomes, shares, margins))
    counted = _borda_shares(values) if method == "borda" else _point_shares(values)
    spread = counted.std(axis=0, ddof=1) if len(counted) > 1 else np.full(counted.shape[1], np.nan)
    return Priorities(
        method,
        len(counted),
        _weights(outcomes, counted.mean(axis=0), _sure(len(counted)) * spread / np.sqrt(len(counted))),
    )


def _sure(ballots: int) -> float:
    """How many standard errors a 95% interval goes either way: few ballots tell little of how they vary (Student)."""
    from scipy.stats import t as student  # here, so that commands that count nothing start without it

    return float(student.ppf(0.975, ballots - 1)) if ballots > 1 else float("nan")


def says_something(values: Floats, kind: Kind) -> Booleans:
    """Which ballots give anything to any outcome, shape (ballots,)."""
    given = np.nan_to_num(values) if kind == "points" else (~np.isnan(values)).astype(np.float64)
    return np.asarray((given > 0).any(axis=1), dtype=np.bool_)


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
            margin = _sure(ballots) * float(np.sqrt(max(variance, 0.0) / ballots))
        weights.append(Weight(code, points / ballots / whole, margin))
    return Priorities("borda", ballots, tuple(weights))


def group_sizes(
    values: Floats,
    groups: npt.NDArray[np.object_],
    kind: Kind,
    people: npt.NDArray[np.object_] | None = None,
) -> dict[str, int]:
    """How many ballots that say something each group has; under "" those of no stated group, if there are any.

    Args:
        people: see `count_ballots`; somebody whose choices stand under several groups counts in each.
    """
    said = says_something(values, kind)
    names = groups[said].astype(str)
    if people is not None:
        pairs = {(name, str(person)) for name, person in zip(names.tolist(), people[said].tolist(), strict=True)}
        names = np.array([name for name, _ in pairs], dtype=str)
    found, counts = np.unique(names, return_counts=True)
    sizes = dict.fromkeys((str(name) for name in groups.tolist() if str(name)), 0)
    return {**sizes, **dict(zip(found.tolist(), counts.tolist(), strict=True))}


def count_groups(
    values: Floats,
    groups: npt.NDArray[np.object_],
    outcomes: list[str],
    kind: Kind,
    method: Method,
    people: npt.NDArray[np.object_] | None = None,
) -> dict[str, Priorities | None]:
    """The same for each group of ballots; None for those of fewer than `SMALLEST_GROUP`."""
    sizes = group_sizes(values, groups, kind, people)
    found: dict[str, Priorities | None] = {}
    for name in sorted(filter(None, sizes)):
        mine = groups.astype(str) == name
        of = people[mine] if people is not None else None
        enough = sizes[name] >= SMALLEST_GROUP
        found[name] = count_ballots(values[mine], outcomes, kind, method, of) if enough else None
    return found


def votes_of(
    values: Floats, outcomes: Sequence[str], kind: Kind, people: npt.NDArray[np.object_] | None = None
) -> dict[str, float]:
    """What ballots give to each outcome, each ballot one in all, by whatever method they are counted: its points as
    shares of their sum, its Borda points likewise, or how often of its choices it preferred the outcome.

    The arguments are those of `count_ballots`; for weights that were published there are no ballots.
    """
    if kind == "weights":
        return {}
    said = says_something(values, kind)
    values = values[said]
    if kind == "pairs":
        names = people[said].astype(str) if people is not None else np.arange(len(values)).astype(str)
        _, ballots, choices = np.unique(names, return_inverse=True, return_counts=True)
        each = 1.0 / choices[ballots]
        sums = np.bincount(values[:, 0].astype(np.int64), weights=each, minlength=len(outcomes))
    else:
        sums = (_point_shares(values) if kind == "points" else _borda_shares(values)).sum(axis=0)
    return dict(zip(outcomes, sums.tolist(), strict=True))


def release(priorities: Priorities) -> Priorities:
    """Priorities as they may be shown: see `disclosure`. Published weights stay as they are."""
    if priorities.method == "published":
        return priorities
    shares = round_shares([weight.share for weight in priorities.weights])
    weights = tuple(
        Weight(weight.outcome, share, None if weight.margin is None else round_margin(weight.margin))
        for weight, share in zip(priorities.weights, shares, strict=True)
    )
    return Priorities(priorities.method, round_count(priorities.ballots), weights)


def _weights(outcomes: list[str], shares: Floats, margins: Floats) -> tuple[Weight, ...]:
    return tuple(
        Weight(code, float(share), None if np.isnan(margin) else float(margin))
        for code, share, margin in zip(outcomes, shares, margins, strict=True)
    )


def _point_shares(points: Floats) -> Floats:
    """Each ballot's points as shares of their sum."""
    filled = np.nan_to_num(points)
    result: Floats = filled / filled.sum(axis=1, keepdims=True)
    return result


def _borda_shares(ranks: Floats) -> Floats:
    """Each ballot's Borda points as shares of their sum."""
    count = ranks.shape[1]
    ranked = ~np.isnan(ranks)
    # An outcome comes after those ranked before it, and halfway among those ranked alike: a gap in the numbers changes
    # nothing. Those not ranked are alike, after all that are.
    filled = np.where(ranked, ranks, np.inf)
    points = np.zeros(ranks.shape)
    for one in range(count):
        mine = filled[:, [one]]
        points[:, one] = (mine < filled).sum(axis=1) + ((mine == filled).sum(axis=1) - 1) / 2
    result: Floats = points / (count * (count - 1) / 2) if count > 1 else np.ones(ranks.shape)
    return result


def _wins_of_pairs(pairs: Floats, count: int, people: npt.NDArray[np.object_] | None) -> tuple[Floats, int]:
    """How often each outcome was preferred to each other one, by block of ballots, shape (blocks, count, count); and
    how many ballots there are."""
    if people is None:
        ballots, number = np.arange(len(pairs)), len(pairs)
    else:
        names, ballots = np.unique(people.astype(str), return_inverse=True)
        number = len(names)
    blocks, of = _into_blocks(number, count)
    wins = np.zeros((blocks, count, count))
    np.add.at(wins, (of[ballots], pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)), 1.0)
    return wins, number


def _wins_of_ranks(ranks: Floats) -> tuple[Floats, int]:
    """How often each outcome was ranked before each other one, by block of ballots, and how many ballots there are;
    those not ranked come after those that are, and a tie of two that are is half a choice each way."""
    number, count = ranks.shape
    filled = np.where(np.isnan(ranks), np.inf, ranks)
    blocks, of = _into_blocks(number, count)
    wins = np.zeros((blocks, count, count))
    for one in range(count):
        mine = filled[:, [one]]
        before = (mine < filled) + 0.5 * ((mine == filled) & np.isfinite(filled))
        before[:, one] = 0.0
        np.add.at(wins[:, one], of, before)
    return wins, number


def _into_blocks(number: int, count: int) -> tuple[int, Integers]:
    """Into how many blocks ballots go, and into which each does, by chance so that their order says nothing."""
    blocks = min(number, _BLOCKS, max(200, 4_000_000 // count**2))
    places = np.arange(number, dtype=np.int64) % blocks
    return blocks, places if blocks == number else np.random.default_rng(_SEED).permutation(places)


def _bradley_terry(wins: Floats, added: float = _ADDED) -> Floats:
    """The strengths, adding up to one, of how often each was preferred to each other, shape (count, count)."""
    count = len(wins)
    wins = wins + added * (1 - np.eye(count))
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
    result: Floats = strength
    return result


def _bootstrap_margins(wins: Floats, ballots: int, whole: Floats) -> Floats:
    """Half the width of the 95% interval of each strength, from ballots drawn anew with replacement.

    Args:
        wins: by block of ballots, shape (blocks, count, count); `whole` is their sum.
    """
    blocks, count = wins.shape[:2]
    if ballots < 2 or count < 2:
        return np.full(count, np.nan)
    draws = np.random.default_rng(_SEED).multinomial(blocks, np.full(blocks, 1 / blocks), size=_DRAWS)
    drawn = (draws.astype(np.float64) @ wins.reshape(blocks, -1)).reshape(_DRAWS, count, count)
    strengths = _bradley_terry(whole)
    found = _strengths_near(strengths, drawn)
    # A draw of n varies by (n - 1) / n of what the ballots themselves do.
    margins: Floats = _sure(ballots) * found.std(axis=0, ddof=1) * np.sqrt(blocks / (blocks - 1))
    # What is added to keep strengths finite draws them together; that much they may be off besides.
    return margins + np.abs(strengths - _bradley_terry(whole, _ADDED / 10))


def _strengths_near(start: Floats, wins: Floats) -> Floats:
    """The strengths of many tables of wins, shape (tables, count), by Newton's steps from what is near to them all."""
    count = wins.shape[1]
    wins = wins + _ADDED * (1 - np.eye(count))
    met = wins + wins.transpose(0, 2, 1)
    total = wins.sum(axis=2)
    logs = np.broadcast_to(np.log(start), total.shape).copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(logs[:, None, :] - logs[:, :, None]))
        slope = total - (met * chance).sum(axis=2)
        curve = met * chance * (1 - chance)
        information = -curve
        at = np.arange(count)
        information[:, at, at] = curve.sum(axis=2) - curve[:, at, at]
        # Only differences of strengths count: the mean of the logarithms stays.
        steps = np.linalg.solve(information + 1.0, slope[:, :, None])[:, :, 0]
        logs += np.clip(steps, -1.0, 1.0)
        if np.abs(steps).max() < 1e-8:
            break
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    result: Floats = powers / powers.sum(axis=1, keepdims=True)
    return result
