"""Indicators from a workbook to the page that sets money beside movement, on both databases."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.measures.gaps import find_gaps
from budget_align.core.outcomes.indicator import IndicatorDefinition
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.approvals.approvals import list_waiting
from budget_align.services.outcomes.indicators import read_all, receive_indicators, store_definition, tie_indicators
from budget_align.services.outcomes.targets import approve_targets, list_proposals, return_targets
from budget_align.services.record.trail import find_broken_event
from budget_align.services.runs.viewing import open_run
from tests.at_once import at_once
from tests.pages import problems, sign_in, token
from tests.workbooks import drawn

TODAY = date(2026, 11, 25)
DEFINITIONS = drawn("""
    Code | Title         | Direction | Unit | Outcome | Threshold | Target | Target year | Baseline | Baseline year
    W    | Waiting times | lower     | days | sdg-03  | 5         | 40     | 2029-30     | 90       | 2019-20
    R    | Reading       | higher    | %    | sdg-04  |           |        |             |          |
""")
VALUES = drawn("""
    Code | 2023-24 | 2024-25 | 2025-26
    W    | 80      | 75      | 69
    R    | 50      | ..      | 48
""")


def send(engine: Engine, settings: Settings, data: bytes, **said: str):
    return receive_indicators(engine, settings, data, "i.xlsx", "Ours", "ana", territory="Here", **said)


def proposed(engine: Engine) -> dict[str, str]:
    return {each.definition.code: each.after.identity for each in list_proposals(engine, "Ours")}


def test_a_target_counts_once_another_has_approved_it(engine: Engine, settings: Settings) -> None:
    def counts() -> object:
        (found,) = [each for each in read_all(engine, "Ours", TODAY) if each.definition.code == "W"]
        return found.definition.target

    def refused(code: str, work: Callable[[], object]) -> None:
        with pytest.raises(RefusedError) as caught:
            work()
        assert caught.value.code == code

    first = send(engine, settings, DEFINITIONS, message="As the cabinet decided")
    assert (first.proposed, counts()) == (1, None)
    (waiting,) = list_waiting(engine)
    assert (waiting.kind, waiting.subject, waiting.authors, waiting.message) == (
        "target", "W", ("ana",), "As the cabinet decided",
    )  # fmt: skip
    refused("own-work", lambda: approve_targets(engine, "Ours", proposed(engine), "ana"))
    refused("no-reason", lambda: return_targets(engine, "Ours", proposed(engine), "otto", " "))
    seen = proposed(engine)
    lower = IndicatorDefinition.model_validate(
        {"code": "W", "name": "Waiting times", "direction": "lower", "target": 30, "target_year": 2029}
    )
    # Whoever proposes another is among those who made it, and who looked at the first approves nothing.
    assert store_definition(engine, "Ours", lower, "moses")
    refused("changed-meanwhile", lambda: approve_targets(engine, "Ours", seen, "otto"))
    refused("own-work", lambda: approve_targets(engine, "Ours", proposed(engine), "ana"))
    return_targets(engine, "Ours", proposed(engine), "otto", "Say from when")
    assert (counts(), [each.state for each in list_waiting(engine)]) == (None, ["returned"])
    assert send(engine, settings, DEFINITIONS).proposed == 1
    seen = proposed(engine)
    found = at_once(*[lambda: approve_targets(engine, "Ours", seen, "otto")] * 3)
    assert sorted(map(str, found)) == ["1", "changed-meanwhile", "changed-meanwhile"]
    assert (counts(), list_waiting(engine)) == (40.0, [])
    # What counts is not proposed again; without a target it is to promise nothing, and that waits too.
    assert send(engine, settings, DEFINITIONS).proposed == 0
    assert send(engine, settings, drawn("Code | Title\nW | Waiting times")).proposed == 1
    assert counts() == 40.0
    assert send(engine, settings, DEFINITIONS).proposed == 0
    assert (proposed(engine), list_waiting(engine)) == ({}, [])
    assert find_broken_event(engine) is None


def test_targets_are_chosen_approved_and_returned_on_their_page(
    client: FlaskClient, northmere: Engine, settings: Settings
) -> None:
    name = demonstration.GOVERNMENT
    lower = "Code,Title,Direction,Target year,Target\nhealth-wait,Patients <b>treated</b>,higher,2029-30,{}\n"
    sign_in(client)
    path = f"/targets/{name}"
    assert "No target waits" in client.get(path).text

    def propose(target: int, by: str) -> None:
        data = lower.format(target).encode()
        receive_indicators(northmere, settings, data, "d.csv", name, by, territory="Northmere")

    propose(95, "outcomes@northmere.example")
    page = client.get(path).text
    assert problems(page) == []
    assert "92 by 2029-30, from 78 in 2019-20" in page
    assert "95 by 2029-30" in page
    assert "Patients &lt;b&gt;treated" in page
    (value,) = re.findall(r'name="target" value="([^"]+)"', page)
    said = {"csrf_token": token(client, path), "target": value}
    assert client.post(f"{path}/approve", data={**said, "target": ""}).status_code == 422
    assert client.post(f"{path}/return", data=said).status_code == 422
    comment = {**said, "kind": "target", "government": name, "subject": "health-wait", "text": "So many?"}
    assert "So many?" in client.post("/comments", data=comment, follow_redirects=True).text
    assert "To approve" in client.get("/waiting").text
    done = client.post(f"{path}/approve", data=said, follow_redirects=True)
    assert "1 target counts from now on" in done.text
    propose(96, "analyst@northmere.example")
    page = client.get(path).text
    assert "You proposed it" in page
    assert 'name="target"' not in page


def test_indicators_are_stored_and_read_by_their_rules(engine: Engine, settings: Settings) -> None:
    assert send(engine, settings, DEFINITIONS).definitions == 2
    assert send(engine, settings, VALUES).observations == 5
    approve_targets(engine, "Ours", proposed(engine), "otto")
    found = {reading.definition.code: reading for reading in read_all(engine, "Ours", TODAY)}
    waiting, reading = found["W"], found["R"]
    # From 75 to 69 is 6 fewer days, more than 5; the line from 90 in 2019 to 40 in 2029 stands at 60 in 2025.
    assert (waiting.status, waiting.latest, waiting.earlier) == ("improving", (2025, 69.0), (2024, 75.0))
    assert (waiting.expected, waiting.on_path, waiting.late, waiting.territory) == (60.0, False, False, "Here")
    # 48 beside 50, the nearest before: 2 points are more than 2% of 50.
    assert (reading.status, reading.earlier, reading.on_path) == ("worsening", (2023, 50.0), None)


def test_newer_values_take_the_place_of_older_ones_and_an_outcome_stays(engine: Engine, settings: Settings) -> None:
    send(engine, settings, DEFINITIONS)
    send(engine, settings, VALUES)
    assert tie_indicators(engine, "Ours", {"R": "sdg-10"}, "ana") == 1
    send(engine, settings, drawn("Code | Title\nR | Reading at eleven"))
    send(engine, settings, drawn("Code | 2025-26 | 2026-27\nR | 48 | 55"))
    reading = next(r for r in read_all(engine, "Ours", TODAY) if r.definition.code == "R")
    assert (reading.definition.name, reading.definition.outcome) == ("Reading at eleven", "sdg-10")
    assert reading.series == ((2025, 48.0), (2026, 55.0))
    with pytest.raises(RefusedError, match="no outcome"):
        tie_indicators(engine, "Ours", {"R": "bliss"}, "ana")


@pytest.mark.parametrize(
    ("sheet", "where", "said"),
    [
        ("Code | Title | Direction\nA | B | sideways", "C2", "no direction"),
        ("Code | Title | Target\nA | B | lots", "C2", "no number"),
        ("Code | Title | Target\nA | B | 5", "A2", "a target needs its value and its year"),
        ("Code | Title | Direction\nA | B | range", "A2", "a range needs"),
        ("Code | Title\nA | B\nA | C", "A3", "stands twice"),
        ("Code | Period | Value\nA | soon | 5", "B2", "no year"),
        ("Code | Period | Value\nA | 2026 | many", "C2", "no number"),
        ("Code | Period | Value\nA | 2026 | 5\nA | 2026 | 6", "A1", "two values"),
        ("Code | Period | Value mean | Value median\nA | 2026 | 5 | 6", "A1", "all hold values"),
        ("Roads | 5\nRail | 6", "A1", "No table of indicators"),
    ],
)
def test_a_bad_workbook_is_told_by_cell_and_nothing_of_it_is_stored(
    sqlite_engine: Engine, settings: Settings, sheet: str, where: str, said: str
) -> None:
    received = send(sqlite_engine, settings, drawn(sheet))
    assert not received.stored
    assert any(finding.cell == where and said in finding.message for finding in received.findings), received.findings
    assert read_all(sqlite_engine, "Ours", TODAY) == []


def independent_status(values: dict[int, float], ranking: str, midpoint: float | None) -> str:
    """Two per cent of the earlier value, the year before or the nearest earlier one: worked out anew."""
    years = sorted(values)
    if len(years) < 2:
        return "to be confirmed"
    now, then = values[years[-1]], values[years[-2]]
    if ranking == "Goldilocks":
        assert midpoint is not None
        better = abs(then - midpoint) - abs(now - midpoint)
    else:
        better = now - then if ranking == "Descending" else then - now
    least = 0.02 * abs(then)
    return "maintaining" if -least <= better <= least else "improving" if better > least else "worsening"


def test_the_benchmarking_frameworks_real_series(engine: Engine, settings: Settings, shared_data: Path) -> None:
    """Every status of the yearly series, against a calculation from the file alone."""
    information = (shared_data / "lgbf" / "indicator-information.csv").read_bytes()
    averages = (shared_data / "lgbf" / "scottish-averages.csv").read_bytes()
    assert send(engine, settings, information).definitions == 108
    assert send(engine, settings, averages).value_columns == ("Value_Scot_Mean", "Value_Scot_Median")
    stored = send(engine, settings, averages, value_column="Value_Scot_Mean")
    rows = list(csv.DictReader(io.StringIO(averages.decode("utf-8-sig"))))
    yearly = [row for row in rows if ";" not in row["Period"]]
    assert stored.observations == len(yearly)
    facts = {row["Code_Sortable"]: row for row in csv.DictReader(io.StringIO(information.decode("utf-8-sig")))}
    series: dict[tuple[str, str], dict[int, float]] = {}
    for row in yearly:
        end = int("20" + row["Period"][-2:])
        series.setdefault((row["Code"], row["DataType"]), {})[end - 1] = float(row["Value_Scot_Mean"])
    found = {reading.definition.code: reading for reading in read_all(engine, "Ours", TODAY)}
    checked = Counter[str]()
    for (code, kind), values in series.items():
        several = len({k for c, k in series if c == code}) > 1
        reading = found[f"{code} · {kind}" if several else code]
        middle = facts[code]["Ranking_GoldilocksMidpoint"]
        expected = independent_status(values, facts[code]["Ranking_Type"], float(middle) if middle else None)
        assert reading.status == expected, (code, kind)
        checked[reading.status] += 1
    assert checked.total() > 200
    assert min(checked[status] for status in ("improving", "maintaining", "worsening")) >= 10


def test_money_stands_beside_movement(northmere: Engine) -> None:
    run = open_run(northmere)
    gaps = {gap.code: gap for gap in find_gaps(run, read_all(northmere, run.government, TODAY))}
    # More food parcels each year, and slightly more money for food.
    assert (gaps["sdg-02"].spend, gaps["sdg-02"].status) == ("rising", "worsening")
    assert gaps["sdg-02"].finding == "more money while it worsens"
    # 18-week waits and life expectancy both stand still.
    assert (gaps["sdg-03"].status, dict(gaps["sdg-03"].statuses)) == ("maintaining", {"maintaining": 2})
    assert gaps["sdg-05"].late == 1
    assert gaps["sdg-15"].finding == "money without evidence of movement"
    # The Treasury alone pays for partnerships.
    assert (gaps["sdg-17"].bodies, gaps["sdg-17"].concentration) == (1, 1)


def test_the_pages_of_indicators_are_sound(full: FlaskClient) -> None:
    sign_in(full)
    address = f"/indicators/{demonstration.GOVERNMENT}"
    for path in ("/gaps", address, "/outcomes/sdg-03"):
        page = full.get(path)
        assert page.status_code == 200
        assert problems(page.text) == [], path
    assert "neither shows that the one brings the other about" in full.get("/outcomes/sdg-03").text
    csrf = {"csrf_token": token(full, address)}
    two = drawn("Code | Period | Value mean | Value median\nA | 2026 | 5 | 6")
    asked = full.post(f"{address}/upload", data={**csrf, "file": (io.BytesIO(two), "v.xlsx")})
    assert asked.status_code == 422
    assert "Which column holds the values" in asked.text
    assert problems(asked.text) == []
    said = {**csrf, "file": (io.BytesIO(two), "v.xlsx"), "value_column": "Value mean", "territory": "Town"}
    assert full.post(f"{address}/upload", data=said).status_code == 302
    assert "Stored 0 indicators and 1 values" in full.get(address).text
    assert full.post(f"{address}/upload", data=csrf).status_code == 400
    full.post(f"{address}/outcomes", data={**csrf, "code": ["crime"], "was": ["sdg-16"], "outcome": ["sdg-11"]})
    assert "1 indicator tied anew" in full.get(address).text
