"""Every page for every role, of one's own body and of another, beside the table of the policy."""

from __future__ import annotations

import ast
import html
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask, g, request
from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy import Engine
from sqlmodel import Session
from werkzeug.routing import Rule

from budget_align.config import Settings
from budget_align.core.people.policy import ROLES, Held, reach
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.mappings.drafting import begin_draft
from budget_align.services.mappings.versions import list_versions
from budget_align.services.people import permissions, subjects
from budget_align.services.people.accounts import add_account
from budget_align.services.people.permissions import Rights, rights_of
from budget_align.services.people.sign_ins import begin_sign_in
from budget_align.services.people.tokens import make_token
from budget_align.services.publishing.publications import list_publications
from budget_align.services.returns.listing import list_submissions
from budget_align.services.returns.receiving import receive
from budget_align.services.returns.uploads import begin_upload
from budget_align.services.runs.bodies import state_parents
from budget_align.services.runs.viewing import open_run
from budget_align.services.scenarios.scenarios import begin_scenario
from budget_align.store import return_queries
from budget_align.store.tables import Draft, Government, MappingVersion, Submission
from budget_align.web.app import create_app
from budget_align.web.people import gate
from tests.governments import MAPPING
from tests.workbooks import drawn

OURS = demonstration.GOVERNMENT
RETURN = drawn("Department of Works\nBudget 2026-27, £m\n\nLine | 2026-27\nRoads | 80\nRail | 20")


@dataclass(frozen=True)
class Someone:
    """Someone who holds one role, for a body, a government or all of them."""

    email: str
    role: str
    government: str = ""
    body: str = ""

    @property
    def held(self) -> tuple[Held, ...]:
        return (Held(self.role, self.government, self.body),)

    def should(self, action: str, about: Asked | None) -> bool:
        """What the table says, worked out from its cell alone; of nothing in particular, whether it says anything."""
        far = reach(self.role, action)
        if far == "-" or about is None:
            return far != "-"
        if about.government is None:
            return far == "any" or not (self.government or self.body)
        if self.government and self.government != about.government:
            return False
        return far == "any" or not self.body or about.mine or self.body == about.body


@dataclass(frozen=True)
class Asked:
    """A page as a person asks for it: what its address, query and form name, and what that is of: a government, a body
    of it or none for all, and whether the one who asks sent it.
    """

    given: Any
    government: str | None
    body: str = ""
    mine: bool = False
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)


class Signed(UserMixin):
    """Whoever is signed in, by address."""

    def __init__(self, email: str) -> None:
        self.id = email


@pytest.fixture
def app(settings: Settings, northmere: Engine) -> Flask:
    return create_app(settings.model_copy(update={"public_reading": False, "public_page": True}), northmere)


def everyone(body: str) -> list[Someone]:
    people = []
    for role in ROLES:
        people.append(Someone(f"{role}-of-body@example.org", role, OURS, body))
        people.append(Someone(f"{role}-of-ours@example.org", role, OURS))
        people.append(Someone(f"{role}-of-theirs@example.org", role, "Theirs"))
        people.append(Someone(f"{role}-of-all@example.org", role))
    return people


def two_bodies(engine: Engine) -> tuple[tuple[str, int], tuple[str, int]]:
    """Two bodies of the demonstration, each with a return that speaks of it alone."""
    found: dict[str, int] = {}
    with Session(engine) as session:
        for submission in list_submissions(engine):
            bodies = return_queries.bodies_of_submission(session, submission.id)
            if len(bodies) == 1:
                found.setdefault(bodies[0], submission.id)
    (one, two, *_) = found.items()
    return one, two


