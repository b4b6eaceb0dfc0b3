"""Bodies beside their statistical neighbours: spend per head and results of each outcome, as standard scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.measures.comparators import (
    USUAL_NEIGHBOURS,
    Neighbour,
    Standing,
    find_neighbours,
    mean_score,
    standard_scores,
)
from budget_align.core.outcomes.indicator import IndicatorDefinition
from budget_align.core.values.prices import per_head
from budget_align.core.values.refusal import RefusedError
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries


@dataclass(frozen=True)
class AreaValues:
    """The latest values of one indicator for the bodies of a run, by the body's name, and the years they are of."""

    definition: IndicatorDefinition
    values: Mapping[str, float]
    years: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """A body beside its neighbours.

    Attributes:
        people: by body, and `people_years` the years that the counts are of.
        standings: one for each outcome with money or results, the largest spend first.
    """

    body: str
    neighbours: list[Neighbour]
    people: Mapping[str, float]
    people_years: tuple[int, ...]
    standings: list[Standing]


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


def compare_body(
    run: OpenRun,
    areas: Sequence[AreaValues],
    population: str,
    body: str,
    *,
    given: Sequence[str] = (),
    features: Sequence[str] = (),
    count: int = USUAL_NEIGHBOURS,
) -> Comparison:
    """A body of a run beside its neighbours: those given, else the nearest by some indicators' values.

    Args:
        areas: as `area_values` gives them.
        population: the code of the indicator that counts people.

    Raises:
        RefusedError: the run has no such body, or a feature has no value for it.
    """
    counts = next((each for each in areas if each.definition.code == population), None)
    people = counts.values if counts else {}
    known = set(run.part["body"].unique())
    if body not in known:
        raise RefusedError("unknown-body", f"This run has no figures of {body!r} for {run.stage} {run.year_label}.")
    wrong = [each for each in given if each not in known or each == body]
    if wrong:
        raise RefusedError("unknown-body", f"{wrong[0]!r} is no other body of this run; choose one of the list.")
    by_code = {each.definition.code: each for each in areas}
    if given:
        neighbours = [Neighbour(each, None) for each in given]
    else:
        chosen = {by_code[f].definition.name: by_code[f].values for f in features if f in by_code}
        neighbours = find_neighbours(body, chosen, count)
    group = [body, *(neighbour.body for neighbour in neighbours)]
    spend = alignment.bodies_by_outcome(run.part).reindex(group, fill_value=0)
    standings = [
        _standing(run, areas, code, name, body, group, spend, people)
        for code, name in run.framework.outcome_names().items()
    ]
    shown = [each for each in standings if each.per_head or each.result_score is not None]
    return Comparison(
        body,
        neighbours,
        {each: people[each] for each in group if each in people},
        counts.years if counts else (),
        sorted(shown, key=lambda each: -(each.per_head or 0)),
    )


def _standing(
    run: OpenRun,
    areas: Sequence[AreaValues],
    code: str,
    name: str,
    body: str,
    group: Sequence[str],
    spend: pd.DataFrame,
    people: Mapping[str, float],
) -> Standing:
    amounts = spend[code] if code in spend.columns else pd.Series(0, index=spend.index)
    heads = {each: int(amounts[each]) / people[each] for each in group if people.get(each, 0) > 0}
    told = [each for each in areas if each.definition.outcome in run.answers_to(code)]
    results: list[tuple[str, float]] = []
    compared = 0
    for each in told:
        goodness = {b: each.definition.goodness(each.values[b]) for b in group if b in each.values}
        scores = standard_scores(goodness)
        if body in scores and each.definition.direction != "neither":
            results.append((each.definition.name, scores[body]))
            compared = max(compared, len(goodness))
    return Standing(
        code,
        name,
        per_head(int(amounts[body]), people.get(body, 0)),
        standard_scores(heads).get(body),
        mean_score([score for _, score in results]),
        (len(heads), compared),
        tuple(results),
    )
