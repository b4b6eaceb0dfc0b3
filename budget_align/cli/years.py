"""Fiscal years as options name them."""

from __future__ import annotations

from budget_align.core.values.fiscal_year import FiscalCalendar, read_year


def one_year(text: str | None, calendar: FiscalCalendar) -> int | None:
    """The fiscal year that an option names; None where it is left out."""
    return None if text is None else read_year(text, calendar)
