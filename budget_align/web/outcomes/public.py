"""Pages: what everyone may see without signing in, and the ballots that they may cast."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, session, url_for
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from werkzeug.wrappers import Response as BaseResponse

from budget_align.config import Settings
from budget_align.core.values.plain_cells import write_csv
from budget_align.core.values.prices import per_head
from budget_align.core.values.refusal import RefusedError
from budget_align.services.outcomes.consulting import list_consultations, set_beside
from budget_align.services.outcomes.indicators import find_population
from budget_align.services.outcomes.public_ballots import CHOICES, OpenBallot, cast_ballot, find_open_ballot
from budget_align.services.people.markings import Sight
from budget_align.services.people.permissions import Rights
from budget_align.services.runs.reporting import build_report, draw_outcomes
from budget_align.services.runs.viewing import OpenRun, list_runs, open_run
from budget_align.web.context import engine, settings
from budget_align.web.counts import COUNT, hiding_key
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
    asked = find_open_ballot(engine(), run.government) if run and settings().public_ballots else None
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
    response = Response(write_csv(_rows(run)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _rows(run: OpenRun) -> Iterator[list[str | Decimal]]:
    report = build_report(engine(), run)
    said = [(row.code, row.name, row.amount) for row in report.outcomes]
    said.append(("", "Unaligned", report.figures.unaligned))
    yield ["Government", "Fiscal year", "Stage", "Code", "Outcome", f"Expenditure ({run.terms.currency})"]
    for code, name, amount in said:
        # As spreadsheets of every country read it: a full stop, and nothing between thousands.
        units = Decimal(amount).scaleb(-run.terms.minor_unit)
        yield [run.government, run.year_label, run.stage, code, name, units]


def _run() -> OpenRun | None:
    """The published run of the government that config.toml names, else of any; None before the first."""
    # For everyone: what is marked for fewer is not there, whoever asks.
    everyone = Sight(Rights(), settings().markings)
    known = {run.government for run in list_runs(engine(), trials=False, sight=everyone)}
    if not known:
        return None
    ours = settings().government
    run = open_run(engine(), government=ours if ours in known else None, trials=False, sight=everyone)
    write_in(run.terms)
    return run


def _answered(asked: OpenBallot) -> bool:
    return asked.id in session.get("answered", [])


def _page(*, error: str = "") -> str:
    run = _run()
    if run is None:
        return render_template("outcomes/public.html", run=None)
    people = find_population(engine(), run.government, settings().population_indicator).get(run.fiscal_year, 0)
    asked = find_open_ballot(engine(), run.government) if settings().public_ballots else None
    held = list_consultations(engine(), run.government, run.framework.code)
    shown: dict[str, Any] = {
        "report": build_report(engine(), run),
        "people": people,
        "per_head": lambda amount: per_head(amount, people),
        "asked": asked,
        "answered": asked is not None and _answered(asked),
        "choices": CHOICES,
        "said": held[0] if held else None,
        "beside": set_beside(run, held[0]) if held else [],
        "error": error,
    }
    return render_template("outcomes/public.html", run=run, **shown)
