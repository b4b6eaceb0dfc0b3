"""Makes budget lines of the rows of one table, and sets its stated totals beside the sums of its lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from budget_align.core.budget_line import UNIT_SEPARATOR
from budget_align.core.fiscal_year import find_years
from budget_align.core.money import MAXIMUM, MINOR_UNITS, Unit, format_amount
from budget_align.core.reading import ControlTotal, Finding, Severity
from budget_align.core.refusal import RefusedError
from importers import vocabulary
from importers.columns import Column
from importers.grid import Grid, Kind, address, letter
from importers.layout import Block
from importers.totals import Entry, Row, Sums, find_totals

_FILL_DOWN_FROM = 0.3
"""From this share of blanks on, a column of labels is taken to be written once for the rows below it."""


@dataclass
class Table:
    """One table with what was settled about it, ready to become lines.

    Attributes:
        amounts: minor units by body row and value column, shape (rows, columns of the grid); nought where no number.
        stated: where a cell states an amount, nought included, the same shape.
    """

    grid: Grid
    block: Block
    columns: list[Column]
    body: str
    stage: str
    unit: Unit
    fiscal_year: int | None
    amounts: npt.NDArray[np.int64]
    stated: npt.NDArray[np.bool_]
    sums: Sums

    def of_role(self, *roles: str) -> list[Column]:
        """The columns of these roles, from left to right."""
        return [column for column in self.columns if column.role in roles]


def measure(
    grid: Grid, block: Block, columns: list[Column], unit: Unit
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The amounts of a table in minor units, and where its cells state one.

    Raises:
        RefusedError: an amount is beyond any budget; the sentence names its cell.
    """
    rows = list(block.body)
    numbers = grid.numbers[rows]
    stated = np.zeros(numbers.shape, dtype=bool)
    amounts = np.zeros(numbers.shape, dtype=np.int64)
    row_at = {row: i for i, row in enumerate(rows)}
    for column in columns:
        if column.role not in ("amount", "total"):
            continue
        c, own = column.index, column.unit or unit
        stated[:, c] = ~np.isnan(numbers[:, c])
        minor = np.nan_to_num(numbers[:, c], nan=0.0, posinf=np.inf, neginf=-np.inf) * own.minor
        for (row, where), scale in grid.scales.items():
            if where == c and row in row_at:
                minor[row_at[row]] = grid.numbers[row, c] * scale * MINOR_UNITS
        beyond = np.flatnonzero(~(np.abs(minor) <= MAXIMUM))
        if len(beyond):
            cell = address(rows[beyond[0]], c)
            raise RefusedError(
                "bad-amount",
                f"The amount in {grid.name!r} cell {cell} is beyond any budget; correct it and send it again.",
            )
        amounts[:, c] = np.rint(minor).astype(np.int64)
    return amounts, stated


def sum_up(
    grid: Grid,
    block: Block,
    columns: list[Column],
    amounts: npt.NDArray[np.int64],
    stated: npt.NDArray[np.bool_],
    unit: Unit,
    names: Sequence[str],
) -> Sums:
    """Tells the table's totals from its lines, by the columns that hold amounts and not sums of others."""
    parts = [column.index for column in columns if column.role == "amount"]
    all_numbers = [column.index for column in columns if column.role in ("amount", "total")]
    rows = []
    for i, row in enumerate(block.body):
        label = row_label(grid, columns, row)
        if stated[i, all_numbers].any():
            rows.append(Row(row, label, tuple(int(a) for a in amounts[i, parts])))
        elif label:
            rows.append(Row(row, label, None))
    units = {column.index: column.unit or unit for column in columns}
    tolerance = tuple(_half_of_last_place(grid, block, c, units[c]) for c in parts)
    return find_totals(rows, tolerance, names)


def _half_of_last_place(grid: Grid, block: Block, c: int, unit: Unit) -> int:
    """Half of what the last printed decimal place of a column is worth, in minor units."""
    numbers = grid.numbers[list(block.body), c]
    places = 0
    for number in numbers[~np.isnan(numbers)]:
        while places < 9 and abs(number * 10**places - round(number * 10**places)) > 1e-6:
            places += 1
    return int(unit.minor / 10**places / 2)


def row_label(grid: Grid, columns: list[Column], row: int) -> str:
    """What names a row: the label that calls it a total, else the programme, else the innermost label filled."""
    labels = [c for c in columns if c.role in ("body", "unit", "programme", "account")]
    texts = {c.index: grid.texts[row][c.index] for c in labels if grid.kinds[row, c.index] == Kind.TEXT}
    programme = next((texts[c.index] for c in labels if c.role == "programme" and c.index in texts), "")
    if programme:
        return programme
    totals = [text for text in texts.values() if vocabulary.says_total(text)]
    if totals:
        return totals[0]
    if any(c.role == "programme" for c in labels):
        return ""
    return next(reversed(texts.values()), "")


