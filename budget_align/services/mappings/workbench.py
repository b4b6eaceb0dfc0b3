"""The workbench: what a draft mapping does to the budget, what is not mapped yet, and what to try next."""

from __future__ import annotations

import json
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import Headline, share_of
from budget_align.core.allocation.allocation import allocate, summarise
from budget_align.core.allocation.consolidation import find_eliminations
from budget_align.core.editing.changes import (
    RuleChange,
    VersionEffect,
    compare_rules,
    compare_settings,
    find_effect,
    takes,
)
from budget_align.core.editing.checks import Problem, check_mapping
from budget_align.core.editing.edits import PutRule, make_rule_id
from budget_align.core.editing.line_groups import Grain, LineGroup, group_lines
from budget_align.core.editing.meaning import Embed
from budget_align.core.editing.suggestion import Suggestion
from budget_align.core.returns import bases
from budget_align.core.returns.budget_version import Basis
from budget_align.core.rules.condition import EXTRA
from budget_align.core.rules.counterparts import counts as lines_that_count
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.rules.matching import NO_RULE
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.terms import Terms
from budget_align.services.mappings.suggesting import suggest
from budget_align.services.mappings.versions import OpenVersion, open_version
from budget_align.services.runs.budgets import Budget, open_budget

GROUPS_SHOWN = 25
EXAMPLES_SHOWN = 6
WORTH_SHOWING = 0.02
"""Confidence below which a second suggestion is noise."""


@dataclass(frozen=True)
class WaitingGroup:
    """A group of lines that no rule takes, with what they may serve."""

    group: LineGroup
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True)
class RuleRow:
    """A rule with what it takes: lines of all stages and years, and expenditure and income of the one shown."""

    rule: Rule
    place: int
    lines: int
    amount: int
    income: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Workbench:
    """A draft, or a version, beside the budget that it is for.

    Attributes:
        terms: in which the government counts.
        bases: which version of each body's budget of the stage and year shown is counted.
        figures: of the stage and year shown, of expenditure.
        taken: minor units of expenditure that some rule takes, on purpose to no outcome included.
        not_taken: minor units of expenditure that none takes.
        waiting_income: minor units of income of the stage and year shown that no rule takes.
        waiting: groups that no rule takes, largest first; `waiting_count` of them in all.
    """

    version: OpenVersion
    stage: str
    fiscal_year: int
    periods: tuple[tuple[str, int], ...]
    terms: Terms
    bases: tuple[Basis, ...]
    figures: Headline
    taken: int
    not_taken: int
    rules: tuple[RuleRow, ...]
    problems: tuple[Problem, ...]
    waiting: tuple[WaitingGroup, ...]
    waiting_count: int
    waiting_income: int
    grain: Grain

    @property
    def year_label(self) -> str:
        """The year as the government writes it."""
        return self.terms.year(self.fiscal_year)

    @property
    def asked(self) -> int:
        """All that rules are asked about."""
        return self.taken + self.not_taken

    @property
    def taken_share(self) -> float | None:
        """Taken ÷ all that rules are asked about; None where that is zero or less."""
        return share_of(self.taken, self.asked)


@dataclass(frozen=True)
class Count:
    """What a rule would take where it stands.

    Attributes:
        meets: lines that meet its conditions; `lines` are those of them that no rule above takes.
        amount: minor units of those, in the stage and year shown, of expenditure; `income` of income.
        above: the rules that take the others.
        examples: some of its lines, the largest: body, what it is, amount.
    """

    terms: Terms
    stage: str
    fiscal_year: int
    meets: int
    lines: int
    amount: int
    income: int
    above: tuple[str, ...]
    examples: tuple[tuple[str, str, int], ...]

    @property
    def lines_above(self) -> int:
        """How many of the lines that meet its conditions rules above it take."""
        return self.meets - self.lines

    @property
    def year_label(self) -> str:
        """The year as the government writes it."""
        return self.terms.year(self.fiscal_year)


