"""Sets the totals that a table states beside the sums of the lines that they cover."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from budget_align.core.returns.reading import ControlTotal, Finding, Severity
from budget_align.core.values.money import Unit, format_amount
from budget_align.core.values.terms import Terms
from importers.evidence.amounts import half_of_last_place
from importers.evidence.column import Column
from importers.readings.table import Table
from importers.relations.running_sums import roundings
from importers.relations.sums import Entry
from importers.structure.texts import column_texts
from importers.words import row_words, stage_words


def make_control_totals(table: Table) -> list[ControlTotal]:
    """Each total that the table states, column by column, beside the sum of the lines that it covers."""
    if table.sums is None:
        return []
    columns = table.of_role("amount", "total")
    rounding = _Rounding(table)
    alone, deep = table.totals_alone, table.told_by_totals
    bodies = _Bodies(table)
    says_stage = [table.block.texts(table.grid, c.index, with_numbers=False) for c in table.of_role("stage")]
    versions = {column.index: table.version_of(column) or table.context.version.value for column in columns}
    found = []
    for entry in table.sums.totals():
        i = table.place_of(entry.row)
        words = next((texts.said(i) for texts in says_stage), "")
        years = table.grid.terms.calendar.find_years(words)
        lines = [table.place_of(line.row) for line in entry.lines() if not line.of_which]
        less = _left_out_of(table, entry, lines)
        totals = [table.place_of(total.row) for total in entry.totals()] if deep.any() else []
        # What lines state in parts, or in the total of a row alone, and in totals that no line parts.
        parted = table.amounts[lines].sum(axis=0)
        parted -= 0 if less is None else table.amounts[table.place_of(less.row)]
        whole = table.amounts[lines].sum(axis=0, where=alone[lines])
        whole += table.amounts[totals].sum(axis=0, where=deep[totals])
        for column in columns:
            if not table.stated[i, column.index] or deep[i, column.index]:
                continue
            read = int(parted[list(column.parts) or column.index].sum() + whole[column.index])
            published = int(table.amounts[i, column.index])
            if not published and not read and not column.parts:
                continue
            found.append(
                ControlTotal(
                    sheet=table.grid.name,
                    row=entry.row + 1,
                    cell=table.grid.address(entry.row, column.index),
                    label=" ".join(entry.label.split()),
                    body=table.context.body.value or bodies.of(lines),
                    whole=entry.whole or bodies.is_whole(entry),
                    memo=entry.memo or not table.context.counted,
                    stage=column.stage or stage_words.find_stage(words) or table.context.stage.value or "budget",
                    fiscal_year=column.fiscal_year or (years[0] if years else table.context.fiscal_year),
                    flow=column.flow or table.context.flow.value,
                    version=versions[column.index],
                    control=column.control if not column.parts else "",
                    published=published,
                    read=read,
                    members=table.grid.ranges(
                        [each.row for each in (*entry.members, *([less] if less else []))], column.index
                    ),
                    rounding=rounding.of(column, entry.row),
                )
            )
    return found


def _left_out_of(table: Table, entry: Entry, lines: Sequence[int]) -> Entry | None:
    """The row, shown as part of a total below or before it, that a total leaves out of what its lines come to, as total
    spending leaves out the depreciation of which a resource budget is told: in every column the difference is that.
    """
    assert table.sums is not None
    money = [column.index for column in table.of_role("amount")]
    left = table.amounts[np.ix_(lines, money)].sum(axis=0) - table.amounts[table.place_of(entry.row), money]
    if entry.exact or np.count_nonzero(left) < _COLUMNS_TELLING:
        return None
    parts = (each for each in table.sums.top if each.of_which and not each.is_total)
    return next((e for e in parts if (table.amounts[table.place_of(e.row), money] == left).all()), None)


_COLUMNS_TELLING = 2
"""In so many columns no other row makes the same difference by chance."""


def half_of_places(table: Table) -> int:
    """Half of what the last place that a table's amounts print is worth, in minor units, where it is worth most."""
    unit, data = table.context.unit, table.block.data
    columns = table.of_role("amount", "total")
    return max((half_of_last_place(table.grid, data, c.index, c.unit or unit) for c in columns), default=0)


class _Bodies:
    """Which bodies the lines of a table are of, where a column says so in each row."""

    def __init__(self, table: Table) -> None:
        data, columns = table.block.data, table.of_role("body")
        self.texts = column_texts(table.grid, data, columns[0].index, with_numbers=False) if columns else None
        self.outermost: dict[str, int] = {}
        if self.texts is None or table.sums is None:
            return
        covered = {e.row: {table.place_of(line.row) for line in e.lines()} for e in table.sums.totals()}
        lines_of: dict[str, set[int]] = {}
        for top in table.sums.top:
            for line in top.lines():
                if not line.memo:
                    place = table.place_of(line.row)
                    lines_of.setdefault(self.texts.said(place), set()).add(place)
        for entry in table.sums.totals():
            body = self.of(sorted(covered[entry.row]))
            if body and covered[entry.row] == lines_of.get(body):
                self.outermost[body] = entry.row

    def of(self, places: Sequence[int]) -> str:
        """The body that all these rows are of; empty where they are of several, or no column says."""
        said = {self.texts.said(place) for place in places} if self.texts is not None else set()
        return said.pop() if len(said) == 1 else ""

    def is_whole(self, entry: Entry) -> bool:
        """Whether a total covers every line of a body, and no total around it does."""
        return entry.row in self.outermost.values()


