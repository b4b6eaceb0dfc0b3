"""From an empty installation to a first published figure, by four people in a real browser; and a minister who reads it
and can change nothing.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from waitress import create_server

from budget_align.config import Settings
from budget_align.core.people.policy import Held
from budget_align.services.people.accounts import open_account
from budget_align.services.people.roles import give_role
from budget_align.web.app import create_app
from tests.workbooks import drawn

PASSWORD = "several plain words"
RETURN = drawn("""
    Department of Skills
    Budget 2026-27, £ million

    Programme         | 2026-27
    Training of staff | 70
    Buildings         | 30
    Total Department of Skills | 100
""")
ROLES = {
    "analyst": "finance-analyst",
    "owner": "mapping-owner",
    "approver": "finance-approver",
    "minister": "minister",
}


@pytest.fixture
def empty(settings: Settings, sqlite_engine: Engine) -> Iterator[str]:
    """An installation with nothing in it but its administrator, on a free port of this machine."""
    open_account(sqlite_engine, "admin@ours.example", "Ida Moor", PASSWORD, "operator")
    shown = settings.model_copy(update={"public_reading": False, "public_page": True})
    server = create_server(create_app(shown, sqlite_engine), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


def page_of(browser: Browser, address: str, who: str) -> Page:
    page = browser.new_context(base_url=address).new_page()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(f"{who}@ours.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Signed in as")).to_be_visible()
    return page


def test_an_empty_installation_gets_its_first_published_figure_by_four_people(
    browser: Browser, empty: str, sqlite_engine: Engine, tmp_path: Path
) -> None:
    for who, role in ROLES.items():
        open_account(sqlite_engine, f"{who}@ours.example", who.capitalize(), PASSWORD, "admin@ours.example")
        give_role(sqlite_engine, f"{who}@ours.example", Held(role), "admin@ours.example")
    give_role(sqlite_engine, "approver@ours.example", Held("mapping-approver"), "admin@ours.example")

    # The analyst sends a return and asks for it to be approved.
    file = tmp_path / "skills.xlsx"
    file.write_bytes(RETURN)
    analyst = page_of(browser, empty, "analyst")
    analyst.goto("/submissions/new")
    analyst.get_by_label("Workbook").set_input_files(file)
    analyst.get_by_label("Whose budget is it?").fill("Ours")
    analyst.get_by_role("button", name="Read it").click()
    analyst.get_by_role("button", name="Confirm and store the lines").click()
    expect(analyst.get_by_text("2 lines of skills.xlsx are stored.")).to_be_visible()
    analyst.goto("/submissions/1")
    analyst.get_by_text("Ask for it to be approved").click()
    analyst.get_by_label("What the one who approves should know").fill("The first of the year")
    analyst.get_by_role("button", name="Ask", exact=True).click()

    # The mapping owner allocates it by a mapping that comes with the product, and asks to publish.
    owner = page_of(browser, empty, "owner")
    owner.goto("/submissions")
    owner.get_by_label("Allocate Ours by").select_option("enabling-capabilities")
    owner.get_by_role("button", name="Allocate").click()
    expect(owner.get_by_text("Nobody has published these figures")).to_be_visible()
    owner.get_by_role("link", name="ask to publish").click()
    owner.get_by_role("button", name="Ask to publish").click()
    expect(owner.get_by_text("so someone else publishes it")).to_be_visible()
    expect(owner.get_by_role("button", name="Publish", exact=True)).to_have_count(0)

    minister = page_of(browser, empty, "minister")
    minister.goto("/")
    expect(minister.get_by_text("£100.0m")).to_have_count(0)

    # The approver finds it all on one page, and cannot publish before the return and the mapping are approved.
    approver = page_of(browser, empty, "approver")
    approver.get_by_role("link", name="What waits for me").click()
    approver.get_by_role("link", name="Budget 2026-27 by").click()
    expect(approver.get_by_text("Nobody has approved the return skills.xlsx.")).to_be_visible()
    approver.get_by_role("link", name="What waits for me").click()
    approver.get_by_role("link", name="skills.xlsx").click()
    expect(approver.get_by_text("The first of the year")).to_be_visible()
    approver.get_by_role("button", name="Approve this return").click()
    approver.goto("/mappings")
    approver.get_by_role("row", name="Enabling capabilities").get_by_role("button", name="Approve").click()
    approver.get_by_role("link", name="What waits for me").click()
    approver.get_by_role("link", name="Budget 2026-27 by").click()
    approver.get_by_role("button", name="Publish", exact=True).click()
    expect(approver.get_by_text("Everyone sees these figures now")).to_be_visible()

    # The minister reads it, and is offered and let do nothing else.
    minister.goto("/")
    expect(minister.get_by_text("£100.0m").first).to_be_visible()
    expect(minister.get_by_text(re.compile(r"Published on \d+ \w+ \d{4} by Approver"))).to_be_visible()
    expect(minister.get_by_role("main").get_by_role("button")).to_have_text(["Show"])
    for path in ("/submissions", "/mappings", "/publications", "/record", "/publications/1"):
        answer = minister.goto(path)
        assert answer is not None
        assert answer.status == 403, path
    citizen = browser.new_context(base_url=empty).new_page()
    citizen.goto("/public")
    expect(citizen.get_by_text("£100.0m").first).to_be_visible()
