"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import create_engine

from budget_align.core.refusal import RefusedError


def open_database(address: str) -> Engine:
    """The database at an address such as "sqlite:///file.db" or "postgresql://user@host/name", up to date.

    Raises:
        RefusedError: the address is none, or nothing answers there.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise RefusedError("bad-database", "DATABASE_URL is no database address; see config.toml.") from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername.startswith("sqlite") and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    if url.drivername.startswith("sqlite"):
        event.listen(engine, "connect", _set_up_sqlite)
    try:
        migrate(engine)
    except OperationalError as error:
        raise RefusedError(
            "no-database", "The database does not answer; check DATABASE_URL and that its server runs."
        ) from error
    return engine


def migrate(engine: Engine) -> None:
    """Brings the tables up to the newest revision; does nothing where they are there."""
    with as_file(files("budget_align.store") / "migrations") as folder, engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Readers go on while one writes, links between tables hold, and a writer waits for its turn.
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 30000", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
