"""The service as a browser sees it, empty and with the demonstration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.services import demonstration
from budget_align.web.app import create_app
from tests.people import let_do_everything


@pytest.fixture
def client(settings: Settings, sqlite_engine: Engine) -> Iterator[FlaskClient]:
    """A browser with the demonstration's accounts and no figures yet."""
    for person in demonstration.SIGN_INS:
        demonstration.add_account(sqlite_engine, person.email, person.name, demonstration.PASSWORD, person.held)
    let_do_everything(sqlite_engine, demonstration.SIGN_INS[0].email)
    with create_app(settings, sqlite_engine).test_client() as client:
        yield client


@pytest.fixture
def full(client: FlaskClient, northmere: Engine) -> FlaskClient:
    """The same with the demonstration loaded."""
    return client
