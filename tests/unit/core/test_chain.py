"""The chain of hashes: whoever changes, removes or moves an event is found, and the event is named."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.record.chain import BEGINNING, Break, Event, Head, find_breaks, hash_of
from budget_align.core.values.refusal import RefusedError

WORDS = st.text(max_size=6)


def chain(said: list[tuple[str, ...]], old: int = 0) -> list[Event]:
    """Events that say something, the first of them in the form from before events said what was before and after."""
    found: list[Event] = []
    for number, (actor, action, before, after) in enumerate(said, 1):
        form = 1 if number <= old else 2
        event = Event(
            id=number,
            at=f"2026-05-01T12:{number:02}:00+00:00",
            actor=actor,
            action=action,
            subject="mapping ways",
            detail="{}",
            before="" if form == 1 else before,
            after="" if form == 1 else after,
            request_id="" if form == 1 else "r1",
            previous_hash=found[-1].hash if found else BEGINNING,
            hash="",
            form=form,
        )
        found.append(replace(event, hash=hash_of(event)))
    return found


CHAINS = st.builds(chain, st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), min_size=1, max_size=5), st.integers(0, 5))


@given(CHAINS)
def test_a_chain_that_nobody_touched_holds(events: list[Event]) -> None:
    assert find_breaks(events) == []
    assert find_breaks(events, Head(events[-1].id, events[-1].hash)) == []


@given(CHAINS, st.data())
def test_a_change_to_any_sign_of_any_event_is_found_and_the_event_named(
    events: list[Event], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(events) - 1))
    name = data.draw(st.sampled_from([each.name for each in fields(Event)]))
    old = getattr(events[place], name)
    new = data.draw(st.integers(-3, 9) if isinstance(old, int) else st.text(max_size=8))
    if new == old:
        return
    if name == "id" and events[place].form == 1:
        # A number that the database gave and no hash covers; what it stands for is its place, which holds.
        return
    changed = [*events[:place], replace(events[place], **{name: new}), *events[place + 1 :]]
    named = {each.id for each in find_breaks(changed)}
    assert changed[place].id in named


@given(CHAINS, st.data())
def test_events_that_are_left_out_are_found(events: list[Event], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(events) - 1))
    last = data.draw(st.integers(first, len(events) - 1))
    kept = [*events[:first], *events[last + 1 :]]
    found = find_breaks(kept, Head(events[-1].id, events[-1].hash))
    assert found
    # What follows the gap is named; where nothing does, the head that was kept.
    assert found[0].id == (events[last + 1].id if last + 1 < len(events) else events[-1].id)
    assert found[0].kind == "missing"


@given(CHAINS.filter(lambda events: len(events) > 1), st.data())
def test_events_that_change_places_are_found(events: list[Event], data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.integers(0, len(events) - 1), min_size=2, max_size=2, unique=True))
    moved = list(events)
    moved[one], moved[other] = replace(moved[other], id=one + 1), replace(moved[one], id=other + 1)
    assert min(one, other) + 1 in {each.id for each in find_breaks(moved)}


def test_each_fault_is_told_in_words() -> None:
    events = chain([("ana", str(n), "", "") for n in range(1, 7)])
    altered = [*events[:2], replace(events[2], actor="otto"), *events[3:]]
    assert find_breaks(altered) == [Break(3, "altered", "Event 3 is not what was recorded: it was altered.")]
    (gap,) = find_breaks([events[0], *events[3:]])
    assert (gap.id, gap.what) == (4, "Events 2 to 3 are missing: event 4 does not follow event 1.")
    (cut,) = find_breaks(events[:4], Head(6, events[5].hash))
    assert (cut.id, cut.what) == (6, "Events 5 to 6 are missing from the end: the head that was kept is event 6.")
    beside = replace(events[5], id=7, previous_hash=events[3].hash)
    (fork,) = find_breaks([*events, replace(beside, hash=hash_of(beside))])
    assert (fork.id, fork.kind) == (7, "moved")


def test_an_end_that_was_written_anew_shows_against_a_head_that_was_kept() -> None:
    events = chain([("ana", str(n), "", "") for n in range(1, 5)])
    anew = chain([("ana", str(n), "", "") for n in (1, 2)] + [("otto", "3", "", ""), ("otto", "4", "", "")])
    assert find_breaks(anew) == []
    (told,) = find_breaks(anew, Head(4, events[3].hash))
    assert (told.id, told.kind) == (4, "altered")


def test_an_event_that_was_never_hashed_by_its_form_is_altered() -> None:
    (event,) = chain([("ana", "x", "", "")], old=1)
    assert [each.id for each in find_breaks([replace(event, before="{}")])] == [1]


@pytest.mark.parametrize("text", ["", "3", "3-abc", f"-{'a' * 64}", f"3-{'g' * 64}"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        Head.parse(text)
