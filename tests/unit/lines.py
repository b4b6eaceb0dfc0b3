"""Budget lines as tests write them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from budget_align.core.budget_line import SCHEMA, check_lines

_BLANK: dict[str, Any] = dict.fromkeys(SCHEMA, "") | {
    "stage": "budget",
    "fiscal_year": 2026,
    "row": 1,
    "amount": 0,
    "memo": False,
}


def lines(*rows: dict[str, Any]) -> pd.DataFrame:
    """A frame of budget lines; what a row leaves out is blank, and ids count from 1."""
    full = [{**_BLANK, "line_id": str(number), **row} for number, row in enumerate(rows, 1)]
    return check_lines(pd.DataFrame.from_records(full, columns=list(SCHEMA)).astype(SCHEMA))
