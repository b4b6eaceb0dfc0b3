"""Says of sheets, tables and columns what they were read as, for people to check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

from budget_align.core.returns.profile import fold_header
from budget_align.core.returns.reading import (
    ColumnReading,
    ControlTotal,
    Finding,
    Severity,
    SkippedSheet,
    TableReading,
)
from importers.evidence.column import Column
from importers.readings.assembly import SheetTables
from importers.readings.table import Table
from importers.readings.table_lines import TableLines
from importers.readings.told_flows import belief_of_flow
from importers.structure.grid import letter
from importers.words import title_words


def describe_table(
    table: Table,
    lines: TableLines,
    totals: Sequence[ControlTotal],
    settled: Mapping[str, str],
    *,
    summary: bool,
) -> TableReading:
    """What was read of one table."""
    context = table.context
    memo = int(lines.array("memo").sum())
    return TableReading(
        key=table.key,
        fingerprint=fingerprint(table.columns),
        sheet=table.grid.name,
        area=table.block.area(table.grid),
        title=context.title,
        header_rows=tuple(row + 1 for row in table.block.header_rows),
        columns=tuple(describe_column(column, settled) for column in table.columns),
        body=context.body,
        stage=context.stage,
        flow=belief_of_flow(table, settled),
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


def describe_column(column: Column, settled: Mapping[str, str]) -> ColumnReading:
    """What was read of one column, with some choices settled."""
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
        evidence=column.evidence_with(settled),
    )


def tell_left_out(table: Table) -> Finding:
    """The finding that a table is not counted, and why."""
    return Finding(
        code="not-counted",
        severity=Severity.INFORMATION,
        sheet=table.grid.name,
        cell=table.block.area(table.grid).split(":")[0],
        message=f"The table is not counted, and its lines are not stored: {table.context.counted_belief.evidence}.",
    )


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
    worded = title_words.says_contents(each.sheet.name) or any(title_words.says_contents(text) for text in said[:5])
    return "contents" if worded or (len(names) > 2 and 2 * named > len(names)) else "notes"


def skip_sheet(each: SheetTables, with_money: list[Table], sheets: Sequence[SheetTables]) -> list[SkippedSheet]:
    """What of a sheet holds no budget, and why."""
    if each.tables:
        return [
            SkippedSheet(sheet=each.sheet.name, why=f"{table.block.area(table.grid)} holds no column of amounts")
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
