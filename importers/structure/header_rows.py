"""Finds the header rows above a table's first row of data.

A header may be one row or ten, with blank rows between them: names of groups, of columns, their units, numbers of
columns. What speaks for many columns is a header however far below it the data begin; what says little must stand
close. Words alone in the column of labels are its header where the headers found leave that column without a name and
stand around them; else they are a title above or a heading below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from budget_align.core.values.money import Unit
from importers.structure.grid import Ints
from importers.structure.region import SENTENCE, Region, without_references
from importers.words import lexicon, period_words, row_words, stage_words, title_words, vocabulary
from importers.words.unit_words import find_unit

_HEADER_ROWS: Final = 12
"""A header region has no more filled rows than this."""

_FURTHEST: Final = 20
"""Blank rows between the headers and the data, at most."""

_GAP: Final = 6
"""Blank rows between two header rows, at most."""

_BRACKETED = re.compile(r"^[(\[].*[)\]]$", re.DOTALL)
_LETTERHEAD = re.compile(
    r"\b(reports?|statement|monitoring|printed|run (date|time|by|on)|user|for (the )?period|as (at|of)|appendix"
    r"|listing|profit and loss|trial balance|comparison)\b|^p(age)?\W{0,2}\d+$"
    r"|^(time|date|user|from|to|prepared by)\s*:",
    re.IGNORECASE,
)
"""What only the head of a report says: what it is, when and by whom it was drawn, for which period."""

_ORDINAL = re.compile(r"^([IVXLC]+|\d{1,2}|[A-Z])[.)]$")
_BRACKET = re.compile(r"[()]")
_DIGIT = re.compile(r"\d")


def _says_digits(text: str) -> bool:
    """Whether a digit stands outside brackets, as in the date of a publication."""
    pieces = _BRACKET.split(text)
    closes = [mark == ")" for mark in _BRACKET.findall(text)]
    return any(_DIGIT.search(piece) for piece, closed in zip(pieces, [*closes, False], strict=True) if not closed)


def _says_column(text: str) -> bool:
    """Whether a text says what a column holds: money, a year, a stage or a unit."""
    said = vocabulary.says_amount(text) or says_year(text) or stage_words.find_stage(text) or find_unit(text)
    return bool(said or lexicon.says("money", text) or period_words.find_period(text) or _BRACKETED.match(text))


def find_header_rows(region: Region, top: int, above: int, ahead: Ints) -> tuple[int, ...]:
    """The header rows above a row of data, in order.

    Args:
        region: the columns looked at.
        top: the first row of data below the headers.
        above: the last row of data above them; -1 where there is none.
        ahead: rows of data by which the columns are told.
    """
    values = region.value_columns(ahead)
    return _Climb(region, values, region.mark_columns(ahead)).climb(top, above) if values else ()


_PAIR: Final = re.compile(r"[^\W\d][^:]{0,40}:(\s|$)")
"""A name with what it is, or before it: "Account: 51000" or "Department:"."""


class _Climb:
    """The way up from a row of data: the header rows met so far, from the innermost to the outermost."""

    def __init__(self, region: Region, values: list[int], marks: list[int]) -> None:
        self.region = region
        self.values = values
        self.columns = sorted([*values, *(c for c in marks if c > values[0] - 2)])
        self.rows: list[int] = []
        self.blanks = 0

    def climb(self, top: int, above: int) -> tuple[int, ...]:
        spoken = 0
        stub: int | None = None
        for row in range(top - 1, above, -1):
            if not self.region.filled[row].any():
                self.blanks += 1
                if self.blanks > (_GAP if self.rows else _FURTHEST):
                    break
                continue
            if self._is_header(row):
                self.rows.append(row)
                spoken = len(self.rows)
            elif self.rows and self.blanks <= 1 and self._heads_the_labels(row, self.rows):
                self.rows.append(row)
            elif self.rows or not (self._is_heading(row) or self._is_line_without_figures(row, top)):
                break
            elif stub is None and self.blanks:
                stub = row
            self.blanks = 0
            if len(self.rows) >= _HEADER_ROWS:
                break
        # What stands above everything that is said of the columns is a title.
        rows = self._without_prelude(self._without_lines(self.rows[:spoken]))
        if stub is not None and stub - 1 in rows and self._heads_the_labels(stub, rows):
            rows.append(stub)
        return tuple(sorted(rows)) if self._say_enough(rows) else ()

    def _without_lines(self, rows: list[int]) -> list[int]:
        """Header rows, from the innermost on, without those that are lines of one amount that is withheld: words that
        say nothing of an amount, beside a name, right below a row that says what the column is.
        """
        kept = list(rows)
        while len(kept) > 1 and len(self.values) == 1 and not self.blanks:
            text, above = (self.region.text(row, self.values[0]) for row in kept[:2])
            named = self.region.word[kept[0], : self.values[0]].any()
            if not named or kept[1] != kept[0] - 1 or _says_column(text) or not _says_column(above):
                break
            del kept[0]
        return kept

    def _without_prelude(self, rows: list[int]) -> list[int]:
        """Header rows, from the innermost on, without those of a report's head: they stand above a row that names the
        columns, and say their own thing in the cells that happen to be over one or the other of them.
        """
        kept = list(rows)
        named = next((place for place, row in enumerate(kept) if len(self._over(row)) > 1), None)
        if named is None:
            return kept
        last = next((place for place in range(named + 1, len(kept)) if self._is_prelude(kept[place], kept[:place])), -1)
        return kept[:last] if last > 0 else kept

    def _is_prelude(self, row: int, below: Sequence[int]) -> bool:
        """Whether a row above others that name the columns is of a report's head."""
        region, over, beside = self.region, self._over(row), self._beside(row)
        said = [region.text(row, c) for c in (*over, *beside)]
        if not over or any(self._is_merged(row, c) for c in over):
            return False
        if over == [min(np.flatnonzero(region.filled.any(axis=0)))] and len(over) == 1:
            # A text in the first column of the sheet, where codes stand below: a title, not the name of one column.
            return not beside or self._named(beside, below)
        if not beside or not self._named(beside, below):
            return False
        letterhead = any(_LETTERHEAD.search(text) for text in said) and len(over) < len(self.columns)
        return letterhead or (len(over) == 1 and any(map(_PAIR.match, said)))

    def _is_merged(self, row: int, column: int) -> bool:
        merged = self.region.grid.find_merge(row, self.region.first + column)
        return merged is not None and merged[3] > merged[1]

    def _over(self, row: int) -> list[int]:
        """Columns of values that a row has something to say of."""
        region = self.region
        numbers = region.header_numbers[row] & ~np.isnan(region.numbers[row])
        said = region.word[row] | numbers | (region.mark[row] & bool(self.rows))
        return [c for c in self.columns if said[c]]

    def _beside(self, row: int) -> list[int]:
        """Columns of labels that a row has words for."""
        return [c for c in np.flatnonzero(self.region.word[row]).tolist() if c not in self.columns]

    def _is_heading(self, row: int) -> bool:
        """Whether a row without figures only names what follows: words, or a year, left of the values and nothing over
        them.
        """
        # Codes of numbers may stand left of the names that the heading stands over.
        beside = len(self.values) > 1 and bool(self.region.word[:, self.values[0] + 1 : self.values[1]].any())
        names = self.values[1] if beside or len(self.values) > 2 else self.values[0]
        left = self.region.filled[row, :names].any() and not self.region.number[row].any()
        return bool(left) and not [c for c in self._over(row) if c >= names]

    def _is_line_without_figures(self, row: int, top: int) -> bool:
        """Whether a row says nothing over the values, and beside them only what the first row of data does too."""
        said = np.flatnonzero(self.region.filled[row])
        codes = self.region.grid.codes[:, self.region.first + said]
        return bool(len(said)) and not self._over(row) and bool((codes[row] == codes[top]).all())

    def _is_header(self, row: int) -> bool:
        region = self.region
        if region.number[row].any():
            return False
        over, beside = self._over(row), self._beside(row)
        if self.blanks and (over or beside) and _ORDINAL.match(region.text(row, min([*over, *beside]))):
            # A title with its number in a cell of its own.
            return False
        if not over:
            # The header of the labels alone, among headers of the values.
            said = [region.text(row, c) for c in beside]
            if self._named(beside) and any(map(self._unit_of, said)):
                # A title, with its unit at the end of the row.
                return False
            return bool(self.rows) and not self.blanks and len(said) >= 2 and all(len(text) < 60 for text in said)
        texts = [region.text(row, c) for c in over]
        near = self.blanks <= (1 if self.rows else 2)
        if len(over) == 1 and len(self.columns) > 1:
            return self._is_lone_header(row, over[0], texts[0], beside)
        if len(set(texts)) == 1 and len(texts[0]) > SENTENCE:
            return False
        if not near:
            return all(len(text) <= SENTENCE for text in texts) and not self._are_pairs(row)
        return not all(len(text) > 2 * SENTENCE for text in texts)

    def _are_pairs(self, row: int) -> bool:
        """Whether a row far above reads as a name and what it is, such as "Department: Works", and as no header."""
        return any(self.region.text(row, c).endswith(":") for c in np.flatnonzero(self.region.word[row]).tolist())

    def _is_lone_header(self, row: int, column: int, text: str, beside: list[int]) -> bool:
        """Whether one text over several columns of values is a header: of a group, of a column, or their unit."""
        region = self.region
        if len(text) > SENTENCE or title_words.is_badge(text):
            return False
        if region.header_numbers[row]:
            return self.blanks <= 2
        if self.blanks > (1 if self.rows else 2):
            return self.blanks <= 2 and len(beside) > 1 and not self._named(beside) and not self._are_pairs(row)
        if beside and not self.rows:
            return True
        unit = self._unit_of(text) is not None and not says_year(text) and len(text) < 25
        if unit or (_BRACKETED.match(text) and not self.rows):
            # The unit of all columns right above the data; further up it belongs to the title.
            lone = column == self.values[0] or (unit and self._names_columns(row - 1))
            return not self.rows and not self.blanks and not beside and lone
        if self._is_merged(row, column):
            # Over all columns, those of names too, it is a title.
            return bool(self.rows) and not self._spans_all(row, column)
        if self.rows and self.blanks:
            apart = any(c > self.values[0] for c in beside)
            return not apart and not self._named(beside) and not _says_digits(without_references(text))
        return bool(self.rows) or column > 0

    def _unit_of(self, text: str) -> Unit | None:
        return find_unit(text, self.region.grid.terms.currency)

    def _spans_all(self, row: int, column: int) -> bool:
        """Whether a merged cell goes from the first column of the sheet that holds anything to the last."""
        merged = self.region.grid.find_merge(row, self.region.first + column)
        filled = np.flatnonzero(self.region.grid.filled.any(axis=0))
        return merged is not None and merged[1] <= filled[0] and merged[3] >= filled[-1]

    def _names_columns(self, row: int) -> bool:
        """Whether a row has words, or a year, over every column of values, and no figure."""
        return row >= 0 and not self.region.number[row].any() and self._over(row) == self.columns

    def _heads_the_labels(self, row: int, below: Sequence[int]) -> bool:
        """Whether short words stand alone in a column of labels which other headers have not named."""
        said = np.flatnonzero(self.region.filled[row]).tolist()
        if len(said) != 1 or said[0] in self.columns or not below or not self.region.word[row, said[0]]:
            return False
        text = self.region.text(row, said[0])
        short = len(text) <= SENTENCE / 2 and not text.endswith((":", "."))
        return short and not self._named(said, below) and not row_words.says_note(text)

    def _named(self, columns: Sequence[int], below: Sequence[int] | None = None) -> bool:
        """Whether the headers found name any of some columns; a row of units, such as "(percent)", names none."""
        rows = [row for row in (self.rows if below is None else below) if not self._says_units(row)]
        return bool(rows and columns) and bool(self.region.word[rows][:, list(columns)].any())

    def _says_units(self, row: int) -> bool:
        said = [self.region.text(row, c) for c in self._over(row)]
        return bool(said) and all(_BRACKETED.match(text) for text in said)

    def _say_enough(self, rows: Sequence[int]) -> bool:
        """Whether rows say something of several columns, or of one with something beside or right above it."""
        if len(self.values) == 1:
            return True
        said = {c for row in rows for c in self._over(row)}
        if len(said) > 1 or any(self._beside(row) for row in rows):
            return True
        return bool(rows) and min(rows) > 0 and int(self.region.filled[min(rows) - 1].sum()) > 1
