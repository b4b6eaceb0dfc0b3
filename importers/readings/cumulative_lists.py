"""Finds the rows of a long list whose amounts run on: of each thing the amount of a month holds those of the months
before, so that the last alone counts.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.readings.table import Table
from importers.readings.wholes_in_time import things_beside
from importers.structure.grid import Bools, Ints
from importers.structure.texts import column_texts
from importers.words import vocabulary

_ROWS: Final = 200_000
_CELLS: Final = 4_000_000
_LEAST_TIMES: Final = 3
_MOST_TIMES: Final = 60
_LEAST_STEPS: Final = 16
"""So many amounts in turn hardly ever rise by chance."""

_STATED: Final = 0.9
"""From this share of things that are stated at each time on, times and things cross."""

_RISING: Final = 0.98
_STEEP: Final = 0.8


def choose_cumulative_list(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of a list of things by time that later rows of the same things hold again, as places in the rows of
    data: whether they do is a choice, since payments may rise too.
    """
    money = [c.index for c in table.of_role("amount")]
    kept = np.setdiff1d(np.arange(len(table.block.data)), sorted(table.shares))
    if not money or not _LEAST_STEPS < len(kept) <= _ROWS:
        return frozenset()
    for column in table.columns:
        if column.index not in table.block.labels and column.role != "year":
            continue
        last = _last_of_things(table, column, money, kept)
        if last is None:
            continue
        said = column_texts(table.grid, table.block.data[kept], column.index, with_numbers=True)
        choice = table.choice(
            "rows",
            (column.header, "cumulative"),
            f"From {said.said(0)!r} to {said.said(len(kept) - 1)!r} in column {column.letter} of "
            f"{table.grid.name!r} no amount ever falls. Does each hold those before it, or are they parts?",
            (
                ("last", "Each holds those before it: count the last alone"),
                ("parts", "They are parts: add them"),
            ),
            "last",
        )
        return frozenset(kept[~last].tolist()) if decisions.take(choice) == "last" else frozenset()
    return frozenset()


def _says_time(word: str) -> bool:
    """Whether a word is that of a month, a quarter, a day or the number of one."""
    return bool(vocabulary.find_period(word)) or says_year(word) or (word.isdigit() and int(word) <= _MOST_TIMES)


def _last_of_things(table: Table, column: Column, money: list[int], kept: Ints) -> Bools | None:
    """For each row that is kept whether it states the last amount of its thing; None where amounts do not run on."""
    said = column_texts(table.grid, table.block.data[kept], column.index, with_numbers=True)
    codes = said.codes
    _, first, time = np.unique(codes, return_index=True, return_inverse=True)
    if not _LEAST_TIMES <= len(first) <= _MOST_TIMES or not all(map(_says_time, said.words)):
        return None
    # Times stand in the order in which they are met.
    time = np.argsort(np.argsort(first))[time]
    thing = np.unique(things_beside(table, column)[kept], return_inverse=True)[1]
    things = int(thing.max()) + 1
    if things * len(first) * len(money) > _CELLS or len(np.unique(thing * len(first) + time)) < len(kept):
        return None
    if len(kept) < _STATED * things * len(first):
        return None
    order = np.lexsort((time, thing))
    amounts = table.amounts[kept[order]][:, money]
    same = thing[order][1:] == thing[order][:-1]
    steps = (amounts[1:] - amounts[:-1])[same]
    if len(steps) < _LEAST_STEPS or not amounts.any() or bool(((steps >= 0).mean(axis=0) < _RISING).any()):
        return None
    ends = np.concatenate([~same, [True]])
    begins = np.concatenate([[True], ~same])
    steep = np.abs(amounts[ends]) > 2 * np.abs(amounts[begins])
    if bool((steep.mean(axis=0) < _STEEP).any()):
        return None
    last = np.zeros(len(kept), dtype=bool)
    last[order] = ends
    return last
