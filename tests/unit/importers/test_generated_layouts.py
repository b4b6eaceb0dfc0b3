"""Layouts made by chance: the lines that go into a workbook come out of its reading, to the penny."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.values.terms import UK
from importers import read_workbook
from tests.examples import examples
from tests.unit.importers.generated import UNITS, Budget, _sum, budgets, written
from tests.workbooks import Cell, workbook

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


@dataclass(frozen=True)
class Noise:
    """What real returns hold beside their tables."""

    blank_rows: bool
    spacers: bool
    notes: bool
    as_text: bool
    totals_above: bool
    change_column: bool


noises = st.builds(Noise, *[st.booleans()] * 6)


def written_with_noise(budget: Budget, noise: Noise) -> bytes:
    """The budget with a heading over each group, totals above or below, and noise."""
    columns = [(year, control) for year in budget.years for control in budget.controls or [""]]
    header: list[Cell] = ["Programme", *(f"{UK.year(year)} {control}".strip() for year, control in columns)]
    rows: list[list[Cell]] = [["Department of Ways"], [f"Budget, {budget.unit}"], []]
    rows.append(header + (["% change"] if noise.change_column else []))
    everything = [figures for lines in budget.groups.values() for figures in lines.values()]
    several = len(everything) > 1
    if noise.totals_above and several:
        rows.append(row("Total Department of Ways", _sum(everything), noise))
    for group, lines in budget.groups.items():
        total = row(f"Total {group.lower()}", _sum(list(lines.values())), noise)
        above = noise.totals_above and len(lines) > 1
        rows += [total] if above else [[group]]
        rows += [row(name, figures, noise) for name, figures in lines.items()]
        rows += [] if noise.totals_above else [total]
        rows += [[]] if noise.blank_rows else []
    if not noise.totals_above:
        rows.append(row("Total Department of Ways", _sum(everything), noise))
    if noise.notes:
        rows += [[], ["(1) Figures are as agreed with the Treasury and may be revised."], ["Source: the ledger"]]
    if noise.spacers:
        rows = [[each[0] if each else None, None, *each[1:]] if each else [] for each in rows]
    return workbook(Return=rows)


def row(name: str, figures: Sequence[int], noise: Noise) -> list[Cell]:
    shown: list[Cell] = [f"{figure:,}" for figure in figures] if noise.as_text else list(figures)
    return [name, *shown, *([0.031] if noise.change_column else [])]


@examples(0.8)
@given(budgets(), noises)
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


@examples(0.4)
@given(budgets(), st.sampled_from([",", ";", "\t", "|"]), st.booleans())
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
