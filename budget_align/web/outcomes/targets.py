"""Pages: targets that wait for someone other than who proposed them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.values.refusal import RefusedError
from budget_align.services.outcomes.targets import approve_targets, return_targets
from budget_align.services.pages.outcomes import open_targets
from budget_align.web.context import actor, engine, signed_in
from budget_align.web.terms import write_in_terms_of

pages = Blueprint("targets", __name__)


@pages.get("/targets/<path:government>")
@signed_in
def index(government: str) -> str:
    """The targets that wait, each beside what counts now."""
    return _page(government)


@pages.post("/targets/<path:government>/approve")
@signed_in
def approve(government: str) -> Response | tuple[str, int]:
    """Lets those targets count that were chosen."""
    try:
        count = approve_targets(engine(), government, _chosen(), actor())
    except RefusedError as refusal:
        if refusal.code not in ("no-target", "changed-meanwhile", "own-work"):
            raise
        return _page(government, error=refusal.message), 422
    flash(f"{count} target{'s count' if count != 1 else ' counts'} from now on.", "success")
    return redirect(url_for("targets.index", government=government))


@pages.post("/targets/<path:government>/return")
@signed_in
def send_back(government: str) -> Response | tuple[str, int]:
    """Returns those targets that were chosen."""
    try:
        count = return_targets(engine(), government, _chosen(), actor(), request.form.get("reason", ""))
    except RefusedError as refusal:
        if refusal.code not in ("no-target", "changed-meanwhile", "no-reason"):
            raise
        return _page(government, error=refusal.message), 422
    flash(f"{count} target{'s' if count != 1 else ''} returned.", "success")
    return redirect(url_for("targets.index", government=government))


def _chosen() -> dict[str, str]:
    """The proposals that the form names: each as its code and what it was when the page was made."""
    said = (each.rpartition(" ") for each in request.form.getlist("target"))
    return {code: identity for code, _, identity in said if code}


def _page(government: str, *, error: str = "") -> str:
    write_in_terms_of(government)
    me = actor()
    return render_template(
        "outcomes/targets.html",
        government=government,
        page=open_targets(engine(), government, me),
        me=me,
        error=error,
        chosen=request.form.getlist("target"),
        reason=request.form.get("reason", ""),
    )
