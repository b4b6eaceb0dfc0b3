"""What the command line prints of returns and runs: tables for a person, JSON for a script."""

from __future__ import annotations

import json
from typing import Any

import click

from budget_align.core.allocation import alignment
from budget_align.core.measures.certainty import certainty_of
from budget_align.core.returns.bases import describe_bases
from budget_align.core.returns.budget_line import FLOW_NAMES
from budget_align.core.returns.reading import Reading, Severity
from budget_align.core.returns.reconciliation import BodyReconciliation, reconcile
from budget_align.core.values.terms import Terms
from budget_align.printing.tables import make_table, print_table
from budget_align.services.runs.viewing import OpenRun

_FINDINGS_SHOWN = 12


def _plain(minor: int | None, terms: Terms) -> str:
    return "not stated" if minor is None else terms.plain(minor)


def show_import(
    reading: Reading, government: str, terms: Terms, submission: int | None, *, known: bool, as_json: bool
) -> None:
    """Prints what was read of a workbook and stored."""
    rows = reconcile(reading.lines, reading.control_totals)
    if as_json:
        said = _import_as_json(reading, rows, government, terms, submission, known)
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    kinds = dict.fromkeys((row.stage, row.version, row.fiscal_year, row.flow) for row in rows)
    for stage, version, year, flow in kinds:
        shown = [
            row for row in rows if (row.stage, row.version, row.fiscal_year, row.flow) == (stage, version, year, flow)
        ]
        of_version = "" if version == "original" else f", {version}"
        of_flow = "" if flow == "expenditure" else f", {FLOW_NAMES[flow].lower()}"
        table = make_table(
            f"{stage.capitalize()} {terms.year(year)}{of_version}{of_flow}, {terms.currency}",
            "Body",
            "#Read",
            "#Published",
            "#Difference",
            "#Memo, not added",
        )
        for row in shown:
            table.add_row(
                row.body,
                _plain(row.read, terms),
                _plain(row.published, terms),
                _plain(row.difference, terms) if row.published is not None else "",
                _plain(row.memo, terms),
            )
        table.add_section()
        stated = [row.published for row in shown if row.published is not None]
        read = sum(row.read for row in shown)
        complete = len(stated) == len(shown)
        table.add_row(
            "All bodies",
            _plain(read, terms),
            _plain(sum(stated), terms) if complete else "not stated for all",
            _plain(sum(stated) - read, terms) if complete else "",
            _plain(sum(row.memo for row in shown), terms),
            style="bold",
        )
        print_table(table)
    _show_memo(reading, terms)
    _show_findings(reading)
    lines = f"{len(reading.lines):,} lines of {reading.file_name} ({reading.file_hash[:12]})"
    if known:
        click.echo(f"Already stored: {lines} are submission {submission} of {government}.")
    else:
        click.echo(f"Stored {lines} as submission {submission} of {government}.")


def _show_memo(reading: Reading, terms: Terms) -> None:
    memo = reading.lines[reading.lines["memo"] & (reading.lines["amount"] != 0)]
    if memo.empty:
        return
    title = f"Memo lines: shown, never added, {terms.currency}"
    table = make_table(title, "Body", "Programme", "Year", "Cell", "#Amount")
    shown = memo[["body", "programme", "fiscal_year", "sheet", "cell", "amount"]].to_numpy().tolist()
    for body, programme, year, sheet, cell, amount in shown:
        table.add_row(body, programme, terms.year(year), f"{sheet}!{cell}", _plain(amount, terms))
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
    reading: Reading,
    rows: list[BodyReconciliation],
    government: str,
    terms: Terms,
    submission: int | None,
    known: bool,
) -> dict[str, Any]:
    return {
        "submission": submission,
        "already_stored": known,
        "government": government,
        "currency": terms.currency.code,
        "minor_unit": terms.minor_unit,
        "file": reading.file_name,
        "file_hash": reading.file_hash,
        "lines": int((~reading.lines["memo"]).sum()),
        "memo_lines": int(reading.lines["memo"].sum()),
        "bodies": [
            {
                "body": row.body,
                "stage": row.stage,
                "version": row.version,
                "fiscal_year": terms.year(row.fiscal_year),
                "flow": row.flow,
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


def show_run(run: OpenRun) -> None:
    """Prints a run's figures."""
    figures, terms = alignment.headline(run.part), run.terms
    flows, income = run.flows, run.income_by_outcome
    spend = alignment.spend_by(run.part, "outcome")
    gross = alignment.spend_by(run.part[~run.part["below"]], "outcome")
    names = run.framework.names()
    title = f"{run.government}: {run.stage} {run.year_label} by outcome, {terms.currency}"
    beside = ("#Income beside",) if flows.income else ()
    table = make_table(title, "Outcome", "#Amount", "#Share", *beside)

    def add(name: str, amount: int, share: str = "", came: int | None = None, style: str = "") -> None:
        extra = (_plain(came, terms) if came is not None else "",) if beside else ()
        table.add_row(name, _plain(amount, terms), share, *extra, style=style)

    for code in dict.fromkeys([*map(str, spend.index), *income]):
        amount = int(spend.get(code, 0))
        add(names[code], amount, _share(int(gross.get(code, 0)), figures.gross), income.get(code, 0))
    if figures.uncovered:
        add("No counterpart through the lens", figures.uncovered)
    unaligned = _share(figures.gross_unaligned, figures.gross)
    add("Unaligned", figures.unaligned, unaligned, flows.income - sum(income.values()))
    table.add_section()
    whole = "Gross" if flows.income and not figures.receipts else "Total"
    add(whole, figures.total, came=flows.income, style="bold")
    if figures.receipts:
        add("Of it, receipts netted into lines", figures.receipts)
    if flows.income:
        add(f"Net: {whole.lower()} less income", flows.net)
    if flows.financing:
        add("Financing, in neither", flows.financing)
    add("Memo, not added", figures.memo)
    if figures.transfers:
        add("Transfers, counted once", figures.transfers)
    print_table(table)
    if any(basis.left for basis in run.shown_bases) or len({basis.version for basis in run.shown_bases}) > 1:
        click.echo(describe_bases(run.shown_bases))
    if run.lens:
        click.echo(f"Seen through {run.framework.name}, by a crosswalk from {run.own_framework.name}.")
    sure = certainty_of(run.part)
    by_grade = ", ".join(f"{share:.0%} {grade}" for grade, share in sure.shares.items())
    aligned = f"Aligned: {_share(figures.gross_aligned, figures.gross)}{f' of gross, {by_grade}' if by_grade else ''}."
    click.echo(f"Run {run.id[:12]} by {run.mapping.title}. {aligned}")
    if sure.assumed_share and sure.low is not None and sure.high is not None:
        click.echo(f"If assumed shares go either way, {sure.low:.1%} to {sure.high:.1%} is aligned.")


def _share(amount: int, total: int) -> str:
    return f"{amount / total:.2%}" if total > 0 else ""
