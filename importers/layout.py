"""Finds the tables of a sheet: where the titles end, the headers stand and the body begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from budget_align.core.fiscal_year import EARLIEST, LATEST, find_years
from importers import vocabulary
from importers.grid import Address, Grid, Kind, address

_MACHINE_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9%]+)+$")

_HEADER_CELLS = 6
"""Above its first number a column may hold this much text: four rows of headers, a title and a note."""


@dataclass(frozen=True)
class Block:
    """One table's place in its grid; rows and columns are counted from nought.

    Attributes:
        titles: cells of text above the headers.
        headers: header rows, from the outermost to the one next to the body.
        machine_header: a row of names made for machines, set aside from the other headers; None without one.
        body: the rows of the body, blank ones left out.
        values: columns that hold mostly numbers, amounts among them.
        labels: columns that hold text.
    """

    titles: tuple[Address, ...]
    headers: tuple[int, ...]
    machine_header: int | None
    body: tuple[int, ...]
    values: tuple[int, ...]
    labels: tuple[int, ...]

    def area(self, grid: Grid) -> str:
        """The range from the first header to the last row of the body."""
        first = min([*self.headers, *self.body])
        columns = sorted(self.values + self.labels)
        return f"{address(first, columns[0])}:{address(self.body[-1], columns[-1])}"

    def header_texts(self, grid: Grid, column: int) -> list[str]:
        """What each header row says above a column; a group's header covers the blank cells to its right."""
        said: list[str] = []
        for position, row in enumerate(self.headers):
            text = grid.texts[row][column]
            text = text.replace("_", " ") if _MACHINE_NAME.match(text) else text
            if not text and column in self.values and position < len(self.headers) - 1:
                text = self._group_above(grid, row, column)
            if text and (not said or said[-1] != text):
                said.append(text)
        return said

    def _group_above(self, grid: Grid, row: int, column: int) -> str:
        for left in range(column - 1, -1, -1):
            if left not in self.values:
                return ""
            if grid.texts[row][left]:
                return grid.texts[row][left]
        return ""


def find_blocks(grid: Grid) -> list[Block]:
    """The tables of a sheet, from top to bottom; none where no column of numbers stands under a header."""
    filled = np.flatnonzero((grid.kinds != Kind.EMPTY).any(axis=1)).tolist()
    values = _value_columns(grid)
    if not values or not filled:
        return []
    rows = _look_at_rows(grid, values)
    bands = _header_bands(grid, filled, values, rows)
    blocks: list[Block] = []
    for number, band in enumerate(bands):
        end = bands[number + 1][0] if number + 1 < len(bands) else grid.height
        start = bands[number - 1][-1] + 1 if number else 0
        block = _make_block(grid, filled, values, rows, band, start, end)
        if block is None:
            continue
        if blocks and _same_headers(grid, blocks[-1], block):
            blocks[-1] = _continue(blocks[-1], block)
        else:
            blocks.append(block)
    return blocks


def _value_columns(grid: Grid) -> list[int]:
    """Columns where numbers outweigh text from the first number down, with no more text above it than headers are."""
    numbers = grid.kinds == Kind.NUMBER
    others = (grid.kinds == Kind.TEXT) | (grid.kinds == Kind.DATE)
    found = []
    for column in range(grid.width):
        rows = np.flatnonzero(numbers[:, column])
        if not len(rows):
            continue
        above, below = others[: rows[0], column].sum(), others[rows[0] :, column].sum()
        if len(rows) > below and above <= max(_HEADER_CELLS, len(rows)):
            found.append(column)
    return found


@dataclass(frozen=True)
class _Rows:
    """What each row holds over the columns of numbers; arrays over the rows of the grid.

    Attributes:
        has_number: numbers, not all of them years as in a header.
        is_header: text or years, and no number itself.
    """

    has_number: npt.NDArray[np.bool_]
    is_header: npt.NDArray[np.bool_]


def _look_at_rows(grid: Grid, values: list[int]) -> _Rows:
    kinds, numbers = grid.kinds[:, values], grid.numbers[:, values]
    is_number = kinds == Kind.NUMBER
    any_number = is_number.any(axis=1)
    whole = np.where(is_number, numbers, EARLIEST)
    all_years = any_number & ((whole == np.floor(whole)) & (whole >= EARLIEST) & (whole <= LATEST)).all(axis=1)
    is_years = np.zeros(grid.height, dtype=bool)
    for row in np.flatnonzero(all_years):
        is_years[row] = _are_header_years(grid, int(row), values, numbers[row][is_number[row]])
    said = ((kinds == Kind.TEXT) | (kinds == Kind.DATE)).sum(axis=1)
    return _Rows(any_number & ~is_years, is_years | (~any_number & (said >= min(2, len(values)))))


