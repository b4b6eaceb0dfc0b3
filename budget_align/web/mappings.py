"""Pages: mappings, their drafts and the workbench on which they are made."""

from __future__ import annotations

import dataclasses
import io
from contextlib import closing
from datetime import date
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from budget_align.core import fiscal_year
from budget_align.core.condition import FIELD_NAMES
from budget_align.core.exact import WHOLE
from budget_align.core.framework import Framework
from budget_align.core.line_groups import GRAINS, Grain, LineGroup
from budget_align.core.mapping import FOLLOWS, Mapping, read_shares
from budget_align.core.mapping_edits import DropRule, MoveRule, PutRule
from budget_align.core.mapping_edits import Settings as MappingSettings
from budget_align.core.refusal import RefusedError
from budget_align.services import catalogue, listing, mappings, workbench
from budget_align.services.mapping_workbooks import accept_upload, download_mapping, read_upload
from budget_align.services.mappings import ChangedMeanwhileError, Saved, Version
from budget_align.services.suggesting import record_refused, record_taken
from budget_align.web import rule_form
from budget_align.web.context import XLSX, actor, engine, settings, signed_in
from budget_align.web.rule_form import RuleForm

pages = Blueprint("mappings", __name__)

OVERHEADS = {
    "direct": "To direct spend alone",
    "step-down": "Step by step, in the order of the rules",
    "reciprocal": "Both ways among overhead units, solved together",
}


