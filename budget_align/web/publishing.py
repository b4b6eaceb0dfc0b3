"""Pages: what everyone sees, what is asked to become it, and what it would change."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals.approvals import open_case
from budget_align.services.pages.waiting import open_publications
from budget_align.services.publishing.movements import changes_of_published
from budget_align.services.publishing.publications import (
    ask_to_publish,
    obstacles_of,
    open_publication,
    publish,
    send_back,
    take_back,
    withdraw,
)
from budget_align.services.runs.viewing import OpenRun, open_run
from budget_align.web.context import actor, asked_day, engine, rights, sight, signed_in
from budget_align.web.figures import asked_run
from budget_align.web.numbers import LARGEST, read_whole
from budget_align.web.terms import write_in

pages = Blueprint("publishing", __name__, url_prefix="/publications")


@pages.get("")
@signed_in
def index() -> str:
    """What waits, what everyone sees, and what stood before."""
    page = open_publications(engine(), rights(), sight())
    return render_template("publishing/publications.html", page=page, me=actor())


@pages.get("/new")
@signed_in
def new() -> str:
    """What publishing a run would change, and the form that asks for it."""
    return _asking_page(asked_run())


@pages.post("")
@signed_in
def ask() -> Response | tuple[str, int]:
    """Asks for a run's figures to be published."""
    run = open_run(engine(), run_id=request.form.get("run", ""), sight=sight())
    write_in(run.terms)
    chosen = []
    for said in request.form.getlist("period"):
        stage, _, year = said.partition("-")
        chosen.append((stage, read_whole(year, 9999) or 0))
    try:
        asked = ask_to_publish(engine(), run.id, chosen, actor(), request.form.get("message", ""), asked_day())
    except RefusedError as refusal:
        return _asking_page(run, error=refusal.message), 422
    flash("Asked for. Someone else publishes it, or returns it to you.", "success")
    return redirect(url_for("publishing.publication", publication_id=asked[0]))


@pages.get("/<int:publication_id>")
@signed_in
def publication(publication_id: int) -> str:
    """One publication, or what was asked for, with what it changes."""
    return _page(publication_id)


@pages.post("/<int:publication_id>/publish")
@signed_in
def make_public(publication_id: int) -> Response | tuple[str, int]:
    """Publishes what was asked for."""
    stands = read_whole(request.form.get("stands", ""), LARGEST) or 0
    try:
        publish(engine(), publication_id, actor(), stands=stands)
    except RefusedError as refusal:
        if refusal.kind != "conflict":
            raise
        return _page(publication_id, error=refusal.message, at="publish"), 409
    return _done(publication_id, "Published. Everyone sees these figures now.")


@pages.post("/<int:publication_id>/return")
@signed_in
def return_it(publication_id: int) -> Response | tuple[str, int]:
    """Returns what was asked for."""
    try:
        send_back(engine(), publication_id, actor(), request.form.get("reason", ""))
    except RefusedError as refusal:
        if refusal.kind != "invalid":
            raise
        return _page(publication_id, error=refusal.message, at="return"), 422
    return _done(publication_id, "Returned.")


@pages.post("/<int:publication_id>/take-back")
@signed_in
def take_request_back(publication_id: int) -> Response:
    """Takes one's own request back."""
    take_back(engine(), publication_id, actor())
    return _done(publication_id, "Your request is taken back.")


@pages.post("/<int:publication_id>/withdraw")
@signed_in
def unpublish(publication_id: int) -> Response | tuple[str, int]:
    """Takes published figures back."""
    try:
        withdraw(engine(), publication_id, actor(), request.form.get("reason", ""))
    except RefusedError as refusal:
        if refusal.kind != "invalid":
            raise
        return _page(publication_id, error=refusal.message, at="withdraw"), 422
    return _done(publication_id, "Withdrawn. These figures are shown to readers no more.")


def _done(publication_id: int, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("publishing.publication", publication_id=publication_id))


def _asking_page(run: OpenRun, *, error: str = "") -> str:
    compared = changes_of_published(engine(), run)
    write_in(compared.run.terms)
    return render_template("publishing/ask.html", run=compared.run, compared=compared, error=error)


def _page(publication_id: int, *, error: str = "", at: str = "") -> str:
    found = open_publication(engine(), publication_id)
    run = open_run(engine(), run_id=found.run_id, stage=found.stage, year=found.fiscal_year, sight=sight())
    write_in(run.terms)
    return render_template(
        "publishing/publication.html",
        publication=found,
        run=run,
        compared=changes_of_published(engine(), run),
        obstacles=obstacles_of(engine(), run.id) if found.state == "asked" else [],
        case=open_case(engine(), "publication", found.government, str(publication_id)),
        me=actor(),
        error=error,
        at=at,
    )
