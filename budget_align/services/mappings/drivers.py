"""Drivers: takes workbooks of measures, and says which are in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.editing.shown import Shown
from budget_align.core.returns.reading import Finding
from budget_align.core.rules import drivers
from budget_align.services.frameworks.frameworks import list_frameworks
from budget_align.services.governments.governments import terms_of
from budget_align.services.governments.installation import limits_of
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import mapping_queries
from budget_align.store.tables import DriverTable
from importers.forms.driver_workbook import read_drivers
from importers.isolation.processes import ask_isolated


@dataclass(frozen=True)
class DriverSummary:
    """A driver in force; `by_outcome` says whether its measures name outcomes, `identity` names what they say."""

    name: str
    identity: str
    rows: int
    years: tuple[int, ...]
    by_outcome: bool
    file_name: str
    sent_by: str
    sent_at: datetime


def list_drivers(engine: Engine, government: str) -> list[DriverSummary]:
    """The drivers in force of a government, in order of name."""
    with Session(engine) as session:
        measures = mapping_queries.measures(session, government)
        found = []
        for table in mapping_queries.driver_tables(session, government):
            rows = measures[measures["driver"] == table.name]
            found.append(
                DriverSummary(
                    table.name,
                    table.hash,
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
    engine: Engine,
    settings: Settings,
    data: bytes,
    file_name: str,
    government: str,
    actor: str,
    *,
    seen: Shown | None = None,
) -> tuple[list[str], tuple[Finding, ...]]:
    """Stores the measures of a workbook, each driver in place of its earlier measures.

    Args:
        seen: what the person saw of the drivers in force, as `show_drivers` gives it; None for who takes their place
            whatever they are.

    Returns:
        The names of the drivers that are stored, and findings; with any finding nothing is stored.

    Raises:
        ChangedSinceError: someone else stored other measures of the same drivers since.
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
        if seen is not None:
            _refuse_unseen(session, government, reading.measures, seen)
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


def show_drivers(engine: Engine, government: str) -> Shown:
    """What a page that lists the drivers in force shows of them."""
    with Session(engine) as session:
        return Shown.of({table.name: table.hash for table in mapping_queries.driver_tables(session, government)})


def _refuse_unseen(session: Session, government: str, measures: pd.DataFrame, seen: Shown) -> None:
    names = set(measures["driver"])
    missed = [
        table.name
        for table in mapping_queries.driver_tables(session, government)
        if table.name in names and not seen.saw(table.name, table.hash)
    ]
    both = list(_differences(mapping_queries.measures(session, government), measures, missed))
    if both:
        raise ChangedSinceError(both)


def _differences(now: pd.DataFrame, yours: pd.DataFrame, names: list[str]) -> Iterator[Both]:
    """The measures of some drivers that differ."""
    keys = [name for name in drivers.SCHEMA if name != "measure"]
    held, said = (frame[frame["driver"].isin(names)].set_index(keys)["measure"] for frame in (now, yours))
    for key in sorted({*held.index, *said.index}):
        amounts = [f"{frame[key]:g}" if key in frame.index else "" for frame in (held, said)]
        if amounts[0] != amounts[1]:
            name, year, *place = key
            yield Both(" ▸ ".join(filter(None, [f"{name}, {year}", *place])), *amounts)
