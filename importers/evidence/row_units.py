"""Columns that say of each row in which unit it is: a unit of money, a scale, a power of ten, a share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.structure.grid import Grid, Ints, Kind
from importers.structure.layout import Block
from importers.words import vocabulary
from importers.words.lexicon import fold_words

_UNITS_IN_ROWS: Final = 12

_POWER: Final = re.compile(r"\b(unit mult|unit multiplier|power code|power of ten|scale|magnitude|multiplier)\b")
"""What the header of a column of powers of ten says, as the lexicon folds it."""

_POWERS: Final = frozenset({0, 1, 2, 3, 6, 9, 12})


def says_row_units(grid: Grid, block: Block, column: Column) -> bool:
    """Whether a column says a unit in every row, money in some of them."""
    if _says_powers(grid, block, column):
        return True
    if column.index not in block.labels:
        return False
    places = np.unique(grid.codes[block.data, column.index])
    words = [grid.vocabulary[place] for place in places.tolist() if place]
    if not words or len(words) > _UNITS_IN_ROWS or 0 in places:
        return False
    units = [vocabulary.find_row_unit(word, grid.terms.currency) for word in words]
    return all(given for _, given in units) and any(unit for unit, _ in units)


def row_multipliers(grid: Grid, block: Block, columns: Sequence[Column]) -> Ints | None:
    """How many units of currency one printed unit of each row stands for, zero where the row is no money; None where
    no column says so.

    One column may name the currency and another its scale, in words and as a power of ten: the scale is said once.
    """
    found: Ints | None = None
    for column in (column for column in columns if column.role == "row_unit"):
        said = _multipliers(grid, block, column)
        found = said if found is None else np.where((found == 0) | (said == 0), 0, np.maximum(found, said))
    return found


def rows_leave_scale_open(grid: Grid, block: Block, columns: Sequence[Column]) -> bool:
    """Whether columns of units only tell money from shares, without a word on which currency or scale the money has."""
    in_rows = [column for column in columns if column.role == "row_unit"]
    if any(_says_powers(grid, block, column) for column in in_rows):
        return False
    places = {(c.index, place) for c in in_rows for place in np.unique(grid.codes[block.data, c.index]).tolist()}
    units = [vocabulary.find_row_unit(grid.vocabulary[place], grid.terms.currency)[0] for _, place in places if place]
    return bool(in_rows) and all(unit.multiplier == 1 and not unit.currency for unit in units if unit)


def _says_powers(grid: Grid, block: Block, column: Column) -> bool:
    """Whether a column of numbers holds powers of ten that say the scale of each row."""
    if not _POWER.search(fold_words(column.header)):
        return False
    kinds = grid.kinds[block.data, column.index]
    said = set(np.unique(grid.numbers[block.data, column.index][kinds == Kind.NUMBER]).tolist())
    return bool((kinds == Kind.NUMBER).all()) and bool(said) and said <= _POWERS


def _multipliers(grid: Grid, block: Block, column: Column) -> Ints:
    if _says_powers(grid, block, column):
        powers: Ints = 10 ** grid.numbers[block.data, column.index].astype(np.int64)
        return powers
    texts = block.texts(grid, column.index, with_numbers=False)
    units = [vocabulary.find_row_unit(word, grid.terms.currency)[0] for word in texts.words]
    return np.array([unit.multiplier if unit else 0 for unit in units], dtype=np.int64)[texts.codes]
