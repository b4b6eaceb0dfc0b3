"""Pages: the measures of alignment beside the shares themselves, each with what it means."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from budget_align.core.allocation import alignment
from budget_align.core.measures.catalogue import MEASURES
from budget_align.core.measures.certainty import certainty_of, grades_by, units_by
from budget_align.core.measures.comparators import FAR, FEWEST, USUAL_NEIGHBOURS, Comparators, compare_body
from budget_align.core.measures.kinds_of_money import by_kind
from budget_align.core.measures.outturn import compare_stages, years_with_outturn
from budget_align.core.values.refusal import RefusedError
from budget_align.core.views.parts import missions_of, parts_by, parts_by_period
from budget_align.services.accountability.collaboration import list_collaboration
from budget_align.services.governments.governments import deflator_of
from budget_align.services.measures.capability import MAPPING, find_capability_run
from budget_align.services.measures.comparators import area_values
from budget_align.services.measures.momentum import find_momentum, last_return
from budget_align.services.measures.outturns import compose
from budget_align.services.outcomes.indicators import find_population, read_all
from budget_align.services.runs.reporting import draw_quadrants
from budget_align.services.runs.shares import reasons_of
from budget_align.services.runs.viewing import OpenRun
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
    people = find_population(engine(), run.government, settings().population_indicator)
    return render_template(
        "measures/aligned_share.html",
        run=run,
        figures=alignment.headline(run.part),
        bodies=parts_by(run, "body"),
        controls=parts_by(run, "control"),
        missions=missions_of(run),
        periods=parts_by_period(run, deflator_of(settings(), run.terms), people),
        deflator=deflator_of(settings(), run.terms),
        reasons=reasons_of(engine(), run),
        sure=certainty_of(run.part),
        kinds=by_kind(run.part),
        bases=run.compare_bases([period for period in reversed(run.periods) if period[0] == run.stage]),
    )


@pages.get("/collaboration")
def collaboration() -> str:
    """Which bodies each outcome depends on."""
    run = asked_run()
    return render_template("accountability/collaboration.html", run=run, rows=list_collaboration(engine(), run))


@pages.get("/momentum")
def momentum() -> str:
    """Where each outcome has been heading for three years."""
    run = asked_run()
    deflator = deflator_of(settings(), run.terms) if request.args.get("prices") != "cash" else None
    readings = read_all(engine(), run.government, date.today())
    return render_template(
        "measures/momentum.html",
        run=run,
        heading=find_momentum(engine(), run, readings, deflator),
        last_return=last_return(engine(), run),
        units=units_by(run.part, "outcome"),
        deflator=deflator,
    )


@pages.get("/plan-to-outturn")
def plan_to_outturn() -> str:
    """What was meant for each outcome and body, beside what was spent."""
    run = asked_run()
    years = years_with_outturn(run)
    said = request.args.get("year", "")
    asked = read_whole(said, 9999)
    wanted = run.fiscal_year if asked is None else asked
    year = wanted if wanted in years else next(iter(years), None)
    found = None
    if year is not None:
        stages = years[year]
        meant = request.args.get("meant", "")
        spent = request.args.get("spent", "")
        if meant not in stages or spent not in stages or meant == spent:
            meant, spent = stages[0], stages[-1]
        found = compare_stages(run, year, meant, spent)
    return render_template(
        "measures/plan_to_outturn.html",
        run=run,
        years=years,
        found=found,
        mix=compose(engine(), run, found) if found else None,
        bases=run.compare_bases([(found.meant_stage, found.fiscal_year), (found.spent_stage, found.fiscal_year)])
        if found
        else (),
        names={**run.framework.names(), "": "Unaligned"},
        graded=grades_by(alignment.of_period(run.cube, found.meant_stage, found.fiscal_year), "outcome")
        if found
        else {},
    )


@pages.get("/capability")
def capability() -> str:
    """What is spent on being able to keep promises."""
    run = asked_run()
    found = find_capability_run(engine(), run)
    return render_template(
        "measures/capability.html",
        run=run,
        found=found,
        mapping=MAPPING,
        figures=alignment.headline(found.part) if found else None,
        spend=alignment.spend_by(found.part, "outcome").to_dict() if found else {},
        gross=alignment.spend_by(found.part[~found.part["below"]], "outcome").to_dict() if found else {},
        bodies=parts_by(found, "body") if found else [],
    )


@pages.get("/comparators")
def comparators() -> str:
    """A body beside its statistical neighbours."""
    run = asked_run()
    areas = area_values(engine(), run)
    bodies = sorted({body for area in areas for body in area.values})
    found, refused = None, ""
    try:
        found = _comparison(run)
    except RefusedError as refusal:
        refused = refusal.message
    return render_template(
        "measures/comparators.html",
        run=run,
        bodies=bodies,
        areas=areas,
        found=found,
        refused=refused,
        given=request.args.getlist("neighbour"),
        features=_features(),
        population=settings().population_indicator,
        fewest=FEWEST,
        far=FAR,
        usual=USUAL_NEIGHBOURS,
    )


@pages.get("/comparators.svg")
def quadrants() -> BaseResponse:
    """The same as a picture."""
    found = _comparison(asked_run())
    picture = draw_quadrants(found.standings if found else [], narrow=request.args.get("width") == "narrow")
    return Response(picture, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


def _features() -> list[str]:
    return [feature for feature in request.args.getlist("feature") if feature]


def _comparison(run: OpenRun) -> Comparators | None:
    """The comparison that the address asks for; None where it names no body."""
    body = request.args.get("body", "")
    if not body:
        return None
    return compare_body(
        run,
        area_values(engine(), run),
        settings().population_indicator,
        body,
        given=[each for each in request.args.getlist("neighbour") if each],
        features=_features(),
    )
