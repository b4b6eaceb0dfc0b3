"""Pages: what waits for whoever asks, and what is said of what waits."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals.approvals import Kind, comment
from budget_align.services.pages.waiting import open_waiting
from budget_align.web.context import actor, engine, rights, sight, signed_in
from budget_align.web.numbers import LARGEST, read_whole

pages = Blueprint("approvals", __name__)


@pages.app_context_processor
def _links() -> dict[str, Any]:
    return {"link_of": link_of}


@pages.get("/waiting")
@signed_in
def index() -> str:
    """What whoever asks may approve, what was returned to them, and what of theirs waits for others."""
    page = open_waiting(engine(), rights(), sight(), actor())
    return render_template("approvals/waiting.html", today=date.today(), page=page)


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
        if refusal.kind != "invalid":
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
