"""Finds the rows of a whole year, half or quarter beside the rows of its months in one column: the same money again."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.values.fiscal_year import says_year
from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.readings.table import Table
from importers.structure.grid import Bools, Ints
from importers.words import period_words, vocabulary

_LONGEST: Final = 24
_LEAST_PARTS: Final = 3
_MOST_PARTS: Final = 60
_ROWS: Final = 200_000
_AGREEING: Final = 0.95
_TELLING: Final = 6
"""Digits, over all that is stated, that a run of periods hardly comes to by chance."""

_QUARTER: Final = re.compile(r"\b(q[1-4]|[1-4]q|qtr\W?[1-4]|quarter\W?[1-4]|t[1-4])\b", re.IGNORECASE)
_LONGER: Final = re.compile(
    r"\b(h[12]|[12]h|hy[12]|half\W?(year)?\W?[12]|ytd|year to date|(full|whole) ?year|annual|total|fy)\b", re.IGNORECASE
)


def find_wholes_in_time(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of longer times that do not count, as places in the rows of data: they are told where the rows of a run
    of the shortest times add up to them, of nearly everything that both are stated of; else which of the two count is a
    choice that nobody can guess.
    """
    left: set[int] = set()
    money = [c.index for c in table.of_role("amount")]
    if not money or len(table.block.data) > _ROWS:
        return frozenset()
    for column in table.columns:
        if column.index in table.block.labels or column.role == "year":
            left |= _wholes(table, column, money, decisions)
    return frozenset(left)


def _wholes(table: Table, column: Column, money: list[int], decisions: Decisions) -> set[int]:
    texts = table.block.texts(table.grid, column.index, with_numbers=True)
    levels = [_level(word.strip()) for word in texts.words]
    said = [code for code in pd.unique(texts.codes).tolist() if levels[code] is not None]
    shortest = min((level for code in said if (level := levels[code]) is not None), default=2)
    parts = [code for code in said if levels[code] == shortest]
    wholes = [code for code in said if (levels[code] or 0) > shortest]
    if shortest == _YEAR or not wholes or not _LEAST_PARTS <= len(parts) <= _MOST_PARTS:
        return set()
    key = things_beside(table, column)
    kept = np.ones(len(key), dtype=bool)
    kept[list(table.shares)] = False
    amounts = sums_by_thing(table.amounts[:, money], key, texts.codes, [*parts, *wholes], kept)
    running = np.concatenate([np.zeros_like(amounts[:1]), np.cumsum(amounts[: len(parts)], axis=0)])
    left: set[int] = set()
    open_wholes: list[int] = []
    for place, code in enumerate(wholes, len(parts)):
        rows = np.flatnonzero((texts.codes == code) & kept).tolist()
        if _is_sum_of_run(amounts[place], running):
            left |= set(rows)
        elif rows and levels[code] == _YEAR:
            open_wholes.append(code)
    return left | _choose(table, column, texts.words, texts.codes, parts, open_wholes, decisions)


_MONTH, _OF_QUARTER, _YEAR = 0, 1, 2


@lru_cache(maxsize=20_000)
def _level(word: str) -> int | None:
    """How long the time is that a word names: a month, a quarter or longer; None where it names none."""
    if not word or len(word) > _LONGEST:
        return None
    if _QUARTER.search(word):
        return _OF_QUARTER
    if _LONGER.search(word):
        return _YEAR
    if period_words.find_period(word):
        return _MONTH
    return _YEAR if says_year(word) and not vocabulary.without_year_and_unit(word) else None


def things_beside(table: Table, column: Column, most: float = math.inf) -> Ints:
    """For each row what it is about, by everything that names it beside a column of times and what that determines, or
    where these are more things than `most`, by so many of the columns that they are.
    """
    rows = table.block.data
    own = table.grid.codes[rows, column.index]
    alone = len(pd.unique(own))
    key = np.zeros(len(rows), dtype=np.int64)
    naming = [c for c in table.columns if c.index in table.block.labels or c.role.endswith("_code") or c.role == "year"]
    for other in naming:
        if int(key.max(initial=0)) >= most:
            break
        said = table.block.texts(table.grid, other.index, with_numbers=True).codes
        count = int(said.max(initial=0)) + 1
        if other.index == column.index or len(pd.unique(own.astype(np.int64) * count + said)) == alone:
            continue
        key = pd.factorize(key * count + said)[0].astype(np.int64)
    return key


def sums_by_thing(amounts: Ints, key: Ints, codes: Ints, wanted: list[int], kept: Bools) -> Ints:
    """What the rows of each wanted word come to, of each thing and in each column."""
    sums = np.zeros((len(wanted), int(key.max(initial=0)) + 1, amounts.shape[1]), dtype=np.int64)
    for place, code in enumerate(wanted):
        rows = (codes == code) & kept
        np.add.at(sums[place], key[rows], amounts[rows])
    return sums


def _is_sum_of_run(whole: Ints, running: Ints) -> bool:
    """Whether some run of the shortest times adds up to a longer one, of nearly everything that it is stated of."""
    stated = whole.any(axis=1)
    telling = sum(len(str(abs(int(each))).rstrip("0")) for each in whole[stated].ravel().tolist())
    if not stated.any() or telling < _TELLING:
        return False
    for first in range(len(running) - 2):
        near = (running[first + 2 :, stated] - running[first, stated] == whole[stated]).all(axis=2).mean(axis=1)
        if bool((near >= _AGREEING).any()):
            return True
    return False


def _choose(
    table: Table,
    column: Column,
    words: tuple[str, ...],
    codes: Ints,
    parts: list[int],
    wholes: list[int],
    decisions: Decisions,
) -> set[int]:
    if not wholes:
        return set()
    named = ", ".join(repr(words[code]) for code in wholes[:3])
    first = words[parts[0]]
    choice = table.choice(
        "rows",
        (column.header, "times", named),
        f"Column {column.letter} of {table.grid.name!r} says {named} beside {first!r} and other parts of a year, which "
        "do not add up to it. Which count?",
        (("parts", f"The rows of {first!r} and the like"), ("whole", f"The rows of {named}"), ("both", "Both")),
        "",
    )
    taken = decisions.take(choice)
    found = {"parts": wholes, "whole": parts}.get(taken, [])
    return set(np.flatnonzero(np.isin(codes, found)).tolist())
