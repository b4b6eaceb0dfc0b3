"""Finds the rows of codes that other codes of the same column take apart: GF01 beside GF0101 and GF0102."""

from __future__ import annotations

from typing import Final

import numpy as np

from importers.readings.table import Table
from importers.readings.wholes_in_time import sums_by_thing, things_beside
from importers.structure.texts import column_texts

_LONGEST: Final = 12
_MOST_CODES: Final = 400
_LEAST_PARENTS: Final = 2
_AGREEING: Final = 0.95
_TELLING: Final = 8
"""Digits, over all that is stated, that the codes below one hardly come to by chance."""

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
        texts = column_texts(table.grid, table.block.data, column.index, with_numbers=True)
        codes = [code for code in np.unique(texts.codes).tolist() if texts.words[code]]
        below = _children([texts.words[code] for code in codes])
        if len(below) < _LEAST_PARENTS:
            continue
        key = things_beside(table, column)
        if len(codes) * (int(key.max(initial=0)) + 1) * len(money) > _CELLS:
            continue
        kept = np.ones(len(key), dtype=bool)
        kept[list(table.shares)] = False
        sums = sums_by_thing(table.amounts[:, money], key, texts.codes, codes, kept)
        for parent, children in below.items():
            whole, parts = sums[parent], sums[children].sum(axis=0)
            both = whole.any(axis=1) & parts.any(axis=1)
            telling = sum(len(str(abs(int(each))).rstrip("0")) for each in whole[both].ravel().tolist())
            if telling >= _TELLING and float((whole == parts).all(axis=1)[both].mean()) >= _AGREEING:
                left |= set(np.flatnonzero((texts.codes == codes[parent]) & kept & both[key]).tolist())
    return frozenset(left)


def _children(words: list[str]) -> dict[int, list[int]]:
    """For each code that others begin with, those right below it, two at the least; none where words are no codes."""
    if not 2 < len(words) <= _MOST_CODES or max(map(len, words)) > _LONGEST or any(" " in word for word in words):
        return {}
    if not any(char.isdigit() for word in words for char in word):
        return {}
    below: dict[int, list[int]] = {}
    for place, word in enumerate(words):
        above = [n for n, other in enumerate(words) if len(other) < len(word) and word.startswith(other)]
        if above:
            below.setdefault(max(above, key=lambda n: len(words[n])), []).append(place)
    return {parent: children for parent, children in below.items() if len(children) > 1}
