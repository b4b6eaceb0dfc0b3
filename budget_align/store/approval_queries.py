"""Every question about approvals, by name. The caller holds the session and its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from budget_align.store.return_queries import bodies_of_submission
from budget_align.store.tables import (
    Approval,
    FrameworkVersion,
    MappingVersion,
    Outbox,
    Publication,
    Remark,
    StoredIndicator,
    Submission,
)


def newest_approval(session: Session, kind: str, government: str, subject: str) -> Approval | None:
    """The last that was asked for or decided of a thing."""
    query = select(Approval).where(
        col(Approval.kind) == kind, col(Approval.government) == government, col(Approval.subject) == subject
    )
    return session.scalars(query.order_by(col(Approval.id).desc())).first()


def in_state(session: Session, state: str, kind: str = "", government: str | None = None) -> Sequence[Approval]:
    """What is in a state; of a kind and a government where given. Only the last of each thing counts."""
    query = select(Approval)
    if kind:
        query = query.where(col(Approval.kind) == kind)
    if government is not None:
        query = query.where(col(Approval.government) == government)
    last = {(row.kind, row.government, row.subject): row for row in session.scalars(query.order_by(col(Approval.id)))}
    return [row for row in last.values() if row.state == state]


def told(session: Session) -> set[tuple[str, str]]:
    """Of what each person was told by mail, or is to be."""
    return {(email, about) for email, about in session.execute(select(col(Outbox.email), col(Outbox.about)))}


def due_mails(session: Session, now: datetime, limit: int) -> Sequence[Outbox]:
    """Mails that are to be sent now, the oldest first."""
    query = select(Outbox).where(col(Outbox.next_at).is_not(None), col(Outbox.next_at) <= now)
    return session.scalars(query.order_by(col(Outbox.id)).limit(limit)).all()


def bodies_of(session: Session, kind: str, government: str, subject: str) -> tuple[str, ...] | None:
    """The bodies that something speaks of which people comment on, none for what is of a government as a whole; None
    where there is no such thing.
    """
    if kind == "framework":
        draft = session.get(FrameworkVersion, subject)
        return () if draft is not None and not government else None
    if kind == "target":
        return () if session.get(StoredIndicator, (government, subject)) is not None else None
    number = int(subject) if subject.isdecimal() and subject.isascii() and len(subject) < 19 else 0
    row: Submission | MappingVersion | Publication | None = None
    if kind == "return":
        row = session.get(Submission, number)
    elif kind == "mapping":
        row = session.get(MappingVersion, number)
    elif kind == "publication":
        row = session.get(Publication, number)
    if row is None or row.government != government:
        return None
    return tuple(bodies_of_submission(session, number)) if kind == "return" else ()


def remarks(session: Session, kind: str, government: str, subject: str) -> Sequence[Remark]:
    """What was said of a thing, oldest first."""
    query = select(Remark).where(
        col(Remark.kind) == kind, col(Remark.government) == government, col(Remark.subject) == subject
    )
    return session.scalars(query.order_by(col(Remark.id))).all()
