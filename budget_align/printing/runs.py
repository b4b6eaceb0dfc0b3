"""What the command line prints of returns and runs: tables for a person, JSON for a script."""

from __future__ import annotations

import json
from typing import Any

import click

from budget_align.core.allocation.alignment import format_share
from budget_align.core.measures.certainty import certainty_of
from budget_align.core.measures.outcome_money import outcomes_in
from budget_align.core.returns.bases import describe_bases
from budget_align.core.returns.budget_line import FLOW_NAMES
from budget_align.core.returns.reading import Reading
from budget_align.core.returns.reconciliation import BodyReconciliation, count_reading, reconcile, totals_by_kind
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
    for kind in totals_by_kind(rows):
        of_version = "" if kind.version == "original" else f", {kind.version}"
        of_flow = "" if kind.flow == "expenditure" else f", {FLOW_NAMES[kind.flow].lower()}"
        table = make_table(
            f"{kind.stage.capitalize()} {terms.year(kind.fiscal_year)}{of_version}{of_flow}, {terms.currency}",
            "Body",
            "#Read",
            "#Published",
            "#Difference",
            "#Memo, not added",
        )
        for row in kind.bodies:
            table.add_row(
                row.body,
                _plain(row.read, terms),
                _plain(row.published, terms),
                _plain(row.difference, terms) if row.published is not None else "",
                _plain(row.memo, terms),
            )
        table.add_section()
        table.add_row(
            "All bodies",
            _plain(kind.read, terms),
            _plain(kind.published, terms) if kind.published is not None else "not stated for all",
            _plain(kind.difference, terms) if kind.published is not None else "",
            _plain(kind.memo, terms),
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
    counts = count_reading(reading)
    return {
        "submission": submission,
        "already_stored": known,
        "government": government,
        "currency": terms.currency.code,
        "minor_unit": terms.minor_unit,
        "file": reading.file_name,
        "file_hash": reading.file_hash,
        "lines": counts.lines,
        "memo_lines": counts.memo_lines,
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
        "control_totals": counts.totals,
        "control_totals_reconciled": counts.totals_reconciled,
        "warnings": counts.warnings,
        "findings": [finding.model_dump(mode="json") for finding in reading.findings],
    }


def show_run(run: OpenRun) -> None:
    """Prints a run's figures."""
    figures, flows, terms = run.figures, run.flows, run.terms
    title = f"{run.government}: {run.stage} {run.year_label} by outcome, {terms.currency}"
    beside = ("#Income beside",) if flows.income else ()
    table = make_table(title, "Outcome", "#Amount", "#Share", *beside)

    def add(name: str, amount: int, share: str = "", came: int | None = None, style: str = "") -> None:
        extra = (_plain(came, terms) if came is not None else "",) if beside else ()
        table.add_row(name, _plain(amount, terms), share, *extra, style=style)

    for each in sorted(outcomes_in(run).values(), key=lambda money: -money.amount):
        if not each.is_nothing:
            add(each.name, each.amount, _share(each.share), each.income)
    if figures.uncovered:
        add("No counterpart through the lens", figures.uncovered)
    # What is netted hides nothing of what no rule takes.
    gross = f" (gross {_plain(figures.gross_unaligned, terms)})" if figures.receipts_unaligned else ""
    add(f"Unaligned{gross}", figures.unaligned, _share(figures.unaligned_share), run.income_unaligned)
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
        add("Transfers eliminated", figures.transfers)
    print_table(table)
    _show_standing(run)


def _show_standing(run: OpenRun) -> None:
    """On what the figures of a run stand, and how sure they are."""
    if any(basis.left for basis in run.shown_bases) or len({basis.version for basis in run.shown_bases}) > 1:
        click.echo(describe_bases(run.shown_bases))
    if run.lens:
        click.echo(f"Seen through {run.framework.name}, by a crosswalk from {run.own_framework.name}.")
    sure = certainty_of(run.part)
    by_grade = ", ".join(f"{format_share(share)} {grade}" for grade, share in sure.shares.items())
    aligned = f"Aligned: {_share(run.figures.aligned_share)}{f' of gross; of this {by_grade}' if by_grade else ''}."
    click.echo(f"Run {run.id[:12]} by {run.mapping.title}. {aligned}")
    if sure.assumed_share and sure.low is not None and sure.high is not None:
        click.echo(
            f"If assumed shares go either way, {format_share(sure.low)} to {format_share(sure.high)} is aligned."
        )


def _share(share: float | None) -> str:
    return format_share(share) if share is not None else ""
