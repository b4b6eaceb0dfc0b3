"""Prices: what an amount of one fiscal year is in the prices of another, by a stated deflator."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from budget_align.core.values.fiscal_year import APRIL, FiscalCalendar
from budget_align.core.values.money import Currency
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms


class Deflator(BaseModel):
    """An index of prices by fiscal year, in any base, and where it comes from.

    Attributes:
        currency: of what the prices are, by its code.
        fiscal_year_starts: the month in which its years begin.
        index: by the year's first calendar year; in settings the year may be written 2025-26 too.
        growth_after: by how many percent a year prices are taken to rise after its last year; None where nothing is
            assumed, so that later years have no real terms.
        growth_source: where that assumption comes from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=120)] = "GDP deflator"
    source: Annotated[str, Field(min_length=1, max_length=500)]
    currency: str = "GBP"
    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)] = 4
    index: Annotated[dict[int, Annotated[float, Field(gt=0, lt=1e9)]], Field(min_length=1)]
    growth_after: Annotated[float, Field(gt=-50, lt=100)] | None = None
    growth_source: Annotated[str, Field(max_length=500)] = ""

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, code: str) -> str:
        try:
            return Currency(code.upper()).code
        except RefusedError as refusal:
            raise ValueError(refusal.message.rstrip(".")) from refusal

    @field_validator("index", mode="before")
    @classmethod
    def _years(cls, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        found = {}
        for key, value in said.items():
            years = [key] if isinstance(key, int) else APRIL.find_years(str(key))
            if len(years) != 1 or (isinstance(key, str) and not re.fullmatch(r"[\d/–-]+", key)):
                raise ValueError(f"{key!r} is no fiscal year; write it as 2025-26, or by its first calendar year")
            found[years[0]] = value
        return found

    @model_validator(mode="after")
    def _assumption_has_a_source(self) -> Self:
        if self.growth_after is not None and not self.growth_source:
            raise ValueError("growth_source: say where the growth after the last year comes from")
        missing = set(range(min(self.index), max(self.index) + 1)) - set(self.index)
        if missing:
            raise ValueError(f"index: the year that begins in {min(missing)} is missing; give every year between two")
        return self

    def fits(self, terms: Terms) -> bool:
        """Whether its prices are of a government's currency and fiscal year."""
        return (self.currency, self.fiscal_year_starts) == (terms.currency.code, terms.calendar.starts)

    @property
    def last(self) -> int:
        """The last year for which the source has a value."""
        return max(self.index)

    def covers(self, year: int) -> bool:
        """Whether a year has a value, stated or by the assumption."""
        return year in self.index or (self.growth_after is not None and year > self.last)

    def index_of(self, year: int) -> float:
        """The index of a year.

        Raises:
            RefusedError: the deflator does not reach it.
        """
        if year in self.index:
            return self.index[year]
        if self.growth_after is None or year < self.last:
            raise RefusedError("no-deflator", f"The deflator has no value for the year that begins in {year}.")
        growth: float = (1 + self.growth_after / 100) ** (year - self.last)
        return self.index[self.last] * growth

    def told(self, base: int, calendar: FiscalCalendar, latest: int | None = None) -> str:
        """What real terms mean here, as a sentence.

        Args:
            base: the year whose prices they are in.
            calendar: how years are written.
            latest: the latest year that is shown, where that is another one.
        """
        assumed = ""
        if self.growth_after is not None and max(base, latest or base) > self.last:
            assumed = f" After {calendar.label(self.last)} prices are taken to rise by {self.growth_after:g}% a year"
            assumed += f" ({self.growth_source})."
        return f"Real terms are in prices of {calendar.label(base)}, by the {self.name} ({self.source}).{assumed}"


def in_real_terms(amount: int, year: int, base: int, deflator: Deflator) -> int:
    """An amount of one fiscal year in the prices of another: times the base year's index over its own, in minor
    units, rounded half to even.

    Raises:
        RefusedError: the deflator does not reach one of the years.

    >>> in_real_terms(10_000, 2020, 2025, Deflator(source="paper", index={"2020-21": 80, **dict.fromkeys(
    ...     range(2021, 2025), 90), "2025-26": 100}))
    12500
    """
    return round(amount * deflator.index_of(base) / deflator.index_of(year))


def per_head(amount: int, people: float) -> int | None:
    """An amount for each of so many people, in minor units, rounded half to even; None where there is nobody.

    >>> per_head(1_000_000, 4), per_head(5, 0)
    (250000, None)
    """
    return round(amount / people) if people > 0 else None
