"""A reading: what the importer believes a workbook says, with the evidence, and what a person must settle."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer, field_validator

from budget_align.core.values.money import Unit

if TYPE_CHECKING:
    from pandas import DataFrame
else:
    # pandas takes a third of a second to load, and whoever only inspects a workbook never holds its lines.
    DataFrame = Any


class Severity(StrEnum):
    """How much a finding matters: a question stops confirmation, a warning wants a look, information wants nothing."""

    QUESTION = "question"
    WARNING = "warning"
    INFORMATION = "information"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


class Finding(_Value):
    """One thing to know about an import: what was found, where, and what to do about it."""

    code: str
    severity: Severity
    sheet: str
    cell: str
    message: str
    action: str = ""


class Belief(_Value):
    """What the importer takes something for, how sure it is between 0 and 1, and why."""

    value: str
    confidence: float
    evidence: str


Role = Literal[
    "body",
    "unit_code",
    "unit",
    "programme_code",
    "programme",
    "account_code",
    "account",
    "control",
    "stage",
    "year",
    "amount",
    "total",
    "memo",
    "change",
    "measure",
    "description",
    "note",
    "counterpart",
    "price_basis",
    "row_unit",
    "flow",
    "side",
    "currency",
    "unused",
]


class ColumnReading(_Value):
    """What one column of a table was taken for. For amounts: the year, stage, control and account of its header."""

    letter: str
    header: str
    role: Role
    fiscal_year: int | None = None
    stage: str = ""
    flow: str = ""
    version: str = ""
    control: str = ""
    account: str = ""
    currency: str = ""
    multiplier: int = 0
    parts: tuple[str, ...] = ()
    confidence: float
    evidence: str


class TableReading(_Value):
    """One table of a sheet: where it stands, its columns, and what holds for all its lines.

    Attributes:
        key: sheet and area, by which a person's answers name the table.
        fingerprint: a hash of the headers without their years, the same for next year's table of the same shape.
        price_basis: cash, or real terms, whose amounts are shown and never added.
        counted: whether its lines are read at all: those of a table in real terms, or of money that another table
            states already, are not.
        standing: proven, where its lines come to a total of them all; told, where nothing is in doubt; else doubtful.
    """

    key: str
    fingerprint: str
    sheet: str
    area: str
    title: str
    header_rows: tuple[int, ...]
    columns: tuple[ColumnReading, ...]
    body: Belief
    stage: Belief
    flow: Belief
    version: Belief
    unit: Belief
    unit_of_amounts: Unit = Unit()
    price_basis: Belief
    counted: Belief
    lines: int
    memo_lines: int
    totals: int
    summary: bool = False
    standing: Belief = Belief(value="told", confidence=0.0, evidence="")


class ControlTotal(_Value):
    """A total that the workbook itself states, beside the sum of the lines that it covers, in minor units.

    Attributes:
        whole: it covers all of its table, as a department's grand total does.
        fiscal_year: None where the total spans years.
        control: the budget control of its column; empty where it is over all controls.
        members: the cells that it sums, as ranges; a total among them stands for its own members.
        rounding: by how much the rounding of each line may at most keep it from their sum.
    """

    sheet: str
    row: int
    cell: str
    label: str
    body: str
    whole: bool
    memo: bool
    stage: str
    flow: str = "expenditure"
    version: str = "original"
    fiscal_year: int | None
    control: str
    published: int
    read: int
    members: tuple[str, ...]
    rounding: int = 0

    @property
    def difference(self) -> int:
        """Published less read, in minor units."""
        return self.published - self.read

    @property
    def reconciled(self) -> bool:
        """Whether it equals its lines, or differs by no more than their rounding explains."""
        return abs(self.difference) <= self.rounding


Topic = Literal[
    "body",
    "stage",
    "unit",
    "year",
    "currency",
    "numbers",
    "amount",
    "rows",
    "flow",
    "version",
    "counted",
    "unread",
    "formula",
    "total",
]
"""What a question may be about."""


class OptionTotal(_Value):
    """What a reading comes to for one stage, version, fiscal year and flow, in minor units; the year as the government
    writes it.
    """

    stage: str
    version: str
    fiscal_year: str
    flow: str
    amount: int


class Option(_Value):
    """One way to settle a question, and what the workbook comes to with it: the totals that not all options have."""

    value: str
    label: str
    totals: tuple[OptionTotal, ...] = ()


class Question(_Value):
    """What no evidence settles, so that a person must: nothing is confirmed before it is answered.

    Attributes:
        id: by which it is answered.
        options: the readings to choose from; empty where only words can answer, such as the name of a body.
        guess: the value of the option that is proposed; empty where none is good enough, and null in JSON, so that
            nobody sends it back as an answer.
    """

    id: str = ""
    topic: Topic
    sheet: str
    table: str = ""
    prompt: str
    guess: str = ""
    options: tuple[Option, ...] = ()

    @field_serializer("guess", when_used="json")
    def _null_guess(self, guess: str) -> str | None:
        return guess or None

    @field_validator("guess", mode="before")
    @classmethod
    def _no_guess(cls, guess: object) -> object:
        return "" if guess is None else guess


class SkippedSheet(_Value):
    """A sheet without budget lines, and why it was left."""

    sheet: str
    why: str


class TableAnswers(_Value):
    """What a person settled about one table: each goes before what holds for the workbook and before our belief.

    Attributes:
        body_otherwise: the body where the table names none for certain.
        unit_otherwise, year_otherwise: what holds where the table states none; where it states another, that is asked.
        counted: whether its lines are added up; None leaves it to the reading.
        columns: the role of a column by its letters.
        evidence: where these answers come from, as pages show it.
    """

    body: str = ""
    body_otherwise: str = ""
    stage: str = ""
    flow: str = ""
    version: str = ""
    unit: Unit | None = None
    unit_otherwise: Unit | None = None
    fiscal_year: int | None = None
    year_otherwise: int | None = None
    counted: bool | None = None
    columns: dict[str, Role] = {}
    evidence: str = "a person said so"


class Answers(_Value):
    """What a person settled about a workbook: each goes before the importer's own belief.

    Attributes:
        bodies: the body by sheet.
        settled: the value chosen for a question, by its id.
        total: what the workbook should come to, in minor units, as a person states it.
        body: the body of every table that names none for certain.
        tables: what holds for one table, by `TableReading.key`.
    """

    bodies: dict[str, str] = {}
    body: str = ""
    stage: str = ""
    flow: str = ""
    version: str = ""
    unit: Unit | None = None
    fiscal_year: int | None = None
    tables: dict[str, TableAnswers] = {}
    settled: dict[str, str] = {}
    total: int | None = None

    def of_table(self, key: str, sheet: str) -> TableAnswers:
        """What holds for one table: its own answers, then those for its sheet, then those for the workbook."""
        own = self.tables.get(key, TableAnswers())
        return TableAnswers(
            body=own.body or self.bodies.get(sheet, ""),
            body_otherwise=self.body,
            stage=own.stage or self.stage,
            flow=own.flow or self.flow,
            version=own.version or self.version,
            unit=own.unit,
            unit_otherwise=self.unit,
            fiscal_year=own.fiscal_year,
            year_otherwise=self.fiscal_year,
            counted=own.counted,
            columns=own.columns,
            evidence=own.evidence,
        )


class Reading(_Value):
    """What a workbook says, as the importer believes: its budget lines, its own totals, findings and questions.

    Attributes:
        sheets: the names of all sheets, in order.
        currency: in which the lines count, by its code: the government's.
        lines: a frame as `budget_line.SCHEMA` says.
    """

    file_name: str
    file_hash: str
    file_format: str
    sheets: tuple[str, ...] = ()
    tables: tuple[TableReading, ...]
    skipped: tuple[SkippedSheet, ...]
    control_totals: tuple[ControlTotal, ...]
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    currency: str
    lines: DataFrame = Field(exclude=True, repr=False)
