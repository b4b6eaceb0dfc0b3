"""Every question about approvals, by name. The caller holds the session and its transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from budget_align.store.tables import Approval, Remark


def newest(session: Session, kind: str, government: str, subject: str) -> Approval | None:
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


def remarks(session: Session, kind: str, government: str, subject: str) -> Sequence[Remark]:
    """What was said of a thing, oldest first."""
    query = select(Remark).where(
        col(Remark.kind) == kind, col(Remark.government) == government, col(Remark.subject) == subject
    )
    return session.scalars(query.order_by(col(Remark.id))).all()
