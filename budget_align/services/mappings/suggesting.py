"""Suggests outcomes for groups of lines, from this government's own approved mappings and from what people decided."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.line_groups import group_lines
from budget_align.core.editing.meaning import Embed
from budget_align.core.editing.means import find_means
from budget_align.core.editing.suggestion import NONE, Example, Suggester, Suggestion
from budget_align.core.frameworks.framework import Framework
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.exact import WHOLE
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.runs.budgets import Budget
from budget_align.store import mapping_queries
from budget_align.store.tables import Judgement

_EXAMPLES = 600
"""Groups of an approved mapping that serve as examples, the largest."""

_TEXTS = 400
"""Groups whose words say which words are common in the budget."""


def suggest(
    engine: Engine, budget: Budget, framework: Framework, texts: Sequence[str], embed: Embed | None = None
) -> list[tuple[Suggestion, ...]]:
    """The likeliest outcomes for the words of each group, likeliest first; by a model of a language too, if given."""
    with Session(engine) as session:
        judged = mapping_queries.judgements(session, budget.government, framework.code)
        approved = [
            Mapping.from_stored(version.content)
            for version in mapping_queries.mapping_versions(session, budget.government)
            if version.status == "approved"
        ]
    approved = [mapping for mapping in approved if mapping.framework == framework.code]
    said = [f"{j.words}\n{j.outcome} {j.share} {j.taken} {j.by}" for j in judged]
    made_of = [framework.model_dump_json(), *said, *(mapping.identity() for mapping in approved)]
    state = hashlib.sha256("\n".join(made_of).encode()).hexdigest()
    with budget.lock:
        known = budget.beside.get(("suggester", framework.code, embed))
        if known is None or known[0] != state:
            decided = [
                Example(j.words, {j.outcome: j.share}, j.taken, f"{j.by} chose" if j.taken else "") for j in judged
            ]
            examples = [*(each for mapping in approved for each in _examples(budget, mapping)), *_together(decided)]
            texts_of_all, means = _common_texts(budget), _means(budget)
            known = (state, Suggester(framework, examples, texts_of_all, means=means, embed=embed))
            budget.beside["suggester", framework.code, embed] = known
        suggester: Suggester = known[1]
        return suggester.suggest(texts)


def record_taken(
    engine: Engine, government: str, framework: str, words: str, shares: dict[str, int], actor: str
) -> None:
    """Remembers what a person decided that a group serves, `suggestion.NONE` among it; the next suggestion knows it."""
    _record(engine, government, framework, words, shares, actor, taken=True)


def record_refused(engine: Engine, government: str, framework: str, words: str, outcome: str, actor: str) -> None:
    """Remembers that a person refused an outcome for a group; the next suggestion knows it."""
    _record(engine, government, framework, words, {outcome: WHOLE}, actor, taken=False)


def _record(
    engine: Engine, government: str, framework: str, words: str, shares: dict[str, int], actor: str, *, taken: bool
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with change(engine, "suggestions", government) as session:
        permit(session, actor, "edit-mapping", government)
        for outcome, share in shares.items():
            session.add(
                Judgement(
                    government=government,
                    framework=framework,
                    words=words,
                    outcome=outcome,
                    share=share,
                    taken=taken,
                    by=actor,
                    at=now,
                )
            )
        detail = {"government": government, "outcomes": sorted(shares), "taken": taken}
        auditing.record(session, actor, "suggestion judged", f"framework {framework}", detail)


def _together(decided: Sequence[Example]) -> list[Example]:
    """Judgements of the same words as one example; a later one that takes an outcome goes before an earlier refusal."""
    found: dict[tuple[str, bool], Example] = {}
    for each in decided:
        before = found.get((each.words, each.taken))
        shares = {**before.shares, **each.shares} if before and not each.taken else each.shares
        if before and each.taken and each.source == before.source:
            merged = {**before.shares, **each.shares}
            shares = merged if sum(merged.values()) <= WHOLE else each.shares
        found[each.words, each.taken] = Example(each.words, shares, each.taken, each.source)
        if each.taken and (refused := found.get((each.words, False))) is not None:
            left = {code: share for code, share in refused.shares.items() if code not in each.shares}
            found[each.words, False] = Example(each.words, left, taken=False)
    return list(found.values())


def _examples(budget: Budget, mapping: Mapping) -> list[Example]:
    """What each rule of an approved mapping takes of the budget, as groups with their outcomes."""
    decided = budget.index.decide(mapping)
    everything = np.ones(len(decided), dtype=bool)
    found: list[Example] = []
    for position, rule in enumerate(mapping.rules):
        shares = {NONE: WHOLE} if rule.none else mapping.shares_of(rule)
        if shares and len(found) < _EXAMPLES:
            groups, _ = group_lines(budget.index, decided == position, everything, "programme", limit=25)
            found += [Example(g.words, shares, source=f"rule {rule.id}", amount=g.amount) for g in groups]
    return found[:_EXAMPLES]


def _common_texts(budget: Budget) -> list[str]:
    if "texts" not in budget.beside:
        everything = np.ones(len(budget.index.lines), dtype=bool)
        groups, _ = group_lines(budget.index, everything, everything, "programme", limit=_TEXTS)
        budget.beside["texts"] = [group.words for group in groups]
    texts: list[str] = budget.beside["texts"]
    return texts


def _means(budget: Budget) -> frozenset[str]:
    if "means" not in budget.beside:
        budget.beside["means"] = find_means(budget.index.lines)
    means: frozenset[str] = budget.beside["means"]
    return means
