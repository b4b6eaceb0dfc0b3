"""Everything that two people can edit: the second to save is shown both, and what neither touched of the other's stays."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.editing.meanwhile import ChangedSinceError, find_changes
from budget_align.services import demonstration
from budget_align.services.accountability.assessments import add_assessment
from budget_align.services.frameworks.frameworks import receive_framework
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.shares import programmes_of
from budget_align.services.runs.viewing import open_run
from budget_align.services.scenarios.scenarios import begin_scenario
from budget_align.web.app import create_app
from tests.frameworks import ABOUT, OWN
from tests.pages import fields, problems, sign_in
from tests.workbooks import drawn, workbook

OURS = demonstration.GOVERNMENT


@pytest.fixture
def app_client(settings: Settings, northmere: Engine) -> FlaskClient:
    app = create_app(settings, northmere)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@given(st.dictionaries(st.sampled_from("abc"), st.tuples(*[st.sampled_from("123")] * 3)))
def test_what_two_change_comes_together_or_both_are_shown(said: dict[str, tuple[str, str, str]]) -> None:
    """Beside a plain account, field by field."""
    seen, wanted, now = ({key: each[place] for key, each in said.items()} for place in range(3))
    clashes = {key for key, (s, w, n) in said.items() if s != w and s != n and w != n}
    if clashes:
        with pytest.raises(ChangedSinceError) as caught:
            find_changes(seen, wanted, now, str)
        assert {each.what for each in caught.value.both} == clashes
    else:
        changed = find_changes(seen, wanted, now, str)
        assert {**now, **changed} == {key: n if s == w else w for key, (s, w, n) in said.items()}


@dataclass(frozen=True)
class Edited:
    """A form that two people have open: its page, the field that both change, and what each makes of it."""

    page: str
    action: str
    field: str
    first: str
    second: str


def put(sent: list[tuple[str, str]], field: str, value: str) -> dict[str, list[str]]:
    """What is sent with the first field of that name as a person leaves it."""
    said: dict[str, list[str]] = {}
    for name, each in sent:
        said.setdefault(name, []).append(value if name == field and not said.get(name) else each)
    return said


def cases(engine: Engine, settings: Settings) -> dict[str, Edited]:
    run = open_run(engine)
    facts = {"outcome": "sdg-03", "policy": "Free fares", "direction": "positive", "strength": "weak", "by": "Audit"}
    today = run.ran_at.date()
    add_assessment(engine, run, {**facts, "on": today, "link": "https://example.org"}, "ana", today)
    scenario = begin_scenario(engine, run, "More", 2, "ana")
    draft = receive(
        engine, settings, drawn("Works\nBudget 2026-27, £\n\nLine | 2026-27\nRoads | 8"), "w.xlsx", OURS, "a"
    )
    within = f"?run={run.id[:16]}&period={run.stage}-{run.fiscal_year}"
    sheet = f"/drafts/{draft.draft_id}/sheets/0"
    programme = "/register/evaluation" + within
    body, name = programmes_of(engine, run)[["body", "programme"]].iloc[0]
    return {
        "levels": Edited(f"/governments/{OURS}", f"/governments/{OURS}/levels", "level", "devolved", "UK"),
        "outcomes": Edited(f"/indicators/{OURS}", f"/indicators/{OURS}/outcomes", "outcome", "sdg-10", "sdg-09"),
        "owners": Edited("/register/owners" + within, "/register/owners" + within, "owner", "First", "Second"),
        "evaluation": Edited(programme + f"&body={body}&programme={name}", programme, "status", "planned", "under way"),
        "assessment": Edited(
            f"/outcomes/sdg-03/assessments/1{within}", f"/outcomes/sdg-03/assessments/1{within}", "policy", "A", "B"
        ),
        "scenario": Edited(f"/scenarios/{scenario}", f"/scenarios/{scenario}/settings", "years", "3", "4"),
        "sheet": Edited(sheet, sheet, "stage", "plan", "outturn"),
    }


@pytest.mark.parametrize("what", ["levels", "outcomes", "owners", "evaluation", "assessment", "scenario", "sheet"])
def test_the_second_to_save_is_shown_both(
    app_client: FlaskClient, northmere: Engine, settings: Settings, what: str
) -> None:
    edited = cases(northmere, settings)[what]
    sign_in(app_client)
    page = app_client.get(edited.page).text
    sent = fields(page, edited.field)
    first = app_client.post(edited.action, data=put(sent, edited.field, edited.first))
    assert first.status_code == 302, first.text[-800:]
    second = app_client.post(edited.action, data=put(sent, edited.field, edited.second))
    assert second.status_code == 409
    assert problems(second.text) == []
    assert "Changed meanwhile" in second.text
    assert "Yours" in second.text
    # With both in sight, it is sent again, and holds.
    again = fields(second.text, edited.field)
    done = app_client.post(edited.action, data=put(again, edited.field, edited.second))
    assert done.status_code == 302, done.text[-800:]
    # Who sends a page as it was before, and changed nothing of it, takes nothing back.
    if what in ("levels", "outcomes", "owners", "evaluation"):
        assert app_client.post(edited.action, data=put(sent, "none", "")).status_code == 302
        now = dict(reversed(fields(app_client.get(edited.page).text, edited.field)))
        assert now[edited.field] == edited.second


def test_another_framework_of_the_same_code_takes_anothers_place_only_when_told(
    app_client: FlaskClient, northmere: Engine, settings: Settings
) -> None:
    receive_framework(northmere, settings, OWN, "f.xlsx", "moses")
    rows = [["Mission", "Outcome code", "Outcome"], ["Care", "o-health", "Health <for> all"]]
    other = workbook(About=ABOUT, Outcomes=rows)
    sign_in(app_client)

    def send(**more: str) -> object:
        return app_client.post("/frameworks", data={"file": (io.BytesIO(other), "g.xlsx"), **more})

    shown = send()
    assert (shown.status_code, problems(shown.text)) == (409, [])  # type: ignore[attr-defined]
    assert "Health &lt;for&gt; all" in shown.text  # type: ignore[attr-defined]
    assert "Homes" in shown.text  # type: ignore[attr-defined]
    assert send(over="yes").status_code == 409  # type: ignore[attr-defined]
    (over,) = re.findall(r'name="over" value="(\w+)"', shown.text)  # type: ignore[attr-defined]
    assert send(over=over).status_code == 302  # type: ignore[attr-defined]
    # One's own is sent again without a word.
    assert send().status_code == 302  # type: ignore[attr-defined]
