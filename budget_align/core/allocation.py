"""Allocation: each line's amount given to outcomes, exactly, to its last minor unit.

For every line the sum of what it gives, unaligned included, equals its amount. Once the shares that depend on the
whole budget are known (`overheads.depending_shares`), a line's allocation depends on that line alone, so a budget may
be allocated in parts on several machines and gives the same bytes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.exact import WHOLE, split_exactly
from budget_align.core.mapping import UNALIGNED, Mapping
from budget_align.core.matching import NO_RULE, LineIndex
from budget_align.core.overheads import CENTRE, depending_shares

Integers = npt.NDArray[np.int64]

SCHEMA: Final = {"line_id": "str", "outcome": "str", "amount": "int64", "rule_id": "str", "kind": "str"}
"""Columns of a frame of allocations. `rule_id` is empty where no rule took the line; `kind` is direct, overhead or
unaligned."""

KINDS: Final = ("unaligned", "direct", "overhead")

_LINE_KEYS: Final = ["control", "flow", "stage", "version", "fiscal_year"]
PROGRAMME_KEYS: Final = ["body", "programme", "toward", "outcome", *_LINE_KEYS, "kind"]
CUBE_KEYS: Final = ["body", "level", "toward", "outcome", *_LINE_KEYS, "kind"]


def allocate(
    index: LineIndex, mapping: Mapping, drivers: pd.DataFrame | None = None, *, shares: pd.DataFrame | None = None
) -> pd.DataFrame:
    """What each line gives to each outcome, by the first rule of the mapping that takes it.

    Memo lines give nothing: their money is counted elsewhere.

    Args:
        index: the budget, or a part of it.
        mapping: the rules.
        drivers: measures, as `drivers.SCHEMA` says, where rules use them.
        shares: what `depending_shares` found for the whole budget, where the index is of a part of it.

    Returns:
        Allocations as `SCHEMA` says, in the order of the lines and, within a line, of the rule's shares with
        unaligned last.

    Raises:
        RefusedError: overheads follow each other in a circle.
    """
    lines = index.lines
    decided = index.decide(mapping)
    if shares is None:
        shares = depending_shares(index, mapping, decided, drivers)
    counted = np.flatnonzero(~lines["memo"].to_numpy(dtype=bool))
    codes, splits, split_of = _splits(index, mapping, decided, shares)
    split_of, amounts = split_of[counted], lines["amount"].to_numpy(dtype=np.int64)[counted]
    sizes = np.array([len(outcomes) for outcomes, _ in splits], dtype=np.int64)
    begins = np.zeros(len(counted) + 1, dtype=np.int64)
    np.cumsum(sizes[split_of], out=begins[1:])
    outcome, amount = np.empty(begins[-1], dtype=np.int64), np.empty(begins[-1], dtype=np.int64)
    for size in np.unique(sizes[split_of]).tolist():
        alike = np.flatnonzero(sizes[split_of] == size)
        of_size = np.flatnonzero(sizes == size)
        row = np.searchsorted(of_size, split_of[alike])
        places = begins[alike, None] + np.arange(size)
        outcome[places] = np.array([splits[i][0] for i in of_size], dtype=np.int64)[row]
        amount[places] = split_exactly(amounts[alike], np.array([splits[i][1] for i in of_size], dtype=np.int64)[row])
    line = np.repeat(counted, np.diff(begins))
    rules = pd.Index([*(rule.id for rule in mapping.rules), ""], dtype="str")
    follows = np.array([*(bool(rule.follows) for rule in mapping.rules), False])
    kind = np.where(outcome == 0, 0, np.where(follows[decided[line]], 2, 1))
    return pd.DataFrame(
        {
            "line_id": lines["line_id"].array.take(line),
            "outcome": pd.Index(codes, dtype="str").take(outcome),
            "amount": amount,
            "rule_id": rules.take(decided[line] % len(rules)),
            "kind": pd.Index(KINDS, dtype="str").take(kind),
        }
    ).astype(SCHEMA)


Split = tuple[list[int], list[int]]
"""The positions of outcomes and their parts per million."""


def _splits(
    index: LineIndex, mapping: Mapping, decided: Integers, shares: pd.DataFrame
) -> tuple[list[str], list[Split], Integers]:
    """The outcome codes, unaligned first; each distinct split; and which one each line has."""
    codes = {UNALIGNED: 0}
    splits: list[Split] = []
    of_rule = np.zeros(len(mapping.rules) + 1, dtype=np.int64)
    for position, rule in enumerate(mapping.rules):
        of_rule[position] = len(splits)
        splits.append(_split(mapping.shares_of(rule), codes))
    of_rule[NO_RULE] = len(splits)
    splits.append(_split({}, codes))
    split_of = of_rule[decided]
    if any(rule.depends for rule in mapping.rules):
        combination, first = index.combinations(CENTRE)
        centres = index.lines[CENTRE].iloc[first].itertuples(index=False, name=None)
        place_of = {centre: place for place, centre in enumerate(centres)}
        position_of = {rule.id: position for position, rule in enumerate(mapping.rules)}
        known: dict[tuple[int, int], int] = {}
        for (rule_id, *centre), rows in shares.groupby(["rule_id", *CENTRE], sort=False):
            if tuple(centre) in place_of and rule_id in position_of:
                known[position_of[rule_id], place_of[tuple(centre)]] = len(splits)
                splits.append(_split(dict(zip(rows["outcome"], rows["share"].tolist(), strict=True)), codes))
        if known:
            keys = np.array([rule * len(first) + place for rule, place in known], dtype=np.int64)
            order = np.argsort(keys)
            mine = decided * len(first) + combination
            found = np.minimum(np.searchsorted(keys[order], mine), len(keys) - 1)
            hit = (keys[order][found] == mine) & (decided != NO_RULE)
            split_of = np.where(hit, np.array(list(known.values()), dtype=np.int64)[order][found], split_of)
    return list(codes), splits, split_of


def _split(shares: dict[str, int], codes: dict[str, int]) -> Split:
    """Positions and parts of shares by outcome, what they leave as unaligned, last."""
    given = {code: part for code, part in shares.items() if part and code != UNALIGNED}
    positions = [codes.setdefault(code, len(codes)) for code in given]
    rest = WHOLE - sum(given.values())
    return ([*positions, 0], [*given.values(), rest]) if rest else (positions, list(given.values()))


def summarise(lines: pd.DataFrame, allocations: pd.DataFrame, towards: pd.Series[str]) -> pd.DataFrame:
    """The cube, which every page reads instead of the lines.

    Columns are `CUBE_KEYS`, the amount, and `contributing`: the whole amount of every line that touches the outcome,
    which is never added up over outcomes. Memo lines stand under the kind memo, so that nothing read goes missing.
    `toward` is the level of government that the money of a transfer goes to or came from, where that level's budget
    is among the lines too; empty otherwise.

    Args:
        towards: as `consolidation.find_towards` gives them.
    """
    keys = ["body", "level", *_LINE_KEYS]
    joined = _beside_lines(lines, allocations, keys, towards)
    memo = lines.loc[lines["memo"], [*keys, "amount"]]
    memo = memo.assign(outcome=UNALIGNED, kind="memo", toward="", contributing=0)
    columns = [*CUBE_KEYS, "amount", "contributing"]
    both = pd.concat([joined[columns], memo[columns]], ignore_index=True)
    return both.groupby(CUBE_KEYS, sort=True, observed=True)[["amount", "contributing"]].sum().reset_index()


def summarise_programmes(lines: pd.DataFrame, allocations: pd.DataFrame, towards: pd.Series[str]) -> pd.DataFrame:
    """What each programme gives to each outcome: columns `PROGRAMME_KEYS`, amount and contributing as in the cube, memo
    lines left out. The register and scenarios read it.
    """
    keys = ["body", "programme", *_LINE_KEYS]
    joined = _beside_lines(lines, allocations, keys, towards)
    return joined.groupby(PROGRAMME_KEYS, sort=True, observed=True)[["amount", "contributing"]].sum().reset_index()


def _beside_lines(
    lines: pd.DataFrame, allocations: pd.DataFrame, keys: list[str], towards: pd.Series[str]
) -> pd.DataFrame:
    """Allocations with what their lines say, and the whole amount of each line as `contributing`."""
    by_line = lines[["line_id", *keys, "amount"]].rename(columns={"amount": "contributing"}).assign(toward=towards)
    return allocations.merge(by_line, on="line_id", how="left", validate="many_to_one")
