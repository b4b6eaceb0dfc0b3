"""Columns of money that others make row by row: what expenditure leaves of income, tax on an amount, a running total,
and a price that a quantity multiplies. They state no money of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.structure.grid import Floats, Grid, Ints
from importers.words import lexicon


def amounts_of(columns: Sequence[Column]) -> list[Column]:
    """The columns that hold amounts and no sums of others."""
    return [column for column in columns if column.role == "amount"]


def with_changed(columns: Sequence[Column], changed: dict[int, Column]) -> list[Column]:
    """The columns, with those that changed in their places."""
    return [changed.get(column.index, column) for column in columns]


def set_aside(column: Column, evidence: str, role: str = "unused") -> Column:
    """A column that does not count, with why."""
    return replace(column, role=role, confidence=0.9, evidence=evidence)  # type: ignore[arg-type]  # a role by name


def set_aside_copies(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """A column that says nothing of its money and holds in every row what another holds, which says the way that it
    goes, states it again: "revenueraw" beside "revenue".
    """
    amounts = amounts_of(columns)
    silent = [c for c in amounts if not (c.flow or c.stage or c.version or c.control)]
    told = [c for c in amounts if c.flow]
    if not silent or not told:
        return columns
    figures = {column.index: np.nan_to_num(grid.numbers[rows, column.index]) for column in [*silent, *told]}
    places = {row: place for place, row in enumerate(rows.tolist())} if grid.scales else {}
    for (row, index), scale in grid.scales.items():
        if index in figures and row in places:
            figures[index][places[row]] *= scale
    changed: dict[int, Column] = {}
    for column in silent:
        own = figures[column.index]
        same = (
            other
            for other in told
            if column.fiscal_year in (None, other.fiscal_year)
            and np.allclose(own, figures[other.index], rtol=_EXACT, atol=0)
        )
        if (other := next(same, None)) is not None and len(np.unique(own)) >= _DISTINCT:
            changed[column.index] = set_aside(column, f"it is the same as column {other.letter} in every row")
    return with_changed(columns, changed)


def set_aside_foreign(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """Columns whose headers name another currency than the government's, beside amounts of its own, or of which they
    are the same at a rate of exchange: what they state is counted in that currency, or not at all.
    """
    home = grid.terms.currency
    amounts = [column for column in columns if column.role in ("amount", "total")]
    codes = {c.index: c.unit.currency_in(home).code for c in amounts if c.unit is not None and c.unit.currency}
    foreign = [c for c in amounts if codes.get(c.index, home.code) != home.code]
    if home.code not in codes.values():
        silent = [c for c in amounts if c.index not in codes]
        foreign = [c for c in foreign if any(_are_exchanged(grid, rows, c, other) for other in silent)]
    changed = {
        c.index: set_aside(c, f"its header says {codes[c.index]}, beside amounts in {home.code}", "measure")
        for c in foreign
    }
    return with_changed(columns, changed)


def _are_exchanged(grid: Grid, rows: Ints, one: Column, other: Column) -> bool:
    """Whether a column states another at a rate of exchange: so many times as much in every row, or nearly so, and
    neither states anything where the other does not.
    """
    numbers = np.nan_to_num(grid.numbers[np.ix_(rows, np.array([one.index, other.index]))])
    said = numbers != 0
    if (said[:, 0] != said[:, 1]).any() or said[:, 0].sum() < _FEWEST_EXCHANGED:
        return False
    rates = numbers[said[:, 0], 1] / numbers[said[:, 0], 0]
    usual = float(np.median(rates))
    return usual > 0 and not 1 / _RATE < usual < _RATE and bool((np.abs(rates / usual - 1) < _CHANGES).all())


_FEWEST_EXCHANGED: Final = 3
_RATE: Final = 1.05
"""Nearer to one a rate says nothing."""

_CHANGES: Final = 0.3
"""By so much a rate of exchange may change over the rows of a table."""


_EXACT: Final = 1e-12

_DISTINCT: Final = 4
"""Columns of fewer figures than this may be the same by chance."""


def set_aside_nets(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """A column of expenditure less income, or of what income leaves, is made of two that stand near it."""
    amounts = amounts_of(columns)
    changed: dict[int, Column] = {}
    # "Ergebnis" is what came of a year, and what is left of its income: the column itself says no stage.
    sides: dict[int | None, dict[str, tuple[list[Column], list[Column]]]] = {}
    for column in amounts:
        if column.flow in ("expenditure", "income"):
            spent, received = sides.setdefault(column.fiscal_year, {}).setdefault(column.stage, ([], []))
            (spent if column.flow == "expenditure" else received).append(column)
    numbers = np.nan_to_num(grid.numbers[rows]) if sides else grid.numbers[:0]
    some = np.arange(len(numbers)) if len(numbers) <= 2 * _SOME else np.arange(_SOME) * len(numbers) // _SOME
    # Of three columns each is what the others leave: the one that says net, else the last.
    for column in sorted(amounts, key=lambda column: (not lexicon.says("net", column.header), -column.index)):
        for spent, received in sides.get(column.fiscal_year, {}).values():
            for one, other in _leaving(numbers[some], column, _nearest(column, spent), _nearest(column, received)):
                if changed.keys() & {one.index, other.index}:
                    continue
                a, b, c = (numbers[:, each.index] for each in (one, other, column))
                said = (a != 0) | (b != 0) | (c != 0)
                # Income is taken off, written as it may be: net and income make gross the other way round.
                net = a - b if (b.sum() > 0) == (a.sum() > 0) else a + b
                if said.sum() >= 2 and max(share_near(net, c, said), share_near(-net, c, said)) >= 0.9:
                    evidence = f"row by row what columns {one.letter} and {other.letter} leave"
                    changed[column.index] = set_aside(column, evidence, "change")
    return with_changed(columns, changed)


_NEAREST: Final = 24
"""So many columns of each side next to one are tried as what leaves it."""


def _nearest(column: Column, others: Sequence[Column]) -> list[Column]:
    """The nearest of other columns, in their order."""
    near = sorted((c for c in others if c.index != column.index), key=lambda c: abs(c.index - column.index))
    return sorted(near[:_NEAREST], key=lambda c: c.index)


def _leaving(
    some: Floats, column: Column, spent: Sequence[Column], received: Sequence[Column]
) -> list[tuple[Column, Column]]:
    """Pairs of columns that may leave one, as some of the rows say."""
    if not spent or not received:
        return []
    a, b = (some[:, [each.index for each in side]] for side in (spent, received))
    a, b, c = a[:, :, None], b[:, None, :], some[:, column.index, None, None]
    off = 1e-9 * (np.abs(a).max(initial=0) + np.abs(b).max(initial=0)) + 0.011
    near = np.zeros((some.shape[0], len(spent), len(received)), dtype=bool)
    for net in (a - b, a + b):
        near |= (np.abs(net - c) <= off) | (np.abs(net + c) <= off)
    said = (a != 0) | (b != 0) | (c != 0)
    may = (near & said).sum(axis=0) >= _MOSTLY_OF_SOME * said.sum(axis=0)
    return [(spent[i], received[j]) for i, j in zip(*may.nonzero(), strict=True)]


_SOME: Final = 64
_MOSTLY_OF_SOME: Final = 0.7
"""Of so many rows that are looked at first, so many have to hold before all are looked at."""


def share_near(one: Floats, other: Floats, said: np.ndarray) -> float:
    """The share of the rows said in which two columns agree to the penny."""
    near = np.abs(one - other) <= 1e-9 * np.abs(one).max(initial=0) + 0.011
    return float(near[said].mean())


_CALLED: Final = 0.6
"""So sure is a total that words alone tell."""


def set_aside_running(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """Columns that add up another one from row to row, beginning anew where a group begins; those among them that are
    called totals, and to which no columns add up.
    """
    amounts = [*amounts_of(columns), *(c for c in columns if c.role == "total" and c.confidence <= _CALLED)]
    changed: dict[int, Column] = {}
    if len(amounts) < 2 or len(rows) < 5:
        return columns
    numbers = np.nan_to_num(grid.numbers[rows][:, [c.index for c in amounts]])
    added, highest = numbers[1:], np.abs(numbers).max(axis=0)
    some = np.arange(len(added)) if len(added) <= 2 * _SOME else np.arange(_SOME) * len(added) // _SOME
    near, few = added[some], len(some) < len(added)
    for i, column in enumerate(amounts):
        steps, off = np.diff(numbers[:, i]), 1e-9 * highest[i] + 0.011
        # All columns at once in some rows; those that may be added up in all rows after.
        goes_on, anew = np.abs(steps[some, None] - near) <= off, np.abs(numbers[1:, [i]][some] - near) <= 0.011
        said = (near != 0).sum(axis=0)
        may = ((goes_on | anew) & (near != 0)).sum(axis=0) > (_MOSTLY_OF_SOME * said - 4 if few else 0.9 * said - 1e-9)
        for j in np.flatnonzero(may):
            base = amounts[j]
            if i == j or base.index in changed:
                continue
            on, again = np.abs(steps - added[:, j]) <= off, np.abs(numbers[1:, i] - added[:, j]) <= 0.011
            says = added[:, j] != 0
            if says.sum() >= 4 and (on | again)[says].mean() > 0.9 and (on & ~again)[says].mean() >= 0.2:
                evidence = f"it adds up column {base.letter} from row to row"
                changed[column.index] = set_aside(column, evidence, "change")
                break
    return with_changed(columns, changed) if len(changed) < len(amounts) else columns


def set_aside_yearly_changes(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """Columns that say by how much another one changed from one year to the next, where each row is a year."""
    years = [column for column in columns if column.role == "year"]
    amounts = amounts_of(columns)
    if len(years) != 1 or len(amounts) < 2 or len(rows) < _FEWEST_YEARS:
        return columns
    steps = np.diff(np.nan_to_num(grid.numbers[rows, years[0].index]))
    if not ((steps == 1).all() or (steps == -1).all()):
        return columns
    numbers = np.nan_to_num(grid.numbers[rows])[:: int(steps[0])]
    changed: dict[int, Column] = {}
    for column in amounts:
        of = next((c for c in amounts if steps_by(numbers[:, c.index], numbers[:, column.index])), None)
        if of is not None:
            changed[column.index] = set_aside(column, f"how much column {of.letter} changed in a year", "change")
    return with_changed(columns, changed)


_FEWEST_YEARS: Final = 4


def steps_by(one: Floats, other: Floats) -> bool:
    """Whether a column says by how much another one changed from the row above, in every row but the first; rounded
    figures differ by one in their last place.
    """
    said = np.abs(other[1:]) >= _TELLING_STEP
    return int(said.sum()) >= _FEWEST_STEPS and bool((np.abs(np.diff(one) - other[1:]) <= _ROUNDED).all())


_TELLING_STEP: Final = 100
_FEWEST_STEPS: Final = 3
_ROUNDED: Final = 1.01


def set_aside_prices(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """Columns of prices: a quantity beside them times the price makes another column of amounts, row by row."""
    amounts = amounts_of(columns)
    counts = [c for c in columns if c.role in ("quantity", "unused", "measure", "code", "unit_code", "programme_code")]
    changed: dict[int, Column] = {}
    tried = amounts if counts and len(amounts) > 1 else []
    numbers = np.nan_to_num(grid.numbers[rows]) if tried else grid.numbers[:0]
    for price in tried:
        others = [column.index for column in amounts if column.index != price.index]
        for count in counts:
            said = np.flatnonzero((numbers[:, price.index] != 0) & (numbers[:, count.index] != 0))
            # A share of one amount makes a smaller one; only what is mostly more than one is a quantity.
            if len(said) < _FEWEST_PRODUCTS or np.median(np.abs(numbers[said, count.index])) <= 1:
                continue
            some = said[:: max(1, len(said) // _SOME)]
            if _makes_another(numbers[some], price, count, others, _MOSTLY_OF_SOME) and _makes_another(
                numbers[said], price, count, others, _MOSTLY
            ):
                changed[price.index] = set_aside(price, f"a price: times column {count.letter} it makes another column")
                break
    return with_changed(columns, changed | _multiples_of_rates(grid, rows, columns))


def _makes_another(numbers: Floats, price: Column, count: Column, others: Sequence[int], most: float) -> bool:
    """Whether in so many rows a price times a count is the amount of one of the other columns."""
    made = numbers[:, price.index] * numbers[:, count.index]
    # Both are printed to a hundredth, as a price is, or the rate by which a tax base makes a precept.
    off = np.abs(numbers[:, [price.index, count.index]]).sum(axis=1)
    near = np.abs(made[:, None] - numbers[:, others]) <= (0.005 * off + 0.011)[:, None]
    return bool((near.mean(axis=0) >= most).any())


def _multiples_of_rates(grid: Grid, rows: Ints, columns: Sequence[Column]) -> dict[int, Column]:
    """A constant multiple of what an hour or a day is paid is a rate: the salary of a year beside it."""
    rates = [c for c in columns if c.role != "amount" and _OF_TIME.search(lexicon.fold_words(c.header))]
    changed: dict[int, Column] = {}
    for column in amounts_of(columns):
        of_column = np.nan_to_num(grid.numbers[rows, column.index])
        for rate in rates:
            of_rate = np.nan_to_num(grid.numbers[rows, rate.index])
            said = (of_column != 0) & (of_rate != 0)
            times = of_column[said] / of_rate[said]
            if said.sum() >= _FEWEST_MULTIPLES and np.ptp(times) <= _CONSTANT * abs(float(times.mean())):
                changed[column.index] = set_aside(column, f"column {rate.letter} times the same number in every row")
                break
    return changed


_OF_TIME: Final = re.compile(
    r"\bhourly\b|\b(per|an|je|pro|par|por|per) (hour|day|week|stunde|tag|heure|jour|hora|dia|ora)\b"
    r"|\b(hour|day|daily|weekly) rate|stundenlohn|stundensatz"
)
_FEWEST_MULTIPLES: Final = 5
_CONSTANT: Final = 0.005


_FEWEST_PRODUCTS: Final = 3
_MOSTLY: Final = 0.9
