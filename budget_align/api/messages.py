"""What software sends to the API and gets back, and its description in OpenAPI."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.json_schema import models_json_schema

from budget_align.core.outcomes.indicator import DIRECTIONS, STATUSES, IndicatorDefinition, IndicatorState
from budget_align.core.values.fiscal_year import APRIL, FiscalCalendar
from budget_align.services.runs.run_figures import RunFigures

MOST_OBSERVATIONS: Final = 200_000
"""Observations that one request may send."""


MOST_PARTS: Final = 8 * MOST_OBSERVATIONS
"""Commas and opening brackets in all that one request may send: four or five for each observation, and some for names
that hold commas."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class ObservationMessage(_Message):
    """A value of an indicator: where and in which year; a fiscal year is written 2025-26 or FY2026, a calendar year
    2025.
    """

    indicator: Annotated[str, Field(min_length=1, max_length=100, description="The indicator's code.")]
    territory: Annotated[
        str, Field(max_length=200, description="Where; the government as a whole where it is left out.")
    ] = ""
    year: Annotated[
        str | int,
        Field(
            description="2025-26, or FY2026 as the government names it, for a fiscal year; 2025 for a calendar year."
        ),
    ]
    value: Annotated[float, Field(allow_inf_nan=False)]

    @field_validator("year")
    @classmethod
    def _is_year(cls, said: str | int) -> str | int:
        read_year(said, APRIL)
        return said


class ObservationsMessage(_Message):
    """Observations that take the place of those of the same indicator, territory and year; all or none are stored."""

    observations: Annotated[list[ObservationMessage], Field(min_length=1, max_length=MOST_OBSERVATIONS)]


class ReadingMessage(_Message):
    """An indicator with what its values say by the rule that is stated."""

    definition: IndicatorDefinition
    version: Annotated[
        str, Field(description="Names this definition; sent back as If-Match, it changes no other. Empty for none.")
    ]
    territory: str
    status: Annotated[str, Field(description=f"One of {', '.join(STATUSES)}.")]
    rule: Annotated[str, Field(description="The rule of the status, as a sentence.")]
    latest_year: str | None
    latest: float | None
    on_path: Annotated[bool | None, Field(description="Whether it is on the path to its target; null without one.")]
    late: Annotated[bool, Field(description="Whether newer data was due.")]


class ReadingsMessage(_Message):
    """Every indicator of a government."""

    indicators: list[ReadingMessage]


class StoredMessage(_Message):
    """How much was stored."""

    stored: int


class DefinedMessage(StoredMessage):
    """How many indicators were stored, and how many targets of them wait for someone else to approve them; `version`
    names what stands now.
    """

    proposed: int
    version: str


class ProblemMessage(_Message):
    """One thing that is wrong with what was sent, and where it stands in it."""

    at: str
    message: str


class ErrorMessage(_Message):
    """Why nothing was done."""

    code: str
    message: str
    problems: list[ProblemMessage] = []


def read_year(said: str | int, calendar: FiscalCalendar) -> tuple[int, bool]:
    """A year as software writes it: its (first) calendar year, and whether it is a fiscal one. A bare year is a
    calendar year, whatever the government's habit.

    >>> read_year("2025-26", APRIL), read_year(2025, APRIL), read_year("FY2026", FiscalCalendar(10, "FY2026"))
    ((2025, True), (2025, False), (2025, True))
    """
    text = str(said)
    if re.fullmatch(r"\d{4}", text):
        return int(text), False
    years = calendar.find_years(text) if re.fullmatch(r"\d{4}[-/–]\d{2,4}|FY ?\d{2,4}", text) else []
    if len(years) != 1:
        raise ValueError("write 2025-26 or FY2026 for a fiscal year, 2025 for a calendar year")
    return years[0], True


