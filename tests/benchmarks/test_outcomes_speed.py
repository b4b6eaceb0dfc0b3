"""Ballots and indicators, measured; run by `make bench`."""

from __future__ import annotations

import io
import math
import resource
import time
from datetime import date

import numpy as np
import openpyxl
import pytest

from budget_align.core.outcomes.indicator import IndicatorDefinition, read_indicator
from budget_align.core.outcomes.priority import METHODS, Kind, count_ballots, count_groups
from budget_align.core.values.fiscal_year import APRIL
from importers.files.limits import Limits
from importers.forms.ballot_workbook import read_ballots
from importers.forms.indicator_workbook import read_indicators

CODES = {f"o{i}": f"Outcome {i}" for i in range(11)}


def time_ballots(kind: Kind, size: int) -> tuple[float, float]:
    """The seconds that so many ballots take to be read and counted in every way, and those of reading alone."""
    random = np.random.default_rng(2026)
    values = random.integers(0, 20, (size, 11)) if kind == "points" else random.random((size, 11)).argsort(axis=1) + 1
    rows = (f"g{i % 8}," + ",".join(map(str, row)) for i, row in enumerate(values.tolist()))
    data = ("Group," + ",".join(CODES) + "\n" + "\n".join(rows)).encode()
    start = time.perf_counter()
    found = read_ballots(data, "b.csv", outcomes=CODES, kind=kind, limits=Limits(rows=10**6, cells=10**8))
    read = time.perf_counter() - start
    assert (found.kind, len(found.values)) == (kind, size)
    for method in METHODS[found.kind]:
        count_ballots(found.values, list(found.outcomes), found.kind, method)
        count_groups(found.values, found.groups, list(found.outcomes), found.kind, method)
    return time.perf_counter() - start, read


@pytest.mark.parametrize("kind", ["points", "ranked"])
def test_two_hundred_thousand_ballots(kind: Kind) -> None:
    seconds = {}
    for size in (20_000, 200_000):
        seconds[size], read = time_ballots(kind, size)
        print(f"\n{size:>7,} ballots of {kind}: {seconds[size]:.2f} s, {read:.2f} of them reading", end="")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"; to the power {math.log10(seconds[200_000] / seconds[20_000]):.2f}; the process held {memory:,.0f} MB")


def test_indicators_of_every_area_and_year() -> None:
    """81 indicators × 20 years × 32 areas, a column a year."""
    random = np.random.default_rng(2026)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Values")
    sheet.append(["Code", "Area", *(f"{year}-{(year + 1) % 100:02d}" for year in range(2005, 2025))])
    for i in range(81):
        for area in range(32):
            sheet.append([f"i{i}", f"Area {area}", *random.random(20).round(4).tolist()])
    data = io.BytesIO()
    book.save(data)
    start = time.perf_counter()
    reading = read_indicators(data.getvalue(), "i.xlsx", territory="", calendar=APRIL, limits=Limits())
    read = time.perf_counter() - start
    assert len(reading.observations) == 81 * 20 * 32
    for code, mine in reading.observations.groupby("indicator"):
        definition = IndicatorDefinition(code=str(code), name=str(code))
        for area, its in mine.groupby("territory"):
            read_indicator(definition, its, str(area), date(2026, 11, 25))
    total = time.perf_counter() - start
    print(f"\n{len(reading.observations):,} observations read in {read:.2f} s, all statuses in {total:.2f} s")
