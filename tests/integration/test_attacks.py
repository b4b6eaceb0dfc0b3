"""What someone tries who wants in, or wants others to do something for them; nothing of it works."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.services.people import accounts
from budget_align.services.people.accounts import add_account, disable_account
from budget_align.services.people.tokens import drop_token, list_tokens, make_token
from budget_align.web.app import create_app
from budget_align.web.numbers import DatabaseNumber
from tests.at_once import at_once
from tests.crawling import read
from tests.people import let_do_everything

ANA, PASSWORD = "ana@example.org", "correct horse battery"


@pytest.fixture
def app(settings: Settings, sqlite_engine: Engine) -> Flask:
    add_account(sqlite_engine, ANA, "Ana", PASSWORD)
    let_do_everything(sqlite_engine, ANA)
    return create_app(settings.model_copy(update={"public_reading": False, "public_page": True}), sqlite_engine)


@pytest.fixture
def victim(app: Flask) -> FlaskClient:
    """A browser in which Ana is signed in."""
    client = app.test_client()
    assert sign_in(client)[0] == 302
    return client


def csrf(client: FlaskClient, path: str = "/sign-in") -> str:
    return next(form.fields["csrf_token"][1] for form in read(client, path).forms if "csrf_token" in form.fields)


def sign_in(client: FlaskClient, after: str = "", password: str = PASSWORD, email: str = ANA) -> tuple[int, str]:
    said = {"email": email, "password": password, "csrf_token": csrf(client)}
    answer = client.post(f"/sign-in{after}", data=said)
    return answer.status_code, answer.headers.get("Location", "")


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    assert found is not None
    return found.value


# --- sessions ------------------------------------------------------------------------------------------------------


def test_a_session_that_was_planted_before_signing_in_is_worth_nothing_after(app: Flask) -> None:
    attacker = app.test_client()
    client = app.test_client()
    csrf(attacker)
    client.set_cookie("session", cookie(attacker))
    said = {"email": ANA, "password": PASSWORD, "csrf_token": csrf(client)}
    assert client.post("/sign-in", data=said).status_code == 302
    assert cookie(client) != cookie(attacker)
    assert client.get("/submissions").status_code == 200
    assert "/sign-in" in attacker.get("/submissions").headers["Location"]


def test_a_session_that_was_made_up_or_changed_is_none(app: Flask, victim: FlaskClient) -> None:
    good = cookie(victim)
    body, _, signature = good.rpartition(".")
    for forged in (f"{body}.{signature[::-1]}", f".{body[1:-1]}.{signature}", "e30.Z.x", "", "\x00"):
        attacker = app.test_client()
        attacker.set_cookie("session", forged)
        assert attacker.get("/submissions").status_code == 302


def test_over_tls_the_cookie_is_of_this_host_alone_and_signing_out_clears_what_the_browser_kept(app: Flask) -> None:
    client, over_tls = app.test_client(), {"base_url": "https://localhost"}
    page = client.get("/sign-in", **over_tls)  # type: ignore[arg-type]
    told = page.headers["Set-Cookie"]
    assert told.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in told
    assert "Domain" not in told
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    said = {"email": ANA, "password": PASSWORD, "csrf_token": found[1]}
    referer = {"Referer": "https://localhost/sign-in"}
    assert client.post("/sign-in", data=said, headers=referer, **over_tls).status_code == 302  # type: ignore[arg-type]
    again = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/submissions/new", **over_tls).text)  # type: ignore[arg-type]
    assert again
    out = client.post("/sign-out", data={"csrf_token": again[1]}, headers=referer, **over_tls)  # type: ignore[arg-type]
    assert out.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/submissions", **over_tls).status_code == 302  # type: ignore[arg-type]


def test_no_method_but_those_of_a_page_is_answered(app: Flask) -> None:
    client = app.test_client()
    for method in ("TRACE", "CONNECT", "PROPFIND", "DELETE", "PUT"):
        assert client.open("/sign-in", method=method).status_code == 405


# --- what another page makes a browser send -------------------------------------------------------------------------


def test_every_address_that_takes_a_form_wants_the_token_of_its_own_session(app: Flask, victim: FlaskClient) -> None:
    attacker = app.test_client()
    sign_in(attacker)
    stolen = csrf(attacker, "/submissions/new")
    tried = 0
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint.startswith("api."):
            continue
        with app.test_request_context():
            numbers = {name for name, kind in rule._converters.items() if isinstance(kind, DatabaseNumber)}
            address = rule.build({name: 1 if name in numbers else "x" for name in rule.arguments})
        assert address is not None
        for said in ({}, {"csrf_token": "x"}, {"csrf_token": stolen}):
            answer = victim.post(address[1], data=said)
            assert answer.status_code == 400, (rule.endpoint, said)
            assert "out of date" in answer.text, rule.endpoint
        tried += 1
    assert tried > 40


def test_what_only_looks_changes_nothing_and_no_other_page_may_frame_or_read_ours(victim: FlaskClient) -> None:
    for address in ("/sign-out", "/access-tokens/1/drop", "/runs"):
        assert victim.get(address).status_code in (404, 405)
    page = victim.get("/submissions")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in page.headers
    assert "SameSite=Lax" in str(victim.get("/sign-in").headers.get("Set-Cookie", "SameSite=Lax"))


# --- where it leads, and what stands in what it says ----------------------------------------------------------------


ASTRAY = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "%09//evil.example",
    "/%09/evil.example",
    "/%0d/evil.example",
    "%2F%2Fevil.example",
    "/%0d%0aSet-Cookie:%20x=1",
    "@evil.example",
]


def test_signing_in_leads_to_no_page_of_another(app: Flask) -> None:
    for to in ASTRAY:
        status, location = sign_in(app.test_client(), f"?next={to}")
        assert status == 302, to
        # A browser drops tabs and line ends, and takes a backslash for a slash, before it reads an address.
        assert re.fullmatch(r"/|/[^/\\\s][^\\\s]*", location), (to, location)
    assert sign_in(app.test_client(), "?next=/submissions?a=b") == (302, "/submissions?a=b")


def test_nothing_that_is_sent_becomes_a_header(victim: FlaskClient) -> None:
    for sign in ("%0d%0aSet-Cookie:%20x=1", "%0ax:%201", "%00", "%e2%80%a8", "%ff"):
        for address in ("/sign-in?next=", "/?run=", "/public?x=", "/frameworks/"):
            answer = victim.get(f"{address}a{sign}")
            assert answer.status_code < 500
            assert "x" not in answer.headers
            assert "x=1" not in answer.headers.get("Set-Cookie", "")


# --- who gets in ----------------------------------------------------------------------------------------------------


def test_a_token_that_was_taken_back_or_whose_holder_is_gone_acts_for_nobody(
    app: Flask, sqlite_engine: Engine, victim: FlaskClient
) -> None:
    token = make_token(sqlite_engine, ANA, "a script")
    asked = "/api/v1/governments/Ours/figures"

    def status(said: str) -> int:
        software = app.test_client()
        return software.get(asked, headers={"Authorization": said}).status_code

    assert status(f"Bearer {token}") != 401
    assert status(f"Bearer {token[:-1]}") == status(f"Basic {token}") == status("Bearer ") == 401
    software = app.test_client()
    assert software.get(f"{asked}?token={token}").status_code == 401, "no address holds a secret"
    disable_account(sqlite_engine, ANA, "tests")
    assert status(f"Bearer {token}") == 401
    assert victim.get("/submissions").status_code == 302
    for each in list_tokens(sqlite_engine, ANA):
        drop_token(sqlite_engine, ANA, each.id)
    assert status(f"Bearer {token}") == 401


def test_whether_an_account_exists_is_not_told_by_how_long_the_answer_takes(
    app: Flask, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong password of an account, of a disabled one and of none take one hash each, and nothing else to speak of."""
    add_account(sqlite_engine, "gone@example.org", "Gone", PASSWORD)
    disable_account(sqlite_engine, "gone@example.org", "tests")
    hashed: list[float] = []

    class Counted(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            began = time.perf_counter()
            try:
                return super().verify(hash, password)
            finally:
                hashed.append(time.perf_counter() - began)

    monkeypatch.setattr(accounts, "HASHER", Counted(time_cost=1, memory_cost=8, parallelism=1))
    counts = {}
    for email in (ANA, "gone@example.org", "nobody@example.org"):
        client = app.test_client()
        hashed.clear()
        assert sign_in(client, password="guess", email=email)[0] == 400
        counts[email] = len(hashed)
    assert set(counts.values()) == {1}


def test_many_guesses_at_once_are_no_more_than_one_after_another(app: Flask, sqlite_engine: Engine) -> None:
    """Five of an account from one address, however many are sent before the first is answered."""
    add_account(sqlite_engine, "gone@example.org", "Gone", PASSWORD)
    app.config["WTF_CSRF_ENABLED"] = False

    def guess(number: int) -> Callable[[], object]:
        said = {"email": "gone@example.org", "password": f"guess {number}"}
        return lambda: app.test_client().post("/sign-in", data=said).status_code

    assert sorted(at_once(*map(guess, range(12)))) == [400] * 5 + [429] * 7  # type: ignore[type-var]
    # Those that are right count for nothing, also where many are.
    right = {"email": ANA, "password": PASSWORD}
    for _ in range(2):
        found = at_once(*[lambda: app.test_client().post("/sign-in", data=right).status_code] * 5)
        assert set(found) == {302}


def test_what_a_form_carries_of_another_is_taken_apart_by_nobody_who_nests_it(app: Flask) -> None:
    """A field that holds what was typed before: nested past what can be read, of other shapes, or of addresses elsewhere."""
    odd = [
        "[" * 100_000,
        '{"a":' * 50_000,
        "[[],[],[],[]]",
        '["//evil.example",[],false,true]',
        '["/",[[1]],0,0]',
        "9" * 5_000,
    ]
    for typed in odd:
        client = app.test_client()
        said = {"email": ANA, "csrf_token": csrf(client), "typed": typed}
        assert client.post("/sign-in", data={**said, "password": "guess"}).status_code in (400, 429), typed[:20]
        answer = client.post("/sign-in", data={**said, "password": PASSWORD})
        assert answer.status_code in (302, 429), typed[:20]
        assert "evil" not in answer.headers.get("Location", "")
