"""Pages: public priorities beside spend."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.outcomes.disclosure import SMALLEST_GROUP
from budget_align.core.values.refusal import RefusedError
from budget_align.services.outcomes.consulting import drop_consultation, receive_ballots
from budget_align.services.outcomes.public_ballots import close_ballot, put_question
from budget_align.services.pages.outcomes import open_priorities
from budget_align.web.context import actor, engine, sent_file, settings, signed_in
from budget_align.web.figures import asked_run

pages = Blueprint("priorities", __name__)

METHOD_CHOICES = {
    "": "The usual one for such ballots",
    "borda": "Borda, for ranks",
    "bradley-terry": "Bradley-Terry, for ranks or pairs",
    "mean share": "Mean share, for points",
}
KIND_CHOICES = {
    "": "As its columns say; you are asked where they do not",
    "points": "Points",
    "ranked": "Ranks, 1 for the first",
}


@pages.get("/priorities")
def index() -> str:
    """What people weigh beside what is spent."""
    return _page()


@pages.post("/priorities")
@signed_in
def upload() -> Response | tuple[str, int]:
    """Counts the ballots of a workbook."""
    run = asked_run()
    form = request.form
    sent = sent_file()
    if sent is None:
        return _page(error="Choose a workbook of ballots"), 400
    try:
        held, findings = receive_ballots(
            engine(),
            settings(),
            *sent,
            run.government,
            actor(),
            framework=run.framework.code,
            name=form.get("name", ""),
            kind=form.get("kind", "") if form.get("kind") in KIND_CHOICES else "",
            method=form.get("method", "") if form.get("method") in METHOD_CHOICES else "",
            of_other_people=form.get("others") == "yes",
        )
    except RefusedError as refusal:
        return _page(error=refusal.message), 422
    if held is None:
        return _page(findings=list(findings)), 422
    flash("The ballots are counted; none of them is kept.", "success")
    values: dict[str, Any] = {**request.args.to_dict(flat=False), "consultation": held}
    return redirect(url_for("priorities.index", **values))


@pages.post("/priorities/<int:consultation_id>/drop")
@signed_in
def drop(consultation_id: int) -> Response:
    """Forgets a consultation."""
    drop_consultation(engine(), asked_run().government, consultation_id, actor())
    flash("The consultation is forgotten.", "success")
    values: dict[str, Any] = {**request.args.to_dict(flat=False), "consultation": None}
    return redirect(url_for("priorities.index", **values))


@pages.post("/priorities/ask")
@signed_in
def ask() -> Response | tuple[str, int]:
    """Puts a question to the public."""
    run = asked_run()
    try:
        put_question(engine(), run.government, run.framework.code, request.form.get("question", ""), actor())
    except RefusedError as refusal:
        return _page(error=refusal.message), 422
    flash("The question is on the public page.", "success")
    values: dict[str, Any] = request.args.to_dict(flat=False)
    return redirect(url_for("priorities.index", **values))


@pages.post("/priorities/ballots/<int:ballot_id>/close")
@signed_in
def close(ballot_id: int) -> Response:
    """Closes a question and shows what people said."""
    held = close_ballot(engine(), asked_run().government, ballot_id, actor())
    if held is None:
        flash(f"Closed. Fewer than {SMALLEST_GROUP} ballots came, so nothing of them is kept or shown.", "message")
    else:
        flash("Closed; this is what people said.", "success")
    values: dict[str, Any] = {**request.args.to_dict(flat=False), "consultation": held}
    return redirect(url_for("priorities.index", **values))


def _page(*, error: str = "", findings: list[object] | None = None) -> str:
    run = asked_run()
    return render_template(
        "outcomes/priorities.html",
        run=run,
        page=open_priorities(engine(), run, request.args.get("consultation", "")),
        smallest=SMALLEST_GROUP,
        public_ballots=settings().public_page and settings().public_ballots,
        methods=METHOD_CHOICES,
        kinds=KIND_CHOICES,
        error=error,
        found=findings or [],
    )
