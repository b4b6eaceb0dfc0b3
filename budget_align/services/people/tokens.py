"""Tokens: let software act for a person through the API."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.accounts import Person, find_person
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import queries
from budget_align.store.tables import AccessToken


@dataclass(frozen=True)
class TokenSummary:
    """A token as lists show it; the token itself is shown once, when it is made."""

    id: int
    name: str
    made_at: datetime


def make_token(engine: Engine, email: str, name: str) -> str:
    """Makes a token for software that acts for a person, and returns it; only its hash is kept.

    Raises:
        RefusedError: it has no name.
    """
    if not name.strip():
        raise RefusedError("no-name", "Say what software the token is for.")
    token = f"ba_{secrets.token_urlsafe(32)}"
    with change(engine, "tokens", email) as session:
        made = AccessToken(
            email=email,
            name=name.strip()[:200],
            token_hash=_hash(token),
            made_at=datetime.now(UTC).replace(microsecond=0),
        )
        session.add(made)
        auditing.record(session, email, "token made", made.name, {})
    return token


def list_tokens(engine: Engine, email: str) -> list[TokenSummary]:
    """A person's tokens, newest first."""
    with Session(engine) as session:
        return [TokenSummary(row.id or 0, row.name, row.made_at) for row in queries.tokens(session, email)]


def drop_token(engine: Engine, email: str, token_id: int) -> None:
    """Takes a token back; software that has it is refused from then on.

    Raises:
        RefusedError: the person has no such token.
    """
    with change(engine, "tokens", email) as session:
        row = session.get(AccessToken, token_id)
        if row is None or row.email != email:
            raise RefusedError("no-token", "There is no such token.")
        session.delete(row)
        auditing.record(session, email, "token taken back", row.name, {})


def find_holder(engine: Engine, token: str) -> Person | None:
    """Whom a token acts for; None where nobody has such a token."""
    with Session(engine) as session:
        row = queries.token_by_hash(session, _hash(token))
        email = row.email if row else None
    return find_person(engine, email) if email else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
