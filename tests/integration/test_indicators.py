"""Indicators from a workbook to the page that sets money beside movement, on both databases."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.measures.gaps import find_gaps
from budget_align.services.outcomes.indicators import read_all, receive_indicators, tie_indicators
from budget_align.services.runs.viewing import open_run
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


def test_indicators_are_stored_and_read_by_their_rules(engine: Engine, settings: Settings) -> None:
    assert send(engine, settings, DEFINITIONS).definitions == 2
    assert send(engine, settings, VALUES).observations == 5
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
    full.post(f"{address}/outcomes", data={**csrf, "code": ["crime"], "outcome": ["sdg-11"]})
    assert "1 indicator tied anew" in full.get(address).text
