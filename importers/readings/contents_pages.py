"""Sheets that tell of a workbook and hold no budget: contents pages with the numbers of tables or pages beside their
titles, pages of facts with telephone numbers, versions and ISBNs, and forms that state whose budget it is, of which
year and in which unit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from importers.structure.block import Block
from importers.structure.grid import Grid, Kind
from importers.words import lexicon, row_words, stage_words, title_words, vocabulary
from importers.words.unit_words import find_unit

_ROWS: Final = 80
_COLUMNS: Final = 2
_LARGEST: Final = 1_000
"""Tables and pages have no higher numbers."""

_TELLS: Final = re.compile(
    r"^\W*(cover( (sheet|page))?|front page|title page|notes?|read ?me|about( this.*)?|information|introduction"
    r"|meta ?data|glossary|definitions|guidance|inhalt(sverzeichnis)?|sommaire|[ií]ndice|inhoud|spis treści|obsah)\W*$",
    re.IGNORECASE,
)
"""Names of sheets that tell of a workbook."""


def tells_of_workbook(grid: Grid, block: Block, others: Sequence[tuple[Grid, Block]]) -> bool:
    """Whether a table of one sheet only names the tables of others, or states facts of the publication.

    Args:
        grid: the sheet.
        block: its table.
        others: the tables of the other sheets.
    """
    if len(block.data) > _ROWS or len(block.values) > _COLUMNS or not any(len(each.data) > 2 for _, each in others):
        return False
    said = _labels(grid, block)
    if not said or any(row_words.says_total(text) and not row_words.without_total(text) for text in said):
        return False
    if _states_facts(grid, block):
        return True
    numbers = grid.numbers[np.ix_(block.data, np.array(block.values, dtype=np.int64))]
    small = bool((np.abs(numbers[~np.isnan(numbers)]) < _LARGEST).all())
    money = any(_says_money(grid, block, column) for column in block.values)
    if title_words.says_contents(grid.name) or _TELLS.match(grid.name):
        # The number of a table stands left of its title, that of a page or a fact right of its name.
        left = len(block.values) == 1 and block.values[0] < min(block.labels)
        return (small and left) or (not money and (small or len(block.values) == 1))
    return small and not money and _names_tables(said, others)


def _states_facts(grid: Grid, block: Block) -> bool:
    """Whether a table is a form of labels and single values, most of which are words, each its own, or the year, and
    none of which may be an amount.
    """
    if len(block.values) != 1 or not block.labels or block.values[0] <= max(block.labels):
        return False
    value, label = block.values[0], block.labels[0]
    # Words below the last number of a table are its notes.
    below = [row for row, column in block.notes if column == value]
    rows = [row for row in [*block.headers, *block.body.tolist(), *below] if grid.filled[row, value]]
    units = {row for row in rows if _says_unit(grid, grid.text(row, value))}
    worded = [row for row in rows if grid.kinds[row, value] == Kind.TEXT and row not in units]
    numbers = [row for row in rows if row not in units and row not in worded]
    words = {grid.text(row, value) for row in worded if not _DIGIT.search(grid.text(row, value))}
    if any(map(vocabulary.says_amount, words)) or any(not _is_fact(grid, row, label, value) for row in numbers):
        return False
    return len(words) >= _FEWEST_FACTS and 2 * (len(words) + len(units)) > len(rows)


_FEWEST_FACTS: Final = 2
_DIGIT: Final = re.compile(r"\d")
_OF_UNITS: Final = re.compile(r"(x|×|in|en|em|i|v|w)\b|\D+$", re.IGNORECASE)
"""What begins as the statement of a unit, or has no number."""


def _says_unit(grid: Grid, text: str) -> bool:
    """Whether a text states in which unit amounts are, such as "x € 1.000", and is no amount with its currency."""
    unit = find_unit(text, grid.terms.currency) if _OF_UNITS.match(text) else None
    return unit is not None and unit.multiplier > 1


def _is_fact(grid: Grid, row: int, label: int, value: int) -> bool:
    """Whether what is no word is a day, a year, one of a few, or is called a code, so that nobody takes it for an
    amount.
    """
    said, written = grid.text(row, label), grid.text(row, value)
    if grid.kinds[row, value] != Kind.NUMBER:
        return bool(grid.kinds[row, value] == Kind.DATE)
    if says_year(written):
        return lexicon.says("year", said)
    coded = lexicon.says("code", said) or lexicon.says("identifier", said) or written.startswith("0")
    few = abs(float(grid.numbers[row, value])) < _LARGEST and written.isdigit()
    return coded or (few and not vocabulary.says_amount(said))


def _labels(grid: Grid, block: Block) -> list[str]:
    rows = block.data.tolist()
    return [grid.text(r, c) for r in rows for c in block.labels if grid.kinds[r, c] == Kind.TEXT]


def _says_money(grid: Grid, block: Block, column: int) -> bool:
    """Whether a header over numbers says that they are money, or of which year they are, and is no longer title."""
    rows = [row for row in block.headers if grid.kinds[row, column] in (Kind.TEXT, Kind.NUMBER)]
    said = [grid.text(row, column) for row in rows]
    return any(
        vocabulary.says_amount(text)
        or (says_year(text) and (not vocabulary.without_year_and_unit(text) or bool(stage_words.find_stage(text))))
        for text in said
    )


def _names_tables(said: Sequence[str], others: Sequence[tuple[Grid, Block]]) -> bool:
    """Whether most labels are names of other sheets or titles of their tables."""
    names = {row_words.fold_label(grid.name) for grid, _ in others}
    names |= {row_words.fold_label(grid.text(*where)) for grid, block in others for where in block.titles}
    known = [text for text in map(row_words.fold_label, said) if any(_same(text, name) for name in names)]
    return 2 * len(known) > len(said)


def _same(text: str, name: str) -> bool:
    """Whether a label is a name, or the end of a title such as "Table 3: Grants"."""
    return bool(text) and (text == name or (len(text) > 5 and name.endswith(" " + text)))
