"""Budget lines as tests write them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from budget_align.core.allocation import allocation, consolidation
from budget_align.core.returns.budget_line import SCHEMA, check_lines
from budget_align.core.rules.drivers import SCHEMA as DRIVERS
from budget_align.core.rules.drivers import check_drivers
from budget_align.core.rules.mapping import Mapping
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.terms import UK

_TEXT = pd.StringDtype(na_value=np.nan)

_BLANK: dict[str, Any] = dict.fromkeys(SCHEMA, "") | {
    "flow": "expenditure",
    "stage": "budget",
    "version": "original",
    "fiscal_year": 2026,
    "row": 1,
    "amount": 0,
    "memo": False,
}


def lines(*rows: dict[str, Any]) -> pd.DataFrame:
    """A frame of budget lines; what a row leaves out is blank, and ids count from 1."""
    full = [{**_BLANK, "line_id": str(number), **row} for number, row in enumerate(rows, 1)]
    columns = {name: _column([row[name] for row in full], kind) for name, kind in SCHEMA.items()}
    return check_lines(pd.DataFrame(columns))


def _column(values: list[Any], kind: str) -> Any:
    # Frames are made by the ten thousand here, and pandas looks for a type by its name anew each time.
    return pd.array(values, dtype=_TEXT) if kind == "str" else np.array(values, dtype=kind)


def index_of(budget: pd.DataFrame) -> LineIndex:
    """Budget lines of the United Kingdom, laid out for matching."""
    return LineIndex(budget, UK.currency)


def allocate(budget: pd.DataFrame, mapping: Mapping, *drivers: pd.DataFrame, **beside: Any) -> pd.DataFrame:
    """`allocation.allocate` of such lines, with the transfers that they and the mapping's rules name."""
    index = index_of(budget)
    return allocation.allocate(
        index, mapping, *drivers, consolidation=consolidation.find_eliminations(index, mapping), **beside
    )


def summarise(budget: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """`allocation.summarise` of such lines."""
    return allocation.summarise(budget, allocations)


def drivers(*rows: tuple) -> pd.DataFrame:
    return check_drivers(pd.DataFrame(rows, columns=list(DRIVERS)).astype(DRIVERS))
