"""Figures of several years that can be set beside each other: of one sort of version of each body's budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from budget_align.core.allocation import alignment
from budget_align.core.allocation.allocation import CUBE_KEYS
from budget_align.core.allocation.whole_budget import summarise_budget
from budget_align.core.returns.bases import Period, describe_version, join_words
from budget_align.core.returns.budget_version import Basis, Version, choose_versions
from budget_align.core.returns.like_versions import Key, rank_of, sort_of
from budget_align.core.rules.mapping import Mapping as Rules
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.money import Currency
from budget_align.core.values.refusal import RefusedError

_NAMED = 3


@dataclass(frozen=True)
class HeldBudgets:
    """What a run holds of the budgets' versions, as cubes.

    Attributes:
        counted: by the versions that count.
        by_sort: by versions of one sort, where another counts: the whole of each stage and year that differs by it.
    """

    counted: pd.DataFrame
    by_sort: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def by(self, sort: str) -> pd.DataFrame:
        """The cube by versions of a sort, of bodies that have one, and by what counts of the others; by what counts
        alone where the sort is empty.
        """
        other = self.by_sort.get(sort)
        if other is None or other.empty:
            return self.counted
        replaced = set(alignment.periods(other))
        keys = zip(self.counted["stage"], self.counted["fiscal_year"], strict=True)
        kept = [(str(stage), int(year)) not in replaced for stage, year in keys]
        rest = self.counted[pd.Series(kept, index=self.counted.index, dtype="bool")]
        return pd.concat([rest, other], ignore_index=True)


@dataclass(frozen=True)
class Comparable:
    """On what stages and years can be set beside each other, like with like.

    Attributes:
        sort: by which sort of version `Held.by` gives the figures; empty for what counts.
        bodies: whose figures are compared, each with the sort of version that all its years are of.
        without: bodies that have no figures of one of the years.
        unlike: bodies that have no version of one sort in each of the years.
        levels: by body and year, the version that counts, where another is compared.
    """

    sort: str = ""
    bodies: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    levels: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def cells(self, held: HeldBudgets) -> pd.DataFrame:
        """What of a run is compared."""
        cube = held.by(self.sort)
        return cube[cube["body"].isin(list(self.bodies))]


def allocate_sorts(
    all_lines: pd.DataFrame,
    counted: Sequence[Basis],
    sorts: Mapping[str, Mapping[Key, str]],
    rules: Rules,
    measures: pd.DataFrame,
    currency: Currency,
) -> pd.DataFrame:
    """The cubes by versions of each sort, with a column `sort`: the whole of each stage and year in which these are not
    what counts.

    Args:
        all_lines: budget lines as `budget_line.SCHEMA` says, in all versions, with `submission_id`.
        counted: the versions that count; they stay for bodies that have none of a sort.
        sorts: by sort, the version of each body, stage and year; see `like_versions.find_sorts`.
    """
    # Spending alone has versions of a sort; what counts of other flows stays where a version does not state them.
    usual = {(basis.body, basis.stage, basis.fiscal_year): basis.version for basis in counted if not basis.flow}
    taken = {replace(basis, left=(), named=False) for basis in counted}
    cubes = []
    for sort, versions in sorts.items():
        counts, bases = choose_versions(all_lines, {**usual, **versions})
        lines = all_lines[counts].reset_index(drop=True)
        try:
            cube = summarise_budget(LineIndex(lines, currency), rules, measures)
        except RefusedError:
            # What does not count stops no run; years are then not compared by it, and pages say so.
            continue
        others = {replace(basis, left=(), named=False) for basis in bases} - taken
        periods = {(basis.stage, basis.fiscal_year) for basis in others}
        keys = zip(cube["stage"], cube["fiscal_year"], strict=True)
        differs = [(stage, int(year)) in periods for stage, year in keys]
        cubes.append(cube[differs].assign(sort=sort))
    return pd.concat(cubes, ignore_index=True) if cubes else pd.DataFrame(columns=["sort", *CUBE_KEYS, "amount"])


def compare_years(parts: Sequence[tuple[HeldBudgets, Collection[Period]]]) -> Comparable:
    """How to compare stages and years like with like: by that sort of version that leaves the fewest bodies out; where
    several do, by the originals, else the finals, else the latest revisions.

    Args:
        parts: what is held of which stages and years; each stands in one of them.
    """
    periods = [period for _, each in parts for period in each]
    counted = _versions([(held.counted, each) for held, each in parts])
    bodies = {body for body, _ in counted}
    every = {body for body in bodies if all((body, period) in counted for period in periods)}
    sorts = {"", *(sort for held, _ in parts for sort in held.by_sort)}
    ways = [_way(sort, parts, every) for sort in sorted(sorts)]
    # Of two ways that are as good, that which compares the later versions; then what counts anyhow.
    best = min(ways, key=lambda way: (len(every) - len(way.alike), way.rank))
    ways = [way for way in ways if (len(way.alike), way.rank) == (len(best.alike), best.rank)]
    way = max(ways, key=lambda way: (way.latest, way.sort == "", way.sort))
    return Comparable(
        way.sort,
        way.alike,
        tuple(sorted(bodies - every)),
        tuple(sorted(every - set(way.alike))),
        {
            (body, period[1]): min(versions)
            for (body, period), versions in sorted(counted.items())
            if body in way.alike and versions != way.versions[body, period]
        },
    )


@dataclass(frozen=True)
class _Way:
    sort: str
    versions: Mapping[tuple[str, Period], set[str]]
    alike: Mapping[str, str]
    rank: int
    latest: tuple[tuple[int, str], ...]


def _way(sort: str, parts: Sequence[tuple[HeldBudgets, Collection[Period]]], every: set[str]) -> _Way:
    versions = _versions([(held.by(sort), periods) for held, periods in parts])
    of_body: defaultdict[str, set[str]] = defaultdict(set)
    for (body, _), held in versions.items():
        of_body[body] |= {sort_of(version) for version in held}
    alike = {body: next(iter(of_body[body])) for body in sorted(every) if len(of_body[body]) == 1}
    orders = (Version.parse(v).order for (body, _), held in versions.items() if body in alike for v in held)
    return _Way(sort, versions, alike, sum(map(rank_of, alike.values())), tuple(sorted(orders, reverse=True)))


def _versions(parts: Sequence[tuple[pd.DataFrame, Collection[Period]]]) -> dict[tuple[str, Period], set[str]]:
    """The versions by which each body's figures of each stage and year are told."""
    found: defaultdict[tuple[str, Period], set[str]] = defaultdict(set)
    columns = ["body", "stage", "fiscal_year", "version"]
    for cube, periods in parts:
        for body, stage, year, version in cube[columns].drop_duplicates().itertuples(index=False, name=None):
            if (stage, int(year)) in periods:
                found[str(body), (str(stage), int(year))].add(str(version))
    return dict(found)


