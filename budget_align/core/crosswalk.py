"""Crosswalks: the pairs that tie the outcomes of one framework to those of another, or of another version of it.

A crosswalk is a lens: money that a mapping gave to the outcomes of one framework is seen through it as money for the
outcomes of another. What no pair covers is unaligned there, so that a lens adds up like the mapping itself.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from budget_align.core.alignment import SET_APART
from budget_align.core.exact import WHOLE, split_exactly
from budget_align.core.framework import Framework, Name, first_problem
from budget_align.core.mapping import UNALIGNED
from budget_align.core.refusal import RefusedError

Shares = dict[str, dict[str, int]]
"""By outcome of the one framework, parts per million of it by outcome of the other."""


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Pair(_Fact):
    """Two outcomes that are tied.

    Attributes:
        there: parts per million of `from_` that count for `to`; nought where the tie goes the other way alone.
        back: parts per million of `to` that count for `from_`.
        basis: whether the tie was published, or is ours; weights are ours unless the source states them.
        why: the source where published, else the rationale.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    there: int = 0
    back: int = 0
    basis: Literal["published", "ours"]
    why: Annotated[str, Field(min_length=1, max_length=500)]

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
        shares: Shares = {}
        for pair in self.pairs:
            one, other, part = (pair.to, pair.from_, pair.back) if back else (pair.from_, pair.to, pair.there)
            if part:
                shares.setdefault(one, {})[other] = part
        return shares


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
) -> list[Shares] | None:
    """The shares of each crosswalk on the shortest way from one framework to another; None where there is no way.

    An outcome that has no pair of its own is tied as its mission is.
    """
    ways: dict[str, list[Shares]] = {from_: []}
    waiting = deque([from_])
    while waiting:
        here = waiting.popleft()
        if here == to:
            return ways[here]
        for crosswalk in crosswalks:
            for one, other, back in ((crosswalk.from_, crosswalk.to, False), (crosswalk.to, crosswalk.from_, True)):
                if one == here and other not in ways:
                    shares = crosswalk.shares(back=back)
                    missions = frameworks[here].mission_of().items()
                    by_mission = {outcome: shares[mission] for outcome, mission in missions if mission in shares}
                    ways[other] = [*ways[here], {**by_mission, **shares}]
                    waiting.append(other)
    return None


def see_through(cube: pd.DataFrame, lens: Sequence[Shares]) -> pd.DataFrame:
    """A cube, as `allocation.summarise` makes it, with its outcomes seen through a lens.

    Every cell is split exactly, so that the cube adds up to what it did; what a crosswalk does not cover becomes
    unaligned. `contributing` counts the whole of a cell for each outcome that it touches.
    """
    for shares in lens:
        cube = _step(cube, shares)
    return cube


def _unaligned(kind: pd.Series[str]) -> pd.Series[str]:
    """The kind of cells that a crosswalk does not cover; what stands apart goes on standing apart."""
    return kind.where(kind.isin(SET_APART), "unaligned")


def _step(cube: pd.DataFrame, shares: Shares) -> pd.DataFrame:
    parts = []
    for outcome, cells in cube.groupby("outcome", sort=True):
        given = shares.get(str(outcome), {})
        memo_or_unaligned = outcome == UNALIGNED
        codes = [*given, UNALIGNED]
        weights = np.array([*given.values(), WHOLE - sum(given.values())], dtype=np.int64)
        if memo_or_unaligned or not given:
            kind = cells["kind"] if memo_or_unaligned else _unaligned(cells["kind"])
            contributing = cells["contributing"] if memo_or_unaligned else cells["amount"]
            parts.append(cells.assign(outcome=UNALIGNED, kind=kind, contributing=contributing))
            continue
        amounts = split_exactly(cells["amount"].to_numpy(dtype=np.int64), weights)
        for column, code in enumerate(codes):
            if weights[column]:
                seen = cells.assign(outcome=code, amount=amounts[:, column])
                if code == UNALIGNED:
                    seen = seen.assign(kind=_unaligned(cells["kind"]), contributing=amounts[:, column])
                parts.append(seen)
    keys = [name for name in cube.columns if name not in ("amount", "contributing")]
    if not parts:
        return cube
    both = pd.concat(parts, ignore_index=True)
    return both.groupby(keys, sort=True, observed=True)[["amount", "contributing"]].sum().reset_index()
