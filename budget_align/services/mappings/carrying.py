"""Carries what a mapping decided of last year's lines to this year's, and lists what a person has to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.carrying import Carrying, Known, carry, estimate_seconds
from budget_align.core.rules.counterparts import counts
from budget_align.core.rules.mapping import UNALIGNED, Mapping, Rule
from budget_align.core.rules.matching import NO_RULE
from budget_align.core.rules.of_which import NO_WHOLE, outermost
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.folding import fold
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.versions import OpenVersion, open_version
from budget_align.services.runs.budgets import Budget, open_budget
from budget_align.store import mapping_queries

_KEYS = ["body", "unit", "programme", "account", "control"]


@dataclass(frozen=True)
class CarriedForward:
    """A mapping carried from one year to the next.

    Attributes:
        before, fiscal_year: the two years, of one stage.
        seconds: how long the queue should take at the pace of those who decide for this government.
    """

    version: OpenVersion
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
    pace: defaultdict[str, list[datetime]] = defaultdict(list)
    with Session(engine) as session:
        looked_at = _looked_at(session, version)
        for each in mapping_queries.judgements(session, version.government, version.framework.code):
            pace[each.by].append(each.at)
    with budget.lock:
        decided = budget.index.decide(version.mapping)
        before, now = (_groups(budget, version.mapping, decided, stage, each, looked_at) for each in (earlier, year))
    found = carry(before, now)
    return CarriedForward(version, stage, earlier, year, found, estimate_seconds(len(found.queue), pace.values()))


def _looked_at(session: Session, version: OpenVersion) -> dict[str, date]:
    """When a person last looked at each rule: its own day, else that on which it was first approved as it stands, since
    what is carried on was not looked at again.
    """
    known: dict[str, tuple[Rule, date]] = {}
    for row in reversed(mapping_queries.mapping_versions(session, version.government, version.mapping.name)):
        earlier = row.number is not None and (version.number is None or row.number <= version.number)
        if earlier and row.approved_at is not None:
            at = row.approved_at.date()
            rules = Mapping.from_stored(row.content).rules
            known = {rule.id: known[rule.id] if _is_known(known, rule) else (rule, at) for rule in rules}
    days = {
        rule.id: rule.dated or (known[rule.id][1] if _is_known(known, rule) else None) for rule in version.mapping.rules
    }
    return {rule_id: day for rule_id, day in days.items() if day is not None}


def _is_known(known: Lookup[str, tuple[Rule, date]], rule: Rule) -> bool:
    return rule.id in known and known[rule.id][0] == rule


def _groups(
    budget: Budget,
    mapping: Mapping,
    decided: np.ndarray,
    stage: str,
    year: int,
    looked_at: Lookup[str, date],
) -> list[Known]:
    """The groups of a year's lines of expenditure that count, and of the parts of lines that a rule of their own takes,
    each by the rule that takes most of its money, if any does.
    """
    lines, wholes = budget.index.lines, budget.index.wholes
    parts = (wholes != NO_WHOLE) & (decided != NO_RULE) & (decided != decided[outermost(wholes)])
    shown = budget.shown(stage, year) & budget.spending & (counts(budget.index, mapping) | parts)
    amounts = lines["amount"][shown]
    mine = lines[shown].assign(decided=decided[shown], size=amounts.abs(), below=amounts < 0)
    found = []
    for _, cells in mine.groupby([mine[name].map(fold) for name in _KEYS], sort=True):
        sizes = cells.groupby("decided")["size"].sum()
        undecided = int(sizes.get(NO_RULE, 0))
        by_rule = sizes[sizes.index != NO_RULE].sort_values(ascending=False, kind="stable")
        rules = [mapping.rules[int(place)] for place in by_rule.index]
        rule = rules[0] if rules else None
        words = " · ".join(dict.fromkeys(text for text in cells["description"].tolist() if text))
        amount = int(cells["amount"].sum())
        tags = _tags(mapping, rule) if rule is not None else {}
        days = [looked_at.get(each.id) for each in rules]
        day = min((each for each in days if each is not None), default=None) if all(days) else None
        others = frozenset((_way(each), *sorted(_tags(mapping, each).items())) for each in rules[1:])
        said, way = (rule.id, _way(rule)) if rule else ("", "")
        within = _within(mapping, cells)
        key = tuple(str(cells[name].iloc[0]) for name in _KEYS)
        found.append(Known(key, words, amount, tags, said, day, undecided, others, way, within))
    return found


def _within(mapping: Mapping, cells: pd.DataFrame) -> dict[tuple[object, ...], int]:
    """What of a group's lines is taken by rules that say the same, above and below zero."""
    found: dict[tuple[object, ...], int] = {}
    sums = cells.groupby(["decided", "below"])["size"].sum()
    for (place, below), size in zip(sums.index.to_list(), sums.tolist(), strict=True):
        rule = None if place == NO_RULE else mapping.rules[place]
        key = (below, *((_way(rule), *sorted(_tags(mapping, rule).items())) if rule else ()))
        found[key] = found.get(key, 0) + size
    return found


def _tags(mapping: Mapping, rule: Rule) -> dict[str, int]:
    """What a rule says; money that it gives to none, by a driver or as overhead is decided on too."""
    return mapping.shares_of(rule) or {UNALIGNED: WHOLE}


def _way(rule: Rule) -> str:
    """How a rule says what it does where not by shares."""
    return "" if rule.to else " ".join(rule.describe_split({}))
