"""Tells tables that state the same lines in another version: an earlier draft, a month or quarter that runs on from the
one before, or a hidden sheet.

Two tables of one body, stage, version, year and flow whose rows bear the same names, with amounts near each other, are
hardly parts of one budget. Which of them counts is a choice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from budget_align.core.values.fiscal_year import strip_years
from importers.evidence.choices import Choice, choice_id
from importers.readings.table import Table
from importers.readings.table_money import LONGEST_SUMMARY, Named, TableMoney
from importers.words import title_words
from importers.words.lexicon import says
from importers.words.period_words import find_period

_FEWEST: Final = 4
"""Two tables of fewer lines may name the same by chance, such as pay and goods."""

_SAME_NAMES: Final = 0.8
_NEAR: Final = 0.25
_NEAR_ROWS: Final = 0.7

_NO_LINES: Final[Named] = {}


def ask_about_versions(
    tables: Sequence[Table],
    moneys: Sequence[TableMoney],
    hidden: Sequence[bool],
    sums: Collection[int],
    write: Callable[[int], str],
) -> list[Choice]:
    """The choices that tables leave which may be versions of one another, and hidden ones beside those that are seen.

    Args:
        tables: the tables with money.
        moneys: each table's lines and totals; no lines of one that does not count.
        hidden: for each table, whether its sheet is hidden.
        sums: the places of those that come to what others do together, which are no versions of one of these.
        write: how an amount is written for a person.
    """
    counted = [n for n, money in enumerate(moneys) if 0 < len(money.lines) <= LONGEST_SUMMARY]
    doubted = [n for n in counted if tables[n].context.counted_belief.confidence < 1]
    # A table that has no other beside it, or too few lines to be told by, is a version of none.
    large = {n for n in doubted if len(moneys[n].lines) >= _FEWEST}
    lines = {n: moneys[n].by_name if n in large and len(large) > 1 else _NO_LINES for n in doubted}
    found: list[Choice] = []
    asked: set[int] = set()
    for first in lines:
        if first in asked:
            continue
        if first in sums:
            continue
        group = _running(tables, lines, first, asked)
        group = group if len(group) > 1 else _rising(tables, lines, first, asked)
        running = len(group) > 1
        if not running:
            others = [n for n in lines if n > first and n not in asked and n not in sums]
            group = [first, *(n for n in others if _are_near(lines[first], lines[n]))]
        if len(group) > 1:
            asked |= set(group)
            found.append(_choose(tables, moneys, group, hidden, write, running=running))
    seen = [n for n in counted if not hidden[n]]
    for number in lines:
        if hidden[number] and seen and number not in asked:
            found.append(_about_hidden(tables, moneys, number, write))
    return found


def _running(tables: Sequence[Table], lines: Mapping[int, Named], first: int, asked: Collection[int]) -> list[int]:
    """A table and those after it that each add to the one before: they say that they run up to a month, and hardly any
    line becomes less.
    """
    group = [first]
    for number in lines:
        one, other = lines[group[-1]], lines[number]
        if number <= first or number in asked or not (_says_running(tables[first]) and _says_running(tables[number])):
            continue
        shared = _shared(one, other)
        if shared and sum(abs(other[name]) >= abs(one[name]) for name in shared) >= _SAME_NAMES * len(shared):
            group.append(number)
    return group


def _rising(tables: Sequence[Table], lines: Mapping[int, Named], first: int, asked: Collection[int]) -> list[int]:
    """A table and those of later months or quarters none of whose lines is less than that of the one before, so many
    that chance hardly makes them, and which come to far more in the end: spending of one quarter alone falls somewhere.
    """
    group, steps, met = [first], 0, {_period_of(tables[first])}
    for number in lines:
        period = _period_of(tables[number])
        if number <= first or number in asked or "" in met or not period or period in met:
            continue
        one, other = lines[group[-1]], lines[number]
        shared = _shared(one, other)
        if not shared or any(other[name] < one[name] for name in shared):
            return [first]
        group.append(number)
        met.add(period)
        steps += len(shared)
    begun, ended = (sum(lines[number].values()) for number in (first, group[-1]))
    return group if steps >= _LEAST_STEPS and ended > _STEEP * begun > 0 else [first]


_LEAST_STEPS: Final = 8
_STEEP: Final = 1.4


def _period_of(table: Table) -> str:
    """The month or quarter that the name of the sheet is, or a title, whatever year it says."""
    said = (table.grid.name, *(table.grid.text(*where) for where in table.block.titles))
    return next((period for text in said if (period := find_period(text) or find_period(strip_years(text)))), "")


def _says_running(table: Table) -> bool:
    said = [column.header for column in table.of_role("amount")]
    said += [table.grid.text(*where) for where in table.block.titles]
    return any(says("cumulative", text) for text in said)


def _says_superseded(table: Table) -> bool:
    """Whether a title, or the name of the sheet, says that another table has taken the place of this one."""
    said = [table.grid.name, *(table.grid.text(*where) for where in table.block.titles)]
    return any(map(title_words.says_superseded, said))


def _shared(one: Named, other: Named) -> Collection[tuple[Any, ...]]:
    """The names that two tables share, none where they share too few."""
    least = max(_FEWEST, _SAME_NAMES * max(len(one), len(other)))
    if min(len(one), len(other)) < least:
        return ()
    shared = one.keys() & other.keys()
    return shared if len(shared) >= least else ()


def _are_near(one: Named, other: Named) -> bool:
    shared = _shared(one, other)
    if shared and all(one[name] == other[name] for name in shared):
        # What states the same again is no other version of it.
        return False
    near = sum(bool(one[name]) and 1 - _NEAR <= other[name] / one[name] <= 1 / (1 - _NEAR) for name in shared)
    return bool(shared) and near >= _NEAR_ROWS * len(shared)


def _choose(
    tables: Sequence[Table],
    moneys: Sequence[TableMoney],
    group: Sequence[int],
    hidden: Sequence[bool],
    write: Callable[[int], str],
    *,
    running: bool,
) -> Choice:
    called = {n: f"{tables[n].grid.name!r} {tables[n].block.area(tables[n].grid)}" for n in group}
    said = " and ".join(f"{called[n]} ({write(moneys[n].lines.total)})" for n in group[:3])
    more = f" and {len(group) - 3} more" if len(group) > 3 else ""
    valid = [n for n in group if not hidden[n] and not _says_superseded(tables[n])]
    guess = str(group[-1]) if running else str(valid[0]) if len(valid) == 1 else ""
    asks = (
        "name the same lines and rise from one to the next. Does each add to the one before?"
        if running
        else "name the same lines with amounts near each other. Are they versions of the same money?"
    )
    same = "Each adds to the one before" if running else "Versions"
    return Choice(
        choice_id("counted", "versions", *(tables[n].key for n in group)),
        "counted",
        tables[group[0]].grid.name,
        "\n".join(tables[n].key for n in group),
        f"{said}{more} {asks}",
        (
            *((str(n), f"{same}: count {called[n]}{', which is hidden' if hidden[n] else ''}") for n in group),
            ("+".join(map(str, group)), "Different money: count all"),
        ),
        guess,
    )


def _about_hidden(
    tables: Sequence[Table], moneys: Sequence[TableMoney], number: int, write: Callable[[int], str]
) -> Choice:
    table = tables[number]
    return Choice(
        choice_id("counted", "hidden", table.key),
        "counted",
        table.grid.name,
        table.key,
        f"The sheet {table.grid.name!r} is hidden and comes to {write(moneys[number].lines.total)}. Does it count?",
        (("leave", "Leave it out"), (str(number), "Count it with the sheets that are shown")),
        "",
    )
