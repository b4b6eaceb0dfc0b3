"""Scenarios taken along, each saying that its figures are not real ones."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Engine

from budget_align.core import fiscal_year
from budget_align.core.money import format_amount
from budget_align.core.scenario_measures import Measures
from budget_align.services.scenarios import OpenScenario, open_scenario
from reports.scenario_workbook import ScenarioSheet, write_scenario_workbook


def export_workbook(engine: Engine, scenario_ids: Sequence[int]) -> bytes:
    """Scenarios as a workbook that says on every sheet that its figures are not real ones."""
    opened = [open_scenario(engine, each) for each in scenario_ids]
    return write_scenario_workbook([_sheet(each) for each in opened])


def export_json(engine: Engine, scenario_id: int) -> str:
    """A scenario with its steps, constraints and measures as JSON; amounts in minor units."""
    opened = open_scenario(engine, scenario_id)
    said = {
        "scenario": opened.name,
        "not_real_figures": True,
        "government": opened.run.government,
        "run": opened.run.id,
        "stage": opened.run.stage,
        "fiscal_year": opened.run.fiscal_year,
        "definition": opened.scenario.model_dump(mode="json"),
        "constraints": [
            {"what": check.constraint.describe(opened.names), "holds": check.holds, "missed": check.missed}
            for check in opened.checks
        ],
        "problem": opened.problem,
        "before": _as_json(opened.before),
        "after": {fiscal_year.label(year): _as_json(found) for year, found in opened.after.items()},
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def _as_json(found: Measures) -> dict[str, object]:
    return {
        "total": found.total,
        "unaligned": found.unaligned,
        "aligned_share": found.aligned_share,
        "capital": found.capital,
        "outcomes_without_money": found.without_money,
        "outcomes_of_one_body": found.one_body,
        "outcomes": dict(found.outcomes),
        "bodies": dict(found.bodies),
    }


def _sheet(opened: OpenScenario) -> ScenarioSheet:
    names = opened.names
    steps = [step.describe(names) for step in opened.scenario.steps]
    constraints = [
        f"{check.constraint.describe(names)}: {'holds' if check.holds else f'missed by {format_amount(check.missed)}'}"
        for check in opened.checks
    ]
    about = f"{opened.run.government}, {opened.run.stage} {opened.run.year_label}, run {opened.run.id[:12]}"
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
    years = tuple(fiscal_year.label(year) for year in opened.after)
    problem = (opened.problem,) if opened.problem else ()
    return ScenarioSheet(opened.name, about, (*steps, *problem), tuple(constraints), years, tuple(rows))
