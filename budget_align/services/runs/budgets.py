"""Keeps the budgets that people work on at hand: the lines in force of a government, laid out for matching.

Laying out takes seconds for a large budget and every count and preview needs it, so the last few stay in memory. What
they are made of is asked of the database each time, so that a new return is seen at once.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from cachetools import LRUCache
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.returns.budget_line import STAGES
from budget_align.core.returns.budget_version import Basis, choose_versions
from budget_align.core.rules import drivers
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.arrays import Booleans
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.governments.governments import kept_terms
from budget_align.services.runs.running import levels_of_lines
from budget_align.store import government_queries, mapping_queries, return_queries

_KEPT = 4


@dataclass(frozen=True)
class Budget:
    """The lines in force of a government, in the newest version of each body's stage and year.

    Attributes:
        terms: in which it counts.
        bases: which version of each body's stage and year that is.
        identity: the hash of what it is made of.
        index: its lines, laid out for matching; in every thread under `lock`.
        measures: the drivers in force.
        periods: stages and years, the latest first and a year's budget before its other stages.
        beside: what services work out from it and keep with it.
    """

    government: str
    terms: Terms
    bases: tuple[Basis, ...]
    identity: str
    index: LineIndex
    measures: pd.DataFrame
    periods: tuple[tuple[str, int], ...]
    lock: threading.RLock = field(default_factory=threading.RLock)
    beside: dict[Any, Any] = field(default_factory=dict)

    def shown(self, stage: str, fiscal_year: int) -> Booleans:
        """The lines of a stage and year, shape (lines,)."""
        lines = self.index.lines
        found: Booleans = ((lines["stage"] == stage) & (lines["fiscal_year"] == fiscal_year)).to_numpy()
        return found

    def part(self, stage: str, fiscal_year: int) -> LineIndex:
        """The lines of a stage and year by themselves; in every thread under `lock`."""
        key = "part", stage, fiscal_year
        if key not in self.beside:
            lines = self.index.lines[self.shown(stage, fiscal_year)].reset_index(drop=True)
            self.beside[key] = LineIndex(lines, self.terms.currency)
        found: LineIndex = self.beside[key]
        return found

    @property
    def spending(self) -> Booleans:
        """The lines of expenditure, shape (lines,)."""
        found: Booleans = (self.index.lines["flow"] == "expenditure").to_numpy()
        return found

    def choose_period(self, stage: str | None, fiscal_year: int | None) -> tuple[str, int]:
        """The stage and year asked for, or the latest.

        Raises:
            RefusedError: the budget does not hold them.
        """
        for period in self.periods:
            if stage in (None, period[0]) and fiscal_year in (None, period[1]):
                return period
        raise RefusedError("no-period", "The returns hold no such stage and year; choose another.")


_BUDGETS: LRUCache[tuple[str, Terms, str], Budget] = LRUCache(_KEPT)
_LOCK = threading.Lock()


def open_budget(engine: Engine, government: str) -> Budget:
    """The budget of a government, at hand where nothing changed since it was last opened.

    Raises:
        RefusedError: there is no confirmed return.
    """
    with Session(engine) as session:
        active = return_queries.submissions(session, government, "submitted")
        if not active:
            raise RefusedError("no-lines", f"{government!r} has no confirmed return yet; import a workbook first.")
        levels = government_queries.body_levels(session, government)
        measures = mapping_queries.measures(session, government)
        terms = kept_terms(session, government)
        # By number too, since of two revisions without a day the one that was confirmed later is the newer.
        made_of = [f"{s.id} {s.lines_hash}" for s in active]
        made_of += [str(sorted(levels.items())), drivers.identity(measures)]
        identity = hashlib.sha256("\n".join(made_of).encode()).hexdigest()
        key = (government, terms, identity)
        with _LOCK:
            at_hand = _BUDGETS.get(key)
        if at_hand is not None:
            return at_hand
        lines = return_queries.lines_of(session, [s.id for s in active if s.id is not None])
    counts, bases = choose_versions(lines)
    lines = lines[counts].reset_index(drop=True)
    lines["level"] = levels_of_lines(lines, levels)
    found = lines[["stage", "fiscal_year"]].drop_duplicates().itertuples(index=False)
    order = ["budget", *(stage for stage in STAGES if stage != "budget")]
    periods = sorted(((str(s), int(y)) for s, y in found), key=lambda p: (-p[1], order.index(p[0])))
    budget = Budget(government, terms, bases, identity, LineIndex(lines, terms.currency), measures, tuple(periods))
    with _LOCK:
        _BUDGETS[key] = budget
    return budget


def forget() -> None:
    """Forgets the budgets at hand."""
    with _LOCK:
        _BUDGETS.clear()
