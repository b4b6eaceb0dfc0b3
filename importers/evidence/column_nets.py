"""Columns that two others make, one of them a total of its own: grand totals across, and what is left of spending once
income is taken off, whatever their signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from importers.evidence.column import Column
from importers.evidence.column_sums import decimal_places
from importers.structure.grid import Floats, Grid, Ints, letter
from importers.words import income_words, lexicon, period_words, vocabulary

_ROUNDS: Final = 4
_NEAREST: Final = 14
"""So many columns next to one, totals first, are tried as what makes it."""

_ROWS_TRIED: Final = 64
_FEWEST: Final = 3
"""So many rows in which all three columns say something tell that two make the third."""

_PROVEN: Final = 0.95
_WEAK: Final = 0.6
_SAYS_NET: Final[tuple[lexicon.Meaning, ...]] = ("net", "result")


def find_nets(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns with those told that two others make, where one of these is a total or a net itself, or words say it.

    What two make that point the same way is a total of both. What one leaves of another is a net: it states no money
    of its own, and its two sides are of opposite flow.
    """
    if sum(column.role == "amount" for column in columns) < 1 or len(rows) < _FEWEST:
        return columns
    numbers = np.nan_to_num(grid.numbers[rows])
    by_index = {column.index: column for column in columns}
    by_index |= _variances(grid, rows, numbers, by_index)
    by_index |= _differences(grid, rows, numbers, by_index)
    by_index |= _nets_of_runs(numbers, by_index)
    for _ in range(_ROUNDS):
        before = dict(by_index)
        for column in columns:
            made = _made_of(grid, rows, numbers, by_index, by_index[column.index])
            made = made or _whole_of_totals(grid, rows, numbers, by_index, by_index[column.index])
            if made is not None:
                by_index |= made
        _pass_on(by_index)
        if by_index == before:
            break
    return [by_index[column.index] for column in columns]


def _variances(grid: Grid, rows: Ints, numbers: Floats, by_index: dict[int, Column]) -> dict[int, Column]:
    """The columns that state by how much two others differ that are of other stages, such as what is left of a budget:
    no money of their own.
    """
    staged = [
        c
        for c in by_index.values()
        if _stage_of(c) and (c.role == "amount" or (c.role == "total" and c.parts))
        if not vocabulary.says_change(c.header)
    ]
    found: dict[int, Column] = {}
    if len({_stage_of(column) for column in staged}) < 2:
        return found
    for whole in by_index.values():
        if whole.role not in ("amount", "total") or whole.confidence in (1, 0.95) or whole.fiscal_year is not None:
            continue
        near = sorted((c for c in staged if c.index != whole.index), key=lambda c: abs(c.index - whole.index))
        for sign, one, other in _pairs(grid, rows, numbers, whole, near[:_NEAREST]):
            apart = _stage_of(one) != _stage_of(other) and one.fiscal_year == other.fiscal_year
            sizes = [np.median(np.abs(numbers[:, each.index])) for each in (whole, one, other)]
            apart &= not whole.stage or sizes[0] < min(sizes[1:])
            if sign < 0 and apart and whole.index not in (*one.parts, *other.parts):
                evidence = f"row by row column {one.letter} less column {other.letter}"
                found[whole.index] = replace(whole, role="change", parts=(), confidence=0.95, evidence=evidence)
                break
    return found


def _differences(grid: Grid, rows: Ints, numbers: Floats, by_index: dict[int, Column]) -> dict[int, Column]:
    """The columns that say that they are a change and are, row by row, what two others differ by."""
    found: dict[int, Column] = {}
    for whole in by_index.values():
        if whole.role != "amount" or whole.confidence == 1 or not lexicon.says("change", whole.header):
            continue
        near = sorted((c for c in by_index.values() if c.role == "amount"), key=lambda c: abs(c.index - whole.index))
        for sign, one, other in _pairs(grid, rows, numbers, whole, near[1 : _NEAREST + 1]):
            # What stands between two leads from one to the other, with others perhaps.
            between = min(one.index, other.index) < whole.index < max(one.index, other.index)
            if sign < 0 and not between:
                evidence = f"row by row column {one.letter} less column {other.letter}"
                found[whole.index] = replace(whole, role="change", parts=(), confidence=0.95, evidence=evidence)
                break
    return found


def _stage_of(column: Column) -> str:
    """The stage that a column says; a version of an amount that says none is that of a budget."""
    return column.stage or ("budget" if column.version else "")


