"""Gives a workbook back with its findings marked in it, and a template to those who prefer one."""

from __future__ import annotations

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.services.downloads.making import make_once
from budget_align.services.governments.governments import terms_of
from budget_align.services.governments.installation import limits_of, usual_terms
from budget_align.services.returns.drafts import annotate_draft
from importers.forms.annotated import annotate_workbook
from importers.forms.template import make_template
from importers.isolation.processes import ask_isolated

__all__ = ["annotate_draft", "annotate_file", "fill_in", "make_template"]


def fill_in(engine: Engine, settings: Settings, government: str) -> bytes:
    """The template of a government, for those who prefer one."""
    return make_once(engine, settings, "template", terms_of(engine, government, settings))


def annotate_file(settings: Settings, data: bytes, file_name: str) -> bytes:
    """A workbook as .xlsx, its findings marked, in the terms of the settings; nothing is stored.

    Raises:
        RefusedError: it cannot be read.
    """
    terms = usual_terms(settings)
    return ask_isolated(
        annotate_workbook, data, file_name, limits=limits_of(settings).of_request(), terms=terms, answers=None
    )
