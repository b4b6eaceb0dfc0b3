"""Measures to split shared cost by, from a workbook: one row a measure, or a column a financial year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from openpyxl.utils import get_column_letter

from budget_align.core.returns.reading import Finding, Severity
from budget_align.core.rules import drivers
from budget_align.core.values.fiscal_year import FiscalCalendar, FoundYear, read_year
from budget_align.core.values.refusal import RefusedError
from importers.files.limits import Limits
from importers.files.workbook import Sheet, cell_text, open_workbook

_HEADS: Final = {
    "driver": ("driver", "measure of", "cost driver", "basis"),
    "fiscal_year": ("year", "financial year", "fiscal year"),
    "body": ("body", "department", "organisation", "council", "agency", "portfolio"),
    "unit": ("unit", "directorate", "division", "cost centre", "team"),
    "outcome": ("outcome", "outcome code", "goal"),
    "measure": ("measure", "value", "amount", "quantity", "number"),
}
_LOOK_DOWN: Final = 30


@dataclass(frozen=True)
class DriverReading:
    """The measures of a workbook, as `drivers.SCHEMA` says; none where findings stand against them."""

    measures: pd.DataFrame
    findings: tuple[Finding, ...]


def read_drivers(
    data: bytes, file_name: str, *, outcomes: frozenset[str], calendar: FiscalCalendar, limits: Limits
) -> DriverReading:
    """The measures of every sheet that has a header row with a column of bodies, and of measures or years.

    A sheet without a column of drivers is one driver, called as the sheet is. Where a column is headed by a financial
    year, it holds the measures of that year.

    Args:
        data: the bytes of the file.
        file_name: for showing.
        outcomes: every outcome code that a measure may name.
        calendar: how the government writes its years.
        limits: what a workbook may at most be.

    Raises:
        RefusedError: the file is no workbook.
    """
    book = open_workbook(data, limits)
    findings: list[Finding] = []
    rows: list[tuple[Any, ...]] = []
    for sheet in book.sheets:
        rows += _read_sheet(sheet, outcomes, calendar, findings)
    if not rows and not findings:
        findings.append(
            _finding(
                book.sheets[0].name, 0, 0, "No table of measures was found.", "Head the columns Body, Year and Measure."
            )
        )
    frame = pd.DataFrame(rows, columns=list(drivers.SCHEMA)).astype(drivers.SCHEMA)
    if not findings:
        try:
            frame = drivers.check_drivers(frame)
        except RefusedError as refusal:
            findings.append(_finding(book.sheets[0].name, 0, 0, refusal.message, "Mend it and send it again."))
    return DriverReading(frame if not findings else drivers.empty_drivers(), tuple(findings))


def _read_sheet(
    sheet: Sheet, outcomes: frozenset[str], calendar: FiscalCalendar, findings: list[Finding]
) -> list[tuple[Any, ...]]:
    head = next((i for i, row in enumerate(sheet.rows[:_LOOK_DOWN]) if _is_head(row, calendar)), None)
    if head is None:
        return []
    columns, headed = _columns(sheet.rows[head], calendar)
    years = {
        column: year
        for column in headed
        if (year := _year(sheet, head, column, cell_text(sheet.rows[head][column]), calendar, findings)) is not None
    }
    if headed and not years:
        return []
    found = []
    for number, cells in enumerate(sheet.rows[head + 1 :], head + 1):
        if not any(cell_text(cell) for cell in cells):
            continue

        def said(name: str, cells: Sequence[Any] = cells) -> str:
            return cell_text(cells[columns[name]]) if name in columns else ""

        outcome = said("outcome")
        if outcome and outcome not in outcomes:
            findings.append(
                _finding(
                    sheet.name, number, columns["outcome"], f"{outcome!r} is no outcome.", "Use an outcome's code."
                )
            )
        name = said("driver") or sheet.name
        for column, year in years.items() or {columns["measure"]: None}.items():
            if year is None:
                place = columns.get("fiscal_year", 0)
                year = _year(sheet, number, place, said("fiscal_year"), calendar, findings)
                if year is None:
                    continue
            measure = _number(cells[column])
            if measure is None:
                if cell_text(cells[column]) not in ("", "-", "–"):
                    findings.append(
                        _finding(
                            sheet.name,
                            number,
                            column,
                            f"{cell_text(cells[column])!r} is no measure.",
                            "Write zero or more.",
                        )
                    )
                continue
            found.append((name[:64], year, said("body"), said("unit"), outcome, measure))
    return found


def _year(
    sheet: Sheet, row: int, column: int, text: str, calendar: FiscalCalendar, findings: list[Finding]
) -> int | None:
    """The fiscal year that a cell states; None, and a finding, where it states none or may state either of two."""
    try:
        return read_year(text, calendar)
    except RefusedError as refusal:
        findings.append(_finding(sheet.name, row, column, refusal.message, "Mend the year and send it again."))
        return None


def _is_head(row: Sequence[Any], calendar: FiscalCalendar) -> bool:
    columns, years = _columns(row, calendar)
    return "body" in columns and bool(years or ("measure" in columns and "fiscal_year" in columns))


def _columns(row: Sequence[Any], calendar: FiscalCalendar) -> tuple[dict[str, int], dict[int, FoundYear]]:
    columns: dict[str, int] = {}
    years: dict[int, FoundYear] = {}
    for position, cell in enumerate(row):
        text = cell_text(cell).casefold()
        named = calendar.find(text)
        if len(named) == 1:
            years[position] = named[0]
        for name, heads in _HEADS.items():
            if text in heads and name not in columns:
                columns[name] = position
    return columns, years


def _number(value: Any) -> float | None:
    try:
        number = float(cell_text(value).replace(",", ""))
    except ValueError:
        return None
    return number if number >= 0 and number == number and number != float("inf") else None


def _finding(sheet: str, row: int, column: int, message: str, action: str) -> Finding:
    cell = f"{get_column_letter(column + 1)}{row + 1}"
    return Finding(
        code="bad-driver", severity=Severity.QUESTION, sheet=sheet, cell=cell, message=message, action=action
    )
