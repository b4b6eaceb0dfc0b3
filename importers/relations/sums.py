"""What the totals of a table are found to be: rows, entries that sum others, and headings over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from importers.words import row_words

Vector = tuple[int, ...]
"""The amounts of one row, column by column, in minor units."""

_BITS: Final = 96
"""No sum of a table's amounts needs more bits."""


@lru_cache(maxsize=1 << 16)
def packed(amounts: Vector) -> int:
    """Amounts as one number, which no others share: the number of a sum is the sum of the numbers.

    >>> packed((5, -3)) == packed((4, 0)) + packed((1, -3)), packed((1, 0)) == packed((0, 1))
    (True, False)
    """
    number = 0
    for amount in reversed(amounts):
        number = (number << _BITS) + amount
    return number


@dataclass(frozen=True)
class Row:
    """A row of a table's body: a heading where `amounts` is None; `indent` is by how much its label is set in.

    `labels` says how many of the columns that name rows it fills, more or fewer than most rows of the table do: 1, 0 or
    -1. A row of a list that fills all of them is hardly a total, whatever adds up to it; it is `listed`, and no total
    at all where nothing adds up to it, though its label has the word. A `part` is known to take apart the row above it,
    and one that is `whole` to be a line of its own, though its label begins as that of a part does; one that `ends`
    parts is the first below a list of them.
    """

    row: int
    label: str
    amounts: Vector | None
    indent: int = 0
    labels: int = 0
    listed: bool = False
    part: bool = False
    whole: bool = False
    ends: bool = False

    @property
    def takes_apart(self) -> bool:
        """Whether it is a part of the row above it, as its own words or other rows like it tell."""
        return self.part or (not self.whole and row_words.says_of_which(self.label))


@dataclass
class Entry:
    """A line, or a total with the entries that it sums.

    Attributes:
        worded: the row's own label calls it a total, or names the heading that it closes.
        exact: a total's members add up to it, exactly or but for the rounding of each.
        aside: a total adds up without it, though it stands among the rows that the total sums.
        doubtful: how many rows before a row that is not called a total add up to it; zero for most.
        believed: chance hardly makes such a sum, so that a doubtful row is a total with none around it too.
        expected: how many such rows chance would make in its table.
    """

    row: int
    label: str
    amounts: Vector
    is_total: bool = False
    worded: bool = False
    exact: bool = True
    memo: bool = False
    of_which: bool = False
    financing: bool = False
    whole: bool = False
    aside: bool = False
    doubtful: int = 0
    believed: bool = False
    expected: float = 0.0
    members: list[Entry] = field(default_factory=list)

    def lines(self) -> Iterator[Entry]:
        """The lines under the entry: itself for a line, all its members' lines for a total."""
        if not self.is_total:
            yield self
        for member in self.members:
            yield from member.lines()

    def totals(self) -> Iterator[Entry]:
        """The totals under the entry, members before what sums them, itself last."""
        for member in self.members:
            yield from member.totals()
        if self.is_total:
            yield self


@dataclass(frozen=True)
class Heading:
    """A heading still in force: its folded label and how many entries were open when it came."""

    label: str
    text: str
    opened: int
    indent: int = 0


@dataclass(frozen=True)
class Net:
    """Sections of a statement whose money runs in opposite directions.

    Attributes:
        rows: the rows that state what is left, in order.
        one: the sections that run one way.
        other: those that run the other way: taken off, or written below zero throughout.
    """

    rows: tuple[Entry, ...]
    one: tuple[Entry, ...]
    other: tuple[Entry, ...]


@dataclass
class Sums:
    """What the totals of one table were found to be.

    Attributes:
        top: entries that no total sums, in order.
        lone_totals: rows called totals that have no rows to sum and so are lines, by row, with the heading above.
        headings: for each row of amounts, the headings over it, outermost first.
        above: the totals stand above what they sum.
        real_terms: some rows are in real terms, and so memo.
        across: totals of totals that other totals sum too; they are checked, and their lines stand in `top`.
        asked: rows of which a person was asked already whether they are totals.
        nets: what its results were found to take off what, where they tell its sections.
    """

    top: list[Entry]
    lone_totals: dict[int, str]
    headings: dict[int, tuple[str, ...]]
    above: bool = False
    real_terms: bool = False
    across: list[Entry] = field(default_factory=list)
    asked: frozenset[int] = frozenset()
    nets: list[Net] = field(default_factory=list)

    def lines(self) -> Iterator[Entry]:
        """Every line of the table, in order."""
        yield from sorted((line for entry in self.top for line in entry.lines()), key=lambda line: line.row)

    def totals(self) -> Iterator[Entry]:
        """Every total of the table."""
        for entry in self.top:
            yield from entry.totals()
        yield from self.across
