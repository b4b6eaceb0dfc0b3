"""Every address that changes something, and what keeps two people who use it from taking each other's work back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session
from werkzeug.test import TestResponse

from budget_align.config import Settings
from budget_align.core.editing.edits import PutRule
from budget_align.core.outcomes.indicator import IndicatorDefinition
from budget_align.core.people.policy import Held
from budget_align.services import demonstration
from budget_align.services.accountability.owners import state_owners, stated_owners
from budget_align.services.frameworks.frameworks import open_framework, receive_framework
from budget_align.services.mappings.drafting import begin_draft, change_draft
from budget_align.services.mappings.drivers import receive_drivers
from budget_align.services.mappings.versions import list_versions, open_version
from budget_align.services.outcomes.indicators import list_observations, receive_indicators, store_definition
from budget_align.services.outcomes.targets import list_proposals
from budget_align.services.people.accounts import add_account, disable_account, find_person, list_accounts
from budget_align.services.people.roles import give_role, list_roles
from budget_align.services.runs.viewing import open_run
from budget_align.services.scenarios.scenarios import begin_scenario, change_scenario, list_scenarios
from budget_align.store import mapping_queries
from budget_align.store.tables import MappingVersion, StoredScenario
from budget_align.web.app import create_app
from tests.frameworks import ABOUT, OWN
from tests.pages import fields, problems
from tests.workbooks import drawn, workbook

OURS: Final = demonstration.GOVERNMENT

VERSION = "the form says what its page showed, and who was not shown what stands is shown both"
DECIDES = "what is decided about is as the page showed it, and it is decided once"
FIXED = "what it is about never changes; a state is left once, and who comes second is told"
UNIQUE = "there can be one, and the database lets no second be"
ADDS = "it adds, and takes no one's place"
ONE_WAY = "it ends something, and ending it twice is ending it"
OWN_ALONE = "it is of one person's own account or browser"
NOTHING = "it changes nothing"

SAVES: Final[dict[str, str]] = {
    "accountability.keep_evaluation": VERSION,
    "accountability.keep_owners": VERSION,
    "accountability.upload": VERSION,
    "accounts.code": OWN_ALONE,
    "accounts.it_is_me": OWN_ALONE,
    "accounts.sign_in": OWN_ALONE,
    "accounts.sign_out": OWN_ALONE,
    "api.define": VERSION,
    "api.nothing": NOTHING,
    "api.observe": VERSION,
    "approvals.say": ADDS,
    "assessments.add": ADDS,
    "assessments.keep": VERSION,
    "assessments.remove": VERSION,
    "boards.close": FIXED,
    "boards.meet": UNIQUE,
    "boards.note": ADDS,
    "frameworks.ask": DECIDES,
    "frameworks.discard": DECIDES,
    "frameworks.publish": DECIDES,
    "frameworks.send_back": DECIDES,
    "frameworks.upload": VERSION,
    "governments.drivers": VERSION,
    "governments.levels": VERSION,
    "indicators.tie": VERSION,
    "indicators.upload": VERSION,
    "mappings.accept": VERSION,
    "mappings.approve": DECIDES,
    "mappings.approve_bundled": FIXED,
    "mappings.ask": DECIDES,
    "mappings.begin": ADDS,
    "mappings.change_settings": VERSION,
    "mappings.discard": DECIDES,
    "mappings.send_back": DECIDES,
    "mappings.undo": VERSION,
    "mappings.upload": NOTHING,
    "markings.change": VERSION,
    "mine.add_token": OWN_ALONE,
    "mine.begin_second": OWN_ALONE,
    "mine.delegate_role": OWN_ALONE,
    "mine.end_delegated": OWN_ALONE,
    "mine.end_one": OWN_ALONE,
    "mine.end_others": OWN_ALONE,
    "mine.end_second": OWN_ALONE,
    "mine.password": OWN_ALONE,
    "mine.take_back": OWN_ALONE,
    "people.disable": ONE_WAY,
    "people.drop_second": ONE_WAY,
    "people.give": VERSION,
    "people.invite": UNIQUE,
    "people.reset": DECIDES,
    "people.sign_out": ONE_WAY,
    "people.take": DECIDES,
    "people.welcome": FIXED,
    "priorities.ask": UNIQUE,
    "priorities.close": FIXED,
    "priorities.drop": ONE_WAY,
    "priorities.upload": ADDS,
    "provider.begin": OWN_ALONE,
    "public.ballot": ADDS,
    "publishing.ask": UNIQUE,
    "publishing.make_public": DECIDES,
    "publishing.return_it": FIXED,
    "publishing.take_request_back": FIXED,
    "publishing.unpublish": FIXED,
    "rules.accept": VERSION,
    "rules.count": NOTHING,
    "rules.drop_rule": VERSION,
    "rules.move_rule": VERSION,
    "rules.new_rule": VERSION,
    "rules.refuse": VERSION,
    "rules.rule": VERSION,
    "rules.write_on": NOTHING,
    "scenarios.add_constraint": VERSION,
    "scenarios.add_step": VERSION,
    "scenarios.begin": ADDS,
    "scenarios.copy": ADDS,
    "scenarios.drop": DECIDES,
    "scenarios.plan": VERSION,
    "scenarios.remove": VERSION,
    "scenarios.settle": VERSION,
    "submissions.answer": VERSION,
    "submissions.approve": FIXED,
    "submissions.ask": FIXED,
    "submissions.ask_again": VERSION,
    "submissions.confirm_draft": VERSION,
    "submissions.discard": ONE_WAY,
    "submissions.forget": VERSION,
    "submissions.new": ADDS,
    "submissions.read_again": VERSION,
    "submissions.run": UNIQUE,
    "submissions.send_back": FIXED,
    "submissions.sheet": VERSION,
    "submissions.stop_upload": ONE_WAY,
    "targets.approve": DECIDES,
    "targets.send_back": DECIDES,
}
"""What keeps each address that changes something from losing what somebody else did meanwhile."""


@pytest.fixture
def app(settings: Settings, northmere: Engine) -> Flask:
    app = create_app(settings.model_copy(update={"public_page": True}), northmere)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def ana(app: Flask) -> FlaskClient:
    """Someone who looked at a page before others changed what it shows."""
    client = app.test_client()
    sign_in_plainly(client)
    return client


def sign_in_plainly(client: FlaskClient) -> None:
    said = {"email": demonstration.SIGN_INS[0].email, "password": demonstration.PASSWORD}
    assert client.post("/sign-in", data=said).status_code == 302


def test_every_address_that_changes_something_says_how_two_people_keep_their_work(app: Flask) -> None:
    changing = {"POST", "PUT", "PATCH", "DELETE"}
    found = {rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) & changing}
    assert found == set(SAVES)


LAST: Final = date(2027, 6, 30)


class Meanwhile:
    """What stands, how somebody else changes it, and how both are told apart."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self.run = open_run(engine)
        self.version = begin_draft(engine, OURS, "moses", based_on=list_versions(engine, OURS)[0].id)
        self.scenario = begin_scenario(engine, self.run, "More", 2, "moses")
        receive_framework(engine, settings, OWN, "f.xlsx", "moses")
        add_account(engine, "otto@example.org", "Otto", "several words do well")
        give_role(engine, "otto@example.org", Held("auditor", OURS), "moses")
        (self.otto,) = [each.id for each in list_accounts(engine) if each.email == "otto@example.org"]
        (self.role,) = [each.id for each in list_roles(engine, "otto@example.org")]

    def address(self, text: str) -> str:
        return text.format(version=self.version, scenario=self.scenario, otto=self.otto, role=self.role)

    def revision(self, action: str) -> dict[str, str]:
        """What the form of a page would send that takes long to make."""
        with Session(self.engine) as session:
            kind, number = (StoredScenario, self.scenario) if "scenario" in action else (MappingVersion, self.version)
            row = session.get(kind, number)
        assert row is not None
        return {"revision": str(row.revision), "reason": "Look again"}

    def other_rule(self) -> None:
        now = open_version(self.engine, self.version)
        rule = now.mapping.rules[0].model_copy(update={"id": "of-moses"})
        change_draft(self.engine, self.version, PutRule(rule), now.revision, "moses")

    def other_scenario(self) -> None:
        change_scenario(self.engine, self.scenario, 1, lambda now: now.model_copy(update={"years": 3}), "moses")

    def other_framework(self) -> None:
        rows = [["Mission", "Outcome code", "Outcome"], ["Care", "o-health", "Health for all"]]
        receive_framework(self.engine, self.settings, workbook(About=ABOUT, Outcomes=rows), "g.xlsx", "moses")


