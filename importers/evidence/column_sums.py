"""Tells how columns of amounts relate: totals of others, differences of two years, steps from one year to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from budget_align.core.values.money import MAXIMUM
from importers.evidence.column import Column
from importers.structure.grid import Floats, Grid, Ints, letter
from importers.words import lexicon, row_words, vocabulary

_FITTING = 0.8
"""The share of a column's numbers by which its decimal places are told."""

_TELLING = 0.8
"""From this share of the rows with several parts on, those add up."""

_LEFT_OUT = 2
"""Between a total and its parts no more columns than this stand."""

_ROWS_APART = 5
_APART = 0.95
"""So many rows, and nearly all, must add up to a total that stands apart from its parts."""

_PARTED = 0.7
"""From this share of the rows on that state a part of what is called their total, the others prove nothing."""

_PROVEN = 0.9
"""Of the rows that say something so many add up to a total."""

_SOME_ROWS = 64
_PROVEN_BY_SOME = 0.7
_FEW = 5
"""Of the rows of a long table that are looked at first so many add up, where more than a few say something."""

_BRIDGE = 8
"""Two years and the steps between them are no more columns than this."""


def find_total_columns(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns with those that sum others told as totals: by arithmetic first, by label second.

    A column is a total when, in at least nine rows of ten that say something, it equals the sum of a run of amount
    columns next to it, the rounding of each allowed for; of several such runs the longest. A column that is the
    difference of two years is a change.
    """
    amounts = [column for column in columns if column.role == "amount"]
    if len(amounts) < 2:
        return columns
    numbers = np.nan_to_num(grid.numbers[rows])
    rounding = {column.index: 0.5 / 10 ** decimal_places(grid.numbers[rows, column.index]) for column in amounts}
    words = {column.index: _last_word(column) for column in amounts}
    found: dict[int, Column] = {}
    dated: dict[int, int] = {}
    # First totals at the right of their parts, then those at the left: either may sum what the other has summed.
    for to_left in (True, False):
        for column in amounts if to_left else reversed(amounts):
            if column.index in found or column.confidence == 1:
                continue
            parts = _summed_run(numbers, rounding, words, amounts, column, found, to_left=to_left)
            results = [a for a in amounts if a.index in parts and _is_result(a, column)]
            steps = _steps_between_years([a for a in amounts if a.index in parts], column)
            if results and len(parts) == 2:
                # What is left of the two others is made of them, and no part of either.
                evidence = f"what columns {column.letter} and another leave"
                found |= {a.index: replace(a, role="change", confidence=0.95, evidence=evidence) for a in results}
            elif steps:
                evidence = f"it leads from one year to column {column.letter}"
                found |= {a.index: replace(a, role="change", confidence=0.95, evidence=evidence) for a in steps}
            elif parts:
                said = ", ".join(letter(part) for part in parts)
                evidence = f"row by row the sum of columns {said}"
                found[column.index] = replace(column, role="total", parts=parts, confidence=0.95, evidence=evidence)
                # What the total says of its year holds for parts that say none.
                dated |= {part: column.fiscal_year for part in parts if column.fiscal_year is not None}
    found |= _parted_again(numbers, rounding, words, amounts, found)
    found |= _named_totals(numbers, rounding, amounts, found)
    found |= _undo_totals_of_steps(numbers, amounts, found)
    found |= _undo_totals_within(columns, found)
    steps = [found.get(c.index, c) for c in columns if c.role in ("amount", "change")]
    steps = [c for c in steps if c.role in ("amount", "change") and not c.nets]
    new = (c.index for c in steps if c.index not in rounding)
    rounding |= {index: 0.5 / 10 ** decimal_places(grid.numbers[rows, index]) for index in new}
    found |= _find_bridges(numbers, rounding, steps)
    costs = {
        part
        for total in found.values()
        for part in total.parts
        if total.role == "total" and any(_is_cost_of_loans(a, total) for a in amounts if a.index == part)
    }
    told = [_dated(found.get(column.index, column), dated) for column in columns]
    return [replace(column, flow="expenditure") if column.index in costs else column for column in told]


def _undo_totals_within(columns: Sequence[Column], found: dict[int, Column]) -> dict[int, Column]:
    """What is a part of a total beside all that it seems to sum itself, as pay that comes to all other costs, is one:
    else the total would state the same money twice.
    """
    own = {column.index: column for column in columns}
    totals = [column for column in found.values() if column.role == "total"]
    return {
        part: own[part]
        for total in totals
        for part in total.parts
        if part in found and found[part].role == "total" and {part, *found[part].parts} <= set(total.parts)
    }


def _parted_again(
    numbers: Floats, rounding: dict[int, float], words: dict[int, str], amounts: list[Column], found: dict[int, Column]
) -> dict[int, Column]:
    """Columns that part a total which others part already, such as who pays beside what is paid for, each a part once
    more of the same money; those that say their years are its parts before those that do not.
    """
    again: dict[int, Column] = {}
    summed = {part for total in found.values() for part in total.parts}
    for total in [each for each in found.values() if each.role == "total"]:
        others = [a for a in amounts if a.index not in summed and a.index not in again]
        for to_left in (False, True):
            run = _summed_run(numbers, rounding, words, others, total, found | again, to_left=to_left)
            second = [a for a in amounts if a.index in run]
            if not second or all(a.flow for a in second) or any(_is_of_another_stage(a, total) for a in second):
                continue
            if len({lexicon.says("commitment", a.header) for a in second}) > 1:
                # What was granted is what was used and what is left.
                continue
            first = [a for a in amounts if a.index in total.parts]
            if all(a.fiscal_year for a in second) and not any(a.fiscal_year for a in first):
                again[total.index] = replace(total, parts=run)
                first, second = second, first
            said = ", ".join(a.letter for a in first)
            evidence = f"it parts column {total.letter} again, as columns {said} do"
            again |= {a.index: replace(a, role="unused", confidence=0.9, evidence=evidence) for a in second}
            break
    return again


def _is_of_another_stage(part: Column, total: Column) -> bool:
    """Whether one column holds what was spent or is expected and the other, such as a revision, what was granted."""
    granted = total.stage == "budget" or (not total.stage and bool(total.version))
    return granted and part.stage in ("outturn", "forecast")


def _named_totals(
    numbers: Floats, rounding: dict[int, float], amounts: list[Column], found: dict[int, Column]
) -> dict[int, Column]:
    """The columns that are called totals and to which rows do not add up, and those that two years differ by."""
    named: dict[int, Column] = {}
    summed = {part for total in found.values() for part in total.parts}
    flows = {part: total.flow for total in found.values() if total.role == "total" for part in total.parts}
    if len(amounts) > 1 and all(row_words.says_total(vocabulary.without_year_and_unit(a.header)) for a in amounts):
        # What all are called, as "Sum of" heads every column of a pivot, makes none the total of the others.
        return {}
    for column in amounts:
        if column.index in summed and column.index not in found:
            # A total that no column breaks down, beside others that some do, is a part of theirs.
            continue
        worded = row_words.says_total(vocabulary.without_year_and_unit(column.header))
        siblings = (
            [a for a in amounts if a.fiscal_year == column.fiscal_year and a.index != column.index] if worded else []
        )
        if column.flow and all({a.flow, flows.get(a.index, "")} - {"", column.flow} for a in siblings):
            # All others are of another flow, as what is spent is beside "Total income".
            siblings = []
        if column.index not in found and worded and len(siblings) >= 2:
            parts = [a for a in siblings if a.index not in found and a.index not in named]
            fits = _is_sum_of_all(numbers, parts, column)
            named[column.index] = replace(
                column,
                role="total",
                parts=tuple(a.index for a in parts),
                confidence=0.95 if fits else 0.6,
                evidence=f"the header {column.header!r}, "
                + ("to which its few rows add up" if fits else "though rows do not add up to it"),
            )
        elif column.index not in found and column.fiscal_year is None:
            pair = _difference(numbers, rounding, column, [a for a in amounts if a.fiscal_year is not None])
            if pair:
                evidence = f"row by row column {letter(pair[0])} less column {letter(pair[1])}"
                named[column.index] = replace(column, role="change", confidence=0.95, evidence=evidence)
    return named


def _is_sum_of_all(numbers: Floats, parts: list[Column], column: Column) -> bool:
    """Whether a column is the sum of all others in each row that states any of them: in few rows, or with few parts
    that are not zero, that proves no total, but what is called one is no doubt.
    """
    beside = numbers[:, [part.index for part in parts]]
    stated = (beside != 0).any(axis=1)
    exact = np.isclose(beside[stated].sum(axis=1), numbers[stated, column.index], rtol=1e-9, atol=1e-6)
    return bool(stated.any() and exact.all()) and _may_sum(numbers, parts, column)


def _is_result(part: Column, whole: Column) -> bool:
    return lexicon.says("result", part.header) and not lexicon.says("result", whole.header)


def _steps_between_years(parts: Sequence[Column], whole: Column) -> list[Column]:
    """Of columns that make another, those that lead to it from the one that is of another year; none where there is no
    such one.
    """
    dated = [part for part in parts if part.fiscal_year is not None]
    if whole.fiscal_year is None or len(dated) != 1 or dated[0].fiscal_year == whole.fiscal_year:
        return []
    return [part for part in parts if part is not dated[0]]


def _dated(column: Column, years: Mapping[int, int]) -> Column:
    unsaid = column.fiscal_year is None and column.index in years
    return replace(column, fiscal_year=years[column.index]) if unsaid else column


def _find_bridges(numbers: Floats, rounding: dict[int, float], amounts: list[Column]) -> dict[int, Column]:
    """The columns that lead from one year's amounts to another's, such as growth and savings between a base budget and
    the next, or from a budget to its revision: row by row the first and they make the second. They are changes, counted
    in the second already.
    """
    found: dict[int, Column] = {}
    for first, base in enumerate(amounts):
        for last in range(first + 2, min(len(amounts), first + _BRIDGE)):
            after, between = amounts[last], amounts[first + 1 : last]
            if base.role != "amount" or after.role != "amount":
                continue
            told = _leads_on(base, after)
            if not told and not _leads_by_steps(numbers, base, between, after):
                continue
            parts = numbers[:, [base.index, *(each.index for each in between)]]
            target = numbers[:, after.index]
            says = (np.abs(target) > 0) & (np.abs(parts[:, 0]) > 0)
            allowed = sum(rounding[each.index] for each in (base, *between, after)) + 1e-9
            says &= np.abs(parts[:, 1:]).sum(axis=1) > 0
            away = np.abs(parts.sum(axis=1) - target)[says]
            if says.sum() >= 3 and float(np.mean(away <= allowed)) >= 0.9:
                evidence = f"row by row it takes column {base.letter} to column {after.letter}"
                found |= {e.index: replace(e, role="change", confidence=0.95, evidence=evidence) for e in between}
                found |= {} if told else _as_ends(base, after)
    return found


def _leads_by_steps(numbers: Floats, base: Column, between: Sequence[Column], after: Column) -> bool:
    """Whether what stands between two columns of a budget is steps from one to the other, though neither says that it
    is the later: words or a minus say so of one of them, and all of them leave the second near the first, as parts
    of an amount do not.
    """
    if base.stage != after.stage or base.flow != after.flow or base.version or after.version:
        return False
    if base.fiscal_year is not None or not (base.stage or lexicon.says("budget", base.header)):
        return False
    if lexicon.says("gross", base.header) and lexicon.says("net", after.header):
        # What leads from gross to net is what is received.
        return False
    stepped = [
        c for c in between if c.role == "change" or lexicon.says("change", vocabulary.without_year_and_unit(c.header))
    ]
    below = [c for c in between if (numbers[:, c.index] < 0).mean() > _MOSTLY_BELOW]
    one, other = np.abs(numbers[:, base.index]), np.abs(numbers[:, after.index])
    said = (one > 0) & (other > 0)
    near = (np.abs(one - other)[said] <= _STEPS_OF * one[said]).mean() if said.any() else 0.0
    return bool((stepped or below) and 2 * len(stepped + below) >= len(between) and near >= _PROVEN)


_MOSTLY_BELOW = 0.5
_STEPS_OF = 1 / 3
"""Steps from one budget to the next take hardly more from it, or add more to it, than this share."""


def _as_ends(base: Column, after: Column) -> dict[int, Column]:
    """Two columns between which steps lead: the same budget before and after them, or where the second says its year,
    what that year began from.
    """
    if after.fiscal_year is not None:
        evidence = f"what the budget in column {after.letter} begins from"
        return {base.index: replace(base, role="unused", confidence=0.9, evidence=evidence)}
    return {base.index: replace(base, version="original"), after.index: replace(after, version="revised")}


def _undo_totals_of_steps(numbers: Floats, amounts: Sequence[Column], found: Mapping[int, Column]) -> dict[int, Column]:
    """The totals that are the first of their parts after steps that lead on from it: no sum of parts."""
    by_index = {column.index: column for column in amounts}
    undone: dict[int, Column] = {}
    for total in found.values():
        parts = [by_index[part] for part in total.parts if part in by_index]
        own = by_index.get(total.index)
        if total.role == "total" and own and len(parts) > 1 and parts[-1].index < total.index:
            first, *steps = parts
            if (first.stage or own.stage) and _leads_by_steps(numbers, first, steps, own):
                undone[total.index] = own
    return undone


def _leads_on(base: Column, after: Column) -> bool:
    """Whether one column is of another year than the other, or the revision of it."""
    if base.fiscal_year != after.fiscal_year:
        return base.fiscal_year is not None and after.fiscal_year is not None
    return base.stage == after.stage and base.version in ("", "original") and after.version.startswith("revised")


def decimal_places(numbers: Floats) -> int:
    """How many decimal places the numbers of a column print, at most nine: as many as four in five of them fit, since
    a few cells of a rounded column often keep more.

    >>> decimal_places(np.array([1.0, 2.25, np.nan])), decimal_places(np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.123456]))
    (2, 1)
    """
    said = numbers[~np.isnan(numbers) & (numbers != 0) & (np.abs(numbers) < MAXIMUM)]
    for places in range(9):
        moved = said * 10**places
        if not len(said) or np.count_nonzero(np.abs(moved - np.round(moved)) <= 1e-6) / len(said) >= _FITTING:
            return places
    return 9


def _summed_run(
    numbers: Floats,
    rounding: dict[int, float],
    words: dict[int, str],
    amounts: list[Column],
    column: Column,
    found: dict[int, Column],
    *,
    to_left: bool,
) -> tuple[int, ...]:
    side = [
        a for a in amounts if a.index not in found and a.index != column.index and (a.index < column.index) == to_left
    ]
    for run in _runs(numbers, rounding, words, side, column, to_left=to_left):
        beside = run[-1 if to_left else 0] is side[-1 if to_left else 0]
        if _may_sum(numbers, run, column) and _adds_up(numbers, rounding, run, column, beside=beside):
            return tuple(a.index for a in run)
    return ()


def _runs(
    numbers: Floats,
    rounding: dict[int, float],
    words: dict[int, str],
    side: list[Column],
    column: Column,
    *,
    to_left: bool,
) -> list[list[Column]]:
    """The columns on one side of a column that it may sum, those first that stand nearest."""
    # Each list begins with the column that stands nearest; a run is a beginning of one.
    if to_left:
        lists = [side[: max(0, len(side) - left)][::-1] for left in range(_LEFT_OUT + 1)]
    else:
        lists = [side[left:] for left in range(_LEFT_OUT + 1)]
    # Budget and actual by turns, under a head for each month or fund, add up each to its own total.
    word = words[column.index]
    alike = [a for a in side if word and words[a.index] == word]
    lists += [alike[::-1]] if len(alike) < len(side) else []
    return [
        sorted(near[:length], key=lambda a: a.index)
        for near in lists
        for length in _lengths_that_may_fit(numbers, rounding, near, column)
    ]


def _may_sum(numbers: Floats, run: list[Column], column: Column) -> bool:
    """Whether what a run's columns mean lets another be their sum."""
    if column.fiscal_year is not None and any(a.fiscal_year not in (None, column.fiscal_year) for a in run):
        return False
    if column.stage and any(a.stage and a.stage != column.stage for a in run) and not _is_used_up(run, column):
        return False
    received = [a.flow == "income" for a in run]
    nets = any(lexicon.says("net", a.header) or lexicon.says("result", a.header) for a in run)
    called = row_words.says_total(vocabulary.without_year_and_unit(column.header))
    plain = not nets and (received.count(False) > 1 or called)
    brought = numbers[:, [a.index for a in run if a.flow == "income"]].sum()
    if any(received) and not all(received) and brought > 0 and not plain:
        # Income and net make gross, as net and income do the other way round: nothing is added to income.
        return False
    # Spending and a result make income only as the result is made of the two.
    return not (column.flow and any(a.flow and a.flow != column.flow and not _is_cost_of_loans(a, column) for a in run))


