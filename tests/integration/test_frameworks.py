"""A government writes its own framework, publishes it, maps to it, revises it, and sees the seam."""

from __future__ import annotations

import io
import re
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from budget_align.config import Settings, load_settings
from budget_align.core.allocation.comparable import describe_comparable
from budget_align.core.measures.gaps import find_gaps
from budget_align.core.measures.outcome_money import outcomes_in
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.frameworks.frameworks import (
    discard_framework,
    download_framework,
    list_drafts,
    list_frameworks,
    open_framework,
    publish_framework,
    receive_framework,
)
from budget_align.services.mappings.drafting import begin_draft
from budget_align.services.mappings.versions import open_version
from budget_align.services.measures.momentum import find_momentum
from budget_align.services.outcomes.indicators import read_all
from budget_align.services.runs.bodies import list_bodies
from budget_align.services.runs.histories import find_history, list_forebears
from budget_align.services.runs.viewing import list_runs, open_run
from budget_align.store.tables import BudgetLine, Submission
from tests.conftest import ROOT
from tests.frameworks import ABOUT, OWN
from tests.pages import problems, sign_in, token
from tests.workbooks import workbook


def test_a_framework_is_checked_published_and_then_in_use(engine: Engine, settings: Settings) -> None:
    code, findings = receive_framework(engine, settings, OWN, "f.xlsx", "ana")
    assert (code, findings) == ("ours-2026", ())
    assert [draft.framework.code for draft in list_drafts(engine)] == ["ours-2026"]
    assert "ours-2026" not in list_frameworks(engine)
    publish_framework(engine, "ours-2026", "moses")
    assert list_drafts(engine) == []
    assert list(list_frameworks(engine)["ours-2026"].outcome_names()) == ["o-health", "o-homes"]
    draft = begin_draft(engine, "Ours", "moses", title="Ours to ours", framework="ours-2026")
    assert open_version(engine, draft).framework.code == "ours-2026"
    with pytest.raises(RefusedError, match="in use and never changes"):
        receive_framework(engine, settings, OWN, "f.xlsx", "ana")
    with pytest.raises(RefusedError, match="no draft"):
        publish_framework(engine, "ours-2026", "moses")
    # What is taken as a workbook, given a code of its own and said to succeed it, is its revision.
    revised = download_framework(engine, settings, "ours-2026")
    with pytest.raises(RefusedError, match="in use"):
        receive_framework(engine, settings, revised, "f.xlsx", "ana")


def test_a_framework_as_toml_is_refused_with_its_place_or_kept(sqlite_engine: Engine, settings: Settings) -> None:
    known = files("budget_align").joinpath("demonstration", "frameworks", "northmere-promise-2026.toml").read_bytes()
    with pytest.raises(RefusedError, match="no framework 'northmere-promise-2021'"):
        receive_framework(sqlite_engine, settings, known, "f.toml", "ana")
    for data, says in (
        (b"code = ", "is no TOML"),
        (b"\xff\xfe", "is no TOML"),
        (b"code = " + b"9" * 5_000, "more digits"),
        (b'code = "x"', "name"),
        (known.replace(b"weight = 40", b"weight = 41"), "add up to 101"),
    ):
        with pytest.raises(RefusedError, match=says):
            receive_framework(sqlite_engine, settings, data, "f.toml", "ana")
    assert list_drafts(sqlite_engine) == []


def test_the_demonstrations_revised_framework_shows_its_seam(northmere: Engine) -> None:
    ids = {run.mapping_title: run.id for run in list_runs(northmere)}
    run = open_run(northmere, run_id=ids["Northmere's budget to the Northmere Promise of 2026"])
    before = open_run(northmere, run_id=ids["Northmere's budget to the Northmere Promise of 2021"], year=2025)
    learning = int(before.part.loc[before.part["outcome"] == "np-learning", "amount"].sum())
    *_, last, first = find_history(northmere, run, "np-schools")
    # The framework says that schools take 96% of it.
    assert (last.stretch.fiscal_year, last.stretch.version, last.stretch.together) == (2025, "2021", learning)
    assert last.stretch.amount == round(Fraction(learning) * 96 / 100)
    assert last.stretch.shared_with == ("A good start",)
    assert (first.stretch.fiscal_year, first.stretch.version, first.stretch.shared_with) == (2026, "2026", ())
    assert (last.real, last.per_head) == (None, None)
    assert [old.name for old in list_forebears(northmere, run, "np-work")] == ["Prosperity"]
    # An indicator that was tied to the outcome of 2021 tells of the one that continues it.
    gaps = {gap.code: gap for gap in find_gaps(run, read_all(northmere, run.government, date(2026, 11, 25)))}
    assert gaps["np-work"].statuses == {"maintaining": 1}
    assert open_run(northmere).framework.code == "un-sdg-2015"


