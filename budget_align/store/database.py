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


def migrate(engine: Engine, revision: str = "head") -> None:
    """Brings the tables up to a revision, the newest without; does nothing where they are there."""
    with as_file(files("budget_align.store") / "migrations") as folder, engine.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        if lite:
            # SQLite changes a table by copying it, and must not take the rows that point to the old one with it.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
        with connection.begin():
            if lite:
                # Its driver would run each change of a table on its own, and leave half of a failed migration.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            if lite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise AssertionError("a migration broke a link between tables")
        if lite:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            connection.commit()


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Readers go on while one writes, links between tables hold, and a writer waits for its turn.
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 30000", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
