"""What was meant for each outcome and body of a run in a year, beside what was spent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from budget_align.core.allocation import alignment
from budget_align.core.lenses.crosswalk import see_through
from budget_align.core.measures.outturn import Composition, Variance, find_composition, find_variances
from budget_align.core.returns.budget_line import STAGES
from budget_align.services.runs.shares import accounts_of
from budget_align.services.runs.viewing import OpenRun


@dataclass(frozen=True)
class Outturn:
    """One year's plan beside its outturn.

    Attributes:
        meant_stage, spent_stage: the stages that are compared.
        outcomes, bodies: each add up to the difference of the totals; unaligned is among the outcomes, under "".
        left_out: the bodies that have figures of one of the stages only, and are not counted.
    """

    fiscal_year: int
    meant_stage: str
    spent_stage: str
    total: Variance
    outcomes: list[Variance]
    bodies: list[Variance]
    left_out: tuple[str, ...]


def years_with_outturn(run: OpenRun) -> dict[int, list[str]]:
    """The years of which the run holds more than one stage, latest first, with those stages in their order."""
    held: dict[int, list[str]] = {}
    for stage, year in run.periods:
        held.setdefault(year, []).append(stage)
    return {year: sorted(stages, key=STAGES.index) for year, stages in held.items() if len(stages) > 1}


def compare_stages(run: OpenRun, year: int, meant: str, spent: str) -> Outturn:
    """One stage of a year beside another, as the run is seen: its levels of government, through its lens; of the bodies
    that have figures of both.
    """
    cube, left_out = alignment.alike(run.cube, [(meant, year), (spent, year)])
    sums = {}
    for stage in (meant, spent):
        part = alignment.of_period(cube, stage, year)
        counted = part[~part["kind"].isin(alignment.SET_APART)]
        sums[stage] = {
            key: {str(name): int(amount) for name, amount in counted.groupby(key)["amount"].sum().items()}
            for key in ("outcome", "body")
        }
    first, last = sums[meant], sums[spent]
    total = Variance("", sum(first["outcome"].values()), sum(last["outcome"].values()))
    return Outturn(
        year,
        meant,
        spent,
        total,
        find_variances(first["outcome"], last["outcome"]),
        find_variances(first["body"], last["body"]),
        left_out,
    )


def compose(engine: Engine, run: OpenRun, found: Outturn) -> Composition:
    """How the mix of what was spent departs from what was meant, by outcome and by programme, of the bodies that have
    figures of both stages; see `outturn.Composition`.
    """
    sides = []
    for stage in (found.meant_stage, found.spent_stage):
        cells = accounts_of(engine, run, stage, found.fiscal_year)
        cells = cells[~cells["body"].isin(found.left_out)]
        sides.append(see_through(cells, run.lens_steps))
    return find_composition(*sides)
