"""Scenarios on the demonstration: begun, changed, planned, compared, taken along, and never among the real figures."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.allocation.alignment import headline
from budget_align.core.editing.edits import ReplaceAll
from budget_align.core.rules.mapping import parse_mapping
from budget_align.core.scenarios.scenario import Constraint, Growth, Move, Part, Scenario
from budget_align.core.values.prices import Deflator
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.accountability.register import open_register
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import list_frameworks
from budget_align.services.mappings.drafting import begin_draft, change_draft
from budget_align.services.measures.modelling import export_tables
from budget_align.services.outcomes.indicators import read_all
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.viewing import list_runs, open_run
from budget_align.services.scenarios.planning import plan_scenario
from budget_align.services.scenarios.scenario_effects import Evidence, find_effects
from budget_align.services.scenarios.scenario_exports import export_json, export_workbook
from budget_align.services.scenarios.scenarios import (
    begin_scenario,
    change_scenario,
    copy_scenario,
    drop_scenario,
    list_scenarios,
    open_scenario,
)
from budget_align.web.app import create_app
from tests.mappings import ONCE
from tests.pages import problems, sign_in, token
from tests.workbooks import workbook

TODAY = date(2026, 11, 25)


def add(engine: Engine, scenario_id: int, *steps: Move | Growth, **update: object) -> None:
    seen = open_scenario(engine, scenario_id).revision

    def change(now: Scenario) -> Scenario:
        return now.model_copy(update={"steps": (*now.steps, *steps), **update})

    change_scenario(engine, scenario_id, seen, change, "ana")


def test_a_scenario_begins_as_the_run_stands_and_leaves_it_so(filled: Engine) -> None:
    run = open_run(filled)
    figures = headline(run.part)
    made = begin_scenario(filled, run, "More for the climate", 2, "ana")
    opened = open_scenario(filled, made)
    assert (opened.before.total, opened.before.unaligned) == (figures.total, figures.unaligned)
    assert opened.after == {2026: opened.before, 2027: opened.before}
    add(
        filled,
        made,
        Move(source=Part(body="Treasury"), to=Part(outcome="sdg-13"), amount=100_00),
        Growth(part=Part(), percent=Decimal(1)),
    )
    after = open_scenario(filled, made).after
    assert after[2026].outcomes["sdg-13"] == opened.before.outcomes["sdg-13"] + 100_00
    assert after[2026].total == figures.total
    assert after[2027].total == pytest.approx(figures.total * 1.01, abs=500)
    assert headline(open_run(filled).part) == figures
    with pytest.raises(RefusedError, match="changed the scenario since"):
        change_scenario(filled, made, 1, lambda now: now, "moses")
    again = copy_scenario(filled, made, "moses")
    assert open_scenario(filled, again).scenario == open_scenario(filled, made).scenario
    assert [each.name for each in list_scenarios(filled, run.government)] == [
        "More for the climate, copied",
        "More for the climate",
    ]
    drop_scenario(filled, made, "ana")
    with pytest.raises(RefusedError, match="no such scenario"):
        open_scenario(filled, made)


def test_a_step_that_cannot_be_taken_is_said_and_the_rest_stays(northmere: Engine) -> None:
    made = begin_scenario(northmere, open_run(northmere), "Too much", 1, "ana")
    add(northmere, made, Move(source=Part(outcome="sdg-14"), to=Part(outcome="sdg-13"), amount=1))
    opened = open_scenario(northmere, made)
    assert "Step 1 asks for £0.01" in opened.problem
    assert opened.after == {}
    with pytest.raises(RefusedError, match="Mend or remove that step"):
        plan_scenario(northmere, made, opened.revision, {"sdg-13": Decimal(2)}, Decimal(100), "ana")


def test_a_plan_is_added_as_steps_that_meet_the_target(northmere: Engine) -> None:
    made = begin_scenario(northmere, open_run(northmere), "Plan", 2, "ana")
    keep = (
        Constraint(rule="keep"),
        Constraint(rule="keep", part=Part(spending="capital")),
        Constraint(rule="protect", part=Part(programme="Acute hospitals")),
    )
    add(northmere, made, constraints=keep)
    plan = plan_scenario(northmere, made, 2, {"sdg-13": Decimal(2), "sdg-05": Decimal(1)}, Decimal(10), "ana")
    opened = open_scenario(northmere, made)
    last = opened.after[2027]
    assert plan.missed == {}
    assert len(opened.scenario.steps) == len(plan.moves) > 0
    assert last.outcomes["sdg-13"] * 50 >= last.total
    assert last.outcomes["sdg-05"] * 100 >= last.total
    assert opened.after[2026] == opened.before
    assert all(check.holds for check in opened.checks)
    for targets, says in (({}, "at least one outcome"), ({"no": Decimal(1)}, "no outcome")):
        with pytest.raises(RefusedError, match=says):
            plan_scenario(northmere, made, opened.revision, targets, Decimal(10), "ana")


def test_what_a_rule_gives_to_no_outcome_on_purpose_and_debt_interest_stay_where_they_are(
    engine: Engine, settings: Settings
) -> None:
    rows = [
        ["Department", "Programme", "Account", "2026-27 Budget (£)"],
        ["Treasury", "Central", "Interest on debt", 300],
        ["Treasury", "Central", "Pay", 100],
        ["Treasury", "Rates relief", "Grants", 200],
        ["Treasury", "Offices", "Repairs", 50],
        ["Parks", "Parks", "Pay", 350],
    ]
    received = receive(engine, settings, workbook(Budget=rows), "b.xlsx", "Ours", "ana")
    assert received.draft_id is not None
    confirm(engine, settings, received.draft_id, "ana")
    facts = {
        "name": "ours", "title": "Ours", "framework": "un-sdg-2015", "author": "Us",
        "rules": [
            {"id": "parks", "when": {"programme": "Parks"}, "to": {"sdg-15": 100}, "why": "Nature."},
            {"id": "relief", "when": {"programme": "Rates relief"}, "none": "a relief", "why": "Law."},
        ],
    }  # fmt: skip
    mapping = parse_mapping(facts, list_frameworks(engine), "ours")
    run = open_run(engine, run_id=run_allocation(engine, mapping, "Ours", "moses").id)
    assert headline(run.part).total == 1000 * 100
    made = begin_scenario(engine, run, "Plan", 1, "ana")
    plan = plan_scenario(engine, made, 1, {"sdg-15": Decimal(100)}, Decimal(100), "ana")
    # 150 of pay and repairs may go; 300 of interest, though its programme has pay too, and 200 of relief may not.
    assert plan.moved == 150 * 100
    assert plan.missed == {"sdg-15": 500 * 100}
    assert plan.protected == {"debt interest": 300 * 100, "to no outcome on purpose": 200 * 100}
    freed = ("debt interest",)
    again = plan_scenario(engine, made, 2, {"sdg-15": Decimal(100)}, Decimal(100), "ana", freed=freed)
    assert (again.moved, again.missed) == (300 * 100, {"sdg-15": 200 * 100})
    opened = open_scenario(engine, made)
    assert opened.scenario.freed == freed
    assert opened.after[2026].outcomes["sdg-15"] == 800 * 100
    # What is protected grows as the scenario says, and stays protected.
    later = begin_scenario(engine, run, "Dearer debt", 2, "ana")
    add(engine, later, Growth(part=Part(body="Treasury"), percent=Decimal(10)))
    plan = plan_scenario(engine, later, 2, {"sdg-15": Decimal(100)}, Decimal(100), "ana")
    assert plan.protected == {"debt interest": 330 * 100, "to no outcome on purpose": 220 * 100}
    assert (plan.moved, plan.missed) == (165 * 100, {"sdg-15": 550 * 100})


def test_every_measure_stands_before_and_after(northmere: Engine) -> None:
    run = open_run(northmere)
    made = begin_scenario(northmere, run, "Effects", 2, "ana")
    # A tenth of clean energy, which is owned, goes to partnerships, which nobody owns and no board sees.
    add(northmere, made, Move(source=Part(outcome="sdg-07"), to=Part(outcome="sdg-17"), share=Decimal(10)))
    opened = open_scenario(northmere, made)
    prices = Deflator(source="paper", index={2026: 100.0, 2027: 110.0})
    readings = read_all(northmere, run.government, TODAY)
    effects, movements = find_effects(northmere, opened, 2027, Evidence(readings, prices, {2027: 1_000_000.0}))
    found = {effect.name: effect for effect in effects}
    moved = round(opened.before.outcomes["sdg-07"] / 10)
    owners = found["Money without an owner"]
    assert owners.after - owners.before == moved
    # Renewables have an indicator, partnerships none.
    indicators = found["Money without an indicator"]
    assert indicators.after - indicators.before == moved
    boards = found["Shared outcomes without a board"]
    assert (boards.before, boards.after) == (1, 2)
    real, heads = found["Total in prices of 2026-27"], found["Spend a head"]
    assert real.before == real.after == round(opened.before.total / 1.1)
    assert heads.after == round(opened.before.total / 1_000_000)
    assert (movements["sdg-07"].status, movements["sdg-07"].finding) == ("improving", "less money while it improves")
    # The register of the real figures is the one before.
    register, _ = open_register(northmere, run, readings)
    assert register.without_owner == owners.before
    assert [e.name for e in find_effects(northmere, opened, 2026, Evidence(readings, None, {}))[0]][-1] == boards.name


def test_missions_and_bodies_stand_before_and_after(full: FlaskClient, northmere: Engine, settings: Settings) -> None:
    own = next(run for run in list_runs(northmere) if "Promise of 2026" in run.mapping_title)
    made = begin_scenario(northmere, open_run(northmere, run_id=own.id), "Missions", 1, "ana")
    add(northmere, made, Move(source=Part(outcome="np-schools"), to=Part(outcome="np-nature"), amount=1_000_000_00))
    sign_in(full)
    page = full.get(f"/scenarios/{made}").text
    assert problems(page) == []
    missions = page.split("Missions in 2026-27")[1].split("</table>")[0]
    assert "−£1,000,000.00" in missions
    assert "Real terms are in prices" not in page
    two = begin_scenario(northmere, open_run(northmere, run_id=own.id), "Two years", 2, "ana")
    prices = Deflator(source="paper", index={2026: 100.0}, growth_after=2.0, growth_source="a guess")
    with create_app(settings.model_copy(update={"deflator": prices}), northmere).test_client() as client:
        sign_in(client)
        assert "prices are taken to rise by 2% a year (a guess)" in client.get(f"/scenarios/{two}").text
    assert "Aligned then" in page.split("Bodies in 2026-27")[1].split("</table>")[0]


def test_other_rules_change_what_a_scenario_begins_from(northmere: Engine) -> None:
    run = open_run(northmere)
    mapping = catalogue.mapping(demonstration.MAPPING)
    draft = begin_draft(northmere, run.government, "moses", like=mapping)
    made = begin_scenario(northmere, run, "Other rules", 1, "ana")
    add(northmere, made, rules=draft)
    # The same rules give the same money, to the penny, transfers between bodies left out alike.
    same = open_scenario(northmere, made)
    assert same.after[2026] == same.before
    fewer = mapping.model_copy(update={"rules": tuple(rule for rule in mapping.rules if rule.id != "hospitals")})
    change_draft(northmere, draft, ReplaceAll(fewer, "Fewer"), 1, "moses")
    other = open_scenario(northmere, made)
    assert other.after[2026].total == other.before.total
    assert other.after[2026].outcomes["sdg-03"] < other.before.outcomes["sdg-03"]
    assert other.rules_title == mapping.title


def test_scenarios_are_taken_along_and_say_that_they_are_none_of_the_real_figures(
    northmere: Engine, settings: Settings
) -> None:
    run = open_run(northmere)
    ids = [begin_scenario(northmere, run, name, 1, "ana") for name in ("=Plan [A]/*?", "=Plan [A]/*?")]
    add(
        northmere,
        ids[0],
        Move(source=Part(body="Treasury"), to=Part(outcome="sdg-13"), amount=100_00),
        constraints=(Constraint(rule="keep"),),
    )
    book = openpyxl.load_workbook(io.BytesIO(export_workbook(northmere, settings, ids, TODAY)))
    assert len(book.sheetnames) == 2
    for sheet in book.worksheets:
        assert "not real figures" in str(sheet["A1"].value)
        total = [row for row in sheet.iter_rows(values_only=True) if row[0] == "total"]
        assert round(total[0][2] * 100) == round(total[0][3] * 100) == headline(run.part).total
        measures = {row[1]: row[2:4] for row in sheet.iter_rows(values_only=True) if row[0] == "measure"}
        assert set(measures) >= {"Money without an owner", "Money without an indicator"}
    said = json.loads(export_json(northmere, settings, ids[0], TODAY))
    assert said["not_real_figures"] is True
    assert said["after"]["2026-27"]["outcomes"]["sdg-13"] - said["before"]["outcomes"]["sdg-13"] == 100_00
    # The Treasury's money is partly tied to partnerships, which have no indicator; climate action has one.
    further = {each["name"]: each for each in said["after"]["2026-27"]["further"]}
    without = further["Money without an indicator"]
    assert without["after"] < without["before"]


def test_the_tables_for_further_modelling_are_those_of_the_run(northmere: Engine, settings: Settings) -> None:
    run = open_run(northmere)
    archive = zipfile.ZipFile(io.BytesIO(export_tables(northmere, settings, run, TODAY)))
    tables = {name: pd.read_csv(archive.open(name)) for name in archive.namelist() if name.endswith(".csv")}
    indicators, expenditure = tables["data_indicators.csv"], tables["data_expenditure.csv"]
    assert indicators[["I0", "IF"]].min().min() > 0
    assert indicators[["I0", "IF"]].max().max() < 1
    assert set(tables["data_relational_table.csv"]["0"]) <= set(expenditure["sdg"])
    shown = run.part[~run.part["kind"].isin(["memo", "transfer", "unaligned"])]
    # Budgets of 2023-24 to 2026-27; the last is the year that is shown.
    assert round(expenditure["3"].sum() * 100) == shown["amount"].sum()
    # Nobody spends on it, so that it is no instrument of spending.
    assert indicators.loc[indicators["seriesCode"] == "sea", "instrumental"].tolist() == [0]
    said = archive.read("README.txt").decode()
    assert "of the periods 0 is 2023-24, 1 is 2024-25, 2 is 2025-26, 3 is 2026-27." in said


def test_a_year_without_figures_is_no_period_and_is_named(sqlite_engine: Engine, settings: Settings) -> None:
    data = b"Body,Programme,Budget 2023-24 \xc2\xa3,Budget 2025-26 \xc2\xa3\nWorks,Hospitals,100,121\n"
    received = receive(sqlite_engine, settings, data, "works.csv", "Ours", "ana")
    assert received.draft_id is not None
    confirm(sqlite_engine, settings, received.draft_id, "ana")
    run_allocation(sqlite_engine, ONCE, "Ours", "ana")
    archive = zipfile.ZipFile(io.BytesIO(export_tables(sqlite_engine, settings, open_run(sqlite_engine), TODAY)))
    assert "there is no period for 2024-25" in archive.read("README.txt").decode()


def test_the_pages_of_scenarios_are_sound_and_lead_through_the_work(full: FlaskClient) -> None:
    assert full.get("/scenarios").status_code == 302
    sign_in(full)
    csrf = {"csrf_token": token(full, "/scenarios")}
    assert problems(full.get("/scenarios").text) == []
    assert full.post("/scenarios", data={**csrf, "name": "", "years": "1"}).status_code == 422
    assert full.post("/scenarios", data={**csrf, "name": "x", "years": "99"}).status_code == 422
    path = full.post("/scenarios", data={**csrf, "name": "A <b>plan</b>", "years": "2"}).headers["Location"]

    def post(action: str, **said: str):
        revision = re.findall(r'name="revision" value="(\d+)"', full.get(path).text)[0]
        return full.post(f"{path}/{action}", data={**csrf, "revision": revision, **said})

    assert post("steps", kind="move", amount="£1m", from_body="Treasury", to_outcome="sdg-13").status_code == 302
    assert post("steps", kind="move", amount="10%", from_outcome="sdg-16", to_outcome="-").status_code == 302
    assert post("steps", kind="growth", percent="-1.5", from_spending="capital", first_year="2027").status_code == 302
    assert post("constraints", rule="cap", percent="5", body="Treasury").status_code == 302
    page = full.get(path).text
    assert "A &lt;b&gt;plan&lt;/b&gt;" in page
    assert "10% from spend on 16. Peace, justice and strong institutions to no outcome" in page
    assert "−1.5% a year for capital from 2027-28" in page or "-1.5% a year for capital from 2027-28" in page
    assert problems(page) == []
    for action, said in (
        ("steps", {"kind": "move", "amount": "some", "to_outcome": "sdg-13"}),
        ("steps", {"kind": "move", "amount": "9" * 40, "to_outcome": "sdg-13"}),
        ("steps", {"kind": "move", "amount": "£1m"}),
        ("steps", {"kind": "growth", "percent": "much"}),
        ("constraints", {"rule": "cap"}),
        ("plan", {"share-sdg-05": "x"}),
        ("plan", {}),
        ("settings", {"years": "0"}),
    ):
        wrong = post(action, **said)
        assert wrong.status_code == 422, (action, said)
        assert problems(wrong.text) == []
    late = full.post(f"{path}/steps", data={**csrf, "revision": "1", "kind": "growth", "percent": "1"})
    assert (late.status_code, "Changed meanwhile" in late.text, problems(late.text)) == (409, True, [])
    assert post("plan", **{"share-sdg-05": "1"}).status_code == 302
    assert re.search("moves? added", full.get(path).text)
    assert post("remove", kind="step", number="1").status_code == 302
    assert post("remove", kind="constraint", number="1").status_code == 302
    assert post("settings", years="3").status_code == 302
    other = post("copy").headers["Location"]
    compared = full.get("/scenarios/compare?id=1&id=2")
    assert compared.status_code == 200
    assert problems(compared.text) == []
    assert full.get("/scenarios/compare").status_code == 302
    assert full.get("/scenarios/export.xlsx?id=1&id=2").data.startswith(b"PK")
    assert full.get("/scenarios/1.json").json["scenario"] == "A <b>plan</b>"
    assert full.get("/scenarios/modelling.zip").data.startswith(b"PK")
    assert post("remove", kind="all").status_code == 302
    assert full.post(f"{other}/drop", data={**csrf, "revision": "1"}).status_code == 302
    assert full.get(other).status_code == 404
