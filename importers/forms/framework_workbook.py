"""A framework as a workbook, there and back: what it is, its outcomes under their missions, their indicators."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from budget_align.core.frameworks.framework import Framework
from budget_align.core.returns.reading import Finding, Severity
from budget_align.core.values.day import read_day
from importers.files.limits import Limits
from importers.files.workbook import Sheet, Workbook, cell_text, open_workbook
from importers.forms.headed_table import FormRow, HeadedTable, find_table
from importers.forms.written_sheet import add_sheet, put

_ABOUT: Final = {
    "code": "Code", "name": "Name", "government": "Government", "version": "Version", "starts": "Starts",
    "ends": "Ends", "proposed": "Proposed", "family": "Family", "succeeds": "Succeeds", "source": "Source",
    "note": "Note",
}  # fmt: skip
"""Facts of a framework, by the words of the sheet that says what it is."""

_OUTCOMES: Final = {
    "mission_code": ("mission code",),
    "mission": ("mission", "goal area", "purpose"),
    "about_mission": ("mission description",),
    "code": ("outcome code", "code"),
    "name": ("outcome", "name", "outcome name"),
    "description": ("description",),
    "milestone": ("milestone",),
    "territory": ("territory",),
    "weight": ("weight", "weight %", "weight, %"),
    "succeeds": ("succeeds", "continues", "outcomes it succeeds"),
}
_INDICATORS: Final = {
    "outcome": ("outcome code", "outcome"),
    "name": ("indicator", "indicator name"),
    "measure": ("measure",),
    "territory": ("territory",),
}


@dataclass(frozen=True)
class FrameworkReading:
    """What a workbook says; `framework` is None where findings stand against it."""

    framework: Framework | None
    findings: tuple[Finding, ...]


def read_framework_workbook(data: bytes, file_name: str, *, limits: Limits) -> FrameworkReading:
    """The framework of a workbook: a sheet of two columns that says what it is, and a sheet with a row an outcome
    (Mission code, Mission, Outcome code, Outcome; Description, Milestone, Weight and Succeeds if there are any);
    indicators on a third.

    Raises:
        RefusedError: the file is no workbook.
    """
    return _Reader(open_workbook(data, limits)).read()


class _Reader:
    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._findings: list[Finding] = []
        self._about: dict[str, tuple[str, Sheet, int]] = {}
        self._missions: dict[str, dict[str, Any]] = {}
        self._outcomes: dict[str, tuple[dict[str, Any], FormRow]] = {}

    def read(self) -> FrameworkReading:
        tables = [find_table(s, _OUTCOMES, ("mission", "code", "name"), "framework") for s in self._book.sheets]
        outcomes = next((table for table in tables if table is not None), None)
        for sheet in self._book.sheets:
            if outcomes is None or sheet.name != outcomes.sheet.name:
                self._read_about(sheet)
        if outcomes is None:
            self._note(self._book.sheets[0].name, "A1", "No outcomes were found.",
                       "Head columns Mission code, Mission, Outcome code and Outcome.")  # fmt: skip
            return FrameworkReading(None, tuple(self._findings))
        self._read_outcomes(outcomes)
        for sheet in self._book.sheets:
            table = find_table(sheet, _INDICATORS, ("outcome", "name"), "framework")
            if table is not None and sheet.name != outcomes.sheet.name:
                self._read_indicators(table)
        facts = self._facts()
        if self._findings:
            return FrameworkReading(None, tuple(self._findings))
        try:
            return FrameworkReading(Framework.model_validate(facts), ())
        except ValidationError as error:
            found = error.errors(include_url=False)
            # A list whose only item is wrong counts as empty too, which is no second fault.
            for problem in [each for each in found if each["type"] != "too_short"] or found:
                self._place(problem["loc"], problem["msg"].removeprefix("Value error, "), outcomes)
            return FrameworkReading(None, tuple(self._findings))

    def _read_about(self, sheet: Sheet) -> None:
        words = {text.casefold(): name for name, text in _ABOUT.items()}
        for number, cells in enumerate(sheet.rows):
            name = words.get(cell_text(cells[0]).casefold().rstrip(":")) if len(cells) > 1 else None
            if name is not None and name not in self._about:
                self._about[name] = (cell_text(cells[1]), sheet, number)

    def _read_outcomes(self, table: HeadedTable) -> None:
        for row in table.rows():
            said = row.said
            mission = said.get("mission_code") or _code_of(said["mission"])
            if not said["mission"] and mission not in self._missions:
                self._findings.append(
                    row.finding("mission", f"{said['name']!r} stands under no mission.", "Name its mission.")
                )
                continue
            held = self._missions.setdefault(mission, {"code": mission, "name": said["mission"], "outcomes": []})
            if said.get("about_mission"):
                held["description"] = said["about_mission"]
            if said["mission"] and held["name"] != said["mission"]:
                self._findings.append(
                    row.finding(
                        "mission", f"The mission {mission!r} has two names: {held['name']!r} and {said['mission']!r}.",
                        "Give each mission a code of its own.",
                    )
                )  # fmt: skip
            if said["code"] in self._outcomes:
                self._findings.append(
                    row.finding("code", f"The outcome code {said['code']!r} stands twice.", "Give each its own.")
                )
                continue
            facts: dict[str, Any] = {
                name: said[name] for name in ("code", "name", "description", "milestone", "territory") if said.get(name)
            }
            if said.get("succeeds"):
                facts["succeeds"], facts["takes"] = _succeeds(said["succeeds"])
            if said.get("weight"):
                facts["weight"] = self._weight(row)
            self._outcomes[said["code"]] = (facts, row)
            held["outcomes"].append(facts)

    def _weight(self, row: FormRow) -> Decimal | None:
        try:
            return Decimal(row.said["weight"].removesuffix("%").strip())
        except InvalidOperation:
            self._findings.append(row.finding("weight", f"{row.said['weight']!r} is no weight.", "Write a percentage."))
            return None

    def _read_indicators(self, table: HeadedTable) -> None:
        by_name = {facts.get("name", "").casefold(): facts for facts, _ in self._outcomes.values()}
        for row in table.rows():
            said = row.said["outcome"]
            facts = self._outcomes[said][0] if said in self._outcomes else by_name.get(said.casefold())
            if facts is None:
                self._findings.append(row.finding("outcome", f"{said!r} is no outcome.", "Use its code or name."))
                continue
            about = {name: row.said[name] for name in ("name", "measure", "territory") if row.said.get(name)}
            facts.setdefault("indicators", []).append(about)

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {name: text for name, (text, _, _) in self._about.items() if text}
        for name in ("starts", "ends"):
            if name in facts:
                try:
                    facts[name] = read_day(facts[name])
                except ValueError as error:
                    _, sheet, row = self._about[name]
                    self._note(sheet.name, f"B{row + 1}", f"{error}.", "Mend it.")
        if "proposed" in facts:
            facts["proposed"] = facts["proposed"].casefold() in ("yes", "true", "1", "proposed")
        facts["missions"] = list(self._missions.values())
        for name in ("code", "name", "government", "version", "source"):
            if name not in facts:
                self._note(self._book.sheets[0].name, "A1", f"The framework has no {name}.",
                           f"Write {_ABOUT[name]} in a row of its own, and what it is beside it.")  # fmt: skip
        return facts

    def _place(self, where: Sequence[Any], message: str, outcomes: HeadedTable) -> None:
        """Notes what a check found, at the cell that it speaks of as far as that can be told."""
        if len(where) >= 4 and where[0] == "missions" and where[2] == "outcomes":
            mission = list(self._missions.values())[int(where[1])]
            _, row = self._outcomes[mission["outcomes"][int(where[3])]["code"]]
            column = str(where[4]) if len(where) > 4 and str(where[4]) in outcomes.columns else "code"
            self._findings.append(row.finding(column, f"{message}.", "Mend it."))
        elif where and where[0] in self._about:
            _, sheet, number = self._about[str(where[0])]
            self._note(sheet.name, f"B{number + 1}", f"{message}.", "Mend it.")
        else:
            cell = f"{get_column_letter(outcomes.columns.get('weight', 0) + 1)}{outcomes.head + 1}"
            self._note(outcomes.sheet.name, cell, f"{message[:1].upper()}{message[1:]}.", "Mend it.")

    def _note(self, sheet: str, cell: str, message: str, action: str) -> None:
        about = {"code": "framework", "severity": Severity.QUESTION, "sheet": sheet, "cell": cell}
        self._findings.append(Finding.model_validate({**about, "message": message, "action": action}))


_SHARE: Final = re.compile(r"(?P<code>\S+)\s+\(?(?P<percent>\d+(?:\.\d+)?)\s*%\)?")


def _succeeds(said: str) -> tuple[list[str], dict[str, Decimal]]:
    """What an outcome continues, and how many percent of it where that stands after its code."""
    codes, takes = [], {}
    for each in filter(None, (part.strip() for part in said.replace(";", ",").split(","))):
        match = _SHARE.fullmatch(each)
        codes.append(match["code"] if match else each)
        if match:
            takes[match["code"]] = Decimal(match["percent"])
    return codes, takes


def _code_of(name: str) -> str:
    """A code for a mission that states none: its name in small letters and hyphens."""
    return "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in name.casefold()).split())[:64]


def write_framework_workbook(framework: Framework) -> bytes:
    """The framework as .xlsx; `read_framework_workbook` reads it back."""
    book = openpyxl.Workbook()
    about = book.active
    assert about is not None
    about.title = "Framework"
    for number, (name, text) in enumerate(_ABOUT.items(), 1):
        value = getattr(framework, name)
        put(about, number, 1, text).font = Font(bold=True)
        said = ("yes" if value else "no") if isinstance(value, bool) else str(value if value is not None else "")
        put(about, number, 2, said).alignment = Alignment(wrap_text=True, vertical="top")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 14, 100
    heads = (
        ("Mission code", 18), ("Mission", 34), ("Mission description", 40), ("Outcome code", 24), ("Outcome", 44),
        ("Description", 60), ("Milestone", 50), ("Territory", 18), ("Weight", 9), ("Succeeds", 30),
    )  # fmt: skip
    rows = [
        (mission.code, mission.name, mission.description, o.code, o.name, o.description, o.milestone, o.territory,
         float(o.weight) if o.weight is not None else None,
         ", ".join(f"{code} {o.takes[code]}%" if code in o.takes else code for code in o.succeeds))
        for mission in framework.missions
        for o in mission.outcomes
    ]  # fmt: skip
    add_sheet(book, "Outcomes", heads, rows)
    indicators = [(o.code, i.name, i.measure, i.territory) for o in framework.outcomes() for i in o.indicators]
    told = (("Outcome code", 24), ("Indicator", 50), ("Measure", 60), ("Territory", 18))
    add_sheet(book, "Indicators", told, indicators)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
