"""What services ask of returns: drafts, submissions, their lines and what they state.

The caller holds the session and its transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from budget_align.core.returns import budget_line
from budget_align.core.returns.reading import ControlTotal
from budget_align.store.bulk import read_frame
from budget_align.store.tables import (
    BudgetLine,
    Draft,
    Job,
    KeptOfDraft,
    ReadingProfile,
    SourceFile,
    StatedTotal,
    Submission,
)


def bodies_of_submission(session: Session, submission_id: int) -> list[str]:
    """The bodies that the lines of a submission speak of."""
    query = select(col(BudgetLine.body)).where(col(BudgetLine.submission_id) == submission_id).distinct()
    return sorted(session.scalars(query).all())


def drafts(session: Session) -> Sequence[Draft]:
    """Workbooks that wait for confirmation, newest first."""
    return session.scalars(select(Draft).order_by(col(Draft.received_at).desc())).all()


def kept_of_draft(session: Session, draft_id: int, name: str, key: str) -> bytes | None:
    """A part of what was read of a draft, where it was made from what the key says."""
    row = session.get(KeptOfDraft, (draft_id, name))
    return row.content if row is not None and row.key == key else None


def keep_of_draft(session: Session, draft_id: int, name: str, key: str, content: bytes) -> None:
    """Keeps a part of what was read of a draft, in place of an earlier one of its name and of all that was made from
    something else.
    """
    mine = col(KeptOfDraft.draft_id) == draft_id
    same = or_(col(KeptOfDraft.name) == name, col(KeptOfDraft.key) != key)
    session.execute(delete(KeptOfDraft).where(mine, same))
    session.add(KeptOfDraft(draft_id=draft_id, name=name, key=key, content=content))
    session.flush()


def draft_of_file(session: Session, government: str, file_hash: str) -> Draft | None:
    """The draft of a government that holds this very file."""
    wanted = (col(Draft.government) == government, col(Draft.file_hash) == file_hash)
    return session.scalars(select(Draft).where(*wanted)).first()


def submission_of_file(session: Session, government: str, file_hash: str) -> Submission | None:
    """The submission in force of a government that holds this very file."""
    wanted = (
        col(Submission.government) == government,
        col(Submission.file_hash) == file_hash,
        col(Submission.status) == "submitted",
    )
    return session.scalars(select(Submission).where(*wanted)).first()


def submissions(session: Session, government: str | None = None, status: str | None = None) -> Sequence[Submission]:
    """Submissions, newest first; of one government or one status where given."""
    query = select(Submission).order_by(col(Submission.id).desc())
    if government is not None:
        query = query.where(col(Submission.government) == government)
    if status is not None:
        query = query.where(col(Submission.status) == status)
    return session.scalars(query).all()


def submission_ids(session: Session, government: str, status: str) -> set[int]:
    """The numbers of a government's submissions of a status."""
    query = select(col(Submission.id)).where(col(Submission.government) == government, col(Submission.status) == status)
    return {number for number in session.scalars(query) if number is not None}


def submissions_of(session: Session, submission_ids: Sequence[int]) -> Sequence[Submission]:
    """Some submissions by their numbers, in the order of these."""
    return session.scalars(
        select(Submission).where(col(Submission.id).in_(submission_ids)).order_by(col(Submission.id))
    ).all()


_COVERED = {
    "submission_id": "int64",
    "body": "str",
    "stage": "str",
    "version": "str",
    "flow": "str",
    "fiscal_year": "int64",
}


def coverage(session: Session, submission_ids: Sequence[int]) -> pd.DataFrame:
    """Which bodies, stages, versions, flows and years each submission speaks of, each once: columns submission_id,
    body, stage, version, flow and fiscal_year.
    """
    columns = [col(getattr(BudgetLine, name)) for name in _COVERED]
    query = select(*columns).where(col(BudgetLine.submission_id).in_(submission_ids)).distinct().order_by(*columns)
    return read_frame(session, query, _COVERED)


def file_is_used(session: Session, file_hash: str) -> bool:
    """Whether a draft or a submission still holds the file."""
    return any(
        session.scalars(select(col(table.id)).where(col(table.file_hash) == file_hash).limit(1)).first() is not None
        for table in (Draft, Submission)
    )


