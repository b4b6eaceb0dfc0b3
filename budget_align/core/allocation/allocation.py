"""Allocation: each line's amount given to outcomes, exactly, to its last minor unit.

For every line the sum of what it gives, unaligned included, equals what of it counts. Once the shares that depend on
the whole budget are known (`overheads.depending_shares`), a line's allocation depends on that line, its of-which lines
and its transfers alone, so a budget may be allocated in parts on several machines and gives the same bytes.

A line's own parts, where memo lines name them, go where the rules that take those memo lines say (`pieces`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.allocation.consolidation import Consolidation
from budget_align.core.allocation.cost_centres import CENTRE
from budget_align.core.allocation.following import NOTHING_FOLLOWED, Followed, tell_followed
from budget_align.core.allocation.grading import FOLLOWED
from budget_align.core.allocation.overheads import depending_shares
from budget_align.core.allocation.pieces import find_pieces
from budget_align.core.rules.counterparts import memo_to_count
from budget_align.core.rules.mapping import UNALIGNED, Mapping
from budget_align.core.rules.matching import NO_RULE, LineIndex
from budget_align.core.values.arrays import Integers
from budget_align.core.values.exact import FINE, WHOLE, scale_exactly, split_exactly, split_finely

SCHEMA: Final = {
    "line_id": "str",
    "outcome": "str",
    "amount": "int64",
    "rule_id": "str",
    "kind": "str",
    "toward": "str",
}
"""Columns of a frame of allocations. `rule_id` is empty where no rule took the line; `kind` is direct, overhead or
unaligned; `toward` is the level of government on the other side of a transfer, for what a view that holds both sides
eliminates of the line, and empty for the rest of it."""

KINDS: Final = ("unaligned", "direct", "overhead")

_LINE_KEYS: Final = ["control", "flow", "stage", "version", "fiscal_year"]
_SIGNS: Final = ["below", "memo"]
PROGRAMME_KEYS: Final = ["body", "programme", "toward", "outcome", *_LINE_KEYS, "kind", "rule_id", *_SIGNS]
CUBE_KEYS: Final = ["body", "level", "toward", "outcome", *_LINE_KEYS, "kind", "rule_id", *_SIGNS, FOLLOWED]
TOUCH_KEYS: Final = ["body", "level", "toward", *_LINE_KEYS, "rule_id", *_SIGNS, "outcomes"]

TOUCHED_SEPARATOR: Final = " "
"""Between the codes of the outcomes that a line touches."""


def counted_amounts(index: LineIndex, mapping: Mapping | None, consolidation: Consolidation) -> Integers:
    """What of each line counts, whoever looks at it, shape (lines,): all of it but, of memo lines, only what names a
    receiver whose own return does not count it.
    """
    lines = index.lines
    amounts = lines["amount"].to_numpy(dtype=np.int64).copy()
    memo = lines["memo"].to_numpy(dtype=bool)
    if memo.any():
        amounts[memo & ~memo_to_count(index, mapping)] = 0
        out = consolidation.eliminations[memo[consolidation.eliminations["place"]]]
        np.subtract.at(amounts, out["place"].to_numpy(), out["amount"].to_numpy())
    return amounts


def allocate(
    index: LineIndex,
    mapping: Mapping,
    drivers: pd.DataFrame | None = None,
    *,
    shares: pd.DataFrame | None = None,
    consolidation: Consolidation | None = None,
) -> pd.DataFrame:
    """What each line gives to each outcome, by the first rule of the mapping that takes it.

    Args:
        index: the budget, or a part of it.
        mapping: the rules.
        drivers: measures, as `drivers.SCHEMA` says, where rules use them.
        shares: what `depending_shares` found for the whole budget, where the index is of a part of it.
        consolidation: the transfers among the lines; without, none is taken for one, and memo lines give nothing.

    Returns:
        Allocations as `SCHEMA` says, in the order of the lines and, within a line, of the rule's shares with
        unaligned last.

    Raises:
        RefusedError: overheads follow each other in a circle.
    """
    lines = index.lines
    decided = index.decide(mapping)
    if consolidation is None:
        counts = np.where(lines["memo"], 0, lines["amount"]).astype(np.int64)
        counted = ~lines["memo"].to_numpy(dtype=bool)
    else:
        counts = counted_amounts(index, mapping, consolidation)
        counted = ~lines["memo"].to_numpy(dtype=bool) | (counts != 0)
    if shares is None:
        shares = depending_shares(index, mapping, decided, drivers, counts)
    pieces = find_pieces(index, decided, counts, np.flatnonzero(counted))
    codes, splits, split_of = _splits(index, mapping, decided, shares)
    begins, outcome, amount = _split_pieces(pieces.amount, splits, split_of[pieces.by])
    repeats = np.diff(begins)
    line, by = np.repeat(pieces.line, repeats), decided[np.repeat(pieces.by, repeats)]
    rules = pd.Index([*(rule.id for rule in mapping.rules), ""], dtype="str")
    follows = np.array([*(bool(rule.follows) for rule in mapping.rules), False])
    kind = np.where(outcome == 0, 0, np.where(follows[by], 2, 1))
    found = pd.DataFrame(
        {
            "line_id": lines["line_id"].array.take(line),
            "outcome": pd.Index(codes, dtype="str").take(outcome),
            "amount": amount,
            "rule_id": rules.take(by % len(rules)),
            "kind": pd.Index(KINDS, dtype="str").take(kind),
            "toward": "",
        }
    ).astype(SCHEMA)
    return found if consolidation is None else _set_toward(found, line, lines, consolidation.eliminations)


def _set_toward(found: pd.DataFrame, line: Integers, lines: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Allocations with what is eliminated of each line told apart, in proportion to what it gives."""
    parts = parts[~lines["memo"].to_numpy(dtype=bool)[parts["place"]]]
    if parts.empty:
        return found
    taken: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for place, toward, amount in parts.itertuples(index=False, name=None):
        taken[place][toward] = taken[place].get(toward, 0) + amount
    amounts = lines["amount"].to_numpy(dtype=np.int64)
    wholly = {place: next(iter(out)) for place, out in taken.items() if list(out.values()) == [amounts[place]]}
    toward = np.full(len(lines), "", dtype=object)
    toward[list(wholly)] = list(wholly.values())
    found = found.assign(toward=pd.array(toward[line], dtype="str"))
    partly = [place for place in taken if place not in wholly]
    if not partly:
        return found
    rows = np.flatnonzero(np.isin(line, partly))
    by_line: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows.tolist():
        by_line[int(line[row])].append(row)
    given = found["amount"].to_numpy(dtype=np.int64)
    source: list[int] = []
    split: list[tuple[int, str]] = []
    for place, mine in by_line.items():
        left = [int(given[row]) for row in mine]
        for level, amount in taken[place].items():
            out = scale_exactly(amount, left)
            left = [size - part for size, part in zip(left, out, strict=True)]
            source += mine
            split += [(part, level) for part in out]
        source += mine
        split += [(size, "") for size in left]
    divided = found.iloc[source].assign(
        amount=[amount for amount, _ in split], toward=pd.array([level for _, level in split], dtype="str")
    )
    divided = divided[divided["amount"] != 0]
    kept = np.ones(len(found), dtype=bool)
    kept[rows] = False
    both = pd.concat([found[kept], divided])
    return both.sort_index(kind="stable").reset_index(drop=True).astype(SCHEMA)


