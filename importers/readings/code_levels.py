"""Finds the rows of codes that other codes of the same column take apart: GF01 beside GF0101 and GF0102."""

from __future__ import annotations

from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.readings.table import Table
from importers.readings.wholes_in_time import sums_by_thing, things_beside
from importers.structure.grid import Bools, Ints

_LONGEST: Final = 12
_MOST_CODES: Final = 400
_LEAST_PARENTS: Final = 2
_AGREEING: Final = 0.95
_TELLING: Final = 8
"""Digits, over all that is stated, that the codes below one hardly come to by chance."""

_TELLING_BESIDE: Final = 3
_ROWS: Final = 200_000
_CELLS: Final = 4_000_000


def find_code_levels(table: Table) -> frozenset[int]:
    """The rows that state again what rows of longer codes state, as places in the rows of data: of nearly everything
    that both are stated of, the codes right below one add up to it.
    """
    money = [c.index for c in table.of_role("amount")]
    if not money or len(table.block.data) > _ROWS:
        return frozenset()
    left: set[int] = set()
    for column in table.columns:
        if column.index not in table.block.labels and not column.role.endswith("_code"):
            continue
        texts = table.block.texts(table.grid, column.index, with_numbers=True)
        codes = [code for code in texts.used if texts.words[code]]
        below = _children([texts.words[code] for code in codes], fewest=1)
        if sum(len(children) > 1 for children in below.values()) < _LEAST_PARENTS:
            continue
        key = things_beside(table, column)
        if len(codes) * (int(key.max(initial=0)) + 1) * len(money) > _CELLS:
            continue
        kept = np.ones(len(key), dtype=bool)
        kept[list(table.shares)] = False
        sums = sums_by_thing(table.amounts[:, money], key, texts.codes, codes, kept)
        found: dict[int, tuple[int, Bools]] = {}
        for parent, children in below.items():
            whole, parts = sums[parent], sums[children].sum(axis=0)
            both = whole.any(axis=1) & parts.any(axis=1)
            telling = sum(len(str(abs(int(each))).rstrip("0")) for each in whole[both].ravel().tolist())
            if telling and float((whole == parts).all(axis=1)[both].mean()) >= _AGREEING:
                found[parent] = telling, both
        sure = sum(telling >= _TELLING and len(below[parent]) > 1 for parent, (telling, _) in found.items())
        for parent, (telling, both) in found.items():
            # Among others that chance does not make, one of fewer figures is none of chance either.
            alone = len(below[parent]) == 1
            if telling >= (_TELLING_BESIDE if sure >= _LEAST_PARENTS else _TELLING) and (sure or not alone):
                left |= set(np.flatnonzero((texts.codes == codes[parent]) & kept & both[key]).tolist())
    return frozenset(left)


def choose_code_levels(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows right below one whose code theirs begin with, where they come to nearly all of it: a group may be stated
    beside some of what it holds, which is a choice.

    Args:
        table: what is read.
        decisions: what is settled, and where open choices go.
        left: rows that were chosen not to count, as places among the rows of data.

    Returns:
        The rows that state again what the one above them does, as places among the rows of data.
    """
    money = [c.index for c in table.of_role("amount")]
    counted = np.zeros(len(table.block.data), dtype=bool)
    counted[table.line_rows[~table.memo_rows]] = True
    counted[list(left)] = False
    for column in table.columns:
        if column.role in ("amount", "total", "change") or column.index > money[0]:
            continue
        texts = table.block.texts(table.grid, column.index, with_numbers=True)
        distinct = [code for code in texts.used if texts.words[code]]
        if not _children([texts.words[code] for code in distinct]):
            continue
        words = [texts.words[code] for code in texts.codes.tolist()]
        groups = _groups(words, counted.tolist())
        nearly = {above: below for above, below in groups.items() if _is_nearly(table.amounts[:, money], above, below)}
        if nearly:
            return _choose(table, column, words, nearly, decisions)
    return frozenset()


def _groups(words: list[str], counted: list[bool]) -> dict[int, list[int]]:
    """For each row whose code those of two or more rows right below it begin with, these rows."""
    groups: dict[int, list[int]] = {}
    above = -1
    for place, word in enumerate(words):
        begins = above >= 0 and len(word) > len(words[above]) and word.startswith(words[above])
        if begins and counted[place]:
            groups[above].append(place)
        elif not begins:
            above = place if word and counted[place] else -1
            groups[place] = []
    return {place: below for place, below in groups.items() if len(below) > 1}


def _is_nearly(amounts: Ints, above: int, below: list[int]) -> bool:
    """Whether rows come to nearly all of another; what they come to all of is a total that is told elsewhere."""
    whole, parts = amounts[above], amounts[below].sum(axis=0)
    stated = whole != 0
    near = (_NEARLY * whole <= parts) & (parts <= whole)
    return bool(near[stated].all() and (parts < whole).any() and not parts[~stated].any())


_NEARLY: Final = 0.8


def _choose(
    table: Table, column: Column, words: list[str], groups: dict[int, list[int]], decisions: Decisions
) -> frozenset[int]:
    above, below = next(iter(groups.items()))
    money = table.of_role("amount")[0].index
    rows = table.block.data
    others = f" Of {len(groups) - 1} more the same can be said." if len(groups) > 1 else ""
    choice = table.choice(
        "rows",
        ("levels", column.header, words[above]),
        f"{table.grid.address(int(rows[above]), money)} of {table.grid.name!r} has the code {words[above]!r}, "
        f"with which those of the {len(below)} rows below it begin, and these come to nearly all of it.{others} "
        "Does it hold them too?",
        (("whole", "Yes: count it, and not the rows below it"), ("all", "No, different money: count all of them")),
        "whole",
    )
    if decisions.take(choice) == "all":
        return frozenset()
    return frozenset(place for below in groups.values() for place in below)


def _children(words: list[str], fewest: int = 2) -> dict[int, list[int]]:
    """For each code that so many others begin with, those right below it; none where words are no codes."""
    if not 2 < len(words) <= _MOST_CODES or max(map(len, words)) > _LONGEST or any(" " in word for word in words):
        return {}
    if not any(char.isdigit() for word in words for char in word):
        return {}
    places = {word: place for place, word in reversed(list(enumerate(words)))}
    below: dict[int, list[int]] = {}
    for place, word in enumerate(words):
        beginnings = (word[:end] for end in range(len(word) - 1, 0, -1))
        above = next((places[beginning] for beginning in beginnings if beginning in places), None)
        if above is not None:
            below.setdefault(above, []).append(place)
    return {parent: children for parent, children in below.items() if len(children) >= fewest}
