"""From an empty installation to a first published figure, by four people in a real browser; and a minister who reads it
and can change nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.people import Installation, become_administrator, invite, sign_in
from tests.workbooks import drawn

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


def test_an_empty_installation_gets_its_first_published_figure_by_four_people(
    installation: Installation, tmp_path: Path
) -> None:
    # The administrator opens the first link and invites the others, who choose their passwords.
    admin = become_administrator(installation)
    sign_in(admin, "ada@example.org")
    of = {who: installation.page() for who in ROLES}
    for who, role in ROLES.items():
        invite(admin, of[who], f"{who}@ours.example", who.capitalize(), role)
        sign_in(of[who], f"{who}@ours.example")
    analyst, owner, approver, minister = (of[who] for who in ("analyst", "owner", "approver", "minister"))
    admin.get_by_role("link", name="Approver").click()
    admin.get_by_label("Role", exact=True).select_option("mapping-approver")
    admin.get_by_role("button", name="Give the role").click()
    expect(admin.get_by_role("alert")).to_contain_text("The role is given")

    # The analyst sends a return and asks for it to be approved.
    file = tmp_path / "skills.xlsx"
    file.write_bytes(RETURN)
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

    # The mapping owner begins a mapping from one that comes with the product; the approver approves its rules.
    owner.goto("/mappings")
    owner.get_by_label("From one that comes with the product").select_option("northmere-2026-sdg")
    owner.get_by_role("button", name="Begin from it").click()
    expect(owner.get_by_role("link", name="Write a new rule")).to_be_visible()
    approver.goto(f"{owner.url}/changes")
    approver.get_by_role("button", name="Approve these rules").click()
    expect(approver.get_by_role("alert")).to_contain_text("Approved as version 1")

    # The mapping owner allocates it by a mapping that comes with the product, and asks to publish.
    owner.goto("/submissions")
    owner.get_by_label("Allocate Ours by").select_option("enabling-capabilities")
    owner.get_by_role("button", name="Allocate").click()
    expect(owner.get_by_text("Nobody has published these figures")).to_be_visible()
    owner.get_by_role("link", name="ask to publish").click()
    owner.get_by_role("button", name="Ask to publish").click()
    expect(owner.get_by_text("so someone else publishes it")).to_be_visible()
    expect(owner.get_by_role("button", name="Publish", exact=True)).to_have_count(0)

    minister.goto("/")
    expect(minister.get_by_text("£100.0m")).to_have_count(0)

    # The approver finds it all on one page, and cannot publish before the return and the mapping are approved.
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
    menu = minister.get_by_role("navigation", name="Menu").get_by_role("link")
    expect(menu).to_have_text(["Overview", "Frameworks"])
    for path in ("/submissions", "/submissions/new", "/mappings", "/people", "/publications", "/record"):
        answer = minister.goto(path)
        assert answer is not None
        assert answer.status == 403, path
    citizen = installation.page()
    citizen.goto("/public")
    expect(citizen.get_by_text("£100.0m").first).to_be_visible()
