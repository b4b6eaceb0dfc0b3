"""Columns that are taken off others across, where words of no list do not say what for: they stand below zero in a
total, or the last column states in every row what the first ones come to less them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.column_nets import side_of
from importers.evidence.derived_columns import set_aside, with_changed
from importers.structure.grid import Floats, Grid, Ints
from importers.words import lexicon

_FEWEST: Final = 3
_ONE_WAY: Final = 0.9
_TAKES_BACK: Final = 0.05
"""From this share on, what stands below zero is more than a correction of what stands above it."""

_LONGEST: Final = 60


def choose_columns_below_zero(
    grid: Grid, rows: Ints, columns: Sequence[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns with what a total across is made of where some of its parts stand below zero in every row and no
    word says why: what is received beside what is spent, what leads from one balance to the next, or corrections.
    """
    by_index = {column.index: column for column in columns}
    numbers = np.nan_to_num(grid.numbers[rows])
    told = list(columns)
    for total in columns:
        parts = [by_index[part] for part in total.parts]
        if total.role != "total" or not parts or total.confidence == 1 or _is_told((*parts, total)):
            continue
        ways = [_way(numbers[:, part.index]) for part in parts]
        above = [part for part, way in zip(parts, ways, strict=True) if way > 0]
        below = [part for part, way in zip(parts, ways, strict=True) if way < 0]
        if not above or not below or len(above) + len(below) < len(parts):
            continue
        sums = [abs(float(numbers[:, [c.index for c in side]].sum())) for side in (above, below)]
        if sums[1] < _TAKES_BACK * sums[0]:
            continue
        taken = decisions.take(_choice(grid, total, above, below, key, shape))
        told = with_changed(told, _changed(taken, total, above, below))
    return told


def choose_columns_taken_off(
    grid: Grid, rows: Ints, columns: Sequence[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns with what a run of amounts is made of whose last one states what the first ones come to less those
    that follow, in every row: balances and what leads from one to the other, or what is received and what is spent.
    """
    run = [column for column in columns if column.role == "amount"]
    beside = [c for c in columns if run and run[0].index < c.index < run[-1].index and c.role != "amount"]
    said = any(c.fiscal_year is not None or c.sign < 0 or c.confidence == 1 for c in run)
    if not _RUN <= len(run) <= _LONGEST_RUN or beside or said or _is_told(run):
        return list(columns)
    numbers = np.nan_to_num(grid.numbers[np.ix_(rows, np.array([c.index for c in run]))])
    first, *_, last = run
    so_far = np.cumsum(numbers[:, :-1], axis=1)
    # What the first columns come to less all that follow, wherever these begin.
    left = 2 * so_far - so_far[:, [-1]]
    exact = np.abs(left - numbers[:, [-1]]) <= 1e-9 * np.abs(numbers).sum(axis=1, keepdims=True) + 0.011
    telling = (numbers != 0).sum(axis=1) >= _FEWEST
    ends = np.flatnonzero(exact[telling].all(axis=0)) if telling.sum() >= _FEWEST else np.zeros(0, dtype=np.int64)
    ends = ends[ends < len(run) - 2]
    # What another column states as well, as even months do, any of them may make.
    stated = (numbers[:, :-1] == numbers[:, [-1]]).all(axis=0).any()
    if len(ends) != 1 or stated or (numbers < 0).mean() > _FEW_BELOW:
        return list(columns)
    above, below = run[: int(ends[0]) + 1], run[int(ends[0]) + 1 : -1]
    one, other = (", ".join(f"{c.letter} ({c.header[:_LONGEST]!r})" for c in side) for side in (above, below))
    rest = ", ".join(c.letter for c in above[1:])
    moved = f"{first.letter} and {last.letter} are balances: {rest} comes in, {other} is spent"
    choice = Choice(
        choice_id("flow", shape, "taken off", *(c.header for c in run)),
        "flow",
        grid.name,
        key,
        f"Column {last.letter} of {grid.name!r}, {last.header[:_LONGEST]!r}, is in every row what {one} come to less "
        f"{other}. What is taken off?",
        (
            *((("moved", moved),) if rest else ()),
            ("received", f"{other} is received, {one} is spent"),
            ("spent", f"{other} is spent, {one} is received"),
        ),
        "",
    )
    taken = decisions.take(choice)
    whole = replace(last, parts=tuple(c.index for c in run[:-1]))
    changed = _changed(taken, whole, above, below)
    return with_changed(columns, {index: replace(c, sign=1) for index, c in changed.items()})


_RUN: Final = 5
_LONGEST_RUN: Final = 14
_FEW_BELOW: Final = 0.02


def _is_told(columns: Sequence[Column]) -> bool:
    """Whether words say of some columns what they are."""
    return any(
        side_of(c) or c.version or c.stage or lexicon.says("change", c.header) or lexicon.says("commitment", c.header)
        for c in columns
    )


def _way(numbers: Floats) -> int:
    """1 for a column above zero, -1 for one below it, 0 for neither."""
    said = numbers[numbers != 0]
    if len(said) < _FEWEST:
        return 0
    share = float((said > 0).mean())
    return 1 if share >= _ONE_WAY else -1 if share <= 1 - _ONE_WAY else 0


def _choice(
    grid: Grid, total: Column, above: Sequence[Column], below: Sequence[Column], key: str, shape: str
) -> Choice:
    one, other = (", ".join(f"{c.letter} ({c.header[:_LONGEST]!r})" for c in side) for side in (above, below))
    options = [
        ("received", f"{other} is received, {one} is spent"),
        ("spent", f"{other} is spent, {one} is received"),
        ("off", f"{other} only puts right what is spent in {one}: take it off"),
    ]
    if len(above) > 1:
        first, rest = above[0], ", ".join(c.letter for c in above[1:])
        options.insert(
            0, ("moved", f"{first.letter} and {total.letter} are balances: {rest} comes in, {other} is spent")
        )
    return Choice(
        choice_id("flow", shape, total.header, *(c.header for c in below)),
        "flow",
        grid.name,
        key,
        f"Column {total.letter} of {grid.name!r}, {total.header[:_LONGEST]!r}, sums {one}, and {other}, which stands "
        "below zero. What is it that is taken off?",
        tuple(options),
        "",
        "off",
    )


def _changed(taken: str, total: Column, above: Sequence[Column], below: Sequence[Column]) -> dict[int, Column]:
    """What the columns are by an answer; nothing changes where a correction is taken off."""
    if taken == "off":
        return {}
    evidence = f"what columns {', '.join(c.letter for c in (*above, *below))} leave"
    changed = {total.index: replace(set_aside(total, evidence, "change"), parts=())}
    flows = ("expenditure", "income") if taken == "received" else ("income", "expenditure")
    changed |= {c.index: replace(c, flow=flows[0]) for c in above}
    changed |= {c.index: replace(c, flow=flows[1], sign=-c.sign) for c in below}
    if taken == "moved":
        changed[above[0].index] = set_aside(above[0], "a balance, from which others lead to another", "change")
    return changed
