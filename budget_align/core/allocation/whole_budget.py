"""All that one run works out of a budget, from which rule takes each line to the summaries that pages read."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from budget_align.core.allocation import allocation
from budget_align.core.allocation.consolidation import find_eliminations
from budget_align.core.allocation.cost_centres import Below
from budget_align.core.allocation.following import find_followed
from budget_align.core.allocation.overheads import depending_shares
from budget_align.core.returns.budget_line import FLOWS
from budget_align.core.rules.mapping import Mapping
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.arrays import Integers


@dataclass(frozen=True)
class AllocatedBudget:
    """A budget with every line of it given to outcomes.

    Attributes:
        allocations: as `allocation.SCHEMA` says.
        shares: of rules that depend on the whole budget, as `depending_shares` says.
        cube, programmes, touches: as `summarise`, `summarise_programmes` and `summarise_touches` say.
        below: the spend that draws no overhead, since receipts leave it below zero, the largest first.
    """

    allocations: pd.DataFrame
    shares: pd.DataFrame
    cube: pd.DataFrame
    programmes: pd.DataFrame
    touches: pd.DataFrame
    below: tuple[Below, ...]


def allocate_budget(index: LineIndex, mapping: Mapping, measures: pd.DataFrame | None) -> AllocatedBudget:
    """Every line of a budget allocated by a mapping, each pound once, and what that comes to.

    Args:
        measures: the drivers in force.

    Raises:
        RefusedError: overheads follow each other in a circle.
        AssertionError: a minor unit would be lost or made; nothing of it may be kept.
    """
    lines = index.lines
    made = _allocate(index, mapping, measures)
    programmes = allocation.summarise_programmes(lines, made.allocations)
    touches = allocation.summarise_touches(lines, made.allocations)
    check_conservation(lines, made.counts, made.allocations, made.cube, programmes)
    return AllocatedBudget(made.allocations, made.shares, made.cube, programmes, touches, made.below)


def summarise_budget(index: LineIndex, mapping: Mapping, measures: pd.DataFrame | None) -> pd.DataFrame:
    """The cube of `allocate_budget`, where nothing else of it is asked for.

    Raises:
        RefusedError: overheads follow each other in a circle.
        AssertionError: a minor unit would be lost or made; nothing of it may be kept.
    """
    made = _allocate(index, mapping, measures)
    check_conservation(index.lines, made.counts, made.allocations, made.cube)
    return made.cube


@dataclass(frozen=True)
class _Allocated:
    """As `AllocatedBudget` says, with what counts of each line."""

    counts: Integers
    allocations: pd.DataFrame
    shares: pd.DataFrame
    cube: pd.DataFrame
    below: tuple[Below, ...]


def _allocate(index: LineIndex, mapping: Mapping, measures: pd.DataFrame | None) -> _Allocated:
    consolidation = find_eliminations(index, mapping)
    counts = allocation.counted_amounts(index, mapping, consolidation)
    decided = index.decide(mapping)
    shares = depending_shares(index, mapping, decided, measures, counts)
    allocations = allocation.allocate(index, mapping, shares=shares, consolidation=consolidation)
    followed = find_followed(index, mapping, decided, measures, counts)
    cube = allocation.summarise(index.lines, allocations, followed)
    return _Allocated(counts, allocations, shares, cube, followed.below)


def check_conservation(
    lines: pd.DataFrame,
    counts: Integers,
    allocations: pd.DataFrame,
    cube: pd.DataFrame,
    programmes: pd.DataFrame | None = None,
) -> None:
    """Stops a run that would lose or make a minor unit of any flow; nothing of it is kept. The summary by programme is
    looked at where it was made.
    """
    given = allocations.groupby("line_id")["amount"].sum()
    if not given.reindex(lines["line_id"], fill_value=0).to_numpy().tolist() == counts.tolist():
        raise AssertionError("allocations do not add up to what counts of their lines")
    for flow in FLOWS:
        of_flow = (lines["flow"] == flow).to_numpy()
        ours, counted = int(lines["amount"][of_flow].sum()), int(counts[of_flow].sum())
        if _sum_of(cube, flow) != ours:
            raise AssertionError(f"the summary does not add up to the lines of {flow}")
        if programmes is not None and _sum_of(programmes, flow) != counted:
            raise AssertionError(f"the summary by programme does not add up to the lines of {flow}")


def _sum_of(cells: pd.DataFrame, flow: str) -> int:
    return int(cells["amount"].to_numpy()[(cells["flow"] == flow).to_numpy()].sum())
