"""Pages: scenarios, apart from the real figures."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from budget_align.core.editing.meanwhile import Both
from budget_align.core.frameworks.framework import first_problem
from budget_align.core.rules.protection import PROTECTED
from budget_align.core.scenarios.scenario import LONGEST, Constraint, Growth, Move, Part, Scenario
from budget_align.core.values.money import Currency, Unit, currency_of_symbol, parse_amount
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.measures.modelling import export_tables
from budget_align.services.pages.scenarios import list_scenarios_of, open_scenario_page
from budget_align.services.scenarios.planning import plan_scenario
from budget_align.services.scenarios.scenario_exports import export_json, export_workbook
from budget_align.services.scenarios.scenarios import (
    OpenScenario,
    begin_scenario,
    change_scenario,
    copy_scenario,
    drop_scenario,
    open_scenario,
)
from budget_align.web.context import XLSX, actor, engine, sees_trials, settings, sight, signed_in
from budget_align.web.costly_pages import costly
from budget_align.web.figures import asked_run
from budget_align.web.numbers import MOST_COMPARED, read_few, read_whole
from budget_align.web.terms import write_in

pages = Blueprint("scenarios", __name__)

NONE = "-"
"""What a form says for no outcome, since an empty choice is any."""

_MOST_PERCENT, _LEAST_PERCENT = Decimal(1_000_000), Decimal("0.000001")
"""No percentage that anyone means is larger, or smaller and not zero."""


@pages.get("/scenarios")
@signed_in
def index() -> str:
    """The scenarios of a government, and beginning one."""
    return _index_page()


@pages.post("/scenarios")
@signed_in
def begin() -> Response | tuple[str, int]:
    """Begins a scenario."""
    form = request.form
    years = form.get("years", "1")
    try:
        made = begin_scenario(engine(), asked_run(), form.get("name", ""), read_whole(years) or 0, actor())
    except RefusedError as refusal:
        return _index_page(error=refusal.message), 422
    return redirect(url_for("scenarios.scenario", scenario_id=made))


@pages.get("/scenarios/<int:scenario_id>")
@signed_in
def scenario(scenario_id: int) -> str:
    """One scenario: its steps, what they have to keep, and every measure before and after."""
    return _page(scenario_id)


@pages.post("/scenarios/<int:scenario_id>/steps")
@signed_in
def add_step(scenario_id: int) -> Response | tuple[str, int]:
    """Adds a move or growth."""
    form = request.form
    terms = write_in(_open(scenario_id).run.terms)

    def change(now: Scenario) -> Scenario:
        return now.model_copy(update={"steps": (*now.steps, _step(form, terms))})

    return _change(scenario_id, change, "step")


@pages.post("/scenarios/<int:scenario_id>/constraints")
@signed_in
def add_constraint(scenario_id: int) -> Response | tuple[str, int]:
    """Adds what the scenario has to keep."""
    form = request.form

    def change(now: Scenario) -> Scenario:
        percent = form.get("percent", "").strip().removesuffix("%")
        said = Constraint.model_validate(
            {"rule": form.get("rule", ""), "part": _part(form, ""), "percent": percent or None}
        )
        return now.model_copy(update={"constraints": (*now.constraints, said)})

    return _change(scenario_id, change, "constraint")


@pages.post("/scenarios/<int:scenario_id>/remove")
@signed_in
def remove(scenario_id: int) -> Response | tuple[str, int]:
    """Takes a step or a constraint out, or all steps."""
    kind, number = request.form.get("kind", ""), request.form.get("number", "")

    def change(now: Scenario) -> Scenario:
        if kind == "all":
            return now.model_copy(update={"steps": ()})
        which = "constraints" if kind == "constraint" else "steps"
        kept = [each for place, each in enumerate(getattr(now, which), 1) if str(place) != number]
        return now.model_copy(update={which: tuple(kept)})

    return _change(scenario_id, change, "step")


@pages.post("/scenarios/<int:scenario_id>/settings")
@signed_in
def settle(scenario_id: int) -> Response | tuple[str, int]:
    """Keeps over how many years it goes, and by which mapping it allocates."""
    form = request.form

    def change(now: Scenario) -> Scenario:
        rules = form.get("rules", "")
        years = form.get("years", "")
        update = {"rules": read_whole(rules), "years": read_whole(years) or 0}
        return Scenario.model_validate({**now.model_dump(), **update})

    return _change(scenario_id, change, "years")


@pages.post("/scenarios/<int:scenario_id>/plan")
@signed_in
def plan(scenario_id: int) -> Response | tuple[str, int]:
    """Adds the least moves that bring outcomes to the shares that they should have."""
    form = request.form
    terms = write_in(_open(scenario_id).run.terms)
    try:
        targets = {
            code.removeprefix("share-"): _percent(text, "a share")
            for code, text in form.items()
            if code.startswith("share-") and text.strip()
        }
        most = _percent(form.get("most", "") or "100", "a share")
        freed = tuple(name for name in form.getlist("freed") if name in PROTECTED)
        found = plan_scenario(engine(), scenario_id, _seen(), targets, most, actor(), freed=freed)
    except RefusedError as refusal:
        status = 409 if refusal.kind == "conflict" else 422
        return _page(scenario_id, error=("plan", refusal.message)), status
    if found.missed:
        opened = _open(scenario_id)
        lacks = "; ".join(f"{opened.names[code]} lacks {terms.amount(lack)}" for code, lack in found.missed.items())
        aside = f" {terms.short(found.kept)} is protected." if found.kept else ""
        flash(
            f"What has to be kept does not let every share be reached: {lacks}. This is the nearest there is.{aside}",
            "message",
        )
    if found.moves:
        count = len(found.moves)
        flash(f"{count} move{'s' if count != 1 else ''} added, of {terms.short(found.moved)} together.", "success")
    elif not found.missed:
        flash("Every share is reached already; nothing has to move.", "success")
    return redirect(url_for("scenarios.scenario", scenario_id=scenario_id))


@pages.post("/scenarios/<int:scenario_id>/copy")
@signed_in
def copy(scenario_id: int) -> Response:
    """Begins another like it."""
    return redirect(url_for("scenarios.scenario", scenario_id=copy_scenario(engine(), scenario_id, actor())))


@pages.post("/scenarios/<int:scenario_id>/drop")
@signed_in
def drop(scenario_id: int) -> Response | tuple[str, int]:
    """Forgets it."""
    try:
        drop_scenario(engine(), scenario_id, actor(), _seen())
    except RefusedError as refusal:
        if refusal.kind != "conflict":
            raise
        return _page(scenario_id, error=("drop", refusal.message)), 409
    flash("The scenario is forgotten.", "success")
    return redirect(url_for("scenarios.index"))


@pages.get("/scenarios/compare")
@signed_in
def compare() -> str | Response:
    """Scenarios side by side, beside the budget as it stands."""
    ids = _asked_ids()
    if not ids:
        flash("Choose the scenarios to compare.", "message")
        return redirect(url_for("scenarios.index"))
    opened = [_open(each) for each in ids]
    if len({each.run.terms for each in opened}) > 1:
        raise RefusedError("other-currency", "These scenarios count in different currencies or years; compare others.")
    write_in(opened[0].run.terms)
    return render_template("scenarios/scenarios_compared.html", scenarios=opened, ids=ids)


@pages.get("/scenarios/export.xlsx")
@signed_in
@costly
def workbook() -> Response:
    """Scenarios as a workbook."""
    ids = _asked_ids()
    if not ids:
        raise RefusedError("no-scenario", "There is no such scenario.")
    for each in ids:
        _open(each)
    data = export_workbook(engine(), settings(), ids, date.today())
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name="scenarios-not-real-figures.xlsx")


@pages.get("/scenarios/<int:scenario_id>.json")
@signed_in
def as_json(scenario_id: int) -> Response:
    """A scenario as JSON."""
    _open(scenario_id)
    return Response(export_json(engine(), settings(), scenario_id, date.today()), mimetype="application/json")


@pages.get("/scenarios/modelling.zip")
@signed_in
@costly
def modelling() -> Response:
    """The tables that Policy Priority Inference takes."""
    data = export_tables(engine(), settings(), asked_run(), date.today())
    return send_file(io.BytesIO(data), "application/zip", as_attachment=True, download_name="ppi-tables.zip")


def _change(scenario_id: int, change: Callable[[Scenario], Scenario], where: str) -> Response | tuple[str, int]:
    try:
        change_scenario(engine(), scenario_id, _seen(), change, actor())
    except ValidationError as error:
        return _page(scenario_id, error=(where, _sentence(error))), 422
    except RefusedError as refusal:
        if refusal.code == "no-scenario":
            raise
        both = _asked_for() if refusal.kind == "conflict" else []
        return _page(scenario_id, error=(where, refusal.message), both=both), 409 if both else 422
    return redirect(url_for("scenarios.scenario", scenario_id=scenario_id))


def _asked_for() -> list[Both]:
    """What the form asked for of a scenario that is another by now, which the page shows as it is."""
    left = ("csrf_token", "revision", "kind")
    said = {name: text.strip() for name, text in request.form.items() if name not in left and text.strip()}
    return [Both(name.replace("_", " ").strip().capitalize(), "see below", text) for name, text in said.items()]


def _sentence(error: ValidationError) -> str:
    said = first_problem(error)
    return said[:1].upper() + said[1:]


def _asked_ids() -> list[int]:
    """The scenarios that the address names, each once."""
    return read_few(request.args.getlist("id"), MOST_COMPARED)


def _seen() -> int:
    said = request.form.get("revision", "")
    return read_whole(said) or 0


def _part(form: MultiDict[str, str], prefix: str) -> Part:
    """The part that a form names; fields left empty ask for nothing."""

    def said(name: str) -> str | None:
        return form.get(f"{prefix}{name}", "").strip() or None

    outcome = said("outcome")
    return Part.model_validate(
        {
            "body": said("body"),
            "programme": said("programme"),
            "outcome": "" if outcome == NONE else outcome,
            "spending": said("spending") or "",
        }
    )


def _step(form: MultiDict[str, str], terms: Terms) -> Move | Growth:
    years = {name: _year(form.get(name, "")) for name in ("first_year", "last_year")}
    if form.get("kind") == "growth":
        return Growth(part=_part(form, "from_"), percent=_percent(form.get("percent", ""), "a percentage"), **years)
    text = form.get("amount", "").strip()
    if text.endswith("%"):
        return Move(source=_part(form, "from_"), to=_part(form, "to_"), share=_percent(text, "a share"), **years)
    try:
        amount = parse_amount(_without_currency(text, terms.currency), Unit(), terms.currency)
    except RefusedError as refusal:
        if refusal.code == "other-currency":
            raise
        amount = None
    if amount is None or amount <= 0:
        raise RefusedError("bad-amount", f"Enter how much moves in {terms.currency}, such as 25m or 10%.")
    return Move(source=_part(form, "from_"), to=_part(form, "to_"), amount=amount, **years)


_TYPED = re.compile(
    r"(?P<before>[^\d\s.,()+−–-]*)\s*(?P<number>.*?[\d)](?:\s?(?:k|mn?|bn|thousand|million|billion))?)\s*(?P<after>\D*)",
    re.IGNORECASE,
)


def _without_currency(text: str, home: Currency) -> str:
    """An amount as a person typed it, without the currency before or after it.

    Raises:
        RefusedError: it is in another currency than the government's.
    """
    match = _TYPED.fullmatch(text)
    if match is None:
        return text
    for said in (match["before"], match["after"]):
        code = currency_of_symbol(said, home) if said else home.code
        if code and code != home.code:
            raise RefusedError("other-currency", f"{text!r} is in {code}, and the budget counts in {home.code}.")
    return match["number"]


def _year(text: str) -> int | None:
    return read_whole(text, 9999)


def _percent(text: str, what: str) -> Decimal:
    try:
        found = Decimal(text.strip().removesuffix("%").replace("−", "-"))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > _MOST_PERCENT or (found and abs(found) < _LEAST_PERCENT):
        raise RefusedError("bad-amount", f"{text.strip()!r} is no percentage; enter {what} such as 2.5.")
    return found


def _open(scenario_id: int) -> OpenScenario:
    """A scenario; the gate has asked whether whoever asks may see the figures that it begins from.

    Raises:
        RefusedError: there is none.
    """
    return open_scenario(engine(), scenario_id, sight())


def _index_page(*, error: str = "") -> str:
    run = asked_run()
    found = list_scenarios_of(engine(), run, trials=sees_trials(run.government))
    return render_template("scenarios/scenarios.html", run=run, scenarios=found, error=error, longest=LONGEST)


def _page(scenario_id: int, *, error: tuple[str, str] | None = None, both: Sequence[Both] = ()) -> str:
    opened = _open(scenario_id)
    write_in(opened.run.terms)
    return render_template(
        "scenarios/scenario.html",
        run=opened.run,
        opened=opened,
        page=open_scenario_page(engine(), settings(), opened, _year(request.args.get("year", ""))),
        nowhere=NONE,
        both=both,
        longest=LONGEST,
        error=error,
    )