@dataclass(frozen=True)
class MappingChanges:
    """Two versions of a mapping, rule by rule and amount by amount; `before` is None for no mapping at all."""

    before: Mapping | None
    before_label: str
    after: OpenVersion
    names: Lookup[str, str]
    changes: tuple[RuleChange, ...]
    settings: tuple[tuple[str, str, str], ...]
    terms: Terms
    stage: str
    fiscal_year: int
    periods: tuple[tuple[str, int], ...]
    effect: VersionEffect

    @property
    def year_label(self) -> str:
        """The year as the government writes it."""
        return self.terms.year(self.fiscal_year)


def open_workbench(
    engine: Engine,
    version_id: int,
    *,
    stage: str | None = None,
    year: int | None = None,
    grain: Grain = "unit",
    embed: Embed | None = None,
) -> Workbench:
    """The workbench of a draft or a version.

    Args:
        embed: a model of a language, for its suggestions.

    Raises:
        RefusedError: there is no such version, or its government has no confirmed return.
    """
    version = open_version(engine, version_id)
    budget = open_budget(engine, version.government)
    stage, year = budget.choose_period(stage, year)
    with budget.lock:
        shown = budget.shown(stage, year)
        mapping = version.mapping
        counts = takes(budget.index, mapping, shown)
        problems = check_mapping(mapping, version.framework, budget.index, budget.measures)
        wanted = (budget.index.decide(mapping) == NO_RULE) & budget.spending
        groups, waiting_count = group_lines(budget.index, wanted, shown, grain, limit=GROUPS_SHOWN)
        figures = _figures(budget, mapping, stage, year)
    suggestions = suggest(engine, budget, version.framework, [group.words for group in groups], embed)
    worth = [each[:1] + tuple(s for s in each[1:] if s.confidence >= WORTH_SHOWING) for each in suggestions]
    by_rule = {problem.rule_id: [p for p in problems if p.rule_id == problem.rule_id] for problem in problems}
    columns = (counts[name].tolist() for name in ("lines", "amount", "income"))
    rows = zip(mapping.rules, *columns, strict=False)
    return Workbench(
        version,
        stage,
        year,
        budget.periods,
        budget.terms,
        bases.of_period(budget.bases, stage, year),
        figures,
        int(counts["amount"].iloc[:-1].sum()),
        int(counts["amount"].iloc[-1]),
        tuple(
            RuleRow(rule, place, lines, amount, income, tuple(by_rule.get(rule.id, [])))
            for place, (rule, lines, amount, income) in enumerate(rows, 1)
        ),
        tuple(problems),
        tuple(WaitingGroup(group, each) for group, each in zip(groups, worth, strict=True)),
        waiting_count,
        int(counts["income"].iloc[-1]),
        grain,
    )


def _figures(budget: Budget, mapping: Mapping, stage: str, year: int) -> Headline:
    part = budget.part(stage, year)
    cube = summarise(
        part.lines, allocate(part, mapping, budget.measures, consolidation=find_eliminations(part, mapping))
    )
    return alignment.headline(alignment.of_flow(alignment.consolidate(cube)))


def count_rule(
    engine: Engine,
    version: OpenVersion,
    rule: Rule,
    instead_of: str,
    *,
    stage: str | None = None,
    year: int | None = None,
) -> Count:
    """What a rule would take of the budget, put where it would stand in a draft.

    Raises:
        RefusedError: the government has no confirmed return.
    """
    budget = open_budget(engine, version.government)
    stage, year = budget.choose_period(stage, year)
    taken_ids = [each.id for each in version.mapping.rules if each.id != instead_of]
    rule = rule.model_copy(update={"id": make_rule_id(rule.id, taken_ids)})
    mapping = PutRule(rule, instead_of).apply(version.mapping)
    place = [each.id for each in mapping.rules].index(rule.id)
    with budget.lock:
        counted = lines_that_count(budget.index, mapping)
        meets = budget.index.matching(rule) & counted
        decided = budget.index.decide(mapping)
        mine = meets & (decided == place)
        shown = mine & budget.shown(stage, year)
        lines = budget.index.lines[shown & (budget.index.lines["amount"] != 0).to_numpy()]
        above = np.unique(decided[meets & ~mine]).tolist()
        largest = lines.loc[lines["amount"].abs().sort_values(ascending=False, kind="stable").index[:EXAMPLES_SHOWN]]
    examples = [
        (
            row["body"],
            " ▸ ".join(text for text in (row["unit"], row["programme"], row["account"], row["control"]) if text),
            int(row["amount"]),
        )
        for row in largest.to_dict("records")
    ]
    names = tuple(mapping.rules[each].id for each in above if each >= 0)
    flows = {flow: int(lines.loc[lines["flow"] == flow, "amount"].sum()) for flow in ("expenditure", "income")}
    counts = (int(meets.sum()), int(mine.sum()), flows["expenditure"], flows["income"])
    return Count(budget.terms, stage, year, *counts, names, tuple(examples))


