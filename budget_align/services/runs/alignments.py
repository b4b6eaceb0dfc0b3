"""The aligned share of a run's parts: by body, mission, budget control, stage and year; and why the rest is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import Headline
from budget_align.core.frameworks.framework import MISSION
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.values.prices import Deflator, in_real_terms, per_head
from budget_align.services.runs.viewing import OpenRun, rules_of


@dataclass(frozen=True)
class Part:
    """A part of a run's figures, under the name that pages show."""

    key: str
    name: str
    figures: Headline


@dataclass(frozen=True)
class Period:
    """A stage and year of a run.

    Attributes:
        bodies: how many have figures of it; totals of different bodies are no trend.
        real: the total in prices of the year that the run shows; None where no deflator reaches it.
        per_head: what that is a head, in cash where there is no `real`; None where nobody was counted.
    """

    stage: str
    fiscal_year: int
    figures: Headline
    bodies: int
    real: int | None
    per_head: int | None


@dataclass(frozen=True)
class Reason:
    """Money that serves no outcome for one reason; `lines` is None where that is not counted."""

    why: str
    amount: int
    lines: int | None


def parts_by(run: OpenRun, key: str) -> list[Part]:
    """The figures of each value of one of the cube's keys, such as body or control, the largest total first."""
    parts = [Part(str(name), str(name), alignment.headline(part)) for name, part in run.part.groupby(key)]
    return sorted((part for part in parts if part.figures.total), key=lambda part: (-part.figures.total, part.key))


def parts_by_period(run: OpenRun, deflator: Deflator | None, people: Mapping[int, float]) -> list[Period]:
    """The figures of every stage and year that the run holds, latest first.

    Args:
        deflator: for totals in prices of the year that the run shows.
        people: how many there are, by year.
    """
    found = []
    for stage, year in run.periods:
        part = alignment.of_period(run.cube, stage, year)
        figures = alignment.headline(part)
        real = None
        if deflator is not None and deflator.covers(year) and deflator.covers(run.fiscal_year):
            real = in_real_terms(figures.total, year, run.fiscal_year, deflator)
        heads = per_head(figures.total if real is None else real, people.get(year, 0))
        found.append(Period(stage, year, figures, part["body"].nunique(), real, heads))
    return found


def missions_of(run: OpenRun) -> list[tuple[str, str, int]]:
    """What the outcomes of each mission get together, the mission as a whole included: code, name and amount, in the
    order of the framework.
    """
    spend = alignment.spend_by(run.part, "outcome")
    found = []
    for mission in run.framework.missions:
        codes = [f"{MISSION}{mission.code}", *(outcome.code for outcome in mission.outcomes)]
        found.append((mission.code, mission.name, sum(int(spend.get(code, 0)) for code in codes)))
    return found


def reasons_of(engine: Engine, run: OpenRun) -> Sequence[Reason]:
    """Why money serves no outcome, the largest amount first; they add up to what is unaligned and, seen through a lens,
    to what that does not cover.
    """
    found: dict[str, Reason] = {}
    for share in rules_of(engine, run, outcome=UNALIGNED):
        why = run.mapping.why_unaligned(share.rule.id if share.rule else "")
        before = found.get(why, Reason(why, 0, 0))
        found[why] = Reason(why, before.amount + share.amount, (before.lines or 0) + share.lines)
    reasons = list(found.values())
    lost = alignment.headline(run.part).uncovered
    if lost:
        reasons.append(Reason(f"No counterpart in {run.framework.name}", lost, None))
    return sorted(reasons, key=lambda reason: -abs(reason.amount))
