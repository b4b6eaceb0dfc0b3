"""The service as a browser sees it, empty and with the demonstration."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.services import demonstration
from budget_align.store.database import open_database
from budget_align.web.app import create_app
from tests.conftest import ROOT
from tests.people import let_do_everything
from tests.shared_databases import once


@pytest.fixture(scope="session")
def wheel(made_once: Path) -> Path:
    """The product as a wheel, built once for all tests that install it."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--no-index", "-w"]
    folder = once(made_once, "wheel", lambda path: subprocess.run([*build, path], check=True, capture_output=True))
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def accounts_file(made_once: Path, empty_file: Path) -> Path:
    """A SQLite database with the demonstration's accounts, and nothing else in it."""

    def fill(path: Path) -> None:
        shutil.copyfile(empty_file, path)
        engine = open_database(f"sqlite:///{path}")
        for person in demonstration.SIGN_INS:
            demonstration.add_account(engine, person.email, person.name, demonstration.PASSWORD, person.held)
        let_do_everything(engine, demonstration.SIGN_INS[0].email)
        engine.dispose()

    return once(made_once, "accounts.db", fill)


@pytest.fixture
def with_accounts(sqlite_engine: Engine) -> Engine:
    """A SQLite database of the test's own with the demonstration's accounts in it."""
    return sqlite_engine


@pytest.fixture
def client(settings: Settings, with_accounts: Engine) -> Iterator[FlaskClient]:
    """A browser with the demonstration's accounts and no figures yet."""
    with create_app(settings, with_accounts).test_client() as client:
        yield client


@pytest.fixture
def full(client: FlaskClient, northmere: Engine) -> FlaskClient:
    """The same with the demonstration loaded."""
    return client
