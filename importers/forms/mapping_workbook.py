"""Writes a mapping as a workbook to edit: rules, conditions and shares on a sheet each, with lists to choose from."""

from __future__ import annotations

import io
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from budget_align.core.frameworks.framework import Framework
from budget_align.core.rules.condition import FIELD_NAMES, NEGATED, VERBS
from budget_align.core.rules.contribution import write_effects
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.values.evidence import GRADES
from budget_align.core.values.fiscal_year import FiscalCalendar
from importers.forms.written_sheet import SPARE_ROWS, add_sheet, choose, put

HOW: Final = {**{text: (verb, False) for verb, text in VERBS.items()}, **{t: (v, True) for v, t in NEGATED.items()}}
_SERVES: Final = {"to": "Outcomes", "none": "No outcome", "follows": "Overhead", "driver": "Driver"}
FOLLOWS: Final = {"unit": "Its own unit", "body": "Its body", "all": "All direct spend"}
CONTRIBUTION: Final = {"direct": "Direct", "enabling": "Enabling"}
"""The words of verbs, scopes and contributions in a workbook, as people choose them from its lists."""

GRADE: Final[dict[str, str]] = {grade: grade.capitalize() for grade in GRADES}

GRADING: Final = (("Grade", 14), ("Works on", 40))
"""How well a rule is evidenced, and which way it works on outcomes; workbooks from before these are read without."""

RULES: Final = (
    ("Rule", 30),
    ("Serves", 14),
    ("Reason for no outcome", 26),
    ("Overhead follows", 18),
    ("Driver", 16),
    ("First year", 11),
    ("Last year", 11),
    ("Why", 70),
    ("Evidence", 40),
    ("Contribution", 14),
    ("Transfers to", 22),
    ("Author", 28),
    ("Date", 12),
    *GRADING,
)
CONDITIONS: Final = (("Rule", 30), ("Field", 22), ("How", 24), ("Words, a line each", 60))
SHARES: Final = (("Rule", 30), ("Outcome", 30), ("Name", 50), ("Percent", 12))
MISSIONS: Final = (("Mission", 30), ("Outcome", 30), ("Percent", 12))
SETTINGS: Final = ("Title", "Note", "Overheads", "Framework", "Name")

_CHOSEN_FROM: Final = (
    ("Rules", "B", "Serves"),
    ("Rules", "D", "Follows"),
    ("Rules", "J", "Contribution"),
    ("Rules", "N", "Grade"),
    ("Conditions", "B", "Fields"),
    ("Conditions", "C", "How"),
    ("Shares", "B", "Outcomes"),
    ("Missions", "B", "Outcomes"),
)
"""Of each sheet, the columns whose values are chosen, and the list that offers them."""


def write_mapping_workbook(mapping: Mapping, framework: Framework, calendar: FiscalCalendar) -> bytes:
    """The mapping as .xlsx, with its years as the calendar writes them; `mapping_reading` reads it back as it was."""
    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    names = framework.names()
    rules = [_rule_row(rule, calendar) for rule in mapping.rules]
    conditions = [
        (rule.id, _field_name(c.field), (NEGATED if c.negated else VERBS)[c.verb], "\n".join(c.words))
        for rule in mapping.rules
        for c in rule.when
    ]
    shares = [
        (rule.id, code, names.get(code, ""), part / 10_000) for rule in mapping.rules for code, part in rule.to.items()
    ]
    missions = [(m, code, part / 10_000) for m, own in mapping.missions.items() for code, part in own.items()]
    sheets = {
        "Rules": add_sheet(book, "Rules", RULES, rules),
        "Conditions": add_sheet(book, "Conditions", CONDITIONS, conditions),
        "Shares": add_sheet(book, "Shares", SHARES, shares),
        "Missions": add_sheet(book, "Missions", MISSIONS, missions),
    }
    _add_settings(book, mapping)
    fields = dict.fromkeys([*FIELD_NAMES.values(), *(row[1] for row in conditions)])
    _offer_choices(
        book,
        sheets,
        {
            "Outcomes": list(names),
            "Names": list(names.values()),
            "Fields": list(fields),
            "How": list(HOW),
            "Serves": list(_SERVES.values()),
            "Follows": list(FOLLOWS.values()),
            "Contribution": list(CONTRIBUTION.values()),
            "Grade": list(GRADE.values()),
        },
    )
    for sheet in (sheets["Conditions"], sheets["Shares"]):
        validation = DataValidation(
            type="list", formula1=f"=Rules!$A$2:$A${len(rules) + 1 + SPARE_ROWS}", allow_blank=True
        )
        sheet.add_data_validation(validation)
        validation.add(f"A2:A{sheet.max_row + SPARE_ROWS}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_settings(book: Workbook, mapping: Mapping) -> None:
    """What holds for all rules, on a sheet of its own."""
    about = book.create_sheet("Mapping")
    said = (mapping.title, mapping.note, mapping.overheads, mapping.framework, mapping.name)
    for row, (name, text) in enumerate(zip(SETTINGS, said, strict=True), 1):
        put(about, row, 1, name).font = Font(bold=True)
        put(about, row, 2, text).alignment = Alignment(wrap_text=True, vertical="top")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 14, 100


def _offer_choices(book: Workbook, sheets: Lookup[str, Worksheet], choices: Lookup[str, Sequence[str]]) -> None:
    """Lists on a sheet of their own what may be chosen, and offers it in the columns that take it."""
    lists = book.create_sheet("Lists")
    for column, (name, values) in enumerate(choices.items(), 1):
        put(lists, 1, column, name).font = Font(bold=True)
        lists.column_dimensions[get_column_letter(column)].width = 34
        for row, value in enumerate(values, 2):
            put(lists, row, column, value)
    for sheet, letter, name in _CHOSEN_FROM:
        choose(sheets[sheet], letter, list(choices).index(name) + 1, len(choices[name]), strict=name != "Fields")


def _rule_row(rule: Rule, calendar: FiscalCalendar) -> tuple[Any, ...]:
    kind = "to" if rule.to else "none" if rule.none else "follows" if rule.follows else "driver"
    years = [calendar.label(year) if year is not None else "" for year in (rule.first_year, rule.last_year)]
    return (
        rule.id,
        _SERVES[kind],
        rule.none,
        FOLLOWS.get(rule.follows, ""),
        rule.driver,
        *years,
        rule.why,
        rule.evidence,
        CONTRIBUTION[rule.contribution],
        rule.transfer_to,
        rule.author,
        rule.dated.isoformat() if rule.dated else "",
        GRADE[rule.grade] if rule.grade else "",
        write_effects(rule.effects),
    )


def _field_name(field: str) -> str:
    return FIELD_NAMES.get(field, field)
