"""A tax on what is bought, beside the amount that it is raised on: it is part of what is paid, and no income."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.structure.grid import Floats, Grid, Ints
from importers.words import lexicon

_SIDES: Final[tuple[lexicon.Meaning, ...]] = ("net", "gross")
_HIGHEST: Final = 0.28
_MOSTLY: Final = 0.95
_AT_ONE_RATE: Final = 0.5
_FEWEST: Final = 2
_TELLING: Final = 4
_MOST_RATES: Final = 4
_LEAST_BASE: Final = 1_000
"""Of smaller amounts, whole shares are hardly told from others."""


def set_aside_taxes(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """A tax beside the amount that it is raised on: its header says so, and it is mostly at one rate, or leads in every
    row from what is net to what is gross; where no word says so it leads there at a few round rates.
    """
    amounts = amounts_of(columns)
    parts = {part for column in columns if column.role == "total" for part in column.parts}
    taxes = [column for column in amounts if lexicon.says("tax", column.header)]
    untaxed = [column for column in amounts if not lexicon.says("tax", column.header)]
    said = {column.index for column in taxes}
    sided = {c.index for c in columns if any(lexicon.says(meaning, c.header) for meaning in _SIDES)}
    if not taxes and len(sided) < _FEWEST:
        return columns
    numbers = np.nan_to_num(grid.numbers[rows])
    changed: dict[int, Column] = {}
    for column in amounts:
        received = column.index not in said and lexicon.says("income", column.header)
        if column.index in parts or column.index in sided or received:
            continue
        bases = untaxed if column.index in said else []
        tax = numbers[:, column.index]
        base = next((each for each in bases if _is_at_one_rate(tax, numbers[:, each.index])), None)
        base = base or _led_from(numbers, column, columns, said=column.index in said)
        if base is not None:
            changed[column.index] = set_aside(column, f"the tax on column {base.letter}")
    return with_changed(columns, changed)


def _is_at_one_rate(tax: Floats, base: Floats) -> bool:
    both = (tax != 0) & (base != 0)
    if both.sum() < _FEWEST:
        return False
    rates = tax[both] / base[both]
    if not _are_rates(rates):
        return False
    _, counts = np.unique(np.round(rates, 3), return_counts=True)
    return bool(counts.max() >= _AT_ONE_RATE * both.sum())


def _led_from(numbers: Floats, tax: Column, columns: Sequence[Column], *, said: bool) -> Column | None:
    """The net amount that a tax, or what only behaves like one, turns into a gross one in every row."""
    near = columns[max(0, _place(columns, tax) - _NEAREST) : _place(columns, tax) + _NEAREST + 1]
    money = [c for c in near if c.role in ("amount", "total", "change") and c.index != tax.index]
    nets = [c for c in money if lexicon.says("net", c.header)]
    wholes = [c for c in money if lexicon.says("gross", c.header)]
    # Where a word calls the tax one, it is enough that another says which of the two stands beside it.
    pairs = [(net, whole) for net in nets for whole in (money if said else wholes)]
    pairs += [(net, whole) for net in money for whole in wholes if said]
    added = numbers[:, tax.index]
    for net, whole in pairs:
        base, gross = numbers[:, net.index], numbers[:, whole.index]
        both = (added != 0) & (base != 0)
        exact = np.abs(base + added - gross) <= 1e-9 * np.abs(gross) + 0.011
        if net == whole or both.sum() < _TELLING or not exact.all() or not _are_rates(added[both] / base[both]):
            continue
        if said or _are_round(added[both], base[both], gross[both]):
            return net
    return None


def _place(columns: Sequence[Column], column: Column) -> int:
    """Where among the columns, which stand from left to right, one stands."""
    return bisect_left(columns, column.index, key=lambda each: each.index)


_NEAREST: Final = 4
"""So many columns of each side next to a tax are tried as what it leads from and to."""


def _are_rates(rates: Floats) -> bool:
    return bool((np.abs(rates) <= _HIGHEST).mean() >= _MOSTLY)


def _are_round(tax: Floats, base: Floats, gross: Floats) -> bool:
    """Whether amounts are raised at a few rates of whole thousandths, and are no such shares of the gross amount, as
    what a programme pays towards it may be.
    """
    rates = np.round(tax / base, 3)
    few = len(np.unique(rates)) <= min(_MOST_RATES, len(tax) // 2)
    of_gross = np.abs(tax - np.round(tax / gross, 3) * gross) <= 1
    return few and bool((np.abs(tax - rates * base) <= 1).all() and not of_gross.all() and base.min() >= _LEAST_BASE)
