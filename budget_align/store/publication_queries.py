"""Every question about what is published, by name. The caller holds the session and its transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from budget_align.core.publishing.standing import SHOWN
from budget_align.store.tables import Publication, RunSubmission


def publications(
    session: Session, *, states: Collection[str] = (), government: str = "", run_id: str = ""
) -> Sequence[Publication]:
    """Publications and what was asked for, newest first; of some states, a government or a run where given."""
    query = select(Publication)
    if states:
        query = query.where(col(Publication.state).in_(states))
    if government:
        query = query.where(col(Publication.government) == government)
    if run_id:
        query = query.where(col(Publication.run_id) == run_id)
    # What is decided last is newest; what waits has no such time.
    return session.scalars(query.order_by(col(Publication.decided_at).desc(), col(Publication.id).desc())).all()


def published_at(session: Session) -> dict[str, datetime]:
    """The runs of which anything is published, each with when that was last."""
    query = (
        select(col(Publication.run_id), col(Publication.decided_at))
        .where(col(Publication.state) == "published", col(Publication.decided_at).is_not(None))
        .order_by(col(Publication.decided_at), col(Publication.id))
    )
    return dict(map(tuple, session.execute(query)))


def in_place(
    session: Session, state: str, government: str, framework: str, stage: str, fiscal_year: int
) -> Publication | None:
    """The one of a state for a government, framework and period: what is published, or asked to be."""
    query = select(Publication).where(
        col(Publication.state) == state,
        col(Publication.government) == government,
        col(Publication.framework) == framework,
        col(Publication.stage) == stage,
        col(Publication.fiscal_year) == fiscal_year,
    )
    return session.scalars(query).first()


def shown_periods(session: Session, run_id: str) -> dict[tuple[str, int], Publication]:
    """What readers may see of a run, by stage and year: what is published or was until something took its place."""
    found: dict[tuple[str, int], Publication] = {}
    for row in publications(session, states=SHOWN, run_id=run_id):
        kept = found.setdefault((row.stage, row.fiscal_year), row)
        if row.state == "published" and kept.state != "published":
            found[row.stage, row.fiscal_year] = row
    return found


def published_run(
    session: Session,
    government: str | None = None,
    stage: str | None = None,
    fiscal_year: int | None = None,
    hidden: Collection[str] = (),
) -> str | None:
    """The run that was published last; of a government, for a stage or a year where given; none of those hidden."""
    for row in publications(session, states=["published"], government=government or ""):
        if row.run_id in hidden:
            continue
        if stage in (None, row.stage) and fiscal_year in (None, row.fiscal_year):
            return row.run_id
    return None


def shown_coverage(session: Session, government: str) -> set[tuple[int, str, int]]:
    """Of which returns readers may see figures, for which stage and year."""
    query = select(col(RunSubmission.submission_id), col(Publication.stage), col(Publication.fiscal_year)).where(
        col(RunSubmission.run_id) == col(Publication.run_id),
        col(Publication.government) == government,
        col(Publication.state).in_(SHOWN),
    )
    return {(number, stage, year) for number, stage, year in session.execute(query)}


def shown_runs(session: Session) -> set[str]:
    """The runs of which readers may see anything."""
    query = select(col(Publication.run_id)).where(col(Publication.state).in_(SHOWN)).distinct()
    return set(session.scalars(query))
