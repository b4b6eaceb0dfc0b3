"""Checks of a mapping as it is written: what cannot work, and what does not do what it seems to."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from budget_align.core.frameworks.framework import Framework
from budget_align.core.rules.condition import EXTRA, Condition, extra_texts, field_name
from budget_align.core.rules.drivers import names_outcomes
from budget_align.core.rules.mapping import Mapping, Rule, unknown_codes
from budget_align.core.rules.matching import NO_RULE, LineIndex
from budget_align.core.values.arrays import Integers
from budget_align.core.values.exact import format_parts

_INCOME = Condition(field="flow", verb="equals", words=("income",))


@dataclass(frozen=True)
class Problem:
    """One thing to know about a rule, or about the whole mapping where `rule_id` is empty. An error stops approval."""

    rule_id: str
    severity: Literal["error", "warning", "note"]
    message: str


def check_mapping(
    mapping: Mapping, framework: Framework, index: LineIndex | None = None, drivers: pd.DataFrame | None = None
) -> list[Problem]:
    """All that a person should know of a mapping before it is approved, in the order of its rules.

    Args:
        index: the budget that it is for, where one is there.
        drivers: the measures in force.
    """
    found = [Problem(_rule_in(said, mapping), "error", _sentence(said)) for said in unknown_codes(mapping, framework)]
    decided = index.decide(mapping) if index is not None and len(index.lines) else None
    taken = _count(decided) if decided is not None else None
    for position, rule in enumerate(mapping.rules):
        above = next((other for other in mapping.rules[:position] if always_takes(other, rule)), None)
        if above is not None:
            found.append(
                Problem(rule.id, "error", f"It can never take a line: {above.id!r} above it takes all that it could.")
            )
        elif taken is not None and index is not None:
            found += _idle(rule, position, mapping, index, taken)
        if decided is not None and index is not None:
            found += _passed_over(rule, index, decided)
        found += _check_driver(rule, drivers)
        if rule.to and rule.unaligned_share:
            found.append(Problem(rule.id, "note", f"Its shares leave {format_parts(rule.unaligned_share)} unaligned."))
    return found


def always_takes(above: Rule, rule: Rule) -> bool:
    """Whether every line that meets a rule's conditions surely meets those of another, in all of its years."""
    starts = above.first_year is None or (rule.first_year is not None and rule.first_year >= above.first_year)
    ends = above.last_year is None or (rule.last_year is not None and rule.last_year <= above.last_year)
    return starts and ends and all(any(one.covers(other) for other in rule.conditions) for one in above.conditions)


def _count(decided: Integers) -> Lookup[int, int]:
    positions, counts = np.unique(decided, return_counts=True)
    return dict(zip(positions.tolist(), counts.tolist(), strict=True))


def _idle(rule: Rule, position: int, mapping: Mapping, index: LineIndex, taken: Lookup[int, int]) -> list[Problem]:
    if taken.get(position):
        return []
    for condition in rule.when:
        name = condition.field.removeprefix(EXTRA)
        extras = index.lines["extra"].unique().tolist() if condition.field.startswith(EXTRA) else []
        if condition.field.startswith(EXTRA) and not any(extra_texts(extras, name)):
            return [Problem(rule.id, "warning", f"No line says anything of {field_name(condition.field)!r}.")]
    meets = index.matching(rule)
    if not meets.any():
        return [Problem(rule.id, "warning", "No line of the budget meets its conditions.")]
    others = [mapping.rules[each].id for each in np.unique(index.decide(mapping)[meets]).tolist() if each >= 0]
    said = ", ".join(repr(each) for each in others[:3])
    return [Problem(rule.id, "warning", f"The {int(meets.sum()):,} lines that it could take go to {said} above it.")]


def _passed_over(rule: Rule, index: LineIndex, decided: Integers) -> list[Problem]:
    """Income that a rule's words fit and that no rule takes, since a rule that says nothing of flow takes none."""
    if any(each.field == "flow" for each in rule.when) or not (index.lines["flow"] == "income").any():
        return []
    fits = index.matching(rule.model_copy(update={"when": (*rule.when, _INCOME), "follows": ""}))
    left = int((fits & (decided == NO_RULE) & ~index.lines["memo"].to_numpy(dtype=bool)).sum())
    if not left:
        return []
    what = "line of income fits" if left == 1 else "lines of income fit"
    return [
        Problem(
            rule.id,
            "warning",
            f"{left:,} {what} its words, and it takes none: it is a rule for spending, since it says nothing of flow. "
            "Add a rule with the condition Flow is income for what the income serves, or say here that Flow is "
            "expenditure.",
        )
    ]


def _check_driver(rule: Rule, drivers: pd.DataFrame | None) -> list[Problem]:
    if not rule.driver:
        return []
    if drivers is None or rule.driver not in set(drivers["driver"]):
        return [
            Problem(rule.id, "error", f"The driver {rule.driver!r} has no measures; upload them, or choose another.")
        ]
    by_outcome = names_outcomes(drivers, rule.driver)
    if rule.follows and by_outcome:
        return [Problem(rule.id, "error", f"The driver {rule.driver!r} measures outcomes; overhead needs one by unit.")]
    if not rule.follows and not by_outcome:
        return [
            Problem(
                rule.id,
                "error",
                f"The driver {rule.driver!r} measures units and names no outcome; use it for overhead.",
            )
        ]
    return []


def _rule_in(said: str, mapping: Mapping) -> str:
    return next((rule.id for rule in mapping.rules if said.startswith(f"rule {rule.id!r} ")), "")


def _sentence(said: str) -> str:
    return said[0].upper() + said[1:]
