"""Lists that state under each name what income leaves of spending: lines of one name that this shows not to be among
what is spent, such as what of it is still to be approved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.row_dimensions import DERIVED, tell_flow
from importers.readings.table import Table
from importers.structure.grid import Ints

Sides = tuple[list[int], list[int], list[int]]
"""Places of what is received, of what is spent, and of what is left."""

_LONGEST: Final = 20_000
_WORDS: Final = 24
_FEWEST_GROUPS: Final = 4
_FEWEST_TOLD: Final = 2
"""In so many groups at least what is left tells a line from none."""

_MOST: Final = 200
"""So many groups and names at most are compared."""

_FAR: Final = 10
"""So many times what rounding makes is a line that is seen in what is left."""


def choose_beyond_left(table: Table, decisions: Decisions) -> frozenset[int]:
    """The lines of one name without which, and with no other name missing, every group of a list leaves what it states:
    whether they count is a choice. As places among the rows of data.
    """
    money = [column.index for column in table.of_role("amount")]
    sides = _sides(table) if len(money) == 1 and len(table.block.data) <= _LONGEST else None
    if sides is None:
        return frozenset()
    for group in table.block.labels:
        for name in table.block.labels:
            found = _beyond(table, money[0], group, name, sides) if name != group else 0
            if found:
                return _choose(table, decisions, name, found, sides[0])
    return frozenset()


def _sides(table: Table) -> Sides | None:
    """The lines of what is received and of what is spent and the rows that state what is left, where a column of words
    names all three.
    """
    lines = frozenset(table.line_rows[~table.memo_rows].tolist())
    for column in table.block.labels:
        codes = table.grid.codes[table.block.data, column]
        distinct = np.unique(codes).tolist()
        if len(distinct) > _WORDS:
            continue
        meant = {code: tell_flow(table.grid.vocabulary[code]) for code in distinct}
        if not {"income", "expenditure", DERIVED} <= set(meant.values()):
            continue
        said = [(place, meant[code]) for place, code in enumerate(codes.tolist())]
        received, spent = ([p for p, flow in said if flow == side and p in lines] for side in ("income", "expenditure"))
        return received, spent, [place for place, flow in said if flow == DERIVED]
    return None


def _choose(table: Table, decisions: Decisions, column: int, name: int, received: Sequence[int]) -> frozenset[int]:
    lines = table.line_rows[~table.memo_rows]
    lines = lines[~np.isin(lines, received)]
    places = lines[table.grid.codes[table.block.data[lines], column] == name].tolist()
    said = table.grid.vocabulary[name]
    choice = table.choice(
        "rows",
        ("beyond", said),
        f"What {table.grid.name!r} states as left of income and spending leaves out the lines called {said!r}. "
        "Are they money of their own?",
        (
            ("leave", f"{said}: within the other lines or none of this money, do not count it"),
            ("count", f"{said}: money of its own, count it"),
        ),
        "leave",
    )
    return frozenset(places) if decisions.take(choice) == "leave" else frozenset()


def _beyond(table: Table, money: int, group: int, name: int, sides: Sides) -> int:
    """The one name without whose lines every group leaves what it states; 0 where all lines do, or no name tells."""
    received, spent, left = (np.asarray(each, dtype=np.int64) for each in sides)
    codes, amounts = table.grid.codes[table.block.data], table.amounts[:, money]
    groups, names = np.unique(codes[spent, group]), np.unique(codes[spent, name])
    if not _FEWEST_GROUPS <= len(groups) <= _MOST or not groups.all() or not names.all() or len(names) > _MOST:
        return 0
    fits = np.ones(len(names), dtype=bool)
    told = np.zeros(len(names), dtype=np.int64)
    for of in groups.tolist():
        here = [each[codes[each, group] == of] for each in (received, spent, left)]
        close = _rounding(table, money, here)
        over = int(amounts[here[0]].sum()) - int(amounts[here[1]].sum())
        named = np.array([int(amounts[here[1][codes[here[1], name] == n]].sum()) for n in names.tolist()])
        fits &= (np.abs(amounts[here[2]][:, None] - over - named[None, :]) <= close).any(axis=0)
        told += np.abs(named) > _FAR * close
    known = names[fits & (told >= _FEWEST_TOLD)].tolist()
    return int(known[0]) if len(known) == 1 else 0


def _rounding(table: Table, money: int, sides: Sequence[Ints]) -> int:
    """By how much rounded lines may miss what they leave: half of the unit that all amounts are whole in for each."""
    amounts = np.concatenate([table.amounts[each, money] for each in sides])
    unit = int(np.gcd.reduce(table.amounts[:, money])) if amounts.any() else 0
    return unit * sum(map(len, sides[:2])) // 2
