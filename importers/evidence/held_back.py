"""What is held back of a budget, or credited against what was charged: it leads from one amount to the other beside it,
and was not spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from importers.evidence.budget_versions import says_left
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import set_aside, with_changed
from importers.structure.grid import Grid
from importers.words import lexicon, period_words

_PARTS: Final = 2
_LONGEST: Final = 60
_SPENT: Final[tuple[lexicon.Meaning, ...]] = ("expenditure", "outturn", "paid", "used", "forecast", "cumulative")
_LEFT: Final[tuple[lexicon.Meaning, ...]] = ("commitment", "result")


def tell_held_back(grid: Grid, columns: Sequence[Column], decisions: Decisions, key: str, shape: str) -> list[Column]:
    """The columns with a total of two others told as no total, one of which was taken off it: of what was charged and
    then credited the rest is paid; a budget of which some is held back is one amount. Whether what stands between a
    budget and what is available of it was spent or held back is a choice where no word says so.
    """
    by_index = {column.index: column for column in columns}
    changed: dict[int, Column] = {}
    for whole in columns:
        parts = [by_index[part] for part in whole.parts]
        if whole.role != "total" or whole.confidence == 1 or len(parts) != _PARTS:
            continue
        credited = [part for part in parts if lexicon.says("credited", part.header)]
        held = [part for part in parts if lexicon.says("withheld", part.header)]
        rest = next((part for part in parts if part not in (*credited, *held)), None)
        if rest is None:
            continue
        if credited and not _is_income(*parts, whole):
            evidence = f"what was charged, of which column {credited[0].letter} is taken off"
            changed[whole.index] = replace(set_aside(whole, evidence, "change"), parts=())
            changed[credited[0].index] = set_aside(credited[0], f"taken off column {whole.letter}", "change")
        elif held:
            changed |= _without(whole, held[0], rest)
        else:
            changed |= _choose(grid, whole, parts, decisions, key, shape)
    return with_changed(columns, changed)


def _without(whole: Column, held: Column, rest: Column) -> dict[int, Column]:
    """What changes where one column is a budget, another what is held back of it, and the third what is left."""
    return {
        whole.index: replace(whole, role="amount", parts=(), account=""),
        held.index: set_aside(held, f"held back of column {whole.letter}, and not spent", "change"),
        rest.index: set_aside(rest, f"what column {held.letter} leaves of column {whole.letter}", "change"),
    }


def _choose(
    grid: Grid, whole: Column, parts: Sequence[Column], decisions: Decisions, key: str, shape: str
) -> dict[int, Column]:
    """What changes where a budget stands before what no word tells and what is available of it."""
    left = [part for part in parts if says_left(part.header) or any(lexicon.says(m, part.header) for m in _LEFT)]
    taken = next((part for part in parts if part not in left), None)
    if whole.stage != "budget" or len(left) != 1 or taken is None or not whole.index < taken.index < left[0].index:
        return {}
    named = taken.stage or taken.version or period_words.find_period(taken.header) or not taken.header
    if named or any(lexicon.says(meaning, taken.header) for meaning in _SPENT) or _is_income(taken):
        return {}
    one, other, last = (f"column {c.letter} ({c.header[:_LONGEST]!r})" for c in (taken, whole, left[0]))
    said = decisions.take(
        Choice(
            choice_id("amount", shape, "held back", *(c.header for c in (whole, taken, left[0]))),
            "amount",
            grid.name,
            key,
            f"{last[0].upper()}{last[1:]} of {grid.name!r} is in every row what {one} leaves of {other}. "
            "Was that spent?",
            (
                ("spent", f"{one[0].upper()}{one[1:]} was spent: count it beside the budget"),
                ("held", f"{one[0].upper()}{one[1:]} is held back, promised or moved: count the budget alone"),
            ),
            "",
        )
    )
    return _without(whole, taken, left[0]) if said == "held" else {}


def _is_income(*columns: Column) -> bool:
    return any(column.flow == "income" for column in columns)
