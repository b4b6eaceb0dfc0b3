"""Pages: mission boards, what each takes to its meeting, and what it decided until it is done."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.values.day import read_day
from budget_align.core.values.refusal import RefusedError
from budget_align.services.accountability.boards import close_item, hold_meeting, list_boards, note_item, open_briefing
from budget_align.services.governments.governments import deflator_of
from budget_align.services.outcomes.indicators import read_all
from budget_align.web.context import actor, engine, settings, signed_in
from budget_align.web.figures import asked_run

pages = Blueprint("boards", __name__)


@pages.get("/boards")
def index() -> str:
    """The mission boards with their money and what is open."""
    run = asked_run()
    return render_template("accountability/boards.html", run=run, boards=list_boards(engine(), run, date.today()))


@pages.get("/boards/<path:board>")
def briefing(board: str) -> str:
    """What a board takes to its meeting."""
    return _page(board)


@pages.post("/boards/<path:board>/meetings")
@signed_in
def meet(board: str) -> Response | tuple[str, int]:
    """Notes that the board met."""
    run = asked_run()
    try:
        day = read_day(request.form.get("held_on", ""))
        if day is None:
            raise RefusedError("bad-day", "Enter the day of the meeting")
        hold_meeting(
            engine(),
            run,
            board,
            day,
            _readings(run.government),
            actor(),
            date.today(),
            deflator_of(settings(), run.terms),
        )
    except (RefusedError, ValueError) as refusal:
        return _page(board, error=("held-on", str(refusal))), 422
    flash("The meeting is noted; the next page sets itself beside it.", "success")
    return _back(board)


@pages.post("/boards/<path:board>/items")
@signed_in
def note(board: str) -> Response | tuple[str, int]:
    """Notes a decision or an action."""
    form = request.form
    try:
        due = read_day(form.get("due", ""))
        said = (form.get("kind", "action"), form.get("what", ""), form.get("owner", ""))
        note_item(engine(), asked_run(), board, *said, due, form.get("outcome", ""), actor(), date.today())
    except (RefusedError, ValueError) as refusal:
        return _page(board, error=("what", str(refusal))), 422
    flash("Noted. It comes back at every meeting until it is closed.", "success")
    return _back(board)


@pages.post("/boards/<path:board>/items/<int:item_id>/close")
@signed_in
def close(board: str, item_id: int) -> Response | tuple[str, int]:
    """Closes a decision or an action."""
    try:
        close_item(engine(), asked_run().government, item_id, request.form.get("result", ""), actor(), date.today())
    except RefusedError as refusal:
        if refusal.kind != "invalid":
            raise
        return _page(board, error=(f"result-{item_id}", refusal.message)), 422
    flash("Closed.", "success")
    return _back(board)


def _readings(government: str) -> list[Any]:
    return read_all(engine(), government, date.today())


def _back(board: str) -> Response:
    values: dict[str, Any] = request.args.to_dict(flat=False)
    return redirect(url_for("boards.briefing", board=board, **values))


def _page(board: str, *, error: tuple[str, str] | None = None) -> str:
    run = asked_run()
    today = date.today()
    return render_template(
        "accountability/briefing.html",
        run=run,
        briefing=open_briefing(
            engine(), run, board, _readings(run.government), today, deflator_of(settings(), run.terms)
        ),
        names=run.framework.names(),
        today=today,
        error=error,
    )
