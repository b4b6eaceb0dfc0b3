"""Columns that nothing tells apart: which of them is the amount, or what each is, is a choice between readings.

The same columns under each of several heads, such as North and South under every year, are one choice for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, product
from math import lgamma
from typing import Final

import numpy as np

from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import UNTOLD, Column
from importers.evidence.derived_columns import set_aside, with_changed
from importers.evidence.weights import SURE
from importers.structure.grid import Grid, Ints
from importers.words import lexicon, period_words, row_words, stage_words, vocabulary

_ALIKE: Final = 0.6
"""From this share of rows whose figures are near each other on, two columns are taken for the same money."""

_NEAR: Final = 1.5
_OPTIONS: Final = 12
_MATRIX: Final = 4
_NONE: Final = "none"
_SURE_OF_PERSON: Final = 1.0
_WHOLES: Final = frozenset(("group", "consolidated", "konzern", "combined", "groupe", "grupo", "gruppo", "all"))
"""Words for accounts that hold those beside them."""

Group = list[Column]


def choose(
    grid: Grid,
    rows: Ints,
    columns: list[Column],
    groups: Sequence[Group],
    decisions: Decisions,
    key: str,
    shape: str,
    stage: str = "",
) -> list[Column]:
    """The columns of groups with those that do not count set aside, and the others told as what they are: a choice
    between each alone, all together, and what two of them may be. `stage` is that of a column which says none.
    """
    columns = list(columns)
    alike: dict[tuple[str, ...], list[Group]] = {}
    for group in groups:
        told, group = _set_aside_repeated(grid, rows, columns, group)
        columns = told
        if len(group) > 1 and not all(column.confidence >= _SURE_OF_PERSON for column in group):
            alike.setdefault(_own_words(group), []).append(group)
    for same in alike.values():
        columns = _choose_one(grid, rows, columns, same, decisions, key, shape, stage)
    return columns


def _own_words(group: Sequence[Column]) -> tuple[str, ...]:
    """What each column's header says that not all of the group say; headers as they stand where that tells nothing."""
    said = [lexicon.fold_words(vocabulary.without_year_and_unit(column.header)).split() for column in group]
    begun = next((n for n, words in enumerate(zip(*said, strict=False)) if len(set(words)) > 1), min(map(len, said)))
    left = [words[begun:] for words in said]
    while all(len(words) > 1 for words in left) and len({words[-1] for words in left}) == 1:
        left = [words[:-1] for words in left]
    own = [" ".join(words) for words in left]
    return tuple(own) if len(set(own)) == len(own) and all(own) else tuple(column.header for column in group)


def _set_aside_repeated(
    grid: Grid, rows: Ints, columns: list[Column], group: Sequence[Column]
) -> tuple[list[Column], Group]:
    """The columns without those of a group that hold zeros alone, or what another of it holds in every row, unless each
    has a name of its own, as two halves have.
    """
    numbers = {column.index: np.nan_to_num(grid.numbers[rows, column.index]) for column in group}
    changed: dict[int, Column] = {}
    left: Group = []
    alike: dict[bytes, Group] = {}
    for column in group:
        own = numbers[column.index]
        # Zero below zero is zero.
        others = alike.setdefault((own + 0.0).tobytes(), [])
        same = next((each for each in others if not have_own_names(each, column)), None)
        if not own.any() and any(each.any() for each in numbers.values()):
            changed[column.index] = set_aside(column, "it holds zeros alone")
        elif same is not None and own.any():
            changed[column.index] = set_aside(column, f"it is the same as column {same.letter} in every row")
        else:
            left.append(column)
            others.append(column)
    return with_changed(columns, changed), left


def _may_be_counts(grid: Grid, rows: Ints, column: Column) -> bool:
    """Whether nothing but its place speaks for a column of whole and small numbers as money: no word, no unit."""
    numbers = grid.numbers[rows, column.index]
    stated = np.abs(numbers[np.isfinite(numbers)])
    small = len(stated) > 0 and bool((stated % 1 == 0).all()) and float(stated.max()) < _LARGEST_COUNT
    return small and column.unit is None and not (lexicon.says("money", column.header) or column.stage or column.flow)


_LARGEST_COUNT: Final = 10_000


def have_own_names(one: Column, other: Column) -> bool:
    """Whether each of two columns is named after something of its own, as parts of an amount are."""
    return bool(one.account and other.account) and lexicon.fold_words(one.account) != lexicon.fold_words(other.account)


