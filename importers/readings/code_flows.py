"""Finds the classes of a column of codes that hold what is received, among others that hold what is spent: the groups
of an economic classification, whose first digit says which way the money goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.readings.told_flows import is_flow_open, is_titled
from importers.words import flow_words

_CODE: Final = re.compile(r"\d[\d .\-/]*\d")
_LEAST_ROWS: Final = 12
_CLASSES: Final = range(3, 11)
_SAID: Final = 0.2
"""From this share of the lines of a class on, and two of them, names speak for it."""

_OPTIONS: Final = 4
_LONGEST: Final = 40


def choose_flows_of_codes(table: Table, decisions: Decisions) -> bool:
    """Gives the lines of a table their flows by the class of their codes, where the names in the first classes or in
    the last speak of income and none beside them does: how far income goes is a choice that nobody can guess. Whether
    there is one.
    """
    if not is_flow_open(table) or table.context.flow.value != "expenditure" or is_titled(table):
        return False
    rows = table.lines_beside(table.shares)
    if len(rows) < _LEAST_ROWS or _headings_say(table):
        return False
    for column in table.columns:
        if column.index not in table.block.labels and not column.role.endswith("_code"):
            continue
        said = table.block.texts(table.grid, column.index, with_numbers=True).at(rows)
        codes = {place: said.words[place].strip() for place in said.used}
        classes = sorted({code[:1] for code in codes.values()})
        if len(classes) not in _CLASSES or not all(map(_CODE.fullmatch, codes.values())):
            continue
        firsts, names = [codes[place][0] for place in said.codes.tolist()], table.labels.all_said(rows)
        received = _received(classes, firsts, names)
        if received:
            _choose(table, decisions, column.letter, rows.tolist(), firsts, names, received)
            return True
    return False


def _headings_say(table: Table) -> bool:
    headings = {text for over in (table.sums.headings.values() if table.sums else ()) for text in over}
    return any(flow_words.find_flow(text) for text in headings)


def _received(classes: Sequence[str], firsts: Sequence[str], names: Sequence[str]) -> list[list[str]]:
    """The classes that may be received together, from the fewest on, where those at one end speak of income; none where
    others do too, or all.
    """
    speak = {
        each: _speaks_of_income([n for n, first in zip(names, firsts, strict=True) if first == each])
        for each in classes
    }
    for order in (list(classes), list(classes)[::-1]):
        last = max((place for place, each in enumerate(order) if speak[each]), default=-1)
        if 0 <= last < len(order) / 2 and not any(speak[each] for each in order[last + 1 :]):
            return [sorted(order[:end]) for end in range(last + 1, len(order))][:_OPTIONS]
    return []


def _speaks_of_income(names: Sequence[str]) -> bool:
    said = [name for name in names if flow_words.may_say_flow("income", name)]
    return len(said) >= max(2, _SAID * len(names)) and not any(
        flow_words.may_say_flow("expenditure", name) for name in names
    )


def _choose(
    table: Table,
    decisions: Decisions,
    letter: str,
    places: Sequence[int],
    firsts: Sequence[str],
    names: Sequence[str],
    received: Sequence[Sequence[str]],
) -> None:
    example = {first: name[:_LONGEST] for first, name in zip(firsts[::-1], names[::-1], strict=True)}
    word = next(
        name
        for name, first in zip(names, firsts, strict=True)
        if first in received[0] and flow_words.may_say_flow("income", name)
    )
    choice = table.choice(
        "flow",
        ("codes", letter, *received[0]),
        f"Column {letter} of {table.grid.name!r} parts lines by the first digit of their code, and lines such as "
        f"{word[:_LONGEST]!r} speak of income. Which of them are received?",
        (
            *(
                ("".join(each), f"Those that begin with {' or '.join(each)}, up to {example[_inner(each, firsts)]!r}")
                for each in received
            ),
            ("spent", "None: all are spent"),
        ),
        "",
        assumed="spent",
    )
    taken = decisions.take(choice)
    if taken != "spent":
        for place, first in zip(places, firsts, strict=True):
            table.flows[int(table.block.data[place])] = "income" if first in taken else "expenditure"


def _inner(classes: Sequence[str], firsts: Sequence[str]) -> str:
    """Of classes at one end of all the one next to the others."""
    return classes[-1] if classes[0] == min(firsts) else classes[0]
