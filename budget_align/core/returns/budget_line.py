"""Budget lines: the frame in which every room passes a budget on, and the check made at each room's border."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.returns.budget_version import Version
from budget_align.core.returns.line_terms import (
    CONTROLS,
    FLOW_NAMES,
    FLOWS,
    LEVEL_NAMES,
    LEVELS,
    STAGES,
    UNIT_SEPARATOR,
)
from budget_align.core.values.money import check_sum
from budget_align.core.values.refusal import RefusedError

__all__ = [
    "CONTROLS", "FLOWS", "FLOW_NAMES", "LEVELS", "LEVEL_NAMES", "SCHEMA", "STAGES", "UNIT_SEPARATOR", "check_lines",
    "empty_lines",
]  # fmt: skip

SCHEMA: Final = {
    "line_id": "str",
    "body": "str",
    "level": "str",
    "unit": "str",
    "programme_code": "str",
    "programme": "str",
    "account_code": "str",
    "account": "str",
    "control": "str",
    "flow": "str",
    "stage": "str",
    "version": "str",
    "fiscal_year": "int64",
    "amount": "int64",
    "memo": "bool",
    "counterpart": "str",
    "description": "str",
    "extra": "str",
    "sheet": "str",
    "row": "int64",
    "cell": "str",
    "file_hash": "str",
}
"""Columns and types of a frame of budget lines. `amount` is in minor units; `fiscal_year` is the year's first
calendar year; `version` is a `budget_version.Version` as text; `extra` is a JSON object of what the workbook says
beside; text that is not known is empty."""


def empty_lines() -> pd.DataFrame:
    """A frame of budget lines with no rows."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in SCHEMA.items()})


def check_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """The same frame with its columns in order, once it is known to be one of budget lines.

    Raises:
        RefusedError: a column is missing or of another type, an id stands twice, a stage is not one of `STAGES`, a flow
            not one of `FLOWS`, or the amounts together leave exact arithmetic.
    """
    missing = [name for name in SCHEMA if name not in lines.columns]
    if missing:
        raise RefusedError("bad-lines", f"Budget lines lack the columns {', '.join(missing)}; add them.")
    given = {name: str(dtype) for name, dtype in lines.dtypes.items()}
    for name, dtype in SCHEMA.items():
        if given[name] != dtype:
            raise RefusedError("bad-lines", f"Budget lines hold {given[name]} in {name}; give {dtype}.")
    # Ids that rise, as those of a workbook do, are told to be different without a table of them.
    if not pd.Index(lines["line_id"]).is_unique:
        raise RefusedError("bad-lines", "Budget lines hold the same id twice; give each line its own.")
    for name, known in (("stage", STAGES), ("flow", FLOWS)):
        unknown = set(lines[name].unique()).difference(known)
        if unknown:
            raise RefusedError("bad-lines", f"{min(unknown)!r} is no {name}; use one of {', '.join(known)}.")
    for version in lines["version"].unique():
        Version.parse(version)
    check_sum(lines["amount"].to_numpy(dtype=np.int64))
    in_order = list(lines.columns) == list(SCHEMA)
    return lines.copy(deep=False) if in_order else lines[list(SCHEMA)]
