"""The command line: budget-align.

Exit codes: 0 done; 1 something broke; 2 the input or the words of the command are refused, and nothing was stored;
3 a person must settle something first, and nothing was stored.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Engine

from budget_align.config import Settings, load_settings
from budget_align.core import alignment, fiscal_year
from budget_align.core.budget_line import STAGES
from budget_align.core.money import Unit, format_amount
from budget_align.core.reading import Answers, Reading, Severity
from budget_align.core.reconciliation import BodyReconciliation, reconcile
from budget_align.core.refusal import RefusedError
from budget_align.services import catalogue, demonstration
from budget_align.services.confirming import confirm
from budget_align.services.database import connect
from budget_align.services.receiving import discard, read_draft, receive
from budget_align.services.reporting import build_pdf
from budget_align.services.running import choose_government, run_allocation
from budget_align.services.viewing import OpenRun, open_run

ASK_A_PERSON = 3
_UNITS = {"pounds": 1, "thousands": 1_000, "millions": 1_000_000, "billions": 1_000_000_000}
_FINDINGS_SHOWN = 12


class _Commands(click.Group):
    """Tells refusals in one sentence on standard error, with the exit code that fits."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RefusedError as refusal:
            click.echo(f"Refused: {refusal.message}", err=True)
            ctx.exit(ASK_A_PERSON if refusal.code in ("questions", "overlap", "which-government") else 2)


@click.group(cls=_Commands)
@click.version_option(package_name="budget-align")
def main() -> None:
    """Move every pound of a budget from the organisation that holds it to the outcome it serves."""


@main.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where anything was imported already.")
def demo(if_empty: bool) -> None:
    """Load the demonstration government: four workbooks, a mapping, a run and accounts to sign in with."""
    settings, engine = _start()
    if if_empty and not demonstration.is_empty(engine):
        return
    run_id = demonstration.load_demonstration(engine, settings, progress=click.echo)
    click.echo(f"Loaded {demonstration.GOVERNMENT}; run {run_id[:12]}.")


