"""Edits of a mapping, one thing at a time, so that two people's can be told apart and put together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from budget_align.core.editing.checks import always_takes
from budget_align.core.rules.mapping import Mapping, Overheads, Rule
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.refusal import RefusedError

_LONGEST_ID = 60


@dataclass(frozen=True)
class PutRule:
    """A rule as it is to be. `instead_of` is the id that it had; empty for a new one, which goes before the first rule
    that would take all its lines, else last.
    """

    rule: Rule
    instead_of: str = ""

    @property
    def touches(self) -> frozenset[str]:
        """The ids of the rules that it changes."""
        return frozenset({self.rule.id, self.instead_of} - {""})

    @property
    def what(self) -> str:
        """The edit in a few words."""
        return f"{'Changed' if self.instead_of else 'Added'} rule {self.rule.id}"

    def apply(self, mapping: Mapping) -> Mapping:
        """See the module."""
        rules = list(mapping.rules)
        ids = [rule.id for rule in rules]
        if self.instead_of:
            if self.instead_of not in ids:
                raise RefusedError("no-rule", f"The rule {self.instead_of!r} is no longer there.")
            rules[ids.index(self.instead_of)] = self.rule
        else:
            wider = (place for place, rule in enumerate(rules) if always_takes(rule, self.rule))
            rules.insert(next(wider, len(rules)), self.rule)
        return _with_rules(mapping, rules)


@dataclass(frozen=True)
class PutRules:
    """Several new rules at once."""

    rules: tuple[Rule, ...]

    @property
    def touches(self) -> frozenset[str]:
        """The ids of the rules that it changes."""
        return frozenset(rule.id for rule in self.rules)

    @property
    def what(self) -> str:
        """The edit in a few words."""
        return f"Added {len(self.rules)} rules"

    def apply(self, mapping: Mapping) -> Mapping:
        """See the module."""
        for rule in self.rules:
            mapping = PutRule(rule).apply(mapping)
        return mapping


@dataclass(frozen=True)
class DropRule:
    """A rule taken out."""

    rule_id: str

    @property
    def touches(self) -> frozenset[str]:
        """The ids of the rules that it changes."""
        return frozenset({self.rule_id})

    @property
    def what(self) -> str:
        """The edit in a few words."""
        return f"Removed rule {self.rule_id}"

    def apply(self, mapping: Mapping) -> Mapping:
        """See the module."""
        rules = [rule for rule in mapping.rules if rule.id != self.rule_id]
        if len(rules) == len(mapping.rules):
            raise RefusedError("no-rule", f"The rule {self.rule_id!r} is no longer there.")
        return _with_rules(mapping, rules)


@dataclass(frozen=True)
class MoveRule:
    """A rule moved to a place, counted from 1."""

    rule_id: str
    place: int

    @property
    def touches(self) -> frozenset[str]:
        """The ids of the rules that it changes."""
        return frozenset({self.rule_id})

    @property
    def what(self) -> str:
        """The edit in a few words."""
        return f"Moved rule {self.rule_id} to place {self.place}"

    def apply(self, mapping: Mapping) -> Mapping:
        """See the module."""
        rest = [rule for rule in mapping.rules if rule.id != self.rule_id]
        if len(rest) == len(mapping.rules):
            raise RefusedError("no-rule", f"The rule {self.rule_id!r} is no longer there.")
        place = min(max(self.place, 1), len(mapping.rules)) - 1
        return _with_rules(mapping, [*rest[:place], mapping.rule(self.rule_id), *rest[place:]])


@dataclass(frozen=True)
class MappingSettings:
    """What a mapping says beside its rules."""

    title: str
    note: str
    overheads: Overheads
    missions: dict[str, dict[str, int]]

    touches = frozenset({" settings"})
    what = "Changed what holds for all rules"

    def apply(self, mapping: Mapping) -> Mapping:
        """See the module."""
        said = {"title": self.title, "note": self.note, "overheads": self.overheads, "missions": self.missions}
        return _checked(mapping.model_copy(update=said))


@dataclass(frozen=True)
class ReplaceAll:
    """A whole mapping, such as one that comes back from a workbook, or an earlier state."""

    mapping: Mapping
    what: str = "Replaced the whole mapping"

    touches = frozenset({"*"})

    def apply(self, mapping: Mapping) -> Mapping:
        """See the module."""
        keep = {"name": mapping.name, "framework": mapping.framework, "author": mapping.author}
        return _checked(self.mapping.model_copy(update=keep))


Edit = PutRule | PutRules | DropRule | MoveRule | MappingSettings | ReplaceAll


def clash(edit: Edit, changed: Iterable[str]) -> bool:
    """Whether an edit speaks of something that was changed since the state that it was made on.

    Args:
        changed: ids of rules that differ since, and " settings" where something else does.
    """
    changed = set(changed)
    return bool(changed) if "*" in edit.touches else bool(edit.touches & changed)


def make_rule_id(words: str, taken: Iterable[str]) -> str:
    """An id for a rule from the words of what it takes, unlike any that is taken.

    >>> make_rule_id("Schools ▸ North & South", ["schools-north-south"])
    'schools-north-south-2'
    """
    base = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:_LONGEST_ID].strip("-") or "rule"
    known = set(taken)
    if base not in known:
        return base
    return next(f"{base}-{number}" for number in range(2, 10_000) if f"{base}-{number}" not in known)


def _with_rules(mapping: Mapping, rules: list[Rule]) -> Mapping:
    return _checked(mapping.model_copy(update={"rules": tuple(rules)}))


def _checked(mapping: Mapping) -> Mapping:
    """The mapping once it is known to hold together: an id stands once, shares fit, a title is there."""
    ids = [rule.id for rule in mapping.rules]
    twice = next((each for each in ids if ids.count(each) > 1), None)
    if twice is not None:
        raise RefusedError("bad-rule", f"The rule id {twice!r} stands twice; give each rule its own.")
    over = next((code for code, shares in mapping.missions.items() if sum(shares.values()) > WHOLE), None)
    if over is not None:
        raise RefusedError("bad-mapping", f"The shares of mission {over!r} add up to more than 100.")
    if not mapping.title.strip():
        raise RefusedError("bad-mapping", "Enter a title.")
    return mapping