def find_row_findings(table: Table) -> list[Finding]:
    """What to know about the table's cells: columns that do not add up, errors, numbers stored as text."""
    grid, block = table.grid, table.block
    found = []
    rows = np.array(block.body)
    for column in table.of_role("total"):
        read = table.amounts[:, list(column.parts)].sum(axis=1)
        away = np.flatnonzero(table.stated[:, column.index] & (np.abs(read - table.amounts[:, column.index]) > 1))
        parts = ", ".join(letter(p) for p in column.parts)
        for i in away:
            published, unit = table.amounts[i, column.index], column.unit or table.unit
            found.append(
                Finding(
                    code="row-total-differs",
                    severity=Severity.WARNING,
                    sheet=grid.name,
                    cell=address(int(rows[i]), column.index),
                    message=f"States {_money(published, unit)}, and columns {parts} of the row add up to "
                    f"{_money(read[i], unit)}.",
                    action="Columns were read as they stand; correct the one that is wrong.",
                )
            )
    for column in table.of_role("amount", "total"):
        kinds = grid.kinds[rows, column.index]
        found += [
            Finding(
                code="error-cell",
                severity=Severity.WARNING,
                sheet=grid.name,
                cell=address(int(row), column.index),
                message=f"Holds the error {grid.texts[row][column.index]} where an amount would stand.",
                action="Read as no amount; correct the formula and send the workbook again.",
            )
            for row in rows[kinds == Kind.ERROR]
        ]
        found += _text_amounts(grid, rows, column)
    return found


def _text_amounts(grid: Grid, rows: npt.NDArray[np.int64], column: Column) -> Iterable[Finding]:
    stored = [int(row) for row in rows if (int(row), column.index) in grid.from_text]
    # In a file of plain text every number is text; only one among real numbers tells of a slip.
    if stored and len(stored) < (grid.kinds[rows, column.index] == Kind.NUMBER).sum():
        yield Finding(
            code="number-as-text",
            severity=Severity.INFORMATION,
            sheet=grid.name,
            cell=address(stored[0], column.index),
            message=f"{len(stored)} numbers of column {column.letter} are stored as text, this one first; "
            "they were read as numbers.",
        )
    unread = [int(r) for r in rows if grid.kinds[r, column.index] == Kind.TEXT]
    for row in unread:
        yield Finding(
            code="text-for-amount",
            severity=Severity.WARNING,
            sheet=grid.name,
            cell=address(row, column.index),
            message=f"Says {grid.texts[row][column.index][:40]!r} where an amount would stand.",
            action="Read as no amount; write a number if there is one.",
        )


def make_lines(table: Table) -> list[dict[str, Any]]:
    """The budget lines of a table as records of `budget_line.SCHEMA`, without line_id and file_hash."""
    texts = _label_texts(table)
    row_at = {row: i for i, row in enumerate(table.block.body)}
    amounts = table.of_role("amount")
    totals_without_parts = _totals_alone(table, amounts)
    records = []
    for entry in sorted(table.sums.lines(), key=lambda e: e.row):
        i = row_at[entry.row]
        common = _common(table, texts, entry)
        for column in amounts + [c for c in table.of_role("total") if (i, c.index) in totals_without_parts]:
            if table.stated[i, column.index]:
                records.append(_record(table, common, column, entry, i))
    return records


def _totals_alone(table: Table, amounts: list[Column]) -> set[tuple[int, int]]:
    """Cells of total columns that state an amount which no part beside them states."""
    alone = set()
    for column in table.of_role("total"):
        parts = list(column.parts)
        empty = ~table.stated[:, parts].any(axis=1) & (table.amounts[:, column.index] != 0)
        alone |= {(int(i), column.index) for i in np.flatnonzero(empty)}
    return alone


