"""Indicators with their values, and what people weigh."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, DateTime, Double, Text
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import amount, only_one, text, time


class StoredIndicator(SQLModel, table=True):
    """What an indicator of a government measures; `facts` is a `core.outcomes.indicator.IndicatorDefinition` as JSON,
    `proposed` a `core.outcomes.promise.Promise` that waits to be approved, and `proposed_by` who proposed it, a line
    each."""

    __tablename__ = "indicator"

    government: str = Field(primary_key=True, max_length=120)
    code: str = Field(primary_key=True, max_length=64)
    facts: str = Field(sa_column=text())
    proposed: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    proposed_by: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    sent_by: str = Field(max_length=254)
    sent_at: datetime = Field(sa_column=time())


class Observation(SQLModel, table=True):
    """A value of an indicator; columns as `core.outcomes.indicator.OBSERVATIONS` says."""

    government: str = Field(primary_key=True, max_length=120)
    indicator: str = Field(primary_key=True, max_length=100)
    territory: str = Field(primary_key=True, max_length=200)
    year: int = Field(primary_key=True)
    fiscal: bool
    value: float = Field(sa_column=Column(Double, nullable=False))


class Consultation(SQLModel, table=True):
    """What a consultation or an assembly said of the outcomes of a framework: its ballots counted, and none kept.

    `result` is a `services.outcomes.consulting.Result` as JSON.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    name: str = Field(max_length=200)
    method: str = Field(max_length=20)
    ballots: int
    evidence: str = Field(sa_column=text())
    result: str = Field(sa_column=text())
    file_hash: str = Field(max_length=64)
    sent_by: str = Field(max_length=254)
    sent_at: datetime = Field(sa_column=time())


class PublicBallot(SQLModel, table=True):
    """A question put to the public: which outcomes of a framework matter most. `outcomes` are their codes as JSON, as
    they were when it was put. What people answer is kept as sums alone, in `PublicBallotSum`.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    name: str = Field(max_length=200)
    outcomes: str = Field(sa_column=text())
    ballots: int
    opened_by: str = Field(max_length=254)
    opened_at: datetime = Field(sa_column=time())
    closed_by: str = Field(max_length=254)
    closed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))

    __table_args__ = (only_one("ux_publicballot_open", ("government",), "closed_at IS NULL"),)


class PublicBallotSum(SQLModel, table=True):
    """What the ballots give to one outcome together: sums of `core.outcomes.priority.double_points` and of their
    squares."""

    ballot_id: int = Field(foreign_key="publicballot.id", primary_key=True)
    outcome: str = Field(primary_key=True, max_length=64)
    points: int = Field(sa_column=amount())
    squares: int = Field(sa_column=amount())
