"""Publishing, on both databases: two people, one published run a period, and nothing of a trial where it may not be."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.returns.reading import Answers
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.approvals.approvals import comment, list_waiting
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.approving import (
    approval_of_framework,
    ask_for_publication,
    send_framework_back,
)
from budget_align.services.frameworks.frameworks import publish_framework, receive_framework
from budget_align.services.mappings.approving import approve_bundled
from budget_align.services.publishing.movements import changes_of_published
from budget_align.services.publishing.publications import (
    ask_to_publish,
    list_publications,
    open_publication,
    publish,
    send_back,
    take_back,
    withdraw,
)
from budget_align.services.record.trail import find_broken_event, list_events
from budget_align.services.returns.approving import (
    approval_of_return,
    approve_return,
    ask_for_approval,
    send_return_back,
)
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.drafts import settle
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.reporting import build_report
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.viewing import list_runs, open_run
from budget_align.services.scenarios.scenarios import begin_scenario
from budget_align.web.app import create_app
from tests.at_once import at_once
from tests.frameworks import OWN
from tests.pages import fields, problems
from tests.returns import put_return
from tests.workbooks import workbook

ANA, MOSES, OTTO = "ana@example.org", "moses@example.org", "otto@example.org"
TWO_LINES = {"Roads": 600_000_00, "Rail": 400_000_00}
LATER = {"Roads": 900_000_00, "Rail": 400_000_00}
BUDGET = [("budget", 2026)]


def sent(engine: Engine, amounts: dict[str, int] = TWO_LINES, body: str = "Department of Works") -> int:
    """A return of Ana's that Otto has approved."""
    number = put_return(engine, body, amounts, by=ANA)
    approve_return(engine, number, OTTO)
    return number


def ran(engine: Engine, actor: str = MOSES, mapping: str = "enabling-capabilities") -> str:
    return run_allocation(engine, catalogue.mapping(mapping), "Ours", actor).id


@pytest.fixture
def run_id(engine: Engine) -> str:
    sent(engine)
    approve_bundled(engine, "Ours", "enabling-capabilities", OTTO)
    return ran(engine)


def refused(code: str, *work: object) -> None:
    function, *arguments = work
    with pytest.raises(RefusedError) as caught:
        function(*arguments)  # type: ignore[operator]
    assert caught.value.code == code


def states(engine: Engine) -> list[str]:
    return [each.state for each in sorted(list_publications(engine), key=lambda each: each.id)]


def test_a_run_is_a_trial_until_two_people_publish_it(engine: Engine, run_id: str) -> None:
    assert open_run(engine).standing.is_trial
    refused("no-run", lambda: open_run(engine, trials=False))
    (asked,) = ask_to_publish(engine, run_id, BUDGET, MOSES, "The first")
    assert open_run(engine).standing.is_trial
    refused("own-work", publish, engine, asked, MOSES)
    publish(engine, asked, ANA)
    run = open_run(engine, trials=False)
    assert (run.id, run.standing.kind, run.standing.by, run.standing.asked_by) == (run_id, "published", ANA, MOSES)
    event = list_events(engine, limit=1, what="figures published").events[0]
    assert run.standing.record == f"{event.id}-{event.hash}"
    assert build_report(engine, run).record == run.standing.record


def test_who_ran_it_does_not_publish_what_someone_else_asked_for(engine: Engine, run_id: str) -> None:
    (asked,) = ask_to_publish(engine, run_id, BUDGET, ANA)
    refused("own-work", publish, engine, asked, MOSES)
    refused("own-work", publish, engine, asked, ANA)
    publish(engine, asked, OTTO)


def test_a_newer_run_takes_nothings_place_by_being_newer(engine: Engine, run_id: str) -> None:
    for asked in ask_to_publish(engine, run_id, BUDGET, MOSES):
        publish(engine, asked, ANA)
    sent(engine, LATER)
    newer = ran(engine)
    assert newer != run_id
    assert open_run(engine).id == open_run(engine, trials=False).id == run_id
    assert open_run(engine, run_id=newer).standing.is_trial
    refused("no-run", lambda: open_run(engine, run_id=newer, trials=False))
    assert [(run.id, run.published) for run in list_runs(engine)] == [(newer, False), (run_id, True)]
    assert [run.id for run in list_runs(engine, trials=False)] == [run_id]


