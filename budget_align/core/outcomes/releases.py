"""Releases: what may be shown of a count of ballots after earlier counts, so that no two looks tell of a few of them.

Whoever keeps what was shown can add and subtract it. Two rules hold back what that would tell of fewer than
`SMALLEST_GROUP` ballots, nobody's ballots being known:

- Counts of one consultation, by its name, with the same groups, of which ballots only come: the ballots that came to
  a group between two counts are a part of which the numbers are known. Parts that only ever stand together in what is
  shown are one. A release is made only where every sum and difference of all that was shown, however often each is
  taken, holds parts of `SMALLEST_GROUP` ballots or more (`_parts_are_hidden`). So a group is renewed once enough came
  to it and to the others, and an exchange of a few, which changes figures and no numbers, renews nothing.
- Any other two counts, since they may be of the same ballots in other groups or under another name: whatever figures
  two sets of ballots have, they differ by no fewer ballots than what the sets give to outcomes differs by. Of two
  counts, every union of groups shown, and all but one, gives the very same as every one of the other, or differs by
  `SMALLEST_GROUP` ballots' worth or more (`_sums_are_hidden`). Counts that somebody says are of other people's ballots
  are not set beside each other.

What was removed from the pages was seen all the same, so that it goes on being compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from math import comb
from typing import Final

import numpy as np

from budget_align.core.outcomes.disclosure import SMALLEST_GROUP
from budget_align.core.outcomes.priority import Priorities
from budget_align.core.values.arrays import Floats, Integers
from budget_align.core.values.refusal import RefusedError

_NOTHING: Final = 1e-6
"""Ballots' worth that sums of shares may be off."""

_MOST_GROUPS: Final = 8
"""More groups than this have too many unions to compare with those of another count: where one shows more, the later
one shows none."""

_ZERO: Final = 1e-9
_MOST_TRIED: Final = 2_000
"""Sums that are looked at one by one; where there are more, what has changed least is held back first."""

ALL: Final = ""
"""The name of all ballots among what is given to outcomes, and of those of no stated group among sizes."""

Votes = Mapping[str, float]
"""By outcome, what ballots give to it, each one in all; see `priority.votes_of`."""


@dataclass(frozen=True)
class Result:
    """What a consultation said: the weights of all, and of each group; None for a group that is not to be shown.

    Attributes:
        sizes: how many ballots each group had, under "" those of none; kept to set beside a later count, never shown.
        withdrawn: nobody is shown it any more; it is kept to set beside a later count.
        votes: what all ballots give, under `ALL`, and those of each group of `SMALLEST_GROUP` or more; kept likewise.
        renewed: the groups whose figures are of this count; those of others shown are as an earlier one had them. None
            for what was counted before any of it was kept.
    """

    priorities: Priorities
    groups: Mapping[str, Priorities | None]
    sizes: Mapping[str, int] = field(default_factory=dict)
    withdrawn: bool = False
    votes: Mapping[str, Votes] = field(default_factory=dict)
    renewed: tuple[str, ...] | None = None

    @property
    def counted(self) -> dict[str, int]:
        """How many ballots each group had, under "" the others."""
        sizes = {**{name: each.ballots for name, each in self.groups.items() if each}, **self.sizes}
        named = {name: count for name, count in sizes.items() if name and count}
        return {**named, ALL: self.priorities.ballots - sum(named.values())}

    @property
    def shown(self) -> tuple[str, ...]:
        """The groups whose figures are of this count and shown."""
        if self.renewed is not None:
            return self.renewed
        return tuple(name for name, each in self.groups.items() if each)

    def votes_of(self, group: str) -> Votes | None:
        """What the ballots of a group, or all, give; None where nobody knows."""
        if group in self.votes:
            return self.votes[group]
        found = self.priorities if group == ALL else self.groups.get(group)
        if found is None or found.method == "bradley-terry":
            return None
        return {weight.outcome: weight.share * found.ballots for weight in found.weights}