def _choose_one(
    grid: Grid,
    rows: Ints,
    columns: list[Column],
    same: Sequence[Group],
    decisions: Decisions,
    key: str,
    shape: str,
    stage: str,
) -> list[Column]:
    """The columns as chosen for groups that are alike: the letters of an option are those of the first group."""
    group = same[0]
    restated = any(
        are_alike(grid, rows, [total, column])
        for total in columns
        if total.role == "total" and not {each.index for each in group} & set(total.parts)
        for column in group
    )
    options, guess = _options(grid, rows, same, stage, restated=restated)
    assumed = _guess_one(grid, group).letter
    whole = _stated_beside(grid, rows, columns, same)
    if whole is not None:
        said = f"None of them: they state in part what column {whole.letter}, {words_of(whole)}, does"
        # Beside a whole that counts, none of them is the amount alone.
        options, guess = (*(option for option in options if "+" in option[0]), (_NONE, said)), ""
        assumed = _NONE
    elif all(_may_be_counts(grid, rows, column) for each in same for column in each):
        options, guess = (*options, (_NONE, "None of them: they are counted, and are no money")), ""
    own = _own_words(group)
    under = f", and the same {len(same)} times" if len(same) > 1 else ""
    about = own if len(same) > 1 else tuple(column.header for column in group)
    choice = Choice(
        choice_id("amount", shape, *about),
        "amount",
        grid.name,
        key,
        f"Which column of {grid.name!r} is the amount? Nothing tells "
        f"{listed([words_of(column) for column in group[:6]])} apart as different money{under}.",
        options,
        guess,
        assumed,
    )
    taken = decisions.take(choice)
    changed: dict[int, Column] = {}
    for each in same:
        changed |= _as_taken(each, group, taken, choice.id)
    return with_changed(columns, changed)


def _stated_beside(grid: Grid, rows: Ints, columns: Sequence[Column], same: Sequence[Group]) -> Column | None:
    """A total of other columns that states no less in any row than all of a group together, which may be the same money
    cut another way.
    """
    if len(same) > 1 or len(same[0]) < _STEPS:
        return None
    group = same[0]
    numbers = np.nan_to_num(grid.numbers[rows])
    beside = numbers[:, [column.index for column in group]].sum(axis=1)
    for total in columns:
        apart = total.role == "total" and total.parts and not {column.index for column in group} & set(total.parts)
        if apart and (np.abs(beside) <= np.abs(numbers[:, total.index])).all():
            return total
    return None


def _as_taken(group: Group, first: Group, taken: str, name: str) -> dict[int, Column]:
    """The columns of a group as an option takes them: those that it names by the letters of the first group, each with
    what it says that they are.
    """
    place = {column.letter: number for number, column in enumerate(first)}
    said = {place[part.split(":")[0]]: part.split(":")[1:] for part in taken.split("+") if part.split(":")[0] in place}
    counted = "+".join(group[number].letter for number in said)
    changed: dict[int, Column] = {}
    for number, column in enumerate(group):
        if number not in said:
            changed[column.index] = set_aside(column, f"another statement of the money in column {counted or 'none'}")
            continue
        what = said[number][0] if said[number] else ""
        as_told = replace(column, evidence=f"{column.evidence}; {UNTOLD}", chosen=(*column.chosen, name))
        if what in ("budget", "outturn"):
            as_told = replace(as_told, stage=what, account="")
        elif what in ("income", "expenditure"):
            as_told = replace(as_told, flow=what, account="")
        elif what == "less":
            as_told = replace(as_told, sign=-1, account="")
        changed[column.index] = as_told
    return changed


