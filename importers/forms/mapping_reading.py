"""Reads a mapping back from the workbook that `mapping_workbook` writes, as a person may have edited it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from budget_align.core.frameworks.framework import Framework, first_problem
from budget_align.core.returns.reading import Finding, Severity
from budget_align.core.rules.condition import FIELD_NAMES, Condition
from budget_align.core.rules.contribution import read_effects
from budget_align.core.rules.mapping import Mapping, Rule, unknown_codes
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.fiscal_year import FiscalCalendar, read_year
from budget_align.core.values.refusal import RefusedError
from importers.files.limits import Limits
from importers.files.workbook import Sheet, cell_text, open_workbook
from importers.forms.mapping_workbook import (
    CONDITIONS,
    CONTRIBUTION,
    FOLLOWS,
    GRADE,
    GRADING,
    HOW,
    MISSIONS,
    RULES,
    SHARES,
)

_FIELD_OF: Final = {name.casefold(): field for field, name in FIELD_NAMES.items()}


@dataclass(frozen=True)
class MappingReading:
    """A mapping as a workbook says it; None where findings stand against it."""

    mapping: Mapping | None
    findings: tuple[Finding, ...]


def read_mapping_workbook(
    data: bytes, file_name: str, *, like: Mapping, framework: Framework, calendar: FiscalCalendar, limits: Limits
) -> MappingReading:
    """A mapping from a workbook that a person may have edited.

    Args:
        data: the bytes of the file.
        file_name: for showing; unused, since the bytes say what it is.
        like: the mapping that it goes back to, for what the workbook does not say.
        framework: whose outcomes it gives to.
        calendar: how the government writes its years.
        limits: what a workbook may at most be.

    Raises:
        RefusedError: the file is no workbook.
    """
    book = open_workbook(data, limits)
    reader = _Reader({sheet.name.strip().casefold(): sheet for sheet in book.sheets}, calendar)
    facts = reader.facts(like)
    if reader.findings:
        return MappingReading(None, tuple(reader.findings))
    mapping, finding = _make(facts, like, reader)
    findings = [finding] if finding else []
    if mapping is not None:
        findings += [
            reader.problem("Shares", 1, 1, said[0].upper() + said[1:], "Choose from the list.")
            for said in unknown_codes(mapping, framework)
        ]
    return MappingReading(None if findings else mapping, tuple(findings))


def _make(facts: dict[str, Any], like: Mapping, reader: _Reader) -> tuple[Mapping | None, Finding | None]:
    rules = []
    for rule in facts["rules"]:
        try:
            rules.append(Rule.model_validate(rule))
        except ValidationError as error:
            return None, reader.problem("Rules", reader.row_of.get(rule["id"], 1), 0, first_problem(error))
    try:
        mapping = Mapping.model_validate(
            {
                "name": like.name,
                "author": like.author,
                "framework": like.framework,
                **{key: facts[key] for key in ("title", "note", "overheads", "missions")},
            }
        )
        return Mapping.from_stored(mapping.model_copy(update={"rules": tuple(rules)}).to_stored()), None
    except ValidationError as error:
        return None, reader.problem("Rules", 1, 0, first_problem(error))


class _Reader:
    """Reads the sheets by the names of their columns, and notes what is wrong with sheet and cell."""

    def __init__(self, sheets: dict[str, Sheet], calendar: FiscalCalendar) -> None:
        self._sheets, self._calendar = sheets, calendar
        self.findings: list[Finding] = []
        self.row_of: dict[str, int] = {}

    def problem(self, sheet: str, row: int, column: int, message: str, action: str = "") -> Finding:
        """A finding at a cell, counted from row 1 and column 0."""
        cell = f"{get_column_letter(column + 1)}{row}"
        return Finding(
            code="bad-mapping",
            severity=Severity.QUESTION,
            sheet=sheet,
            cell=cell,
            message=message,
            action=action or "Mend the cell and send it again.",
        )

    def facts(self, like: Mapping) -> dict[str, Any]:
        """What the sheets say, as `Mapping` takes it."""
        rules = self._rules()
        ids = {rule["id"]: rule for rule in rules}
        for row, cells, columns in self._rows("Conditions", CONDITIONS):
            rule = self._rule_of("Conditions", row, cells, columns, ids)
            condition = self._condition(row, cells, columns)
            if rule is not None and condition is not None:
                rule["when"].append(condition)
        for row, cells, columns in self._rows("Shares", SHARES):
            rule = self._rule_of("Shares", row, cells, columns, ids)
            code, percent = cell_text(cells[columns["Outcome"]]), cells[columns["Percent"]]
            if rule is not None and self._is_share("Shares", row, columns["Percent"], code, percent):
                if code in rule["to"]:
                    self._note("Shares", row, columns["Outcome"], f"The outcome {code!r} stands twice for one rule.")
                rule["to"][code] = cell_text(percent)
        for rule in rules:
            if not rule["when"]:
                self._note("Rules", self.row_of[rule["id"]], 0, f"The rule {rule['id']!r} has no condition.")
        missions: dict[str, dict[str, str]] = {}
        for row, cells, columns in self._rows("Missions", MISSIONS, needed=False):
            code, percent = cell_text(cells[columns["Outcome"]]), cells[columns["Percent"]]
            if self._is_share("Missions", row, columns["Percent"], code, percent):
                missions.setdefault(cell_text(cells[columns["Mission"]]), {})[code] = cell_text(percent)
        said = self._settings()
        return {
            "title": said.get("title") or like.title,
            "note": said.get("note", like.note),
            "overheads": said.get("overheads") or like.overheads,
            "missions": missions,
            "rules": rules,
        }

    def _rules(self) -> list[dict[str, Any]]:
        rules: list[dict[str, Any]] = []
        for row, cells, columns in self._rows("Rules", RULES):

            def said(name: str, cells: Sequence[Any] = cells, columns: dict[str, int] = columns) -> str:
                return cell_text(cells[columns[name]])

            rule_id = said("Rule")
            if not rule_id:
                self._note(
                    "Rules", row, columns["Rule"], "The rule has no name.", "Give it one, such as schools-north."
                )
                continue
            if rule_id in self.row_of:
                self._note("Rules", row, columns["Rule"], f"The rule {rule_id!r} stands twice.")
                continue
            self.row_of[rule_id] = row
            dated = cells[columns["Date"]]
            rules.append(
                {
                    "id": rule_id,
                    "when": [],
                    "to": {},
                    "none": said("Reason for no outcome"),
                    "follows": self._choice(row, columns["Overhead follows"], said("Overhead follows"), FOLLOWS),
                    "driver": said("Driver"),
                    "first_year": self._year(row, columns["First year"], said("First year")),
                    "last_year": self._year(row, columns["Last year"], said("Last year")),
                    "why": said("Why"),
                    "evidence": said("Evidence"),
                    "contribution": self._choice(row, columns["Contribution"], said("Contribution"), CONTRIBUTION)
                    or "direct",
                    "transfer_to": said("Transfers to"),
                    "author": said("Author"),
                    "grade": self._choice(row, columns["Grade"], said("Grade"), GRADE) or None
                    if "Grade" in columns
                    else None,
                    "effects": read_effects(said("Works on")) if "Works on" in columns else {},
                    "dated": dated.date() if isinstance(dated, datetime) else (cell_text(dated) or None),
                }
            )
        return rules

    def _condition(self, row: int, cells: Sequence[Any], columns: dict[str, int]) -> Condition | None:
        field, how = cell_text(cells[columns["Field"]]), cell_text(cells[columns["How"]])
        said = cells[columns["Words, a line each"]]
        # An empty first line is the bound that a range does not have, so that text is not stripped.
        words = (said if isinstance(said, str) else cell_text(said)).replace("\r\n", "\n").split("\n")
        if how not in HOW:
            self._note("Conditions", row, columns["How"], f"{how!r} is no way to compare.", "Choose from the list.")
            return None
        verb, negated = HOW[how]
        words = [*words, ""][:2] if verb == "between" else [word for word in words if word.strip()]
        facts = {"field": _FIELD_OF.get(field.casefold(), field), "verb": verb, "words": words, "negated": negated}
        try:
            return Condition.model_validate(facts)
        except ValidationError as error:
            self._note("Conditions", row, columns["Words, a line each"], first_problem(error))
            return None

    def _rule_of(
        self, sheet: str, row: int, cells: Sequence[Any], columns: dict[str, int], rules: dict[str, Any]
    ) -> dict[str, Any] | None:
        said = cell_text(cells[columns["Rule"]])
        if said not in rules:
            self._note(sheet, row, columns["Rule"], f"There is no rule {said!r} on the sheet Rules.")
            return None
        found: dict[str, Any] = rules[said]
        return found

    def _is_share(self, sheet: str, row: int, column: int, code: str, percent: Any) -> bool:
        try:
            fits = 0 < float(cell_text(percent).removesuffix("%")) <= WHOLE / 10_000
        except ValueError:
            fits = False
        if not code or not fits:
            self._note(
                sheet,
                row,
                column,
                f"{cell_text(percent)!r} is no share of {code or 'an outcome'}.",
                "Write a percentage above 0 and up to 100.",
            )
        return bool(code) and fits

    def _choice(self, row: int, column: int, said: str, choices: dict[str, str]) -> str:
        if not said:
            return ""
        for value, text in choices.items():
            if said.casefold() in (value, text.casefold()):
                return value
        self._note(
            "Rules", row, column, f"{said!r} is not one of {', '.join(choices.values())}.", "Choose from the list."
        )
        return ""

    def _year(self, row: int, column: int, said: str) -> int | None:
        if not said:
            return None
        try:
            return read_year(said, self._calendar)
        except RefusedError as refusal:
            self._note("Rules", row, column, refusal.message)
            return None

    def _settings(self) -> dict[str, str]:
        sheet = self._sheets.get("mapping")
        rows = sheet.rows if sheet else []
        return {cell_text(row[0]).casefold(): cell_text(row[1]) for row in rows if len(row) > 1 and cell_text(row[0])}

    def _rows(
        self, name: str, wanted: Iterable[tuple[str, int]], *, needed: bool = True
    ) -> Iterable[tuple[int, Sequence[Any], dict[str, int]]]:
        """Each row that says anything, its number, and where its columns are."""
        sheet = self._sheets.get(name.casefold())
        if sheet is None or not sheet.rows:
            if needed:
                self._note(name, 1, 0, f"The sheet {name!r} is missing.", "Begin from a downloaded workbook.")
            return
        heads = {cell_text(cell).casefold(): column for column, cell in enumerate(sheet.rows[0])}
        new = {head for head, _ in GRADING}
        missing = [head for head, _ in wanted if head.casefold() not in heads and head not in new]
        if missing:
            self._note(name, 1, 0, f"The column {missing[0]!r} is missing.", "Put it back; its place does not matter.")
            return
        columns = {head: heads[head.casefold()] for head, _ in wanted if head.casefold() in heads}
        for number, cells in enumerate(sheet.rows[1:], 2):
            if any(cell_text(cell) for cell in cells):
                yield number, cells, columns

    def _note(self, sheet: str, row: int, column: int, message: str, action: str = "") -> None:
        self.findings.append(self.problem(sheet, row, column, message, action))
