"""What may be shown of ballots, set beside an attacker who adds and subtracts all that is shown."""

from __future__ import annotations

from fractions import Fraction

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
