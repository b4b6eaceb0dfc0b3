"""The pages of mappings, asked for as a browser asks."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient

from budget_align.services import demonstration
from budget_align.services.runs.bodies import list_bodies
from tests.pages import begin_mapping, problems, sign_in, token
from tests.workbooks import drawn

NORTHMERE = demonstration.GOVERNMENT


def carried(page: str) -> dict[str, str]:
    """What the forms of a draft's page carry beside what is typed."""
    found = dict(re.findall(r'name="(csrf_token|revision)" value="([^"]+)"', page))
    assert set(found) == {"csrf_token", "revision"}
    return found


def shown(client: FlaskClient, address: str) -> dict[str, str]:
    """What a form of a draft carries, on the page of it that shows least."""
    return carried(client.get(f"{address}/upload").text)


def revision(client: FlaskClient, address: str) -> str:
    return shown(client, address)["revision"]


def post(client: FlaskClient, address: str, path: str, **said: object):
    return client.post(f"{address}{path}", data={**shown(client, address), **said})


RULE = {
    "field": ["body", "programme"],
    "verb": ["equals", "contains"],
    "words": ["Treasury", "tax\nstatistics"],
    "kind": "to",
    "outcome": ["sdg-16", "sdg-17", ""],
    "percent": ["60", "40", ""],
    "why": "Revenue and facts.",
}


@pytest.mark.parametrize("page", ["", "/changes", "/upload", "/rules/new", "/rules/hospitals"])
def test_every_page_of_a_draft_is_sound_html(full: FlaskClient, page: str) -> None:
    sign_in(full)
    found = full.get(f"{begin_mapping(full)}{page}")
    assert found.status_code == 200
    assert problems(found.text) == []
    if page != "/changes":
        # Whoever wrote the draft is given nothing to send there.
        assert carried(found.text)["revision"] == "1"


def test_mappings_ask_to_sign_in(full: FlaskClient) -> None:
    assert "/sign-in" in full.get("/mappings").headers["Location"]
    assert "/sign-in" in full.get("/governments/x").headers["Location"]


def test_a_rule_is_written_changed_moved_removed_and_brought_back(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full)
    assert post(full, draft, "/rules/new", **RULE).status_code == 302
    page = full.get(draft).text
    assert "Body is Treasury <strong>and</strong> Programme contains tax or statistics" in page
    changed = {**RULE, "rule_id": "tax-statistics", "percent": ["60", "30", ""]}
    name = re.search(r'id="rule-(treasury[^"]*)"', page)
    assert name, "the rule is called by what it takes"
    assert post(full, draft, f"/rules/{name[1]}", **changed).status_code == 302
    assert "Its shares leave 10% unaligned" in full.get(draft).text
    post(full, draft, "/rules/tax-statistics/move", place="1")
    assert full.get(draft).text.index("rule-tax-statistics") < full.get(draft).text.index("rule-hospitals")
    post(full, draft, "/rules/tax-statistics/drop")
    assert 'id="rule-tax-statistics"' not in full.get(draft).text
    post(full, draft, "/undo")
    assert 'id="rule-tax-statistics"' in full.get(draft).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ["", ""]}, "at least one condition"),
        ({"percent": ["60", "50", ""]}, "more than 100"),
        ({"percent": ["most", "", ""]}, "write a percentage"),
        ({"outcome": ["sdg-16", "sdg-16", ""]}, "stands twice"),
        ({"why": ""}, "Say why"),
        ({"verb": ["pattern", "contains"], "words": ["(a", ""]}, "cannot be used"),
        ({"kind": "none"}, "Name the reason"),
        ({"kind": "driver"}, "Choose a driver"),
        ({"first_year": "soon"}, "no fiscal year"),
        ({"evidence": "page 7"}, "https://"),
        ({"field": ["colour", "programme"]}, "no field"),
    ],
)
def test_a_wrong_rule_is_told_and_what_was_typed_stays(full: FlaskClient, wrong: dict, said: str) -> None:
    sign_in(full)
    draft = begin_mapping(full)
    page = post(full, draft, "/rules/new", **{**RULE, **wrong})
    assert page.status_code == 400
    assert said in page.text
    assert problems(page.text) == []
    if "words" not in wrong:
        assert "tax\nstatistics" in page.text


