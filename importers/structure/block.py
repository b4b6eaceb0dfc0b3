"""One table's place in a sheet: its titles, headers, body, columns of values and of labels, and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from importers.files.addresses import address
from importers.structure.grid import Address, Grid, Ints
from importers.structure.texts import Texts, column_texts
from importers.words import row_words

MACHINE_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9%]+)+$")
"""A name made for machines, such as net_amount."""

_UNDERSCORE = re.compile(r"(?<!\d)_|_(?!\d)")
"""In a name made for machines; one between figures parts the years of value12_13."""

_CAMEL_CASE = re.compile(r"[A-Za-z]?[a-z]{2,}\d*([A-Z][a-z]+\d*)+")
_NEXT_WORD = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
"""Where a word begins in a name such as BudgetPhase."""

_WORDED = re.compile(r"[^\W\d_]{3}")
"""Words, and no letter of a column or sum of column numbers."""

_NO_YEAR = 1_000


@dataclass(frozen=True)
class Block:
    """One table's place in its grid; rows and columns are counted from zero.

    Attributes:
        titles: cells of text above the headers.
        headers: header rows, from the outermost to the one next to the body.
        machine_header: a row of names made for machines, or of column numbers, set aside; None without one.
        body: the rows of the body, blank ones left out: rows of data and headings between them.
        data: the rows of the body that hold numbers or marks in columns of numbers.
        values: columns that hold mostly numbers, amounts among them.
        labels: columns that hold text.
        notes: cells of text that explain the table: footnotes, sources.
        repeated_headers: rows that repeat the header further down, as over a page.
        shift: by how many columns the headers stand right of the amounts that they are of.
        carried: titles of the tables before it on the sheet, nearest first, which hold for it where its own say
            nothing.
    """

    titles: tuple[Address, ...]
    headers: tuple[int, ...]
    machine_header: int | None
    body: Ints
    data: Ints
    values: tuple[int, ...]
    labels: tuple[int, ...]
    notes: tuple[Address, ...] = ()
    repeated_headers: tuple[int, ...] = ()
    carried: tuple[Address, ...] = ()
    shift: int = 0
    _texts: dict[tuple[int, bool], Texts] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def columns(self) -> list[int]:
        """Every column, from left to right."""
        return sorted(self.values + self.labels)

    @property
    def headings(self) -> list[int]:
        """The rows of the body that hold no figures."""
        if len(self.body) == len(self.data):
            return []
        return np.delete(self.body, np.searchsorted(self.body, self.data)).tolist()

    @property
    def header_rows(self) -> list[int]:
        """Every row of the header, the one for machines included."""
        return sorted([*self.headers, *([] if self.machine_header is None else [self.machine_header])])

    def area(self, grid: Grid) -> str:
        """The range of the file from the first header to the last row of the body."""
        first, last = min([*self.header_rows, int(self.body[0])]), int(self.body[-1])
        rows = [first, *(row for row in grid.moved if first < row <= last)]
        left = min(grid.stands(row, self.columns[0]) for row in rows)
        right = max(grid.stands(row, self.columns[-1]) for row in rows)
        return f"{address(first, left)}:{address(last, right)}"

    def texts(self, grid: Grid, column: int, *, with_numbers: bool) -> Texts:
        """What a column says in each row of data, as `column_texts` tells it, worked out once for all who ask."""
        asked = column, with_numbers
        if asked not in self._texts:
            self._texts[asked] = column_texts(grid, self.data, column, with_numbers=with_numbers)
        return self._texts[asked]

    def header_texts(self, grid: Grid, column: int) -> list[str]:
        """What each header row says above a column; a group's header covers the blank cells to its right."""
        said: list[str] = []
        is_value = column in self.values
        column += self.shift if is_value else 0
        own = self._words_among_numbers(grid, column) if is_value else ""
        numbered = self.machine_header if own else None
        for row in self.headers if numbered is None else self.header_rows:
            text = grid.text(row, column)
            if MACHINE_NAME.match(text):
                text = _UNDERSCORE.sub(" ", text)
            elif _CAMEL_CASE.fullmatch(text):
                text = _NEXT_WORD.sub(" ", text)
            # What others are called below their numbers is not said of one that has words in the number's place.
            if not text and is_value and (numbered is None or row < numbered):
                text = self._group_above(grid, row, column, is_last=row == self.headers[-1])
            if text and (not said or said[-1] != text) and not row_words.says_page(text):
                said.append(text)
        return said

    def _words_among_numbers(self, grid: Grid, column: int) -> str:
        """What a column is called in a row of column numbers, where it has words and no number: "Total" after months
        that are counted from 1 to 12.
        """
        text = "" if self.machine_header is None else grid.text(self.machine_header, column)
        return text if _WORDED.search(text) and not MACHINE_NAME.match(text) else ""

    def _group_above(self, grid: Grid, row: int, column: int, *, is_last: bool) -> str:
        merged = next(
            (area for area in grid.merges if area[0] <= row <= area[2] and area[1] <= column <= area[3]), None
        )
        if merged is not None:
            return grid.text(merged[0], merged[1])
        if is_last:
            # A column of references left of the figures carries their header where they have none.
            beside = column - 1
            return "" if beside in self.columns or beside < 0 else grid.text(row, beside)
        below = [other for other in self.headers if other > row]
        above = [other for other in self.headers if other < row]
        counted = all(grid.numbers[other, self.values[0]] < _NO_YEAR for other in below)
        for left in range(column - 1, -1, -1):
            begun = [other for other in above if grid.text(other, left + 1)]
            if left in self.labels or (counted and begun) or any(self._is_of_groups(grid, other) for other in begun):
                # A group does not go on where another begins above it.
                return ""
            if grid.text(row, left):
                if not any(grid.filled[other, left] for other in below):
                    # A group has headers of its own below it, from its first column on.
                    return ""
                ends = grid.find_merge(row, left)
                return "" if ends is not None and ends[3] < column else grid.text(row, left)
        return ""

    def _is_of_groups(self, grid: Grid, row: int) -> bool:
        """Whether a header row names a few groups of columns, and not each column."""
        return 2 * sum(bool(grid.text(row, column)) for column in self.values) <= len(self.values)