def hold_back(
    name: str, result: Result, earlier: Sequence[tuple[str, Result]], *, of_other_people: bool = False
) -> Result:
    """A result as it may be released after earlier ones.

    Args:
        name: of the consultation.
        result: the count, with every group of `SMALLEST_GROUP` or more.
        earlier: names and results, the newest first, withdrawn ones among them.
        of_other_people: somebody says that no ballot of it was counted before under another name.

    Raises:
        RefusedError: so few ballots differ that they could be worked out from both counts.
    """
    if result.priorities.method == "published":
        return replace(result, renewed=())
    counts = [(said, each) for said, each in earlier if each.priorities.method != "published"]
    looks = _looks_before(result, [each for said, each in counts if _is_same(said, name)])
    apart = [
        (said, each)
        for said, each in counts
        if not any(each is look for look in looks) and (_is_same(said, name) or not of_other_people)
    ]
    # What has changed least is held back first.
    parts = _parts([*looks, result])[-1]
    same = [each for said, each in counts if _is_same(said, name)]
    shown = sorted(_groups_to_try(result, same), key=lambda group: (group not in parts, parts.get(group, 0), group))
    while not (_parts_are_hidden(looks, result, shown) and all(_sums_are_hidden(b, result, shown) for _, b in apart)):
        if not shown:
            said = next((said for said, each in apart if not _sums_are_hidden(each, result, [])), name)
            raise RefusedError(
                "few-ballots",
                f"Fewer than {SMALLEST_GROUP} ballots seem to tell these from “{said}”, so that they could be worked "
                f"out from the two; send them when {SMALLEST_GROUP} or more have come. Where they are of other people "
                "than any counted before, say so, under a name of their own.",
            )
        shown.pop(0)
    groups = {group: each if group in shown else _held(group, result, looks) for group, each in result.groups.items()}
    return replace(result, groups=groups, renewed=tuple(shown))


def _groups_to_try(result: Result, same: Sequence[Result]) -> list[str]:
    """The groups that may be shown at all. None where somebody's choices stand under several groups, which are no parts
    of all ballots then; nor where all ballots alone were counted since groups were, since what came meanwhile is of no
    known group.

    Args:
        same: earlier counts of the same name, the newest first.
    """
    alone = any(not each.groups and any(old.groups for old in same[at:]) for at, each in enumerate(same))
    if alone or (result.sizes and sum(result.sizes.values()) != result.priorities.ballots):
        return []
    return [group for group, each in result.groups.items() if each is not None]


def _held(group: str, result: Result, looks: Sequence[Result]) -> Priorities | None:
    """The figures of a group as they were last shown."""
    shown = (look.groups.get(group) for look in reversed(looks) if not look.withdrawn)
    return next((each for each in shown if each and each.method == result.priorities.method), None)


def _is_same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _looks_before(result: Result, same: Sequence[Result]) -> list[Result]:
    """The counts of the same name, the newest first, that a count goes on from, as ballots came to their groups and
    none left; returned with the oldest first.
    """
    looks: list[Result] = []
    after = result
    for each in same:
        before, now = each.counted, after.counted
        known = before.keys() - {ALL} <= now.keys() and (bool(each.groups) == bool(after.groups))
        if not known or any(now.get(group, 0) < count for group, count in before.items()):
            break
        looks.append(each)
        after = each
    return looks[::-1]


def _parts(looks: Sequence[Result]) -> list[dict[str, int]]:
    """For each of some counts that go on from one another, how many ballots came to each group since the one before, or
    were exchanged, as far as that is known; groups of which nothing changed are left out.
    """
    found = [{group: count for group, count in looks[0].counted.items() if count}]
    for before, look in pairwise(looks):
        was, counted = before.counted, look.counted
        parts = {group: count - was.get(group, 0) for group, count in counted.items() if count != was.get(group, 0)}
        if _are_alike(before, look):
            unknown = [group for group in counted if group == ALL or look.votes_of(group) is None]
            for group in counted.keys() - unknown:
                change = _changed(before.votes_of(group) or {}, look.votes_of(group) or {})
                if change:
                    parts[group] = max(parts.get(group, 0), int(change))
            change = _changed(_rest(before, unknown), _rest(look, unknown))
            for group in unknown if change else ():
                # Of several groups that are too small to be known, nobody knows which changed.
                parts[group] = max(parts.get(group, 0), int(change) if len(unknown) == 1 else 0)
        found.append(parts)
    return found


def _is_the_same(one: Result, other: Result) -> bool:
    """Whether two counts are of ballots that give the very same."""
    votes = one.votes_of(ALL) or {}, other.votes_of(ALL) or {}
    return one.priorities.ballots == other.priorities.ballots and _are_alike(one, other) and not _changed(*votes)


def _are_alike(one: Result, other: Result) -> bool:
    """Whether what ballots give is told of both, by the same sort of share of the same outcomes."""
    first, last = one.votes_of(ALL), other.votes_of(ALL)
    sorts = {each.priorities.method == "mean share" for each in (one, other)}
    return first is not None and last is not None and first.keys() == last.keys() and len(sorts) == 1


def _rest(look: Result, unknown: Sequence[str]) -> Votes:
    """What ballots give that are of no group, or of one of which nobody knows what it gives."""
    left = dict(look.votes_of(ALL) or {})
    for group in look.counted.keys() - unknown:
        for outcome, each in (look.votes_of(group) or {}).items():
            left[outcome] = left.get(outcome, 0.0) - each
    return left


