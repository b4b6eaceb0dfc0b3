"""Lists submissions, and opens one as it was confirmed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.returns.reading import Reading
from budget_align.core.values.refusal import RefusedError
from budget_align.services.returns.approving import authors_of
from budget_align.store import government_queries, return_queries
from budget_align.store.tables import Submission


@dataclass(frozen=True)
class SubmissionSummary:
    """A submission as lists show it."""

    id: int
    government: str
    status: str
    file_name: str
    file_hash: str
    line_count: int
    confirmed_by: str
    confirmed_at: datetime
    authors: tuple[str, ...]
    marking: str


def list_submissions(engine: Engine) -> Sequence[SubmissionSummary]:
    """All submissions, newest first."""
    with Session(engine) as session:
        return [_summary(submission) for submission in return_queries.submissions(session)]


def known_governments(engine: Engine) -> list[str]:
    """The governments with returns in force."""
    with Session(engine) as session:
        return government_queries.governments(session)


def open_submission(engine: Engine, submission_id: int) -> tuple[SubmissionSummary, Reading]:
    """A submission with the reading that was confirmed, its lines included.

    Raises:
        RefusedError: there is none of that id.
    """
    with Session(engine) as session:
        submission = session.get(Submission, submission_id)
        if submission is None:
            raise RefusedError("no-submission", f"There is no submission {submission_id}.")
        lines = return_queries.lines_of(session, [submission_id]).drop(columns="submission_id")
        totals = return_queries.stated_totals(session, submission_id)
        facts = json.loads(submission.reading)
        return _summary(submission), Reading(**{**facts, "lines": lines, "control_totals": tuple(totals)})


def _summary(submission: Submission) -> SubmissionSummary:
    assert submission.id is not None, "a stored submission has an id"
    return SubmissionSummary(
        submission.id,
        submission.government,
        submission.status,
        submission.file_name,
        submission.file_hash,
        submission.line_count,
        submission.confirmed_by,
        submission.confirmed_at,
        authors_of(submission),
        submission.marking,
    )
