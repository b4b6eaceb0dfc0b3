"""Of-which lines: memo lines that are parts of a line that counts, found by where they stand or by their sums.

A memo line is part of another line where it stands in the same row, in a column of its own, above all that of its own
budget control; where it stands directly below it, with others or alone, and it calls itself a part or at least names no
receiver; or where the memo lines of a year and budget control that name the same receiver add up to one line, and to no
other, wherever their bodies show them. Budgets are published rounded, so that sums agree to a part in a thousand; one
line alone has to agree to the last digit, and to have digits enough that it is hardly chance.

Parts are of the sign of their line and together no more than it: memo lines that come to more overlap each other, or
speak of something else, and one of the other sign is no part but a correction; nothing is known of any of them then. A
row between a line and those below it may be a heading; then they are parts where they add up to the line. Below a line
parts may have parts of their own: those that call themselves so below one that does not, and those that add up to the
one above them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.values.arrays import Integers
from budget_align.core.values.folding import fold

NO_WHOLE: Final = -1

_CLOSE: Final = 1_000
"""A sum is a line's where they differ by no more than this part of it."""
_DIGITS: Final = 4
_OF_WHICH: Final = re.compile(
    r"\W*(of which|including|thereof|davon|darunter|dont|di cui|waarvan|de los cuales|w tym|herav|varav)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Cell:
    """One amount of spending: its line, where it stands, and what it says; `says` where it calls itself a part."""

    place: int
    sheet: tuple[str, str, str]
    column: str
    row: int
    period: tuple[str, int]
    control: str
    receiver: str
    amount: int
    memo: bool
    says: bool


def find_wholes(lines: pd.DataFrame) -> Integers:
    """For each line the position of the line that it is a part of, shape (lines,); `NO_WHOLE` for what is no part. That
    line may be a memo line and part of another; see `outermost`.

    Args:
        lines: budget lines, as `budget_line.SCHEMA` says; with a column submission_id where they are of several.
    """
    wholes = np.full(len(lines), NO_WHOLE, dtype=np.int64)
    if not (lines["memo"].to_numpy(dtype=bool) & (lines["amount"].to_numpy() != 0)).any():
        return wholes
    cells = _cells(lines)
    _by_row(cells, wholes)
    _by_place(cells, wholes)
    _by_sum(cells, wholes)
    return wholes


def outermost(wholes: Integers) -> Integers:
    """For each line the position of the line that counts it, of which it is a part or a part of one; `NO_WHOLE` for
    what is no part.

    >>> import numpy as np
    >>> outermost(np.array([-1, 0, 1, -1]))
    array([-1,  0,  0, -1])
    """
    found = wholes
    while (above := np.where(found == NO_WHOLE, NO_WHOLE, wholes[found])).max(initial=NO_WHOLE) != NO_WHOLE:
        found = np.where(above == NO_WHOLE, found, above)
    return found


def _cells(lines: pd.DataFrame) -> list[_Cell]:
    file = lines["submission_id"] if "submission_id" in lines else pd.Series(0, index=lines.index)
    spending = (lines["flow"] == "expenditure").to_numpy()
    columns = [
        [str(each) for each in file],
        *(lines[name].to_list() for name in ("body", "sheet", "cell", "row", "stage", "fiscal_year", "control")),
        *(lines[name].to_list() for name in ("counterpart", "amount", "memo", "programme")),
    ]
    found = []
    for place, said in enumerate(zip(*columns, strict=True)):
        if spending[place]:
            of, body, sheet, cell, row, stage, year, control, receiver, amount, memo, programme = said
            column = cell.rstrip("0123456789")
            where = (of, body, sheet), column, int(row)
            says = bool(memo) and _OF_WHICH.match(programme) is not None
            period = stage, int(year)
            found.append(_Cell(place, *where, period, control, fold(receiver), int(amount), bool(memo), says))
    return found


def _by_row(cells: list[_Cell], wholes: Integers) -> None:
    """Parts that stand beside their line, in a column of their own."""
    rows: defaultdict[tuple[object, ...], list[_Cell]] = defaultdict(list)
    for cell in cells:
        if cell.column:
            rows[cell.sheet, cell.row, cell.period].append(cell)
    for row in rows.values():
        parts: defaultdict[_Cell, list[_Cell]] = defaultdict(list)
        counted = [cell for cell in row if not cell.memo]
        for cell in row:
            if cell.memo and counted:
                alike = [each for each in counted if cell.control and each.control == cell.control]
                parts[max(alike or counted, key=lambda each: abs(each.amount))].append(cell)
        for whole, mine in parts.items():
            _join(whole, mine, wholes)


def _by_place(cells: list[_Cell], wholes: Integers) -> None:
    """Parts that stand directly below their line, column by column."""
    columns: defaultdict[tuple[object, ...], list[_Cell]] = defaultdict(list)
    for cell in cells:
        if cell.column:
            columns[cell.sheet, cell.column, cell.period].append(cell)
    for column in columns.values():
        if not any(cell.memo for cell in column):
            continue
        whole: _Cell | None = None
        parts: list[_Cell] = []
        before = -1
        for cell in sorted(column, key=lambda each: each.row):
            part = cell.memo and (cell.says or not cell.receiver)
            # One row may stand between a line and its parts, as a heading; what these come to then says that they are.
            if part and whole is not None and cell.row - before <= (1 if parts else 2):
                parts.append(cell)
            else:
                _join_below(whole, parts, wholes)
                whole, parts = (None if cell.memo else cell), []
            before = cell.row
        _join_below(whole, parts, wholes)


def _join_below(whole: _Cell | None, parts: list[_Cell], wholes: Integers) -> None:
    if whole is not None and parts and parts[0].row > whole.row + 1:
        parts = parts if _adds_up(whole, parts) else []
    _join_nested(whole, parts, wholes)


def _join_nested(whole: _Cell | None, parts: list[_Cell], wholes: Integers) -> None:
    """Joins parts below a line to it, and those that are parts of one of them to that."""
    outer: list[_Cell] = []
    rest = parts
    while rest:
        part, *rest = rest
        count = _count_within(part, rest)
        _join(part, rest[:count], wholes)
        outer.append(part)
        rest = rest[count:]
    _join(whole, outer, wholes)
    # Where the line does not hold them, nothing is known of what they hold.
    lost = {part.place for part in outer if wholes[part.place] == NO_WHOLE}
    for part in parts:
        if int(wholes[part.place]) in lost:
            wholes[part.place] = NO_WHOLE


def _count_within(part: _Cell, below: list[_Cell]) -> int:
    """How many of the parts directly below one are parts of it."""
    if not part.says:
        return next((count for count, cell in enumerate(below) if not cell.says), len(below))
    sums = accumulate(cell.amount for cell in below)
    found = (count for count, total in enumerate(sums, 1) if total == part.amount)
    return next((count for count in found if _adds_up(part, below[:count])), 0)


def _adds_up(whole: _Cell, parts: list[_Cell]) -> bool:
    """Whether several amounts add up to another, with digits enough between them that it is hardly chance."""
    digits = max((len(str(abs(cell.amount)).rstrip("0")) for cell in parts), default=0)
    return len(parts) > 1 and digits >= _DIGITS and sum(cell.amount for cell in parts) == whole.amount


def _join(whole: _Cell | None, parts: list[_Cell], wholes: Integers) -> None:
    if whole is None or any(cell.amount * whole.amount < 0 for cell in parts):
        return
    if abs(sum(cell.amount for cell in parts)) <= abs(whole.amount):
        for cell in parts:
            if wholes[cell.place] == NO_WHOLE and cell.amount:
                wholes[cell.place] = whole.place


def _by_sum(cells: list[_Cell], wholes: Integers) -> None:
    """Parts that name one receiver and add up to one line."""
    counted: defaultdict[tuple[object, ...], list[_Cell]] = defaultdict(list)
    loose: defaultdict[tuple[object, ...], list[_Cell]] = defaultdict(list)
    for cell in cells:
        if not cell.memo and cell.amount > 0:
            counted[cell.period, cell.control].append(cell)
        elif cell.memo and cell.amount and cell.receiver and wholes[cell.place] == NO_WHOLE:
            loose[cell.receiver, cell.period, cell.control].append(cell)
    for (_, *key), parts in loose.items():
        total = sum(cell.amount for cell in parts)
        near = 0 if len(parts) == 1 else abs(total) // _CLOSE
        found = [cell for cell in counted[tuple(key)] if abs(cell.amount - total) <= near]
        if len(found) == 1 and (len(parts) > 1 or len(str(abs(total)).rstrip("0")) >= _DIGITS):
            for cell in parts:
                wholes[cell.place] = found[0].place