@dataclass(frozen=True)
class _Split:
    """The positions of outcomes and their parts, of `WHOLE` or, where `fine`, of `exact.FINE`."""

    outcomes: list[int]
    parts: list[int]
    fine: bool


def _splits(
    index: LineIndex, mapping: Mapping, decided: Integers, shares: pd.DataFrame
) -> tuple[list[str], list[_Split], Integers]:
    """The outcome codes, unaligned first; each distinct split; and which one each line has."""
    codes = {UNALIGNED: 0}
    splits: list[_Split] = []
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
                given = dict(zip(rows["outcome"], rows["share"].tolist(), strict=True))
                splits.append(_split(given, codes, fine=True))
        if known:
            keys = np.array([rule * len(first) + place for rule, place in known], dtype=np.int64)
            order = np.argsort(keys)
            mine = decided * len(first) + combination
            found = np.minimum(np.searchsorted(keys[order], mine), len(keys) - 1)
            hit = (keys[order][found] == mine) & (decided != NO_RULE)
            split_of = np.where(hit, np.array(list(known.values()), dtype=np.int64)[order][found], split_of)
    return list(codes), splits, split_of


def _split_pieces(amounts: Integers, splits: list[_Split], split_of: Integers) -> tuple[Integers, Integers, Integers]:
    """Every amount split as it is to be, one after another: where the parts of each begin, the position of the outcome
    of each part, and the parts.
    """
    sizes = np.array([len(split.outcomes) for split in splits], dtype=np.int64)
    fine = np.array([split.fine for split in splits], dtype=bool)
    begins = np.zeros(len(amounts) + 1, dtype=np.int64)
    np.cumsum(sizes[split_of], out=begins[1:])
    outcome, amount = np.empty(begins[-1], dtype=np.int64), np.empty(begins[-1], dtype=np.int64)
    for size in np.unique(sizes[split_of]).tolist():
        alike = np.flatnonzero((sizes[split_of] == size) & ~fine[split_of])
        of_size = np.flatnonzero((sizes == size) & ~fine)
        if len(alike):
            row = np.searchsorted(of_size, split_of[alike])
            places = begins[alike, None] + np.arange(size)
            outcome[places] = np.array([splits[i].outcomes for i in of_size], dtype=np.int64)[row]
            parts = np.array([splits[i].parts for i in of_size], dtype=np.int64)[row]
            amount[places] = split_exactly(amounts[alike], parts)
    finely = np.flatnonzero(fine[split_of])
    order = finely[np.argsort(split_of[finely], kind="stable")]
    for alike in np.split(order, np.flatnonzero(np.diff(split_of[order])) + 1) if len(order) else ():
        split = splits[split_of[alike[0]]]
        places = begins[alike, None] + np.arange(len(split.outcomes))
        outcome[places] = split.outcomes
        amount[places] = split_finely(amounts[alike], split.parts)
    return begins, outcome, amount


