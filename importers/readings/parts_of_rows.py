"""Rows that are marked as parts of the row above them in words of no list: whether they are is a choice."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.no_amounts import summed_by_total
from importers.readings.table import Table
from importers.relations.parts_below import find_parts_below
from importers.relations.sums import Row, Vector
from importers.words import lexicon, row_words

_LONGEST: Final = 60


def choose_parts_of_rows(table: Table, decisions: Decisions, rows: list[Row], tolerance: Vector) -> frozenset[int]:
    """The rows of the grid that only take apart the row above them. Where a total adds up without them they are parts;
    where none does, a person says so.

    Args:
        rows: the body of the table, as totals are looked for in it.
    """
    told = [row for row in rows if row.takes_apart]
    if told:
        # A table whose own words tell its parts has told them, the first of each list at least.
        return _beside_first(rows, tolerance)
    naming = [c.index for c in table.columns if c.index in table.block.labels and c.role in _NAMING]
    if not naming or table.of_role("year", "flow", "side"):
        return frozenset()
    filled = table.grid.worded[np.ix_(table.block.data, np.array(naming, dtype=np.int64))]
    # Where a row fills several columns its name stands in the first alone; one below such a row leaves it blank.
    single = len(naming) < 2 or bool((filled.sum(axis=1) == 1).all())
    columns = dict(zip(table.block.data.tolist(), filled.argmax(axis=1).tolist() if single else [], strict=False))
    found = find_parts_below(rows, columns, tolerance, by_word=not _is_of_known_language(table))
    if found is None or _have_codes(table, found.rows):
        return frozenset()
    if found.proven:
        return found.rows
    first = next(row for row in rows if row.row in found.rows)
    cells = table.cells_of(sorted(found.rows))
    choice = table.choice(
        "rows",
        ("parts", cells),
        f"{cells} of {table.grid.name!r} ({first.label[:_LONGEST]!r}) are {found.mark}, and come to less than the rows "
        "above them. Do they only take these apart?",
        (
            ("leave", "They are parts of the row above them: do not count them"),
            ("count", "They are lines of their own: count them beside it"),
        ),
        "leave",
    )
    return found.rows if decisions.take(choice) == "leave" else frozenset()


def _beside_first(rows: list[Row], tolerance: Vector) -> frozenset[int]:
    """The rows right below one whose words call it a part, which come with it to the row above it: the word stands once
    before all parts, as in "of which: current", "capital".
    """
    found: set[int] = set()
    whole: Row | None = None
    parts: list[Row] = []
    for row in rows:
        if row.amounts is None or row_words.says_total(row.label) or not (parts or row.takes_apart):
            whole, parts = (None, []) if row.amounts is None else (row, [])
            continue
        parts = [*parts, row]
        if whole is None or whole.amounts is None or len(parts) < _FEWEST_PARTS:
            continue
        said = map(sum, zip(*(part.amounts for part in parts if part.amounts is not None), strict=True))
        near = [abs(a - b) <= t * (len(parts) + 1) for a, b, t in zip(said, whole.amounts, tolerance, strict=True)]
        figures = sum(len(str(abs(amount)).rstrip("0")) for amount in whole.amounts)
        if all(near) and figures >= _TELLING:
            found |= {part.row for part in parts if not part.takes_apart}
            parts = []
    return frozenset(found)


_FEWEST_PARTS: Final = 2
_TELLING: Final = 4
"""Figures of a row that others hardly come to by chance."""


def choose_lines_called_parts(table: Table, decisions: Decisions, rows: list[Row]) -> frozenset[int]:
    """The rows of the grid whose words call them parts of the row above them and that are lines all the same, as
    "Including everyone" is: the total of the table sums them with all others; where they state more than the row above
    them, or one word alone says so of them and no total, a person does.
    """
    told = [row for row in rows if row.takes_apart and row.amounts is not None]
    if not told:
        return frozenset()
    summed = summed_by_total(table, {table.place_of(row.row) for row in told})
    lines = {row.row for row in told if table.place_of(row.row) in summed}
    totals = any(row_words.says_total(row.label) for row in rows)
    open_ones = [row for row in told if row.row not in lines]
    doubted = [row for row in open_ones if _states_more(row, rows) or (not totals and _may_be_name(row))]
    if not doubted:
        return frozenset(lines)
    cells = table.cells_of([row.row for row in doubted])
    choice = table.choice(
        "rows",
        ("parts or lines", cells),
        f"{cells} of {table.grid.name!r} ({doubted[0].label[:_LONGEST]!r}): are these parts of the rows above them, as "
        "their first words say?",
        (
            ("leave", "They are parts of other rows: do not count them"),
            ("count", "They are lines of their own: count them"),
        ),
        "",
    )
    return frozenset(lines.union(row.row for row in doubted) if decisions.take(choice) == "count" else lines)


def _may_be_name(row: Row) -> bool:
    """Whether a row begins with a word that begins names too, written as one and not set in."""
    return not row.indent and bool(_BEGINS_NAMES.match(row.label))


_BEGINS_NAMES: Final = re.compile(r"Including\s+[^\W\d_]")


def _states_more(row: Row, rows: list[Row]) -> bool:
    """Whether a row states more than the last one above it that is no part, in some column, whatever their signs."""
    above = next((each for each in reversed(rows) if each.row < row.row and not each.takes_apart), None)
    if above is None or above.amounts is None or row.amounts is None:
        return False
    return any(abs(a) > abs(b) for a, b in zip(row.amounts, above.amounts, strict=True))


def _is_of_known_language(table: Table) -> bool:
    """Whether the lists know words of the table, so that they would know one for parts."""
    labels = table.labels.words
    known = sum(any(lexicon.says(meaning, label) for meaning in _OF_MONEY) for label in labels)
    heads = any(lexicon.says(meaning, c.header) for c in table.columns for meaning in _OF_MONEY)
    return heads or known >= _KNOWN * len(labels)


_OF_MONEY: Final[tuple[lexicon.Meaning, ...]] = ("money", "income", "expenditure", "net")
_KNOWN: Final = 0.1


def _have_codes(table: Table, rows: frozenset[int]) -> bool:
    """Whether some rows are numbered as all others are, and so are lines as these are."""
    codes = [c.index for c in table.columns if c.role.endswith("_code")]
    if not codes:
        return False
    filled = table.grid.filled[np.ix_(sorted(rows), codes)]
    return bool(filled.any(axis=1).mean() > _NUMBERED)


_NUMBERED: Final = 0.5
_NAMING: Final = ("body", "unit", "programme", "account", "description")
