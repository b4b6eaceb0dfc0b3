"""Returns: workbooks as they came, drafts that wait, and the lines of what was confirmed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import amount, only_one, text, time


class SourceFile(SQLModel, table=True):
    """The bytes of a workbook as they were received, under their SHA-256."""

    file_hash: str = Field(primary_key=True, max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Draft(SQLModel, table=True):
    """A workbook that was received and read, and waits for a person to confirm how. Its id is drawn at random, so that
    it is never another workbook's and cannot be guessed."""

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    government: str = Field(max_length=120)
    file_hash: str = Field(foreign_key="sourcefile.file_hash", max_length=64)
    file_name: str = Field(sa_column=text())
    answers: str = Field(sa_column=text())
    settled_by: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """Everyone who settled how it is read, a line each."""
    marking: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    received_by: str = Field(max_length=254)
    received_at: datetime = Field(sa_column=time())

    __table_args__ = (Index("ux_draft_file", "government", "file_hash", unique=True),)


class KeptOfDraft(SQLModel, table=True):
    """What was read of a draft's workbook, so that no page reads the workbook again: its reading, parts of its sheets,
    its findings written into it. `key` is the hash of what it was made from; another key makes it anew."""

    draft_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    name: str = Field(primary_key=True, max_length=60)
    key: str = Field(max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Submission(SQLModel, table=True):
    """A budget return whose reading a person confirmed. `status` is submitted or superseded; who settled how it is read
    stands in `settled_by`, a line each."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    status: str = Field(max_length=20)
    file_hash: str = Field(foreign_key="sourcefile.file_hash", max_length=64)
    file_name: str = Field(sa_column=text())
    reading: str = Field(sa_column=text())
    lines_hash: str = Field(max_length=64)
    line_count: int
    received_by: str = Field(default="", max_length=254)
    settled_by: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    marking: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    confirmed_by: str = Field(max_length=254)
    confirmed_at: datetime = Field(sa_column=time())

    __table_args__ = (only_one("ux_submission_file", ("government", "file_hash"), "status = 'submitted'"),)


class BudgetLine(SQLModel, table=True):
    """One budget line of a submission; columns as `core.returns.budget_line.SCHEMA` says."""

    submission_id: int = Field(foreign_key="submission.id", primary_key=True)
    line_id: str = Field(primary_key=True, max_length=40)
    body: str = Field(sa_column=text())
    level: str = Field(sa_column=text())
    unit: str = Field(sa_column=text())
    programme_code: str = Field(sa_column=text())
    programme: str = Field(sa_column=text())
    account_code: str = Field(sa_column=text())
    account: str = Field(sa_column=text())
    control: str = Field(sa_column=text())
    flow: str = Field(max_length=12)
    stage: str = Field(max_length=20)
    version: str = Field(sa_column=text())
    fiscal_year: int
    amount: int = Field(sa_column=amount())
    memo: bool
    counterpart: str = Field(sa_column=text())
    description: str = Field(sa_column=text())
    extra: str = Field(sa_column=text())
    sheet: str = Field(sa_column=text())
    row: int
    cell: str = Field(max_length=20)
    file_hash: str = Field(max_length=64)


class StatedTotal(SQLModel, table=True):
    """A total that a workbook states, beside what was read; columns as `core.returns.reading.ControlTotal` says."""

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    sheet: str = Field(sa_column=text())
    row: int
    cell: str = Field(max_length=20)
    label: str = Field(sa_column=text())
    body: str = Field(sa_column=text())
    whole: bool
    memo: bool
    stage: str = Field(max_length=20)
    flow: str = Field(max_length=12)
    version: str = Field(sa_column=text())
    fiscal_year: int | None
    control: str = Field(sa_column=text())
    published: int = Field(sa_column=amount())
    read: int = Field(sa_column=amount())
    members: str = Field(sa_column=text())
    rounding: int = Field(sa_column=amount())


class ReadingProfile(SQLModel, table=True):
    """How tables of one shape are read, as a person confirmed it: the newest of a government and shape holds.

    `settled` is a `core.returns.profile.Profile` as JSON.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    name: str = Field(sa_column=text())
    fingerprint: str = Field(max_length=64, index=True)
    settled: str = Field(sa_column=text())
    confirmed_by: str = Field(max_length=254)
    confirmed_at: datetime = Field(sa_column=time())


class Job(SQLModel, table=True):
    """The reading of an uploaded workbook, on its way. `status` is waiting, reading, done, refused, or stopped; what
    became of it stands in `draft_id`, `submission_id` or `message`; `process` is the one that reads it."""

    id: str = Field(primary_key=True, max_length=32)
    government: str = Field(max_length=120)
    file_name: str = Field(sa_column=text())
    status: str = Field(max_length=12)
    done: int
    total: int
    step: str = Field(sa_column=text())
    message: str = Field(sa_column=text())
    code: str = Field(max_length=40)
    draft_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    submission_id: int | None = None
    process: str = Field(default="", max_length=120)
    asked_by: str = Field(max_length=254)
    asked_at: datetime = Field(sa_column=time())
