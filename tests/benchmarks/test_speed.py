"""Ratios, not seconds: each step beside a plain tool doing the like on the same data in the same run.

Run by `make bench`; nothing here can fail for being slow.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import numpy as np
import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from budget_align.core.allocation import allocate
from budget_align.core.budget_line import SCHEMA
from budget_align.core.mapping import Mapping, Rule
from importers import read_workbook


def best(run: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


@pytest.mark.parametrize("count", [10_000, 100_000, 1_000_000])
def test_allocation_beside_a_merge_and_groupby(count: int) -> None:
    """Lines × 500 rules × 100 outcomes, beside pandas merging shares to the lines and summing."""
    random = np.random.default_rng(2026)
    columns = {name: pd.array([""] * count, dtype="str") for name, dtype in SCHEMA.items() if dtype == "str"}
    programme = pd.Index([f"programme {i:03d}" for i in range(500)], dtype="str").take(random.integers(0, 500, count))
    lines = pd.DataFrame(
        {
            **columns,
            "line_id": pd.Index(np.arange(count)).astype("str"),
            "programme": programme,
            "fiscal_year": np.int64(2026),
            "amount": random.integers(-(10**9), 10**10, count),
            "memo": False,
            "row": np.int64(1),
        }
    )
    rules = tuple(
        Rule(
            id=f"r{i}",
            when={"programme": f"programme {i:03d}"},
            to={f"o{(i + j) % 100}": 30 for j in range(3)},
            why="w",
        )
        for i in range(500)
    )
    mapping = Mapping(name="m", title="M", framework="f", author="us", rules=rules)
    shares = pd.DataFrame(
        [(f"programme {i:03d}", f"o{(i + j) % 100}", 0.3) for i in range(500) for j in range(3)],
        columns=["programme", "outcome", "share"],
    ).astype({"programme": "str"})

    def plain() -> object:
        merged = lines.merge(shares, on="programme")
        merged["given"] = merged["amount"] * merged["share"]
        return merged.groupby(["line_id", "outcome"])["given"].sum()

    mine, theirs = best(lambda: allocate(lines, mapping)), best(plain)
    print(f"\nallocate {count:>9,} lines: {mine:6.2f} s; merge and groupby {theirs:6.2f} s; ratio {mine / theirs:.2f}")


@pytest.mark.parametrize("count", [2_000, 20_000])
def test_reading_beside_calamine_reading_the_cells(count: int) -> None:
    """A sheet of five year columns and five labels, beside merely reading its cells."""
    random = np.random.default_rng(2026)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Return")
    sheet.append(["Department of Ways: budget, £"])
    sheet.append(
        [
            "Directorate",
            "Team",
            "Programme code",
            "Programme",
            "Account",
            *(f"{y}-{y - 1999}" for y in range(2021, 2026)),
        ]
    )
    for i, figures in enumerate(random.integers(1_000, 10**7, (count, 5)).tolist()):
        sheet.append([f"Directorate {i % 7}", f"Team {i % 90}", f"P{i % 900:04d}", f"Programme {i}", "Pay", *figures])
    data = io.BytesIO()
    book.save(data)
    content = data.getvalue()

    def cells() -> object:
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    mine, theirs = best(lambda: read_workbook(content, "x.xlsx"), 2), best(cells)
    print(
        f"\nread {count * 5:>9,} lines: {mine:6.2f} s; calamine reads the cells {theirs:6.2f} s; ratio {mine / theirs:.2f}"
    )
