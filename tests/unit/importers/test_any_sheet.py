"""Whatever stands in a sheet, reading it ends in a reading or in a refusal, and no cell is lost on the way."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from importers.evidence.choices import Decisions
from importers.files.workbook import Sheet, Workbook
from importers.readings.inspection import derived_rows, sheet_roles
from importers.readings.reader import WorkbookReader
from tests.examples import examples

WORDS = [
    "Total",
    "Roads",
    "of which: rail",
    "2025-26",
    "Budget £m",
    "Department of Works",
    "%",
    "Source: us",
    "Subtotal",
]
WORDS += [
    "(1)",
    "..",
    "-",
    "n/a",
    "Real terms",
    "#REF!",
    "Change",
    "Capital",
    "  Set in",
    "Table 3 (continued)",
    "£000",
]

cells = st.one_of(
    st.just(""),
    st.sampled_from(WORDS),
    st.integers(-5, 30),
    st.integers(1_000, 99_999),
    st.integers(2018, 2028),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 2)),
    st.dates(),
    st.booleans(),
    st.text(max_size=8),
)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    width = draw(st.integers(1, 7))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=16))
    return Sheet(draw(st.sampled_from(["Return", "Sheet1", "Works"])), rows, hidden=draw(st.booleans()))


@examples(4)
@given(st.lists(sheets(), min_size=1, max_size=2))
def test_reading_ends_and_loses_no_cell(some: list[Sheet]) -> None:
    named = tuple(Sheet(f"{sheet.name} {i}", sheet.rows, sheet.hidden) for i, sheet in enumerate(some))
    workbook = Workbook(named, "xlsx", "0" * 64)
    reader = WorkbookReader(workbook, UK, Answers())
    try:
        for each in reader.tables(Decisions(reader.answers.settled)):
            roles = sheet_roles(each)
            assert ((roles > 0) == each.grid.filled).all()
            for table in each.tables:
                assert set(derived_rows(table)) <= set(table.block.data.tolist())
        reading = reader.read("any.xlsx")
    except RefusedError:
        return
    check(reading)


def check(reading: Reading) -> None:
    """What holds of every reading: each line has its own cell, and no amount is counted with the total over it."""
    places = list(zip(reading.lines["sheet"], reading.lines["cell"], strict=True))
    assert len(places) == len(set(places))
    counted = reading.lines[~reading.lines["memo"]]
    lines = set(zip(counted["sheet"], counted["cell"], strict=True))
    totals = {(total.sheet, total.cell) for total in reading.control_totals}
    assert not lines & totals
    assert reading.lines["amount"].dtype == np.int64
