"""Owners, evaluations and boards, stored and shown."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.allocation.alignment import SET_APART
from budget_align.core.editing.meanwhile import ChangedSinceError
from budget_align.core.values.money import Currency
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.accountability.boards import close_item, hold_meeting, list_boards, note_item, open_briefing
from budget_align.services.accountability.evaluations import state_evaluation
from budget_align.services.accountability.owners import list_owners, state_owners, stated_owners
from budget_align.services.accountability.register import download_register, open_register, receive_register
from budget_align.services.outcomes.indicators import read_all, receive_indicators
from budget_align.services.record.trail import find_broken_event
from budget_align.services.runs.shares import programmes_of
from budget_align.services.runs.viewing import OpenRun, open_run
from tests.pages import problems, sign_in, token
from tests.workbooks import drawn

TODAY = date(2026, 11, 25)
BOARD = "Fair chances board"


@pytest.fixture
def run(northmere: Engine) -> OpenRun:
    return open_run(northmere)


def test_the_register_of_the_demonstration_has_every_gap(sqlite_engine: Engine, run: OpenRun) -> None:
    register, programmes = open_register(sqlite_engine, run, read_all(sqlite_engine, run.government, TODAY))
    rows = {row.code: row for row in register.rows}
    shown = int(run.part.loc[~run.part["kind"].isin(["memo", "transfer", "unaligned"]), "amount"].sum())
    assert register.aligned == shown == sum(row.amount for row in programmes)
    assert register.without_owner == rows["sdg-05"].amount + rows["sdg-17"].amount > 0
    assert rows["sdg-14"].amount == 0
    assert rows["sdg-14"].indicators == 1
    assert programmes[0].evaluation is None
    assert programmes[-1].evaluation is not None
    # Seen through a lens the same pounds are asked for the owners of its own outcomes: none is named there yet.
    through = open_run(sqlite_engine, lens="uk-missions-2024")
    seen, _ = open_register(sqlite_engine, through, [])
    assert seen.aligned + seen.unaligned == register.aligned + register.unaligned
    assert seen.without_owner == seen.aligned


def test_owners_and_evaluations_are_kept_and_changed(filled: Engine, settings: Settings) -> None:
    run = open_run(filled)
    said = {"subject": "mission:agenda-2030", "owner": "First Minister", "person": "", "board": ""}
    assert state_owners(filled, run, [said], "ana") == 1
    assert state_owners(filled, run, [said], "ana") == 0
    assert (list_owners(filled, run)["sdg-05"].owner, list_owners(filled, run)["sdg-05"].board) == (
        "First Minister",
        BOARD,
    )
    assert state_owners(filled, run, [{**said, "owner": ""}], "ana") == 1
    assert list_owners(filled, run)["sdg-05"].owner == ""
    with pytest.raises(RefusedError, match="no mission or outcome"):
        state_owners(filled, run, [{**said, "subject": "sdg-99"}], "ana")
    wards = {"body": "Treasury", "programme": "Tax collection", "status": "planned", "on": date(2027, 1, 1)}
    state_evaluation(filled, run, wards, "ana")
    state_evaluation(filled, run, {**wards, "status": "published", "link": "https://example.org/tax"}, "ana")
    with pytest.raises(RefusedError, match="no programme"):
        state_evaluation(filled, run, {**wards, "programme": "Nothing"}, "ana")
    with pytest.raises(RefusedError, match="needs the link"):
        state_evaluation(filled, run, {**wards, "status": "published"}, "ana")
    changed, findings = receive_register(
        filled, settings, run, download_register(filled, settings, run), "r.xlsx", "ana"
    )
    assert (changed, findings) == (0, ())
    changed, findings = receive_register(
        filled, settings, run, drawn("Outcome | Owner\nsdg-05 | Me\nno | Me"), "r.xlsx", "ana"
    )
    assert (changed, [finding.cell for finding in findings]) == (0, ["A3"])
    assert list_owners(filled, run)["sdg-05"].owner == ""
    assert find_broken_event(filled) is None


def test_what_two_people_say_of_one_that_does_not_hold_together_is_refused_in_words(
    filled: Engine, settings: Settings
) -> None:
    run = open_run(filled)
    nobody = {"subject": "mission:agenda-2030", "owner": "", "person": "", "board": ""}
    first = {**nobody, "owner": "First Minister"}
    state_owners(filled, run, [first], "ana")
    state_owners(filled, run, [nobody], "ana")
    # Moses names who holds the role that Ana takes away meanwhile.
    with pytest.raises(RefusedError, match="an accountable owner is a role"):
        state_owners(filled, run, [{**first, "person": "Mary"}], "moses", seen=[first])
    assert list_owners(filled, run)["sdg-05"].person == ""
    tax: dict[str, object] = {"body": "Treasury", "programme": "Tax collection"}
    linked = {"status": "published", "link": "https://example.org/tax", "on": ""}
    state_evaluation(filled, run, {**tax, **linked, "on": None}, "ana")
    state_evaluation(filled, run, {**tax, "status": "none"}, "ana")
    none = {"status": "none", "link": "https://example.org/tax", "on": ""}
    with pytest.raises(RefusedError, match="needs the link"):
        state_evaluation(filled, run, {**tax, **linked, "on": None}, "moses", seen=none)


def test_a_register_that_was_taken_along_takes_nothing_back_that_others_said_meanwhile(
    filled: Engine, settings: Settings
) -> None:
    run = open_run(filled)
    taken = download_register(filled, settings, run)

    def filled_in(cells: dict[tuple[str, str], str]) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(taken))
        for (name, row), text in cells.items():
            sheet = book["Owners"]
            place = next(each for each in sheet.iter_rows(min_row=2) if each[0].value == row)
            place[["Outcome or mission", "Name", "Owner", "Person", "Board"].index(name)].value = text
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    state_owners(filled, run, [{"subject": "sdg-05", "owner": "Moses", "person": "M", "board": ""}], "moses")
    # Of what Moses said, Ana's workbook changes the person alone; who owns sdg-06 is hers.
    mine = filled_in({("Owner", "sdg-06"): "Ana"})
    assert receive_register(filled, settings, run, mine, "r.xlsx", "ana") == (1, ())
    stated = stated_owners(filled, run.government, run.framework.code)
    assert (stated["sdg-05"].owner, stated["sdg-05"].person, stated["sdg-06"].owner) == ("Moses", "M", "Ana")
    other = filled_in({("Owner", "sdg-05"): "Ana"})
    with pytest.raises(ChangedSinceError) as caught:
        receive_register(filled, settings, run, other, "r.xlsx", "ana")
    assert [(each.now, each.yours) for each in caught.value.both] == [("Moses", "Ana")]
    # What others change once more is shown again.
    state_owners(filled, run, [{"subject": "sdg-05", "owner": "Mo", "person": "M", "board": ""}], "moses")
    with pytest.raises(ChangedSinceError) as again:
        receive_register(filled, settings, run, other, "r.xlsx", "ana", shown=caught.value.shown)
    assert receive_register(filled, settings, run, other, "r.xlsx", "ana", shown=again.value.shown)[0] == 1
    stated = stated_owners(filled, run.government, run.framework.code)
    assert (stated["sdg-05"].owner, stated["sdg-05"].person) == ("Ana", "M")


@pytest.mark.parametrize(("currency", "units"), [("GBP", 100), ("JPY", 1), ("KWD", 1000)])
def test_a_register_says_amounts_in_the_units_of_its_currency(
    northmere: Engine, settings: Settings, currency: str, units: int
) -> None:
    run = open_run(northmere)
    run = replace(run, terms=replace(run.terms, currency=Currency(currency)))
    book = openpyxl.load_workbook(io.BytesIO(download_register(northmere, settings, run)))
    rows = list(book["Evaluations"].iter_rows(min_row=2, max_col=3, values_only=True))
    spend = programmes_of(northmere, run)
    counted = spend[~spend["kind"].isin(SET_APART)].groupby(["body", "programme"])["amount"].sum()
    assert len(rows) > 5
    assert {(body, name): round(said * units) for body, name, said in rows} == counted.to_dict()


def test_what_a_board_decides_comes_back_until_it_is_closed(filled: Engine, settings: Settings) -> None:
    run = open_run(filled)

    def brief(day: date = TODAY):
        return open_briefing(filled, run, BOARD, read_all(filled, run.government, day), day)

    first = brief()
    assert first.since is None
    assert first.matters[0].what.startswith("Action overdue")
    assert len(first.open) == 2
    hold_meeting(filled, run, BOARD, TODAY, read_all(filled, run.government, TODAY), "ana", TODAY)
    note_item(
        filled, run, BOARD, "action", "Count the parcels again", "Director", date(2026, 12, 1), "sdg-02", "ana", TODAY
    )
    assert [item.what for item in brief().open][1] == "Count the parcels again"
    assert close_item(filled, run.government, first.open[0].id, "It is the price of food", "ana", TODAY) == BOARD
    with pytest.raises(RefusedError, match="was closed by ana"):
        close_item(filled, run.government, first.open[0].id, "Again", "ana", TODAY)
    after = brief()
    assert [item.result for item in after.closed] == ["It is the price of food"]
    assert after.changes == ()
    # Newer data turns a status; the next meeting sees it.
    receive_indicators(
        filled,
        settings,
        drawn("Code | Period | Value\nfood-parcels | 2024-25 | 49\nfood-parcels | 2025-26 | 30"),
        "v.xlsx",
        run.government,
        "ana",
        territory="Northmere",
    )
    (change,) = brief().changes
    assert (change.code, change.status_before, change.status) == ("sdg-02", "worsening", "improving")
    (board,) = [each for each in list_boards(filled, run, TODAY) if each.name == BOARD]
    assert (board.open, board.overdue, board.last_met) == (2, 0, TODAY)
    for day, says in ((date(2027, 1, 1), "lies ahead"), (date(2026, 1, 1), "in order")):
        with pytest.raises(RefusedError, match=says):
            hold_meeting(filled, run, BOARD, day, [], "ana", TODAY)
    with pytest.raises(RefusedError, match="No outcome comes before"):
        open_briefing(filled, run, "No board", [], TODAY)
    with pytest.raises(RefusedError, match="who does it and by when"):
        note_item(filled, run, BOARD, "action", "x", "", None, "", "ana", TODAY)


def test_the_pages_of_accountability_are_sound_and_take_what_people_say(full: FlaskClient) -> None:
    for path in ("/register", "/boards", f"/boards/{BOARD}", "/register?lens=uk-missions-2024"):
        page = full.get(path)
        assert page.status_code == 200
        assert problems(page.text) == []
    assert full.get("/boards/Nobody").status_code == 404
    assert full.get("/register/owners").status_code == 302
    sign_in(full)
    csrf = {"csrf_token": token(full, "/register")}
    for path in (
        "/register",
        "/register/owners",
        f"/boards/{BOARD}",
        "/register/evaluation?body=Treasury&programme=Tax+collection",
    ):
        assert problems(full.get(path).text) == []
    held = stated_owners(full.application.extensions["budget_align"][1], demonstration.GOVERNMENT, "un-sdg-2015")
    was = {f"was_{name}": getattr(held["sdg-05"], name) for name in ("owner", "person", "board")}
    wanted = {"subject": "sdg-05", "owner": "", "person": "Ada", "board": "", **was}
    page = full.post("/register/owners", data={**csrf, **wanted})
    assert page.status_code == 422
    assert "name it beside the person" in page.text
    assert problems(page.text) == []
    full.post(
        "/register/owners",
        data={
            **csrf,
            "subject": "sdg-05",
            "owner": "Equality <b>lead</b>",
            "person": "",
            "board": "Fair/chances board",
            **was,
        },
    )
    assert "Equality &lt;b&gt;lead&lt;/b&gt;" in full.get("/register").text
    assert full.get("/boards/Fair/chances%20board").status_code == 200
    said = {**csrf, "body": "Office for Justice and Safety", "programme": "Prisons", "status": "planned"}
    assert "is no date" in full.post("/register/evaluation", data={**said, "on": "soon"}).text
    assert full.post("/register/evaluation", data={**said, "on": "1 July 2027"}).status_code == 302
    assert any("1 July 2027" in full.get(f"/register?page={number}").text for number in range(1, 6))
    assert full.get("/register.xlsx").data.startswith(b"PK")
    for data, status in ((drawn("Outcome | Owner\nx | y"), 422), (b"nothing", 422)):
        assert full.post("/register", data={**csrf, "file": (io.BytesIO(data), "r.xlsx")}).status_code == status
    board = f"/boards/{BOARD}"
    assert full.post(f"{board}/items", data={**csrf, "what": "", "owner": "", "due": ""}).status_code == 422
    assert (
        full.post(
            f"{board}/items", data={**csrf, "kind": "decision", "what": "Go on", "owner": "Me", "due": "1 May 2027"}
        ).status_code
        == 302
    )
    page = full.get(board).text
    assert "Go on" in page
    assert full.post(f"{board}/meetings", data={**csrf, "held_on": "yesterday"}).status_code == 422
    number = page.split("/close")[0].rsplit("/", 1)[1]
    assert full.post(f"{board}/items/{number}/close", data={**csrf, "result": ""}).status_code == 422
    assert full.post(f"{board}/items/{number}/close", data={**csrf, "result": "Done"}).status_code == 302
    assert full.post(f"{board}/items/999/close", data={**csrf, "result": "Done"}).status_code == 404
