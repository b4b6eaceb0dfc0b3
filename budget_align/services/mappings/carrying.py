"""Carries what a mapping decided of last year's lines to this year's, and lists what a person has to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.carrying import Carrying, Known, carry, estimate_seconds
from budget_align.core.rules.mapping import UNALIGNED, Mapping, Rule
from budget_align.core.rules.matching import NO_RULE
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.mappings import Version, open_version
from budget_align.services.runs.budgets import Budget, open_budget
from budget_align.store import queries

_KEYS = ["body", "unit", "programme", "account"]


@dataclass(frozen=True)
class CarriedForward:
    """A mapping carried from one year to the next.

    Attributes:
        before, fiscal_year: the two years, of one stage.
        seconds: how long the queue should take at the pace of those who decide for this government.
    """

    version: Version
    stage: str
    before: int
    fiscal_year: int
    found: Carrying
    seconds: float


def carry_forward(
    engine: Engine, version_id: int, *, stage: str | None = None, year: int | None = None
) -> CarriedForward:
    """What a draft or a version says of a year's groups of lines, beside the year before at the same stage.

    Raises:
        RefusedError: there is no such version, or the returns hold no year before.
    """
    version = open_version(engine, version_id)
    budget = open_budget(engine, version.government)
    stage, year = budget.choose_period(stage, year)
    earlier = max((held for at, held in budget.periods if at == stage and held < year), default=None)
    if earlier is None:
        raise RefusedError("no-period", f"The returns hold no {stage} of an earlier year to carry anything from.")
    approved = version.approved_at.date() if version.approved_at is not None else None
    with budget.lock:
        decided = budget.index.decide(version.mapping)
        before, now = (_groups(budget, version.mapping, decided, stage, each, approved) for each in (earlier, year))
    with Session(engine) as session:
        judged = [each.at for each in queries.judgements(session, version.government, version.framework.code)]
    found = carry(before, now)
    return CarriedForward(version, stage, earlier, year, found, estimate_seconds(len(found.queue), judged))


def _groups(
    budget: Budget, mapping: Mapping, decided: np.ndarray, stage: str, year: int, approved: date | None
) -> list[Known]:
    """The groups of a year's lines of expenditure, each by the rule that takes most of its money."""
    lines = budget.index.lines
    shown = budget.shown(stage, year) & budget.spending & ~lines["memo"].to_numpy(dtype=bool)
    mine = lines[shown].assign(decided=decided[shown], size=lines["amount"][shown].abs())
    found = []
    for key, cells in mine.groupby(_KEYS, sort=True):
        place = int(cells.groupby("decided")["size"].sum().idxmax())
        rule = mapping.rules[place] if place != NO_RULE else None
        words = " · ".join(dict.fromkeys(text for text in cells["description"].tolist() if text))
        amount = int(cells["amount"].sum())
        tags = _tags(mapping, rule) if rule is not None else {}
        looked_at = (rule.dated or approved) if rule is not None else None
        found.append(Known(tuple(map(str, key)), words, amount, tags, rule.id if rule else "", looked_at))
    return found


def _tags(mapping: Mapping, rule: Rule) -> dict[str, int]:
    """What a rule says; money that it gives to none, by a driver or as overhead is decided on too."""
    return mapping.shares_of(rule) or {UNALIGNED: WHOLE}