DECISIONS: Final[dict[str, tuple[str, str, str, Callable[[Meanwhile], object], Callable[[Meanwhile], object]]]] = {
    # The page, none where making it takes long, the address of its form, a field of it, what somebody else does, and what is still there afterwards.
    "a draft of a mapping is discarded": (
        "", "/mappings/{version}/discard", "revision", Meanwhile.other_rule,
        lambda now: "of-moses" in {rule.id for rule in open_version(now.engine, now.version).mapping.rules},
    ),
    "a draft of a mapping is returned": (
        "", "/mappings/{version}/return", "reason", Meanwhile.other_rule, lambda _: True,
    ),
    "a scenario is forgotten": (
        "", "/scenarios/{scenario}/drop", "revision", Meanwhile.other_scenario,
        lambda now: now.scenario in {each.id for each in list_scenarios(now.engine, OURS)},
    ),
    "a framework is discarded": (
        "/frameworks/ours-2026", "/frameworks/ours-2026/discard", "seen", Meanwhile.other_framework,
        lambda now: open_framework(now.engine, "ours-2026")[1] is not None,
    ),
    "a framework is returned": (
        "/frameworks/ours-2026", "/frameworks/ours-2026/return", "reason", Meanwhile.other_framework, lambda _: True,
    ),
    "a role is taken away": (
        "/people/{otto}", "/people/{otto}/roles/{role}/take", "seen",
        lambda now: give_role(now.engine, "otto@example.org", Held("auditor", OURS, last=LAST), "moses"),
        lambda now: [each.held.last for each in list_roles(now.engine, "otto@example.org")] == [LAST],
    ),
    "a role is given": (
        "/people/{otto}", "/people/{otto}/roles", "role",
        lambda now: give_role(now.engine, "otto@example.org", Held("auditor", OURS, last=LAST), "moses"),
        lambda now: [each.held.last for each in list_roles(now.engine, "otto@example.org")] == [LAST],
    ),
    "an account is let in again": (
        "/people/{otto}", "/people/{otto}/reset", "csrf_token",
        lambda now: disable_account(now.engine, "otto@example.org", "moses"),
        lambda now: find_person(now.engine, "otto@example.org") is None,
    ),
    "a framework is published": (
        "/frameworks/ours-2026", "/frameworks/ours-2026/publish", "seen", Meanwhile.other_framework,
        lambda now: open_framework(now.engine, "ours-2026")[1] is not None,
    ),
}  # fmt: skip


