"""What the tests share: real databases, real workbooks, real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import authlib.integrations.flask_client  # noqa: F401 - now, since it warns of its own future when it is loaded
import hypothesis
import pytest
from argon2 import PasswordHasher
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.services import demonstration
from budget_align.services.downloads import making
from budget_align.services.people import accounts
from budget_align.services.runs import budgets
from budget_align.store.database import open_database
from budget_align.web import rate_limits
from importers.isolation import processes
from tests.beside import beside
from tests.in_process import make_here, read_here
from tests.people import let_do_everything
from tests.quick_apps import share_figures, share_statements, share_templates, write_addresses_when_asked
from tests.shared_databases import PostgreSQL, copy_rows, once

# How long an example takes is for the benchmarks; a slow machine breaks no rule. While one works, other examples are
# tried at each run; before anything is merged, more of them.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=8)
hypothesis.settings.register_profile("dev", deadline=None, max_examples=25)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=100, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# Passwords of the tests guard nothing; hashing them as dearly as real ones would take a third of a second each.
accounts.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real workbooks, read in place."""
    return beside("data")


@pytest.fixture(scope="session")
def scottish_budget(shared_data: Path) -> bytes:
    return (shared_data / "scottish-budget" / "budget-level4-2021-22.ods").read_bytes()


@pytest.fixture(scope="session", autouse=True)
def made_once(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """The folder of what is made once for all tests, whichever process runs them."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    # Templates are translated to Python once, as modules are, and not by each application of each test.
    translated = pytestconfig.cache.mkdir("templates") if pytestconfig.cache else folder
    share_templates(FileSystemBytecodeCache(str(translated)))
    return folder


@pytest.fixture(scope="session", autouse=True)
def _quick_apps() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        write_addresses_when_asked(patch)
        share_figures(patch)
        share_statements(patch)
        yield


@pytest.fixture(autouse=True)
def in_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read and made in the tests' own process, save where a test is marked as one of the process around it,
    which has then loaded ahead what it takes, as that of a service has.
    """
    if request.node.get_closest_marker("isolated") is None:
        monkeypatch.setattr(processes, "_ask_in_turn", read_here)
        monkeypatch.setattr(making, "_make", make_here)
    else:
        processes.prepare_worker()


@pytest.fixture(scope="session")
def postgresql(made_once: Path) -> Iterator[PostgreSQL]:
    """A real PostgreSQL server of the tests' own."""
    server = PostgreSQL(made_once)
    yield server
    server.close()


@pytest.fixture
def empty_template(postgresql: PostgreSQL) -> str:
    """The name of a PostgreSQL database with its tables, and nothing in them."""
    return postgresql.template("empty", lambda address: open_database(address).dispose())


@pytest.fixture
def postgres_address(postgresql: PostgreSQL, empty_template: str) -> str:
    """A PostgreSQL database of the test's own, its tables empty."""
    return postgresql.lend(f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}", empty_template)


@pytest.fixture
def northmere_address(postgresql: PostgreSQL, empty_template: str, demonstration_file: Path) -> Iterator[str]:
    """A PostgreSQL database of the test's own with the demonstration in it."""

    def fill(address: str) -> None:
        filled = open_database(address)
        copy_rows(demonstration_file, filled)
        filled.dispose()

    name = f"northmere-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    yield postgresql.create(name, like=postgresql.template("northmere", fill, empty_template))
    postgresql.drop(name)


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    """What one test tried in vain, no other pays for."""
    rate_limits.forget()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path / "var", public_reading=True)


@pytest.fixture(scope="session")
def empty_file(made_once: Path) -> Path:
    """A SQLite database with its tables, and nothing in them."""
    return once(made_once, "empty.db", lambda path: open_database(f"sqlite:///{path}").dispose())


@pytest.fixture
def with_tables(tmp_path: Path, empty_file: Path) -> Path:
    """A folder for an installation whose database has its tables, so that no command makes them anew."""
    (tmp_path / "var").mkdir(mode=0o700)
    shutil.copyfile(empty_file, tmp_path / "var" / "budget-align.db")
    return tmp_path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of each kind, empty save where `filled` is asked for; a test that asks for it runs on both."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_engine")
    else:
        address = "northmere_address" if "filled" in request.fixturenames else "postgres_address"
        engine = open_database(request.getfixturevalue(address))
        # Its lines are read from it, and not taken from the other kind of database that held the same.
        budgets.forget()
        yield engine
        engine.dispose()


HELD = {"northmere": "demonstration_file", "filled": "demonstration_file", "with_accounts": "accounts_file"}
"""By the fixtures that a test asks for, the file that its SQLite database is a copy of."""


@pytest.fixture
def sqlite_engine(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Engine]:
    """A SQLite database, where the kind of database is not the question: an empty one, save where something that is to
    be in it is asked for too.
    """
    held = next((file for name, file in HELD.items() if name in request.fixturenames), "empty_file")
    settings.data_folder.mkdir(mode=0o700)
    shutil.copyfile(request.getfixturevalue(held), settings.data_folder / "budget-align.db")
    engine = open_database(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def demonstration_file(made_once: Path) -> Path:
    """A SQLite database with the demonstration loaded, once for all tests that begin from it. Its analyst may do
    everything, so that one person can walk through what tests are about; who may do what has tests of its own.
    """

    def load(path: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(processes, "_ask_in_turn", read_here)
            engine = open_database(f"sqlite:///{path}")
            demonstration.load_demonstration(engine, Settings(data_folder=path.parent, public_reading=True))
            let_do_everything(engine, demonstration.SIGN_INS[0].email)
            engine.dispose()

    return once(made_once, "northmere.db", load)


@pytest.fixture
def northmere(sqlite_engine: Engine) -> Engine:
    """A SQLite database of the test's own with the demonstration in it."""
    return sqlite_engine


@pytest.fixture
def filled(request: pytest.FixtureRequest, engine: Engine) -> Engine:
    """A database of each kind with the demonstration in it; a test that asks for it runs on both."""
    return cast(Engine, request.getfixturevalue("northmere")) if engine.dialect.name == "sqlite" else engine


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser; Chromium without its windows where it is there, which does as much in half the time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    assert found, "make test installs Chromium, or says how to"
    return found
