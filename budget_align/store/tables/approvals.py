"""What waits for someone else to approve it, what is published, and what is said of either."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, DateTime, Index
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import only_one, text, time


class Approval(SQLModel, table=True):
    """What was asked of those who approve, and what they decided; of each thing the last one counts. `state` is
    waiting, approved, returned or lapsed; `authors` and `bodies` stand a line each, as they were when it was asked.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    government: str = Field(max_length=120)
    subject: str = Field(max_length=200)
    title: str = Field(sa_column=text())
    authors: str = Field(sa_column=text())
    bodies: str = Field(sa_column=text())
    action: str = Field(max_length=40)
    state: str = Field(max_length=12)
    asked_by: str = Field(max_length=254)
    asked_at: datetime = Field(sa_column=time())
    message: str = Field(sa_column=text())
    decided_by: str = Field(default="", max_length=254)
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    answer: str = Field(default="", sa_column=text())
    due: date | None = None
    """By which day whoever asked would have it."""

    __table_args__ = (only_one("ux_approval_waiting", ("kind", "government", "subject"), "state = 'waiting'"),)


class Outbox(SQLModel, table=True):
    """A mail that tells a person that something waits for them; what it is about is told once to each. `next_at` is
    when it is tried next, None once it was sent or given up."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254)
    about: str = Field(max_length=120)
    made_at: datetime = Field(sa_column=time())
    next_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    fault: str = Field(default="", sa_column=text())

    __table_args__ = (only_one("ux_outbox_about", ("email", "about"), ""),)


class Remark(SQLModel, table=True):
    """What a person said of something that is approved, or of one line or rule of it."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    government: str = Field(max_length=120)
    subject: str = Field(max_length=200)
    place: str = Field(max_length=200)
    text: str = Field(sa_column=text())
    said_by: str = Field(max_length=254)
    said_at: datetime = Field(sa_column=time())

    __table_args__ = (Index("ix_remark_subject", "kind", "government", "subject"),)


class Publication(SQLModel, table=True):
    """A run's figures of one stage and year as what everyone sees, or as asked to become it. `state` is one of
    `core.publishing.standing.State`; of each government, framework, stage and year one is published."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120)
    framework: str = Field(max_length=64)
    stage: str = Field(max_length=20)
    fiscal_year: int
    run_id: str = Field(foreign_key="run.id", index=True, max_length=64)
    state: str = Field(max_length=12)
    asked_by: str = Field(max_length=254)
    asked_at: datetime = Field(sa_column=time())
    message: str = Field(sa_column=text())
    decided_by: str = Field(default="", max_length=254)
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    answer: str = Field(default="", sa_column=text())
    due: date | None = None
    ended_by: str = Field(default="", max_length=254)
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))

    __table_args__ = tuple(
        only_one(f"ux_publication_{state}", ("government", "framework", "stage", "fiscal_year"), f"state = '{state}'")
        for state in ("published", "asked")
    )
