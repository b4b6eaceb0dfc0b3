"""Runs: every amount that was allocated, the summaries that pages read, and scenarios that begin from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import amount, text, time


class Run(SQLModel, table=True):
    """An allocation run. Its id is the hash of its inputs: the lines, the mapping, the framework, the drivers, the
    levels of government and, where a choice was to be made, the versions of budgets; who ran them last and when stands
    beside. `bases` are the versions that it takes: a list of `core.returns.budget_version.Basis` as JSON. `below` is
    the spend that draws no overhead, the largest first: a list of `core.allocation.cost_centres.Below` as JSON."""

    id: str = Field(primary_key=True, max_length=64)
    government: str = Field(max_length=120, index=True)
    mapping_name: str = Field(max_length=64)
    mapping_hash: str = Field(max_length=64)
    mapping: str = Field(sa_column=text())
    mapping_version: int | None = Field(default=None, foreign_key="mappingversion.id")
    framework: str = Field(sa_column=text())
    line_count: int
    bases: str = Field(sa_column=text())
    below: str = Field(sa_column=text())
    marking: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    ran_by: str = Field(max_length=254)
    ran_at: datetime = Field(sa_column=time())


class RunSubmission(SQLModel, table=True):
    """A submission whose lines a run allocated."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    submission_id: int = Field(foreign_key="submission.id", primary_key=True)


class Allocation(SQLModel, table=True):
    """An amount of one line given to one outcome by one rule in one run, as `core.allocation.allocation.SCHEMA` says;
    an empty outcome is unaligned."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    submission_id: int
    line_id: str = Field(max_length=40)
    outcome: str = Field(max_length=64)
    amount: int = Field(sa_column=amount())
    rule_id: str = Field(max_length=64)
    kind: str = Field(max_length=12)
    toward: str = Field(max_length=20)

    __table_args__ = (
        ForeignKeyConstraint(["submission_id", "line_id"], ["budgetline.submission_id", "budgetline.line_id"]),
        Index("ix_allocation_line", "run_id", "line_id"),
        Index("ix_allocation_outcome", "run_id", "outcome"),
    )


class RunShare(SQLModel, table=True):
    """What a rule that depends on measures or on other money gave in one cost centre; columns as
    `core.allocation.overheads.SCHEMA` says."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    rule_id: str = Field(max_length=64)
    body: str = Field(sa_column=text())
    unit: str = Field(sa_column=text())
    stage: str = Field(max_length=20)
    fiscal_year: int
    outcome: str = Field(max_length=64)
    share: int = Field(sa_column=amount())


class _Cell(SQLModel):
    """What every summary of a run has: of whose lines, by which rule, and how much together."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    toward: str = Field(max_length=20)
    control: str = Field(sa_type=Text)
    flow: str = Field(max_length=12)
    stage: str = Field(max_length=20)
    version: str = Field(sa_type=Text)
    fiscal_year: int
    rule_id: str = Field(max_length=64)
    below: bool
    memo: bool
    amount: int = Field(sa_type=BigInteger)


class _OutcomeCell(_Cell):
    """What lines give to one outcome."""

    outcome: str = Field(max_length=64)
    kind: str = Field(max_length=12)


class CubeCell(_OutcomeCell, table=True):
    """A run's summary, which every page reads, as `core.allocation.allocation.summarise` says."""

    level: str = Field(max_length=20)
    followed: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})


class ComparableCell(_OutcomeCell, table=True):
    """A run's summary by versions of one sort, of stages and years in which others count, so that years are compared
    like with like: as `core.allocation.comparable.allocate_sorts` says."""

    sort: str = Field(sa_type=Text)
    level: str = Field(max_length=20)
    followed: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})


class ProgrammeCell(_OutcomeCell, table=True):
    """What a programme gives to an outcome in a run, as `core.allocation.allocation.summarise_programmes` says."""

    programme: str = Field(sa_type=Text)

    __table_args__ = (Index("ix_programmecell_period", "run_id", "stage", "fiscal_year"),)


class TouchCell(_Cell, table=True):
    """Which outcomes lines of a run touch together, as `core.allocation.allocation.summarise_touches` says."""

    level: str = Field(max_length=20)
    outcomes: str = Field(sa_type=Text)


class StoredScenario(SQLModel, table=True):
    """A scenario on a run's stage and year: a `core.scenarios.scenario.Scenario` as JSON. None of its figures is
    stored."""

    __tablename__ = "scenario"

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    run_id: str = Field(foreign_key="run.id", max_length=64)
    stage: str = Field(max_length=20)
    fiscal_year: int
    name: str = Field(max_length=200)
    content: str = Field(sa_column=text())
    marking: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    revision: int
    changed_by: str = Field(max_length=254)
    changed_at: datetime = Field(sa_column=time())
