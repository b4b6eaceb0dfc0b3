"""Tells the parts of one table, which the layout of a sheet finds one by one: it goes on over pages under the same
headers, or its sections stand under names of their own and the same headers each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from importers.structure.block import Block
from importers.structure.grid import Address
from importers.structure.region import Region
from importers.words import flow_words, row_words, stage_words, title_words, vocabulary
from importers.words.unit_words import find_unit

_LONGEST_NAME: Final = 50


class TableParts:
    """Joins the tables of some columns of a sheet that are parts of one."""

    def __init__(self, region: Region) -> None:
        self.region = region

    def join(self, one: Block, other: Block) -> Block | None:
        """A table and the one below it as one; None where these are tables of their own."""
        if self._goes_on(one, other):
            headings, heads = self._around_page_break(one, other)
            titles = tuple(cell for row in heads if self._says_continued(row) for cell in self.region.cells(row))
            named = (*headings, *self._named_by_headers(one, other))
            return _with_headings(self._join(one, other, titles), named)
        sections = self._sections(one, other)
        return None if sections is None else _with_headings(self._join(one, other, ()), sections)

    def name_first_part(self, block: Block) -> Block:
        """A table with the name of its first part, which stands on its headers as those of the others do on their
        rows, below a title of the sheet.
        """
        headings = block.headings
        if not headings or not block.headers or headings[0] < block.data[0]:
            return block
        row = block.header_rows[0] - 1
        titled = row > 0 and bool(self.region.filled[:row].any())
        parted = all(not self.region.filled[heading - 1].any() for heading in headings)
        named = (
            all(self._is_plain_name(each, block.labels) for each in (row, *headings)) if titled and parted else False
        )
        return _with_headings(block, (row,)) if named else block

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
            self.region.said(row) in known or self.region.is_note(row) or self._says_continued(row) for row in heads
        )

    def _headed_values(self, block: Block) -> dict[int, list[str]]:
        """What stands over each column of values that has a header."""
        return {c: texts for c in block.values if (texts := block.header_texts(self.region.grid, c))}

    def _around_page_break(self, one: Block, other: Block) -> tuple[list[int], list[int]]:
        """The rows of text between two tables: headings right below the upper one, where what stands above its own
        headers is repeated after them, as at the head of every page; and the rest.
        """
        top, bottom = int(one.body[-1]) + 1, other.header_rows[0]
        rows = [row for row in range(top, bottom) if self.region.word[row].any()]
        known = self._rows_above(one)
        end = next((row for row in rows if self.region.said(row) in known), top)
        headings = [
            row
            for row in range(top, end)
            if len(cells := self.region.cells(row)) == 1
            and cells[0][1] in one.columns[:1]
            and not self.region.is_note(row)
        ]
        if len(headings) < end - top:
            return [], rows
        return headings, [row for row in rows if row >= end]

    def _rows_above(self, block: Block) -> set[tuple[str, ...]]:
        """What the rows of words above a table's first header say."""
        return {self.region.said(row) for row in range(block.header_rows[0]) if self.region.word[row].any()}

    def _unit_over_labels(self, block: Block) -> str:
        """What the header over a table's labels says of its unit."""
        texts = [text for column in block.labels[:1] for text in block.header_texts(self.region.grid, column)]
        return next((str(unit) for text in texts if (unit := find_unit(text, self.region.grid.terms.currency))), "")

    def _named_by_headers(self, one: Block, other: Block) -> tuple[int, ...]:
        """The rows of repeated headers that name another part of the table over its labels, where the headers of the
        table name the part before: "Receipts" and "Payments".
        """
        label = one.labels[0] if one.labels[:1] == other.labels[:1] != () else None
        if label is None:
            return ()
        before, said = one.header_texts(self.region.grid, label), other.header_texts(self.region.grid, label)
        if not before or not said or before == said or any(title_words.says_continued(text) for text in said):
            return ()
        return tuple(row for row in other.header_rows if self.region.grid.text(row, label))

    def _says_continued(self, row: int) -> bool:
        """Whether a row is the number of a page, or says that the table goes on."""
        said = [self.region.grid.text(row, self.region.first + int(c)) for c in np.flatnonzero(self.region.word[row])]
        return any(title_words.says_continued(text) for text in said) or (
            len(said) == 1 and row_words.says_page(said[0])
        )

    def _sections(self, one: Block, other: Block) -> tuple[int, ...] | None:
        """The rows that name two parts of one table, each under its own name and the same headers: areas, funds. None
        where these are tables of their own, or the lower one states the sums of the upper one.
        """
        if not one.headers or one.values != other.values or one.labels != other.labels:
            return None
        if any(one.header_texts(self.region.grid, c) != other.header_texts(self.region.grid, c) for c in one.columns):
            return None
        between = [r for r in range(int(one.body[-1]) + 1, other.header_rows[0]) if self.region.filled[r].any()]
        above = one.header_rows[0] - 1 if not one.repeated_headers else None
        names = [*between, *([] if above is None else [above])]
        if len(between) != 1 or any(row < 0 or not self._is_plain_name(row, one.labels) for row in names):
            return None
        return None if self._states_sums(one, other) else tuple(names)

    def _is_plain_name(self, row: int, labels: tuple[int, ...]) -> bool:
        """Whether a row is one short text over the labels, which says nothing of year, unit, stage or flow."""
        cells = self.region.cells(row)
        if len(cells) != 1 or cells[0][1] not in labels[:1]:
            return False
        text = self.region.grid.text(*cells[0])
        of_money: object = find_unit(text) or stage_words.find_stage(text) or stage_words.find_version(text)
        of_money = of_money or flow_words.find_flow(text) or vocabulary.says_amount(text)
        of_others = vocabulary.says_real_terms(text) or title_words.says_no_spending(text) or row_words.says_total(text)
        said = bool(of_money) or says_year(text) or of_others or self.region.is_note(row)
        return not said and len(text) <= _LONGEST_NAME and any(c.isalpha() for c in text)

    def _states_sums(self, one: Block, other: Block) -> bool:
        """Whether each row of a table is the sum of the rows of the same name in the one above."""
        if not one.labels:
            return False
        label = one.labels[0]
        names = self.region.grid.codes[one.data, label]
        parts = np.nan_to_num(self.region.grid.numbers[one.data][:, list(one.values)])
        for row in other.data.tolist():
            same = names == self.region.grid.codes[row, label]
            said = np.nan_to_num(self.region.grid.numbers[row, list(other.values)])
            if not same.any() or not np.allclose(parts[same].sum(axis=0), said, rtol=0, atol=1.0):
                return False
        return True

    def _join(self, one: Block, other: Block, titles: tuple[Address, ...]) -> Block:
        """Two tables as one, whose values are the columns of values of both."""
        body = np.concatenate([one.body, other.body])
        values = [c for c in one.values if c in other.values]
        inside = [c - self.region.first for c in values]
        has_value = (self.region.number[body][:, inside] | self.region.mark[body][:, inside]).any(axis=1)
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


def _with_headings(block: Block, rows: tuple[int, ...]) -> Block:
    return replace(block, body=np.union1d(block.body, np.array(rows, dtype=np.int64)))
