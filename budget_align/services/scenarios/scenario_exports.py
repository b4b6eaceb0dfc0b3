"""Scenarios taken along, each saying that its figures are not real ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.scenarios.scenario_measures import Measures
from budget_align.services.downloads.making import make_once
from budget_align.services.record.trail import head_of
from budget_align.services.runs.run_figures import basis_figures
from budget_align.services.runs.running import RAN
from budget_align.services.scenarios.scenario_effects import MeasureChange, find_effects, gather_evidence
from budget_align.services.scenarios.scenarios import OpenScenario, open_scenario
from reports.scenario_workbook import ScenarioSheet


def export_workbook(engine: Engine, settings: Settings, scenario_ids: Sequence[int], today: date) -> bytes:
    """Scenarios as a workbook that says on every sheet that its figures are not real ones."""
    sheets = []
    for each in scenario_ids:
        opened = open_scenario(engine, each)
        with Session(engine) as session:
            record = head_of(session, f"run {opened.run.id[:12]}", RAN)
        sheets.append(_sheet(opened, _effects(engine, settings, opened, today), record))
    return make_once(engine, settings, "scenarios", sheets)


def export_json(engine: Engine, settings: Settings, scenario_id: int, today: date) -> str:
    """A scenario with its steps, constraints and measures as JSON; amounts in minor units of `currency`, of which
    `minor_unit` are its decimal digits.
    """
    opened = open_scenario(engine, scenario_id)
    effects = _effects(engine, settings, opened, today)
    said = {
        "scenario": opened.name,
        "not_real_figures": True,
        "marking": opened.run.marking,
        "government": opened.run.government,
        "run": opened.run.id,
        "stage": opened.run.stage,
        "fiscal_year": opened.run.year_label,
        "currency": opened.run.terms.currency.code,
        "minor_unit": opened.run.terms.minor_unit,
        "bases": [basis_figures(basis, opened.run.terms).model_dump() for basis in opened.run.shown_bases],
        "definition": opened.scenario.model_dump(mode="json"),
        "constraints": [
            {"what": check.constraint.describe(opened.names), "holds": check.holds, "missed": check.missed}
            for check in opened.checks
        ],
        "problem": opened.problem,
        "before": _as_json(opened.before),
        "after": {
            opened.run.terms.year(year): {**_as_json(found), "further": [asdict(each) for each in effects[year]]}
            for year, found in opened.after.items()
        },
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def _effects(engine: Engine, settings: Settings, opened: OpenScenario, today: date) -> dict[int, list[MeasureChange]]:
    evidence = gather_evidence(engine, settings, opened.run.government, today)
    return {year: find_effects(engine, opened, year, evidence)[0] for year in opened.after}


def _as_json(found: Measures) -> dict[str, object]:
    return {
        "total": found.total,
        "gross": found.gross,
        "unaligned": found.unaligned,
        "aligned_share": found.aligned_share,
        "capital": found.capital,
        "outcomes_without_money": found.without_money,
        "outcomes_of_one_body": found.one_body,
        "outcomes": dict(found.outcomes),
        "bodies": dict(found.bodies),
        "aligned_share_of_bodies": {name: found.aligned_share_of(name) for name in found.bodies},
    }


def _sheet(opened: OpenScenario, effects: dict[int, list[MeasureChange]], record: str) -> ScenarioSheet:
    names, terms = opened.names, opened.run.terms
    steps = [step.describe(names, terms) for step in opened.scenario.steps]
    constraints = [
        f"{check.constraint.describe(names)}: {'holds' if check.holds else f'missed by {terms.amount(check.missed)}'}"
        for check in opened.checks
    ]
    about = f"{opened.run.government}, {opened.run.stage} {opened.run.year_label}, run {opened.run.id[:12]}"
    about = f"{opened.run.marking}. {about}" if opened.run.marking else about
    about += f", record {record}" if record else ""
    rows = [
        ("outcome", names.get(code, code), amount, tuple(now.outcomes.get(code, 0) for now in opened.after.values()))
        for code, amount in opened.before.outcomes.items()
    ]
    rows.append(
        ("outcome", "Unaligned", opened.before.unaligned, tuple(now.unaligned for now in opened.after.values()))
    )
    bodies = dict.fromkeys([*opened.before.bodies, *(name for now in opened.after.values() for name in now.bodies)])
    for name in bodies:
        after = tuple(now.bodies.get(name, 0) for now in opened.after.values())
        rows.append(("body", name, opened.before.bodies.get(name, 0), after))
    rows.append(("total", "Total", opened.before.total, tuple(now.total for now in opened.after.values())))
    # What stands as it is in every year; real terms and heads, whose beginning differs by year, are in the JSON.
    by_year = [{each.name: each for each in found} for found in effects.values()]
    for name, first in (by_year[0] if by_year else {}).items():
        found = [each[name] for each in by_year if name in each]
        if first.money and len(found) == len(by_year) and {each.before for each in found} == {first.before}:
            rows.append(("measure", name, first.before, tuple(each.after for each in found)))
    years = tuple(terms.year(year) for year in opened.after)
    problem = (opened.problem,) if opened.problem else ()
    return ScenarioSheet(opened.name, about, (*steps, *problem), tuple(constraints), years, tuple(rows), terms.currency)