def things(engine: Engine, settings: Settings, sender: str) -> dict[str, object]:
    """Something of each kind that an address names, of Northmere and of another government."""
    run = open_run(engine)
    now = datetime.now(UTC)
    ids: dict[str, object] = {"run": run.id[:16]}
    ids["version"] = begin_draft(engine, OURS, "operator", based_on=list_versions(engine, OURS)[0].id)
    ids["publication"] = list_publications(engine, OURS)[0].id
    ids["scenario"] = begin_scenario(engine, run, "More for food", 2, "operator")
    ids["upload"] = begin_upload(engine, OURS, "one.xlsx", "operator")
    ids["my_upload"] = begin_upload(engine, OURS, "mine.xlsx", sender)
    with Session(engine) as session, session.begin():
        file_hash, other_hash = sorted({each.file_hash for each in return_queries.submissions(session, OURS)})[:2]
        facts = {"file_hash": file_hash, "file_name": "a.xlsx", "answers": "{}", "received_at": now}
        session.add(Government(
            name="Theirs", currency="GBP", fiscal_year_starts=4, fiscal_year_style="2025-26", bare_year="", locale="en_GB"
        ))  # fmt: skip
        session.add(Draft(id=11, government=OURS, received_by="operator", **facts))
        session.add(Draft(id=12, government=OURS, received_by=sender, **{**facts, "file_hash": other_hash}))
        session.add(Draft(id=13, government="Theirs", received_by="operator", **facts))
        version = MappingVersion(
            government="Theirs", name="theirs", status="draft", content=MAPPING.to_stored(), hash="", revision=1, begun_by="operator",
            changed_at=now, approved_by="",
        )  # fmt: skip
        submission = Submission(
            government="Theirs", status="submitted", file_hash=file_hash, file_name="b.xlsx", reading="{}", lines_hash="",
            line_count=0, confirmed_by="operator", confirmed_at=now,
        )  # fmt: skip
        session.add_all([version, submission])
        session.flush()
        ids["their_version"], ids["theirs"] = version.id, submission.id
    return ids


def cases(rule: Rule, ids: dict[str, object], bodies: tuple[tuple[str, int], tuple[str, int]]) -> list[Asked]:
    """How a page is asked for: of one's own and of others, by the ids in its address."""
    (mine, my_return), (other, other_return) = bodies
    by_endpoint = {
        "accountability.evaluation": [Asked({}, OURS, body, query={"body": body}) for body in (mine, other)],
        "accountability.keep_evaluation": [Asked({}, OURS, body, form={"body": body}) for body in (mine, other)],
        "submissions.new": [Asked({}, name, mine=True, form={"government": name}) for name in (OURS, "Theirs")],
        "submissions.run": [Asked({}, name, form={"government": name}) for name in (OURS, "Theirs")],
        "mappings.begin": [
            Asked({}, OURS, form={"government": OURS}),
            Asked({}, "Theirs", form={"government": OURS, "based_on": str(ids["their_version"])}),
        ],
        "approvals.say": [Asked({}, name, form={"government": name}) for name in (OURS, "Theirs")],
        "mappings.approve_bundled": [Asked({}, name, form={"government": name}) for name in (OURS, "Theirs")],
        "submissions.template_workbook": [Asked({}, name, query={"government": name}) for name in (OURS, "Theirs")],
        "publishing.ask": [Asked({}, OURS, form={"run": str(ids["run"])})],
        "record.index": [Asked({}, "")],
        "record.whole": [Asked({}, "")],
        "scenarios.compare": [Asked({}, OURS, query={"id": str(ids["scenario"])})],
        "scenarios.workbook": [Asked({}, OURS, query={"id": str(ids["scenario"])})],
    }
    by_argument = {
        "version_id": [Asked(ids["version"], OURS), Asked(ids["their_version"], "Theirs")],
        "draft_id": [Asked(11, OURS), Asked(12, OURS, mine=True), Asked(13, "Theirs")],
        "job_id": [Asked(ids["upload"], OURS), Asked(ids["my_upload"], OURS, mine=True)],
        "submission_id": [
            Asked(my_return, OURS, mine),
            Asked(other_return, OURS, other),
            Asked(ids["theirs"], "Theirs"),
        ],
        "scenario_id": [Asked(ids["scenario"], OURS)],
        "publication_id": [Asked(ids["publication"], OURS)],
        "government": [Asked(OURS, OURS), Asked("Theirs", "Theirs")],
        "name": [Asked(OURS, OURS), Asked("Theirs", "Theirs")],
    }
    if rule.endpoint in by_endpoint:
        return by_endpoint[rule.endpoint]
    if rule.endpoint != "figures.body":
        for argument, found in by_argument.items():
            if argument in rule.arguments:
                return [replace(each, given={argument: each.given}) for each in found]
    return [Asked({}, None if gate.GATES[rule.endpoint].find is gate._installation else OURS)]


