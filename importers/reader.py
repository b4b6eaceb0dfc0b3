"""Reads a workbook: opens it, finds its tables, reads their columns, tells totals from lines, and says what it found.

Each step is a module named for what it does; this one only sets them in order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from budget_align.core.budget_line import SCHEMA, check_lines, empty_lines
from budget_align.core.profile import fold_header
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
from budget_align.core.terms import UK, Terms
from importers import vocabulary
from importers.cell_findings import find_cell_findings, find_sheet_findings
from importers.column import Column
from importers.columns import read_columns
from importers.context import read_context, read_notes
from importers.continuations import join_continued
from importers.control_totals import find_total_findings, make_control_totals
from importers.grid import Grid, letter, make_grid
from importers.layout import Block, find_blocks
from importers.limits import Limits
from importers.lines import make_lines
from importers.summaries import ask_about_repeats, tell_summaries
from importers.summing import make_table
from importers.table import Table
from importers.workbook import Sheet, Workbook, open_workbook

Progress = Callable[[int, int, str], None]
"""Called with how many sheets are done, how many there are, and the name of the one that follows."""

NO_LIMITS = Limits()


@dataclass(frozen=True, eq=False)
class SheetTables:
    """A sheet as arrays, with the tables found in it and the places of those that hold no money."""

    sheet: Sheet
    grid: Grid
    tables: list[Table]


def read_workbook(
    data: bytes,
    file_name: str,
    *,
    terms: Terms,
    answers: Answers | None = None,
    limits: Limits = NO_LIMITS,
    progress: Progress | None = None,
) -> Reading:
    """What a workbook says, by its own evidence and a person's answers.

    Args:
        data: the bytes of the file.
        file_name: for showing; nothing is read from it.
        terms: those of the government whose workbook it is.
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
    return assemble(file_name, workbook, find_tables(workbook, terms, answers, progress, limits), answers, terms)


def find_tables(
    workbook: Workbook, terms: Terms, answers: Answers, progress: Progress | None = None, limits: Limits = NO_LIMITS
) -> list[SheetTables]:
    """Every sheet of a workbook with its tables, those without money among them.

    Raises:
        RefusedError: an amount is beyond any budget.
    """
    found: list[tuple[Sheet, Grid, list[Block]]] = []
    for number, sheet in enumerate(workbook.sheets):
        if progress:
            progress(number, len(workbook.sheets), sheet.name)
        grid = make_grid(sheet, terms, limits.cell_length)
        found.append((sheet, grid, find_blocks(grid)))
    notes = read_notes(grid for _, grid, blocks in found if not blocks)
    return [
        SheetTables(sheet, grid, [_make_table(grid, block, notes, answers) for block in blocks])
        for sheet, grid, blocks in found
    ]


def _make_table(grid: Grid, block: Block, notes: Sequence[str], answers: Answers) -> Table:
    key = f"{grid.name}!{block.area()}"
    settled = answers.of_table(key, grid.name)
    columns = read_columns(grid, block, settled)
    context = read_context(grid, block, columns, notes, settled, key)
    if not context.is_money:
        columns = [_as_measure(column) if column.role == "amount" else column for column in columns]
    return make_table(grid, block, columns, context)


def _as_measure(column: Column) -> Column:
    return replace(column, role="measure", confidence=0.85, evidence="the table says that its figures are no money")


def assemble(
    file_name: str, workbook: Workbook, sheets: Sequence[SheetTables], answers: Answers | None = None, terms: Terms = UK
) -> Reading:
    """A reading of what was found in the sheets.

    Raises:
        RefusedError: there are no budget lines.
    """
    findings: list[Finding] = list(workbook.findings)
    skipped: list[SkippedSheet] = []
    tables: list[Table] = []
    for each in sheets:
        with_money = [table for table in each.tables if table.of_role("amount")]
        tables += with_money
        if with_money:
            findings += find_sheet_findings(each.sheet, with_money)
        skipped += _skip(each, with_money, sheets)
    if not tables:
        raise RefusedError(
            "no-amounts", "The workbook has no table of amounts; send the one with the budget lines in it."
        )
    totals = join_continued(tables, [make_control_totals(table) for table in tables])
    frames = [make_lines(table) for table in tables]
    summaries = tell_summaries(frames, [table.grid.name for table in tables])
    repeats = _ask_about_repeats(tables, totals, frames, set(summaries))
    questions: list[Question] = []
    readings = []
    for number, table in enumerate(tables):
        if number in summaries:
            findings.append(summaries[number][0])
            totals[number] = summaries[number][1]
            frames[number] = frames[number].iloc[:0]
        else:
            if not table.context.counted:
                frames[number] = frames[number].iloc[:0]
                findings.append(_left_out(table))
            else:
                findings += find_cell_findings(table) + find_total_findings(table, totals[number])
                questions += table.context.questions
        if number in repeats:
            questions.append(repeats[number])
        readings.append(describe_table(table, frames[number], totals[number], summary=number in summaries))
    if not any(len(frame) for frame in frames) and all(table.context.counted for table in tables):
        raise RefusedError(
            "no-amounts", "The workbook has no budget lines, only totals; send the one with the lines in it."
        )
    return Reading(
        file_name=file_name,
        file_hash=workbook.file_hash,
        file_format=workbook.file_format,
        sheets=tuple(sheet.name for sheet in workbook.sheets),
        tables=tuple(readings),
        skipped=tuple(skipped),
        control_totals=tuple(total for each in totals for total in each),
        findings=tuple(sorted(findings, key=lambda f: list(Severity).index(f.severity))),
        questions=tuple(questions),
        lines=_frame(frames, workbook.file_hash),
        currency=terms.currency.code,
    )


