"""Tells tables whose lines another table of the workbook states too: an extract, the detail of one line, the sums of
some groups, a copy in thousands, another view of the same whole. A person is asked once which of them counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from budget_align.core.returns.budget_line import UNIT_SEPARATOR
from importers.evidence.choices import Choice, choice_id
from importers.readings.table import Table
from importers.readings.table_money import LONGEST_SUMMARY, TableMoney
from importers.words.row_words import fold_label

_LONGEST: Final = 50_000
_TABLES: Final = 80
"""Books of more tables that count are not compared table by table."""

_MOSTLY: Final = 0.8
_DIGITS: Final = 5.0
_DIGITS_OF_ONE: Final = 3.0
_DIGITS_OF_WHOLE: Final = 4.0
_NAMED: Final = 3

_FIELDS: Final = ("unit", "body", "programme", "account", "counterpart", "control")

Where = tuple[str, int, str]
"""Stage, fiscal year and flow."""

Groups = dict[tuple[str, Where], int]
"""Minor units by folded name, and of what they are."""


@dataclass(frozen=True)
class Repeat:
    """That one table states again, in whole or in part, what another does.

    Attributes:
        inner: the place of the table whose money the other states too.
        outer: the place of the other one.
        whole: the two come to the same.
        named: the name of the row of the other one that states it; "" where several do.
    """

    inner: int
    outer: int
    whole: bool
    named: str = ""


def ask_about_repeated_lines(
    tables: Sequence[Table], moneys: Sequence[TableMoney], asked: Collection[Choice], write: Callable[[int], str]
) -> list[Choice]:
    """The choices that tables leave whose lines another states too, one for each table and all that it states.

    Args:
        tables: the tables with money.
        moneys: each table's lines and totals; no lines of one that does not count.
        asked: what was asked about tables before; of two tables that one choice is about nothing is asked again.
        write: how an amount is written for a person.
    """
    counted = [
        n
        for n, money in enumerate(moneys)
        if 0 < len(money.lines) <= _LONGEST and tables[n].context.counted_belief.confidence < 1
    ]
    if not 2 <= len(counted) <= _TABLES:
        return []
    about = [frozenset(choice.table.split("\n")) for choice in asked]
    found: dict[int, list[Repeat]] = {}
    taken: set[int] = set()
    for inner in sorted(counted, key=lambda n: len(moneys[n].lines)):
        for outer in counted:
            if outer == inner or outer in taken or inner in found:
                continue
            if any({tables[inner].key, tables[outer].key} <= keys for keys in about):
                continue
            repeat = _compare(tables, moneys, inner, outer)
            if repeat is not None:
                found.setdefault(outer, []).append(repeat)
                taken.add(inner)
                break
    return [_choose(tables, moneys, outer, repeats, write) for outer, repeats in found.items()]


def _compare(tables: Sequence[Table], moneys: Sequence[TableMoney], inner: int, outer: int) -> Repeat | None:
    """How a table repeats another one, if it does; worked out once for two tables."""
    mine, other = moneys[inner], moneys[outer]
    if other not in mine.compared:
        mine.compared[other] = _repeats(tables[inner], mine, tables[outer], other)
    kind = mine.compared[other]
    return None if kind is None else Repeat(inner, outer, kind[0], kind[1])


def _repeats(table: Table, mine: TableMoney, beside: Table, other: TableMoney) -> tuple[bool, str] | None:
    """Whether a table states what another does: whether the two come to the same, and the one row that states it."""
    own, others = _sums(mine), _sums(other)
    shared = [where for where in own if where in others and own[where] and others[where]]
    if not shared:
        return None
    mine_tolerance, other_tolerance = _tolerance(mine), _tolerance(other)
    tolerance = max(mine_tolerance, other_tolerance)
    whole = all(abs(own[where] - others[where]) <= tolerance for where in shared)
    if whole and sum(_digits(own[where], tolerance) for where in shared) >= _DIGITS_OF_WHOLE:
        return True, ""
    if any(abs(own[where]) > abs(others[where]) + tolerance for where in shared):
        return None
    # Each of its lines is a line of the other one, or what the lines of one name come to there.
    if len(mine.lines) <= LONGEST_SUMMARY and _state(
        _lines(mine), [_amounts(other), *map(_each, _groups(other))], shared, mine.half, other_tolerance
    ):
        return False, ""
    # What its lines of each name come to is a line of the other one.
    if len(other.lines) <= LONGEST_SUMMARY:
        lines = _named_lines(other)
        for groups in _groups(mine):
            if _state(list(groups.items()), [_each(lines)], shared, other.half, mine_tolerance):
                return False, ""
        return _stands_as_line(table, own, lines, shared, max(other.half, mine_tolerance))
    return None


def _stands_as_line(
    table: Table, own: dict[Where, int], lines: Groups, shared: Sequence[Where], tolerance: int
) -> tuple[bool, str] | None:
    """Whether a table comes to the line of another that bears the name of its sheet or its title."""
    called = [table.grid.name, *(table.grid.text(*where) for where in table.block.titles[:2])]
    for said in {fold_label(text) for text in called}:
        if not said or any((said, where) not in lines for where in shared):
            continue
        same = all(abs(lines[said, where] - own[where]) <= tolerance for where in shared)
        if same and sum(_digits(own[where], tolerance) for where in shared) >= _DIGITS_OF_ONE:
            return False, said
    return None


def _state(
    lines: Sequence[tuple[tuple[str, Where], int]],
    stated: Sequence[Mapping[tuple[str, Where], Collection[int]]],
    shared: Collection[Where],
    half: int,
    tolerance: int,
) -> bool:
    """Whether nearly all of some lines state what stands under their names elsewhere, and with so many digits together
    that they hardly do by chance.
    """
    mine = [(key, amount) for key, amount in lines if key[1] in shared and amount]
    if len({name for (name, _), _ in mine}) < 2:
        return False
    near = max(half, tolerance)
    for groups in stated:
        same = [amount for key, amount in mine if any(abs(each - amount) <= near for each in groups.get(key, ()))]
        # What is printed to few digits has to agree in all rows.
        least = _DIGITS if len(same) == len(mine) else 2 * _DIGITS
        if len(same) >= max(2, _MOSTLY * len(mine)) and sum(_digits(amount, near) for amount in same) >= least:
            return True
    return False


def _digits(amount: int, tolerance: int) -> float:
    """How many digits of an amount tell it from others, which are no zeros at its end."""
    printed = max(1.0, abs(amount) / max(1, 2 * tolerance))
    return min(math.log10(printed), float(len(str(abs(amount)).rstrip("0"))))


def _tolerance(money: TableMoney) -> int:
    """What the rounding of its lines may add up to, in minor units."""
    return max(1, math.ceil(money.half * math.sqrt(len(money.lines)))) if money.half else 1


def _sums(money: TableMoney) -> dict[Where, int]:
    found: dict[Where, int] = {}
    for (stage, _, year, flow), amount in money.by_flow.items():
        where = stage, year, flow
        found[where] = found.get(where, 0) + amount
    return found


def _lines(money: TableMoney) -> list[tuple[tuple[str, Where], int]]:
    """Each line by its own name."""
    return [((name, where), amount) for name, where, amount in _records(money)]


def _amounts(money: TableMoney) -> dict[tuple[str, Where], list[int]]:
    """The amounts of the lines of each own name, which may stand several times."""
    found: dict[tuple[str, Where], list[int]] = {}
    for name, where, amount in _records(money):
        found.setdefault((name, where), []).append(amount)
    return found


def _each(groups: Groups) -> dict[tuple[str, Where], tuple[int]]:
    return {key: (amount,) for key, amount in groups.items()}


def _named_lines(money: TableMoney) -> Groups:
    """What the lines of each own name come to, where each stands once."""
    found: Groups = {}
    twice = set()
    for name, where, amount in _records(money):
        if (name, where) in found:
            twice.add((name, where))
        found[name, where] = amount
    return {key: amount for key, amount in found.items() if key not in twice}


def _records(money: TableMoney) -> list[tuple[str, Where, int]]:
    known: list[tuple[str, Where, int]] | None = money.compared.get("records")
    if known is None:
        fields = ("programme", "unit", "counterpart", "body", "stage", "fiscal_year", "flow", "memo", "amount")
        folded: dict[str, str] = {}
        known = []
        for programme, unit, counterpart, body, stage, year, flow, memo, amount in money.records(*fields):
            if memo or not amount:
                continue
            name = programme or unit.split(UNIT_SEPARATOR)[-1] or counterpart or body
            if name not in folded:
                folded[name] = fold_label(name)
            known.append((folded[name], (stage, year, flow), amount))
        money.compared["records"] = known
    return known


def _groups(money: TableMoney) -> list[Groups]:
    """What its lines come to by the names of each kind: its units at each depth, its programmes, and so on."""
    known: list[Groups] | None = money.compared.get("groups")
    if known is None:
        sums: dict[str, Groups] = {field: {} for field in _FIELDS}
        for *names, stage, year, flow, memo, amount in money.records(
            *_FIELDS, "stage", "fiscal_year", "flow", "memo", "amount"
        ):
            where = stage, year, flow
            for of_field, name in zip(sums.values(), names, strict=True):
                if name and not memo:
                    of_field[name, where] = of_field.get((name, where), 0) + amount
        found: dict[tuple[str, int], Groups] = {}
        for field, of_field in sums.items():
            for (name, where), amount in of_field.items():
                for depth, part in enumerate(name.split(UNIT_SEPARATOR)):
                    groups = found.setdefault((field, depth), {})
                    key = fold_label(part), where
                    groups[key] = groups.get(key, 0) + amount
        known = [groups for groups in found.values() if len(groups) > 1]
        known.append(_named_lines(money))
        money.compared["groups"] = known
    return known


def _choose(
    tables: Sequence[Table],
    moneys: Sequence[TableMoney],
    outer: int,
    repeats: Sequence[Repeat],
    write: Callable[[int], str],
) -> Choice:
    """Whether a table and those that it states too are the same money, asked once for all of them."""
    numbers = [repeat.inner for repeat in repeats]
    every = sorted([outer, *numbers])
    parts = "+".join(map(str, numbers))
    comes_to = {n: moneys[n].lines.total for n in every}
    named = ", ".join(f"{_called(tables[n])} ({write(comes_to[n])})" for n in numbers[:_NAMED])
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    whole = abs(sum(comes_to[n] for n in numbers) - comes_to[outer]) <= sum(_tolerance(moneys[n]) for n in every)
    said = "comes to the same as" if repeats[0].whole else "states lines or sums of"
    options = [(str(outer), f"The same money: count {_called(tables[outer])}")]
    if whole or len(numbers) == 1:
        options.append(
            (parts, f"The same money: count {_called(tables[numbers[0]])}{' and the others' if more else ''}")
        )
    return Choice(
        choice_id("counted", "again", *(tables[n].key for n in every)),
        "counted",
        tables[outer].grid.name,
        "\n".join(tables[n].key for n in every),
        f"{named}{more} {said} {_called(tables[outer])} ({write(comes_to[outer])}) too. Is it the same money?",
        (*options, ("+".join(map(str, every)), f"Different money: count {'all' if len(every) > 2 else 'both'}")),
        str(outer),
    )


def _called(table: Table) -> str:
    return f"{table.grid.name!r} {table.block.area(table.grid)}"