def test_a_rule_that_is_written_on_is_counted_and_not_saved(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full)
    typed = {"field": "programme", "verb": "contains", "words": "hospital", "why": "Care."}
    for rule, action in (("", "/rules/new"), ("hospitals", "/rules/hospitals")):
        counted = post(full, draft, "/rule", **typed, instead_of=rule).text
        assert "hospital" in counted
        assert "Care." in counted
        assert f'action="{draft}{action}"' in counted
        assert problems(counted) == []
        longer = post(full, draft, "/rule?row=1", **typed, instead_of=rule).text
        assert longer.count('name="words"') == counted.count('name="words"') + 1
    assert "Care." not in full.get(draft).text


def test_the_second_to_save_a_rule_sees_what_changed_with_their_own_words_kept(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full)
    seen = revision(full, draft)
    rule = {
        "field": "programme",
        "verb": "contains",
        "words": "ospital",
        "kind": "none",
        "none": "A",
        "why": "One.",
        "rule_id": "hospitals",
    }
    assert post(full, draft, "/rules/hospitals", **rule).status_code == 302
    second = post(full, draft, "/rules/hospitals", **{**rule, "none": "B", "why": "Other.", "revision": seen})
    assert second.status_code == 409
    assert "changed this meanwhile" in second.text
    assert "No outcome, on purpose: A" in second.text
    assert "Other." in second.text
    assert problems(second.text) == []
    now = re.search(r'name="revision" value="(\d+)"', second.text)
    assert now
    again = post(full, draft, "/rules/hospitals", **{**rule, "none": "B", "why": "Other.", "revision": now[1]})
    assert again.status_code == 302
    assert "No outcome, on purpose: B" in full.get(draft).text


def test_a_count_is_told_while_a_rule_is_written(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full, title="Empty", framework="un-sdg-2015")
    found = post(full, draft, "/count", field="programme", verb="contains", words="hospital").text
    # Acute hospitals and their maintenance: 8 of this budget and the last, 12 of the two years before at two stages.
    assert "20 lines, £" in found
    assert "at least one condition" in post(full, draft, "/count", field="programme", verb="contains", words="").text
    assert "cannot be used" in post(full, draft, "/count", field="programme", verb="pattern", words="(").text


def test_a_suggestion_is_taken_or_refused(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full, title="Empty", framework="un-sdg-2015")
    group = {"body": "Department of Health and Care", "label": "Hospital services"}
    post(full, draft, "/refuse", **group, outcome="sdg-02")
    assert post(full, draft, "/accept", **group, outcome="sdg-03").status_code == 302
    page = full.get(draft).text
    assert "lines of Hospital services now serve 3. Good health and well-being" in page
    assert 'id="rule-hospital-services"' in page
    post(full, draft, "/accept", **group, outcome="sdg-03")
    assert "A rule takes these lines already" in full.get(draft).text
    assert post(full, draft, "/accept", **group, outcome="sdg-99").status_code == 404


def test_none_of_the_outcomes_can_be_taken_and_refused(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full, title="Empty", framework="un-sdg-2015")
    group = {"body": "Treasury", "label": "Debt"}
    assert "None of these" in full.get(f"{draft}?grain=unit").text
    assert post(full, draft, "/accept", **group, outcome="").status_code == 302
    assert "now serve none of the outcomes" in full.get(draft).text
    assert "No outcome, on purpose" in full.get(draft).text


def test_last_years_decisions_are_carried_forward(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full)
    assert "What is as it was last year" in full.get(draft).text
    page = full.get(f"{draft}/carried")
    assert page.status_code == 200
    assert problems(page.text) == []
    assert "keep what they serve" in page.text
    assert "at the pace so far" in page.text
    assert "Last looked at" in page.text
    # Nature recovery rose from 37.6 to 44.1 million, by 17%; walking and cycling from 22.0 to 31.5, by 43%.
    queue, kept = page.text.split("As they were")[0], page.text.split("As they were")[-1]
    assert "its amount moved by +43%" in queue
    assert "Nature recovery" not in queue
    assert "Nature recovery" in kept
    assert full.get(f"{draft}/carried?period=budget-2023").status_code == 404


