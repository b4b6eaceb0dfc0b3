"""Pages: the rules of a draft, written by hand or taken from a suggestion."""

from __future__ import annotations

import dataclasses
from datetime import date

from flask import Blueprint, flash, render_template, request
from werkzeug.wrappers import Response

from budget_align.core.editing.edits import DropRule, MoveRule, PutRule
from budget_align.core.editing.line_groups import LineGroup
from budget_align.core.editing.suggestion import NONE
from budget_align.core.frameworks.framework import MISSION, Framework
from budget_align.core.rules.condition import FIELD_NAMES
from budget_align.core.rules.mapping import FOLLOWS
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings import drafting, versions, workbench
from budget_align.services.mappings.drafting import ChangedMeanwhileError
from budget_align.services.mappings.suggesting import record_refused, record_taken
from budget_align.services.mappings.versions import OpenVersion
from budget_align.web.context import actor, engine, signed_in
from budget_align.web.mappings import rule_form
from budget_align.web.mappings.draft_requests import asked_grain, asked_period, asked_version, back, seen_revision, tell
from budget_align.web.mappings.rule_form import RuleForm
from budget_align.web.numbers import read_whole
from budget_align.web.terms import page_calendar

pages = Blueprint("rules", __name__)


@pages.post("/mappings/<int:version_id>/accept")
@signed_in
def accept(version_id: int) -> Response:
    """Makes a rule that gives a waiting group to the outcome that a person chose."""
    version = asked_version(version_id)
    outcome = request.form.get("outcome", "")
    names = {**version.framework.outcome_names(), NONE: "none of the outcomes"}
    if outcome not in names:
        raise RefusedError("unknown-outcome", "Choose an outcome of the framework.")
    group = _group(version)
    if group is None:
        flash("A rule takes these lines already; nothing was changed.", "message")
        return back(version_id)
    name = names[outcome]
    shares = {outcome: WHOLE} if outcome != NONE else {}
    rule = workbench.rule_for(group, shares, version, actor(), f"What it buys serves {name}.", date.today())
    saved = drafting.change_draft(engine(), version_id, PutRule(rule), seen_revision(), actor())
    record_taken(engine(), version.government, version.framework.code, group.words, {outcome: WHOLE}, actor())
    tell(saved, f"{group.lines:,} lines of {group.label} now serve {name}.")
    return back(version_id)


@pages.post("/mappings/<int:version_id>/refuse")
@signed_in
def refuse(version_id: int) -> Response:
    """Remembers that an outcome is wrong for a group."""
    version = asked_version(version_id)
    group = _group(version)
    outcome = request.form.get("outcome", "")
    names = {**version.framework.outcome_names(), NONE: "None of the outcomes"}
    if group is not None and outcome in names:
        record_refused(engine(), version.government, version.framework.code, group.words, outcome, actor())
        flash(f"{names[outcome]} is not suggested for {group.label} any more.", "success")
    return back(version_id)


@pages.route("/mappings/<int:version_id>/rules/new", methods=["GET", "POST"])
@signed_in
def new_rule(version_id: int) -> Response | str | tuple[str, int]:
    """A new rule, for a waiting group or from nothing."""
    version = asked_version(version_id)
    if request.method == "POST":
        return _save_rule(version, "")
    form = RuleForm(conditions=(("body", "equals", ""),))
    if request.args.get("label") is not None:
        group = _group(version)
        if group is not None:
            outcome = request.args.get("outcome", "")
            shares = [(outcome, "100")] if outcome else []
            form = rule_form.from_conditions(group.when, shares, group.words, page_calendar())
    return _rule_page(version, form, "", version.revision)


@pages.route("/mappings/<int:version_id>/rules/<rule_id>", methods=["GET", "POST"])
@signed_in
def rule(version_id: int, rule_id: str) -> Response | str | tuple[str, int]:
    """One rule, to be changed, with what it takes."""
    version = asked_version(version_id)
    if request.method == "POST":
        return _save_rule(version, rule_id)
    try:
        form = rule_form.from_rule(version.mapping.rule(rule_id), page_calendar())
    except KeyError as error:
        raise RefusedError("no-rule", f"The mapping has no rule {rule_id!r} any more.") from error
    return _rule_page(version, form, rule_id, version.revision)