def test_who_decides_decides_about_what_they_saw(ana: FlaskClient, northmere: Engine, settings: Settings) -> None:
    for what, (page, action, field, other, still_there) in DECISIONS.items():
        now = Meanwhile(northmere, settings)
        page, action = now.address(page), now.address(action)
        sent = _form(ana, page, action, field) if page else now.revision(action)
        other(now)
        told = ana.post(action, data=sent)
        assert (told.status_code, problems(told.text)) == (409, []), what
        assert still_there(now), what
        again = ana.post(action, data=_form(ana, page, action, field) if page else now.revision(action))
        assert again.status_code in (200, 302), (what, again.text[-900:])


def _form(client: FlaskClient, page: str, action: str, field: str) -> dict[str, str]:
    """What the form of a page sends, with a reason where it asks for one."""
    shown = client.get(page).text
    start = shown.index(f'action="{action}"')
    form = shown[shown.rindex("<form", 0, start) : shown.index("</form>", start) + len("</form>")]
    sent = dict(fields(form, field))
    said = {"reason": {"reason": "Look again"}, "role": _ROLE}.get(field, {})
    return {**sent, **said}


_ROLE: Final = {"role": "auditor", "government": OURS, "body": "", "first": "", "last": "31 December 2027"}


def _values(second: int, third: int) -> bytes:
    return drawn(f"Code | Period | Value\nseen | 2024 | {second}\nseen | 2025 | {third}")


def _drivers(measure: int) -> bytes:
    return drawn(f"Driver | Body | Year | Measure\nfte | Treasury | 2026-27 | {measure}")


def _register(owner: str) -> bytes:
    return workbook(Owners=[["Outcome or mission", "Owner", "Person", "Board"], ["sdg-10", owner, "", ""]])


def _indicator(target: float) -> IndicatorDefinition:
    facts = {"code": "seen", "name": "Seen", "target": target, "target_year": 2030}
    return IndicatorDefinition.model_validate(facts)


