"""Pages: sending a workbook, seeing how it was read, confirming, and running a mapping."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from budget_align.core.editing.meanwhile import Both
from budget_align.core.people.policy import Subject
from budget_align.core.returns.reading import Answers, TableAnswers
from budget_align.core.values.file_name import plain_name
from budget_align.core.values.refusal import RefusedError, kind_of_refusal
from budget_align.core.values.terms import Terms
from budget_align.services.mappings.versions import find_mapping, mappings_in_force
from budget_align.services.pages.returns import open_draft_page, open_returns, open_sheet_page, show_reading
from budget_align.services.people.markings import markings_of, refuse_unknown
from budget_align.services.people.subjects import of_submission
from budget_align.services.returns import approving, drafts, listing
from budget_align.services.returns.annotating import annotate_draft, fill_in
from budget_align.services.returns.confirming import Overlap, confirm
from budget_align.services.returns.drafts import (
    ROWS_SHOWN,
    WaitingDraft,
    describe_draft,
    kept_answers,
    open_draft,
    settle,
    settle_table,
)
from budget_align.services.returns.uploads import Upload, find_upload
from budget_align.services.runs.running import run_allocation
from budget_align.web.context import XLSX, actor, asked_day, engine, jobs, rights, settings, sight, signed_in
from budget_align.web.numbers import read_whole
from budget_align.web.returns import reading_form
from budget_align.web.terms import write_in_terms_of

pages = Blueprint("submissions", __name__)

TOTALS_SHOWN = 25
WAIT_SECONDS = 3.0
"""A small workbook is read by then, and its sender sees no page in between."""


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships without types
    """A workbook and whose budget it is."""

    file = FileField(validators=[FileRequired("Choose a workbook")])
    government = StringField(validators=[InputRequired("Enter whose budget it is"), Length(max=120)])


@pages.get("/submissions")
@signed_in
def index() -> str:
    """Returns in force, and workbooks that wait for confirmation."""
    return render_template("returns/submissions.html", page=open_returns(engine(), rights(), sight(), actor()))


def _marking(government: str) -> str:
    """What the form marks a workbook with; empty for none.

    Raises:
        RefusedError: the government uses no such marking.
    """
    said = request.form.get("marking", "")
    refuse_unknown(settings().markings, government, said)
    return said


@pages.route("/submissions/new", methods=["GET", "POST"])
@signed_in
def new() -> Response | str | tuple[str, int]:
    """Takes a workbook and reads it."""
    form = UploadForm()
    errors: list[dict[str, str]] = []
    status = 200
    if request.method == "POST":
        if form.validate():
            try:
                with closing(form.file.data) as file:
                    name, data = plain_name(file.filename or ""), file.read()
                government = form.government.data.strip()
                job_id = jobs().read_upload(data, name, government, actor(), _marking(government))
                jobs().wait(job_id, WAIT_SECONDS)
                return _after_upload(find_upload(engine(), job_id))
            except RefusedError as refusal:
                errors = [{"text": refusal.message, "href": "#file"}]
                status = 413 if refusal.kind == "large" else 422
        else:
            errors = [{"text": said[0], "href": f"#{field}"} for field, said in form.errors.items() if field]
            status = 400
    known = [name for name in listing.known_governments(engine()) if rights().sees_government("send-return", name)]
    page = render_template("returns/upload.html", form=form, errors=errors, settings=settings(), known=known)
    return page, status


@pages.get("/uploads/<job_id>")
@signed_in
def upload(job_id: str) -> Response | tuple[str, int]:
    """How far the reading of an upload has come, and on to the draft when it is done."""
    found = find_upload(engine(), job_id)
    if found.status == "done":
        return _after_upload(found)
    refused = 413 if kind_of_refusal(found.code) == "large" else 422
    return render_template("returns/upload_progress.html", upload=found), refused if found.finished else 200


@pages.post("/uploads/<job_id>/stop")
@signed_in
def stop_upload(job_id: str) -> Response:
    """Stops the reading of an upload; nothing of it is kept."""
    find_upload(engine(), job_id)
    jobs().stop(job_id)
    jobs().wait(job_id, WAIT_SECONDS)
    return redirect(url_for("submissions.upload", job_id=job_id))


def _after_upload(found: Upload) -> Response:
    """On to what became of an upload.

    Raises:
        RefusedError: it was refused.
    """
    if found.status == "refused":
        raise RefusedError(found.code, found.message)
    if found.submission_id is not None:
        flash("This very workbook is stored already; here is how it was read.", "message")
        return redirect(url_for("submissions.stored", submission_id=found.submission_id))
    if found.draft_id is not None:
        return redirect(url_for("submissions.draft", draft_id=found.draft_id))
    return redirect(url_for("submissions.upload", job_id=found.id))


@pages.get("/drafts/<int:draft_id>")
@signed_in
def draft(draft_id: int) -> str:
    """Shows how a workbook was read, and asks what only a person can say."""
    about = describe_draft(engine(), draft_id)
    write_in_terms_of(about.government)
    return _draft_page(about)


@pages.post("/drafts/<int:draft_id>")
@signed_in
def read_again(draft_id: int) -> Response | tuple[str, int]:
    """Settles what the fields of the reading say."""
    return _settle(draft_id, reading_form.say_of_reading, _to_draft)


@pages.post("/drafts/<int:draft_id>/answers")
@signed_in
def answer(draft_id: int) -> Response | tuple[str, int]:
    """Settles what was asked."""
    return _settle(draft_id, reading_form.answer_questions, _to_draft)


@pages.post("/drafts/<int:draft_id>/answers/forget")
@signed_in
def ask_again(draft_id: int) -> Response | tuple[str, int]:
    """Forgets every answer, so that everything is asked again."""
    return _settle(draft_id, reading_form.ask_again, _to_draft)


@pages.post("/drafts/<int:draft_id>/confirm")
@signed_in
def confirm_draft(draft_id: int) -> Response | tuple[str, int]:
    """Settles what the fields of the reading say, and stores the lines."""
    return _settle(draft_id, reading_form.say_of_reading, _confirm)


def _settle(
    draft_id: int,
    say: Callable[[Answers, Terms], Answers],
    then: Callable[[WaitingDraft], Response | tuple[str, int]],
) -> Response | tuple[str, int]:
    """Keeps what a form says of a draft, and goes on; shows what was refused beside the form."""
    about = describe_draft(engine(), draft_id)
    terms = write_in_terms_of(about.government)
    answers = open_draft(engine(), settings(), draft_id, actor=actor()).answers
    try:
        answers = say(answers, terms)
        settle(engine(), settings(), draft_id, answers, seen=reading_form.seen_reading(), actor=actor())
    except RefusedError as refusal:
        if refusal.kind in ("missing", "busy"):
            raise
        return _draft_page(about, refusal, answers), 400
    return then(about)


def _to_draft(about: WaitingDraft) -> Response:
    return redirect(url_for("submissions.draft", draft_id=about.id))


@pages.post("/drafts/<int:draft_id>/discard")
@signed_in
def discard(draft_id: int) -> Response:
    """Forgets a workbook that waits."""
    drafts.discard(engine(), draft_id, actor())
    flash("The workbook was discarded; nothing of it is kept.", "success")
    return redirect(url_for("submissions.index"))


def _confirm(about: WaitingDraft) -> Response | tuple[str, int]:
    """Stores the lines as the page has just settled them."""
    opened = open_draft(engine(), settings(), about.id, actor=actor())
    overlap = request.form.get("overlap")
    chosen = cast("Overlap | None", overlap if overlap in ("replace", "add") else None)
    try:
        submission_id = confirm(engine(), settings(), about.id, actor(), None, chosen, seen=opened.hash)
    except RefusedError as refusal:
        if refusal.kind == "missing":
            raise
        return _draft_page(about, refusal), 400
    flash(f"{len(opened.reading.lines):,} lines of {about.file_name} are stored.", "success")
    return redirect(url_for("submissions.stored", submission_id=submission_id))


def _draft_page(about: WaitingDraft, refusal: RefusedError | None = None, answers: Answers | None = None) -> str:
    """How a workbook was read, with what was refused, and with what a person said of it where that was not kept."""
    page = open_draft_page(engine(), settings(), about, rights(), sight(), actor())
    return render_template(
        "returns/reading.html",
        draft=about,
        page=page,
        answers=answers or page.opened.answers,
        errors=[{"text": refusal.message, "href": reading_form.field_of(refusal)}] if refusal else [],
        **reading_form.choices(write_in_terms_of(about.government)),
    )


@pages.route("/drafts/<int:draft_id>/sheets/<int:position>", methods=["GET", "POST"])
@signed_in
def sheet(draft_id: int, position: int) -> Response | str | tuple[str, int]:
    """One sheet as a grid, coloured by what each cell was taken for, with every belief to correct."""
    about = describe_draft(engine(), draft_id)
    terms = write_in_terms_of(about.government)
    if request.method == "POST":
        return _settle_table(about, terms, position, reading_form.say_of_table(draft_id, terms))
    return _sheet_page(about, terms, position)


@pages.post("/drafts/<int:draft_id>/sheets/<int:position>/forget")
@signed_in
def forget(draft_id: int, position: int) -> Response | tuple[str, int]:
    """Forgets what a person settled of a table."""
    about = describe_draft(engine(), draft_id)
    return _settle_table(about, write_in_terms_of(about.government), position, TableAnswers())


def _settle_table(
    about: WaitingDraft, terms: Terms, position: int, answers: TableAnswers
) -> Response | tuple[str, int]:
    key = request.form.get("table", "")
    try:
        settle_table(engine(), settings(), about.id, key, answers, seen=reading_form.seen_reading(), actor=actor())
    except RefusedError as refusal:
        if refusal.kind != "conflict":
            raise
        return _sheet_page(about, terms, position, refusal.message, _both_of(about.id, key, answers)), 409
    return redirect(url_for("submissions.sheet", draft_id=about.id, position=position))


def _sheet_page(about: WaitingDraft, terms: Terms, position: int, error: str = "", both: Sequence[Both] = ()) -> str:
    """One sheet, with what was refused, and what others settled of a table beside what a person would."""
    first = read_whole(request.args.get("first", "1")) or 1
    page = open_sheet_page(engine(), settings(), about, position, first, rights(), actor())
    return render_template(
        "returns/sheet.html",
        error=error,
        both=both,
        draft=about,
        page=page,
        totals_shown=TOTALS_SHOWN,
        **reading_form.choices(terms),
        roles=reading_form.ROLES,
        rows_shown=ROWS_SHOWN,
    )


def _both_of(draft_id: int, key: str, yours: TableAnswers) -> list[Both]:
    """What is settled of a table now, beside what the form would settle."""
    now = kept_answers(engine(), draft_id).tables.get(key, TableAnswers())
    found = [
        Both(
            f"Column {letter}",
            reading_form.ROLES.get(now.columns.get(letter, ""), ""),
            reading_form.ROLES.get(yours.columns.get(letter, ""), ""),
        )
        for letter in sorted({*now.columns, *yours.columns})
        if now.columns.get(letter) != yours.columns.get(letter)
    ]
    for name in ("body", "stage", "flow", "version", "fiscal_year", "unit", "counted"):
        held, asked = getattr(now, name), getattr(yours, name)
        if held != asked:
            shown = ("" if each in (None, "") else str(each) for each in (held, asked))
            found.append(Both(name.replace("_", " ").capitalize(), *shown))
    return found


@pages.get("/drafts/<int:draft_id>/findings.xlsx")
@signed_in
def findings_workbook(draft_id: int) -> Response:
    """The team's own workbook with every finding marked in it."""
    about = describe_draft(engine(), draft_id)
    content = annotate_draft(engine(), settings(), draft_id)
    name = f"{plain_name(about.file_name).rsplit('.', 1)[0]} - findings.xlsx"
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)


