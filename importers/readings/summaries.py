"""Tells money that a workbook states twice: a summary is never added to what it sums, and where the total of one table
stands in another, a person is asked which of them counts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import pandas as pd

from budget_align.core.returns.reading import ControlTotal, Finding, Severity
from importers.evidence.choices import Choice, choice_id
from importers.readings.table import Table
from importers.readings.table_money import LONGEST_SUMMARY, Figures, Key, Stated, TableMoney, is_long
from importers.words.period_words import find_period
from importers.words.row_words import fold_label, without_total

_SEVERAL = 3
_NAMED_DIGITS = 3
_SHORT_NAME = 2
_DIGITS_TOGETHER = 4

_REPEATED = 0.8
"""From this share of rows that repeat another table's figures on, a table is taken for their summary."""


def tell_summaries(
    moneys: Sequence[TableMoney], sheets: Sequence[str]
) -> dict[int, tuple[Finding, list[ControlTotal]]]:
    """The tables that are summaries of others, by their place, each with the finding that says so and its rows as
    control totals of the tables that it sums: figures published twice are checked twice and counted once.

    Args:
        moneys: each table's lines and what they come to.
        sheets: each table's sheet.
    """
    found: dict[int, tuple[Finding, list[ControlTotal]]] = {}
    if len(moneys) < 2:
        return found
    every: Counter[Key] = Counter()
    for money in moneys:
        every.update(money.by_folded_body)
    for number, money in enumerate(moneys):
        if len(money.lines) > LONGEST_SUMMARY:
            continue
        # What the tables come to that are neither this one nor summaries.
        own = money.by_folded_body
        sums = {key: every[key] - own.get(key, 0) for key, _ in money.named}
        repeated = [key for key, amount in money.named if abs(sums[key] - amount) <= money.half]
        if any(sums[key] != amount for key, amount in money.named) and not _tell_together(money, sums):
            continue
        if len({name for (name, _, _), _ in money.named}) < 2 or len(repeated) < _REPEATED * len(money.named):
            continue
        found[number] = as_summary(money, sheets[number], len(repeated), sums)
        every.subtract(own)
    for number, money in enumerate(moneys):
        others = [other for place, other in enumerate(moneys) if place != number and place not in found]
        detail = next((other for other in others if _states_all_units(money, other)), None)
        if number not in found and detail is not None:
            units = {key: amount for (_, key), amount in detail.by_unit.items()}
            found[number] = as_summary(money, sheets[number], len(money.named), units)
    return found


def as_summary(
    money: TableMoney, sheet: str, repeated: int, sums: Mapping[Key, int]
) -> tuple[Finding, list[ControlTotal]]:
    """A table that repeats `repeated` of its figures, which others come to as `sums` says: the finding that tells it,
    and its lines as control totals of those.
    """
    finding = Finding(
        code="summary-sheet",
        severity=Severity.WARNING,
        sheet=sheet,
        cell=money.lines.texts("cell").said(0),
        message=f"{repeated} of its {len(money.named)} figures repeat what other sheets add up to; it was "
        "read as their summary, and its figures were checked and not counted again.",
        action="Confirm that this sheet adds no money of its own.",
    )
    frame = money.lines.frame
    counted = frame[~frame["memo"] & (frame["amount"] != 0)]
    return finding, _control_totals(counted, sums, money.half)


def _states_all_units(money: TableMoney, detail: TableMoney) -> bool:
    """Whether a table states, line by line, what a longer one comes to for each of its units, and comes to the same."""
    whole, others = money.whole, detail.whole
    if whole is None or others is None or not _SEVERAL <= len(money.named) < len(detail.lines):
        return False
    return whole.figures == others.figures and _sums_units(money, detail)


def _tell_together(money: TableMoney, sums: dict[Key, int]) -> bool:
    """Whether the figures that are what others come to but for rounding have so many digits together that they hardly
    are so by chance: one of two digits is, of four rows of one name each none are.
    """
    same = [
        abs(amount) / max(1, 2 * money.half) for key, amount in money.named if abs(sums[key] - amount) <= money.half
    ]
    return sum(math.log10(max(1.0, size)) for size in same) >= _DIGITS_TOGETHER


