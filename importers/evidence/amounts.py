"""Amounts of a table in minor units, from the numbers that its cells state."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import numpy.typing as npt

from budget_align.core.values.money import MAXIMUM, Unit
from budget_align.core.values.refusal import RefusedError
from importers.evidence.column import Column
from importers.evidence.column_sums import decimal_places
from importers.structure.grid import Bools, Floats, Grid, Ints

AMOUNT_ROLES = ("amount", "total", "memo")
"""Roles of columns whose numbers are money."""


_EXACT_BELOW = 2.0**52


_ROWS_PRINTED = 30
_SMALLEST_SCALE = 1_000
"""What one printed unit in whole units of a currency is worth at most, in minor units."""

_BINARY = 2.0**-50
"""How far a number may be from its decimal, for each of its own size, since it is kept as a binary fraction."""

_STATES_JUST_THAT = 1e-3
"""Of a minor unit, so much is no more than the way in which a spreadsheet works out a number."""

_PRINTED = 0.9
"""From this share of cells that a number of decimals fits on, the column is printed with so many."""


def measure(
    grid: Grid, rows: Ints, columns: Sequence[Column], unit: Unit, multipliers: Ints | None = None
) -> tuple[npt.NDArray[np.int64], Bools]:
    """The amounts of a table in minor units, and where its cells state one.

    Args:
        grid: the sheet.
        rows: the table's rows of data.
        columns: its columns.
        unit: the table's unit, where a column has none of its own.
        multipliers: for each row, how many units of currency one printed unit stands for, where rows say so.

    Returns:
        Two arrays of shape (rows, columns of the grid): amounts in minor units, zero where none is stated, and
        where a cell states one, zero included.

    Raises:
        RefusedError: an amount is beyond any budget; the sentence names its cell.
    """
    numbers = grid.numbers[rows]
    stated = np.zeros(numbers.shape, dtype=bool)
    amounts = np.zeros(numbers.shape, dtype=np.int64)
    for column in columns:
        if column.role not in AMOUNT_ROLES:
            continue
        c, own, home = column.index, column.unit or unit, grid.terms.currency
        stated[:, c] = ~np.isnan(numbers[:, c])
        with np.errstate(over="ignore"):
            minor = np.nan_to_num(numbers[:, c], nan=0.0, posinf=np.inf, neginf=-np.inf) * own.minor(home)
            if multipliers is not None and column.unit is None:
                minor = minor * multipliers
        _apply_scales(grid, rows, c, minor, own.currency_in(home).minor_units)
        beyond = np.flatnonzero(~(np.abs(minor) <= MAXIMUM))
        if len(beyond):
            cell = grid.address(int(rows[beyond[0]]), c)
            raise RefusedError(
                "bad-amount",
                f"The amount in {grid.name!r} cell {cell} is beyond any budget; correct it and send it again.",
            )
        _round_strays(numbers[:, c], minor, own.minor(home))
        amounts[:, c] = column.sign * _round(
            minor, numbers[:, c], own.minor(home), multipliers if column.unit is None else None
        )
    return amounts, stated


def _apply_scales(grid: Grid, rows: Ints, column: int, minor: Floats, minor_units: int) -> None:
    """Lets a number that is written with its own scale, such as "2.5m", count by that."""
    for (row, where), scale in grid.scales.items():
        if where == column:
            place = int(np.searchsorted(rows, row))
            if place < len(rows) and rows[place] == row:
                minor[place] = grid.numbers[row, column] * scale * minor_units


def _round_strays(numbers: Floats, minor: Floats, worth: int) -> None:
    """Rounds the few cells of a column of thousands or more that keep more decimals than it prints, where one printed
    place is worth more than a minor unit: what is published is what the column shows. Whole units of a currency are
    never rounded, since a minor unit is an amount of its own.
    """
    said = numbers[~np.isnan(numbers) & (numbers != 0) & np.isfinite(numbers)]
    if len(said) < _ROWS_PRINTED or worth <= _SMALLEST_SCALE:
        return
    for places in range(1, 7):
        printed = 10.0**places
        scaled = said * printed
        fits = np.abs(scaled - np.rint(scaled)) <= 1e-6 + _BINARY * np.abs(scaled)
        if fits.mean() > _PRINTED:
            if worth > printed and not fits.all():
                minor[:] = np.where(np.isnan(numbers), minor, np.rint(numbers * printed) / printed * worth)
            return


def _round(minor: Floats, numbers: Floats, unit: int, multipliers: Ints | None) -> npt.NDArray[np.int64]:
    """Whole minor units; where binary fractions leave a half in doubt, or the amount is beyond what they hold exactly,
    by the decimal that the cell shows.
    """
    whole = np.rint(minor).astype(np.int64)
    fraction = np.abs(minor - np.trunc(minor))
    for place in np.flatnonzero((np.abs(fraction - 0.5) < 1e-3) | (np.abs(minor) >= _EXACT_BELOW)).tolist():
        exact = Decimal(repr(float(numbers[place]))) * unit * (1 if multipliers is None else int(multipliers[place]))
        whole[place] = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    return whole


def rounded_off(
    grid: Grid, rows: Ints, column: Column, unit: Unit, amounts: npt.NDArray[np.int64], multipliers: Ints | None = None
) -> Floats:
    """By how much each amount of a column is larger than what its cell states, whatever their signs, in minor units;
    zero where it states just that, but for what a binary fraction leaves of a decimal.

    Args:
        grid: the sheet.
        rows: the table's rows of data.
        column: the column.
        unit: the table's unit, where the column has none of its own.
        amounts: those of the table, as `measure` gives them.
        multipliers: as in `measure`.
    """
    own, home = column.unit or unit, grid.terms.currency
    minor = np.nan_to_num(grid.numbers[rows, column.index]) * own.minor(home)
    if multipliers is not None and column.unit is None:
        minor = minor * multipliers
    _apply_scales(grid, rows, column.index, minor, own.currency_in(home).minor_units)
    off = np.abs(amounts[:, column.index]) - np.abs(minor)
    return np.where(np.abs(off) <= np.maximum(_STATES_JUST_THAT, 1e-12 * np.abs(minor)), 0.0, off)


def half_of_last_place(grid: Grid, rows: Ints, column: int, unit: Unit) -> int:
    """Half of what the last printed decimal place of a column is worth, in minor units; 1 where the column states
    fractions of one, each of which was rounded.
    """
    worth = unit.minor(grid.terms.currency)
    numbers = grid.numbers[rows, column] * worth
    numbers = numbers[~np.isnan(numbers)]
    if len(numbers) and bool((np.abs(numbers - np.rint(numbers)) > np.maximum(1e-3, 1e-12 * np.abs(numbers))).any()):
        return 1
    return int(worth / 10 ** decimal_places(grid.numbers[rows, column]) / 2)
