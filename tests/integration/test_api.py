"""Indicators and their values through the API, on both databases, as a statistics office's software sends them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.services.people.accounts import add_account
from budget_align.services.people.demonstration_accounts import PASSWORD
from budget_align.services.people.tokens import list_tokens, make_token
from budget_align.services.record.trail import list_events
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.web.app import create_app
from tests.pages import problems, sign_in, token
from tests.people import EVERYTHING
from tests.workbooks import drawn

OURS = "/api/v1/governments/Ours"
WHO = "analyst@northmere.example"
DEFINITION = {"code": "W", "name": "Waiting times", "unit": "days", "direction": "lower", "outcome": "sdg-03"}


@pytest.fixture
def service(settings: Settings, engine: Engine) -> Iterator[FlaskClient]:
    add_account(engine, WHO, "Ana", PASSWORD, EVERYTHING)
    data = drawn("Department of Works\nBudget 2026-27, £k\n\nLine | 2026-27\nRoads | 5\nRail | 3")
    received = receive(engine, settings, data, "works.xlsx", "Ours", WHO)
    if received.draft_id is not None:
        confirm(engine, settings, received.draft_id, WHO)
    closed = settings.model_copy(update={"public_reading": False})
    with create_app(closed, engine).test_client() as client:
        yield client


@pytest.fixture
def head(engine: Engine, service: FlaskClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token(engine, WHO, 'Statistics office')}"}


def send(service: FlaskClient, head: dict[str, str], *rows: tuple[str, str | int, float], **more: Any):
    said = [{"indicator": code, "year": year, "value": value, **more} for code, year, value in rows]
    return service.post(f"{OURS}/observations", json={"observations": said}, headers=head)


def test_software_defines_an_indicator_sends_values_and_reads_its_status(
    service: FlaskClient, head: dict[str, str]
) -> None:
    defined = service.put(f"{OURS}/indicators/W", json=DEFINITION, headers=head)
    assert defined.headers["ETag"] == f'"{defined.get_json()["version"]}"'
    assert (defined.get_json()["stored"], defined.get_json()["proposed"]) == (1, 0)
    assert send(service, head, ("W", "2024-25", 75), ("W", "2025-26", 69)).get_json() == {"stored": 2}
    (found,) = service.get(f"{OURS}/indicators", headers=head).get_json()["indicators"]
    assert (found["status"], found["latest_year"], found["latest"]) == ("improving", "2025-26", 69)
    assert found["territory"] == "Ours"
    # What is sent again takes the place of what stood there, for who has read that; all else stays.
    read = {**head, "If-Match": service.get(f"{OURS}/observations", headers=head).headers["ETag"]}
    assert send(service, read, ("W", "2025-26", 90)).status_code == 200
    held = service.get(f"{OURS}/observations?indicator=W", headers=head).get_json()["observations"]
    assert [(each["year"], each["value"]) for each in held] == [("2024-25", 75), ("2025-26", 90)]
    (found,) = service.get(f"{OURS}/indicators", headers=head).get_json()["indicators"]
    assert found["status"] == "worsening"


def test_what_software_reads_is_recorded_by_whom_it_acts_for(
    service: FlaskClient, head: dict[str, str], engine: Engine
) -> None:
    def recorded() -> list[tuple[str, str]]:
        page = list_events(engine, what="read through the API", limit=9)
        return [(each.actor, each.subject) for each in page.events]

    assert service.get(f"{OURS}/indicators?x=1", headers=head).status_code == 200
    assert recorded() == [(WHO, f"{OURS}/indicators?x=1")]
    # What was refused was not read.
    assert service.get(f"{OURS}/indicators").status_code == 401
    assert service.get("/api/v1/governments/None/indicators", headers=head).status_code == 404
    assert len(recorded()) == 1


def test_software_that_names_what_it_saw_changes_nothing_else(service: FlaskClient, head: dict[str, str]) -> None:
    def put(version: str = "", **more: Any) -> Any:
        named = {"If-Match": f'"{version}"'} if version else {}
        return service.put(f"{OURS}/indicators/W", json={**DEFINITION, **more}, headers={**head, **named})

    def version() -> str:
        (found,) = service.get(f"{OURS}/indicators", headers=head).get_json()["indicators"]
        return str(found["version"])

    assert put().status_code == 200
    seen = version()
    assert put(seen, unit="weeks").status_code == 200
    late = put(seen, unit="months")
    assert late.status_code == 412
    assert late.get_json()["problems"] == [{"at": "unit", "message": "now weeks; yours months"}]
    assert put(version(), unit="months").status_code == 200
    # Who names no version is told what stands, and to read it; what says the same takes nothing away.
    unread = put(unit="days")
    assert (unread.status_code, unread.get_json()["code"]) == (428, "version-needed")
    assert unread.get_json()["problems"] == [{"at": "unit", "message": "now months; yours days"}]
    assert put("*", unit="days").status_code == 412
    assert service.put(f"{OURS}/indicators/V", json={**DEFINITION, "code": "V"}, headers={**head, "If-Match": '"x"'}).status_code == 412  # fmt: skip
    # A target that somebody proposed meanwhile is part of what stands.
    seen = version()
    assert put(seen, unit="months", target=5.0, target_year=2030).status_code == 200
    assert put(seen, unit="months", target=6.0, target_year=2030).status_code == 412


def test_values_take_the_place_of_others_that_were_read_alone(service: FlaskClient, head: dict[str, str]) -> None:
    for code in ("W", "X"):
        service.put(f"{OURS}/indicators/{code}", json={**DEFINITION, "code": code}, headers=head)
    assert send(service, head, ("W", "2024-25", 75), ("X", "2024-25", 1)).status_code == 200
    # New values, and such as stand already, take nobody's place.
    assert send(service, head, ("W", "2024-25", 75), ("W", "2025-26", 69)).status_code == 200
    unread = send(service, head, ("W", "2024-25", 74), ("X", "2024-25", 1))
    assert (unread.status_code, unread.get_json()["code"]) == (428, "version-needed")
    assert unread.get_json()["problems"] == [{"at": "W, Ours, 2024", "message": "now 75; yours 74"}]

    def read(query: str) -> str:
        return str(service.get(f"{OURS}/observations{query}", headers=head).headers["ETag"])

    tags = {query: read(query) for query in ("", "?indicator=W", "?indicator=X")}
    assert len(set(tags.values())) == 3
    mine = tags["?indicator=W"]
    assert send(service, {**head, "If-Match": mine}, ("W", "2024-25", 74)).status_code == 200
    stale = send(service, {**head, "If-Match": mine}, ("W", "2024-25", 73))
    assert stale.status_code == 412
    assert stale.get_json()["problems"] == [{"at": "W, Ours, 2024", "message": "now 74; yours 73"}]
    assert send(service, {**head, "If-Match": tags[""]}, ("X", "2024-25", 2)).status_code == 412
    both = ", ".join(read(query) for query in ("?indicator=W", "?indicator=X"))
    assert send(service, {**head, "If-Match": both}, ("W", "2024-25", 72), ("X", "2024-25", 2)).status_code == 200
    held = service.get(f"{OURS}/observations", headers=head).get_json()["observations"]
    assert [(each["indicator"], each["value"]) for each in held] == [("W", 72), ("W", 69), ("X", 2)]


def test_nothing_is_stored_of_a_request_that_is_wrong_in_one_place(service: FlaskClient, head: dict[str, str]) -> None:
    service.put(f"{OURS}/indicators/W", json=DEFINITION, headers=head)
    for rows, at, said in (
        ([("W", "2025-26", 1), ("W", "soon", 2)], "observations[1].year", "write 2025-26"),
        ([("W", "2025-26", 1), ("W", "2026-27", "many")], "observations[1].value", "valid number"),
        ([("", "2025-26", 1)], "observations[0].indicator", "at least 1"),
    ):
        answer = send(service, head, *rows)
        assert answer.status_code == 422
        (problem,) = answer.get_json()["problems"]
        assert problem["at"] == at
        assert said in problem["message"]
    for rows, code in (
        ([("W", "2025-26", 1), ("W", "2025-26", 2)], "two-values"),
        ([("X", "2025-26", 1), ("W", "2025-26", 2)], "unknown-indicator"),
        ([("W", "2025-26", 1), ("W", 2024, 2)], "mixed-years"),
    ):
        answer = send(service, head, *rows)
        assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    raw = {"data": b'{"observations": [{"indicator": "W", "year": 2025, "value": NaN}]}', "headers": head}
    assert service.post(f"{OURS}/observations", content_type="application/json", **raw).status_code == 422
    assert (
        service.post(f"{OURS}/observations", content_type="application/json", data="{", headers=head).status_code == 422
    )
    assert service.post(f"{OURS}/observations", data="x", headers=head).status_code == 422
    assert service.get(f"{OURS}/observations", headers=head).get_json() == {"observations": []}


def test_an_indicator_that_does_not_hold_together_is_refused(service: FlaskClient, head: dict[str, str]) -> None:
    for change, said in (
        ({"direction": "sideways"}, "direction"),
        ({"direction": "range"}, "a range needs"),
        ({"outcome": "bliss"}, "no outcome"),
        ({"code": "V"}, "differ"),
        ({"colour": "red"}, "colour"),
    ):
        answer = service.put(f"{OURS}/indicators/W", json={**DEFINITION, **change}, headers=head)
        assert answer.status_code == 422
        assert said in answer.text
    assert service.get(f"{OURS}/indicators", headers=head).get_json() == {"indicators": []}


def test_what_would_take_gigabytes_is_not_made_of_a_request(service: FlaskClient, head: dict[str, str]) -> None:
    for many in (b"{},", b'"",', b"[],", b"1,"):
        body = b'{"observations":[],"more":[' + many * (12_000_000 // len(many)) + b"0]}"
        began = time.process_time()
        answer = service.post(f"{OURS}/observations", data=body, headers=head, content_type="application/json")
        assert time.process_time() - began < 1
        assert answer.status_code == 422
        assert "in several requests" in answer.get_json()["message"]


def test_only_software_with_a_token_comes_in(
    service: FlaskClient, head: dict[str, str], engine: Engine, settings: Settings
) -> None:
    for method, path in (("get", "/indicators"), ("get", "/observations"), ("post", "/observations")):
        for headers in ({}, {"Authorization": "Bearer ba_wrong"}, {"Authorization": "Basic eA=="}):
            answer = getattr(service, method)(f"{OURS}{path}", headers=headers, json={} if method == "post" else None)
            assert answer.status_code == 401, (path, headers)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.get_json()["code"] == "no-token"
    assert service.get("/api/v1/governments/Nobody/indicators", headers=head).status_code == 404
    assert service.get("/api/v1/nothing", headers=head).get_json()["code"] == "not-found"
    # Where everyone may read, software may too; but never write.
    with create_app(settings, engine).test_client() as open_service:
        assert open_service.get(f"{OURS}/indicators").status_code == 200
        assert send(open_service, {}, ("W", 2025, 1)).status_code == 401


def test_a_token_is_made_shown_once_and_taken_back(service: FlaskClient, engine: Engine) -> None:
    assert service.get("/access-tokens").status_code == 302
    sign_in(service)
    csrf = {"csrf_token": token(service, "/access-tokens")}
    assert service.post("/access-tokens", data={**csrf, "name": " "}).status_code == 422
    made = service.post("/access-tokens", data={**csrf, "name": "Nightly <job>", "scope": "see-figures"})
    assert problems(made.text) == []
    assert "Nightly &lt;job&gt;" in made.text
    secret = made.text.split("ba_")[1].split("<")[0]
    assert secret not in service.get("/access-tokens").text
    head = {"Authorization": f"Bearer ba_{secret}"}
    assert service.get(f"{OURS}/indicators", headers=head).status_code == 200
    (held,) = list_tokens(engine, WHO)
    assert service.post(f"/access-tokens/{held.id}/drop", data=csrf).status_code == 302
    assert service.post(f"/access-tokens/{held.id}/drop", data=csrf).status_code == 404
    assert service.get(f"{OURS}/indicators", headers=head).status_code == 401


def test_values_that_come_at_once_are_all_kept(
    service: FlaskClient, head: dict[str, str], engine: Engine, settings: Settings
) -> None:
    service.put(f"{OURS}/indicators/W", json=DEFINITION, headers=head)
    app = create_app(settings, engine)

    def one(year: int) -> int:
        with app.test_client() as client:
            return send(client, head, ("W", year, float(year))).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(one, range(2000, 2012))) == {200}
    held = service.get(f"{OURS}/observations", headers=head).get_json()["observations"]
    assert [each["year"] for each in held] == list(range(2000, 2012))


def test_the_description_says_what_the_service_takes(service: FlaskClient) -> None:
    page = service.get("/api")
    assert problems(page.text) == []
    spec = json.loads(service.get("/api/openapi.json").data)
    served = {
        (str(rule).replace("<path:government>", "{government}").replace("<code>", "{code}"), method)
        for rule in service.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if str(rule).startswith("/api/v1/")
    }
    described = {
        (f"/api/v1{path}", method.upper())
        for path, item in spec["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert served == described
    for name in ("ObservationsMessage", "IndicatorDefinition", "ReadingsMessage", "ErrorMessage", "StoredMessage"):
        assert name in spec["components"]["schemas"]
