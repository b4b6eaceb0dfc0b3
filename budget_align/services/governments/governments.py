"""The terms in which governments count: taken from the settings for a new one, kept with it, and not changed once it
has lines.
"""

from __future__ import annotations

from typing import Literal, cast

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.values.fiscal_year import APRIL, FiscalCalendar, Named, Style
from budget_align.core.values.money import Currency
from budget_align.core.values.prices import Deflator
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.governments.installation import usual_terms
from budget_align.store import government_queries
from budget_align.store.tables import Government


def terms_of(engine: Engine, government: str, settings: Settings) -> Terms:
    """The terms in which a government counts: those that are kept with it once it has lines, until then those of the
    settings with what a person said of its bare years.
    """
    with Session(engine) as session:
        return find_terms(session, government, settings)


def find_terms(session: Session, government: str, settings: Settings) -> Terms:
    """As `terms_of`, within a transaction."""
    row = government_queries.government(session, government)
    if row is None:
        return usual_terms(settings)
    return (
        read_terms(row)
        if government_queries.has_lines(session, government)
        else _with_bare_year(settings, row.bare_year)
    )


def kept_terms(session: Session, government: str) -> Terms:
    """The terms of a government that has lines."""
    row = government_queries.government(session, government)
    assert row is not None, "a government's terms are kept before its lines"
    return read_terms(row)


def kept_calendar(session: Session, government: str) -> FiscalCalendar:
    """The fiscal calendar that is kept with a government; April's, in which rules and settings are written, where it
    has sent no workbook yet.
    """
    row = government_queries.government(session, government)
    return APRIL if row is None else read_terms(row).calendar


def read_terms(row: Government) -> Terms:
    """The terms that a row keeps."""
    style, bare = cast(Style, row.fiscal_year_style), cast(Named, row.bare_year)
    return Terms(Currency(row.currency), FiscalCalendar(row.fiscal_year_starts, style, bare), row.locale)


def keep_terms(session: Session, government: str, settings: Settings) -> Terms:
    """Keeps the terms of a government with it and gives them: once it has lines, those that are there; until then those
    of the settings. Nobody else changes them, or stores lines in them, until the transaction ends.
    """
    government_queries.add_government(session, _row(government, usual_terms(settings)))
    government_queries.lock_government(session, government)
    row = government_queries.government(session, government)
    assert row is not None, "it was there or has just been added"
    session.refresh(row)
    if not government_queries.has_lines(session, government):
        for name, value in _row(government, _with_bare_year(settings, row.bare_year)).model_dump().items():
            setattr(row, name, value)
        session.flush()
    return read_terms(row)


def settle_bare_year(session: Session, government: str, named: Literal["start", "end"]) -> None:
    """Keeps what a bare year such as 2026 means to a government: the year in which a fiscal year starts or ends; where
    these are calendar years, under which of its two years it keeps a span such as 2025-26.

    Raises:
        RefusedError: its terms are not kept yet, or the way it writes years says otherwise.
    """
    row = government_queries.government(session, government)
    if row is None:
        raise RefusedError("no-government", f"There is no government {government!r}; send a workbook of it first.")
    said = read_terms(row).calendar
    settled = "" if said.is_calendar_year else FiscalCalendar(said.starts, said.style).bare_year
    if settled and settled != named:
        raise RefusedError(
            "bad-year", f"{government} writes {said.label(2025)} for the year that begins in 2025; that settles it."
        )
    row.bare_year = "" if settled else named


def deflator_of(settings: Settings, terms: Terms) -> Deflator | None:
    """The prices of the settings, where they are of a government's currency and fiscal year."""
    deflator = settings.deflator
    return deflator if deflator is not None and deflator.fits(terms) else None


def _with_bare_year(settings: Settings, bare: str) -> Terms:
    usual = usual_terms(settings)
    calendar = FiscalCalendar(usual.calendar.starts, usual.calendar.style, cast(Named, bare))
    return Terms(usual.currency, calendar, usual.locale)


def _row(government: str, terms: Terms) -> Government:
    return Government(
        name=government,
        currency=terms.currency.code,
        fiscal_year_starts=terms.calendar.starts,
        fiscal_year_style=terms.calendar.style,
        bare_year=terms.calendar.bare,
        locale=terms.locale,
    )
