"""Two parts of a table of nothing but codes, one of which may be received: nothing in it says so, or otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.readings.table import Table
from importers.readings.told_flows import is_flow_open, is_titled
from importers.structure.grid import Ints

_CODE: Final = re.compile(r"[A-Z]{0,3}[\d .\-/]*\d[\d .\-/]*")
_LEAST_ROWS: Final = 12
_OFTEN: Final = 3
_PARTS: Final = 2
_CLASSES: Final = 3


def choose_flows_of_parts(table: Table, decisions: Decisions) -> bool:
    """Gives the lines of a table without any names their flows by a column of two codes, where another column has codes
    of other classes under each, all of one below all of the other, as those of income and of spending are in charts of
    accounts: which of the two is received, if any, is a choice that nobody can guess. Whether there is one.
    """
    rows = table.lines_beside(table.shares)
    if not is_flow_open(table) or is_titled(table) or len(rows) < _LEAST_ROWS or _names_something(table, rows):
        return False
    if table.block.headings or table.context.flow.value != "expenditure":
        return False
    found = next(_parts(table, rows), None)
    if found is None:
        return False
    column, words, of_first = found
    one, other = map(repr, words)
    choice = table.choice(
        "flow",
        ("parts", column.letter, *words),
        f"Column {column.letter} of {table.grid.name!r} says {one} of some lines and {other} of others, whose accounts "
        "are of other classes, and no names say what they are. Is one of them received?",
        (
            ("first", f"{one} is received, {other} spent"),
            ("second", f"{other} is received, {one} spent"),
            ("spent", "No: all are spent"),
        ),
        "",
        assumed="spent",
    )
    taken = decisions.take(choice)
    if taken != "spent":
        received = of_first if taken == "first" else ~of_first
        flows = np.where(received, "income", "expenditure").tolist()
        table.flows |= dict(zip(table.block.data[rows].tolist(), flows, strict=True))
    return True


def _names_something(table: Table, rows: Ints) -> bool:
    """Whether a column of words says more than a code of some line, and not the same of all."""
    for column in table.block.labels:
        said = table.block.texts(table.grid, column, with_numbers=True).at(rows)
        words = {said.words[code] for code in said.used} - {""}
        if len(words) > 1 and not all(map(_CODE.fullmatch, words)):
            return True
    return False


def _parts(table: Table, rows: Ints) -> Iterator[tuple[Column, list[str], np.ndarray]]:
    """Columns of two codes, with these and where the first of them stands."""
    codes = {
        c.index: table.block.texts(table.grid, c.index, with_numbers=True).at(rows)
        for c in table.columns
        if c.role.endswith("_code")
    }
    for column in table.columns:
        said = codes.get(column.index)
        if said is None or len(said.used) != _PARTS or not all(said.words[code] for code in said.used):
            continue
        of_first = said.codes == said.used[0]
        if min(of_first.sum(), (~of_first).sum()) < _OFTEN:
            continue
        words = [said.words[code] for code in said.used]
        for index, other in codes.items():
            accounts = np.array([other.words[code] for code in other.codes.tolist()])
            if index != column.index and _are_apart(accounts, of_first, words):
                yield column, words, of_first
                break


def _are_apart(accounts: np.ndarray, of_first: np.ndarray, words: list[str]) -> bool:
    """Whether accounts of one length have other first digits in each of two parts, those of one below the other's, and
    do not only begin with the part's own code.
    """
    every = accounts.tolist()
    if len({len(each) for each in every}) != 1 or not all(each.isdecimal() for each in every):
        return False
    first, second = ({each[0] for each in accounts[part].tolist()} for part in (of_first, ~of_first))
    if len(first | second) < _CLASSES or not (max(first) < min(second) or max(second) < min(first)):
        return False
    stems = [word.lstrip("0") for word in words]
    return not all(
        each.startswith(stems[0] if is_first else stems[1])
        for each, is_first in zip(every, of_first.tolist(), strict=True)
    )
