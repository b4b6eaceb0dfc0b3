"""The addresses of the API: each checks who asks, reads what is sent, calls one service and answers in JSON."""

from __future__ import annotations

import re
from datetime import date
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import unquote

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request
from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException

from budget_align.api.messages import (
    MOST_OBSERVATIONS,
    MOST_PARTS,
    DefinedMessage,
    ErrorMessage,
    ObservationMessage,
    ObservationsMessage,
    ProblemMessage,
    ReadingsMessage,
    StoredMessage,
    as_message,
    describe,
    read_year,
    write_year,
)
from budget_align.api.statuses import STATUSES
from budget_align.config import Settings
from budget_align.core.editing.meanwhile import ChangedSinceError
from budget_align.core.outcomes.indicator import OBSERVATIONS, IndicatorDefinition, frame_observations
from budget_align.core.people.policy import ACTIONS, Subject
from budget_align.core.values.fiscal_year import read_year as read_fiscal_year
from budget_align.core.values.refusal import RefusedError
from budget_align.services.governments.governments import terms_of
from budget_align.services.outcomes.indicators import add_observations, list_observations, read_all, store_definition
from budget_align.services.outcomes.seeing import version_of_values, versions_of
from budget_align.services.people.markings import Sight
from budget_align.services.people.permissions import Rights, rights_of
from budget_align.services.people.tokens import find_holder
from budget_align.services.record.trail import note_read
from budget_align.services.returns import listing
from budget_align.services.runs.run_figures import figures_of
from budget_align.services.runs.viewing import open_run

_PROBLEMS_SHOWN = 50

_Sent = TypeVar("_Sent", bound=BaseModel)


api = Blueprint("api", __name__, url_prefix="/api")


def _settings() -> Settings:
    found: Settings = current_app.extensions["budget_align"][0]
    return found


def _engine() -> Engine:
    found: Engine = current_app.extensions["budget_align"][1]
    return found


def _rights(email: str | None) -> Rights:
    return rights_of(_engine(), email or None, public_reading=_settings().public_reading)


def _ask_who(action: str, government: str) -> str:
    """Whom the software acts for, who may do an action to a government; empty for what everyone may.

    Raises:
        RefusedError: the token is none, or whoever it acts for may not.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    holder = None
    if kind.casefold() == "bearer" and token:
        holder = find_holder(_engine(), token.strip())
        if holder is None:
            raise RefusedError("no-token", "This token is none, or was taken back.", kind="stranger")
    email = holder.email if holder is not None else None
    rights = _rights(email)
    if email is None and action not in rights.to_all:
        raise RefusedError("no-token", "Send a token of yours: Authorization: Bearer TOKEN.", kind="stranger")
    if holder is not None and action not in holder.scope:
        raise RefusedError("not-allowed", f"This token was not made to {ACTIONS[action]}; make another that is.")
    rights.need(action, Subject(government))
    g.reads_for = email
    return email or ""


@api.after_request
def _note_read(answer: Response) -> Response:
    """Notes in the record for whom software took something along, before it is handed out."""
    reads_for = g.get("reads_for")
    if reads_for and request.method == "GET" and answer.status_code == HTTPStatus.OK:
        note_read(_engine(), reads_for, unquote(request.full_path.rstrip("?")))
    return answer


def _known(government: str) -> str:
    if government not in listing.known_governments(_engine()):
        raise RefusedError("no-government", f"There is no government {government!r} with a confirmed return.")
    return government


@api.get("")
def guide() -> str:
    """What the API can be asked, as a page."""
    return render_template("api.html", spec=describe())


@api.get("/openapi.json")
def openapi() -> Response:
    """The same in OpenAPI."""
    return jsonify(describe())


@api.get("/v1/governments/<path:government>/figures")
def figures(government: str) -> Response:
    """The published figures, or those of the run named: a trial's to whoever may see trials alone."""
    who = _ask_who("see-figures", government)
    terms = terms_of(_engine(), _known(government), _settings())
    said = request.args.get("year")
    run = open_run(
        _engine(),
        run_id=request.args.get("run"),
        government=government,
        stage=request.args.get("stage"),
        year=read_fiscal_year(said, terms.calendar) if said else None,
        lens=request.args.get("lens", ""),
        trials="run" in request.args and _rights(who).sees_government("see-trials", government),
        sight=Sight(_rights(who), _settings().markings),
    )
    return _said(figures_of(_engine(), run))


@api.get("/v1/governments/<path:government>/indicators")
def indicators(government: str) -> Response:
    """Every indicator with its status."""
    _ask_who("see-figures", government)
    readings, versions = read_all(_engine(), _known(government), date.today()), versions_of(_engine(), government)
    found = [as_message(reading, versions.get(reading.definition.code, "")) for reading in readings]
    return _said(ReadingsMessage(indicators=found))


