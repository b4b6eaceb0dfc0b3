"""What to know about the cells of a table: rows that do not add up, errors, numbers stored as text, what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from budget_align.core.returns.reading import Finding, Severity
from budget_align.core.values.money import format_exactly
from importers.evidence.amounts import rounded_off
from importers.evidence.column import Column
from importers.evidence.row_units import row_multipliers
from importers.files.addresses import address
from importers.files.workbook import Sheet
from importers.readings.control_totals import money
from importers.readings.table import Table
from importers.structure.grid import Ints, Kind, letter

_MARKED = re.compile(r"\[|[¹²³⁴-⁹*†‡\\]|\s\(\w{1,2}\)$|\s[rpe]$", re.IGNORECASE)

_BLOCKS = 3
_VERSIONS = 6

_HALF = 0.51
"""Of a minor unit, so much is lost at most where an amount is rounded to one."""

_FINDINGS_EACH = 50
"""Of one kind in one column, so many findings name their cells; the rest are counted."""


def find_cell_findings(table: Table) -> list[Finding]:
    """What to know about the cells of a table's amounts."""
    found: list[Finding] = []
    for column in table.of_role("total"):
        found += _first(_row_totals(table, column))
    for column in table.of_role("amount", "total", "memo"):
        rows = table.block.body
        kinds = table.grid.kinds[rows, column.index]
        found += _first(_error(table, int(row), column) for row in rows[kinds == Kind.ERROR])
        found += _texts(table, rows, column)
    found += _finer(table)
    return [
        *found,
        *_machine_header(table),
        *_other_currency(table),
        *_same_columns(table),
        *_repeated(table),
        *_derived_rows(table),
    ]


def _machine_header(table: Table) -> list[Finding]:
    row = table.block.machine_header
    if row is None:
        return []
    return [
        Finding(
            code="machine-header",
            severity=Severity.INFORMATION,
            sheet=table.grid.name,
            cell=table.grid.address(row, table.block.values[0]),
            message="This row holds names made for machines, or column numbers; years and controls were read from "
            "the other header rows.",
        )
    ]


def _other_currency(table: Table) -> list[Finding]:
    home = table.grid.terms.currency
    foreign = table.context.unit.currency_in(home)
    if foreign == home:
        return []
    return [
        Finding(
            code="other-currency",
            severity=Severity.WARNING,
            sheet=table.grid.name,
            cell=table.block.area(table.grid).split(":")[0],
            message=f"Its amounts are in {foreign.name} ({foreign}), and budgets are counted in {home}.",
            action="Send the workbook in that currency; nothing of this table can be counted as it is.",
        )
    ]


def _repeated(table: Table) -> list[Finding]:
    words = _repeated_labels(table)
    if not words:
        return []
    return [
        Finding(
            code="repeated-labels",
            severity=Severity.WARNING,
            sheet=table.grid.name,
            cell=table.grid.address(int(table.block.data[0]), table.of_role("programme")[0].index),
            message=f"Under every heading stand the same rows: {', '.join(words)}; each was counted as a line.",
            action="If they are versions of the same money, take their column for the stage, or count one table of "
            "them only.",
        )
    ]


def _derived_rows(table: Table) -> list[Finding]:
    if not table.shares:
        return []
    first = min(table.shares)
    others = len(table.shares) - 1
    return [
        Finding(
            code="derived-row",
            severity=Severity.INFORMATION,
            sheet=table.grid.name,
            cell=table.grid.address(int(table.block.data[first]), table.block.values[0]),
            message=f"Left out: {table.labels.said(first)!r}{f' and {others} rows more' if others else ''}, for "
            "percentages, changes, balances, totals of others, another currency or another version among the amounts.",
        )
    ]


