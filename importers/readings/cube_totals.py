"""Finds the rows that state a whole again in a list with a column a dimension: "Total" among regions, "All" among
kinds of spending.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Choice, Decisions, choice_id
from importers.readings.table import Table
from importers.structure.grid import Bools, Ints
from importers.words import row_words

_LEAST_ROWS: Final = 4
_AGREEING: Final = 0.8
_ROWS: Final = 200_000

_DIMENSIONS: Final = 2
"""In a table with totals over one column alone they stand beside what they sum, and are found so."""

_LONG: Final = 3_000
"""Lists of so many rows are not searched for runs that add up."""

_ALL: Final = frozenset({"all", "alle", "todos", "todas", "tous", "toutes", "tutti", "tutte", "total", "_t"})


def find_cube_totals(table: Table, decisions: Decisions) -> tuple[frozenset[int], frozenset[int]]:
    """The rows that sum others over a dimension, as places in the rows of data, and the columns of those dimensions.

    Where the rows of each part add up to those of the whole they are told; where they do not, which of the two count is
    a choice that nobody can guess.
    """
    rows = table.block.data
    if not _LEAST_ROWS <= len(rows) <= _ROWS:
        return frozenset(), frozenset()
    naming = [c.index for c in table.columns if c.index in table.block.labels or c.role.endswith("_code")]
    if len(naming) < _DIMENSIONS:
        return frozenset(), frozenset()
    wholes = {column: whole for column in naming if (whole := _wholes(table, column)) is not None}
    if len(wholes) < _DIMENSIONS and len(rows) < _LONG:
        return frozenset(), frozenset()
    money = [c.index for c in table.of_role("amount")]
    amounts = table.amounts[:, money]
    left: set[int] = set()
    for column, whole in wholes.items():
        # What sums over another dimension too is compared with what does so alike.
        key = _key(table, [other for other in naming if other != column])
        if _adds_up(amounts, whole, key):
            left |= set(np.flatnonzero(whole).tolist())
        else:
            left |= _choose(table, column, whole, decisions)
    return frozenset(left), frozenset(wholes)


def _wholes(table: Table, column: int) -> Bools | None:
    """The rows whose word in a column is no more than "total"; None where none, or all, or one row alone is such."""
    codes = table.grid.codes[table.block.data, column]
    words = [table.grid.vocabulary[code] for code in np.unique(codes).tolist()]
    bare = [word for word in words if word and _is_bare(word)]
    parts = [word for word in words if word and word not in bare]
    if len(bare) != 1 or not parts or 2 * len(parts) > len(codes):
        return None
    whole = codes == table.grid.vocabulary.index(bare[0])
    return whole if whole.sum() > 1 and not (codes == 0).any() else None


def _is_bare(word: str) -> bool:
    folded = word.strip().casefold()
    return folded in _ALL or (row_words.says_total(word) and len(folded.split()) == 1)


def _key(table: Table, columns: Sequence[int]) -> Ints:
    key = np.zeros(len(table.block.data), dtype=np.int64)
    for column in columns:
        _, place = np.unique(table.grid.codes[table.block.data, column], return_inverse=True)
        _, key = np.unique(key * (int(place.max(initial=0)) + 1) + place, return_inverse=True)
    return key.astype(np.int64)


def _adds_up(amounts: Ints, whole: Bools, key: Ints) -> bool:
    """Whether, of each thing that both are stated of, the parts add up to the whole."""
    count = int(key.max(initial=-1)) + 1
    wholes = np.zeros((count, amounts.shape[1]), dtype=np.int64)
    parts = np.zeros_like(wholes)
    np.add.at(wholes, key[whole], amounts[whole])
    np.add.at(parts, key[~whole], amounts[~whole])
    stated = np.zeros(count, dtype=bool)
    stated[np.intersect1d(key[whole], key[~whole])] = True
    told = stated & wholes.any(axis=1)
    return bool(told.sum() >= 2 and (wholes == parts).all(axis=1)[told].mean() >= _AGREEING)


def _choose(table: Table, column: int, whole: Bools, decisions: Decisions) -> set[int]:
    header = next(c.header for c in table.columns if c.index == column)
    letter = next(c.letter for c in table.columns if c.index == column)
    word = table.grid.text(int(table.block.data[np.flatnonzero(whole)[0]]), column)
    choice = Choice(
        choice_id("rows", table.grid.name, header, "whole"),
        "rows",
        table.grid.name,
        table.key,
        f"Column {letter} of {table.grid.name!r} says {word!r} in {int(whole.sum()):,} rows, and the others do not add "
        "up to them. Which count?",
        (("parts", f"The rows that do not say {word!r}"), ("whole", f"The rows that say {word!r}"), ("both", "Both")),
        "",
    )
    taken = decisions.take(choice)
    return set(np.flatnonzero({"parts": whole, "whole": ~whole}.get(taken, np.zeros_like(whole))).tolist())
