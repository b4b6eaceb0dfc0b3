"""Amounts that a column beside them says are credits, or to be taken off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.readings.table import Table
from importers.structure.grid import address

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
    money = [each.index for each in table.of_role("amount", "total", "memo")]
    amounts = table.amounts[places][:, money]
    if not amounts.any() or (amounts <= 0).all():
        return
    if "debit" not in meant and not _are_taken_off(table, column, places, decisions):
        return
    table.amounts[places] *= -1


def _are_taken_off(table: Table, column: Column, places: Sequence[int], decisions: Decisions) -> bool:
    grid, rows = table.grid, table.block.data[list(places)].tolist()
    cells = ", ".join(address(row, column.index) for row in rows[:_NAMED])
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
