"""Finds the tables of a sheet: where the titles end, the headers stand and the body begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from budget_align.core.fiscal_year import find_years
from importers import vocabulary
from importers.grid import Address, Grid, Kind, address, is_year

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
    filled = [row for row in range(grid.height) if (grid.kinds[row] != Kind.EMPTY).any()]
    values = _value_columns(grid)
    if not values or not filled:
        return []
    bands = _header_bands(grid, filled, values)
    blocks: list[Block] = []
    for number, band in enumerate(bands):
        end = bands[number + 1][0] if number + 1 < len(bands) else grid.height
        start = bands[number - 1][-1] + 1 if number else 0
        block = _make_block(grid, filled, values, band, start, end)
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


def _is_year_row(grid: Grid, row: int, values: list[int]) -> bool:
    """Whether the row's numbers are all years, as a header's are: several that differ, or one with no label."""
    numbers = [grid.numbers[row, c] for c in values if grid.kinds[row, c] == Kind.NUMBER]
    if not numbers or not all(is_year(number) for number in numbers):
        return False
    first_label = next((grid.texts[row][c] for c in range(values[0]) if grid.texts[row][c]), "")
    return len(set(numbers)) > 1 or (len(numbers) == 1 and not first_label and len(values) == 1)


def _is_header(grid: Grid, row: int, values: list[int]) -> bool:
    """Whether the row says something over the columns of numbers, and no number itself."""
    kinds = grid.kinds[row, values]
    if _is_year_row(grid, row, values):
        return True
    if (kinds == Kind.NUMBER).any():
        return False
    return bool(((kinds == Kind.TEXT) | (kinds == Kind.DATE)).sum() >= min(2, len(values)))


def _header_bands(grid: Grid, filled: list[int], values: list[int]) -> list[list[int]]:
    """Runs of header rows, each followed by rows of numbers; rows without numbers between two headers belong."""
    bands: list[list[int]] = []
    band: list[int] = []
    for row in filled:
        if _is_header(grid, row, values) and (not bands or band or _speaks_of_amounts(grid, row, bands[0], values)):
            band.append(row)
        elif band and _has_number(grid, row, values):
            bands.append(list(range(band[0], band[-1] + 1)))
            band = []
        elif not band and not bands and _has_number(grid, row, values):
            bands.append([])
    if bands and not bands[0] and len(bands) > 1:
        bands = bands[1:]
    return [_widen(grid, band, values) if band else [] for band in bands] if bands != [[]] else [[]]


def _speaks_of_amounts(grid: Grid, row: int, first: list[int], values: list[int]) -> bool:
    """Whether text below a table's first numbers is a new header: it names years or money, or repeats the first."""
    said = [(c, grid.texts[row][c]) for c in values if grid.texts[row][c]]
    headers = [
        text
        for c, text in said
        if find_years(text) or vocabulary.says_amount(text) or text in [grid.texts[above][c] for above in first]
    ]
    return 2 * len(headers) >= len(said)


def _widen(grid: Grid, band: list[int], values: list[int]) -> list[int]:
    """The band with a row right above it that groups its columns, such as one year over all of them."""
    above = band[0] - 1
    while above >= 0 and any(grid.kinds[above, c] in (Kind.TEXT, Kind.NUMBER) for c in values[1:] or values):
        if _has_number(grid, above, values) and not _is_year_row(grid, above, values):
            break
        band = [above, *band]
        above -= 1
    return band


def _has_number(grid: Grid, row: int, values: list[int]) -> bool:
    return bool((grid.kinds[row, values] == Kind.NUMBER).any()) and not _is_year_row(grid, row, values)


def _make_block(
    grid: Grid, filled: list[int], values: list[int], band: list[int], start: int, end: int
) -> Block | None:
    top = band[-1] + 1 if band else start
    body = tuple(row for row in filled if top <= row < end)
    # A title for the next table stands below this one's last number and above the next header.
    last = max((row for row in body if _has_number(grid, row, values)), default=-1)
    next_titles = end < grid.height
    body = tuple(row for row in body if row <= last) if next_titles else body
    used = [c for c in values if (grid.kinds[list(body), c] == Kind.NUMBER).any()] if body else []
    if not used:
        return None
    rows = [*band, *body]
    labels = tuple(
        c
        for c in range(grid.width)
        if c not in used and ((grid.kinds[rows, c] == Kind.TEXT) | (grid.kinds[rows, c] == Kind.DATE)).any()
    )
    machine = next((row for row in band if _is_machine_row(grid, row, used)), None) if len(band) > 1 else None
    titles = tuple(
        (row, c)
        for row in filled
        if start <= row < (band[0] if band else top) and not (start and row <= _last_number(grid, values, start, band))
        for c in range(grid.width)
        if grid.kinds[row, c] in (Kind.TEXT, Kind.DATE)
    )
    headers = tuple(row for row in band if row != machine)
    return Block(titles, headers, machine, body, tuple(used), labels)


def _last_number(grid: Grid, values: list[int], start: int, band: list[int]) -> int:
    stop = band[0] if band else start
    return max((row for row in range(start, stop) if _has_number(grid, row, values)), default=-1)


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
