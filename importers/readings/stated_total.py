"""Finds the reading that comes to a total which a person states.

The choices that a workbook leaves open are tried one by one and two together; then columns that were set aside. A
reading that comes to the stated total is proven by it; where none does, the nearest one is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from budget_align.core.returns.reading import Answers, TableAnswers
from budget_align.core.values.refusal import RefusedError
from importers.structure.grid import letter

if TYPE_CHECKING:
    from importers.readings.assembly import Assembly
    from importers.readings.reader import WorkbookReader

_TRIED: Final = 150
"""Readings that are tried before it is said that none comes to the total."""

_COLUMNS: Final = 40


@dataclass(frozen=True)
class Reached:
    """What was found for a stated total.

    Attributes:
        settled: the options that a reading takes to come to it; None where none does.
        answers: the answers with which it is read.
        nearest: what comes nearest but for zero, in minor units; the total itself where it is reached, zero where
            nothing is counted at all.
        why: what was chosen, in words.
    """

    settled: dict[str, str] | None
    answers: Answers
    nearest: int
    why: str = ""


def reach(reader: WorkbookReader, assembly: Assembly, total: int) -> Reached:
    """The reading that comes to a total, in minor units, by stage and year, net of income, or in all."""
    answers = reader.answers
    near = 10**reader.terms.minor_unit - 1
    nearest = 0

    def comes_to(some: Assembly) -> bool:
        nonlocal nearest
        for amount in every_total(some):
            if amount and (not nearest or abs(amount - total) < abs(nearest - total)):
                nearest = amount
        return bool(abs(nearest - total) <= near)

    if comes_to(assembly):
        return Reached(dict(answers.settled), answers, nearest)
    for tried, settled in enumerate(_combinations(assembly, answers.settled)):
        if tried >= _TRIED:
            break
        try:
            if comes_to(reader.assemble(settled)):
                chosen = [assembly.decisions.met[name] for name in settled if name in assembly.decisions.met]
                said = [
                    label for choice in chosen for value, label in choice.options if settled.get(choice.id) == value
                ]
                return Reached(settled, answers, nearest, "; ".join(said))
        except RefusedError:
            continue
    for other, why in _other_columns(assembly, answers, total, near):
        again = reader.with_answers(other)
        if comes_to(again.assemble(other.settled)):
            return Reached(dict(other.settled), other, nearest, why)
    return Reached(None, answers, nearest)


def comes_to_total(reader: WorkbookReader, assembly: Assembly) -> bool:
    """Whether an assembly comes to the total that a person stated, but for less than one unit of the currency."""
    total, near = reader.answers.total, 10**reader.terms.minor_unit - 1
    return total is not None and any(abs(amount - total) <= near for amount in every_total(assembly))


def bodies_that_come_to(assembly: Assembly, total: int, near: int) -> list[str]:
    """The bodies among several whose money of one stage, version, year and flow alone comes to a total."""
    sums: dict[tuple[str, str, str, int, str], int] = {}
    for money in assembly.moneys:
        for key, amount in money.by_body.items():
            sums[key] = sums.get(key, 0) + amount
    return sorted({body for (body, *_), amount in sums.items() if abs(amount - total) <= near})


def every_total(assembly: Assembly) -> Iterator[int]:
    """What a workbook comes to, in minor units: by stage, version, year and flow; net of income; in all. What one body
    among several comes to is none of these: the others would be stored beside it unseen.
    """
    sums: dict[tuple[str, ...], int] = {}
    for money in assembly.moneys:
        for (stage, version, year, flow), amount in money.by_flow.items():
            net = {"expenditure": 1, "income": -1}.get(flow, 0) * amount
            for key, value in (
                (("flow", stage, version, str(year), flow), amount),
                (("net", stage, version, str(year)), net),
                (("all",), net),
            ):
                sums[key] = sums.get(key, 0) + value
    yield from sums.values()


def _combinations(assembly: Assembly, settled: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What may be settled otherwise: each option of each open choice, then of two choices together."""
    choices = [choice for choice in assembly.decisions.open if len(choice.options) > 1]
    for choice in choices:
        for value, _ in choice.options:
            yield {**settled, choice.id: value}
    for one, other in combinations(choices, 2):
        for value, _ in one.options:
            for second, _ in other.options:
                yield {**settled, one.id: value, other.id: second}


def _other_columns(assembly: Assembly, answers: Answers, total: int, near: int) -> Iterator[tuple[Answers, str]]:
    """Answers that count a column which was set aside, where its rows come to the total by themselves."""
    for table in assembly.tables:
        home, grid = table.grid.terms.currency, table.grid
        worth = table.context.unit.minor(home)
        counted = [column for column in table.columns if column.role == "amount"]
        for column in table.columns[:_COLUMNS]:
            if column.index not in table.block.values or column.role == "amount":
                continue
            numbers = np.nan_to_num(grid.numbers[table.block.data, column.index]) * worth
            lines = np.zeros(len(numbers), dtype=bool)
            lines[table.line_rows] = True
            for amount in (numbers[lines].sum(), numbers.sum()):
                if abs(float(amount) - total) <= near + 1e-6 * abs(total) and amount:
                    roles = {each.letter: "unused" for each in counted} | {column.letter: "amount"}
                    own = answers.tables.get(table.key, TableAnswers())
                    changed = own.model_copy(update={"columns": {**own.columns, **roles}})
                    tables = {**answers.tables, table.key: changed}
                    yield (
                        answers.model_copy(update={"tables": tables}),
                        f"column {letter(column.index)} of {grid.name!r} counts, and no other",
                    )
                    break
