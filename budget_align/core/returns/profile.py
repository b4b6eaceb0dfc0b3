"""Reading profiles: how tables of one shape are read, as a person confirmed it, for next year's workbook."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from budget_align.core.returns.reading import Question, Role, TableAnswers, TableReading
from budget_align.core.values.fiscal_year import strip_years
from budget_align.core.values.money import Unit

_ALIKE = 0.5
"""From this share of headers in common on, two tables are taken for one shape that changed."""


class Profile(BaseModel):
    """What was confirmed about tables of one shape.

    Attributes:
        name: the body or sheet that it was confirmed for.
        fingerprint: as `TableReading.fingerprint`.
        headers: the headers, folded, from left to right.
        roles: the role of each column, in the order of `headers`.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    fingerprint: str
    headers: tuple[str, ...]
    roles: tuple[Role, ...]
    body: str
    stage: str
    flow: str = ""
    version: str = ""
    unit: Unit
    counted: bool


@dataclass(frozen=True)
class ShapeChange:
    """How a table's headers differ from those of a profile."""

    name: str
    new: tuple[str, ...]
    gone: tuple[str, ...]


def fold_header(header: str) -> str:
    """A header as the headers of two years are compared: without years, figures, marks and letter case.

    >>> fold_header("2026-27 Capital (€m)") == fold_header("2025/26 capital €m")
    True
    """
    return " ".join(re.sub(r"[\d\W_]+", " ", strip_years(header).casefold()).split())


def make_profile(table: TableReading) -> Profile:
    """The profile of a table as it was confirmed."""
    return Profile(
        name=table.body.value or table.sheet,
        fingerprint=table.fingerprint,
        headers=tuple(fold_header(column.header) for column in table.columns),
        roles=tuple(column.role for column in table.columns),
        body=table.body.value,
        stage=table.stage.value,
        flow=table.flow.value,
        unit=table.unit_of_amounts,
        counted=table.counted.value == "yes",
    )


def apply_profile(profile: Profile, table: TableReading, questions: list[Question], evidence: str) -> TableAnswers:
    """What a profile settles about a table of its shape: the columns' roles, and whatever the table leaves open.

    What the table says for itself goes before what was confirmed for another year's.

    Args:
        profile: of the same fingerprint as the table.
        table: as it was read without the profile.
        questions: those of the table.
        evidence: who confirmed the profile and when, for pages.
    """
    asked = {question.topic for question in questions}
    roles = {
        column.letter: role
        for column, role in zip(table.columns, profile.roles, strict=True)
        if column.role != role and "total" not in (role, column.role)
    }
    return TableAnswers(
        body=profile.body if "body" in asked else "",
        stage=profile.stage if "stage" in asked else "",
        unit=profile.unit if "unit" in asked else None,
        counted=profile.counted if "counted" in asked or not profile.counted else None,
        columns=roles,
        evidence=evidence,
    )


def settles_anything(answers: TableAnswers) -> bool:
    """Whether answers change anything about a table."""
    return bool(
        answers.body
        or answers.stage
        or answers.unit
        or answers.columns
        or answers.fiscal_year is not None
        or answers.counted is not None
    )


def find_shape_change(profiles: list[Profile], table: TableReading) -> ShapeChange | None:
    """How a table without a profile of its own shape differs from the profile most like it; None where none is."""
    headers = [fold_header(column.header) for column in table.columns]
    if any(profile.fingerprint == table.fingerprint for profile in profiles):
        return None
    best: tuple[float, Profile] | None = None
    for profile in profiles:
        common = len(set(headers) & set(profile.headers))
        alike = common / max(1, len(set(headers) | set(profile.headers)))
        if alike >= _ALIKE and (best is None or alike > best[0]):
            best = alike, profile
    if best is None:
        return None
    new = tuple(header for header in headers if header not in best[1].headers)
    gone = tuple(header for header in best[1].headers if header not in headers)
    return ShapeChange(best[1].name, new, gone)