@pages.get("/mappings")
@signed_in
def index() -> str:
    """Every mapping: own drafts and versions, and those that come with the product."""
    return render_template(
        "mappings.html",
        versions=mappings.list_versions(engine()),
        bundled=list(catalogue.mappings().values()),
        frameworks=list(catalogue.frameworks().values()),
        governments=listing.known_governments(engine()),
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
    draft = mappings.begin_draft(
        engine(),
        government,
        actor(),
        title=form.get("title", ""),
        framework=form.get("framework", ""),
        like=catalogue.mapping(like) if like else None,
        based_on=int(based_on) if based_on.isdigit() else None,
    )
    return redirect(url_for("mappings.bench", version_id=draft))


@pages.get("/mappings/<int:version_id>")
@signed_in
def bench(version_id: int) -> str:
    """The workbench of a draft, or what an approved version does."""
    stage, year = _period()
    found = workbench.open_workbench(engine(), version_id, stage=stage, year=year, grain=_grain())
    return render_template(
        "workbench.html",
        bench=found,
        version=found.version,
        names=found.version.framework.names(),
        grains=GRAINS,
        overheads=OVERHEADS,
        revisions=mappings.list_revisions(engine(), version_id)[:12],
        me=actor(),
    )


@pages.post("/mappings/<int:version_id>/accept")
@signed_in
def accept(version_id: int) -> Response:
    """Makes a rule that gives a waiting group to the outcome that a person chose."""
    version = mappings.open_version(engine(), version_id)
    outcome = request.form.get("outcome", "")
    if outcome not in version.framework.outcome_names():
        raise RefusedError("unknown-outcome", "Choose an outcome of the framework.")
    group = _group(version)
    if group is None:
        flash("A rule takes these lines already; nothing was changed.", "message")
        return _back(version_id)
    name = version.framework.outcome_names()[outcome]
    rule = workbench.rule_for(group, {outcome: WHOLE}, version, actor(), f"What it buys serves {name}.", date.today())
    saved = mappings.change_draft(engine(), version_id, PutRule(rule), _seen(), actor())
    record_taken(engine(), version.government, version.framework.code, group.words, {outcome: WHOLE}, actor())
    _tell(saved, f"{group.lines:,} lines of {group.label} now serve {name}.")
    return _back(version_id)


@pages.post("/mappings/<int:version_id>/refuse")
@signed_in
def refuse(version_id: int) -> Response:
    """Remembers that an outcome is wrong for a group."""
    version = mappings.open_version(engine(), version_id)
    group = _group(version)
    outcome = request.form.get("outcome", "")
    if group is not None and outcome in version.framework.outcome_names():
        record_refused(engine(), version.government, version.framework.code, group.words, outcome, actor())
        flash(f"{version.framework.outcome_names()[outcome]} is not suggested for {group.label} any more.", "success")
    return _back(version_id)


@pages.route("/mappings/<int:version_id>/rules/new", methods=["GET", "POST"])
@signed_in
def new_rule(version_id: int) -> Response | str | tuple[str, int]:
    """A new rule, for a waiting group or from nothing."""
    version = mappings.open_version(engine(), version_id)
    if request.method == "POST":
        return _save_rule(version, "")
    form = RuleForm(conditions=(("body", "equals", ""),))
    if request.args.get("label") is not None:
        group = _group(version)
        if group is not None:
            outcome = request.args.get("outcome", "")
            form = rule_form.from_conditions(group.when, [(outcome, "100")] if outcome else [], group.words)
    return _rule_page(version, form, "", version.revision)


@pages.route("/mappings/<int:version_id>/rules/<rule_id>", methods=["GET", "POST"])
@signed_in
def rule(version_id: int, rule_id: str) -> Response | str | tuple[str, int]:
    """One rule, to be changed, with what it takes."""
    version = mappings.open_version(engine(), version_id)
    if request.method == "POST":
        return _save_rule(version, rule_id)
    try:
        form = rule_form.from_rule(version.mapping.rule(rule_id))
    except KeyError as error:
        raise RefusedError("no-rule", f"The mapping has no rule {rule_id!r} any more.") from error
    return _rule_page(version, form, rule_id, version.revision)


@pages.post("/mappings/<int:version_id>/count")
@signed_in
def count(version_id: int) -> str:
    """What a rule that is being written would take, for the page to show as it is typed."""
    version = mappings.open_version(engine(), version_id)
    form = rule_form.from_request(request.form)
    return _count_fragment(version, form, request.form.get("instead_of", ""))


@pages.post("/mappings/<int:version_id>/rules/<rule_id>/move")
@signed_in
def move_rule(version_id: int, rule_id: str) -> Response:
    """Moves a rule to another place."""
    said = request.form.get("place", "").strip()
    if not said.isdigit() or len(said) > 6:
        raise RefusedError("bad-rule", "Write the place as a number, counted from 1.")
    saved = mappings.change_draft(engine(), version_id, MoveRule(rule_id, int(said)), _seen(), actor())
    _tell(saved, f"Rule {rule_id} moved.")
    return _back(version_id, "rules")


@pages.post("/mappings/<int:version_id>/rules/<rule_id>/drop")
@signed_in
def drop_rule(version_id: int, rule_id: str) -> Response:
    """Takes a rule out."""
    saved = mappings.change_draft(engine(), version_id, DropRule(rule_id), _seen(), actor())
    _tell(saved, f"Rule {rule_id} is gone; Undo brings it back.")
    return _back(version_id, "rules")


@pages.post("/mappings/<int:version_id>/settings")
@signed_in
def change_settings(version_id: int) -> Response:
    """Changes what holds for all rules: title, note, how overheads are given out, how missions split."""
    form = request.form
    version = mappings.open_version(engine(), version_id)
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
    _tell(mappings.change_draft(engine(), version_id, edit, _seen(), actor()), "Saved.")
    return _back(version_id)


@pages.post("/mappings/<int:version_id>/undo")
@signed_in
def undo(version_id: int) -> Response:
    """Takes the last change back."""
    _tell(mappings.undo(engine(), version_id, _seen(), actor()), "The last change is undone.")
    return _back(version_id)


@pages.post("/mappings/<int:version_id>/approve")
@signed_in
def approve(version_id: int) -> Response:
    """Approves a draft."""
    number = mappings.approve(engine(), version_id, _seen(), actor())
    flash(f"Approved as version {number}. It never changes now; allocate by it under Returns.", "success")
    return _back(version_id)


@pages.post("/mappings/<int:version_id>/discard")
@signed_in
def discard(version_id: int) -> Response:
    """Forgets a draft."""
    mappings.discard_draft(engine(), version_id, actor())
    flash("The draft is discarded.", "success")
    return redirect(url_for("mappings.index"))


@pages.get("/mappings/<int:version_id>/changes")
@signed_in
def changes(version_id: int) -> str:
    """What a draft or version changes against another, rule by rule and pound by pound."""
    version = mappings.open_version(engine(), version_id)
    others: dict[str, tuple[str, Mapping]] = {
        str(other.id): (f"{other.mapping.title}, {other.label}", other.mapping)
        for other in mappings.list_versions(engine(), version.government)
        if other.id != version.id and other.framework.code == version.framework.code
    }
    for bundled in catalogue.mappings().values():
        if bundled.framework == version.framework.code:
            others[bundled.name] = f"{bundled.title}, as it comes with the product", bundled
    usual = str(version.based_on) if version.based_on is not None else version.mapping.name
    chosen = request.args.get("with", usual)
    label, before = others.get(chosen, ("", None))
    stage, year = _period()
    return render_template(
        "mapping_changes.html",
        version=version,
        others={key: label for key, (label, _) in others.items()},
        chosen=chosen if before else "none",
        found=workbench.compare(engine(), version, before, label, stage=stage, year=year),
        me=actor(),
    )


@pages.get("/mappings/<int:version_id>/workbook.xlsx")
@signed_in
def workbook(version_id: int) -> Response:
    """The mapping as a workbook, to be edited and sent back."""
    name, content = download_mapping(engine(), version_id)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)