_REFUSED = {"not-allowed", "no-draft", "no-mapping", "no-publication", "no-scenario", "no-submission"}
"""How a page is refused: in words, or as if what it names were not there."""

_FORMS: dict[str, set[str]] = {"GET": {"submissions.new"}, "POST": set(), "PUT": set()}
"""Pages that are about something only once their form is sent."""


def test_every_page_asks_the_table(
    app: Flask, northmere: Engine, settings: Settings, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "is_sure", lambda *_: True)
    bodies = two_bodies(northmere)
    sender = "sender@example.org"
    ids = things(northmere, settings, sender)
    people = everyone(bodies[0][0])
    counts: Counter[str] = Counter()
    wrong = []
    for rule in app.url_map.iter_rules():
        entry = gate.GATES[rule.endpoint]
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT"}):
            action = entry.asked(method)
            counts["pages"] += 1
            if action in ("", "own") or rule.endpoint.startswith("api."):
                continue
            for asked in cases(rule, ids, bodies):
                fill = dict.fromkeys(rule.arguments, "1") | asked.given
                path = rule.rule
                for argument, value in fill.items():
                    path = re.sub(rf"<(\w+:)?{argument}>", quote(str(value)), path)
                query = {"run": ids["run"], **asked.query}
                about = asked if entry.find is not gate._nothing and rule.endpoint not in _FORMS[method] else None
                with app.test_request_context(path, method=method, query_string=query, data=asked.form or None):
                    assert request.endpoint == rule.endpoint
                    for someone in people:
                        g._login_user = Signed(sender if asked.mine else someone.email)
                        g.rights = Rights(someone.held)
                        said = answer()
                        counts["asked"] += 1
                        counts["let through" if said == "through" else "refused"] += 1
                        should = "through" if someone.should(action, about) else "refused"
                        if said != should and not (should == "refused" and said in _REFUSED):
                            wrong.append((method, path, someone, said))
                    g._login_user, g.rights = AnonymousUserMixin(), Rights()
                    assert answer() in ("sign in", "start"), (path, "asks everybody to sign in")
    counts["roles"], counts["people"] = len(ROLES), len(people)
    with capsys.disabled():
        print(f"\nroute walk: {dict(counts)}")
    assert wrong == []


def answer() -> str:
    """What the gate says of the request: through, or why not."""
    try:
        said = gate._ask()
    except RefusedError as refusal:
        return refusal.code
    if said is None:
        return "through"
    return "start" if isinstance(said, str) else "sign in"


