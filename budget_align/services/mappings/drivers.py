"""Drivers: takes workbooks of measures, and says which are in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.returns.reading import Finding
from budget_align.core.rules import drivers
from budget_align.services.frameworks.frameworks import list_frameworks
from budget_align.services.governments.governments import terms_of
from budget_align.services.governments.installation import limits_of
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import queries
from budget_align.store.tables import DriverTable
from importers.forms.driver_workbook import read_drivers
from importers.isolation.processes import ask_isolated


@dataclass(frozen=True)
class DriverSummary:
    """A driver in force; `by_outcome` says whether its measures name outcomes."""

    name: str
    rows: int
    years: tuple[int, ...]
    by_outcome: bool
    file_name: str
    sent_by: str
    sent_at: datetime


def list_drivers(engine: Engine, government: str) -> list[DriverSummary]:
    """The drivers in force of a government, in order of name."""
    with Session(engine) as session:
        measures = queries.measures(session, government)
        found = []
        for table in queries.driver_tables(session, government):
            rows = measures[measures["driver"] == table.name]
            found.append(
                DriverSummary(
                    table.name,
                    len(rows),
                    tuple(sorted(int(year) for year in rows["fiscal_year"].unique())),
                    drivers.names_outcomes(measures, table.name),
                    table.file_name,
                    table.sent_by,
                    table.sent_at,
                )
            )
        return found


def receive_drivers(
    engine: Engine, settings: Settings, data: bytes, file_name: str, government: str, actor: str
) -> tuple[list[str], tuple[Finding, ...]]:
    """Stores the measures of a workbook, each driver in place of its earlier measures.

    Returns:
        The names of the drivers that are stored, and findings; with any finding nothing is stored.

    Raises:
        RefusedError: the file is no workbook.
    """
    codes = frozenset(code for f in list_frameworks(engine).values() for code in f.outcome_names())
    calendar = terms_of(engine, government, settings).calendar
    reading = ask_isolated(
        read_drivers, data, file_name, limits=limits_of(settings).of_form(), outcomes=codes, calendar=calendar
    )
    if reading.findings:
        return [], reading.findings
    names = sorted(reading.measures["driver"].unique().tolist())
    with change(engine, "drivers", government) as session:
        permit(session, actor, "edit-drivers", government)
        for name in names:
            rows = reading.measures[reading.measures["driver"] == name]
            session.add(
                DriverTable(
                    government=government,
                    name=name,
                    measures=rows.to_json(orient="records", double_precision=15),
                    hash=drivers.identity(rows),
                    file_name=file_name,
                    sent_by=actor,
                    sent_at=datetime.now(UTC).replace(microsecond=0),
                )
            )
        auditing.record(session, actor, "drivers stored", government, {"drivers": names, "file": file_name})
    return names, ()
