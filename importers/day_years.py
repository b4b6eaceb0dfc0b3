"""Settles whether the days in a column say of which fiscal year the amounts are.

A list of payments states the day of each, and no year besides. Beside a year that a title, a header or a person states,
the day on which something was approved or begins says nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from importers.choices import Choice, Decisions, choice_id
from importers.column import Column
from importers.grid import Grid
from importers.layout import Block
from importers.texts import column_texts

_NAMED = 4


def settle_days(
    grid: Grid, block: Block, columns: Sequence[Column], stated: int | None, decisions: Decisions, key: str
) -> list[Column]:
    """The columns, one of days that says no year told as a note.

    Args:
        grid: the sheet.
        block: the table.
        columns: its columns.
        stated: the fiscal year that a title or a person states.
        decisions: what is settled, and where an open choice goes.
        key: names the table.
    """
    label = grid.terms.year
    dated = all(column.fiscal_year is not None for column in columns if column.role == "amount")
    settled = []
    for column in columns:
        said = column_texts(grid, block.data, column.index, with_numbers=True).words if column.role == "year" else ()
        years = sorted(set(grid.terms.calendar.years_of_days(word for word in said if word)))
        if not years or (not dated and (stated is None or years == [stated])):
            settled.append(column)
            continue
        value = "stated"
        if not dated and stated is not None:
            named = ", ".join(label(year) for year in years[:_NAMED]) + (" and others" if len(years) > _NAMED else "")
            choice = Choice(
                choice_id("year", column.header, named, label(stated)),
                "year",
                grid.name,
                key,
                f"The days in column {column.letter} of {grid.name!r}, {column.header!r}, are of {named}, and its "
                f"amounts were said to be of {label(stated)}. Of which year are they?",
                (("days", "Each of the year in which its day falls"), ("stated", f"All of {label(stated)}")),
                "stated" if stated in years else "days",
            )
            value = decisions.take(choice)
        if value == "stated":
            column = replace(column, role="note", evidence="its days say no fiscal year, which is stated elsewhere")
        settled.append(column)
    return settled
