"""Comparators: a body beside its statistical neighbours, spend per head and results as standard scores on quadrants, in
the manner of England's Spend and Outcomes Tool for local authorities.

A standard score says how many standard deviations a value lies above the mean of the body and its neighbours. It says
nothing of why, nor that the one brings the other about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Final, Literal

import pandas as pd

from budget_align.core.allocation import alignment
from budget_align.core.outcomes.indicator import IndicatorDefinition
from budget_align.core.values.prices import per_head
from budget_align.core.values.refusal import RefusedError
from budget_align.core.views.view import View

USUAL_NEIGHBOURS: Final = 5
"""How many of the nearest bodies a body is set beside, where nobody says which."""

FEWEST: Final = 4
"""Bodies with a value, the body itself among them, below which no standard score is worked out."""

FAR: Final = 1.0
"""Standard deviations from the mean beyond which a value is marked as unlike its neighbours'."""

Quadrant = Literal[
    "more spend, better results", "less spend, better results", "more spend, worse results", "less spend, worse results"
]


def standard_scores(values: Mapping[str, float]) -> dict[str, float]:
    """Each value's distance from the mean of all, in standard deviations of all (population form); zero for each
    where they are all the same, nothing for fewer than `FEWEST`.

    >>> found = standard_scores({"a": 2, "b": 4, "c": 4, "d": 6})  # mean 4, deviation √2
    >>> [round(each, 3) for each in found.values()]
    [-1.414, 0.0, 0.0, 1.414]
    """
    if len(values) < FEWEST:
        return {}
    mean, spread = fmean(values.values()), pstdev(values.values())
    if spread <= 1e-12 * max(1.0, abs(mean)):
        return dict.fromkeys(values, 0.0)
    return {name: (value - mean) / spread for name, value in values.items()}


@dataclass(frozen=True)
class Neighbour:
    """A body that is like another: their distance in standard deviations over all features; None where it was given."""

    body: str
    distance: float | None


def find_neighbours(
    body: str, features: Mapping[str, Mapping[str, float]], count: int = USUAL_NEIGHBOURS
) -> list[Neighbour]:
    """The bodies nearest to one: the Euclidean distance between their features, each brought to mean zero and
    deviation one over all bodies that have every feature.

    Args:
        features: by the feature's name, the value of each body.

    Raises:
        RefusedError: no feature is given, or the body lacks one.
    """
    if not features:
        raise RefusedError("no-features", "Choose at least one feature by which bodies are alike.")
    lacking = [name for name, values in features.items() if body not in values]
    if lacking:
        raise RefusedError("no-features", f"{body} has no value of {lacking[0]}; choose other features.")
    bodies = sorted(set.intersection(*(set(values) for values in features.values())))
    points: dict[str, list[float]] = {each: [] for each in bodies}
    for values in features.values():
        here = [values[each] for each in bodies]
        mean, spread = fmean(here), pstdev(here)
        for each in bodies:
            points[each].append((values[each] - mean) / spread if spread else 0.0)
    found = [Neighbour(each, math.dist(points[body], points[each])) for each in bodies if each != body]
    return sorted(found, key=lambda neighbour: (neighbour.distance, neighbour.body))[:count]


@dataclass(frozen=True)
class ComparedOutcome:
    """One outcome of a body beside its neighbours.

    Attributes:
        per_head: minor units a head; None where nobody lives there or nothing is known.
        spend_score, result_score: standard scores; a result above zero is better than the neighbours' mean. None
            where fewer than `FEWEST` bodies have a value.
        compared: how many bodies stand behind each of the two scores.
        indicators: those that the result is the mean of, each with its own score.
    """

    code: str
    name: str
    per_head: int | None
    spend_score: float | None
    result_score: float | None
    compared: tuple[int, int]
    indicators: tuple[tuple[str, float], ...]

    @property
    def quadrant(self) -> Quadrant | None:
        """Where it stands; None without both scores."""
        if self.spend_score is None or self.result_score is None:
            return None
        if self.result_score >= 0:
            return "more spend, better results" if self.spend_score > 0 else "less spend, better results"
        return "more spend, worse results" if self.spend_score > 0 else "less spend, worse results"

    @property
    def far(self) -> bool:
        """Whether either score is beyond `FAR`."""
        return any(score is not None and abs(score) > FAR for score in (self.spend_score, self.result_score))


def mean_score(scores: Sequence[float]) -> float | None:
    """The mean of the standard scores of several indicators; None without any."""
    return fmean(scores) if scores else None


@dataclass(frozen=True)
class AreaValues:
    """The latest values of one indicator for the bodies of a run, by the body's name, and the years they are of."""

    definition: IndicatorDefinition
    values: Mapping[str, float]
    years: tuple[int, ...]


@dataclass(frozen=True)
class Comparators:
    """A body beside its neighbours.

    Attributes:
        people: by body, and `people_years` the years that the counts are of.
        standings: one for each outcome with money or results, the largest spend first.
    """

    body: str
    neighbours: list[Neighbour]
    people: Mapping[str, float]
    people_years: tuple[int, ...]
    standings: list[ComparedOutcome]


def compare_body(
    view: View,
    areas: Sequence[AreaValues],
    population: str,
    body: str,
    *,
    given: Sequence[str] = (),
    features: Sequence[str] = (),
    count: int = USUAL_NEIGHBOURS,
) -> Comparators:
    """A body of a run beside its neighbours: those given, else the nearest by some indicators' values.

    Args:
        areas: every indicator that tells of bodies.
        population: the code of the indicator that counts people.

    Raises:
        RefusedError: the run has no such body, or a feature has no value for it.
    """
    counts = next((each for each in areas if each.definition.code == population), None)
    people = counts.values if counts else {}
    known = set(view.part["body"].unique())
    if body not in known:
        raise RefusedError("unknown-body", f"This run has no figures of {body!r} for {view.stage} {view.year_label}.")
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
    spend = alignment.bodies_by_outcome(view.part).reindex(group, fill_value=0)
    standings = [
        _standing(view, areas, code, name, body, group, spend, people)
        for code, name in view.framework.outcome_names().items()
    ]
    shown = [each for each in standings if each.per_head or each.result_score is not None]
    return Comparators(
        body,
        neighbours,
        {each: people[each] for each in group if each in people},
        counts.years if counts else (),
        sorted(shown, key=lambda each: -(each.per_head or 0)),
    )


def _standing(
    view: View,
    areas: Sequence[AreaValues],
    code: str,
    name: str,
    body: str,
    group: Sequence[str],
    spend: pd.DataFrame,
    people: Mapping[str, float],
) -> ComparedOutcome:
    amounts = spend[code] if code in spend.columns else pd.Series(0, index=spend.index)
    heads = {each: int(amounts[each]) / people[each] for each in group if people.get(each, 0) > 0}
    told = [each for each in areas if each.definition.outcome in view.answers_to(code)]
    results: list[tuple[str, float]] = []
    compared = 0
    for each in told:
        goodness = {b: each.definition.goodness(each.values[b]) for b in group if b in each.values}
        scores = standard_scores(goodness)
        if body in scores and each.definition.direction != "neither":
            results.append((each.definition.name, scores[body]))
            compared = max(compared, len(goodness))
    return ComparedOutcome(
        code,
        name,
        per_head(int(amounts[body]), people.get(body, 0)),
        standard_scores(heads).get(body),
        mean_score([score for _, score in results]),
        (len(heads), compared),
        tuple(results),
    )
