"""Mappings and the frameworks that they lead to, with drivers and what was made of suggestions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, DateTime
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import only_one, text, time


class DriverTable(SQLModel, table=True):
    """The measures of one driver, as an uploaded workbook states them: the newest of a government and name holds.

    `measures` are rows of `core.rules.drivers.SCHEMA` as JSON.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    name: str = Field(max_length=64)
    measures: str = Field(sa_column=text())
    hash: str = Field(max_length=64)
    file_name: str = Field(sa_column=text())
    sent_by: str = Field(max_length=254)
    sent_at: datetime = Field(sa_column=time())


class MappingVersion(SQLModel, table=True):
    """A version of a government's mapping. `status` is draft, approved or superseded.

    A draft has no number and its `revision` counts its changes; once approved its content never changes.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    name: str = Field(max_length=64)
    number: int | None = None
    status: str = Field(max_length=12)
    content: str = Field(sa_column=text())
    hash: str = Field(max_length=64)
    revision: int
    based_on: int | None = Field(default=None, foreign_key="mappingversion.id")
    begun_by: str = Field(max_length=254)
    changed_at: datetime = Field(sa_column=time())
    approved_by: str = Field(max_length=254)
    approved_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))

    __table_args__ = (
        only_one("ux_mappingversion_number", ("government", "name", "number"), "number IS NOT NULL"),
        only_one("ux_mappingversion_draft", ("government", "name"), "status = 'draft'"),
    )


class MappingRevision(SQLModel, table=True):
    """What a draft said after one change, so that each can be seen and undone."""

    version_id: int = Field(foreign_key="mappingversion.id", primary_key=True)
    revision: int = Field(primary_key=True)
    content: str = Field(sa_column=text())
    what: str = Field(sa_column=text())
    saved_by: str = Field(max_length=254)
    saved_at: datetime = Field(sa_column=time())


class FrameworkVersion(SQLModel, table=True):
    """A framework that a government wrote itself: a `core.frameworks.framework.Framework` as JSON. `status` is draft or
    published; once published its content never changes, and a revision is a framework of its own."""

    code: str = Field(primary_key=True, max_length=64)
    content: str = Field(sa_column=text())
    status: str = Field(max_length=12)
    file_name: str = Field(sa_column=text())
    sent_by: str = Field(max_length=254)
    sent_at: datetime = Field(sa_column=time())
    published_by: str = Field(max_length=254)
    published_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class Judgement(SQLModel, table=True):
    """What a person made of a suggestion: the words of the group of lines, and an outcome taken or refused."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    words: str = Field(sa_column=text())
    outcome: str = Field(max_length=64)
    share: int
    taken: bool
    by: str = Field(max_length=254)
    at: datetime = Field(sa_column=time())
