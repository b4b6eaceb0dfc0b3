"""Reads hierarchies off codes: 1, 12 and 120; 1.2 and 1.2.3; 1000, 1200 and 1230; or one column of codes a level."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import numpy as np

from importers.readings.table import Table
from importers.relations.outline import Path

_CODE: Final = re.compile(r"^[A-Za-z]{0,3}[\d.\-/ ]*\d[A-Za-z]?\.?$")
_LEADING: Final = re.compile(r"^\s*(\d{3,}|\d+(?:[.\-]\d+)+)\.?[\s:–-]+[^\W\d]")
_PARTS: Final = re.compile(r"[.\-/ ]+")
_CODED: Final = 0.6
"""From this share of rows with a code on, a column says what its rows are by codes."""

_ONCE: Final = 0.98
"""Codes of an outline stand once each, but for a few."""

_LEVELS: Final = 5
_CODES: Final = ("programme_code", "unit_code", "account_code")

_ROWS: Final = 20_000
_SAMPLE: Final = 400


def find_paths(table: Table) -> dict[int, Path]:
    """The code of each row as steps of a hierarchy, by row of the grid; empty where no column or columns hold one.

    What stands between points or strokes is a step; else every letter is one, and zeros that fill codes of one length
    up are none. Where every level has a column of its own, the code is what stands in them.
    """
    first = min((c.index for c in table.of_role("amount", "total")), default=0)
    # Numbers that are no money may be codes, though no header says so.
    naming = [c for c in table.columns if c.index in table.block.labels or c.role in ("unused", *_CODES)]
    columns = [c.index for c in naming if c.index < first]
    rows = table.block.data
    if len(rows) > _ROWS:
        return {}
    texts = {column: table.grid.said(rows.tolist(), column) for column in columns[: 2 * _LEVELS]}
    staggered = _staggered(list(texts.values()))
    if staggered:
        return _by_row(rows.tolist(), staggered)
    said = {column: words for column, words in texts.items() if _are_codes(words[:_SAMPLE])}
    for column, words in said.items():
        paths = _paths_of(words) or _paths_of_each(words, _names_over(table, columns, column))
        if paths:
            return _by_row(rows.tolist(), paths)
    for column, words in texts.items():
        leading = {word: _leading_code(word) for word in set(words)}
        paths = _paths_of([leading[word] for word in words])
        if column not in said and paths:
            return _by_row(rows.tolist(), paths)
    levels = list(said.values())[:_LEVELS]
    if len(levels) > 1:
        paths = [_level_path(words) for words in zip(*levels, strict=True)]
        if _are_paths(paths):
            return _by_row(rows.tolist(), paths)
    return {}


def _staggered(columns: Sequence[Sequence[str]]) -> list[Path]:
    """The codes of rows that stand in one column at some levels and in the next at others, as steps; none where any row
    has two, or one column has them all.
    """
    coded = [(words, own) for words in columns if (own := {word for word in set(words) if _CODE.match(word)})]
    if len(coded) < _STAGGERED:
        return []
    codes = [[word if word in own else "" for word in words] for words, own in coded]
    each = [[code for code in row if code] for row in zip(*codes, strict=True)]
    if max(map(len, each)) > 1 or sum(map(len, each)) < _STAGGERED_ROWS * len(each):
        return []
    return _paths_of([row[0] if row else "" for row in each])


_STAGGERED: Final = 2
_STAGGERED_ROWS: Final = 0.95


def _leading_code(word: str) -> str:
    """The code that a name begins with, as in "0801010 Land development"; empty where it begins with none."""
    found = _LEADING.match(word)
    return found[1] if found else ""


def _are_codes(words: Iterable[str]) -> bool:
    distinct = {word for word in words if word}
    coded = {word for word in distinct if _CODE.match(word)}
    return bool(distinct) and len(coded | _letters_above(distinct)) >= 0.9 * len(distinct)


def _letters_above(words: Collection[str]) -> set[str]:
    """The words that are letters alone with which other words begin before a figure, as B stands above B1 and B1.2."""
    begun = {found[1] for word in words if (found := _LETTERED.match(word))}
    return {word for word in words if word in begun}


_LETTERED: Final = re.compile(r"([A-Za-z]{1,3})[.\-/ ]?\d")


def _by_row(rows: Sequence[int], paths: Sequence[Path]) -> dict[int, Path]:
    found: dict[Path, int] = {}
    for row, path in zip(rows, paths, strict=True):
        if path:
            found.setdefault(path, row)
    return {row: path for path, row in found.items()}


def _paths_of(words: Sequence[str]) -> list[Path]:
    """The codes of one column as steps; none where it holds no hierarchy."""
    paths = _steps(words)
    return paths if _are_paths(paths) else []


def _steps(words: Sequence[str]) -> list[Path]:
    """The codes of one column as steps, whether or not they are a hierarchy; none where too few rows have one."""
    filled = [word for word in words if word]
    if len(filled) < _CODED * len(words):
        return []
    parts_of = {word: _split(word) for word in set(filled)}
    if above := _letters_above(parts_of):
        begun = {word: found[1] for word in parts_of if (found := _LETTERED.match(word)) and found[1] in above}
        parts_of |= {word: (of, *_split(word.removeprefix(of))) for word, of in begun.items()}
    parted = [parts_of[word] for word in filled]
    if sum(len(parts) > 1 for parts in parted) > len(parted) / 2:
        filling = len({len(parts) for parts in parted}) == 1
        if _begins_by_letters(set(parts_of.values())):
            parts_of = {word: (*parts[0], *parts[1:]) for word, parts in parts_of.items()}
        of_word = {word: _without_filling(parts) if filling else parts for word, parts in parts_of.items()}
    else:
        one_length = len({len(word) for word in parts_of}) == 1
        of_word = {word: tuple((word.rstrip("0") if one_length else word) or word) for word in parts_of}
    return [of_word.get(word, ()) for word in words]


def _names_over(table: Table, columns: Sequence[int], coded: int) -> list[list[str]]:
    """What names whose each row is, beside its code: the heading that it stands under, by place, and each column left
    of the codes.
    """
    under = np.searchsorted(np.array(table.block.headings, dtype=np.int64), table.block.data)
    return [list(map(str, under.tolist()))] + [
        table.grid.said(table.block.data.tolist(), column) for column in columns if column < coded
    ]


def _paths_of_each(words: Sequence[str], names: Sequence[Sequence[str]]) -> list[Path]:
    """The codes of one column as steps, where the same codes stand again under each of a few names: these are other
    rows.
    """
    steps = _steps(words)
    for over in names if steps else ():
        if 1 < len(set(over)) <= len(over) // _CODES_OF_EACH and all(over):
            paths = [(name, *path) if path else () for name, path in zip(over, steps, strict=True)]
            if _are_paths(paths):
                return paths
    return []


_CODES_OF_EACH: Final = 4


def _split(word: str) -> Path:
    return tuple(part for part in _PARTS.split(word.strip(" .")) if part)


def _begins_by_letters(codes: Collection[Path]) -> bool:
    """Whether each letter of a code's first part is a step, as 0 and 01 stand above 011.3000: so it is where the first
    parts of longer codes are of one length, and shorter codes of one part stand above them.
    """
    firsts = {len(code[0]) for code in codes if len(code) > 1}
    return len(firsts) == 1 and any(len(code) == 1 and len(code[0]) < max(firsts) for code in codes)


def _without_filling(parts: Path) -> Path:
    """A code of parts without the zeros that fill it up: 01.02 of 01.02.00."""
    end = len(parts)
    while end > 1 and not parts[end - 1].strip("0"):
        end -= 1
    return parts[:end]


def _level_path(words: Sequence[str]) -> Path:
    """What the columns of levels say of one row, up to its own level; nothing where one between is blank."""
    path = list(words)
    while path and not path[-1]:
        path.pop()
    return tuple(path) if all(path) else ()


def _are_paths(paths: Sequence[Path]) -> bool:
    """Whether codes stand once each and some go on from others."""
    said = [path for path in paths if path]
    distinct = set(said)
    if len(distinct) < 4 or len(distinct) < _ONCE * len(said) or len(said) < _CODED * len(paths):
        return False
    lengths = np.unique([len(path) for path in distinct])
    return len(lengths) > 1 and any(path[:end] in distinct for path in distinct for end in range(1, len(path)))