def _changed(one: Votes, other: Votes) -> float:
    """By how many ballots' worth two differ."""
    change = sum(abs(other.get(code, 0.0) - one.get(code, 0.0)) for code in {*one, *other})
    return change if change > _NOTHING else 0.0


def _parts_are_hidden(looks: Sequence[Result], result: Result, shown: Sequence[str]) -> bool:
    """Whether every sum and difference of what counts have shown that go on from one another holds parts of
    `SMALLEST_GROUP` ballots or more.
    """
    every = [*looks, result]
    parts = _parts(every)
    place = {key: at for at, key in enumerate((look, group) for look, each in enumerate(parts) for group in each)}
    # Where all ballots are the same, what moved from group to group adds nothing to all.
    moved = {at for at, (before, look) in enumerate(pairwise(every), 1) if _is_the_same(before, look)}
    rows = []
    for number, look in enumerate(every):
        groups = shown if look is result else look.shown
        rows.append([at <= number and at not in moved for at, _ in place])
        rows += [[at <= number and group == of for at, of in place] for group in groups]
    table = np.array(rows, dtype=np.float64)
    together: dict[bytes, list[int]] = {}
    for at in range(table.shape[1]):
        together.setdefault(table[:, at].tobytes(), []).append(at)
    ballots = [parts[look][group] for look, group in place]
    sizes = np.array([sum(ballots[at] for at in places) for places in together.values()])
    return _least_told(table[:, [places[0] for places in together.values()]], sizes) >= SMALLEST_GROUP


def _least_told(table: Floats, sizes: Integers) -> int:
    """The fewest ballots that any sum of multiples of some figures tells of, `SMALLEST_GROUP` at most; zero where there
    are too many such sums to look at.

    Args:
        table: which parts each figure holds, shape (figures, parts).
        sizes: how many ballots each part has.
    """
    large = sizes >= SMALLEST_GROUP
    _, sigma, basis = np.linalg.svd(table)
    basis = basis[: int((sigma > _ZERO).sum())]
    left, sigma, _ = np.linalg.svd(basis[:, large])
    # The sums that hold none of the large parts.
    small = left[:, int((sigma > _ZERO).sum()) :].T @ basis[:, ~large]
    count, width = small.shape
    if not count:
        return SMALLEST_GROUP
    if comb(width, count - 1) > _MOST_TRIED:
        return 0
    least = SMALLEST_GROUP
    # One that holds the fewest parts holds none of as many others as it takes to say which it is.
    for none in combinations(range(width), count - 1):
        left, sigma, _ = np.linalg.svd(small[:, list(none)])
        if (sigma > _ZERO).sum() == count - 1:
            holds = np.abs(left[:, -1] @ small) > _ZERO
            least = min(least, int(sizes[~large][holds].sum()))
    return least


def _sums_are_hidden(before: Result, result: Result, shown: Sequence[str]) -> bool:
    """Whether every union of groups that two counts show, and all but one, gives the same as every one of the other, or
    differs by `SMALLEST_GROUP` ballots' worth or more.
    """
    from scipy.spatial import cKDTree  # here, so that commands that count nothing start without it

    earlier = [group for group, each in before.groups.items() if each]
    if shown and max(len(shown), len(earlier)) > _MOST_GROUPS:
        return False
    known = all(before.votes_of(group) is not None for group in (ALL, *earlier))
    outcomes = sorted({*(before.votes_of(ALL) or {}), *(result.votes_of(ALL) or {})}) if known else []
    one, other = (cKDTree(_unions(each, of, outcomes)) for each, of in ((before, earlier), (result, shown)))
    same, few = one.count_neighbors(other, [_NOTHING, SMALLEST_GROUP - _NOTHING], p=1)
    # Of two of which numbers alone are known, those of one number may be of other ballots.
    return bool(few == (same if known else 0))


def _unions(result: Result, groups: Sequence[str], outcomes: Sequence[str]) -> Floats:
    """What every union of groups gives to outcomes, and all but it, shape (unions, outcomes); without outcomes, how
    many ballots they are. Of more groups than `_MOST_GROUPS`, each alone.
    """

    def of(group: str) -> Floats:
        if not outcomes:
            return np.array([result.priorities.ballots if group == ALL else result.counted[group]], dtype=np.float64)
        votes = result.votes_of(group) or {}
        return np.array([votes.get(code, 0.0) for code in outcomes])

    unions = np.zeros((1, max(1, len(outcomes))))
    for group in groups:
        of_all = len(groups) <= _MOST_GROUPS
        unions = np.concatenate([unions, (unions if of_all else unions[:1]) + of(group)])
    both: Floats = np.concatenate([unions[1:], of(ALL) - unions])
    some: Floats = both[np.abs(both).sum(axis=1) > _NOTHING]
    return some
