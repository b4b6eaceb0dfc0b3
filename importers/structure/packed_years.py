"""Fiscal years written without anything between the two years that they span: 2223, 202324, 20232024, FY2223.

A number of that form is a year only in the company of others: a row of them heads columns, a column of them dates rows.
Such cells are put as the spans that they are, 2022-23, so that what follows reads them as any other year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.structure.grid import Bools, Floats, Grid, Ints, Kind
from importers.structure.text_columns import place_word
from importers.words import vocabulary

_IN_TEXT: Final = re.compile(
    r"(?<![\w.,/-])(?:[FS]?F?Y\s?)?'?(?P<digits>\d{8}|\d{6}|\d{4})(?![\w/-]|[.,]\d)", re.IGNORECASE
)
_ROWS_OF_HEADERS: Final = 200
_LONGEST: Final = 30
_FEWEST_IN_COLUMN: Final = 3
_MOST_TEXTS: Final = 60
_FIRST, _LAST = 1990, 2060


def place_packed_years(grid: Grid, places: dict[str, int]) -> None:
    """Puts years that are written in one number as spans, in rows that head columns and in columns that date rows.

    Args:
        grid: where they stand.
        places: the place of each text in the grid's vocabulary.
    """
    first = np.s_[:_ROWS_OF_HEADERS]
    years = _of_numbers(np.where(np.equal(grid.kinds[first], Kind.NUMBER), grid.numbers[first], np.nan))
    for row in range(len(years)):
        _place_row(grid, places, row, years[row])
    for column in range(grid.width):
        _place_column(grid, places, column)


def year_of(digits: str) -> int | None:
    """The first of the two years that figures name side by side; None where they are no two years in a row.

    >>> year_of("2223"), year_of("202324"), year_of("20232024"), year_of("2021"), year_of("2022"), year_of("9900")
    (2022, 2023, 2023, 2020, None, 1999)
    """
    half = len(digits) // 2 if len(digits) != 6 else 4
    first, second = int(digits[:half]), int(digits[half:])
    if len(digits) == 4:
        first += 1900 if first >= _FIRST % 100 else 2000
    follows = second == first + 1 if len(digits) == 8 else second == (first + 1) % 100
    return first if follows and _FIRST <= first <= _LAST else None


def _of_numbers(numbers: Floats) -> Floats:
    """The first year of each number that names two in a row, NaN elsewhere."""
    years = np.full(numbers.shape, np.nan)
    for least, most, between in _WRITTEN:
        # Most numbers of a sheet are of no such length, and are not divided.
        of_length = (numbers >= least) & (numbers < most)
        first, second = np.divmod(numbers[of_length], between)
        follows = second == (first + 1) % between
        if most <= _CENTURY**2:
            first += np.where(first >= _FIRST % _CENTURY, 1900, 2000)
        years[of_length] = np.where(follows & (first >= _FIRST) & (first <= _LAST), first, np.nan)
    return years


_CENTURY: Final = 100
_WRITTEN: Final = ((100, 10_000, 100), (190_000, 210_000, 100), (19_000_000, 21_000_000, 10_000))
"""From which number on and up to which two years stand side by side, and by what the first is multiplied in it."""


def _place_row(grid: Grid, places: dict[str, int], row: int, years: Floats) -> None:
    """Puts the years of a row in which nothing else is a number, and several years follow one another."""
    columns = np.flatnonzero(np.equal(grid.kinds[row], Kind.NUMBER))
    said = np.flatnonzero(np.equal(grid.kinds[row], Kind.TEXT))
    worded = {int(c): grid.text(row, int(c)) for c in said[:_MOST_TEXTS]}
    found = _in_texts(list(worded.values()))
    may_be = bool(len(columns)) and not np.isnan(years[columns]).any()
    alone = may_be and len(columns) == 1 and _heads_alone(grid, row, int(columns[0]), list(worded.values()))
    if alone or (may_be and _are_in_a_row(years[columns], _lengths(grid, row, columns))):
        for column in columns.tolist():
            _put(grid, places, row, column, _span(int(years[column])))
    if found and _are_in_a_row(np.array(list(found.values()), dtype=float), {4}):
        for column, text in worded.items():
            if text in found:
                _put(grid, places, row, column, _IN_TEXT.sub(_span(found[text]), text, count=1))


def _heads_alone(grid: Grid, row: int, column: int, said: Sequence[str]) -> bool:
    """Whether the only number of a row heads a column: the first of the sheet, over others, beside words for what
    columns hold or too long to be anything else.
    """
    numbers = np.equal(grid.kinds, Kind.NUMBER)
    if numbers[:row].any() or row + 1 >= grid.height or not numbers[row + 1, column] or not said:
        return False
    long = len(str(int(grid.numbers[row, column]))) > _FIGURES_OF_TWO
    named = any(vocabulary.find_role(text) and len(text.split()) <= _WORDS_OF_A_HEADER for text in said)
    return long or named


_FIGURES_OF_TWO: Final = 4
_WORDS_OF_A_HEADER: Final = 2


def _place_column(grid: Grid, places: dict[str, int], column: int) -> None:
    """Puts the years of a column in which nothing else is a number, or all texts but its header are years."""
    rows = np.flatnonzero(np.equal(grid.kinds[:, column], Kind.NUMBER))
    years = _of_numbers(grid.numbers[rows, column])
    if len(rows) >= _FEWEST_IN_COLUMN and not np.isnan(years).any():
        lengths = {len(str(int(value))) for value in np.unique(grid.numbers[rows, column]).tolist()}
        if _are_in_a_row(years, lengths):
            for row, year in zip(rows.tolist(), years.tolist(), strict=True):
                _put(grid, places, row, column, _span(int(year)))
    worded = np.flatnonzero(np.equal(grid.kinds[:, column], Kind.TEXT))
    codes, _ = grid.counted(worded, column)
    if len(worded) < _FEWEST_IN_COLUMN or len(codes) > _MOST_TEXTS:
        return
    texts = [grid.vocabulary[code] for code in codes.tolist()]
    found = {text: year for text, year in _in_texts(texts).items() if _IN_TEXT.fullmatch(text)}
    of_years: Bools = np.isin(grid.codes[worded, column], [c for c in codes.tolist() if grid.vocabulary[c] in found])
    in_a_row = _are_in_a_row(np.array(list(found.values()), dtype=float), {4})
    if in_a_row and of_years[np.argmax(of_years) :].all():
        for row in worded[of_years].tolist():
            _put(grid, places, row, column, _span(found[grid.text(row, column)]))


def _in_texts(texts: Sequence[str]) -> dict[str, int]:
    """The year in each text that holds such a number, where all numbers of that length in all texts are such years."""
    found: dict[str, int] = {}
    for text in texts:
        matches = list(_IN_TEXT.finditer(text)) if len(text) <= _LONGEST else []
        if not matches:
            continue
        year = year_of(matches[0]["digits"])
        if len(matches) > 1 or year is None:
            return {}
        found[text] = year
    return found


def _lengths(grid: Grid, row: int, columns: Ints) -> set[int]:
    return {len(str(int(value))) for value in grid.numbers[row, columns].tolist()}


def _are_in_a_row(years: Floats, lengths: set[int]) -> bool:
    """Whether years written at one length follow one another: two at least, each a year after the one before."""
    several = np.unique(years)
    return len(lengths) == 1 and len(several) > 1 and bool((np.diff(several) == 1).all())


def _span(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02d}"


def _put(grid: Grid, places: dict[str, int], row: int, column: int, text: str) -> None:
    grid.codes[row, column] = place_word(grid, places, text)
    grid.kinds[row, column] = Kind.TEXT
    grid.numbers[row, column] = np.nan
    grid.from_text[row, column] = False
