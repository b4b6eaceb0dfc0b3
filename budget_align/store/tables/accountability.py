"""Who answers for what, what boards decided, and what was found of policies."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import only_one, text, time


class AccountableOwner(SQLModel, table=True):
    """Who answers for a mission or an outcome of a framework; columns as `core.outcomes.accountability.Owner` says."""

    government: str = Field(primary_key=True, max_length=120)
    framework: str = Field(primary_key=True, max_length=64)
    subject: str = Field(primary_key=True, max_length=80)
    owner: str = Field(max_length=200)
    person: str = Field(max_length=200)
    board: str = Field(max_length=200)
    said_by: str = Field(max_length=254)
    said_at: datetime = Field(sa_column=time())


class ProgrammeEvaluation(SQLModel, table=True):
    """Whether a programme of a body is evaluated; columns as `core.outcomes.accountability.Evaluation` says."""

    government: str = Field(primary_key=True, max_length=120)
    body: str = Field(sa_column=Column(Text, primary_key=True))
    programme: str = Field(sa_column=Column(Text, primary_key=True))
    status: str = Field(max_length=12)
    link: str = Field(max_length=500)
    on: date | None = None
    said_by: str = Field(max_length=254)
    said_at: datetime = Field(sa_column=time())


class BoardMeeting(SQLModel, table=True):
    """A meeting of a mission board, and where its outcomes stood then: a list of
    `core.outcomes.accountability.MeetingStanding` as JSON, from the run that lay before it."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    board: str = Field(max_length=200)
    held_on: date
    run_id: str = Field(foreign_key="run.id", max_length=64)
    stage: str = Field(max_length=20)
    fiscal_year: int
    standings: str = Field(sa_column=text())
    noted_by: str = Field(max_length=254)
    noted_at: datetime = Field(sa_column=time())

    __table_args__ = (only_one("ux_boardmeeting_day", ("government", "framework", "board", "held_on"), ""),)


class StoredBoardItem(SQLModel, table=True):
    """A decision or an action of a mission board; columns as `core.outcomes.accountability.BoardItem` says."""

    __tablename__ = "boarditem"

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    board: str = Field(max_length=200)
    kind: str = Field(max_length=12)
    what: str = Field(sa_column=text())
    owner: str = Field(max_length=200)
    due: date
    outcome: str = Field(max_length=80)
    noted_on: date
    noted_by: str = Field(max_length=254)
    closed_on: date | None = None
    closed_by: str = Field(max_length=254)
    result: str = Field(sa_column=text())


class PolicyAssessment(SQLModel, table=True):
    """What somebody found of a policy's effect on an outcome; columns as `core.outcomes.assessment.Assessment` says,
    what is concerned one a line. `revision` counts its changes."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    outcome: str = Field(max_length=80)
    policy: str = Field(max_length=300)
    direction: str = Field(max_length=12)
    strength: str = Field(max_length=12)
    assessed_by: str = Field(max_length=200)
    assessed_on: date
    link: str = Field(max_length=500)
    concerns: str = Field(sa_column=text())
    revision: int = 0
    noted_by: str = Field(max_length=254)
    noted_at: datetime = Field(sa_column=time())
