"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

from __future__ import annotations

import os
import socket
import sqlite3
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, ExceptionContext, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import create_engine

from budget_align.core.values.refusal import RefusedError

LONGEST_PATTERN: Final = 1_000
"""Signs of a text that are looked for within another: SQLite refuses patterns of more than 50,000 bytes."""


def open_database(address: str, *, connections: int = 24, statement_seconds: int = 120) -> Engine:
    """The database at an address such as "sqlite:///file.db" or "postgresql://user@host/name", up to date.

    Args:
        address: of the database.
        connections: how many this process holds to PostgreSQL at most.
        statement_seconds: what a statement may take there.

    Raises:
        RefusedError: the address is none, or nothing answers there.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise RefusedError("bad-database", "DATABASE_URL is no database address; see config.toml.") from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    engine = _create(url, connections, statement_seconds)
    try:
        migrate(engine)
    except BaseException as error:
        engine.dispose()
        if not isinstance(error, OperationalError):
            raise
        raise RefusedError(
            "no-database", "The database does not answer; check DATABASE_URL and that its server runs."
        ) from error
    event.listen(engine, "handle_error", _tell)
    return engine


_NAME: Final = "budget-align"
"""As connections to PostgreSQL tell it, with which process they are of."""

PATIENCE: Final = 30
"""Seconds that whoever changes something waits for others who change the same."""


_IDLE_MINUTES: Final = 10
"""Minutes after which PostgreSQL ends a transaction in which nothing is asked any more."""


def _create(url: URL, connections: int, statement_seconds: int) -> Engine:
    if not url.drivername.startswith("sqlite"):
        said = {
            "lock_timeout": f"{PATIENCE}s",
            "statement_timeout": f"{statement_seconds}s",
            "idle_in_transaction_session_timeout": f"{_IDLE_MINUTES}min",
        }
        kept = max(1, connections // 3)
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=kept,
            max_overflow=connections - kept,
            pool_timeout=10,
            pool_recycle=1_800,
            connect_args={
                "options": " ".join(f"-c {name}={value}" for name, value in said.items()),
                "connect_timeout": 10,
                "application_name": _this_process(),
            },
        )
    if url.database and url.database != ":memory:":
        _keep_to_owner(Path(url.database))
    engine = create_engine(url)
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _keep_to_owner(path: Path) -> None:
    """Lets nobody but the owner read the database file, and those that SQLite lays beside it, which are like it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if file.exists() and file.stat().st_uid == os.getuid():
            file.chmod(0o600)


def _tell(context: ExceptionContext) -> None:
    """Tells in words what is no fault of the service: that others hold what is to be changed, that someone was first,
    that a value is none that the database can hold.

    Raises:
        RefusedError: it was one of these.
    """
    if context.is_pre_ping:
        # A connection that was cut while nobody used it is opened anew, and nobody need be told.
        return
    error = context.original_exception
    name = getattr(error, "sqlite_errorname", "")
    if isinstance(error, psycopg.errors.QueryCanceled):
        raise RefusedError(
            "busy",
            "The database took longer than it may. Nothing of yours was stored; try again in a minute, or ask for "
            "less.",
        ) from error
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or isinstance(
        error, (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
    ):
        raise RefusedError(
            "busy",
            f"Others were storing something for more than {PATIENCE} seconds. Nothing of yours was stored; try again "
            "in a minute.",
        ) from error
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY") or isinstance(
        error, psycopg.errors.UniqueViolation
    ):
        raise RefusedError(
            "changed-meanwhile",
            "Someone did the same at the same moment, and what they did holds. Nothing of yours was stored; look at it "
            "as it is now.",
        ) from error
    if name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE") or isinstance(error, psycopg.errors.DiskFull):
        raise RefusedError(
            "no-space",
            "There is no room left where the service keeps its data. Nothing of yours was stored; tell whoever runs "
            "it.",
        ) from error
    if name in ("SQLITE_CANTOPEN", "SQLITE_IOERR") or (
        isinstance(error, psycopg.OperationalError) and (error.sqlstate is None or error.sqlstate[:2] in ("08", "57"))
    ):
        raise RefusedError(
            "no-database", "The database does not answer now. Nothing of yours was stored; try again in a minute."
        ) from error
    if isinstance(error, (psycopg.DataError, OverflowError, UnicodeEncodeError, sqlite3.DataError)):
        raise RefusedError(
            "bad-value", "That holds a number or a sign that cannot be stored; write it another way."
        ) from error


def migrate(engine: Engine, revision: str = "head") -> None:
    """Brings the tables up to a revision, the newest without; does nothing where they are there."""
    with as_file(files("budget_align.store") / "migrations") as folder, engine.connect() as connection:
        is_newest = MigrationContext.configure(connection).get_current_revision() == _newest(folder)
        connection.rollback()
        if is_newest and revision == "head":
            return
        lite = connection.dialect.name == "sqlite"
        if lite:
            # SQLite changes a table by copying it, and must not take the rows that point to the old one with it.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
        with connection.begin():
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            config.attributes["connection"] = connection
            if lite:
                # Its driver would run each change of a table on its own, and leave half of a failed migration.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                # One process at a time, for as long as it takes.
                connection.execute(text("SELECT pg_advisory_xact_lock(14)"))
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                _mind_the_old(connection, ScriptDirectory.from_config(config), revision)
            command.upgrade(config, revision)
            if lite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise AssertionError("a migration broke a link between tables")
        if lite:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            connection.commit()


@cache
def _newest(folder: Path) -> str | None:
    return ScriptDirectory(str(folder)).get_current_head()


def _mind_the_old(connection: Connection, script: ScriptDirectory, revision: str) -> None:
    """Lets processes of the version before go on while tables are only added to, and changes nothing under them
    otherwise.

    Raises:
        RefusedError: such a process is connected, and a migration that is due says not that it may go on.
    """
    now = MigrationContext.configure(connection).get_current_revision()
    due = [each for each in script.iterate_revisions(revision, now or "base") if each.revision != now]
    if now is None or all(getattr(each.module, "BESIDE_THE_OLD", False) for each in due):
        return
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name LIKE :ours AND application_name <> :this"
        ),
        {"ours": f"{_NAME} %", "this": _this_process()},
    ).scalar_one()
    if others:
        raise RefusedError(
            "old-process",
            f"The tables go from {now} to {due[0].revision} in a way with which processes of the version before cannot "
            f"work, and {others} of their connections are open: end them, then start this version.",
        )


def _this_process() -> str:
    return f"{_NAME} {socket.gethostname()[:20]} {os.getpid()}"


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Readers go on while one writes, links between tables hold, and a writer waits for its turn.
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        # What replaces a row removes it, and the record lets none be removed.
        "recursive_triggers = ON",
        f"busy_timeout = {PATIENCE * 1000}",
        "synchronous = NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")
