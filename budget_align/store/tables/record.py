"""The record of every change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import only_one, text, time


class AuditEvent(SQLModel, table=True):
    """A change of state, as `core.record.chain.Event` says: who did what to what, when; each event's hash covers the
    one before it, and the database lets none be changed or removed."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=time())
    actor: str = Field(max_length=254)
    action: str = Field(max_length=60)
    subject: str = Field(sa_column=text())
    detail: str = Field(sa_column=text())
    before: str = Field(default="", sa_column=text())
    after: str = Field(default="", sa_column=text())
    request_id: str = Field(default="", max_length=64)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)
    form: int = 2

    __table_args__ = (
        only_one("ux_auditevent_previous", ("previous_hash",), ""),
        Index("ix_auditevent_subject", "subject"),
        Index("ix_auditevent_at", "at"),
    )