def _lines_of(
    engine: Engine,
    year: int,
    *,
    levels: tuple[str, ...],
    body: str = "",
    unit: str = "",
    words: tuple[str, ...] = (),
    revised: bool = False,
) -> int:
    """The oracle: the budget of a year in minor units by a plain walk over the lines: the original one, or as revised."""
    with Session(engine) as session:
        lines = list(session.exec(select(BudgetLine)))
        sent = {each.id: each for each in session.exec(select(Submission))}
    level_of = {each.name: each.level for each in list_bodies(engine, demonstration.GOVERNMENT)}
    mine = [
        line
        for line in lines
        if sent[line.submission_id].status == "submitted"
        and (line.stage, line.fiscal_year, line.flow, line.memo) == ("budget", year, "expenditure", False)
        and level_of[line.body] in levels
    ]
    anew = {line.body for line in mine if line.version != "original"} if revised else set()
    return sum(
        line.amount
        for line in mine
        if (line.version != "original") == (line.body in anew)
        and body in ("", line.body)
        and unit in line.unit
        and (not words or any(word.casefold() in line.programme.casefold() for word in words))
        and (not words or line.body not in ("Department of Health and Care", "Department for Learning", "Office for Justice and Safety"))
    )  # fmt: skip


def test_trends_over_versions_are_those_of_the_lines_themselves(filled: Engine) -> None:
    ids = {run.mapping_title: run.id for run in list_runs(filled)}
    title = "Northmere's budget to the Northmere Promise of 2026"
    deflator = load_settings(ROOT / "config.toml").deflator
    assert deflator is not None
    prices = Fraction(str(deflator.index[2025])) * Fraction(102, 100) / Fraction(str(deflator.index[2023]))
    work = ("Business", "broadband", "Rail", "Bus", "road", "Fisheries")
    nature = ("Waste", "Nature", "wind", "water", "Walking")
    every = ("devolved", "local")

    def growth(**part: Any) -> float:
        first, last = (_lines_of(filled, year, **part) for year in (2023, 2026))
        return float(Fraction(last) / (Fraction(first) * prices)) ** (1 / 3) - 1

    run = open_run(filled, run_id=ids[title])
    heading = find_momentum(filled, run, [], deflator)
    found = {each.code: each.trend for each in heading.rows}
    shown = {code: f"{trend.growth:+.1%}" for code, trend in found.items() if trend and trend.growth is not None}
    assert (shown["np-early-years"], shown["np-work"], shown["np-nature"]) == ("+8.4%", "+0.1%", "+5.8%")
    # The year itself is shown as the autumn revised it, and the page says that the trend compares the originals.
    amounts = {each.code: each.amount for each in heading.rows}
    revised, original = (_lines_of(filled, 2026, levels=every, words=nature, revised=each) for each in (True, False))
    assert (amounts["np-nature"], found["np-nature"].last) == (revised, original)
    assert revised != original
    assert describe_comparable(heading.alike, run.terms.year) == (
        "Changes from year to year compare the original budgets.",
        "The amount of a year is what counts in it, by another version for Ministry for Places and People in 2026-27: "
        "revised (autumn, 14 October 2026).",
    )
    for code, part in (
        ("np-early-years", {"body": "Department for Learning", "unit": "Early years"}),
        ("np-work", {"words": work}),
        ("np-nature", {"words": nature}),
    ):
        assert found[code].growth == pytest.approx(growth(levels=every, **part), abs=1e-6), code
    # Of the levels chosen alone, over the seam too.
    devolved = open_run(filled, run_id=ids[title], levels=["devolved"])
    trend = {each.code: each.trend for each in find_momentum(filled, devolved, [], deflator).rows}["np-nature"]
    assert trend.growth == pytest.approx(growth(levels=("devolved",), words=nature), abs=1e-6)
    green = _lines_of(filled, 2023, levels=("devolved",), words=(*nature, "insulation"))
    year = next(
        each
        for each in find_history(filled, devolved, "np-nature")
        if (each.stretch.fiscal_year, each.stretch.stage) == (2023, "budget")
    )
    assert (year.stretch.version, year.stretch.amount) == ("2021", green)
    assert f"{green / 1e8:.1f}" == "315.4"
    assert year.by_these_rules == _lines_of(filled, 2023, levels=("devolved",), words=nature)