def _nets_of_runs(numbers: Floats, by_index: dict[int, Column]) -> dict[int, Column]:
    """The columns that state what income in those right before them leaves of spending before these, with what they
    take off told as income, where words say so of one of them.
    """
    amounts = [column for column in by_index.values() if column.role == "amount" or _is_weak(column)]
    found: dict[int, Column] = {}
    if any(column.role == "total" and column.parts and not _is_weak(column) for column in by_index.values()):
        # Where totals stand between them, these make the net.
        return found
    for place, whole in enumerate(amounts):
        if whole.confidence == 1 or side_of(whole) == "income":
            continue
        before = amounts[max(0, place - _NEAREST) : place]
        says_net = any(lexicon.says(meaning, whole.header) for meaning in _SAYS_NET)
        for run, received in _sides_of_runs(before, net=says_net):
            if not all(_go_together(whole, c) for c in (*run, *received)) or not _takes_off(
                numbers, whole, run, received
            ):
                continue
            said = ", ".join(c.letter for c in received)
            spent = " to ".join(dict.fromkeys((run[0].letter, run[-1].letter)))
            evidence = f"row by row what columns {said} leave of {spent}"
            sides = tuple(c.index for c in (*run, *received))
            found[whole.index] = replace(whole, role="change", parts=(), nets=sides, confidence=0.95, evidence=evidence)
            found |= {c.index: replace(c, flow="income") for c in received if not c.flow}
            found |= {c.index: replace(c, role="amount", parts=(), account="") for c in run if _is_weak(c)}
            break
    return found


def _is_weak(column: Column) -> bool:
    """Whether a column is called a total, and what stands beside it does not add up to it."""
    return column.role == "total" and column.confidence <= _WEAK


def _sides_of_runs(before: Sequence[Column], *, net: bool) -> Iterator[tuple[Sequence[Column], Sequence[Column]]]:
    """The runs of columns that may be spent, each with those after it that may be received, the last of them by its
    words, or any where these make a `net`: three or more together.
    """
    last = next((n for n in range(len(before), 0, -1) if side_of(before[n - 1]) != "income"), 0)
    if last == len(before) and net and any(side_of(c) == "income" for c in before):
        last -= 1
    for split in range(last if last < len(before) else 0, 0, -1):
        received = before[split:]
        if side_of(received[0]) != "income" and not _may_be_received(received[0]):
            return
        for first in range(split):
            run = before[first:split]
            if len(run) + len(received) > _FEWEST - 1 and not any(side_of(c) == "income" for c in run):
                yield run, received


def _may_be_received(column: Column) -> bool:
    """Whether a column is called by what one side pays and another receives, such as grants; what is saved is not."""
    name = vocabulary.without_year_and_unit(column.header)
    return not side_of(column) and income_words.may_name_income(name) and not lexicon.says("change", name)


def _takes_off(numbers: Floats, whole: Column, run: Sequence[Column], received: Sequence[Column]) -> bool:
    """Whether a column is in nearly every row what some columns come to less others, whatever the sign of these."""
    spent, taken = (numbers[:, [c.index for c in each]] for each in (run, received))
    made = spent.sum(axis=1) + (1 if taken.sum() < 0 else -1) * taken.sum(axis=1)
    parts = np.concatenate([spent, taken], axis=1)
    telling = (parts != 0).sum(axis=1) >= _FEWEST
    exact = np.abs(made - numbers[:, whole.index]) <= 1e-9 * np.abs(parts).sum(axis=1) + 0.011
    return bool(telling.sum() >= _FEWEST and exact.mean() >= _PROVEN and exact[telling].mean() >= _PROVEN)


def leaves_of(column: Column, by_index: dict[int, Column]) -> tuple[Column, ...]:
    """The columns of amounts that a total comes to in the end; an amount itself, and nothing for a net."""
    if column.role == "total":
        return tuple(leaf for part in column.parts for leaf in leaves_of(by_index[part], by_index))
    return (column,) if column.role == "amount" else ()


def _made_of(
    grid: Grid, rows: Ints, numbers: Floats, by_index: dict[int, Column], whole: Column
) -> dict[int, Column] | None:
    """What changes once the two columns are found that make one; None where there are none."""
    if not (whole.role == "amount" or _is_weak(whole)) or whole.confidence == 1:
        return None
    summed = any(whole.index in column.parts for column in by_index.values() if column.confidence > _WEAK)
    terms = _terms(whole, by_index)
    if len(terms) < 2:
        return None
    for sign, one, other in _pairs(grid, rows, numbers, whole, terms):
        if not _may_make(whole, one, other, by_index):
            continue
        sided = _is_made(one) or _is_made(other) or _says_sides(whole, one, other)
        opposite = numbers[:, one.index].sum() * numbers[:, other.index].sum() < 0
        if sign < 0 and (opposite or not sided or (one.stage, one.version) != (other.stage, other.version)):
            # What is taken off with a minus of its own makes the first of the two a net, and not the third.
            continue
        if (sign < 0 or opposite) and sided:
            if lexicon.says("gross", whole.header) or _says_one_side(whole):
                continue
            return _net(whole, one, other)
        if sign > 0 and (one.nets or other.nets):
            return _net(whole, one, other, same=True)
        flows = {side for side in (side_of(each) for each in (whole, one, other)) if side}
        if sign > 0 and not opposite and (left := _left_over(whole, one, other, by_index)) is not None:
            return left
        if sign > 0 and not summed and len(flows) < 2:
            parts = tuple(sorted(leaf.index for each in (one, other) for leaf in leaves_of(each, by_index)))
            evidence = f"row by row the sum of columns {one.letter} and {other.letter}"
            changed = {whole.index: replace(whole, role="total", parts=parts, confidence=0.95, evidence=evidence)}
            return changed | _of_which(numbers, by_index, whole, one, other)
    return None


