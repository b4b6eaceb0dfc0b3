"""Crosswalks: the pairs that tie the outcomes of one framework to those of another, or of another version of it.

A crosswalk is a lens: money that a mapping gave to the outcomes of one framework is seen through it as money for the
outcomes of another. What no pair covers is told apart as uncovered, so that a lens adds up like the mapping itself,
and total, unaligned money, memo lines and transfers are the same through every lens.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from budget_align.core.allocation.alignment import SET_APART, UNCOVERED
from budget_align.core.frameworks.framework import Framework, Name, first_problem
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.values.arrays import Integers
from budget_align.core.values.evidence import Grade, lower_of
from budget_align.core.values.exact import WHOLE, split_exactly
from budget_align.core.values.refusal import RefusedError

Shares = dict[str, dict[str, int]]
"""By outcome of the one framework, parts per million of it by outcome of the other."""


@dataclass(frozen=True)
class Step:
    """One crosswalk of a lens, read one way: its shares, and how well each pair is evidenced, by both outcomes."""

    shares: Shares
    grades: Lookup[tuple[str, str], Grade]


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Pair(_Fact):
    """Two outcomes that are tied.

    Attributes:
        there: parts per million of `from_` that count for `to`; zero where the tie goes the other way alone.
        back: parts per million of `to` that count for `from_`.
        basis: whether the tie was published, or is ours; weights are ours unless the source states them.
        why: the source where published, else the rationale.
        grade: how well the weight is evidenced, where it is not as the basis says: documented where published, else
            judged by whom the crosswalk names as its source.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    there: int = 0
    back: int = 0
    basis: Literal["published", "ours"]
    why: Annotated[str, Field(min_length=1, max_length=500)]
    grade: Grade | None = None

    @property
    def evidence_grade(self) -> Grade:
        """See `grade`."""
        return self.grade or ("documented" if self.basis == "published" else "judged")

    @field_validator("there", "back", mode="before")
    @classmethod
    def _read_percentage(cls, value: Any) -> int:
        try:
            exact = Decimal(str(value)) * 10_000
        except InvalidOperation:
            exact = Decimal("NaN")
        if not exact.is_finite() or exact != exact.to_integral_value() or not 0 <= exact <= WHOLE:
            raise ValueError(f"{value} is no percentage; write one from 0 to 100 with at most four decimal places")
        return int(exact)


class Crosswalk(_Fact):
    """The ties between two frameworks, read either way."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: Name
    from_: Annotated[str, Field(alias="from")]
    to: str
    source: Name
    note: str = ""
    pairs: Annotated[tuple[Pair, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Crosswalk:
        twice = [key for key, count in Counter((p.from_, p.to) for p in self.pairs).items() if count > 1]
        if twice:
            raise ValueError(f"the pair of {twice[0][0]!r} and {twice[0][1]!r} stands twice")
        for shares in (self.shares(back=False), self.shares(back=True)):
            for outcome, parts in shares.items():
                if sum(parts.values()) > WHOLE:
                    raise ValueError(f"what {outcome!r} gives adds up to more than 100")
        return self

    def shares(self, *, back: bool) -> Shares:
        """What each outcome of the one side gives to the other's."""
        return self.read(back=back).shares

    def read(self, *, back: bool) -> Step:
        """The ties from the one side to the other."""
        shares: Shares = {}
        grades: dict[tuple[str, str], Grade] = {}
        for pair in self.pairs:
            one, other, part = (pair.to, pair.from_, pair.back) if back else (pair.from_, pair.to, pair.there)
            if part:
                shares.setdefault(one, {})[other] = part
                grades[one, other] = pair.evidence_grade
        return Step(shares, grades)


def parse_crosswalk(facts: Lookup[str, Any], frameworks: Lookup[str, Framework], named: str) -> Crosswalk:
    """A crosswalk from its facts, as a TOML file holds them, checked against both frameworks.

    Raises:
        RefusedError: something is missing, unknown or adds up to too much; the sentence says where.
    """
    try:
        crosswalk = Crosswalk.model_validate(facts)
    except ValidationError as error:
        raise RefusedError("bad-crosswalk", f"{named}: {first_problem(error)}") from error
    for code, outcomes in (
        (crosswalk.from_, [pair.from_ for pair in crosswalk.pairs]),
        (crosswalk.to, [pair.to for pair in crosswalk.pairs]),
    ):
        if code not in frameworks:
            raise RefusedError("bad-crosswalk", f"{named}: the framework {code!r} is not known.")
        known = frameworks[code].names()
        for outcome in outcomes:
            if outcome not in known:
                raise RefusedError("bad-crosswalk", f"{named}: {outcome!r} is no outcome or mission of {code}.")
    return crosswalk


