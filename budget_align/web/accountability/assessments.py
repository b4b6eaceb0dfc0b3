"""Pages: assessments of policies, added, changed and removed beside the outcome that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.rules.contribution import DIRECTIONS, STRENGTHS
from budget_align.core.values.day import format_day, read_day
from budget_align.core.values.refusal import RefusedError
from budget_align.services.accountability.assessments import (
    add_assessment,
    change_assessment,
    find_assessment,
    remove_assessment,
)
from budget_align.services.runs.viewing import OpenRun
from budget_align.web.context import actor, engine, signed_in
from budget_align.web.figures import asked_run, link_within
from budget_align.web.numbers import read_whole

pages = Blueprint("assessments", __name__)

_FIELDS = ("policy", "direction", "strength", "by", "on", "link", "concerns")


@pages.get("/outcomes/<code>/assessments/new")
@signed_in
def new(code: str) -> str:
    """An assessment of a policy that works on an outcome, to add."""
    return _page(asked_run(), code, {})


@pages.post("/outcomes/<code>/assessments/new")
@signed_in
def add(code: str) -> Response | tuple[str, int]:
    """Adds an assessment."""
    run = asked_run()
    try:
        add_assessment(engine(), run, _said(code), actor(), date.today())
    except (RefusedError, ValueError) as refusal:
        return _page(run, code, dict(request.form), error=f"{refusal}"), 422
    flash(f"The assessment of {request.form['policy'].strip()} stands beside the outcome.", "success")
    return _back(run, code)


@pages.get("/outcomes/<code>/assessments/<int:assessment_id>")
@signed_in
def edit(code: str, assessment_id: int) -> str:
    """An assessment, to change or remove."""
    run = asked_run()
    row = find_assessment(engine(), run.government, assessment_id)
    known = {
        "policy": row.policy,
        "direction": row.direction,
        "strength": row.strength,
        "by": row.assessed_by,
        "on": format_day(row.assessed_on),
        "link": row.link,
        "concerns": row.concerns,
        "revision": str(row.revision),
    }
    return _page(run, code, known, assessment_id=assessment_id)


@pages.post("/outcomes/<code>/assessments/<int:assessment_id>")
@signed_in
def keep(code: str, assessment_id: int) -> Response | tuple[str, int]:
    """Changes an assessment."""
    run = asked_run()
    try:
        change_assessment(engine(), run, assessment_id, _revision(), _said(code), actor(), date.today())
    except ChangedSinceError as changed:
        # What is sent now is sent with the other's in sight.
        now = find_assessment(engine(), run.government, assessment_id)
        said = {**request.form, "revision": str(now.revision)}
        return _page(run, code, said, assessment_id=assessment_id, error=f"{changed}", both=changed.both), 409
    except (RefusedError, ValueError) as refusal:
        return _page(run, code, dict(request.form), assessment_id=assessment_id, error=f"{refusal}"), 422
    flash("The assessment is changed.", "success")
    return _back(run, code)


@pages.post("/outcomes/<code>/assessments/<int:assessment_id>/remove")
@signed_in
def remove(code: str, assessment_id: int) -> Response | tuple[str, int]:
    """Removes an assessment."""
    run = asked_run()
    policy = remove_assessment(engine(), run, assessment_id, _revision(), actor())
    flash(f"The assessment of {policy} is removed; the record keeps what it said.", "success")
    return _back(run, code)


def _said(code: str) -> dict[str, object]:
    said: dict[str, object] = {name: request.form.get(name, "").strip() for name in _FIELDS}
    return {**said, "outcome": code, "on": read_day(request.form.get("on", ""))}


def _revision() -> int:
    return read_whole(request.form.get("revision", "0")) or 0


def _back(run: OpenRun, code: str) -> Response:
    return redirect(f"{link_within('figures.outcome', run, code=code)}#policies")


def _page(
    run: OpenRun,
    code: str,
    said: dict[str, str],
    *,
    assessment_id: int | None = None,
    error: str = "",
    both: Sequence[Both] = (),
) -> str:
    outcome = run.framework.outcome(code)
    if outcome is None:
        raise RefusedError("unknown-outcome", f"The framework of this run has no outcome {code!r}.")
    return render_template(
        "accountability/assessment.html",
        run=run,
        outcome=outcome,
        said=said,
        assessment_id=assessment_id,
        directions=DIRECTIONS,
        strengths=STRENGTHS,
        error=f"{error.rstrip('.')}." if error else "",
        both=both,
    )
