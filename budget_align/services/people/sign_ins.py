"""Sign-ins: who is signed in where, until they sign out, do nothing for an hour, or half a day is over. A copy of what
a browser holds is worth nothing after that, since what it names has ended here.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.accounts import Person, find_person, person_with
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import people_queries
from budget_align.store.tables import SignIn

LASTS: Final = timedelta(hours=12)

IDLE: Final = timedelta(hours=1)
"""How long a sign-in lasts by which nothing is asked."""

_NOTED_EVERY: Final = timedelta(minutes=5)
"""How exactly is kept when something was last asked, so that not every page that is looked at writes."""

SURE_FOR: Final = timedelta(minutes=15)
"""How long someone who showed that it is they may approve and publish without showing it again."""


@dataclass(frozen=True)
class Place:
    """A browser in which a person is signed in; `id` names it to them, and is no token."""

    id: str
    begun_at: datetime
    browser: str


def begin_sign_in(engine: Engine, email: str, browser: str = "", how: str = "password") -> str:
    """Signs a person in and returns the token that their browser is to hold; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC).replace(microsecond=0)
    with change(engine, "sign-ins", email) as session:
        session.add(SignIn(token_hash=_hash(token), email=email, begun_at=now, sure_at=now, browser=browser[:200]))
        auditing.record(session, email, "signed in", email, {"by": how})
    return token


def find_signed_in(engine: Engine, token: str) -> Person | None:
    """Who is signed in by a token; None where it has ended, or never was one."""
    with Session(engine) as session:
        row = session.get(SignIn, _hash(token))
        now = datetime.now(UTC)
        if row is None or row.ended_at is not None or _is_over(row, now):
            return None
        person = person_with(session, row.email)
        if now - _seen(row) >= _NOTED_EVERY:
            # Where others write, the next page notes it.
            with suppress(RefusedError):
                people_queries.note_seen(session, row.token_hash, now.replace(microsecond=0))
                session.commit()
        return person


def is_sure(engine: Engine, token: str) -> bool:
    """Whether the person of a sign-in showed a short while ago that it is they."""
    with Session(engine) as session:
        row = session.get(SignIn, _hash(token))
        return row is not None and datetime.now(UTC) - _utc(row.sure_at) <= SURE_FOR


def note_sure(engine: Engine, token: str) -> None:
    """Notes that the person of a sign-in showed that it is they."""
    with Session(engine) as session:
        row = session.get(SignIn, _hash(token))
    if row is None:
        return
    with change(engine, "sign-ins", row.email) as session:
        mine = session.get(SignIn, _hash(token))
        assert mine is not None, "a sign-in is never dropped"
        mine.sure_at = datetime.now(UTC).replace(microsecond=0)
        auditing.record(session, mine.email, "showed who they are", mine.email, {})


def list_places(engine: Engine, email: str) -> list[Place]:
    """Where a person is signed in, the newest first."""
    with Session(engine) as session:
        rows = people_queries.sign_ins(session, email)
        return [
            Place(row.token_hash[:16], row.begun_at, row.browser)
            for row in rows
            if not _is_over(row, datetime.now(UTC))
        ]


def place_of(token: str) -> str:
    """How the sign-in of a token is named to its person."""
    return _hash(token)[:16]


def end_place(engine: Engine, email: str, place: str) -> None:
    """Ends one sign-in of a person's own.

    Raises:
        RefusedError: they have none of that name.
    """
    with change(engine, "sign-ins", email) as session:
        mine = [row for row in people_queries.sign_ins(session, email) if row.token_hash[:16] == place]
        if not mine:
            raise RefusedError("no-sign-in", "You are not signed in there any more.")
        mine[0].ended_at = datetime.now(UTC).replace(microsecond=0)
        auditing.record(session, email, "signed out", email, {"elsewhere": True})


def end_everywhere(engine: Engine, email: str, actor: str, kept: str = "") -> None:
    """Ends wherever a person is signed in, save in the browser that holds a token.

    Raises:
        RefusedError: they are someone else than the actor, who may not.
    """
    with change(engine, "sign-ins", email) as session:
        if actor != email:
            permit(session, actor, "manage-people", None)
        people_queries.end_sign_ins(session, email, kept=_hash(kept) if kept else "")
        auditing.record(session, actor, "signed out everywhere", email, {})


def end_sign_in(engine: Engine, token: str) -> None:
    """Signs out; does nothing where that was done."""
    with Session(engine) as session:
        row = session.get(SignIn, _hash(token))
    if row is None or row.ended_at is not None:
        return
    with change(engine, "sign-ins", row.email) as session:
        mine = session.get(SignIn, _hash(token))
        if mine is not None and mine.ended_at is None:
            mine.ended_at = datetime.now(UTC).replace(microsecond=0)
            auditing.record(session, mine.email, "signed out", mine.email, {})


def record_failed(engine: Engine, email: str) -> None:
    """Records that someone tried to sign in as a person and could not. What was typed is kept only where it is the
    address of an account, since people type passwords there too.
    """
    known = find_person(engine, email)
    with change(engine, "sign-ins", known.email if known else "") as session:
        auditing.record(session, "nobody", "sign-in failed", known.email if known else "an unknown address", {})


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return _hash(token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _seen(row: SignIn) -> datetime:
    """When something was last asked by a sign-in."""
    return max(_utc(at) for at in (row.begun_at, row.sure_at, row.seen_at) if at is not None)


def _is_over(row: SignIn, now: datetime) -> bool:
    """Whether a sign-in has lasted as long as any does, or nothing was asked by it for too long."""
    return now - _utc(row.begun_at) > LASTS or now - _seen(row) > IDLE


def _utc(at: datetime) -> datetime:
    # SQLite hands times back without their zone; all are UTC.
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