def test_a_workbook_is_downloaded_and_sent_back(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full)
    content = full.get(f"{draft}/workbook.xlsx").data
    same = post(full, draft, "/upload", file=(io.BytesIO(content), "m.xlsx"))
    assert "there is nothing to accept" in same.text
    bad = post(full, draft, "/upload", file=(io.BytesIO(drawn("Rule | Why\na | b")), "m.xlsx"))
    assert bad.status_code == 422
    assert "is missing" in bad.text
    assert post(full, draft, "/upload", file=(io.BytesIO(b"no workbook \x00"), "m.xlsx")).status_code == 422
    assert post(full, draft, "/upload").status_code == 400


def test_levels_and_drivers_are_stated(full: FlaskClient) -> None:
    sign_in(full)
    address = f"/governments/{NORTHMERE}"
    csrf = {"csrf_token": token(full, address)}
    engine = full.application.extensions["budget_align"][1]
    (was,) = [body.level for body in list_bodies(engine, NORTHMERE) if body.name == "Treasury"]
    said = {"body": ["Treasury", "Nobody"], "level": ["UK", "UK"], "was_level": [was, was]}
    full.post(f"{address}/levels", data={**csrf, **said})
    page = full.get(address).text
    assert "1 level changed" in page
    assert problems(page) == []
    wrong = full.post(f"{address}/levels", data={**csrf, "body": "Treasury", "level": "moon", "was_level": "UK"})
    assert wrong.status_code == 400
    sheet = drawn("Driver | Body | Year | Measure\nfte | Treasury | 2026-27 | 7")
    full.post(f"{address}/drivers", data={**csrf, "file": (io.BytesIO(sheet), "fte.xlsx")})
    assert "fte.xlsx" in full.get(address).text
    bad = full.post(f"{address}/drivers", data={**csrf, "file": (io.BytesIO(drawn("a | b\n1 | 2")), "x.xlsx")})
    assert bad.status_code == 422
    assert problems(bad.text) == []


def test_figures_say_when_they_are_seen_through_a_lens_or_count_whole_lines(full: FlaskClient) -> None:
    page = full.get("/?lens=uk-missions-2024").text
    assert "Build an NHS fit for the future" in page
    assert "no counterpart" in page
    assert problems(page) == []
    whole = full.get("/?view=contributing").text
    assert "never added up" in whole
    assert problems(whole) == []
    for path in ("/outcomes/mission:health?lens=uk-missions-2024", "/unaligned?lens=un-cofog-1999", "/transfers"):
        assert problems(full.get(path).text) == []
    assert full.get("/?lens=nothing").status_code == 404
    assert full.get("/report.pdf?lens=uk-missions-2024").mimetype == "application/pdf"


def test_a_mission_is_given_to_once_its_own_shares_are_stated(full: FlaskClient) -> None:
    sign_in(full)
    draft = begin_mapping(full, title="Missions", framework="uk-missions-2024")
    assert "Kickstart economic growth</option>" not in full.get(f"{draft}/rules/new").text
    said = {"title": "Missions", "note": "", "overheads": "step-down"}
    over = post(
        full, draft, "/settings", **said, **{"mission:growth-homes": "60", "mission:growth-infrastructure": "50"}
    )
    assert over.status_code == 400
    assert "more than 100" in over.text
    post(full, draft, "/settings", **said, **{"mission:growth-homes": "60", "mission:growth-infrastructure": "40"})
    assert "Kickstart economic growth</option>" in full.get(f"{draft}/rules/new").text
    rule = {"field": "programme", "verb": "contains", "words": "Affordable homes", "kind": "to", "why": "Homes."}
    assert post(full, draft, "/rules/new", **rule, outcome="mission:growth", percent="100").status_code == 302
    page = full.get(draft).text
    assert "Kickstart economic growth 100%" in page
    assert problems(page) == []
