"""Tables of a statistical office whose every cell experts have annotated: how often each role is told as they do.

Nothing here was fitted to single tables; the bars stand a little below what is reached.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from budget_align.core.returns.reading import Answers
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from importers.files.limits import Limits
from importers.files.workbook import open_workbook
from importers.readings.inspection import sheet_roles
from importers.readings.reader import WorkbookReader
from importers.structure.roles import NAMES
from tests.beside import beside, files_in

ROLES = {
    "metadata": "title",
    "header": "header",
    "attributes": "label",
    "data": "data",
    "derived": "derived",
    "notes": "note",
}
BARS = {"title": 0.90, "header": 0.96, "label": 0.95, "data": 0.97, "derived": 0.74, "note": 0.97, "header rows": 0.97}

Cell = tuple[int, int]


@pytest.fixture(scope="session")
def annotated_tables() -> list[Path]:
    return files_in(beside("readings", "annotated-tables"), "*.xlsx")


def annotated(path: Path) -> dict[Cell, str]:
    rows = json.loads(path.with_suffix(".json").read_text())["annotations"]
    return {(r, c): ROLES[name] for r, row in enumerate(rows) for c, name in enumerate(row) if name}


def told(path: Path) -> tuple[dict[Cell, str], set[int]]:
    """The role of each cell, and the header rows, as an inspection finds them before it asks what the money is."""
    (sheet, *_) = WorkbookReader(open_workbook(path.read_bytes(), Limits()), UK, Answers()).assemble({}).sheets
    found = sheet_roles(sheet)
    roles = {(int(r), int(c)): NAMES[int(found[r, c])] for r, c in np.argwhere(found)}
    return roles, {row for table in sheet.tables for row in table.block.header_rows}


def test_the_roles_of_cells_are_told_as_experts_do(
    annotated_tables: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    right, ours, theirs, refused = Counter[str](), Counter[str](), Counter[str](), 0
    for path in annotated_tables:
        expected = annotated(path)
        try:
            found, rows = told(path)
        except RefusedError:
            refused += 1
            continue
        right.update(role for cell, role in found.items() if expected.get(cell) == role)
        ours.update(found.values())
        theirs.update(expected.values())
        expected_rows = {row for (row, _), role in expected.items() if role == "header"}
        right["header rows"] += len(rows & expected_rows)
        ours["header rows"] += len(rows)
        theirs["header rows"] += len(expected_rows)
    scores = {name: 2 * right[name] / (ours[name] + theirs[name]) for name in BARS}
    with capsys.disabled():
        print(f"\nF1 over {len(annotated_tables)} annotated tables, {refused} refused")
        for name, score in scores.items():
            print(f"{name:<12}{score:>7.3f}   {theirs[name]:,} annotated")
    # One holds an amount beyond any budget.
    assert refused <= 1
    assert [name for name, bar in BARS.items() if scores[name] < bar] == []