@pages.route("/mappings/<int:version_id>/upload", methods=["GET", "POST"])
@signed_in
def upload(version_id: int) -> Response | str | tuple[str, int]:
    """Takes an edited workbook, shows what it changes, and stores it once a person accepts."""
    version = mappings.open_version(engine(), version_id)
    shown: dict[str, Any] = {"version": version, "found": None, "error": ""}
    if request.method == "GET":
        return render_template("mapping_upload.html", **shown)
    if request.form.get("do") == "accept":
        _tell(
            accept_upload(engine(), version_id, request.form.get("mapping", ""), _seen(), actor()),
            "The workbook is taken over; Undo takes it back.",
        )
        return _back(version_id)
    file = request.files.get("file")
    if file is None or not file.filename:
        return render_template("mapping_upload.html", **{**shown, "error": "Choose a workbook"}), 400
    with closing(file):
        try:
            found = read_upload(engine(), settings(), version_id, file.read(), file.filename)
        except RefusedError as refusal:
            return render_template("mapping_upload.html", **{**shown, "error": refusal.message}), 422
    page = render_template("mapping_upload.html", **{**shown, "found": found})
    return page, 422 if found.findings else 200


def _save_rule(version: Version, rule_id: str) -> Response | str | tuple[str, int]:
    form = rule_form.from_request(request.form)
    seen = _seen()
    if request.form.get("do") in ("count", "more"):
        if request.form.get("do") == "more":
            form = dataclasses.replace(form, conditions=(*form.conditions, ("programme", "contains", "")))
        return _rule_page(version, form, rule_id, seen)
    try:
        taken = [each.id for each in version.mapping.rules if each.id != rule_id]
        made = form.to_rule(actor(), taken).model_copy(update={"dated": date.today()})
        edit = PutRule(made, rule_id)
        saved = mappings.change_draft(engine(), version.id, edit, seen, actor())
    except ChangedMeanwhileError as clash:
        now = mappings.open_version(engine(), version.id)
        return _rule_page(now, form, rule_id, clash.revision, clash=clash), 409
    except RefusedError as refusal:
        return _rule_page(version, form, rule_id, seen, error=refusal.message), 400
    shares = {code: part for code, part in version.mapping.shares_of(made).items() if part}
    if form.words and shares and not rule_id:
        record_taken(engine(), version.government, version.framework.code, form.words, shares, actor())
    _tell(saved, f"Rule {made.id} is saved.")
    return _back(version.id)


