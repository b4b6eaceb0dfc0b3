"""The main job in a real browser: a workbook in, confirmed, allocated, traced to its cell."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.people import sign_in_at_northmere
from tests.workbooks import drawn

RETURN = drawn("""
    Department of Health and Care
    Budget 2027-28, £ million

    Programme         | Resource | Capital | Total
    Hospital services
    Acute hospitals   | 70.5     | 4.5     | 75
    Total hospital services | 70.5 | 4.5 | 75
    Total Department of Health and Care | 70.5 | 4.5 | 75
""")


def test_a_workbook_in_confirmed_allocated_and_traced(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "health 2027.xlsx"
    file.write_bytes(RETURN)
    sign_in_at_northmere(page)
    page.get_by_role("link", name="Returns").click()
    page.get_by_role("button", name="Send a workbook").click()
    page.get_by_label("Workbook").set_input_files(file)
    page.get_by_label("Whose budget is it?").fill("Westmere")
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How health 2027.xlsx was read")
    expect(page.get_by_text("6 of 6 totals that the workbook states equal their lines.")).to_be_visible()
    page.get_by_role("button", name="Confirm and store the lines").click()
    expect(page.get_by_text("2 lines of health 2027.xlsx are stored.")).to_be_visible()
    page.get_by_label("Allocate Westmere by").select_option("northmere-2026-sdg")
    page.get_by_role("button", name="Allocate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the budget of 2027-28 serves")
    page.get_by_role("table", name="Spending by outcome").get_by_role(
        "link", name="3. Good health and well-being"
    ).click()
    page.get_by_role("link", name="Trace Acute hospitals to Return!B6").click()
    expect(page.get_by_role("heading", name="Cell Return!B6")).to_be_visible()
    expect(page.get_by_role("cell", name="£70,500,000.00").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("3. Good health and well-being")


def test_the_keyboard_alone_reaches_an_outcome(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("3. Good health and well-being")


def test_a_role_is_corrected_by_keyboard_alone_and_read_at_once(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "works.xlsx"
    file.write_bytes(
        drawn("Department of Works\nBudget, £\n\nLine | 2026-27 | 2025-26\nRoads | 80 | 71\nRail | 31 | 29")
    )
    sign_in_at_northmere(page)
    page.goto("/submissions/new")
    page.get_by_label("Workbook").set_input_files(file)
    page.get_by_role("button", name="Read it").press("Enter")
    page.get_by_role("list").get_by_role("link", name="Return", exact=True).press("Enter")
    expect(page.get_by_role("cell", name="Roads", exact=True)).to_have_class("ba-role-label")
    column = page.get_by_label("Column C is")
    expect(column).to_have_value("amount")
    column.focus()
    page.keyboard.type("Measure")
    expect(page.get_by_text("a person said so")).to_be_visible()
    expect(page.get_by_text("2 lines", exact=False)).to_be_visible()
    page.get_by_role("link", name="How works.xlsx was read").press("Enter")
    page.get_by_label("Fiscal year, where not stated").press("Tab")
    page.get_by_role("button", name="Confirm and store the lines").press("Enter")
    expect(page.get_by_text("2 lines of works.xlsx are stored.")).to_be_visible()


def test_no_page_is_wider_than_its_window(page: Page, tmp_path: Path) -> None:
    sign_in_at_northmere(page)
    paths = ["/", "/outcomes/sdg-03", "/unaligned", "/bodies/Department of Health and Care", "/mapping"]
    paths += ["/frameworks", "/submissions", "/submissions/new", "/submissions/1", "/?lens=uk-missions-2024"]
    paths += ["/transfers", "/mappings", "/governments/Northmere (demonstration)"]
    paths += ["/aligned-share", "/collaboration", "/momentum", "/plan-to-outturn", "/capability", "/gaps", "/register"]
    paths += ["/comparators?body=Corrie District Council&feature=population&feature=deprivation", "/priorities"]
    paths += ["/measures", "/measures/comparators", "/api", "/access-tokens", "/boards", "/scenarios", "/public"]
    for path in paths:
        page.goto(path)
        is_no_wider(page)
    page.goto("/outcomes/sdg-03")
    page.get_by_role("link", name="Trace Acute hospitals").first.click()
    page.wait_for_url("**/lines/*")
    is_no_wider(page)
    file = tmp_path / "wide.xlsx"
    file.write_bytes(
        drawn("Line | " + " | ".join(f"Budget {y}-{y - 1999} £" for y in range(2001, 2026)) + "\nA | 1\nB | 2")
    )
    page.goto("/submissions/new")
    page.get_by_label("Workbook").set_input_files(file)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How wide.xlsx was read")
    is_no_wider(page)
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Tables found", "First lines"):
        region = page.get_by_role("region", name=name)
        assert region.evaluate("element => element.scrollWidth <= element.clientWidth"), f"{name} is read as it stands"
    page.goto(f"{page.url}/sheets/0")
    is_no_wider(page)


def is_no_wider(page: Page) -> None:
    """A page fits a phone, and a desk; first as wide as the window is, so that it is set out but twice."""
    assert page.viewport_size is not None
    for width in sorted((390, 1280), key=page.viewport_size["width"].__ne__):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_a_citizen_says_on_a_phone_what_matters_and_is_thanked(page: Page, browser: Browser, address: str) -> None:
    sign_in_at_northmere(page, "outcomes")
    page.goto("/priorities")
    page.get_by_label("The question, as people read it").fill("What should Northmere do first?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("fewer than 10 ballots so far")).to_be_visible()
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=address)
    phone = context.new_page()
    phone.goto("/public")
    expect(phone.get_by_role("heading", name="What should Northmere do first?")).to_be_visible()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_text("Choose at least one outcome.")).to_be_visible()
    phone.get_by_label("First").select_option("sdg-13")
    phone.get_by_label("Second").select_option("sdg-03")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_text("your answer is counted")).to_be_visible()
    expect(phone.get_by_role("button", name="Send my answer")).to_have_count(0)
    context.close()
    page.reload()
    expect(page.get_by_text("fewer than 10 ballots so far")).to_be_visible()


def test_the_pages_work_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Stage and year").select_option("budget-2025")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the budget of 2025-26 serves")
    context.close()
