"""Pages: the figures of a run, from the overview down to one line's cell."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, g, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from budget_align.core.people.policy import Subject
from budget_align.core.rules.counterparts import UNSTATED
from budget_align.core.values.file_name import plain_name
from budget_align.core.values.refusal import RefusedError
from budget_align.services.pages.figures import (
    Lines,
    Piece,
    open_body,
    open_outcome,
    open_overview,
    open_transfers,
    open_unaligned,
)
from budget_align.services.people.subjects import of_run
from budget_align.services.runs.reporting import draw_outcomes, make_report
from budget_align.services.runs.tracing import source_file, trace_line
from budget_align.services.runs.viewing import OpenRun, RunSummary, list_runs, open_run
from budget_align.web.context import engine, rights, sees_trials, settings, sight
from budget_align.web.costly_pages import costly
from budget_align.web.numbers import read_whole
from budget_align.web.terms import write_in

pages = Blueprint("figures", __name__)

LINES_ON_A_PAGE = 50


@pages.app_context_processor
def add_links() -> dict[str, Any]:
    """Lets templates link within the run, stage, year and view that the page shows."""

    return {"within": link_within}


def link_within(endpoint: str, run: OpenRun, **values: Any) -> str:
    """The address of a page within the run, stage, year and view that are shown."""
    shown: dict[str, Any] = {"run": run.id[:16], "period": f"{run.stage}-{run.fiscal_year}"}
    shown["lens"] = run.lens or None
    if run.levels != run.all_levels:
        shown["level"] = [level or UNSTATED for level in run.levels]
    return url_for(endpoint, **{**shown, **values})


@pages.get("/")
def overview() -> str:
    """Total, aligned share, outcomes by spend, unaligned."""
    runs = _seen_runs()
    if not runs:
        return render_template("empty.html")
    run = asked_run()
    page = open_overview(engine(), run, contributing=request.args.get("view") == "contributing")
    return render_template("runs/overview.html", run=run, runs=runs, page=page)


@pages.get("/outcomes/<code>")
def outcome(code: str) -> str:
    """One outcome: how much, from which bodies, by which lines."""
    run = asked_run()
    page = open_outcome(engine(), settings(), run, code, _piece())
    return render_template("runs/outcome.html", run=run, page=page, pager=_pager(page.lines))


@pages.get("/unaligned")
def unaligned() -> str:
    """Money that serves no outcome yet, largest first."""
    run = asked_run()
    page = open_unaligned(engine(), run, _piece())
    return render_template("runs/unaligned.html", run=run, page=page, pager=_pager(page.lines))


@pages.get("/bodies/<path:name>")
def body(name: str) -> str:
    """One body: how much, to which outcomes, by which lines."""
    run = asked_run()
    page = open_body(engine(), run, name, _piece())
    return render_template("runs/body.html", run=run, page=page, pager=_pager(page.lines))


@pages.get("/lines/<line_id>")
def line(line_id: str) -> str:
    """The trace of one amount, from the outcomes down to the cell."""
    run = asked_run()
    trace = trace_line(engine(), run, line_id)
    return render_template("runs/trace.html", run=run, trace=trace, names=run.own_framework.names())


@pages.get("/files/<file_hash>")
def file(file_hash: str) -> BaseResponse:
    """A workbook behind the figures, as it was received."""
    name, content = source_file(engine(), asked_run(), file_hash)
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=plain_name(name))
    return response


@pages.get("/mapping")
def mapping() -> str:
    """The rules of the run, in order, with their rationale."""
    run = asked_run()
    return render_template("mappings/mapping.html", run=run, names=run.own_framework.names())


@pages.get("/transfers")
def transfers() -> str:
    """What passes between bodies, with both sides' figures."""
    run = asked_run()
    return render_template("runs/transfers.html", run=run, page=open_transfers(engine(), run))


