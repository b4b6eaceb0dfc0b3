"""What services ask of governments and their bodies. The caller holds the session and its transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select, text, update
from sqlmodel import Session, col

from budget_align.store.tables import BodyLevel, BodyParent, Government, Submission


def governments(session: Session) -> list[str]:
    """The governments with a submission in force, in order of name."""
    query = select(col(Submission.government)).where(col(Submission.status) == "submitted").distinct()
    return sorted(session.scalars(query))


def government(session: Session, name: str) -> Government | None:
    """What is kept of a government's terms."""
    return session.get(Government, name)


def add_government(session: Session, row: Government) -> None:
    """Keeps a government's terms where none are kept yet; of two who do so at once, the first one's hold."""
    facts = row.model_dump()
    marks = ", ".join(f":{name}" for name in facts)
    session.execute(
        text(f"INSERT INTO government ({', '.join(facts)}) VALUES ({marks}) ON CONFLICT (name) DO NOTHING"), facts
    )


def lock_government(session: Session, name: str) -> None:
    """Lets nobody else change a government's terms, or store lines in them, until the transaction ends. A write takes
    the lock in each kind of database; SQLite knows no other.
    """
    row = update(Government).where(col(Government.name) == name)
    session.execute(row.values(currency=col(Government.currency)))


_HAS_LINES: Final = select(col(Submission.id)).where(col(Submission.government) == bindparam("government")).limit(1)


def has_lines(session: Session, government: str) -> bool:
    """Whether a government has any submission, in force or superseded."""
    return session.scalars(_HAS_LINES, {"government": government}).first() is not None


def body_levels(session: Session, government: str) -> dict[str, str]:
    """The level of government of each body for which a person stated one."""
    query = select(col(BodyLevel.body), col(BodyLevel.level)).where(col(BodyLevel.government) == government)
    return {row.body: row.level for row in session.execute(query)}


def body_parents(session: Session, government: str) -> dict[str, str]:
    """The body of which each body is a part, where one was stated."""
    rows = session.scalars(select(BodyParent).where(col(BodyParent.government) == government)).all()
    return {row.body: row.parent for row in rows}
