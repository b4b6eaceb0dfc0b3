"""Indicators: whether the outcomes move, by rules that are stated beside every status.

Status sets the latest value beside the one some periods before: improving or worsening where it changed for better or
worse by more than a threshold, maintaining where it did not, to be confirmed where there is nothing to compare. Path
sets the latest value beside the straight line from the baseline to the target. Neither says why an outcome moved.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from budget_align.core.values.fiscal_year import APRIL, FiscalCalendar

_CALENDAR_YEAR: Final = FiscalCalendar(1, "2025")

Direction = Literal["higher", "lower", "range", "neither"]
DIRECTIONS: Final[dict[Direction, str]] = {
    "higher": "higher is better",
    "lower": "lower is better",
    "range": "best within a range",
    "neither": "neither more nor less is better",
}
Status = Literal["improving", "maintaining", "worsening", "to be confirmed"]
STATUSES: Final[tuple[Status, ...]] = ("worsening", "maintaining", "improving", "to be confirmed")

USUAL_THRESHOLD: Final = 0.02
"""Of the earlier value, where an indicator states no threshold of its own: smaller changes count for none."""

USUAL_LAG: Final = 24
"""Months after the end of a period by which the next data is expected, where an indicator states no other."""

OBSERVATIONS: Final = {"indicator": "str", "territory": "str", "year": "int64", "fiscal": "bool", "value": "float64"}
"""Columns of a frame of observations: the indicator's code, where, the year (a financial one's first) and the value."""


class IndicatorDefinition(BaseModel):
    """What an indicator measures, and what counts as better.

    Attributes:
        outcome: the code of the outcome that it tells of; empty where nobody said yet.
        low, high: the range in which it is best, for the direction range.
        threshold: the least change that counts, in the indicator's own unit; None for `USUAL_THRESHOLD`.
        over: how many years lie between the two values that are compared.
        baseline, baseline_year, target, target_year: the promise, where there is one; without a baseline the first
            observation stands for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=300)]
    unit: Annotated[str, Field(max_length=80)] = ""
    direction: Direction = "higher"
    low: float | None = None
    high: float | None = None
    outcome: Annotated[str, Field(max_length=64)] = ""
    threshold: Annotated[float, Field(ge=0)] | None = None
    over: Annotated[int, Field(ge=1, le=20)] = 1
    lag_months: Annotated[int, Field(ge=1, le=240)] = USUAL_LAG
    baseline: float | None = None
    baseline_year: int | None = None
    target: float | None = None
    target_year: int | None = None
    source: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.direction == "range" and (self.low is None or self.high is None or self.low > self.high):
            raise ValueError(f"{self.code}: a range needs a lower and an upper bound")
        if (self.target is None) != (self.target_year is None):
            raise ValueError(f"{self.code}: a target needs its value and its year")
        if (self.baseline is None) != (self.baseline_year is None):
            raise ValueError(f"{self.code}: a baseline needs its value and its year")
        if self.baseline_year is not None and self.target_year is not None and self.target_year <= self.baseline_year:
            raise ValueError(f"{self.code}: the target lies before the baseline")
        return self

    @property
    def identity(self) -> str:
        """Names what it says and nothing else, so that who changes it changes what they saw."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def goodness(self, value: float) -> float:
        """The value turned so that more is better; for a range, zero within it and less the further outside; for
        neither, zero.
        """
        if self.direction == "neither":
            return 0.0
        if self.direction == "range":
            assert self.low is not None
            assert self.high is not None
            return -max(self.low - value, value - self.high, 0.0)
        return value if self.direction == "higher" else -value

    def least_change(self, earlier: float) -> float:
        """The change that has to be passed to count, in the indicator's unit."""
        return self.threshold if self.threshold is not None else abs(earlier) * USUAL_THRESHOLD

    def rule(self) -> str:
        """The rule of its status, as a sentence."""
        if self.direction == "neither":
            return "Neither more nor less is better, so it has no status."
        least = f"{self.threshold:g} {self.unit}".strip() if self.threshold is not None else f"{USUAL_THRESHOLD:.0%}"
        years = "the year before" if self.over == 1 else f"{self.over} years before"
        better = DIRECTIONS[self.direction]
        return f"The latest value beside that of {years}; a change of at most {least} counts for none; {better}."


@dataclass(frozen=True)
class IndicatorState:
    """What an indicator says of one territory.

    Attributes:
        latest, earlier: year and value; None where there is none.
        expected: the value on the straight line to the target in the latest year; None without a target.
        on_path: whether the latest value is at least as good; None without a target.
        late: whether newer data was due.
        months: since the end of the period that the latest value speaks of; None without one.
    """

    definition: IndicatorDefinition
    territory: str
    status: Status
    latest: tuple[int, float] | None
    earlier: tuple[int, float] | None
    expected: float | None
    on_path: bool | None
    late: bool
    months: int | None
    series: tuple[tuple[int, float], ...]
    fiscal: bool
    calendar: FiscalCalendar = APRIL

    def year_label(self, year: int) -> str:
        """A year of the series: a fiscal year as the government writes it, else the calendar year."""
        return self.calendar.label(year) if self.fiscal else str(year)


@dataclass(frozen=True)
class Series:
    """The values of an indicator in one territory by year, oldest first; `fiscal` tells whether its years are fiscal
    ones.
    """

    values: tuple[tuple[int, float], ...]
    fiscal: bool