def _finer(table: Table) -> Iterable[Finding]:
    """Amounts that state more than a minor unit can hold, or more than their column prints: each was rounded."""
    multipliers = row_multipliers(table.grid, table.block, table.columns)
    unit, left = table.context.unit, list(table.shares)
    count, moved, most, first = 0, 0.0, 0.0, (len(table.block.data), 0)
    for column in table.of_role("amount"):
        apart = np.abs(rounded_off(table.grid, table.block.data, column, unit, table.amounts, multipliers))
        apart[left] = 0
        # What a person left out was not rounded.
        apart[~table.stated[:, column.index]] = 0
        where = np.flatnonzero(apart)
        if len(where):
            count, moved, most = count + len(where), moved + float(apart.sum()), max(most, float(apart.max()))
            first = min(first, (int(where[0]), column.index))
    if not count:
        return
    row, currency = int(table.block.data[first[0]]), unit.currency_in(table.grid.terms.currency)
    kept = money(table.amounts[first], unit, table.grid.terms)
    together = format_exactly(Decimal(f"{moved:.3f}").normalize(), currency, locale=table.grid.terms.locale)
    shown = most > _HALF
    yield Finding(
        code="finer-amounts",
        severity=Severity.WARNING if shown else Severity.INFORMATION,
        sheet=table.grid.name,
        cell=table.grid.address(row, first[1]),
        message=f"{count:,} {'amount is' if count == 1 else 'amounts are'} finer than "
        f"{'the column prints' if shown else money(1, unit, table.grid.terms)}, this one first: "
        f"{table.grid.text(row, first[1])[:40]!r} was read as {kept}. Rounding moved {together} in all.",
        action="Round the amounts in the workbook if another rounding is meant." if shown else "",
    )


def _same_columns(table: Table) -> Iterable[Finding]:
    """Columns of amounts that nothing tells apart: the same year, stage, version, flow, control and account."""
    groups: dict[tuple[int | None, str, str, str, str, str], list[Column]] = {}
    for column in table.of_role("amount"):
        if column.sign < 0:
            # Credits are taken off the debits beside them.
            continue
        version, flow = column.version or "original", column.flow or "expenditure"
        key = (column.fiscal_year, column.stage, version, flow, column.control, column.account)
        groups.setdefault(key, []).append(column)
    for columns in groups.values():
        if len(columns) > 1:
            letters = ", ".join(column.letter for column in columns)
            headers = " and ".join(repr(column.header) for column in columns[:3])
            row = table.block.header_rows[-1] if table.block.header_rows else int(table.block.data[0])
            yield Finding(
                code="same-columns",
                severity=Severity.WARNING,
                sheet=table.grid.name,
                cell=table.grid.address(row, columns[1].index),
                message=f"Columns {letters} say the same year, stage and control ({headers}); all were added up.",
                action="If they are versions of the same money, say of each but one that it is shown and never added.",
            )


def _repeated_labels(table: Table) -> list[str]:
    """The few names that rows have under every heading, as versions of the same money do; none in most tables."""
    headings = len(table.block.body) - len(table.block.data)
    if headings < _BLOCKS or not table.of_role("programme") or table.of_role("unit", "stage", "control", "year"):
        return []
    counts = np.bincount(table.labels.codes, minlength=len(table.labels.words))
    said = [(word, int(n)) for word, n in zip(table.labels.words, counts, strict=True) if n and word]
    few = 2 <= len(said) <= _VERSIONS and all(n >= _BLOCKS for _, n in said)
    return [word for word, _ in said] if few else []


def _first(findings: Iterable[Finding]) -> list[Finding]:
    """The first findings of a kind; the last of them says how many more there are."""
    every = list(findings)
    if len(every) <= _FINDINGS_EACH:
        return every
    last = every[_FINDINGS_EACH - 1]
    more = f"{last.message} {len(every) - _FINDINGS_EACH:,} more cells of the column are like it."
    return [*every[: _FINDINGS_EACH - 1], last.model_copy(update={"message": more})]


def _row_totals(table: Table, column: Column) -> Iterable[Finding]:
    read = table.amounts[:, list(column.parts)].sum(axis=1)
    stated = table.stated[:, column.index] & table.stated[:, list(column.parts)].any(axis=1)
    away = np.abs(read - table.amounts[:, column.index])
    parts = ", ".join(letter(p) for p in column.parts)
    unit = column.unit or table.context.unit
    half = unit.minor(table.grid.terms.currency) / 10 ** _places(table, column) / 2
    for i in np.flatnonzero(stated & (away > max(1, half * (1 + len(column.parts))))):
        said = money(table.amounts[i, column.index], unit, table.grid.terms)
        yield Finding(
            code="row-total-differs",
            severity=Severity.WARNING,
            sheet=table.grid.name,
            cell=table.grid.address(int(table.block.data[i]), column.index),
            message=f"States {said}, and columns {parts} of the row add up to "
            f"{money(read[i], unit, table.grid.terms)}.",
            action="Columns were read as they stand; correct the one that is wrong.",
        )


