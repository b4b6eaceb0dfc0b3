"""Gives a workbook back with its findings marked in it, and a template to those who prefer one."""

from __future__ import annotations

from budget_align.config import Settings
from budget_align.services.installation import limits_of, usual_terms
from budget_align.services.receiving import annotate_draft
from importers.annotated import annotate_workbook
from importers.isolation import ask_isolated
from importers.template import make_template

__all__ = ["annotate_draft", "annotate_file", "make_template"]


def annotate_file(settings: Settings, data: bytes, file_name: str) -> bytes:
    """A workbook as .xlsx, its findings marked, in the terms of the settings; nothing is stored.

    Raises:
        RefusedError: it cannot be read.
    """
    terms = usual_terms(settings)
    return ask_isolated(
        annotate_workbook, data, file_name, limits=limits_of(settings).of_request(), terms=terms, answers=None
    )
