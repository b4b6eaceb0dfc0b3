"""Pages: what is known of a government beside its returns: the levels of its bodies, and its drivers."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.editing.shown import Shown
from budget_align.core.returns.budget_line import LEVELS
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.drivers import list_drivers, receive_drivers, show_drivers
from budget_align.services.runs.bodies import list_bodies, state_levels, state_parents
from budget_align.web.context import actor, engine, rights, sees_trials, sent_file, settings, sight, signed_in
from budget_align.web.terms import write_in_terms_of

pages = Blueprint("governments", __name__)


@pages.get("/governments/<path:name>")
@signed_in
def government(name: str) -> str:
    """Bodies with their levels of government, and drivers."""
    return _page(name)


@pages.post("/governments/<path:name>/levels")
@signed_in
def levels(name: str) -> Response | tuple[str, int]:
    """Keeps at which level of government each body stands, and of which other it is a part."""
    form = request.form
    bodies = form.getlist("body")
    known = {body.name for body in list_bodies(engine(), name, _hidden(name))}

    def of(field: str) -> dict[str, str]:
        return {b: text for b, text in zip(bodies, form.getlist(field), strict=False) if b in known}

    parents = {body: parent for body, parent in of("parent").items() if parent in {"", *known}}
    try:
        parts = state_parents(engine(), name, parents, actor(), seen=of("was_parent"))
        changed = state_levels(engine(), name, of("level"), actor(), seen=of("was_level"))
    except ChangedSinceError as refusal:
        return _page(name, both=refusal.both, said={"parent": parents, "level": of("level")}), 409
    if parts:
        flash(f"{parts} bod{'ies are' if parts != 1 else 'y is'} a part of another now, or no more.", "success")
    flash(
        f"{changed} level{'s' if changed != 1 else ''} changed. Allocate again under Returns to count by them.",
        "success",
    )
    return redirect(url_for("governments.government", name=name))


@pages.post("/governments/<path:name>/drivers")
@signed_in
def drivers(name: str) -> Response | tuple[str, int]:
    """Takes a workbook of measures."""
    list_bodies(engine(), name, _hidden(name))
    sent = sent_file()
    if sent is None:
        return _page(name, error="Choose a workbook of measures"), 400
    try:
        seen = Shown.read(request.form.get("seen", ""))
        stored, findings = receive_drivers(engine(), settings(), *sent, name, actor(), seen=seen)
    except ChangedSinceError as refusal:
        return _page(name, error=f"{refusal.message} Choose the workbook again.", both=refusal.both), 409
    except RefusedError as refusal:
        return _page(name, error=refusal.message), 422
    if findings:
        return _page(name, findings=list(findings)), 422
    flash(f"Stored the driver{'s' if len(stored) > 1 else ''} {', '.join(stored)}. Rules can split by them.", "success")
    return redirect(url_for("governments.government", name=name))


def _page(
    name: str,
    *,
    error: str = "",
    findings: list[object] | None = None,
    both: Sequence[Both] = (),
    said: dict[str, dict[str, str]] | None = None,
) -> str:
    write_in_terms_of(name)
    # What is looked at first is at most older than what is shown.
    seen = show_drivers(engine(), name)
    return render_template(
        "governments/government.html",
        name=name,
        bodies=list_bodies(engine(), name, _hidden(name), published=not _sees_more(name)),
        levels=LEVELS,
        drivers=list_drivers(engine(), name),
        seen=seen,
        both=both,
        said=said or {},
        error=error,
        found=findings or [],
    )


def _sees_more(name: str) -> bool:
    """Whether whoever asks may know of bodies of which nothing is published."""
    return sees_trials(name) or rights().sees_government("edit-government", name)


def _hidden(name: str) -> frozenset[int]:
    """The returns of a government that whoever asks may not see."""
    return sight().hidden_returns(engine(), name)
