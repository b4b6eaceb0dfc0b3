"""Tables of a sheet whose columns slipped to one side below their headers, as on a page of a converted document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from importers.structure.block import Block
from importers.structure.grid import Grid

_SIDES: Final = (1, -1)
_FEWEST: Final = 2


def shift_headers(grid: Grid, blocks: Sequence[Block]) -> list[Block]:
    """The tables, with the headers of those moved to the amounts below that stand one column beside them: another table
    of the sheet has the same headers right above its amounts, and so no amount here stands below its own.
    """
    return [replace(block, shift=_shift_of(grid, block, blocks)) for block in blocks]


def _shift_of(grid: Grid, block: Block, blocks: Sequence[Block]) -> int:
    if not block.headers or len(block.values) < _FEWEST:
        return 0
    said = _said(grid, block)
    for shift in _SIDES:
        targets = tuple(column + shift for column in block.values)
        empty = targets[-1] if shift > 0 else targets[0]
        slipped = block.values[0] if shift > 0 else block.values[-1]
        if empty in block.values or empty >= grid.width or grid.filled[block.body, empty].any():
            continue
        if any(grid.text(row, slipped) for row in block.headers):
            continue
        if any(other is not block and other.values == targets and _said(grid, other) == said for other in blocks):
            return shift
    return 0


def _said(grid: Grid, block: Block) -> list[list[str]]:
    """What the header rows of a table say, column by column of the sheet."""
    return [[grid.text(row, column) for column in range(grid.width)] for row in block.headers]
