"""How sure the reading of a table is: proven by a total, told by its layout, or doubtful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from budget_align.core.returns.reading import Belief, ControlTotal, Question, Topic
from budget_align.core.returns.reconciliation import whole_totals
from importers.evidence.choices import Choice

if TYPE_CHECKING:
    from importers.readings.table import Table
    from importers.readings.table_money import TableMoney

PROVEN: Final = "proven"
TOLD: Final = "told"
DOUBTFUL: Final = "doubtful"

_STRUCTURE: Final[frozenset[Topic]] = frozenset(("amount", "rows", "counted"))
"""What is asked about which cells hold the money."""

_MANY: Final = 3
"""From so many questions about which cells hold the money on, the answers together need a look at what they come to."""


def is_proven(money: TableMoney, totals: Sequence[ControlTotal]) -> bool:
    """Whether the lines that count are those that totals of the whole table sum, each of which they come to."""
    wholes = whole_totals(totals)
    if not wholes or not all(total.reconciled for total in wholes):
        return False
    covered: dict[tuple[str, str, int, str], int] = {}
    for total in wholes:
        key = total.stage, total.version, total.fiscal_year or 0, total.flow
        covered[key] = covered.get(key, 0) + total.read
    return all(covered.get(key) == amount for key, amount in money.by_flow.items() if amount)


def differing(totals: Iterable[ControlTotal]) -> list[ControlTotal]:
    """The totals of counted lines that these do not come to, beyond their rounding."""
    return [total for total in totals if not total.memo and not total.reconciled]


def standing_of(
    table: Table,
    money: TableMoney,
    totals: Sequence[ControlTotal],
    questions: Sequence[Question],
    *,
    reached: bool = False,
) -> Belief:
    """Whether a table is proven, told or doubtful, and why in words.

    Args:
        table: the table.
        money: its lines.
        totals: those that it states, beside what was read.
        questions: what is open in the whole workbook.
        reached: the workbook comes to a total that a person stated.
    """
    about = sum(question.table == table.key for question in questions)
    if about:
        said = "a question is open" if about == 1 else f"{about} questions are open"
        return Belief(value=DOUBTFUL, confidence=0.5, evidence=said)
    if reached:
        return Belief(value=PROVEN, confidence=1.0, evidence="the workbook comes to the total that a person stated")
    if is_proven(money, totals):
        return Belief(value=PROVEN, confidence=1.0, evidence="its lines add up to the totals that it states")
    apart = differing(totals)
    if apart:
        return Belief(
            value=DOUBTFUL, confidence=0.5, evidence=f"{apart[0].cell} is not what its lines come to, as was accepted"
        )
    least = min((column.confidence for column in table.of_role("amount")), default=1.0)
    return Belief(value=TOLD, confidence=least, evidence="its layout leaves nothing open, and no total states its sum")


def is_much_in_doubt(choices: Iterable[Choice], tables: Sequence[Table]) -> bool:
    """Whether so much was asked about which cells hold the money that what the answers come to together is shown to a
    person once more.
    """
    counted = {table.key for table in tables}
    about = [
        choice
        for choice in choices
        if choice.topic in _STRUCTURE and len(choice.options) > 1 and counted & set(choice.table.split("\n"))
    ]
    return len(about) >= _MANY
