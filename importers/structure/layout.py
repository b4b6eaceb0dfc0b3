"""Finds the tables of a sheet: where the titles end, the headers stand, the body begins and the notes follow.

A sheet is first cut sideways where empty columns part tables that have labels of their own. What remains is read from
top to bottom: rows with numbers are data; between them stand headings, notes, titles and headers, and a header that
speaks for the columns below it begins a new table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from importers.structure.grid import Address, Grid, Ints, Kind, address, are_years
from importers.structure.header_rows import SENTENCE, find_header_rows
from importers.structure.region import Region
from importers.structure.texts import Texts, column_texts
from importers.words import lexicon, row_words, title_words, vocabulary
from importers.words.unit_words import find_unit

_MACHINE_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9%]+)+$")

_UNDERSCORE = re.compile(r"(?<!\d)_|_(?!\d)")
"""In a name made for machines; one between figures parts the years of value12_13."""

_LONGEST_NAME: Final = 50
_FACTS: Final = 8
_TIMES: Final[tuple[lexicon.Meaning, ...]] = ("year", "period", "day")
_FORMS: Final = 3
_ROWS_LOOKED_AHEAD: Final = 40
"""Rows of data below a header by which its columns are told."""


@dataclass(frozen=True)
class Block:
    """One table's place in its grid; rows and columns are counted from zero.

    Attributes:
        titles: cells of text above the headers.
        headers: header rows, from the outermost to the one next to the body.
        machine_header: a row of names made for machines, or of column numbers, set aside; None without one.
        body: the rows of the body, blank ones left out: rows of data and headings between them.
        data: the rows of the body that hold numbers or marks in columns of numbers.
        values: columns that hold mostly numbers, amounts among them.
        labels: columns that hold text.
        notes: cells of text that explain the table: footnotes, sources.
        repeated_headers: rows that repeat the header further down, as over a page.
        carried: titles of the tables before it on the sheet, nearest first, which hold for it where its own say
            nothing.
    """

    titles: tuple[Address, ...]
    headers: tuple[int, ...]
    machine_header: int | None
    body: Ints
    data: Ints
    values: tuple[int, ...]
    labels: tuple[int, ...]
    notes: tuple[Address, ...] = ()
    repeated_headers: tuple[int, ...] = ()
    carried: tuple[Address, ...] = ()
    _texts: dict[tuple[int, bool], Texts] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def columns(self) -> list[int]:
        """Every column, from left to right."""
        return sorted(self.values + self.labels)

    @property
    def headings(self) -> list[int]:
        """The rows of the body that hold no figures."""
        if len(self.body) == len(self.data):
            return []
        return np.delete(self.body, np.searchsorted(self.body, self.data)).tolist()

    @property
    def header_rows(self) -> list[int]:
        """Every row of the header, the one for machines included."""
        return sorted([*self.headers, *([] if self.machine_header is None else [self.machine_header])])

    def area(self) -> str:
        """The range from the first header to the last row of the body."""
        first = min([*self.header_rows, int(self.body[0])])
        return f"{address(first, self.columns[0])}:{address(int(self.body[-1]), self.columns[-1])}"

    def texts(self, grid: Grid, column: int, *, with_numbers: bool) -> Texts:
        """What a column says in each row of data, as `column_texts` tells it, worked out once for all who ask."""
        asked = column, with_numbers
        if asked not in self._texts:
            self._texts[asked] = column_texts(grid, self.data, column, with_numbers=with_numbers)
        return self._texts[asked]

    def header_texts(self, grid: Grid, column: int) -> list[str]:
        """What each header row says above a column; a group's header covers the blank cells to its right."""
        said: list[str] = []
        for position, row in enumerate(self.headers):
            text = grid.text(row, column)
            text = _UNDERSCORE.sub(" ", text) if _MACHINE_NAME.match(text) else text
            if not text and column in self.values:
                text = self._group_above(grid, row, column, is_last=position == len(self.headers) - 1)
            if text and (not said or said[-1] != text) and not row_words.says_page(text):
                said.append(text)
        return said

    def _group_above(self, grid: Grid, row: int, column: int, *, is_last: bool) -> str:
        merged = next(
            (area for area in grid.merges if area[0] <= row <= area[2] and area[1] <= column <= area[3]), None
        )
        if merged is not None:
            return grid.text(merged[0], merged[1])
        if is_last:
            # A column of references left of the figures carries their header where they have none.
            beside = column - 1
            return "" if beside in self.columns or beside < 0 else grid.text(row, beside)
        below = [other for other in self.headers if other > row]
        above = [other for other in self.headers if other < row]
        counted = all(grid.numbers[other, self.values[0]] < _NO_YEAR for other in below)
        for left in range(column - 1, -1, -1):
            if left in self.labels or (counted and any(grid.text(other, left + 1) for other in above)):
                # Above the numbers of columns, a group does not go on where another begins above it.
                return ""
            if grid.text(row, left):
                if not any(grid.filled[other, left] for other in below):
                    # A group has headers of its own below it, from its first column on.
                    return ""
                ends = grid.find_merge(row, left)
                return "" if ends is not None and ends[3] < column else grid.text(row, left)
        return ""


