"""Reads a workbook: opens it, finds its tables, reads their columns, tells totals from lines, and says what it found.

Each step is a module named for what it does; this one only sets them in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from budget_align.core.budget_line import SCHEMA, check_lines, empty_lines
from budget_align.core.reading import (
    Answers,
    ColumnReading,
    ControlTotal,
    Finding,
    Question,
    Reading,
    Severity,
    SkippedSheet,
    TableReading,
)
from budget_align.core.refusal import RefusedError
from importers import lines as line_making
from importers.columns import Column, read_columns
from importers.context import Context, read_context, read_notes
from importers.grid import Grid, address, letter, make_grid
from importers.layout import Block, find_blocks
from importers.summaries import tell_summaries
from importers.workbook import Limits, Sheet, open_workbook

Progress = Callable[[int, int, str], None]
"""Called with how many sheets are done, how many there are, and the name of the one that follows."""

NO_LIMITS = Limits()


def read_workbook(
    data: bytes,
    file_name: str,
    *,
    answers: Answers | None = None,
    limits: Limits = NO_LIMITS,
    progress: Progress | None = None,
) -> Reading:
    """What a workbook says, by its own evidence and a person's answers.

    Args:
        data: the bytes of the file.
        file_name: for showing; nothing is read from it.
        answers: what a person settled, which goes before the importer's own beliefs.
        limits: what the workbook may at most be.
        progress: told of each sheet.

    Returns:
        The reading, with its budget lines in minor units.

    Raises:
        RefusedError: it is no workbook, or holds no amounts; nothing of it can be used.
    """
    answers = answers or Answers()
    workbook = open_workbook(data, limits)
    grids, found = _find_all_blocks(workbook.sheets, progress)
    if not any(found):
        raise RefusedError(
            "no-amounts", "The workbook has no table of amounts; send the one with the budget lines in it."
        )
    notes = read_notes(grid for grid, blocks in zip(grids, found, strict=True) if not blocks)
    tables: list[line_making.Table] = []
    contexts: list[Context] = []
    findings: list[Finding] = []
    skipped: list[SkippedSheet] = []
    for sheet, grid, blocks in zip(workbook.sheets, grids, found, strict=True):
        if not blocks:
            skipped.append(SkippedSheet(sheet=sheet.name, why=_why_skipped(grid)))
        elif sheet.hidden:
            findings.append(_hidden(sheet))
        for block in blocks:
            columns = read_columns(grid, block)
            if not any(column.role == "amount" for column in columns):
                skipped.append(SkippedSheet(sheet=sheet.name, why=f"{block.area(grid)} holds no column of amounts"))
                continue
            context = read_context(grid, block, columns, notes, answers)
            tables.append(_make_table(grid, block, columns, context))
            contexts.append(context)
    if not tables:
        raise RefusedError(
            "no-amounts", "The workbook has no table of amounts; send the one with the budget lines in it."
        )
    return _assemble(file_name, workbook.file_hash, workbook.file_format, tables, contexts, findings, skipped)


def _find_all_blocks(sheets: Sequence[Sheet], progress: Progress | None) -> tuple[list[Grid], list[list[Block]]]:
    grids, found = [], []
    for number, sheet in enumerate(sheets):
        if progress:
            progress(number, len(sheets), sheet.name)
        grids.append(make_grid(sheet))
        found.append(find_blocks(grids[-1]))
    return grids, found


def _make_table(grid: Grid, block: Block, columns: list[Column], context: Context) -> line_making.Table:
    amounts, stated = line_making.measure(grid, block, columns, context.unit)
    sums = line_making.sum_up(grid, block, columns, amounts, stated, context.unit, context.names)
    return line_making.Table(
        grid,
        block,
        columns,
        context.body.value,
        context.stage.value or "budget",
        context.unit,
        context.fiscal_year,
        amounts,
        stated,
        sums,
    )


def _assemble(
    file_name: str,
    file_hash: str,
    file_format: str,
    tables: list[line_making.Table],
    contexts: list[Context],
    findings: list[Finding],
    skipped: list[SkippedSheet],
) -> Reading:
    totals = [line_making.make_control_totals(table) for table in tables]
    records = [line_making.make_lines(table) for table in tables]
    records, totals, summaries = tell_summaries(records, totals, [table.grid.name for table in tables])
    questions: list[Question] = []
    readings = []
    for number, (table, context) in enumerate(zip(tables, contexts, strict=True)):
        summary = number in summaries
        findings += [] if summary else line_making.find_row_findings(table)
        findings += [summaries[number]] if summary else line_making.find_total_findings(table, totals[number])
        findings += _header_findings(table)
        questions += [] if summary else context.questions
        readings.append(_describe(table, context, records[number], totals[number], summary))
    lines = _frame([record for each in records for record in each], file_hash)
    if lines.empty:
        raise RefusedError(
            "no-amounts", "The workbook has no budget lines, only totals; send the one with the lines in it."
        )
    return Reading(
        file_name=file_name,
        file_hash=file_hash,
        file_format=file_format,
        tables=tuple(readings),
        skipped=tuple(skipped),
        control_totals=tuple(total for each in totals for total in each),
        findings=tuple(sorted(findings, key=lambda f: list(Severity).index(f.severity))),
        questions=tuple(questions),
        lines=lines,
    )


def _frame(records: list[dict[str, Any]], file_hash: str) -> pd.DataFrame:
    """Records as a frame of lines; an id is the beginning of the file's hash and the line's place in the reading."""
    if not records:
        return empty_lines()
    frame = pd.DataFrame.from_records(records)
    frame["fiscal_year"] = frame["fiscal_year"].fillna(0)
    frame["line_id"] = [f"{file_hash[:12]}-{number:06d}" for number in range(1, len(frame) + 1)]
    frame["file_hash"] = file_hash
    return check_lines(frame.astype(SCHEMA))


def _describe(
    table: line_making.Table,
    context: Context,
    records: list[dict[str, Any]],
    totals: Sequence[ControlTotal],
    summary: bool,
) -> TableReading:
    return TableReading(
        sheet=table.grid.name,
        area=table.block.area(table.grid),
        title=context.title,
        header_rows=tuple(row + 1 for row in table.block.headers),
        columns=tuple(_describe_column(column) for column in table.columns),
        body=context.body,
        stage=context.stage,
        unit=context.unit_belief,
        lines=sum(not record["memo"] for record in records),
        memo_lines=sum(record["memo"] for record in records),
        totals=len({total.row for total in totals}),
        summary=summary,
    )


def _describe_column(column: Column) -> ColumnReading:
    unit = column.unit
    return ColumnReading(
        letter=column.letter,
        header=column.header,
        role=column.role,
        fiscal_year=column.fiscal_year,
        stage=column.stage,
        control=column.control,
        account=column.account,
        currency=unit.currency if unit else "",
        multiplier=unit.multiplier if unit else 0,
        parts=tuple(letter(part) for part in column.parts),
        confidence=column.confidence,
        evidence=column.evidence,
    )


def _header_findings(table: line_making.Table) -> list[Finding]:
    row = table.block.machine_header
    if row is None:
        return []
    return [
        Finding(
            code="machine-header",
            severity=Severity.INFORMATION,
            sheet=table.grid.name,
            cell=address(row, table.block.values[0]),
            message="This row holds names made for machines; years and controls were read from the headers above it.",
        )
    ]


def _hidden(sheet: Sheet) -> Finding:
    return Finding(
        code="hidden-sheet",
        severity=Severity.WARNING,
        sheet=sheet.name,
        cell="A1",
        message="The sheet is hidden in the workbook; its amounts were read like the others.",
        action="Confirm that it belongs to the return, or send the workbook without it.",
    )


def _why_skipped(grid: Grid) -> str:
    return "empty" if not grid.height else "text without a table of amounts, such as contents or notes"
