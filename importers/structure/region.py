"""Some columns of a sheet, to be read from top to bottom: where its numbers, words and marks stand, which numbers head
columns instead of counting something, and which columns hold figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import LATEST, says_year
from budget_align.core.values.sides import side_of
from importers.structure.grid import Address, Bools, Grid, Ints, Kind, are_years
from importers.words import row_words, vocabulary

SENTENCE: Final = 90
"""A text of this length is no heading and no header over one column; it is a title or a note."""

_FIRST_YEAR: Final = 1700
"""Statistics go back further than budgets."""

_HEADS: Final = 3
_LONGEST_CALLED: Final = 10_000
"""No column of a form has a number of five digits."""

_OF_COLUMNS: Final = re.compile(r"[\d\s()\[\]=+*/x×÷−–-]+")
_NUMBER: Final = re.compile(r"\d+")
_MADE: Final = frozenset("=([+")
_LONGEST_SUM: Final = 60

_CALLED: Final = 4
"""Fewer columns may rise by chance."""

_WORDS_OF_A_HEADER: Final = 2
_ROWS_OF_HEADERS: Final = 2_000
_STEP: Final = 10
"""Two years side by side are no further apart."""

_HEADED: Final = 3
"""So many rows below a header its first line stands at most."""

_ROWS_WITHOUT: Final = 400
"""Where the first rows head nothing, those further down do not either."""

_REFERENCE = re.compile(
    r"^(\\\d{1,2}\\?|[*†‡§¹²³⁴-⁹]{1,4}|\[(note\s?)?\d{1,2}\]|\d{1,2}[/\\]|none|null|nan)$", re.IGNORECASE
)
"""A cell that only points to a footnote, beside the figure that it is about or in its place, or holds the word that
programs write for an empty cell.
"""

_UNIT = re.compile(r"^\(\s*[£$€]?\s?1?(00|[01]?0?0?,000(,000){0,2})s?\s*\)$")
"""A power of ten in brackets, such as (1,000): the unit of a column, though brackets may make a number negative too."""


_REFERENCE_BEHIND = re.compile(r"(?:\\\d{1,2}\\?|[*†‡¹²³⁴-⁹]|\[[\w ]{1,8}\])$")
_LONGEST_REFERENCE = 12


def without_references(text: str) -> str:
    """A text without the references to footnotes at its end.

    >>> without_references("Germany \\\\8"), without_references("Total [note 2]")
    ('Germany', 'Total')
    """
    end = len(text)
    while found := _REFERENCE_BEHIND.search(text, max(0, end - _LONGEST_REFERENCE), end):
        end = found.start()
        while end and text[end - 1].isspace():
            end -= 1
    return text[:end].rstrip()


def find_references(grid: Grid) -> Bools:
    """Where cells hold nothing but a reference to a footnote, such as \\1 or an asterisk, or a word for nothing."""
    codes = [code for code, text in enumerate(grid.vocabulary) if len(text) < 12 and _REFERENCE.match(text)]
    return np.asarray(np.isin(grid.codes, codes) & (grid.kinds == Kind.TEXT))


def _is_sum_of_columns(text: str) -> bool:
    """Whether a text makes a column of others by their numbers, such as 5 = (3 + 4), (3-4) or 3+4."""
    numbers = _NUMBER.findall(text) if len(text) < _LONGEST_SUM and _OF_COLUMNS.fullmatch(text) else []
    return len(numbers) > 1 and max(map(len, numbers)) <= _HEADS


def _after(rows: Ints, row: int) -> Ints:
    """Those of some rows, in order, that stand below one."""
    return rows[np.searchsorted(rows, row, side="right") :]


class Region:
    """Columns of a sheet, counted from the first of them.

    Attributes:
        grid: the sheet.
        first: the first column's place in the sheet.
        number: where figures stand; numbers that are headers are none.
        mark: where a mark stands in a figure's place, an error, or no more than a reference to a footnote.
        word: where words or dates stand.
        filled: where anything stands.
        numbers: the numbers themselves, those of headers too.
        header_numbers: rows whose only numbers are years, numbers of columns or units, as headers have them.
    """

    def __init__(self, grid: Grid, first: int, last: int) -> None:
        self.grid = grid
        self.first = first
        here = np.s_[:, first : last + 1]
        kinds, reference = grid.kinds[here], find_references(grid)[here]
        self.number: Bools = kinds == Kind.NUMBER
        self.mark: Bools = (kinds == Kind.MARK) | (kinds == Kind.ERROR) | reference
        self.word: Bools = grid.worded[here] & ~reference
        self.filled: Bools = grid.filled[here]
        self.numbers = grid.numbers[here]
        self.header_numbers = self._find_header_numbers()
        self.number &= ~self.header_numbers[:, None]
        self._set_aside_stray_numbers()

    def cells(self, row: int) -> list[Address]:
        """The filled cells of a row, by their places in the sheet."""
        return [(row, self.first + c) for c in np.flatnonzero(self.filled[row]).tolist()]

    def said(self, row: int) -> tuple[str, ...]:
        """What the filled cells of a row say."""
        return tuple(self.grid.text(*cell) for cell in self.cells(row))

    def is_note(self, row: int) -> bool:
        """Whether a row without amounts is a remark and no heading: a sentence alone in it."""
        said = [self.grid.text(row, self.first + int(c)) for c in np.flatnonzero(self.word[row])]
        return len(said) == 1 and (len(said[0]) > 2 * SENTENCE or row_words.says_note(said[0]))

    def text(self, row: int, column: int) -> str:
        """What a cell says."""
        return self.grid.text(row, self.first + column)

    def numbers_over(self, row: int, columns: list[int]) -> bool:
        """Whether a row has a number in any of some columns."""
        return not np.isnan(self.numbers[row, columns]).all()

    def value_columns(self, rows: Ints) -> list[int]:
        """Columns where numbers and marks outweigh words in some rows, but for one that names the rows."""
        numbers = self.number[rows].sum(axis=0)
        marks = self.mark[rows].sum(axis=0)
        words = self.word[rows].sum(axis=0)
        found = (numbers > 0) & (numbers + marks >= words)
        columns = np.flatnonzero(found).tolist()
        return [c for c in columns if not self._names_rows(rows, c, columns)]

    def mark_columns(self, rows: Ints) -> list[int]:
        """Columns that hold nothing but marks in some rows: references beside the figures of another column."""
        alone = self.mark[rows].any(axis=0) & ~(self.number[rows] | self.word[rows]).any(axis=0)
        return np.flatnonzero(alone).tolist()

    def are_signs(self, rows: Ints, column: int, values: list[int]) -> bool:
        """Whether a column of marks holds a minus or nothing beside amounts none of which is below zero."""
        beside = [c for c in (column + 1, column - 1) if c in values]
        said = {self.text(int(row), column) for row in rows[self.filled[rows, column]]}
        if not beside or self.filled[rows, column].all() or any(side_of(text) != "credit" for text in said):
            return False
        return not (self.numbers[rows, beside[0]] < 0).any()

    def _names_rows(self, rows: Ints, column: int, columns: list[int]) -> bool:
        """Whether a column of numbers left of the others names the rows: a count from the first on, or years."""
        if column != columns[0] or len(columns) < 2 or self.word[rows, :column].any():
            return False
        said = self.numbers[rows, column][self.number[rows, column]]
        if len(said) < 2 or len(said) < 0.6 * len(rows):
            return False
        steps = np.diff(said)
        if (steps == 1).all() and said[0] in (0, 1):
            return True
        years = bool(((said == np.floor(said)) & (said >= _FIRST_YEAR) & (said <= LATEST)).all())
        # Under each of several headings the years may begin anew.
        anew = len(said) > 5 and 2 * len(np.unique(said)) <= len(said) and bool(np.mean(steps > 0) >= 0.6)
        return years and bool((steps > 0).all() or (steps < 0).all() or anew)

    def are_column_numbers(self, row: int) -> bool:
        """Whether the numbers of a row count its columns, or are numbers by which a form calls them."""
        columns = np.flatnonzero(~np.isnan(self.numbers[row]))
        said = self.numbers[row, columns]
        if self._counts_columns_by_letters(row, columns) or self._call_columns(row, columns):
            return True
        return len(said) >= 3 and abs(said[0]) in (0, 1, 2) and bool((np.diff(np.abs(said)) == 1).all())

    def _call_columns(self, row: int, columns: Ints) -> bool:
        """Whether whole numbers that rise from left to right, such as the line numbers of a form, stand right below
        words in every one of their columns and beside none, as no line of data does.
        """
        said = self.numbers[row, columns]
        if len(columns) < _CALLED or row == 0 or self.word[row].any() or not self.word[row - 1, columns].all():
            return False
        if said[-1] >= _LONGEST_CALLED or self.numbers[min(row + 1, len(self.numbers) - 1), columns[0]] == said[0] + 1:
            # Amounts that happen to rise, or the first year of several.
            return False
        return bool((said == np.floor(said)).all() and said[0] > 0 and (np.diff(said) > 0).all())

    def _set_aside_stray_numbers(self) -> None:
        """Takes a number beside labels for no data where the columns of numbers hold words in its row: such a row is
        a header.
        """
        rows = np.flatnonzero(self.number.any(axis=1))
        columns = self.value_columns(rows) if len(rows) else []
        if columns:
            stray = ~self.number[rows][:, columns].any(axis=1) & (self.word[rows][:, columns].sum(axis=1) >= 2)
            if len(columns) > _HEADS:
                # So it is where the first column holds but references, and every other one words.
                others = columns[1:]
                stray |= ~self.number[rows][:, others].any(axis=1) & self.word[rows][:, others].all(axis=1)
            self.number[rows[stray]] = False

    def _find_header_numbers(self) -> Bools:
        found = np.zeros(self.grid.height, dtype=bool)
        counts = self.number.sum(axis=1)
        whole = np.where(self.number, self.numbers, 0)
        whole_rows = (counts > 0) & (whole == np.floor(whole)).all(axis=1)
        small = np.abs(whole) <= 2_100
        data_rows = np.flatnonzero(counts > 0)
        begun: set[int] = set()
        for row in np.flatnonzero(whole_rows)[:_ROWS_OF_HEADERS].tolist():
            columns = np.flatnonzero(self.number[row])
            fresh = not begun & set(columns.tolist()) or (row > 0 and bool(found[row - 1]))
            if self._counts_columns_by_letters(row, columns) or self._says_how_columns_are_made(row, columns):
                found[row] = True
                continue
            headers = np.flatnonzero(found[max(0, row - _ROWS_WITHOUT) : row]) + max(0, row - _ROWS_WITHOUT)
            over = headers.tolist()
            years = bool(small[row].all()) and self._are_years_of_header(row, columns, data_rows, over, fresh=fresh)
            below = _after(data_rows, row)[:_CALLED]
            if years or (fresh and self._head_columns(row, columns, below, over)):
                found[row] = True
            else:
                begun |= set(columns.tolist())
            if row > _ROWS_WITHOUT and not found.any():
                break
        return found

    def _counts_columns_by_letters(self, row: int, columns: Ints) -> bool:
        """Whether a row counts its columns by letters and by numbers, such as a, b, c, 1, 2, as no data do."""
        words = np.flatnonzero(self.word[row]).tolist()
        letters = len(words) > 1 and all(
            self.text(row, c).strip("()").casefold() == chr(ord("a") + place) for place, c in enumerate(words)
        )
        return letters and self.numbers[row, columns].tolist() == list(range(1, len(columns) + 1))

    def _says_how_columns_are_made(self, row: int, columns: Ints) -> bool:
        """Whether a row holds the numbers of columns and, between these, sums of them, such as 1, 2, 3 = 1 + 2."""
        words = [self.text(row, c) for c in np.flatnonzero(self.word[row]).tolist()]
        if not all(len(text) == 1 or _is_sum_of_columns(text) for text in words):
            return False
        if not any(_is_sum_of_columns(text) and _MADE & set(text) for text in words):
            return False
        said = self.numbers[row, columns]
        # Numbers in brackets look like amounts below zero.
        said = -said if (said < 0).all() else said
        return bool((said > 0).all() and said[-1] < _LONGEST_CALLED and (np.diff(said) > 0).all())

    def _head_columns(self, row: int, columns: Ints, below: Ints, headers: Sequence[int]) -> bool:
        """Whether the whole numbers of a row count the columns below them, name them, or say their units."""
        if self._are_units(row, columns) or self._stand_above_names(row, columns):
            return True
        if len(columns) >= 3 and self.are_column_numbers(row):
            # In budgets in millions the first line may be 1, 2 and 3.
            return not self._is_first_line(row, columns, below) and not self._is_under_years(row, columns, headers)
        return self._name_columns(row, columns, below)

    def _name_columns(self, row: int, columns: Ints, below: Ints) -> bool:
        """Whether the numbers of a row are codes or periods that name the columns: the first row that says anything of
        them, where they rise and are all of one length or follow each other, beside a word for the labels.
        """
        first = int(columns[0])
        said, words = self.numbers[row, columns], np.flatnonzero(self.word[row])
        named = self.filled[:row, columns].any(axis=0)
        if not len(below) or row + 1 != int(below[0]) or not (words < first).any() or 2 * named.sum() >= len(columns):
            return False
        after = [c for c in words.tolist() if c > first]
        # A word, such as "Total", over figures: no line says it.
        called = bool(after) and bool(self.number[below][:, after].any(axis=0).all())
        steps = np.diff(said)
        if not called and (after or len(columns) < _HEADS):
            return False
        alike = len({len(str(int(abs(number)))) for number in said.tolist()}) == 1
        return bool(len(steps) and (steps > 0).all() and said[0] > 0 and (alike or (steps == 1).all()))

    def _stand_above_names(self, row: int, columns: Ints) -> bool:
        """Whether numbers that rise from left to right are codes right above the names of their columns: nothing stands
        beside them, nor above them, and the row below has words over every one of them.
        """
        under = row + 1
        if len(columns) < _HEADS or under >= len(self.numbers) or self.word[row].any():
            return False
        named = (
            self.word[under, columns].all() and not self.number[under].any() and not self.filled[:row, columns].any()
        )
        return bool(named and (np.diff(self.numbers[row, columns]) > 0).all())

    def _are_units(self, row: int, columns: Ints) -> bool:
        """Whether all that looks like numbers in a row is units, over several columns or beside other words."""
        if not all(_UNIT.match(self.text(row, c)) for c in columns.tolist()):
            return False
        return len(columns) > 1 or bool(self.word[row, int(columns[0]) + 1 :].any())

    def _is_line_among_lines(self, row: int, columns: Ints) -> bool:
        """Whether the rows above and below hold numbers and words in the same columns, so that it is one like them."""
        names = self.word[row]
        around = [other for other in (row - 1, row + 1) if 0 <= other < self.grid.height]
        alike = [bool((self.word[other] == names).all() and self.number[other, columns].all()) for other in around]
        return len(alike) == 2 and all(alike) and bool(names.any())

    def _is_code_of_heading(self, row: int, column: int, below: Ints) -> bool:
        """Whether the only number of a row stands left of a name, with nothing said over the figures below."""
        right = np.flatnonzero(self.word[row, column + 1 :]) + column + 1
        named = self.word[below][:, right].any(axis=0)
        figures = self.number[below][:, column + 1 :].any()
        return bool(len(right) and named.all() and figures)

    def _is_first_line(self, row: int, columns: Ints, below: Ints) -> bool:
        """Whether a row is the first line of a table, whose amounts could be years: the last row above it that says
        anything of its columns names them and the labels, and the rows below it are named as it is.
        """
        names = self.word[row]
        above = np.flatnonzero(self.filled[:row, columns].any(axis=1))
        alike = int((self.word[below] == names).all(axis=1).sum())
        if not len(above) or not names.any() or alike < min(2, len(below)):
            return False
        header = int(above[-1])
        between = self.filled[header + 1 : row]
        headings = int(between.any(axis=1).sum())
        # Units may stand between the names of the columns and the lines.
        named = self.word[max(0, header - 1) : header + 1][:, names].any(axis=0).all()
        if headings > 1 or not self.word[header, columns].all() or not named:
            return False
        if all(says_year(self.text(header, c)) for c in columns.tolist()):
            return True
        said = [self.text(row, c) for c in np.flatnonzero(names).tolist()]
        return not any(vocabulary.find_role(text) and len(text.split()) <= _WORDS_OF_A_HEADER for text in said)

    def _are_years_of_header(
        self, row: int, columns: Ints, data_rows: Ints, headers: Sequence[int], *, fresh: bool
    ) -> bool:
        years = self.numbers[row, columns]
        if not are_years(years):
            return False
        below = _after(data_rows, row)[:3]
        if not len(below):
            return False
        over = [other for other in headers if (self.numbers[other, columns] == years).all()]
        if over and not fresh:
            # The headers of a table stand again over its next page.
            return True
        names = self.word[row]
        if self._is_line_among_lines(row, columns) and not fresh:
            return False
        if len(columns) == 1 and self._is_code_of_heading(row, int(columns[0]), below):
            return False
        headed = row > 0 and bool(self.word[row - 1, columns].all())
        if headed and names.sum() >= 2 and len(below) == 3 and bool((self.word[below] == names).all()):
            # It names itself as the rows below it do: a line whose amount could be a year.
            return False
        if self._is_first_line(row, columns, below) or self._is_under_years(row, columns, headers):
            return False
        later = self.numbers[np.ix_(below, columns)]
        if are_years(later[~np.isnan(later)]):
            return False
        if len(years) > 1:
            steps = np.diff(years)
            moves = set(steps[steps != 0].tolist())
            steady = len(moves) == 1 and (len(years) > 2 or abs(moves.pop()) <= _STEP)
            repeated = len(set(years.tolist())) * 2 <= len(years)
            # Amounts that all look like years, and rise like them, stand in no first row of a table.
            rising = len(years) > 2 and bool(np.mean(steps > 0) >= 0.6)
            if fresh:
                return bool(steady or repeated or rising)
            # Below amounts years follow each other by one, or each stands over several columns.
            kept = sorted(set(years.tolist()))
            return bool(len(kept) > 1 and (np.diff(kept) == 1).all() and (moves <= {1.0, -1.0} or repeated))
        labels = self.word[row, : int(columns[0])].any()
        return not labels or (not self.number[: row + 1, : int(columns[0])].any() and row == int(data_rows[0]))

    def _is_under_years(self, row: int, columns: Ints, headers: Sequence[int]) -> bool:
        """Whether a row that has a name stands below a header of years over all of its columns: a line, though its
        amounts could be years too.
        """
        if not self.word[row, : int(columns[0])].any():
            return False
        return any(are_years(self.numbers[other, columns]) and (row - other) <= _HEADED for other in headers)
