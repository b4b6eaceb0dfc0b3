"""Pages: the frameworks in use, their versions, and a government's own."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.people.policy import refusal
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.approving import ask_for_publication, send_framework_back
from budget_align.services.frameworks.frameworks import (
    discard_framework,
    download_framework,
    list_drafts,
    list_frameworks,
    open_framework,
    publish_framework,
    receive_framework,
)
from budget_align.services.pages.frameworks import open_framework_page
from budget_align.web.context import XLSX, actor, asked_day, engine, rights, sent_file, settings, signed_in

pages = Blueprint("frameworks", __name__)


@pages.get("/frameworks")
def index() -> str:
    """The frameworks in use, drafts that wait, and crosswalks."""
    return _page()


@pages.post("/frameworks")
@signed_in
def upload() -> Response | tuple[str, int]:
    """Takes a government's own framework as a draft."""
    sent = sent_file()
    if sent is None:
        return _page(error="Choose a workbook or a TOML file"), 400
    try:
        over = request.form.get("over", "")
        code, findings = receive_framework(engine(), settings(), *sent, actor(), shown=over)
    except ChangedSinceError as refusal:
        return _page(error=refusal.message, both=refusal.both, shown=refusal.shown), 409
    except RefusedError as refusal:
        return _page(error=refusal.message), 422
    if code is None:
        return _page(findings=list(findings)), 422
    flash("It holds together. Look it through, then publish it.", "success")
    return redirect(url_for("frameworks.framework", code=code))


@pages.get("/frameworks/<code>")
def framework(code: str) -> str:
    """One framework: its outcomes under their missions, and what each continues."""
    return _framework_page(code)


def _framework_page(code: str, *, error: str = "") -> str:
    page = open_framework_page(engine(), code)
    if page.draft is not None and not _sees_drafts():
        raise refusal("see-trials", rights().held)
    me = actor() if page.draft is not None else ""
    return render_template("frameworks/framework.html", page=page, me=me, error=error)


@pages.get("/frameworks/<code>.xlsx")
def workbook(code: str) -> Response:
    """A framework as a workbook."""
    if open_framework(engine(), code)[1] is not None and not _sees_drafts():
        raise refusal("see-trials", rights().held)
    data = download_framework(engine(), settings(), code)
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name=f"{code}.xlsx")


@pages.post("/frameworks/<code>/publish")
@signed_in
def publish(code: str) -> Response:
    """Puts a draft in use."""
    publish_framework(engine(), code, actor(), _seen())
    flash("Published. Mappings can be begun on it under Mappings; it never changes from now on.", "success")
    return redirect(url_for("frameworks.framework", code=code))


@pages.post("/frameworks/<code>/ask")
@signed_in
def ask(code: str) -> Response:
    """Asks for a draft to be published."""
    ask_for_publication(engine(), code, actor(), request.form.get("message", ""), asked_day(), seen=_seen())
    flash("Asked for. It stands on the page of those who may publish it.", "success")
    return redirect(url_for("frameworks.framework", code=code))


@pages.post("/frameworks/<code>/return")
@signed_in
def send_back(code: str) -> Response | tuple[str, int]:
    """Returns a draft to those who sent it."""
    try:
        send_framework_back(engine(), code, actor(), request.form.get("reason", ""), seen=_seen())
    except RefusedError as refusal:
        if refusal.kind != "invalid":
            raise
        return _framework_page(code, error=refusal.message), 422
    flash("Returned to those who sent it.", "success")
    return redirect(url_for("frameworks.framework", code=code))


@pages.post("/frameworks/<code>/discard")
@signed_in
def discard(code: str) -> Response:
    """Forgets a draft."""
    discard_framework(engine(), code, actor(), _seen())
    flash("The draft is discarded.", "success")
    return redirect(url_for("frameworks.index"))


def _seen() -> str:
    """The draft that the person saw."""
    return request.form.get("seen", "")


def _sees_drafts() -> bool:
    """Whether whoever asks sees frameworks that wait to be published: who sends them, or sees what is not public."""
    return rights().may_somewhere("see-trials") or rights().may_somewhere("edit-framework")


def _page(*, error: str = "", findings: list[object] | None = None, both: Sequence[Both] = (), shown: str = "") -> str:
    known = list_frameworks(engine())
    return render_template(
        "frameworks/frameworks.html",
        frameworks=list(known.values()),
        drafts=list_drafts(engine()) if _sees_drafts() else [],
        crosswalks=catalogue.crosswalks(),
        names={code: framework.names() for code, framework in known.items()},
        error=error,
        both=both,
        shown=shown,
        found=findings or [],
    )