def _sums_units(money: TableMoney, detail: TableMoney) -> bool:
    """Whether each line of a table states what another comes to for the unit of its name, but for rounding."""
    if not 1 < len(money.named) <= LONGEST_SUMMARY or len(detail.lines) > LONGEST_SUMMARY:
        return False
    depths = {depth for depth, _ in detail.by_unit}
    return any(
        all(abs(detail.by_unit.get((depth, key), 0) - amount) <= money.half for key, amount in money.named)
        and _tell_together(money, {key: detail.by_unit[depth, key] for key, _ in money.named})
        for depth in depths
    )


def _control_totals(lines: pd.DataFrame, sums: Mapping[Key, int], half: int) -> list[ControlTotal]:
    totals = []
    for record in lines.to_dict("records"):
        name = record["programme"] or record["body"]
        year = int(record["fiscal_year"])
        totals.append(
            ControlTotal(
                sheet=record["sheet"],
                row=record["row"],
                cell=record["cell"],
                label=name,
                body=name,
                whole=False,
                memo=False,
                stage=record["stage"],
                flow=record["flow"],
                version=record["version"],
                fiscal_year=year or None,
                control="",
                published=record["amount"],
                read=sums.get((fold_label(name), record["stage"], year), 0),
                members=(),
                rounding=half,
            )
        )
    return totals


def find_sums_of_others(
    tables: Sequence[Table], moneys: Sequence[TableMoney], write: Callable[[int], str]
) -> frozenset[int]:
    """The places of the tables that come to what several others of one shape, or all of one flow, come to together."""
    counted = [n for n, money in enumerate(moneys) if len(money.lines)]
    return frozenset(int(choice.options[1][0]) for choice in _sums_of_others(tables, moneys, counted, write))


