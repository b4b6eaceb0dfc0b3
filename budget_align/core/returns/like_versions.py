"""Versions of one sort, by which the budgets of several years are set beside each other like with like.

The original budget of one year and the autumn revision of another differ by what happens to a budget within a year, and
not by what changed from year to year.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

import pandas as pd

from budget_align.core.returns.budget_version import Basis, Version, newest_version

_YEAR: Final = re.compile(r"\b(19|20)\d\d([-/–]\d\d(\d\d)?)?\b")

Key = tuple[str, str, int]
"""A body, a stage and a fiscal year."""


def sort_of(version: str) -> str:
    """What a version shares with those of other years: that it is the original or the final one, or at which point of
    the year it revises.

    >>> sort_of("revised (Autumn 2025, 2025-11-26)"), sort_of("original"), sort_of("revised (spring)")
    ('revised (autumn)', 'original', 'revised (spring)')
    """
    said = Version.parse(version)
    label = " ".join(_YEAR.sub(" ", said.label).split()).casefold() if said.kind == "revised" else ""
    return f"{said.kind} ({label})" if label else said.kind


def rank_of(sort: str) -> int:
    """By which sorts are preferred where several are to be had: the original, then the final, then revisions.

    >>> [rank_of(sort) for sort in ("original", "final", "revised (spring)", "revised")]
    [0, 1, 2, 2]
    """
    return 0 if sort == "original" else 1 if sort == "final" else 2


def find_sorts(held: pd.DataFrame, bases: Iterable[Basis]) -> dict[str, dict[Key, str]]:
    """The sorts of versions of spending that a body holds in more than one year of a stage, and that are not what
    counts in each of these; with the version of that sort by body, stage and year.

    Args:
        held: bodies, stages, versions, flows and years with a growing number, as `queries.coverage` says.
        bases: what counts.
    """
    counted: dict[Key, str] = {}
    for basis in bases:
        if basis.flow in ("", "expenditure"):
            key = (basis.body, basis.stage, basis.fiscal_year)
            counted[key] = basis.version if basis.flow else counted.get(key, basis.version)
    stated: defaultdict[str, defaultdict[Key, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    spent = held[held["flow"] == "expenditure"]
    columns = ["body", "stage", "fiscal_year", "version", "submission_id"]
    for body, stage, year, version, number in spent[columns].itertuples(index=False, name=None):
        mine = stated[sort_of(version)][body, stage, int(year)]
        mine[version] = max(int(number), mine.get(version, 0))
    found = {}
    for sort, by_key in sorted(stated.items()):
        years = Counter((body, stage) for body, stage, _ in by_key)
        # What stands alone in one year is like no other year, and what counts in it may be.
        taken = {key: newest_version(versions) for key, versions in by_key.items() if years[key[0], key[1]] > 1}
        if any(sort_of(counted[key]) != sort for key in taken):
            found[sort] = taken
    return found
