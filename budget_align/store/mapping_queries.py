"""What services ask of mappings, drivers and judgements. The caller holds the session and its transaction."""

from __future__ import annotations

import json

import pandas as pd
from sqlalchemy import select
from sqlmodel import Session, col

from budget_align.core.rules import drivers
from budget_align.store.tables import DriverTable, Judgement, MappingRevision, MappingVersion


def driver_tables(session: Session, government: str) -> list[DriverTable]:
    """The drivers in force of a government: the newest table of each name, in order of name."""
    query = select(DriverTable).where(col(DriverTable.government) == government).order_by(col(DriverTable.id))
    newest = {table.name: table for table in session.scalars(query)}
    return [newest[name] for name in sorted(newest)]


def measures(session: Session, government: str) -> pd.DataFrame:
    """The measures in force of a government, as `drivers.SCHEMA` says."""
    rows = [row for table in driver_tables(session, government) for row in json.loads(table.measures)]
    return pd.DataFrame.from_records(rows, columns=list(drivers.SCHEMA)).astype(drivers.SCHEMA)


def mapping_versions(session: Session, government: str | None = None, name: str | None = None) -> list[MappingVersion]:
    """Versions of mappings, newest first; of one government or one name where given."""
    query = select(MappingVersion).order_by(col(MappingVersion.id).desc())
    if government is not None:
        query = query.where(col(MappingVersion.government) == government)
    if name is not None:
        query = query.where(col(MappingVersion.name) == name)
    return list(session.scalars(query))


def mapping_revisions(session: Session, version_id: int) -> list[MappingRevision]:
    """All that a draft said, newest first."""
    query = select(MappingRevision).where(col(MappingRevision.version_id) == version_id)
    return list(session.scalars(query.order_by(col(MappingRevision.revision).desc())))


def judgements(session: Session, government: str, framework: str) -> list[Judgement]:
    """What people made of suggestions, oldest first."""
    query = select(Judgement).where(col(Judgement.government) == government, col(Judgement.framework) == framework)
    return list(session.scalars(query.order_by(col(Judgement.id))))