def compare(
    engine: Engine,
    after: OpenVersion,
    before: Mapping | None,
    before_label: str = "",
    *,
    stage: str | None = None,
    year: int | None = None,
) -> MappingChanges:
    """Two versions of a mapping, or a first one beside none at all.

    Raises:
        RefusedError: there is no confirmed return.
    """
    budget = open_budget(engine, after.government)
    stage, year = budget.choose_period(stage, year)
    earlier = before or after.mapping.model_copy(update={"rules": ()})
    return MappingChanges(
        before,
        before_label,
        after,
        after.framework.names(),
        compare_rules(earlier, after.mapping, after.framework.names(), budget.terms.calendar),
        compare_settings(earlier, after.mapping) if before else (),
        budget.terms,
        stage,
        year,
        budget.periods,
        effect_of(budget, earlier, after.mapping, stage, year),
    )


def effect_of(budget: Budget, before: Mapping, after: Mapping, stage: str, year: int) -> VersionEffect:
    """What a later mapping changes of a stage and year of a budget."""
    with budget.lock:
        return find_effect(budget.index, before, after, budget.shown(stage, year), budget.measures)


def rule_for(
    group: LineGroup, shares: Lookup[str, int], version: OpenVersion, actor: str, why: str, dated: date
) -> Rule:
    """The rule that settles a group of lines, by shares of outcomes in parts per million; one that gives it to none,
    for the reason `why`, where they are empty.
    """
    words = f"{group.body} {group.label}" if len(group.when) < 2 else group.label
    facts = {
        "id": make_rule_id(words, [rule.id for rule in version.mapping.rules]),
        "when": group.when,
        **({"to": {code: f"{part / WHOLE * 100:.4f}" for code, part in shares.items()}} if shares else {"none": why}),
        "why": why,
        "author": actor,
        "dated": dated,
    }
    return Rule.model_validate(facts)


def find_group(
    engine: Engine,
    version: OpenVersion,
    label: str,
    body: str,
    grain: Grain,
    *,
    stage: str | None = None,
    year: int | None = None,
) -> LineGroup | None:
    """The waiting group of that body and label; None where rules have taken it meanwhile."""
    budget = open_budget(engine, version.government)
    stage, year = budget.choose_period(stage, year)
    with budget.lock:
        wanted = (budget.index.decide(version.mapping) == NO_RULE) & budget.spending
        wanted &= (budget.index.lines["body"] == body).to_numpy()
        groups, _ = group_lines(budget.index, wanted, budget.shown(stage, year), grain)
    return next((group for group in groups if group.label == label), None)


def extra_fields(engine: Engine, government: str) -> dict[str, str]:
    """The fields that the workbooks of a government hold beside those of a budget line: their names by field."""
    budget = open_budget(engine, government)
    with budget.lock:
        if "extra" not in budget.beside:
            names: dict[str, None] = {}
            for extra in budget.index.lines["extra"].unique().tolist():
                names.update(dict.fromkeys(json.loads(extra or "{}")))
            budget.beside["extra"] = {f"{EXTRA}{name}": name.capitalize() for name in names}
        found: dict[str, str] = budget.beside["extra"]
    return found


def measures_of(engine: Engine, government: str) -> pd.DataFrame:
    """The drivers in force of a government."""
    return open_budget(engine, government).measures