@pages.get("/template.xlsx")
def template_workbook() -> Response:
    """A workbook to fill in, for those who prefer one."""
    data = fill_in(engine(), settings(), request.args.get("government", settings().government))
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name="budget-return.xlsx")


@pages.get("/submissions/<int:submission_id>")
@signed_in
def stored(submission_id: int) -> str:
    """How a stored workbook was read, and what to do next."""
    return _stored_page(submission_id)


@pages.post("/submissions/<int:submission_id>/ask")
@signed_in
def ask(submission_id: int) -> Response:
    """Asks for a return to be approved."""
    approving.ask_for_approval(engine(), submission_id, actor(), request.form.get("message", ""), asked_day())
    flash("Asked for. It stands on the page of those who may approve it.", "success")
    return redirect(url_for("submissions.stored", submission_id=submission_id))


@pages.post("/submissions/<int:submission_id>/approve")
@signed_in
def approve(submission_id: int) -> Response:
    """Approves a return."""
    approving.approve_return(engine(), submission_id, actor())
    flash("Approved. What is made of it can be published.", "success")
    return redirect(url_for("submissions.stored", submission_id=submission_id))


@pages.post("/submissions/<int:submission_id>/return")
@signed_in
def send_back(submission_id: int) -> Response | tuple[str, int]:
    """Returns a return to those who sent it."""
    try:
        approving.send_return_back(engine(), submission_id, actor(), request.form.get("reason", ""))
    except RefusedError as refusal:
        if refusal.kind != "invalid":
            raise
        return _stored_page(submission_id, error=refusal.message), 422
    flash("Returned to those who sent it.", "success")
    return redirect(url_for("submissions.stored", submission_id=submission_id))


