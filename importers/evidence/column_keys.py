"""What tells columns of money apart: year, stage, version, flow, control and period; and the columns that nothing tells
apart from others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from importers.evidence.alternatives import are_alike, called_together, kept_apart, letters_of, listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.column_nets import leaves_of
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.structure.grid import Grid, Ints
from importers.words import period_words

Key = tuple[int | None, str, str, str, str, str]
_SEVERAL: Final = "several"
_PAIR: Final = 2


def _key(column: Column) -> Key:
    return (
        column.fiscal_year,
        column.stage,
        column.version,
        column.flow,
        column.control,
        period_words.find_period(column.header),
    )


def says_dimension(column: Column) -> bool:
    """Whether a header says what its amounts are of: a year, stage, version, flow or control."""
    year, *others = _key(column)
    return year is not None or any(others)


def groups_of(columns: Sequence[Column], stage: str) -> list[list[Column]]:
    """Columns of amounts that no dimension tells apart, two or more together; parts of a total are none of these. What
    a column leaves unsaid it has in common with the only other one that says it.
    """
    amounts = amounts_of(columns)
    usual = {
        name: next(iter(said)) if len(said := {getattr(c, name) for c in amounts} - {""}) == 1 else ""
        for name in ("stage", "version")
    }
    parts = summed_in(columns)
    groups: dict[Key, list[Column]] = {}
    for column in amounts_of(columns):
        if column.index not in parts and column.sign > 0:
            known = replace(
                column,
                stage=column.stage or usual["stage"] or stage,
                # A budget that says no version is the original one, beside a revised one too.
                version=column.version or ("" if column.stage else usual["version"]) or "original",
                flow=column.flow or "expenditure",
            )
            groups.setdefault(_key(_dated_as_others(known, amounts)), []).append(column)
    if any(column.sign < 0 for column in columns):
        return []
    return [part for group in groups.values() for part in _by_name(group) if len(part) > 1]


def _by_name(group: list[Column]) -> list[list[Column]]:
    """A group by its names, where they stand under each statement of the money and so are told apart."""
    if not all(column.is_part for column in group):
        return [group]
    named: dict[str, list[Column]] = {}
    for column in group:
        named.setdefault(column.account, []).append(column)
    return list(named.values())


def summed_in(columns: Sequence[Column]) -> set[int]:
    """The columns that others state the sum of: parts of totals, and several that a net is made of together."""
    parts = {part for column in columns if column.role == "total" for part in column.parts}
    return parts | {side for column in columns if len(set(column.nets)) > _PAIR for side in column.nets}


def _dated_as_others(column: Column, amounts: Sequence[Column]) -> Column:
    """A column that says no year with year and stage of the latest one that it could state again: nothing tells the two
    apart, since what holds for the whole table gives it that year too.
    """
    if column.fiscal_year is not None:
        return column
    alike = [
        other
        for other in amounts
        if other.fiscal_year is not None
        and (other.flow or "expenditure", other.control) == (column.flow, column.control)
        and (not column.stage or other.stage in ("", column.stage))
    ]
    if not alike:
        return column
    latest = max(alike, key=lambda other: other.fiscal_year or 0)
    return replace(column, fiscal_year=latest.fiscal_year, stage=column.stage or latest.stage)


def choose_beside_totals(
    grid: Grid, rows: Ints, columns: list[Column], stage: str, decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns, of totals and amounts beside them that nothing tells apart, and whose sum no total states, those
    that count: a choice between each alone and all together.
    """
    by_index = {column.index: column for column in columns}
    totals = [column for column in columns if column.role == "total" and _counts(column, by_index)]
    within = {leaf for total in totals for part in total.parts for leaf in (part, *by_index[part].parts)}
    made = {index for column in columns for index in column.nets}
    wholes: dict[int, Column] = {}
    for total in totals:
        leaves = leaves_of(total, by_index)
        if total.index in within | made or any(set(leaves) < set(leaves_of(other, by_index)) for other in totals):
            continue
        if not made & {leaf.index for leaf in leaves}:
            wholes[total.index] = _as_its_leaves(total, leaves)
    again = _restated(grid, rows, wholes, by_index)
    wholes = {index: whole for index, whole in wholes.items() if index not in again}
    columns = with_changed(columns, again)
    if not wholes:
        return columns
    leaves_in = {leaf.index for index in wholes for leaf in leaves_of(by_index[index], by_index)}
    alone = [
        wholes.get(c.index, c if c.role == "amount" and c.index not in leaves_in | made else replace(c, role="unused"))
        for c in columns
    ]
    changed: dict[int, Column] = {}
    for group in groups_of([replace(c, parts=()) for c in alone], stage):
        if any(column.index in wholes for column in group) and not _all_named(grid, rows, group):
            changed |= _choose_between(grid, group, stage, by_index, decisions, key, shape)
    return with_changed(columns, changed)