def find_lens(
    crosswalks: Sequence[Crosswalk], frameworks: Lookup[str, Framework], from_: str, to: str
) -> list[Step] | None:
    """Each crosswalk on the shortest way from one framework to another; None where there is no way.

    An outcome that has no pair of its own is tied as its mission is.
    """
    ways: dict[str, list[Step]] = {from_: []}
    waiting = deque([from_])
    while waiting:
        here = waiting.popleft()
        if here == to:
            return ways[here]
        for crosswalk in crosswalks:
            for one, other, back in ((crosswalk.from_, crosswalk.to, False), (crosswalk.to, crosswalk.from_, True)):
                if one == here and other not in ways:
                    ways[other] = [*ways[here], _by_missions(crosswalk.read(back=back), frameworks[here])]
                    waiting.append(other)
    return None


def _by_missions(step: Step, framework: Framework) -> Step:
    """The same with outcomes that have no pair of their own tied as their missions are."""
    tied = [
        (outcome, mission)
        for outcome, mission in framework.mission_of().items()
        if mission in step.shares and outcome not in step.shares
    ]
    shares = {**step.shares, **{outcome: step.shares[mission] for outcome, mission in tied}}
    grades = dict(step.grades)
    for outcome, mission in tied:
        grades |= {(outcome, other): step.grades[mission, other] for other in step.shares[mission]}
    return Step(shares, grades)


def see_through(cube: pd.DataFrame, lens: Sequence[Step]) -> pd.DataFrame:
    """A cube, or any part of one, with its outcomes seen through a lens.

    Every cell is split exactly, and for itself, so that the cube adds up to what it did and any part of it is seen as
    it is within the whole; what is unaligned, a memo or a transfer stays that. What serves an outcome that a crosswalk
    does not cover is of the kind `UNCOVERED`. Where the cube has grades, each cell has the lower one of its own and the
    pair's.
    """
    if not lens:
        return cube
    keys = [name for name in cube.columns if name != "amount"]
    for step in lens:
        cube = _see(cube, step)
    return cube.groupby(keys, sort=True, observed=True)["amount"].sum().reset_index()


def touched_through(outcomes: Iterable[str], lens: Sequence[Step]) -> frozenset[str]:
    """Which outcomes a line touches, seen through a lens, that touches some outcomes."""
    touched = frozenset(outcomes)
    for step in lens:
        touched = frozenset(other for each in touched for other in step.shares.get(each, ()))
    return touched


def _see(cube: pd.DataFrame, step: Step) -> pd.DataFrame:
    """The cells of a cube by one step; each is laid out once for every outcome that it is split over."""
    if cube.empty:
        return cube
    numbers, outcomes = pd.factorize(cube["outcome"])
    own, amounts = cube["amount"].to_numpy(dtype=np.int64), []
    rows: list[Integers] = []
    codes: list[str] = []
    pairs: list[str] = []
    for number, outcome in enumerate(map(str, outcomes)):
        cells = np.flatnonzero(numbers == number)
        given = {} if outcome == UNALIGNED else step.shares.get(outcome, {})
        rest = WHOLE - sum(given.values())
        weights = {**given, **({UNALIGNED: rest} if rest else {})}
        lowest = lower_of(*(step.grades[outcome, other] for other in given))
        amounts.append(split_exactly(own[cells], np.array(list(weights.values()))).T.ravel())
        for code in weights:
            rows.append(cells)
            codes += [code] * len(cells)
            pairs += [step.grades.get((outcome, code), lowest)] * len(cells)
    seen = cube.take(np.concatenate(rows)).reset_index(drop=True)
    left = (np.array(codes) == UNALIGNED) & (seen["outcome"] != UNALIGNED) & ~seen["kind"].isin(SET_APART)
    seen["kind"] = seen["kind"].where(~left, UNCOVERED)
    if "grade" in seen:
        seen["grade"] = [lower_of(grade, pair) for grade, pair in zip(seen["grade"], pairs, strict=True)]
    seen["outcome"] = pd.array(codes, dtype="str")
    seen["amount"] = np.concatenate(amounts)
    return seen
