"""The service in a real browser, with the demonstration loaded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.services.people.links import link_for_first
from budget_align.web.app import create_app
from tests.browser.people import Installation, served

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run", "--disable-quic"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """One process runs them all, in one browser, which takes longer to start than most pages take to open."""
    item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(settings: Settings, northmere: Engine) -> Iterator[str]:
    """The service as it is run, with the demonstration loaded, on a free port of this machine."""
    shown = settings.model_copy(update={"public_page": True, "public_ballots": True})
    with served(create_app(shown, northmere)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == [], "the browser's console stays silent"
    context.close()


@pytest.fixture
def installation(settings: Settings, sqlite_engine: Engine, browser: Browser) -> Iterator[Installation]:
    closed = settings.model_copy(update={"public_reading": False, "public_page": True, "government": "Ours"})
    with served(create_app(closed, sqlite_engine)) as address:
        yield Installation(address, f"/welcome/{link_for_first(sqlite_engine)}", browser)
        for context in browser.contexts:
            context.close()
