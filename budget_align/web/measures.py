"""Pages: the measures of alignment beside the shares themselves, each with what it means."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from budget_align.core.measures.catalogue import MEASURES
from budget_align.core.measures.comparators import FAR, FEWEST, USUAL_NEIGHBOURS
from budget_align.core.outcomes.indicator import STATUSES
from budget_align.core.values.refusal import RefusedError
from budget_align.services.accountability.collaboration import list_collaboration
from budget_align.services.measures.capability import MAPPING
from budget_align.services.pages.measures import (
    ComparatorsAsked,
    open_aligned_share,
    open_capability,
    open_comparators,
    open_gaps,
    open_momentum,
    open_outturn,
)
from budget_align.services.runs.reporting import draw_quadrants
from budget_align.web.context import engine, settings
from budget_align.web.figures import asked_run
from budget_align.web.numbers import read_whole

pages = Blueprint("measures", __name__)


@pages.get("/measures")
def index() -> str:
    """What every measure means."""
    return render_template("measures/measures.html")


@pages.get("/measures/<code>")
def measure(code: str) -> str:
    """What one measure means."""
    if code not in MEASURES:
        raise RefusedError("no-measure", f"There is no measure {code!r}; the list of all has its name.")
    return render_template("measures/measure.html", measure=MEASURES[code])


@pages.get("/aligned-share")
def aligned_share() -> str:
    """How much of each body, mission, control and year is aligned, and why the rest is not."""
    run = asked_run()
    return render_template("measures/aligned_share.html", run=run, page=open_aligned_share(engine(), settings(), run))


@pages.get("/collaboration")
def collaboration() -> str:
    """Which bodies each outcome depends on."""
    run = asked_run()
    return render_template("accountability/collaboration.html", run=run, rows=list_collaboration(engine(), run))


@pages.get("/momentum")
def momentum() -> str:
    """Where each outcome has been heading for three years."""
    run = asked_run()
    page = open_momentum(engine(), settings(), run, cash=_asks_for_cash())
    return render_template("measures/momentum.html", run=run, page=page)


@pages.get("/gaps")
def gaps() -> str:
    """Each outcome's money beside its movement, claiming no cause."""
    run = asked_run()
    page = open_gaps(engine(), settings(), run, cash=_asks_for_cash())
    return render_template("measures/gaps.html", run=run, page=page, statuses=STATUSES)


@pages.get("/plan-to-outturn")
def plan_to_outturn() -> str:
    """What was meant for each outcome and body, beside what was spent."""
    run = asked_run()
    year, meant, spent = (request.args.get(name, "") for name in ("year", "meant", "spent"))
    page = open_outturn(engine(), run, read_whole(year, 9999), meant, spent)
    names = {**run.framework.names(), "": "Unaligned"}
    return render_template("measures/plan_to_outturn.html", run=run, page=page, names=names)


@pages.get("/capability")
def capability() -> str:
    """What is spent on being able to keep promises."""
    run = asked_run()
    return render_template("measures/capability.html", run=run, page=open_capability(engine(), run), mapping=MAPPING)


@pages.get("/comparators")
def comparators() -> str:
    """A body beside its statistical neighbours."""
    run, asked = asked_run(), _asked_comparators()
    return render_template(
        "measures/comparators.html",
        run=run,
        asked=asked,
        page=open_comparators(engine(), settings(), run, asked),
        population=settings().population_indicator,
        fewest=FEWEST,
        far=FAR,
        usual=USUAL_NEIGHBOURS,
    )


@pages.get("/comparators.svg")
def quadrants() -> BaseResponse:
    """The same as a picture."""
    page = open_comparators(engine(), settings(), asked_run(), _asked_comparators())
    if page.refused is not None:
        raise page.refused
    picture = draw_quadrants(page.found.standings if page.found else [], narrow=request.args.get("width") == "narrow")
    return Response(picture, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


def _asks_for_cash() -> bool:
    return request.args.get("prices") == "cash"


def _asked_comparators() -> ComparatorsAsked:
    given, features = ([each for each in request.args.getlist(name) if each] for name in ("neighbour", "feature"))
    return ComparatorsAsked(request.args.get("body", ""), given, features)
