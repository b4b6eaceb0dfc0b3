"""The record on both databases: complete, append-only, one chain whoever writes at once, and checked by anybody."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from budget_align.cli import main
from budget_align.config import Settings
from budget_align.core.record.chain import Head
from budget_align.services import demonstration
from budget_align.services.people.accounts import add_account, disable_account, open_account, reset_password
from budget_align.services.people.sign_ins import begin_sign_in
from budget_align.services.people.tokens import make_token
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.record.requests import request
from budget_align.services.record.trail import Told, list_events, verify
from budget_align.store import differences
from budget_align.store.database import open_database
from budget_align.web.app import create_app
from tests.at_once import at_once
from tests.conftest import ROOT
from tests.people import EVERYTHING, let_do_everything
from tests.tampering import tamper
from tests.workbooks import drawn

ANA, OTTO = "ana@example.org", "otto@example.org"
WORDS = "several plain words"


@pytest.fixture
def postgres(postgres_address: str) -> Iterator[Engine]:
    engine = open_database(postgres_address)
    yield engine
    engine.dispose()


def newest(engine: Engine) -> Told:
    return list_events(engine, limit=1).events[0]


def write(engine: Engine, *numbers: int) -> None:
    with change(engine, "thing", *numbers) as session:
        for number in numbers:
            auditing.record(session, ANA, "thing changed", "thing", {"number": number})


def test_an_event_says_what_was_before_and_after_and_in_which_request(engine: Engine) -> None:
    with request() as asked:
        open_account(engine, ANA, "Ana Finch", WORDS, OTTO)
        added = list_events(engine, what="account added", limit=1).events[0]
        disable_account(engine, ANA, OTTO)
    disabled = list_events(engine, what="account disabled", limit=1).events[0]
    assert (added.actor, added.action, added.subject) == (OTTO, "account added", ANA)
    assert ("email", None, ANA) in {change[1:] for change in added.changes}
    # A name can be erased, and the record forgets nothing.
    assert ("name", None, "not shown") in {change[1:] for change in added.changes}
    assert [change[1:] for change in disabled.changes] == [("disabled", False, True)]
    assert added.request_id == disabled.request_id == asked
    reset_password(engine, ANA, "other plain words", OTTO)
    assert newest(engine).request_id == ""


def test_no_secret_is_repeated_in_the_record(engine: Engine) -> None:
    open_account(engine, ANA, "Ana Finch", WORDS, OTTO)
    secrets = [begin_sign_in(engine, ANA), make_token(engine, ANA, "a script"), WORDS]
    with engine.connect() as connection:
        columns = "account.password_hash", "signin.token_hash", "accesstoken.token_hash"
        for column in columns:
            secrets += connection.scalars(text(f"SELECT {column} FROM {column.split('.')[0]}")).all()
        said = str(connection.execute(text("SELECT detail, before, after, subject FROM auditevent")).all())
    assert len(secrets) == 6
    assert [secret for secret in secrets if secret in said] == []


def test_of_every_column_that_may_hold_a_secret_it_is_said_whether_it_does() -> None:
    """Hashes of files, lines and rules are no secrets; all others that are named so are taken for some."""
    told = {"file_hash", "lines_hash", "mapping_hash", "previous_hash", "hash", "key"}
    named = {
        column.name
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(("hash", "key", "secret", "token", "password"))
    }
    assert {name for name in named if not differences._is_secret(name)} <= told


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE auditevent SET actor = 'nobody' WHERE id = 1",
        "UPDATE auditevent SET hash = hash",
        "DELETE FROM auditevent WHERE id = 1",
        "DELETE FROM auditevent",
    ],
)
def test_the_database_lets_no_event_be_changed_or_removed(engine: Engine, statement: str) -> None:
    write(engine, 1, 2)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(engine)[0] == []
    assert list_events(engine, limit=5).count == 2


def test_no_event_is_written_over_another(sqlite_engine: Engine) -> None:
    write(sqlite_engine, 1)
    with pytest.raises(DBAPIError, match="append-only"), sqlite_engine.begin() as connection:
        connection.execute(text("INSERT OR REPLACE INTO auditevent SELECT * FROM auditevent WHERE id = 1"))


@pytest.mark.parametrize("verb", ["UPDATE auditevent SET actor = 'x'", "DELETE FROM auditevent", "TRUNCATE auditevent"])
def test_on_postgresql_even_the_tables_owner_has_no_right_to_change_an_event(postgres: Engine, verb: str) -> None:
    """Tried as a plain owner, without the trigger, in a transaction that leaves nothing behind."""
    with postgres.connect() as connection, connection.begin() as tried:
        for statement in (
            "CREATE ROLE plain",
            "GRANT USAGE ON SCHEMA public TO plain",
            "ALTER TABLE auditevent DISABLE TRIGGER USER",
            "ALTER TABLE auditevent OWNER TO plain",
            "SET LOCAL ROLE plain",
        ):
            connection.execute(text(statement))
        connection.execute(text("SELECT * FROM auditevent"))
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(verb))
        tried.rollback()


def test_two_who_write_a_thousand_events_at_once_make_one_chain(engine: Engine, settings: Settings) -> None:
    """Each with connections of its own, as two processes have."""
    other = open_database(engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))

    def half(mine: Engine, first: int) -> Callable[[], None]:
        return lambda: [write(mine, *range(first + n, first + n + 25)) for n in range(0, 500, 25)] and None

    assert at_once(half(engine, 0), half(other, 500)) == [None, None]
    other.dispose()
    breaks, head = verify(engine)
    assert breaks == []
    assert head is not None
    assert head.id == 1000
    found = list_events(engine, limit=1000).events
    assert sorted(event.facts["number"] for event in found) == list(range(1000))


def test_any_change_in_the_database_is_found_and_the_event_named(engine: Engine) -> None:
    open_account(engine, ANA, "Ana Finch", WORDS, OTTO)
    disable_account(engine, ANA, OTTO)
    write(engine, 1, 2)
    _, head = verify(engine)
    assert head is not None
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM auditevent ORDER BY id")).mappings().all()
    for row, name, old in [(each, *item) for each in rows for item in each.items()]:
        where = f"WHERE id = {row['id']}"
        new: Any = {"id": 99, "form": 1}.get(name, f"'{_other(str(old), name)}'")
        tamper(engine, f"UPDATE auditevent SET {name} = {new} {where}")
        found = [each.id for each in verify(engine, head)[0]]
        assert (99 if name == "id" else row["id"]) in found, (row["id"], name)
        back = {"id": f"UPDATE auditevent SET id = {row['id']} WHERE id = 99"}
        value = old if isinstance(old, int) else f"'{old}'"
        tamper(engine, back.get(name, f"UPDATE auditevent SET {name} = {value} {where}"))
    assert verify(engine, head)[0] == []


def _other(text: str, name: str) -> str:
    """The same with one sign more, or in a time another second."""
    if name == "at":
        return text.replace(text[17:19], f"{(int(text[17:19]) + 1) % 60:02}")
    return text[:-1] + ("0" if text[-1:] == "1" else "1") if name.endswith("hash") else text + "1"


def test_a_time_in_other_words_is_a_change(sqlite_engine: Engine) -> None:
    write(sqlite_engine, 1)
    tamper(sqlite_engine, "UPDATE auditevent SET at = replace(at, ' ', 'T')")
    assert [each.id for each in verify(sqlite_engine)[0]] == [1]
    tamper(sqlite_engine, "UPDATE auditevent SET at = 'soon', actor = x'00ff'")
    assert [each.id for each in verify(sqlite_engine)[0]] == [1]


def run(settings: Settings, *said: str) -> tuple[int, str]:
    answer = CliRunner().invoke(main, list(said), env={"DATABASE_URL": settings.database})
    return answer.exit_code, answer.output


def test_the_command_line_verifies_and_exports_and_an_outsider_checks_the_export(
    sqlite_engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    with change(sqlite_engine, "thing") as session:
        auditing.record(session, "ana@example.org", "thing changed", "Ána “Finch”\u2028", {"said": "£5"})
    write(sqlite_engine, 1, 2)
    head = run(settings, "audit", "head")[1].strip()
    assert Head.parse(head).id == 3
    assert run(settings, "audit", "verify", "--head", head) == (0, f"The record holds: 3 events. Its head is {head}.\n")
    file = tmp_path / "record.jsonl"
    assert run(settings, "audit", "export", str(file))[0] == 0
    recipe = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "record.md").read_text("utf-8"), re.DOTALL)
    assert recipe

    def check() -> str:
        said = subprocess.run([sys.executable, "-c", recipe[1], str(file)], capture_output=True, text=True)
        return (said.stdout + said.stderr).strip()

    assert check() == head
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[0], lines[1].replace(b"ana@", b"eve@"), lines[2]]))
    assert check() == "Event 2 does not hold."
    # The end of the record is cut off: the chain that is left holds, and the head that was kept does not.
    tamper(sqlite_engine, "DELETE FROM auditevent WHERE id > 1")
    assert run(settings, "audit", "verify")[0] == 0
    code, said = run(settings, "audit", "verify", "--head", head)
    assert code == 1
    assert "Events 2 to 3 are missing from the end" in said
    assert run(settings, "audit", "verify", "--head", "yesterday")[0] == 2


def test_events_from_before_they_said_more_keep_their_hashes(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    from budget_align.core.record.chain import BEGINNING, Event, hash_of
    from budget_align.store.database import migrate

    with engine.connect() as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", "budget_align/store/migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0013")
    old = Event(1, "2026-11-24T10:00:00+00:00", ANA, "a", "s", "{}", "", "", "", BEGINNING, "", form=1)
    # As version 0013 of the tables wrote them: times in UTC, without their zone on SQLite.
    time = "2026-11-24 10:00:00.000000" + ("+00" if engine.dialect.name == "postgresql" else "")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO auditevent (id, at, actor, action, subject, detail, previous_hash, hash) VALUES "
                f"(1, '{time}', '{ANA}', 'a', 's', '{{}}', '{BEGINNING}', '{hash_of(old)}')"
            )
        )
    migrate(engine)
    write(engine, 1)
    breaks, head = verify(engine)
    assert breaks == []
    assert head is not None
    assert head.id == 2


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(settings: Settings, northmere: Engine) -> FlaskClient:
    let_do_everything(northmere, "auditor@northmere.example")
    with create_app(settings, northmere).test_client() as client:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
        assert found
        who = {"email": "auditor@northmere.example", "password": demonstration.PASSWORD, "csrf_token": found[1]}
        client.post("/sign-in", data=who)
        return client


def test_the_page_shows_the_record_by_who_what_and_when(client: FlaskClient, northmere: Engine) -> None:
    page = client.get("/record").text
    assert "Signed in" in page
    assert "auditor@northmere.example" in page
    some = client.get("/record?who=ANALYST&what=reading+confirmed").text
    numbers = [int(number) for number in re.findall(r'id="event-(\d+)"', some)]
    with northmere.connect() as connection:
        wanted = (
            "SELECT id FROM auditevent WHERE action = 'reading confirmed' AND actor LIKE 'analyst@%' ORDER BY id DESC"
        )
        assert numbers == list(connection.scalars(text(wanted)))
    assert "Nothing of the kind" in client.get("/record?until=2020-01-01").text
    assert client.get("/record?since=soon").status_code == 400
    assert "Every event is as it was recorded" in client.get("/record?check=1").text
    tamper(northmere, "UPDATE auditevent SET subject = 'x' WHERE id = 4")
    assert "Event 4 is not what was recorded" in client.get("/record?check=1").text


def test_pages_of_the_record_hold_every_event_once(client: FlaskClient, northmere: Engine) -> None:
    write(northmere, *range(60))
    numbers = [
        int(number)
        for page in (1, 2, 3, 4)
        for number in re.findall(r'id="event-(\d+)"', client.get(f"/record?page={page}").text)
    ]
    last = newest(northmere).id
    assert last > 100
    assert numbers == list(range(last, 0, -1))


def test_who_takes_a_file_along_is_recorded_and_who_looks_is_not(client: FlaskClient, northmere: Engine) -> None:
    before = newest(northmere).id
    answer = client.get("/report.pdf?period=budget-2026")
    client.get("/unaligned")
    client.get("/frameworks/un-sdg-2015.xlsx")
    client.get("/frameworks/nothing.xlsx")
    events = [event for event in list_events(northmere, limit=9).events if event.id > before]
    assert [(e.actor, e.action, e.subject) for e in reversed(events)] == [
        ("auditor@northmere.example", "downloaded", "/report.pdf?period=budget-2026"),
        ("auditor@northmere.example", "downloaded", "/frameworks/un-sdg-2015.xlsx"),
    ]
    assert events[-1].request_id == answer.headers["X-Request-ID"]


def test_whatever_signs_an_address_is_written_with_its_file_is_handed_out_and_recorded(
    engine: Engine, settings: Settings
) -> None:
    add_account(engine, "ana@example.org", "Ana", "correct horse", EVERYTHING)
    app = create_app(settings, engine)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_client() as client:
        client.post("/sign-in", data={"email": "ana@example.org", "password": "correct horse"})
        for odd in ("%00", "a%0d%0ab", "%ff%fe", "a" * 40_000):
            answer = client.get(f"/frameworks/un-sdg-2015.xlsx?q={odd}")
            assert answer.status_code == 200, odd[:10]
            (event,) = list_events(engine, what="downloaded", limit=1).events
            assert event.request_id == answer.headers["X-Request-ID"]
            assert event.subject.startswith("/frameworks/un-sdg-2015.xlsx?q=")
            assert event.subject.isprintable()
            assert len(event.subject) <= 2_000


def test_a_workbook_that_is_read_beside_the_page_belongs_to_its_request(client: FlaskClient, northmere: Engine) -> None:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/submissions/new").text)
    assert found
    data = drawn("Department of Works\nBudget 2031-32, £ thousand\n\nLine | 2031-32\nRoads | 50\nRail | 20")
    sent = {"csrf_token": found[1], "government": "Ours", "file": (io.BytesIO(data), "works.xlsx")}
    answer = client.post("/submissions/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code in (302, 303)
    if "/uploads/" in answer.location:
        client.application.extensions["budget_align"][2].wait(answer.location.rpartition("/")[2], 60)
    event = list_events(northmere, what="workbook received", limit=1).events[0]
    assert event.request_id == answer.headers["X-Request-ID"]


def test_an_auditor_takes_the_whole_record_along(client: FlaskClient, northmere: Engine) -> None:
    lines = client.get("/record/record.jsonl").data.splitlines()
    count = list_events(northmere, limit=1).count
    # The note that it was taken comes after it.
    assert len(lines) == count - 1
    assert json.loads(lines[0])["id"] == 1


def test_the_record_is_for_those_who_are_signed_in(settings: Settings, northmere: Engine) -> None:
    with create_app(settings, northmere).test_client() as client:
        assert client.get("/record").status_code == 302
        assert client.get("/record/record.jsonl").status_code == 302


class Earlier(datetime):
    """A clock that is an hour late."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) - timedelta(hours=1)


def test_an_end_that_was_cut_off_under_what_was_done_since_is_missed(engine: Engine) -> None:
    """Whoever removes events removes all that was done by then as well, or is found out without any head."""
    open_account(engine, ANA, "Ana Finch", WORDS, OTTO)
    begin_sign_in(engine, ANA)
    assert verify(engine)[0] == []
    # A clock that is set back, or that of another machine, makes no event a missing one.
    with engine.connect() as connection:
        began = connection.execute(text("SELECT max(at) FROM auditevent")).scalar_one()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auditing, "datetime", Earlier)
        disable_account(engine, ANA, OTTO)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT at FROM auditevent ORDER BY id DESC LIMIT 1")).scalar_one() < began
    assert verify(engine)[0] == []
    tamper(engine, "UPDATE signin SET begun_at = '2030-01-01 00:00:00.000000'")
    (cut,) = verify(engine)[0]
    assert (cut.kind, cut.id) == ("missing", newest(engine).id + 1)
    assert "2030-01-01" in cut.what
    tamper(engine, "DELETE FROM auditevent")
    (all_gone,) = verify(engine)[0]
    assert (all_gone.kind, all_gone.id, "record is empty" in all_gone.what) == ("missing", 1, True)
