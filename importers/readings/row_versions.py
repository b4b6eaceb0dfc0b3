"""Rows that state the same money as others: in another version or measure, in turn under each name, or adding to those
before; which of them count is a choice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import comb
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.row_dimensions import repeats_in_turn, repeats_under_headings, speaks_of_phases
from importers.readings.promised_rows import choose_promised
from importers.readings.row_kinds import (
    best_version,
    choose_crossed,
    choose_kinds,
    is_made_of_others,
    names_purposes,
    of_one_year,
    part_budgets,
    told_alike,
    words_of,
)
from importers.readings.table import Table
from importers.structure.grid import Ints
from importers.words import flow_words, row_words, stage_words, vocabulary

_WORDS: Final = 8


_LONGEST: Final = 60


_ALIKE: Final = 0.6


_NEAR: Final = 4 / 3
"""Two versions of one amount are seldom further apart than by this factor."""


_NEAR_UNRELATED: Final = 0.25
"""So often two amounts that have nothing to do with each other are so near."""


_BY_CHANCE: Final = 0.1


_KEYS: Final = 0.5


_ROWS: Final = 20_000


_WRITTEN_ONCE: Final = 0.3


def choose_versions_of_rows(table: Table, decisions: Decisions, dimensions: Collection[int] = ()) -> frozenset[int]:
    """The rows that state again what others state, where a column of few words says of which version or kind each row
    is and a person, or the reader's guess, has chosen among them; as places in the rows of data. Columns that are known
    to part a whole are none such.
    """
    left: set[int] = set()
    versioned = False
    every = np.arange(len(table.block.data))
    # What a column that names purposes seems to say is heard after the others: versions under each of them seem more.
    for column in sorted(_labels(table), key=lambda c: names_purposes(c.header)):
        if column.index in dimensions:
            continue
        words, codes = words_of(table, column)
        if not 2 <= len(words) <= _WORDS or max(map(len, words)) > _LONGEST:
            continue
        repeated = repeats_under_headings(table.grid, table.block, column.index)
        in_turn = repeated or repeats_in_turn(table.grid, table.block, column.index, column.header)
        if in_turn:
            left |= _choose_repeated(table, words, codes, in_turn, decisions, "heading" if repeated else "name")
            continue
        for_purposes = names_purposes(column.header)
        if for_purposes and versioned:
            continue
        near = _alternatives(table, column, codes, len(words))
        # Of regions or departments a few spend alike by chance.
        near = [] if for_purposes and len(near) < len(words) else near
        if near and column.role not in ("stage", "control"):
            # Where some words of a column state the same money, so do its others, whatever they are called.
            made = [g for g, word in enumerate(words) if is_made_of_others(word)]
            left |= {p for g in made for p in np.flatnonzero(codes == g).tolist()}
            known = np.isin(np.arange(len(codes)), sorted(table.shares))
            groups = [g for g in range(len(words)) if g not in made and not known[codes == g].all()]
            for together in of_one_year(table, every, codes, groups) if len(groups) > 1 else ():
                left |= _choose(table, column, words, codes, together, decisions)
            versioned = True
            continue
        promised = choose_promised(table, column, words, codes, decisions)
        if promised is not None:
            # What was answered of a column is asked of it no more.
            left, dimensions = left | promised, {*dimensions, column.index}
            continue
        named_so = _named_alternatives(table, column, words) if _are_of_the_same(table, column, codes) else []
        # What a column called "Programme" says is what the money is for.
        if not named_so and vocabulary.find_role(column.header) in ("unit", "programme"):
            continue
        alike = _told_alike(table, column, words, named_so, near)
        for groups in [together for each in alike for together in of_one_year(table, every, codes, each)]:
            left |= _choose(table, column, words, codes, groups, decisions)
            versioned |= not for_purposes
    if left:
        return frozenset(left)
    crossed = choose_crossed(table, decisions, dimensions)
    return choose_kinds(table, decisions, dimensions) if crossed is None else crossed


def _choose(
    table: Table, column: Column, words: Sequence[str], codes: Ints, groups: Sequence[int], decisions: Decisions
) -> set[int]:
    """Of the rows of some words of a column that state the same money, those that do not count."""
    named = [words[g] for g in groups]
    choice = table.choice(
        "rows",
        (column.header, *named),
        f"Column {column.letter} of {table.grid.name!r} states the same money in rows of "
        f"{', '.join(map(repr, named))}. Which of them counts?",
        (
            *((str(g), f"Rows of {words[g]!r}") for g in groups),
            ("+".join(map(str, groups)), "All of them, as different money"),
        ),
        str(groups[named.index(best_version(named))]),
    )
    taken = set(decisions.take(choice).split("+"))
    return {p for g in groups if str(g) not in taken for p in np.flatnonzero(codes == g).tolist()}


def _choose_repeated(
    table: Table, words: Sequence[str], codes: Ints, in_turn: Sequence[str], decisions: Decisions, under: str
) -> frozenset[int]:
    """Of rows that stand again under every heading or name, those that do not count: they are changes or parts of
    others, or what they say does not tell which of them is the budget.

    Args:
        in_turn: the words that stand so; others, such as those of totals at the end, are no such rows.
    """
    changes = [
        g
        for g, word in enumerate(words)
        if is_made_of_others(word) or row_words.says_of_which(word) or _is_left(table, words, codes, g)
    ]
    left = {p for g in changes for p in np.flatnonzero(codes == g).tolist()}
    groups = [g for g, word in enumerate(words) if g not in changes and word in in_turn]
    if len(groups) < 2 or _are_told_apart(table, [words[g] for g in groups]):
        return frozenset(left)
    choice = table.choice(
        "rows",
        (*words,),
        f"Under every {under} of {table.grid.name!r} stand rows of {', '.join(repr(words[g]) for g in groups)}. Which "
        "of them counts?",
        (
            *((str(g), f"Rows of {words[g]!r}") for g in groups),
            ("+".join(map(str, groups)), "All of them, as different money"),
        ),
        "",
    )
    taken = set(decisions.take(choice).split("+"))
    return frozenset(left | {p for g in groups if str(g) not in taken for p in np.flatnonzero(codes == g).tolist()})


def _is_left(table: Table, words: Sequence[str], codes: Ints, group: int) -> bool:
    """Whether the rows of a word that names no flow state, under every heading, what the rows of income and of spending
    leave; these are given their flows.
    """
    count = (codes == group).sum()
    beside = {g: word for g, word in enumerate(words) if g != group and (codes == g).sum() == count}
    flows = {flow: g for g, word in beside.items() if (flow := flow_words.find_flow(word))}
    if set(flows) != {"income", "expenditure"} or flow_words.find_flow(words[group]) in flows:
        return False
    money = [c.index for c in table.of_role("amount")]
    received, spent, left = (
        table.amounts[codes == g][:, money] for g in (flows["income"], flows["expenditure"], group)
    )
    if not received.shape == spent.shape == left.shape or not left.any():
        return False
    if not any(bool((made == left).all()) for made in (received - spent, spent - received, received + spent)):
        return False
    rows = table.block.data
    table.flows |= {int(row): flow for flow, g in flows.items() for row in rows[codes == g]}
    return True


def _labels(table: Table) -> list[Column]:
    roles = ("unit", "programme", "account", "stage", "control")
    labels = (c for c in table.columns if c.index in table.block.labels and c.role in roles)
    return [column for column in labels if not part_budgets(words_of(table, column)[0])]


def _are_of_the_same(table: Table, column: Column, codes: Ints) -> bool:
    """Whether rows of several words of a column are otherwise named alike, for the most part, and of the same year: of
    the years that have several.
    """
    rows = _of_shared_years(table, np.arange(min(len(codes), _ROWS)), codes)
    if not len(rows):
        return False
    # Rows without a word have one in common.
    own = codes[rows] + 1
    words = int(own.max(initial=0)) + 1
    keys = np.zeros(len(rows), dtype=np.int64)
    for other in table.columns:
        if other.index == column.index or other.role in (
            "amount",
            "total",
            "memo",
            "change",
            "measure",
            "note",
            "unused",
        ):
            continue
        said = table.block.texts(table.grid, other.index, with_numbers=True).codes[rows]
        if len(pd.unique(said * words + own)) == len(pd.unique(said)) or (said == said[0]).all():
            # It says the same as the column itself, as its code does, or nothing that tells rows apart.
            continue
        keys = pd.factorize(keys * (int(said.max()) + 1) + said)[0].astype(np.int64)
    words_of = np.bincount(pd.unique(keys * words + own) // words)
    return int((words_of > 1).sum()) >= _KEYS * len(words_of)


def _of_shared_years(table: Table, rows: Ints, codes: Ints) -> Ints:
    """Those of some rows whose year stands beside several words; all of them where no column says their year."""
    years = [column for column in table.of_role("year") if not column.fiscal_year]
    if not years:
        return rows
    said = table.block.texts(table.grid, years[0].index, with_numbers=True).codes[rows]
    own = codes[rows] + 1
    words = int(own.max(initial=0)) + 1
    count = np.bincount(pd.unique(said * words + own) // words)
    return rows[count[said] > 1]


def _named_alternatives(table: Table, column: Column, words: Sequence[str]) -> list[int]:
    """The words, where all of them say how the same money is measured or how far it has come, as no purposes do, and
    some of them no more than others; so do unknown words under a header that speaks of phases.
    """
    if speaks_of_phases(column.header) and not _is_told_by_names(table, column):
        return [group for group, word in enumerate(words) if not is_made_of_others(word)]
    basis = [stage_words.says_basis(word) for word in words]
    named = all(said or stage_words.find_stage(word) for said, word in zip(basis, words, strict=True))
    every = list(range(len(words)))
    return every if named and (sum(basis) > 1 or told_alike(table, words, every)) else []


def _told_alike(
    table: Table, column: Column, words: Sequence[str], named_so: Sequence[int], near: Sequence[int]
) -> list[list[int]]:
    """The words that nothing tells apart. Stages in a column that tells no line its stage tell no two of them apart."""
    untold = column.role not in ("stage", "control") and all(stage_words.find_stage(word) for word in words)
    return [list(named_so)] if named_so and untold else told_alike(table, words, named_so or near)


def _is_told_by_names(table: Table, column: Column) -> bool:
    """Whether names tell what a column says of each, such as what stage a project is at, or for which pupils a school
    is.
    """
    own = table.block.texts(table.grid, column.index, with_numbers=True).codes
    for other in [each for each in _labels(table) if each.index != column.index]:
        said = table.block.texts(table.grid, other.index, with_numbers=True).codes
        names = len(pd.unique(said))
        if len(pd.unique(own)) <= names and len(pd.unique(said * (int(own.max()) + 1) + own)) == names:
            return True
    return False


def _alternatives(table: Table, column: Column, codes: Ints, count: int) -> list[int]:
    """The words whose rows state near the same figures for the same thing, most of the time."""
    naming = [c for c in table.columns if c.index in table.block.labels and c.index != column.index]
    rows = _of_one_stage(table, column, np.arange(min(len(codes), _ROWS)))
    key = np.zeros(len(rows), dtype=np.int64)
    for other in naming:
        if other.role in ("description", "note", "unused"):
            continue
        said = table.grid.codes[table.block.data[rows], other.index]
        if (said == 0).mean() > _WRITTEN_ONCE:
            # Written once for the rows below it.
            said = said[np.maximum.accumulate(np.where(said != 0, np.arange(len(said)), 0))]
        _, place = np.unique(said, return_inverse=True)
        _, key = np.unique(key * (int(place.max(initial=0)) + 1) + place, return_inverse=True)
    keys = int(key.max(initial=-1)) + 1
    if keys < 2 or keys * 1.2 > len(rows):
        return []
    named = codes[rows] >= 0
    money = table.amounts[rows][:, [c.index for c in table.of_role("amount")]]
    # Cash is often stated for one year alone, beside what is owed in several.
    common = np.array([money[codes[rows] == kind].any(axis=0) for kind in range(count)]).all(axis=0)
    amounts = (money[:, common] if common.any() else money).sum(axis=1)
    sums = np.zeros((count, keys), dtype=np.float64)
    there = np.zeros((count, keys), dtype=np.int64)
    np.add.at(sums, (codes[rows][named], key[named]), amounts[named])
    np.add.at(there, (codes[rows][named], key[named]), 1)
    if (there > 1).sum() > 0.2 * (there > 0).sum():
        return []
    return near_groups(sums, there)


def near_groups(sums: npt.NDArray[np.float64], there: Ints) -> list[int]:
    """Which of several kinds of rows state near the same as another for the same things, most of the time.

    Args:
        sums: what each kind comes to for each thing.
        there: how many rows of each kind each thing has.
    """
    count = len(sums)
    found: set[int] = set()
    for i in range(count):
        for j in range(i + 1, count):
            both = (sums[i] != 0) & (sums[j] != 0)
            if both.sum() < 3 or both.sum() < _KEYS * min((there[i] > 0).sum(), (there[j] > 0).sum()):
                continue
            ratio = sums[j][both] / sums[i][both]
            near = (ratio > 1 / _NEAR) & (ratio < _NEAR)
            if near.mean() >= _ALIKE and _by_chance(int(near.sum()), len(near)) * count * (count - 1) / 2 < _BY_CHANCE:
                found |= {i, j}
    return sorted(found)


def _of_one_stage(table: Table, column: Column, rows: Ints) -> Ints:
    """Those of some rows that are of one stage where another column says it: one amount in three stages is near another
    in all three or in none.
    """
    for other in table.of_role("stage"):
        if other.index != column.index and not other.fiscal_year:
            said = table.grid.codes[table.block.data[rows], other.index]
            stages, counts = np.unique(said, return_counts=True)
            if len(stages) <= _WORDS:
                rows = rows[said == stages[counts.argmax()]]
    return rows


def _by_chance(near: int, count: int) -> float:
    """How likely so many of some pairs of unrelated amounts are near each other, where most are."""
    if count > _COUNTED:
        # Most of so many are never near each other by chance.
        return 0.0
    return sum(
        comb(count, k) * _NEAR_UNRELATED**k * (1 - _NEAR_UNRELATED) ** (count - k) for k in range(near, count + 1)
    )


_COUNTED: Final = 100


def _are_told_apart(table: Table, words: Sequence[str]) -> bool:
    """Whether the words are different stages, versions, years, flows or controls, and so different figures."""
    return not told_alike(table, words, range(len(words)))


def choose_cumulative(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of months that each add to those before within a year, all but its last: whether they are such is a
    choice, since payments may rise too.
    """
    years = table.of_role("year")
    money = [c.index for c in table.of_role("amount", "total")]
    if not years or not money or len(table.block.data) < 6:
        return frozenset()
    words, codes = words_of(table, years[0])
    calendar = table.grid.terms.calendar
    of_word = [found[0] if (found := calendar.find_years(word)) else -1 for word in words]
    year = np.array([*of_word, -1], dtype=np.int64)[codes]
    amounts = table.amounts[:, max(money, key=lambda c: int(np.abs(table.amounts[:, c]).sum()))]
    groups = [np.flatnonzero(year == each) for each in np.unique(year[year >= 0]).tolist()]
    several = [group for group in groups if len(group) >= 3 and (np.diff(group) == 1).all()]
    if not several or sum(map(len, several)) < 0.8 * len(year) or len(words) < 0.8 * len(year):
        return frozenset()
    rising = [bool((np.diff(amounts[group]) >= 0).mean() >= 0.9) for group in several]
    steep = [abs(int(amounts[group[-1]])) > 2 * abs(int(amounts[group[0]])) for group in several]
    if sum(a and b for a, b in zip(rising, steep, strict=True)) < 0.8 * len(several):
        return frozenset()
    before = frozenset(place for group in several for place in group[:-1].tolist())
    choice = table.choice(
        "rows",
        ("cumulative",),
        f"Within each year the rows of {table.grid.name!r} rise from {words[codes[several[0][0]]]!r} to "
        f"{words[codes[several[0][-1]]]!r}. Does each add to the one before, or are they parts of the year?",
        (
            ("last", "Each adds to the one before: count the last of each year"),
            ("parts", "Parts of the year: add them"),
        ),
        "",
    )
    return before if decisions.take(choice) == "last" else frozenset()