def ask_about_repeats(
    tables: Sequence[Table],
    moneys: Sequence[TableMoney],
    summaries: Collection[int],
    write: Callable[[int], str],
) -> list[Choice]:
    """The choices that tables leave whose money another table states too: whether both count.

    Args:
        tables: the tables with money.
        moneys: each table's lines and totals; no lines of one that does not count.
        summaries: the places of those that are known to repeat others.
        write: how an amount is written for a person.
    """
    counted = [n for n, money in enumerate(moneys) if n not in summaries and len(money.lines)]
    if len(counted) < 2:
        return []
    found = _sums_of_others(tables, moneys, counted, write)
    asked: set[int] = {int(choice.options[1][0]) for choice in found}
    within: dict[int, list[tuple[int, Stated]]] = {}
    weak: dict[int, list[tuple[int, Stated]]] = {}
    for number in counted:
        mine = moneys[number].whole
        settled = tables[number].context.counted_belief.confidence == 1
        if settled or mine is None:
            continue
        for other in counted:
            alike = other in (number, *asked) or _are_of_two_periods(tables[number], tables[other])
            match = None if alike else moneys[other].find(moneys[number], later=other > number)
            if match is None:
                continue
            # What is printed to the nearest hundred thousand agrees with more by chance than what is printed whole.
            printed = {key: amount // max(1, 2 * moneys[other].half) for key, amount in mine.figures.items()}
            summed = _sums_units(moneys[other], moneys[number]) or _sums_units(moneys[number], moneys[other])
            if _is_telling(printed) or _names(tables[number], match) or summed:
                asked.add(number)
                within.setdefault(other, []).append((number, match))
                break
            weak.setdefault(other, []).append((number, match))
    for other, matches in weak.items():
        # Short figures alone may agree by chance; those of several tables, each in a row of its own, hardly do.
        rows = {match.cell for _, match in matches}
        beside = [each for each in matches if each[0] not in asked]
        if len(rows) + len(within.get(other, [])) >= _SEVERAL and other not in asked:
            asked |= {number for number, _ in beside}
            within.setdefault(other, []).extend(beside)
    found += [_choose_repeated(tables, moneys, other, inner, write) for other, inner in within.items()]
    return found + _extracts(tables, moneys, [number for number in counted if number not in asked], write)


def _extracts(
    tables: Sequence[Table], moneys: Sequence[TableMoney], counted: Sequence[int], write: Callable[[int], str]
) -> list[Choice]:
    """The choices that tables leave each of whose lines stands in a longer one too, as payments over a threshold do
    beside all payments.
    """
    found: list[Choice] = []
    for number in counted:
        for other in counted:
            mine, others = moneys[number].alike, moneys[other].alike
            if number == other or len(mine) < _EXTRACT or mine.total() >= others.total() or not mine <= others:
                continue
            amount = moneys[number].lines.total
            found.append(
                Choice(
                    choice_id("counted", "extract", tables[number].key, tables[other].key),
                    "counted",
                    tables[number].grid.name,
                    "\n".join(tables[n].key for n in sorted([number, other])),
                    f"Each of the {mine.total():,} lines of {_called(tables[number])} ({write(amount)}) stands in "
                    f"{_called(tables[other])} too. Is it the same money?",
                    (
                        (str(other), f"The same money: count {_called(tables[other])}"),
                        (f"{number}+{other}", "Different money: count both"),
                    ),
                    str(other),
                )
            )
            break
    return found


_EXTRACT = 5
"""Fewer lines may be alike in two tables by chance."""


def _are_of_two_periods(one: Table, other: Table) -> bool:
    """Whether two sheets are named after different months or quarters: whether they state one year again is asked of
    all of them together, as of any versions.
    """
    periods = [find_period(table.grid.name) for table in (one, other)]
    return all(periods) and periods[0] != periods[1]


def _names(table: Table, row: Stated) -> bool:
    """Whether a row of another table is named after a table: by its sheet, or by the beginning of its title."""
    label = without_total(row.label)
    named = [fold_label(table.grid.name), *(fold_label(table.grid.text(*where)) for where in table.block.titles[:2])]
    long = any(len(str(abs(amount)).rstrip("0")) >= _NAMED_DIGITS for amount in row.figures.values())
    return len(label) > _SHORT_NAME and long and any(said == label or said.startswith(f"{label} ") for said in named)


def _choose_repeated(
    tables: Sequence[Table],
    moneys: Sequence[TableMoney],
    other: int,
    inner: Sequence[tuple[int, Stated]],
    write: Callable[[int], str],
) -> Choice:
    """Whether a table and those whose totals stand in it are the same money, asked once for all of them.

    Args:
        other: the table in which they stand.
        inner: the tables whose totals do, each with the row that states it.
    """
    number, match = inner[0]
    mine = moneys[number].whole
    assert mine is not None
    numbers = [each for each, _ in inner]
    parts = "+".join(map(str, numbers))
    more = f", and so do those of {len(inner) - 1} more tables" if len(inner) > 1 else ""
    several = f"the {len(inner)} tables" if len(inner) > 1 else _called(tables[number])
    every = sorted([other, *numbers])
    return Choice(
        choice_id("counted", *(tables[n].key for n in numbers), tables[other].key),
        "counted",
        mine.sheet,
        "\n".join(tables[n].key for n in every),
        f"The total of {mine.sheet}!{mine.cell}, {write(mine.last)}, stands as {match.label!r} in "
        f"{match.sheet}!{match.cell} too{more}. Is it the same money?",
        (
            (str(other), f"The same money: count {_called(tables[other])}"),
            (parts, f"The same money: count {several}"),
            ("+".join(map(str, every)), f"Different money: count {'all' if len(inner) > 1 else 'both'}"),
        ),
        # Where the others hold all that it does, they say more of the same.
        parts if len(inner) > 1 and len(inner) >= len(moneys[other].named) else str(other),
    )


def _sums_of_others(
    tables: Sequence[Table], moneys: Sequence[TableMoney], counted: Sequence[int], write: Callable[[int], str]
) -> list[Choice]:
    """The choices that a table leaves which comes to what several others of one shape come to together, as a sheet of
    the year beside those of its months does.
    """
    found: list[Choice] = []
    by_year = {number: _by_year(moneys[number]) for number in counted}
    for number in counted:
        mine, own = moneys[number].whole, by_year[number]
        shapes: dict[tuple[str, ...], list[int]] = {}
        for other in counted:
            if other != number:
                shapes.setdefault(tuple(c.role for c in tables[other].columns), []).append(other)
        of_flows = [other for other in counted if other != number and _flows(moneys[other]) == _flows(moneys[number])]
        for others in [*shapes.values(), of_flows, [other for other in counted if other != number]]:
            if len(others) < 2 or mine is None:
                continue
            together: Counter[int] = Counter()
            for other in others:
                together.update(by_year[other])
            near = 1 + sum(len(moneys[other].lines) for other in others) // 2
            telling = [year for year, amount in own.items() if is_long(amount)]
            telling = telling or (list(own) if _sums_by_name(moneys[number], [moneys[o] for o in others]) else [])
            by_whole = bool(telling) and all(abs(own[year] - together[year]) <= near for year in telling)
            if not by_whole and not _sums_both_sides(moneys[number], [moneys[other] for other in others], near):
                continue
            parts = "+".join(map(str, others))
            found.append(
                Choice(
                    choice_id("counted", tables[number].key, *(tables[other].key for other in others)),
                    "counted",
                    mine.sheet,
                    "\n".join(tables[n].key for n in sorted([number, *others])),
                    f"{_called(tables[number])} comes to {write(mine.last)}, and {len(others)} other tables come to "
                    "the same together. Is it the same money?",
                    (
                        (parts, f"The same money: count {', '.join(_called(tables[o]) for o in others[:3])}…"),
                        (str(number), f"The same money: count {_called(tables[number])}"),
                        (f"{parts}+{number}", "Different money: count all"),
                    ),
                    parts,
                )
            )
            break
    return found


def _sums_by_name(money: TableMoney, others: Sequence[TableMoney]) -> bool:
    """Whether each line of a table is what others come to under its name and year, all of theirs are among them, and
    the lines have so many figures together that they hardly are so by chance, however short each of them is.
    """
    if any(len(each.lines) > LONGEST_SUMMARY for each in (money, *others)):
        return False
    together: Counter[tuple[str, int]] = Counter()
    for other in others:
        together.update(other.by_programme)
    own = {key: amount for key, amount in money.by_programme.items() if amount}
    same = own == {key: amount for key, amount in together.items() if amount}
    return same and len(own) > 1 and sum(len(str(abs(a)).rstrip("0")) for a in own.values()) >= _FIGURES_TOGETHER


_FIGURES_TOGETHER = 6


def _sums_both_sides(money: TableMoney, others: Sequence[TableMoney], near: int) -> bool:
    """Whether what a table spends and what it receives is each what others come to in every year, whatever total they
    state of their own: a statement of both sides may total what is left of them, or nothing.
    """
    if len(_flows(money)) < len(_SIDES) or any(not _flows(other) & _SIDES for other in others):
        return False
    together: Counter[tuple[int, str]] = Counter()
    for other in others:
        together.update(_by_side(other))
    own = _by_side(money)
    return any(map(is_long, own.values())) and all(abs(own[key] - together[key]) <= near for key in own)


_SIDES = {"expenditure", "income"}


def _by_side(money: TableMoney) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for (_, _, year, flow), amount in money.by_flow.items():
        found[year, flow] = found.get((year, flow), 0) + amount
    return found


def _flows(money: TableMoney) -> set[str]:
    return {flow for *_, flow in money.by_flow}


def _by_year(money: TableMoney) -> dict[int, int]:
    """What a table comes to by year, whatever its stages and flows."""
    found: dict[int, int] = {}
    for (_, year, _), amount in (money.whole.figures if money.whole is not None else {}).items():
        found[year] = found.get(year, 0) + amount
    return found


def _called(table: Table) -> str:
    return f"{table.grid.name!r} {table.block.area(table.grid)}"


def _is_telling(figures: Figures) -> bool:
    """Whether figures are so many or so long that another table can hardly state the same by chance."""
    digits = [len(str(abs(amount)).rstrip("0")) for amount in figures.values() if amount]
    return (len(digits) >= 2 and max(digits) >= 3) or (len(digits) == 1 and digits[0] >= 5)