def _restated(grid: Grid, rows: Ints, wholes: dict[int, Column], by_index: dict[int, Column]) -> dict[int, Column]:
    """The totals that state in every row what another one does, with all that they sum: who pays for it, say.
    Of two the one counts whose columns say their years, else the first.
    """

    def is_undated(index: int) -> bool:
        return any(leaf.fiscal_year is None for leaf in leaves_of(by_index[index], by_index))

    changed: dict[int, Column] = {}
    kept: list[int] = []
    for index in sorted(wholes, key=lambda index: (is_undated(index), index)):
        own = np.nan_to_num(grid.numbers[rows, index])
        others = (k for k in kept if not _are_of_two_periods(by_index[index], by_index[k]))
        same = next((k for k in others if np.array_equal(own, np.nan_to_num(grid.numbers[rows, k]))), None)
        if same is None or len(np.unique(own)) < _DISTINCT or any(c.flow for c in leaves_of(by_index[index], by_index)):
            kept.append(index)
            continue
        evidence = f"it states again what column {by_index[same].letter} does in every row, or parts that"
        changed |= {c.index: set_aside(c, evidence) for c in (by_index[index], *leaves_of(by_index[index], by_index))}
    return changed


_DISTINCT: Final = 4
"""Columns of fewer figures than this may be the same by chance."""


def _are_of_two_periods(one: Column, other: Column) -> bool:
    periods = [period_words.find_period(column.header) for column in (one, other)]
    return all(periods) and periods[0] != periods[1]


def _counts(total: Column, by_index: dict[int, Column]) -> bool:
    leaves = leaves_of(total, by_index)
    return bool(leaves) and all(leaf.sign > 0 for leaf in leaves)


def _as_its_leaves(total: Column, leaves: Sequence[Column]) -> Column:
    """A total with what all the columns that it sums say alike, since they are what counts of it."""

    def said(values: Sequence[str]) -> str:
        return values[0] if len(set(values)) == 1 else _SEVERAL

    return replace(
        total,
        role="amount",
        stage=said([leaf.stage for leaf in leaves]),
        version=said([leaf.version for leaf in leaves]),
        flow=said([leaf.flow or "expenditure" for leaf in leaves]),
        # What holds money of several controls says none, as its own header does.
        control=said([leaf.control for leaf in leaves]).replace(_SEVERAL, ""),
    )


def _all_named(grid: Grid, rows: Ints, group: Sequence[Column]) -> bool:
    """Whether every column names what it is spent on, and none is near another in most rows."""
    named = {column.account for column in group if column.account}
    return len(named) == len(group) and not are_alike(grid, rows, group)


def _choose_between(
    grid: Grid,
    group: Sequence[Column],
    stage: str,
    by_index: dict[int, Column],
    decisions: Decisions,
    key: str,
    shape: str,
) -> dict[int, Column]:
    together = letters_of(group)
    ways = [way for way in kept_apart(group, stage) if 1 < len(way) < len(group)]
    choice = Choice(
        choice_id("amount", shape, "beside totals", *(column.header for column in group)),
        "amount",
        grid.name,
        key,
        f"Nothing tells {listed([words_of(column) for column in group[:6]])} of {grid.name!r} apart as different "
        "money, and no total states their sum. Which counts?",
        (
            *((letters_of(way), called_together(way)) for way in ways),
            *((column.letter, f"Column {column.letter}, {words_of(column)}") for column in group),
            (together, called_together(group)),
        ),
        together if len(kept_apart(group, stage)[0]) == len(group) else "",
        together,
    )
    taken = decisions.take(choice).split("+")
    changed: dict[int, Column] = {}
    for column in group:
        if column.letter not in taken:
            evidence = f"another statement of the money in column {'+'.join(taken)}"
            whole = by_index[column.index]
            changed |= {each.index: set_aside(each, evidence) for each in (whole, *leaves_of(whole, by_index))}
    return changed
