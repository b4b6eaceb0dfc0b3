"""Indicators from a spreadsheet: what they measure, and their observations, a row each or a column a year."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from budget_align.core.frameworks.framework import first_problem
from budget_align.core.outcomes.indicator import OBSERVATIONS, IndicatorDefinition
from budget_align.core.returns.reading import Finding, Severity
from budget_align.core.values.fiscal_year import FiscalCalendar
from importers.files.limits import Limits
from importers.files.workbook import Sheet, cell_text, open_workbook

SERIES: Final = " · "
"""Between an indicator's code and the name of one of its several series, such as cash and real terms."""

_HEADS: Final = {
    "code": ("code", "indicator code", "id"),
    "sort_code": ("code_sortable",),
    "name": ("title", "name", "indicator", "indicator name"),
    "unit": ("unit", "units", "measuretype", "measure type"),
    "direction": ("direction", "polarity", "better", "ranking_type", "ranking type"),
    "midpoint": ("ranking_goldilocksmidpoint", "midpoint"),
    "low": ("low", "lower bound"),
    "high": ("high", "upper bound"),
    "outcome": ("outcome", "outcome code"),
    "threshold": ("threshold",),
    "over": ("over", "years compared"),
    "lag_months": ("lag", "lag months"),
    "baseline": ("baseline",),
    "baseline_year": ("baseline year",),
    "target": ("target",),
    "target_year": ("target year",),
    "source": ("source",),
    "territory": ("territory", "area", "council", "local authority", "region", "country"),
    "period": ("period", "year", "financial year", "date"),
    "series": ("series", "datatype", "data type", "basis"),
}
_DIRECTIONS: Final = {
    "higher": ("higher", "high", "up", "descending", "increase", "higher is better"),
    "lower": ("lower", "low", "down", "ascending", "decrease", "lower is better"),
    "range": ("range", "goldilocks", "middle", "best within a range"),
    "neither": ("neither", "none", "context", "neither more nor less is better"),
}
_NUMBERS: Final = ("low", "high", "threshold", "baseline", "target")
_YEARS: Final = ("baseline_year", "target_year")
_MISSING: Final = ("", "-", "–", "..", "n/a", "na", "nan", "none", "null", "x", "*")
_SPAN: Final = re.compile(r"^((?:19|20)\d\d)\s?[-–/]\s?((?:19|20)?\d\d)$")
_LOOK_DOWN: Final = 30


