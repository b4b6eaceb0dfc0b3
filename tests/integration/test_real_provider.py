"""Signing in at a provider that many use (oidc-provider, of npm), as it comes: it asks who it is on pages of its own, says
of a person in its userinfo what the token leaves out, and takes no sign-in without PKCE.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import ProvidedRole, Provider, Settings
from budget_align.core.people.policy import Held
from budget_align.services.people.roles import list_roles
from budget_align.services.record.trail import list_events
from budget_align.web.app import create_app
from budget_align.web.people import gate
from tests.conftest import ROOT
from tests.pages import token

HERE = ROOT / "tests" / "provider"
GIA = "gia@example.org"


@dataclass(frozen=True)
class Running:
    """A provider that runs, and where it reads what it says of its one person."""

    issuer: str
    claims: Path

    def says(self, **claims: object) -> None:
        said = {"email": GIA, "email_verified": True, "name": "Gia", "groups": ["analysts"], **claims}
        self.claims.write_text(json.dumps(said))


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("not run against oidc-provider: Node.js or the package is missing (make test installs it)")
    claims = tmp_path_factory.mktemp("provider") / "claims.json"
    with subprocess.Popen(
        [node, "server.mjs", str(claims)], cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        issuer = next((line.strip() for line in process.stdout if line.startswith("http")), "")
        assert issuer, "the provider ended"
        yield Running(issuer, claims)
        process.kill()


@pytest.fixture
def client(provider: Running, settings: Settings, sqlite_engine: Engine) -> Iterator[FlaskClient]:
    roles = (ProvidedRole(value="analysts", role="finance-analyst", government="Ours"),)
    there = Provider(
        name="Our sign-in", issuer=provider.issuer, client_id="budget", client_secret="secret", roles=roles
    )
    with create_app(settings.model_copy(update={"provider": there}), sqlite_engine).test_client() as client:
        yield client


def go(client: FlaskClient, browser: requests.Session, path: str = "/sign-in/provider", **form: str) -> str:
    """Goes to the provider, answers what its pages ask, and returns the address with which it sends the person back."""
    to = client.post(path, data={"csrf_token": token(client, "/sign-in"), **form}).headers["Location"]
    for _ in range(12):
        if to.startswith("http://localhost/"):
            return to.removeprefix("http://localhost")
        answer = browser.get(to, allow_redirects=False, timeout=10)
        if answer.status_code == 200:
            action = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert action, answer.text
            assert prompt, answer.text
            said = {"prompt": prompt[1], "login": "gia", "password": "anything"}
            answer = browser.post(action[1], data=said, allow_redirects=False, timeout=10)
        to = requests.compat.urljoin(to, answer.headers["Location"])
    raise AssertionError(f"the provider sends nobody back: {to}")


def test_who_is_known_there_is_let_in_with_their_roles_and_signed_out_at_both(
    client: FlaskClient, provider: Running, sqlite_engine: Engine
) -> None:
    provider.says()
    browser = requests.Session()
    assert client.get(go(client, browser)).status_code == 302
    assert [each.held for each in list_roles(sqlite_engine, GIA)] == [Held("finance-analyst", "Ours")]
    assert "Gia" in client.get("/account").text
    (event,) = list_events(sqlite_engine, what="signed in", limit=1).events
    assert (event.actor, event.facts["by"]) == (GIA, f"provider {provider.issuer}")
    out = client.post("/sign-out", data={"csrf_token": token(client, "/account")}).headers["Location"]
    assert out.startswith(f"{provider.issuer}/session/end")
    page = browser.get(out, timeout=10).text
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', page)
    assert xsrf
    said = {"xsrf": xsrf[1], "logout": "yes"}
    done = browser.post(f"{provider.issuer}/session/end/confirm", data=said, allow_redirects=False, timeout=10)
    assert done.headers["Location"].partition("?")[0] == "http://localhost/"
    assert client.get("/account").status_code == 302


def test_who_is_not_verified_or_answers_what_was_not_asked_stays_out(
    client: FlaskClient, provider: Running, sqlite_engine: Engine
) -> None:
    provider.says(email_verified=False)
    assert client.get(go(client, requests.Session())).status_code == 400
    provider.says()
    back = go(client, requests.Session())
    assert client.get(back.replace("code=", "code=x")).status_code == 400
    assert client.get(back).status_code == 400
    assert list_roles(sqlite_engine, GIA) == []


def test_it_is_shown_there_again_that_it_is_oneself(
    client: FlaskClient, provider: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.says()
    browser = requests.Session()
    client.get(go(client, browser))
    monkeypatch.setattr(gate, "is_sure", lambda *_: False)
    # The browser is signed in there still, and is asked all the same.
    back = go(client, browser, sure="1")
    assert client.get(back).status_code == 200
