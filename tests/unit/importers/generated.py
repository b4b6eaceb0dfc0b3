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
        rows.append(_row("Total Department of Ways", _sum(everything), noise))
    for group, lines in budget.groups.items():
        total = _row(f"Total {group.lower()}", _sum(list(lines.values())), noise)
        above = noise.totals_above and len(lines) > 1
        rows += [total] if above else [[group]]
        rows += [_row(name, figures, noise) for name, figures in lines.items()]
        rows += [] if noise.totals_above else [total]
        rows += [[]] if noise.blank_rows else []
    if not noise.totals_above:
        rows.append(_row("Total Department of Ways", _sum(everything), noise))
    if noise.notes:
        rows += [[], ["(1) Figures are as agreed with the Treasury and may be revised."], ["Source: the ledger"]]
    if noise.spacers:
        rows = [[each[0] if each else None, None, *each[1:]] if each else [] for each in rows]
    return workbook(Return=rows)


def _row(name: str, figures: Sequence[int], noise: Noise) -> list[Cell]:
    shown: list[Cell] = [f"{figure:,}" for figure in figures] if noise.as_text else list(figures)
    return [name, *shown, *([0.031] if noise.change_column else [])]
