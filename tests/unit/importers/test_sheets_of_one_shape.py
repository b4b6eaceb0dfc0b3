"""Sheets of one shape in a workbook: what one of them says of its columns, or is called beside the others, tells what
those of another are.
"""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from budget_align.core.returns.reading import Answers
from budget_align.core.values.money import Unit
from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from tests.habits import NAMES, Rows, figures, file, read, stored
from tests.workbooks import workbook


def of_one_shape(title: str, *names: str) -> tuple[bytes, int]:
    """A workbook of sheets of one shape under some names, and what they come to."""
    sheets: dict[str, Rows] = {}
    whole = 0
    for n, name in enumerate(names):
        lines = list(zip(NAMES[:8], figures(600 + n, 8), strict=True))
        come_to = sum(amount for _, amount in lines)
        whole += come_to
        head: Rows = [[title], [name], ["Service", "2024-25 £"]]
        sheets[f"S{n} {name}"] = [*head, *map(list, lines), [f"TOTAL {name.upper()}", come_to]]
    return workbook(**sheets), whole


def test_revenue_beside_sheets_of_capital_is_spent_where_the_title_speaks_of_spending() -> None:
    data, whole = of_one_shape("Main expenditure group: housing", "Revenue", "Capital")
    outcome = read(file(data, whole))
    assert not outcome.asked
    assert {key[-1]: amount / 100 for key, amount in outcome.groups.items()} == {"expenditure": whole}


@pytest.mark.parametrize(
    ("names", "guess"),
    [
        (("Revenue", "Capital"), "expenditure"),
        (("Revenue", "Recurrent", "Capital"), "income"),
        (("Revenue", "Expenditure", "Capital"), "income"),
        (("Revenue", "Grants"), "income"),
    ],
)
def test_revenue_is_most_likely_spent_beside_capital_and_received_beside_spending(
    names: tuple[str, ...], guess: str
) -> None:
    data, _ = of_one_shape("Housing", *names)
    answers = Answers(body="Housing", stage="budget", unit=Unit("GBP", 1))
    reading = read_workbook(data, "return.xlsx", terms=UK, answers=answers)
    assert [question.guess for question in reading.questions if question.topic == "flow"] == [guess]


def test_codes_of_one_sheet_are_codes_in_the_sheets_beside_it() -> None:
    sheets: dict[str, Rows] = {}
    whole = 0
    for n, count in enumerate((12, 6, 1)):
        names, spent = [*NAMES, "Archives"][n : n + count], figures(620 + n, count)
        changes = figures(630 + n, count, 101, 9_901)
        after = [a + b for a, b in zip(spent, changes, strict=True)]
        whole += sum(after)
        rows: Rows = [["", "BEL", "Line", "2023-24 £", "Change £", "2024-25 £"], ["Services"]]
        rows += [
            ["", 1_107 + 100 * n + 7 * k, *row] for k, row in enumerate(zip(names, spent, changes, after, strict=True))
        ]
        sheets[f"Part {n + 1}"] = [*rows, ["Total", "", "", sum(spent), sum(changes), sum(after)]]
    made = file(formatted(sheets, "#,##0"), whole)
    outcome = read(made)
    assert "amount" not in outcome.asked
    assert whole in stored(outcome)


def formatted(sheets: dict[str, Rows], number_format: str) -> bytes:
    """A workbook in which every whole number has the format."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        for cell in (cell for row in page.iter_rows() for cell in row if isinstance(cell.value, int)):
            cell.number_format = number_format
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
