"""Matching: which rule takes each budget line, decided on the distinct combinations of the fields that rules look at.

Telling the distinct texts of a field apart costs far more than asking rules of them, so a `LineIndex` does it once
and answers for any number of mappings, such as the versions of one that is being edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.condition import EXTRA, Condition, Texts, extra_texts
from budget_align.core.mapping import Mapping, Rule

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

NO_RULE = -1

_MASKS_KEPT = 5_000
_COMBINATIONS_KEPT = 16


class LineIndex:
    """The distinct texts of a budget's fields, worked out when first asked for.

    Args:
        lines: budget lines, as `budget_line.SCHEMA` says; every line is matched, memo lines too.
    """

    def __init__(self, lines: pd.DataFrame) -> None:
        self.lines = lines
        self._texts: dict[str, tuple[Integers, Texts]] = {}
        self._masks: dict[Condition, Booleans] = {}
        self._combinations: dict[tuple[str, ...], tuple[Integers, Integers]] = {}

    def texts(self, field: str) -> tuple[Integers, Texts]:
        """Which distinct text each line has in a field, shape (lines,), and those texts."""
        if field not in self._texts:
            if field.startswith(EXTRA):
                codes, extras = pd.factorize(self.lines["extra"])
                inner, texts = pd.factorize(
                    np.array(extra_texts(list(extras), field.removeprefix(EXTRA)), dtype=object)
                )
                self._texts[field] = inner[codes].astype(np.int64), Texts(map(str, texts))
            else:
                codes, said = pd.factorize(self.lines[field])
                self._texts[field] = codes.astype(np.int64), Texts(map(str, said))
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
            _, first = np.unique(combined, return_index=True)
            self._combinations[wanted] = combined, first
        return self._combinations[wanted]

    def meeting(self, condition: Condition) -> Booleans:
        """Which distinct texts of its field meet a condition."""
        if condition not in self._masks:
            if len(self._masks) >= _MASKS_KEPT:
                self._masks.clear()
            self._masks[condition] = condition.mask(self.texts(condition.field)[1])
        return self._masks[condition]

    def decide(self, mapping: Mapping) -> Integers:
        """The position of the rule that takes each line, shape (lines,); `NO_RULE` where none does."""
        combination, first = self.combinations(_fields(mapping.rules))
        decided = np.full(len(first), NO_RULE, dtype=np.int64)
        open_ = np.ones(len(first), dtype=np.bool_)
        for position, rule in enumerate(mapping.rules):
            takes = self._meets(rule, first) & open_
            decided[takes] = position
            open_ &= ~takes
        return decided[combination]

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
        for condition in rule.when:
            met &= self.meeting(condition)[self.texts(condition.field)[0][positions]]
        if rule.first_year is not None or rule.last_year is not None:
            years = self.lines["fiscal_year"].to_numpy()[positions]
            met &= np.array([rule.in_effect(int(year)) for year in years], dtype=np.bool_)
        return met


def match_rules(lines: pd.DataFrame, mapping: Mapping) -> Integers:
    """The position of the first rule that matches each line; `NO_RULE` where none does."""
    return LineIndex(lines).decide(mapping)


def _fields(rules: Sequence[Rule]) -> set[str]:
    fields = {condition.field for rule in rules for condition in rule.when}
    if any(rule.first_year is not None or rule.last_year is not None for rule in rules):
        fields.add("fiscal_year")
    return fields


def _renumber(codes: Integers) -> tuple[Integers, int]:
    """The same distinctions counted from nought in order of appearance, and how many there are."""
    numbered, distinct = pd.factorize(codes)
    return numbered.astype(np.int64), max(1, len(distinct))
