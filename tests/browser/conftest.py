"""The service in a real browser, with the demonstration loaded."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine
from waitress import create_server

from budget_align.config import Settings
from budget_align.services import demonstration
from budget_align.web.app import create_app

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
    server = create_server(create_app(shown, northmere), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


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


def sign_in(page: Page, who: str = "analyst") -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(f"{who}@northmere.example")
    page.get_by_label("Password", exact=True).fill(demonstration.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Signed in as")).to_be_visible()
