"""Governments: the terms in which they count, and what is stated of their bodies."""

from __future__ import annotations

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import text


class Government(SQLModel, table=True):
    """The terms in which a government counts, as `core.values.terms.Terms` says; kept from its first workbook on, and
    not changed once it has lines. `bare_year` is what a person said that a bare year such as 2026 means."""

    name: str = Field(primary_key=True, max_length=120)
    currency: str = Field(max_length=3)
    fiscal_year_starts: int
    fiscal_year_style: str = Field(max_length=10)
    bare_year: str = Field(max_length=5)
    locale: str = Field(max_length=20)


class BodyLevel(SQLModel, table=True):
    """The level of government of a body, as a person stated it; one of `core.returns.line_terms.LEVELS`."""

    government: str = Field(primary_key=True, max_length=120)
    body: str = Field(sa_column=Column(Text, primary_key=True))
    level: str = Field(max_length=20)


class BodyParent(SQLModel, table=True):
    """Of which body a body is a part, as a person stated it: a role for the one is a role for the other too."""

    government: str = Field(primary_key=True, max_length=120)
    body: str = Field(sa_column=Column(Text, primary_key=True))
    parent: str = Field(sa_column=text())
