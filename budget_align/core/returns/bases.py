"""On which versions of budgets figures stand, and where two bases meet: in one sum, or in a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from budget_align.core.returns.budget_version import Basis, Version
from budget_align.core.values.day import format_day

Period = tuple[str, int]
"""A stage and a fiscal year."""

_NAMED = 3
_SPELT_OUT = 3
"""From so many periods on, only those are spelt out that stand on another basis than most."""


def of_period(bases: Iterable[Basis], stage: str, fiscal_year: int) -> tuple[Basis, ...]:
    """The bases of one stage and year, in order of body."""
    mine = (each for each in bases if (each.stage, each.fiscal_year) == (stage, fiscal_year))
    return tuple(sorted(mine, key=lambda each: each.body))


def usual_version(bases: Sequence[Basis]) -> str:
    """The version that most bodies stand on, ties by the alphabet; empty where there is none."""
    versions = sorted(each.version for each in bases)
    return max(dict.fromkeys(versions), key=versions.count) if versions else ""


def describe_version(version: str) -> str:
    """A version as people say it.

    >>> describe_version("revised (autumn, 2025-11-26)"), describe_version("original")
    ('revised (autumn, 26 November 2025)', 'original')
    """
    said = Version.parse(version)
    parts = [part for part in (said.label, format_day(said.day) if said.day else "") if part]
    return f"{said.kind} ({', '.join(parts)})" if parts else said.kind


def describe_bases(bases: Sequence[Basis]) -> str:
    """On which version the figures of one stage and year stand, as a sentence; empty where there are none.

    >>> describe_bases([Basis("Health", "budget", 2026, "original"), Basis("Roads", "budget", 2026, "original")])
    'Every body is counted by its original version.'
    """
    if not bases:
        return ""
    usual = usual_version([each for each in bases if not each.flow])
    others = [each for each in bases if each.version != usual]
    if not others:
        return f"Every body is counted by its {describe_version(usual)} version."
    said = [
        f"{each.body}{f', its {each.flow},' if each.flow else ''} by its {describe_version(each.version)} version"
        for each in others[:_NAMED]
    ]
    if len(others) > _NAMED:
        said.append(f"{len(others) - _NAMED} more by others")
    return f"Two bases meet: {join_words(said)}; all other bodies by their {describe_version(usual)} version."


def describe_meeting(bases: Sequence[Basis], first: Period, last: Period, names: tuple[str, str]) -> str:
    """Where two periods that are set beside each other stand on different versions of the same body's figures, as a
    sentence; empty where each body stands on the same.

    Args:
        bases: of a run.
        first, last: the periods.
        names: what these are called.

    >>> bases = [Basis("Roads", "budget", 2025, "original"), Basis("Roads", "budget", 2026, "revised (autumn)")]
    >>> describe_meeting(bases, ("budget", 2025), ("budget", 2026), ("2025-26", "2026-27"))
    'Two bases meet: Roads is original in 2025-26 and revised (autumn) in 2026-27.'
    """
    before = {each.body: each.version for each in of_period(bases, *first) if not each.flow}
    after = {each.body: each.version for each in of_period(bases, *last) if not each.flow}
    differs = [body for body in sorted(before) if after.get(body, before[body]) != before[body]]
    if not differs:
        return ""
    said = [
        f"{body} is {describe_version(before[body])} in {names[0]} and {describe_version(after[body])} in {names[1]}"
        for body in differs[:_NAMED]
    ]
    if len(differs) > _NAMED:
        said.append(f"{len(differs) - _NAMED} more differ so")
    return f"Two bases meet: {join_words(said)}."


def describe_comparison(bases: Sequence[Basis], periods: Sequence[Period], names: Sequence[str]) -> tuple[str, ...]:
    """On which versions the periods stand that are set beside each other, and where two bases meet, in sentences; the
    first says the basis, the others only where it is not one.

    Args:
        bases: of a run.
        periods: in order, and `names` what each is called.

    >>> bases = [Basis("Roads", "budget", 2025, "original"), Basis("Roads", "budget", 2026, "revised (autumn)")]
    >>> describe_comparison(bases, [("budget", 2025), ("budget", 2026)], ["2025-26", "2026-27"])[0]
    'Basis: 2025-26 original; 2026-27 revised (autumn).'
    """
    named = [(period, name, of_period(bases, *period)) for period, name in zip(periods, names, strict=True)]
    basis = {name: _describe_sum(mine) for _, name, mine in named if mine}
    if not basis:
        return ()
    told = list(basis.values())
    usual = max(dict.fromkeys(told), key=told.count)
    parts = [f"{name} {each}" for name, each in basis.items() if each != usual or len(told) < _SPELT_OUT]
    if len(set(told)) == 1:
        parts = [usual]
    elif len(told) >= _SPELT_OUT:
        parts.insert(0, usual)
    said = [f"Basis: {'; '.join(parts)}."]
    for (first, one, _), (last, other, _) in pairwise(named):
        # Versions of different stages are no versions of each other.
        if first[0] == last[0] and (meeting := describe_meeting(bases, first, last, (one, other))):
            said.append(meeting)
    return tuple(said)


def _describe_sum(bases: Sequence[Basis]) -> str:
    """On which version one period's sum stands, and which bodies in it stand on another."""
    usual = usual_version(bases)
    others = [each for each in bases if each.version != usual]
    if not others:
        return describe_version(usual)
    said = [f"{each.body} {describe_version(each.version)}" for each in others[:_NAMED]]
    if len(others) > _NAMED:
        said.append(f"{len(others) - _NAMED} more bodies")
    return f"{describe_version(usual)} but for {join_words(said)}"


def join_words(said: Sequence[str]) -> str:
    """Some parts of a sentence as one."""
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
