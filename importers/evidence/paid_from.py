"""Columns that say what each line is paid from: a scheme's grant and its borrowing are spent on it, not received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, with_changed
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import lexicon, vocabulary

_RECEIVED: Final = ("income", "financing")
_NO_SOURCES: Final[tuple[lexicon.Meaning, ...]] = ("budget", "gross", "net", "result", "outturn", "plan")


def tell_paid_from(
    grid: Grid, block: Block, columns: list[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns without the flow of those that name sources which others beside them name too: added up in a total,
    under lines that are schemes, they are what is spent; where less tells so, it is asked.
    """
    groups = [group for group in _groups(columns) if _name_sources(grid, block, group)]
    if not groups:
        return columns
    schemes = any(
        vocabulary.find_role(column.header) == "programme" for column in columns if column.index in block.labels
    )
    summed = {part for column in columns if column.role == "total" and not column.flow for part in column.parts}
    if schemes and all(column.index in summed for group in groups for column in group):
        return _as_spent(columns, groups)
    named = ", ".join(repr(column.header) for column in groups[0])
    choice = Choice(
        choice_id("flow", "paid from", shape, *(column.letter for group in groups for column in group)),
        "flow",
        grid.name,
        key,
        f"Columns {named} of {grid.name!r} name where money comes from. Are they what each line is paid from, and so "
        "what is spent on it, or what is received and borrowed?",
        (("spent", "What each line is paid from: spent"), ("named", "As their names say: received and borrowed")),
        "spent",
    )
    return _as_spent(columns, groups) if decisions.take(choice) == "spent" else columns


def _groups(columns: Sequence[Column]) -> list[list[Column]]:
    """The columns of amounts of one year, stage and version, two or more together."""
    groups: dict[tuple[object, ...], list[Column]] = {}
    for column in amounts_of(columns):
        groups.setdefault((column.fiscal_year, column.stage, column.version), []).append(column)
    return [group for group in groups.values() if len(group) > 1]


def _name_sources(grid: Grid, block: Block, group: Sequence[Column]) -> bool:
    """Whether some of the columns borrow, others do not, none is said to be spent or to be left of others, and no
    amount is taken off.
    """
    flows = {column.flow for column in group}
    if "financing" not in flows or len(flows) < 2 or "expenditure" in flows:
        return False
    others = [column for column in group if column.flow not in _RECEIVED]
    # What is budgeted, spent or left over is no source.
    spoken = (column.stage or column.version or column.control or column.nets for column in others)
    if any(spoken) or any(lexicon.says(meaning, c.header) for c in others for meaning in _NO_SOURCES):
        return False
    numbers = np.nan_to_num(grid.numbers[np.ix_(block.data, np.array([column.index for column in group]))])
    return bool((numbers >= 0).all())


def _as_spent(columns: list[Column], groups: Sequence[Sequence[Column]]) -> list[Column]:
    return with_changed(columns, {c.index: replace(c, flow="") for group in groups for c in group if c.flow})