def _rule_page(
    version: Version,
    form: RuleForm,
    rule_id: str,
    seen: int,
    *,
    error: str = "",
    clash: ChangedMeanwhileError | None = None,
) -> str:
    blank = tuple(("programme", "contains", "") for _ in range(rule_form.SPARE_CONDITIONS))
    spare = tuple(("", "") for _ in range(rule_form.SPARE_SHARES))
    return render_template(
        "rule.html",
        version=version,
        form=form,
        conditions=(*form.conditions, *blank),
        shares=(*form.shares, *spare),
        rule_id=rule_id,
        seen=seen,
        error=error,
        clash=clash,
        counted=_count_fragment(version, form, rule_id),
        fields={**FIELD_NAMES, **workbench.extra_fields(engine(), version.government)},
        verbs=rule_form.VERB_CHOICES,
        kinds=rule_form.KINDS,
        choices=_choices(version.framework, version),
        follows=FOLLOWS,
        drivers=sorted(set(workbench.measures_of(engine(), version.government)["driver"])),
        names=version.framework.names(),
    )


def _choices(framework: Framework, version: Version) -> dict[str, str]:
    """What a rule may give to: outcomes, and missions that have shares of their own."""
    own = {f"mission:{code}" for code in version.mapping.missions}
    return {code: name for code, name in framework.names().items() if not code.startswith("mission:") or code in own}


def _count_fragment(version: Version, form: RuleForm, instead_of: str) -> str:
    stage, year = _period()
    try:
        # What it serves does not matter for what it takes.
        probe = dataclasses.replace(form, kind="none", none="count", why="count", evidence="", id="count")
        made = probe.to_rule(actor(), [])
        found = workbench.count_rule(engine(), version, made, instead_of, stage=stage, year=year)
    except RefusedError as refusal:
        return render_template("rule_count.html", found=None, message=refusal.message)
    return render_template("rule_count.html", found=found, message="")


def _group(version: Version) -> LineGroup | None:
    stage, year = _period()
    said = request.values
    return workbench.find_group(
        engine(), version, said.get("label", ""), said.get("body", ""), _grain(), stage=stage, year=year
    )


def _tell(saved: Saved, message: str) -> None:
    flash(message, "success")
    if saved.meanwhile:
        ids = ", ".join(change.rule_id for change in saved.meanwhile)
        flash(f"Meanwhile {' and '.join(saved.by)} changed other rules, and both hold: {ids}.", "message")


def _seen() -> int:
    said = request.form.get("revision", "")
    if not said.isdigit() or len(said) > 9:
        raise RefusedError("no-revision", "The page is out of date; reload it and try again.")
    return int(said)


def _grain() -> Grain:
    said = request.values.get("grain", "")
    return said if said in GRAINS else "unit"


def _period() -> tuple[str | None, int | None]:
    stage, _, year = request.values.get("period", "").partition("-")
    return (stage, int(year)) if stage and year.isdigit() and len(year) < 5 else (None, None)


def _back(version_id: int, anchor: str | None = None) -> Response:
    """To the workbench, in the view that the person came from."""
    kept: dict[str, Any] = {name: request.values[name] for name in ("period", "grain") if request.values.get(name)}
    return redirect(url_for("mappings.bench", version_id=version_id, **kept, _anchor=anchor))


@pages.app_context_processor
def add_year_labels() -> dict[str, Any]:
    """Lets templates write a year as finance teams do, where they hold it in a variable."""
    return {"year_label": fiscal_year.label}
