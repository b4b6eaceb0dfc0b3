"""Drivers: measures to split shared cost by, such as full-time equivalents, headcount, floor area or caseload."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.returns.budget_line import UNIT_SEPARATOR
from budget_align.core.values.folding import fold
from budget_align.core.values.refusal import RefusedError

SCHEMA: Final = {
    "driver": "str",
    "fiscal_year": "int64",
    "body": "str",
    "unit": "str",
    "outcome": "str",
    "measure": "float64",
}
"""Columns of a frame of measures. An empty unit speaks of the whole body, an empty body of all. A driver that names
outcomes splits a line over them; one that names none says how much of an overhead each unit or body draws."""


def empty_drivers() -> pd.DataFrame:
    """A frame of measures with no rows."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in SCHEMA.items()})


def check_drivers(drivers: pd.DataFrame) -> pd.DataFrame:
    """The same frame with its columns in order, once it is known to be one of measures.

    Raises:
        RefusedError: a measure is below zero or no number, a row stands twice, or a driver names outcomes in some
            rows alone.
    """
    drivers = drivers[list(SCHEMA)].astype(SCHEMA)
    wrong = drivers[~(np.isfinite(drivers["measure"]) & (drivers["measure"] >= 0))]
    if not wrong.empty:
        row = wrong.iloc[0]
        raise RefusedError(
            "bad-driver", f"Driver {row['driver']!r} has {row['measure']} for {row['body']}; give zero or more."
        )
    twice = drivers[drivers.duplicated([name for name in SCHEMA if name != "measure"])]
    if not twice.empty:
        row = twice.iloc[0]
        place = " ▸ ".join(part for part in (row["body"], row["unit"], row["outcome"]) if part)
        raise RefusedError("bad-driver", f"Driver {row['driver']!r} has two measures for {place}; give one.")
    for name, rows in drivers.groupby("driver"):
        if 0 < (rows["outcome"] == "").sum() < len(rows):
            raise RefusedError(
                "bad-driver", f"Driver {name!r} names an outcome in some rows only; name one in all or in none."
            )
    return drivers


def names_outcomes(drivers: pd.DataFrame, name: str) -> bool:
    """Whether a driver's measures are told by outcome."""
    rows = drivers[drivers["driver"] == name]
    return bool(len(rows)) and bool((rows["outcome"] != "").all())


def measures_for(drivers: pd.DataFrame, name: str, year: int, body: str, unit: str) -> pd.DataFrame:
    """The measures per outcome that speak of a unit and year: its own, else those of the nearest unit above it, of its
    body, or of all; no rows where there are none.
    """
    rows = drivers[(drivers["driver"] == name) & (drivers["fiscal_year"] == year) & (drivers["measure"] > 0)]
    bodies, units = rows["body"].map(fold), rows["unit"].map(fold)
    parts = unit.split(UNIT_SEPARATOR) if unit else []
    places = [(body, UNIT_SEPARATOR.join(parts[:size])) for size in range(len(parts), -1, -1)]
    for one, other in [*places, ("", "")]:
        found = rows[(bodies == fold(one)) & (units == fold(other))]
        if not found.empty:
            return found
    return rows.iloc[:0]


def identity(drivers: pd.DataFrame) -> str:
    """The hash of all that the measures say."""
    rows = drivers[list(SCHEMA)].sort_values(list(SCHEMA), kind="stable")
    return hashlib.sha256(repr(rows.to_numpy().tolist()).encode()).hexdigest() if len(rows) else ""
