"""Budgets of all kinds, and how they are written as sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from budget_align.core.values.terms import UK
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
    # A line that equals another in every column may state it again: which, no sheet of these tells.
    lines = [tuple(figures) for group in groups.values() for figures in group.values()]
    assume(len(set(lines)) == len(lines))
    return Budget(groups, years, controls, draw(st.sampled_from(sorted(UNITS))))


amounts = st.integers(10_007, 99_999_989)


def written(budget: Budget, *, totals: bool, grand: bool, headings: bool, group_header: bool) -> bytes:
    """The budget as a sheet of the given habits."""
    columns = [(year, control) for year in budget.years for control in budget.controls or [""]]
    rows: list[list[Cell]] = [["Department of Ways"], [f"Budget, {budget.unit}"], []]
    if group_header and budget.controls:
        years = [UK.year(y) if i % len(budget.controls) == 0 else None for i, (y, _) in enumerate(columns)]
        rows += [[None, *years], ["Programme", *(control for _, control in columns)]]
    else:
        rows.append(["Programme", *(f"{UK.year(year)} {control}".strip() for year, control in columns)])
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