def _are_header_years(grid: Grid, row: int, values: list[int], years: npt.NDArray[np.float64]) -> bool:
    """Whether a row of years is a header: several that differ, or one alone with no label."""
    label = next((grid.texts[row][c] for c in range(values[0]) if grid.texts[row][c]), "")
    return len(set(years.tolist())) > 1 or (len(years) == 1 and not label and len(values) == 1)


def _header_bands(grid: Grid, filled: list[int], values: list[int], rows: _Rows) -> list[list[int]]:
    """Runs of header rows, each followed by rows of numbers; rows without numbers between two headers belong."""
    bands: list[list[int]] = []
    band: list[int] = []
    for row in filled:
        if rows.is_header[row] and (not bands or band or _speaks_of_amounts(grid, row, bands[0], values)):
            band.append(row)
        elif band and rows.has_number[row]:
            bands.append(list(range(band[0], band[-1] + 1)))
            band = []
        elif not band and not bands and rows.has_number[row]:
            bands.append([])
    if bands and not bands[0] and len(bands) > 1:
        bands = bands[1:]
    return [_widen(grid, band, values, rows) if band else [] for band in bands] if bands != [[]] else [[]]


def _speaks_of_amounts(grid: Grid, row: int, first: list[int], values: list[int]) -> bool:
    """Whether text below a table's first numbers is a new header: it names years or money, or repeats the first."""
    said = [(c, grid.texts[row][c]) for c in values if grid.texts[row][c]]
    headers = [
        text
        for c, text in said
        if find_years(text) or vocabulary.says_amount(text) or text in [grid.texts[above][c] for above in first]
    ]
    return 2 * len(headers) >= len(said)


def _widen(grid: Grid, band: list[int], values: list[int], rows: _Rows) -> list[int]:
    """The band with a row right above it that groups its columns, such as one year over all of them."""
    above = band[0] - 1
    while above >= 0 and any(grid.kinds[above, c] in (Kind.TEXT, Kind.NUMBER) for c in values[1:] or values):
        if rows.has_number[above]:
            break
        band = [above, *band]
        above -= 1
    return band


def _make_block(
    grid: Grid, filled: list[int], values: list[int], rows: _Rows, band: list[int], start: int, end: int
) -> Block | None:
    top = band[-1] + 1 if band else start
    body = tuple(row for row in filled if top <= row < end)
    # A title for the next table stands below this one's last number and above the next header.
    last = max((row for row in body if rows.has_number[row]), default=-1)
    next_titles = end < grid.height
    body = tuple(row for row in body if row <= last) if next_titles else body
    used = [c for c in values if (grid.kinds[list(body), c] == Kind.NUMBER).any()] if body else []
    if not used:
        return None
    covered = [*band, *body]
    labels = tuple(
        c
        for c in range(grid.width)
        if c not in used and ((grid.kinds[covered, c] == Kind.TEXT) | (grid.kinds[covered, c] == Kind.DATE)).any()
    )
    machine = next((row for row in band if _is_machine_row(grid, row, used)), None) if len(band) > 1 else None
    top_of_block = band[0] if band else top
    numbers_above = np.flatnonzero(rows.has_number[start:top_of_block]) + start
    first_title = int(numbers_above[-1]) + 1 if start and len(numbers_above) else start
    titles = tuple(
        (row, c)
        for row in filled
        if first_title <= row < top_of_block
        for c in range(grid.width)
        if grid.kinds[row, c] in (Kind.TEXT, Kind.DATE)
    )
    headers = tuple(row for row in band if row != machine)
    return Block(titles, headers, machine, body, tuple(used), labels)


def _is_machine_row(grid: Grid, row: int, values: list[int]) -> bool:
    said = [text for text in grid.row_texts(row, values) if text]
    return len(said) > 1 and all(_MACHINE_NAME.match(text) for text in said)


def _same_headers(grid: Grid, one: Block, other: Block) -> bool:
    """Whether the second table repeats the first one's headers, as a table does that goes on over a page."""
    if not one.headers or not other.headers:
        return False
    return one.values == other.values and all(
        one.header_texts(grid, c) == other.header_texts(grid, c) for c in one.values
    )


def _continue(one: Block, other: Block) -> Block:
    labels = tuple(sorted({*one.labels, *other.labels}))
    return Block(one.titles, one.headers, one.machine_header, one.body + other.body, one.values, labels)