@main.command()
@click.option("--host", help="Where to listen; config.toml says otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="Which port; config.toml says otherwise.")
def serve(host: str | None, port: int | None) -> None:
    """Start the service with a production web server."""
    from waitress import create_server

    from budget_align.web import create_app

    settings, engine = _start()
    where, which = host or settings.host, port or settings.port
    try:
        server = create_server(create_app(settings, engine), host=where, port=which, threads=8, ident=None)
    except OSError as error:
        raise RefusedError(
            "no-port", f"Port {which} cannot be used ({error.strerror}); choose another: PORT=8001."
        ) from error
    click.echo(f"\nBudget Align is at http://{where}:{which}  (stop it with Ctrl+C)")
    people = demonstration.sign_ins_in_use(engine)
    if people:
        click.echo(f"\nDemonstration sign-ins, each with the password {demonstration.PASSWORD}:")
        for person in people:
            click.echo(f"  {person.email:<30} {person.name}")
    sys.stdout.flush()
    server.run()


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--government", help="Whose budget it is; config.toml names the usual one.")
@click.option("--body", default="", help="The department, where the workbook does not say.")
@click.option("--stage", type=click.Choice(STAGES), help="The stage, where the workbook does not say.")
@click.option("--unit", type=click.Choice(list(_UNITS)), help="The unit of amounts, where the workbook does not say.")
@click.option("--year", help="The financial year, such as 2026-27, where the workbook does not say.")
@click.option("--replace", "overlap", flag_value="replace", help="Replace returns for the same bodies and years.")
@click.option("--add", "overlap", flag_value="add", help="Add to returns for the same bodies and years.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(
    file: Path,
    government: str | None,
    body: str,
    stage: str | None,
    unit: str | None,
    year: str | None,
    overlap: Any,
    as_json: bool,
) -> None:
    """Read a department's workbook, set it beside its own totals, and store its lines."""
    settings, engine = _start()
    answers = Answers(
        body=body,
        stage=stage or "",
        unit=Unit("GBP", _UNITS[unit]) if unit else None,
        fiscal_year=_one_year(year),
    )
    whose = government or settings.government
    with _progress("Reading sheets") as step:
        received = receive(engine, settings, file.read_bytes(), file.name, whose, _actor(), progress=step)
    if received.draft_id is None:
        _show_import(received.reading, whose, received.submission_id, known=True, as_json=as_json)
        return
    reading = read_draft(engine, settings, received.draft_id, answers)
    try:
        with _progress("Storing lines") as step:
            stored = confirm(
                engine, settings, received.draft_id, _actor(), answers, overlap, lambda done, of: step(done, of, "")
            )
    except RefusedError as refusal:
        discard(engine, received.draft_id, _actor())
        hints = {
            "questions": "Give --body, --stage, --unit or --year.",
            "overlap": "Give --replace or --add.",
        }
        raise RefusedError(refusal.code, f"{refusal.message} {hints.get(refusal.code, '')}".strip()) from refusal
    _show_import(reading, whose, stored, known=False, as_json=as_json)


@main.command()
@click.option("--mapping", required=True, help="The mapping's name; `budget-align frameworks` lists them.")
@click.option("--government", help="Whose budget; the one with returns where there is only one.")
@click.option("--year", help="The financial year to show, such as 2026-27; the latest without it.")
@click.option("--stage", type=click.Choice(STAGES), help="The stage to show; the budget without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run(mapping: str, government: str | None, year: str | None, stage: str | None, as_json: bool) -> None:
    """Allocate every line in force to the outcomes of a framework."""
    settings, engine = _start()
    chosen = catalogue.mapping(mapping)
    whose = choose_government(engine, government, settings.government)
    with _progress("Storing allocations") as step:
        result = run_allocation(engine, chosen, whose, _actor(), lambda done, of: step(done, of, ""))
    opened = open_run(engine, run_id=result.id, stage=stage, year=_one_year(year))
    if as_json:
        click.echo(json.dumps(_run_as_json(opened), ensure_ascii=False, indent=2))
    else:
        _show_run(opened)


@main.command()
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, help="The PDF.")
@click.option("--run", "run_id", help="The run; the newest without it.")
@click.option("--government", help="Whose newest run; config.toml names the usual one.")
@click.option("--year", help="The financial year, such as 2026-27; the latest without it.")
@click.option("--stage", type=click.Choice(STAGES), help="The stage; the budget without it.")
def report(out: Path, run_id: str | None, government: str | None, year: str | None, stage: str | None) -> None:
    """Write the alignment report of a run as a PDF."""
    settings, engine = _start()
    whose = None if run_id else choose_government(engine, government, settings.government)
    opened = open_run(engine, run_id=run_id, government=whose, stage=stage, year=_one_year(year))
    if not out.parent.is_dir():
        raise RefusedError("no-folder", f"There is no folder {out.parent}; make it first.")
    out.write_bytes(build_pdf(engine, opened))
    figures = alignment.headline(opened.part)
    click.echo(f"Wrote {out}: {opened.stage} {opened.year_label}, total {format_amount(figures.total)}.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def frameworks(as_json: bool) -> None:
    """List the frameworks and mappings that come with the product."""
    if as_json:
        said = {
            "frameworks": [
                {
                    "code": f.code,
                    "name": f.name,
                    "version": f.version,
                    "missions": len(f.missions),
                    "outcomes": len(list(f.outcomes())),
                    "indicators": f.indicator_count(),
                }
                for f in catalogue.frameworks().values()
            ],
            "mappings": [
                {"name": m.name, "title": m.title, "framework": m.framework, "rules": len(m.rules)}
                for m in catalogue.mappings().values()
            ],
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    table = _table("Frameworks", "Code", "Name", "Version", "#Missions", "#Outcomes", "#Indicators")
    for f in catalogue.frameworks().values():
        counts = (len(f.missions), len(list(f.outcomes())), f.indicator_count())
        table.add_row(f.code, f.name, f.version, *map(str, counts))
    _print(table)
    table = _table("Mappings", "Name", "Title", "Framework", "#Rules")
    for m in catalogue.mappings().values():
        table.add_row(m.name, m.title, m.framework, str(len(m.rules)))
    _print(table)


def _start() -> tuple[Settings, Engine]:
    settings = load_settings()
    return settings, connect(settings)


def _actor() -> str:
    try:
        return f"{getpass.getuser()} (command line)"
    except OSError:
        return "command line"


def _one_year(text: str | None) -> int | None:
    if text is None:
        return None
    years = fiscal_year.find_years(text)
    if len(years) != 1:
        raise RefusedError("bad-year", f"{text!r} is no financial year; write it as 2026-27.")
    return years[0]


@contextmanager
def _progress(what: str) -> Iterator[Any]:
    """A progress bar on standard error, where a person looks at it."""
    console = Console(stderr=True)
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[on]}"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None, on="")

        def step(done: int, of: int, on: str) -> None:
            bar.update(task, completed=done, total=of, on=on)

        yield step


def _table(title: str, *columns: str) -> Table:
    """A table; a column whose name begins with # holds numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for name in columns:
        table.add_column(name.lstrip("#"), justify="right" if name.startswith("#") else "left", no_wrap=name[0] == "#")
    return table


def _print(what: object) -> None:
    console = Console()
    # A file or a pipe has no width: nothing is folded there.
    (console if console.is_terminal else Console(width=180)).print(what)


def _plain(minor: int | None) -> str:
    return "not stated" if minor is None else format_amount(minor, symbol=False)


def _show_import(reading: Reading, government: str, submission: int | None, *, known: bool, as_json: bool) -> None:
    rows = reconcile(reading.lines, reading.control_totals)
    if as_json:
        said = _import_as_json(reading, rows, government, submission, known)
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for stage, year in dict.fromkeys((row.stage, row.fiscal_year) for row in rows):
        shown = [row for row in rows if (row.stage, row.fiscal_year) == (stage, year)]
        table = _table(
            f"{stage.capitalize()} {fiscal_year.label(year)}, £",
            "Body",
            "#Read",
            "#Published",
            "#Difference",
            "#Memo, not added",
        )
        for row in shown:
            table.add_row(
                row.body,
                _plain(row.read),
                _plain(row.published),
                _plain(row.difference) if row.published is not None else "",
                _plain(row.memo),
            )
        table.add_section()
        stated = [row.published for row in shown if row.published is not None]
        read = sum(row.read for row in shown)
        complete = len(stated) == len(shown)
        table.add_row(
            "All bodies",
            _plain(read),
            _plain(sum(stated)) if complete else "not stated for all",
            _plain(sum(stated) - read) if complete else "",
            _plain(sum(row.memo for row in shown)),
            style="bold",
        )
        _print(table)
    _show_memo(reading)
    _show_findings(reading)
    lines = f"{len(reading.lines):,} lines of {reading.file_name} ({reading.file_hash[:12]})"
    if known:
        click.echo(f"Already stored: {lines} are submission {submission} of {government}.")
    else:
        click.echo(f"Stored {lines} as submission {submission} of {government}.")


def _show_memo(reading: Reading) -> None:
    memo = reading.lines[reading.lines["memo"] & (reading.lines["amount"] != 0)]
    if memo.empty:
        return
    table = _table("Memo lines: shown, never added, £", "Body", "Programme", "Year", "Cell", "#Amount")
    shown = memo[["body", "programme", "fiscal_year", "sheet", "cell", "amount"]].to_numpy().tolist()
    for body, programme, year, sheet, cell, amount in shown:
        table.add_row(body, programme, fiscal_year.label(year), f"{sheet}!{cell}", _plain(amount))
    _print(table)


def _show_findings(reading: Reading) -> None:
    told = [f for f in reading.findings if f.code != "memo-line"]
    if not told:
        return
    table = _table("Findings", "Severity", "Where", "What")
    for finding in told[:_FINDINGS_SHOWN]:
        table.add_row(finding.severity.value, f"{finding.sheet}!{finding.cell}", finding.message)
    _print(table)
    if len(told) > _FINDINGS_SHOWN:
        click.echo(f"{len(told) - _FINDINGS_SHOWN} more findings; --json lists them all.")


def _import_as_json(
    reading: Reading, rows: list[BodyReconciliation], government: str, submission: int | None, known: bool
) -> dict[str, Any]:
    return {
        "submission": submission,
        "already_stored": known,
        "government": government,
        "file": reading.file_name,
        "file_hash": reading.file_hash,
        "lines": int((~reading.lines["memo"]).sum()),
        "memo_lines": int(reading.lines["memo"].sum()),
        "bodies": [
            {
                "body": row.body,
                "stage": row.stage,
                "fiscal_year": fiscal_year.label(row.fiscal_year),
                "read": row.read,
                "published": row.published,
                "difference": row.difference,
                "memo": row.memo,
            }
            for row in rows
        ],
        "control_totals": len(reading.control_totals),
        "control_totals_reconciled": sum(total.reconciled for total in reading.control_totals),
        "warnings": sum(finding.severity == Severity.WARNING for finding in reading.findings),
        "findings": [finding.model_dump(mode="json") for finding in reading.findings],
    }


def _run_as_json(run: OpenRun) -> dict[str, Any]:
    def figures(stage: str, year: int) -> dict[str, Any]:
        said = alignment.headline(alignment.of_period(run.cube, stage, year))
        return {
            "stage": stage,
            "fiscal_year": fiscal_year.label(year),
            "total": said.total,
            "aligned": said.aligned,
            "unaligned": said.unaligned,
            "memo": said.memo,
            "aligned_share": said.aligned_share,
        }

    spend = alignment.spend_by(run.part, "outcome")
    names = run.framework.outcome_names()
    return {
        "run": run.id,
        "government": run.government,
        "mapping": run.mapping.name,
        "mapping_hash": run.mapping.identity(),
        "framework": run.framework.code,
        "currency": "GBP",
        **figures(run.stage, run.fiscal_year),
        "outcomes": [{"code": code, "name": name, "amount": int(spend.get(code, 0))} for code, name in names.items()],
        "periods": [figures(stage, year) for stage, year in run.periods],
    }


def _show_run(run: OpenRun) -> None:
    figures = alignment.headline(run.part)
    spend = alignment.spend_by(run.part, "outcome")
    names = run.framework.outcome_names()
    table = _table(f"{run.government}: {run.stage} {run.year_label} by outcome, £", "Outcome", "#Amount", "#Share")
    for code, amount in spend.items():
        table.add_row(names[str(code)], _plain(int(amount)), _share(int(amount), figures.total))
    table.add_row("Unaligned", _plain(figures.unaligned), _share(figures.unaligned, figures.total))
    table.add_section()
    table.add_row("Total", _plain(figures.total), "", style="bold")
    table.add_row("Memo, not added", _plain(figures.memo), "")
    _print(table)
    click.echo(f"Run {run.id[:12]} by {run.mapping.title}. Aligned: {_share(figures.aligned, figures.total)}.")


def _share(amount: int, total: int) -> str:
    return f"{amount / total:.2%}" if total > 0 else ""


if __name__ == "__main__":
    main()
