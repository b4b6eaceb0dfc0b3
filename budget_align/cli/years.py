"""Fiscal years as options name them."""

from __future__ import annotations

import click

from budget_align.core.values.fiscal_year import FiscalCalendar, read_year


def one_year(text: str | None, calendar: FiscalCalendar) -> int | None:
    """The fiscal year that an option names; None where it is left out. A span such as 2024-25, where fiscal years are
    calendar years, is the one in which it begins, and it is said how the other is written.

    Raises:
        RefusedError: it is none, several, or a bare year that may be either of two.
    """
    if text is None:
        return None
    found = calendar.find(text)
    if len(found) == 1 and found[0].written is None and found[0].other is not None:
        one, other = sorted((found[0].year, found[0].other))
        click.echo(
            f"{text!r} is taken for {calendar.label(one)}, in which it begins; for the other, write "
            f"{calendar.label(other)}.",
            err=True,
        )
        return one
    return read_year(text, calendar)
