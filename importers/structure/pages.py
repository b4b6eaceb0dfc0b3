"""A table as a page that may go on from another: what its headers say in their order, and which columns they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from importers.structure.block import Block
from importers.structure.grid import Bools, Grid, Kind

_ORDERED: Final = 2
"""So many headers have an order."""

Moves = dict[int, dict[int, int]]
"""For each row that moves, where the cell of a column goes."""


@dataclass(frozen=True)
class Head:
    """A header right above a column: its place in the header region, what it says, and the column that it is of."""

    place: int
    text: str
    column: int


@dataclass(frozen=True, eq=False)
class Page:
    """A table that may be a page of a larger one.

    Attributes:
        filled: where a cell of the sheet holds anything.
        given: the columns that its headers are said to be of, from left to right; none where they tell it themselves.
    """

    grid: Grid
    block: Block
    filled: Bools
    given: tuple[int, ...] = ()

    @cached_property
    def heads(self) -> list[list[int]]:
        """For each row of the header the columns in which it says something."""
        return [np.flatnonzero(self.filled[row]).tolist() for row in self.block.header_rows]

    @cached_property
    def said(self) -> list[list[str]]:
        """What each row of the header says, in order."""
        rows = zip(self.block.header_rows, self.heads, strict=True)
        return [[self.grid.text(row, column) for column in columns] for row, columns in rows]

    @cached_property
    def columns(self) -> dict[int, str]:
        """The columns that the body fills, and whether each holds figures, words, or neither but marks."""
        kinds = self.grid.kinds[self.block.body]
        figures = np.equal(kinds, Kind.NUMBER).sum(axis=0)
        words = np.isin(kinds, (Kind.TEXT, Kind.DATE)).sum(axis=0)
        found = np.flatnonzero(self.filled[self.block.body].any(axis=0)).tolist()
        return {c: "figures" if figures[c] > words[c] else "words" if words[c] else "" for c in found}

    @cached_property
    def named(self) -> list[Head]:
        """The columns that have a header, from left to right, each with the lowest one."""
        lowest = {c: place for place, columns in enumerate(self.heads) for c in columns}
        below = self.given or [self._below(lowest[c], c, lowest) for c in sorted(lowest)]
        return [
            Head(lowest[c], self.grid.text(self.block.header_rows[lowest[c]], c), of)
            for c, of in zip(sorted(lowest), below, strict=True)
        ]

    def _below(self, place: int, column: int, heads: Mapping[int, int]) -> int:
        """The column of which a header is: its own, or the only filled one that its merged cell spans."""
        merged = self.grid.find_merge(self.block.header_rows[place], column)
        if column in self.columns or merged is None:
            return column
        below = [c for c in range(column + 1, merged[3] + 1) if c in self.columns and c not in heads]
        return below[0] if len(below) == 1 else column

    @cached_property
    def groups(self) -> list[list[int]]:
        """For each text of each row of the header, how many of the columns with a header stand left of it."""
        lowest = sorted({c for columns in self.heads for c in columns})
        return [[sum(other < c for other in lowest) for c in columns] for columns in self.heads]

    @cached_property
    def unnamed(self) -> list[list[int]]:
        """The filled columns without a header: left of the first that has one, between each two, and right of all."""
        bounds = [-1, *(head.column for head in self.named), self.grid.width]
        return [[c for c in self.columns if a < c < b] for a, b in pairwise(bounds)]

    def kind(self, column: int) -> str:
        """What a column holds; nothing where it is empty."""
        return self.columns.get(column, "")

    def fit(self, other: Page) -> dict[int, int] | None:
        """Where each column of this page goes, so that its cells stand below the headers of another; None where that is
        not certain.
        """
        by_header = self._by_header(other)
        if by_header is None:
            return None
        columns = dict(by_header)
        bounds = pairwise([-1, *by_header.values(), self.grid.width])
        for here, there, (left, right) in zip(self.unnamed, other.unnamed, bounds, strict=True):
            paired = self._by_order(here, other, there, range(left + 1, right))
            if paired is None:
                return None
            columns |= paired
        return columns

    def _by_header(self, other: Page) -> dict[int, int] | None:
        """The columns that have a header, each with that of another page below the same one, in their order."""
        if self.said != other.said or self.groups != other.groups or len(self.named) < _ORDERED:
            return None
        pairs = list(zip(self.named, other.named, strict=True))
        if any((a.place, a.text) != (b.place, b.text) for a, b in pairs):
            return None
        kinds = [{self.kind(a.column), other.kind(b.column)} for a, b in pairs]
        if any({"figures", "words"} <= kind for kind in kinds) or not any("figures" in kind for kind in kinds):
            return None
        for page in (self, other):
            figures = [head.column for head in page.named if page.kind(head.column) == "figures"]
            empty = any(head.column not in page.columns for head in page.named)
            open_ones = [c for columns in page.unnamed for c in columns if page.kind(c) == "figures"]
            # Figures without a header may be those of a header over nothing, and right of others they are amounts too.
            if any(empty or not figures or c > figures[0] for c in open_ones):
                return None
        return {a.column: b.column for a, b in pairs}

    def _by_order(self, here: list[int], other: Page, there: list[int], between: range) -> dict[int, int] | None:
        """Columns without a header: in their order where both pages have as many that may hold the same; else each
        where it stands, where there is room.
        """
        if len(here) == len(there) and all(self._may_be(a, other, b) for a, b in zip(here, there, strict=True)):
            return dict(zip(here, there, strict=True))
        return {c: c for c in here} if all(c in between and self._may_be(c, other, c) for c in here) else None

    def _may_be(self, column: int, other: Page, there: int) -> bool:
        """Whether a column without a header may be one of another page: what moves holds figures where that does; what
        stands where that does may be the numbers of rows there, and names of sections here.
        """
        if column == there and column in other.columns:
            return True
        kinds = {self.kind(column), other.kind(there)}
        return len(kinds) == 1 or "figures" not in kinds

    def moves(self, other: Page, columns: dict[int, int]) -> Moves:
        """Where the cells of each row of the page go, when those of its body go to some columns of another; nowhere
        where all stay.
        """
        block = self.block
        moves: Moves = {}
        for row, here, there in zip(block.header_rows, self.heads, other.heads, strict=True):
            moves[row] = dict(zip(here, there, strict=True))
        again = {row: place % len(block.header_rows) for place, row in enumerate(sorted(block.repeated_headers))}
        for row in range(block.header_rows[0], int(block.body[-1]) + 1):
            filled = np.flatnonzero(self.filled[row]).tolist()
            if row in moves or not filled:
                continue
            if row in again and filled == self.heads[again[row]]:
                moves[row] = moves[block.header_rows[again[row]]]
            elif set(filled) <= columns.keys():
                moves[row] = columns
        return moves if any(a != b for move in moves.values() for a, b in move.items()) else {}
