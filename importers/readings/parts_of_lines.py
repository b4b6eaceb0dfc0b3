"""Asks about tables that are named as a line of another and come to no more than it: what takes one line apart, all of
it or the largest of it, states money of that line and adds none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from importers.evidence.choices import Choice, choice_id
from importers.readings.table import Table
from importers.readings.table_money import LONGEST_SUMMARY, Stated, TableMoney
from importers.words.row_words import fold_label
from importers.words.vocabulary import without_year_and_unit

_FEWEST: Final = 2
"""A table of so many lines takes another apart, and so many a table has of which one line is taken apart."""

_SHORTEST: Final = 3
_NAMED: Final = 3


def ask_about_parts_of_lines(
    tables: Sequence[Table], moneys: Sequence[TableMoney], asked: Collection[str], write: Callable[[int], str]
) -> list[Choice]:
    """The choices that tables leave which are named as a line of another and come to no more than it.

    Args:
        tables: the tables with money.
        moneys: each table's lines and totals; no lines of one that does not count.
        asked: the keys of tables of which it is asked elsewhere whether they count.
        write: how an amount is written for a person.
    """
    counted = [
        n
        for n, money in enumerate(moneys)
        if _FEWEST <= len(money.lines) <= LONGEST_SUMMARY and tables[n].context.counted_belief.confidence < 1
    ]
    within: dict[int, list[tuple[int, Stated]]] = {}
    for number in counted:
        if tables[number].key in asked:
            continue
        names = _names(tables[number])
        for other in counted:
            apart = other != number and tables[other].key not in asked
            line = _line_of(names, moneys[number], moneys[other]) if apart else None
            if line is not None:
                within.setdefault(other, []).append((number, line))
                break
    return [_choose(tables, moneys, other, inner, write) for other, inner in within.items()]


def _names(table: Table) -> set[str]:
    """What a table is called: its sheet, or its title where it is not alone on the sheet."""
    said = (table.grid.name, *(table.grid.text(*where) for where in table.block.titles[:1]))
    return {name for text in said if len(name := fold_label(without_year_and_unit(text))) >= _SHORTEST}


def _line_of(names: Collection[str], mine: TableMoney, others: TableMoney) -> Stated | None:
    """The line of another table that bears a name of this one, where nothing that this one comes to is above it."""
    whole = mine.whole.figures if mine.whole is not None else {}
    wanted = {key: amount for key, amount in whole.items() if amount}
    lines = [row for row in others.by_row if fold_label(row.label) in names]
    # A name that several lines bear is no name of one, and one that a line of its own bears is a line itself.
    if len(lines) != 1 or not wanted or any(fold_label(row.label) in names for row in mine.by_row):
        return None
    stated = lines[0].figures
    inside = all(0 < amount / (stated.get(key) or -amount) <= 1 for key, amount in wanted.items())
    return lines[0] if inside else None


def _choose(
    tables: Sequence[Table],
    moneys: Sequence[TableMoney],
    other: int,
    inner: Sequence[tuple[int, Stated]],
    write: Callable[[int], str],
) -> Choice:
    """Whether the tables that are named as lines of another state money of these."""
    numbers = sorted([other, *(number for number, _ in inner)])
    called = f"{tables[other].grid.name!r} {tables[other].block.area(tables[other].grid)}"
    said = ", ".join(
        f"{tables[n].grid.name!r} ({write(moneys[n].lines.total)}; {line.cell}: {write(line.last)})"
        for n, line in inner[:_NAMED]
    )
    more = f" and {len(inner) - _NAMED} more" if len(inner) > _NAMED else ""
    return Choice(
        choice_id("counted", "parts of lines", *(tables[n].key for n in numbers)),
        "counted",
        tables[other].grid.name,
        "\n".join(tables[n].key for n in numbers),
        f"{said}{more}: named as a line of {called}, and no more than it. Is it money of that line?",
        (
            (str(other), f"The same money: count {called} alone"),
            ("+".join(map(str, numbers)), "Different money: count all of them"),
        ),
        str(other),
    )
