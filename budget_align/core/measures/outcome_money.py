"""What the outcomes of a view get: the figures that pages, reports, the interface for software and commands show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from budget_align.core.allocation import alignment
from budget_align.core.measures.certainty import NOTHING, Sides, contributing_in, grades_by, sides_in
from budget_align.core.values.evidence import Graded, bearable_unit, round_borne
from budget_align.core.views.parts import AmountOf, amounts_by
from budget_align.core.views.view import View


@dataclass(frozen=True)
class OutcomeMoney:
    """What one outcome gets in the stage and year shown, in minor units.

    Attributes:
        gross: the amount before receipts that are netted into its lines; `share` of the gross of all.
        before: what it got of the same stage a year before; None where the run does not hold that.
        contributing: the whole of every line that touches it, once; never added up over outcomes.
        income: serves it beside its spend, and is in no other figure.
        by_grade: the amount by how well it is known to serve it, the best grade first.
        bodies, controls: the amount by body and by budget control, largest first.
    """

    code: str
    name: str
    amount: int
    gross: int
    share: float | None
    before: int | None
    contributing: int
    income: int
    by_grade: Mapping[str, int]
    sides: Sides
    bodies: tuple[AmountOf, ...]
    controls: tuple[AmountOf, ...]

    @classmethod
    def nothing(cls, code: str, name: str) -> OutcomeMoney:
        """What something gets that gets nothing."""
        return cls(code, name, 0, 0, None, None, 0, 0, {}, NOTHING, (), ())

    @property
    def graded(self) -> Graded:
        """The amount with how well it is known."""
        return Graded(self.amount, self.by_grade)

    @property
    def rounded(self) -> int:
        """The amount as pages show it, to what judged and assumed shares bear."""
        return round_borne(self.amount, bearable_unit(self.by_grade))

    @property
    def is_nothing(self) -> bool:
        """Whether neither money nor income of the stage and year shown serves it."""
        return not (self.bodies or self.income)

    @property
    def net(self) -> int:
        """The amount less the income that serves it."""
        return self.amount - self.income


def outcomes_in(view: View) -> dict[str, OutcomeMoney]:
    """What every outcome of the framework shown gets, by its code, and every mission as a whole that gets anything now
    or did a year before.
    """
    return view.once("outcomes", lambda: _outcomes_in(view))


def _outcomes_in(view: View) -> dict[str, OutcomeMoney]:
    part = view.part[~view.part["kind"].isin(alignment.NOT_ALIGNED)]
    spend, gross = alignment.spend_by(part, "outcome"), alignment.spend_by(part[~part["below"]], "outcome")
    before = None if view.before is None else alignment.spend_by(view.before, "outcome")
    touched, grades, sides = contributing_in(view), grades_by(part, "outcome"), sides_in(view)
    income = view.income_by_outcome
    shown = {str(code) for code in spend.index} | set(income)
    shown |= set() if before is None else {str(code) for code in before.index}
    cells: dict[str, pd.DataFrame] = {str(code): found for code, found in part.groupby("outcome", observed=True)}
    nothing = part.iloc[:0]
    return {
        code: OutcomeMoney(
            code=code,
            name=name,
            amount=int(spend.get(code, 0)),
            gross=int(gross.get(code, 0)),
            share=view.figures.of_gross(int(gross.get(code, 0))),
            before=None if before is None else int(before.get(code, 0)),
            contributing=touched.get(code, 0),
            income=income.get(code, 0),
            by_grade=grades.get(code, {}),
            sides=sides.get(code, NOTHING),
            bodies=amounts_by(cells.get(code, nothing), "body", by_shares=True),
            controls=amounts_by(cells.get(code, nothing), "control", by_shares=True),
        )
        for code, name in view.framework.names().items()
        if code in shown or view.framework.is_outcome(code)
    }