def _options(
    grid: Grid, rows: Ints, same: Sequence[Group], stage: str, *, restated: bool
) -> tuple[tuple[tuple[str, str], ...], str]:
    """The options of a choice, and the one that is proposed; `restated`: a total of other columns is one of them again,
    in another version, so that they are hardly parts of one amount.
    """
    group = same[0]
    together = letters_of(group)
    named = [(column.letter, f"Column {_called(column)}") for column in group[:_OPTIONS]]
    alike = sum(are_alike(grid, rows, each) for each in same) * 2 > len(same)
    alike = alike or all(_runs_down(grid, rows, each) for each in same)
    sure = all(column.confidence >= SURE for each in same for column in each)
    # Names that stand under each statement add up, and the statements do not.
    stated = all(column.is_part for column in group)
    parts = not stated and (_are_parts(group) or len(same) > 1)
    if _are_parts(group) and len(group) >= _MATRIX:
        # So many names that money is spent on are hardly said of one amount, however few cells of some are filled.
        sure = any(column.confidence >= SURE for column in group)
    guess = _guess_one(grid, group).letter if alike or restated or not sure else together if parts else ""
    whole = [c.letter for c, own in zip(group, _own_words(group), strict=True) if _WHOLES & set(own.split())]
    guess = whole[0] if len(whole) == 1 else guess
    worded = [column.letter for column in group if column.stage or column.version] if stated else []
    guess = worded[0] if len(worded) == 1 else guess
    if not guess and not parts:
        guess = _holding(grid, rows, group)
    shown = not any(column.index in grid.hidden_columns for column in group)
    ways = [way for way in kept_apart(group, stage) if len(way) > 1] if sure and shown else []
    if ways and ways[0] == list(group):
        # Nothing is added to anything else, so that most is kept by counting them all.
        guess = together
    elif guess and guess != together:
        likely = [way for way in ways if guess in (column.letter for column in way)]
        guess = letters_of(max(likely, key=lambda way: _likely(grid, way))) if likely else guess
    parted = len(group) == 2 and _never_both(grid, rows, group)
    # Where nothing is money for certain, it may be that none is.
    guess = "" if parted or all(column.may_be_money for column in group) else guess
    # What is no name by its words is left out, until a person says otherwise.
    kept = [column for column in group if not column.by_words or lexicon.is_name(column.header)]
    guess = "+".join(column.letter for column in kept) if guess == together else guess
    # Where every row says what was planned or what it came to, and none both, the two are one list.
    in_turn = parted and any(column.stage or column.version for column in group)
    place = 0 if guess == together or in_turn else len(named)
    named.insert(place, (together, called_together(group)))
    named = [(letters_of(way), called_together(way)) for way in ways if way != list(group)] + named
    back = [column for column in group if lexicon.says("returned", column.header)]
    if back and len(group) - len(back) > 1:
        spent = [column.letter for column in group if column not in back]
        guess = "+".join(spent) if guess == together else guess
        said = f"Columns {', '.join(spent)} together, without {listed([words_of(column) for column in back])}"
        named.insert(place, ("+".join(spent), said))
    for rest in _without_doubted(group, kept):
        left = listed([words_of(column) for column in group if column not in rest])
        named.append((letters_of(rest), f"{called_together(rest)}, without {left}"))
    if len(group) == 2 and (parted or group[0].header != group[1].header):
        both = _as_two(group[0], group[1], alike=alike, parted=parted and not in_turn)
        # Where no row says both, neither is likely to be the other again.
        named = both + named if parted and not in_turn else named + both
    if not guess:
        named.append((_NONE, "None of them: the table states no money of its own"))
    return tuple(named), guess


def _without_doubted(group: Group, kept: Group) -> list[Group]:
    """What is left of a group without those that may be no money: all of these, or where all may be, one at its edge;
    and without those alone that no name speaks for.
    """
    sure = [column for column in group if not column.may_be_money]
    if len(group) < 3 or len(sure) == len(group):
        return []
    rests = [sure] if len(sure) > 1 else [] if sure else [group[1:], group[:-1]]
    return [*rests, kept] if kept not in ([], group, *rests) else rests


def _as_two(one: Column, other: Column, *, alike: bool, parted: bool) -> list[tuple[str, str]]:
    """What two columns may be that are no statements of one amount: budget and outturn, spent and received, and where
    no row says both, debits and credits and no budget with its outturn.
    """
    found = []
    for a, b in ((one, other), (other, one)):
        if parted and one.sign > 0 and other.sign > 0:
            said = f"Column {_called(a)}, less column {_called(b)}"
            found.append((f"{a.letter}+{b.letter}:less", said))
        if not (parted or one.stage or other.stage or one.version or other.version):
            said = f"Column {_called(a)}, is the budget, and column {_called(b)}, was spent"
            found.append((f"{a.letter}:budget+{b.letter}:outturn", said))
        if not (alike or one.flow or other.flow):
            said = f"Column {_called(a)}, is spent, and column {_called(b)}, is received"
            found.append((f"{a.letter}:expenditure+{b.letter}:income", said))
        elif a.flow == "expenditure" and not b.flow:
            found.append((f"{a.letter}+{b.letter}:income", f"Column {_called(b)}, is received"))
    return found


def _never_both(grid: Grid, rows: Ints, group: Sequence[Column]) -> bool:
    """Whether no row says both of two columns, and several say each."""
    one, other = (np.nan_to_num(grid.numbers[rows, column.index]) != 0 for column in group)
    return bool(one.sum() > 1 and other.sum() > 1 and not (one & other).any())


