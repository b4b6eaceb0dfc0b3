"""The workbench in a real browser: from an empty mapping to nine tenths of the money, approved and allocated."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.people import sign_in_at_northmere


def taken(page: Page) -> float:
    """The percentage of the money that some rule takes, as the page says it."""
    return float(page.locator(".ba-figures dd").first.inner_text().split("%")[0].removeprefix("over "))


def test_from_an_empty_mapping_to_ninety_percent_in_twenty_actions(page: Page) -> None:
    sign_in_at_northmere(page, "mapping")
    page.goto("/mappings")
    page.get_by_label("Title").fill("Northmere to the goals")
    page.get_by_label("Outcomes of").select_option("un-sdg-2015")
    page.get_by_role("button", name="Begin empty").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Northmere to the goals")
    actions = 0
    while taken(page) < 90:
        # A person looks at the first suggestion of the largest group, and takes it.
        first = page.locator(".ba-queue > li").first
        name = first.get_by_role("heading").inner_text()
        first.locator("button.govuk-button").first.click()
        expect(page.get_by_role("alert")).to_contain_text(name)
        actions += 1
        assert actions <= 20, taken(page)

    # The next group, its suggestion refused, is not suggested again; then a rule is written for it by hand.
    first = page.locator(".ba-queue > li").first
    refused = first.locator("button.govuk-button").first.inner_text().split("\n")[0]
    first.get_by_role("button", name="Not this").click()
    expect(page.locator(".ba-queue > li").first.locator("button.govuk-button").first).not_to_contain_text(refused)
    page.locator(".ba-queue > li").first.get_by_role("link", name="Write a rule").click()
    counted = page.get_by_label("What it takes")
    expect(counted).to_contain_text("lines, £")
    before = counted.inner_text()
    page.get_by_label("Words 3").fill("no such words anywhere")
    expect(counted).to_contain_text("0 lines")
    page.get_by_label("Words 3").fill("")
    expect(counted).to_have_text(before, use_inner_text=True)
    page.get_by_label("No outcome, on purpose").check()
    expect(page.get_by_label("Outcome 1")).to_be_hidden()
    page.get_by_label("The reason, such as").fill("Set aside")
    page.get_by_label("Why").fill("It is not decided yet.")
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Northmere to the goals")

    page.get_by_role("link", name="See what it changes").click()
    expect(page.get_by_text("someone else approves it")).to_be_visible()
    changes = page.url
    sign_in_at_northmere(page, "approver")
    page.goto(changes)
    page.get_by_role("button", name="Approve these rules").click()
    expect(page.get_by_role("alert")).to_contain_text("Approved as version 1")
    page.goto("/submissions")
    page.get_by_label("Allocate Northmere").select_option("northmere-to-the-goals")
    page.get_by_role("button", name="Allocate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the budget of 2026-27 serves")


def test_no_page_of_the_workbench_is_wider_than_a_phone(page: Page) -> None:
    sign_in_at_northmere(page, "mapping")
    page.goto("/mappings")
    page.get_by_label("From one that comes with the product").select_option("northmere-2026-sdg")
    page.get_by_role("button", name="Begin from it").click()
    bench = page.url
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (bench, f"{bench}/changes", f"{bench}/upload", f"{bench}/rules/new", f"{bench}/rules/hospitals"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
