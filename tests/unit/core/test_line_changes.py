"""A corrected return beside the one that it replaces: what changed, line by line, wherever the lines stand now."""

from budget_align.core.returns.line_changes import compare_lines
from budget_align.core.values.terms import UK
from importers import read_workbook
from tests.workbooks import drawn

FIRST = """
    Department of Works
    Budget, £

    Line  | 2025-26 | 2026-27
    Roads | 101     | 110
    Rail  | 207     | 210
    Canal | 30      | 0
"""
CORRECTED = """
    Department of Works
    Budget, £

    Line  | 2025-26 | 2026-27
    Trams | 0       | 44
    Rail  | 207     | 190
    Roads | 101     | 110
"""


def test_lines_are_compared_by_what_they_say() -> None:
    before, after = (read_workbook(drawn(text), "x.xlsx", terms=UK).lines for text in (FIRST, CORRECTED))
    found = compare_lines(before, after)
    assert [(c.programme, c.fiscal_year, c.before, c.after, c.cell) for c in found.changes] == [
        ("Trams", 2026, None, 4400, "Return!C5"),
        ("Canal", 2025, 3000, None, "Return!B7"),
        ("Rail", 2026, 21000, 19000, "Return!C6"),
    ]
    assert [(t.fiscal_year, t.before, t.after) for t in found.totals] == [
        (2025, 33800, 30800),
        (2026, 32000, 34400),
    ]
    assert found.same == 3


def test_the_same_return_changes_nothing() -> None:
    lines = read_workbook(drawn(FIRST), "x.xlsx", terms=UK).lines
    found = compare_lines(lines, lines)
    assert found.changes == ()
    assert found.same == len(lines)
    assert all(total.before == total.after for total in found.totals)


def test_a_line_split_in_two_is_no_change() -> None:
    lines = read_workbook(drawn(FIRST), "x.xlsx", terms=UK).lines
    halves = drawn(FIRST.replace("Rail  | 207     | 210", "Rail | 200 | 110\n    Rail | 7 | 100"))
    assert compare_lines(lines, read_workbook(halves, "x.xlsx", terms=UK).lines).changes == ()