def are_alike(grid: Grid, rows: Ints, group: Sequence[Column]) -> bool:
    """Whether columns are versions of the same money: in most rows their figures are near each other, as parts of one
    amount seldom are.
    """
    numbers = np.nan_to_num(grid.numbers[rows][:, [c.index for c in group]])
    first = numbers[:, 0]
    shares = []
    for other in numbers.T[1:]:
        both = (first != 0) & (other != 0)
        if both.sum() < 2:
            shares.append(0.0)
            continue
        ratio = other[both] / first[both]
        shares.append(float(((ratio > 1 / _NEAR) & (ratio < _NEAR)).mean()))
    return float(np.median(shares)) >= _ALIKE


def _runs_down(grid: Grid, rows: Ints, group: Sequence[Column]) -> bool:
    """Whether of three columns or more none is above the one before it in any row, nor far below it in most, as what
    was granted, promised and paid is; parts of an amount seldom stand so by chance.
    """
    numbers = np.nan_to_num(grid.numbers[rows][:, [c.index for c in group]])
    numbers = numbers[(numbers > 0).all(axis=1)]
    if len(group) < _STEPS or len(numbers) * lgamma(len(group) + 1) < _UNLIKELY:
        return False
    ratio = numbers[:, 1:] / numbers[:, :-1]
    return bool((ratio <= 1).all() and (np.median(ratio, axis=0) >= _STEP_OF).all())


_STEPS: Final = 3
_UNLIKELY: Final = 9.0
"""The logarithm of the odds against rows that all run down by chance."""

_STEP_OF: Final = 0.4


def _holding(grid: Grid, rows: Ints, group: Sequence[Column]) -> str:
    """The letter of the column that states in every row no less than all others of a group together, as a whole does
    beside some of its parts; empty where none does.
    """
    numbers = np.abs(np.nan_to_num(grid.numbers[rows][:, [c.index for c in group]]))
    largest = int(np.argmax(numbers.sum(axis=0)))
    others = numbers.sum(axis=1) - numbers[:, largest]
    return group[largest].letter if (others <= numbers[:, largest] * (1 + 1e-9)).all() else ""


def kept_apart(group: Sequence[Column], stage: str) -> list[Group]:
    """The ways to take as many columns of a group as possible without adding any to another: one of each year, stage,
    version and flow. `stage` is that of a column which says none. A month is no stage of the year beside it.
    """
    if len({period_words.find_period(column.header) for column in group}) > 1:
        return [[column] for column in group[:_OPTIONS]]
    dated = all(column.fiscal_year is not None for column in group)
    said = {column.stage for column in group} - {""}
    usual = stage or (said.pop() if len(said) == 1 else "")
    alike: dict[tuple[int | None, str, str, str], Group] = {}
    for c in group:
        key = (c.fiscal_year if dated else None, c.stage or usual, c.version or "original", c.flow or "expenditure")
        alike.setdefault(key, []).append(c)
    ways = islice(product(*alike.values()), _OPTIONS)
    return [sorted(way, key=lambda column: column.index) for way in ways]


def _are_parts(group: Sequence[Column]) -> bool:
    """Whether every header names something of its own that money is spent on."""
    named = {column.account for column in group}
    return len(named) == len(group) and "" not in named


def _guess_one(grid: Grid, group: Sequence[Column]) -> Column:
    """The column that is proposed."""
    return max(group, key=lambda column: _likelihood(grid, column))


def _likely(grid: Grid, way: Sequence[Column]) -> list[tuple[float, ...]]:
    return sorted((_likelihood(grid, column) for column in way), reverse=True)


def _likelihood(grid: Grid, column: Column) -> tuple[float, ...]:
    """What a column is preferred by: shown rather than hidden, called an amount or total, not the tax in it, and not
    one that an earlier time knew.
    """
    return (
        column.index not in grid.hidden_columns,
        column.confidence >= SURE,
        not stage_words.says_superseded(column.header),
        not lexicon.says("tax", column.header),
        lexicon.says("gross", column.header) or lexicon.last_word_says("money", column.header),
        row_words.says_total(column.header),
        column.confidence,
    )


def letters_of(group: Sequence[Column]) -> str:
    """Columns as an option names them."""
    return "+".join(column.letter for column in group)


def called_together(group: Sequence[Column]) -> str:
    """Columns that count together, as an option says it."""
    return f"Columns {', '.join(column.letter for column in group)} together"


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _called(column: Column) -> str:
    """A column by its letter, and by its header where it has one."""
    return f"{column.letter}, {words_of(column)}" if column.header else column.letter


def words_of(column: Column) -> str:
    """A column by its header, else by its letter."""
    return repr(column.header[:60]) if column.header else f"column {column.letter}"
