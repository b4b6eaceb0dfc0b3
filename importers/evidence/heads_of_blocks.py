"""A column that states in the head of each block of rows what another column comes to in the rows of the block."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from importers.evidence.alternatives import have_own_names
from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.structure.grid import Floats, Grid, Ints


def set_aside_heads(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns without those of heads: no row fills one of these and the other column, and each of its amounts
    stands in the other again before the next, mostly as a line and its total, as debits and credits do not.
    """
    amounts = amounts_of(columns)
    if len(amounts) < _PAIR:
        return columns
    numbers = np.nan_to_num(grid.numbers[np.ix_(rows, np.array([c.index for c in amounts], dtype=np.int64))])
    filled = (numbers != 0).astype(np.int64)
    apart = filled.T @ filled == 0
    changed: dict[int, Column] = {}
    for place, head in enumerate(amounts):
        for other in np.flatnonzero(apart[place]).tolist():
            lines = amounts[other]
            if head is lines or lines.index in changed or head.confidence >= 1 or not _may_be_one(head, lines):
                continue
            if _heads(numbers[:, place], numbers[:, other]):
                evidence = f"what column {lines.letter} comes to in the rows below each of its amounts"
                changed[head.index] = set_aside(head, evidence)
                break
    return with_changed(columns, changed)


_PAIR: Final = 2


def _may_be_one(head: Column, lines: Column) -> bool:
    """Whether nothing that two columns say is otherwise in the one than in the other."""
    years = {head.fiscal_year, lines.fiscal_year} - {None}
    words = [(head.stage, lines.stage), (head.version, lines.version), (head.flow, lines.flow)]
    words.append((head.control, lines.control))
    alike = all(one == other or not one or not other for one, other in words)
    return alike and len(years) < _PAIR and not have_own_names(head, lines)


def _heads(head: Floats, lines: Floats) -> bool:
    """Whether one column heads blocks of rows in which another, which fills other rows, states the same again."""
    begun = np.flatnonzero(head)
    stated = np.flatnonzero(lines)
    if not _FEWEST <= len(begun) <= len(stated) or stated[0] < begun[0]:
        return False
    if len(set(head[begun].tolist())) < _FEWEST or sum(map(_figures, head[begun].tolist())) < _TELLING:
        return False
    blocks = [lines[one:other] for one, other in pairwise([*begun.tolist(), len(head)])]
    again = sum(np.count_nonzero(block) > 1 for block in blocks)
    same = all(bool((block == amount).any()) for block, amount in zip(blocks, head[begun].tolist(), strict=True))
    return same and bool(again >= _MOSTLY * len(blocks))


_MOSTLY: Final = 0.8


def _figures(amount: float) -> int:
    return len(f"{abs(amount):.2f}".replace(".", "").strip("0"))


_FEWEST: Final = 4
_TELLING: Final = 12
"""Figures of all heads that lines below them hardly come to by chance."""
