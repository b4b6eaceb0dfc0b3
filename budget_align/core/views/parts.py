"""The parts of a view: by body, mission, budget control, stage and year, and through its lens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import Headline
from budget_align.core.frameworks.framework import MISSION
from budget_align.core.lenses.crosswalk import see_through
from budget_align.core.values.evidence import bearable_unit
from budget_align.core.values.prices import Deflator, in_real_terms, per_head
from budget_align.core.views.view import View


@dataclass(frozen=True)
class ViewPart:
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
class AmountOf:
    """What something by a name gets, its share of the gross of the whole that it is of, and to what unit it is worth
    telling."""

    name: str
    amount: int
    share: float | None
    unit: int = 1


def amounts_by(cells: pd.DataFrame, key: str, *, by_shares: bool = False) -> tuple[AmountOf, ...]:
    """Amounts by one of the cube's keys, largest first, with their shares of the gross of all, before receipts.

    Args:
        by_shares: the amounts rest on what rules' shares give to outcomes, and are worth telling to what these bear.
    """
    # One outcome or body has few cells: to add them up one by one is far quicker than as tables.
    amounts: dict[str, int] = {}
    gross: dict[str, int] = {}
    graded: dict[str, dict[str, int]] = {}
    columns = [cells[field].tolist() for field in (key, "amount", "below", "kind")]
    grades = cells["grade"].tolist() if by_shares else [""] * len(cells)
    for name, amount, below, kind, grade in zip(*columns, grades, strict=True):
        amounts[name] = amounts.get(name, 0) + amount
        if not below:
            gross[name] = gross.get(name, 0) + amount
        if by_shares and kind not in alignment.NOT_ALIGNED:
            by_grade = graded.setdefault(name, {})
            by_grade[grade] = by_grade.get(grade, 0) + amount
    total = sum(gross.values())
    return tuple(
        AmountOf(name, amount, alignment.share_of(gross.get(name, 0), total), bearable_unit(graded.get(name, {})))
        for name, amount in sorted(amounts.items(), key=lambda each: (-each[1], each[0]))
    )


def parts_by(view: View, key: str) -> list[ViewPart]:
    """The figures of each value of one of the cube's keys, such as body or control, the largest total first."""
    parts = [ViewPart(name, name, figures) for name, figures in alignment.headlines_by(view.part, key).items()]
    shown = (part for part in parts if part.figures.total or part.figures.gross)
    return sorted(shown, key=lambda part: (-part.figures.total, part.key))


def parts_by_period(view: View, deflator: Deflator | None, people: Mapping[int, float]) -> list[Period]:
    """The figures of every stage and year that the run holds, latest first.

    Args:
        deflator: for totals in prices of the year that the run shows.
        people: how many there are, by year.
    """
    found = []
    for stage, year in view.periods:
        part = alignment.of_period(view.cube, stage, year)
        figures = alignment.headline(part)
        real = None
        if deflator is not None and deflator.covers(year) and deflator.covers(view.fiscal_year):
            real = in_real_terms(figures.total, year, view.fiscal_year, deflator)
        heads = per_head(figures.total if real is None else real, people.get(year, 0))
        found.append(Period(stage, year, figures, part["body"].nunique(), real, heads))
    return found


def missions_of(view: View) -> list[AmountOf]:
    """What the outcomes of each mission get together, the mission as a whole included, in the order of the
    framework; shares are of gross, what each gets before receipts.
    """
    spend = alignment.spend_by(view.part, "outcome")
    gross = alignment.spend_by(view.part[~view.part["below"]], "outcome")
    aligned = view.part[~view.part["kind"].isin(alignment.NOT_ALIGNED)]
    found = []
    for mission in view.framework.missions:
        codes = [f"{MISSION}{mission.code}", *(outcome.code for outcome in mission.outcomes)]
        amount, before = (sum(int(each.get(code, 0)) for code in codes) for each in (spend, gross))
        graded = aligned[aligned["outcome"].isin(codes)].groupby("grade")["amount"].sum()
        by_grade = {str(grade): int(part) for grade, part in graded.items()}
        found.append(AmountOf(mission.name, amount, view.figures.of_gross(before), bearable_unit(by_grade)))
    return found


def lens_sources(view: View, code: str) -> list[tuple[str, str, int, int]]:
    """Which outcomes of the mapping's own framework an outcome seen through a lens comes from: code, name, all their
    money in view, and what of it is seen as this outcome; largest first.
    """
    own = view.own_part
    names = view.own_framework.outcome_names()
    found = []
    for source, cells in own[~own["kind"].isin(alignment.SET_APART)].groupby("outcome"):
        seen = see_through(cells, view.lens_steps)
        amount = int(seen.loc[seen["outcome"] == code, "amount"].sum())
        if amount:
            found.append((str(source), names.get(str(source), "Unaligned"), int(cells["amount"].sum()), amount))
    return sorted(found, key=lambda row: -abs(row[3]))
