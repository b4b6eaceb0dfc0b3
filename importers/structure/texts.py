"""Columns of text as places in a list of distinct words: half a million lines say only a few thousand things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, groupby, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from importers.structure.grid import Bools, Grid, Ints, Kind, plain_number

_STRINGS: Final = pd.StringDtype(na_value=np.nan)
"""The type that pandas calls "str", which is found by its name anew each time that it is named."""

_MOST_KEYS: Final = 2**62

_SPARSE: Final = 8
"""Numbers that are so many times as high as they are many are sorted, and not counted."""


@dataclass(frozen=True)
class Texts:
    """One text for each of some rows.

    Attributes:
        codes: for each row the place of its text in `words`.
        words: the texts; a text may stand twice.
    """

    codes: Ints
    words: tuple[str, ...]

    @classmethod
    def same(cls, text: str, count: int) -> Texts:
        """The same text for each of so many rows."""
        return cls(np.zeros(count, dtype=np.int64), (text,))

    @property
    def filled(self) -> Bools:
        """Where a row says something."""
        return np.array([bool(word) for word in self.words], dtype=bool)[self.codes]

    @property
    def used(self) -> list[int]:
        """The places of those words that some row says, the first ones first."""
        places: list[int] = np.flatnonzero(np.bincount(self.codes)).tolist()
        return places

    def are(self, text: str) -> Bools:
        """Where a row says this text."""
        return np.array([word == text for word in self.words], dtype=bool)[self.codes]

    def where(self, keep: Callable[[str], bool]) -> Texts:
        """The texts that are worth keeping, and nothing for the others."""
        return self.map(lambda word: word if keep(word) else "")

    def map(self, change: Callable[[str], str]) -> Texts:
        """The texts with a change made to each; every distinct one is changed once."""
        return Texts(self.codes, tuple(change(word) for word in self.words))

    def at(self, rows: Ints) -> Texts:
        """The texts of some rows, by place."""
        return Texts(self.codes[rows], self.words)

    def fill_down(self, keep: Callable[[str], bool], stops: Bools | None = None) -> Texts:
        """The texts with each that is worth keeping repeated in the empty rows below it.

        Args:
            keep: whether a text is repeated.
            stops: rows from which on what stands above is not repeated any more.
        """
        filled = self.filled
        marks = filled if stops is None else filled | stops
        last = np.maximum.accumulate(np.where(marks, np.arange(len(self.codes)), 0))
        codes = self.codes[last]
        kept = np.array([keep(word) for word in self.words], dtype=bool)
        return Texts(np.where(filled | kept[codes], codes, self.codes), self.words)

    def to_array(self) -> pd.api.extensions.ExtensionArray:
        """The texts as an array of pandas' "str"."""
        return pd.array(list(self.words), dtype=_STRINGS).take(self.codes)

    def said(self, row: int) -> str:
        """The text of one row, by place."""
        return self.words[int(self.codes[row])]

    def all_said(self, rows: Sequence[int] | Ints) -> list[str]:
        """The texts of some rows, by place."""
        return [self.words[code] for code in self.codes[np.asarray(rows, dtype=np.intp)].tolist()]


def column_texts(grid: Grid, rows: Ints, column: int, *, with_numbers: bool) -> Texts:
    """What a column of a sheet says in some rows; numbers count as text only where they name something."""
    kinds = grid.kinds[rows, column]
    places, codes = distinct(grid.codes[rows, column])
    words = [" ".join(grid.vocabulary[place].split()) for place in places.tolist()]
    number = kinds == Kind.NUMBER
    if number.any():
        empty = len(words)
        words.append("")
        codes[number] = empty
        if with_numbers:
            values, where = np.unique(grid.numbers[rows, column][number], return_inverse=True)
            codes[number] = where + len(words)
            words += [plain_number(value) for value in values.tolist()]
    return Texts(codes, tuple(words))


def distinct(codes: npt.NDArray[np.integer]) -> tuple[Ints, Ints]:
    """The distinct ones of some numbers from zero on, the smallest first, and for each number its place in them."""
    highest = int(codes.max(initial=-1)) + 1
    if highest > _SPARSE * len(codes):
        found, places = np.unique(codes, return_inverse=True)
        return found.astype(np.int64), places.astype(np.int64)
    there = np.zeros(highest, dtype=bool)
    there[codes] = True
    return np.flatnonzero(there), (np.cumsum(there, dtype=np.int64) - 1)[codes]


def first_said(parts: Sequence[Texts], count: int) -> Texts:
    """For each of so many rows the first of several texts that says something."""
    codes, words = np.zeros(count, dtype=np.int64), [""]
    for part in reversed([part for part in parts if any(part.words)]):
        codes = np.where(part.filled, part.codes + len(words), codes)
        words += part.words
    return Texts(codes, tuple(words))


def one_after_another(parts: Sequence[Texts]) -> Texts:
    """The texts of some rows and of others after them."""
    begins = accumulate((len(part.words) for part in parts), initial=0)
    codes = [part.codes + begin for part, begin in zip(parts, begins, strict=False)]
    return Texts(np.concatenate(codes), tuple(chain.from_iterable(part.words for part in parts)))


def combine(parts: Sequence[Texts], join: Callable[..., str]) -> Texts:
    """One text of several; each distinct combination is joined once."""
    key, first = combinations(parts)
    said = [[part.words[code] for code in part.codes[first].tolist()] for part in parts]
    return Texts(key, tuple(map(join, *said)))


def join_paths(parts: Sequence[Texts], separator: str) -> Texts:
    """One text of several, the outermost first, without those that say nothing or the same as the one before them."""
    key, first = combinations(parts)
    said = [np.array(part.words, dtype=object)[part.codes[first]] for part in parts]
    steps = list(zip(*said, strict=True))
    paths = list(map(separator.join, steps))
    shorter = np.any([each == "" for each in said] + [one == other for one, other in pairwise(said)], axis=0)
    for place in np.flatnonzero(shorter).tolist():
        paths[place] = separator.join(word for word, _ in groupby(filter(None, steps[place])))
    return Texts(key, tuple(paths))


def combinations(parts: Sequence[Texts]) -> tuple[Ints, Ints]:
    """A number for each combination of texts that rows say, in the order in which they are met, and the first row of
    each.
    """
    key, possible = np.zeros(len(parts[0].codes), dtype=np.int64), 1
    for part in parts:
        if possible * len(part.words) > _MOST_KEYS:
            key = pd.factorize(key)[0]
            possible = len(key)
        if len(part.words) > 1:
            key = key * len(part.words) + part.codes
            possible *= len(part.words)
    if possible == 1:
        return key, np.arange(min(1, len(key)))
    key = pd.factorize(key)[0].astype(np.int64)
    # A key is numbered where it first stands, so that each new highest one marks its first row.
    return key, np.flatnonzero(np.diff(np.maximum.accumulate(key), prepend=-1) > 0)
