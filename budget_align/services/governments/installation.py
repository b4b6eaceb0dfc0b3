"""What an installation's settings come to: what a workbook may at most be, and the terms of a new government."""

from __future__ import annotations

from pathlib import Path

from budget_align.config import Settings
from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.money import Currency
from budget_align.core.values.terms import Terms
from importers.files.limits import Limits


def usual_terms(settings: Settings) -> Terms:
    """The terms of a government that has none of its own yet: those of the settings."""
    calendar = FiscalCalendar.of_month(settings.fiscal_year_starts, settings.fiscal_year_style)
    return Terms(Currency(settings.currency), calendar, settings.locale)


def limits_of(settings: Settings) -> Limits:
    """What a workbook may at most be, by the settings."""
    return Limits(
        bytes=int(settings.max_file_mb * 1_000_000),
        unpacked_bytes=int(settings.max_unpacked_mb * 1_000_000),
        ratio=settings.max_ratio,
        sheets=settings.max_sheets,
        rows=settings.max_rows,
        columns=settings.max_columns,
        cells=settings.max_cells_in_sheet,
        shared_strings=settings.max_texts,
        cell_length=settings.max_cell_length,
        seconds=settings.max_seconds,
        memory_bytes=settings.max_memory_mb * 1_000_000,
        turns_folder=str(turns_folder(settings)),
    )


def turns_folder(settings: Settings) -> Path:
    """Where all processes of the service count what they do at a time."""
    return settings.data_folder / "turns"
