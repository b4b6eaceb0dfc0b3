"""Matching: which rule takes each budget line, decided on the distinct combinations of the fields that rules look at.

Telling the distinct texts of a field apart costs far more than asking rules of them, so a `LineIndex` does it once
and answers for any number of mappings, such as the versions of one that is being edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from budget_align.core.rules.condition import EXTRA, Condition, FieldTexts, extra_texts
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.rules.of_which import find_wholes
from budget_align.core.values.arrays import Booleans, Integers
from budget_align.core.values.money import Currency

NO_RULE = -1

_MASKS_KEPT = 5_000
_COMBINATIONS_KEPT = 16


class LineIndex:
    """The distinct texts of a budget's fields, worked out when first asked for.

    Args:
        lines: budget lines, as `budget_line.SCHEMA` says; every line is matched, memo lines too.
        currency: of their amounts.
        wholes: where the lines are some of a larger budget, what `wholes` is among them; found from the lines without.
    """

    def __init__(self, lines: pd.DataFrame, currency: Currency, wholes: Integers | None = None) -> None:
        self.lines = lines
        self.currency = currency
        self._given_wholes = wholes
        self._texts: dict[str, tuple[Integers, FieldTexts]] = {}
        self._masks: dict[Condition, Booleans] = {}
        self._combinations: dict[tuple[str, ...], tuple[Integers, Integers]] = {}
        self._places: dict[tuple[str, ...], dict[str, _Places]] = {}
        self._decided: tuple[Mapping, Integers] | None = None

    def texts(self, field: str) -> tuple[Integers, FieldTexts]:
        """Which distinct text each line has in a field, shape (lines,), and those texts."""
        if field not in self._texts:
            if field.startswith(EXTRA):
                codes, extras = pd.factorize(self.lines["extra"])
                inner, texts = pd.factorize(
                    np.array(extra_texts(list(extras), field.removeprefix(EXTRA)), dtype=object)
                )
                self._texts[field] = inner[codes].astype(np.int64), FieldTexts(map(str, texts))
            else:
                codes, distinct = pd.factorize(self.lines[field].to_numpy())
                said = list(map(str, distinct))
                if field == "amount":
                    # Rules speak of units of currency, lines of minor ones.
                    said = [f"{Decimal(minor).scaleb(-self.currency.digits):f}" for minor in said]
                self._texts[field] = codes.astype(np.int64), FieldTexts(said)
        return self._texts[field]

    def combinations(self, fields: Iterable[str]) -> tuple[Integers, Integers]:
        """Which distinct combination of the fields each line has, shape (lines,), and the first line of each."""
        wanted = tuple(sorted(set(fields)))
        if wanted not in self._combinations:
            combined = np.zeros(len(self.lines), dtype=np.int64)
            count = 1
            for field in wanted:
                codes, texts = self.texts(field)
                size = max(1, len(texts.folded))
                if count * size >= 2**62:
                    combined, count = _renumber(combined)
                combined = combined * size + codes
                count *= size
            combined, _ = _renumber(combined)
            if len(self._combinations) >= _COMBINATIONS_KEPT:
                self._combinations.clear()
                self._places.clear()
            first = np.empty(int(combined.max()) + 1 if len(combined) else 0, dtype=np.int64)
            # The first of each is written last.
            first[combined[::-1]] = np.arange(len(combined) - 1, -1, -1)
            self._combinations[wanted] = combined, first
        return self._combinations[wanted]

    def meeting(self, condition: Condition) -> Booleans:
        """Which distinct texts of its field meet a condition."""
        if condition not in self._masks:
            if len(self._masks) >= _MASKS_KEPT:
                self._masks.clear()
            texts = self.texts(condition.field)[1]
            met = np.zeros(len(texts.folded), dtype=np.bool_)
            met[condition.places(texts)] = True
            self._masks[condition] = met
        return self._masks[condition]

    def decide(self, mapping: Mapping) -> Integers:
        """The position of the rule that takes each line, shape (lines,); `NO_RULE` where none does.

        All that is worked out of one mapping asks it, one after another: the last answer is at hand, and is not
        to be written to.
        """
        if self._decided is None or self._decided[0] is not mapping:
            found = self._decide(mapping)
            found.setflags(write=False)
            self._decided = mapping, found
        return self._decided[1]

    def _decide(self, mapping: Mapping) -> Integers:
        fields = _fields(mapping.rules)
        combination, first = self.combinations(fields)
        where = self._places_of(fields, first)
        decided = np.full(len(first), NO_RULE, dtype=np.int64)
        for position, rule in enumerate(mapping.rules):
            # The condition that the fewest combinations meet says where to look; the others are asked only there.
            asked = self._asked(rule)
            met = {condition: self.meeting(condition) for condition in asked}
            rarest = min(asked, key=lambda condition: where[condition.field].count(met[condition]))
            places = where[rarest.field].of(met[rarest])
            places = places[decided[places] == NO_RULE]
            decided[places[self._meets(rule, first[places])]] = position
        found: Integers = decided[combination]
        return found

    def _asked(self, rule: Rule) -> tuple[Condition, ...]:
        """The conditions of a rule that lines may fail: that they be expenditure is met where all are."""
        return rule.when if self._all_spending else rule.conditions

    @cached_property
    def _all_spending(self) -> bool:
        return self.texts("flow")[1].folded == ["expenditure"]

    @cached_property
    def wholes(self) -> Integers:
        """For each line the position of the line that it is a part of, as `of_which.find_wholes` says."""
        return find_wholes(self.lines) if self._given_wholes is None else self._given_wholes

    def _places_of(self, fields: set[str], first: Integers) -> dict[str, _Places]:
        """For each of the fields that make a set of combinations, where its texts stand among them."""
        key = tuple(sorted(fields))
        if key not in self._places:
            texts = {field: self.texts(field) for field in key}
            self._places[key] = {
                field: _Places(codes[first], len(known.folded)) for field, (codes, known) in texts.items()
            }
        return self._places[key]

    def matching(self, rule: Rule) -> Booleans:
        """The lines that meet a rule's conditions, whatever rules stand above it, shape (lines,)."""
        combination, first = self.combinations(_fields([rule]))
        return self._meets(rule, first)[combination]

    def matched_by(self, mapping: Mapping, line: int) -> list[int]:
        """The positions of all rules whose conditions one line meets, in order."""
        where = np.array([line], dtype=np.int64)
        return [position for position, rule in enumerate(mapping.rules) if self._meets(rule, where)[0]]

    def _meets(self, rule: Rule, positions: Integers) -> Booleans:
        met = np.ones(len(positions), dtype=np.bool_)
        for condition in self._asked(rule):
            met &= self.meeting(condition)[self.texts(condition.field)[0][positions]]
        if rule.first_year is not None or rule.last_year is not None:
            years = self.lines["fiscal_year"].to_numpy()[positions]
            met &= np.array([rule.in_effect(int(year)) for year in years], dtype=np.bool_)
        return met


