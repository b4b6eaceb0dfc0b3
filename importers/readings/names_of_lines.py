"""Tells lines from rows that are no money where only a word in their names says so: "Ratio Studios" is a supplier."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from importers.readings.table import Table
from importers.words import row_words, stage_words

_NEIGHBOURS: Final = 5
_AROUND: Final = 3.0
"""An amount is like those of others where it is at most so many times beyond the least and the greatest of most."""

_SHARE_OF_ROWS: Final = 0.2
_FAR: Final = 100.0


def find_lines_named_otherwise(table: Table, places: Collection[int]) -> set[int]:
    """Those of some rows left out by a word in their names that are lines all the same.

    A word such as "Change" that stands in a good part of all rows, beside another that is no year and no stage, says of
    each what it is for. In a table without totals a name that goes on after the word, as "Headcount system" does, is a
    line where its amounts look like its neighbours': nothing is summed without it.
    """
    money = [column.index for column in table.of_role("amount")]
    if not places or not money:
        return set()
    return _repeated(table, places) | _like_neighbours(table, places, money)


def _repeated(table: Table, places: Collection[int]) -> set[int]:
    codes, words = table.labels.codes, table.labels.words
    said, counts = np.unique(codes, return_counts=True)
    others = [words[code] for code in said.tolist()]
    if len(said) != 2 or any(says_year(word) or stage_words.find_stage(word) for word in others):
        return set()
    if any(stage_words.find_version(word) or row_words.says_total(word) for word in others):
        return set()
    if counts.min() < _SHARE_OF_ROWS * len(codes) or len(codes) < 2 * _NEIGHBOURS:
        return set()
    return set(places)


def _like_neighbours(table: Table, places: Collection[int], money: list[int]) -> set[int]:
    words = table.labels.words
    if any(row_words.says_total(word) for word in words) or table.block.headings:
        return set()
    others = np.setdiff1d(np.arange(len(table.block.data)), sorted(places))
    if len(others) < _NEIGHBOURS or len(places) * _NEIGHBOURS > len(others):
        return set()
    amounts = np.abs(table.amounts[:, money].astype(np.float64))
    numbers = table.grid.numbers[np.ix_(table.block.data, np.array(money))]
    whole = bool((np.nan_to_num(numbers[others]) % 1 == 0).all())
    least, most = np.quantile(amounts[others], 0.1, axis=0), np.quantile(amounts[others], 0.9, axis=0)
    found = set()
    for place in places:
        own = amounts[place]
        means = bool((np.abs(own - amounts[others].mean(axis=0)) <= own / _FAR).any())
        alike = not means and bool(((own * _AROUND >= least) & (own <= most * _AROUND)).all()) and bool(own.all())
        written = not whole or bool((np.nan_to_num(numbers[place]) % 1 == 0).all())
        if alike and written and _goes_on(table.labels.said(place)):
            found.add(place)
    return found


def _goes_on(label: str) -> bool:
    """Whether a name says something else after the word for which it would be left out.

    >>> _goes_on("Headcount system"), _goes_on("Pupil numbers"), _goes_on("Average of all")
    (True, False, False)
    """
    words = label.split()
    if len(words) < 2 or any(mark in label for mark in "%():") or _RELATED & {word.casefold() for word in words}:
        return False
    return len(words[-1]) > _SHORTEST and not _says_share(words[-1]) and _says_share(" ".join([*words[:-1], _ANYTHING]))


_SHORTEST: Final = 4
_ANYTHING: Final = "xyz"
_RELATED: Final = frozenset({"of", "in", "per", "on", "to", "for", "and", "vs", "by", "from"})
"""Words after which comes what is measured: "number of pupils", "change in fees"."""


def _says_share(text: str) -> bool:
    """Whether a text would be left out as no money."""
    return row_words.says_share_row(text) or row_words.says_derived_row(text)