def describe_comparable(found: Comparable, year_name: Callable[[int], str]) -> tuple[str, ...]:
    """What is compared, in sentences: by which versions, and where what counts in a year is another.

    Args:
        year_name: how a fiscal year is written.

    >>> alike = Comparable("original", {"Roads": "original"}, levels={("Roads", 2026): "revised (autumn)"})
    >>> for sentence in describe_comparable(alike, {2026: "2026-27"}.__getitem__): print(sentence)
    Changes from year to year compare the original budgets.
    The amount of a year is what counts in it, by another version for Roads in 2026-27: revised (autumn).
    """
    sorts = sorted(found.bodies.values())
    if not sorts:
        why = "is allocated in this run by versions of one sort" if found.unlike else "has figures"
        return (f"Years are not compared: no body's budget {why} in each of them.",)
    usual = max(dict.fromkeys(sorts), key=sorts.count)
    others = [f"{body} by its {describe_version(sort)} ones" for body, sort in found.bodies.items() if sort != usual]
    but = f", but for {_name_some(others)}" if others else ""
    said = [f"Changes from year to year compare the {describe_version(usual)} budgets{but}."]
    if found.levels:
        named = [
            f"{body} in {year_name(year)}: {describe_version(version)}"
            for (body, year), version in found.levels.items()
        ]
        said.append(f"The amount of a year is what counts in it, by another version for {_name_some(named, '; ')}.")
    return tuple(said)


def _name_some(said: Sequence[str], between: str = "") -> str:
    if len(said) > _NAMED:
        said = [*said[:_NAMED], f"{len(said) - _NAMED} more"]
    return between.join(said) if between else join_words(said)
