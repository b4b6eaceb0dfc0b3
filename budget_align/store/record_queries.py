"""Every question about the record, by name. The caller holds the session and its transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select
from sqlmodel import Session, col

from budget_align.core.record.chain import Event
from budget_align.store.database import LONGEST_PATTERN
from budget_align.store.tables import (
    Approval,
    AuditEvent,
    MappingRevision,
    Publication,
    RoleHeld,
    Run,
    SignIn,
    Submission,
)

_AT_A_TIME = 1_000
_AS_STORED = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLite's driver writes a time."""


@dataclass(frozen=True)
class EventFilter:
    """Which events are asked for; what is empty leaves all."""

    who: str = ""
    what: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


_LAST: Final = select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(1)
_LAST_ABOUT: Final = _LAST.where(col(AuditEvent.subject) == bindparam("subject"))
_LAST_ABOUT_OF: Final = _LAST_ABOUT.where(col(AuditEvent.action) == bindparam("action"))


def last_event(session: Session) -> AuditEvent | None:
    """The newest audit event."""
    return session.scalars(_LAST).first()


def last_event_about(session: Session, subject: str, action: str = "") -> AuditEvent | None:
    """The newest audit event about a subject; of one action where given."""
    if not action:
        return session.scalars(_LAST_ABOUT, {"subject": subject}).first()
    return session.scalars(_LAST_ABOUT_OF, {"subject": subject, "action": action}).first()


def newest_change(session: Session) -> datetime | None:
    """When the newest of what is still there was done, to the second as events are, of what is never done without one;
    None for nothing.
    """
    done = (
        SignIn.begun_at,
        Submission.confirmed_at,
        MappingRevision.saved_at,
        Run.ran_at,
        Publication.asked_at,
        Publication.decided_at,
        Approval.asked_at,
        RoleHeld.given_at,
    )
    found = [at for each in done if (at := session.scalar(select(func.max(each)))) is not None]
    whole = (at.replace(microsecond=0, tzinfo=at.tzinfo or UTC) for at in found)
    return max(whole, default=None)


def who_did(session: Session, subject: str, action: str, since: str = "") -> set[str]:
    """Everyone who did something to a subject, after the last time that something else was done to it."""
    mine = col(AuditEvent.subject) == subject
    last = select(func.max(AuditEvent.id)).where(mine, col(AuditEvent.action) == since).scalar_subquery()
    query = select(col(AuditEvent.actor)).where(
        mine, col(AuditEvent.action) == action, col(AuditEvent.id) > func.coalesce(last, 0)
    )
    return set(session.scalars(query))


def stored_events(session: Session) -> Iterator[Event]:
    """All audit events, oldest first, to the sign as the database holds them: what could not have been written by the
    service, such as a time in other words, is handed on as it is.
    """
    names = [name for name in Event.__dataclass_fields__ if name != "at"]
    # Read as text, so that no driver makes one time of two that are written differently.
    query = select(literal_column("at").label("at"), *(getattr(AuditEvent, name) for name in names))
    found = session.execute(query.order_by(col(AuditEvent.id)).execution_options(yield_per=_AT_A_TIME))
    for row in found.mappings():
        yield Event(**{**row, "at": _time(row["at"])})


def find_events(session: Session, wanted: EventFilter, limit: int, offset: int) -> tuple[Sequence[AuditEvent], int]:
    """A page of the events asked for, newest first, and how many there are."""
    query = _narrow(select(AuditEvent), wanted)
    count = session.scalar(_narrow(select(func.count(col(AuditEvent.id))), wanted)) or 0
    rows = session.scalars(query.order_by(col(AuditEvent.id).desc()).limit(limit).offset(offset)).all()
    return rows, count


def known_actions(session: Session) -> Sequence[str]:
    """What was ever done, in order of the alphabet."""
    return session.scalars(select(col(AuditEvent.action)).distinct().order_by(col(AuditEvent.action))).all()


def _pattern(text: str) -> str:
    return text.lower()[:LONGEST_PATTERN]


def _narrow(query: Select[Any], wanted: EventFilter) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.who:
        conditions.append(func.lower(col(AuditEvent.actor)).contains(_pattern(wanted.who), autoescape=True))
    if wanted.what:
        conditions.append(col(AuditEvent.action) == wanted.what)
    if wanted.about:
        conditions.append(func.lower(col(AuditEvent.subject)).contains(_pattern(wanted.about), autoescape=True))
    if wanted.since:
        conditions.append(col(AuditEvent.at) >= datetime.combine(wanted.since, time(), UTC))
    if wanted.until:
        conditions.append(col(AuditEvent.at) <= datetime.combine(wanted.until, time.max, UTC))
    return query.where(*conditions)


def _time(stored: object) -> str:
    """A time as events are hashed with it, in UTC; what stands in no form of the service's stays as it is."""
    if isinstance(stored, datetime):
        return (stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)).isoformat()
    try:
        at = datetime.strptime(str(stored), _AS_STORED)
    except ValueError:
        return str(stored)
    return at.replace(tzinfo=UTC).isoformat() if at.strftime(_AS_STORED) == stored else str(stored)
