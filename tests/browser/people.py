"""People at a browser: who they are, how they sign in, whom they invite."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from waitress import create_server

from budget_align.services import demonstration

DESK: ViewportSize = {"width": 1280, "height": 900}
PASSWORD = "seven tin boats upstream"


@dataclass(frozen=True)
class Installation:
    """A service that nobody has an account of, and browsers to open it in."""

    address: str
    first: str
    browser: Browser
    opened: list[BrowserContext] = field(default_factory=list)

    def page(self, email: str = "") -> Page:
        """A browser of its own for each person; with an address, signed in."""
        self.opened.append(self.browser.new_context(viewport=DESK, base_url=self.address))
        page = self.opened[-1].new_page()
        page.set_default_timeout(60_000)
        if email:
            sign_in(page, email)
        return page

    def close(self) -> None:
        for context in self.opened:
            context.close()


@dataclass
class Stage:
    """Answers as whichever application is shown, so that one address serves all tests in turn."""

    address: str = ""
    shown: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert self.shown is not None, "a test is over, and something still asks for its pages"
        return self.shown(environ, start_response)


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """The address of the service while it runs."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def sign_in_at_northmere(page: Page, who: str = "analyst") -> None:
    """As one of the demonstration's accounts."""
    sign_in(page, f"{who}@northmere.example", demonstration.PASSWORD)
    expect(page.get_by_text("Signed in as")).to_be_visible()


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
