"""Accounts: who may sign in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.policy import Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.passwords import refuse_weak
from budget_align.services.people.permissions import permit
from budget_align.services.people.roles import keep_role, refuse_without_administrator
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import people_queries
from budget_align.store.tables import Account

HASHER = PasswordHasher()

NO_PASSWORD: Final = "!"
"""With what that begins which an account keeps that has no password: no hash of one does."""

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Holder:
    """Who has an account.

    Attributes:
        disabled: whether they may not sign in any more.
        invited: whether they have no password yet.
        second: whether they sign in with a second factor.
    """

    id: int
    email: str
    name: str
    disabled: bool
    invited: bool
    second: bool


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
        added = people_queries.account_by_email(session, email) is None
        if added:
            session.add(Account(email=email, name=name, password_hash=HASHER.hash(password)))
            auditing.record(session, email, "account added", email, {})
            session.flush()
        if added or not people_queries.roles_held(session, email):
            for held in roles:
                keep_role(session, email, held, email)
        return added


def check_password(engine: Engine, email: str, password: str) -> Person | None:
    """The person with that address and password; None where the two do not belong together."""
    # Worked out whoever signs in first, so that how long that takes says nothing of who it is.
    nobody = _hash_of_nobody()
    with Session(engine) as session:
        account = people_queries.account_by_email(session, email)
        kept = account.password_hash if account else NO_PASSWORD
        try:
            # One without a password takes as long as a wrong one, so that nobody can tell who has an account.
            HASHER.verify(nobody if kept.startswith(NO_PASSWORD) else kept, password)
        except (VerificationError, InvalidHashError):
            return None
        return Person(account.email, account.name) if account and not account.disabled else None


def mark_of_password(engine: Engine, email: str) -> str:
    """Names the password that a person has now, and tells nothing of it; another where they have another, and empty
    where they may not sign in.
    """
    with Session(engine) as session:
        account = people_queries.account_by_email(session, email)
        able = account is not None and not account.disabled
        return hashlib.sha256(account.password_hash.encode()).hexdigest()[:16] if account and able else ""


@cache
def _hash_of_nobody() -> str:
    """What no password is of; not worked out by commands at which nobody signs in."""
    return HASHER.hash("an account that does not exist takes as long to refuse as a wrong password")


def find_person(engine: Engine, email: str) -> Person | None:
    """The person with that address, whose account is not disabled."""
    with Session(engine) as session:
        return person_with(session, email)


def person_with(session: Session, email: str) -> Person | None:
    """As `find_person`, within a transaction."""
    account = people_queries.account_by_email(session, email)
    return Person(account.email, account.name) if account and not account.disabled else None


def list_accounts(engine: Engine) -> list[Holder]:
    """Everyone who has an account, by address."""
    with Session(engine) as session:
        return [
            Holder(
                row.id or 0, row.email, row.name, row.disabled, row.password_hash == NO_PASSWORD, bool(row.second_key)
            )
            for row in people_queries.accounts(session)
        ]


def find_account(engine: Engine, account_id: int) -> Holder:
    """Who has the account of that number.

    Raises:
        RefusedError: there is none.
    """
    found = next((each for each in list_accounts(engine) if each.id == account_id), None)
    if found is None:
        raise RefusedError("no-account", "There is no such account.")
    return found


def open_account(
    engine: Engine, email: str, name: str, password: str, actor: str, roles: Iterable[Held] = ()
) -> tuple[Held, ...]:
    """Lets a person sign in, with roles, and returns these. The first person of an installation is its administrator.

    Raises:
        RefusedError: the address is none or has an account, the name is missing, or the password is too short.
    """
    address, shown = read_address(email), read_name(name)
    hashed = hash_password(password, address, shown)
    with change(engine, "accounts") as session:
        permit(session, actor, "manage-people", None)
        given = tuple(roles) if people_queries.accounts(session) else (Held("administrator"), *roles)
        if people_queries.account_by_email(session, address):
            raise RefusedError("known-account", f"{address} has an account; reset its password to give it another.")
        session.add(Account(email=address, name=shown, password_hash=hashed))
        auditing.record(session, actor, "account added", address, {})
        session.flush()
        for held in given:
            keep_role(session, address, held, actor)
    return given


def read_address(email: str) -> str:
    """An email address as it was typed.

    Raises:
        RefusedError: it is none.
    """
    address = email.strip()
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise RefusedError("bad-address", f"{address!r} is no email address.")
    return address


def read_name(name: str) -> str:
    """A person's name as it was typed.

    Raises:
        RefusedError: there is none, or it is too long.
    """
    shown = " ".join(name.split())
    if not shown or len(shown) > 200:
        raise RefusedError("no-name", "Say the person's name, in two hundred signs at most.")
    return shown


def disable_account(engine: Engine, email: str, actor: str) -> None:
    """Lets a person sign in no longer, ends where they are signed in, and lets no token act for them; links by which
    they could have chosen a password work no more.

    Raises:
        RefusedError: there is no such account.
    """
    with change(engine, "account", email.strip().lower()) as session:
        permit(session, actor, "manage-people", None)
        account = account_of(session, email)
        account.disabled = True
        session.flush()
        refuse_without_administrator(session, actor)
        people_queries.end_sign_ins(session, account.email)
        end_links(session, account.email)
        auditing.record(session, actor, "account disabled", account.email, {})


def reset_password(engine: Engine, email: str, password: str, actor: str) -> None:
    """Gives a person another password and ends where they are signed in; a disabled account is in use again.

    Raises:
        RefusedError: there is no such account, or the password is too short.
    """
    hashed = hash_password(password, email)
    with change(engine, "account", email.strip().lower()) as session:
        permit(session, actor, "manage-people", None)
        account = account_of(session, email)
        account.password_hash, account.disabled = hashed, False
        people_queries.end_sign_ins(session, account.email)
        end_links(session, account.email)
        auditing.record(session, actor, "password reset", account.email, {})


def change_password(engine: Engine, email: str, old: str, new: str, kept: str) -> None:
    """Gives a person another password of their own choice, and ends where else they are signed in.

    Args:
        kept: the token of the sign-in in which they do it, which goes on.

    Raises:
        RefusedError: the old password is wrong, or the new one too weak.
    """
    if check_password(engine, email, old) is None:
        raise RefusedError("wrong-password", "That is not your password.", field="old")
    hashed = hash_password(new, email)
    with change(engine, "account", email.strip().lower()) as session:
        account = account_of(session, email)
        account.password_hash = hashed
        people_queries.end_sign_ins(session, account.email, kept=kept)
        end_links(session, account.email)
        auditing.record(session, account.email, "password changed", account.email, {})


def end_links(session: Session, email: str) -> None:
    """Lets no link work any more by which a person could choose a password."""
    now = datetime.now(UTC).replace(microsecond=0)
    for link in people_queries.links_to(session, email):
        link.used_at = now


def account_of(session: Session, email: str) -> Account:
    """The account of an address, within a transaction.

    Raises:
        RefusedError: there is none.
    """
    account = people_queries.account_by_email(session, email)
    if account is None:
        raise RefusedError("no-account", f"There is no account of {email.strip()}.")
    return account


def hash_password(password: str, email: str, name: str = "") -> str:
    """What is kept of a password.

    Raises:
        RefusedError: it is too weak.
    """
    refuse_weak(password, email, name)
    return HASHER.hash(password)