def write_year(year: int, fiscal: bool, calendar: FiscalCalendar) -> str | int:
    """A year as `read_year` reads it back: a fiscal year as the government writes it, or as a span where it writes a
    bare number.

    >>> write_year(2025, True, FiscalCalendar(7, "2026")), write_year(2025, True, FiscalCalendar(10, "FY2026"))
    ('2025-26', 'FY2026')
    """
    if not fiscal:
        return year
    label = calendar.label(year)
    return APRIL.label(year) if label.isdigit() else label


def as_message(reading: IndicatorState, version: str) -> ReadingMessage:
    """An indicator's reading as the API says it; `version` names its definition."""
    return ReadingMessage(
        definition=reading.definition,
        version=version,
        territory=reading.territory,
        status=reading.status,
        rule=reading.definition.rule(),
        latest_year=reading.year_label(reading.latest[0]) if reading.latest else None,
        latest=reading.latest[1] if reading.latest else None,
        on_path=reading.on_path,
        late=reading.late,
    )


_FIGURES_ASKED: Final = {
    "run": "The id of a run, or enough of its beginning.",
    "stage": "plan, budget, forecast or outturn.",
    "year": "The fiscal year, as the government writes it.",
    "lens": "The code of a framework to see the figures through.",
}


_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The version of what was read, or several with commas between; needed to change what stands.",
}


def describe() -> dict[str, Any]:
    """The API in OpenAPI 3.1."""
    messages: tuple[type[BaseModel], ...] = (
        *(ObservationsMessage, ReadingsMessage, StoredMessage, DefinedMessage, ErrorMessage),
        RunFigures,
    )
    _, schemas = models_json_schema(
        [(message, "validation") for message in messages], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Budget Align",
            "version": "1",
            "description": "The figures of runs, indicators and their values. Amounts are whole minor units of the "
            "currency that stands beside them. What is sent takes the place of what stands for the same "
            "indicator, territory and year; a request is stored as a whole or not at all. Nothing is lost unseen: "
            "what is new is taken as it is, and who changes what stands sends as If-Match the version of what they "
            "read, of an indicator as the list says it, of values as the ETag of their answer. Without it the answer "
            "is 428, with one that is out of date 412, and both say what stands beside what was sent. Directions are "
            + "; ".join(f"{code}: {words}" for code, words in DIRECTIONS.items())
            + ".",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> dict[str, Any]:
    """What can be asked at each address."""
    government = {
        "name": "government",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": "The government's name as the pages write it, percent-encoded.",
    }
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}
    return {
        "/governments/{government}/figures": {
            "parameters": [government],
            "get": {
                **_operation("The figures of the newest run, or of the run named", answer="RunFigures"),
                "parameters": [
                    {"name": name, "in": "query", "schema": {"type": "string"}, "description": what}
                    for name, what in _FIGURES_ASKED.items()
                ],
            },
        },
        "/governments/{government}/indicators": {
            "parameters": [government],
            "get": _operation("Every indicator with its status", answer="ReadingsMessage"),
        },
        "/governments/{government}/indicators/{code}": {
            "parameters": [government, code],
            "put": {
                **_operation("Define an indicator, or define it anew", "IndicatorDefinition", "DefinedMessage"),
                "parameters": [_IF_MATCH],
            },
        },
        "/governments/{government}/observations": {
            "parameters": [government],
            "get": {
                **_operation("The values of one indicator, or of all", answer="ObservationsMessage"),
                "parameters": [{"name": "indicator", "in": "query", "schema": {"type": "string"}}],
            },
            "post": {
                **_operation("Send values", "ObservationsMessage", "StoredMessage"),
                "parameters": [_IF_MATCH],
            },
        },
    }


def _operation(summary: str, body: str = "", answer: str = "") -> dict[str, Any]:
    said: dict[str, Any] = {
        "summary": summary,
        "responses": {
            "200": {"description": "Done.", "content": _json(answer)},
            "default": {"description": "Nothing was done; the answer says why.", "content": _json("ErrorMessage")},
        },
    }
    if body:
        said["requestBody"] = {"required": True, "content": _json(body)}
    return said


def _json(message: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{message}"}}}
