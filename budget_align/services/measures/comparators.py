"""What indicators say of the bodies of a run."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.measures.comparators import AreaValues
from budget_align.core.outcomes.indicator import IndicatorDefinition
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries


def area_values(engine: Engine, run: OpenRun) -> list[AreaValues]:
    """Every indicator that has a value for a body of the run, by a territory of the body's name: each body's latest up
    to the year that is shown.
    """
    bodies = set(run.part["body"].unique())
    with Session(engine) as session:
        rows = outcome_queries.indicators(session, run.government)
        observations = outcome_queries.observations(session, run.government)
    mine = observations[observations["territory"].isin(bodies) & (observations["year"] <= run.fiscal_year)]
    latest = mine.sort_values("year").drop_duplicates(["indicator", "territory"], keep="last")
    definitions = {row.code: IndicatorDefinition.model_validate_json(row.facts) for row in rows}
    found = []
    for code, group in latest.groupby("indicator"):
        values = dict(zip(group["territory"].tolist(), group["value"].tolist(), strict=True))
        definition = definitions.get(str(code)) or IndicatorDefinition(code=str(code)[:64], name=str(code))
        found.append(AreaValues(definition, values, tuple(sorted(set(group["year"].tolist())))))
    return sorted(found, key=lambda each: (each.definition.name, each.definition.code))