def test_a_page_without_an_entry_opens_for_nobody(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(gate.GATES)
    app.add_url_rule("/new-page", "new_page", lambda: "secret")
    with app.test_client() as client:
        assert client.get("/new-page").status_code == 403


SEEN = (
    "/", "/submissions", "/mappings", "/mappings/{version}", "/mappings/{version}/changes", "/frameworks", "/scenarios",
    "/scenarios/{scenario}", "/register", "/boards", "/boards/Fair chances board", "/priorities", f"/indicators/{OURS}",
    f"/governments/{OURS}", "/gaps", "/submissions/{return}", "/drafts/{draft}",
)  # fmt: skip


def _told_apart() -> list[str]:
    """What of an address decides who may follow it."""
    known = request.view_args or {}
    return [str(known[name]) for name in ("version_id", "draft_id", "submission_id", "scenario_id") if name in known]


@pytest.mark.parametrize("role", ["finance-analyst", "auditor"])
def test_pages_offer_what_one_may_do_and_nothing_else(
    app: Flask, northmere: Engine, settings: Settings, role: str
) -> None:
    """Every link and every form that a page shows is let through for whom it is shown to."""
    (mine, my_return), _ = two_bodies(northmere)
    ids = things(northmere, settings, "sender@example.org") | {"return": my_return}
    received = receive(northmere, settings, RETURN, "works.xlsx", OURS, "operator")
    someone = Someone(f"{role}@example.org", role, OURS, mine if role == "finance-analyst" else "")
    add_account(northmere, someone.email, "Someone", "several words do well", someone.held)
    offered: set[object] = set()
    wrong = []
    with app.test_client() as client:
        with client.session_transaction() as kept:
            kept["_user_id"] = begin_sign_in(northmere, someone.email)
        for path in SEEN:
            shown = client.get(path.format(**ids, draft=received.draft_id))
            if shown.status_code != 200:
                assert shown.status_code == 403, (path, shown.text[-500:])
                continue
            page = html.unescape(shown.text)
            found = [("POST", address) for address in re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page)]
            found += [("GET", address) for address in re.findall(r'href="(/[^"#]*)', page)]
            for method, address in dict.fromkeys(found):
                sent = {"government": OURS} if method == "POST" else None
                with app.test_request_context(address, method=method, data=sent):
                    told = (method, request.endpoint, *_told_apart(), *sorted(request.args.getlist("body")))
                    if told in offered:
                        continue
                    offered.add(told)
                    g._login_user, g.rights = Signed(someone.email), Rights(someone.held)
                    if answer() != "through":
                        wrong.append((path, method, address))
    assert wrong == []
    assert len(offered) > 25


@pytest.mark.parametrize("role", ["mapping-owner", "auditor"])
def test_nothing_of_another_government_is_shown_named_or_fetched(
    app: Flask, northmere: Engine, settings: Settings, role: str
) -> None:
    """Lists, pages by the id of what is another government's, downloads, error texts and the API, as they are answered."""
    _, (body, number) = two_bodies(northmere)
    ids = things(northmere, settings, "sender@example.org") | {"return": number}
    someone = Someone(f"{role}@example.org", role, "Theirs")
    add_account(northmere, someone.email, "Someone", "several words do well", someone.held)
    run = open_run(northmere)
    with Session(northmere) as session:
        file_hash = return_queries.submissions(session, OURS)[0].file_hash
    paths = [path for path in SEEN if OURS not in path and path != "/frameworks"]
    paths += [f"/?run={run.id[:16]}", f"/report.pdf?run={run.id[:16]}", f"/outcomes/sdg-03?run={run.id[:16]}"]
    paths += [f"/files/{file_hash}?run={run.id[:16]}", f"/files/{file_hash}", "/report.pdf", "/register.xlsx"]
    paths += ["/scenarios/export.xlsx?id={scenario}", "/scenarios/{scenario}.json", "/mappings/{version}/workbook.xlsx"]
    paths += [
        f"/bodies/{quote(body)}",
        "/uploads/{upload}",
        "/scenarios/modelling.zip",
        "/comparators.svg?body=Eastmere",
    ]
    with app.test_client() as client:
        with client.session_transaction() as kept:
            kept["_user_id"] = begin_sign_in(northmere, someone.email)
        for path in paths:
            shown = client.get(path.format(**ids, draft=11))
            assert shown.status_code < 500, path
            # Frameworks are all governments', and so are mappings that come with the product.
            assert OURS not in html.unescape(shown.text), path
            assert body not in html.unescape(shown.text) or body in path, path
            assert not shown.headers.get("Content-Disposition"), path
        bearer = {"Authorization": f"Bearer {make_token(northmere, someone.email, 'reads', ['see-figures'])}"}
        for what in ("figures", "indicators", "observations"):
            said = client.get(f"/api/v1/governments/{quote(OURS)}/{what}", headers=bearer)
            assert said.status_code == 403, what
            assert OURS not in said.text, what