@dataclass(frozen=True)
class IndicatorReading:
    """What a workbook says of indicators.

    Attributes:
        observations: as `OBSERVATIONS` says.
        value_columns: the headers of columns that hold values, where a person has to choose one.
        findings: those of severity question stand against storing anything.
    """

    definitions: tuple[IndicatorDefinition, ...]
    observations: pd.DataFrame
    value_columns: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether it can be stored."""
        return not any(finding.severity == Severity.QUESTION for finding in self.findings)


def read_indicators(
    data: bytes,
    file_name: str,
    *,
    territory: str,
    calendar: FiscalCalendar,
    value_column: str = "",
    limits: Limits,
) -> IndicatorReading:
    """The definitions and observations of every sheet that has a header row with a column of codes.

    A span of several years stands for the year that it ends in. Periods shorter than a year are left out and told.

    Args:
        data: the bytes of the file.
        file_name: for showing.
        territory: where observations are of, that name no place of their own.
        calendar: how the government writes its fiscal years; a bare year is a calendar year.
        value_column: the header of the column of values, where there are several.
        limits: what a workbook may at most be.

    Raises:
        RefusedError: the file is no workbook.
    """
    book = open_workbook(data, limits)
    reader = _Reader(territory, calendar, value_column)
    for sheet in book.sheets:
        reader.read(sheet)
    if not reader.definitions and not reader.rows and not reader.findings:
        reader.note(book.sheets[0].name, 0, 0, "No table of indicators was found.", "Head a column Code.")
    observations = reader.observations(book.sheets[0].name)
    if not all(f.severity != Severity.QUESTION for f in reader.findings):
        observations = observations.iloc[:0]
    return IndicatorReading(
        tuple(reader.definitions.values()), observations, tuple(reader.value_columns), tuple(reader.findings)
    )


class _Reader:
    def __init__(self, territory: str, calendar: FiscalCalendar, value_column: str) -> None:
        self._territory, self._value_column = territory, value_column.strip().casefold()
        self._calendar = calendar
        self.definitions: dict[str, IndicatorDefinition] = {}
        self.rows: list[tuple[str, str, str, int, bool, float]] = []
        self.value_columns: list[str] = []
        self.findings: list[Finding] = []
        self._shorter: Counter[str] = Counter()

    def note(
        self, sheet: str, row: int, column: int, message: str, action: str, severity: Severity = Severity.QUESTION
    ) -> None:
        """Notes a finding at a cell, counted from zero."""
        cell = f"{get_column_letter(column + 1)}{row + 1}"
        self.findings.append(
            Finding(code="indicator", severity=severity, sheet=sheet, cell=cell, message=message, action=action)
        )

    def read(self, sheet: Sheet) -> None:
        """Reads a sheet that has a header row; leaves others alone."""
        head = next((i for i, row in enumerate(sheet.rows[:_LOOK_DOWN]) if "code" in _columns(row)), None)
        if head is None:
            return
        columns = _columns(sheet.rows[head])
        years = _year_columns(sheet.rows[head], self._calendar)
        values = [c for c, cell in enumerate(sheet.rows[head]) if cell_text(cell).casefold().startswith("value")]
        if "period" in columns and values:
            self._read_rows(sheet, head, columns, values)
        elif len(years) > 1:
            self._read_years(sheet, head, columns, years)
        elif "name" in columns:
            self._read_definitions(sheet, head, columns)

    def _read_rows(self, sheet: Sheet, head: int, columns: dict[str, int], values: list[int]) -> None:
        if len(values) > 1:
            names = [cell_text(sheet.rows[head][c]) for c in values]
            values = [c for c, name in zip(values, names, strict=True) if name.casefold() == self._value_column]
            if not values:
                self.value_columns += names
                said = ", ".join(names)
                self.note(sheet.name, head, 0, f"The columns {said} all hold values.", "Say which of them to read.")
                return
        for number, cells in _filled(sheet, head):
            said = cell_text(cells[columns["period"]])
            period = _period(said, self._calendar)
            if period is None:
                if re.search(r"\d{4}", said):
                    self._shorter[sheet.name] += 1
                else:
                    self.note(
                        sheet.name,
                        number,
                        columns["period"],
                        f"{said!r} is no year.",
                        f"Write 2026 or {self._calendar.label(2026)}.",
                    )
                continue
            self._add(sheet.name, number, cells, columns, period, values[0])

    def _read_years(self, sheet: Sheet, head: int, columns: dict[str, int], years: dict[int, tuple[int, bool]]) -> None:
        for number, cells in _filled(sheet, head):
            for column, period in years.items():
                self._add(sheet.name, number, cells, columns, period, column)

    def _add(
        self,
        sheet: str,
        number: int,
        cells: Sequence[Any],
        columns: dict[str, int],
        period: tuple[int, bool],
        column: int,
    ) -> None:
        code = cell_text(cells[columns["code"]])
        said = cell_text(cells[column])
        if not code or said.casefold() in _MISSING:
            return
        value = _number(said)
        if value is None:
            self.note(sheet, number, column, f"{said!r} is no number.", "Write a number, or leave the cell empty.")
            return
        place = cell_text(cells[columns["territory"]]) if "territory" in columns else ""
        series = cell_text(cells[columns["series"]]) if "series" in columns else ""
        self.rows.append((code, series, place or self._territory, *period, value))

    def _read_definitions(self, sheet: Sheet, head: int, columns: dict[str, int]) -> None:
        for number, cells in _filled(sheet, head):
            said = {name: cell_text(cells[column]) for name, column in columns.items()}
            code = said.get("sort_code") or said["code"]
            if code in self.definitions:
                self.note(sheet.name, number, columns["code"], f"The code {code!r} stands twice.", "Give each its own.")
                continue
            facts = self._facts(sheet.name, number, columns, said)
            if facts is None:
                continue
            try:
                self.definitions[code] = IndicatorDefinition.model_validate({"code": code, **facts})
            except ValidationError as error:
                self.note(sheet.name, number, columns["code"], first_problem(error), "Mend the row and send it again.")

    def _facts(self, sheet: str, number: int, columns: dict[str, int], said: dict[str, str]) -> dict[str, Any] | None:
        facts: dict[str, Any] = {key: said.get(key, "")[:500] for key in ("name", "unit", "outcome", "source")}
        direction = said.get("direction", "").casefold()
        found = [way for way, words in _DIRECTIONS.items() if direction in words]
        if direction and not found:
            self.note(
                sheet,
                number,
                columns["direction"],
                f"{said['direction']!r} is no direction.",
                "Write higher, lower, range or neither.",
            )
            return None
        facts["direction"] = found[0] if found else "higher"
        for key in _NUMBERS:
            text = said.get(key, "")
            if text.casefold() in _MISSING:
                continue
            facts[key] = _number(text)
            if facts[key] is None:
                self.note(sheet, number, columns[key], f"{text!r} is no number.", "Write a number.")
                return None
        for key in _YEARS:
            period = _period(said.get(key, ""), self._calendar)
            if period is not None:
                facts[key] = period[0]
        for key in ("over", "lag_months"):
            if said.get(key, "").isdigit():
                facts[key] = int(said[key])
        middle = _number(said.get("midpoint", ""))
        if facts["direction"] == "range" and middle is not None:
            facts.setdefault("low", middle)
            facts.setdefault("high", middle)
        return facts

    def observations(self, sheet: str) -> pd.DataFrame:
        """All that was read, each indicator of several series as several; the last of what stands twice is told."""
        for name, count in self._shorter.items():
            self.note(
                name, 0, 0, f"{count:,} rows of months, quarters and the like are left out; yearly ones are read.", "",
                Severity.INFORMATION,
            )  # fmt: skip
        several: dict[str, set[str]] = {}
        for code, series, *_ in self.rows:
            several.setdefault(code, set()).add(series)
        rows = [
            (f"{code}{SERIES}{series}" if len(several[code]) > 1 and series else code, *rest)
            for code, series, *rest in self.rows
        ]
        frame = pd.DataFrame(rows, columns=list(OBSERVATIONS)).astype(OBSERVATIONS)
        keys = ["indicator", "territory", "year"]
        twice = frame[frame.duplicated(keys, keep=False)]
        if not twice.empty and twice.groupby(keys)["value"].nunique().max() > 1:
            row = twice.iloc[0]
            self.note(
                sheet, 0, 0, f"{row['indicator']} has two values for {row['territory']} in {row['year']}.", "Keep one."
            )  # fmt: skip
        return frame.drop_duplicates(keys).reset_index(drop=True)


def _filled(sheet: Sheet, head: int) -> list[tuple[int, Sequence[Any]]]:
    rows = enumerate(sheet.rows[head + 1 :], head + 1)
    return [(number, cells) for number, cells in rows if any(cell_text(cell) for cell in cells)]


def _columns(row: Sequence[Any]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, cell in enumerate(row):
        text = cell_text(cell).casefold().lstrip("\ufeff")
        for name, heads in _HEADS.items():
            if text in heads and name not in columns:
                columns[name] = position
    return columns


def _year_columns(row: Sequence[Any], calendar: FiscalCalendar) -> dict[int, tuple[int, bool]]:
    periods = {column: _period(cell_text(cell), calendar) for column, cell in enumerate(row)}
    return {column: period for column, period in periods.items() if period is not None}


def _period(text: str, calendar: FiscalCalendar) -> tuple[int, bool] | None:
    """The year of a period and whether it is a financial one; None for what is no year or several."""
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return int(text), False
    span = _SPAN.match(text)
    if span is None:
        years = calendar.find_years(text) if re.fullmatch(r"(?i)FY\s?\d{2,4}", text) else []
        return (years[0], True) if years else None
    first, last = int(span[1]), int(span[2])
    last = last if last > 99 else first // 100 * 100 + last
    last = last + 100 if last < first else last
    return (last - 1, True) if last > first else None


def _without_signs(text: str) -> str:
    """The text without signs of currencies."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Sc")


def _number(text: str) -> float | None:
    share = text.endswith("%")
    try:
        number = float(_without_signs(text.removesuffix("%").replace(",", "")))
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return number / 100 if share else number
