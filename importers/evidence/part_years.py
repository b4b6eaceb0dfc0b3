"""Months and quarters beside the year so far: the shorter of two periods is a part of the longer, and no year."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.structure.block import Block
from importers.structure.grid import Grid, Ints
from importers.words import lexicon, period_words, vocabulary

_SHORT: Final = re.compile(
    r"\b(this|in|current|the|reporting|for)[- ](month|quarter|week)\b|^month(ly)?\b|\bmonth$|^q[1-4]\b", re.IGNORECASE
)
_SO_FAR: Final = re.compile(
    r"\bto[- ]date\b|\bf?ytd\b|\bcumulative\b|^(3|6|9)m\b|\b(six|nine|6|9) months\b|\bhalf[- ]year\b", re.IGNORECASE
)
_STAGE_WORDS: Final = re.compile(r"\b(actuals?|forecasts?|budgets?|out-?turn|plan(ned)?)\b", re.IGNORECASE)


def period_of(column: Column) -> str:
    """The month or quarter that a header is, whatever stage it names beside; empty where it is none."""
    return period_words.find_period(_STAGE_WORDS.sub(" ", vocabulary.without_year_and_unit(column.header)).strip())


def set_aside_short(columns: list[Column]) -> list[Column]:
    """The columns without those of a month or a quarter beside one of the year so far; that one counts where no other
    column is left.
    """
    parts = {part for column in columns if column.role == "total" for part in column.parts}
    amounts = [c for c in amounts_of(columns) if c.index not in parts and c.confidence < 1]
    long = [c for c in columns if c.role in ("amount", "memo") and says_so_far(c)]
    changed: dict[int, Column] = {}
    for column in amounts:
        words = vocabulary.without_year_and_unit(column.header)
        short = _SHORT.search(words) or lexicon.says("period", words) or period_of(column)
        if column in long or not short:
            continue
        whole = next((each for each in long if _alike(column, each)), None)
        if whole is not None:
            changed[column.index] = set_aside(column, f"a part of the year so far, in column {whole.letter}")
    if changed and all(column.index in changed for column in amounts_of(columns)):
        # The year so far was left out beside a column that counts no longer.
        changed |= {c.index: _counted(c) for c in long if c.role == "memo"}
    return with_changed(columns, changed)


def choose_so_far(grid: Grid, columns: list[Column], decisions: Decisions, key: str, shape: str) -> list[Column]:
    """The columns, the only one of what was spent, in the year so far, as a person says: beside a budget of the whole
    year it is a part of a year, and yet all that is known of what became of it.
    """
    shown = [c for c in columns if c.role == "memo" and c.confidence < 1]
    so_far = [c for c in shown if c.stage in ("outturn", "") and says_so_far(c)]
    others = {c.stage for c in amounts_of(columns)}
    if len(so_far) != 1 or others != {"budget"}:
        return columns
    (column,) = so_far
    choice = Choice(
        choice_id("amount", shape, "so far", column.header),
        "amount",
        grid.name,
        key,
        f"Column {column.letter} of {grid.name!r}, {column.header[:60]!r}, says what was spent in a part of the year, "
        "and no column what was in the whole. Does it count as the outturn?",
        (
            ("count", "Yes: it is the outturn, of the year or so far"),
            ("leave", "No: show it beside the budget only, until the year is over"),
        ),
        "count",
    )
    if decisions.take(choice) == "leave":
        return columns
    return with_changed(columns, {column.index: replace(_counted(column), stage="outturn")})


def tell_running_quarters(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns without those of a year so far that stand beside the same at a later quarter or month: the last holds
    them all, and is the whole year where it ends it.
    """
    series: dict[str, list[tuple[Column, str]]] = {}
    for column in amounts_of(columns):
        words = vocabulary.without_year_and_unit(column.header).split()
        at = next((n for n in range(len(words)) if period_words.find_period(" ".join(words[n:]))), 0)
        if at and lexicon.says("cumulative", " ".join(words[:at])):
            series.setdefault(" ".join(words[:at]), []).append((column, period_words.find_period(" ".join(words[at:]))))
    changed: dict[int, Column] = {}
    for name, each in series.items():
        numbers = np.abs(np.nan_to_num(grid.numbers[rows][:, [column.index for column, _ in each]]))
        if len(each) < _SERIES or (np.diff(numbers, axis=1) >= -0.01).all(axis=1).mean() < _RISING:
            continue
        (*before, (last, period)) = each
        evidence = f"what was so far, of which column {last.letter} is the last"
        changed |= {column.index: set_aside(column, evidence, "memo") for column, _ in before}
        if _ENDS_A_YEAR.search(period):
            spent = bool(_SPENT.search(name)) or lexicon.says("expenditure", name) or lexicon.says("outturn", name)
            changed[last.index] = replace(last, account="", stage=last.stage or ("outturn" if spent else ""))
    return with_changed(columns, changed)


_SERIES: Final = 2
_RISING: Final = 0.95
_SPENT: Final = re.compile(r"\b(spent|spend|spending|paid|actuals?)\b", re.IGNORECASE)
_ENDS_A_YEAR: Final = re.compile(r"^(q|quarter |trim(estre)? )4$|^4(th)? ?q|^(m|p|month|period|monat|mes|mois) ?12$")


def _counted(column: Column) -> Column:
    return replace(column, role="amount", account="", control="")


def says_so_far(column: Column) -> bool:
    """Whether a header says that its amounts are those from the beginning of the year on, or of a span of months."""
    words = vocabulary.without_year_and_unit(column.header)
    return (
        bool(_SO_FAR.search(words))
        or lexicon.says("cumulative", words)
        or period_words.says_span(_STAGE_WORDS.sub(" ", words).strip())
    )


def _alike(one: Column, other: Column) -> bool:
    years = {one.fiscal_year, other.fiscal_year} - {None}
    return len(years) < 2 and len({one.stage, other.stage} - {""}) < 2


def without_years_of_codes(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns, those without a year whose heads are codes that could be years: a total of no year sums them, they
    follow each other by no one step, and the title speaks of another year than any of theirs.
    """
    titled = {year for where in block.titles for year in grid.terms.calendar.find_years(grid.text(*where))}
    changed: dict[int, Column] = {}
    by_index = {column.index: column for column in columns}
    for total in columns:
        parts = [by_index[part] for part in total.parts if part in by_index]
        said = [part.fiscal_year for part in parts if part.fiscal_year is not None]
        bare = all(part.header.strip().isdigit() for part in parts)
        if total.role != "total" or total.fiscal_year is not None or not bare or len(said) < max(3, len(parts)):
            continue
        steps = {later - earlier for earlier, later in pairwise(sorted(said))}
        if len(steps) > 1 and titled and not titled & set(said):
            changed |= {part.index: replace(part, fiscal_year=None, account=part.header.strip()) for part in parts}
    return with_changed(columns, changed)
