"""The whole database as it stands at one moment, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, Integer, Table, func, select, text
from sqlmodel import col

from budget_align.store.tables import Allocation, AuditEvent, BudgetLine


@contextmanager
def at_one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection to which the database stays as it is, while others go on changing it and wait for nothing."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        else:
            # Its driver begins no transaction for a reader of its own accord.
            connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()


def hold_alone(connection: Connection) -> None:
    """Lets nobody else store anything until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(17)"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def revision(connection: Connection) -> str:
    """Of the tables, as their migrations number them."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def rows(connection: Connection, table: Table, batch: int) -> Iterator[Sequence[Any]]:
    """All rows of a table, by its key, without holding them all at once."""
    query = select(table).order_by(*table.primary_key.columns)
    yield from connection.execution_options(yield_per=batch).execute(query)


def sums(connection: Connection) -> dict[str, list[int]]:
    """How many lines each return has and what they come to, and the same of each run's allocations."""
    found = {}
    for name, key, amount in (
        ("return", BudgetLine.submission_id, BudgetLine.amount),
        ("run", Allocation.run_id, Allocation.amount),
    ):
        query = select(col(key), func.count(), func.sum(col(amount))).group_by(col(key))
        for which, count, total in connection.execute(query):
            found[f"{name} {which}"] = [int(count), int(total)]
    return found


def last_event(connection: Connection) -> str:
    """The hash of the last event of the audit trail; empty where there is none."""
    query = select(col(AuditEvent.hash)).order_by(col(AuditEvent.id).desc()).limit(1)
    return str(connection.execute(query).scalar() or "")


def go_on_counting(connection: Connection, table: Table) -> None:
    """Lets the numbers that the database gives to new rows go on after those that are there."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        counter = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{table.name}"', "column": column.name}
        ).scalar()
        if counter and isinstance(column.type, Integer):
            last = connection.execute(select(func.max(column))).scalar()
            if last is not None:
                connection.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})
