"""Columns that are called totals, and what others make: whether they count or what is called their parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from importers.evidence.alternatives import listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import set_aside, with_changed
from importers.structure.grid import Grid
from importers.words import lexicon, vocabulary

_ALONE: Final = 6
_DOUBTED: Final = 0.6
_SURE_OF_PERSON: Final = 1.0


def restore_totals(columns: list[Column]) -> list[Column]:
    """A column that others make counts itself where one of them was set aside, as what is available still is: what is
    left of them is less than it states.
    """
    by_index = {column.index: column for column in columns}
    changed: dict[int, Column] = {}
    for column in columns:
        parts = [by_index[part] for part in column.parts if part in by_index]
        left = [part for part in parts if part.role == "amount"]
        if column.role != "total" or column.confidence <= _DOUBTED or not left or len(left) == len(parts):
            continue
        if any(part.role in ("total", "memo") for part in parts):
            continue
        changed[column.index] = replace(column, role="amount", parts=(), account="")
        within = [c for c in columns if c.role == "total" and c is not column and set(c.parts) <= set(column.parts)]
        changed |= {part.index: set_aside(part, f"a part of column {column.letter}") for part in (*left, *within)}
    # One that counts now may be a part of another.
    return restore_totals(with_changed(columns, changed)) if changed else columns


def _free_totals(columns: list[Column]) -> list[Column]:
    """Several columns of one year that are called totals, and to which rows do not add up, are amounts among the
    others: which of all of them counts is one choice.
    """
    doubted = [c for c in columns if c.role == "total" and c.confidence <= _DOUBTED]
    several = {c.index for c in doubted if sum(each.fiscal_year == c.fiscal_year for each in doubted) > 1}
    return with_changed(
        columns, {c.index: replace(c, role="amount", parts=(), account="") for c in doubted if c.index in several}
    )


def choose_totals(grid: Grid, columns: list[Column], decisions: Decisions, key: str, shape: str) -> list[Column]:
    """A column that is called a total, and to which rows do not add up: whether it counts or what is called its parts
    is a choice.
    """
    changed: dict[int, Column] = {}
    columns = _free_totals(columns)
    by_index = {column.index: column for column in columns}
    for column in columns:
        parts = [by_index[part] for part in column.parts if by_index[part].role == "amount"]
        if column.role != "total" or column.confidence > _DOUBTED or not parts:
            continue
        # What was budgeted is no part of what was spent, and a budget as adopted none of the budget in force.
        parts = [part for part in parts if not (part.stage and column.stage) or part.stage == column.stage]
        adopted = [part for part in parts if part.version == "original" and column.stage and not column.version]
        if not parts or parts == adopted:
            version = "revised" if len(adopted) == 1 else column.version
            changed[column.index] = replace(column, role="amount", parts=(), account="", version=version)
            continue
        together = "+".join(part.letter for part in parts)
        every = "+".join((together, column.letter))
        is_name = any(not lexicon.knows(word) for word in lexicon.fold_words(column.header).split())
        choice = Choice(
            choice_id("amount", shape, column.header, "total"),
            "amount",
            grid.name,
            key,
            f"Column {column.letter} of {grid.name!r} is called {words_of(column)}, and its rows are not the sum of "
            "the columns beside it. Which counts?",
            (
                (column.letter, f"Column {column.letter}, {words_of(column)}"),
                (
                    together,
                    f"{len(parts)} columns beside it, {listed([words_of(part) for part in parts[:4]])}, together",
                ),
                # "Total place pilots" may be one more name.
                *(((every, f"All {len(parts) + 1} of them together"),) if is_name else ()),
                *(
                    (part.letter, f"Column {part.letter}, {words_of(part)}, alone")
                    for part in parts[:_ALONE]
                    if parts[1:]
                ),
                ("none", "None of them: the table states no money of its own"),
            ),
            column.letter,
        )
        taken = decisions.take(choice)
        if taken in (together, every):
            changed |= {part.index: replace(part, confidence=_SURE_OF_PERSON) for part in parts}
        if taken == every:
            name = vocabulary.without_year_and_unit(column.header)
            changed[column.index] = replace(column, role="amount", parts=(), account=name, confidence=_SURE_OF_PERSON)
        if taken not in (column.letter, together, every):
            evidence = f"another statement of the money in column {taken}"
            changed |= {c.index: set_aside(c, evidence) for c in (column, *parts) if c.letter != taken}
        if taken == column.letter:
            changed[column.index] = replace(column, role="amount", parts=(), account="")
            evidence = f"parts of column {column.letter}, which counts"
            changed |= {part.index: set_aside(part, evidence) for part in parts}
    return with_changed(columns, changed)