def _whole_of_totals(
    grid: Grid, rows: Ints, numbers: Floats, by_index: dict[int, Column], whole: Column
) -> dict[int, Column] | None:
    """What changes where a column that is called a total is made of two others, one of which is called a total too
    and is no sum of columns beside it: that one is an amount.
    """
    named = {c.index: replace(c, role="amount", parts=(), account="") for c in by_index.values() if _is_weak(c)}
    named.pop(whole.index, None)
    if not named or not _is_weak(whole):
        return None
    made = _made_of(grid, rows, numbers, by_index | named, whole)
    if made is None or made[whole.index].role != "total" or not set(made[whole.index].parts) & named.keys():
        return None
    return {index: named[index] for index in made[whole.index].parts if index in named} | made


def _net(whole: Column, one: Column, other: Column, *, same: bool = False) -> dict[int, Column]:
    evidence = f"row by row what columns {one.letter} and {other.letter} {'come to' if same else 'leave'}"
    nets = (one.index, one.index) if same else (one.index, other.index)
    return {whole.index: replace(whole, role="change", parts=(), nets=nets, confidence=0.95, evidence=evidence)}


def _left_over(whole: Column, one: Column, other: Column, by_index: dict[int, Column]) -> dict[int, Column] | None:
    """What is changed where a column before two others is spent, the first of which is received and the second what
    that leaves: income and something else make no total of spending.
    """
    received = [each for each in (one, other) if side_of(each) == "income"]
    left = one if received == [other] else other
    if len(received) != 1 or side_of(whole) == "income" or _is_made(left) or _is_made(received[0]):
        return None
    if not whole.index < received[0].index < left.index:
        return None
    gross = replace(whole, role="amount", parts=(), flow=whole.flow or "expenditure")
    return {whole.index: gross, **_net(left, whole, received[0])}


def _pass_on(by_index: dict[int, Column]) -> None:
    """A total of nets, or of a net and more, is a net."""
    for column in list(by_index.values()):
        if column.role == "total" and any(by_index[part].nets for part in column.parts):
            said = ", ".join(letter(part) for part in column.parts)
            first = next(by_index[part] for part in column.parts if by_index[part].nets)
            by_index[column.index] = replace(
                column,
                role="change",
                parts=(),
                nets=(first.index, first.index),
                evidence=f"row by row what columns {said} come to, of which one is a net",
            )


def _says_one_side(column: Column) -> bool:
    """Whether a column says that it is what is received, and no net of it."""
    return column.flow == "income" and not any(lexicon.says(meaning, column.header) for meaning in _SAYS_NET)


def _is_made(column: Column) -> bool:
    return column.role == "total" or bool(column.nets)


def _says_sides(whole: Column, one: Column, other: Column) -> bool:
    """Whether words say that a column is what income leaves of spending, or spending of income."""
    net = any(lexicon.says(meaning, whole.header) for meaning in _SAYS_NET)
    sides = {side for side in (side_of(one), side_of(other)) if side}
    return len(sides) == 2 or (net and len(sides) == 1 and bool(side_of(one)) != bool(side_of(other)))


def side_of(column: Column) -> str:
    """The flow that the words of a column speak of, whatever else they say; empty where none, or both."""
    if column.flow:
        return column.flow
    income, spent = lexicon.says("income", column.header), lexicon.says("expenditure", column.header)
    spent = spent or lexicon.says("gross", column.header)
    return "" if income == spent else "income" if income else "expenditure"


