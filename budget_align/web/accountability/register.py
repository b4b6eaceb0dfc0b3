"""Pages: who answers for what, what is evaluated, and the money that has neither."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.editing.shown import Shown
from budget_align.core.outcomes.accountability import EVALUATION_STATUSES, Evaluation
from budget_align.core.people.policy import Subject
from budget_align.core.values.day import read_day
from budget_align.core.values.refusal import RefusedError
from budget_align.services.accountability.evaluations import evaluation_facts, find_evaluation, state_evaluation
from budget_align.services.accountability.owners import state_owners, stated_owners
from budget_align.services.accountability.register import (
    download_register,
    open_register,
    receive_register,
    show_register,
    units_of_outcomes,
)
from budget_align.services.outcomes.indicators import read_all
from budget_align.web.context import XLSX, actor, engine, rights, sent_file, settings, signed_in
from budget_align.web.costly_pages import costly
from budget_align.web.figures import asked_run, choose_page

pages = Blueprint("accountability", __name__)

PROGRAMMES_ON_A_PAGE = 50


@pages.get("/register")
def register() -> str:
    """Money without an owner, an indicator or an evaluation, by outcome and by programme."""
    return _page()


@pages.get("/register.xlsx")
@costly
def workbook() -> Response:
    """The register as a workbook to fill in."""
    data = download_register(engine(), settings(), asked_run())
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name="register.xlsx")


@pages.post("/register")
@signed_in
def upload() -> Response | tuple[str, int]:
    """Takes a workbook of owners and evaluations."""
    run = asked_run()
    sent = sent_file()
    if sent is None:
        return _page(error="Choose a workbook"), 400
    try:
        seen, over = Shown.read(request.form.get("seen", "")), request.form.get("over", "")
        changed, findings = receive_register(engine(), settings(), run, *sent, actor(), seen=seen, shown=over)
    except ChangedSinceError as refusal:
        return _page(error=refusal.message, both=refusal.both, seen=seen, shown=refusal.shown), 409
    except RefusedError as refusal:
        return _page(error=refusal.message), 422
    if findings:
        return _page(findings=list(findings)), 422
    flash(f"{changed} owner{'' if changed == 1 else 's'} and evaluations changed.", "success")
    return _back("accountability.register")


@pages.get("/register/owners")
@signed_in
def owners() -> str:
    """Who answers for each mission and outcome, to change."""
    return _owners_page()


@pages.post("/register/owners")
@signed_in
def keep_owners() -> Response | tuple[str, int]:
    """Keeps who answers for each mission and outcome."""
    run = asked_run()
    said, seen = _owners_of(""), _owners_of("was_")
    try:
        changed = state_owners(engine(), run, said, actor(), seen=seen)
    except ChangedSinceError as refusal:
        rows = {each["subject"]: each for each in said}
        return _owners_page(error=refusal.message, said=rows, both=refusal.both), 409
    except RefusedError as refusal:
        return _owners_page(error=refusal.message, said={each["subject"]: each for each in said}), 422
    flash(f"{changed} owner{'' if changed == 1 else 's'} changed.", "success")
    return _back("accountability.register")


def _owners_of(prefix: str) -> list[dict[str, str]]:
    """What the form says of each mission and outcome, or said before it was changed."""
    fields = ("owner", "person", "board")
    columns = [request.form.getlist(f"{prefix}{name}") for name in fields]
    subjects = request.form.getlist("subject")
    return [dict(zip(("subject", *fields), each, strict=True)) for each in zip(subjects, *columns, strict=False)]


@pages.get("/register/evaluation")
@signed_in
def evaluation() -> str:
    """Whether one programme is evaluated, to change."""
    body, programme = request.args.get("body", ""), request.args.get("programme", "")
    return _evaluation_page(body, programme, find_evaluation(engine(), asked_run().government, body, programme))


@pages.post("/register/evaluation")
@signed_in
def keep_evaluation() -> Response | tuple[str, int]:
    """Keeps whether one programme is evaluated."""
    form = request.form
    body, programme = form.get("body", ""), form.get("programme", "")
    try:
        facts: dict[str, object] = {
            "status": form.get("status", ""),
            "link": form.get("link", "").strip(),
            "on": read_day(form.get("on", "")),
        }
        was = {name: form.get(f"was_{name}", usual) for name, usual in evaluation_facts(None).items()}
        said = {"body": body, "programme": programme, **facts}
        state_evaluation(engine(), asked_run(), said, actor(), seen=was)
    except ChangedSinceError as refusal:
        return _evaluation_page(body, programme, None, error=refusal.message, both=refusal.both), 409
    except (RefusedError, ValueError) as refusal:
        return _evaluation_page(body, programme, None, error=f"{refusal}".rstrip(".") + "."), 422
    flash(f"Kept for {programme}.", "success")
    return _back("accountability.register")


def _back(endpoint: str) -> Response:
    values: dict[str, Any] = {
        k: v for k, v in request.args.to_dict(flat=False).items() if k not in ("body", "programme")
    }
    return redirect(url_for(endpoint, **values))


def _page(
    *,
    error: str = "",
    findings: list[object] | None = None,
    both: Sequence[Both] = (),
    seen: Shown | None = None,
    shown: str = "",
) -> str:
    run = asked_run()
    # What is looked at first is at most older than what is shown.
    if seen is None and rights().may("edit-register", Subject(run.government)):
        seen = show_register(engine(), run)
    found, programmes = open_register(engine(), run, read_all(engine(), run.government, date.today()))
    page, pager = choose_page(len(programmes), PROGRAMMES_ON_A_PAGE)
    first = (page - 1) * PROGRAMMES_ON_A_PAGE
    return render_template(
        "accountability/register.html",
        run=run,
        register=found,
        units=units_of_outcomes(run),
        programmes=programmes[first : first + PROGRAMMES_ON_A_PAGE],
        programme_count=len(programmes),
        pager=pager,
        seen=seen,
        shown=shown,
        both=both,
        error=error,
        found=findings or [],
    )


def _owners_page(*, error: str = "", said: dict[str, dict[str, str]] | None = None, both: Sequence[Both] = ()) -> str:
    run = asked_run()
    stated = stated_owners(engine(), run.government, run.framework.code)
    return render_template(
        "accountability/owners.html",
        run=run,
        said=said or {subject: owner.model_dump() for subject, owner in stated.items()},
        was={subject: owner.model_dump() for subject, owner in stated.items()},
        both=both,
        error=error,
    )


def _evaluation_page(
    body: str, programme: str, known: Evaluation | None, *, error: str = "", both: Sequence[Both] = ()
) -> str:
    run = asked_run()
    return render_template(
        "accountability/evaluation.html",
        run=run,
        was=evaluation_facts(find_evaluation(engine(), run.government, body, programme)),
        both=both,
        body=body,
        programme=programme,
        known=known,
        statuses=EVALUATION_STATUSES,
        error=error,
    )
