"""Pages: sending a workbook, seeing how it was read, confirming, and running a mapping."""

from __future__ import annotations

from contextlib import closing
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from budget_align.core import fiscal_year
from budget_align.core.budget_line import STAGES
from budget_align.core.money import Unit
from budget_align.core.reading import Answers, Reading, Severity
from budget_align.core.reconciliation import reconcile
from budget_align.core.refusal import RefusedError
from budget_align.services import catalogue, listing
from budget_align.services.confirming import Overlap, confirm, find_overlap
from budget_align.services.receiving import describe_draft, discard, read_draft, receive, waiting_drafts
from budget_align.services.running import run_allocation
from budget_align.web.context import actor, engine, settings

pages = Blueprint("submissions", __name__)

PREVIEW = 20
UNITS = {"1": "Pounds", "1000": "Thousands of pounds", "1000000": "Millions of pounds", "1000000000": "Billions"}


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships without types
    """A workbook and whose budget it is."""

    file = FileField(validators=[FileRequired("Choose a workbook")])
    government = StringField(validators=[InputRequired("Enter whose budget it is"), Length(max=120)])


@pages.get("/submissions")
@login_required  # type: ignore[untyped-decorator]
def index() -> str:
    """Returns in force, and workbooks that wait for confirmation."""
    return render_template(
        "submissions.html",
        submissions=listing.list_submissions(engine()),
        drafts=waiting_drafts(engine()),
        mappings=list(catalogue.mappings().values()),
    )


@pages.route("/submissions/new", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def new() -> Response | str | tuple[str, int]:
    """Takes a workbook and reads it."""
    form = UploadForm()
    errors: list[dict[str, str]] = []
    status = 200
    if request.method == "POST":
        if form.validate():
            try:
                with closing(form.file.data) as file:
                    name, data = file.filename or "workbook", file.read()
                received = receive(engine(), settings(), data, name, form.government.data.strip(), actor())
                if received.submission_id is not None:
                    flash("This very workbook is stored already; here is how it was read.")
                    return redirect(url_for("submissions.stored", submission_id=received.submission_id))
                return redirect(url_for("submissions.draft", draft_id=received.draft_id))
            except RefusedError as refusal:
                errors, status = (
                    [{"text": refusal.message, "href": "#file"}],
                    413 if refusal.code == "too-large" else 422,
                )
        else:
            errors = [{"text": said[0], "href": f"#{field}"} for field, said in form.errors.items() if field]
            status = 400
    page = render_template(
        "upload.html", form=form, errors=errors, settings=settings(), known=listing.known_governments(engine())
    )
    return page, status


@pages.route("/drafts/<int:draft_id>", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def draft(draft_id: int) -> Response | str | tuple[str, int]:
    """Shows how a workbook was read, takes answers, and confirms."""
    about = describe_draft(engine(), draft_id)
    answers = _answers()
    reading = read_draft(engine(), settings(), draft_id, answers)
    overlaps = find_overlap(engine(), about.government, reading)
    errors: list[dict[str, str]] = []
    if request.method == "POST" and request.form.get("do") == "discard":
        discard(engine(), draft_id, actor())
        flash("The workbook was discarded; nothing of it is kept.")
        return redirect(url_for("submissions.index"))
    if request.method == "POST" and request.form.get("do") == "confirm":
        overlap = request.form.get("overlap")
        try:
            chosen = cast("Overlap | None", overlap if overlap in ("replace", "add") else None)
            submission_id = confirm(engine(), settings(), draft_id, actor(), answers, chosen)
            flash(f"{len(reading.lines):,} lines of {about.file_name} are stored.")
            return redirect(url_for("submissions.stored", submission_id=submission_id))
        except RefusedError as refusal:
            if refusal.code == "no-draft":
                raise
            errors = [{"text": refusal.message, "href": "#overlap" if refusal.code == "overlap" else "#questions"}]
    page = render_template(
        "reading.html",
        draft=about,
        answers=answers,
        overlaps=[row for rows in overlaps.values() for row in rows],
        errors=errors,
        stages=STAGES,
        units=UNITS,
        asked={question.topic for question in reading.questions},
        **_shown(reading),
    )
    return page, 400 if errors else 200


@pages.get("/submissions/<int:submission_id>")
@login_required  # type: ignore[untyped-decorator]
def stored(submission_id: int) -> str:
    """How a stored workbook was read, and what to do next."""
    submission, reading = listing.open_submission(engine(), submission_id)
    return render_template(
        "submission.html",
        submission=submission,
        mappings=list(catalogue.mappings().values()),
        **_shown(reading),
    )


@pages.post("/runs")
@login_required  # type: ignore[untyped-decorator]
def run() -> Response:
    """Allocates a government's lines by a mapping."""
    mapping = catalogue.mapping(request.form.get("mapping", ""))
    result = run_allocation(engine(), mapping, request.form.get("government", ""), actor())
    return redirect(url_for("figures.overview", run=result.id[:16]))


def _answers() -> Answers:
    """What a person settled in the form; empty where they left it to the reading."""
    form = request.form
    bodies = {key.removeprefix("body:"): value.strip() for key, value in form.items() if key.startswith("body:")}
    years = fiscal_year.find_years(form.get("fiscal_year", ""))
    unit = form.get("unit", "")
    stage = form.get("stage", "")
    return Answers(
        bodies={sheet: name for sheet, name in bodies.items() if name},
        stage=stage if stage in STAGES else "",
        unit=Unit("GBP", int(unit)) if unit in UNITS else None,
        fiscal_year=years[0] if len(years) == 1 else None,
    )


def _shown(reading: Reading) -> dict[str, Any]:
    """What pages show of a reading: doubts first, then totals, tables and a preview of the lines."""
    warnings = [finding for finding in reading.findings if finding.severity != Severity.INFORMATION]
    return {
        "reading": reading,
        "rows": reconcile(reading.lines, reading.control_totals),
        "warnings": warnings,
        "notes": [finding for finding in reading.findings if finding.severity == Severity.INFORMATION],
        "reconciled": sum(total.reconciled for total in reading.control_totals),
        "preview": reading.lines[reading.lines["amount"] != 0].head(PREVIEW).to_dict("records"),
    }
