"""Asks about tables that speak of balances, posts, rates or measures beside those of the budget: a book has sheets of
reserves, council tax and staff, whose numbers under a year look like money that is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from importers.evidence.choices import Choice, choice_id
from importers.readings.table import Table
from importers.readings.table_money import TableMoney
from importers.words import title_words

_NAMED = 4


def ask_about_other_sheets(
    tables: Sequence[Table], moneys: Sequence[TableMoney], write: Callable[[int], str]
) -> list[Choice]:
    """The choice that tables leave whose titles say that they state no spending, beside others that do not say so: one
    for all of them.

    Args:
        tables: the tables with money.
        moneys: each table's lines and totals; no lines of one that does not count.
        write: how an amount is written for a person.
    """
    counted = [n for n, money in enumerate(moneys) if len(money.frame)]
    others = [n for n in counted if _says_otherwise(tables[n])]
    settled = all(tables[n].context.counted_belief.confidence == 1 for n in others)
    if not others or len(others) == len(counted) or settled:
        return []
    amounts = [int(moneys[n].frame.loc[~moneys[n].frame["memo"], "amount"].sum()) for n in others]
    named = ", ".join(
        f"{_called(tables[n])} ({write(amount)})" for n, amount in zip(others[:_NAMED], amounts, strict=False)
    )
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    numbers = "+".join(map(str, others))
    return [
        Choice(
            choice_id("counted", "other sheets", *(tables[n].key for n in others)),
            "counted",
            tables[others[0]].grid.name,
            "\n".join(tables[n].key for n in others),
            f"{named}{more}: the titles speak of balances, staff, rates or measures, and not of what is spent or "
            "received. Does this count?",
            (("leave", "No, leave it out"), (numbers, "Yes, count it with the rest")),
            "leave",
        )
    ]


def _says_otherwise(table: Table) -> bool:
    """Whether a table's title, or the name of its sheet, says that it states no spending."""
    said = [table.grid.name, *(table.grid.text(*where) for where in table.block.titles)]
    return any(title_words.says_no_spending(text) for text in said)


def _called(table: Table) -> str:
    return f"{table.grid.name!r} {table.block.area()}"