def drop_file(session: Session, file_hash: str) -> None:
    """Forgets the bytes of a file that nothing holds any more."""
    session.execute(delete(SourceFile).where(col(SourceFile.file_hash) == file_hash))


_LINES = {"submission_id": "int64", **budget_line.SCHEMA}


def lines_of(session: Session, submission_ids: Sequence[int]) -> pd.DataFrame:
    """The budget lines of submissions, in order, with a column submission_id beside `budget_line.SCHEMA`."""
    query = (
        select(*(getattr(BudgetLine, name) for name in _LINES))
        .where(col(BudgetLine.submission_id).in_(submission_ids))
        .order_by(col(BudgetLine.submission_id), col(BudgetLine.line_id))
    )
    return read_frame(session, query, _LINES)


def lines_near(session: Session, submission_ids: Sequence[int], line: BudgetLine) -> pd.DataFrame:
    """The lines of submissions that could be what parts of a line's year are parts of: those of its body's sheet, and
    of its budget control anywhere; with a column submission_id beside `budget_line.SCHEMA`.
    """
    same_sheet = (col(BudgetLine.submission_id) == line.submission_id) & (col(BudgetLine.sheet) == line.sheet)
    query = select(*(getattr(BudgetLine, name) for name in _LINES)).where(
        col(BudgetLine.submission_id).in_(submission_ids),
        col(BudgetLine.stage) == line.stage,
        col(BudgetLine.fiscal_year) == line.fiscal_year,
        same_sheet | (col(BudgetLine.control) == line.control),
    )
    return read_frame(session, query, _LINES)


def memo_lines(
    session: Session,
    submission_ids: Sequence[int],
    stage: str,
    fiscal_year: int,
    versions: Mapping[str, str],
) -> Sequence[BudgetLine]:
    """Memo lines of spending of submissions for one stage and year, in the order of their workbooks.

    Args:
        versions: by body, which version counts.
    """
    query = (
        select(BudgetLine)
        .where(
            col(BudgetLine.submission_id).in_(submission_ids),
            col(BudgetLine.memo),
            col(BudgetLine.flow) == "expenditure",
            col(BudgetLine.stage) == stage,
            col(BudgetLine.fiscal_year) == fiscal_year,
            col(BudgetLine.amount) != 0,
        )
        .order_by(col(BudgetLine.submission_id), col(BudgetLine.line_id))
    )
    return [line for line in session.scalars(query) if versions.get(line.body, line.version) == line.version]


def add_stated_totals(session: Session, submission_id: int, totals: Sequence[ControlTotal]) -> None:
    """Stores a submission's control totals."""
    session.add_all(
        StatedTotal(
            **total.model_dump(exclude={"members"}), members=json.dumps(total.members), submission_id=submission_id
        )
        for total in totals
    )
    session.flush()


def stated_totals(session: Session, submission_id: int, *, sheet: str | None = None) -> list[ControlTotal]:
    """The control totals of a submission in the order of its workbook; of one sheet where given."""
    wanted = [col(StatedTotal.submission_id) == submission_id]
    if sheet is not None:
        wanted.append(col(StatedTotal.sheet) == sheet)
    found = session.scalars(select(StatedTotal).where(*wanted).order_by(col(StatedTotal.id)))
    return [ControlTotal(**{**row.model_dump(), "members": tuple(json.loads(row.members))}) for row in found]


def profiles(session: Session, government: str) -> Sequence[ReadingProfile]:
    """The reading profiles of a government, newest first."""
    query = select(ReadingProfile).where(col(ReadingProfile.government) == government)
    return session.scalars(query.order_by(col(ReadingProfile.id).desc())).all()


def jobs_of_status(session: Session, statuses: Sequence[str]) -> Sequence[Job]:
    """Jobs of any of these statuses."""
    return session.scalars(select(Job).where(col(Job.status).in_(statuses))).all()


def mark_job(session: Session, job_id: str, statuses: Sequence[str], code: str) -> None:
    """Gives a job a code where it still has one of some statuses."""
    session.execute(update(Job).where(col(Job.id) == job_id, col(Job.status).in_(statuses)).values(code=code))