def _left_out(table: Table) -> Finding:
    return Finding(
        code="not-counted",
        severity=Severity.INFORMATION,
        sheet=table.grid.name,
        cell=table.block.area().split(":")[0],
        message=f"The table is not counted, and its lines are not stored: {table.context.counted_belief.evidence}.",
    )


def find_repeats(tables: Sequence[Table]) -> list[Question]:
    """What is to be asked about tables whose total another one states too; summaries of others are none of these."""
    totals = join_continued(tables, [make_control_totals(table) for table in tables])
    frames = [make_lines(table) for table in tables]
    summaries = tell_summaries(frames, [table.grid.name for table in tables])
    return list(_ask_about_repeats(tables, totals, frames, set(summaries)).values())


def _ask_about_repeats(
    tables: Sequence[Table], totals: Sequence[list[ControlTotal]], frames: Sequence[pd.DataFrame], summaries: set[int]
) -> dict[int, Question]:
    left_out = [number in summaries or not table.context.counted for number, table in enumerate(tables)]
    settled = [out or table.context.counted_belief.confidence == 1 for out, table in zip(left_out, tables, strict=True)]
    write = tables[0].grid.terms.short if tables else str
    return ask_about_repeats([table.key for table in tables], totals, frames, settled, left_out, write)


def sheet_kind(
    each: SheetTables, sheets: Sequence[SheetTables]
) -> Literal["tables", "contents", "notes", "chart", "empty"]:
    """What kind of sheet one of a workbook is: a contents page names others or calls itself one."""
    if each.tables:
        return "tables"
    if each.sheet.is_chart:
        return "chart"
    if not each.grid.height:
        return "empty"
    said = [text.casefold() for text in each.grid.vocabulary[1:]]
    names = {other.sheet.name.casefold() for other in sheets if other is not each}
    named = sum(any(name in text for text in said) for name in names)
    worded = vocabulary.says_contents(each.sheet.name) or any(vocabulary.says_contents(text) for text in said[:5])
    return "contents" if worded or (len(names) > 2 and 2 * named > len(names)) else "notes"


def _skip(each: SheetTables, with_money: list[Table], sheets: Sequence[SheetTables]) -> list[SkippedSheet]:
    """What of a sheet holds no budget, and why."""
    if each.tables:
        return [
            SkippedSheet(sheet=each.sheet.name, why=f"{table.block.area()} holds no column of amounts")
            for table in each.tables
            if table not in with_money
        ]
    if each.sheet.is_chart:
        why = "a chart"
    else:
        why = {
            "empty": "empty",
            "contents": "a contents page",
            "notes": "text without a table of amounts",
        }[sheet_kind(each, sheets)]
    return [SkippedSheet(sheet=each.sheet.name, why=why)]


def _frame(frames: Sequence[pd.DataFrame], file_hash: str) -> pd.DataFrame:
    """The lines of all tables in one frame; an id is the beginning of the file's hash and the line's place."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return empty_lines()
    frame = filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)
    start = file_hash[:12]
    frame["line_id"] = pd.array([f"{start}-{number:06d}" for number in range(1, len(frame) + 1)], dtype="str")
    frame["file_hash"] = pd.array([file_hash], dtype="str").take([0] * len(frame))
    return check_lines(frame[list(SCHEMA)])


def describe_table(table: Table, lines: pd.DataFrame, totals: Sequence[ControlTotal], *, summary: bool) -> TableReading:
    """What was read of one table."""
    context = table.context
    memo = int(lines["memo"].sum())
    return TableReading(
        key=table.key,
        fingerprint=fingerprint(table.columns),
        sheet=table.grid.name,
        area=table.block.area(),
        title=context.title,
        header_rows=tuple(row + 1 for row in table.block.header_rows),
        columns=tuple(describe_column(column) for column in table.columns),
        body=context.body,
        stage=context.stage,
        flow=context.flow,
        version=context.version,
        unit=context.unit_belief,
        unit_of_amounts=context.unit,
        price_basis=context.price_basis,
        counted=context.counted_belief,
        lines=len(lines) - memo,
        memo_lines=memo,
        totals=len({total.row for total in totals}),
        summary=summary,
    )


def fingerprint(columns: Sequence[Column]) -> str:
    """A hash of a table's headers without their years: the same for next year's table of the same shape."""
    said = "\n".join(fold_header(column.header) for column in columns)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def describe_column(column: Column) -> ColumnReading:
    """What was read of one column."""
    unit = column.unit
    return ColumnReading(
        letter=column.letter,
        header=column.header,
        role=column.role,
        fiscal_year=column.fiscal_year,
        stage=column.stage,
        flow=column.flow,
        version=column.version,
        control=column.control,
        account=column.account,
        currency=unit.currency if unit else "",
        multiplier=unit.multiplier if unit else 0,
        parts=tuple(letter(part) for part in column.parts),
        confidence=column.confidence,
        evidence=column.evidence,
    )