@api.put("/v1/governments/<path:government>/indicators/<code>")
def define(government: str, code: str) -> Response:
    """Takes what an indicator measures."""
    actor = _ask_who("edit-indicators", government)
    definition = _sent(IndicatorDefinition)
    if definition.code != code:
        raise RefusedError("bad-request", "The code in the address and that of the indicator differ.")
    proposed = store_definition(_engine(), _known(government), definition, actor, seen=_versions_read())
    version = versions_of(_engine(), government)[code]
    return _tagged(_said(DefinedMessage(stored=1, proposed=int(proposed), version=version)), version)


@api.get("/v1/governments/<path:government>/observations")
def observations(government: str) -> Response:
    """The values of one indicator, or of all."""
    _ask_who("see-figures", government)
    found = list_observations(_engine(), _known(government), request.args.get("indicator"))
    calendar = terms_of(_engine(), government, _settings()).calendar
    rows = zip(*(found[name].tolist() for name in OBSERVATIONS), strict=True)
    said = [
        ObservationMessage(indicator=i, territory=t, year=write_year(y, fiscal, calendar), value=v)
        for i, t, y, fiscal, v in rows
    ]
    return _tagged(_said(ObservationsMessage.model_construct(observations=said)), version_of_values(found))


@api.post("/v1/governments/<path:government>/observations")
def observe(government: str) -> Response:
    """Takes values."""
    actor = _ask_who("edit-indicators", government)
    _known(government)
    sent = _sent(ObservationsMessage).observations
    calendar = terms_of(_engine(), government, _settings()).calendar
    rows = [(each.indicator, each.territory, *read_year(each.year, calendar), each.value) for each in sent]
    frame = frame_observations(rows)
    stored = add_observations(_engine(), government, frame, actor, seen=_versions_read())
    return _said(StoredMessage(stored=stored))


@api.route("/<path:rest>", methods=["GET", "PUT", "POST", "DELETE", "PATCH"])
def nothing(rest: str) -> Response:
    """Says in JSON that an address leads nowhere."""
    raise RefusedError("not-found", f"There is nothing at /api/{rest}; /api says what there is.")


@api.errorhandler(RefusedError)
def refused(refusal: RefusedError) -> Response:
    """Says in JSON why nothing was done."""
    both = refusal.both if isinstance(refusal, ChangedSinceError) else ()
    problems = [ProblemMessage(at=each.what, message=f"now {each.now}; yours {each.yours}") for each in both]
    error = ErrorMessage(code=refusal.code, message=refusal.message, problems=problems[:_PROBLEMS_SHOWN])
    # What HTTP calls a precondition is the version that software said it had read.
    stale = refusal.code == "changed-meanwhile" and bool(_versions_read())
    answer = _said(error, HTTPStatus.PRECONDITION_FAILED if stale else STATUSES[refusal.kind])
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.errorhandler(ValidationError)
def unfit(error: ValidationError) -> Response:
    """Says in JSON what is wrong with what was sent, and where."""
    problems = [
        ProblemMessage(at=_place(problem["loc"]), message=problem["msg"].removeprefix("Value error, "))
        for problem in error.errors(include_url=False)
    ]
    message = f"What was sent has {len(problems):,} problem{'s' if len(problems) > 1 else ''}; nothing was stored."
    return _said(ErrorMessage(code="bad-request", message=message, problems=problems[:_PROBLEMS_SHOWN]), 422)


@api.errorhandler(HTTPException)
def broken(error: HTTPException) -> Response:
    """Says in JSON what the server could not do."""
    message = error.description or "Nothing was stored."
    return _said(ErrorMessage(code="http", message=message), error.code or 500)


def _versions_read() -> list[str]:
    """The versions that software says it has read, of what it sends others of."""
    said = request.headers.get("If-Match", "")
    return [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|([^\s",]+)', said.replace("W/", ""))]


def _tagged(answer: Response, version: str) -> Response:
    answer.set_etag(version)
    return answer


def _sent(message: type[_Sent]) -> _Sent:
    if not request.is_json:
        raise RefusedError("bad-request", "Send JSON, with Content-Type: application/json.")
    data = request.get_data()
    # Counted as bytes before anything is made of them, which takes fifty times the room, and time that others wait.
    if len(data) - len(data.translate(None, b"{[,")) > MOST_PARTS:
        raise RefusedError(
            "bad-request",
            f"What was sent holds more than {MOST_OBSERVATIONS:,} observations can; send it in several requests.",
        )
    return message.model_validate_json(data)


def _said(message: BaseModel, status: int = 200) -> Response:
    return Response(
        message.model_dump_json(), status, mimetype="application/json", headers={"Cache-Control": "no-store"}
    )


def _place(parts: tuple[int | str, ...]) -> str:
    """Where a problem stands, such as observations[3].value."""
    said = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return said.removeprefix(".")
