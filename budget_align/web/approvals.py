"""Pages: what waits for whoever asks, and what is said of what waits."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.people.policy import Subject
from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals.approvals import Kind, Waiting, comment, list_waiting
from budget_align.services.frameworks.frameworks import list_drafts
from budget_align.services.publishing.publications import PublicationSummary, list_publications
from budget_align.web.context import actor, engine, hidden_runs, rights, sight, signed_in
from budget_align.web.numbers import LARGEST, read_whole

pages = Blueprint("approvals", __name__)


@pages.app_context_processor
def _links() -> dict[str, Any]:
    return {"link_of": link_of}


@pages.get("/waiting")
@signed_in
def index() -> str:
    """What whoever asks may approve, what was returned to them, and what of theirs waits for others."""
    me = actor()
    hidden = {str(number) for number in sight().hidden_returns(engine())}
    found = sorted(
        (e for e in list_waiting(engine()) if not (e.kind == "return" and e.subject in hidden)), key=_soonest
    )
    asked = sorted(
        (e for e in list_publications(engine()) if e.state in ("asked", "returned") and e.run_id not in hidden_runs()),
        key=_soonest,
    )
    spoken_of = {each.subject for each in found if each.kind == "framework"}
    mine = {each.run_id: each for each in reversed(asked)}
    return render_template(
        "approvals/waiting.html",
        today=date.today(),
        to_approve=[
            each
            for each in found
            if each.state == "waiting"
            and me not in each.authors
            and rights().may(each.action, Subject(each.government or None, each.bodies))
        ],
        frameworks=[
            each
            for each in list_drafts(engine())
            if me not in each.authors
            and each.framework.code not in spoken_of
            and rights().may("publish-framework", Subject(None))
        ],
        to_publish=[
            each
            for each in asked
            if each.state == "asked"
            and me not in each.authors
            and rights().may("publish-run", Subject(each.government))
        ],
        returned=[each for each in found if each.state == "returned" and me in each.authors],
        publications_returned=[each for each in mine.values() if each.state == "returned" and each.asked_by == me],
        others=[each for each in found if each.state == "waiting" and me in (each.asked_by, *each.authors)],
        publications=[each for each in asked if each.state == "asked" and each.asked_by == me],
    )


def _soonest(each: Waiting | PublicationSummary) -> date:
    """Sorts what is wanted by a day before what is wanted some day."""
    return each.due or date.max


@pages.post("/comments")
@signed_in
def say() -> Response:
    """Keeps a comment on what is approved."""
    form = request.form
    kind, government, subject = (form.get(name, "").strip() for name in ("kind", "government", "subject"))
    back = link_of(kind, government, subject)
    try:
        comment(engine(), cast(Kind, kind), government, subject, form.get("place", ""), form.get("text", ""), actor())
    except RefusedError as refusal:
        if refusal.code != "no-reason":
            raise
        flash(refusal.message, "message")
        return redirect(f"{back}#comments")
    flash("Your comment is kept.", "success")
    return redirect(f"{back}#comments")


def link_of(kind: str, government: str, subject: str) -> str:
    """The page of what is approved.

    Raises:
        RefusedError: there is none.
    """
    number = read_whole(subject, LARGEST)
    pages_of: dict[str, tuple[str, str]] = {
        "return": ("submissions.stored", "submission_id"),
        "mapping": ("mappings.bench", "version_id"),
        "publication": ("publishing.publication", "publication_id"),
    }
    if kind == "bundled mapping":
        return url_for("mappings.index")
    if kind == "framework":
        return url_for("frameworks.framework", code=subject)
    if kind == "target":
        return url_for("targets.index", government=government)
    if kind not in pages_of or number is None:
        raise RefusedError("no-publication", "There is nothing of that kind to comment on.")
    endpoint, name = pages_of[kind]
    values: dict[str, Any] = {name: number}
    return url_for(endpoint, **values)
