"""Scenarios: what would change if money moved. A scenario is a list of steps on a run's spend; it is worked out anew
each time and never stored among the figures that it begins from.

Before is the budget of the run's year as it stands, held flat in cash over the years of the scenario; after is the same
with the steps taken in order. Money that is moved is conserved to the last minor unit; growth is rounded half to even
in each cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Final, Literal, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from budget_align.core.allocation.alignment import SET_APART
from budget_align.core.returns.budget_line import CONTROLS
from budget_align.core.returns.money_kind import is_capital_control
from budget_align.core.rules.protection import PROTECTED
from budget_align.core.values.arrays import Booleans
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms

KEYS: Final = ["body", "programme", "outcome", "control"]
"""What tells the cells of a scenario apart; an empty outcome is unaligned."""

AMOUNTS: Final = ["amount", "receipts"]
"""What cells have, in minor units: the amount and, within it, what lines below zero come to, which no move takes."""

LONGEST: Final = 15
"""Years that a scenario may span."""

Which = Literal["capital", "resource", ""]


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Part(_Fact):
    """A part of the budget: what is None is not asked for. `spending` is capital, resource, or both where empty."""

    body: str | None = None
    programme: str | None = None
    outcome: str | None = None
    control: str | None = None
    spending: Which = ""

    def find(self, cells: pd.DataFrame) -> Booleans:
        """Which cells are of the part, shape (cells,)."""
        found = np.ones(len(cells), dtype=np.bool_)
        for name in KEYS:
            wanted = getattr(self, name)
            if wanted is not None:
                found &= (cells[name] == wanted).to_numpy()
        if self.spending:
            found &= is_capital(cells) == (self.spending == "capital")
        return found

    def describe(self, names: Mapping[str, str]) -> str:
        """The part in words; `names` are of outcomes by code."""
        whose = [self.programme, self.body] if self.programme is None else [f"“{self.programme}”", self.body]
        named = (self.body, self.programme, self.outcome, self.control) != (None, None, None, None)
        said: list[str] = [CONTROLS.get(self.control, self.control)] if self.control is not None else []
        said += [self.spending or ("spend" if named else "")]
        said += [f"of {each}" for each in whose if each is not None]
        if self.outcome is not None:
            said.append(f"on {names.get(self.outcome, self.outcome)}" if self.outcome else "on no outcome")
        return " ".join(each for each in said if each) or "the whole budget"

    def describe_place(self, names: Mapping[str, str]) -> str:
        """The part as a place that money goes to, in words."""
        outcome = None if self.outcome is None else names.get(self.outcome, self.outcome) or "no outcome"
        programme = None if self.programme is None else f"“{self.programme}”"
        return ", ".join(each for each in (outcome, self.body, programme) if each is not None)


class _Step(_Fact):
    """A step holds from `first_year` to `last_year`, both included; the scenario's own first and last where None."""

    first_year: int | None = None
    last_year: int | None = None

    @model_validator(mode="after")
    def _years_go_on(self) -> Self:
        if self.first_year is not None and self.last_year is not None and self.last_year < self.first_year:
            raise ValueError("the last year lies before the first")
        return self

    def holds(self, year: int) -> bool:
        """Whether the step is taken in a year."""
        return (self.first_year is None or year >= self.first_year) and (
            self.last_year is None or year <= self.last_year
        )

    def years(self, terms: Terms) -> str:
        """The years in words; empty where it holds in all."""
        first = terms.year(self.first_year) if self.first_year is not None else ""
        last = terms.year(self.last_year) if self.last_year is not None else ""
        if first and first == last:
            return f" in {first}"
        return (f" from {first}" if first else "") + (f" to {last}" if last else "")


