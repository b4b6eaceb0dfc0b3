"""Public priorities from ballots to the page that sets them beside spend."""

from __future__ import annotations

import io
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.outcomes.consulting import (
    beside_spend,
    drop_consultation,
    list_consultations,
    receive_ballots,
)
from budget_align.services.runs.viewing import open_run
from budget_align.store.tables import Consultation
from tests.pages import problems, sign_in
from tests.workbooks import drawn

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
    assert (counted.method, counted.ballots) == ("mean share", 20)
    assert [(w.outcome, round(w.share, 6)) for w in counted.weights] == [("sdg-03", 0.5), ("sdg-04", 0.5)]
    north = held.result.groups["North"]
    assert north is not None
    assert north.weights[0].share == 0.75
    drop_consultation(engine, "Ours", held.id, "ana")
    assert list_consultations(engine, "Ours") == []
    with pytest.raises(RefusedError, match="no such consultation"):
        drop_consultation(engine, "Ours", held.id, "ana")


def test_bad_ballots_store_nothing(sqlite_engine: Engine, settings: Settings) -> None:
    held_id, findings = send(sqlite_engine, settings, "sdg-03 | sdg-04\n5 | many", kind="points")
    assert held_id is None
    assert [finding.cell for finding in findings] == ["B2"]
    held_id, findings = send(sqlite_engine, settings, "sdg-03 | sdg-04\n" + "1 | 2\n" * 12)
    assert held_id is None
    assert ["points or ranks" in finding.message for finding in findings] == [True]
    with pytest.raises(RefusedError, match="Enter a name"):
        send(sqlite_engine, settings, BALLOTS, name=" ")
    with pytest.raises(RefusedError, match="which borda cannot count"):
        send(sqlite_engine, settings, BALLOTS, method="borda")
    assert list_consultations(sqlite_engine, "Ours") == []


def test_ties_and_kind_reach_what_is_kept(engine: Engine, settings: Settings) -> None:
    sheet = "sdg-03 | sdg-04 | sdg-05\n" + "1 | 1 | 2\n" * 30
    assert send(engine, settings, sheet)[0] is None
    send(engine, settings, sheet, kind="ranked")
    (held,) = list_consultations(engine, "Ours")
    assert [weight.share for weight in held.result.priorities.weights] == [0.5, 0.5, 0]


def points(**groups: int) -> str:
    """Ballots of groups, "none" of no stated one, each group leaning its own way."""
    rows = [
        f"{'' if name == 'none' else name} | {20 + 10 * lean} | {80 - 10 * lean}"
        for lean, (name, count) in enumerate(groups.items())
        for _ in range(count)
    ]
    return "\n".join(["Group | sdg-03 | sdg-04", *rows])


def shown_groups(engine: Engine) -> dict[str, float | None]:
    held = list_consultations(engine, "Ours")[0]
    return {name: found.weights[0].share if found else None for name, found in held.result.groups.items()}


def test_a_group_cannot_be_worked_out_from_the_total_or_from_blanks(engine: Engine, settings: Settings) -> None:
    # 3 of no group: all less North would be they. 2 empty ballots make South no larger than it is.
    send(engine, settings, points(North=30, none=3))
    assert shown_groups(engine) == {"North": None}
    send(engine, settings, points(North=50, South=9) + "\nSouth | |\nSouth | 0 | 0", name="Other", kind="points")
    assert shown_groups(engine) == {"North": None, "South": None}
    # One and two: both are small, and together still few, so that the next smallest is hidden with them.
    send(engine, settings, points(A=1, B=2, C=12, D=40), name="Third")
    assert shown_groups(engine) == {"A": None, "B": None, "C": None, "D": 0.5}


def test_a_consultation_of_few_is_shown_to_nobody(engine: Engine, settings: Settings) -> None:
    for sheet, kind in (
        (points(North=9), "points"),
        (points(North=9) + "\nNorth | | \nNorth | 0 | 0", "points"),
        ("First | Second\n" + "sdg-03 | sdg-04\n" * 9, ""),
    ):
        with pytest.raises(RefusedError, match="fewer than 10 ballots"):
            send(engine, settings, sheet, kind=kind)
    assert list_consultations(engine, "Ours") == []
    # Nine people who make many choices are still nine.
    pairs = "Respondent | Preferred | Over\n" + "\n".join(f"{i % 9} | sdg-03 | sdg-04" for i in range(90))
    with pytest.raises(RefusedError, match="fewer than 10 ballots"):
        send(engine, settings, pairs)


def test_two_looks_in_time_tell_nothing_of_a_few_ballots(engine: Engine, settings: Settings) -> None:
    send(engine, settings, points(North=30, South=30))
    before = shown_groups(engine)
    # One more ballot is not counted anew, whatever the consultation is called.
    for name in ("Survey", "survey ", "Survey again"):
        with pytest.raises(RefusedError, match="worked out from the two"):
            send(engine, settings, points(North=31, South=30), name=name)
    # Ten more in one group and two in the other: neither is renewed, since all less the one would be those two.
    later = points(North=32, South=40).replace("North | 20 | 80", "North | 100 | 0", 2)
    send(engine, settings, later)
    assert len(list_consultations(engine, "Ours")) == 2
    assert shown_groups(engine) == before
    # Enough more in both.
    send(engine, settings, points(North=60, South=60).replace("North | 20 | 80", "North | 100 | 0", 15))
    after = shown_groups(engine)
    assert after["North"] == 0.4
    assert after["South"] == 0.3


