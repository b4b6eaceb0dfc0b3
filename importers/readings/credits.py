"""Amounts that a column beside them says are credits, or to be taken off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.readings.table import Table

_NAMED: Final = 4


def take_off_credits(table: Table, column: Column, meant: Sequence[str], decisions: Decisions) -> None:
    """Takes off the amounts of the rows of which a column says so, unless they stand below zero already.

    Where the column says nothing of the other rows, what it marks is a choice.

    Args:
        table: its amounts are changed.
        column: what says on which side each row is.
        meant: "debit", "credit" or nothing for each row of data.
    """
    places = [place for place, said in enumerate(meant) if said == "credit"]
    credited = _credited(table, meant)
    money = [each.index for each in table.of_role("amount", "total", "memo") if each.index not in credited]
    if credited:
        # What is received is credited, and a debit takes it off.
        _turn(table, [place for place, said in enumerate(meant) if said == "debit"], credited)
    amounts = table.amounts[places][:, money]
    if not amounts.any() or (amounts <= 0).all():
        return
    if "debit" not in meant and not _are_taken_off(table, column, places, decisions):
        return
    if credited:
        table.amounts[np.ix_(places, money)] *= -1
    else:
        table.amounts[places] *= -1


def _credited(table: Table, meant: Sequence[str]) -> list[int]:
    """The columns beside others in which a credit is no less: those that say so, and those in which no row is a debit
    where no row of the other is a credit and none fills both.
    """
    columns = [column for column in table.columns if column.index in table.block.values]
    columns = [c for c in columns if c.role in ("amount", "total", "memo", "unused")]
    told = [c.index for c in columns if c.flow == "income" or c.sign < 0]
    if told:
        return told if len(told) < len(columns) else []
    written = np.nan_to_num(table.grid.numbers[np.ix_(table.block.data, np.array([c.index for c in columns]))]) != 0
    if len(columns) != _SIDES or (written.sum(axis=1) > 1).any():
        return []
    sides = [{said for said, fills in zip(meant, each, strict=True) if said and fills} for each in written.T]
    return [columns[sides.index({"credit"})].index] if {"debit"} in sides and {"credit"} in sides else []


_SIDES: Final = 2


def _turn(table: Table, places: Sequence[int], columns: Sequence[int]) -> None:
    """Turns the sign of what stands above zero in some rows and columns."""
    amounts = table.amounts[np.ix_(places, columns)]
    table.amounts[np.ix_(places, columns)] = np.where(amounts > 0, -amounts, amounts)


def _are_taken_off(table: Table, column: Column, places: Sequence[int], decisions: Decisions) -> bool:
    grid, rows = table.grid, table.block.data[list(places)].tolist()
    cells = ", ".join(table.grid.address(row, column.index) for row in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    choice = table.choice(
        "rows",
        ("credits", cells),
        f"{cells}{more} of {grid.name!r} say {grid.text(rows[0], column.index)!r} beside amounts, and the other cells "
        "of the column nothing. Is what they stand beside taken off?",
        (("off", "Yes, take these amounts off"), ("count", "No, count them as they stand")),
        "off",
    )
    return decisions.take(choice) == "off"
