"""Accounts: who may sign in."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.services import auditing
from budget_align.store import queries
from budget_align.store.tables import Account

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("an account that does not exist takes as long to refuse as a wrong password")


@dataclass(frozen=True)
class Person:
    """Someone who is signed in."""

    email: str
    name: str


def add_account(engine: Engine, email: str, name: str, password: str) -> bool:
    """Adds an account; False where the address has one, which stays as it is."""
    with Session(engine) as session, session.begin():
        if queries.account_by_email(session, email):
            return False
        session.add(Account(email=email, name=name, password_hash=_HASHER.hash(password)))
        auditing.record(session, email, "account added", email, {"name": name})
        return True


def check_password(engine: Engine, email: str, password: str) -> Person | None:
    """The person with that address and password; None where the two do not belong together."""
    with Session(engine) as session:
        account = queries.account_by_email(session, email)
        try:
            _HASHER.verify(account.password_hash if account else _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return None
        return Person(account.email, account.name) if account else None


def find_person(engine: Engine, email: str) -> Person | None:
    """The person with that address."""
    with Session(engine) as session:
        account = queries.account_by_email(session, email)
        return Person(account.email, account.name) if account else None
