"""Links by which people choose a password: those who are invited, those whose password is reset, and the first
administrator of an installation. Each works once and for a time, and only its hash is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.policy import Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.accounts import (
    NO_PASSWORD,
    account_of,
    end_links,
    hash_password,
    read_address,
    read_name,
)
from budget_align.services.people.permissions import permit
from budget_align.services.people.roles import keep_role
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import locks, people_queries
from budget_align.store.tables import Account, AccountLink

LASTS: Final = {"first": timedelta(days=1), "invited": timedelta(days=7), "reset": timedelta(days=1)}
"""How long each kind of link works."""


@dataclass(frozen=True)
class Link:
    """A link that works: its kind, and whose account it is of, empty for the first one."""

    kind: str
    email: str


def invite(engine: Engine, email: str, name: str, roles: Iterable[Held], actor: str) -> str:
    """Adds an account without a password, with roles, and returns what the link holds by which its person chooses one.

    Raises:
        RefusedError: the address is none or has an account, the name is missing, or the actor may not.
    """
    address, shown = read_address(email), read_name(name)
    with change(engine, "accounts") as session:
        permit(session, actor, "manage-people", None)
        if people_queries.account_by_email(session, address):
            raise RefusedError("known-account", f"{address} has an account; reset its password to give it another.")
        session.add(Account(email=address, name=shown, password_hash=NO_PASSWORD))
        auditing.record(session, actor, "account added", address, {"invited": True})
        session.flush()
        for held in roles:
            keep_role(session, address, held, actor)
        return _make(session, "invited", address, actor)


def link_to_reset(engine: Engine, email: str, actor: str, *, disabled: bool | None = None) -> str:
    """Makes a link by which a person chooses another password, and returns what it holds. Until then the old password
    holds; earlier links work no more.

    Args:
        disabled: whether the actor saw the account as disabled; None for either.

    Raises:
        RefusedError: there is no such account, somebody disabled or enabled it meanwhile, or the actor may not.
    """
    with change(engine, "account", email.strip().lower()) as session:
        permit(session, actor, "manage-people", None)
        account = account_of(session, email)
        if disabled is not None and disabled != account.disabled:
            now = "disabled" if account.disabled else "in use again"
            raise RefusedError("changed-meanwhile", f"The account is {now} since you opened the page; look again.")
        auditing.record(session, actor, "link to reset made", account.email, {})
        return _make(session, "reset", account.email, actor)


def link_for_first(engine: Engine) -> str | None:
    """What the link holds by which an installation without any account gets its administrator; None where there is one.
    Earlier such links work no more.
    """
    with change(engine, "accounts") as session:
        if people_queries.accounts(session):
            return None
        return _make(session, "first", "", "service")


def find_link(engine: Engine, token: str) -> Link:
    """What a link is for.

    Raises:
        RefusedError: it does not work, or not any more.
    """
    with Session(engine) as session:
        row = _find(session, token)
        return Link(row.kind, row.email)


def use_link(engine: Engine, token: str, password: str, email: str = "", name: str = "") -> str:
    """Gives the person of a link the password that they chose, and returns their address. A disabled account is in use
    again, and wherever it was signed in ends.

    Args:
        email, name: of the first administrator, who has no account yet.

    Raises:
        RefusedError: it does not work any more, or the password is too weak.
    """
    with Session(engine) as session:
        first = _find(session, token).kind == "first"
        whose = read_address(email) if first else _find(session, token).email
        shown = read_name(name) if first else account_of(session, whose).name
    hashed = hash_password(password, whose, shown)
    with change(engine, "accounts") as session:
        # Who disables the account meanwhile ends its links: one of the two comes first.
        locks.take_turn(session, f"account:{whose.strip().lower()}")
        row = _find(session, token)
        row.used_at = datetime.now(UTC).replace(microsecond=0)
        if row.kind == "first":
            if people_queries.accounts(session):
                raise RefusedError("no-link", "This installation has an administrator already.")
            session.add(Account(email=whose, name=shown, password_hash=hashed))
            auditing.record(session, whose, "account added", whose, {"first": True})
            session.flush()
            keep_role(session, whose, Held("administrator"), whose)
        else:
            account = account_of(session, whose)
            account.password_hash, account.disabled = hashed, False
            people_queries.end_sign_ins(session, account.email)
            auditing.record(session, whose, "password chosen", whose, {"by": row.kind})
        return whose


def _make(session: Session, kind: str, email: str, actor: str) -> str:
    end_links(session, email)
    now = datetime.now(UTC).replace(microsecond=0)
    token = secrets.token_urlsafe(32)
    session.add(AccountLink(link_hash=_hash(token), kind=kind, email=email, made_by=actor, ends_at=now + LASTS[kind]))
    return token


def _find(session: Session, token: str) -> AccountLink:
    row = session.get(AccountLink, _hash(token))
    if row is None or row.used_at is not None or _utc(row.ends_at) < datetime.now(UTC):
        raise RefusedError("no-link", "This link does not work any more; ask an administrator for another.")
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _utc(at: datetime) -> datetime:
    # SQLite hands times back without their zone; all are UTC.
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
