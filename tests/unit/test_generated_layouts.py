"""Layouts made by chance: the lines that go into a workbook come out of its reading, to the penny."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget_align.core.fiscal_year import label
from importers import read_workbook
from tests.workbooks import Cell, workbook

NAMES = ["Roads", "Rail", "Buses", "Trams", "Ferries", "Bridges", "Canals", "Airports", "Harbours", "Tunnels"]
GROUPS = ["Land", "Water", "Air"]
UNITS = {"£": 100, "£000": 100_000, "£ thousand": 100_000, "£m": 100_000_000, "£ million": 100_000_000}
CONTROLS = [["Resource", "Capital"], ["Resource", "Capital", "AME"], []]


@dataclass(frozen=True)
class Budget:
    """What goes in: amounts in printed units by group, line and column."""

    groups: dict[str, dict[str, list[int]]]
    years: list[int]
    controls: list[str]
    unit: str


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    years = draw(st.sampled_from([[2026], [2025, 2026], [2024, 2025, 2026]]))
    controls = draw(st.sampled_from(CONTROLS))
    names = draw(st.permutations(NAMES))
    width = len(years) * max(1, len(controls))
    groups: dict[str, dict[str, list[int]]] = {}
    for group in GROUPS[: draw(st.integers(1, 3))]:
        count = draw(st.integers(1, 3))
        taken, names = names[:count], names[count:]
        groups[group] = {name: draw(st.lists(amounts, min_size=width, max_size=width)) for name in taken}
    return Budget(groups, years, controls, draw(st.sampled_from(sorted(UNITS))))


# Figures of five digits or more, as budgets have: sums of them are not hit by chance.
amounts = st.integers(10_007, 99_999_989)


def written(budget: Budget, *, totals: bool, grand: bool, headings: bool, group_header: bool) -> bytes:
    """The budget as a sheet of the given habits."""
    columns = [(year, control) for year in budget.years for control in budget.controls or [""]]
    rows: list[list[Cell]] = [["Department of Ways"], [f"Budget, {budget.unit}"], []]
    if group_header and budget.controls:
        years = [label(y) if i % len(budget.controls) == 0 else None for i, (y, _) in enumerate(columns)]
        rows += [[None, *years], ["Programme", *(control for _, control in columns)]]
    else:
        rows.append(["Programme", *(f"{label(year)} {control}".strip() for year, control in columns)])
    everything: list[list[int]] = []
    for group, lines in budget.groups.items():
        if headings:
            rows.append([group])
        rows += [[name, *figures] for name, figures in lines.items()]
        if totals:
            rows.append([f"Total {group.lower()}", *_sum(list(lines.values()))])
        everything += lines.values()
    if grand:
        rows.append(["Total Department of Ways", *_sum(everything)])
    return workbook(Return=rows)


def _sum(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(budgets(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_the_lines_that_go_in_come_out(
    budget: Budget, totals: bool, grand: bool, headings: bool, group_header: bool
) -> None:
    data = written(budget, totals=totals, grand=grand, headings=headings or totals, group_header=group_header)
    reading = read_workbook(data, "ways.xlsx")
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