class _Places:
    """Where each distinct text of a field stands."""

    def __init__(self, codes: Integers, count: int) -> None:
        self._order = np.argsort(codes, kind="stable")
        self._begins = np.searchsorted(codes[self._order], np.arange(count + 1))
        self._sizes = np.diff(self._begins)

    def count(self, wanted: Booleans) -> int:
        """How many places the wanted texts have."""
        return int(self._sizes[wanted].sum())

    def of(self, wanted: Booleans) -> Integers:
        """The places of the wanted texts."""
        texts = np.flatnonzero(wanted)
        sizes = self._sizes[texts]
        offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        places: Integers = self._order[np.repeat(self._begins[texts], sizes) + offsets]
        return places


def match_rules(lines: pd.DataFrame, mapping: Mapping, currency: Currency) -> Integers:
    """The position of the first rule that matches each line; `NO_RULE` where none does."""
    return LineIndex(lines, currency).decide(mapping)


def _fields(rules: Sequence[Rule]) -> set[str]:
    fields = {condition.field for rule in rules for condition in rule.conditions}
    if any(rule.first_year is not None or rule.last_year is not None for rule in rules):
        fields.add("fiscal_year")
    return fields


def _renumber(codes: Integers) -> tuple[Integers, int]:
    """The same distinctions counted from zero in order of appearance, and how many there are."""
    numbered, distinct = pd.factorize(codes)
    return numbered.astype(np.int64), max(1, len(distinct))
