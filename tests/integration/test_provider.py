"""Signing in at a provider by OpenID Connect, beside a real one that runs for the test."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from budget_align.config import ProvidedRole, Provider, Settings
from budget_align.core.people.policy import Held
from budget_align.services.people.accounts import add_account, disable_account
from budget_align.services.people.roles import list_roles
from budget_align.web.app import create_app
from tests.pages import token

with warnings.catch_warnings():
    # It still uses a part of Authlib that goes away.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import run_server_in_thread

# So does its token page.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated")

GIA = "gia@example.org"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(require_nonce=True) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def client(issuer: str, settings: Settings, sqlite_engine: Engine) -> Iterator[FlaskClient]:
    """A browser, and an installation whose people sign in at the provider."""
    add_account(sqlite_engine, "ada@example.org", "Ada", "seven tin boats upstream", [Held("administrator")])
    roles = (
        ProvidedRole(value="analysts", role="finance-analyst", government="Ours"),
        ProvidedRole(value="auditors", role="auditor"),
    )
    provider = Provider(name="Our sign-in", issuer=issuer, client_id="budget", client_secret="secret", roles=roles)
    with create_app(settings.model_copy(update={"provider": provider}), sqlite_engine).test_client() as client:
        yield client


def claim(issuer: str, **claims: object) -> None:
    """Lets the provider know someone."""
    said = {"email": GIA, "email_verified": True, "name": "Gia", **claims}
    requests.put(f"{issuer}/users/gia", json={"sub": "gia", **said}, timeout=10).raise_for_status()


def go(client: FlaskClient, path: str = "/sign-in/provider", **form: str) -> str:
    """Goes to the provider, signs in there, and returns the address with which it sends the person back."""
    there = client.post(path, data={"csrf_token": token(client, "/sign-in"), **form}).headers["Location"]
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"]
    assert asked["state"]
    back = requests.post(there, data={"sub": "gia"}, allow_redirects=False, timeout=10).headers["Location"]
    return back.removeprefix("http://localhost")


def test_claims_give_an_account_its_roles_and_take_them(
    client: FlaskClient, issuer: str, sqlite_engine: Engine
) -> None:
    claim(issuer, groups=["analysts", "others"])
    assert client.get(go(client, next="/account")).headers["Location"] == "/account"
    assert "Finance analyst of Ours" in client.get("/account").text
    with sqlite_engine.connect() as connection:
        how = connection.execute(text("SELECT detail FROM auditevent WHERE action = 'signed in'")).scalar_one()
    assert issuer in how
    claim(issuer, groups=["auditors"])
    client.get(go(client))
    assert [each.held for each in list_roles(sqlite_engine, GIA)] == [Held("auditor")]


def test_roles_that_a_person_gave_stay(client: FlaskClient, issuer: str, sqlite_engine: Engine) -> None:
    add_account(sqlite_engine, GIA, "Gia", "nine green lamps ashore", [Held("minister")])
    claim(issuer, groups=["auditors"])
    client.get(go(client))
    claim(issuer, groups=[])
    client.get(go(client))
    assert [each.held for each in list_roles(sqlite_engine, GIA)] == [Held("minister")]


def test_who_holds_no_role_or_is_disabled_or_not_verified_stays_out(
    client: FlaskClient, issuer: str, sqlite_engine: Engine
) -> None:
    claim(issuer, groups=["others"])
    assert client.get(go(client)).status_code == 403
    claim(issuer, groups=["auditors"], email_verified=False)
    assert "verified address" in client.get(go(client)).text
    claim(issuer, groups=["auditors"])
    client.get(go(client))
    disable_account(sqlite_engine, GIA, "root (command line)")
    assert "disabled" in client.get(go(client)).text
    assert client.get("/account").status_code == 302


def test_an_answer_that_was_not_asked_for_or_comes_twice_is_refused(client: FlaskClient, issuer: str) -> None:
    claim(issuer, groups=["auditors"])
    back = go(client)
    assert client.get(re.sub("state=[^&]+", "state=other", back)).status_code == 400
    assert client.get("/account").status_code == 302
    back = go(client)
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 400, "a code works once"


def test_signing_out_signs_out_at_the_provider(client: FlaskClient, issuer: str) -> None:
    claim(issuer, groups=["auditors"])
    client.get(go(client))
    away = client.post("/sign-out", data={"csrf_token": token(client, "/account")}).headers["Location"]
    assert away.startswith(f"{issuer}/oauth2/end_session")
    assert parse_qs(urlsplit(away).query)["post_logout_redirect_uri"] == ["http://localhost/"]
    assert client.get("/account").status_code == 302
    assert f"form-action 'self' {issuer}" in client.get("/sign-in").headers["Content-Security-Policy"]


def test_who_signs_in_there_shows_there_that_it_is_they(
    client: FlaskClient, issuer: str, sqlite_engine: Engine
) -> None:
    add_account(sqlite_engine, GIA, "Gia", "nine green lamps ashore", [Held("administrator")])
    claim(issuer)
    client.get(go(client))
    with sqlite_engine.begin() as connection:
        connection.execute(text("UPDATE signin SET sure_at = '2026-01-01 00:00:00'"))
    asked = client.post("/people/1/disable", data={"csrf_token": token(client, "/account")})
    assert asked.status_code == 401
    typed = re.findall(r'name="typed" value="([^"]+)"', asked.text)[0].replace("&#34;", '"')
    back = go(client, "/sign-in/provider?sure=1", typed=typed)
    assert 'action="/people/1/disable' in client.get(back).text
    csrf = {"csrf_token": token(client, "/account")}
    assert client.post("/people/1/disable", data=csrf).status_code == 302


def test_a_provider_that_does_not_answer_is_said(settings: Settings, sqlite_engine: Engine) -> None:
    provider = Provider(name="Our sign-in", issuer="http://127.0.0.1:9", client_id="budget")
    with create_app(settings.model_copy(update={"provider": provider}), sqlite_engine).test_client() as client:
        answer = client.post("/sign-in/provider", data={"csrf_token": token(client, "/sign-in")})
        assert answer.status_code == 400
        assert "does not answer" in answer.text