def test_what_is_published_is_replaced_kept_and_withdrawn(engine: Engine, run_id: str) -> None:
    (first,) = ask_to_publish(engine, run_id, BUDGET, MOSES)
    publish(engine, first, ANA)
    refused("published", ask_to_publish, engine, run_id, BUDGET, MOSES)
    sent(engine, LATER)
    newer = ran(engine)
    (second,) = ask_to_publish(engine, newer, BUDGET, MOSES)
    publish(engine, second, ANA)
    assert states(engine) == ["replaced", "published"]
    assert open_run(engine, trials=False).id == newer
    # What everyone saw once stays to be seen by its own address, and says that others took its place.
    assert open_run(engine, run_id=run_id, trials=False).standing.kind == "replaced"
    refused("no-reason", withdraw, engine, second, ANA, " ")
    withdraw(engine, second, ANA, "A return was wrong")
    refused("no-run", lambda: open_run(engine, trials=False))
    refused("no-run", lambda: open_run(engine, run_id=newer, trials=False))
    refused("changed-meanwhile", withdraw, engine, second, ANA, "Again")
    assert open_publication(engine, second).reason == "A return was wrong"
    assert find_broken_event(engine) is None


def test_nothing_is_published_before_its_returns_and_its_mapping_are_approved(engine: Engine) -> None:
    first = put_return(engine, "Department of Works", TWO_LINES, by=ANA)
    (asked,) = ask_to_publish(engine, ran(engine), BUDGET, MOSES)
    refused("not-approved", publish, engine, asked, OTTO)
    refused("own-work", approve_return, engine, first, ANA)
    approve_return(engine, first, MOSES)
    refused("not-approved", publish, engine, asked, OTTO)
    approve_bundled(engine, "Ours", "enabling-capabilities", ANA)
    send_return_back(engine, first, MOSES, "Rail is missing")
    refused("not-approved", publish, engine, asked, OTTO)
    approve_return(engine, first, MOSES)
    publish(engine, asked, OTTO)
    assert states(engine) == ["published"]


def test_a_return_is_asked_for_commented_on_returned_and_approved(engine: Engine) -> None:
    number = put_return(engine, "Department of Works", TWO_LINES, by=ANA)
    ask_for_approval(engine, number, ANA, "Rail is new")
    refused("changed-meanwhile", ask_for_approval, engine, number, ANA)
    (waiting,) = list_waiting(engine)
    assert (waiting.kind, waiting.subject, waiting.authors, waiting.message) == ("return", "1", (ANA,), "Rail is new")
    comment(engine, "return", "Ours", "1", "Lines!B2", "Is it net?", MOSES)
    refused("no-reason", send_return_back, engine, number, MOSES, " ")
    send_return_back(engine, number, MOSES, "Say whether it is net")
    case = approval_of_return(engine, number)
    assert (case.state, case.by, case.answer) == ("returned", MOSES, "Say whether it is net")
    assert [(each.place, each.text, each.by) for each in case.remarks] == [("Lines!B2", "Is it net?", MOSES)]
    ask_for_approval(engine, number, ANA)
    assert at_once(*[lambda: approve_return(engine, number, MOSES)] * 3).count("approved") == 2
    assert approval_of_return(engine, number).is_approved
    assert list_waiting(engine) == []
    put_return(engine, "Department of Works", LATER, by=ANA)
    refused("superseded", send_return_back, engine, number, MOSES, "Late")


def test_who_settled_how_a_return_is_read_does_not_approve_it(engine: Engine, settings: Settings) -> None:
    data = workbook(Works=[["Department of Works"], ["Budget 2026-27, £"], ["Line", "2026-27"], ["Roads", 80]])
    draft = receive(engine, settings, data, "works.xlsx", "Ours", ANA).draft_id
    assert draft is not None
    settle(engine, settings, draft, Answers(), actor=OTTO)
    settle(engine, settings, draft, Answers(body="Department of Rails"), actor=MOSES)
    number = confirm(engine, settings, draft, ANA)
    for made_it in (ANA, MOSES):
        refused("own-work", approve_return, engine, number, made_it)
    # Who looked and changed nothing made nothing.
    approve_return(engine, number, OTTO)


