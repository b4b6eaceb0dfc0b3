"""Succession: which outcome of a framework continues which of the version before, so that a series survives a revision.

Nothing is split where one outcome is continued by several: each of them is shown the whole of it, marked as shared,
since no source says which part of the money or of an indicator went where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from budget_align.core.framework import Framework
from budget_align.core.refusal import RefusedError


@dataclass(frozen=True)
class Forebear:
    """An outcome of an earlier version that one of today continues.

    Attributes:
        shared_with: names of the other outcomes of the later version that continue it too.
    """

    framework: str
    version: str
    code: str
    name: str
    shared_with: tuple[str, ...]


def check_succession(framework: Framework, known: Mapping[str, Framework]) -> None:
    """Refuses a framework whose outcomes continue ones that its forerunner does not have, or that forms a circle.

    Raises:
        RefusedError: the sentence names what is not there.
    """
    if not framework.succeeds:
        return
    before = known.get(framework.succeeds)
    if before is None:
        raise RefusedError("bad-framework", f"There is no framework {framework.succeeds!r} for it to succeed.")
    if framework.code in (each.code for each in versions_before(before, known)) or before.code == framework.code:
        raise RefusedError("bad-framework", f"{framework.code} cannot succeed {before.code}, which comes after it.")
    if framework.starts and before.starts and framework.starts <= before.starts:
        raise RefusedError("bad-framework", f"It has to start after {before.code}, which it succeeds.")
    names = before.outcome_names()
    for outcome in framework.outcomes():
        for code in outcome.succeeds:
            if code not in names:
                raise RefusedError("bad-framework", f"{outcome.name}: {code!r} is no outcome of {before.code}.")


def versions_before(framework: Framework, known: Mapping[str, Framework]) -> list[Framework]:
    """The versions that a framework succeeds, the latest first."""
    found: list[Framework] = []
    before = known.get(framework.succeeds)
    while before is not None and before not in found:
        found.append(before)
        before = known.get(before.succeeds)
    return found


def forebears(framework: Framework, code: str, known: Mapping[str, Framework]) -> list[Forebear]:
    """What an outcome continues, through all versions before its own, the latest first."""
    found: list[Forebear] = []
    later, here = framework, {code}
    for before in versions_before(framework, known):
        heirs = {outcome.code: set(outcome.succeeds) for outcome in later.outcomes()}
        names, later_names = before.outcome_names(), later.outcome_names()
        wanted = [old for old in names if any(old in heirs.get(each, ()) for each in here)]
        for old in wanted:
            others = [later_names[heir] for heir, olds in heirs.items() if old in olds and heir not in here]
            found.append(Forebear(before.code, before.version, old, names[old], tuple(others)))
        later, here = before, set(wanted)
    return found


def carry_over(framework: Framework, known: Mapping[str, Framework]) -> dict[str, tuple[str, ...]]:
    """By outcome, the codes that indicators may call it by: its own, those of its targets, and those of the outcomes
    that it continues, unless another outcome of today has that code.
    """
    own = framework.outcome_names()
    found = {}
    for outcome in framework.outcomes():
        old = dict.fromkeys(old.code for old in forebears(framework, outcome.code, known) if old.code not in own)
        found[outcome.code] = (outcome.code, *(target.code for target in outcome.targets), *old)
    return found


def in_force(frameworks: Sequence[Framework], day: date) -> Framework | None:
    """The version in force on a day: the last that had started and not ended; None where there is none."""
    started = [f for f in frameworks if f.starts is not None and f.starts <= day and (f.ends is None or day <= f.ends)]
    return max(started, key=lambda framework: (framework.starts or date.min, framework.code), default=None)


@dataclass(frozen=True)
class Stretch:
    """A year of an outcome's spend, under the version of the framework that it was allocated by.

    Attributes:
        amount: in minor units.
        outcomes: names of the outcomes of that version that stand for it; its own name under its own version.
        shared_with: names of outcomes that continue one of those too, so that the amount is theirs as well.
    """

    fiscal_year: int
    stage: str
    framework: str
    version: str
    amount: int
    outcomes: tuple[str, ...]
    shared_with: tuple[str, ...]


def trace_spend(
    framework: Framework,
    code: str,
    known: Mapping[str, Framework],
    spend: Sequence[tuple[Framework, str, int, Mapping[str, int]]],
) -> list[Stretch]:
    """An outcome's spend over the years and versions, oldest first. A year is taken from the version that was in force
    when it began where a run by that version holds it, else from the one nearest to it in time.

    Args:
        spend: framework, stage, fiscal year and amounts by outcome of each run, year and stage.
    """
    old = forebears(framework, code, known)
    family = [framework, *versions_before(framework, known)]
    by_year: dict[tuple[int, str], list[tuple[Framework, Mapping[str, int]]]] = {}
    for of, stage, year, amounts in spend:
        if of.code in {each.code for each in family}:
            by_year.setdefault((year, stage), []).append((of, amounts))
    found = []
    for (year, stage), choices in sorted(by_year.items()):
        begins = date(year, 4, 1)
        ruling = in_force(family, begins)
        of, amounts = min(
            choices,
            key=lambda choice: (
                choice[0].code != (ruling.code if ruling else ""),
                abs(((choice[0].starts or begins) - begins).days),
                choice[0].code,
            ),
        )
        mine = [each for each in old if each.framework == of.code]
        codes = [code] if of.code == framework.code else [each.code for each in mine]
        if not codes:
            continue
        names = of.outcome_names()
        shared = dict.fromkeys(name for each in mine for name in each.shared_with)
        found.append(
            Stretch(
                year,
                stage,
                of.code,
                of.version,
                sum(int(amounts.get(each, 0)) for each in codes),
                tuple(names[each] for each in codes),
                tuple(shared),
            )
        )
    return found
