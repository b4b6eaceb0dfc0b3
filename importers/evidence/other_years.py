"""What stands beside the years of a table and is of none of them: "prior years" before those of a capital programme,
"future years" after them, and years that rows name in a way that nothing tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from budget_align.core.values.fiscal_year import find_days, read_year
from importers.evidence.alternatives import listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import set_aside, with_changed
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import lexicon, row_words
from importers.words.relative_years import relative_year

_SURE_OF_PERSON: Final = 1.0
_MOST_WORDS: Final = 8
_UP_TO: Final = re.compile(r"\b(?:to|up to|until|bis|jusqu'?au|hasta|fino al|tot|ate|do)\b", re.IGNORECASE)


def choose_other_years(grid: Grid, columns: list[Column], decisions: Decisions, key: str, shape: str) -> list[Column]:
    """The columns, those that say no year left of the first or right of the last of several that each say another, as a
    person says: left out, as what was or will be spent in other years, or counted in the year next to those.

    A column is such a one where its header says so, or where a total sums it with columns of several years.
    """
    relative = sum(c.fiscal_year is not None and relative_year(c.header) is not None for c in columns)
    before, after = _find_before(columns), _find_after(columns)
    if relative > 1 or (not before and not after):
        return columns
    amounts = [c for c in columns if c.role == "amount" and c.index not in before | after]
    years = [c.fiscal_year for c in amounts if c.fiscal_year is not None]
    first, last = min(years), max(years)
    other = dict.fromkeys(before, first - 1) | dict.fromkeys(after, last + 1)
    found = [column for column in columns if column.index in other]
    label = grid.terms.year
    said = listed([f"{words_of(c)} in {label(other[c.index])}" for c in found])
    names = listed([f"{c.letter}, {words_of(c)}" for c in found])
    stand, they = ("stands column", "Does it") if len(found) == 1 else ("stand columns", "Do they")
    choice = Choice(
        choice_id("year", shape, *(column.header for column in found)),
        "year",
        grid.name,
        key,
        f"Beside the years {label(first)} to {label(last)} of {grid.name!r} {stand} {names}, of none of them. {they} "
        "count?",
        (("leave", "No: money of other years is left out"), ("count", f"Yes, {said}")),
        "leave",
    )
    if decisions.take(choice) == "count":
        return with_changed(columns, {c.index: replace(c, fiscal_year=other[c.index]) for c in found})
    evidence = "money of years before or after those beside it, which does not count"
    changed = {column.index: set_aside(column, evidence) for column in found}
    # What the years and these come to together states no money of its own.
    changed |= {
        column.index: set_aside(column, "it sums columns of several years, some of which do not count", "change")
        for column in columns
        if column.role == "total" and other.keys() & set(column.parts)
    }
    return with_changed(columns, changed)


def _find_before(columns: Sequence[Column]) -> set[int]:
    undated = _undated(columns, last=False)
    said = {c.index for c in undated if lexicon.says("earlier", c.header) or _runs_up_to_a_day(c)}
    return said | _summed(columns, undated)


def _find_after(columns: Sequence[Column]) -> set[int]:
    undated = _undated(columns, last=True)
    return {c.index for c in undated if lexicon.says("later", c.header)} | _summed(columns, undated)


def _undated(columns: Sequence[Column], *, last: bool) -> list[Column]:
    """The amounts of no year, or of all up to a day or from a year on, left or right of several years."""
    amounts = [c for c in columns if c.role == "amount" and c.confidence < _SURE_OF_PERSON]
    dated = [c for c in amounts if c.fiscal_year is not None and not _is_open(c)]
    years = {c.fiscal_year for c in dated if c.fiscal_year is not None}
    if len(years) < 2:
        return []
    end = max(c.index for c in dated) if last else min(c.index for c in dated)
    beside = [c for c in amounts if (c.index > end if last else c.index < end)]
    beyond = [
        c
        for c in beside
        if c.fiscal_year is not None and (c.fiscal_year > max(years) if last else c.fiscal_year < min(years))
    ]
    return [c for c in beside if c.fiscal_year is None or c in beyond]


def _is_open(column: Column) -> bool:
    """Whether what a header says goes on from its year, or up to it from years before."""
    said = any(lexicon.says(meaning, column.header) for meaning in ("earlier", "later"))
    return said or _runs_up_to_a_day(column)


def _runs_up_to_a_day(column: Column) -> bool:
    """Whether a header says up to which day something was spent: that is of all years before it."""
    return bool(_UP_TO.search(column.header) and find_days(column.header))


def _summed(columns: Sequence[Column], beside: Sequence[Column]) -> set[int]:
    """Those of the amounts beside several years that a total sums with these."""
    undated = {column.index for column in beside}
    by_index = {column.index: column for column in columns}
    found: set[int] = set()
    for total in columns:
        years = {by_index[part].fiscal_year for part in total.parts} - {None}
        if total.role == "total" and total.fiscal_year is None and len(years) > 1 and total.confidence >= _ADDS_UP:
            found |= undated & set(total.parts)
    return found


_ADDS_UP: Final = 0.9


def name_years(grid: Grid, block: Block, columns: Sequence[Column], decisions: Decisions, key: str) -> dict[str, int]:
    """The fiscal years that a person gives words of a column of years that name none, where it holds several: rows of
    several years are never of one.
    """
    calendar = grid.terms.calendar
    named: dict[str, int] = {}
    for column in columns:
        if column.role != "year" or all(c.fiscal_year is not None for c in columns if c.role == "amount"):
            continue
        words = [word for word in block.texts(grid, column.index, with_numbers=True).words if word]
        # What a row calls a total or a change is told without a year.
        unread = [word for word in words if len(calendar.find_years(word)) != 1 and not _names_no_line(word)]
        of_days = any(calendar.years_of_days([word]) for word in words)
        if of_days or len(words) < 2 or not unread or len(unread) > _MOST_WORDS:
            continue
        for word in unread:
            said = decisions.take(
                Choice(
                    choice_id("year", key, column.header, word),
                    "year",
                    grid.name,
                    key,
                    f"Column {column.letter} of {grid.name!r}, {words_of(column)}, says {word[:40]!r}. Which fiscal "
                    "year is that?",
                    (),
                    "",
                )
            )
            named[word] = read_year(said, calendar) if said else 0
    return named


def _names_no_line(word: str) -> bool:
    return row_words.says_total(word) or row_words.says_derived_row(word) or row_words.says_share_row(word)
