"""A sheet's cells placed in a grid, column by column, each kind of cell at once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from pandas.api.types import infer_dtype

from budget_align.core.values.number_writing import DecimalMark, file_mark
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from importers.files.limits import Limits
from importers.files.workbook import Sheet
from importers.structure.grid import Grid, Ints, Kind, plain_number
from importers.structure.home_years import place_home_years
from importers.structure.packed_years import place_packed_years
from importers.structure.text_columns import TextColumn, place_texts, place_word

_LARGEST: Final = 1e18
"""A larger number is no amount in any currency: it stands there as a word would."""

_SIGNS: Final = 5
"""Fewer numbers may be 1 and -1 by chance."""


def make_grid(
    sheet: Sheet, terms: Terms, longest: int = Limits.cell_length, decimal_mark: DecimalMark | None = None
) -> Grid:
    """The grid of a sheet, read in a government's terms. Trailing empty rows and columns are left off.

    Raises:
        RefusedError: a cell holds more characters than `longest`.
    """
    kept = _filled_rows(sheet)
    columns = _close_brackets(list(zip(*(sheet.rows[i] for i in kept), strict=True)))
    width = next((j for j in range(len(columns), 0, -1) if any(cell != "" for cell in columns[j - 1])), 0)
    height = kept[-1] + 1 if kept else 0
    rows = np.array(kept, dtype=np.int64)
    grid = Grid(
        sheet.name,
        [""],
        np.zeros((height, width), dtype=np.int32),
        np.zeros((height, width), dtype=np.uint8),
        np.full((height, width), np.nan),
        from_text=np.zeros((height, width), dtype=bool),
        merges=tuple(area for area in sheet.merges if area[0] < height and area[1] < width),
        hidden_rows=sheet.hidden_rows,
        hidden_columns=sheet.hidden_columns,
        formats=(
            np.zeros((height, width), dtype=np.uint8) if sheet.formats is None else sheet.formats[:height, :width]
        ),
        number_formats=sheet.number_formats,
        indents={where: depth for where, depth in sheet.indents.items() if where[0] < height and where[1] < width},
        terms=terms,
        parted_by=sheet.parted_by,
        moved=sheet.moved,
        symbol_of=np.zeros((height, width), dtype=np.int16),
        ratios=np.zeros((height, width), dtype=bool),
    )
    places: dict[str, int] = {"": 0}
    texts = [each for j, column in enumerate(columns[:width]) for each in _place_column(grid, places, j, rows, column)]
    usual = decimal_mark or file_mark([each.open_to_reading for each in texts if each.spelled])
    for each in texts:
        place_texts(grid, places, each, usual, settled=decimal_mark is not None)
    _place_signs(grid, places)
    _place_formats(grid)
    place_packed_years(grid, places)
    place_home_years(grid, places)
    _check_lengths(grid, longest)
    return grid


def _filled_rows(sheet: Sheet) -> list[int]:
    """The rows that hold anything. A sheet may have a million blank ones between its tables, all the same list."""
    kept: list[int] = []
    blank: Sequence[Any] | None = None
    for place, row in enumerate(sheet.rows):
        if row is blank:
            continue
        if any(row) or row.count("") < len(row):
            kept.append(place)
        else:
            blank = row
    return kept


def _close_brackets(columns: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The columns with brackets put behind the numbers that they close, where they stand in a column of their own, as
    tables of web pages have them.
    """
    for place, column in enumerate(columns[1:], 1):
        if not _is_bracket(next((cell for cell in column if cell != ""), "")):
            continue
        closing = [_is_bracket(cell) for cell in column]
        before = columns[place - 1]
        closes = [is_closing and isinstance(cell, str) for is_closing, cell in zip(closing, before, strict=True)]
        if closes == closing and all(
            is_closing or cell == "" for is_closing, cell in zip(closing, column, strict=True)
        ):
            columns[place - 1] = tuple(
                f"{cell})" if is_closed else cell for cell, is_closed in zip(before, closes, strict=True)
            )
            columns[place] = ("",) * len(column)
    return columns


def _is_bracket(cell: object) -> bool:
    return isinstance(cell, str) and cell.strip() == ")"


