"""Of-which lines: memo lines that are parts of a line that counts, found by where they stand or by their sums.

A memo line is part of another line where it stands in the same row, in a column of its own; where it stands directly
below it, with others or alone, they come to no more than it, and it calls itself a part or at least names no receiver;
or where the memo lines of a year and budget control that name the same receiver add up to one line, and to no other,
wherever their bodies show them. Budgets are published rounded, so that sums agree to a part in a thousand; one line
alone has to agree to the last digit, and to have digits enough that it is hardly chance.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
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
    """For each line the position of the line that it is a part of, shape (lines,); `NO_WHOLE` for what is no part.

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
    largest: dict[tuple[object, ...], _Cell] = {}
    for cell in cells:
        key = (cell.sheet, cell.row, cell.period)
        if not cell.memo and cell.column and abs(cell.amount) > abs(largest[key].amount if key in largest else 0):
            largest[key] = cell
    for cell in cells:
        whole = largest.get((cell.sheet, cell.row, cell.period)) if cell.memo and cell.column else None
        if whole is not None and abs(cell.amount) <= abs(whole.amount):
            wholes[cell.place] = whole.place


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
            if part and whole is not None and cell.row == before + 1:
                parts.append(cell)
            else:
                _join(whole, parts, wholes)
                whole, parts = (None if cell.memo else cell), []
            before = cell.row
        _join(whole, parts, wholes)


def _join(whole: _Cell | None, parts: list[_Cell], wholes: Integers) -> None:
    total = sum(cell.amount for cell in parts)
    if whole is not None and total and abs(total) <= abs(whole.amount) and (total > 0) == (whole.amount > 0):
        for cell in parts:
            if wholes[cell.place] == NO_WHOLE:
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