def _label_texts(table: Table) -> dict[int, dict[int, str]]:
    """The text of each column of labels by row, filled down where it is written once for several rows."""
    texts: dict[int, dict[int, str]] = {}
    grid = table.grid
    numbered = [e.row for e in table.sums.lines()]
    for column in table.columns:
        if column.role in ("amount", "total", "change", "measure", "unused"):
            continue
        said = {}
        for row in table.block.body:
            kind = grid.kinds[row, column.index]
            label = kind in (Kind.TEXT, Kind.DATE, Kind.MARK)
            if label or (
                kind == Kind.NUMBER and column.role in ("year", "unit_code", "programme_code", "account_code")
            ):
                said[row] = grid.texts[row][column.index]
        blank = sum(row not in said for row in numbered)
        if column.role in ("body", "unit", "account") and numbered and blank > _FILL_DOWN_FROM * len(numbered):
            last = ""
            for row in table.block.body:
                last = said.get(row, "") or last
                if last and not vocabulary.says_total(last):
                    said.setdefault(row, last)
        texts[column.index] = said
    return texts


def _common(table: Table, texts: dict[int, dict[int, str]], entry: Entry) -> dict[str, Any]:
    """What all the amounts of one row share."""

    def text(*roles: str) -> str:
        said = (texts[c.index].get(entry.row, "") for c in table.of_role(*roles))
        return next((each for each in said if each), "")

    programme = table.sums.lone_totals.get(entry.row) or text("programme")
    units = [texts[c.index].get(entry.row, "") for c in table.of_role("unit")]
    if not table.of_role("unit"):
        units = list(table.sums.headings.get(entry.row, ()))
    path: list[str] = []
    for part in (" ".join(unit.split()) for unit in units):
        if part and part != (path[-1] if path else ""):
            path.append(part)
    notes = " ".join(text("note").split())
    counterpart = text("counterpart")
    label = f"{programme} {UNIT_SEPARATOR.join(path)}"
    if not counterpart and entry.memo and vocabulary.LOCAL_GOVERNMENT.search(label):
        counterpart = "Local government"
    year_text = text("year")
    years = find_years(year_text.removesuffix(".0")) if year_text else []
    return {
        "body": " ".join(text("body").split()) or table.body,
        "unit": UNIT_SEPARATOR.join(path),
        "programme_code": text("programme_code"),
        "programme": " ".join((programme or (path[-1] if path else "")).split()),
        "account_code": text("account_code"),
        "account": " ".join(text("account").split()),
        "control": _control_of(text("control")),
        "stage": vocabulary.find_stage(text("stage")),
        "fiscal_year": years[0] if len(years) == 1 else None,
        "memo": entry.memo,
        "counterpart": counterpart,
        "description": " ".join(text("description").split()),
        "unit_code": text("unit_code"),
        "notes": notes,
    }


def _control_of(said: str) -> str:
    return vocabulary.find_control(said) or " ".join(said.split())


def _record(table: Table, common: dict[str, Any], column: Column, entry: Entry, i: int) -> dict[str, Any]:
    extra = {"header": column.header, "unit_code": common["unit_code"], "note": common["notes"]}
    return {
        **{key: value for key, value in common.items() if key not in ("unit_code", "notes")},
        "level": "",
        "account": common["account"] or column.account,
        "control": common["control"] or column.control,
        "stage": column.stage or common["stage"] or table.stage,
        "fiscal_year": column.fiscal_year or common["fiscal_year"] or table.fiscal_year,
        "amount": int(table.amounts[i, column.index]),
        "extra": json.dumps({k: v for k, v in extra.items() if v}, ensure_ascii=False),
        "sheet": table.grid.name,
        "row": entry.row + 1,
        "cell": address(entry.row, column.index),
    }


def make_control_totals(table: Table) -> list[ControlTotal]:
    """Each total that the table states, column by column, beside the sum of the lines that it covers."""
    row_at = {row: i for i, row in enumerate(table.block.body)}
    columns = table.of_role("amount", "total")
    alone = _totals_alone(table, table.of_role("amount"))
    body_of = _label_texts(table)
    bodies = table.of_role("body")
    found = []
    for entry in table.sums.totals():
        i = row_at[entry.row]
        lines = [row_at[line.row] for line in entry.lines() if not line.of_which]
        for column in columns:
            if not table.stated[i, column.index]:
                continue
            parts = list(column.parts) or [column.index]
            read = int(table.amounts[np.ix_(lines, parts)].sum())
            read += sum(int(table.amounts[j, column.index]) for j in lines if (j, column.index) in alone)
            published = int(table.amounts[i, column.index])
            if not published and not read and not column.parts:
                continue
            said = next((body_of[c.index].get(entry.members[0].row, "") for c in bodies), "") if entry.members else ""
            found.append(
                ControlTotal(
                    sheet=table.grid.name,
                    row=entry.row + 1,
                    cell=address(entry.row, column.index),
                    label=" ".join(entry.label.split()),
                    body=table.body or " ".join(said.split()),
                    whole=entry.whole,
                    memo=entry.memo,
                    stage=column.stage or table.stage,
                    fiscal_year=column.fiscal_year or table.fiscal_year,
                    control=column.control if not column.parts else "",
                    published=published,
                    read=read,
                    members=_ranges([member.row for member in entry.members], column),
                )
            )
    return found


