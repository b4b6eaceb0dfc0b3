"""Two who do the same at once, on both databases: one does it, the other is told, and nothing is done twice."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cachetools import LRUCache
from sqlalchemy import Engine, text
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.editing.edits import PutRule
from budget_align.core.frameworks.framework import Framework
from budget_align.core.returns.reading import Answers
from budget_align.core.scenarios.scenario import Growth, Part
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.accountability.boards import close_item, hold_meeting, note_item
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import list_frameworks, publish_framework, receive_framework
from budget_align.services.mappings.drafting import approve, begin_draft, change_draft
from budget_align.services.mappings.versions import list_versions, open_version
from budget_align.services.outcomes.public_ballots import close_ballot, put_question
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.record.trail import find_broken_event
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.drafts import discard, open_draft, settle, waiting_drafts
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.viewing import open_run
from budget_align.services.scenarios.scenarios import begin_scenario, change_scenario, open_scenario
from budget_align.store import database
from budget_align.store.tables import AuditEvent
from tests.at_once import at_once
from tests.mappings import HEALTH
from tests.workbooks import drawn

ROADS = drawn("Department of Works\nBudget 2026-27, £ thousand\n\nLine | 2026-27\nRoads | 50\nRail | 20\nBuses | 7")
ANA, MOSES = "ana@example.org", "moses@example.org"


def count(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def events(engine: Engine, action: str) -> int:
    return count(engine, f"SELECT count(*) FROM auditevent WHERE action = '{action}'")


def outcome(found: list[object], refused: str) -> None:
    """Exactly one of several did it, and all others were told why not."""
    told = [each for each in found if each == refused]
    assert len(told) == len(found) - 1, found


def sent(engine: Engine, settings: Settings, data: bytes = ROADS) -> int:
    draft_id = receive(engine, settings, data, "works.xlsx", "Ours", ANA).draft_id
    assert draft_id is not None
    return draft_id


# --- returns -----------------------------------------------------------------------------------------------------


def test_a_draft_is_confirmed_once(engine: Engine, settings: Settings) -> None:
    draft_id = sent(engine, settings)
    found = at_once(*[lambda: confirm(engine, settings, draft_id, ANA)] * 4)
    outcome(found, "no-draft")
    assert count(engine, "SELECT count(*) FROM submission") == 1
    # 50 and 20 and 7 thousand pounds, in pence, once.
    assert count(engine, "SELECT sum(amount) FROM budgetline") == 77_000_00
    assert find_broken_event(engine) is None


def test_a_workbook_that_two_send_at_once_waits_once(engine: Engine, settings: Settings) -> None:
    found = at_once(*[lambda: receive(engine, settings, ROADS, "works.xlsx", "Ours", ANA).draft_id] * 3)
    assert len(set(found)) == 1
    assert count(engine, "SELECT count(*) FROM draft") == 1


def test_numbers_of_drafts_are_never_used_again_and_cannot_be_guessed(engine: Engine, settings: Settings) -> None:
    seen = set()
    for _ in range(4):
        draft_id = sent(engine, settings)
        seen.add(draft_id)
        discard(engine, draft_id, ANA)
    assert len(seen) == 4
    assert min(abs(one - other) for one in seen for other in seen if one != other) > 10**9


def test_a_confirmation_holds_for_the_reading_that_its_page_showed(engine: Engine, settings: Settings) -> None:
    draft_id = sent(engine, settings)
    shown = open_draft(engine, settings, draft_id).hash
    settle(engine, settings, draft_id, Answers(stage="plan"), actor=ANA, seen=shown)
    with pytest.raises(RefusedError) as caught:
        confirm(engine, settings, draft_id, ANA, seen=shown)
    assert caught.value.code == "changed-meanwhile"
    with pytest.raises(RefusedError) as caught:
        settle(engine, settings, draft_id, Answers(stage="outturn"), actor=ANA, seen=shown)
    assert caught.value.code == "changed-meanwhile"
    assert open_draft(engine, settings, draft_id).answers.stage == "plan"
    assert confirm(engine, settings, draft_id, ANA, seen=open_draft(engine, settings, draft_id).hash) == 1


def test_a_drafts_pages_read_what_was_kept(
    sqlite_engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from budget_align.services.returns import drafts, kept_readings

    draft_id = sent(sqlite_engine, settings)
    drafts.view_draft(sqlite_engine, settings, draft_id, 0, 1)
    before = open_draft(sqlite_engine, settings, draft_id).reading
    for name in ("read_isolated", "view_isolated"):
        monkeypatch.setattr(drafts, name, lambda *_args, **_how: pytest.fail("the workbook was read again"))
    # As after a restart, when nothing is in memory.
    monkeypatch.setattr(kept_readings, "_LAST", LRUCache(6))
    after = open_draft(sqlite_engine, settings, draft_id).reading
    assert after.lines.equals(before.lines)
    assert after.tables == before.tables
    assert [row[0].text for row in drafts.view_draft(sqlite_engine, settings, draft_id, 0, 5).rows] == [
        "Roads", "Rail", "Buses",
    ]  # fmt: skip
    discard(sqlite_engine, draft_id, ANA)
    assert count(sqlite_engine, "SELECT count(*) FROM keptofdraft") == 0


# --- runs, mappings and frameworks -------------------------------------------------------------------------------


def test_the_same_run_asked_for_four_times_is_one_and_each_who_asked_is_recorded(
    engine: Engine, settings: Settings
) -> None:
    confirm(engine, settings, sent(engine, settings), ANA)
    mapping = catalogue.mapping("northmere-2026-sdg")
    people = [f"{name}@example.org" for name in ("a", "b", "c", "d")]
    found = at_once(*(lambda who=who: run_allocation(engine, mapping, "Ours", who).id for who in people))  # type: ignore[misc]
    assert len(set(found)) == 1
    assert count(engine, "SELECT count(*) FROM run") == 1
    assert events(engine, "allocation run") + events(engine, "allocation run again") == 4
    with engine.connect() as connection:
        who = connection.execute(text("SELECT DISTINCT actor FROM auditevent WHERE action LIKE 'allocation run%'"))
        assert sorted(who.scalars()) == people
    assert find_broken_event(engine) is None


def test_one_draft_is_begun_of_a_version_and_approved_once(engine: Engine) -> None:
    first = begin_draft(engine, "Ours", ANA, title="Ways", framework="un-sdg-2015")
    change_draft(engine, first, PutRule(HEALTH), 1, ANA)
    outcome(at_once(*[lambda: approve(engine, first, 2, MOSES)] * 3), "approved")
    drafts = at_once(*[lambda: begin_draft(engine, "Ours", ANA, based_on=first)] * 4)
    assert len(set(drafts)) == 1
    (second,) = {each for each in drafts if isinstance(each, int)}
    seen = open_version(engine, second).revision
    outcome(at_once(*(lambda n=n: approve(engine, second, seen, f"{n}@example.org") for n in range(3))), "approved")  # type: ignore[misc]
    assert sorted(v.label for v in list_versions(engine, "Ours")) == ["version 1", "version 2"]


def test_a_framework_is_published_once_and_not_changed_after(engine: Engine, settings: Settings) -> None:
    like = catalogue.frameworks()["un-sdg-2015"]
    mine = like.model_copy(update={"code": "ours-2026", "family": "", "succeeds": ""})
    changed = mine.model_copy(update={"name": "Changed"})
    data, later = (_toml(each) for each in (mine, changed))
    receive_framework(engine, settings, data, "ours.toml", ANA)
    found = at_once(
        lambda: publish_framework(engine, "ours-2026", MOSES),
        lambda: publish_framework(engine, "ours-2026", ANA),
        lambda: receive_framework(engine, settings, later, "later.toml", ANA)[0],
    )
    assert events(engine, "framework published") == 1, found
    name = list_frameworks(engine)["ours-2026"].name
    with pytest.raises(RefusedError) as caught:
        receive_framework(engine, settings, later, "later.toml", ANA)
    assert caught.value.code == "framework-in-use"
    assert list_frameworks(engine)["ours-2026"].name == name


def _toml(framework: Framework) -> bytes:
    outcomes = "".join(
        f'[[missions.outcomes]]\ncode = "{outcome.code}"\nname = "{outcome.name}"\n'
        for outcome in framework.missions[0].outcomes
    )
    about = f'code = "{framework.code}"\nname = "{framework.name}"\ngovernment = "Ours"\nversion = "1"\n'
    about += 'starts = 2026-01-01\nsource = "the cabinet"\n'
    return f'{about}[[missions]]\ncode = "m"\nname = "All"\n{outcomes}'.encode()


# --- what is done on a run ---------------------------------------------------------------------------------------


def test_no_step_of_a_scenario_is_lost(filled: Engine) -> None:
    run = open_run(filled, government=demonstration.GOVERNMENT)
    scenario_id = begin_scenario(filled, run, "Two at once", 1, ANA)

    def step(percent: int) -> Callable[[], None]:
        grow = Growth.model_validate({"part": Part(), "percent": percent})
        return lambda: change_scenario(
            filled, scenario_id, 1, lambda now: now.model_copy(update={"steps": (*now.steps, grow)}), ANA
        )

    outcome(at_once(step(1), step(2), step(3)), "changed-meanwhile")
    opened = open_scenario(filled, scenario_id)
    assert (opened.revision, len(opened.scenario.steps)) == (2, 1)


def test_a_meeting_is_noted_once_and_an_item_closed_once(filled: Engine) -> None:
    run = open_run(filled, government=demonstration.GOVERNMENT)
    with filled.connect() as connection:
        board = connection.execute(text("SELECT board FROM accountableowner WHERE board <> '' LIMIT 1")).scalar_one()
    day = date(2026, 11, 20)
    outcome(at_once(*[lambda: hold_meeting(filled, run, board, day, [], ANA, day)] * 3), "met-already")
    note_item(filled, run, board, "action", "Mend the road", "Works", day, "", ANA, day)
    item = count(filled, "SELECT max(id) FROM boarditem")
    outcome(at_once(*[lambda: close_item(filled, demonstration.GOVERNMENT, item, "Mended", ANA, day)] * 3), "closed")


def test_a_question_is_put_and_closed_once(filled: Engine) -> None:
    asked = at_once(
        *(lambda n=n: put_question(filled, "Ours", "un-sdg-2015", f"Question {n}", ANA) for n in range(3))  # type: ignore[misc]
    )
    outcome(asked, "ballot-open")
    (ballot_id,) = [each for each in asked if isinstance(each, int)]
    outcome(at_once(*[lambda: close_ballot(filled, "Ours", ballot_id, ANA)] * 3), "no-ballot")


# --- the trail and the database ----------------------------------------------------------------------------------


def test_many_who_write_at_once_never_fork_the_trail(engine: Engine) -> None:
    def write(who: int) -> Callable[[], None]:
        def ten() -> None:
            for number in range(10):
                with change(engine, "thing", who) as session:
                    auditing.record(session, f"{who}@example.org", "thing changed", "thing", {"number": number})

        return ten

    found = at_once(*(write(who) for who in range(6)))
    assert found == [None] * 6
    assert events(engine, "thing changed") == 60
    assert find_broken_event(engine) is None


def test_no_two_events_follow_the_same_one(engine: Engine) -> None:
    with change(engine, "thing") as session:
        auditing.record(session, ANA, "thing changed", "thing", {})
    facts = {"actor": ANA, "action": "a", "subject": "s", "detail": "{}", "previous_hash": "0" * 64}
    with Session(engine) as session:
        session.add(AuditEvent(at=datetime.now(UTC), hash="1" * 64, **facts))
        with pytest.raises(RefusedError) as caught:
            session.commit()
    assert caught.value.code == "changed-meanwhile"


def test_an_event_whose_place_another_took_is_added_after_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(number: int) -> None:
        with change(engine, "thing") as session:
            auditing.record(session, ANA, "thing changed", "thing", {"number": number})

    write(1)
    real, late = auditing.record_queries.last_event, iter([True, False])
    # As if the other's event had come between looking at the end of the trail and adding to it.
    monkeypatch.setattr(auditing.record_queries, "last_event", lambda session: None if next(late) else real(session))
    write(2)
    assert events(engine, "thing changed") == 2
    assert find_broken_event(engine) is None


def test_what_is_held_too_long_is_told_in_words(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 1)
    engine = database.open_database(settings.database)
    path = settings.data_folder / "budget-align.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        with pytest.raises(RefusedError) as caught:
            sent(engine, settings)
        assert time.monotonic() - start < 20
        other.execute("ROLLBACK")
    assert caught.value.code == "busy"
    assert "try again" in caught.value.message
    assert waiting_drafts(engine) == []
    engine.dispose()


def test_what_is_held_too_long_on_postgresql_is_told_too(
    postgres_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 1)
    engine = database.open_database(postgres_address)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with change(engine, "thing"):
            held.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    try:
        with pytest.raises(RefusedError) as caught, change(engine, "thing"):
            pytest.fail("two changed the same thing at once")
    finally:
        done.set()
        holder.join()
        engine.dispose()
    assert caught.value.code == "busy"


def test_the_database_is_its_owners_alone(settings: Settings) -> None:
    before = os.umask(0o022)
    try:
        path = settings.data_folder / "budget-align.db"
        engine = database.open_database(settings.database)
        with change(engine, "thing") as session:
            auditing.record(session, ANA, "thing changed", "thing", {})
        files = [path, Path(f"{path}-wal"), Path(f"{path}-shm")]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files if file.exists()] == [0o600] * 3
        engine.dispose()
    finally:
        os.umask(before)


def test_what_was_done_twice_before_anything_kept_it_apart_stays_and_nothing_is_done_twice_after(
    engine: Engine,
) -> None:
    from alembic import command
    from alembic.config import Config

    with engine.connect() as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", "budget_align/store/migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")
    time_ = "'2026-11-24 10:00:00'"
    version = (
        "INSERT INTO mappingversion (id, government, name, number, status, content, hash, revision, begun_by, changed_at, "
        f"approved_by) VALUES ({{}}, 'Ours', 'ways', 2, 'superseded', '{{{{}}}}', 'h', 1, 'a', {time_}, 'b')"
    )
    event = (
        f"INSERT INTO auditevent (id, at, actor, action, subject, detail, previous_hash, hash) VALUES ({{}}, {time_}, "
        "'a', 'x', 's', '{{}}', '{}', '{}')"
    )
    draft = (
        "INSERT INTO draft (id, government, file_hash, file_name, answers, received_by, received_at) VALUES "
        f"({{}}, 'Ours', 'f', 'n', '{{}}', 'a', {time_})"
    )
    job = (
        "INSERT INTO job (id, government, file_name, status, done, total, step, message, code, draft_id, asked_by, "
        f"asked_at) VALUES ('j', 'Ours', 'n', 'done', 1, 1, '', '', '', 2, 'a', {time_})"
    )
    with engine.begin() as connection:
        for row in (
            *(version.format(number) for number in (1, 2)),
            *(event.format(*facts) for facts in ((1, "0" * 64, "h1"), (2, "h1", "h2"), (3, "h1", "h3"))),
            "INSERT INTO sourcefile (file_hash, content) VALUES ('f', '')",
            *(draft.format(number, said) for number, said in ((1, "{}"), (2, '{"body": "Works"}'))),
            job,
        ):
            connection.execute(text(row.replace(":", "\\:")) if "INSERT INTO draft" in row else text(row))
    database.migrate(engine)
    assert count(engine, "SELECT count(*) FROM mappingversion") == 2
    assert count(engine, "SELECT count(*) FROM auditevent") == 3
    with engine.connect() as connection:
        (kept,) = connection.execute(text("SELECT id, answers FROM draft")).all()
        assert kept.id > 2
        assert "Works" in kept.answers
        assert connection.execute(text("SELECT draft_id FROM job")).scalar_one() == kept.id
    for again in (
        "INSERT INTO auditevent (id, at, actor, action, subject, detail, previous_hash, hash) "
        "SELECT id + 10, at, actor, action, subject, detail, 'h3', {} FROM auditevent WHERE id = 3",
    ):
        with engine.begin() as connection:
            connection.execute(text(again.format("'h4'")))
        with pytest.raises(RefusedError), engine.begin() as connection:
            connection.execute(text(again.replace("+ 10", "+ 11").format("'h5'")))
