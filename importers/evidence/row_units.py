"""Columns that say of each row in which unit it is: a unit of money, a scale, a power of ten, a share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from budget_align.core.values.money import Unit
from budget_align.core.values.number_writing import SCALES
from importers.evidence.column import Column
from importers.structure.block import Block
from importers.structure.grid import Grid, Ints, Kind
from importers.words import vocabulary
from importers.words.lexicon import fold_words

_UNITS_IN_ROWS: Final = 12

_SCALE: Final = re.compile(
    r"\b(unit mult|unit multiplier|power code|power of ten|scale|magnitude|multiplier|exponent|factor)\b"
)
"""What the header of a column of powers of ten says, as the lexicon folds it."""

_POWERS: Final = frozenset({0, 3, 6, 9, 12})
_LOW_POWERS: Final = frozenset({1, 2})
_OF_POWERS: Final = re.compile(r"\b(power|mult|exponent)\b")
"""Without such a word 1 and 2 may be grades, as those of a pay scale are."""
_WRITTEN_OUT: Final = frozenset({1, 100, 1_000, 1_000_000, 1_000_000_000})


def says_row_units(grid: Grid, block: Block, column: Column) -> bool:
    """Whether a column says a unit in every row, money in some of them."""
    if says_scales(grid, block, column):
        return True
    if column.index not in block.labels:
        return False
    places, _ = grid.counted(block.data, column.index)
    words = [grid.vocabulary[place] for place in places.tolist() if place]
    # Where a column of scales is blank, it says that there is none.
    silent = 0 in places and not _SCALE.search(fold_words(column.header))
    if not words or len(words) > _UNITS_IN_ROWS or silent:
        return False
    units = [read_row_unit(grid, column, word) for word in words]
    return all(given for _, given in units) and any(unit for unit, _ in units)


def read_row_unit(grid: Grid, column: Column, word: str) -> tuple[Unit | None, bool]:
    """The unit that a cell of a column gives for its row, as `find_row_unit` does; under a header that speaks of scales
    one letter is one, and nothing is none.
    """
    unit, given = vocabulary.find_row_unit(word, grid.terms.currency) if word else (None, False)
    if not given and _SCALE.search(fold_words(column.header)):
        scale = SCALES.get(word.casefold(), 0) if word else 1
        return (Unit(multiplier=scale), True) if scale else (None, False)
    return unit, given


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
    if any(says_scales(grid, block, column) for column in in_rows):
        return False
    places = {(c.index, place) for c in in_rows for place in np.unique(grid.codes[block.data, c.index]).tolist()}
    by_index = {column.index: column for column in in_rows}
    units = [read_row_unit(grid, by_index[index], grid.vocabulary[place])[0] for index, place in places if place]
    return bool(in_rows) and all(unit.multiplier == 1 and not unit.currency for unit in units if unit)


def says_scales(grid: Grid, block: Block, column: Column) -> bool:
    """Whether a column holds scales, or powers of ten, that say the scale of each row."""
    header = fold_words(column.header)
    if _written_scales(grid, block, column) is not None:
        return True
    if not _SCALE.search(header):
        return False
    powers = _POWERS | _LOW_POWERS if _OF_POWERS.search(header) else _POWERS
    kinds = grid.kinds[block.data, column.index]
    said = set(np.unique(grid.numbers[block.data, column.index][kinds == Kind.NUMBER]).tolist())
    return bool((kinds == Kind.NUMBER).all()) and bool(said) and (said <= powers or said <= _WRITTEN_OUT)


def _written_scales(grid: Grid, block: Block, column: Column) -> Ints | None:
    """The scale that each row writes, as a power of ten or a factor after its sign; None where any row writes none."""
    rows = grid.codes[block.data, column.index]
    if not len(rows) or not _written_scale(grid.vocabulary[rows[0]]):
        return None
    scales = {code: _written_scale(grid.vocabulary[code]) for code in np.unique(rows).tolist()}
    if not all(scales.values()):
        return None
    return np.array([scales[code] for code in rows.tolist()], dtype=np.int64)


def _written_scale(text: str) -> int:
    """The scale that "10^3", "10³" or "x1,000" writes; zero where a text writes none."""
    if factor := _FACTOR.fullmatch(text.strip()):
        return int(re.sub(r"\D", "", factor[1]))
    power = _POWER.fullmatch(text.strip())
    exponent = int((power[1] or power[2]).translate(_RAISED)) if power else -1
    return 10**exponent if exponent in _POWERS | _LOW_POWERS else 0


_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_POWER: Final = re.compile(r"(?:[x×*]\s?)?10\s?(?:(?:\^|\*\*)\s?([0-9]{1,2})|([⁰¹²³⁴-⁹]{1,2}))")
_FACTOR: Final = re.compile(r"[x×*]\s?(1(?:[,.\s]?000)*)")


def _multipliers(grid: Grid, block: Block, column: Column) -> Ints:
    written = _written_scales(grid, block, column)
    if written is not None:
        return written
    if says_scales(grid, block, column):
        said: Ints = grid.numbers[block.data, column.index].astype(np.int64)
        return said if set(said.tolist()) <= _WRITTEN_OUT else 10**said
    texts = block.texts(grid, column.index, with_numbers=False)
    units = [read_row_unit(grid, column, word)[0] for word in texts.words]
    return np.array([unit.multiplier if unit else 0 for unit in units], dtype=np.int64)[texts.codes]