def _ranges(rows: list[int], column: Column) -> tuple[str, ...]:
    """The rows' cells in a column as ranges."""
    ranges: list[tuple[int, int]] = []
    for row in sorted(rows):
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = (ranges[-1][0], row)
        else:
            ranges.append((row, row))
    return tuple(
        address(a, column.index) if a == b else f"{address(a, column.index)}:{address(b, column.index)}"
        for a, b in ranges
    )


def find_total_findings(table: Table, control_totals: Sequence[ControlTotal]) -> list[Finding]:
    """What to know about the table's totals: those that differ, lines that are called totals, memo below the total."""
    found = []
    sheet = table.grid.name
    for total in control_totals:
        if total.difference:
            rounding = abs(total.difference) <= _rounding(table, total)
            found.append(
                Finding(
                    code="total-rounded" if rounding else "total-differs",
                    severity=Severity.INFORMATION if rounding else Severity.WARNING,
                    sheet=sheet,
                    cell=total.cell,
                    message=f"{total.label!r} states {_money(total.published, table.unit)}; its lines "
                    f"({', '.join(total.members)}) add up to {_money(total.read, table.unit)}, "
                    f"a difference of {_money(total.difference, table.unit)}.",
                    action="The rounding of its lines explains it."
                    if rounding
                    else "Lines were read as they stand; ask the department which figure is right.",
                )
            )
    label_column = next((c.index for role in ("programme", "unit", "body") for c in table.of_role(role)), 0)
    for entry in table.sums.totals():
        if not vocabulary.says_total(entry.label):
            found.append(
                Finding(
                    code="unlabelled-total",
                    severity=Severity.INFORMATION,
                    sheet=sheet,
                    cell=address(entry.row, label_column),
                    message=f"{entry.label!r} is not called a total but is the sum of {len(entry.members)} rows above "
                    "it in every column; it was read as their total.",
                )
            )
    for row, heading in table.sums.lone_totals.items():
        found.append(
            Finding(
                code="total-without-lines",
                severity=Severity.INFORMATION,
                sheet=sheet,
                cell=address(row, label_column),
                message=f"{row_label(table.grid, table.columns, row)!r} has no line to sum; it was read as a line"
                + (f" named {heading!r}, after the heading above it." if heading else "."),
            )
        )
    return found + _memo_findings(table, label_column)


def _rounding(table: Table, total: ControlTotal) -> int:
    """By how much the rounding of each line may at most keep a total from the sum of its lines, in minor units."""
    column = next(c for c in table.of_role("amount", "total") if total.cell == address(total.row - 1, c.index))
    entry = next(e for e in table.sums.totals() if e.row == total.row - 1)
    parts = column.parts or (column.index,)
    half = max(_half_of_last_place(table.grid, table.block, c, column.unit or table.unit) for c in parts)
    return half * (1 + len(parts) * sum(1 for _ in entry.lines()))


def _memo_findings(table: Table, label_column: int) -> list[Finding]:
    whole = next((entry for entry in table.sums.top if entry.whole), None)
    found = []
    for entry in table.sums.top:
        for line in entry.lines():
            if line.memo:
                why = (
                    "says that it is part of another line"
                    if line.of_which
                    else f"stands below {whole.label!r} and no total adds it to that"
                    if whole
                    else "stands below the total of the whole"
                )
                found.append(
                    Finding(
                        code="memo-line",
                        severity=Severity.WARNING,
                        sheet=table.grid.name,
                        cell=address(line.row, label_column),
                        message=f"{line.label!r} {why}; it was read as a memo line, shown and never added.",
                        action="Confirm that this money is counted elsewhere, in the figures of who receives it.",
                    )
                )
    if whole:
        for entry in table.sums.top:
            if entry.row < whole.row and not entry.of_which and any(entry.amounts):
                found.append(
                    Finding(
                        code="outside-total",
                        severity=Severity.WARNING,
                        sheet=table.grid.name,
                        cell=address(entry.row, label_column),
                        message=f"{entry.label!r} stands above {whole.label!r} and is not in it; it was counted.",
                        action="Check whether the total leaves it out on purpose.",
                    )
                )
    return found


def _money(minor: int, unit: Unit) -> str:
    return format_amount(int(minor), unit.currency)