def test_looks_at_other_names_methods_and_outcomes_tell_no_more(engine: Engine, settings: Settings) -> None:
    """What a person who kept the first figures could subtract, by each way round the name and the method."""
    ranks = "Group | sdg-03 | sdg-04\n"
    send(engine, settings, ranks + "North | 1 | 2\n" * 15 + "South | 2 | 1\n" * 15, kind="ranked")
    # Counted by another method between: North has one ballot more than it had, South enough.
    more = ranks + "North | 1 | 2\n" * 15 + "South | 2 | 1\n" * 25
    send(engine, settings, more, kind="ranked", method="bradley-terry")
    later = more.replace("sdg-04\n", "sdg-04\nNorth | 2 | 1\n") + "South | 2 | 1\n" * 9
    send(engine, settings, later, kind="ranked")
    assert shown_groups(engine)["North"] in (None, 1.0)
    # One ballot more is not counted by another method either, which of two outcomes tells the same.
    with pytest.raises(RefusedError, match="worked out from the two"):
        send(engine, settings, later + "South | 1 | 2", kind="ranked", method="bradley-terry")


def test_a_group_of_which_one_ballot_is_new_is_not_shown_under_another_name(engine: Engine, settings: Settings) -> None:
    send(engine, settings, points(North=30, South=30))
    send(engine, settings, points(North=31, South=40).replace("North | 20 | 80", "North | 100 | 0", 1), name="In June")
    # All less all before, less South less South before, would be the one; so that South is not shown anew either.
    assert shown_groups(engine) == {"North": None, "South": None}
    # Another consultation, of other people, is as it is.
    send(engine, settings, points(South=53, North=64), name="Next year", of_other_people=True)
    assert shown_groups(engine) == {"South": 0.2, "North": 0.3}


def test_what_is_kept_holds_back_exchanges_and_groups_that_are_others_and_a_few(
    engine: Engine, settings: Settings
) -> None:
    send(engine, settings, points(North=30, South=30))
    before = shown_groups(engine)
    # One of the north is another person's, while forty came to the south.
    send(engine, settings, points(North=30, South=70).replace("North | 20 | 80", "North | 100 | 0", 1))
    assert shown_groups(engine) == before
    # The young are the north and three more; who else answered, nobody did before.
    sheet = points(Young=30, Old=95) + "\nYoung | 100 | 0" * 3
    send(engine, settings, sheet, name="By age", kind="points")
    assert shown_groups(engine)["Young"] is None
    with pytest.raises(RefusedError, match="say so"):
        send(engine, settings, points(North=33), name="North")
    send(engine, settings, points(North=33), name="North", of_other_people=True)
    assert shown_groups(engine) == {"North": 0.2}
    with Session(engine) as session:
        kept = [json.loads(row.result) for row in session.exec(select(Consultation))]
    # Of a group of fewer than ten nothing is kept that it gives.
    assert all(sum(votes.values()) >= 10 for result in kept for votes in result["votes"].values())


def test_a_column_left_out_or_a_consultation_removed_makes_no_other_ballots_of_them(
    engine: Engine, settings: Settings
) -> None:
    three = "sdg-03 | sdg-04 | sdg-05\n" + "70 | 30 | 0\n" * 30
    held, _ = send(engine, settings, three, kind="points")
    two = "sdg-03 | sdg-04\n" + "70 | 30\n" * 30 + "0 | 100"
    with pytest.raises(RefusedError, match="worked out from the two"):
        send(engine, settings, two, kind="points")
    drop_consultation(engine, "Ours", held or 0, "ana")
    assert list_consultations(engine, "Ours") == []
    with pytest.raises(RefusedError, match="worked out from the two"):
        send(engine, settings, three + "0 | 100 | 0", kind="points")
    with pytest.raises(RefusedError, match="no such consultation"):
        drop_consultation(engine, "Ours", held or 0, "ana")
    # The same again is told again.
    send(engine, settings, three, kind="points")
    assert len(list_consultations(engine, "Ours")) == 1


def test_priorities_stand_beside_spend(northmere: Engine) -> None:
    run = open_run(northmere)
    (held,) = list_consultations(northmere, run.government)
    rows = beside_spend(run, held)
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
    # Counted in steps, so that nobody sees a single ballot come.
    assert "20 ballots or more" in after
    assert problems(after) == []
    one_more = f"{BALLOTS}\nNorth | 75 | 25"
    held = post(one_more, name="Elsewhere")
    assert (held.status_code, "say so" in held.text) == (422, True)
    assert post(one_more, name="Elsewhere", others="yes").status_code == 302
    wrong = post("sdg-03 | sdg-04\n5 | many")
    assert wrong.status_code == 422
    few = post("First | Second\nsdg-03 | sdg-04")
    assert few.status_code == 422
    assert "fewer than 10 ballots" in few.text
    assert problems(few.text) == []
    assert problems(wrong.text) == []
    assert post(BALLOTS, name="").status_code == 422
    assert full.post("/priorities", data=csrf).status_code == 400
    assert full.post("/priorities/99/drop", data=csrf).status_code == 404