def _places(table: Table, column: Column) -> int:
    from importers.evidence.column_sums import decimal_places

    return max(decimal_places(table.grid.numbers[table.block.data, c]) for c in (column.index, *column.parts))


def _error(table: Table, row: int, column: Column) -> Finding:
    return Finding(
        code="error-cell",
        severity=Severity.WARNING,
        sheet=table.grid.name,
        cell=table.grid.address(row, column.index),
        message=f"Holds the error {table.grid.text(row, column.index)} where an amount would stand.",
        action="Read as no amount; correct the formula and send the workbook again.",
    )


def _texts(table: Table, rows: Ints, column: Column) -> Iterable[Finding]:
    grid = table.grid
    kinds = grid.kinds[rows, column.index]
    data = table.block.data
    stored = data[grid.from_text[data, column.index] & table.stated[:, column.index]]
    # In a file of plain text every number is text; only one among real numbers tells of a slip.
    if len(stored) and len(stored) < (kinds == Kind.NUMBER).sum():
        yield Finding(
            code="number-as-text",
            severity=Severity.INFORMATION,
            sheet=grid.name,
            cell=table.grid.address(int(stored[0]), column.index),
            message=f"{len(stored)} numbers of column {column.letter} are stored as text, this one first; "
            "they were read as numbers.",
        )
    spelled = grid.spelled(stored, column.index)
    marked = [
        row
        for row, said in zip(spelled.tolist(), grid.said(spelled, column.index), strict=True)
        if _MARKED.search(said)
    ]
    if marked:
        yield Finding(
            code="footnote-mark",
            severity=Severity.INFORMATION,
            sheet=grid.name,
            cell=table.grid.address(marked[0], column.index),
            message=f"{len(marked)} numbers of column {column.letter} carry a footnote's mark, this one first: "
            f"{grid.text(marked[0], column.index)!r}; the mark was left off.",
        )
    unread = [
        Finding(
            code="text-for-amount",
            severity=Severity.WARNING,
            sheet=grid.name,
            cell=table.grid.address(int(row), column.index),
            message=f"Says {grid.text(int(row), column.index)[:40]!r} where an amount would stand.",
            action="Read as no amount; write a number if there is one.",
        )
        for row in rows[(kinds == Kind.TEXT) | (kinds == Kind.DATE)]
    ]
    yield from _first(unread)


def find_sheet_findings(sheet: Sheet, tables: list[Table]) -> list[Finding]:
    """What to know about a sheet with tables: hidden whole or in part, formulas whose values nobody kept."""
    found = []
    if sheet.hidden:
        found.append(
            Finding(
                code="hidden-sheet",
                severity=Severity.WARNING,
                sheet=sheet.name,
                cell="A1",
                message="The sheet is hidden in the workbook; its amounts were read like the others.",
                action="Confirm that it belongs to the return, or send the workbook without it.",
            )
        )
    rows = sorted({row for table in tables for row in table.block.data.tolist() if row in sheet.hidden_rows})
    if rows:
        found.append(_hidden(sheet, f"A{rows[0] + 1}", len(rows), "row"))
    columns = sorted({c for table in tables for c in table.block.values} & sheet.hidden_columns)
    if columns:
        found.append(_hidden(sheet, f"{letter(columns[0])}1", len(columns), "column"))
    empty = sorted(
        (row, table.grid.stands(row, column))
        for row, column in sheet.without_value
        for table in tables
        if column in table.block.values and row in table.block.body
    )
    if empty:
        found.append(
            Finding(
                code="formula-without-value",
                severity=Severity.WARNING,
                sheet=sheet.name,
                cell=address(*empty[0]),
                message=f"{len(empty)} {'formula has' if len(empty) == 1 else 'formulas have'} no value kept in the "
                "file, this one first; no amount was read there.",
                action="Open the workbook in a spreadsheet program, save it, and send that copy.",
            )
        )
    return found


def _hidden(sheet: Sheet, cell: str, count: int, what: str) -> Finding:
    return Finding(
        code=f"hidden-{what}s",
        severity=Severity.WARNING,
        sheet=sheet.name,
        cell=cell,
        message=f"{count} {what}{'' if count == 1 else 's'} with amounts {'is' if count == 1 else 'are'} hidden in the "
        "workbook, this one first; read like the others.",
        action=f"Confirm that hidden {what}s belong to the return.",
    )
