"""Public priorities from ballots to the page that sets them beside spend."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.refusal import RefusedError
from budget_align.services.consulting import drop_consultation, list_consultations, receive_ballots, set_beside
from budget_align.services.viewing import open_run
from tests.integration.test_pages import client, full, problems, sign_in
from tests.workbooks import drawn

__all__ = ["client", "full"]

BALLOTS = "Group | sdg-03 | Quality education\n" + "\n".join(["North | 75 | 25"] * 12 + ["South | 25 | 75"] * 12)


def send(engine: Engine, settings: Settings, sheet: str, **said: str):
    return receive_ballots(
        engine, settings, drawn(sheet), "b.xlsx", "Ours", "ana", framework="un-sdg-2015", **{"name": "Survey", **said}
    )


def test_ballots_are_counted_and_only_what_they_add_up_to_is_kept(engine: Engine, settings: Settings) -> None:
    held_id, findings = send(engine, settings, BALLOTS)
    assert findings == ()
    (held,) = list_consultations(engine, "Ours", "un-sdg-2015")
    assert held.id == held_id
    counted = held.result.priorities
    assert (counted.method, counted.ballots) == ("mean share", 24)
    assert [(w.outcome, round(w.share, 6)) for w in counted.weights] == [("sdg-03", 0.5), ("sdg-04", 0.5)]
    north = held.result.groups["North"]
    assert north is not None
    assert north.weights[0].share == 0.75
    drop_consultation(engine, "Ours", held.id, "ana")
    assert list_consultations(engine, "Ours") == []
    with pytest.raises(RefusedError, match="no such consultation"):
        drop_consultation(engine, "Ours", held.id, "ana")


def test_bad_ballots_store_nothing(sqlite_engine: Engine, settings: Settings) -> None:
    held_id, findings = send(sqlite_engine, settings, "sdg-03 | sdg-04\n5 | many")
    assert held_id is None
    assert [finding.cell for finding in findings] == ["B2"]
    with pytest.raises(RefusedError, match="Enter a name"):
        send(sqlite_engine, settings, BALLOTS, name=" ")
    with pytest.raises(RefusedError, match="which borda cannot count"):
        send(sqlite_engine, settings, BALLOTS, method="borda")
    assert list_consultations(sqlite_engine, "Ours") == []


def test_priorities_stand_beside_spend(northmere: Engine) -> None:
    run = open_run(northmere)
    (held,) = list_consultations(northmere, run.government)
    rows = set_beside(run, held)
    assert held.result.priorities.ballots == 120
    assert sum(row.priority for row in rows) == pytest.approx(1)
    assert sum(row.spend or 0 for row in rows) == pytest.approx(1)
    # The isles sent 7 ballots, too few to show; the next smallest group is hidden with them.
    assert {name for name, found in held.result.groups.items() if found is None} == {"Outer isles", "Uplands"}
    health = next(row for row in rows if row.code == "sdg-03")
    assert health.gap is not None
    assert health.gap < 0


def test_the_page_of_priorities_is_sound_and_takes_ballots(full: FlaskClient) -> None:
    page = full.get("/priorities")
    assert page.status_code == 200
    assert "too few" in page.text
    assert problems(page.text) == []
    assert "Nobody was asked yet" in full.get("/priorities?lens=uk-missions-2024").text
    sign_in(full)
    shown = full.get("/priorities").text
    csrf = {"csrf_token": shown.split('name="csrf_token" value="')[1].split('"')[0]}

    def post(sheet: str, **said: str):
        return full.post(
            "/priorities", data={**csrf, "name": "Mine", "file": (io.BytesIO(drawn(sheet)), "b.xlsx"), **said}
        )

    done = post(BALLOTS)
    assert done.status_code == 302
    after = full.get(done.headers["Location"]).text
    assert "24 ballots" in after
    assert problems(after) == []
    wrong = post("sdg-03 | sdg-04\n5 | many")
    assert wrong.status_code == 422
    assert problems(wrong.text) == []
    assert post(BALLOTS, name="").status_code == 422
    assert full.post("/priorities", data=csrf).status_code == 400
    assert full.post("/priorities/99/drop", data=csrf).status_code == 404
