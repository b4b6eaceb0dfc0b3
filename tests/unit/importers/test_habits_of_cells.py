"""Habits of cells that hold amounts: formulas nobody calculated, signs apart from their numbers, ways to write numbers.
Each is a small workbook made from lines whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.unit.importers.test_habits_around_tables import check_told
from tests.unit.importers.test_reading_habits import NAMES, Habit, figures, read, sheet, stored, table, text

# Formulas that nobody calculated


def with_noughts_kept(made: Habit) -> Habit:
    """The same workbook with a nought kept for every formula, as programs write that do not calculate."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made.data)) as packed, zipfile.ZipFile(out, "w") as new:
        for part in packed.infolist():
            data = packed.read(part)
            if part.filename.startswith("xl/worksheets/"):
                assert b"</f><v" in data
                data = data.replace(b"</f><v />", b"</f><v>0</v>").replace(b"</f><v></v>", b"</f><v>0</v>")
            new.writestr(part.filename, data)
    return Habit(out.getvalue(), made.right)


def with_formulas(places: range, values: list[int]) -> list[list[object]]:
    cells = [f"={value // 2}+{value - value // 2}" if i in places else value for i, value in enumerate(values)]
    return table(["Service", "2024-25 budget £"], NAMES[:10], cells)


@pytest.mark.parametrize("places", [range(3), range(4, 6), range(7, 10)], ids=["first", "between", "last"])
@pytest.mark.parametrize("noughts", [False, True])
def test_rows_whose_amount_is_a_formula_without_a_value_are_asked_about(places: range, noughts: bool) -> None:
    values = figures(1)
    made = sheet(with_formulas(places, values), sum(values))
    outcome = read(with_noughts_kept(made) if noughts else made)
    assert outcome.asked["formula"] == 1


@pytest.mark.parametrize("noughts", [False, True])
def test_a_total_whose_formula_has_no_value_is_no_question(noughts: bool) -> None:
    values = figures(2)
    rows = [*table(["Service", "2024-25 budget £"], NAMES[:10], values), ["All services", "=SUM(B2:B11)"]]
    made = sheet(rows, sum(values))
    check_told(with_noughts_kept(made) if noughts else made)


def test_noughts_that_were_calculated_are_amounts() -> None:
    values = [0, *figures(3, 9)]
    made = sheet([*table(["Service", "2024-25 budget £"], NAMES[:10], values), ["Total", sum(values)]], sum(values))
    check_told(made)