@pages.post("/mappings/<int:version_id>/count")
@signed_in
def count(version_id: int) -> str:
    """What a rule that is being written would take, for the page to show as it is typed."""
    version = asked_version(version_id)
    form = rule_form.from_request(request.form)
    return _count_fragment(version, form, request.form.get("instead_of", ""))


@pages.post("/mappings/<int:version_id>/rule")
@signed_in
def write_on(version_id: int) -> str:
    """A rule that is being written, as it was typed, counted again; with another row where the address asks for one."""
    version = asked_version(version_id)
    form = rule_form.from_request(request.form)
    if "row" in request.args:
        form = dataclasses.replace(form, conditions=(*form.conditions, ("programme", "contains", "")))
    return _rule_page(version, form, request.form.get("instead_of", ""), seen_revision())


@pages.post("/mappings/<int:version_id>/rules/<rule_id>/move")
@signed_in
def move_rule(version_id: int, rule_id: str) -> Response:
    """Moves a rule to another place."""
    said = request.form.get("place", "").strip()
    if read_whole(said, 999_999) is None:
        raise RefusedError("bad-rule", "Write the place as a number, counted from 1.")
    saved = drafting.change_draft(engine(), version_id, MoveRule(rule_id, int(said)), seen_revision(), actor())
    tell(saved, f"Rule {rule_id} moved.")
    return back(version_id, "rules")


@pages.post("/mappings/<int:version_id>/rules/<rule_id>/drop")
@signed_in
def drop_rule(version_id: int, rule_id: str) -> Response:
    """Takes a rule out."""
    saved = drafting.change_draft(engine(), version_id, DropRule(rule_id), seen_revision(), actor())
    tell(saved, f"Rule {rule_id} is gone; Undo brings it back.")
    return back(version_id, "rules")


def _save_rule(version: OpenVersion, rule_id: str) -> Response | tuple[str, int]:
    form = rule_form.from_request(request.form)
    seen = seen_revision()
    try:
        taken = [each.id for each in version.mapping.rules if each.id != rule_id]
        made = form.to_rule(actor(), taken, page_calendar()).model_copy(update={"dated": date.today()})
        edit = PutRule(made, rule_id)
        saved = drafting.change_draft(engine(), version.id, edit, seen, actor())
    except ChangedMeanwhileError as clash:
        now = versions.open_version(engine(), version.id)
        return _rule_page(now, form, rule_id, clash.revision, clash=clash), 409
    except RefusedError as refusal:
        return _rule_page(version, form, rule_id, seen, error=refusal.message), 400
    shares = {code: part for code, part in version.mapping.shares_of(made).items() if part}
    if form.words and shares and not rule_id:
        record_taken(engine(), version.government, version.framework.code, form.words, shares, actor())
    tell(saved, f"Rule {made.id} is saved.")
    return back(version.id)


def _rule_page(
    version: OpenVersion,
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
        "mappings/rule.html",
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
        flows=rule_form.FLOW_CHOICES,
        choices=_choices(version.framework, version),
        follows=FOLLOWS,
        drivers=sorted(set(workbench.measures_of(engine(), version.government)["driver"])),
        names=version.framework.names(),
    )


def _choices(framework: Framework, version: OpenVersion) -> dict[str, str]:
    """What a rule may give to: outcomes, and missions that have shares of their own."""
    own = {f"{MISSION}{code}" for code in version.mapping.missions}
    return {code: name for code, name in framework.names().items() if not code.startswith(MISSION) or code in own}


def _count_fragment(version: OpenVersion, form: RuleForm, instead_of: str) -> str:
    stage, year = asked_period()
    try:
        # What it serves does not matter for what it takes.
        probe = dataclasses.replace(form, kind="none", none="count", why="count", evidence="", id="count")
        made = probe.to_rule(actor(), [], page_calendar())
        found = workbench.count_rule(engine(), version, made, instead_of, stage=stage, year=year)
    except RefusedError as refusal:
        return render_template("mappings/rule_count.html", found=None, message=refusal.message)
    return render_template("mappings/rule_count.html", found=found, message="")


def _group(version: OpenVersion) -> LineGroup | None:
    stage, year = asked_period()
    said = request.values
    return workbench.find_group(
        engine(), version, said.get("label", ""), said.get("body", ""), asked_grain(), stage=stage, year=year
    )
