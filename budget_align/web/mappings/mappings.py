"""Pages: mappings, their drafts and the workbench on which they are made."""

from __future__ import annotations

import io
from collections.abc import Mapping as Lookup
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from budget_align.core.editing.edits import MappingSettings
from budget_align.core.editing.line_groups import GRAINS
from budget_align.core.rules.mapping import UNALIGNED, Mapping, read_shares
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import list_frameworks
from budget_align.services.mappings import approving, drafting, versions, workbench
from budget_align.services.mappings.carrying import carry_forward
from budget_align.services.mappings.embedding import open_model
from budget_align.services.mappings.mapping_workbooks import accept_upload, download_mapping, read_upload
from budget_align.services.returns import listing
from budget_align.web.context import XLSX, actor, asked_day, engine, rights, sent_file, settings, signed_in
from budget_align.web.mappings.draft_requests import asked_grain, asked_period, asked_version, back, seen_revision, tell
from budget_align.web.numbers import read_whole
from budget_align.web.people.gate import may
from budget_align.web.terms import write_in_terms_of

pages = Blueprint("mappings", __name__)

_CARRIED_SHOWN = 100
_NAMED = 4

OVERHEADS = {
    "direct": "To direct spend alone",
    "step-down": "Step by step, in the order of the rules",
    "reciprocal": "Both ways among overhead units, solved together",
}


@pages.get("/mappings")
@signed_in
def index() -> str:
    """Every mapping: own drafts and versions, and those that come with the product."""
    seen = rights().sees_government
    return render_template(
        "mappings/mappings.html",
        versions=[each for each in versions.list_versions(engine()) if seen("see-mappings", each.government)],
        bundled=list(catalogue.mappings().values()),
        frameworks=list(list_frameworks(engine()).values()),
        governments=[each for each in listing.known_governments(engine()) if may("edit-mapping", each)],
        approvals={
            each: approving.approved_bundled(engine(), each)
            for each in listing.known_governments(engine())
            if seen("see-mappings", each)
        },
    )


@pages.post("/mappings")
@signed_in
def begin() -> Response:
    """Begins a draft."""
    form = request.form
    government = form.get("government", "").strip()
    if government not in listing.known_governments(engine()) and not form.get("based_on"):
        raise RefusedError("no-lines", "Choose a government with a confirmed return; import a workbook first.")
    based_on = form.get("based_on", "")
    like = form.get("like", "")
    draft = drafting.begin_draft(
        engine(),
        government,
        actor(),
        title=form.get("title", ""),
        framework=form.get("framework", ""),
        like=catalogue.mapping(like) if like else None,
        based_on=read_whole(based_on),
    )
    return redirect(url_for("mappings.bench", version_id=draft))


@pages.get("/mappings/<int:version_id>")
@signed_in
def bench(version_id: int) -> str:
    """The workbench of a draft, or what an approved version does."""
    stage, year = asked_period()
    embed = open_model(settings().embedding_model)
    found = workbench.open_workbench(engine(), version_id, stage=stage, year=year, grain=asked_grain(), embed=embed)
    write_in_terms_of(found.version.government)
    return render_template(
        "mappings/workbench.html",
        bench=found,
        version=found.version,
        names=found.version.framework.names(),
        grains=GRAINS,
        overheads=OVERHEADS,
        revisions=versions.list_revisions(engine(), version_id)[:12],
        me=actor(),
        case=approving.approval_of_version(engine(), version_id),
    )


@pages.post("/mappings/<int:version_id>/settings")
@signed_in
def change_settings(version_id: int) -> Response:
    """Changes what holds for all rules: title, note, how overheads are given out, how missions split."""
    form = request.form
    version = asked_version(version_id)
    overheads = form.get("overheads", "direct")
    missions = {
        mission.code: read_shares({o.code: form.get(f"mission:{o.code}", "") for o in mission.outcomes}, mission.name)
        for mission in version.framework.missions
    }
    edit = MappingSettings(
        form.get("title", "").strip()[:300],
        form.get("note", "").strip()[:2000],
        cast(Any, overheads if overheads in OVERHEADS else "direct"),
        {code: shares for code, shares in missions.items() if shares},
    )
    tell(drafting.change_draft(engine(), version_id, edit, seen_revision(), actor()), "Saved.")
    return back(version_id)


@pages.post("/mappings/<int:version_id>/undo")
@signed_in
def undo(version_id: int) -> Response:
    """Takes the last change back."""
    tell(drafting.undo(engine(), version_id, seen_revision(), actor()), "The last change is undone.")
    return back(version_id)


@pages.post("/mappings/<int:version_id>/approve")
@signed_in
def approve(version_id: int) -> Response:
    """Approves a draft."""
    number = drafting.approve(engine(), version_id, seen_revision(), actor())
    flash(f"Approved as version {number}. It never changes now; allocate by it under Returns.", "success")
    return back(version_id)


