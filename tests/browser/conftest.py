"""The service in a real browser, with the demonstration loaded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.services.people.links import link_for_first
from budget_align.web.app import create_app
from tests.browser.people import DESK, Installation, Stage, served

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run", "--disable-quic"]

PATIENCE = 60_000
"""Milliseconds that something may take to be seen; a slow machine breaks no rule."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A free port of this machine, where the service of each test is in its turn."""
    stage = Stage()
    with served(stage) as stage.address:
        yield stage


@pytest.fixture
def address(settings: Settings, northmere: Engine, stage: Stage) -> Iterator[str]:
    """The service as it is run, with the demonstration loaded."""
    shown = settings.model_copy(update={"public_page": True, "public_ballots": True})
    stage.shown = create_app(shown, northmere).wsgi_app
    yield stage.address
    stage.shown = None


@pytest.fixture(scope="session")
def window(browser: Browser, stage: Stage) -> Page:
    """The one window of all tests that need but one: another takes longer to open than ten pages in it."""
    page = browser.new_context(viewport=DESK, base_url=stage.address).new_page()
    page.set_default_timeout(PATIENCE)
    return page


@pytest.fixture
def page(window: Page, address: str) -> Iterator[Page]:
    """A window that knows nobody and nothing, and whose console stays silent."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def note(error: Error) -> None:
        complaints.append(str(error))

    window.on("console", hear)
    window.on("pageerror", note)
    yield window
    window.evaluate("[localStorage, sessionStorage].forEach(kept => kept.clear())")
    window.goto("about:blank")
    window.remove_listener("console", hear)
    window.remove_listener("pageerror", note)
    window.context.clear_cookies()
    window.set_viewport_size(DESK)
    assert complaints == [], "the browser's console stays silent"


@pytest.fixture
def installation(settings: Settings, sqlite_engine: Engine, browser: Browser) -> Iterator[Installation]:
    closed = settings.model_copy(update={"public_reading": False, "public_page": True, "government": "Ours"})
    with served(create_app(closed, sqlite_engine)) as address:
        installation = Installation(address, f"/welcome/{link_for_first(sqlite_engine)}", browser)
        yield installation
        installation.close()