def test_the_pages_of_frameworks_are_sound_and_take_a_framework(full: FlaskClient) -> None:
    run = next(r for r in list_runs(full.application.extensions["budget_align"][1]) if "2026" in r.mapping_title)
    for path in (
        "/frameworks",
        "/frameworks/un-sdg-2015",
        "/frameworks/northmere-promise-2026",
        f"/outcomes/np-schools?run={run.id}",
    ):
        page = full.get(path)
        assert page.status_code == 200
        assert problems(page.text) == []
    assert "revised framework" in page.text
    assert full.get("/frameworks/none").status_code == 404
    assert full.get("/frameworks/un-sdg-2015.xlsx").data.startswith(b"PK")
    sign_in(full)
    csrf = {"csrf_token": token(full, "/frameworks")}

    def send(data: bytes, name: str):
        return full.post("/frameworks", data={**csrf, "file": (io.BytesIO(data), name)})

    bad = send(
        workbook(
            About=ABOUT, Outcomes=[["Mission", "Outcome code", "Outcome"], ["Care", "a", "A"], ["Care", "a", "B"]]
        ),
        "f.xlsx",
    )
    assert bad.status_code == 422
    assert "stands twice" in bad.text
    assert problems(bad.text) == []
    assert send(b"nonsense =", "f.toml").status_code == 422
    assert full.post("/frameworks", data=csrf).status_code == 400
    assert send(OWN, "f.xlsx").status_code == 302
    shown = full.get("/frameworks/ours-2026").text
    assert "You sent this framework, so someone else publishes it" in shown
    assert "&lt;i&gt;" in shown
    assert problems(shown) == []
    # Whoever sent it does not publish it.
    (seen,) = set(re.findall(r'name="seen" value="(\w+)"', shown))
    csrf["seen"] = seen
    assert full.post("/frameworks/ours-2026/publish", data=csrf).status_code == 403
    asked = full.post("/frameworks/ours-2026/ask", data={**csrf, "message": "As <agreed>"}, follow_redirects=True)
    assert "As &lt;agreed&gt;" in asked.text
    assert full.post("/frameworks/ours-2026/return", data=csrf).status_code == 422
    said = {**csrf, "kind": "framework", "subject": "ours-2026", "place": "o-health", "text": "Why <two>?"}
    assert "Why &lt;two&gt;?" in full.post("/comments", data=said, follow_redirects=True).text
    assert "Our &lt;i&gt;promise" in full.get("/waiting").text
    publish_framework(full.application.extensions["budget_align"][1], "ours-2026", "moses")
    assert full.post("/frameworks/ours-2026/discard", data=csrf).status_code == 404
    assert problems(full.get("/frameworks").text) == []
    assert "ours-2026" in full.get("/mappings").text


def test_a_draft_can_be_discarded(sqlite_engine: Engine, settings: Settings) -> None:
    receive_framework(sqlite_engine, settings, OWN, "f.xlsx", "ana")
    receive_framework(sqlite_engine, settings, OWN, "g.xlsx", "ana")
    assert [draft.file_name for draft in list_drafts(sqlite_engine)] == ["g.xlsx"]
    discard_framework(sqlite_engine, "ours-2026", "ana")
    with pytest.raises(RefusedError, match="no framework"):
        open_framework(sqlite_engine, "ours-2026")


def test_every_outcome_and_mission_that_a_lens_shows_has_its_page(full: FlaskClient, northmere: Engine) -> None:
    """The mission board's view: money given to a mission as a whole leads on like any other."""
    run = open_run(northmere, lens="uk-missions-2024")
    shown = [code for code, found in outcomes_in(run).items() if found.amount]
    assert any(code.startswith("mission:") for code in shown)
    for code in shown:
        page = full.get(f"/outcomes/{code}?lens=uk-missions-2024")
        assert (page.status_code, problems(page.text)) == (200, [])
