"""Pages: whether the outcomes move, and their money beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.editing.shown import Shown
from budget_align.core.people.policy import Subject
from budget_align.core.values.refusal import RefusedError
from budget_align.services.outcomes.indicators import ReceivedIndicators, receive_indicators, tie_indicators
from budget_align.services.outcomes.seeing import show_indicators
from budget_align.services.pages.outcomes import open_indicators, outcomes_of_frameworks
from budget_align.services.returns import listing
from budget_align.web.context import actor, engine, rights, sent_file, settings, signed_in
from budget_align.web.terms import write_in_terms_of

pages = Blueprint("indicators", __name__)


@pages.get("/indicators/<path:government>")
def index(government: str) -> str:
    """Every indicator of a government, with its status and the rule of it."""
    return _page(government)


@pages.post("/indicators/<path:government>/upload")
@signed_in
def upload(government: str) -> Response | tuple[str, int]:
    """Takes a workbook of definitions or observations."""
    sent = sent_file()
    form = request.form
    if government not in listing.known_governments(engine()):
        raise RefusedError("no-lines", "Choose a government with a confirmed return; import a workbook first.")
    if sent is None:
        return _page(government, error="Choose a workbook of indicators"), 400
    try:
        received = receive_indicators(
            engine(),
            settings(),
            *sent,
            government,
            actor(),
            territory=form.get("territory", "").strip()[:200],
            value_column=form.get("value_column", "").strip()[:200],
            message=form.get("message", ""),
            seen=Shown.read(form.get("seen", "")),
        )
    except ChangedSinceError as refusal:
        return _page(government, error=f"{refusal.message} Choose the workbook again.", both=refusal.both), 409
    except RefusedError as refusal:
        return _page(government, error=refusal.message), 422
    if not received.stored:
        return _page(government, received=received), 422
    flash(f"Stored {received.definitions:,} indicators and {received.observations:,} values.", "success")
    if received.proposed:
        count = received.proposed
        said = f"{count} targets wait" if count != 1 else "A target waits"
        flash(f"{said} for someone else to approve; what stood before counts until then.", "message")
    for finding in received.findings:
        flash(finding.message, "message")
    return redirect(url_for("indicators.index", government=government))


@pages.post("/indicators/<path:government>/outcomes")
@signed_in
def tie(government: str) -> Response | tuple[str, int]:
    """Keeps which outcome each indicator tells of."""
    codes, form = request.form.getlist("code"), request.form
    said = dict(zip(codes, form.getlist("outcome"), strict=False))
    seen = dict(zip(codes, form.getlist("was"), strict=False))
    try:
        changed = tie_indicators(engine(), government, said, actor(), seen=seen)
    except ChangedSinceError as refusal:
        names = outcomes_of_frameworks(engine())
        both = [
            replace(each, now=names.get(each.now, each.now), yours=names.get(each.yours, each.yours))
            for each in refusal.both
        ]
        return _page(government, error=refusal.message, both=both, said=said), 409
    flash(f"{changed} indicator{'s' if changed != 1 else ''} tied anew.", "success")
    return redirect(url_for("indicators.index", government=government))


def _page(
    government: str,
    *,
    error: str = "",
    received: ReceivedIndicators | None = None,
    both: Sequence[Both] = (),
    said: dict[str, str] | None = None,
) -> str:
    write_in_terms_of(government)
    # What is looked at first is at most older than what is shown.
    edits = rights().may("edit-indicators", Subject(government))
    seen = show_indicators(engine(), government) if edits else Shown({})
    return render_template(
        "outcomes/indicators.html",
        government=government,
        page=open_indicators(engine(), government),
        seen=seen,
        both=both,
        said=said or {},
        error=error,
        received=received,
    )
