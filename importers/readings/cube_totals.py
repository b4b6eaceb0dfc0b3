"""Finds the rows that state a whole again in a list with a column a dimension: "Total" among regions, "All" among
kinds of spending.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from importers.evidence.choices import Choice, Decisions, choice_id
from importers.readings.table import Table
from importers.structure.grid import Bools, Ints
from importers.structure.texts import Texts, distinct
from importers.words import row_words, stage_words

_LEAST_ROWS: Final = 4
_AGREEING: Final = 0.8
_ROWS: Final = 200_000

_DIMENSIONS: Final = 2
"""In a table with totals over one column alone they stand beside what they sum, and are found so."""

_LONG: Final = 3_000
"""Lists of so many rows are not searched for runs that add up."""

_CELLS: Final = 2_000_000

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
    money = [c.index for c in table.of_role("amount")]
    amounts = table.amounts[:, money]
    if len(naming) < _DIMENSIONS:
        return _find_by_sums(table, naming, amounts), frozenset()
    wholes = {column: whole for column in naming if (whole := _wholes(table, column)) is not None}
    if len(wholes) < _DIMENSIONS and len(rows) < _LONG:
        return _find_by_sums(table, naming, amounts), frozenset()
    left: set[int] = set(_find_by_sums(table, naming, amounts))
    for column, whole in wholes.items():
        # What sums over another dimension too is compared with what does so alike.
        key = _key(table, [other for other in naming if other != column])
        if _adds_up(amounts, whole, key):
            left |= set(np.flatnonzero(whole).tolist())
        else:
            left |= _choose(table, column, whole, decisions)
    return frozenset(left), frozenset(wholes)


def _find_by_sums(table: Table, naming: Sequence[int], amounts: Ints) -> frozenset[int]:
    """The rows whose word in a column, or whose heading, states of most things that the other columns name what the
    rows of the other words come to together, wherever they stand. Those that stand next to what they sum are found so.
    """
    kept = table.kept()
    rows = table.block.data[kept]
    dimensions = [c for c in table.columns if c.index in naming or c.role == "year"]
    texts = [(c.role, table.block.texts(table.grid, c.index, with_numbers=True).at(kept)) for c in dimensions]
    if table.block.headings:
        # Rows that leave a column blank stand under others, as in an outline, and are no part of a list.
        texts = [(role, said) for role, said in texts if said.filled.all()]
    if any(role in _TIMES for role, _ in texts):
        # What is said once is said of the years and versions below it.
        texts = [(role, said.fill_down(bool)) for role, said in texts]
    if len(table.block.headings) > _PARTS:
        headings = np.array(table.block.headings)
        under = np.searchsorted(headings, rows).astype(np.int64)
        texts.append(("unit", Texts(under, tuple(map(str, range(len(headings) + 1))))))
    told: list[tuple[dict[int, _Meaning], Ints]] = []
    for role, each in texts:
        found, said = distinct(each.codes)
        # A column that says something else in every row names no part of a whole.
        if 1 < len(found) <= _FEW * len(said):
            words = [each.words[code] for code in found.tolist()]
            told.append((_of_times(table, words) if role in _TIMES else {}, said))
    left: set[int] = set()
    for place, (meant, said) in enumerate(told):
        others = [codes for n, (_, codes) in enumerate(told) if n != place]
        most = _CELLS // ((int(said.max()) + 1) * max(1, amounts.shape[1]))
        key = _joined(others, most) if others else np.zeros(len(said), dtype=np.int64)
        for whole, word, parts in _sums_of_words(said, key, amounts[kept]):
            changes = _find_changes(meant, word, parts)
            if changes:
                left |= set(kept[np.isin(said, changes)].tolist())
            elif _stand_apart(whole, said, key):
                left |= set(kept[whole].tolist())
    return frozenset(left)


_TIMES: Final = ("stage", "year")

_Meaning = tuple[tuple[int, ...], str, str]
"""The years, the stage and the version that a word names."""


def _of_times(table: Table, words: Sequence[str]) -> dict[int, _Meaning]:
    """What those words of a column mean that name a year, stage or version and are no totals, by place."""
    find_years = table.grid.terms.calendar.find_years
    meant = {
        place: (tuple(find_years(word)), stage_words.find_stage(word), stage_words.find_version(word))
        for place, word in enumerate(words)
        if not row_words.says_total(word)
    }
    return {place: meaning for place, meaning in meant.items() if any(meaning)}


def _find_changes(meant: Mapping[int, _Meaning], whole: int, parts: Sequence[int]) -> list[int]:
    """The parts that only lead to a whole from the amount of another year, stage or version, as an increase does from
    what was estimated to what is requested.
    """
    before = [part for part in parts if part in meant]
    leads = whole in meant and len(before) == 1 and meant[before[0]] != meant[whole]
    return [part for part in parts if part not in meant] if leads else []


def _sums_of_words(said: Ints, key: Ints, amounts: Ints) -> list[tuple[Bools, int, list[int]]]:
    """The rows of each word that sums the other words of its column, the word and those others, the outermost whole
    first.
    """
    words, things = int(said.max(initial=-1)) + 1, int(key.max(initial=-1)) + 1
    if words < _PARTS + 1 or things < _THINGS or words * things * amounts.shape[1] > _CELLS:
        return []
    sums = np.zeros((words, things, amounts.shape[1]), dtype=np.int64)
    there = np.zeros((words, things), dtype=np.int64)
    np.add.at(sums, (said, key), amounts)
    np.add.at(there, (said, key), 1)
    found: list[tuple[Bools, int, list[int]]] = []
    left = np.ones(words, dtype=bool)
    counts = (there > 0) & sums.any(axis=2)
    twice, whole, parts = 2 * sums, sums.sum(axis=0), (there > 0).sum(axis=0)
    while left.sum() > _PARTS:
        stated = parts > _PARTS
        both = counts & stated
        holds = (twice == whole).all(axis=2) & both
        enough = holds.sum(axis=1) >= np.maximum(_THINGS, _ALL_BUT_FEW * both.sum(axis=1))
        best = next((word for word in np.flatnonzero(left & enough).tolist() if _tells(sums[word][holds[word]])), -1)
        if best < 0:
            break
        whole, parts = whole - sums[best], parts - (there[best] > 0)
        # What has no parts is no whole of any.
        left[best] = False
        rows = (said == best) & (stated & (there[best] == 1))[key]
        found.append((rows, best, np.flatnonzero(left).tolist()))
    return found


def _tells(wholes: Ints) -> bool:
    """Whether wholes have so many digits that their parts hardly come to them by chance."""
    digits = sum(len(str(abs(int(a.max(initial=0)))).rstrip("0")) for a in np.abs(wholes))
    return digits >= _TELLING * _THINGS


def _stand_apart(whole: Bools, said: Ints, key: Ints) -> bool:
    """Whether the rows of a whole mostly stand elsewhere than right above or below all that they sum."""
    places = np.flatnonzero(whole)[:_PLACES].tolist()
    beside = 0
    for place in places:
        own = np.flatnonzero((key == key[place]) & (said != said[place]))
        run = len(own) and int(own[-1] - own[0]) + 1 == len(own)
        beside += bool(run and (own[-1] == place - 1 or own[0] == place + 1))
    return 2 * beside < len(places)


def _joined(codes: Sequence[Ints], most: float = math.inf) -> Ints:
    """One number for each combination of words that rows have in some columns, or where these are more than `most`, in
    so many of the columns that they are.
    """
    key = np.zeros(len(codes[0]), dtype=np.int64)
    for said in codes:
        if int(key.max(initial=0)) >= most:
            break
        key = pd.factorize(key * (int(said.max(initial=0)) + 1) + said)[0].astype(np.int64)
    return key


_ALL_BUT_FEW: Final = 0.95
_FEW: Final = 0.5
_PARTS: Final = 2
_THINGS: Final = 2
_TELLING: Final = 4
"""Digits of a whole that its parts hardly come to by chance."""

_PLACES: Final = 200
"""Of a list with more wholes the first tell where they stand."""


def _wholes(table: Table, column: int) -> Bools | None:
    """The rows whose word in a column is no more than "total"; None where none, or all, or one row alone is such."""
    codes = table.grid.codes[table.block.data, column]
    words = table.grid.words(table.block.data, [column])
    bare = [word for word in words if _is_bare(word)]
    parts = [word for word in words if word not in bare]
    if len(bare) != 1 or not parts or 2 * len(parts) > len(codes):
        return None
    whole = codes == table.grid.vocabulary.index(bare[0])
    return whole if whole.sum() > 1 and not (codes == 0).any() else None


def _is_bare(word: str) -> bool:
    folded = word.strip().casefold()
    return folded in _ALL or (row_words.says_total(word) and len(folded.split()) == 1)


def _key(table: Table, columns: Sequence[int]) -> Ints:
    rows = table.block.data
    codes = [distinct(table.grid.codes[rows, column])[1] for column in columns]
    return _joined(codes) if codes else np.zeros(len(rows), dtype=np.int64)


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
