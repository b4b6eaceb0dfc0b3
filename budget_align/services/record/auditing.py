"""The audit trail: each change of state is an event, and each event's hash covers the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.values.refusal import RefusedError
from budget_align.store import queries
from budget_align.store.tables import AuditEvent

_BEGINNING = "0" * 64
_EVENTS = "events"
_TRIES = 5


def begin(session: Session) -> None:
    """Lets a transaction record events; `services.changing` does it for every change."""
    session.info[_EVENTS] = []


def record(session: Session, actor: str, action: str, subject: str, detail: dict[str, Any]) -> None:
    """Records an event of the change that a transaction makes; it is stored as the change is."""
    said = json.dumps(detail, sort_keys=True, ensure_ascii=False)
    session.info[_EVENTS].append((actor, action, subject, said))


def write(session: Session) -> None:
    """Adds what was recorded to the end of the trail. It is the last that a transaction does: the end of the trail is
    held for it alone from here until it is stored, so that no two events follow the same one.
    """
    events = session.info.pop(_EVENTS)
    if not events:
        return
    queries.take_turn(session, "audit trail")
    for left in reversed(range(_TRIES)):
        try:
            with session.begin_nested():
                _append(session, events)
            return
        except RefusedError as refusal:
            # Whoever waits for no turn, such as an older process beside this one, may still have been faster.
            if refusal.code != "changed-meanwhile" or not left:
                raise


def _append(session: Session, events: Sequence[tuple[str, str, str, str]]) -> None:
    last = queries.last_event(session)
    previous = last.hash if last else _BEGINNING
    for actor, action, subject, detail in events:
        at = datetime.now(UTC).replace(microsecond=0)
        event = AuditEvent(
            at=at, actor=actor, action=action, subject=subject, detail=detail, previous_hash=previous, hash=""
        )
        event.hash = previous = _hash_of(event)
        session.add(event)
    session.flush()


def find_broken_event(engine: Engine) -> int | None:
    """The id of the first event that does not follow from the one before it; None where the trail is whole."""
    with Session(engine) as session:
        previous = _BEGINNING
        for event in queries.events(session):
            if event.previous_hash != previous or event.hash != _hash_of(event):
                return event.id
            previous = event.hash
    return None


def _hash_of(event: AuditEvent) -> str:
    # SQLite hands times back without their zone; all are UTC.
    at = event.at.replace(tzinfo=UTC) if event.at.tzinfo is None else event.at.astimezone(UTC)
    said = [at.isoformat(), event.actor, event.action, event.subject, event.detail, event.previous_hash]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
