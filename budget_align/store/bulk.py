"""Many rows stored, or read, at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Select
from sqlmodel import Session, SQLModel

BATCH = 20_000
"""Rows sent to the database at a time."""

Progress = Callable[[int, int], None]
"""Called with how many rows are stored and how many there are."""


def add_frame(session: Session, table: type[SQLModel], frame: pd.DataFrame, progress: Progress | None = None) -> None:
    """Stores the rows of a frame in bulk, by the fastest way that each kind of database has, within the session's
    transaction.

    Args:
        session: what the rows refer to must be flushed.
        table: where they go.
        frame: columns named as the table's.
        progress: told after each batch.
    """
    connection = session.connection()
    name = f'"{table.__tablename__}"'
    columns = ", ".join(f'"{column}"' for column in frame.columns)
    values = [frame[column].tolist() for column in frame.columns]
    for start in range(0, len(frame), BATCH):
        rows = list(zip(*(each[start : start + BATCH] for each in values), strict=True))
        if connection.dialect.name == "postgresql":
            cursor = connection.connection.cursor()
            with cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(frame.columns))
            connection.exec_driver_sql(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows)
        if progress:
            progress(min(start + BATCH, len(frame)), len(frame))


def read_frame(session: Session, query: Select[Any], types: Mapping[str, str]) -> pd.DataFrame:
    """What a query of columns finds, as the session sees it, by the names and types that its columns are to have.

    The rows belong to no object, so that they come from the connection, without what the session adds to each.
    """
    session.flush()
    found = list(map(tuple, session.connection().execute(query)))
    table = np.empty((len(found), len(types)), dtype=object)
    if found:
        table[:] = found
    # Each column is made in its type: to have pandas find out what it holds, and change that, takes four times as long.
    columns = dict(zip(types, table.T, strict=True))
    made = {
        name: pd.array(values, dtype="str") if types[name] == "str" else values.astype(types[name])
        for name, values in columns.items()
    }
    return pd.DataFrame(made, copy=False)
