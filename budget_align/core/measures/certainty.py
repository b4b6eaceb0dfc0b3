"""Certainty: how well it is known that money serves what figures say, and what works against an outcome beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.allocation.alignment import NOT_ALIGNED, SET_APART, UNCOVERED, Headline, headline, of_period
from budget_align.core.allocation.allocation import TOUCHED_SEPARATOR
from budget_align.core.allocation.grading import UNSAID
from budget_align.core.lenses.crosswalk import Step, see_through, touched_through
from budget_align.core.rules.contribution import STRENGTHS
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.evidence import GRADES, bearable_unit
from budget_align.core.views.view import View


@dataclass(frozen=True)
class Certainty:
    """How sure the aligned share of a part of a budget is.

    Attributes:
        by_grade: aligned amounts in minor units by evidence grade, the best first, only grades that have any.
        shares: the same as shares of what is aligned, of gross amounts; between 0 and 1.
        low, high: what the aligned share would be if nothing that rests on assumed shares served any outcome, and if
            all that the same rules leave unaligned, or the same pairs uncovered, did too. None where there is no share.
    """

    by_grade: Lookup[str, int]
    shares: Lookup[str, float]
    low: float | None
    high: float | None

    @property
    def assumed_share(self) -> float:
        """What part of the aligned money rests on assumed shares."""
        return self.shares.get("assumed", 0.0)


@dataclass(frozen=True)
class Sides:
    """What works on one outcome, in minor units; the sides are never netted.

    Attributes:
        serves: money that is given to the outcome and works to its good, by strength, `UNSAID` where nobody says.
        against: money that works against it: given to it or, as the whole of their lines, to others.
        neutral: money that is given to it and is said to do neither.
        beside: the whole of lines that are given to others and are said to work to its good too, by strength.
    """

    serves: Lookup[str, int]
    against: Lookup[str, int]
    neutral: int
    beside: Lookup[str, int] = field(default_factory=dict)

    @property
    def served(self) -> int:
        """All that serves."""
        return sum(self.serves.values())

    @property
    def harmed(self) -> int:
        """All that works against."""
        return sum(self.against.values())

    @property
    def served_beside(self) -> int:
        """All that is given to others and serves it too."""
        return sum(self.beside.values())


NOTHING: Final = Sides({}, {}, 0)
"""What works on an outcome that no money does."""


_BESIDE: Final = "beside"
"""What is given to others and does good is told apart from what is given; what harms is one side, whoever gets it."""


def certainty_of(cube: pd.DataFrame) -> Certainty:
    """How sure the aligned share of a cube with grades is, of one stage and year."""
    figures = headline(cube)
    aligned = cube[~cube["kind"].isin(NOT_ALIGNED)]
    net = aligned.groupby("grade")["amount"].sum()
    gross = aligned[~aligned["below"]].groupby("grade")["amount"].sum()
    low, high = _range(cube, figures, int(gross.get("assumed", 0)))
    return Certainty(
        {grade: int(net[grade]) for grade in GRADES if grade in net.index},
        {grade: int(gross[grade]) / figures.gross_aligned for grade in GRADES if gross.get(grade, 0)},
        low,
        high,
    )


def _range(cube: pd.DataFrame, figures: Headline, assumed: int) -> tuple[float | None, float | None]:
    if figures.aligned_share is None:
        return None, None
    open_ = cube["kind"].isin(NOT_ALIGNED) & ~cube["kind"].isin(SET_APART)
    rest = int(cube.loc[open_ & (cube["grade"] == "assumed") & ~cube["below"], "amount"].sum())
    return (figures.gross_aligned - assumed) / figures.gross, (figures.gross_aligned + rest) / figures.gross


def grades_by(cube: pd.DataFrame, key: str) -> dict[str, dict[str, int]]:
    """Aligned amounts by one of the cube's keys, and each by grade, the best first."""
    aligned = cube[~cube["kind"].isin(NOT_ALIGNED)]
    found: dict[str, dict[str, int]] = {}
    sums = aligned.groupby([key, "grade"], observed=True)["amount"].sum()
    for grade in GRADES:
        if grade in sums.index.get_level_values("grade"):
            for name, amount in sums.xs(grade, level="grade").items():
                found.setdefault(str(name), {})[grade] = int(amount)
    return found


