"""Layouts made by chance: the lines that go into a workbook come out of its reading, to the penny."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from budget_align.core.values.terms import UK
from importers import read_workbook
from tests.examples import examples
from tests.unit.importers.generated import UNITS, Budget, Noise, budgets, noises, written, written_with_noise

# Figures of five digits or more, as budgets have: sums of them are not hit by chance.


@examples(0.6)
@given(budgets(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_the_lines_that_go_in_come_out(
    budget: Budget, totals: bool, grand: bool, headings: bool, group_header: bool
) -> None:
    data = written(budget, totals=totals, grand=grand, headings=headings or totals, group_header=group_header)
    reading = read_workbook(data, "ways.xlsx", terms=UK)
    assert not reading.questions
    codes = {"Resource": "RDEL", "Capital": "CDEL", "AME": "AME", "": ""}
    columns = [(year, codes[control]) for year in budget.years for control in budget.controls or [""]]
    expected = {
        (name, year, control): figure * UNITS[budget.unit]
        for lines in budget.groups.values()
        for name, figures in lines.items()
        for (year, control), figure in zip(columns, figures, strict=True)
    }
    lines = reading.lines
    keys = zip(lines["programme"], lines["fiscal_year"], lines["control"], strict=True)
    assert dict(zip(keys, lines["amount"], strict=True)) == expected
    assert not lines["memo"].any()
    assert all(total.difference == 0 for total in reading.control_totals)
    if grand:
        assert any(total.whole for total in reading.control_totals)


# A section is far smaller than the others.
_SMALL = {"Land": {"Roads": [10009]}, "Water": {"Rail": [5003751]}, "Air": {"Buses": [10007], "Trams": [10008]}}

# What a body spends next year happens to be what another spent in this one.
_CARRIED = {"Land": {"Roads": [10007, 10018, 10007]}, "Water": {"Rail": [10018, 10007, 10007]}}


@examples(0.8)
@given(budgets(), noises)
@example(Budget(_CARRIED, [2024, 2025, 2026], [], "£"), Noise(*6 * [False]))
@example(Budget(_SMALL, [2026], [], "£"), Noise(*6 * [False]))
def test_noise_changes_no_line(budget: Budget, noise: Noise) -> None:
    reading = read_workbook(written_with_noise(budget, noise), "ways.xlsx", terms=UK)
    assert not reading.questions
    columns = [(year, control) for year in budget.years for control in budget.controls or [""]]
    expected = sum(
        figure * UNITS[budget.unit]
        for lines in budget.groups.values()
        for figures in lines.values()
        for figure in figures
    )
    counted = reading.lines[~reading.lines["memo"]]
    assert counted["amount"].sum() == expected
    assert len(counted) == len(columns) * sum(len(lines) for lines in budget.groups.values())
    assert set(counted["fiscal_year"]) == set(budget.years)
    assert all(total.reconciled for total in reading.control_totals)


# One line happens to come near the others, in thousands or in part, and two to follow from one another.
_NEAR = {"Land": {"Roads": [10007, 10007, 10007, 10007], "Rail": [21565, 10007, 55465, 9840407]}}
_LAST = {
    "Land": {"Roads": [10007, 10007, 26188938]},
    "Water": {"Rail": [10010, 15759262, 1185522]},
    "Air": {"Buses": [804560, 10009, 2112039], "Trams": [10007, 10007, 47291404]},
}
_TWICE = {"Land": {"Roads": [10007, 10007], "Rail": [23986, 23986]}}
_ALIKE = {"Land": {"Roads": [10007, 10010], "Rail": [10008, 10009]}}


@examples(0.4)
@given(budgets(), st.sampled_from([",", ";", "\t", "|"]), st.booleans())
@example(Budget(_NEAR, [2025, 2026], ["Resource", "Capital"], "£"), ",", False)
@example(Budget(_LAST, [2026], ["Resource", "Capital", "AME"], "£"), ",", True)
@example(Budget(_TWICE, [2026], ["Resource", "Capital"], "£"), ",", False)
@example(Budget(_ALIKE, [2025, 2026], [], "£"), ",", False)
def test_a_long_list_gives_the_same_lines(budget: Budget, delimiter: str, shuffled: bool) -> None:
    """The same budget as a row for each amount, in plain text."""
    columns = [(year, control) for year in budget.years for control in budget.controls or [""]]
    rows = [
        ["Ways", group, name, control, UK.year(year), "Budget", str(figure)]
        for group, lines in budget.groups.items()
        for name, figures in lines.items()
        for (year, control), figure in zip(columns, figures, strict=True)
    ]
    if shuffled:
        rows = rows[::2] + rows[1::2]
    head = ["Department", "Directorate", "Programme", "Budget control", "Financial year", "Stage", "Amount (£)"]
    data = "\n".join(delimiter.join(each) for each in [head, *rows]).encode()
    if len(rows) < 2:
        return
    lines = read_workbook(data, "ways.csv", terms=UK).lines
    said = sorted(zip(lines["unit"], lines["programme"], lines["fiscal_year"], lines["amount"], strict=True))
    assert said == sorted((r[1], r[2], int(r[4][:4]), int(r[6]) * 100) for r in rows)
