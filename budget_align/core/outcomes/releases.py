"""Releases: what may be shown of a count of ballots after earlier counts, so that no two looks tell of a few of them.

Counts are of the same ballots, but for some, where they have one name, or where a few ballots more would explain how
they or one of their groups differ. Then fewer than `SMALLEST_GROUP` ballots more are not counted at all, and a group's
figures stay as they were released, or are hidden, until it has changed by as many. The same ballots cut into other
groups are as a second look: a group is hidden that a few ballots tell from one that was seen, or from all but one.
What was removed from the pages was seen all the same, so that it goes on being compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from budget_align.core.outcomes.disclosure import SMALLEST_GROUP, groups_to_renew, groups_to_show
from budget_align.core.outcomes.priority import Priorities, Weight
from budget_align.core.values.refusal import RefusedError

_NOTHING: Final = 1e-6
"""Ballots' worth that sums of shares may be off."""


@dataclass(frozen=True)
class Result:
    """What a consultation said: the weights of all, and of each group; None for a group that is not to be shown.

    Attributes:
        sizes: how many ballots each group had, under "" those of none; kept to set beside a later count, never shown.
        withdrawn: nobody is shown it any more; it is kept to set beside a later count.
    """

    priorities: Priorities
    groups: Mapping[str, Priorities | None]
    sizes: Mapping[str, int] = field(default_factory=dict)
    withdrawn: bool = False


def hold_back(name: str, result: Result, earlier: Sequence[tuple[str, Result]]) -> Result:
    """A result as it may be released after earlier ones.

    Args:
        name: of the consultation.
        earlier: names and results, the newest first, withdrawn ones among them.

    Raises:
        RefusedError: so few ballots differ that they could be worked out from both counts.
    """
    if result.priorities.method == "published":
        return result
    counted = [(said, _is_same(said, name), each) for said, each in earlier if each.priorities.method != "published"]
    for said, same_name, before in counted:
        if may_be_told_apart(before.priorities, result.priorities, same_name=same_name):
            raise RefusedError(
                "few-ballots",
                f"Fewer than {SMALLEST_GROUP} ballots seem to tell these from “{said}”, so that they could be worked "
                f"out from the two; send them when {SMALLEST_GROUP} or more have come.",
            )
    method = result.priorities.method
    last = next((each for _, same, each in counted if same and each.priorities.method == method), None)
    if last is not None:
        result = _keep(last, result)
    for _, same_name, before in counted:
        if same_name or _is_same_count(before.priorities, result.priorities) or _share_ballots(before, result):
            result = _hide_cut_otherwise(before, _hide(before, result))
    return result


def may_be_told_apart(before: Priorities, now: Priorities, *, same_name: bool) -> bool:
    """Whether two counts may be of the same ballots but for fewer than `SMALLEST_GROUP`. Two of the same name are taken
    to be; of others it is asked whether a few ballots more would explain the difference in every outcome.
    """
    more = now.ballots - before.ballots
    first, last = ({weight.outcome: weight.share for weight in each.weights} for each in (before, now))
    if abs(more) >= SMALLEST_GROUP or not (more or same_name):
        return False
    if before.method != now.method or (set(first) != set(last) and now.method != "mean share"):
        # One sort of share says nothing of how the other should have changed.
        return same_name and more != 0
    if not more and set(first) == set(last) and _changed(before, now) < _NOTHING:
        return False
    if now.method == "bradley-terry":
        # What a ballot can do to a strength has no simple bound.
        return all(abs(last[code] - first[code]) * now.ballots <= 3 * SMALLEST_GROUP for code in first)
    if same_name:
        # Each ballot gives one share in all; one exchanged for another changes two at most.
        return _changed(before, now) < 2 * SMALLEST_GROUP
    low, high = min(0, more) - _NOTHING, max(0, more) + _NOTHING
    return all(low <= change <= high for change in _changes(before, now))


def _is_same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _is_same_count(one: Priorities, other: Priorities) -> bool:
    """Whether two counts, or groups of them, came to the very same."""
    return (one.method, one.ballots) == (other.method, other.ballots) and _changed(one, other) < _NOTHING