def test_a_framework_is_asked_for_commented_on_returned_and_published(engine: Engine, settings: Settings) -> None:
    def send(by: str) -> None:
        receive_framework(engine, settings, OWN, "f.xlsx", by)

    send(ANA)
    ask_for_publication(engine, "ours-2026", ANA, "The cabinet's own words")
    refused("changed-meanwhile", ask_for_publication, engine, "ours-2026", ANA)
    comment(engine, "framework", "", "ours-2026", "o-health", "Is this one outcome?", MOSES)
    refused("no-reason", send_framework_back, engine, "ours-2026", MOSES, "")
    send_framework_back(engine, "ours-2026", MOSES, "Two outcomes, please")
    case = approval_of_framework(engine, "ours-2026")
    assert (case.state, case.by, [each.place for each in case.remarks]) == ("returned", MOSES, ["o-health"])
    send(OTTO)
    (waiting,) = list_waiting(engine)
    assert (waiting.kind, waiting.authors) == ("framework", (ANA, OTTO))
    for made_it in (ANA, OTTO):
        refused("own-work", publish_framework, engine, "ours-2026", made_it)
    publish_framework(engine, "ours-2026", MOSES)
    assert list_waiting(engine) == []


def test_what_is_returned_or_taken_back_cannot_be_published(engine: Engine, run_id: str) -> None:
    (asked,) = ask_to_publish(engine, run_id, BUDGET, MOSES)
    refused("no-reason", send_back, engine, asked, ANA, "")
    send_back(engine, asked, ANA, "Rail is missing")
    refused("changed-meanwhile", publish, engine, asked, ANA)
    (again,) = ask_to_publish(engine, run_id, BUDGET, MOSES)
    refused("changed-meanwhile", ask_to_publish, engine, run_id, BUDGET, ANA)
    refused("own-work", take_back, engine, again, ANA)
    # Asking again takes the place of one's own.
    (third,) = ask_to_publish(engine, run_id, BUDGET, MOSES)
    take_back(engine, third, MOSES)
    assert states(engine) == ["returned", "withdrawn", "withdrawn"]
    refused("changed-meanwhile", publish, engine, third, ANA)


def test_only_periods_that_the_run_holds_are_asked_for(engine: Engine, run_id: str) -> None:
    refused("no-period", ask_to_publish, engine, run_id, [("budget", 2031)], MOSES)
    refused("no-period", ask_to_publish, engine, run_id, [], MOSES)
    refused("no-run", ask_to_publish, engine, "f" * 64, BUDGET, MOSES)
    assert states(engine) == []


def test_of_several_who_publish_at_once_one_does(engine: Engine, run_id: str) -> None:
    (asked,) = ask_to_publish(engine, run_id, BUDGET, MOSES)
    found = at_once(*[lambda: publish(engine, asked, ANA)] * 3, lambda: send_back(engine, asked, OTTO, "No"))
    assert sorted(map(str, found)) == ["None", *["changed-meanwhile"] * 3]
    assert len(states(engine)) == 1
    assert find_broken_event(engine) is None


def test_of_two_runs_that_are_published_at_once_one_stands(engine: Engine, run_id: str) -> None:
    (first,) = ask_to_publish(engine, run_id, BUDGET, MOSES)
    publish(engine, first, ANA)
    sent(engine, LATER)
    newer = ran(engine)
    found = at_once(
        lambda: ask_to_publish(engine, newer, BUDGET, MOSES), lambda: ask_to_publish(engine, newer, BUDGET, OTTO)
    )
    assert found.count("changed-meanwhile") == 1
    assert sorted(states(engine)) == ["asked", "published"]


