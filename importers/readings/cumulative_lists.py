"""Finds the rows of a long list whose amounts run on: of each thing the amount of a month holds those of the months
before, so that the last alone counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.values.fiscal_year import says_year
from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.readings.wholes_in_time import things_beside
from importers.structure.grid import Bools, Ints
from importers.structure.texts import Texts
from importers.words import period_words

_ROWS: Final = 200_000
_CELLS: Final = 4_000_000
_LEAST_TIMES: Final = 3
_MOST_TIMES: Final = 60
_LEAST_STEPS: Final = 10
"""So many amounts in turn hardly ever rise by chance."""

_OF_TIME: Final = ("year", "programme_code", "unit_code", "account_code", "unused")

_STATED: Final = 0.9
"""From this share of things that are stated at each time on, times and things cross."""

_RISING: Final = 0.98
_STEEP: Final = 0.8
_STEEP_ENOUGH: Final = 0.5


def choose_cumulative_list(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of a list of things by time that later rows of the same things hold again, as places in the rows of
    data: whether they do is a choice, since payments may rise too.
    """
    money = [c.index for c in table.of_role("amount")]
    kept = table.kept()
    if not money or not _LEAST_STEPS < len(kept) <= _ROWS:
        return frozenset()
    for column in table.columns:
        if column.index not in table.block.labels and column.role not in _OF_TIME:
            continue
        said = table.block.texts(table.grid, column.index, with_numbers=True).at(kept)
        first = said.said(0)
        if not (_says_time(first) or (column.index in table.block.labels and _part(first)[1])):
            # All have to, so that most columns are done with here.
            continue
        parted = [("", word) for word in said.words]
        if column.index in table.block.labels and not any(_says_time(said.words[code]) for code in said.used):
            parted = [_part(word) for word in said.words]
        times = Texts(said.codes, tuple(time for _, time in parted))
        if not all(_says_time(times.words[code]) for code in times.used):
            continue
        # Where so many rows are of things of their own, none is stated at several times.
        most = len(table.block.data) - len(kept) // 2
        beside = things_beside(table, column, most)[kept]
        thing = beside * len(parted) + _numbered([name for name, _ in parted])[said.codes]
        last = _last_of_things(table, times, thing, money, kept)
        if last is None:
            continue
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
    return bool(period_words.find_period(word)) or says_year(word) or (word.isdecimal() and int(word) <= _MOST_TIMES)


def _part(word: str) -> tuple[str, str]:
    """A name without the time that it ends in, and that time; "" for one that ends in none.

    >>> _part("Roads - month 2"), _part("Roads (June)"), _part("Roads")
    (('Roads - month', '2'), ('Roads', 'June'), ('Roads', ''))
    """
    found = _ENDING.fullmatch(word)
    return (found[1], found[2]) if found and _says_time(found[2]) else (word, "")


_ENDING: Final = re.compile(r"(.*[^\s(,:/–—-])[\s(,:/–—-]+([^\s(]+?)[).]?\s*")


def _numbered(words: Sequence[str]) -> Ints:
    """A number for each of some words, the same for the same."""
    return np.unique(np.array(words), return_inverse=True)[1].astype(np.int64)


def _last_of_things(table: Table, times: Texts, thing: Ints, money: list[int], kept: Ints) -> Bools | None:
    """For each row that is kept whether it states the last amount of its thing; None where amounts do not run on.

    Args:
        times: the time that each row says.
        thing: what each row is about, as a number.
    """
    _, first, time = np.unique(_numbered(times.words)[times.codes], return_index=True, return_inverse=True)
    if not _LEAST_TIMES <= len(first) <= _MOST_TIMES:
        return None
    # Times stand in the order in which they are met.
    time = np.argsort(np.argsort(first))[time]
    thing = pd.factorize(thing)[0].astype(np.int64)
    cells = (int(thing.max()) + 1) * len(first)
    if cells * len(money) > _CELLS or len(kept) < _STATED * cells:
        return None
    if len(pd.unique(thing * len(first) + time)) < len(kept):
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
    # Years rise a little one after the other; months that never fall do so where they add up.
    steeply = _STEEP if any(says_year(times.words[code]) for code in times.used) else _STEEP_ENOUGH
    if bool((steep.mean(axis=0) < steeply).any()):
        return None
    last = np.zeros(len(kept), dtype=bool)
    last[order] = ends
    return last
