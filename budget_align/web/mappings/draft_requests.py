"""What the pages of a draft ask of each request: the revision, stage, year and grouping that the person saw."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.editing.line_groups import GRAINS, Grain
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.drafting import Saved
from budget_align.services.mappings.versions import OpenVersion, open_version
from budget_align.web.context import engine
from budget_align.web.numbers import read_whole
from budget_align.web.terms import write_in_terms_of


def asked_version(version_id: int) -> OpenVersion:
    """The version of a mapping that the address names; the page is written in the terms of its government.

    Raises:
        RefusedError: there is none.
    """
    version = open_version(engine(), version_id)
    write_in_terms_of(version.government)
    return version


def tell(saved: Saved, message: str) -> None:
    """Says that an edit is stored, and what others changed meanwhile."""
    flash(message, "success")
    if saved.meanwhile:
        ids = ", ".join(change.rule_id for change in saved.meanwhile)
        flash(f"Meanwhile {' and '.join(saved.by)} changed other rules, and both hold: {ids}.", "message")


def seen_revision() -> int:
    """The revision of the draft that the person saw."""
    said = request.form.get("revision", "")
    number = read_whole(said)
    if number is None:
        raise RefusedError("no-revision", "The page is out of date; reload it and try again.")
    return number


def asked_grain() -> Grain:
    """How fine lines are grouped."""
    said = request.values.get("grain", "")
    return said if said in GRAINS else "unit"


def asked_period() -> tuple[str | None, int | None]:
    """The stage and year to speak of; None for the latest."""
    stage, _, year = request.values.get("period", "").partition("-")
    found = read_whole(year, 9999)
    return (stage, found) if stage and found is not None else (None, None)


def back(version_id: int, anchor: str | None = None) -> Response:
    """To the workbench, in the view that the person came from."""
    kept: dict[str, Any] = {name: request.values[name] for name in ("period", "grain") if request.values.get(name)}
    return redirect(url_for("mappings.bench", version_id=version_id, **kept, _anchor=anchor))
