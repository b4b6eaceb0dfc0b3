"""Three people press the same button at once, round after round, on both databases: one wins, the others are told, and
nobody is shown a fault. BUDGET_ALIGN_ROUNDS says how many rounds; `make races` runs fifty.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from budget_align.config import Settings
from budget_align.core.editing.edits import PutRule
from budget_align.core.outcomes.indicator import IndicatorDefinition
from budget_align.services import demonstration
from budget_align.services.accountability.boards import note_item
from budget_align.services.frameworks.frameworks import open_framework, receive_framework
from budget_align.services.mappings.drafting import approve, begin_draft, change_draft
from budget_align.services.mappings.versions import list_versions, open_version
from budget_align.services.outcomes.indicators import store_definition
from budget_align.services.outcomes.targets import list_proposals
from budget_align.services.people.accounts import add_account
from budget_align.services.publishing.publications import ask_to_publish, list_publications
from budget_align.services.record.trail import find_broken_event
from budget_align.services.runs.viewing import open_run
from budget_align.services.scenarios.scenarios import begin_scenario, open_scenario
from budget_align.web.app import create_app
from tests.mappings import HEALTH
from tests.people import let_do_everything

ROUNDS = int(os.environ.get("BUDGET_ALIGN_ROUNDS", "1"))
OURS = demonstration.GOVERNMENT
PEOPLE = ("a@example.org", "b@example.org", "c@example.org")
PASSWORD = "correct horse battery"


class Racers:
    """Three people, each in a browser of their own."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        app = create_app(settings, engine)
        app.config["WTF_CSRF_ENABLED"] = False
        self.clients: list[FlaskClient] = []
        for email in PEOPLE:
            add_account(engine, email, email, PASSWORD)
            let_do_everything(engine, email)
            client = app.test_client()
            assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 302
            self.clients.append(client)

    def race(self, address: str, said: Callable[[int], dict[str, str]]) -> list[tuple[int, str]]:
        """What each is answered who sends a form at the same moment: the status, and where it leads."""
        start = threading.Barrier(len(self.clients))
        found: list[tuple[int, str]] = [(0, "")] * len(self.clients)

        def send(place: int) -> None:
            start.wait()
            answer = self.clients[place].post(address, data=said(place))
            found[place] = (answer.status_code, answer.headers.get("Location", ""))

        threads = [threading.Thread(target=send, args=(place,)) for place in range(len(self.clients))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(status in (302, 400, 403, 404, 409, 422) for status, _ in found), (address, found)
        return found

    def count(self, query: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def events(self, action: str) -> int:
        return self.count(f"SELECT count(*) FROM auditevent WHERE action = '{action}'")


@pytest.fixture
def racers(filled: Engine, settings: Settings) -> Racers:
    return Racers(filled, settings)


def test_one_wins_and_the_others_are_told_round_after_round(racers: Racers, settings: Settings) -> None:
    engine = racers.engine
    run = open_run(engine, government=OURS)
    with engine.connect() as connection:
        query = "SELECT board FROM accountableowner WHERE board <> '' AND framework = :code LIMIT 1"
        board = connection.execute(text(query), {"code": run.framework.code}).scalar_one()
    base = begin_draft(engine, OURS, "operator", title="Ways", framework="un-sdg-2015")
    change_draft(engine, base, PutRule(HEALTH), 1, "operator")
    approve(engine, base, 2, "someone")
    name = open_version(engine, base).mapping.name
    for number in range(ROUNDS):
        base = _mapping(racers, base, name, number)
        _scenario(racers, number)
        _board(racers, board, number)
        _framework(racers, settings, number)
        _publication(racers)
        _target(racers, number)
    versions = [version.label for version in list_versions(engine, OURS) if version.mapping.name == name]
    assert sorted(versions) == sorted(f"version {number}" for number in range(1, ROUNDS + 2))
    assert find_broken_event(engine) is None


def _mapping(racers: Racers, base: int, name: str, number: int) -> int:
    """A draft is begun, a workbook is accepted into it, it is approved and allocated by: each by three at once."""
    begun = racers.events("mapping draft begun")
    found = racers.race("/mappings", lambda _: {"government": OURS, "based_on": str(base)})
    (address,) = {where for status, where in found if status == 302}
    assert racers.events("mapping draft begun") == begun + 1
    draft = int(address.rpartition("/")[2])
    seen = open_version(racers.engine, draft)

    def upload(place: int) -> dict[str, str]:
        changed = HEALTH.model_copy(update={"why": f"As {PEOPLE[place]} sees it in round {number}"})
        sent = seen.mapping.model_copy(update={"rules": (changed,)})
        return {"mapping": sent.to_stored(), "revision": str(seen.revision)}

    racers.race(f"/mappings/{draft}/upload/accept", upload)
    now = open_version(racers.engine, draft)
    assert now.revision == seen.revision + 1
    assert racers.count(f"SELECT count(*) FROM mappingrevision WHERE version_id = {draft}") == now.revision
    approved = racers.events("mapping approved")
    racers.race(f"/mappings/{draft}/approve", lambda _: {"revision": str(now.revision)})
    assert racers.events("mapping approved") == approved + 1
    runs = racers.count("SELECT count(*) FROM run")
    found = racers.race("/runs", lambda _: {"government": OURS, "mapping": name})
    assert len({where for _, where in found}) == 1
    assert {status for status, _ in found} == {302}
    assert racers.count("SELECT count(*) FROM run") == runs + 1
    return draft


def _scenario(racers: Racers, number: int) -> None:
    run = open_run(racers.engine, government=OURS)
    scenario = begin_scenario(racers.engine, run, f"Round {number}", 1, "operator")
    step = {"kind": "growth", "percent": "1", "revision": "1"}
    found = racers.race(f"/scenarios/{scenario}/steps", lambda _: step)
    assert sorted(status for status, _ in found) == [302, 409, 409], found
    opened = open_scenario(racers.engine, scenario)
    assert (opened.revision, len(opened.scenario.steps)) == (2, 1)


def _board(racers: Racers, board: str, number: int) -> None:
    run = open_run(racers.engine, government=OURS)
    day = date(2025, 1, 6) + timedelta(days=number)
    met = racers.events("board met")
    found = racers.race(f"/boards/{board}/meetings?run={run.id}", lambda _: {"held_on": day.isoformat()})
    assert racers.events("board met") == met + 1, found
    note_item(racers.engine, run, board, "action", "Mend it", "Works", day, "", "operator", day)
    item = racers.count("SELECT max(id) FROM boarditem")
    closed = racers.events("action closed")
    racers.race(f"/boards/{board}/items/{item}/close?run={run.id}", lambda place: {"result": f"Mended by {place}"})
    assert racers.events("action closed") == closed + 1


def _framework(racers: Racers, settings: Settings, number: int) -> None:
    code = f"ours-{number}"
    about = f'code = "{code}"\nname = "Ours"\ngovernment = "Ours"\nversion = "1"\nstarts = 2026-01-01\nsource = "us"\n'
    outcome = '[[missions]]\ncode = "m"\nname = "All"\n[[missions.outcomes]]\ncode = "o"\nname = "Good"\n'
    receive_framework(racers.engine, settings, (about + outcome).encode(), "ours.toml", "operator")
    published = racers.events("framework published")
    draft = open_framework(racers.engine, code)[1]
    assert draft is not None
    racers.race(f"/frameworks/{code}/publish", lambda _: {"seen": draft.identity})
    assert racers.events("framework published") == published + 1


def _publication(racers: Racers) -> None:
    """What is published is withdrawn, asked for again and published again."""
    (before,) = [each for each in list_publications(racers.engine, OURS) if each.state == "published"][:1]
    withdrawn = racers.events("publication withdrawn")
    racers.race(f"/publications/{before.id}/withdraw", lambda place: {"reason": f"{PEOPLE[place]} found a fault"})
    assert racers.events("publication withdrawn") == withdrawn + 1
    (asked,) = ask_to_publish(racers.engine, before.run_id, [(before.stage, before.fiscal_year)], "operator")
    published = racers.events("figures published")
    racers.race(f"/publications/{asked}/publish", lambda _: {})
    assert racers.events("figures published") == published + 1
    query = "SELECT max(n) FROM (SELECT count(*) AS n FROM publication WHERE state = 'published'"
    assert racers.count(f"{query} GROUP BY government, framework, stage, fiscal_year) AS places") == 1


def _target(racers: Racers, number: int) -> None:
    """A target is proposed and approved."""
    wanted = {"code": "raced", "name": "Raced", "target": float(number + 1), "target_year": 2030}
    store_definition(racers.engine, OURS, IndicatorDefinition.model_validate(wanted), "operator")
    (proposal,) = [each for each in list_proposals(racers.engine, OURS) if each.definition.code == "raced"]
    approved = racers.count("SELECT count(*) FROM auditevent WHERE action = 'approved' AND subject = 'target raced'")
    racers.race(f"/targets/{OURS}/approve", lambda _: {"target": f"raced {proposal.after.identity}"})
    now = racers.count("SELECT count(*) FROM auditevent WHERE action = 'approved' AND subject = 'target raced'")
    assert now == approved + 1
