"""The terms in which a government counts: its currency, its fiscal year, and how its people read numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from budget_align.core.values import money
from budget_align.core.values.evidence import round_to, told_unit
from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.money import DEFAULT_LOCALE, Currency


@dataclass(frozen=True)
class Terms:
    """A government's currency and fiscal calendar, and the locale in which its amounts are written.

    Whatever shows an amount or a year to a person asks the terms for its words.

    >>> terms = Terms(Currency("USD"), FiscalCalendar(10, "FY2026"), "en_US")
    >>> terms.amount(123456), terms.short(5371955000000), terms.plain(-5), terms.year(2025)
    ('$1,234.56', '$53.72bn', '-0.05', 'FY2026')
    """

    currency: Currency
    calendar: FiscalCalendar
    locale: str = DEFAULT_LOCALE

    @property
    def minor_unit(self) -> int:
        """How many decimal digits the integers of amounts carry, as JSON says beside them."""
        return self.currency.digits

    def amount(self, minor: int) -> str:
        """An amount to its last minor unit, with the currency."""
        return money.format_amount(minor, self.currency, locale=self.locale)

    def plain(self, minor: int) -> str:
        """The same without the currency, for columns whose head names it."""
        return money.format_amount(minor, self.currency, locale=self.locale, symbol=False)

    def rounded(self, minor: int, unit: int) -> str:
        """An amount for a headline that means something only to a unit; one of less than it as it is."""
        unit = told_unit(minor, unit)
        return money.format_rounded(round_to(minor, unit), unit, self.currency, locale=self.locale)

    def short(self, minor: int) -> str:
        """An amount for a headline."""
        return money.format_short(minor, self.currency, locale=self.locale)

    def scaled(self, minor: int, scale: int, unit: int = 1) -> str:
        """An amount in a scale such as a million, for tables whose head names it with the currency; one that means
        something only to a unit without digits beyond that.
        """
        unit = told_unit(minor, unit)
        whole = 10 * unit > scale * self.currency.minor_units
        return money.format_scaled(round_to(minor, unit), self.currency, scale, 0 if whole else 1, locale=self.locale)

    @property
    def symbol(self) -> str:
        """What stands for the currency in the head of a table."""
        return money.currency_symbol(self.currency, locale=self.locale)

    def year(self, year: int) -> str:
        """A fiscal year as the government writes it."""
        return self.calendar.label(year)


UK: Final = Terms(Currency("GBP"), FiscalCalendar())
"""The terms of the United Kingdom, which an installation that says nothing begins with."""
