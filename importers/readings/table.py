"""One table with what was settled about it: what every later step works on."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from budget_align.core.returns.reading import Topic
from importers.evidence.choices import Choice, choice_id
from importers.evidence.column import Column
from importers.evidence.context import Context
from importers.relations.sums import Entry, Sums
from importers.structure.block import Block
from importers.structure.grid import Bools, Grid, Ints
from importers.structure.texts import Texts, column_texts, combinations, first_said
from importers.words import row_words


@dataclass(eq=False)
class Table:
    """One table with what was settled about it.

    Attributes:
        amounts: minor units by row of data and column of the grid; zero where no number.
        stated: where a cell states an amount, zero included, the same shape.
        foreign: rows in another currency than the government's, with that currency, as places in `block.data`.
        shares: rows left out as no amounts: percentages, changes, balances, another currency, or
            another version that a person left out; as places in `block.data`.
        left: rows that could be lines and were chosen not to count.
        flows: the flow of rows, by row of the grid, as the sections of a statement tell it.
        stages: the stage of rows, by row of the grid, as a person tells it of a column's words.
        sums: its totals; None for a long list of lines without any.
        choices: the points at which it could be read otherwise.
        named_years: the fiscal years of words of its rows that name none, as a person said; 0 where nobody did.
    """

    grid: Grid
    block: Block
    columns: list[Column]
    context: Context
    amounts: npt.NDArray[np.int64]
    stated: Bools
    shares: frozenset[int] = frozenset()
    foreign: dict[int, str] = field(default_factory=dict)
    flows: dict[int, str] = field(default_factory=dict)
    stages: dict[int, str] = field(default_factory=dict)
    sums: Sums | None = None
    left: frozenset[int] = frozenset()
    choices: dict[str, Choice] = field(default_factory=dict)
    named_years: dict[str, int] = field(default_factory=dict)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = f"{self.grid.name}!{self.block.area(self.grid)}"

    def choice(
        self,
        topic: Topic,
        about: tuple[str, ...],
        prompt: str,
        options: tuple[tuple[str, str], ...],
        guess: str,
        *,
        assumed: str = "",
    ) -> Choice:
        """A point at which the table can be read otherwise; `about` tells it from the other choices of its sheet, the
        rest is as of `Choice`.
        """
        name = choice_id(topic, self.grid.name, *about)
        return Choice(name, topic, self.grid.name, self.key, prompt, options, guess, assumed)

    def of_role(self, *roles: str) -> list[Column]:
        """The columns of these roles, from left to right."""
        return [column for column in self.columns if column.role in roles]

    def cells_of(self, rows: Sequence[int]) -> str:
        """The cells of amounts of some rows of the grid, the first few by name: "C4, C7, C9, C12 and 3 more"."""
        column = self.of_role("amount")[0].index
        named = ", ".join(self.grid.address(row, column) for row in rows[:_NAMED])
        return f"{named} and {len(rows) - _NAMED} more" if len(rows) > _NAMED else named

    def version_of(self, column: Column) -> str:
        """The version that a column says of its amounts, "" for none. Beside one of its year and stage that says what
        the titles do, as the revision does in the table of a revision, a column that says none is the original.
        """
        beside = [c for c in self.of_role("amount", "total") if _year_and_stage(c) == _year_and_stage(column)]
        if column.version or all(c.version != self.context.version.value for c in beside):
            return column.version
        return "original"

    def year_texts(self) -> list[str]:
        """What the table says where its years were read: headers of amounts, words of rows, or its title."""
        said = [column.header for column in self.of_role("amount", "total") if column.fiscal_year is not None]
        undated = any(column.fiscal_year is None for column in self.of_role("amount"))
        for column in self.of_role("year") if undated else ():
            said += self.block.texts(self.grid, column.index, with_numbers=True).words
        if not said and self.context.year_text:
            said.append(self.context.year_text)
        return said

    def place_of(self, row: int) -> int:
        """The place of a row of the grid among the rows of data; of one that is none, that of the next one."""
        place = self._places.get(row)
        return int(np.searchsorted(self.block.data, row)) if place is None else place

    def is_row_of_data(self, row: int) -> bool:
        """Whether a row of the grid is one of the rows of data."""
        return row in self._places

    def kept(self) -> Ints:
        """The rows of data that are not among `shares` so far, as places in `block.data`."""
        kept = np.ones(len(self.block.data), dtype=bool)
        kept[list(self.shares)] = False
        return np.flatnonzero(kept)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {row: place for place, row in enumerate(self.block.data.tolist())}

    @cached_property
    def labels(self) -> Texts:
        """What names each row of data: the label that calls it a total, else the programme, else the innermost."""
        return row_labels(self.grid, self.block, self.columns)

    @cached_property
    def line_rows(self) -> Ints:
        """The rows of data that are lines, memo lines among them, as places in `block.data`."""
        if self.sums is None:
            money = [c.index for c in self.of_role("amount", "total", "memo")]
            lines = np.asarray(self.stated[:, money].any(axis=1))
            lines[list(self.shares | self.left)] = False
            return np.flatnonzero(lines)
        places = [self.place_of(entry.row) for entry in self.sums.lines()]
        return np.array([place for place in places if place not in self.left], dtype=np.int64)

    def lines_beside(self, left: Collection[int]) -> Ints:
        """Those of `line_rows` that are not among some rows of data."""
        return np.setdiff1d(self.line_rows, np.array(list(left), dtype=np.int64), assume_unique=True)

    @cached_property
    def memo_rows(self) -> Bools:
        """For each of `line_rows`, whether it is a memo line."""
        if self.sums is None:
            return np.zeros(len(self.line_rows), dtype=bool)
        entries = (entry for entry in self.sums.lines() if self.place_of(entry.row) not in self.left)
        return np.array([entry.memo for entry in entries], dtype=bool)

    @cached_property
    def totals_alone(self) -> Bools:
        """Cells of total columns that state an amount which no part beside them states, by row of data and column."""
        alone = np.zeros(self.stated.shape, dtype=bool)
        for column in self.of_role("total"):
            parts = list(column.parts)
            alone[:, column.index] = ~self.stated[:, parts].any(axis=1) & (self.amounts[:, column.index] != 0)
        return alone

    @cached_property
    def told_by_totals(self) -> Bools:
        """Cells of the innermost totals that state an amount of a column of which no line states any, as last year's
        budget does that is shown less deep than this one's, by row of data and column: they are its lines.
        """
        alone = np.zeros(self.stated.shape, dtype=bool)
        if self.sums is None:
            return alone
        lines = [self.place_of(line.row) for line in self.sums.lines()]
        for column in self.of_role("amount"):
            if lines and not self.stated[lines, column.index].any():
                for entry in self.sums.top:
                    self._mark_innermost(entry, column.index, alone)
        return alone

    def _mark_innermost(self, entry: Entry, column: int, alone: Bools) -> bool:
        """Marks the totals under an entry that state a column as none of their own does, and tells whether any does."""
        below = [self._mark_innermost(member, column, alone) for member in entry.members if member.is_total]
        place = self.place_of(entry.row)
        if any(below) or entry.memo or not entry.is_total or not self.amounts[place, column] or place in self.left:
            return any(below)
        alone[place, column] = True
        return True

    def of_totals(self, flows: dict[int, str]) -> Table:
        """A table whose lines are the cells of `told_by_totals` and no others, with the flows of their rows."""
        told = replace(self, stated=self.told_by_totals, flows=flows)
        told.__dict__["line_rows"] = np.flatnonzero(self.told_by_totals.any(axis=1))
        told.__dict__["memo_rows"] = np.zeros(len(told.line_rows), dtype=bool)
        return told


def row_labels(grid: Grid, block: Block, columns: list[Column], *, body: bool = False) -> Texts:
    """What names each row of data, or of the whole body; a word for a total in any other label is kept beside it."""
    rows = block.body if body else block.data

    def texts_of(column: Column) -> Texts:
        if body:
            return column_texts(grid, rows, column.index, with_numbers=False)
        return block.texts(grid, column.index, with_numbers=False)

    naming = ("body", "unit", "programme", "account", "stage", "control", "year")
    labels = [c for c in columns if c.role in naming]
    others = [c for c in columns if c.index in block.labels and c.role in _BESIDE]
    programmes = [c for c in labels if c.role == "programme"]
    if len(programmes) == 1:
        filled = texts_of(programmes[0])
        totals = [
            c
            for c in [*labels, *others]
            if c is not programmes[0] and any(row_words.says_total(w) for w in grid.words(rows, [c.index]))
        ]
        if filled.filled.all() and not totals:
            return filled
    first = min((c.index for c in columns if c.role in ("amount", "total")), default=0)
    numbers = [c for c in columns if c.role.endswith("_code") or c.role == "unused"]
    coded = [c for c in numbers if c.index < first and c not in others]
    ordered = sorted([*labels, *others, *coded], key=lambda c: c.index)
    if not ordered:
        return Texts.same("", len(rows))
    texts = [texts_of(column) for column in ordered]
    key, rows_of = combinations(texts)
    said = [(column, each.at(rows_of)) for column, each in zip(ordered, texts, strict=True)]
    count = len(rows_of)
    programme = first_said([each for c, each in said if c.role == "programme"], count)
    total = first_said([each.where(_names_total) for c, each in said if c not in coded], count)
    inner = [each for c, each in reversed(said) if c.role in naming]
    # Where nothing else names a row, whom it goes to or what describes it does, or words among codes and numbers.
    beside = [each for c, each in said if c.role in ("counterpart", "description")]
    beside += [each.where(_is_worded) for c, each in said if c.role.endswith("_code") or c in coded]
    names = first_said([programme, total, *inner, *beside], count)
    words = [names.words[code] for code in names.codes.tolist()]
    for place in np.flatnonzero(programme.filled & total.filled).tolist():
        if total.said(place) != words[place]:
            words[place] = f"{words[place]} {total.said(place)}"
    return Texts(key, tuple(words))


def _names_total(word: str) -> bool:
    return len(word) < _TOTAL_LENGTH and row_words.says_total(word)


def _is_worded(word: str) -> bool:
    return bool(_WORDED.match(word))


_BESIDE = ("programme_code", "unit_code", "account_code", "flow", "unused", "counterpart", "description")
_TOTAL_LENGTH = 60
_WORDED = re.compile(r"\W*[^\W\d_]{3,}")
_NAMED = 4


def _year_and_stage(column: Column) -> tuple[int | None, str]:
    return column.fiscal_year, column.stage
