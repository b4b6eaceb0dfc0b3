"""The chain of hashes over audit events: each event's hash covers what it says and the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from budget_align.core.values.refusal import RefusedError

BEGINNING: Final = "0" * 64
"""What the first event follows."""

FORM: Final = 2
"""How events are hashed now. Those of form 1, from before events said more, keep their hashes."""

_FIELDS: Final = ("at", "actor", "action", "subject", "detail")
_FIELDS_SINCE: Final = ("before", "after", "request_id")


@dataclass(frozen=True)
class Event:
    """An audit event as it is stored.

    Attributes:
        id: its place in the chain, from 1 on.
        at: when, in UTC, such as 2026-05-01T12:00:00+00:00.
        actor: who, by address.
        detail, before, after: JSON.
        request_id: the request, upload or command in which it happened.
        previous_hash: the hash of the event before it.
        form: how it is hashed.
    """

    id: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    before: str
    after: str
    request_id: str
    previous_hash: str
    hash: str
    form: int = FORM


@dataclass(frozen=True)
class Head:
    """The end of the chain at some moment. Kept elsewhere, it shows later that nothing up to there was changed."""

    id: int
    hash: str

    def __str__(self) -> str:
        return f"{self.id}-{self.hash}"

    @staticmethod
    def parse(text: str) -> Head:
        """Reads a head as reports and commands write it.

        Raises:
            RefusedError: it is none.

        Example:
            >>> Head.parse("3-" + "ab" * 32).id
            3
        """
        found = re.fullmatch(r"(\d{1,18})-([0-9a-f]{64})", text.strip())
        if found is None:
            raise RefusedError("bad-head", f"{text!r} is no head of the record; it is a number, a dash and 64 signs.")
        return Head(int(found[1]), found[2])


@dataclass(frozen=True)
class Break:
    """Where the record does not hold: the event that shows it, and what is wrong.

    Attributes:
        kind: altered, missing, moved or forked.
    """

    id: int
    kind: str
    what: str


def hash_of(event: Event) -> str:
    """The hash that belongs to what an event says and follows."""
    names = _FIELDS if event.form == 1 else (*_FIELDS, *_FIELDS_SINCE)
    said: list[object] = [] if event.form == 1 else [event.form, event.id]
    said += [getattr(event, name) for name in names]
    return hashlib.sha256(json.dumps([*said, event.previous_hash], ensure_ascii=False).encode()).hexdigest()


def find_breaks(events: Iterable[Event], kept: Head | None = None) -> list[Break]:
    """Every event that was altered, every place where some are missing and every one that was moved, in order.

    Args:
        events: the whole chain, by id.
        kept: a head that was kept elsewhere; shows whether the end is missing or was written anew.
    """
    found: list[Break] = []
    before: Event | None = None
    seen: dict[str, int] = {}
    at_kept: str | None = None
    for event in events:
        whole = _is_whole(event)
        if not whole:
            found.append(Break(event.id, "altered", f"Event {event.id} is not what was recorded: it was altered."))
        link = _check_link(event, before, seen, whole)
        if link is not None:
            found.append(link)
        seen[event.hash] = event.id
        before = event
        if kept is not None and event.id == kept.id:
            at_kept = event.hash
    if kept is not None:
        found += _check_kept(kept, before, at_kept)
    return found


def find_cut(last: Event | None, newest: datetime) -> Break:
    """What a record says that ends before something that was done.

    Args:
        last: its last event; None where there is none.
        newest: when something was done of which there would be an event.
    """
    end = f"ends at {last.at} with event {last.id}" if last is not None else "is empty"
    what = f"Events are missing from the end: something was done at {newest.isoformat()}, and the record {end}."
    return Break(last.id + 1 if last is not None else 1, "missing", what)


def _is_whole(event: Event) -> bool:
    if event.form not in (1, FORM) or (event.form == 1 and any(getattr(event, name) for name in _FIELDS_SINCE)):
        return False
    try:
        return event.hash == hash_of(event)
    except (TypeError, UnicodeEncodeError):
        # Bytes where text was: whoever put them there went past the service.
        return False


def _check_link(event: Event, before: Event | None, seen: dict[str, int], whole: bool) -> Break | None:
    expected = before.hash if before is not None else BEGINNING
    last = before.id if before is not None else 0
    if event.previous_hash == expected:
        # Events of form 1 took their numbers from the database, which leaves some out; a link that holds is enough.
        return None
    if event.previous_hash in seen:
        what = f"Event {event.id} follows event {seen[event.previous_hash]}, and stands after event {last}: "
        return Break(event.id, "moved", what + "it was moved, or another was written beside it.")
    if event.form == FORM and event.id > last + 1:
        gone = f"Event {last + 1} is" if event.id == last + 2 else f"Events {last + 1} to {event.id - 1} are"
        return Break(event.id, "missing", f"{gone} missing: event {event.id} does not follow event {last}.")
    if not whole:
        return None
    what = f"Event {event.id} does not follow event {last}: " if last else f"Event {event.id} is not the first: "
    return Break(event.id, "missing", what + f"events between are missing, or event {last} was written anew.")


def _check_kept(kept: Head, last: Event | None, at_kept: str | None) -> list[Break]:
    if at_kept == kept.hash:
        return []
    if at_kept is not None:
        what = f"Event {kept.id} has another hash than the head that was kept: it, or one before it, was written anew."
        return [Break(kept.id, "altered", what)]
    end = last.id if last is not None else 0
    if end < kept.id:
        gone = f"Event {kept.id} is" if end == kept.id - 1 else f"Events {end + 1} to {kept.id} are"
        what = f"{gone} missing from the end: the head that was kept is event {kept.id}."
    else:
        what = f"Event {kept.id}, the head that was kept, is missing."
    return [Break(kept.id, "missing", what)]