def units_by(cube: pd.DataFrame, key: str) -> dict[str, int]:
    """To what unit an aligned amount is worth telling, by one of the cube's keys, as `evidence.bearable_unit` says."""
    return {name: bearable_unit(by_grade) for name, by_grade in grades_by(cube, key).items()}


def contributing(touches: pd.DataFrame, lens: Sequence[Step]) -> dict[str, int]:
    """By outcome, the whole of every line that touches it, once, seen through a lens; never to be added up.

    Args:
        touches: as `allocation.summarise_touches` says, of one stage and year, as a view counts them.
    """
    found: defaultdict[str, int] = defaultdict(int)
    for outcomes, amount in touches.groupby("outcomes")["amount"].sum().items():
        for outcome in touched_through(str(outcomes).split(TOUCHED_SEPARATOR), lens):
            found[outcome] += int(amount)
    return dict(found)


def contributing_in(view: View) -> dict[str, int]:
    """By the outcome shown, the whole of every line of the stage and year shown that touches it, once."""
    return contributing(of_period(view.touches, view.stage, view.fiscal_year), view.lens_steps)


def sides_in(view: View) -> dict[str, Sides]:
    """What works on each outcome shown in the stage and year shown: for it, and against it."""
    return sides_of(view.part, view.own_part, view.mapping, view.lens_steps)


def sides_of(seen: pd.DataFrame, own: pd.DataFrame, mapping: Mapping, lens: Sequence[Step]) -> dict[str, Sides]:
    """What works on each outcome shown, of one stage and year. What is given to it adds up to its amount.

    Args:
        seen: a cube with directions as it is shown; `own` is the same without the lens.
    """
    keys = ["outcome", "kind", "direction", "strength"]
    both = pd.concat([seen[[*keys, "amount"]], _besides(seen, own, mapping, lens)[[*keys, "amount"]]])
    found: dict[str, Sides] = {}
    for outcome, cells in both[~both["kind"].isin(NOT_ALIGNED)].groupby("outcome"):
        by = cells.groupby(["direction", "strength"])["amount"].sum()
        serves, against, too = (
            {s: int(by[d, s]) for s in (*STRENGTHS, UNSAID) if (d, s) in by.index}
            for d in ("positive", "negative", _BESIDE)
        )
        neutral = int(cells.loc[cells["direction"] == "neutral", "amount"].sum())
        found[str(outcome)] = Sides(serves, against, neutral, too)
    return found


def _besides(seen: pd.DataFrame, own: pd.DataFrame, mapping: Mapping, lens: Sequence[Step]) -> pd.DataFrame:
    """What rules do to outcomes that they give nothing to: the whole of their lines, seen through the lens. Where that
    shows several outcomes as one, a line works on it once: as on the one that is most of it, and less what of the line
    is given to it and works the same way.
    """
    counted = own[~own["kind"].isin(SET_APART)]
    gives = counted[counted["kind"] != "unaligned"]
    gets = set(zip(gives["rule_id"], gives["outcome"], strict=True))
    whole = counted.groupby("rule_id")["amount"].sum()
    keys = ["rule_id", "outcome", "kind", "direction", "strength"]
    said = [
        (rule.id, code, "direct", effect.direction, effect.strength or UNSAID, int(whole[rule.id]))
        for rule in mapping.rules
        for code, effect in rule.effects.items()
        if effect.direction != "neutral" and rule.id in whole.index and (rule.id, code) not in gets
    ]
    columns = {**dict.fromkeys(keys, "str"), "amount": "int64"}
    found = pd.DataFrame(said, columns=list(columns)).astype(columns)
    if lens and not found.empty:
        found = see_through(found, lens)
        found = found[found["kind"] != UNCOVERED]
        rank = found["strength"].map([*STRENGTHS, UNSAID].index)
        found = found.assign(size=found["amount"].abs(), rank=rank).sort_values(
            ["size", "rank"], ascending=[False, True]
        )
        once = ["rule_id", "outcome", "direction"]
        found = found.drop_duplicates(once)
        same = seen[~seen["kind"].isin(NOT_ALIGNED)].groupby(once)["amount"].sum()
        given = same.reindex(pd.MultiIndex.from_frame(found[once]), fill_value=0).to_numpy()
        alike = np.sign(given) == np.sign(found["amount"])
        less = np.minimum(np.abs(given), found["size"]) * np.sign(given)
        found["amount"] -= np.where(alike, less, 0)
        found = found[found["amount"] != 0]
    return found.assign(direction=found["direction"].replace("positive", _BESIDE))