def _share_ballots(before: Result, now: Result) -> bool:
    """Whether a group of both may be of the same ballots but for a few, or for none."""
    pairs = [(before.groups.get(name), found) for name, found in now.groups.items()]
    return any(one and other and (_is_same_count(one, other) or _are_few_apart(one, other)) for one, other in pairs)


def _keep(before: Result, now: Result) -> Result:
    """A later count of the same consultation, with the figures of groups that have changed by too few as they were."""
    renewed = groups_to_renew(before.sizes, now.sizes) or set()
    kept = {
        group: before.groups[group]
        for group in now.groups
        if group not in renewed and group in before.groups and before.sizes.get(group) != now.sizes.get(group)
    }
    sizes = {**now.sizes, **{group: before.sizes.get(group, 0) for group in kept}}
    sizes[""] = now.priorities.ballots - sum(count for group, count in sizes.items() if group)
    shown = groups_to_show({group: max(0, count) for group, count in sizes.items()})
    groups = {group: each if group in shown else None for group, each in {**now.groups, **kept}.items()}
    return replace(now, groups=groups, sizes=sizes)


def _hide(before: Result, now: Result) -> Result:
    """A count of ballots that may be those of an earlier one of another name or method, without the groups that have
    changed by too few."""
    renewed = groups_to_renew(before.sizes, now.sizes) or set()
    sizes = now.sizes
    hidden = {
        group
        for group in now.groups
        if group in before.sizes and group not in renewed and before.sizes[group] != sizes.get(group)
    }
    return replace(now, groups={group: None if group in hidden else each for group, each in now.groups.items()})


def _hide_cut_otherwise(before: Result, now: Result) -> Result:
    """A count of the ballots of an earlier one, without groups that are cut otherwise and that a few ballots tell from
    what was seen; nor may all less what is shown be such a group.
    """
    groups = [each for each in before.groups.values() if each is not None]
    rests = [_less(before.priorities, [each]) for each in groups]
    seen = [before.priorities, *groups, *(rest for rest in rests if rest is not None)]

    def is_told(found: Priorities | None) -> bool:
        return found is not None and any(_are_few_apart(each, found) for each in seen)

    shown = {group: found for group, found in now.groups.items() if found is not None}
    as_before = {group for group, found in shown.items() if _has_grown(before.groups.get(group), found)}
    shown = {group: found for group, found in shown.items() if group in as_before or not is_told(found)}
    while not shown.keys() <= as_before and is_told(_less(now.priorities, list(shown.values()))):
        del shown[min(shown.keys() - as_before, key=lambda group: shown[group].ballots)]
    return replace(now, groups={group: shown.get(group) for group in now.groups})


def _are_few_apart(one: Priorities, other: Priorities) -> bool:
    """Whether two groups may be of the same ballots but for a few more, or for one in place of another."""
    if one.method != other.method or one.ballots != other.ballots:
        return may_be_told_apart(one, other, same_name=False)
    return _NOTHING <= _changed(one, other) <= 2 + _NOTHING


def _has_grown(before: Priorities | None, now: Priorities) -> bool:
    """Whether a group may be an earlier one with more ballots, or none."""
    if before is None or before.method != now.method:
        return False
    changes = _changes(before, now)
    return now.method == "bradley-terry" or min(changes, default=0.0) > -_NOTHING


def _less(whole: Priorities, parts: Sequence[Priorities]) -> Priorities | None:
    """What is left of a count without some of its groups; None where nothing is, or where shares do not add up."""
    ballots = whole.ballots - sum(part.ballots for part in parts)
    if ballots <= 0 or whole.method == "bradley-terry":
        return None
    left = {weight.outcome: weight.share * whole.ballots for weight in whole.weights}
    for part in parts:
        for weight in part.weights:
            left[weight.outcome] = left.get(weight.outcome, 0.0) - weight.share * part.ballots
    return Priorities(
        whole.method, ballots, tuple(Weight(outcome, each / ballots, None) for outcome, each in left.items())
    )


def _changes(one: Priorities, other: Priorities) -> list[float]:
    """By how many ballots' worth each outcome has more in the other."""
    first, last = ({weight.outcome: weight.share * each.ballots for weight in each.weights} for each in (one, other))
    return [last.get(code, 0.0) - first.get(code, 0.0) for code in dict.fromkeys([*first, *last])]


def _changed(one: Priorities, other: Priorities) -> float:
    return sum(map(abs, _changes(one, other)))
