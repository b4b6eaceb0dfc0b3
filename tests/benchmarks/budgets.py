"""Budgets of any size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from budget_align.core.returns.budget_line import SCHEMA


def budget(count: int) -> pd.DataFrame:
    """Lines of 20 bodies, 300 units, 500 programmes and four years."""
    random = np.random.default_rng(2026)
    text = {name: pd.array([""] * count, dtype="str") for name, dtype in SCHEMA.items() if dtype == "str"}

    def pick(stem: str, kinds: int) -> pd.Index:
        return pd.Index([f"{stem} {i:03d}" for i in range(kinds)], dtype="str").take(random.integers(0, kinds, count))

    return pd.DataFrame(
        {
            **text,
            "line_id": pd.Index(np.arange(count)).astype("str"),
            "body": pick("body", 20),
            "unit": pick("unit", 300),
            "programme": pick("programme", 500),
            "flow": "expenditure",
            "stage": "budget",
            "version": "original",
            "fiscal_year": random.integers(2024, 2028, count),
            "amount": random.integers(-(10**9), 10**10, count),
            "memo": False,
            "row": np.int64(1),
        }
    ).astype(SCHEMA)