class Move(_Step):
    """Money that goes from one part to another, each year that it holds.

    Taken from the part's cells in proportion to what each has; it keeps its body, programme, outcome and control but
    for what `to` names. An empty outcome in `to` makes it unaligned.

    Attributes:
        spared: parts of the source that nothing is taken from.
        amount: minor units; None where `share` says how much.
        share: percent of what the part has.
    """

    kind: Literal["move"] = "move"
    source: Part
    spared: tuple[Part, ...] = ()
    to: Part
    amount: Annotated[int, Field(gt=0)] | None = None
    share: Annotated[Decimal, Field(gt=0, le=100)] | None = None

    @model_validator(mode="after")
    def _says_how_much_and_where(self) -> Self:
        if (self.amount is None) == (self.share is None):
            raise ValueError("say an amount or a share of it, one of the two")
        if self.to.spending or self.to.control is not None:
            raise ValueError("money keeps its control when it moves; say where it goes by body, programme or outcome")
        if self.to.body is None and self.to.programme is None and self.to.outcome is None:
            raise ValueError("say where it goes")
        return self

    def describe(self, names: Mapping[str, str], terms: Terms) -> str:
        """The step in words."""
        much = terms.amount(self.amount) if self.amount is not None else f"{self.share}%"
        spared = " and ".join(part.describe(names) for part in self.spared)
        less = f" without {spared}" if spared else ""
        return f"{much} from {self.source.describe(names)}{less} to {self.to.describe_place(names)}{self.years(terms)}"


class Growth(_Step):
    """A part that grows, or shrinks below zero, by a percentage in each year that it holds, one upon the other."""

    kind: Literal["growth"] = "growth"
    part: Part
    percent: Annotated[Decimal, Field(ge=-100, le=1000)]

    def describe(self, names: Mapping[str, str], terms: Terms) -> str:
        """The step in words."""
        return f"{self.percent:+}% a year for {self.part.describe(names)}{self.years(terms)}"


Step = Annotated[Move | Growth, Field(discriminator="kind")]


class Constraint(_Fact):
    """What a scenario has to keep.

    Attributes:
        rule: keep (the part's total stays as it was), protect (no cell of it has less), cap (its total changes by at
            most `percent`, up or down).
    """

    rule: Literal["keep", "protect", "cap"]
    part: Part = Part()
    percent: Annotated[Decimal, Field(ge=0, le=1000)] | None = None

    @model_validator(mode="after")
    def _a_cap_says_how_much(self) -> Self:
        if (self.rule == "cap") != (self.percent is not None):
            raise ValueError("a cap, and only a cap, says by how many percent at most")
        return self

    def describe(self, names: Mapping[str, str]) -> str:
        """The constraint in words."""
        part = self.part.describe(names)
        if self.rule == "cap":
            return f"Change {part} by at most {self.percent}%"
        return f"Keep the total of {part}" if self.rule == "keep" else f"Take nothing from {part}"


MOST_STEPS: Final = 500
MOST_CONSTRAINTS: Final = 100


