"""Succession: which outcome of a framework continues which of the version before, so that a series survives a revision.

Money of an earlier version goes to the outcomes that continue it by the crosswalk of the two versions: what the
framework says each takes, or a crosswalk between the two. One that alone continues an outcome takes all of it. Each
pound goes once. Where several continue an outcome and nothing says what each takes, none of them is shown any of it,
and no series goes over that seam. An indicator tells of all that continue what it is tied to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from budget_align.core.frameworks.framework import Framework
from budget_align.core.lenses.crosswalk import Crosswalk
from budget_align.core.values.exact import WHOLE, split_exactly
from budget_align.core.values.refusal import RefusedError


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


def framework_in_force(frameworks: Sequence[Framework], day: date) -> Framework | None:
    """The version in force on a day: the last that had started and not ended; None where there is none."""
    started = [f for f in frameworks if f.starts is not None and f.starts <= day and (f.ends is None or day <= f.ends)]
    return max(started, key=lambda framework: (framework.starts or date.min, framework.code), default=None)


Shares = dict[str, dict[str, int]]
"""By outcome of the one version, parts per million of it by outcome of the next."""


def shares_between(before: Framework, after: Framework, crosswalks: Sequence[Crosswalk] = ()) -> tuple[Shares, Shares]:
    """What each outcome of a version gives to those of the next, and those for which nothing says it: these with the
    outcomes that continue them, of which no part is known.

    Args:
        crosswalks: of which one between the two versions goes before what the framework says itself.
    """
    stated: Shares = {}
    for crosswalk in crosswalks:
        if {crosswalk.from_, crosswalk.to} == {before.code, after.code}:
            shares = crosswalk.shares(back=crosswalk.from_ == after.code)
            by_mission = {o: shares[m] for o, m in before.mission_of().items() if m in shares}
            stated = {**by_mission, **shares}
    known: Shares = {}
    unknown: Shares = {}
    for old in before.outcome_names():
        heirs = [outcome for outcome in after.outcomes() if old in outcome.succeeds]
        if old in stated:
            known[old] = stated[old]
        elif len(heirs) == 1 and old not in heirs[0].takes:
            known[old] = {heirs[0].code: WHOLE}
        elif heirs and all(old in heir.takes for heir in heirs):
            known[old] = {heir.code: int(heir.takes[old] * 10_000) for heir in heirs}
        elif heirs:
            unknown[old] = {heir.code: 0 for heir in heirs}
    return known, unknown


def carry_amounts(
    amounts: Mapping[str, int], versions: Sequence[Framework], crosswalks: Sequence[Crosswalk] = ()
) -> dict[str, int | None]:
    """What amounts of a version come to by the outcomes of a later one, each minor unit once; None for an outcome of
    which they do not tell, since nothing says how what it continues was divided.

    Args:
        amounts: minor units by outcome of the first of `versions`.
        versions: from that of the amounts to the one wanted, each succeeded by the next.
    """
    here: dict[str, int | None] = {code: int(amount) for code, amount in amounts.items()}
    for before, after in pairwise(versions):
        known, unknown = shares_between(before, after, crosswalks)
        there: dict[str, int | None] = {}
        for old, amount in here.items():
            heirs = known.get(old, {})
            ends = WHOLE - sum(heirs.values())
            weights = np.array([[*heirs.values(), ends]], dtype=np.int64)
            parts = split_exactly(np.array([amount or 0], dtype=np.int64), weights)[0].tolist()
            for heir, part in zip(heirs, parts, strict=False):
                if amount is None and heirs[heir]:
                    there[heir] = None
                elif there.get(heir, 0) is not None:
                    there[heir] = (there.get(heir) or 0) + part
            for heir in unknown.get(old, ()):
                # Nothing divided is nothing for each.
                there[heir] = there.get(heir, 0) if amount == 0 else None
        here = there
    return here


@dataclass(frozen=True)
class Stretch:
    """A year of an outcome's spend, under the version of the framework that it was allocated by.

    Attributes:
        amount: in minor units, its share of what it continues; None where nothing says what that share is.
        together: the whole of what it continues, in minor units; the same as the amount under its own version.
        outcomes: names of the outcomes of that version that stand for it; its own name under its own version.
        shared_with: names of outcomes that continue one of those too.
    """

    fiscal_year: int
    stage: str
    framework: str
    version: str
    amount: int | None
    together: int
    outcomes: tuple[str, ...]
    shared_with: tuple[str, ...]


Spend = Sequence[tuple[Framework, str, int, Mapping[str, int]]]
"""Framework, stage, fiscal year and amounts by outcome of each run, year and stage."""


def trace_spend(
    framework: Framework,
    code: str,
    known: Mapping[str, Framework],
    spend: Spend,
    crosswalks: Sequence[Crosswalk] = (),
    starts: int = 4,
) -> list[Stretch]:
    """An outcome's spend over the years and versions, oldest first. A year is taken from the version that was in force
    when it began where a run by that version holds it, else from the one nearest to it in time.

    Args:
        crosswalks: see `shares_between`.
        starts: the month in which the fiscal year begins.
    """
    old = forebears(framework, code, known)
    family = [framework, *versions_before(framework, known)]
    found = []
    for (year, stage), choices in sorted(_by_year(family, spend).items()):
        of, amounts = _ruling(family, choices, date(year, starts, 1))
        mine = [each for each in old if each.framework == of.code]
        codes = [code] if of.code == framework.code else [each.code for each in mine]
        path = family[family.index(of) :: -1]
        carried = carry_amounts({**dict.fromkeys(codes, 0), **amounts}, path, crosswalks)
        if not codes and code not in carried:
            continue
        # A mission as a whole may get money too, above all through a lens.
        names = of.names()
        shared = dict.fromkeys(name for each in mine for name in each.shared_with)
        found.append(
            Stretch(
                year,
                stage,
                of.code,
                of.version,
                carried.get(code, 0),
                sum(int(amounts.get(each, 0)) for each in codes),
                tuple(names[each] for each in codes),
                tuple(shared),
            )
        )
    return found


def comparable_spend(
    framework: Framework,
    known: Mapping[str, Framework],
    spend: Spend,
    crosswalks: Sequence[Crosswalk] = (),
    starts: int = 4,
) -> dict[tuple[str, int], dict[str, int]]:
    """By stage and year, the spend by outcome of a framework that can be set beside that of other years: by a run of
    the framework itself where one holds the year, since its rules then tell all years alike; else carried forward from
    the version in force. An outcome that cannot be told in a year is not there.
    """
    family = [framework, *versions_before(framework, known)]
    found = {}
    for (year, stage), choices in _by_year(family, spend).items():
        own = next((choice for choice in choices if choice[0].code == framework.code), None)
        of, amounts = own or _ruling(family, choices, date(year, starts, 1))
        every = {**dict.fromkeys(of.outcome_names(), 0), **amounts}
        carried = carry_amounts(every, family[family.index(of) :: -1], crosswalks)
        found[stage, year] = {code: amount for code, amount in carried.items() if amount is not None}
    return found


_Choice = tuple[Framework, Mapping[str, int]]


def _by_year(family: Sequence[Framework], spend: Spend) -> dict[tuple[int, str], list[_Choice]]:
    by_code = {each.code: each for each in family}
    by_year: dict[tuple[int, str], list[_Choice]] = {}
    for of, stage, year, amounts in spend:
        if of.code in by_code:
            by_year.setdefault((year, stage), []).append((by_code[of.code], amounts))
    return by_year


def _ruling(family: Sequence[Framework], choices: Sequence[_Choice], begins: date) -> _Choice:
    """The choice of the version in force on a day, else of the one nearest to it."""
    ruling = framework_in_force(family, begins)
    return min(
        choices,
        key=lambda choice: (
            choice[0].code != (ruling.code if ruling else ""),
            abs(((choice[0].starts or begins) - begins).days),
            choice[0].code,
        ),
    )