def find_total_findings(table: Table, control_totals: Sequence[ControlTotal]) -> list[Finding]:
    """What to know about the table's totals: those that differ, lines that are called totals, memo below the total."""
    if table.sums is None:
        return []
    found = [_difference(table, total) for total in control_totals if total.difference]
    label_column = next((c.index for role in ("programme", "unit", "body") for c in table.of_role(role)), 0)
    for entry in table.sums.totals():
        if not row_words.says_total(entry.label):
            name = f"{entry.label!r} is not called a total but" if entry.label else "The row has no label and"
            found.append(
                Finding(
                    code="unlabelled-total",
                    severity=Severity.INFORMATION,
                    sheet=table.grid.name,
                    cell=table.grid.address(entry.row, label_column),
                    message=f"{name} is the sum of {len(entry.members):,} rows "
                    f"{'below' if table.sums.above else 'above'} it in every column; it was read as their total.",
                )
            )
    for row, heading in table.sums.lone_totals.items():
        found.append(
            Finding(
                code="total-without-lines",
                severity=Severity.INFORMATION,
                sheet=table.grid.name,
                cell=table.grid.address(row, label_column),
                message=f"{table.labels.said(table.place_of(row))!r} has no line to sum; it was read as a line"
                + (f" named {heading!r}, after the heading above it." if heading else "."),
            )
        )
    return found + _memo_findings(table, label_column)


def _difference(table: Table, total: ControlTotal) -> Finding:
    is_rounding = total.reconciled
    unit, terms = table.context.unit, table.grid.terms
    return Finding(
        code="total-rounded" if is_rounding else "total-differs",
        severity=Severity.INFORMATION if is_rounding else Severity.WARNING,
        sheet=table.grid.name,
        cell=total.cell,
        message=f"{total.label!r} states {money(total.published, unit, terms)}; its lines "
        f"({', '.join(total.members)}) add up to {money(total.read, unit, terms)}, "
        f"a difference of {money(total.difference, unit, terms)}.",
        action="The rounding of its lines explains it."
        if is_rounding
        else "Lines were read as they stand; ask the department which figure is right.",
    )


class _Rounding:
    """By how much the rounding of each line may at most keep a total from the sum of its lines, in minor units."""

    def __init__(self, table: Table) -> None:
        columns = table.of_role("amount", "total")
        unit, data = table.context.unit, table.block.data
        self.half = {c.index: half_of_last_place(table.grid, data, c.index, c.unit or unit) for c in columns}
        self.lines = {entry.row: sum(1 for _ in entry.lines()) for entry in table.sums.totals()} if table.sums else {}

    def of(self, column: Column, row: int) -> int:
        parts = column.parts or (column.index,)
        half = max([self.half[column.index], *(self.half.get(c, 0) for c in parts)])
        return int(half * roundings(np.array([1 + len(parts) * self.lines[row]]))[0])


def _memo_findings(table: Table, label_column: int) -> list[Finding]:
    assert table.sums is not None
    whole = next((entry for entry in table.sums.top if entry.whole), None)
    found = []
    if table.sums.real_terms:
        column = table.of_role("price_basis")[0]
        found.append(
            Finding(
                code="real-terms-rows",
                severity=Severity.WARNING,
                sheet=table.grid.name,
                cell=table.grid.address(int(table.block.data[0]), column.index),
                message=f"Column {column.letter} says in which prices each row is; rows in real terms were read as "
                "memo lines, shown and never added.",
            )
        )
    for entry in table.sums.top:
        for line in entry.lines():
            if line.memo and not table.sums.real_terms:
                found.append(
                    Finding(
                        code="memo-line",
                        severity=Severity.WARNING,
                        sheet=table.grid.name,
                        cell=table.grid.address(line.row, label_column),
                        message=f"{line.label!r} {_why_memo(line, whole)}; it was read as a memo line, shown and never "
                        "added.",
                        action="Confirm that this money is counted elsewhere, in the figures of who receives it.",
                    )
                )
    if whole:
        for entry in table.sums.top:
            outside = entry.row > whole.row if table.sums.above else entry.row < whole.row
            if outside and not entry.of_which and any(entry.amounts):
                found.append(
                    Finding(
                        code="outside-total",
                        severity=Severity.WARNING,
                        sheet=table.grid.name,
                        cell=table.grid.address(entry.row, label_column),
                        message=f"{entry.label!r} stands beside {whole.label!r} and is not in it; it was counted.",
                        action="Check whether the total leaves it out on purpose.",
                    )
                )
    return found


def _why_memo(line: Entry, whole: Entry | None) -> str:
    if line.of_which:
        return "is part of another line or only takes a total apart"
    if line.financing:
        return "says where the money comes from, and its total is that of the spending again"
    if whole:
        return f"stands below {whole.label!r} and no total adds it to that"
    return "stands below the total of the whole"


def money(minor: int, unit: Unit, terms: Terms) -> str:
    """An amount of a table as a finding writes it."""
    return format_amount(int(minor), unit.currency_in(terms.currency), locale=terms.locale)