@pages.get("/report.pdf")
@costly
def report() -> BaseResponse:
    """The alignment report as a PDF."""
    run = asked_run()
    name = f"alignment-{run.stage}-{run.year_label}.pdf"
    data = make_report(engine(), settings(), run, for_everyone=not current_user.is_authenticated)
    return send_file(io.BytesIO(data), "application/pdf", download_name=name)


@pages.get("/outcomes.svg")
def outcomes_chart() -> BaseResponse:
    """Outcomes by spend, as a picture; width=narrow for a phone."""
    picture = draw_outcomes(asked_run(), narrow=request.args.get("width") == "narrow")
    return Response(picture, mimetype="image/svg+xml")


def _seen_runs() -> list[RunSummary]:
    """The published runs of those governments that whoever asks may see and, where they may see trials, the last run by
    each mapping.
    """
    if "seen_runs" not in g:
        g.seen_runs = [
            run
            for run in list_runs(engine(), sight=sight())
            if rights().sees_government("see-figures", run.government)
            and (run.published or sees_trials(run.government))
        ]
    seen: list[RunSummary] = g.seen_runs
    return seen


def _chosen_government(run_id: str | None) -> str:
    """Whose run the address names; otherwise, of those that whoever asks may see, the one that published last or, where
    none has, that of the newest trial.
    """
    if run_id is not None:
        found = of_run(engine(), run_id)
        return found.government or "" if found else ""
    seen = _seen_runs()
    if not seen:
        raise RefusedError("no-run", "Nothing that you may see has been published yet.")
    published = [(run.published_at, run.government) for run in seen if run.published_at is not None]
    return max(published)[1] if published else seen[0].government


def asked_run() -> OpenRun:
    """The run, stage, year and view that the address names; otherwise the published one and its latest budget and,
    where nothing is published, the newest trial for those who may see it.

    Raises:
        RefusedError: there is none, or whoever asks may not see it.
    """
    stage, _, year = request.args.get("period", "").partition("-")
    run_id = request.args.get("run") or None
    government = _chosen_government(run_id)
    run = open_run(
        engine(),
        run_id=run_id,
        government=None if run_id else government,
        stage=stage or None,
        year=read_whole(year, 9999),
        levels=[level.replace(UNSTATED, "") for level in request.args.getlist("level") if level] or None,
        lens=request.args.get("lens", ""),
        trials=sees_trials(government),
        sight=sight(),
    )
    rights().need("see-figures", Subject(run.government))
    write_in(run.terms)
    return run


def choose_page(count: int, on_a_page: int) -> tuple[int, dict[str, Any] | None]:
    """Which page of a long list the address asks for, and what the pager under it needs; None where all fit."""
    said = request.args.get("page", "1")
    last = max(1, -(-count // on_a_page))
    page = min(last, max(1, read_whole(said) or 1))
    if last == 1:
        return page, None
    values = {**request.args.to_dict(flat=False), **(request.view_args or {})}

    def link(number: int) -> str:
        return url_for(str(request.endpoint), **{**values, "page": number})

    pager: dict[str, Any] = {"items": _pager_items(page, last, link)}
    if page > 1:
        pager["previous"] = {"href": link(page - 1)}
    if page < last:
        pager["next"] = {"href": link(page + 1)}
    return page, pager


def _piece() -> Piece:
    """Which lines the address asks for."""
    page = max(1, read_whole(request.args.get("page", "1"), 99_999_999) or 1)
    return Piece(LINES_ON_A_PAGE, (page - 1) * LINES_ON_A_PAGE)


def _pager(lines: Lines) -> dict[str, Any] | None:
    return choose_page(lines.count, LINES_ON_A_PAGE)[1]


def _pager_items(page: int, last: int, link: Any) -> list[dict[str, Any]]:
    shown = sorted({1, last, *range(max(1, page - 1), min(last, page + 1) + 1)})
    items: list[dict[str, Any]] = []
    for position, number in enumerate(shown):
        if position and number > shown[position - 1] + 1:
            items.append({"ellipsis": True})
        items.append({"number": number, "href": link(number), "current": number == page})
    return items
