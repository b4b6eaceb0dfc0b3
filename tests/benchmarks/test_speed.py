"""Ratios, not seconds: each step beside a plain tool doing the like on the same data in the same run.

Run by `make bench`; nothing here can fail for being slow.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from budget_align.config import Settings
from budget_align.core.returns.budget_line import SCHEMA
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.store.database import open_database
from tests.benchmarks.stopwatch import best
from tests.unit.core.lines import allocate


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
            "flow": "expenditure",
            "stage": "budget",
            "version": "original",
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


def wide_workbook(rows: int) -> bytes:
    """A return of ten columns of labels and five of years, so that it holds five lines a row."""
    random = np.random.default_rng(2026)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Return")
    sheet.append(["Department of Ways: budget, £"])
    labels = ["Directorate", "Division", "Team", "Cost centre code", "Cost centre", "Programme code", "Programme"]
    years = [f"{year}-{year - 1999}" for year in range(2021, 2026)]
    sheet.append([*labels, "Account code", "Account", "Note", *years])
    for i, figures in enumerate(random.integers(1_000, 10**7, (rows, 5)).tolist()):
        said = [f"Directorate {i % 7}", f"Division {i % 31}", f"Team {i % 90}", f"C{i % 400:04d}", f"Centre {i % 400}"]
        said += [f"P{i % 900:04d}", f"Programme {i % 900}", f"{5000 + i % 50}", f"Account {i % 50}", ""]
        sheet.append([*said, *figures])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def ledger(rows: int) -> bytes:
    """A ledger in plain text, one line a row."""
    random = np.random.default_rng(2026)
    figures = random.integers(100_000, 10**9, rows).tolist()
    head = "Department,Directorate,Programme code,Programme,Account,Budget control,Financial year,Stage,Amount (£)\n"
    return (
        head
        + "\n".join(
            f"Ways,Directorate {i % 7},P{i % 900:04d},Programme {i % 900},Account {i % 50},Resource,2026-27,Budget,"
            f"{figure / 100:.2f}"
            for i, figure in enumerate(figures)
        )
    ).encode()


_ALONE = """
import io, sys, time
import {imports}
data = open({path!r}, "rb").read()
start = time.perf_counter()
result = {run}
took = time.perf_counter() - start
# What the process itself held at most; the system's own count begins with that of whoever started it.
print(took, next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def alone(path: Path, imports: str, run: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one expression over a file, in a process of its own."""
    code = _ALONE.format(imports=imports, path=str(path), run=run)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    seconds, kilobytes = map(float, out.split())
    return seconds, kilobytes / 1024


CALAMINE = (
    "python_calamine",
    "python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()",
)
OPENPYXL = ("pandas", "pandas.read_excel(io.BytesIO(data), engine='openpyxl', header=None)")
OURS = (
    "importers, budget_align.core.values.terms",
    "importers.read_workbook(data, 'x', terms=budget_align.core.values.terms.UK, "
    "limits=importers.Limits(bytes=10**9, rows=2 * 10**6, cells=10**8))",
)


def test_reading_half_a_million_lines_beside_merely_reading_the_cells(tmp_path: Path) -> None:
    """100,000 rows × 15 columns, from bytes to checked lines in memory, beside calamine and pandas with openpyxl."""
    path = tmp_path / "return.xlsx"
    path.write_bytes(wide_workbook(100_000))
    mine = min(alone(path, *OURS) for _ in range(3))
    cells = min(alone(path, *CALAMINE) for _ in range(3))
    slow = alone(path, *OPENPYXL)
    print(f"\nread 500,000 lines {mine[0]:6.2f} s, {mine[1]:6.0f} MB at most")
    print(
        f"calamine, cells    {cells[0]:6.2f} s, {cells[1]:6.0f} MB: ratio {mine[0] / cells[0]:.2f} of the time, "
        f"{mine[1] / cells[1]:.2f} of the memory"
    )
    print(f"pandas, openpyxl   {slow[0]:6.2f} s, {slow[1]:6.0f} MB: {slow[0] / mine[0]:.1f} times slower than ours")


def test_inspecting_a_small_workbook(tmp_path: Path) -> None:
    """Processor time of the whole command, the process that reads included."""
    path = tmp_path / "small.xlsx"
    path.write_bytes(wide_workbook(30))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "budget_align.cli", "inspect", "--json", str(path)]
    subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"\ninspect a small workbook: {seconds:.2f} s of processor time, of 1.0")


def test_a_million_lines_of_plain_text_in_one_pass(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(ledger(1_000_000))
    seconds, megabytes = alone(path, *OURS)
    print(f"\nread 1,000,000 lines of text {seconds:.1f} s, {megabytes:.0f} MB at most, of 2,048")


def test_time_grows_with_the_lines(tmp_path: Path) -> None:
    counts = [10_000, 30_000, 100_000, 300_000, 1_000_000]
    taken = []
    for count in counts:
        path = tmp_path / f"{count}.csv"
        path.write_bytes(ledger(count))
        taken.append(min(alone(path, *OURS)[0] for _ in range(2)))
    slope, _ = np.polyfit(np.log(counts), np.log(taken), 1)
    each = ", ".join(f"{count:,}: {seconds:.2f} s" for count, seconds in zip(counts, taken, strict=True))
    print(f"\n{each}; seconds grow with lines to the power of {slope:.2f}")


def test_storing_lines_in_bulk(tmp_path: Path) -> None:
    """What confirming costs beyond reading: 100,000 lines into an empty SQLite database."""
    settings = Settings(data_folder=tmp_path)
    engine = open_database(settings.database)
    received = receive(engine, settings, wide_workbook(20_000), "return.xlsx", "Northmere", "ana")
    assert received.draft_id is not None
    start = time.perf_counter()
    confirm(engine, settings, received.draft_id, "ana")
    seconds = time.perf_counter() - start
    print(f"\nstored 100,000 lines in {seconds:.1f} s, {100_000 / seconds:,.0f} a second")
