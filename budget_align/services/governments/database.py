"""Connects to the database that the settings name."""

from __future__ import annotations

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.store.database import open_database


def connect(settings: Settings) -> Engine:
    """The database, brought up to date.

    Raises:
        RefusedError: it does not answer.
    """
    return open_database(
        settings.database, connections=settings.database_connections, statement_seconds=settings.statement_seconds
    )
