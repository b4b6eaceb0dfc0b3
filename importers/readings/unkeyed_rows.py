"""Rows of a list that lack the codes and names that all others have, and state more than these: ceilings, sums of what
is elsewhere, statistics.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.table import Table

_USUAL: Final = 0.8
"""A column that so many rows fill names them."""

_LACKING: Final = 2
_FEWEST: Final = 6
_WEIGHT: Final = 0.5
_LONGEST: Final = 60


def choose_unkeyed_rows(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows that fill fewer of the columns that name rows than all others do, and state at least half of what these
    do together, where the table has no totals: whether they count is a choice.

    Args:
        left: rows that are known not to count, as places among the rows of data.
    """
    lines = table.lines_beside(left)
    money = [column.index for column in table.of_role("amount")]
    named = [column for column in table.columns if column.index < min(money, default=0)]
    if len(lines) < _FEWEST or (table.sums is not None and any(True for _ in table.sums.totals())):
        return frozenset()
    filled = table.grid.filled[np.ix_(table.block.data[lines], np.array([c.index for c in named], dtype=np.int64))]
    usual = filled.mean(axis=0) >= _USUAL
    lacking = (~filled[:, usual]).sum(axis=1) >= _LACKING
    sizes = np.abs(table.amounts[lines][:, money].astype(np.float64)).sum(axis=1)
    if not lacking.any() or sizes[lacking].sum() < _WEIGHT * sizes[~lacking].sum():
        return frozenset()
    places = lines[lacking].tolist()
    cells = table.cells_of(table.block.data[places].tolist())
    heads = [c for c, is_usual in zip(named, usual, strict=True) if is_usual]
    blank = [c for c in heads if not table.grid.filled[table.block.data[places[0]], c.index]]
    said = " and ".join(repr(c.header[:_LONGEST] or c.letter) for c in blank[:2])
    choice = table.choice(
        "rows",
        ("unkeyed", cells),
        f"{cells} of {table.grid.name!r} ({table.labels.said(places[0])[:_LONGEST]!r}) have no {said}, which nearly "
        "all other rows have, and state as much as these together or nearly so. Do they count?",
        (("leave", "They are no money of their own: leave them out"), ("count", "Count them with the rest")),
        "leave",
    )
    return frozenset(places) if decisions.take(choice) == "leave" else frozenset()
