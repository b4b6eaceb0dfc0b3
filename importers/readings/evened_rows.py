"""Rows that even out what is spent and what is received: a surplus or deficit that the total below it sums with the
lines, so that both sides come to the same. It is neither spent nor received.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.words import lexicon, row_words

_LONGEST: Final = 60
_BOTH: Final = 2
_YEARS: Final = 2
_FEWEST: Final = 4


def choose_evened(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of such results and the totals that sum them, as places in the rows of data: where spending and income
    stand side by side and come to the same with them they are told, elsewhere they are a choice.
    """
    labels = table.labels
    says = np.array([row_words.names_result(word) for word in labels.words], dtype=bool)
    money = [column.index for column in table.of_role("amount")]
    if not money:
        return frozenset()
    found = _rows_that_even_the_one_above(table)
    if not says[labels.codes].any():
        return frozenset(found)
    stated = np.flatnonzero(table.stated[:, money].any(axis=1)).tolist()
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


def _rows_that_even_the_one_above(table: Table) -> set[int]:
    """The rows each of which states, in every year, stage and version, how much more the row right above it spends than
    it receives, on the other side, or the other way round.
    """
    sides = _sides(table)
    if not sides or len(table.block.data) < _FEWEST:
        return set()
    spent, received = (table.amounts[:, [pair[flow] for pair in sides.values()]] for flow in ("expenditure", "income"))
    evens = (spent[:-1] + spent[1:] == received[:-1] + received[1:]).all(axis=1)
    alone = ((spent[1:] == 0) | (received[1:] == 0)).all(axis=1)
    # One amount that happens to be the difference of two others proves nothing; in several years it does.
    differ = (spent[:-1] != received[:-1]).sum(axis=1) >= min(_YEARS, spent.shape[1])
    both = ((spent[:-1] != 0) & (received[:-1] != 0)).any(axis=1)
    named = np.array([lexicon.says("net", word) for word in table.labels.words], dtype=bool)[table.labels.codes][1:]
    sure = both & (spent.shape[1] >= _YEARS) | named
    return {int(place) + 1 for place in np.flatnonzero(evens & alone & differ & sure)}


def _sides(table: Table) -> dict[tuple[object, ...], dict[str, int]]:
    """The column of each side, by year, stage and version."""
    sides: dict[tuple[object, ...], dict[str, int]] = {}
    for column in table.of_role("amount"):
        sides.setdefault((column.fiscal_year, column.stage, column.version), {})[column.flow] = column.index
    return {key: pair for key, pair in sides.items() if set(pair) == {"expenditure", "income"}}


def _sums(table: Table, above: Sequence[int], results: Sequence[int], whole: int, money: Sequence[int]) -> bool:
    """Whether a row called a total, or nothing, is what stands above with the results: the total right above them, or
    all lines.
    """
    label = table.labels.said(whole)
    if not above or (label and not row_words.says_total(label)):
        return False
    amounts = table.amounts[:, list(money)]
    lines = [place for place in above if not row_words.says_total(table.labels.said(place))]
    left = amounts[whole] - amounts[list(results)].sum(axis=0)
    return any(bool((amounts[list(rows)].sum(axis=0) == left).all()) for rows in ([above[-1]], lines))


def _evens_out(table: Table, whole: int) -> bool:
    """Whether a total states the same of spending and of income in every year, stage and version."""
    sides = _sides(table)
    return _BOTH * len(sides) == len(table.of_role("amount")) and all(
        len({int(table.amounts[whole, column]) for column in pair.values()}) == 1 for pair in sides.values()
    )


def _is_left(table: Table, decisions: Decisions, results: Sequence[int], whole: int) -> bool:
    """Whether such rows among those of one side are what is left, and no lines."""
    rows = table.block.data
    column = table.of_role("amount")[0].index
    cells = table.cells_of([int(rows[place]) for place in results])
    total = f"{table.grid.address(int(rows[whole]), column)} ({table.labels.said(whole)[:_LONGEST]!r})"
    choice = table.choice(
        "rows",
        ("evened", cells),
        f"{cells} of {table.grid.name!r} ({table.labels.said(results[0])[:_LONGEST]!r}) is called what is left between "
        f"spending and income, and {total} sums it with the lines. Does it count?",
        (("leave", "It is what is left: count it nowhere"), ("count", "It is a line like the rest: count it")),
        "leave",
    )
    return decisions.take(choice) == "leave"
