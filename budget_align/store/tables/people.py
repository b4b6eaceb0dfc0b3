"""People: their accounts, roles, sign-ins, and the tokens by which software acts for them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, DateTime, Text
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import only_one, text, time


class Account(SQLModel, table=True):
    """A person who can sign in, until the account is disabled; it is never dropped, since the record names it."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=200)
    password_hash: str = Field(max_length=200)
    disabled: bool = Field(default=False)
    second_key: str = Field(default="", max_length=64)
    """The key of the second factor; empty without one."""
    second_step: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """The last time step of which a code was taken, so that none is taken twice."""


class RecoveryCode(SQLModel, table=True):
    """Stands in once for a second factor that is lost. The code is shown once and never kept, only its SHA-256."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, index=True)
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class AccountLink(SQLModel, table=True):
    """Lets whoever holds it choose a password, once and for a time. `kind` is first, invited or reset; the first one is
    of no account yet. The link is shown once and never kept, only its SHA-256."""

    link_hash: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=10)
    email: str = Field(max_length=254, index=True)
    made_by: str = Field(max_length=254)
    ends_at: datetime = Field(sa_column=time())
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class RoleHeld(SQLModel, table=True):
    """A role that a person holds; columns as `core.people.policy.Held` says. An empty government or body is all."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, index=True)
    role: str = Field(max_length=30)
    government: str = Field(max_length=120)
    body: str = Field(sa_column=text())
    first_day: date | None = None
    last_day: date | None = None
    given_by: str = Field(max_length=254)
    given_at: datetime = Field(sa_column=time())
    for_whom: str = Field(default="", max_length=254, sa_column_kwargs={"server_default": ""})
    """In whose place it is used; empty for a role of one's own. It is in force while theirs is."""

    __table_args__ = (only_one("ux_roleheld", ("email", "role", "government", "body"), ""),)


class SignIn(SQLModel, table=True):
    """A browser in which a person is signed in. The token that it holds is never kept, only its SHA-256."""

    token_hash: str = Field(primary_key=True, max_length=64)
    email: str = Field(max_length=254, index=True)
    begun_at: datetime = Field(sa_column=time())
    sure_at: datetime = Field(sa_column=time())
    """When the person last showed that it is they."""
    seen_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    """When something was last asked by it, to a few minutes; none for as long as that was when it began."""
    browser: str = Field(default="", max_length=200)
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class AccessToken(SQLModel, table=True):
    """Lets software act for a person. The token itself is shown once and never kept, only its SHA-256."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, index=True)
    name: str = Field(max_length=200)
    token_hash: str = Field(max_length=64, unique=True)
    made_at: datetime = Field(sa_column=time())
    scope: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """The actions that it may do, by their names; empty for those that it was made for before tokens said so."""
    last_day: date | None = None
