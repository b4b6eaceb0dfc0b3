"""Years of the calendar of a government at home, where nothing but their company says that they are years: R7 and R8 in
Japan, 2567 and 2568 in Thailand, 113 and 114 in Taiwan, 1403 and 1404 in Iran.

Such cells are put as the spans of Gregorian years that they are, so that what follows reads them as any other year.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from budget_align.core.values.eras import has_home_calendar, name_era
from importers.structure.grid import Grid, Kind
from importers.structure.text_columns import place_word
from importers.words import lexicon

_ROWS_OF_HEADERS: Final = 200
_FEWEST_IN_COLUMN: Final = 3
_MOST_TEXTS: Final = 60
_NO_CODE: Final = 1_000
"""From here on years are told by their size from codes of a few figures."""


def place_home_years(grid: Grid, places: dict[str, int]) -> None:
    """Puts years of the calendar at home as spans, in rows that head columns and in columns that date rows.

    Args:
        grid: where they stand.
        places: the place of each text in the grid's vocabulary.
    """
    currency = grid.terms.currency.code
    if not has_home_calendar(currency):
        return
    for row in range(min(grid.height, _ROWS_OF_HEADERS)):
        numbers = np.flatnonzero(np.equal(grid.kinds[row], Kind.NUMBER)).tolist()
        texts = np.flatnonzero(np.equal(grid.kinds[row], Kind.TEXT)).tolist()[:_MOST_TEXTS]
        years = {c: name_era(_written(grid, row, c), currency) for c in [*numbers, *texts]}
        years = {c: said for c, said in years.items() if said != _written(grid, row, c)}
        if set(numbers) <= years.keys() and _follow(list(years.values()), _PAIR):
            for column, said in years.items():
                _put(grid, places, row, column, said)
    for column in range(grid.width):
        _place_column(grid, places, column)


def _place_column(grid: Grid, places: dict[str, int], column: int) -> None:
    """Puts the years of a column of numbers that are nothing else, and too large for codes of a few figures."""
    rows = np.flatnonzero(np.equal(grid.kinds[:, column], Kind.NUMBER))
    numbers = grid.numbers[rows, column]
    if len(rows) < _FEWEST_IN_COLUMN or numbers.min() < _NO_CODE or len(found := np.unique(numbers)) > _MOST_TEXTS:
        return
    above = [grid.text(row, column) for row in range(int(rows[0])) if grid.kinds[row, column] == Kind.TEXT]
    if any(lexicon.says("money", text) for text in above[-_MOST_TEXTS:]):
        return
    years = {value: name_era(str(int(value)), grid.terms.currency.code) for value in found.tolist()}
    whole = all(value == int(value) and years[value] != str(int(value)) for value in years)
    if whole and _follow(list(years.values()), 1):
        for row in rows.tolist():
            _put(grid, places, row, column, years[float(grid.numbers[row, column])])


def _written(grid: Grid, row: int, column: int) -> str:
    if grid.kinds[row, column] == Kind.TEXT:
        return grid.text(row, column).strip()
    number = float(grid.numbers[row, column])
    return str(int(number)) if number == int(number) else str(number)


def _follow(spans: list[str], fewest: int) -> bool:
    """Whether so many years at least follow one another, each once or more."""
    years = np.unique([int(span[:4]) for span in spans])
    return len(years) >= fewest and bool((np.diff(years) == 1).all())


_PAIR: Final = 2


def _put(grid: Grid, places: dict[str, int], row: int, column: int, text: str) -> None:
    grid.codes[row, column] = place_word(grid, places, text)
    grid.kinds[row, column] = Kind.TEXT
    grid.numbers[row, column] = np.nan
    grid.from_text[row, column] = False