def _terms(whole: Column, by_index: dict[int, Column]) -> list[Column]:
    """The columns that may make one, totals and nets before amounts, nearest first."""
    fit = [
        column
        for column in by_index.values()
        if column.index != whole.index
        and (column.role == "amount" or (column.role == "total" and column.confidence > _WEAK) or column.nets)
        and whole.index not in (*column.parts, *column.nets)
        and _go_together(whole, column)
    ]
    near = sorted(fit, key=lambda column: (not _is_made(column), abs(column.index - whole.index)))
    amounts = sorted((c for c in fit if not _is_made(c)), key=lambda column: abs(column.index - whole.index))
    return list(dict.fromkeys([*near[:_NEAREST], *amounts[:_NEAREST]]))


def _go_together(whole: Column, part: Column) -> bool:
    """Whether nothing that both say tells two columns apart but their flow."""
    pairs = (
        (whole.fiscal_year, part.fiscal_year),
        (whole.stage, part.stage),
        (whole.version, part.version),
        (period_words.find_period(whole.header), period_words.find_period(part.header)),
    )
    return all(not a or not b or a == b for a, b in pairs) and (whole.unit is None or part.unit in (None, whole.unit))


def _pairs(
    grid: Grid, rows: Ints, numbers: Floats, whole: Column, terms: Sequence[Column]
) -> list[tuple[int, Column, Column]]:
    """The pairs of columns whose sum, or whose difference, a column is row by row: sums before differences, and those
    made of totals first.
    """
    places = {c.index: 0.5 / 10 ** decimal_places(grid.numbers[rows, c.index]) for c in (whole, *terms)}
    some = np.arange(min(len(numbers), _ROWS_TRIED)) * len(numbers) // min(len(numbers), _ROWS_TRIED)
    near = numbers[some][:, [c.index for c in terms]]
    target = numbers[some, whole.index][:, None, None]
    highest = 3 * max(places.values()) + 0.011
    found: list[tuple[int, Column, Column]] = []
    for sign in (1, -1):
        off = np.abs(near[:, :, None] + sign * near[:, None, :] - target) <= highest + 1e-9 * np.abs(target)
        fits = off.mean(axis=0) >= _PROVEN - 0.1
        for i, j in zip(*fits.nonzero(), strict=True):
            if i == j or (sign > 0 and j < i):
                continue
            one, other = terms[int(i)], terms[int(j)]
            if _holds(numbers, places, whole, one, other, sign):
                found.append((sign, one, other))
    return found


def _holds(numbers: Floats, places: dict[int, float], whole: Column, one: Column, other: Column, sign: int) -> bool:
    a, b, c = (numbers[:, each.index] for each in (one, other, whole))
    said = (a != 0) | (b != 0) | (c != 0)
    telling = (a != 0) & (b != 0) & (c != 0)
    allowed = 1e-9 + 1e-9 * np.abs(c) + sum(places[each.index] for each in (one, other, whole)) * (np.abs(c) > 20)
    exact = np.abs(a + sign * b - c) <= np.where(places[whole.index] >= 0.5, 1e-9 * np.abs(c) + 1e-6, allowed)
    if telling.sum() < _FEWEST or exact[said].mean() < _PROVEN or exact[telling].mean() < _PROVEN:
        return False
    # Shares of one column make up others of its shares whatever they mean.
    ratio = a[telling] / b[telling]
    return bool(np.ptp(ratio) > 0.002 * abs(float(ratio.mean())))


def _may_make(whole: Column, one: Column, other: Column, by_index: dict[int, Column]) -> bool:
    """Whether a column may be made of two that are of one year, stage and version, and do not hold each other."""
    if not _go_together(one, other) or one.index in other.parts or other.index in one.parts:
        return False
    if any(lexicon.says("change", vocabulary.without_year_and_unit(each.header)) for each in (one, other)):
        return False
    low, high = sorted((one.index, other.index))
    if low < whole.index < high:
        return False
    taken = [leaf.index for each in (one, other) for leaf in leaves_of(each, by_index)]
    return len(set(taken)) == len(taken)


def _of_which(
    numbers: Floats, by_index: dict[int, Column], whole: Column, one: Column, other: Column
) -> dict[int, Column]:
    """Columns between the two parts of a total that are no more than the part left of them say again what is in it."""
    low, high = sorted((one.index, other.index))
    if any(_is_made(each) for each in (one, other)) or not (low < high - 1):
        return {}
    between = [c for c in by_index.values() if low < c.index < high and c.role == "amount"]
    first = np.abs(numbers[:, low])
    within = [c for c in between if (np.abs(numbers[:, c.index]) <= first + 1e-9).all()]
    if len(within) != len(between):
        return {}
    evidence = (
        f"a part of column {letter(low)}, which columns {letter(low)} and {letter(high)} make {whole.letter} with"
    )
    told_apart = [c for c in within if c.stage and whole.stage and c.stage != whole.stage]
    return {c.index: replace(c, role="memo", confidence=0.9, evidence=evidence) for c in within if c not in told_apart}
