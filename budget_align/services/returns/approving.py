"""Returns are approved by someone who had no part in making them, before anything of them is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals import approvals
from budget_align.services.approvals.approvals import Case, Thing
from budget_align.services.record.changing import change
from budget_align.store import return_queries
from budget_align.store.tables import Submission


def ask_for_approval(
    engine: Engine, submission_id: int, actor: str, message: str = "", due: date | None = None
) -> None:
    """Asks for a return to be approved.

    Raises:
        RefusedError: it is not in force, waits or is approved already.
    """
    with change(engine, "returns", _row_of(engine, submission_id).government) as session:
        approvals.ask(session, _thing(session, submission_id), actor, message, due)


def approve_return(engine: Engine, submission_id: int, actor: str) -> None:
    """Approves a return.

    Raises:
        RefusedError: it is not in force, is approved already, or the person sent, settled or confirmed it.
    """
    with change(engine, "returns", _row_of(engine, submission_id).government) as session:
        approvals.approve(session, _thing(session, submission_id), actor)


def send_return_back(engine: Engine, submission_id: int, actor: str, reason: str) -> None:
    """Returns a return to those who sent it; it is approved no more.

    Raises:
        RefusedError: it is not in force, or nothing is said.
    """
    with change(engine, "returns", _row_of(engine, submission_id).government) as session:
        approvals.send_back(session, _thing(session, submission_id), actor, reason)


def approval_of_return(engine: Engine, submission_id: int) -> Case:
    """How a return stands."""
    with Session(engine) as session:
        row = _find(session, submission_id)
        return approvals.case_of(session, "return", row.government, str(submission_id))


def authors_of(row: Submission) -> tuple[str, ...]:
    """Who sent a return, who settled how it is read, and who confirmed it."""
    made = (row.received_by, *row.settled_by.split("\n"), row.confirmed_by)
    return tuple(dict.fromkeys(filter(None, made)))


def unapproved(session: Session, submission_ids: Sequence[int]) -> list[str]:
    """Which of some returns nobody has approved, by the names of their files."""
    rows = [_find(session, each) for each in submission_ids]
    known = {
        government: approvals.approved(session, "return", government) for government in {r.government for r in rows}
    }
    return [row.file_name for row in rows if str(row.id) not in known[row.government]]


def _thing(session: Session, submission_id: int) -> Thing:
    row = _find(session, submission_id)
    if row.status != "submitted":
        raise RefusedError("superseded", "Another return has taken the place of this one; look at that.")
    return Thing(
        "return",
        row.government,
        str(row.id),
        row.file_name,
        authors_of(row),
        "approve-return",
        "confirm-return",
        tuple(return_queries.bodies_of_submission(session, submission_id)),
    )


def _find(session: Session, submission_id: int) -> Submission:
    row = session.get(Submission, submission_id)
    if row is None:
        raise RefusedError("no-submission", f"There is no submission {submission_id}.")
    return row


def _row_of(engine: Engine, submission_id: int) -> Submission:
    with Session(engine) as session:
        return _find(session, submission_id)
