"""A run's view as a value: what pages, reports, the interface for software and the command line show of it, of which
measures are functions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pandas as pd

from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import Flows, Headline
from budget_align.core.allocation.comparable import Comparable, HeldBudgets, compare_years
from budget_align.core.allocation.cost_centres import Below
from budget_align.core.allocation.grading import grade_cells
from budget_align.core.frameworks.framework import Framework
from budget_align.core.lenses.crosswalk import Step, see_through
from budget_align.core.returns.bases import describe_comparison
from budget_align.core.returns.budget_version import Basis
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms

_Found = TypeVar("_Found")


class _Once(Generic[_Found]):
    """A property of a view that is worked out once."""

    def __init__(self, find: Callable[[Any], _Found]) -> None:
        self._find = find
        self.__doc__ = find.__doc__

    def __get__(self, view: View, owner: type[View]) -> _Found:
        return view.once(self._find.__name__, lambda: self._find(view))


@dataclass(frozen=True, kw_only=True)
class View:
    """The figures of a run with the stage and year to show of them.

    Attributes:
        framework: what the figures are shown by: the mapping's own, or that of the lens.
        terms: in which the government counts.
        bases: which version of each body's figures of a stage and year the run takes.
        periods: every stage and year that the run holds, latest first.
        cube: the expenditure of the run's summary as the view counts it: its levels of government, through its lens;
            `part` is that of the stage and year.
        by_sort: the same by the versions that years are compared by; see `comparable.Held`.
        own_cube: the cube without the lens.
        every_flow: the cube with income and financing too, through the lens.
        touches: which outcomes of the mapping's own framework lines of expenditure touch together, as the view counts
            them.
        levels: the levels of government in view; `all_levels` are those that the run holds, "" for not stated.
        lens_steps: the crosswalks from the mapping's own framework to the one shown; none without a lens.
        below: the spend that draws no overhead since receipts leave it below zero, the largest first.
        carried: see `answers_to`.
        known: what was worked out of all this, by name; views of the same figures may share it, and nobody changes
            anything in it.
    """

    government: str
    mapping: Mapping
    framework: Framework
    own_framework: Framework
    terms: Terms
    bases: tuple[Basis, ...]
    stage: str
    fiscal_year: int
    periods: Sequence[tuple[str, int]]
    cube: pd.DataFrame
    by_sort: Lookup[str, pd.DataFrame]
    own_cube: pd.DataFrame
    every_flow: pd.DataFrame
    touches: pd.DataFrame
    levels: tuple[str, ...]
    all_levels: tuple[str, ...]
    lens_steps: tuple[Step, ...]
    below: tuple[Below, ...]
    carried: Lookup[str, tuple[str, ...]]
    known: MutableMapping[str, Any] = field(init=False, default_factory=dict, repr=False, compare=False)

    def once(self, name: str, find: Callable[[], _Found]) -> _Found:
        """What is worked out of the figures alone, once for all views that share them."""
        if name not in self.known:
            self.known[name] = find()
        found: _Found = self.known[name]
        return found

    def share(self, known: MutableMapping[str, Any]) -> None:
        """Takes what was worked out already of the same figures, and lets others take what is worked out here."""
        object.__setattr__(self, "known", known)

    @property
    def lens(self) -> str:
        """The code of the framework that the figures are seen through; empty for the mapping's own."""
        return "" if self.framework.code == self.own_framework.code else self.framework.code

    @property
    def year_label(self) -> str:
        """The year as the government writes it."""
        return self.terms.year(self.fiscal_year)

    def answers_to(self, code: str) -> tuple[str, ...]:
        """The codes by which indicators call an outcome: its own, its targets', those of what it continues."""
        return self.carried.get(code, (code,))

    @_Once
    def part(self) -> pd.DataFrame:
        """The expenditure of the stage and year that is shown."""
        return alignment.of_period(self.cube, self.stage, self.fiscal_year)

    @_Once
    def own_part(self) -> pd.DataFrame:
        """The same without the lens."""
        return alignment.of_period(self.own_cube, self.stage, self.fiscal_year)

    @_Once
    def every_part(self) -> pd.DataFrame:
        """The same with income and financing too, through the lens."""
        return alignment.of_period(self.every_flow, self.stage, self.fiscal_year)

    @property
    def held(self) -> HeldBudgets:
        """The expenditure of every stage and year, by what counts and by the versions that years are compared by."""
        return HeldBudgets(self.cube, self.by_sort)

    def compare(self, periods: Collection[tuple[str, int]]) -> Comparable:
        """On what stages and years that the run holds can be set beside each other, like with like."""
        return compare_years([(self.held, periods)])

    @_Once
    def beside_year_before(self) -> Comparable | None:
        """On what the stage and year shown is compared with the year before; None where the run does not hold it."""
        periods = [(self.stage, self.fiscal_year - 1), (self.stage, self.fiscal_year)]
        return self.compare(periods) if all(period in self.periods for period in periods) else None

    @_Once
    def before(self) -> pd.DataFrame | None:
        """The expenditure of the same stage a year before; None where the run does not hold it."""
        period = self.stage, self.fiscal_year - 1
        return alignment.of_period(self.cube, *period) if period in self.periods else None

    @_Once
    def figures(self) -> Headline:
        """The headline figures of the stage and year that is shown."""
        return alignment.headline(self.part)

    @_Once
    def flows(self) -> Flows:
        """What came in and went out in the stage and year that is shown."""
        return alignment.flows_of(self.every_part)

    def flows_in(self, stage: str, fiscal_year: int) -> Flows:
        """What came in and went out in a stage and year."""
        return alignment.flows_of(alignment.of_period(self.every_flow, stage, fiscal_year))

    @_Once
    def income_by_outcome(self) -> dict[str, int]:
        """The income of the stage and year shown that serves each outcome, by its code, largest first. It stands beside
        the expenditure on the outcome and is never taken from it unseen.
        """
        found = alignment.spend_by(alignment.of_flow(self.every_part, "income"), "outcome")
        return {str(code): int(amount) for code, amount in found.items() if amount}

    @property
    def income_unaligned(self) -> int:
        """The income of the stage and year shown that serves no outcome of the framework shown."""
        return self.flows.income - sum(self.income_by_outcome.values())

    @property
    def shown_bases(self) -> tuple[Basis, ...]:
        """Those of `bases` that are of the stage and year shown and of bodies in view."""
        return self.bases_in(self.stage, self.fiscal_year)

    def version_of(self, body: str, stage: str, fiscal_year: int, flow: str = "expenditure") -> str:
        """The version that the run takes of a flow of a body's stage and year; empty where it has none."""
        mine = {b.flow: b.version for b in self.bases if (b.body, b.stage, b.fiscal_year) == (body, stage, fiscal_year)}
        return mine.get(flow, mine.get("", ""))

    def bases_in(self, stage: str, fiscal_year: int) -> tuple[Basis, ...]:
        """The bases of a stage and year, of bodies in view."""
        return tuple(
            basis
            for basis in self.bases
            if (basis.stage, basis.fiscal_year) == (stage, fiscal_year) and basis.body in self.bodies_in_view
        )

    @_Once
    def bodies_in_view(self) -> frozenset[str]:
        """The bodies of the levels in view, of any stage and year."""
        return frozenset(self.every_flow["body"])

    def compare_bases(self, periods: Sequence[tuple[str, int]]) -> tuple[str, ...]:
        """On which versions some stages and years stand that are set beside each other, in sentences."""
        bases = [basis for period in periods for basis in self.bases_in(*period)]
        stages = {stage for stage, _ in periods}
        names = [
            f"{stage} {self.terms.year(year)}" if len(stages) > 1 else self.terms.year(year) for stage, year in periods
        ]
        return describe_comparison(bases, periods, names)


