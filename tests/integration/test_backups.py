"""What an installation keeps can be taken away while it runs and brought back whole, to either kind of database."""

from __future__ import annotations

import stat
import threading
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session, SQLModel

from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.operation.backups import back_up, check, last_backup, restore
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.record.trail import find_broken_event
from budget_align.services.runs.run_figures import figures_of
from budget_align.services.runs.viewing import open_run
from budget_align.store.database import open_database

LEFT_OUT = {"keptdownload", "keptofdraft", "signin", "accountlink"}


def everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table, read plainly."""
    found = {}
    with Session(engine) as session:
        for name, table in SQLModel.metadata.tables.items():
            if name not in LEFT_OUT:
                rows = session.execute(table.select()).all()
                found[name] = sorted(repr(tuple(str(value).removesuffix("+00:00") for value in row)) for row in rows)
    return found


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path / "elsewhere")


def test_a_backup_taken_while_people_work_is_one_moment_and_comes_back_whole(
    filled: Engine, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    stop = threading.Event()
    written = 0

    def work() -> None:
        nonlocal written
        while not stop.is_set():
            with change(filled, "thing") as session:
                auditing.record(session, "ana@example.org", "thing changed", "thing", {"number": written})
            written += 1

    worker = threading.Thread(target=work)
    worker.start()
    out = tmp_path / "backup.zip"
    try:
        taken = back_up(filled, settings, out)
    finally:
        stop.set()
        worker.join()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert check(out) == taken
    assert last_backup(settings) is not None
    empty = open_database(elsewhere.database)
    assert restore(empty, elsewhere, out) == taken
    assert elsewhere.session_key() == settings.session_key()
    assert find_broken_event(empty) is None
    before, after = everything(filled), everything(empty)
    assert written > 0
    # What was done before the moment is there, and nothing of what was done after it.
    assert after["auditevent"] == [row for row in before["auditevent"] if row in after["auditevent"]]
    assert {name: rows for name, rows in after.items() if name != "auditevent"} == {
        name: rows for name, rows in before.items() if name != "auditevent"
    }
    mine = [figures_of(each, open_run(each, government=demonstration.GOVERNMENT)) for each in (filled, empty)]
    assert mine[0] == mine[1]
    with pytest.raises(RefusedError) as caught:
        restore(empty, elsewhere, out)
    assert caught.value.code == "not-empty"
    empty.dispose()


def test_what_was_kept_in_one_kind_of_database_goes_on_in_the_other(
    northmere: Engine, settings: Settings, elsewhere: Settings, postgres_address: str, tmp_path: Path
) -> None:
    out = tmp_path / "backup.zip"
    back_up(northmere, settings, out)
    plain = create_engine(postgres_address.replace("postgresql://", "postgresql+psycopg://", 1))
    with plain.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    plain.dispose()
    large = open_database(postgres_address)
    restore(large, elsewhere, out)
    assert everything(large) == everything(northmere)
    # New rows are numbered after those that came.
    with change(large, "thing") as session:
        auditing.record(session, "ana@example.org", "thing changed", "thing", {})
    assert find_broken_event(large) is None
    large.dispose()


def test_a_backup_that_was_changed_or_cut_off_is_refused(
    northmere: Engine, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    out, changed, cut = (tmp_path / f"{name}.zip" for name in ("whole", "changed", "cut"))
    back_up(northmere, settings, out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"Otto Hart", b"Otto Hard") if name == "tables/account.jsonl" else data)
    cut.write_bytes(out.read_bytes()[:-5_000])
    empty = open_database(elsewhere.database)
    for broken in (changed, cut, tmp_path / "none.zip"):
        with pytest.raises(RefusedError) as caught:
            restore(empty, elsewhere, broken)
        assert caught.value.code == "broken-backup"
    assert not any(everything(empty).values())
    empty.dispose()


def test_a_backup_that_cannot_be_written_leaves_nothing(northmere: Engine, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        back_up(northmere, settings, tmp_path / "no folder" / "backup.zip")
    assert last_backup(settings) is None
