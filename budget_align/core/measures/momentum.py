"""Momentum: where an outcome's spend and status have been heading for three years, how often its figure was revised,
and how old what is known of it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from budget_align.core.measures.spend import STEADY, Spend
from budget_align.core.outcomes.indicator import IndicatorState, Status, overall, status_of
from budget_align.core.values.prices import Deflator, in_real_terms

YEARS: Final = 3
"""Years that a trend looks back."""

_ORDER: Final[tuple[Status, ...]] = ("worsening", "maintaining", "improving")


@dataclass(frozen=True)
class Trend:
    """Spend from one year to another, both in the prices of the later one where `real`, in minor units.

    Attributes:
        growth: the average change a year, 0.02 for two percent; None where either amount is zero or less.
    """

    since: int
    first: int
    year: int
    last: int
    real: bool

    @property
    def growth(self) -> float | None:
        """See the class."""
        if self.first <= 0 or self.last <= 0:
            return None
        average: float = (self.last / self.first) ** (1 / (self.year - self.since)) - 1
        return average

    @property
    def spend(self) -> Spend:
        """Whether it rises or falls; an average change of at most `measures.STEADY` percent a year counts for none."""
        if self.growth is None:
            return "not known" if self.first == self.last else "rising" if self.last > self.first else "falling"
        change = round(self.growth * 100, 9)
        return "rising" if change > STEADY else "falling" if change < -STEADY else "steady"


def find_trend(amounts: Mapping[int, int], year: int, deflator: Deflator | None) -> Trend | None:
    """The trend up to a year from the earliest of the `YEARS` before it that has an amount; None where none has.

    Args:
        amounts: by financial year, in cash.
        deflator: for real terms; cash without, and where it does not reach both years.
    """
    earlier = [each for each in range(year - YEARS, year) if each in amounts]
    if year not in amounts or not earlier:
        return None
    since = earlier[0]
    if deflator is not None and deflator.covers(since) and deflator.covers(year):
        return Trend(since, in_real_terms(amounts[since], since, year, deflator), year, amounts[year], True)
    return Trend(since, amounts[since], year, amounts[year], False)


def past_statuses(readings: Sequence[IndicatorState]) -> tuple[Status, ...]:
    """The status of an outcome as its indicators' data told it up to `YEARS` − 1 years before each one's latest,
    oldest first, today's last.
    """
    found = []
    for back in range(YEARS - 1, -1, -1):
        known = [
            status_of(r.definition, [each for each in r.series if each[0] <= r.latest[0] - back])
            for r in readings
            if r.latest is not None
        ]
        found.append(overall(known))
    return tuple(found)


def turn(statuses: Sequence[Status]) -> str:
    """Which way a status has turned since the earliest that is known, in words.

    >>> turn(("improving", "worsening")), turn(("to be confirmed", "improving", "improving"))
    ('for the worse', 'no turn')
    """
    known = [_ORDER.index(status) for status in statuses if status in _ORDER]
    if len(known) < 2:
        return "not known"
    return "for the better" if known[-1] > known[0] else "for the worse" if known[-1] < known[0] else "no turn"


@dataclass(frozen=True)
class Revisions:
    """How often the figure of an outcome for one stage and year came out differently from one run to the next, and
    what it was at first, in minor units."""

    count: int
    first: int


def find_revisions(figures: Sequence[int]) -> Revisions | None:
    """The revisions among the figures of successive runs, oldest first; None where there is none to speak of.

    >>> find_revisions([5, 5, 7, 6]), find_revisions([])
    (Revisions(count=2, first=5), None)
    """
    if not figures:
        return None
    changes = sum(one != other for one, other in pairwise(figures))
    return Revisions(changes, figures[0])


@dataclass(frozen=True)
class Momentum:
    """Where one outcome is heading.

    Attributes:
        statuses: see `past_statuses`.
        months: since the period ended that its newest data speaks of; None without data.
    """

    code: str
    name: str
    amount: int
    trend: Trend | None
    statuses: tuple[Status, ...]
    revisions: Revisions | None
    months: int | None

    @property
    def turn(self) -> str:
        """See `turn`."""
        return turn(self.statuses)
