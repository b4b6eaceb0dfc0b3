"""Blocks of rows under headings of their own whose figures are counts beside amounts: staff, vehicles, places. Their
size says so, whatever the headings are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.structure.grid import Floats

_APART: Final = 500
"""By so much at the least are amounts larger than counts that stand in their columns."""

_LARGEST: Final = 100_000
"""No count of staff or vehicles of one kind is larger, in whole ones."""

_FEWEST: Final = 2
_LONGEST: Final = 60


def choose_counted_blocks(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows under headings all of whose figures are whole and far smaller than any others of their table, as places
    in the rows of data: that they are counted and no money is a choice.
    """
    money = np.array([c.index for c in table.of_role("amount")], dtype=np.int64)
    if table.sums is None or not len(money):
        return frozenset()
    blocks: dict[str, list[int]] = {}
    for place in table.line_rows[~table.memo_rows].tolist():
        over = table.sums.headings.get(int(table.block.data[place]), ())
        blocks.setdefault(over[0] if over else "", []).append(place)
    figures = {name: np.abs(table.grid.numbers[np.ix_(table.block.data[p], money)]) for name, p in blocks.items()}
    usual = {name: float(np.nanmedian(numbers)) for name, numbers in figures.items() if np.nansum(numbers) > 0}
    if len(usual) < _FEWEST:
        return frozenset()
    largest = max(usual.values())
    small = [
        name
        for name, numbers in figures.items()
        if name
        and name in usual
        and len(numbers) >= _FEWEST
        and _are_counts(numbers)
        and usual[name] * _APART < largest
    ]
    others = [float(np.nanmin(np.where(figures[n] > 0, figures[n], np.nan))) for n in usual if n not in small]
    small = [name for name in small if np.nanmax(figures[name]) < min(others, default=0.0)]
    small = [name for name in small if not _is_summed_with_others(table, blocks[name])]
    if not small:
        return frozenset()
    places = [place for name in small for place in blocks[name]]
    cells = table.cells_of(table.block.data[places].tolist())
    named = " and ".join(repr(name[:_LONGEST]) for name in small[:3])
    choice = table.choice(
        "rows",
        ("counts", *small),
        f"{cells} of {table.grid.name!r}, under {named}, are far smaller than all other figures. Are they counts, such "
        "as of staff, and no money?",
        (("leave", "They are counts: leave them out"), ("count", "They are money: count them")),
        "leave",
    )
    return frozenset(places) if decisions.take(choice) == "leave" else frozenset()


def _is_summed_with_others(table: Table, places: Sequence[int]) -> bool:
    """Whether a total sums some rows with others, exactly: these are money too."""
    assert table.sums is not None
    own = {int(table.block.data[place]) for place in places}
    sums = ({line.row for line in total.lines()} for total in table.sums.totals() if total.exact)
    return any(own & rows and rows - own for rows in sums)


def _are_counts(numbers: Floats) -> bool:
    there = numbers[np.isfinite(numbers)]
    return bool(len(there)) and bool((there % 1 == 0).all()) and float(there.max()) < _LARGEST