class Scenario(_Fact):
    """Steps over some years, and what they have to keep.

    Attributes:
        years: how many years it spans, the run's own first.
        rules: the version of a mapping to allocate by instead of the run's; None for the run's own.
        freed: which kinds of money that plans take nothing from, by their names in `protection`, may be taken after
            all.
    """

    years: Annotated[int, Field(ge=1, le=LONGEST)] = 1
    rules: int | None = None
    freed: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    constraints: tuple[Constraint, ...] = ()

    @field_validator("steps")
    @classmethod
    def _are_not_too_many(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if len(steps) > MOST_STEPS:
            raise ValueError(
                f"{len(steps):,} steps are more than the {MOST_STEPS} that a scenario holds; move less at once, or let "
                "more be taken from each programme, so that fewer give"
            )
        return steps

    @field_validator("constraints")
    @classmethod
    def _are_few(cls, constraints: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
        if len(constraints) > MOST_CONSTRAINTS:
            raise ValueError(f"a scenario holds {MOST_CONSTRAINTS} constraints at most; remove one first")
        return constraints

    @field_validator("freed")
    @classmethod
    def _is_a_kind(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in PROTECTED:
                raise ValueError(f"{name!r} is no kind of protected money; use one of {', '.join(PROTECTED)}")
        return names


def is_capital(cells: pd.DataFrame) -> Booleans:
    """Which cells are capital, by their control, shape (cells,)."""
    capital = [control for control in cells["control"].unique() if is_capital_control(control)]
    found: Booleans = cells["control"].isin(capital).to_numpy()
    return found


def lay_out(spend: pd.DataFrame) -> pd.DataFrame:
    """The cells that a scenario begins from: `KEYS`, the amount, and the receipts within it, what lines below zero
    come to; what stands apart left out.

    Args:
        spend: columns of `KEYS`, kind and amount; receipts too where there are any.
    """
    counted = spend[~spend["kind"].isin(SET_APART)]
    return _sum(counted if "receipts" in counted else counted.assign(receipts=0))


def gross_of(cells: pd.DataFrame) -> pd.Series[int]:
    """What of each cell shares are of: its amount before the receipts that are netted into it."""
    return cells["amount"] - cells["receipts"]


def tell_receipts(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with the receipts within their amounts in rows of their own: a column below tells these.

    Args:
        cells: columns of amount and receipts, and any others.
    """
    above = cells.assign(amount=gross_of(cells), below=False)
    below = cells[cells["receipts"] != 0]
    both = pd.concat([above, below.assign(amount=below["receipts"], below=True)], ignore_index=True)
    return both.drop(columns="receipts")


def apply_steps(cells: pd.DataFrame, scenario: Scenario, first_year: int, terms: Terms) -> dict[int, pd.DataFrame]:
    """The cells of each year of a scenario, after its steps.

    Args:
        cells: as `lay_out` gives them.
        first_year: the run's fiscal year.
        terms: in which a refusal names amounts and years.

    Raises:
        RefusedError: a step asks for more than its part has; the sentence names the step and the year.
    """
    found = {}
    for year in range(first_year, first_year + scenario.years):
        now = cells
        for number, step in enumerate(scenario.steps, 1):
            if isinstance(step, Growth):
                now = _grow(now, step, first_year, year)
            elif step.holds(year):
                now = _move(now, step, number, year, terms)
        found[year] = now
    return found


def grow(cells: pd.DataFrame, scenario: Scenario, first_year: int, year: int) -> pd.DataFrame:
    """What the growth of a scenario alone makes of some money of its first year by another; moves leave it where it is.

    Args:
        cells: columns of `KEYS` and amount, and any others.
    """
    now = cells.assign(receipts=0)
    for step in scenario.steps:
        if isinstance(step, Growth):
            now = _grow(now, step, first_year, year)
    return now.drop(columns="receipts")


def _grow(cells: pd.DataFrame, step: Growth, first_year: int, year: int) -> pd.DataFrame:
    began = max(first_year, step.first_year if step.first_year is not None else first_year + 1)
    ended = min(year, step.last_year if step.last_year is not None else year)
    times = ended - began + 1
    if times <= 0:
        return cells
    factor = (1 + step.percent / 100) ** times
    mine = step.part.find(cells)
    grown = {}
    for name in AMOUNTS:
        amounts = cells[name].to_numpy(dtype=np.int64).copy()
        found = amounts[mine].tolist()
        amounts[mine] = [int((Decimal(a) * factor).quantize(Decimal(1), ROUND_HALF_EVEN)) for a in found]
        grown[name] = amounts
    return cells.assign(**grown)


def _move(cells: pd.DataFrame, step: Move, number: int, year: int, terms: Terms) -> pd.DataFrame:
    amounts = cells["amount"].to_numpy(dtype=np.int64)
    found = step.source.find(cells) & (amounts > 0)
    for part in step.spared:
        found &= ~part.find(cells)
    mine = np.flatnonzero(found)
    there = [int(a) for a in amounts[mine]]
    has = sum(there)
    if step.amount is not None:
        wanted = step.amount
    else:
        assert step.share is not None
        wanted = int((Decimal(has) * step.share / 100).quantize(Decimal(1), ROUND_HALF_EVEN))
    if wanted > has:
        raise RefusedError(
            "too-much",
            f"Step {number} asks for {terms.amount(wanted)} in {terms.year(year)}, and there is {terms.amount(has)}.",
        )
    if not wanted:
        return cells
    taken = divide(wanted, there)
    gone = cells.iloc[mine].assign(amount=[-each for each in taken], receipts=0)
    come = cells.iloc[mine].assign(amount=taken, receipts=0)
    for name in ("body", "programme", "outcome"):
        value = getattr(step.to, name)
        if value is not None:
            come[name] = value
    return _sum(pd.concat([cells, gone, come], ignore_index=True))


def divide(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in proportion to weights, exactly, no part above its weight where the amount is at most their sum; the
    minor units that rounding leaves go to the largest remainders, ties by order.

    >>> divide(5, [3, 3, 4])
    [2, 1, 2]
    """
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_rest[: amount - sum(parts)]:
        parts[i] += 1
    return parts


def _sum(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.groupby(KEYS, sort=True)[AMOUNTS].sum().reset_index().astype(dict.fromkeys(AMOUNTS, "int64"))
