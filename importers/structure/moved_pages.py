"""Pages of one table whose columns stand in other places from page to page, as a converted document has them: the cells
of a page are moved below the headers of another by the order in which both have them. Each keeps its address in the
file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from budget_align.core.values.number_writing import DecimalMark
from budget_align.core.values.terms import Terms
from importers.files.addresses import Area, CellName
from importers.files.workbook import Sheet
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.structure.layout import find_blocks
from importers.structure.pages import Moves, Page
from importers.structure.placing import make_grid
from importers.structure.slipped_pages import Slip, find_slip, give_in_order


@dataclass(frozen=True, eq=False)
class PlacedSheet:
    """A sheet as arrays, and where its tables stand.

    Attributes:
        slip: where figures of a page stand beside their headers, as it seems, so that a person is asked; None where
            none do.
    """

    sheet: Sheet
    grid: Grid
    blocks: list[Block]
    slip: Slip | None = None


def place_sheet(
    sheet: Sheet, terms: Terms, longest: int, decimal_mark: DecimalMark | None, *, in_order: bool = False
) -> PlacedSheet:
    """A sheet in a grid with its tables, read with the pages of one below each other where their columns have moved.

    Args:
        sheet: its cells.
        terms: those of the government whose workbook it is.
        longest: the most characters that a cell may hold.
        decimal_mark: the one of its numbers, where a person said so.
        in_order: whether figures that slipped beside their headers are of these in their order, as a person says.

    Raises:
        RefusedError: a cell holds more characters than `longest`.
    """

    def place(moved: Sheet) -> PlacedSheet:
        grid = make_grid(moved, terms, longest, decimal_mark)
        return PlacedSheet(moved, grid, find_blocks(grid))

    as_found = place(sheet)
    runs = list(_find_pages(as_found.grid, as_found.blocks))
    placed = as_found
    aligned = align_pages(sheet, as_found.grid, runs)
    if aligned is not None and _are_joined(as_found.blocks, (joined := place(aligned)).blocks):
        placed = joined
    slip = find_slip(runs)
    aligned = None if slip is None else align_pages(sheet, as_found.grid, list(map(give_in_order, runs)))
    if aligned is None or not _are_joined(as_found.blocks, (joined := place(aligned)).blocks):
        return placed
    return replace(joined if in_order else placed, slip=slip)


def align_pages(sheet: Sheet, grid: Grid, runs: Sequence[Sequence[Page]]) -> Sheet | None:
    """The sheet with the cells of tables that repeat the headers of the one before, in other columns, moved below
    these; None where there are none, or where it is not certain what stands below which header.
    """
    moves: Moves = {}
    areas: list[Area] = []
    for pages in runs:
        for page, columns in _fit(pages):
            for other, goes in zip(pages, columns, strict=True):
                if moved := other.moves(page, goes):
                    moves |= moved
                    areas += _merges_of_headers(grid, page, other)
    hidden = any({a, b} & sheet.hidden_columns for move in moves.values() for a, b in move.items() if a != b)
    return None if hidden or not moves else _move(sheet, moves, areas)


def _fit(pages: Sequence[Page]) -> list[tuple[Page, list[dict[int, int]]]]:
    """The first page below whose headers the columns of all can go, and where they go; none where there is none."""
    for page in pages:
        columns: list[dict[int, int]] = []
        for other in pages:
            goes = other.fit(page)
            if goes is None:
                break
            columns.append(goes)
        else:
            return [(page, columns)]
    return []


def _are_joined(before: Sequence[Block], after: Sequence[Block]) -> bool:
    """Whether some of the tables that were found are one now, and every row of theirs is of a table still."""
    rows = [{row for block in blocks for row in block.body.tolist()} for blocks in (before, after)]
    return len(after) < len(before) and rows[0] <= rows[1]


def _find_pages(grid: Grid, blocks: Sequence[Block]) -> Iterator[list[Page]]:
    """Runs of tables that say the same in their headers, none of them beside another table."""
    run: list[Page] = []
    filled = grid.filled
    firsts = [min([*block.header_rows, int(block.body[0])]) for block in blocks]
    lasts = [int(block.body[-1]) for block in blocks]
    before = [-1, *accumulate(lasts, max)]
    after = [*reversed([*accumulate(reversed(firsts), min)]), grid.height][1:]
    for number, block in enumerate(blocks):
        beside = before[number] >= firsts[number] or after[number] <= lasts[number]
        page = None if beside or block.shift or not block.header_rows else Page(grid, block, filled)
        if run and (page is None or page.said != run[0].said):
            yield from [run] * (len(run) > 1)
            run = []
        if page is not None:
            run.append(page)
    yield from [run] * (len(run) > 1)


def _merges_of_headers(grid: Grid, page: Page, other: Page) -> Iterator[Area]:
    """The merged cells of a page's header, over the header of another below it."""
    rows = dict(zip(page.block.header_rows, other.block.header_rows, strict=True))
    for first, left, last, right in grid.merges:
        if first in rows and last in rows:
            yield rows[first], left, rows[last], right


def _move(sheet: Sheet, moves: Moves, areas: Sequence[Area]) -> Sheet:
    """A sheet with the cells of some rows in other columns, and merged areas for their headers."""
    width = len(sheet.rows[0])
    stands = {row: _stands(move, width) for row, move in moves.items()}
    rows = list(sheet.rows)
    formats = None if sheet.formats is None else sheet.formats.copy()
    for row, columns in stands.items():
        rows[row] = [sheet.rows[row][column] for column in columns]
        if formats is not None:
            formats[row] = formats[row, list(columns)]
    goes = {row: {column: place for place, column in enumerate(columns)} for row, columns in stands.items()}

    def moved(cell: CellName) -> CellName:
        return (cell[0], goes[cell[0]].get(cell[1], cell[1])) if cell[0] in goes else cell

    return replace(
        sheet,
        rows=rows,
        formats=formats,
        moved={row: columns for row, columns in stands.items() if columns != tuple(range(width))},
        merges=(*_merges_moved(sheet.merges, goes), *areas),
        indents={moved(cell): depth for cell, depth in sheet.indents.items()},
        without_value=frozenset(map(moved, sheet.without_value)),
        sums_without_value=frozenset(map(moved, sheet.sums_without_value)),
    )


def _stands(move: Mapping[int, int], width: int) -> tuple[int, ...]:
    """For each column of a row the one from which its cell comes, where some move; empty ones take what is left."""
    come = {there: here for here, there in move.items()}
    stay = [c for c in range(width) if c not in come and c not in move]
    come |= {c: c for c in stay}
    left = iter([c for c in range(width) if c not in come.values()])
    return tuple(come[c] if c in come else next(left) for c in range(width))


def _merges_moved(merges: Sequence[Area], goes: Mapping[int, Mapping[int, int]]) -> Iterator[Area]:
    """Merged areas: those over rows that stay, and those within one column, where its cells move as one."""
    for first, left, last, right in merges:
        there = {goes[row].get(left, left) if row in goes else left for row in range(first, last + 1)}
        if not any(row in goes for row in range(first, last + 1)):
            yield first, left, last, right
        elif left == right and len(there) == 1:
            (column,) = there
            yield first, column, last, column
