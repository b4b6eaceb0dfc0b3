"""Says what a workbook is taken for, without the database."""

from __future__ import annotations

from budget_align.config import Settings
from budget_align.core.returns.inspection import Inspection
from budget_align.services.governments.installation import limits_of, usual_terms
from importers.isolation.processes import inspect_isolated


def inspect_file(settings: Settings, data: bytes, file_name: str) -> Inspection:
    """What every cell of a workbook was taken for, in the terms of the settings; nothing is stored. For a command
    that does nothing else meanwhile.

    Raises:
        RefusedError: it cannot be opened.
    """
    terms = usual_terms(settings)
    inspection = inspect_isolated(data, file_name, terms=terms, limits=limits_of(settings), alone=True)
    return inspection.model_copy(update={"currency": terms.currency.code, "minor_unit": terms.minor_unit})
