"""Finds the tables of a sheet: where the titles end, the headers stand, the body begins and the notes follow.

A sheet is first cut sideways where empty columns part tables that have labels of their own. What remains is read from
top to bottom: rows with numbers are data; between them stand headings, notes, titles and headers, and a header that
speaks for the columns below it begins a new table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from importers.structure.block import MACHINE_NAME, Block
from importers.structure.grid import Address, Grid, Ints, Kind, are_years
from importers.structure.header_rows import find_header_rows
from importers.structure.region import SENTENCE, Region
from importers.structure.shifted_headers import shift_headers
from importers.structure.table_parts import TableParts
from importers.words import lexicon, row_words, vocabulary

_FACTS: Final = 8
_TIMES: Final[tuple[lexicon.Meaning, ...]] = ("year", "period", "day")
_FORMS: Final = 3
_ROWS_LOOKED_AHEAD: Final = 40
"""Rows of data below a header by which its columns are told."""


def find_blocks(grid: Grid) -> list[Block]:
    """The tables of a sheet, from top to bottom and left to right; none where no number stands in a column."""
    blocks: list[Block] = []
    for first, last in _cut_sideways(grid):
        blocks += _Tables(grid, first, last).find()
    blocks = [_share_titles(block, blocks) for block in blocks]
    ordered = sorted(blocks, key=lambda block: (int(block.body[0]), block.columns[0]))
    return [replace(block, carried=_carried(block, ordered[:place])) for place, block in enumerate(ordered)]


def _carried(block: Block, before: list[Block]) -> tuple[Address, ...]:
    """The titles of the tables before one that stand above it, nearest first."""
    top = min([*block.header_rows, int(block.body[0])])
    cells = [cell for other in reversed(before) for cell in other.titles if cell[0] < top]
    return tuple(cell for cell in dict.fromkeys(cells) if cell not in block.titles)


def _share_titles(block: Block, blocks: list[Block]) -> Block:
    """A table beside another that has no title of its own, with the titles that stand above both."""
    if block.titles:
        return block
    top = min([*block.header_rows, int(block.body[0])])
    left = [other for other in blocks if other.columns[-1] < block.columns[0] and other.titles]
    return replace(block, titles=tuple(cell for other in left[-1:] for cell in other.titles if cell[0] < top))


def _cut_sideways(grid: Grid) -> list[tuple[int, int]]:
    """Runs of columns, first and last, that hold tables beside each other; one run where nothing parts them."""
    filled = np.asarray(grid.filled.any(axis=0))
    if not filled.any():
        return []
    starts = [c for c in range(grid.width) if filled[c] and (c == 0 or not filled[c - 1])]
    cuts = [starts[0]]
    for number, start in enumerate(starts[1:], 1):
        end = starts[number + 1] if number + 1 < len(starts) else grid.width
        if _stands_alone(grid, start, end) and _has_numbers(grid, cuts[-1], start):
            cuts.append(start)
    return [(cut, (cuts[i + 1] if i + 1 < len(cuts) else grid.width) - 1) for i, cut in enumerate(cuts)]


def _stands_alone(grid: Grid, start: int, end: int) -> bool:
    """Whether columns after a gap begin with labels of their own, followed by numbers."""
    kinds = grid.kinds[:, start:end]
    rows = np.flatnonzero((kinds == Kind.NUMBER).any(axis=1))
    if len(rows) < 2 or end - start < 2:
        return False
    first = kinds[rows, 0]
    labelled = float(np.mean(first == Kind.TEXT)) >= 0.6 or bool(
        float(np.mean(first == Kind.NUMBER)) >= 0.8
        and are_years(grid.numbers[rows, start][np.equal(first, Kind.NUMBER)])
        and len(rows) > 3
    )
    if not labelled:
        return False
    repeated = [c for c in range(start) if (grid.codes[rows, c] == grid.codes[rows, start]).mean() > 0.8]
    # The same labels again are one table whose rows are named on both sides.
    return not repeated or not grid.filled[rows, :start].any(axis=1).all()


def _has_numbers(grid: Grid, start: int, end: int) -> bool:
    return bool((grid.kinds[:, start:end] == Kind.NUMBER).any())


class _Tables:
    """The tables of some columns of a sheet, read from top to bottom."""

    def __init__(self, grid: Grid, first: int, last: int) -> None:
        self.grid = grid
        self.first = first
        self.region = Region(grid, first, last)
        self.number, self.mark, self.word = self.region.number, self.region.mark, self.region.word
        self.filled = self.region.filled

    def find(self) -> list[Block]:
        """The tables of the region."""
        data = np.flatnonzero(self.number.any(axis=1))
        if not len(data):
            return []
        starts = self._table_starts(data)
        parts = TableParts(self.region)
        blocks: list[Block] = []
        bottom = -1
        for number, (top, headers) in enumerate(starts):
            end = starts[number + 1][0] if number + 1 < len(starts) else self.grid.height
            block = self._make_block(data[(data >= top) & (data < end)], headers, bottom, end)
            if block is None:
                continue
            bottom = int(block.body[-1])
            if blocks and (joined := parts.join(blocks[-1], block)) is not None:
                blocks[-1] = joined
            else:
                blocks.append(block)
        if self._are_records(blocks):
            return []
        blocks = shift_headers(self.grid, [parts.name_first_part(block) for block in blocks])
        return self._give_notes_and_titles(blocks)

    def _are_records(self, blocks: Sequence[Block]) -> bool:
        """Whether what looks like tables of one figure each are forms, one below another, with the name of each field
        left of what it says: their fields are no headers, and what each figure is of would be lost.
        """
        if len(blocks) < _FORMS or any(len(block.data) > 1 or len(block.values) > 1 for block in blocks):
            return False
        named = {
            tuple(self.grid.text(row, block.columns[0]) for row in (*block.headers, int(block.data[0])))
            for block in blocks
        }
        return len(named) == 1 and all(block.headers for block in blocks)

    def _table_starts(self, data: Ints) -> list[tuple[int, tuple[int, ...]]]:
        """For each table the first row of data and the header rows above it."""
        gaps = [0, *(np.flatnonzero(np.diff(data) > 1) + 1).tolist()]
        starts: list[tuple[int, tuple[int, ...]]] = []
        first_header: tuple[int, ...] = ()
        for gap in gaps:
            top = int(data[gap])
            above = int(data[gap - 1]) if gap else -1
            ahead = data[gap : gap + _ROWS_LOOKED_AHEAD]
            headers = find_header_rows(self.region, top, above, ahead)
            if not starts or (headers and self._begins_a_table(headers, above, first_header, starts, data, top)):
                starts.append((top, headers))
                first_header = headers
        return self._drop_key_values(starts, data)

    def _drop_key_values(
        self, starts: list[tuple[int, tuple[int, ...]]], data: Ints
    ) -> list[tuple[int, tuple[int, ...]]]:
        """Without a start that is only a few rows of one number under no words of amounts, such as a code above a
        table, or the facts of a report: its number, its year, the area of the council. Where nothing else follows,
        these are what there is.
        """
        kept = next((number for number in range(len(starts)) if not self._are_facts(starts, number, data)), 0)
        return starts[kept:]

    def _are_facts(self, starts: list[tuple[int, tuple[int, ...]]], number: int, data: Ints) -> bool:
        """Whether one start is a few rows of one number, and its header says neither a year nor an amount."""
        top, headers = starts[number]
        end = starts[number + 1][0] if number + 1 < len(starts) else self.grid.height
        rows = data[(data >= top) & (data < end)]
        heads = [row for row in headers if not self._is_fact(row)]
        said = [self.grid.text(r, self.first + int(c)) for r in heads for c in np.flatnonzero(self.filled[r])]
        speaks = any(says_year(text) or vocabulary.says_amount(text) for text in said)
        return len(rows) <= _FACTS and bool((self.number[rows].sum(axis=1) <= 1).all()) and not speaks

    def _heads_after_facts(
        self, headers: tuple[int, ...], start: tuple[int, tuple[int, ...]], rows: Ints, said: list[str]
    ) -> bool:
        """Whether rows name the columns of a table where nothing above them did, but for a few facts of one number."""
        few = len(rows) <= _FACTS and bool((self.number[rows].sum(axis=1) <= 1).all())
        named = bool(self.word[list(headers), : self._first_value(rows)].any())
        speaks = bool(said) and all(says_year(text) or vocabulary.says_amount(text) for text in said)
        return few and named and speaks and all(self._is_fact(row) for row in start[1])

    def _first_value(self, rows: Ints) -> int:
        return int(np.flatnonzero(self.number[rows].any(axis=0))[0])

    def _is_fact(self, row: int) -> bool:
        """Whether a row without figures is a name and what it is, such as "Financial year" and 2024/25."""
        said = [self.grid.text(row, self.first + int(c)) for c in np.flatnonzero(self.filled[row])]
        time = len(said) == 2 and any(lexicon.says(meaning, said[0]) for meaning in _TIMES)
        return time and says_year(said[1]) and not vocabulary.says_amount(vocabulary.without_year_and_unit(said[1]))

    def _begins_a_table(
        self,
        headers: tuple[int, ...],
        above: int,
        first_header: tuple[int, ...],
        starts: list[tuple[int, tuple[int, ...]]],
        data: Ints,
        top: int,
    ) -> bool:
        """Whether header-like rows below a table's first numbers begin a new table, and are no words among amounts."""
        before = self.region.value_columns(data[data >= starts[-1][0]][:_ROWS_LOOKED_AHEAD])
        after = self.region.value_columns(data[data >= top][:_ROWS_LOOKED_AHEAD])
        said = [
            self.grid.text(row, self.first + c)
            for row in headers
            for c in after
            if self.filled[row, c] or self.region.header_numbers[row]
        ]
        said = [text for text in said if text]
        if len(said) > 1 and len(set(said)) == 1:
            # One word in every column stands for amounts and heads none.
            return False
        firsts = {self.grid.text(row, self.first + c) for row in first_header for c in range(self.filled.shape[1])} - {
            ""
        }
        if self._heads_after_facts(headers, starts[-1], data[(data >= starts[-1][0]) & (data < top)], said):
            return True
        blank_above = any(not self.filled[row].any() for row in range(above + 1, headers[0]))
        if (
            len(said) == 1
            and not blank_above
            and said[0] not in firsts
            and self._is_labelled_line(headers, top, before)
        ):
            return False
        speaking = [t for t in said if says_year(t) or vocabulary.says_amount(t) or t in firsts or t.isdigit()]
        if said and 2 * len(speaking) >= len(said):
            return True
        return (blank_above and len(said) >= max(2, 0.6 * len(after))) or (
            blank_above and before != after and bool(said)
        )

    def _is_labelled_line(self, headers: tuple[int, ...], top: int, values: list[int]) -> bool:
        """Whether one row among data names itself as the rows around it do, so that words in it stand for an amount."""
        if len(headers) != 1 or not values:
            return False
        names = self.word[:, : values[0]]
        row = headers[0]
        alike = (names[row] == names[top]).mean() if names.shape[1] else 0.0
        return names[row].sum() >= min(2, names.shape[1]) and bool(alike >= 0.6) and row == top - 1

    def _make_block(self, data: Ints, headers: tuple[int, ...], bottom: int, end: int) -> Block | None:
        values = self.region.value_columns(data)
        if not values or not len(data):
            return None
        marks = [c for c in self.region.mark_columns(data) if not self.region.are_signs(data, c, values)]
        rows = data[self.number[data][:, values].any(axis=1)]
        if not len(rows):
            return None
        top, last = int(rows[0]), int(rows[-1])
        # Headings above the first data and rows of marks below the last belong to the body.
        begin = (headers[-1] if headers else top - 1) + 1
        while last + 1 < end and self._is_row_of_marks(last + 1, values):
            last += 1
        filled = np.flatnonzero(self.filled[begin : last + 1].any(axis=1)) + begin
        body = filled if headers else filled[filled >= self._first_heading(top, values, bottom)]
        titles_in = [r for r in body[body < top].tolist() if not headers and not self.region.header_numbers[r]]
        wordy = body[~(self.number[body].any(axis=1) | self.mark[body][:, values].any(axis=1))]
        notes = [r for r in wordy.tolist() if self.region.is_note(r)]
        body = body[~np.isin(body, [*notes, *titles_in])]
        has_value = (self.number[body][:, values] | self.mark[body][:, values]).any(axis=1)
        covered = np.array([*headers, *body.tolist()], dtype=np.int64)
        labels = [
            c for c in range(self.filled.shape[1]) if c not in (*values, *marks) and self._has_words(covered, body, c)
        ]
        machine = (
            next((row for row in headers if self._is_machine_row(row, values)), None) if len(headers) > 1 else None
        )
        cells = [(r, self.first + c) for r in notes for c in np.flatnonzero(self.filled[r]).tolist()]
        return Block(
            (),
            tuple(row for row in headers if row != machine),
            machine,
            body,
            body[has_value],
            tuple(self.first + c for c in values),
            tuple(self.first + c for c in labels),
            tuple(cells),
        )

    def _first_heading(self, top: int, values: list[int], bottom: int) -> int:
        """The first of the rows right above a table without a header that are years over its labels."""
        while (
            top - 1 > bottom and self.region.header_numbers[top - 1] and not self.region.numbers_over(top - 1, values)
        ):
            top -= 1
        return top

    def _has_words(self, covered: Ints, body: Ints, column: int) -> bool:
        return bool(self.word[covered, column].any() or self.number[body, column].any())

    def _is_row_of_marks(self, row: int, values: list[int]) -> bool:
        return bool(
            self.mark[row, values].any() and self.word[row, : values[0]].any() and not self.word[row, values].any()
        )

    def _is_machine_row(self, row: int, values: list[int]) -> bool:
        if self.region.header_numbers[row]:
            return self.region.are_column_numbers(row)
        said = [text for text in (self.grid.text(row, self.first + c) for c in values) if text]
        return len(said) > 1 and all(MACHINE_NAME.match(text) for text in said)

    def _give_notes_and_titles(self, blocks: list[Block]) -> list[Block]:
        """The blocks with the text around them given to the one that it speaks of."""
        done: list[Block] = []
        for number, block in enumerate(blocks):
            begin = int(blocks[number - 1].body[-1]) + 1 if number else 0
            top = min([*block.header_rows, int(block.body[0])])
            rows = [row for row in range(begin, top) if self.filled[row].any()]
            split = self._first_title_row(rows, begin) if number else 0
            titles = tuple(self.region.cells(row) for row in rows[split:] if not self._counts_something(row))
            done.append(replace(block, titles=tuple(cell for cells in titles for cell in cells) + block.titles))
            if number:
                notes = tuple(cell for row in rows[:split] for cell in self.region.cells(row))
                done[number - 1] = replace(done[number - 1], notes=done[number - 1].notes + notes)
        if done:
            rest = range(int(done[-1].body[-1]) + 1, self.grid.height)
            notes = tuple(cell for row in rest for cell in self.region.cells(row))
            done[-1] = replace(done[-1], notes=done[-1].notes + notes)
        return done

    def _counts_something(self, row: int) -> bool:
        """Whether a row above a table is a name and a figure, such as a rate of inflation: no title of the table."""
        columns = np.flatnonzero(self.number[row])
        return len(columns) == 1 and bool(self.word[row].any()) and not are_years(self.region.numbers[row, columns])

    def _first_title_row(self, rows: list[int], begin: int) -> int:
        """Where, among rows of text between two tables, the upper one's notes end and the lower one's titles begin."""
        split = len(rows)
        for position in range(len(rows) - 1, -1, -1):
            said = self.grid.text(*self.region.cells(rows[position])[0])
            if row_words.says_note(said) or len(said) > 2 * SENTENCE:
                break
            split = position
            gap_above = rows[position] - (rows[position - 1] if position else begin - 1) > 1
            if (
                gap_above
                and position
                and row_words.says_note(self.grid.text(*self.region.cells(rows[position - 1])[0]))
            ):
                break
        return split
