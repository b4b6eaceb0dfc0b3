"""What whoever runs an installation is told: whether it is safe, whether it is well, whether it may be changed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session

from budget_align.cli import main
from budget_align.config import Provider, Settings, load_settings
from budget_align.core.people.policy import Held
from budget_align.core.values.refusal import RefusedError
from budget_align.jobs import Jobs
from budget_align.services.operation import readiness
from budget_align.services.operation.backups import back_up
from budget_align.services.operation.checking import look, refuse_unsafe
from budget_align.services.people.accounts import add_account, disable_account
from budget_align.services.people.demonstration_accounts import sign_ins_in_use
from budget_align.services.people.roles import give_role
from budget_align.store import database
from budget_align.web.app import create_app


@pytest.fixture
def safe(settings: Settings) -> Settings:
    """Settings with which people may rely on an installation."""
    return settings.model_copy(
        update={
            "production": True,
            "public_reading": False,
            "proxies": 1,
            "hosts": ("budget.example.org",),
            "max_memory_mb": 600,
        }
    )


def graded(engine: Engine, settings: Settings, grade: str) -> set[str]:
    return {remark.about for remark in look(engine, settings) if remark.grade == grade}


def test_each_thing_that_is_unsafe_or_missing_is_named(
    sqlite_engine: Engine, safe: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    safe.data_folder.chmod(0o700)
    safe.session_key()
    assert graded(sqlite_engine, safe, "unsafe") == set()
    assert graded(sqlite_engine, safe, "missing") == {"people", "backups"}
    add_account(sqlite_engine, "ana@example.org", "Ana", "correct horse")
    assert graded(sqlite_engine, safe, "missing") == {"roles", "backups"}
    give_role(sqlite_engine, "ana@example.org", Held("administrator"), "root (command line)")
    back_up(sqlite_engine, safe, tmp_path / "backup.zip")
    assert graded(sqlite_engine, safe, "missing") == set()
    refuse_unsafe(sqlite_engine, safe)
    for about, change in {
        "public_reading": {"public_reading": True},
        "proxies": {"proxies": 0, "host": "0.0.0.0"},
        "hosts": {"hosts": ()},
        "max_memory_mb": {"max_memory_mb": 9_000_000},
        "database": {"database_url": "postgresql://budget:postgres@127.0.0.1/budget"},
    }.items():
        worse = safe.model_copy(update=change)
        assert graded(sqlite_engine, worse, "unsafe") == {about}
        with pytest.raises(RefusedError, match=about):
            refuse_unsafe(sqlite_engine, worse)
    plain = safe.model_copy(update={"database_url": "postgresql://budget:x7Kq@db.example.org/budget"})
    assert graded(sqlite_engine, plain, "missing") == {"database"}
    assert graded(sqlite_engine, safe.model_copy(update={"proxies": 0}), "missing") == {"proxies"}
    no_model = safe.model_copy(update={"embedding_model": tmp_path / "none"})
    assert graded(sqlite_engine, no_model, "missing") == {"embedding_model"}
    safe.session_key_file.chmod(0o644)
    assert graded(sqlite_engine, safe, "unsafe") == {str(safe.session_key_file)}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert graded(sqlite_engine, safe, "missing") == {"user"}


def test_secrets_that_everybody_may_read_or_hear_are_unsafe(
    sqlite_engine: Engine, safe: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe.data_folder.chmod(0o700)
    file, address = tmp_path / "settings.toml", tmp_path / "database-url"
    monkeypatch.setenv("BUDGET_ALIGN_CONFIG", str(file))
    address.write_text("postgresql://budget:x7Kq@127.0.0.1/budget")
    for secret in (
        'database_url = "postgresql://budget:x7Kq@127.0.0.1/budget"',
        '[provider]\nname = "P"\nissuer = "https://p.example.org"\nclient_id = "b"\nclient_secret = "x7Kq"',
        '[mail]\nhost = "m.example.org"\npassword = "x7Kq"',
    ):
        file.write_text(secret)
        file.chmod(0o644)
        assert graded(sqlite_engine, safe, "unsafe") == {str(file)}, secret
        file.chmod(0o640)
        assert graded(sqlite_engine, safe, "unsafe") == set()
    file.write_text('database_url = "postgresql://budget@127.0.0.1/budget"\n[mail]\npassword = ""')
    file.chmod(0o644)
    assert graded(sqlite_engine, safe, "unsafe") == set(), "there is no secret in it"
    monkeypatch.setenv("DATABASE_URL_FILE", str(address))
    address.chmod(0o604)
    assert graded(sqlite_engine, safe, "unsafe") == {str(address)}
    address.chmod(0o600)
    provider = Provider(name="P", issuer="http://p.example.org", client_id="b")
    assert graded(sqlite_engine, safe.model_copy(update={"provider": provider}), "unsafe") == {"provider"}
    exposed = safe.model_copy(update={"host": "0.0.0.0"})
    assert "host" in graded(sqlite_engine, exposed, "told")


def test_the_demonstrations_accounts_are_unsafe_until_they_are_disabled(northmere: Engine, safe: Settings) -> None:
    assert "people" in graded(northmere, safe, "unsafe")
    for person in sign_ins_in_use(northmere):
        disable_account(northmere, person.email, "tests")
    assert "people" not in graded(northmere, safe, "unsafe")


def test_the_command_says_so_and_production_does_not_start(tmp_path: Path) -> None:
    data = {"BUDGET_ALIGN_DATA_FOLDER": str(tmp_path), "BUDGET_ALIGN_PUBLIC_READING": "1", "DATABASE_URL": ""}
    said = CliRunner().invoke(main, ["check"], env=data)
    assert said.exit_code == 2
    assert "public_reading" in said.output
    refused = CliRunner().invoke(main, ["serve"], env={**data, "BUDGET_ALIGN_PRODUCTION": "1"})
    assert refused.exit_code == 2
    assert "does not start" in refused.output


def test_the_database_s_address_may_stand_in_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "address"
    secret.write_text("postgresql://budget:secret@db/budget\n")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(secret))
    assert load_settings().database_url == "postgresql://budget:secret@db/budget"
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "none"))
    with pytest.raises(RefusedError):
        load_settings()


def test_a_name_that_is_not_the_service_s_own_is_refused(sqlite_engine: Engine, safe: Settings) -> None:
    with create_app(safe, sqlite_engine).test_client() as client:
        assert client.get("/sign-in", headers={"Host": "budget.example.org"}).status_code == 200
        forged = client.get("/sign-in", headers={"Host": "evil.example"})
        assert forged.status_code == 400
        assert "evil.example" not in forged.text
        assert client.get("/healthz", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_a_stalled_reading_is_told_from_a_database_that_does_not_answer(
    sqlite_engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with create_app(settings, sqlite_engine).test_client() as client:
        assert client.get("/readyz").json == {"database": "ok", "readings": "ok"}
        jobs: Jobs = client.application.extensions["budget_align"][2]
        jobs._begun["a"] = time.monotonic() - settings.max_seconds - 3_600
        late = client.get("/readyz")
        assert late.status_code == 503
        assert late.json == {"database": "ok", "readings": "1 longer than they may take"}
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 2})
    with create_app(settings, nowhere).test_client() as client:
        assert client.get("/readyz").json == {"database": "does not answer", "readings": "ok"}
        assert client.get("/healthz").status_code == 200


def test_a_database_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.1)
    asked = []

    def hang() -> None:
        asked.append(1)
        time.sleep(0.6)
        raise OSError

    watch = readiness.Watch(SimpleNamespace(connect=hang))  # type: ignore[arg-type]
    start = time.monotonic()
    assert [watch.database_answers() for _ in range(3)] == [False] * 3
    assert time.monotonic() - start < 0.6
    assert len(asked) == 1


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


def test_a_statement_that_takes_too_long_is_ended_and_told(postgres_address: str) -> None:
    engine = database.open_database(postgres_address, statement_seconds=1)
    with pytest.raises(RefusedError) as caught, Session(engine) as session:
        session.execute(text("SELECT pg_sleep(20)"))
    assert caught.value.code == "busy"
    assert "longer than it may" in caught.value.message
    engine.dispose()


def test_tables_are_not_changed_under_a_process_of_the_version_before(
    postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import command
    from alembic.config import Config

    engine = database.open_database(postgres_address)

    def back_to(revision: str) -> None:
        with engine.connect() as connection, connection.begin():
            config = Config()
            config.set_main_option("script_location", "budget_align/store/migrations")
            config.attributes["connection"] = connection
            command.downgrade(config, revision)

    back_to("0013")
    monkeypatch.setattr(database, "_this_process", lambda: f"{database._NAME} elsewhere 1")
    with engine.connect() as old:
        # It is of this process, which from here on seems to be another one.
        old.execute(text("SELECT 1"))
        with pytest.raises(RefusedError) as newer:
            database.open_database(postgres_address)
        assert newer.value.code == "old-process"
    engine.dispose()
    database.open_database(postgres_address).dispose()
    # What only adds to them is done beside it.
    monkeypatch.undo()
    again = database.open_database(postgres_address)
    again.dispose()
