"""Pages: the record of all that was done; and the note in it of each file that somebody takes along."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import IO, Final
from urllib.parse import unquote

from flask import Blueprint, Response, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from budget_align.core.people.policy import Subject
from budget_align.core.record.chain import Head
from budget_align.core.values.refusal import RefusedError
from budget_align.services.record.trail import Told, export, list_events, note_download, verify
from budget_align.web.context import actor, engine, rights, sight, signed_in
from budget_align.web.figures import choose_page
from budget_align.web.numbers import read_whole

pages = Blueprint("record", __name__, url_prefix="/record")

EVENTS_ON_A_PAGE: Final = 50
_FILES: Final = ("application/pdf", "application/octet-stream", "application/zip", "application/json", "text/csv")
_HELD: Final = 4_000_000
_NUMBERED: Final = frozenset({"draft", "submission", "return", "run", "publication"})
_FOR_EVERYONE: Final = frozenset({None, "public", "api"})
"""Blueprints whose files are taken along unnoted: what is for everyone, and the pages' own."""


@pages.app_context_processor
def _sight() -> dict[str, bool]:
    whole = Subject("")
    return {"sees_record": rights().may("see-record", whole), "exports_record": rights().may("export-record", whole)}


@pages.get("")
@signed_in
def index() -> str | tuple[str, int]:
    """Events, newest first, by who, what and when."""
    errors: list[dict[str, str]] = []
    since, until = (_day(name, errors) for name in ("since", "until"))
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("who", "what", "about")}
    page = max(1, read_whole(request.args.get("page", "1")) or 1)
    found = list_events(
        engine(),
        **asked,
        since=since,
        until=until,
        limit=EVENTS_ON_A_PAGE,
        offset=(page - 1) * EVENTS_ON_A_PAGE,
    )
    found = replace(found, events=_in_sight(found.events))
    _, pager = choose_page(found.count, EVENTS_ON_A_PAGE)
    html = render_template(
        "record/record.html", found=found, pager=pager, asked=asked, errors=errors, checked=_checked(errors)
    )
    return (html, 400) if errors else html


@pages.get("/record.jsonl")
@signed_in
def whole() -> BaseResponse:
    """The whole record, for an auditor."""
    # On disk past some megabytes: the record of years may be larger than what a process should hold.
    out = tempfile.SpooledTemporaryFile(max_size=_HELD)  # noqa: SIM115 (closed with the answer)
    export(engine(), out)
    out.seek(0)
    response = Response(_pieces(out), mimetype="application/jsonl")
    response.headers.set("Content-Disposition", "attachment", filename="record.jsonl")
    response.call_on_close(out.close)
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_HELD):
            yield piece


def _in_sight(events: Sequence[Told]) -> list[Told]:
    """Events without what they say of things that whoever asks may not see for their markings. A workbook that waits no
    more has none that is known, nor has a file that was taken along.
    """
    hidden = sight().hidden_subjects(engine())
    if not hidden:
        return list(events)
    return [
        replace(event, subject=_without_words(event.subject), facts={}, changes=())
        if event.subject in hidden or event.subject.startswith(("draft ", "/"))
        else event
        for event in events
    ]


def _without_words(subject: str) -> str:
    """What an event is about, by its number alone; not by an address, which may name what it asks for, or a name."""
    kind, _, number = subject.partition(" ")
    return subject if kind in _NUMBERED and number.isalnum() else "something that is marked"


def _checked(errors: list[dict[str, str]]) -> dict[str, object] | None:
    """What a check of the record found; None where none was asked for."""
    if "check" not in request.args:
        return None
    try:
        kept = Head.parse(request.args["head"]) if request.args.get("head", "").strip() else None
    except RefusedError as refusal:
        errors.append({"text": refusal.message, "href": "#head"})
        return None
    breaks, head = verify(engine(), kept)
    return {"breaks": breaks, "head": head, "kept": kept}


def _day(name: str, errors: list[dict[str, str]]) -> date | None:
    said = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        errors.append({"text": f"{said[:40]} is no day; write it as 2026-05-01", "href": f"#{name}"})
        return None


def note_files(response: Response) -> Response:
    """Notes in the record who took a file along, before it is handed out."""
    taken = response.status_code == 200 and request.method == "GET" and request.blueprint not in _FOR_EVERYONE
    if taken and (response.mimetype in _FILES or response.headers.get("Content-Disposition")):
        who = actor() if current_user.is_authenticated else "nobody signed in"
        name = unquote(response.headers.get("Content-Disposition", "").rpartition("filename=")[2].strip('"'))
        note_download(engine(), who, unquote(request.full_path.rstrip("?")), name)
    return response
