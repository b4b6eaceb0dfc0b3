"""People in a real browser: a second factor, and signing in at a provider."""

from __future__ import annotations

import warnings

import pyotp
import pytest
import requests
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from budget_align.config import ProvidedRole, Provider, Settings
from budget_align.web.app import create_app
from tests.browser.people import Installation, become_administrator, served, sign_in


def test_a_second_factor_is_begun_and_asked_for(installation: Installation) -> None:
    page = become_administrator(installation)
    sign_in(page, "ada@example.org")
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Begin a second factor").click()
    expect(page.get_by_role("img", name="The key as a picture")).to_be_visible()
    key = page.locator(".ba-hash").inner_text()
    page.get_by_label("Code that the app shows now").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Begin").click()
    recovery = page.locator("li.ba-hash").first.inner_text()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "ada@example.org")
    page.get_by_label("Code that your app shows now").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    for path in ("/account", "/people", "/people/1", "/access-tokens", "/account/second-factor"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


@pytest.mark.filterwarnings("ignore:.*deprecated")
def test_signing_in_and_out_at_a_provider(settings: Settings, sqlite_engine: Engine, browser: Browser) -> None:
    """As a browser does it, which follows a form to another site only where the page's policy lets it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oidc_provider_mock import run_server_in_thread
    with run_server_in_thread() as provider:
        # Under another name than the service, so that neither gets the other's cookies.
        issuer = f"http://localhost:{provider.server_port}"
        claims = {"sub": "gia", "email": "gia@example.org", "email_verified": True, "name": "Gia", "groups": "auditors"}
        requests.put(f"{issuer}/users/gia", json=claims, timeout=10).raise_for_status()
        roles = (ProvidedRole(value="auditors", role="auditor"),)
        named = Provider(
            name="Westmere sign-in", issuer=issuer, client_id="budget", client_secret="secret", roles=roles
        )
        shown = settings.model_copy(update={"public_reading": False, "provider": named})
        with served(create_app(shown, sqlite_engine)) as address:
            context = browser.new_context(base_url=address)
            page = context.new_page()
            page.goto("/account")
            page.get_by_role("button", name="Sign in with Westmere sign-in").click()
            page.get_by_role("textbox").fill("gia")
            page.get_by_role("button").first.click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
            expect(page.get_by_text("Auditor of all governments")).to_be_visible()
            page.get_by_role("button", name="Sign out").click()
            page.wait_for_url(f"{issuer}/**")
            page.goto("/account")
            expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
            context.close()
