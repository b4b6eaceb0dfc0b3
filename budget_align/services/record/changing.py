"""Changes of state: one transaction, in which whoever comes second waits and then finds what the first one did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.services.record import auditing
from budget_align.store import locks


@contextmanager
def change(engine: Engine, *what: object) -> Iterator[Session]:
    """A transaction that changes one thing. Others who would change the same wait until it ends; what it records stands
    in the audit trail with it, or not at all.

    Args:
        engine: the database.
        what: what is changed, such as "mapping" and its id; the same words name the same thing.

    Raises:
        RefusedError: it is still being changed after half a minute; nothing is stored.
    """
    with Session(engine) as session, session.begin():
        locks.take_turn(session, ":".join(map(str, what)))
        auditing.begin(session)
        yield session
        session.flush()
        auditing.write(session)