def _is_used_up(run: Sequence[Column], column: Column) -> bool:
    """Whether a column grants what one of a run says was spent, with several that say no stage: what is left of it."""
    spent = [a for a in run if a.stage == "outturn"]
    left = [a for a in run if not a.stage]
    return column.stage == "budget" and len(spent) == 1 and len(left) == len(run) - 1 > 1


def _is_cost_of_loans(part: Column, total: Column) -> bool:
    """Whether what a column is called, such as capital financing, is what loans cost where spending is its sum."""
    return part.flow == "financing" and total.flow == "expenditure"


def _adds_up(numbers: Floats, rounding: dict[int, float], run: list[Column], column: Column, *, beside: bool) -> bool:
    """Whether the amounts prove that a column is the sum of a run, which stands `beside` it or apart."""
    target, parts = numbers[:, column.index], numbers[:, [a.index for a in run]]
    parted = np.asarray((np.abs(parts) > 0).any(axis=1))
    says = (np.abs(target) > 0) | parted
    if _is_called_total(column) and parted.sum() >= _PARTED * says.sum():
        # A few rows below a table may be stated in its total alone, and remarks on it in one part alone.
        stated = parted & (target != 0)
        says = stated if stated.sum() >= _PARTED * parted.sum() else parted
    several = bool((np.abs(parts) > 0).any(axis=0).sum() >= 2)
    # Where all parts but one are zero, the sum proves little; that the parts are controls and it is none, does.
    several = several or (not column.control and all(a.control for a in run))
    allowed = sum(rounding[a.index] for a in run) + rounding[column.index]
    away = np.abs(parts.sum(axis=1) - target)
    exact = np.isclose(parts.sum(axis=1), target, rtol=1e-9, atol=1e-6)
    near = (away <= allowed + 1e-9) & (np.abs(target) > 20 * allowed)
    # Where all parts but one are zero, their sum says nothing; the rows with several must add up too.
    telling = says & ((np.abs(parts) > 0).sum(axis=1) >= 2)
    fails = bool(telling.any()) and float((exact | near)[telling].mean()) < _TELLING
    if beside:
        enough = bool(says.sum() >= 2) or _tells_alone(target)
    else:
        enough = bool(telling.sum() >= _ROWS_APART and exact[says].mean() >= _APART)
    if not beside and any(_is_multiple(part, target) for part in parts.T):
        # Multiples of one column add up to another of them whatever they mean.
        return False
    return bool(several and enough and not fails and _proves(exact[says], near[says]))


