"""Money beside movement: the spend of each outcome of a view, and whether its indicators improve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from budget_align.core.allocation import alignment
from budget_align.core.measures.spend import Spend, concentration, spend_trend
from budget_align.core.outcomes.indicator import IndicatorState, Status, overall, states_of
from budget_align.core.values.prices import Deflator, in_real_terms
from budget_align.core.views.view import View


@dataclass(frozen=True)
class Gap:
    """One outcome in the gap matrix: its money beside its movement, with the evidence of each. Nothing in it says that
    the one brings the other about.

    Attributes:
        statuses: how many of its indicators have each status.
        bodies: how many bodies spend or receive anything on it, and `concentration` of that.
    """

    code: str
    name: str
    before: int | None
    amount: int
    spend: Spend
    status: Status
    statuses: Mapping[Status, int]
    late: int
    bodies: int
    concentration: float | None

    @property
    def finding(self) -> str:
        """See `finding_of`."""
        return finding_of(self.bodies, self.spend, self.status)


def finding_of(money: int, spend: Spend, status: Status) -> str:
    """What money and movement together are worth looking at for, in words that claim no cause.

    Args:
        money: zero where none is spent or received, whatever they come to together.

    >>> finding_of(5, "falling", "worsening")
    'less money while it worsens'
    """
    if not money and status == "to be confirmed":
        return "no money and no evidence of movement"
    if not money:
        return "it moves without money" if status in ("improving", "worsening") else "no money is tied to it"
    if status == "to be confirmed":
        return "money without evidence of movement"
    found = {
        ("rising", "worsening"): "more money while it worsens",
        ("steady", "worsening"): "as much money while it worsens",
        ("falling", "worsening"): "less money while it worsens",
        ("rising", "maintaining"): "more money without movement",
        ("rising", "improving"): "more money while it improves",
        ("falling", "improving"): "less money while it improves",
    }
    return found.get((spend, status), "")


def reaches_both(view: View, deflator: Deflator) -> bool:
    """Whether a deflator reaches the year that a run shows and the one before."""
    return deflator.covers(view.fiscal_year) and deflator.covers(view.fiscal_year - 1)


def find_gaps(view: View, readings: Sequence[IndicatorState], deflator: Deflator | None = None) -> list[Gap]:
    """Each outcome of a run with its money beside its movement, those that worsen first, then by money. Whether spend
    rises or falls is said of the bodies and the versions that can be set beside each other in both years.

    Args:
        deflator: sets the year before in prices of the year shown; cash without, and where it does not reach both.
    """
    part = view.part[~view.part["kind"].isin(alignment.NOT_ALIGNED)]
    # What a body spends and what it nets are both of its size.
    sized = part.assign(size=part["amount"].abs()).groupby(["outcome", "body"])["size"].sum()
    given: dict[str, list[int]] = {}
    for (code, _), size in zip(sized.index.to_list(), sized.tolist(), strict=True):
        given.setdefault(code, []).append(size)
    before = alignment.of_period(view.cube, view.stage, view.fiscal_year - 1)
    has_before = (view.stage, view.fiscal_year - 1) in view.periods
    now, then = alignment.spend_by(view.part, "outcome"), alignment.spend_by(before, "outcome")
    alike = view.beside_year_before
    compared = alike.cells(view.held) if alike is not None else view.part
    alike_now, alike_then = (
        alignment.spend_by(alignment.of_period(compared, view.stage, year), "outcome")
        for year in (view.fiscal_year, view.fiscal_year - 1)
    )

    def priced(amount: int) -> int:
        if deflator is None or not reaches_both(view, deflator):
            return amount
        return in_real_terms(amount, view.fiscal_year - 1, view.fiscal_year, deflator)

    gaps = []
    for outcome in view.framework.outcomes():
        mine = states_of(readings, view.answers_to(outcome.code))
        sizes = given.get(outcome.code, [])
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
                sum(size != 0 for size in sizes),
                concentration(sizes),
            )
        )
    order = ["worsening", "to be confirmed", "maintaining", "improving"]
    return sorted(gaps, key=lambda gap: (order.index(gap.status), -gap.amount))