@dataclass(frozen=True)
class Upload:
    """A workbook that takes the place of what stands.

    Attributes:
        page, action: where it is sent.
        begin: what stands when the page is opened.
        other: what somebody else makes of it then.
        mine, now, yours: what is sent, and what of both is shown.
        stands: what stands, as `now` and `yours` say it.
    """

    page: str
    action: str
    begin: Callable[[Meanwhile], object]
    other: Callable[[Meanwhile], object]
    mine: bytes
    now: str
    yours: str
    stands: Callable[[Meanwhile], str]


def _measured(now: Meanwhile) -> str:
    with Session(now.engine) as session:
        rows = mapping_queries.measures(session, OURS)
    return f"{rows[rows['driver'] == 'fte']['measure'].iloc[0]:g}"


def _owned(now: Meanwhile) -> str:
    return stated_owners(now.engine, OURS, now.run.framework.code)["sdg-10"].owner


def _own(now: Meanwhile, owner: str) -> None:
    state_owners(now.engine, now.run, [{"subject": "sdg-10", "owner": owner, "person": "", "board": ""}], "moses")


UPLOADS: Final = {
    "values": Upload(
        f"/indicators/{OURS}",
        f"/indicators/{OURS}/upload",
        lambda now: receive_indicators(now.engine, now.settings, _values(1, 2), "v.xlsx", OURS, "moses"),
        lambda now: receive_indicators(now.engine, now.settings, _values(1, 77), "v.xlsx", OURS, "moses"),
        _values(1, 88),
        "77",
        "88",
        lambda now: f"{list_observations(now.engine, OURS, 'seen')['value'].iloc[-1]:g}",
    ),
    "a target that somebody proposed": Upload(
        f"/indicators/{OURS}",
        f"/indicators/{OURS}/upload",
        lambda now: store_definition(now.engine, OURS, _indicator(1), "moses"),
        lambda now: store_definition(now.engine, OURS, _indicator(77), "moses"),
        drawn("Code | Title | Target | Target year\nseen | Seen | 88 | 2030"),
        "77",
        "88",
        lambda now: next(
            f"{each.after.target:g}" for each in list_proposals(now.engine, OURS) if each.definition.code == "seen"
        ),
    ),
    "drivers": Upload(
        f"/governments/{OURS}",
        f"/governments/{OURS}/drivers",
        lambda now: receive_drivers(now.engine, now.settings, _drivers(1), "d.xlsx", OURS, "moses"),
        lambda now: receive_drivers(now.engine, now.settings, _drivers(77), "d.xlsx", OURS, "moses"),
        _drivers(88),
        "77",
        "88",
        _measured,
    ),
    "a register of one's own": Upload(
        "/register",
        "/register",
        lambda now: _own(now, "First of all"),
        lambda now: _own(now, "Of Moses"),
        _register("Of Ana"),
        "Of Moses",
        "Of Ana",
        _owned,
    ),
}


def test_a_workbook_takes_no_place_of_what_its_sender_was_not_shown(
    ana: FlaskClient, northmere: Engine, settings: Settings
) -> None:
    now = Meanwhile(northmere, settings)
    for what, upload in UPLOADS.items():
        upload.begin(now)

        def send(page: str, upload: Upload = upload, **more: str) -> TestResponse:
            sent = {name: text for name, text in fields(page, "file") if name in ("seen", "territory")}
            return ana.post(upload.action, data={**sent, **more, "file": (io.BytesIO(upload.mine), "mine.xlsx")})

        shown = ana.get(upload.page).text
        upload.other(now)
        told = send(shown)
        assert (told.status_code, problems(told.text)) == (409, []), what
        for words in ("Changed meanwhile", upload.now, upload.yours):
            assert words in told.text, what
        assert upload.stands(now) == upload.now, what
        assert send(told.text, over=dict(fields(told.text, "file")).get("over", "")).status_code == 302, what
        assert upload.stands(now) == upload.yours, what
        # Who saw what stands sends theirs without a word; a form that says nothing of it is of who saw nothing.
        upload.other(now)
        assert send(ana.get(upload.page).text).status_code == 302, what
        upload.other(now)
        assert send('<form><input name="file"></form>').status_code == 409, what
        assert upload.stands(now) == upload.now, what
