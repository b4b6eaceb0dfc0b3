"""What the command line prints: tables for a person, JSON for a script."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from budget_align.core import alignment, fiscal_year
from budget_align.core.inspection import Inspection
from budget_align.core.money import format_amount
from budget_align.core.reading import Reading, Severity, group_questions
from budget_align.core.reconciliation import BodyReconciliation, reconcile
from budget_align.services.viewing import OpenRun, RuleShare

_FINDINGS_SHOWN = 12


def make_table(title: str, *columns: str) -> Table:
    """A table; a column whose name begins with # holds numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for name in columns:
        table.add_column(name.lstrip("#"), justify="right" if name.startswith("#") else "left", no_wrap=name[0] == "#")
    return table


def print_table(what: object) -> None:
    """Prints a table, as wide as it is where nobody looks at a screen."""
    console = Console()
    # A file or a pipe has no width: nothing is folded there.
    (console if console.is_terminal else Console(width=180)).print(what)


def _plain(minor: int | None) -> str:
    return "not stated" if minor is None else format_amount(minor, symbol=False)


def show_import(reading: Reading, government: str, submission: int | None, *, known: bool, as_json: bool) -> None:
    """Prints what was read of a workbook and stored."""
    rows = reconcile(reading.lines, reading.control_totals)
    if as_json:
        said = _import_as_json(reading, rows, government, submission, known)
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for stage, year in dict.fromkeys((row.stage, row.fiscal_year) for row in rows):
        shown = [row for row in rows if (row.stage, row.fiscal_year) == (stage, year)]
        table = make_table(
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
        print_table(table)
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
    table = make_table("Memo lines: shown, never added, £", "Body", "Programme", "Year", "Cell", "#Amount")
    shown = memo[["body", "programme", "fiscal_year", "sheet", "cell", "amount"]].to_numpy().tolist()
    for body, programme, year, sheet, cell, amount in shown:
        table.add_row(body, programme, fiscal_year.label(year), f"{sheet}!{cell}", _plain(amount))
    print_table(table)


def _show_findings(reading: Reading) -> None:
    told = [f for f in reading.findings if f.code != "memo-line"]
    if not told:
        return
    table = make_table("Findings", "Severity", "Where", "What")
    for finding in told[:_FINDINGS_SHOWN]:
        table.add_row(finding.severity.value, f"{finding.sheet}!{finding.cell}", finding.message)
    print_table(table)
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


def run_as_json(run: OpenRun, rules: list[RuleShare]) -> dict[str, Any]:
    """A run's figures, in minor units."""

    def figures(stage: str, year: int) -> dict[str, Any]:
        said = alignment.headline(alignment.of_period(run.cube, stage, year))
        return {
            "stage": stage,
            "fiscal_year": fiscal_year.label(year),
            "total": said.total,
            "aligned": said.aligned,
            "unaligned": said.unaligned,
            "memo": said.memo,
            "transfers": said.transfers,
            "aligned_share": said.aligned_share,
        }

    spend = alignment.spend_by(run.part, "outcome")
    contributing = alignment.spend_by(run.part, "outcome", "contributing")
    names = {code: name for code, name in run.framework.names().items() if code in spend or ":" not in code}
    return {
        "run": run.id,
        "government": run.government,
        "mapping": run.mapping.name,
        "mapping_version": run.mapping_version,
        "mapping_hash": run.mapping_hash,
        "framework": run.framework.code,
        "lens": run.lens,
        "levels": list(run.levels),
        "currency": "GBP",
        **figures(run.stage, run.fiscal_year),
        "outcomes": [
            {
                "code": code,
                "name": name,
                "amount": int(spend.get(code, 0)),
                "contributing": int(contributing.get(code, 0)),
            }
            for code, name in names.items()
        ],
        "rules": [
            {
                "rule": share.rule.id if share.rule else "",
                "why": share.rule.why if share.rule else "",
                "lines": share.lines,
                "amount": share.amount,
            }
            for share in rules
        ],
        "periods": [figures(stage, year) for stage, year in run.periods],
    }


def show_run(run: OpenRun) -> None:
    """Prints a run's figures."""
    figures = alignment.headline(run.part)
    spend = alignment.spend_by(run.part, "outcome")
    names = run.framework.names()
    table = make_table(f"{run.government}: {run.stage} {run.year_label} by outcome, £", "Outcome", "#Amount", "#Share")
    for code, amount in spend.items():
        table.add_row(names[str(code)], _plain(int(amount)), _share(int(amount), figures.total))
    table.add_row("Unaligned", _plain(figures.unaligned), _share(figures.unaligned, figures.total))
    table.add_section()
    table.add_row("Total", _plain(figures.total), "", style="bold")
    table.add_row("Memo, not added", _plain(figures.memo), "")
    if figures.transfers:
        table.add_row("Transfers, counted once", _plain(figures.transfers), "")
    print_table(table)
    if run.lens:
        click.echo(f"Seen through {run.framework.name}, by a crosswalk from {run.own_framework.name}.")
    click.echo(f"Run {run.id[:12]} by {run.mapping.title}. Aligned: {_share(figures.aligned, figures.total)}.")


def _share(amount: int, total: int) -> str:
    return f"{amount / total:.2%}" if total > 0 else ""


def show_inspection(inspection: Inspection) -> None:
    """Prints what a workbook was taken for, a line a table, and what only a person can say."""
    table = make_table(
        f"{inspection.file_name} ({inspection.file_format})",
        "Sheet",
        "Range",
        "Title",
        "Body",
        "Stage",
        "Unit",
        "Years",
        "#Amounts",
        "#Totals",
        "#Reconciled",
        "Counted",
    )
    for sheet in inspection.sheets:
        for each in sheet.tables:
            down = [total for total in each.totals if total.direction == "down" and total.reconciled is not None]
            table.add_row(
                sheet.name,
                each.range,
                each.title[:50],
                _belief(each.body.value, each.body.confidence),
                _belief(each.stage.value, each.stage.confidence),
                _belief(each.unit.value, each.unit.confidence),
                _years(each.years),
                f"{len(each.amount_cells):,}" if each.is_money else "no money",
                f"{len(down):,}",
                f"{sum(bool(total.reconciled) for total in down):,}",
                each.counted.value,
            )
        if not sheet.tables:
            table.add_row(sheet.name, "", f"({sheet.kind})", *[""] * 8, style="dim")
    print_table(table)
    columns = make_table("Columns", "Sheet", "Column", "Header", "Taken for", "#Sure", "Why")
    for sheet in inspection.sheets:
        for each in sheet.tables:
            for column in each.columns:
                years = f", {fiscal_year.label(column.fiscal_year)}" if column.fiscal_year else ""
                columns.add_row(
                    sheet.name,
                    column.letter,
                    column.header[:40],
                    f"{column.role.replace('_', ' ')}{years}",
                    f"{column.confidence:.0%}",
                    column.evidence[:70],
                )
    print_table(columns)
    questions = [question for sheet in inspection.sheets for each in sheet.tables for question in each.questions]
    for prompt in group_questions(questions):
        click.echo(f"Only you can say: {prompt}")
    if not questions:
        click.echo("Nothing is left to ask.")


def _belief(value: str, confidence: float) -> str:
    return f"{value[:34]} ({confidence:.0%})" if value else "?"


def _years(years: list[int]) -> str:
    if not years:
        return "?"
    first, last = fiscal_year.label(years[0]), fiscal_year.label(years[-1])
    return first if first == last else f"{first} to {last}"
