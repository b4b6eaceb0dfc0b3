"""Money beside movement: the spend of each outcome of a run, and whether its indicators improve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from budget_align.core.allocation import alignment
from budget_align.core.measures.measures import Gap, concentration, spend_trend
from budget_align.core.outcomes.indicator import IndicatorState, overall, states_of
from budget_align.core.values.prices import Deflator, in_real_terms
from budget_align.services.runs.viewing import OpenRun


def reaches_both(run: OpenRun, deflator: Deflator) -> bool:
    """Whether a deflator reaches the year that a run shows and the one before."""
    return deflator.covers(run.fiscal_year) and deflator.covers(run.fiscal_year - 1)


def find_gaps(run: OpenRun, readings: Sequence[IndicatorState], deflator: Deflator | None = None) -> list[Gap]:
    """Each outcome of a run with its money beside its movement, those that worsen first, then by money. Whether spend
    rises or falls is said of the bodies and the versions that can be set beside each other in both years.

    Args:
        deflator: sets the year before in prices of the year shown; cash without, and where it does not reach both.
    """
    part = run.part[~run.part["kind"].isin(alignment.NOT_ALIGNED)]
    before = alignment.of_period(run.cube, run.stage, run.fiscal_year - 1)
    has_before = (run.stage, run.fiscal_year - 1) in run.periods
    now, then = alignment.spend_by(run.part, "outcome"), alignment.spend_by(before, "outcome")
    alike = run.beside_year_before
    compared = alike.cells(run.held) if alike is not None else run.part
    alike_now, alike_then = (
        alignment.spend_by(alignment.of_period(compared, run.stage, year), "outcome")
        for year in (run.fiscal_year, run.fiscal_year - 1)
    )

    def priced(amount: int) -> int:
        if deflator is None or not reaches_both(run, deflator):
            return amount
        return in_real_terms(amount, run.fiscal_year - 1, run.fiscal_year, deflator)

    gaps = []
    for outcome in run.framework.outcomes():
        mine = states_of(readings, run.answers_to(outcome.code))
        cells = part[part["outcome"] == outcome.code]
        bodies: pd.Series[int] = cells.groupby("body")["amount"].sum()
        # What a body spends and what it nets are both of its size.
        sizes = cells.assign(size=cells["amount"].abs()).groupby("body")["size"].sum()
        amount = int(now.get(outcome.code, 0))
        was = priced(int(then.get(outcome.code, 0))) if has_before else None
        compared_was = priced(int(alike_then.get(outcome.code, 0))) if has_before else None
        gaps.append(
            Gap(
                outcome.code,
                outcome.name,
                was,
                amount,
                spend_trend(compared_was, int(alike_now.get(outcome.code, 0))),
                overall([reading.status for reading in mine]),
                Counter(reading.status for reading in mine),
                sum(reading.late for reading in mine),
                int((bodies != 0).sum()),
                concentration(sizes.tolist()),
            )
        )
    order = ["worsening", "to be confirmed", "maintaining", "improving"]
    return sorted(gaps, key=lambda gap: (order.index(gap.status), -gap.amount))