_NO_YEAR = 1_000


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
        blocks: list[Block] = []
        bottom = -1
        for number, (top, headers) in enumerate(starts):
            end = starts[number + 1][0] if number + 1 < len(starts) else self.grid.height
            block = self._make_block(data[(data >= top) & (data < end)], headers, bottom, end)
            if block is None:
                continue
            bottom = int(block.body[-1])
            if blocks and self._goes_on(blocks[-1], block):
                headings, heads = self._around_page_break(blocks[-1], block)
                titles = tuple(cell for row in heads if self._says_continued(row) for cell in self._cells(row))
                named = (*headings, *self._named_by_headers(blocks[-1], block))
                blocks[-1] = _with_headings(self._join(blocks[-1], block, titles), named)
            elif blocks and (sections := self._sections(blocks[-1], block)) is not None:
                blocks[-1] = _with_headings(self._join(blocks[-1], block, ()), sections)
            else:
                blocks.append(block)
        if self._are_records(blocks):
            return []
        return self._give_notes_and_titles([self._name_first_part(block) for block in blocks])

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

    def _name_first_part(self, block: Block) -> Block:
        """A table with the name of its first part, which stands on its headers as those of the others do on their
        rows, below a title of the sheet.
        """
        headings = block.headings
        if not headings or not block.headers or headings[0] < block.data[0]:
            return block
        row = block.header_rows[0] - 1
        titled = row > 0 and bool(self.filled[:row].any())
        parted = all(not self.filled[heading - 1].any() for heading in headings)
        named = (
            all(self._is_plain_name(each, block.labels) for each in (row, *headings)) if titled and parted else False
        )
        return _with_headings(block, (row,)) if named else block

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
        notes = [r for r in wordy.tolist() if self._is_note(r)]
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

    def _is_note(self, row: int) -> bool:
        """Whether a row without amounts is a remark and no heading: a sentence alone in it."""
        said = [self.grid.text(row, self.first + int(c)) for c in np.flatnonzero(self.word[row])]
        return len(said) == 1 and (len(said[0]) > 2 * SENTENCE or row_words.says_note(said[0]))

    def _is_machine_row(self, row: int, values: list[int]) -> bool:
        if self.region.header_numbers[row]:
            return self.region.are_column_numbers(row)
        said = [text for text in (self.grid.text(row, self.first + c) for c in values) if text]
        return len(said) > 1 and all(_MACHINE_NAME.match(text) for text in said)

    def _sections(self, one: Block, other: Block) -> tuple[int, ...] | None:
        """The rows that name two parts of one table, each under its own name and the same headers: areas, funds. None
        where these are tables of their own, or the lower one states the sums of the upper one.
        """
        if not one.headers or one.values != other.values or one.labels != other.labels:
            return None
        if any(one.header_texts(self.grid, c) != other.header_texts(self.grid, c) for c in one.columns):
            return None
        between = [r for r in range(int(one.body[-1]) + 1, other.header_rows[0]) if self.filled[r].any()]
        above = one.header_rows[0] - 1 if not one.repeated_headers else None
        names = [*between, *([] if above is None else [above])]
        if len(between) != 1 or any(row < 0 or not self._is_plain_name(row, one.labels) for row in names):
            return None
        return None if self._states_sums(one, other) else tuple(names)

    def _is_plain_name(self, row: int, labels: tuple[int, ...]) -> bool:
        """Whether a row is one short text over the labels, which says nothing of year, unit, stage or flow."""
        cells = self._cells(row)
        if len(cells) != 1 or cells[0][1] not in labels[:1]:
            return False
        text = self.grid.text(*cells[0])
        of_money: object = find_unit(text) or vocabulary.find_stage(text) or vocabulary.find_version(text)
        of_money = of_money or vocabulary.find_flow(text) or vocabulary.says_amount(text)
        of_others = vocabulary.says_real_terms(text) or title_words.says_no_spending(text) or row_words.says_total(text)
        said = bool(of_money) or says_year(text) or of_others or self._is_note(row)
        return not said and len(text) <= _LONGEST_NAME and any(c.isalpha() for c in text)

    def _states_sums(self, one: Block, other: Block) -> bool:
        """Whether each row of a table is the sum of the rows of the same name in the one above."""
        if not one.labels:
            return False
        label = one.labels[0]
        names = self.grid.codes[one.data, label]
        parts = np.nan_to_num(self.grid.numbers[one.data][:, list(one.values)])
        for row in other.data.tolist():
            same = names == self.grid.codes[row, label]
            said = np.nan_to_num(self.grid.numbers[row, list(other.values)])
            if not same.any() or not np.allclose(parts[same].sum(axis=0), said, rtol=0, atol=1.0):
                return False
        return True

    def _goes_on(self, one: Block, other: Block) -> bool:
        """Whether the second table repeats the first one's headers, as a table does that goes on over a page."""
        if not one.headers or not other.headers:
            return False
        # What stands under no header, such as numbers of rows, may be figures on one page and words on another.
        headed = self._headed_values(one)
        same = headed == self._headed_values(other) and (bool(headed) or one.values == other.values)
        # Assumptions stand above amounts of the same years.
        same &= self._unit_over_labels(other) in ("", self._unit_over_labels(one))
        _, heads = self._around_page_break(one, other)
        known = self._rows_above(one)
        return same and all(
            self._said(row) in known or self._is_note(row) or self._says_continued(row) for row in heads
        )

    def _headed_values(self, block: Block) -> dict[int, list[str]]:
        """What stands over each column of values that has a header."""
        return {c: texts for c in block.values if (texts := block.header_texts(self.grid, c))}

    def _around_page_break(self, one: Block, other: Block) -> tuple[list[int], list[int]]:
        """The rows of text between two tables: headings right below the upper one, where what stands above its own
        headers is repeated after them, as at the head of every page; and the rest.
        """
        top, bottom = int(one.body[-1]) + 1, other.header_rows[0]
        rows = [row for row in range(top, bottom) if self.word[row].any()]
        known = self._rows_above(one)
        end = next((row for row in rows if self._said(row) in known), top)
        headings = [
            row
            for row in range(top, end)
            if len(cells := self._cells(row)) == 1 and cells[0][1] in one.columns[:1] and not self._is_note(row)
        ]
        if len(headings) < end - top:
            return [], rows
        return headings, [row for row in rows if row >= end]

    def _rows_above(self, block: Block) -> set[tuple[str, ...]]:
        """What the rows of words above a table's first header say."""
        return {self._said(row) for row in range(block.header_rows[0]) if self.word[row].any()}

    def _said(self, row: int) -> tuple[str, ...]:
        return tuple(self.grid.text(*cell) for cell in self._cells(row))

    def _join(self, one: Block, other: Block, titles: tuple[Address, ...]) -> Block:
        """Two tables as one, whose values are the columns of values of both."""
        body = np.concatenate([one.body, other.body])
        values = [c for c in one.values if c in other.values]
        inside = [c - self.first for c in values]
        has_value = (self.number[body][:, inside] | self.mark[body][:, inside]).any(axis=1)
        return replace(
            one,
            titles=one.titles + titles,
            repeated_headers=(*one.repeated_headers, *other.header_rows),
            body=body,
            data=body[has_value],
            values=tuple(values),
            labels=tuple(sorted({*one.columns, *other.columns} - set(values))),
            notes=one.notes + other.notes,
        )

    def _unit_over_labels(self, block: Block) -> str:
        """What the header over a table's labels says of its unit."""
        texts = [text for column in block.labels[:1] for text in block.header_texts(self.grid, column)]
        return next((str(unit) for text in texts if (unit := find_unit(text, self.grid.terms.currency))), "")

    def _named_by_headers(self, one: Block, other: Block) -> tuple[int, ...]:
        """The rows of repeated headers that name another part of the table over its labels, where the headers of the
        table name the part before: "Receipts" and "Payments".
        """
        label = one.labels[0] if one.labels[:1] == other.labels[:1] != () else None
        if label is None:
            return ()
        before, said = one.header_texts(self.grid, label), other.header_texts(self.grid, label)
        if not before or not said or before == said or any(title_words.says_continued(text) for text in said):
            return ()
        return tuple(row for row in other.header_rows if self.grid.text(row, label))

    def _says_continued(self, row: int) -> bool:
        """Whether a row is the number of a page, or says that the table goes on."""
        said = [self.grid.text(row, self.first + int(c)) for c in np.flatnonzero(self.word[row])]
        return any(title_words.says_continued(text) for text in said) or (
            len(said) == 1 and row_words.says_page(said[0])
        )

    def _give_notes_and_titles(self, blocks: list[Block]) -> list[Block]:
        """The blocks with the text around them given to the one that it speaks of."""
        done: list[Block] = []
        for number, block in enumerate(blocks):
            begin = int(blocks[number - 1].body[-1]) + 1 if number else 0
            top = min([*block.header_rows, int(block.body[0])])
            rows = [row for row in range(begin, top) if self.filled[row].any()]
            split = self._first_title_row(rows, begin) if number else 0
            titles = tuple(self._cells(row) for row in rows[split:] if not self._counts_something(row))
            done.append(replace(block, titles=tuple(cell for cells in titles for cell in cells) + block.titles))
            if number:
                notes = tuple(cell for row in rows[:split] for cell in self._cells(row))
                done[number - 1] = replace(done[number - 1], notes=done[number - 1].notes + notes)
        if done:
            rest = range(int(done[-1].body[-1]) + 1, self.grid.height)
            notes = tuple(cell for row in rest for cell in self._cells(row))
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
            said = self.grid.text(*self._cells(rows[position])[0])
            if row_words.says_note(said) or len(said) > 2 * SENTENCE:
                break
            split = position
            gap_above = rows[position] - (rows[position - 1] if position else begin - 1) > 1
            if gap_above and position and row_words.says_note(self.grid.text(*self._cells(rows[position - 1])[0])):
                break
        return split

    def _cells(self, row: int) -> list[Address]:
        return [(row, self.first + c) for c in np.flatnonzero(self.filled[row]).tolist()]


def _with_headings(block: Block, rows: tuple[int, ...]) -> Block:
    return replace(block, body=np.union1d(block.body, np.array(rows, dtype=np.int64)))
