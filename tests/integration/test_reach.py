"""What one's roles do not reach is out of reach by way of what they do: through one's own workbooks, comments and links."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.people.policy import Held
from budget_align.core.returns.reading import Answers
from budget_align.core.values.money import Unit
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.approvals.approvals import comment, open_case
from budget_align.services.frameworks import catalogue
from budget_align.services.mappings.drafting import begin_draft
from budget_align.services.people.accounts import add_account, list_accounts
from budget_align.services.people.roles import list_roles
from budget_align.services.people.sign_ins import begin_sign_in
from budget_align.services.publishing.publications import ask_to_publish
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.drafts import read_draft, settle
from budget_align.services.returns.listing import list_submissions
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.viewing import open_run
from budget_align.services.scenarios.scenarios import begin_scenario, list_scenarios
from budget_align.web.app import create_app
from tests.marked import BODY, DRAFT, NAME, RETURN, SCENARIO, THOROUGH, Marked, shows, told, walk
from tests.pages import problems
from tests.returns import put_return
from tests.workbooks import drawn

OURS = demonstration.GOVERNMENT


@pytest.fixture
def app(settings: Settings, northmere: Engine) -> Flask:
    app = create_app(settings.model_copy(update={"public_reading": False}), northmere)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def browser(app: Flask, engine: Engine, email: str, *held: Held) -> FlaskClient:
    add_account(engine, email, "Someone", "several words do well", held)
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = begin_sign_in(engine, email)
    return client


def budget_of(body: str) -> bytes:
    return drawn(f"{body}\nBudget 2026-27, £\n\nLine | 2026-27\nSchools | 80\nRail | 20")


def test_a_return_takes_no_place_of_one_that_speaks_for_other_bodies_too(app: Flask, northmere: Engine) -> None:
    """The demonstration's first return is of four bodies; a fifth of it is no reason to end all."""
    ana = browser(app, northmere, "ana@example.org", Held("finance-analyst", OURS, "Treasury"))
    before = {each.id: each.status for each in list_submissions(northmere)}
    sent = {"file": (io.BytesIO(budget_of("Treasury")), "t.xlsx"), "government": OURS}
    shown = ana.post("/submissions/new", data=sent, follow_redirects=True)
    assert "already covers Treasury, budget 2026-27" in shown.text
    # What would change of lines of other bodies is not for her.
    assert "What it changes" not in shown.text
    form = dict(re.findall(r'name="(reading)" value="([^"]+)"', shown.text))
    told = ana.post(f"{shown.request.path}/confirm", data={**form, "overlap": "replace"})
    assert "speaks of other bodies too" in told.text
    assert problems(told.text) == []
    assert {each.id: each.status for each in list_submissions(northmere)} == before
    otto = browser(app, northmere, "otto@example.org", Held("finance-analyst", OURS))
    done = otto.post(f"{shown.request.path}/confirm", data={**form, "overlap": "replace"})
    assert done.status_code == 302
    assert sorted(each.status for each in list_submissions(northmere) if each.id in before).count("superseded") == 1


def test_a_workbook_that_claims_to_be_of_another_body_tells_nothing_of_that_body(app: Flask, northmere: Engine) -> None:
    other = "Department of Health and Care"
    ana = browser(app, northmere, "ana@example.org", Held("finance-analyst", OURS, "Treasury"))
    sent = {"file": (io.BytesIO(budget_of(other)), "h.xlsx"), "government": OURS}
    shown = ana.post("/submissions/new", data=sent, follow_redirects=True)
    assert "for which you may not confirm a return" in shown.text
    for words in ("already covers", "What it changes", "Confirm and store"):
        assert words not in shown.text
    assert problems(shown.text) == []
    form = dict(re.findall(r'name="(reading)" value="([^"]+)"', shown.text))
    refused = ana.post(f"{shown.request.path}/confirm", data={**form, "overlap": "replace"})
    assert "may not confirm a return" in refused.text
    assert "already covers" not in refused.text


def test_a_workbook_of_the_same_shape_is_read_alike_and_names_no_other_body(
    northmere: Engine, settings: Settings
) -> None:
    """What was confirmed for a body helps to read others' workbooks, and says whose it was to those of that body."""
    first = receive(northmere, settings, drawn("Item | Sum\nRoads | 5\nRail | 3"), "a.xlsx", OURS, "operator").draft_id
    assert first is not None
    said = Answers(body="Directorate Umbra", fiscal_year=2026, stage="budget", unit=Unit("GBP", 1))
    settle(northmere, settings, first, said, actor="operator")
    confirm(northmere, settings, first, "operator")
    for email, body, names in (("own@example.org", "Directorate Umbra", True), ("x@example.org", "Treasury", False)):
        add_account(northmere, email, "X", "several words do well", (Held("finance-analyst", OURS, body),))
        told = []
        for rows in ("Roads | 7\nRail | 4", "Roads | 7\nRail | 4\nBuses | 2"):
            sheet = drawn(f"Item | Sum{' | Note' if 'Buses' in rows else ''}\n{rows}{' ' + email}")
            got = receive(northmere, settings, sheet, "b.xlsx", OURS, email).draft_id
            assert got is not None
            told.append(read_draft(northmere, settings, got, actor=email).model_dump_json())
        assert ("Umbra" in "".join(told)) == names, email


