"""Looks into a SQLite file without the rest of the store, where loading that would take longer than looking."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def published_frameworks(address: str) -> list[str] | None:
    """The contents of the frameworks that governments published, oldest first; None for a database of another kind.

    A file that is not there, or that no newer version has opened yet, holds none.
    """
    kind, _, path = address.partition(":///")
    if kind != "sqlite":
        return None
    if not Path(path).is_file():
        return []
    with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            found = connection.execute("SELECT content FROM frameworkversion WHERE status = 'published' ORDER BY code")
            return [content for (content,) in found]
        except sqlite3.OperationalError:
            return []
