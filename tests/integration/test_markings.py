"""What a marking hides is hidden wherever it could be shown: every address, with every id that is there, for every role."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from budget_align.config import Settings
from budget_align.core.people.marking import USUAL, Marking, action_of, known_to, narrowest
from budget_align.core.people.policy import ROLES, Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.approvals.approvals import comment
from budget_align.services.frameworks import catalogue
from budget_align.services.mappings.drafting import begin_draft
from budget_align.services.people.accounts import add_account
from budget_align.services.people.markings import mark, markings_of
from budget_align.services.people.sign_ins import begin_sign_in
from budget_align.services.people.tokens import make_token
from budget_align.services.publishing.publications import ask_to_publish, publish
from budget_align.services.record.trail import find_broken_event, list_events
from budget_align.services.returns.approving import approve_return, ask_for_approval
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.viewing import open_run
from budget_align.services.scenarios.scenarios import begin_scenario
from budget_align.web.app import create_app
from budget_align.web.people import gate
from tests.at_once import at_once
from tests.marked import BODY, DRAFT, NAME, OURS, PROGRAMME, RETURN, SCENARIO, THOROUGH, Marked, told, walk
from tests.returns import put_return

SECRET, CLOSED = "OFFICIAL-SENSITIVE", "SECRET"


@pytest.fixture
def marked(northmere: Engine, settings: Settings) -> Marked:
    """A return, a run that counts it and was published, a scenario on that, a draft; all that speaks of it is marked."""
    received = receive(northmere, settings, RETURN, "umbra.xlsx", OURS, "operator").draft_id
    assert received is not None
    number = confirm(northmere, settings, received, "operator")
    ask_for_approval(northmere, number, "operator")
    approve_return(northmere, number, "other")
    comment(northmere, "return", OURS, str(number), "Lines!B1", "Is Halcyon all?", "operator")
    mapping = catalogue.mapping(demonstration.MAPPING)
    run_id = run_allocation(northmere, mapping, OURS, "operator").id
    run = open_run(northmere, run_id=run_id)
    scenario = begin_scenario(northmere, run, SCENARIO, 2, "operator")
    first, second = ask_to_publish(northmere, run_id, run.periods[:2], "operator", "With Halcyon")
    publish(northmere, first, "other")
    # What waits is never closed; it waits as asked.
    assert second
    draft = receive(northmere, settings, DRAFT, NAME, OURS, "operator", marking=SECRET).draft_id
    assert draft is not None
    begin_draft(northmere, OURS, "operator", title="Ours", framework="un-sdg-2015")
    mark(northmere, USUAL, "return", str(number), SECRET, "", "operator")
    return Marked(number, draft, scenario, first, run_id)


@pytest.fixture
def app(settings: Settings, northmere: Engine, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(gate, "is_sure", lambda *_: True)
    app = create_app(settings.model_copy(update={"public_reading": True, "public_page": True}), northmere)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


HIDDEN_FROM = ("outcome-owner", "board-secretary", "administrator")
"""Roles that see nothing of what few see."""


def test_what_is_marked_shows_nowhere_to_those_who_may_not_see_it(
    app: Flask, northmere: Engine, marked: Marked, capsys: pytest.CaptureFixture[str]
) -> None:
    roles = {role: (Held(role),) for role in HIDDEN_FROM} | {"all": tuple(Held(role) for role in HIDDEN_FROM)}
    roles["body"] = (Held("finance-analyst", OURS, "Department of Learning"), Held("finance-approver", "Theirs"))
    for name, held in roles.items():
        add_account(northmere, f"{name}@example.org", "Someone", "several words do well", held)
    everyone = [None, *(f"{name}@example.org" for name in roles)] if THOROUGH else ["all@example.org"]
    add_account(northmere, "sees@example.org", "Someone", "several words do well", tuple(map(Held, ROLES)))
    counts = {}
    for email in everyone:
        count, found, statuses = walk(app, northmere, marked, email)
        assert found == {}, email
        assert not {status for status in statuses if status >= 500}, email
        counts[email or "nobody"] = count
    # The walk finds it where it may be seen.
    _, found, statuses = walk(app, northmere, marked, "sees@example.org", "" if THOROUGH else "GET /s")
    assert not {status for status in statuses if status >= 500}
    with capsys.disabled():
        print(f"\nwalk of what is marked: {counts}, shown to who may see it at {len(found)} addresses")
    assert len(found) > (40 if THOROUGH else 5)
    assert find_broken_event(northmere) is None


def test_who_allocates_what_they_may_not_see_is_told_why_it_is_not_shown(
    northmere: Engine, settings: Settings, marked: Marked
) -> None:
    closed = (*USUAL, Marking(CLOSED, "fewest"))
    mark(northmere, closed, "return", str(marked.submission_id), CLOSED, SECRET, "operator")
    app = create_app(settings.model_copy(update={"markings": closed}), northmere)
    app.config["WTF_CSRF_ENABLED"] = False
    for role, shown in (("mapping-owner", False), ("finance-analyst", True)):
        add_account(northmere, f"{role}@example.org", "Someone", "several words do well", (Held(role, OURS),))
        client = app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = begin_sign_in(northmere, f"{role}@example.org")
        answer = client.post("/runs", data={"government": OURS, "mapping": demonstration.MAPPING})
        assert answer.status_code == 302, role
        page = client.get(answer.headers["Location"])
        assert page.status_code == 200
        assert ("stays hidden from you" in page.text) is not shown
        assert (BODY in page.text) is shown


def test_the_api_shows_what_is_marked_to_who_may_see_it_alone(app: Flask, northmere: Engine, marked: Marked) -> None:
    client = app.test_client()
    address = f"/api/v1/governments/{quote(OURS)}/figures"
    statuses = {}
    for role in ("auditor", "outcome-owner"):
        add_account(northmere, f"{role}@example.org", "Someone", "several words do well", (Held(role),))
        head = {"Authorization": f"Bearer {make_token(northmere, f'{role}@example.org', 'reads', ['see-figures'])}"}
        asked = [client.get(address, query_string=query, headers=head) for query in ({}, {"run": marked.run})]
        statuses[role] = [each.status_code for each in asked]
        statuses[role] += [each.get_json().get("marking") for each in asked[:1]]
    # What is published and marked is not there for an outcome owner; what was published before another run is.
    assert statuses["auditor"] == [200, 200, SECRET]
    assert statuses["outcome-owner"][1:] == [404, ""]


def test_a_marking_stands_on_pages_and_in_print(app: Flask, northmere: Engine, marked: Marked) -> None:
    from budget_align.services.runs.reporting import build_report
    from reports.pdf import make_html

    add_account(northmere, "sees@example.org", "Someone", "several words do well", tuple(map(Held, ROLES)))
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = begin_sign_in(northmere, "sees@example.org")
    for path in (
        f"/?run={marked.run}", f"/unaligned?run={marked.run}", f"/submissions/{marked.submission_id}",
        f"/drafts/{marked.draft_id}", f"/scenarios/{marked.scenario_id}", f"/publications/{marked.publication_id}",
    ):  # fmt: skip
        assert f"<strong>{SECRET}</strong>" in client.get(path).text, path
    run = open_run(northmere, run_id=marked.run)
    assert make_html(build_report(northmere, run)).count(SECRET) == 2
    assert SECRET in told(client.get(f"/scenarios/export.xlsx?id={marked.scenario_id}"))
    assert client.get(f"/scenarios/{marked.scenario_id}.json").get_json()["marking"] == SECRET


def test_a_marking_is_changed_by_who_saw_it_and_both_are_told(filled: Engine) -> None:
    number = put_return(filled, BODY, {PROGRAMME: 1}, by="operator", government=OURS)
    subject = str(number)
    found = at_once(
        lambda: mark(filled, USUAL, "return", subject, SECRET, "", "ana"),
        lambda: mark(filled, USUAL, "return", subject, "OFFICIAL", "", "moses"),
    )
    assert sorted(map(str, found)) == ["None", "changed-meanwhile"]
    (now,) = markings_of(filled, "return", number)
    other = "OFFICIAL" if now == SECRET else SECRET
    with pytest.raises(RefusedError, match=f"marked {now} now, and you chose {other}") as caught:
        mark(filled, USUAL, "return", subject, other, "", "moses")
    assert caught.value.code == "changed-meanwhile"
    with pytest.raises(RefusedError, match="none of the markings: OFFICIAL, OFFICIAL-SENSITIVE"):
        mark(filled, USUAL, "return", subject, "COSMIC", now, "ana")
    for role, allowed in (("minister", False), ("finance-analyst", True)):
        add_account(filled, f"{role}@example.org", "Someone", "several words do well", (Held(role, OURS),))
        if allowed:
            mark(filled, USUAL, "return", subject, "", now, f"{role}@example.org")
        else:
            with pytest.raises(RefusedError, match="may not mark"):
                mark(filled, USUAL, "return", subject, "", now, f"{role}@example.org")
    assert markings_of(filled, "return", number) == ()
    (event,) = list_events(filled, what="marked", limit=1).events
    assert (event.facts["before"], event.facts["after"]) == (now, "")


def test_a_draft_hands_its_marking_to_its_return_and_a_workbook_is_marked_when_sent(
    app: Flask, northmere: Engine, settings: Settings
) -> None:
    add_account(northmere, "sees@example.org", "Someone", "several words do well", tuple(map(Held, ROLES)))
    client: FlaskClient = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = begin_sign_in(northmere, "sees@example.org")
    sent = client.post(
        "/submissions/new",
        data={"file": (io.BytesIO(DRAFT), NAME), "government": OURS, "marking": SECRET},
        follow_redirects=True,
    )
    assert f"<strong>{SECRET}</strong>" in sent.text
    with northmere.connect() as connection:
        (draft,) = connection.execute(text("SELECT id FROM draft WHERE marking <> ''")).one()
    number = confirm(northmere, settings, draft, "operator")
    assert markings_of(northmere, "return", number) == (SECRET,)
    assert f"<strong>{SECRET}</strong>" in client.get(f"/submissions/{number}").text


def test_a_governments_own_markings_and_those_it_no_longer_knows() -> None:
    own = (*USUAL, Marking("CABINET", "fewest", "Ours"))
    assert [each.name for each in known_to(own, "Ours")] == ["OFFICIAL", SECRET, "CABINET"]
    assert [each.name for each in known_to(own, "Theirs")] == ["OFFICIAL", SECRET]
    assert [action_of(own, each.name) for each in own] == ["", "see-sensitive", "see-closed"]
    assert action_of(own, "Of long ago") == "see-closed"
    assert narrowest(own, ["CABINET", "", "OFFICIAL"]) == "CABINET"
    assert narrowest(own, ["Of long ago", "CABINET"]) == "Of long ago"
    assert narrowest(own, []) == ""