def _stored_page(submission_id: int, *, error: str = "") -> str:
    submission, reading = listing.open_submission(engine(), submission_id)
    write_in_terms_of(submission.government)
    about = of_submission(engine(), submission_id)
    return render_template(
        "returns/submission.html",
        submission=submission,
        case=approving.approval_of_return(engine(), submission_id),
        authors=submission.authors,
        may_approve=about is not None and rights().may("approve-return", about),
        may_ask=about is not None and rights().may("confirm-return", about),
        bodies=about.bodies if about is not None else (),
        me=actor(),
        error=error,
        mappings=mappings_in_force(engine(), submission.government),
        shown=show_reading(reading),
    )


@pages.post("/runs")
@signed_in
def run() -> Response:
    """Allocates a government's lines by a mapping, with the versions that a person named for some bodies. Who may not
    see what came of it, for what it counts, is told so.
    """
    government = request.form.get("government", "")
    mapping, version_id = find_mapping(engine(), government, request.form.get("mapping", ""))
    said = {key.removeprefix("version:"): text for key, text in request.form.items() if key.startswith("version:")}
    versions = {body: text for body, text in said.items() if text}
    result = run_allocation(engine(), mapping, government, actor(), version_id=version_id, versions=versions)
    if not sight().sees(Subject(government), markings_of(engine(), "run", result.id)):
        flash(
            f"{mapping.title} was allocated, and what came of it stays hidden from you: it counts a return that is "
            "marked more closely than your roles see. Who may see it finds it among the figures.",
            "message",
        )
        return redirect(url_for("submissions.index"))
    return redirect(url_for("figures.overview", run=result.id[:16]))
