"""Columns that are made of what was so far and what is to come: a commitment of what was paid and is still owed, a cost
of what was spent and will be, a sum up to a year of earlier years and this one. Which is the money is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final

import numpy as np

from importers.evidence.alternatives import listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import set_aside, with_changed
from importers.structure.grid import Grid, Ints
from importers.words import lexicon

_SURE_OF_PERSON: Final = 1.0
_PAIR: Final = 2


def choose_sums_over_time(
    grid: Grid, rows: Ints, columns: list[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns of totals over time as a person tells them, where neither a stage nor a year says what they are."""
    by_index = {column.index: column for column in columns}
    for total in [column for column in columns if column.role == "total" and len(column.parts) == _PAIR]:
        parts = [by_index[part] for part in total.parts]
        if any(column.confidence >= _SURE_OF_PERSON for column in (total, *parts)):
            continue
        if (done := _done(total, parts)) is not None:
            columns = _choose_done(grid, columns, total, done, parts, decisions, key, shape)
        elif (undated := _undated(total, parts)) is not None:
            columns = _choose_undated(grid, columns, total, undated, parts, decisions, key, shape)
    return _choose_between_sums(grid, rows, columns, decisions, key, shape)


def _done(total: Column, parts: Sequence[Column]) -> Column | None:
    """The only one of the parts of a total which says that it was spent, or is of a part of the year, where the other
    and the total say nothing of the kind.
    """
    done = [part for part in parts if part.stage == "outturn" or part.role == "memo"]
    silent = not (total.stage or total.version) and not any(
        p.stage or p.version or p.flow for p in parts if p not in done
    )
    return done[0] if len(done) == 1 and silent and parts[0].control == parts[1].control else None


def _choose_done(
    grid: Grid,
    columns: list[Column],
    total: Column,
    done: Column,
    parts: Sequence[Column],
    decisions: Decisions,
    key: str,
    shape: str,
) -> list[Column]:
    (left,) = [part for part in parts if part is not done]
    choice = Choice(
        choice_id("amount", shape, "over time", total.header, *(part.header for part in parts)),
        "amount",
        grid.name,
        key,
        f"In {grid.name!r} {words_of(total)} is in every row what {listed([words_of(part) for part in parts])} come "
        f"to. Is {words_of(left)} what is left of it, or still to come?",
        (
            ("whole", f"Yes: count {words_of(total)}, and {words_of(done)} as what was spent of it"),
            ("parts", f"No: count {words_of(left)} as an amount of its own"),
            ("done", f"Count {words_of(done)} alone"),
        ),
        "whole",
    )
    taken = decisions.take(choice)
    if taken == "parts":
        return columns
    evidence = f"what is left of column {total.letter}, or still to come"
    changed = {left.index: set_aside(left, evidence, "change")}
    if taken == "whole":
        # What is promised counts here, as the answer says, though its word alone would set it aside.
        changed[total.index] = replace(
            total, role="amount", parts=(), account="", stage="budget", confidence=_SURE_OF_PERSON
        )
    else:
        changed[total.index] = set_aside(total, f"what column {done.letter} comes to with what is left")
    return with_changed(columns, changed)


def _undated(total: Column, parts: Sequence[Column]) -> Column | None:
    """The part of a total without a year that says none, beside one that does and says nothing else."""
    undated = [part for part in parts if part.fiscal_year is None]
    dated = [part for part in parts if part.fiscal_year is not None]
    if total.fiscal_year is not None or len(undated) != 1 or undated[0].control or undated[0].flow:
        return None
    plain = not (dated[0].account or dated[0].control or dated[0].stage or undated[0].stage)
    return undated[0] if plain and undated[0].role == "amount" else None


def _choose_undated(
    grid: Grid,
    columns: list[Column],
    total: Column,
    undated: Column,
    parts: Sequence[Column],
    decisions: Decisions,
    key: str,
    shape: str,
) -> list[Column]:
    (dated,) = [part for part in parts if part is not undated]
    choice = Choice(
        choice_id("amount", shape, "other years", undated.header, dated.header),
        "amount",
        grid.name,
        key,
        f"{words_of(undated)} of {grid.name!r} says no year beside {words_of(dated)}. Is it the money of other years?",
        (
            ("other", f"Yes, of other years: count {words_of(dated)} alone"),
            ("same", "No, of the same year: count both"),
        ),
        "other" if lexicon.says("earlier", undated.header) or lexicon.says("cumulative", undated.header) else "",
    )
    if decisions.take(choice) != "other":
        return columns
    evidence = f"money of other years than column {dated.letter}"
    return with_changed(columns, {column.index: set_aside(column, evidence) for column in (undated, total)})


def _choose_between_sums(
    grid: Grid, rows: Ints, columns: list[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns, of one that is called after a year and no change, though two others differ by it, and these, the
    ones that are the money of a year: what was added up to its beginning and to its end is none.
    """
    for step in [column for column in columns if column.role == "change" and _is_year_alone(column)]:
        ends = _ends(grid, rows, step, columns)
        if len(ends) != _PAIR:
            continue
        named = listed([words_of(end) for end in ends])
        choice = Choice(
            choice_id("amount", shape, "sums up to a year", step.header, *(end.header for end in ends)),
            "amount",
            grid.name,
            key,
            f"In {grid.name!r} {words_of(step)} is in every row what {named} differ by. Which are the money of a year?",
            (
                ("step", f"{words_of(step)}: the others are sums up to a time"),
                ("ends", f"{named}: the other is what changed"),
            ),
            "",
            assumed="step",
        )
        if decisions.take(choice) == "step":
            evidence = f"what was so far, beside column {step.letter}"
            changed = {end.index: set_aside(end, evidence) for end in ends}
            columns = with_changed(columns, changed | {step.index: replace(step, role="amount")})
    return columns


def _ends(grid: Grid, rows: Ints, step: Column, columns: Sequence[Column]) -> list[Column]:
    """The two columns of amounts, the smaller first, that differ by another in every row; none where there are none."""
    numbers = np.nan_to_num(grid.numbers[rows])
    amounts = [c for c in columns if c.role == "amount" and c.confidence < _SURE_OF_PERSON]
    for one, other in permutations(amounts, _PAIR):
        if np.allclose(numbers[:, one.index] + numbers[:, step.index], numbers[:, other.index], rtol=0, atol=_ROUNDED):
            return [one, other]
    return []


_ROUNDED: Final = 0.006


def _is_year_alone(column: Column) -> bool:
    words = lexicon.fold_words(column.header).split()
    named = [word for word in words if not any(sign.isdigit() for sign in word)]
    return column.fiscal_year is not None and all(lexicon.says("year", word) for word in named)
