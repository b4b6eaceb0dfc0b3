"""Tokens: let software act for a person through the API."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.accounts import find_person
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import people_queries
from budget_align.store.tables import AccessToken


@dataclass(frozen=True)
class TokenSummary:
    """A token as lists show it; the token itself is shown once, when it is made."""

    id: int
    name: str
    made_at: datetime
    scope: tuple[str, ...]
    last_day: date | None


@dataclass(frozen=True)
class TokenHolder:
    """Whom a token acts for, and the actions that it may do for them where they may."""

    email: str
    scope: frozenset[str]


SCOPES: Final = ("see-figures", "edit-indicators", "export-record")
"""What software can ask of the API, as actions of the policy."""

LONGEST: Final = timedelta(days=366)
USUAL: Final = timedelta(days=90)


def make_token(
    engine: Engine,
    email: str,
    name: str,
    scope: Iterable[str] = ("see-figures", "edit-indicators"),
    last_day: date | None = None,
) -> str:
    """Makes a token for software that acts for a person, and returns it; only its hash is kept. It never may more than
    its person may when it is used.

    Args:
        scope: the actions that it may do.
        last_day: the last day on which it works; three months from now without.

    Raises:
        RefusedError: it has no name, may do nothing, or would work for more than a year.
    """
    if not name.strip():
        raise RefusedError("no-name", "Say what software the token is for.")
    said = [action for action in SCOPES if action in set(scope)]
    if not said:
        raise RefusedError("no-scope", "Say what the software may do.")
    today = datetime.now(UTC).date()
    last = last_day or today + USUAL
    if not today <= last <= today + LONGEST:
        raise RefusedError("bad-day", "Say a last day within a year from now.")
    token = f"ba_{secrets.token_urlsafe(32)}"
    with change(engine, "tokens", email) as session:
        made = AccessToken(
            email=email,
            name=name.strip()[:200],
            token_hash=_hash(token),
            made_at=datetime.now(UTC).replace(microsecond=0),
            scope=" ".join(said),
            last_day=last,
        )
        session.add(made)
        auditing.record(session, email, "token made", made.name, {"scope": said, "until": last.isoformat()})
    return token


def list_tokens(engine: Engine, email: str) -> list[TokenSummary]:
    """A person's tokens, newest first."""
    with Session(engine) as session:
        return [
            TokenSummary(row.id or 0, row.name, row.made_at, _scope(row), row.last_day)
            for row in people_queries.tokens(session, email)
        ]


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


def find_holder(engine: Engine, token: str) -> TokenHolder | None:
    """Whom a token acts for; None where nobody has such a token, or it works no more."""
    with Session(engine) as session:
        row = people_queries.token_by_hash(session, _hash(token))
        if row is None or (row.last_day is not None and row.last_day < datetime.now(UTC).date()):
            return None
        email, scope = row.email, frozenset(_scope(row))
    return TokenHolder(email, scope) if find_person(engine, email) else None


def _scope(row: AccessToken) -> tuple[str, ...]:
    # Tokens from before they said so were made for what the API did then.
    return tuple(row.scope.split()) or ("see-figures", "edit-indicators")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
