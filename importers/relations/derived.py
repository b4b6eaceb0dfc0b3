"""Tells which figures of a table are made of others in view: totals of rows and columns.

A row or column is derived where it stands for a whole: it is the first or the last of the table and called the total,
or about equal to all the rest; it is called a total and adds up; or it adds up and closes what it sums. What has a
name of its own and is only broken down by the rows below it, or by the columns right of it, is a figure like others:
most headings of a breakdown add up too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from importers.relations.cell_sums import find_sum_columns, find_sum_rows
from importers.relations.chance import Floats
from importers.relations.others import find_difference_columns
from importers.structure.block import Block
from importers.structure.grid import Grid, Kind
from importers.structure.region import without_references
from importers.words import row_words, vocabulary

MOST_ROWS: Final = 3_000
"""In longer tables the sums that the reading finds must do."""
_MOST_COLUMNS: Final = 60

_WHOLE: Final = re.compile(r"^all\b", re.IGNORECASE)
_TOTAL_ALONE: Final = re.compile(r"(^|[^\w])totals?$", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"^\(.*\)$")

_NEARLY: Final = 0.03
"""A row that states the whole of a table differs from the sum of the rest by no more: by rounding, and by what is not
shown.
"""
_REST: Final = 5
"""So many figures must a rest have that a row equals nearly."""
_COLUMNS_NEARLY: Final = 0.4
"""In so many of the columns; the others may hold percentages."""


@dataclass(frozen=True)
class Derived:
    """Rows and columns of the grid whose figures others in view make."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]


def find_derived(grid: Grid, block: Block, sections: Sequence[int]) -> Derived:
    """The totals of a table.

    Args:
        grid: the sheet.
        block: the table.
        sections: rows of the body that are titles of the rows below them.
    """
    data, values = block.data, np.array(block.values, dtype=np.int64)
    here = np.ix_(data, values)
    numbers = np.where(grid.kinds[here] == Kind.NUMBER, grid.numbers[here], np.nan)
    rows = _find_rows(numbers, [_label(grid, block, row) for row in data.tolist()], _firsts(block, sections))
    columns = _find_columns(numbers, [block.header_texts(grid, c) for c in block.values])
    return Derived(tuple(data[rows].tolist()), tuple(values[columns].tolist()))


def _label(grid: Grid, block: Block, row: int) -> str:
    said = next((grid.text(row, c) for c in block.labels if grid.kinds[row, c] != Kind.EMPTY), "")
    return without_references(said)


def _firsts(block: Block, sections: Sequence[int]) -> set[int]:
    """The rows right below titles of sections, as places in the data."""
    after = np.searchsorted(block.data, np.array(sections, dtype=np.int64), side="right")
    return set(after.tolist())


def says_whole(label: str) -> bool:
    """Whether a label says that its row or column stands for a whole.

    >>> says_whole("All industries"), says_whole("Corporations, total"), says_whole("Allowances")
    (True, True, False)
    """
    return row_words.says_total(label) or bool(_WHOLE.search(label))


def _find_rows(numbers: Floats, labels: Sequence[str], firsts: set[int]) -> list[int]:
    """Rows that stand for a whole, as places in the data."""
    ends = (0, len(labels) - 1)
    hundreds = np.isclose(_middle(numbers), 100)
    asked = [row for row, label in enumerate(labels) if row in ends or not label or says_whole(label) or hundreds[row]]
    relations = find_sum_rows(numbers, ask=asked)
    likely = {relation.whole for relation in relations}
    sums = {relation.whole: relation for relation in relations if relation.believed}
    parts = {part for relation in sums.values() for part in relation.parts}
    found: list[int] = []
    for row in asked:
        label = labels[row]
        adds_up, says = row in sums, says_whole(label)
        whole = (
            (says and (row in likely or _adds_up(numbers, row, found)))
            or (adds_up and (not label or hundreds[row] or (row in ends and row not in parts)))
            or (row == 0 and says)
            or (row in firsts and bool(_TOTAL_ALONE.fullmatch(label)))
            or (row in ends and _states_the_rest(numbers, row, likely))
        )
        if whole:
            found.append(row)
    return found


def _middle(numbers: Floats) -> Floats:
    """The median of each row; 0 where it has no number."""
    return np.array([float(np.nanmedian(row)) if np.isfinite(row).any() else 0.0 for row in numbers])


def _adds_up(numbers: Floats, row: int, totals: Sequence[int]) -> bool:
    """Whether a row called a total is the sum of rows right above it, or right below, other totals left out.

    Its name makes up for what few figures cannot prove, even where it repeats one row.
    """
    own = numbers[row]
    known = np.isfinite(own)
    if not np.nan_to_num(own).any():
        return False
    for others in (range(row - 1, -1, -1), range(row + 1, len(numbers))):
        parts = [other for other in others if other not in totals]
        added = np.cumsum(np.nan_to_num(numbers[parts][:, known]), axis=0)
        if len(parts) and bool(np.isclose(added, own[known], rtol=1e-9, atol=1e-6).all(axis=1).any()):
            return True
    return False


def _states_the_rest(numbers: Floats, row: int, sums: Collection[int]) -> bool:
    """Whether a row is about the sum of all others, but for what others add up to, in many of its columns, and in two
    at least: the last of some lines is so in one by chance.
    """
    rest = np.delete(numbers, [row, *(other for other in sums if other != row)], axis=0)
    added, own = np.nansum(rest, axis=0), numbers[row]
    telling = (np.isfinite(rest).sum(axis=0) >= _REST) & np.isfinite(own) & (np.nan_to_num(own) != 0) & (added != 0)
    if not telling.any():
        return False
    near = np.abs(own[telling] / added[telling] - 1) < _NEARLY
    return bool(near.sum() >= max(2, _COLUMNS_NEARLY * telling.sum()))


def _find_columns(numbers: Floats, headers: Sequence[Sequence[str]]) -> list[int]:
    """Columns that stand for a whole, as places among the columns of values."""
    leaves = [
        next((without_references(text) for text in reversed(texts) if not _BRACKETED.match(text)), "")
        for texts in headers
    ]
    found: set[int] = set()
    named = [column for column, leaf in enumerate(leaves) if says_whole(leaf)]
    for relation in find_sum_columns(numbers, ask=named):
        if max(relation.parts) < relation.whole:
            found.add(relation.whole)
    for column in named:
        if _adds_up(numbers.T[: column + 1], column, sorted(found)):
            found.add(column)
    if len(headers) > 2 and _TOTAL_ALONE.search(leaves[0]):
        found.add(0)
    if len(headers) <= _MOST_COLUMNS:
        worded = [column for column, leaf in enumerate(leaves) if vocabulary.says_change(leaf)]
        for relation in find_difference_columns(numbers, ask=worded):
            if relation.believed and max(relation.parts) < relation.whole:
                found.add(relation.whole)
    return sorted(found)