def test_the_comparison_adds_up_and_says_why(engine: Engine) -> None:
    """Against a slow count of both runs' cells, body by body and outcome by outcome."""
    sent(engine)
    sent(engine, {"Training of staff": 70_000_00, "Beds": 30_000_00}, "Department of Health")
    approve_bundled(engine, "Ours", "enabling-capabilities", OTTO)
    old = ran(engine)
    for asked in ask_to_publish(engine, old, BUDGET, MOSES):
        publish(engine, asked, ANA)
    sent(engine, LATER)
    found = changes_of_published(engine, open_run(engine, run_id=ran(engine)))
    assert found.before is not None
    totals = [run.part.groupby(["outcome", "body"])["amount"].sum().to_dict() for run in (found.before, found.run)]
    keys = {*totals[0], *totals[1]}
    change = {key: totals[1].get(key, 0) - totals[0].get(key, 0) for key in keys}
    by_outcome = {o: sum(v for (name, _), v in change.items() if name == o) for o, _ in keys}
    assert {each.key: each.change for each in found.outcomes} == {o: v for o, v in by_outcome.items() if v}
    # 300 thousand pounds more for roads, in pence, which one body's return says and no rule.
    assert [(each.key, each.change, dict(each.by_reason)) for each in found.bodies] == [
        ("Department of Works", 300_000_00, {"returns": 300_000_00})
    ]
    for each in found.outcomes:
        assert sum(each.by_reason.values()) == each.change
    assert [(each.bodies, each.kind) for each in found.returns] == [
        (("Department of Works",), "gone"),
        (("Department of Works",), "new"),
    ]
    assert not found.rules


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def trial(northmere: Engine) -> str:
    """A run of the demonstration's own that nobody has published, of a workbook with two lines."""
    number = put_return(northmere, "Department of Works", TWO_LINES, by=ANA, government=demonstration.GOVERNMENT)
    approve_return(northmere, number, OTTO)
    mapping = catalogue.mapping(demonstration.MAPPING)
    return run_allocation(northmere, mapping, demonstration.GOVERNMENT, "analyst@northmere.example").id


def signed_in(settings: Settings, engine: Engine, who: str) -> FlaskClient:
    client = create_app(settings, engine).test_client()
    data = {"email": f"{who}@northmere.example", "password": demonstration.PASSWORD}
    assert client.post("/sign-in", data={**data, "csrf_token": token(client, "/sign-in")}).status_code == 302
    return client


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def test_a_trial_shows_nowhere_to_those_who_may_not_see_it(settings: Settings, northmere: Engine, trial: str) -> None:
    settings = settings.model_copy(update={"public_page": True})
    reader = create_app(settings, northmere).test_client()
    published = open_run(northmere, trials=False)
    assert published.id != trial
    total = published.terms.amount(alignment.headline(published.part).total)
    other = open_run(northmere, run_id=trial)
    assert other.terms.amount(alignment.headline(other.part).total) != total
    for path in ("/", "/public"):
        page = reader.get(path).text
        assert total in page
        assert trial[:16] not in page
        assert re.search(r"Published on \d+ \w+ 20\d\d by Petra Lane, approver; asked for by Moses Reed", page)
    for path in ("/?run=", "/unaligned?run=", "/report.pdf?run=", "/outcomes.svg?run=", "/mapping?run="):
        answer = reader.get(path + trial[:16])
        assert (answer.status_code, "There is no run" in answer.text) == (404, True)
    figures = f"/api/v1/governments/{demonstration.GOVERNMENT}/figures"
    assert reader.get(figures, query_string={"run": trial}).status_code == 404
    said = json.loads(reader.get(figures).data)
    assert (said["run"], said["standing"], said["published_by"][:9]) == (published.id, "published", "Petra Lan")