def _split(shares: dict[str, int], codes: dict[str, int], *, fine: bool = False) -> _Split:
    """Positions and parts of shares by outcome, what they leave as unaligned, last."""
    given = {code: part for code, part in shares.items() if part and code != UNALIGNED}
    positions = [codes.setdefault(code, len(codes)) for code in given]
    rest = (FINE if fine else WHOLE) - sum(given.values())
    parts = list(given.values())
    return _Split([*positions, 0], [*parts, rest], fine) if rest else _Split(positions, parts, fine)


def summarise(lines: pd.DataFrame, allocations: pd.DataFrame, followed: Followed = NOTHING_FOLLOWED) -> pd.DataFrame:
    """The cube, which every page reads instead of the lines.

    Columns are `CUBE_KEYS` and the amount. `toward` is as in allocations. `below` tells what lines below zero give,
    which are receipts that bodies netted into their spending, and corrections. `memo` tells what memo lines give that
    count. What of memo lines does not count stands under the kind memo, so that nothing read goes missing. `followed`
    tells overhead apart by what it follows.
    """
    keys = ["body", "level", *_LINE_KEYS]
    told = [*keys, "unit"] if followed.by_pool else keys
    joined = tell_followed(_beside_lines(lines, allocations, told), followed)
    memo = lines.loc[lines["memo"], [*keys, "amount", "line_id"]]
    if not memo.empty:
        given = allocations[allocations["line_id"].isin(set(memo["line_id"]))].groupby("line_id")["amount"].sum()
        memo = memo.assign(amount=memo["amount"] - memo["line_id"].map(given).fillna(0).astype("int64"))
        memo = memo[(memo["amount"] != 0) | ~memo["line_id"].isin(given.index)]
    memo = memo.assign(outcome=UNALIGNED, kind="memo", toward="", rule_id="", below=memo["amount"] < 0, memo=True)
    memo = memo.assign(**{FOLLOWED: ""})
    columns = [*CUBE_KEYS, "amount"]
    both = pd.concat([joined[columns], memo[columns]], ignore_index=True)
    return both.groupby(CUBE_KEYS, sort=True, observed=True)["amount"].sum().reset_index()


