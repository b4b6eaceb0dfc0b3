"""Words that stand once under every name of a table and tell no stage, version, year or flow of its lines apart: rows
that state the same money twice, such as what was planned and what was paid, are never added unasked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from importers.evidence.choices import Choice, Decisions
from importers.evidence.column import Column
from importers.readings.lines import make_lines
from importers.readings.row_kinds import names_purposes, part_budgets, side_options, tell_sides
from importers.readings.table import Table
from importers.structure.grid import Ints
from importers.structure.texts import column_texts
from importers.words import income_words, lexicon, row_words, stage_words, vocabulary

_ROWS: Final = 20_000
_MOST: Final = 4
_LONGEST: Final = 60
_NAMES: Final = 3
_CROSSED: Final = 0.95
_WRITTEN_ONCE: Final = 0.3

_TOLD: Final = ("flow", "side", "currency", "row_unit", "body", "counterpart", "note", "description", "change")
_MONEY: Final = ("amount", "total", "memo", "measure", "change")


@dataclass(frozen=True)
class _Words:
    """The words of a column that stand once under every name: which of them each line of the table has, by its place
    among the rows of data.
    """

    column: Column
    said: tuple[str, ...]
    places: Ints
    codes: Ints


def tell_again(table: Table, decisions: Decisions) -> Table:
    """A table without the rows that state the money of others once more, or with them told apart, as their words tell
    or as a person chooses.
    """
    if table.context.is_money and len(table.block.data) <= _ROWS:
        for words in _crossing(table):
            alike = _alike(table, words)
            if len(alike) > 1 and not _are_summed(table, words, alike):
                return _tell(table, words, alike, decisions)
    return table


def _crossing(table: Table) -> list[_Words]:
    places = table.line_rows[~table.memo_rows]
    rows = table.block.data[places]
    naming = [c for c in table.columns if c.role not in _MONEY]
    labels = [c for c in naming if c.index in table.block.labels or c.role in ("year", "stage", "control")]
    texts = {c.index: column_texts(table.grid, rows, c.index, with_numbers=True) for c in naming}
    found = []
    for column in labels:
        said = texts[column.index]
        words = tuple(said.words[code] for code in said.used)
        if column.role in _TOLD or not 2 <= len(words) <= _MOST or not all(words) or max(map(len, words)) > _LONGEST:
            continue
        phases = _are_phases(table, words)
        if not phases and (column.role == "year" or _is_classified(column, words)):
            continue
        if names_purposes(column.header) or part_budgets(words) or any(map(income_words.names_income, words)):
            continue
        # Where rows are called totals of the words, these are parts.
        every = table.block.texts(table.grid, column.index, with_numbers=False).words
        if any(map(row_words.says_total, every)) or any(map(row_words.says_of_which, words)):
            continue
        own = np.searchsorted(np.array(said.used), said.codes)
        others = [texts[c.index].codes for c in naming if c is not column]
        if any(_cross(names, own, len(words)) for names in _names(others, own)):
            found.append(_Words(column, words, places, own))
    return found


def _is_classified(column: Column, words: Sequence[str]) -> bool:
    """Whether a column is called what parts money by what it is for, or its words are numbered as classes are."""
    parts = vocabulary.find_role(column.header) in ("unit", "programme", "account")
    return parts or all(map(_NUMBERED.match, words))


_NUMBERED: Final = re.compile(r"\W*([A-Z]{1,2}[-. ]?)?\d+([-./]\d+)*\W+[^\W\d]")


def _are_phases(table: Table, words: Sequence[str]) -> bool:
    """Whether every word names a stage, a version, a basis or a year."""
    calendar = table.grid.terms.calendar
    return all(
        stage_words.find_stage(word)
        or stage_words.find_version(word)
        or stage_words.says_basis(word)
        or calendar.find_years(word)
        for word in words
    )


def _names(others: Sequence[Ints], own: Ints) -> list[Ints]:
    """What names the rows beside a word: each other column, and all of them together. One that says the same as the
    word, or something else in every row, names nothing.
    """
    count = int(own.max(initial=0)) + 1
    found = []
    for codes in others:
        blank = codes == 0
        if blank.mean() > _WRITTEN_ONCE:
            # Written once for the rows below it.
            codes = codes[np.maximum.accumulate(np.where(~blank, np.arange(len(codes)), 0))]
        names = np.unique(codes, return_inverse=True)[1]
        several = int(names.max(initial=0)) + 1
        if 1 < several < len(own) and len(np.unique(names * count + own)) > several:
            found.append(names)
    together = np.zeros(len(own), dtype=np.int64)
    for names in found:
        together = np.unique(together * (int(names.max()) + 1) + names, return_inverse=True)[1]
    return [*found, together] if len(found) > 1 else found


def _cross(names: Ints, own: Ints, count: int) -> bool:
    """Whether each of several names has every word once, nearly always."""
    there = np.zeros((int(names.max(initial=0)) + 1, count), dtype=np.int64)
    np.add.at(there, (names, own), 1)
    return len(there) >= _NAMES and bool((there == 1).all(axis=1).mean() >= _CROSSED)


def _alike(table: Table, words: _Words) -> list[int]:
    """The words, by number, of which another one has lines of the same stage, version, year, flow and control."""
    lines = make_lines(table)
    word_of = {int(row): code for row, code in zip(table.block.data[words.places], words.codes.tolist(), strict=True)}
    keys: list[set[tuple[object, ...]]] = [set() for _ in words.said]
    fields = [lines.values(name) for name in ("stage", "version", "fiscal_year", "flow", "control")]
    for row, *key in zip(lines.values("row"), *fields, strict=True):
        if (code := word_of.get(int(row) - 1)) is not None:
            keys[code].add(tuple(key))
    return [n for n, own in enumerate(keys) if any(own & other for m, other in enumerate(keys) if m != n)]


def _are_summed(table: Table, words: _Words, alike: Sequence[int]) -> bool:
    """Whether a total of the table, which its lines come to, sums rows of several of the words."""
    if table.sums is None:
        return False
    rows = table.block.data[words.places].tolist()
    word_of = dict(zip(rows, words.codes.tolist(), strict=True))
    of_totals = ({word_of.get(line.row) for line in e.lines()} for e in table.sums.totals() if e.is_total and e.exact)
    return any(len(summed & set(alike)) > 1 for summed in of_totals)


def _tell(table: Table, words: _Words, alike: Sequence[int], decisions: Decisions) -> Table:
    said = [words.said[n] for n in alike]
    calendar = table.grid.terms.calendar
    phases = stage_words.tell_phases(said)
    usual = table.context.stage.value or "budget"
    told = {(stage or usual, version or "original") for stage, version in phases.values()}
    by_stage = len(told) == len(said) and any(stage or version for stage, version in phases.values())
    by_year = all(len(calendar.find_years(word)) == 1 for word in said)
    if by_stage and all(stage for stage, _ in phases.values()):
        return _by_stage(table, words.column)
    if any(all(repr(word) in _words_of(choice) for word in said) for choice in decisions.met.values()):
        # What was asked of these words once is not asked again.
        return table
    named = ", ".join(map(repr, said))
    counted = [n for n in alike if not lexicon.head_says("quantity", words.said[n])]
    guess = str(counted[0]) if len(counted) == 1 else ""
    choice = table.choice(
        "rows",
        (words.column.header, "told again", *said),
        f"Under every name of {table.grid.name!r} column {words.column.letter} has rows of {named}. Which of them "
        "counts?",
        (
            *((("stages", "Each at its stage"),) if by_stage else ()),
            *((("years", "Each in its year"),) if by_year else ()),
            *((str(n), f"Rows of {words.said[n]!r}") for n in alike),
            *side_options(said),
            ("all", "All of them, as different money"),
        ),
        "years" if by_year else "stages" if by_stage else guess,
    )
    taken = decisions.take(choice)
    if taken == "stages":
        return _by_stage(table, words.column)
    if taken == "years":
        columns = [replace(c, fiscal_year=None) if c.role in _MONEY else c for c in table.columns]
        return replace(table, columns=columns)
    if "+" in taken:
        tell_sides(table, words.places, words.codes == alike[0], taken)
        return table
    left = {n for n in alike if taken not in ("all", str(n))}
    return replace(table, left=table.left | frozenset(words.places[np.isin(words.codes, sorted(left))].tolist()))


def _words_of(choice: Choice) -> str:
    """All that a question says."""
    return " ".join((choice.prompt, *(label for _, label in choice.options)))


def _by_stage(table: Table, column: Column) -> Table:
    """A table whose lines are of the stage and version that the words of a column name, whatever headers say."""
    others = [c for c in table.columns if c.index in table.block.labels and c.index != column.index]
    names = (
        "" if any(c.role == "programme" for c in others) else next((c.letter for c in others if c.role == "unit"), "")
    )
    columns = [
        replace(c, role="stage")
        if c.index == column.index
        else replace(c, stage="", version="")
        if c.role in _MONEY
        else replace(c, role="programme")
        if c.letter == names
        else c
        for c in table.columns
    ]
    return replace(table, columns=columns)
