"""Who may change a thing now: one at a time, in each kind of database."""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlmodel import Session


def take_turn(session: Session, what: str) -> None:
    """Waits until nobody else changes a thing, and lets nobody else change it until the transaction ends. SQLite has
    one turn for everything, which a transaction takes at its beginning.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.blake2b(what.encode(), digest_size=8).digest(), "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    elif not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # it is SQLite's own
        connection.exec_driver_sql("BEGIN IMMEDIATE")