def test_comments_are_on_what_is_there_and_seen(northmere: Engine) -> None:
    number = put_return(northmere, "Department of Works", {"Roads": 1}, by="operator", government=OURS)
    for email, held in (("a@x.org", Held("finance-analyst", OURS, "Treasury")), ("t@x.org", Held("auditor", "Theirs"))):
        add_account(northmere, email, "X", "several words do well", (held,))

    def refused(code: str, kind: str, government: str, subject: str, actor: str) -> None:
        with pytest.raises(RefusedError) as caught:
            comment(northmere, kind, government, subject, "", "Hm", actor)  # type: ignore[arg-type]
        assert caught.value.code == code

    refused("not-allowed", "return", OURS, str(number), "a@x.org")
    refused("not-allowed", "return", OURS, str(number), "t@x.org")
    for kind, government, subject in (
        ("return", "Theirs", str(number)), ("return", OURS, "987654"), ("return", OURS, "9" * 400), ("return", OURS, "²"),
        ("framework", OURS, "ours-2026"), ("framework", "", "nothing"), ("target", "Theirs", "crime"), ("nonsense", OURS, "1"),
    ):  # fmt: skip
        refused("not-found", kind, government, subject, "operator")
    assert open_case(northmere, "return", OURS, str(number)).remarks == ()
    comment(northmere, "return", OURS, str(number), "", "Hm", "operator")
    comment(northmere, "target", OURS, "crime", "", "Hm", "a@x.org")


def test_a_template_is_of_a_government_of_ones_own(app: Flask, northmere: Engine) -> None:
    theirs = browser(app, northmere, "t@example.org", Held("auditor", "Theirs"))
    assert theirs.get("/template.xlsx", query_string={"government": OURS}).status_code == 403
    assert theirs.get("/template.xlsx").status_code == 200


READ = (
    "/", "/scenarios", "/scenarios/{scenario}", "/scenarios/{scenario}.json", "/submissions", "/submissions/{number}",
    "/drafts/{draft}", "/publications", "/publications/{asked}", "/waiting", "/mappings", "/mappings/1",
    "/governments/{ours}", "/indicators/{ours}", "/?run={run}", "/unaligned?run={run}", "/report.pdf?run={run}",
    "/scenarios/compare?id={scenario}", "/scenarios/export.xlsx?id={scenario}", "/bodies/{body}", "/register",
    "/priorities", "/comparators", "/record", "/people", "/public", "/account",
)  # fmt: skip
"""Where something of what is not published could show."""


def test_what_nobody_has_published_shows_nowhere_to_readers(app: Flask, northmere: Engine, settings: Settings) -> None:
    """A return, a run, a scenario, requests and comments on them. Thoroughly, each address with each id of them."""
    draft = receive(northmere, settings, RETURN, "umbra.xlsx", OURS, "operator").draft_id
    assert draft is not None
    number = confirm(northmere, settings, draft, "operator")
    run_id = run_allocation(northmere, catalogue.mapping(demonstration.MAPPING), OURS, "operator").id
    run = open_run(northmere, run_id=run_id)
    scenario = begin_scenario(northmere, run, SCENARIO, 2, "operator")
    asked, _ = ask_to_publish(northmere, run_id, run.periods[:2], "operator", "With Halcyon")
    comment(northmere, "publication", OURS, str(asked), "", "Is Halcyon all?", "operator")
    waits = receive(northmere, settings, DRAFT, NAME, OURS, "operator").draft_id
    assert waits is not None
    begin_draft(northmere, OURS, "operator", title="Halcyon", framework="un-sdg-2015")
    reads = tuple(Held(role) for role in ("minister", "outcome-owner", "board-secretary"))
    client = browser(app, northmere, "reads@example.org", *reads)
    named = {"number": number, "draft": waits, "scenario": scenario, "asked": asked, "run": run_id, "ours": OURS}
    showing = {}
    for path in READ:
        address = path.format(**named, body=BODY)
        answer = client.get(address)
        assert answer.status_code < 500
        assert "Returns were added or replaced" not in answer.text if answer.mimetype == "text/html" else True
        if seen := shows(told(answer), address):
            showing[address] = seen
    assert showing == {}
    # What readers may do to scenarios, they may do to none that begins from a trial.
    for what in ("copy", "settings", "drop", "steps"):
        assert client.post(f"/scenarios/{scenario}/{what}", data={"revision": "1", "years": "3"}).status_code == 404
    assert [each.changed_by for each in list_scenarios(northmere, OURS)] == ["operator"]
    if THOROUGH:
        mine = Marked(number, waits, scenario, asked, run_id)
        count, found, _ = walk(app, northmere, mine, "reads@example.org")
        assert (count > 400, found) == (True, {})


def test_an_administrator_of_one_government_sees_no_people_of_others(app: Flask, northmere: Engine) -> None:
    for email, held in (
        ("theirs@example.org", (Held("auditor", "Theirs"),)), ("ours@example.org", (Held("auditor", OURS),)),
        ("both@example.org", (Held("auditor", OURS), Held("minister", "Theirs"))), ("new@example.org", ()),
    ):  # fmt: skip
        add_account(northmere, email, "X", "several words do well", held)
    numbers = {each.email: each.id for each in list_accounts(northmere)}
    admin = browser(app, northmere, "admin@example.org", Held("administrator", OURS))
    listed = admin.get("/people").text
    for email, seen in (("theirs", False), ("ours", True), ("both", True), ("new", True)):
        number = numbers[f"{email}@example.org"]
        assert (f"{email}@example.org" in listed, admin.get(f"/people/{number}").status_code) == (
            seen,
            200 if seen else 404,
        )
    number = numbers["theirs@example.org"]
    given = admin.post(f"/people/{number}/roles", data={"role": "auditor", "government": OURS})
    assert "There is no such account" in given.text
    assert [each.held.government for each in list_roles(northmere, "theirs@example.org")] == ["Theirs"]
    assert (
        "minister"
        not in admin.get(f"/people/{numbers['both@example.org']}").text.split("Give the role")[0].split("<form")[0]
    )
