"""What may be shown of ballots, set beside an attacker who adds and subtracts all that is shown."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.outcomes.disclosure import (
    SMALLEST_GROUP,
    groups_to_renew,
    groups_to_show,
    round_count,
    round_margin,
    round_shares,
)
from budget_align.core.outcomes.priority import count_ballots, count_groups, group_sizes
from budget_align.core.outcomes.releases import Result, hold_back

sizes = st.dictionaries(st.sampled_from(["", "a", "b", "c", "d", "e"]), st.integers(0, 40), min_size=1)


@given(sizes)
def test_what_is_left_of_the_total_is_never_a_few_ballots_nor_one_small_group(counts: dict[str, int]) -> None:
    shown = groups_to_show(counts)
    assert "" not in shown
    assert all(counts[name] >= SMALLEST_GROUP for name in shown)
    hidden = {name: count for name, count in counts.items() if name not in shown and count}
    left = sum(counts.values()) - sum(counts[name] for name in shown)
    assert left == sum(hidden.values())
    # Where something is shown, subtracting it from all leaves nothing, or enough of more than one small group.
    if shown and hidden:
        assert left >= SMALLEST_GROUP
        small = [name for name, count in hidden.items() if name and count < SMALLEST_GROUP]
        assert len(hidden) > 1 or not small


@given(sizes)
def test_no_more_is_hidden_than_has_to_be(counts: dict[str, int]) -> None:
    if all(count == 0 or count >= SMALLEST_GROUP for count in counts.values()):
        assert groups_to_show(counts) == {name for name, count in counts.items() if name and count}


@given(sizes, st.dictionaries(st.sampled_from(["", "a", "b", "c", "d", "e"]), st.integers(0, 30)))
def test_no_two_looks_tell_of_a_few_ballots(before: dict[str, int], more: dict[str, int]) -> None:
    now = {name: before.get(name, 0) + more.get(name, 0) for name in {*before, *more}}
    renewed = groups_to_renew(before, now)
    if renewed is None:
        assert sum(more.values()) < SMALLEST_GROUP
        return
    assert sum(more.values()) >= SMALLEST_GROUP
    assert all(more.get(name, 0) >= SMALLEST_GROUP for name in renewed)
    # What the whole gained less what the renewed groups did is what the others did together.
    left = [count for name, count in more.items() if name not in renewed and count]
    if renewed and left:
        assert sum(left) >= SMALLEST_GROUP


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=30))
def test_rounded_shares_add_up_and_are_within_a_part(weights: list[int]) -> None:
    exact = [Fraction(weight, sum(weights)) for weight in weights]
    rounded = round_shares([float(each) for each in exact])
    assert sum(round(each * 1000) for each in rounded) == 1000
    assert all(abs(each - float(true)) < 1 / 1000 + 1e-9 for each, true in zip(rounded, exact, strict=True))


@given(st.floats(0, 1), st.integers(0, 10**6))
def test_what_is_shown_is_never_finer_than_its_step(margin: float, count: int) -> None:
    assert round_margin(margin) >= margin
    assert round(round_margin(margin) * 1000, 6).is_integer()
    assert count - SMALLEST_GROUP < round_count(count) <= count
    assert round_count(count) % SMALLEST_GROUP == 0


CODES = ["health", "homes", "nature", "schools", "ways"]
BALLOTS = np.random.default_rng(7).integers(0, 20, (90, 5)).astype(np.float64)


def counted(values: np.ndarray, *cut: tuple[str, int]) -> Result:
    """A count by mean share of ballots in groups that follow one another, each of so many."""
    groups = np.array([name for name, size in cut for _ in range(size)], dtype=object)
    whole = count_ballots(values, CODES, "points", "mean share")
    return Result(
        whole, count_groups(values, groups, CODES, "points", "mean share"), group_sizes(values, groups, "points")
    )


def members(*cut: tuple[str, int]) -> dict[str, frozenset[int]]:
    """Which ballots are of each group."""
    ends = np.cumsum([size for _, size in cut]).tolist()
    return {name: frozenset(range(end - size, end)) for (name, size), end in zip(cut, ends, strict=True)}


def sets_seen(result: Result, of: dict[str, frozenset[int]]) -> list[frozenset[int]]:
    """Whose sums an attacker can work out from a release: those of every union of groups shown, and of the rest."""
    shown = [of[name] for name, each in result.groups.items() if each is not None]
    parts = [frozenset().union(*some) for count in range(1, len(shown) + 1) for some in combinations(shown, count)]
    whole = frozenset(range(len(BALLOTS)))
    return [whole, *parts, *(whole - part for part in parts)]


@pytest.mark.parametrize("name", ["Spring", "The same, by age"])
@pytest.mark.parametrize(
    "cut",
    [
        [("young", 34), ("old", 56)],
        [("north", 34), ("south", 56)],
        [("south", 34), ("north", 56)],
        [("young", 34), ("middle", 26), ("old", 30)],
        [("old", 32), ("north", 58)],
    ],
)
def test_the_same_ballots_in_other_groups_tell_of_no_few(cut: list[tuple[str, int]], name: str) -> None:
    first = hold_back("Spring", counted(BALLOTS, ("north", 33), ("south", 57)), [])
    second = hold_back(name, counted(BALLOTS, *cut), [("Spring", first)])
    assert second.priorities == first.priorities
    was = members(("north", 33), ("south", 57))
    kept = {group for group, found in second.groups.items() if found is not None and found == first.groups.get(group)}
    now = {**members(*cut), **{group: was[group] for group in kept}}
    for one in sets_seen(first, was):
        for other in sets_seen(second, now):
            assert not 0 < len(one ^ other) < SMALLEST_GROUP


def test_another_breakdown_of_the_same_ballots_is_shown_where_it_tells_of_no_few() -> None:
    first = hold_back("Spring", counted(BALLOTS, ("north", 33), ("south", 57)), [])
    second = hold_back("Spring", counted(BALLOTS, ("young", 20), ("old", 70)), [("Spring", first)])
    assert all(second.groups.values())
    # And groups that ballots were added to are renewed, as they were cut before.
    more = np.concatenate([BALLOTS[:33], BALLOTS[:15], BALLOTS[33:], BALLOTS[40:60]])
    third = counted(more, ("north", 48), ("south", 77))
    assert hold_back("Spring", third, [("Spring", first)]).groups == third.groups


def test_one_ballot_in_place_of_another_is_not_told_by_a_group() -> None:
    first = hold_back("Spring", counted(BALLOTS, ("north", 33), ("south", 57)), [])
    order = [89, *range(1, 89), 0]
    again = hold_back("Spring", counted(BALLOTS[order], ("north", 33), ("south", 57)), [("Spring", first)])
    assert list(again.groups.values()) == [None, None]
