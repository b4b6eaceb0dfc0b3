"""What may be shown of ballots, set beside an attacker who adds and subtracts all that is shown."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.outcomes.disclosure import (
    SMALLEST_GROUP,
    groups_to_show,
    round_count,
    round_margin,
    round_shares,
)
from budget_align.core.outcomes.priority import Kind, Method, count_ballots, count_groups, group_sizes, votes_of
from budget_align.core.outcomes.releases import ALL, Result, _least_told, hold_back
from budget_align.core.values.refusal import RefusedError

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
BALLOTS = np.random.default_rng(7).integers(0, 20, (400, 5)).astype(np.float64)

Cut = dict[str, frozenset[int]]
"""Which ballots are of each group; under "" those of none."""


def counted(cut: Cut, kind: Kind = "points", method: Method = "mean share") -> Result:
    """A count of ballots, as it is before anything is held back."""
    places = [(ballot, group) for group, mine in cut.items() for ballot in sorted(mine)]
    values = BALLOTS[[ballot for ballot, _ in places]]
    if kind == "ranked":
        values = values.argsort(axis=1).argsort(axis=1) + 1.0
    groups = np.array([group for _, group in places], dtype=object)
    whole = count_ballots(values, CODES, kind, method)
    named = bool(set(groups.tolist()) - {""})
    found = count_groups(values, groups, CODES, kind, method) if named else {}
    votes = {group: votes_of(values[groups == group], CODES, kind) for group, each in found.items() if each}
    return Result(whole, found, group_sizes(values, groups, kind), votes={ALL: votes_of(values, CODES, kind), **votes})


def cut_of(*groups: tuple[str, int], start: int = 0) -> Cut:
    """Groups of so many ballots that follow one another."""
    ends = (start + np.cumsum([size for _, size in groups])).tolist()
    return {name: frozenset(range(end - size, end)) for (name, size), end in zip(groups, ends, strict=True)}


def everybody(cut: Cut) -> frozenset[int]:
    return frozenset().union(*cut.values())


def seen(result: Result, cut: Cut) -> list[frozenset[int]]:
    """The sets of ballots whose figures a release shows anew."""
    return [everybody(cut), *(cut[group] for group in result.renewed or () if result.groups[group])]


SHARES = BALLOTS / BALLOTS.sum(axis=1, keepdims=True)


def tells(known: np.ndarray) -> bool:
    """Whether any figures of which it is known how often they hold each ballot, shape (figures, ballots), tell of a few:
    of fewer than ten, and something.
    """
    held = (known != 0).sum(axis=1)
    few = known[(held > 0) & (held < SMALLEST_GROUP)]
    return bool((np.abs(few @ SHARES) > 1e-9).any())


def laid_out(sets: list[frozenset[int]]) -> np.ndarray:
    """Which ballots each set holds, shape (sets, ballots)."""
    return np.array([[ballot in each for ballot in range(len(BALLOTS))] for each in sets], dtype=np.int64)


def attack_pair(one: list[frozenset[int]], other: list[frozenset[int]]) -> bool:
    """Whether a difference of what two releases show tells of a few: of all unions of groups of either, and the rests."""

    def known(sets: list[frozenset[int]]) -> np.ndarray:
        whole, *groups = laid_out(sets)
        signs = np.array(list(product((0, 1), repeat=len(groups))), dtype=np.int64).reshape(2 ** len(groups), -1)
        unions = signs @ np.array(groups).reshape(len(groups), -1) if groups else np.zeros((1, len(whole)), np.int64)
        return np.concatenate([unions, whole - unions])

    second = known(other)
    return any(tells(first - second) for first in known(one))


def attack_all(sets: list[frozenset[int]]) -> bool:
    """Whether any sum and difference of everything shown, each taken at most once, tells of a few; of many, some."""
    held = laid_out(list(dict.fromkeys(sets)))
    if len(held) <= 9:
        signs = np.array(list(product((-1, 0, 1), repeat=len(held))), dtype=np.int64)
    else:
        signs = np.random.default_rng(3).integers(-1, 2, (20_000, len(held)))
    return any(tells(some @ held) for some in np.array_split(signs, 1 + len(signs) // 2_000))


@pytest.mark.parametrize("name", ["Spring", "The same, by age"])
@pytest.mark.parametrize(
    "cut",
    [
        [("young", 34), ("old", 56)],
        [("north", 34), ("south", 56)],
        [("south", 34), ("north", 56)],
        [("young", 34), ("middle", 26), ("old", 30)],
        [("old", 32), ("north", 58)],
        # One group as it was and two that are the other, but for one ballot.
        [("young", 33), ("middle", 28), ("old", 29)],
        [("young", 32), ("middle", 58)],
    ],
)
def test_the_same_ballots_in_other_groups_tell_of_no_few(cut: list[tuple[str, int]], name: str) -> None:
    was, now = cut_of(("north", 33), ("south", 57)), cut_of(*cut)
    first = hold_back("Spring", counted(was), [])
    second = hold_back(name, counted(now), [("Spring", first)])
    assert second.priorities == first.priorities
    assert first.renewed == ("north", "south")
    assert not attack_pair(seen(first, was), seen(second, now))


def test_small_groups_are_hidden_and_never_only_one() -> None:
    cut = cut_of(("old", 10), ("young", 20), ("few", 4))
    assert hold_back("Spring", counted(cut), []).renewed == ("young",)
    assert hold_back("Spring", counted(cut_of(("old", 10), ("young", 20))), []).renewed == ("old", "young")


def test_a_group_that_is_an_earlier_one_and_a_few_is_not_shown_whoever_else_answered() -> None:
    was = cut_of(("north", 33), ("south", 57))
    first = hold_back("Spring", counted(was), [])
    for few in range(1, SMALLEST_GROUP):
        now = {"young": was["north"] | frozenset(range(100, 100 + few)), "old": frozenset(range(120, 240))}
        second = hold_back("Autumn", counted(now), [("Spring", first)])
        assert second.groups["young"] is None
        assert not attack_pair(seen(first, was), seen(second, now))
    # All of the one may be a group of the other.
    with pytest.raises(RefusedError, match="worked out"):
        hold_back("North alone", counted({"": was["north"] | {100}}), [("Spring", first)])
    # Somebody says that these are other people's.
    told = hold_back("Autumn", counted(now), [("Spring", first)], of_other_people=True)
    assert all(told.groups.values())


def test_another_breakdown_of_the_same_ballots_is_shown_where_it_tells_of_no_few() -> None:
    first = hold_back("Spring", counted(cut_of(("north", 33), ("south", 57))), [])
    second = hold_back("Spring", counted(cut_of(("young", 20), ("old", 70))), [("Spring", first)])
    assert all(second.groups.values())
    # And groups that ballots were added to are renewed, as they were cut before.
    more = {"north": frozenset(range(33)) | frozenset(range(100, 115)), "south": frozenset(range(33, 90)) | frozenset(range(120, 140))}  # fmt: skip
    third = counted(more)
    assert hold_back("Spring", third, [("Spring", first)]).groups == third.groups


def test_an_exchange_of_a_few_holds_what_was_released() -> None:
    was = cut_of(("north", 33), ("south", 57))
    first = hold_back("Spring", counted(was), [])
    # One of the north and one of the south change places: all ballots are the same.
    swapped = {"north": was["north"] - {0} | {89}, "south": was["south"] - {89} | {0}}
    again = hold_back("Spring", counted(swapped), [("Spring", first)])
    assert again.groups == first.groups
    # One of the north is exchanged for another while many come to the south.
    exchanged = {"north": was["north"] - {0} | {200}, "south": was["south"] | frozenset(range(210, 240))}
    later = hold_back("Spring", counted(exchanged), [("Spring", first)])
    assert later.groups == first.groups
    assert later.priorities.ballots == 120
    with pytest.raises(RefusedError, match="worked out"):
        hold_back("Spring", counted({"north": was["north"] - {0} | {200}, "south": was["south"]}), [("Spring", first)])


def test_three_looks_tell_no_more_than_two() -> None:
    """Five came to the north and ten to the south, then ten to the north: both groups have ten more than at first."""
    first_cut = cut_of(("north", 30), ("south", 30))
    second_cut = {"north": first_cut["north"] | frozenset(range(60, 65)), "south": first_cut["south"] | frozenset(range(70, 80))}  # fmt: skip
    third_cut = {**second_cut, "north": second_cut["north"] | frozenset(range(90, 100))}
    looks: list[tuple[str, Result]] = []
    shown: list[frozenset[int]] = []
    for cut in (first_cut, second_cut, third_cut):
        result = hold_back("Spring", counted(cut), looks)
        looks.insert(0, ("Spring", result))
        shown += seen(result, cut)
        assert not attack_all(shown)
    # Once ten came to both, both are told anew.
    fourth_cut = {name: mine | frozenset(range(at, at + 10)) for at, (name, mine) in zip((120, 140), third_cut.items(), strict=True)}  # fmt: skip
    result = hold_back("Spring", counted(fourth_cut), looks)
    assert result.renewed == ("north", "south")
    assert not attack_all([*shown, *seen(result, fourth_cut)])


def rank(rows: list[list[Fraction]]) -> int:
    """How many of some rows say something of their own: Gauss, in fractions."""
    found = 0
    rows = [list(row) for row in rows]
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((at for at in range(found, len(rows)) if rows[at][column]), None)
        if pivot is not None:
            rows[found], rows[pivot] = rows[pivot], rows[found]
            for at in range(found + 1, len(rows)):
                factor = rows[at][column] / rows[found][column]
                rows[at] = [a - factor * b for a, b in zip(rows[at], rows[found], strict=True)]
            found += 1
    return found


@given(
    st.integers(1, 6).flatmap(
        lambda parts: st.tuples(
            st.lists(st.lists(st.integers(0, 1), min_size=parts, max_size=parts), min_size=1, max_size=5),
            st.lists(st.sampled_from([0, 1, 2, 4, 5, 6, 9, 10, 30]), min_size=parts, max_size=parts),
        )
    )
)
def test_the_fewest_ballots_that_figures_tell_of_are_found(case: tuple[list[list[int]], list[int]]) -> None:
    """By trying every few parts: some sum of figures holds these alone where the others say less than all do."""
    figures, ballots = case
    rows = [[Fraction(each) for each in row] for row in figures]
    whole, parts = rank(rows), range(len(ballots))
    told = [
        sum(ballots[part] for part in some)
        for count in range(1, len(ballots) + 1)
        for some in combinations(parts, count)
        if rank([[row[part] for part in parts if part not in some] for row in rows]) < whole
    ]
    least = min([SMALLEST_GROUP, *told])
    assert _least_told(np.array(figures, dtype=np.float64), np.array(ballots)) == least


def test_groups_of_many_are_renewed_as_soon_as_enough_came_to_all() -> None:
    """Whatever small parts came to thirty groups before, none of which can be told from the others."""
    cut = {f"g{number:02d}": frozenset(range(number * 10, number * 10 + 10)) for number in range(30)}
    looks = [("Spring", hold_back("Spring", counted(cut), []))]
    for number, group in enumerate(cut):
        cut[group] = cut[group] | {300 + number}
    looks.insert(0, ("Spring", hold_back("Spring", counted(cut), looks)))
    assert looks[0][1].renewed == ()
    for number, group in enumerate(cut):
        cut[group] = cut[group] | frozenset(range(330 + 2 * number, 332 + 2 * number)) | frozenset(range(number * 10 + 20, number * 10 + 28))  # fmt: skip
    later = hold_back("Spring", counted(cut), looks)
    assert len(later.renewed or ()) == 30


def test_a_count_of_all_alone_ends_the_groups_of_a_consultation() -> None:
    was = cut_of(("north", 30), ("south", 30))
    looks = [("Spring", hold_back("Spring", counted(was), []))]
    alone = {"": everybody(was) | frozenset(range(60, 75))}
    looks.insert(0, ("Spring", hold_back("Spring", counted(alone), looks)))
    now = {"north": was["north"] | frozenset(range(60, 75)), "south": was["south"] | frozenset(range(80, 100))}
    later = hold_back("Spring", counted(now), looks)
    assert not any(later.groups.values())


@given(st.lists(st.fixed_dictionaries({
    "a": st.integers(0, 14), "b": st.integers(0, 14), "c": st.integers(0, 14), "": st.integers(0, 5),
    "swap": st.sampled_from(["", "", "a", "b"]),
}), min_size=1, max_size=3), st.sampled_from(["mean share", "borda", "bradley-terry"]))  # fmt: skip
def test_no_sum_or_difference_of_all_looks_at_a_consultation_tells_of_a_few(
    steps: list[dict[str, Any]], method: Method
) -> None:
    kind: Kind = "points" if method == "mean share" else "ranked"
    cut: Cut = cut_of(("a", 12), ("b", 31), ("c", 15), ("", 4))
    fresh = iter(range(100, 400))
    looks: list[tuple[str, Result]] = []
    shown: list[frozenset[int]] = []
    for step in [{}, *steps]:
        cut = {name: mine | {next(fresh) for _ in range(step.get(name, 0))} for name, mine in cut.items()}
        if step.get("swap"):
            cut[step["swap"]] = cut[step["swap"]] - {min(cut[step["swap"]])} | {next(fresh)}
        try:
            result = hold_back("Spring", counted(cut, kind, method), looks)
        except RefusedError:
            continue
        looks.insert(0, ("Spring", result))
        shown += seen(result, cut)
    assert not attack_all(shown)


@st.composite
def two_cuts(draw: st.DrawFn) -> tuple[Cut, Cut]:
    """Ballots in groups, and ballots of which many are the same in groups that follow the first ones but for a few."""
    was = cut_of(*((name, draw(st.integers(8, 40))) for name in draw(st.sampled_from(["ab", "abc"]))))
    size = len(everybody(was))
    edges = sorted(
        {0, size, *(min(size, max(0, edge + draw(st.integers(-12, 12)))) for edge in (8, 40, len(was["a"])))}
    )
    now = {f"{place}": frozenset(range(one, other)) for place, (one, other) in enumerate(pairwise(edges))}
    more = frozenset(range(300, 300 + draw(st.sampled_from([0, 0, 1, 5, 10, 60]))))
    left = frozenset(draw(st.lists(st.integers(0, size - 1), max_size=2)))
    last = f"{len(edges) - 2}"
    return was, {name: (mine | more if name == last else mine) - left for name, mine in now.items()}


@given(two_cuts(), st.sampled_from(["Spring", "Autumn"]), st.sampled_from(["mean share", "borda", "bradley-terry"]))
def test_no_difference_of_two_counts_in_other_groups_tells_of_a_few(
    cuts: tuple[Cut, Cut], name: str, method: Method
) -> None:
    was, now = cuts
    kind: Kind = "points" if method == "mean share" else "ranked"
    first = hold_back("Spring", counted(was, kind, method), [])
    try:
        second = hold_back(name, counted(now, kind, method), [("Spring", first)])
    except RefusedError:
        return
    assert not attack_pair(seen(first, was), seen(second, now))


def test_what_was_kept_before_sums_were_is_compared_by_what_is_known_of_it() -> None:
    was = cut_of(("north", 33), ("south", 57))
    for method in ("mean share", "bradley-terry"):
        kind: Kind = "points" if method == "mean share" else "ranked"
        old = replace(counted(was, kind, method), votes={}, renewed=None)
        with pytest.raises(RefusedError, match="worked out"):
            hold_back("Spring", counted({"": everybody(was) | {100}}, kind, method), [("Spring", old)])
        now = {"young": was["north"] | {100}, "old": was["south"] | frozenset(range(110, 150))}
        assert hold_back("Autumn", counted(now, kind, method), [("Spring", old)]).groups["young"] is None