def test_numbers_of_another_government_are_answered_as_numbers_of_nothing(
    app: Flask, northmere: Engine, settings: Settings
) -> None:
    """Who counts through what addresses name by number learns of no other government's which there are."""
    _, (_, number) = two_bodies(northmere)
    ids = things(northmere, settings, "sender@example.org")
    named = {"draft_id": 11, "version_id": ids["version"], "submission_id": number}
    named |= {"scenario_id": ids["scenario"], "publication_id": ids["publication"]}
    tried = 0
    for role in ROLES:
        someone = Someone(f"{role}@example.org", role, "Theirs")
        add_account(northmere, someone.email, "Someone", "several words do well", someone.held)
        with app.test_client() as client:
            with client.session_transaction() as kept:
                kept["_user_id"] = begin_sign_in(northmere, someone.email)
            for rule in app.url_map.iter_rules():
                ours = sorted(set(rule.arguments) & set(named))
                if not ours or "GET" not in (rule.methods or ()):
                    continue
                shown = []
                for given in (named[ours[0]], 987_654_321):
                    path = re.sub(rf"<int:{ours[0]}>", str(given), rule.rule)
                    answer = client.get(re.sub(r"<[^>]+>", "1", path))
                    told = re.search(r"<main.*</main>", answer.text, re.DOTALL)
                    assert told
                    shown.append((answer.status_code, told[0].replace(f"submission {given}.", "submission N.")))
                assert shown[0][0] in (403, 404), (role, rule.rule)
                assert shown[0] == shown[1], (role, rule.rule)
                tried += 1
    assert tried >= 9 * 12


def test_a_role_for_a_body_is_held_for_its_parts(filled: Engine, settings: Settings) -> None:
    (one, my_return), (two, other_return) = two_bodies(filled)
    held = (Held("finance-analyst", OURS, one),)
    add_account(filled, "branch@example.org", "Branch", "several words do well", held)
    returns = {number: subjects.of_submission(filled, number) for number in (my_return, other_return)}

    def sees() -> list[int]:
        rights = rights_of(filled, "branch@example.org", public_reading=False)
        return [number for number, subject in returns.items() if subject and rights.may("see-returns", subject)]

    assert sees() == [my_return]
    with pytest.raises(RefusedError, match="may not say how bodies stand"):
        state_parents(filled, OURS, {two: one}, "branch@example.org")
    assert state_parents(filled, OURS, {two: one}, "operator") == 1
    assert sees() == [my_return, other_return]
    with pytest.raises(RefusedError, match="part of itself"):
        state_parents(filled, OURS, {one: two}, "operator")
    assert state_parents(filled, OURS, {two: ""}, "operator") == 1
    assert sees() == [my_return]


_ONE_S_OWN = {
    "accounts": {"add_account", "change_password"},
    "links": {"link_for_first", "use_link"},
    "provided": {"admit"},
    "second_factors": {"begin_second_factor", "check_second_factor"},
    "sign_ins": {"begin_sign_in", "note_sure", "end_place", "end_sign_in", "record_failed"},
    "tokens": {"make_token", "drop_token"},
    "public_ballots": {"cast_ballot"},
    "trail": {"note_download", "note_read"},
    "delegations": {"delegate", "end_delegation"},
    "reminding": {"_write", "_claim", "_note"},
}
"""Changes that nobody has to be permitted: of one's own account and sign-in, by a link, of what was handed out or told, of
one's own role, or by anybody at all.
"""

_ASKS = ("permit(", "_may_change(", "_note_again(", "approvals.ask(", "approvals.approve(", "approvals.send_back(")


def test_every_change_of_state_asks_the_table() -> None:
    asked = 0
    for path in sorted(Path(permissions.__file__).parents[1].rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef) or not re.search(
                r"chang(e|ing)\(engine", ast.unparse(function)
            ):
                continue
            # `_changing` opens the change for those that call it, each of which is looked at.
            if (
                function.name == "_changing"
                or function.name in _ONE_S_OWN.get(path.stem, set())
                or path.stem == "changing"
            ):
                continue
            said = ast.unparse(function)
            asked += 1
            assert any(word in said for word in _ASKS), (path.stem, function.name)
    assert asked > 35
