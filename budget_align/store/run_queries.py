"""What services ask of runs, their summaries, and the scenarios that begin from them.

The caller holds the session and its transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from budget_align.core.allocation.allocation import CUBE_KEYS, TOUCH_KEYS
from budget_align.store.bulk import read_frame
from budget_align.store.database import LONGEST_PATTERN
from budget_align.store.tables import ComparableCell, CubeCell, Run, RunSubmission, StoredScenario, TouchCell

CUBE_COLUMNS = [*CUBE_KEYS, "amount"]
TOUCH_COLUMNS = [*TOUCH_KEYS, "amount"]

ENOUGH_OF_A_RUN: Final = 8
"""Signs of a run's id that name it."""


def ran_by(session: Session, run_id: str) -> str:
    """Who ran a run last; empty where there is none."""
    row = session.get(Run, run_id)
    return row.ran_by if row is not None else ""


def begins_as(run_id: str) -> ColumnElement[bool]:
    """Whether a run's id begins as told."""
    return col(Run.id).startswith(run_id[:LONGEST_PATTERN], autoescape=True)


def government_of_run(session: Session, run_id: str) -> str | None:
    """Whose a run is, by its id or enough of its beginning, so that nobody guesses it; None where there is none."""
    if len(run_id) < ENOUGH_OF_A_RUN:
        return None
    query = select(col(Run.government)).where(begins_as(run_id)).limit(1)
    return session.scalars(query).first()


def runs(session: Session, government: str | None = None) -> Sequence[Run]:
    """Allocation runs, newest first; of one government where given."""
    query = select(Run).order_by(col(Run.ran_at).desc())
    if government is not None:
        query = query.where(col(Run.government) == government)
    return session.scalars(query).all()


def submission_ids_of_run(session: Session, run_id: str) -> list[int]:
    """The submissions whose lines a run allocated."""
    query = select(col(RunSubmission.submission_id)).where(col(RunSubmission.run_id) == run_id)
    return sorted(session.scalars(query))


def cube_of(session: Session, run_id: str) -> pd.DataFrame:
    """A run's cube, as `allocation.summarise` made it."""
    return _cells(session, CUBE_COLUMNS, col(CubeCell.run_id) == run_id)


def comparable_cells(session: Session, run_id: str) -> pd.DataFrame:
    """The summary of a run by versions that do not count, with a column sort beside those of the cube."""
    return _cells(session, ["sort", *CUBE_COLUMNS], col(ComparableCell.run_id) == run_id, table=ComparableCell)


def cells_of_runs(session: Session, run_ids: Sequence[str], stage: str, fiscal_year: int) -> pd.DataFrame:
    """The cells of several runs' cubes for one stage and year, with a column run_id beside those of the cube."""
    wanted = (
        col(CubeCell.run_id).in_(run_ids),
        col(CubeCell.stage) == stage,
        col(CubeCell.fiscal_year) == fiscal_year,
    )
    return _cells(session, ["run_id", *CUBE_COLUMNS], *wanted)


def touches_of(session: Session, run_id: str) -> pd.DataFrame:
    """Which outcomes the lines of a run touch together, as `allocation.summarise_touches` found it."""
    return _cells(session, TOUCH_COLUMNS, col(TouchCell.run_id) == run_id, table=TouchCell)


def _cells(
    session: Session,
    columns: list[str],
    *wanted: ColumnElement[bool],
    table: type[CubeCell | ComparableCell | TouchCell] = CubeCell,
) -> pd.DataFrame:
    query = select(*(getattr(table, name) for name in columns)).where(*wanted)
    ordered = query.order_by(col(table.run_id), col(table.position))
    other = {"fiscal_year": "int64", "amount": "int64", "below": "bool", "memo": "bool"}
    return read_frame(session, ordered, {name: other.get(name, "str") for name in columns})


def scenarios(session: Session, government: str) -> list[StoredScenario]:
    """The scenarios of a government, newest first."""
    query = select(StoredScenario).where(col(StoredScenario.government) == government)
    return list(session.scalars(query.order_by(col(StoredScenario.id).desc())))
