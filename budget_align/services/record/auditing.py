"""The audit trail: each change of state is an event, and each event's hash covers the one before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlmodel import Session

from budget_align.core.record.chain import BEGINNING, Event, hash_of
from budget_align.core.values.refusal import RefusedError
from budget_align.services.record.requests import request_id
from budget_align.store import differences, locks, record_queries
from budget_align.store.tables import AuditEvent

_EVENTS: Final = "events"
_TRIES: Final = 5


def begin(session: Session) -> None:
    """Lets a transaction record events; `services.record.changing` does it for every change."""
    session.info[_EVENTS] = []
    differences.watch(session)


def record(session: Session, actor: str, action: str, subject: str, detail: dict[str, Any]) -> None:
    """Records an event of the change that a transaction makes; it is stored as the change is. The event says what the
    rows that were changed until here said before and say after; what is changed after the last event is of that one.
    """
    session.info[_EVENTS].append((actor, action, subject, detail, differences.take(session)))


def write(session: Session) -> None:
    """Adds what was recorded to the end of the trail. It is the last that a transaction does: the end of the trail is
    held for it alone from here until it is stored, so that no two events follow the same one.
    """
    events = session.info.pop(_EVENTS)
    if not events:
        return
    last = events[-1]
    events[-1] = (*last[:-1], differences.join(last[-1], differences.take(session)))
    locks.take_turn(session, "audit trail")
    for left in reversed(range(_TRIES)):
        try:
            with session.begin_nested():
                _append(session, events)
            return
        except RefusedError as refusal:
            # Whoever waits for no turn, such as an older process beside this one, may still have been faster.
            if refusal.code != "changed-meanwhile" or not left:
                raise


def _append(session: Session, events: Sequence[tuple[str, str, str, dict[str, Any], differences.Said]]) -> None:
    last = record_queries.last_event(session)
    number, previous = (last.id or 0, last.hash) if last else (0, BEGINNING)
    at = datetime.now(UTC).replace(microsecond=0)
    for actor, action, subject, detail, (before, after) in events:
        number += 1
        said = Event(
            number,
            at.isoformat(),
            actor,
            action,
            subject,
            _as_json(detail),
            _as_json(before) if before else "",
            _as_json(after) if after else "",
            request_id(),
            previous,
            "",
        )
        said = replace(said, hash=hash_of(said))
        previous = said.hash
        session.add(AuditEvent(**{**vars(said), "at": at}))
    session.flush()


def _as_json(said: dict[str, Any]) -> str:
    return json.dumps(said, sort_keys=True, ensure_ascii=False)