def summarise_programmes(lines: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """What each programme gives to each outcome: columns `PROGRAMME_KEYS` and the amount as in the cube, what of memo
    lines does not count left out. The register and scenarios read it.
    """
    joined = _beside_lines(lines, allocations, ["body", "programme", *_LINE_KEYS])
    return joined.groupby(PROGRAMME_KEYS, sort=True, observed=True)["amount"].sum().reset_index()


def summarise_touches(lines: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Which outcomes lines touch together: columns `TOUCH_KEYS` and the amount, which is all that lines with these
    outcomes give, unaligned included. `outcomes` are codes in order, apart by `TOUCHED_SEPARATOR`; `rule_id` is that of
    the line itself, or of its first part.
    """
    # An outcome that gets no penny of a line is not touched by it.
    counted = allocations[(allocations["outcome"] != UNALIGNED) & (allocations["amount"] != 0)]
    if counted.empty:
        kinds = {"fiscal_year": "int64", "below": "bool", "memo": "bool", "amount": "int64"}
        return pd.DataFrame({key: pd.Series(dtype=kinds.get(key, "str")) for key in [*TOUCH_KEYS, "amount"]})
    touched = _touched(counted["line_id"], counted["outcome"])
    rules = allocations.drop_duplicates("line_id").set_index("line_id")["rule_id"]
    whole = allocations.groupby(["line_id", "toward"], sort=False)["amount"].sum().reset_index()
    whole = whole.join(touched, on="line_id", how="inner").join(rules, on="line_id")
    keys = ["body", "level", *_LINE_KEYS]
    by_line = lines[["line_id", *keys, "amount", "memo"]]
    by_line = by_line.assign(below=by_line["amount"] < 0).drop(columns="amount")
    joined = whole.merge(by_line, on="line_id", how="left", validate="many_to_one")
    return joined.groupby(TOUCH_KEYS, sort=True, observed=True)["amount"].sum().reset_index()


def _touched(line_ids: pd.Series, outcomes: pd.Series) -> pd.Series:
    """The outcomes that each line touches, by its id, in order and apart by `TOUCHED_SEPARATOR`. Lines are many and the
    sets of outcomes few, so that each set is written once.
    """
    line, lines = pd.factorize(line_ids)
    code, codes = pd.factorize(outcomes, sort=True)
    pairs = np.unique(line * len(codes) + code)
    line, code = np.divmod(pairs, len(codes))
    begins = np.flatnonzero(np.diff(line, prepend=-1))
    sizes = np.diff(begins, append=len(line))
    touched = np.empty(len(lines), dtype=object)
    for size in np.unique(sizes):
        alike = begins[sizes == size]
        sets, which = np.unique(code[alike[:, None] + np.arange(size)], axis=0, return_inverse=True)
        written = [TOUCHED_SEPARATOR.join(codes[each]) for each in sets]
        touched[line[alike]] = np.array(written, dtype=object)[which.ravel()]
    return pd.Series(touched, index=lines, name="outcomes", dtype="str")


def _beside_lines(lines: pd.DataFrame, allocations: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Allocations with what their lines say."""
    by_line = lines[["line_id", *keys, "memo"]].assign(below=lines["amount"] < 0)
    return allocations.merge(by_line, on="line_id", how="left", validate="many_to_one")
