"""Where the rows begin that a total sums: those that add up to it, or those that it is most likely meant for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from importers.relations.open_rows import OpenRows
from importers.relations.sums import Entry, Heading, Vector
from importers.words import row_words

ROWS_SEARCHED = 2_000
_DOUBTS_TRIED = 10
_DOUBTS_TRIED_LATER = 2
_TRIES = 200_000
"""After so many combinations of rows in doubt in one table, only the last few are combined."""
_NEAR_IN_A_LIST = 50


class Starts:
    """Finds among the open rows of a table where those begin that a row called a total sums.

    Attributes:
        open: the rows that no total sums yet.
        headings: those that are open, outermost first; the finder of totals opens and closes them.
        names: what the table as a whole is called.
        searched: no more rows back than this are set beside a total.
    """

    def __init__(self, rows: OpenRows, headings: Sequence[Heading], names: Sequence[str], tolerance: Vector) -> None:
        self.open = rows
        self.headings = headings
        self.names = names
        self.tolerance = tolerance
        self.searched = ROWS_SEARCHED
        self.tries = 0

    def exact(self, entry: Entry) -> int | None:
        """Where the nearest run of open rows that adds up to the entry begins; a heading of its name goes first."""
        found = [start for start in self.open.exact_starts(entry.amounts) if start < len(self.open)]
        if not found:
            return None
        name = row_words.without_total(entry.label)
        named = [h.opened for h in self.headings if h.label == name and h.opened in found]
        if named:
            return named[-1]
        if not any(entry.amounts):
            # Zero is the sum of anything that is zero: only the rows under the last heading are meant.
            opened = self.headings[-1].opened if self.headings else 0
            return opened if opened in found else None
        if self.names_the_whole(entry):
            return found[0]
        # Runs that begin elsewhere differ by rows that add up to zero; one that begins under a heading is meant.
        return max((h.opened for h in self.headings if h.opened in found), default=found[-1])

    def with_doubts(self, entry: Entry) -> int | None:
        """The start of a run that adds up once some doubtful rows in it are taken for totals; those are closed."""
        # Chance alone need not make them unlikely here: that a total adds up with them says so too.
        doubts = self.open.last_doubts(_DOUBTS_TRIED if self.tries < _TRIES else _DOUBTS_TRIED_LATER)
        self.tries += 2 ** len(doubts)
        for size in range(len(doubts), 0, -1):
            for chosen in combinations(doubts, size):
                start = self.open.start_skipping(entry.amounts, chosen, self.searched)
                if start is None:
                    continue
                after = len(self.open)
                for position in [i for i in reversed(chosen) if i >= start]:
                    # One among the rows that a later one sums went with them.
                    if position < after:
                        after = self.open.close_doubt(position)
                return start
        return None

    def rounded(self, entry: Entry) -> int | None:
        """The start of the run that comes nearest, where rounding of its rows alone explains what is missing."""
        if not any(self.tolerance):
            return None
        best: tuple[int, int] | None = None
        opened = {heading.opened for heading in self.headings}
        for position in self.open.near_starts(entry.amounts, self.searched - 1):
            away = sum(abs(a - b) for a, b in zip(entry.amounts, self.open.sum_from(position), strict=True))
            here = away - (1 if position in opened else 0), position
            best = min(best, here) if best else here
        return best[1] if best else None

    def of_block(self, entry: Entry) -> int | None:
        """For a total that nothing adds up to: the rows under the heading that it names, under the last heading, or,
        where it covers the whole, all that is open.
        """
        name = row_words.without_total(entry.label)
        named = [h.opened for h in self.headings if h.label == name and h.opened < len(self.open)]
        if named:
            return named[-1]
        if self.names_the_whole(entry):
            return 0 if self.open else None
        if self.headings:
            opened = self.headings[-1].opened
            return opened if opened < len(self.open) else None
        if self.open and (self.open.entries[-1].is_total or self.open.entries[-1].row in self.open.lone):
            # Right below other totals it can only be meant to sum them.
            return 0 if len(self.open) > 1 else None
        lines = next((i + 1 for i in range(len(self.open) - 1, -1, -1) if self.open.entries[i].is_total), 0)
        return lines if lines < len(self.open) else None

    def is_plausible(self, entry: Entry, start: int, *, listed: bool) -> bool:
        """Whether a total that nothing adds up to may be meant for the rows from a start on: it names them or the
        whole, or it comes at least near to their sum. Otherwise it is a line that only calls itself a total.
        """
        name = row_words.without_total(entry.label)
        if not listed and self.names_the_whole(entry):
            return True
        if any(h.label == name and h.opened == start for h in self.headings):
            return True
        said = self.open.sum_from(start)
        away = sum(abs(a - b) for a, b in zip(entry.amounts, said, strict=True))
        return (_NEAR_IN_A_LIST if listed else 2) * away <= sum(map(abs, entry.amounts))

    def names_the_whole(self, entry: Entry) -> bool:
        """Whether a row is called a total of everything, or after the table."""
        name = row_words.without_total(entry.label)
        return bool(row_words.GRAND_TOTAL.search(entry.label)) or (name != "" and name in self.names)
