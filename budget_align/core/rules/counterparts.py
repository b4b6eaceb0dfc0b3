"""Counterparts: who stands on the other side of a line, among the bodies whose budgets are there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, cast

import numpy as np
import pandas as pd

from budget_align.core.returns.budget_line import LEVELS
from budget_align.core.rules.mapping import Mapping
from budget_align.core.rules.matching import NO_RULE, LineIndex
from budget_align.core.rules.of_which import NO_WHOLE
from budget_align.core.values.arrays import Booleans
from budget_align.core.values.folding import fold

UNSTATED: Final = "unstated"
"""The level of government, as transfers name it, of a body for which nobody stated one."""

LIST_SEPARATOR: Final = ";"
"""Between the names of several receivers."""

_CLASSES: Final = {
    "local": ("local", "local government", "local authorities", "councils", "local councils"),
    "devolved": ("devolved", "devolved government", "devolved administrations"),
    "UK": ("uk", "uk government", "central government"),
}
_CLASS_NAMES: Final = frozenset(name for names in _CLASSES.values() for name in names)

Period = tuple[str, int]
"""A stage and a fiscal year."""


class Bodies:
    """Who a counterpart is, among the bodies of some lines, each there in the stages and years that it has lines of."""

    def __init__(self, lines: pd.DataFrame) -> None:
        periods = lines[["body", "stage", "fiscal_year"]].drop_duplicates().itertuples(index=False, name=None)
        self._there: set[tuple[str | None, Period]] = {
            (str(body), (str(stage), int(year))) for body, stage, year in periods
        }
        pairs = lines[["body", "level"]].drop_duplicates()
        self._named = {fold(body): str(body) for body in pairs["body"] if body}
        self._level = {str(body): str(level) for body, level in zip(pairs["body"], pairs["level"], strict=True)}
        self._classes = {
            name: frozenset(body for body, stated in self._level.items() if stated == level)
            for level in LEVELS
            for name in _CLASSES[level]
        }

    def find(self, counterpart: str, period: Period) -> tuple[frozenset[str], bool]:
        """The bodies that a counterpart names, of those that are there in any period; and whether it names each, and
        all are there in this one, which is never so for a class of bodies.
        """
        whole = self._named.get(fold(counterpart))
        names = [fold(each) for each in counterpart.split(LIST_SEPARATOR) if each.strip()]
        if whole is None and len(names) == 1:
            return self._classes.get(names[0], frozenset()), False
        named = [self._named.get(name) for name in names] if whole is None else [whole]
        return frozenset(filter(None, named)), all((each, period) in self._there for each in named)

    def level(self, body: str) -> str:
        """The level of government of a body, `UNSTATED` where nobody stated it."""
        return self._level[body] or UNSTATED


@dataclass
class TransferEntry:
    """One line of a side: its position; its amount as paid or received, and what is not yet eliminated of that; and
    the sign that turns these into what the line says, below zero for a receipt that was netted into spending.
    """

    place: int
    amount: int
    left: int
    sign: int


@dataclass
class Side:
    """What one body says that it pays to, or receives from, one counterpart in a stage and year.

    Attributes:
        bodies: whom the counterpart names, of those that are there, without the body itself.
        complete: as `Bodies.find` says; `classed` where the counterpart is a class of bodies.
        memo: the lines are memo lines.
    """

    body: str
    counterpart: str
    period: Period
    memo: bool
    bodies: frozenset[str]
    complete: bool
    classed: bool
    entries: list[TransferEntry] = field(default_factory=list)

    @property
    def open(self) -> list[TransferEntry]:
        """The entries of which something is left."""
        return [entry for entry in self.entries if entry.left]


def names_transfers(index: LineIndex, mapping: Mapping | None) -> bool:
    """Whether any line, or rule, may name a counterpart."""
    ruled = mapping is not None and any(rule.transfer_to for rule in mapping.rules)
    return ruled or any(index.lines["counterpart"].unique())


def state_counterparts(index: LineIndex, mapping: Mapping | None) -> tuple[list[str], list[bool]]:
    """Each line's counterpart: what its workbook says, else what the rule that takes it says of a transfer; and
    whether the line is a payment whatever its sign, if it is expenditure. Where the workbook names a class and the rule
    names bodies, the rule says who of the class receives.
    """
    said = index.lines["counterpart"].to_list()
    if mapping is None or not any(rule.transfer_to for rule in mapping.rules):
        return said, [False] * len(said)
    decided = index.decide(mapping)
    by_rule = [*(rule.transfer_to for rule in mapping.rules), ""]
    ruled = [by_rule[rule if rule != NO_RULE else -1] for rule in decided.tolist()]
    pairs = list(zip(said, ruled, strict=True))
    stated = [rule if rule and _is_class(own) and not _is_class(rule) else own or rule for own, rule in pairs]
    return stated, [not own and bool(rule) for own, rule in pairs]


def _is_class(counterpart: str) -> bool:
    return fold(counterpart) in _CLASS_NAMES


def memo_to_count(index: LineIndex, mapping: Mapping | None = None) -> Booleans:
    """Which lines are memo lines that count as far as no receiver's own return counts them, shape (lines,): spending
    that names a receiver and that no line of the same year counts already. Below zero it names who paid, unless a
    rule says that it is a payment.
    """
    lines = index.lines
    memo = lines["memo"].to_numpy(dtype=bool) & (lines["flow"] == "expenditure").to_numpy()
    if not memo.any():
        return memo
    said, outgoing = state_counterparts(index, mapping)
    named = np.array([bool(each) for each in said], dtype=bool)
    counted: Booleans = memo & named & ((lines["amount"] > 0).to_numpy() | np.array(outgoing, dtype=bool))
    if counted.any():
        counted &= index.wholes == NO_WHOLE
    return counted


def counts(index: LineIndex, mapping: Mapping | None = None) -> Booleans:
    """Which lines a run adds up, as far as nobody else's return counts them: all but memo lines, and of these those of
    `memo_to_count`; shape (lines,).
    """
    memo = index.lines["memo"].to_numpy(dtype=bool)
    kept: Booleans = ~memo | memo_to_count(index, mapping)
    return kept


def find_sides(index: LineIndex, mapping: Mapping | None, bodies: Bodies) -> tuple[list[Side], list[Side]]:
    """The payments and the receipts between bodies that are there."""
    lines = index.lines
    said, outgoing = state_counterparts(index, mapping)
    frame = lines[["body", "flow", "stage", "fiscal_year", "amount", "memo"]]
    frame = frame.assign(counterpart=said, place=range(len(lines)))
    income = frame["flow"] == "income"
    frame["receipt"] = income | ((frame["amount"] < 0) & ~pd.Series(outgoing, index=frame.index, dtype=bool))
    frame["sign"] = np.where(income | ~frame["receipt"], 1, -1)
    frame["amount"] *= frame["sign"]
    frame = frame[(frame["counterpart"] != "") & (frame["amount"] != 0) & (frame["flow"] != "financing")]
    if frame["memo"].any():
        frame = frame[~frame["memo"] | (memo_to_count(index, mapping)[frame["place"]] & ~frame["receipt"])]
    sides: tuple[list[Side], list[Side]] = ([], [])
    grouped = frame.groupby(["receipt", "memo", "body", "counterpart", "stage", "fiscal_year"], sort=True)
    for key, group in grouped:
        receipt, memo, body, counterpart, stage, year = cast("tuple[bool, bool, str, str, str, int]", key)
        named, complete = bodies.find(counterpart, (stage, int(year)))
        if named - {body}:
            rows = group[["place", "amount", "sign"]].itertuples(index=False, name=None)
            entries = [TransferEntry(place, amount, amount, sign) for place, amount, sign in rows]
            others, classed = named - {body}, not complete and _is_class(counterpart)
            side = Side(body, counterpart, (stage, int(year)), bool(memo), others, complete, classed, entries)
            sides[bool(receipt)].append(side)
    return sides


class Room:
    """What each body spends in a period beyond what it was found to receive: as much as a grant to it may have become.

    Receipts that it netted into its lines are put back, so that all that it spends is counted.
    """

    def __init__(self, lines: pd.DataFrame, receipts: list[Side]) -> None:
        spending = (lines["flow"] == "expenditure").to_numpy()
        counted = lines[~lines["memo"].to_numpy(dtype=bool) & spending]
        sums = counted.groupby(["body", "stage", "fiscal_year"], sort=False)["amount"].sum()
        self._left: defaultdict[tuple[str, Period], int] = defaultdict(int)
        for (body, stage, year), amount in zip(sums.index.to_list(), sums.tolist(), strict=True):
            self._left[body, (stage, int(year))] = amount
        for side in receipts:
            netted = sum(entry.amount for entry in side.entries if spending[entry.place])
            self._left[side.body, side.period] += netted

    def of(self, body: str, period: Period) -> int:
        """What is left of it; zero or more."""
        return max(0, self._left[body, period])

    def use(self, body: str, period: Period, amount: int) -> None:
        """Notes that so much of what the body spends is what a grant became."""
        self._left[body, period] -= amount
