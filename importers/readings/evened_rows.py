"""Rows that even out what is spent and what is received: a surplus or deficit that the total below it sums with the
lines, so that both sides come to the same. It is neither spent nor received.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.structure.grid import address
from importers.words import row_words

_LONGEST: Final = 60


def choose_evened(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of such results and the totals that sum them, as places in the rows of data: where spending and income
    stand side by side and come to the same with them they are told, elsewhere they are a choice.
    """
    labels = table.labels
    says = np.array([row_words.names_result(word) for word in labels.words], dtype=bool)
    money = [column.index for column in table.of_role("amount")]
    if not money or not says[labels.codes].any():
        return frozenset()
    stated = np.flatnonzero(table.stated[:, money].any(axis=1)).tolist()
    found: set[int] = set()
    for number, place in enumerate(stated[:-1]):
        if not says[labels.codes[place]] or (number and says[labels.codes[stated[number - 1]]]):
            continue
        end = next((n for n in range(number, len(stated)) if not says[labels.codes[stated[n]]]), len(stated))
        results = stated[number:end]
        if end < len(stated) and _sums(table, stated[:number], results, stated[end], money):
            evened = {*results, stated[end]}
            if _evens_out(table, stated[end]) or _is_left(table, decisions, results, stated[end]):
                found |= evened
    return frozenset(found)


def _sums(table: Table, above: Sequence[int], results: Sequence[int], whole: int, money: Sequence[int]) -> bool:
    """Whether a row called a total is what stands above with the results: the total right above them, or all lines."""
    if not above or not row_words.says_total(table.labels.said(whole)):
        return False
    amounts = table.amounts[:, list(money)]
    lines = [place for place in above if not row_words.says_total(table.labels.said(place))]
    left = amounts[whole] - amounts[list(results)].sum(axis=0)
    return any(bool((amounts[list(rows)].sum(axis=0) == left).all()) for rows in ([above[-1]], lines))


def _evens_out(table: Table, whole: int) -> bool:
    """Whether a total states the same of spending and of income in every year, stage and version."""
    sides: dict[tuple[object, ...], dict[str, int]] = {}
    columns = table.of_role("amount")
    for column in columns:
        side = sides.setdefault((column.fiscal_year, column.stage, column.version), {})
        side[column.flow] = int(table.amounts[whole, column.index])
    paired = 2 * len(sides) == len(columns)
    return paired and all(
        set(side) == {"expenditure", "income"} and len(set(side.values())) == 1 for side in sides.values()
    )


def _is_left(table: Table, decisions: Decisions, results: Sequence[int], whole: int) -> bool:
    """Whether such rows among those of one side are what is left, and no lines."""
    rows = table.block.data
    column = table.of_role("amount")[0].index
    cells = table.cells_of([int(rows[place]) for place in results])
    total = f"{address(int(rows[whole]), column)} ({table.labels.said(whole)[:_LONGEST]!r})"
    choice = table.choice(
        "rows",
        ("evened", cells),
        f"{cells} of {table.grid.name!r} ({table.labels.said(results[0])[:_LONGEST]!r}) is called what is left between "
        f"spending and income, and {total} sums it with the lines. Does it count?",
        (("leave", "It is what is left: count it nowhere"), ("count", "It is a line like the rest: count it")),
        "leave",
    )
    return decisions.take(choice) == "leave"