def test_a_trial_says_so_on_its_pages_and_in_print(settings: Settings, northmere: Engine, trial: str) -> None:
    from reports.pdf import make_html

    client = signed_in(settings, northmere, "analyst")
    for path in ("/", "/unaligned", "/transfers", "/scenarios", "/gaps", "/register"):
        page = client.get(f"{path}?run={trial[:16]}")
        assert page.status_code == 200, path
        assert "Nobody has published these figures" in page.text, path
        assert "Nobody has published these figures" not in client.get(path).text, path
    trials, published = (make_html(build_report(northmere, open_run(northmere, run_id=each))) for each in (trial, None))
    assert trials.count("Trial") == 2
    assert "by Petra Lane, approver" in published
    assert "Trial" not in published


def test_a_scenario_of_a_trial_is_hidden_as_the_trial_is(settings: Settings, northmere: Engine, trial: str) -> None:
    runs = {"trial": open_run(northmere, run_id=trial), "published": open_run(northmere)}
    made = {name: begin_scenario(northmere, run, f"Of the {name}", 2, "operator") for name, run in runs.items()}
    minister = signed_in(settings, northmere, "minister")
    for path in ("/scenarios/{}", "/scenarios/{}.json", "/scenarios/export.xlsx?id={}", "/scenarios/compare?id={}"):
        answers = {name: minister.get(path.format(number)).status_code for name, number in made.items()}
        assert answers == {"trial": 404, "published": 200}, path


def test_periods_that_are_not_published_are_hidden_with_their_figures(settings: Settings, northmere: Engine) -> None:
    run = open_run(northmere)
    assert len(run.periods) > 1
    for each in list_publications(northmere, demonstration.GOVERNMENT):
        if each.run_id == run.id and (each.stage, each.fiscal_year) != (run.stage, run.fiscal_year):
            withdraw(northmere, each.id, ANA, "Not yet")
    reader = open_run(northmere, trials=False)
    assert reader.periods == [(run.stage, run.fiscal_year)]
    assert {(b.stage, b.fiscal_year) for b in reader.bases} == set(reader.periods)
    hidden = next(period for period in run.periods if period not in reader.periods)
    refused("no-period", lambda: open_run(northmere, run_id=run.id, stage=hidden[0], year=hidden[1], trials=False))
    page = create_app(settings, northmere).test_client().get(f"/?run={run.id}&period={hidden[0]}-{hidden[1]}")
    assert page.status_code == 404


def test_two_people_publish_a_run_on_its_pages(settings: Settings, northmere: Engine, trial: str) -> None:
    analyst, approver = (signed_in(settings, northmere, who) for who in ("analyst", "approver"))
    page = analyst.get(f"/publications/new?run={trial[:16]}").text
    assert "Outcomes whose figures move" in page
    asked = analyst.post("/publications", data={"csrf_token": token(analyst, "/publications/new"), "run": trial})
    assert asked.status_code == 422
    form = {"run": trial, "period": "budget-2026", "message": "Look at <roads>"}
    asked = analyst.post("/publications", data={**form, "csrf_token": token(analyst, "/publications/new")})
    path = asked.location
    assert "someone else publishes it" in analyst.get(path).text
    assert analyst.post(f"{path}/publish", data={"csrf_token": token(analyst, path)}).status_code == 403
    page = approver.get(path).text
    assert "Look at &lt;roads&gt;" in page
    assert "Because of" in page
    empty = approver.post(f"{path}/return", data={"csrf_token": token(approver, path), "reason": ""})
    assert (empty.status_code, "Say what is to be changed" in empty.text) == (422, True)
    # What stands was not shown to who sends none of the page's form.
    blind = approver.post(f"{path}/publish", data={"csrf_token": token(approver, path)})
    assert (blind.status_code, "Other figures were published" in blind.text, problems(blind.text)) == (409, True, [])
    sent = dict(fields(approver.get(path).text, "stands"))
    done = approver.post(f"{path}/publish", data=sent, follow_redirects=True)
    assert "Everyone sees these figures now" in done.text
    assert open_run(northmere, trials=False).id == trial
    listed = approver.get("/publications").text
    assert "replaced" in listed
    with northmere.connect() as connection:
        said = connection.execute(
            text("SELECT before, after FROM auditevent WHERE action = 'figures published' ORDER BY id DESC")
        )
        assert '"state": "published"' in said.first()[1]  # type: ignore[index]