def _lengths_that_may_fit(
    numbers: Floats, rounding: dict[int, float], near: Sequence[Column], column: Column
) -> list[int]:
    """How many of the columns, from the nearest on, may add up to a column, most first: all that do, and few others.

    Each length is summed from the one before, so that a wide table takes no longer than its width squared; of many rows
    some alone are looked at.
    """
    if len(near) < 2:
        return []
    some = len(numbers) if len(numbers) <= 2 * _SOME_ROWS else _SOME_ROWS
    rows = numbers[np.arange(some) * len(numbers) // max(some, 1)]
    target, parts = rows[:, [column.index]], rows[:, [a.index for a in near]]
    sizes = np.cumsum(np.abs(parts), axis=1)[:, 1:]
    says = (target != 0) | (sizes > 0)
    allowed = np.cumsum([rounding[a.index] for a in near])[1:] + rounding[column.index]
    # Sums of long lists end in other digits by the way in which they are summed.
    allowed = np.maximum(allowed + 1e-9, 1e-6 + 1e-9 * np.abs(target)) + 1e-12 * sizes
    fits = says & (np.abs(np.cumsum(parts, axis=1)[:, 1:] - target) <= allowed)
    said, parted = says.sum(axis=0), (sizes > 0).sum(axis=0)
    if _is_called_total(column):
        stated = ((target != 0) & (sizes > 0)).sum(axis=0)
        said = np.where(parted >= _PARTED * said, np.where(stated >= _PARTED * parted, stated, parted), said)
    if some == len(numbers):
        may = ((said >= 2) | _tells_alone(target)) & (fits.sum(axis=0) >= _PROVEN * said - 1e-9)
    else:
        may = fits.sum(axis=0) >= _PROVEN_BY_SOME * said - _FEW
    return [int(length) + 2 for length in np.flatnonzero(may)[::-1]]


def _is_called_total(column: Column) -> bool:
    return row_words.says_total(vocabulary.without_year_and_unit(column.header))


def _tells_alone(target: Floats) -> bool:
    """Whether a column has one row alone, and states so many digits there that nothing comes to it by chance."""
    return target.size == 1 and len(f"{abs(target.item()):.2f}".replace(".", "").rstrip("0")) >= _DIGITS_OF_ONE_ROW


_DIGITS_OF_ONE_ROW = 7


def _is_multiple(part: Floats, whole: Floats) -> bool:
    """Whether a column is the same share of another in every row."""
    both = (part != 0) & (whole != 0)
    shares = part[both] / whole[both]
    return len(shares) > 2 and bool(np.ptp(shares) <= _SAME_SHARE * abs(float(shares.mean())))


_SAME_SHARE = 0.002


def _last_word(column: Column) -> str:
    words = lexicon.fold_words(vocabulary.without_year_and_unit(column.header)).split()
    return words[-1] if len(words) > 1 else ""


def _proves(exact: npt.NDArray[np.bool_], near: npt.NDArray[np.bool_]) -> bool:
    """Whether rows that add up exactly, or but for rounding, show that a column is the sum of others."""
    return bool(exact.mean() >= _PROVEN or (len(exact) >= 3 and (exact | near).mean() >= _PROVEN and near.sum() >= 2))


def _difference(
    numbers: Floats, rounding: dict[int, float], column: Column, years: list[Column]
) -> tuple[int, int] | None:
    """The two columns of years whose difference a column is, row by row."""
    target = numbers[:, column.index]
    near = sorted(years, key=lambda a: abs(a.index - column.index))[:4]
    for later in near:
        for earlier in near:
            if later.index == earlier.index or later.fiscal_year == earlier.fiscal_year:
                continue
            says = (np.abs(target) > 0) & (np.abs(numbers[:, earlier.index]) > 0)
            away = np.abs(numbers[:, later.index] - numbers[:, earlier.index] - target)
            if says.sum() >= 2 and (away[says] <= 3 * rounding[column.index] + 1e-9).mean() >= 0.9:
                return later.index, earlier.index
    return None
