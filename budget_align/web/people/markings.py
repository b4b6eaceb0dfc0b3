"""Pages: marking what is to be seen by few."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.people.marking import known_to, narrowest
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.markings import Kind, mark, markings_in_force
from budget_align.web.context import actor, engine, settings, signed_in

pages = Blueprint("markings", __name__)

_PAGES = {
    "draft": ("submissions.draft", "draft_id"),
    "return": ("submissions.stored", "submission_id"),
    "run": ("figures.overview", "run"),
    "scenario": ("scenarios.scenario", "scenario_id"),
}


@pages.app_context_processor
def _known() -> dict[str, Any]:
    """Lets templates show markings, and offer those that a government uses."""
    return {
        "returns_marked": lambda government: narrowest(
            settings().markings, (name for _, name in markings_in_force(engine(), government).values())
        ),
        "markings_known": lambda government: [each.name for each in known_to(settings().markings, government)],
    }


@pages.post("/markings")
@signed_in
def change() -> Response:
    """Marks a draft, a return, a run or a scenario, or takes its marking away."""
    form = request.form
    kind, subject = form.get("kind", ""), form.get("subject", "")
    if kind not in _PAGES:
        raise RefusedError("not-found", "There is nothing there to mark.")
    wanted, seen = form.get("marking", ""), form.get("seen", "")
    mark(engine(), settings().markings, cast(Kind, kind), subject, wanted, seen, actor())
    flash(f"Marked {wanted}." if wanted else "It bears no marking now.", "success")
    endpoint, name = _PAGES[kind]
    values: dict[str, Any] = {name: subject}
    return redirect(url_for(endpoint, **values))
