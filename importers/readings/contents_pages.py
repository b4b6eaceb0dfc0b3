"""Sheets that tell of a workbook and hold no budget: contents pages with the numbers of tables or pages beside their
titles, and pages of facts with telephone numbers, versions and ISBNs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from importers.structure.block import Block
from importers.structure.grid import Grid, Kind
from importers.words import row_words, stage_words, title_words, vocabulary

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
    numbers = grid.numbers[np.ix_(block.data, np.array(block.values, dtype=np.int64))]
    small = bool((np.abs(numbers[~np.isnan(numbers)]) < _LARGEST).all())
    money = any(_says_money(grid, block, column) for column in block.values)
    if title_words.says_contents(grid.name) or _TELLS.match(grid.name):
        # The number of a table stands left of its title, that of a page or a fact right of its name.
        left = len(block.values) == 1 and block.values[0] < min(block.labels)
        return (small and left) or (not money and (small or len(block.values) == 1))
    return small and not money and _names_tables(said, others)


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