@pages.post("/mappings/<int:version_id>/ask")
@signed_in
def ask(version_id: int) -> Response:
    """Asks for a draft to be approved."""
    message, seen = request.form.get("message", ""), seen_revision()
    approving.ask_for_approval(engine(), version_id, actor(), message, asked_day(), seen=seen)
    flash("Asked for. It stands on the page of those who may approve it.", "success")
    return back(version_id)


@pages.post("/mappings/<int:version_id>/return")
@signed_in
def send_back(version_id: int) -> Response:
    """Returns a draft to those who wrote it."""
    try:
        reason = request.form.get("reason", "")
        approving.send_draft_back(engine(), version_id, actor(), reason, seen=seen_revision())
    except RefusedError as refusal:
        if refusal.kind != "invalid":
            raise
        flash(refusal.message, "message")
        return back(version_id)
    flash("Returned to those who wrote it.", "success")
    return back(version_id)


@pages.post("/mappings/bundled")
@signed_in
def approve_bundled() -> Response:
    """Approves a mapping that comes with the product for a government."""
    government, name = request.form.get("government", ""), request.form.get("name", "")
    approving.approve_bundled(engine(), government, name, actor())
    flash(f"Approved for {government}. What is allocated by it can be published.", "success")
    return redirect(url_for("mappings.index", _anchor="bundled"))


@pages.post("/mappings/<int:version_id>/discard")
@signed_in
def discard(version_id: int) -> Response:
    """Forgets a draft."""
    drafting.discard_draft(engine(), version_id, actor(), seen_revision())
    flash("The draft is discarded.", "success")
    return redirect(url_for("mappings.index"))


@pages.get("/mappings/<int:version_id>/changes")
@signed_in
def changes(version_id: int) -> str:
    """What a draft or version changes against another, rule by rule and amount by amount."""
    version = asked_version(version_id)
    others: dict[str, tuple[str, Mapping]] = {
        str(other.id): (f"{other.mapping.title}, {other.label}", other.mapping)
        for other in versions.list_versions(engine(), version.government)
        if other.id != version.id and other.framework.code == version.framework.code
    }
    for bundled in catalogue.mappings().values():
        if bundled.framework == version.framework.code:
            others[bundled.name] = f"{bundled.title}, as it comes with the product", bundled
    usual = str(version.based_on) if version.based_on is not None else version.mapping.name
    chosen = request.args.get("with", usual)
    label, before = others.get(chosen, ("", None))
    stage, year = asked_period()
    return render_template(
        "mappings/mapping_changes.html",
        version=version,
        others={key: label for key, (label, _) in others.items()},
        chosen=chosen if before else "none",
        found=workbench.compare(engine(), version, before, label, stage=stage, year=year),
        me=actor(),
    )


@pages.get("/mappings/<int:version_id>/carried")
@signed_in
def carried(version_id: int) -> str:
    """What a mapping says of a year's lines that are as they were the year before, and which wait to be looked at."""
    stage, year = asked_period()
    found = carry_forward(engine(), version_id, stage=stage, year=year)
    write_in_terms_of(found.version.government)
    names = {**found.version.framework.names(), UNALIGNED: "decided by its rule"}

    def served(tags: Lookup[str, int]) -> str:
        said = sorted(tags.items(), key=lambda each: -each[1])
        return ", ".join(names.get(code, code) for code, _ in said[:_NAMED]) or "nothing yet"

    minutes = max(1, round(found.seconds / 60))
    time = f"{minutes} minute{'s' if minutes != 1 else ''}" if minutes < 90 else f"{round(minutes / 60)} hours"
    return render_template(
        "mappings/mapping_carried.html", carried=found, served=served, time=time, most=_CARRIED_SHOWN
    )


@pages.get("/mappings/<int:version_id>/workbook.xlsx")
@signed_in
def workbook(version_id: int) -> Response:
    """The mapping as a workbook, to be edited and sent back."""
    name, content = download_mapping(engine(), settings(), version_id)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)


@pages.route("/mappings/<int:version_id>/upload", methods=["GET", "POST"])
@signed_in
def upload(version_id: int) -> Response | str | tuple[str, int]:
    """Takes an edited workbook, and shows what it changes."""
    version = asked_version(version_id)
    shown: dict[str, Any] = {"version": version, "found": None, "error": ""}
    if request.method == "GET":
        return render_template("mappings/mapping_upload.html", **shown)
    sent = sent_file()
    if sent is None:
        return render_template("mappings/mapping_upload.html", **{**shown, "error": "Choose a workbook"}), 400
    try:
        found = read_upload(engine(), settings(), version_id, *sent)
    except RefusedError as refusal:
        return render_template("mappings/mapping_upload.html", **{**shown, "error": refusal.message}), 422
    page = render_template("mappings/mapping_upload.html", **{**shown, "found": found})
    return page, 422 if found.findings else 200


@pages.post("/mappings/<int:version_id>/upload/accept")
@signed_in
def accept(version_id: int) -> Response:
    """Takes over what a workbook changes, as a person saw it."""
    saved = accept_upload(engine(), version_id, request.form.get("mapping", ""), seen_revision(), actor())
    tell(saved, "The workbook is taken over; Undo takes it back.")
    return back(version_id)
