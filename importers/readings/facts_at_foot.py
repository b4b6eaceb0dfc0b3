"""Rows at the foot of a table that state a fact of its lines and are none: the largest of them, their mean or number, a
count of people, a year to come. Arithmetic tells most of them, whatever they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from importers.evidence.amounts import half_of_last_place
from importers.evidence.choices import Decisions
from importers.readings.list_entries import is_entry
from importers.readings.row_flows import flow_over
from importers.readings.table import Table
from importers.words import fact_words, lexicon, vocabulary

_FEWEST: Final = 4
"""Of fewer lines a largest or a mean says nothing."""

_MOST: Final = 6
"""More rows at the foot of a table are a part of it."""

_ROWS: Final = 3_000
_LONGEST: Final = 60

_DIGITS: Final = 5
"""An amount of so many digits, zeros at its end aside, hardly repeats another by chance."""

_NEAR: Final = 0.05
"""Within this share of all other lines a last row may be their total for another time, or one that was not kept up."""

_COUNT_BELOW: Final = 10
"""A number of lines is so much smaller than every one of them."""

_PARTS_OF_YEAR: Final = (12, 52, 4)

_MEASURES: Final[tuple[lexicon.Meaning, ...]] = ("quantity", "ratio", "rate")

Amounts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Fact:
    """What a row at the foot states of the lines above it; `sure` where hardly any line does."""

    place: int
    said: str
    sure: bool


def choose_facts(table: Table, decisions: Decisions, left: AbstractSet[int]) -> frozenset[int]:
    """The last rows of a table, in no total, that state a fact of the lines above them, as places in the rows of data:
    whether they count is a choice.

    Args:
        left: rows that are known not to count, as places.
    """
    columns = [column.index for column in table.of_role("amount")]
    lines = _lines(table, left, columns)
    if not columns or not _FEWEST < len(lines) <= _ROWS or len(table.block.data) > _ROWS:
        return frozenset()
    found: list[_Fact] = []
    foot = _foot(table, lines)
    for count in range(1, min(_MOST, len(foot), len(lines) - _FEWEST) + 1):
        above, place = lines[:-count], lines[-count]
        fact = _fact_of(table, columns, above, place)
        if fact is not None:
            found = [*found, fact] if len(found) == count - 1 else _told_together(table, columns, lines, count)
    found = found or _about_the_sum(table, columns, lines)
    if not found:
        return frozenset()
    found = sorted(found, key=lambda fact: fact.place)
    cells = table.cells_of([int(table.block.data[fact.place]) for fact in found])
    said = "; ".join(f"{table.labels.said(fact.place)[:_LONGEST]!r} {fact.said}" for fact in found[:_SHOWN])
    choice = table.choice(
        "rows",
        ("facts", cells),
        f"At the foot of {table.grid.name!r}, {cells}: {said}. Do such rows count?",
        (("leave", "Leave them out: they say something of the lines"), ("count", "Count them: they are lines too")),
        "leave" if all(fact.sure for fact in found) else "",
    )
    return frozenset(fact.place for fact in found) if decisions.take(choice) == "leave" else frozenset()


_SHOWN: Final = 3


def _told_together(table: Table, columns: Sequence[int], lines: Sequence[int], count: int) -> list[_Fact]:
    """The facts that so many last rows state of the lines above all of them; none where one of them states none."""
    facts = [_fact_of(table, columns, lines[:-count], place) for place in lines[-count:]]
    return [fact for fact in facts if fact is not None] if all(facts) else []


def _lines(table: Table, left: AbstractSet[int], columns: Sequence[int]) -> list[int]:
    stated = np.asarray(table.amounts[:, list(columns)].any(axis=1))
    memo = set(table.line_rows[table.memo_rows].tolist())
    return [place for place in table.line_rows.tolist() if place not in left and place not in memo and stated[place]]


def _foot(table: Table, lines: Sequence[int]) -> list[int]:
    """The last lines that no total sums and of which nothing was asked, from the last one upwards."""
    if table.sums is None:
        return list(reversed(lines[-_MOST:]))
    sums = table.sums
    loose = {entry.row for entry in sums.top if not entry.is_total} - set(sums.lone_totals) - set(sums.asked)
    rows = table.block.data
    found: list[int] = []
    for place in reversed(lines):
        row = int(rows[place])
        if row not in loose or row in table.flows:
            break
        found.append(place)
    return found


def _fact_of(table: Table, columns: Sequence[int], above: Sequence[int], place: int) -> _Fact | None:
    """What a row states of the lines above it, if it is no line."""
    label = table.labels.said(place)
    amounts, own = table.amounts[np.ix_(list(above), list(columns))], table.amounts[place, list(columns)]
    if _is_year(table, label) and not any(_is_year(table, table.labels.said(each)) for each in above):
        return _Fact(place, "is named after nothing but a year", sure=False)
    if _is_measure(table, label, above, own, amounts):
        return _Fact(place, "counts or measures something", sure=True)
    rows = table.block.data
    if is_entry(table, int(rows[place]), rows[list(above)].tolist()):
        return None
    statistic = _statistic(table, columns, amounts, own, label)
    if statistic:
        return _Fact(place, statistic, sure=fact_words.says_statistic(label))
    return None


def _is_year(table: Table, label: str) -> bool:
    """Whether a label is a fiscal year and nothing else."""
    return len(table.grid.terms.calendar.find_years(label)) == 1 and not vocabulary.without_year_and_unit(label)


def _is_measure(table: Table, label: str, above: Sequence[int], own: Amounts, amounts: Amounts) -> bool:
    """Whether a row is named as what is counted, or as a rate, as no line is, and by nothing else; where it is named by
    more words, its figure is far below those of the lines.
    """
    meaning = next((each for each in _MEASURES if lexicon.head_says(each, label)), None)
    if meaning is None or any(lexicon.head_says(each, table.labels.said(p)) for p in above for each in _MEASURES):
        return False
    stated = own != 0
    small = bool((np.abs(own[stated]) * _COUNT_BELOW <= np.median(np.abs(amounts[:, stated]), axis=0)).all())
    return small or len(lexicon.fold_words(label).split()) == 1


def _statistic(table: Table, columns: Sequence[int], amounts: Amounts, own: Amounts, label: str) -> str:
    """What a row states of some lines in every column that it fills: their largest, mean or number, and so on."""
    stated = np.flatnonzero(own).tolist()
    amounts, own = amounts[:, stated], own[stated]
    worded = fact_words.says_statistic(label)
    telling = worded or max(len(str(abs(each)).rstrip("0")) for each in own.tolist()) >= _DIGITS
    # Of amounts in order two alike stand beside one another.
    steps = np.diff(amounts[:, 0])
    in_order = bool((steps >= 0).all() or (steps <= 0).all())
    repeats = not worded and in_order and bool((amounts[-1] == own).all())
    listed = table.sums is None and not worded
    rows = table.block.data
    own_units = {column.index: column.unit or table.context.unit for column in table.of_role("amount")}
    units = [own_units[columns[n]] for n in stated]
    half = np.array(
        [half_of_last_place(table.grid, rows, columns[n], unit) for n, unit in zip(stated, units, strict=True)]
    )
    worth = np.array([unit.minor(table.grid.terms.currency) for unit in units])
    if (own == len(amounts) * worth).all() and (np.abs(amounts).min(axis=0) >= _COUNT_BELOW * own).all():
        return "is the number of the lines above"
    if not telling or len(np.unique(amounts[:, 0])) < _FEWEST:
        return ""
    exact: tuple[tuple[str, Callable[[Amounts], Amounts]], ...] = (
        ("is the largest of the lines above", lambda lines: lines.max(axis=0)),
        ("is the smallest of the lines above", lambda lines: lines.min(axis=0)),
    )
    for said, made in exact:
        if not repeats and not listed and (made(amounts) == own).all():
            return said
    near = half + 1
    if (np.abs(np.median(amounts, axis=0) - own) <= near).all() and not repeats:
        return "is the median of the lines above"
    for count in (len(amounts), *_PARTS_OF_YEAR):
        if (np.abs(amounts.sum(axis=0) - own * count) <= near * count).all() and (np.abs(own) >= _PRECISE * near).all():
            return "is the mean of the lines above" if count == len(amounts) else f"is a {count}th of the lines above"
    return ""


_PRECISE: Final = 1_000
"""An amount so much larger than its rounding is hardly a share of all others by chance."""


def _about_the_sum(table: Table, columns: Sequence[int], lines: Sequence[int]) -> list[_Fact]:
    """The last row, where it states in every column about what all other lines come to."""
    if table.sums is None or not _foot(table, lines):
        return []
    *above, place = lines
    amounts, own = table.amounts[np.ix_(above, list(columns))], table.amounts[place, list(columns)]
    whole = amounts.sum(axis=0)
    rows = table.block.data
    if len(above) < _FEWEST or not own.all() or (amounts < 0).any():
        return []
    if is_entry(table, int(rows[place]), rows[above].tolist()):
        return []
    entries = {entry.row: entry for entry in table.sums.top}
    flows = {flow_over(table, entries[int(rows[p])]) for p in lines if int(rows[p]) in entries}
    if len({flow or "expenditure" for flow in flows}) > 1:
        return []
    if (np.abs(whole - own) <= _NEAR * whole).all():
        return [_Fact(place, "states about what all other lines come to", sure=False)]
    return []
