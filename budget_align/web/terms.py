"""In whose terms a page writes amounts and years: those of the government whose page it is.

A page family says it once, where it opens the run, the return or the mapping that the page is of; templates find the
terms in their context as `terms`.
"""

from __future__ import annotations

from typing import Any

from flask import g

from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.terms import Terms
from budget_align.services.governments.governments import terms_of
from budget_align.web.context import engine, settings


def write_in(terms: Terms) -> Terms:
    """Lets the page that is being made write amounts and years in some terms."""
    g.terms = terms
    return terms


def write_in_terms_of(government: str) -> Terms:
    """The same, in the terms of a government by its name."""
    return write_in(terms_of(engine(), government, settings()))


def page_calendar() -> FiscalCalendar:
    """How the page that is being made writes fiscal years, and reads those that a person wrote in it."""
    terms: Terms = g.terms
    return terms.calendar


def page_terms() -> dict[str, Any]:
    """What templates find in their context: nothing where no page said whose terms are its own."""
    return {"terms": g.terms} if "terms" in g else {}
