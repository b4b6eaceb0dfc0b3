"""Pages: what everyone may see without signing in, and the ballots that they may cast."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, session, url_for
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from werkzeug.wrappers import Response as BaseResponse

from budget_align.config import Settings
from budget_align.core.values.plain_cells import write_csv
from budget_align.core.values.refusal import RefusedError
from budget_align.services.outcomes.public_ballots import CHOICES, OpenBallot, cast_ballot
from budget_align.services.pages.public import (
    find_public_question,
    open_public_page,
    open_public_run,
    spend_by_outcome,
)
from budget_align.services.runs.reporting import draw_outcomes
from budget_align.services.runs.viewing import OpenRun
from budget_align.web.context import engine, settings
from budget_align.web.rate_limits import COUNT, hiding_key
from budget_align.web.terms import write_in

pages = Blueprint("public", __name__, url_prefix="/public")

_FLOOD_GUARD = "flood_guard"


class FloodGuard:
    """Counts ballots by address and in all, in memory and for an hour. An address is held as a hash with a key that
    ends with the service, and never stored.
    """

    def __init__(self, settings: Settings) -> None:
        self._of_one = RateLimitItemPerHour(settings.ballots_per_hour)
        self._of_all = RateLimitItemPerMinute(settings.ballots_per_minute)

    def admits(self, address: str) -> bool:
        """Whether another ballot from an address may be counted; it counts as one."""
        who = hashlib.blake2b(address.encode(), key=hiding_key()).hexdigest()
        return COUNT.hit(self._of_one, "ballots of one", who) and COUNT.hit(self._of_all, "all ballots")


def guard_against_floods(settings: Settings) -> tuple[str, FloodGuard]:
    """Under which name the application holds its guard, and a new one by the settings."""
    return _FLOOD_GUARD, FloodGuard(settings)


@pages.before_request
def only_where_switched_on() -> None:
    """There is no such page unless config.toml says so."""
    if not settings().public_page:
        abort(404)


@pages.get("")
def index() -> str:
    """Spend by outcome, what people weigh, and the question that is open."""
    return _page()


@pages.post("/ballot")
def ballot() -> BaseResponse | tuple[str, int]:
    """Counts a ballot, and keeps nothing of who cast it."""
    run = _run()
    asked = find_public_question(engine(), settings(), run) if run else None
    if asked is None:
        return _page(error="The question is closed."), 409
    if _answered(asked):
        return _page(error="This browser has answered already; each counts once."), 409
    choices = [choice for choice in request.form.getlist("choice") if choice]
    guard: FloodGuard = current_app.extensions[_FLOOD_GUARD]
    try:
        if not guard.admits(request.remote_addr or ""):
            return _page(error="Too many answers came at once. Try again in an hour."), 429
        cast_ballot(engine(), asked.id, choices)
    except RefusedError as refusal:
        return _page(error=refusal.message), 422
    session["answered"] = [*session.get("answered", [])[-9:], asked.id]
    flash("Thank you: your answer is counted, and nothing of you is kept.", "success")
    return redirect(url_for("public.index"))


@pages.get("/outcomes.svg")
def chart() -> BaseResponse:
    """Outcomes by spend, as a picture; width=narrow for a phone."""
    run = _run() or abort(404)
    return Response(draw_outcomes(run, narrow=request.args.get("width") == "narrow"), mimetype="image/svg+xml")


@pages.get("/spend-by-outcome.csv")
def table() -> BaseResponse:
    """The figures of the page, for a spreadsheet."""
    run = _run() or abort(404)
    name = f"spend-by-outcome-{run.stage}-{run.year_label}.csv"
    response = Response(write_csv(spend_by_outcome(engine(), run)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _run() -> OpenRun | None:
    """The run that everyone sees; the page is written in the terms of its government."""
    run = open_public_run(engine(), settings())
    if run is not None:
        write_in(run.terms)
    return run


def _answered(asked: OpenBallot) -> bool:
    return asked.id in session.get("answered", [])


def _page(*, error: str = "") -> str:
    run = _run()
    if run is None:
        return render_template("outcomes/public.html", run=None)
    page = open_public_page(engine(), settings(), run)
    answered = page.asked is not None and _answered(page.asked)
    return render_template("outcomes/public.html", run=run, page=page, answered=answered, choices=CHOICES, error=error)