NO_SERIES: Final = Series((), False)


def read_indicator(
    definition: IndicatorDefinition,
    observations: pd.DataFrame,
    territory: str,
    today: date,
    calendar: FiscalCalendar = APRIL,
) -> IndicatorState:
    """What the observations of an indicator say of a territory, as of a day.

    Args:
        observations: as `OBSERVATIONS` says; of other indicators and territories too.
        calendar: of the government's fiscal years.
    """
    its = series_by_place(observations).get(definition.code, {}).get(territory, NO_SERIES)
    return read_series(definition, its, territory, today, calendar)


def series_by_place(observations: pd.DataFrame) -> dict[str, dict[str, Series]]:
    """Observations, as `OBSERVATIONS` says, by indicator in order of code and by territory in the order that they come
    in.
    """
    columns = (observations[name].tolist() for name in OBSERVATIONS)
    held: dict[str, dict[str, list[tuple[int, float, bool]]]] = {}
    for indicator, territory, year, fiscal, value in zip(*columns, strict=True):
        held.setdefault(indicator, {}).setdefault(territory, []).append((year, value, fiscal))
    return {
        indicator: {place: _series(values) for place, values in held[indicator].items()} for indicator in sorted(held)
    }


def _series(values: list[tuple[int, float, bool]]) -> Series:
    return Series(tuple(sorted((year, value) for year, value, _ in values)), any(fiscal for _, _, fiscal in values))


def read_series(
    definition: IndicatorDefinition, its: Series, territory: str, today: date, calendar: FiscalCalendar = APRIL
) -> IndicatorState:
    """What the values of an indicator in a territory say, as of a day.

    Args:
        calendar: of the government's fiscal years.
    """
    series, fiscal = its.values, its.fiscal
    if not series:
        nothing = (None, None, None, None, True, None, ())
        return IndicatorState(definition, territory, "to be confirmed", *nothing, fiscal, calendar)
    latest = series[-1]
    months = _months_since(latest[0], calendar if fiscal else _CALENDAR_YEAR, today)
    expected = _expected(definition, series)
    on_path = None if expected is None else definition.goodness(latest[1]) >= definition.goodness(expected)
    return IndicatorState(
        definition,
        territory,
        status_of(definition, series),
        latest,
        _earlier(definition, series),
        expected,
        on_path,
        months > definition.lag_months,
        months,
        series,
        fiscal,
        calendar,
    )


def status_of(definition: IndicatorDefinition, series: Sequence[tuple[int, float]]) -> Status:
    """The status that a series of years and values, oldest first, gives an indicator by its rule."""
    earlier = _earlier(definition, series)
    if earlier is None or definition.direction == "neither":
        return "to be confirmed"
    change = definition.goodness(series[-1][1]) - definition.goodness(earlier[1])
    least = definition.least_change(earlier[1])
    return "improving" if change > least else "worsening" if change < -least else "maintaining"


def _earlier(definition: IndicatorDefinition, series: Sequence[tuple[int, float]]) -> tuple[int, float] | None:
    """What the latest value is compared with."""
    if not series:
        return None
    return next((each for each in reversed(series) if each[0] <= series[-1][0] - definition.over), None)


def _expected(definition: IndicatorDefinition, series: tuple[tuple[int, float], ...]) -> float | None:
    if definition.target is None or definition.target_year is None:
        return None
    start, value = series[0]
    if definition.baseline is not None and definition.baseline_year is not None:
        start, value = definition.baseline_year, definition.baseline
    if definition.target_year <= start:
        return definition.target
    way = (min(series[-1][0], definition.target_year) - start) / (definition.target_year - start)
    return value + (definition.target - value) * max(0.0, way)


def _months_since(year: int, calendar: FiscalCalendar, today: date) -> int:
    """Months since the last one of a year."""
    return (today.year - year - 1) * 12 + today.month - (calendar.starts - 1)


def states_of(readings: Iterable[IndicatorState], codes: Collection[str]) -> list[IndicatorState]:
    """The readings that tell of any of some outcomes."""
    return [reading for reading in readings if reading.definition.outcome in codes]


def overall(statuses: list[Status]) -> Status:
    """One status for an outcome with several indicators: the one that more than half of those with a status share,
    else maintaining; to be confirmed where none has one.

    >>> overall(["improving", "improving", "worsening"]), overall(["improving", "worsening"]), overall([])
    ('improving', 'maintaining', 'to be confirmed')
    """
    known: list[Status] = [status for status in statuses if status != "to be confirmed"]
    if not known:
        return "to be confirmed"
    for status in STATUSES:
        if known.count(status) * 2 > len(known):
            return status
    return "maintaining"


def count_statuses(states: Iterable[IndicatorState]) -> dict[Status, int]:
    """How many indicators have each status."""
    found = Counter(state.status for state in states)
    return {status: found[status] for status in STATUSES}


def frame_observations(rows: Sequence[tuple[str, str, int, bool, float]]) -> pd.DataFrame:
    """Values as a frame of `OBSERVATIONS`: indicator, territory, year, whether the year is a fiscal one, value."""
    return pd.DataFrame(rows, columns=list(OBSERVATIONS)).astype(OBSERVATIONS)
