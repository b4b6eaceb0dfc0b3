"""Columns that nothing but a word of their headers makes no money, among columns that name what money is spent on: a
"Population health" or "Change management" beside schools and roads may be one more of these names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from importers.evidence.amount_columns import as_amount
from importers.evidence.column import Column
from importers.evidence.column_keys import groups_of, says_dimension
from importers.evidence.derived_columns import with_changed
from importers.structure.block import Block
from importers.structure.grid import Floats, Grid
from importers.words import lexicon, vocabulary

_FEWEST: Final = 3
_AS_LARGE: Final = 10
_MOSTLY: Final = 0.9


def join_names(grid: Grid, block: Block, columns: list[Column], stage: str) -> list[Column]:
    """The columns, those that may be one more name among three or more that nothing tells apart as amounts beside
    them: which of all of them count is one choice. Their figures are as large as the others', and no difference of two.
    """
    groups = groups_of(columns, stage)
    if len(groups) != 1 or len(groups[0]) < _FEWEST:
        return columns
    names = groups[0]
    if any(not c.account or says_dimension(c) for c in names):
        return columns
    numbers = np.nan_to_num(grid.numbers[block.data])
    last_label = max(block.labels, default=-1)
    doubted = [
        c for c in columns if c.by_words and c.index > last_label and len(lexicon.fold_words(c.header).split()) > 1
    ]
    left = [c for c in doubted if _is_like(numbers[:, c.index], [numbers[:, name.index] for name in names])]
    changed = {
        c.index: replace(as_amount(grid, c), account=name, stage="", version="", flow="", control="", by_words=True)
        for c in left
        if (name := vocabulary.without_year_and_unit(c.header))
    }
    return with_changed(columns, changed)


def _is_like(figures: Floats, others: Sequence[Floats]) -> bool:
    """Whether figures may be amounts as others are: of their size and sign, as finely written, and not what two of them
    differ by.
    """
    usual = [float(np.median(np.abs(each[each != 0]))) for each in (figures, *others) if each.any()]
    if not figures.any() or not min(usual[1:]) / _AS_LARGE <= usual[0] <= max(usual[1:]) * _AS_LARGE:
        return False
    together = np.array(others)
    if ((figures < 0).any() and not (together < 0).any()) or (_is_parted(figures) and not _is_parted(together)):
        return False
    said = figures != 0
    return not any(
        (np.abs(np.abs(one - other) - np.abs(figures))[said] <= 1).mean() >= _MOSTLY
        for place, one in enumerate(others)
        for other in others[:place]
    )


def _is_parted(figures: Floats) -> bool:
    return bool((figures != np.floor(figures)).any())
