"""Sign-ins: who is signed in where, until they sign out or half a day is over. A copy of what a browser holds is worth
nothing after that, since what it names has ended here.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.services.people.accounts import Person, find_person
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store.tables import SignIn

LASTS: Final = timedelta(hours=12)


def begin_sign_in(engine: Engine, email: str) -> str:
    """Signs a person in and returns the token that their browser is to hold; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC).replace(microsecond=0)
    with change(engine, "sign-ins", email) as session:
        session.add(SignIn(token_hash=_hash(token), email=email, begun_at=now))
        auditing.record(session, email, "signed in", email, {})
    return token


def find_signed_in(engine: Engine, token: str) -> Person | None:
    """Who is signed in by a token; None where it has ended, or never was one."""
    with Session(engine) as session:
        row = session.get(SignIn, _hash(token))
        if row is None or row.ended_at is not None or datetime.now(UTC) - _utc(row.begun_at) > LASTS:
            return None
        email = row.email
    return find_person(engine, email)


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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _utc(at: datetime) -> datetime:
    # SQLite hands times back without their zone; all are UTC.
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
