"""People in a real browser: a second factor, and signing in at a provider."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyotp
import pytest
import requests
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from waitress import create_server

from budget_align.config import ProvidedRole, Provider, Settings
from budget_align.services.people.links import link_for_first
from budget_align.web.app import create_app

PASSWORD = "seven tin boats upstream"


@dataclass(frozen=True)
class Installation:
    """A service that nobody has an account of, and browsers to open it in."""

    address: str
    first: str
    browser: Browser

    def page(self, email: str = "") -> Page:
        """A browser of its own for each person; with an address, signed in."""
        page = self.browser.new_context(viewport={"width": 1280, "height": 900}, base_url=self.address).new_page()
        page.set_default_timeout(15_000)
        if email:
            sign_in(page, email)
        return page


@pytest.fixture
def installation(settings: Settings, sqlite_engine: Engine, browser: Browser) -> Iterator[Installation]:
    closed = settings.model_copy(update={"public_reading": False, "public_page": True, "government": "Ours"})
    with served(create_app(closed, sqlite_engine)) as address:
        yield Installation(address, f"/welcome/{link_for_first(sqlite_engine)}", browser)
        for context in browser.contexts:
            context.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the service while it runs."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def become_administrator(installation: Installation) -> Page:
    """Ada opens the first link, and is the administrator."""
    page = installation.page()
    page.goto(installation.first)
    page.get_by_label("Your email address").fill("ada@example.org")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Keep it").click()
    return page


def choose_password(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Your password is kept")).to_be_visible()


def invite(admin: Page, guest: Page, email: str, name: str, role: str) -> None:
    admin.goto("/people")
    admin.get_by_label("Email address").fill(email)
    admin.get_by_label("Name", exact=True).fill(name)
    admin.get_by_label("Role").select_option(role)
    admin.get_by_role("button", name="Invite them").click()
    choose_password(guest, admin.locator(".govuk-inset-text .ba-hash").inner_text())


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