def _place_signs(grid: Grid, places: dict[str, int]) -> None:
    """Takes a column of nothing but 1 and -1 for words: it says how the amounts beside it count."""
    for column in range(grid.width):
        rows = np.flatnonzero(np.equal(grid.kinds[:, column], Kind.NUMBER))
        numbers = grid.numbers[rows, column]
        if len(rows) < _SIGNS or abs(numbers[0]) != 1 or set(numbers.tolist()) != {1, -1}:
            continue
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            grid.codes[row, column] = place_word(grid, places, str(int(number)))
        grid.kinds[rows, column] = Kind.TEXT
        grid.numbers[rows, column] = np.nan
        grid.from_text[:, column] = False


def _place_formats(grid: Grid) -> None:
    """What the number formats say of numbers: which are percentages, which stand beside a currency's symbol, and which
    have a scale behind them.
    """
    grid.ratios |= grid.percent
    for place, said in enumerate(grid.number_formats):
        symbol = said.currency or said.symbol
        if not symbol and said.times == 1:
            continue
        shown = np.equal(grid.formats, place) & np.equal(grid.kinds, Kind.NUMBER) & ~grid.from_text
        if symbol:
            if symbol not in grid.symbols:
                grid.symbols.append(symbol)
            grid.symbol_of[shown] = grid.symbols.index(symbol)
        if said.times > 1:
            grid.scales |= {(int(row), int(column)): said.times for row, column in np.argwhere(shown)}


def _check_lengths(grid: Grid, longest: int) -> None:
    code = next((code for code, text in enumerate(grid.vocabulary) if len(text) > longest), None)
    if code is not None:
        row, column = np.argwhere(grid.codes == code)[0].tolist()
        raise RefusedError(
            "too-large",
            f"Cell {grid.address(row, column)} of sheet {grid.name!r} holds {len(grid.vocabulary[code]):,} "
            f"characters and the limit is {longest:,}; shorten it and send the workbook again.",
        )


def _place_column(grid: Grid, places: dict[str, int], j: int, at: Ints, cells: Sequence[Any]) -> list[TextColumn]:
    """Places the cells of a column that are no text, each in its row, and gives back its texts, which wait for the
    whole file.
    """
    texts: list[TextColumn] = []
    objects = np.fromiter(cells, dtype=object, count=len(cells))
    if infer_dtype(objects, skipna=False) == "string":
        places_of: dict[type, Ints] = {str: np.arange(len(cells))}
    else:
        kinds = np.fromiter(map(type, cells), dtype=object, count=len(cells))
        places_of = {kind: np.flatnonzero(kinds == kind) for kind in dict.fromkeys(kinds.tolist())}
    for kind, of_kind in places_of.items():
        rows, said = at[of_kind], objects[of_kind]
        if kind is str:
            native = sum(len(places_of[each]) for each in (int, float) if each in places_of)
            texts.append(TextColumn(j, rows, said, grid.terms.currency, native))
        elif kind is float or kind is int:
            numbers = said.astype(np.float64)
            finite = np.isfinite(numbers)
            beyond = finite & (np.abs(numbers) > _LARGEST)
            grid.numbers[rows, j] = np.where(finite & ~beyond, numbers, np.nan)
            grid.kinds[rows, j] = np.where(beyond, Kind.TEXT, np.where(finite, Kind.NUMBER, Kind.ERROR))
            if not finite.all():
                grid.codes[rows[~finite], j] = place_word(grid, places, "#NUM!")
            for row, number in zip(rows[beyond].tolist(), numbers[beyond].tolist(), strict=True):
                grid.codes[row, j] = place_word(grid, places, plain_number(number))
        else:
            is_date = issubclass(kind, datetime.date | datetime.time | datetime.timedelta)
            for i, cell in zip(rows.tolist(), said.tolist(), strict=True):
                text = _date_text(cell) if is_date else str(cell).upper()
                grid.codes[i, j] = place_word(grid, places, text)
                grid.kinds[i, j] = Kind.DATE if is_date else Kind.TEXT
    return texts


def _date_text(cell: object) -> str:
    midnight = isinstance(cell, datetime.datetime) and cell.time() == datetime.time()
    return str(cell.date()) if midnight and isinstance(cell, datetime.datetime) else str(cell)
