"""Accounts: who may sign in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.policy import Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import permit
from budget_align.services.people.roles import keep_role, refuse_without_administrator
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import queries
from budget_align.store.tables import Account

HASHER = PasswordHasher()
_NOBODY = HASHER.hash("an account that does not exist takes as long to refuse as a wrong password")


SHORTEST: Final = 12
"""Signs that a password has at least."""

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Holder:
    """Who has an account, and whether they may not sign in any more."""

    email: str
    name: str
    disabled: bool


@dataclass(frozen=True)
class Person:
    """Someone who is signed in."""

    email: str
    name: str


def add_account(engine: Engine, email: str, name: str, password: str, roles: Iterable[Held] = ()) -> bool:
    """Adds an account with roles; False where the address has one, which stays as it is, save that one without any role
    is given these.
    """
    with change(engine, "account", email.strip().lower()) as session:
        added = queries.account_by_email(session, email) is None
        if added:
            session.add(Account(email=email, name=name, password_hash=HASHER.hash(password)))
            auditing.record(session, email, "account added", email, {"name": name})
            session.flush()
        if added or not queries.roles_held(session, email):
            for held in roles:
                keep_role(session, email, held, email)
        return added


def check_password(engine: Engine, email: str, password: str) -> Person | None:
    """The person with that address and password; None where the two do not belong together."""
    with Session(engine) as session:
        account = queries.account_by_email(session, email)
        try:
            HASHER.verify(account.password_hash if account else _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return None
        return Person(account.email, account.name) if account and not account.disabled else None


def find_person(engine: Engine, email: str) -> Person | None:
    """The person with that address, whose account is not disabled."""
    with Session(engine) as session:
        account = queries.account_by_email(session, email)
        return Person(account.email, account.name) if account and not account.disabled else None


def list_accounts(engine: Engine) -> list[Holder]:
    """Everyone who has an account, by address."""
    with Session(engine) as session:
        return [Holder(row.email, row.name, row.disabled) for row in queries.accounts(session)]


def open_account(
    engine: Engine, email: str, name: str, password: str, actor: str, roles: Iterable[Held] = ()
) -> tuple[Held, ...]:
    """Lets a person sign in, with roles, and returns these. The first person of an installation is its administrator.

    Raises:
        RefusedError: the address is none or has an account, the name is missing, or the password is too short.
    """
    address, shown = email.strip(), " ".join(name.split())
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise RefusedError("bad-address", f"{address!r} is no email address.")
    if not shown or len(shown) > 200:
        raise RefusedError("no-name", "Say the person's name, in two hundred signs at most.")
    hashed = _hash(password, address)
    with change(engine, "accounts") as session:
        permit(session, actor, "manage-people", None)
        given = tuple(roles) if queries.accounts(session) else (Held("administrator"), *roles)
        if queries.account_by_email(session, address):
            raise RefusedError("known-account", f"{address} has an account; reset its password to give it another.")
        session.add(Account(email=address, name=shown, password_hash=hashed))
        auditing.record(session, actor, "account added", address, {"name": shown})
        session.flush()
        for held in given:
            keep_role(session, address, held, actor)
    return given


def disable_account(engine: Engine, email: str, actor: str) -> None:
    """Lets a person sign in no longer, ends where they are signed in, and lets no token act for them.

    Raises:
        RefusedError: there is no such account.
    """
    with change(engine, "account", email.strip().lower()) as session:
        permit(session, actor, "manage-people", None)
        account = _account(session, email)
        account.disabled = True
        session.flush()
        refuse_without_administrator(session, actor)
        queries.end_sign_ins(session, account.email)
        auditing.record(session, actor, "account disabled", account.email, {})


def reset_password(engine: Engine, email: str, password: str, actor: str) -> None:
    """Gives a person another password and ends where they are signed in; a disabled account is in use again.

    Raises:
        RefusedError: there is no such account, or the password is too short.
    """
    hashed = _hash(password, email)
    with change(engine, "account", email.strip().lower()) as session:
        permit(session, actor, "manage-people", None)
        account = _account(session, email)
        account.password_hash, account.disabled = hashed, False
        queries.end_sign_ins(session, account.email)
        auditing.record(session, actor, "password reset", account.email, {})


def _account(session: Session, email: str) -> Account:
    account = queries.account_by_email(session, email)
    if account is None:
        raise RefusedError("no-account", f"There is no account of {email.strip()}.")
    return account


def _hash(password: str, email: str) -> str:
    if len(password) < SHORTEST or len(password) > 1_000 or password.casefold() == email.strip().casefold():
        raise RefusedError(
            "weak-password", f"A password has at least {SHORTEST} signs, and is not the address; several words do well."
        )
    return HASHER.hash(password)