@dataclass(frozen=True)
class SeenCells:
    """A run's summary as some levels of government count it, through a lens.

    Attributes:
        own: of every flow, graded, without the lens.
        seen: the same through it.
        touches, levels, all_levels: as in `View`.
    """

    own: pd.DataFrame
    seen: pd.DataFrame
    touches: pd.DataFrame
    levels: tuple[str, ...]
    all_levels: tuple[str, ...]


def see_cells(
    cube: pd.DataFrame,
    touches: pd.DataFrame,
    mapping: Mapping,
    levels: Collection[str] | None = None,
    lens: Sequence[Step] = (),
) -> SeenCells:
    """A run's summary as it is to be seen.

    Args:
        cube, touches: as `allocation.summarise` and `allocation.summarise_touches` say.
        levels: the levels of government to count together; all of them without.

    Raises:
        RefusedError: the run holds no body of such a level.
    """
    all_levels = tuple(sorted(set(cube["level"])))
    shown = tuple(level for level in all_levels if levels is None or level in levels)
    if not shown and all_levels:
        raise RefusedError("no-level", "The run holds no body of that level of government; choose another.")
    own = grade_cells(alignment.consolidate(cube, shown), mapping)
    touched = alignment.consolidate(touches, shown)
    touched = alignment.of_flow(touched[~touched["kind"].isin(alignment.SET_APART)])
    return SeenCells(own, see_through(own, lens), touched, shown, all_levels)


def see_comparable(
    cube: pd.DataFrame, mapping: Mapping, levels: Sequence[str], lens: Sequence[Step] = ()
) -> pd.DataFrame:
    """The expenditure of a run's summary by versions that do not count, as the rest of the run is seen."""
    return alignment.of_flow(see_through(grade_cells(alignment.consolidate(cube, levels), mapping), lens))
