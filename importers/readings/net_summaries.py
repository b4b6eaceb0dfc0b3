"""Tells tables that state what others spend less what they receive: a page of net budgets, one line for each
directorate whose own sheet shows both sides, is the same money again. What shows both sides counts before it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from budget_align.core.returns.reading import ControlTotal, Finding
from importers.evidence.choices import Choice, choice_id
from importers.readings.summaries import as_summary
from importers.readings.table import Table
from importers.readings.table_money import LONGEST_SUMMARY, Key, Stated, TableMoney
from importers.words.row_words import fold_label

_FEWEST: Final = 2
_DIGITS_OF_LINE: Final = 2.0
_DIGITS_TOGETHER: Final = 6.0
_DIGITS_OF_WHOLE: Final = 4.0
_NAMED: Final = 3

Nets = dict[tuple[str, int], int]
"""Spending less income by stage and fiscal year."""


def tell_net_summaries(
    tables: Sequence[Table], moneys: Sequence[TableMoney], summaries: Collection[int]
) -> dict[int, tuple[Finding, list[ControlTotal]]]:
    """The tables each of whose lines names another table and states what that one comes to net of income, by their
    place, as `tell_summaries` gives them.

    Args:
        tables: the tables with money.
        moneys: each table's lines and totals.
        summaries: the places of those that are known to repeat others.
    """
    found: dict[int, tuple[Finding, list[ControlTotal]]] = {}
    for number in _stating_nets(tables, moneys, summaries):
        of_rows = _details(number, moneys, summaries)
        named = [_names(tables[other], row.label) for row, other in of_rows]
        if not of_rows or not all(named):
            continue
        sums: dict[Key, int] = {}
        for row, other in of_rows:
            for (stage, year), amount in _nets(moneys[other]).items():
                sums[fold_label(row.label), stage, year] = amount
        found[number] = as_summary(moneys[number], tables[number].grid.name, len(moneys[number].named), sums)
    return found


def ask_about_nets(
    tables: Sequence[Table],
    moneys: Sequence[TableMoney],
    summaries: Mapping[int, TableMoney],
    write: Callable[[int], str],
) -> list[Choice]:
    """The choices that tables leave whose lines, or one row, state what others come to net of income.

    Args:
        tables: the tables with money.
        moneys: each table's lines and totals; no lines of one that does not count.
        summaries: those that are known to repeat others, as they were before that was known.
        write: how an amount is written for a person.
    """
    found: list[Choice] = []
    groups: list[list[int]] = []
    for number, money in summaries.items():
        groups.append([other for _, other in _details(number, [*moneys[:number], money, *moneys[number + 1 :]], ())])
    stating = _stating_nets(tables, moneys, summaries)
    for number in stating:
        of_rows = _details(number, moneys, summaries)
        if of_rows:
            groups.append([other for _, other in of_rows])
            found.append(_choose(tables, moneys, number, groups[-1], of_rows[0][0], write))
    shapes: dict[tuple[str, ...], list[int]] = {}
    for number, money in enumerate(moneys):
        if _nets(money) and number not in summaries:
            shapes.setdefault(tuple(column.role for column in tables[number].columns), []).append(number)
    groups += [*shapes.values(), [number for alike in shapes.values() for number in alike]]
    asked = {choice.table for choice in found}
    for number in stating:
        for group in groups:
            row = _states_together(moneys[number], [moneys[other] for other in group])
            if number in group or row is None or any(tables[number].key in keys.split("\n") for keys in asked):
                continue
            found.append(_choose(tables, moneys, number, group, row, write))
            asked.add(found[-1].table)
    return found


def _stating_nets(tables: Sequence[Table], moneys: Sequence[TableMoney], summaries: Collection[int]) -> list[int]:
    """The places of the tables that may state nets of others: they show one side alone."""
    return [
        number
        for number, money in enumerate(moneys)
        if number not in summaries
        and 0 < len(money.lines) <= LONGEST_SUMMARY
        and tables[number].context.counted_belief.confidence < 1
        and {flow for *_, flow in money.by_flow} == {"expenditure"}
    ]


def _details(number: int, moneys: Sequence[TableMoney], summaries: Collection[int]) -> list[tuple[Stated, int]]:
    """Each line of a table with the place of the one whose net it states; none where any line states no net, or the
    lines have so few digits together that they may do so by chance.
    """
    money = moneys[number]
    rows = [row for row in money.by_row if any(row.figures.values())]
    if not _FEWEST <= len(rows) <= len(moneys):
        return []
    details = {n: nets for n, m in enumerate(moneys) if n not in (number, *summaries) and (nets := _nets(m))}
    found: list[tuple[Stated, int]] = []
    digits = 0.0
    for row in rows:
        near = {n: _digits_shared(row.nets, nets, *_rounding(money, [moneys[n]])) for n, nets in details.items()}
        best = max(near, key=lambda n: near[n], default=None)
        if best is None or near[best] < _DIGITS_OF_LINE:
            return []
        digits += near[best]
        found.append((row, best))
        del details[best]
    return found if digits >= _DIGITS_TOGETHER else []


def _states_together(money: TableMoney, others: Sequence[TableMoney]) -> Stated | None:
    """The row of a table that states what several others come to together, net of income."""
    if len(others) < _FEWEST:
        return None
    together = _net_together(others)
    near = _rounding(money, others)
    return next((row for row in money.rows if _digits_shared(row.nets, together, *near) >= _DIGITS_OF_WHOLE), None)


def _net_together(others: Sequence[TableMoney]) -> Nets:
    together: Counter[tuple[str, int]] = Counter()
    for other in others:
        together.update(_nets(other))
    return together


def _nets(money: TableMoney) -> Nets:
    """What a table with both sides spends less what it receives; nothing for one of one side."""
    if {flow for *_, flow in money.by_flow} != {"expenditure", "income"}:
        return {}
    found: Nets = {}
    for (stage, _, year, flow), amount in money.by_flow.items():
        found[stage, year] = found.get((stage, year), 0) + (amount if flow == "expenditure" else -amount)
    return found


def _digits_shared(one: Nets, other: Mapping[tuple[str, int], int], half: int, rounding: int) -> float:
    """How many digits tell that nets are the same in all that both have; none where any differs. What is the same as
    printed tells more than what is so but for the rounding of lines.
    """
    shared = [key for key in one if key in other and (one[key] or other[key])]
    apart = {key: abs(one[key] - other[key]) for key in shared}
    if any(difference > rounding for difference in apart.values()):
        return 0.0
    near = {key: half if difference <= half else rounding for key, difference in apart.items()}
    return sum(math.log10(max(1.0, abs(one[key]) / max(1, 2 * near[key]))) for key in shared)


def _rounding(money: TableMoney, others: Sequence[TableMoney]) -> tuple[int, int]:
    """Half of the last place that is printed, and what the rounding of lines may add up to, in minor units."""
    lines = sum(len(other.lines) for other in others)
    half = max((other.half for other in others), default=0)
    return max(half, money.half), max(1, money.half + math.ceil(half * math.sqrt(lines)))


def _names(table: Table, label: str) -> bool:
    """Whether a label is in the title of a table, or in the name of its sheet."""
    said = [table.grid.name, *(table.grid.text(*where) for where in table.block.titles[:2])]
    name = fold_label(label)
    return bool(name) and any(f" {name} " in f" {fold_label(text)} " for text in said)


def _choose(
    tables: Sequence[Table],
    moneys: Sequence[TableMoney],
    number: int,
    details: Sequence[int],
    row: Stated,
    write: Callable[[int], str],
) -> Choice:
    together = _net_together([moneys[other] for other in details])
    amount = next((amount for key, amount in sorted(row.nets.items(), reverse=True) if key in together), row.last)
    parts = "+".join(map(str, details))
    named = ", ".join(_called(tables[other]) for other in details[:_NAMED])
    named += f" and {len(details) - _NAMED} more" if len(details) > _NAMED else ""
    every = sorted([number, *details])
    return Choice(
        choice_id("counted", "nets", *(tables[n].key for n in every)),
        "counted",
        tables[number].grid.name,
        "\n".join(tables[n].key for n in every),
        f"{_called(tables[number])} states what {len(details)} other tables spend less what they receive, as "
        f"{row.label!r} in {row.sheet}!{row.cell} does ({write(amount)}). Is it the same money?",
        (
            (parts, f"The same money: count what is spent and received in {named}"),
            (str(number), f"The same money: count {_called(tables[number])}, which shows the net alone"),
            ("+".join(map(str, every)), "Different money: count all"),
        ),
        parts,
    )


def _called(table: Table) -> str:
    return f"{table.grid.name!r} {table.block.area(table.grid)}"
