"""Assessments of policies, stored, shown beside an outcome, and in no sum."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from budget_align.core.values.refusal import RefusedError
from budget_align.services.accountability.assessments import (
    add_assessment,
    change_assessment,
    list_assessments,
    remove_assessment,
)
from budget_align.services.record.trail import find_broken_event
from budget_align.services.runs.reporting import build_report
from budget_align.services.runs.viewing import open_run
from budget_align.store.tables import AuditEvent
from tests.at_once import at_once
from tests.pages import problems, sign_in, token

TODAY = date(2026, 11, 25)
SAID: dict[str, Any] = {
    "outcome": "sdg-13",
    "policy": "Free bus travel",
    "direction": "positive",
    "strength": "moderate",
    "by": "Fiscal council",
    "on": date(2026, 6, 30),
    "link": "https://example.org/report",
    "concerns": "Ministry of Transport",
}


def test_assessments_are_kept_changed_and_removed_and_change_no_sum(filled: Engine) -> None:
    run = open_run(filled)
    before = build_report(filled, run)
    add_assessment(filled, run, SAID, "ana", TODAY)
    (row,) = list_assessments(filled, run, "sdg-13")
    assert (row.policy, row.direction, row.strength, row.concerns) == (
        "Free bus travel",
        "positive",
        "moderate",
        "Ministry of Transport",
    )
    after = build_report(filled, open_run(filled))
    assert [(each.policy, each.effect) for each in after.assessments] == [("Free bus travel", "positive moderate")]
    assert (after.figures, after.outcomes) == (before.figures, before.outcomes)
    assert row.id is not None
    change_assessment(filled, run, row.id, 0, {**SAID, "direction": "neutral"}, "ben", TODAY)
    with pytest.raises(RefusedError, match="meanwhile"):
        change_assessment(filled, run, row.id, 0, SAID, "ana", TODAY)
    with pytest.raises(RefusedError, match="meanwhile"):
        remove_assessment(filled, run, row.id, 0, "ana")
    (changed,) = list_assessments(filled, run, "sdg-13")
    assert (changed.direction, changed.strength, changed.revision) == ("neutral", "", 1)
    assert remove_assessment(filled, run, row.id, 1, "ana") == "Free bus travel"
    assert list_assessments(filled, run, "sdg-13") == []
    assert find_broken_event(filled) is None
    with Session(filled) as session:
        actions = session.scalars(select(AuditEvent.action).order_by(col(AuditEvent.id).desc()).limit(3)).all()
    assert actions == ["policy assessment removed", "policy assessment changed", "policy assessed"]


def test_of_two_who_change_the_same_assessment_at_once_one_is_told(filled: Engine) -> None:
    run = open_run(filled)
    add_assessment(filled, run, SAID, "ana", TODAY)
    (row,) = list_assessments(filled, run, "sdg-13")

    def change_it(name: str) -> Callable[[], object]:
        said = {**SAID, "policy": f"By {name}"}
        return lambda: change_assessment(filled, run, row.id or 0, 0, said, name, TODAY)

    assert sorted(map(str, at_once(change_it("ana"), change_it("ben")))) == ["None", "changed-meanwhile"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"direction": ""}, "which way"),
        ({"on": None}, "of which day"),
        ({"on": date(2027, 1, 1)}, "lies ahead"),
        ({"outcome": "sdg-99"}, "is no outcome"),
        ({"concerns": "Ministry of Silly Walks"}, "no body or programme 'Ministry of Silly Walks'"),
        ({"link": ""}, "link"),
    ],
)
def test_what_does_not_hold_together_is_refused(northmere: Engine, wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RefusedError, match=sentence):
        add_assessment(northmere, open_run(northmere), {**SAID, **wrong}, "ana", TODAY)


def test_the_outcomes_page_shows_assessments_and_takes_them(full: FlaskClient) -> None:
    address = "/outcomes/sdg-13/assessments/new"
    assert "/sign-in" in full.get(address).headers["Location"]
    assert "Policies that were assessed" not in full.get("/outcomes/sdg-13").text
    sign_in(full)
    assert problems(full.get(address).text) == []
    csrf = {"csrf_token": token(full, "/register")}
    wrong = full.post(address, data={**csrf, **SAID, "on": "soon", "concerns": "<b>"})
    assert wrong.status_code == 422
    assert "is no date" in wrong.text
    assert problems(wrong.text) == []
    kept = full.post(address, data={**csrf, **SAID, "on": "30 June 2026", "policy": "Free <i>bus</i> travel"})
    assert kept.headers["Location"].endswith("#policies")
    page = full.get("/outcomes/sdg-13").text
    assert problems(page) == []
    assert "Free &lt;i&gt;bus&lt;/i&gt; travel" in page
    assert "serves it, moderately" in page
    assert "30 June 2026" in page
    one = "/outcomes/sdg-13/assessments/1"
    assert problems(full.get(one).text) == []
    said = {**csrf, **SAID, "on": "30 June 2026", "direction": "negative", "revision": "0"}
    assert full.post(one, data=said).status_code == 302
    assert "works against it, moderately" in full.get("/outcomes/sdg-13").text
    assert full.post(f"{one}/remove", data={**csrf, "revision": "0"}).status_code in (404, 409, 422)
    assert full.post(f"{one}/remove", data={**csrf, "revision": "1"}).status_code == 302
    assert "Policies that were assessed" not in full.get("/outcomes/sdg-13").text
