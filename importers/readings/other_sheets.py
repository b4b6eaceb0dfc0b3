"""Asks about tables that speak of balances, posts, rates or measures beside those of the budget: a book has sheets of
reserves, council tax and staff, whose numbers under a year look like money that is spent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from budget_align.core.values.fiscal_year import says_year
from importers.evidence.choices import Choice, choice_id
from importers.evidence.column_nets import side_of
from importers.evidence.stocks import says_stock
from importers.readings.standing import is_proven
from importers.readings.table import Table
from importers.readings.table_money import TableMoney
from importers.relations.counts import are_counts
from importers.words import lexicon, row_words, title_words
from importers.words.unit_words import find_unit

_NAMED = 4
_NAMES = 3
_MOSTLY = 0.8


def ask_about_other_sheets(
    tables: Sequence[Table], moneys: Sequence[TableMoney], write: Callable[[int], str]
) -> list[Choice]:
    """The choice that tables leave whose titles say that they state no spending, or a part of what another states, or
    of which nothing says the year, beside others that are a budget, or alone: one for all of them.

    Args:
        tables: the tables with money.
        moneys: each table's lines and totals; no lines of one that does not count.
        write: how an amount is written for a person.
    """
    counted = [n for n, money in enumerate(moneys) if len(money.lines)]
    why = {n: "speaks" for n in counted if _says_otherwise(tables[n]) or _names_counts(tables[n])}
    why |= {n: "file" for n in counted if n not in why and _counts_things(tables[n], [tables[n].context.file_says])}
    budget = [n for n in counted if n not in why]
    if any(is_proven(moneys[n], moneys[n].totals) and not moneys[n].undated.any() for n in budget):
        why |= {n: "undated" for n in budget if moneys[n].undated.all()}
    below = {n: "below" for n in budget if n not in why and _is_below_zero(moneys[n])}
    why |= below if len(below) < len(budget) else {}
    apart = {n: reason for n in budget if n not in why and (reason := _stands_apart(tables[n]))}
    why |= apart if len(apart) < len(set(budget) - why.keys()) else {}
    why |= {n: "part" for n in budget if n not in why and _is_part_of_another(n, tables, moneys, budget)}
    why |= {n: "counts" for n in budget if n not in why and _counts(n, tables, moneys, budget)}
    left = [n for n in budget if n not in why]
    why |= {n: "untold" for n in left if _is_untold(n, tables, moneys, left)}
    others = sorted(why)
    # Alone it is asked about where its own words say so, and say nothing of a budget.
    plain = set(why.values()) <= {"speaks", "file"} and not any(
        why[n] == "speaks" and _says_budget(tables[n]) for n in others
    )
    alone = len(others) == len(counted) and not plain
    settled = all(tables[n].context.counted_belief.confidence == 1 for n in others)
    if not others or alone or settled:
        return []
    amounts = [moneys[n].lines.total for n in others]
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
            f"{named}{more}: {_reasons(why)}. Does this count?",
            (("leave", "No, leave it out"), (numbers, "Yes, count it with the rest")),
            "" if set(why.values()) == {"untold"} else "leave",
        )
    ]


_WHY = {
    "speaks": "the titles or headers speak of balances, staff, rates or measures, and not of what is spent or received",
    "file": "the name of the file speaks of what is counted, and the figures are whole, small and without a unit",
    "refused": "the title says that it is in no budget, or in another table",
    "aside": "the title speaks of an example, an archive, or of what may come or is never paid",
    "undated": "nothing says the year, and the budget beside it is whole without it",
    "below": "every amount is below zero, as savings and other changes are, beside a budget that is not",
    "counts": "its figures are whole and far smaller than those of the same names in another table, as posts are",
    "untold": "it stands below a budget that is whole without it, under a title and header that say nothing of money",
    "part": "the title says that it is a part of what another table states, and no figure is above that one's",
}


def _reasons(why: Mapping[int, str]) -> str:
    return "; ".join(_WHY[reason] for reason in dict.fromkeys(why.values()))


def _says_otherwise(table: Table) -> bool:
    """Whether a table's title, its headers, or the name of its sheet, say that it states no spending."""
    amounts = table.of_role("amount")
    said = [title for title in _titles(table) if title_words.says_no_spending(title)]
    # A budget and what was spent of it are those of a fund that is called by what it is for: "Debt".
    spent = len({column.stage for column in amounts} - {""}) > 1
    if said and not (spent and all(map(title_words.says_held, said))):
        return True
    if any(map(_OWED.search, _titles(table))) and all(_AT_A_DAY.match(column.header) for column in amounts):
        return True
    if amounts and all(says_stock(column.header) for column in amounts):
        return True
    return title_words.says_targets([column.header for column in table.columns])


def _stands_apart(table: Table) -> str:
    """Why a title or the name of a sheet tells what stands beside a budget and is none; empty where none does."""
    if any(map(title_words.says_not_granted, _titles(table))):
        return "refused"
    return "aside" if any(map(title_words.says_aside, _titles(table))) else ""


def _names_counts(table: Table) -> bool:
    """Whether a title or the name of the sheet names what is counted, such as posts."""
    return _counts_things(table, _titles(table))


def _counts_things(table: Table, titles: Sequence[str]) -> bool:
    """Whether a title names what is counted, no unit of money is stated, and every figure is whole and small enough."""
    if not _names_what_is_counted(table, titles):
        return False
    money = [column.index for column in table.of_role("amount")]
    numbers = table.grid.numbers[np.ix_(table.block.data, np.array(money, dtype=np.int64))]
    stated = np.abs(numbers[np.isfinite(numbers)])
    return bool(len(stated)) and bool((stated % 1 == 0).all()) and float(stated.max()) < _LARGEST_COUNT


def _names_what_is_counted(table: Table, titles: Sequence[str]) -> bool:
    """Whether a title names what is counted, and no unit of money is stated."""
    headers = [column.header for column in table.columns]
    return any(lexicon.says("quantity", title) for title in titles) and not any(
        map(find_unit, (*titles, *_titles(table), *headers))
    )


_LARGEST_COUNT: Final = 10_000
"""Larger ones may be amounts in thousands, whatever the title names beside them."""

_OWED: Final = re.compile(r"\b(outstanding|owed|owing)\b", re.IGNORECASE)
_AT_A_DAY: Final = re.compile(r"\W*(as )?(at|of|on)\b|\W*\d{1,2}\W", re.IGNORECASE)


def _is_below_zero(money: TableMoney) -> bool:
    """Whether every line of a table that is spent is below zero, and there are several."""
    lines = money.lines
    if len(lines) < _NAMES or lines.array("amount").max() >= 0:
        return False
    return lines.distinct("flow") == {"expenditure"} and not lines.array("memo").any()


def _says_budget(table: Table) -> bool:
    """Whether its titles speak of what is budgeted, spent or received too, as a statement of funds does, or its columns
    or sections name both what is spent and what is received, and no balance.
    """
    if _leaves_of_income(table):
        return True
    amounts = table.of_role("amount")
    both = {side_of(column) for column in amounts} >= {"expenditure", "income"}
    if both and not any(says_stock(column.header) for column in table.columns):
        return True
    return any(lexicon.says(meaning, text) for text in _titles(table) for meaning in _OF_BUDGETS)


def _leaves_of_income(table: Table) -> bool:
    """Whether a row states what is left of what its sections receive after what they spend, and none is a balance."""
    both = set(table.flows.values()) >= {"expenditure", "income"}
    return both and not any(map(row_words.says_balance, table.labels.words))


_OF_BUDGETS: Final[tuple[lexicon.Meaning, ...]] = ("budget", "expenditure", "income", "outturn")


def _titles(table: Table) -> list[str]:
    said = [table.grid.name, *(table.grid.text(*where) for where in table.block.titles)]
    # A header over the names of rows may be all the title that a table has.
    return said + [column.header for column in table.columns if column.index in table.block.labels]


def _is_part_of_another(
    number: int, tables: Sequence[Table], moneys: Sequence[TableMoney], others: Sequence[int]
) -> bool:
    """Whether a title calls a table a part, and another table states as much or more under each of its names."""
    table = tables[number]
    said = [table.grid.name, *(table.grid.text(*where) for where in table.block.titles)]
    if not any(map(title_words.says_part, said)):
        return False
    own = moneys[number].by_programme
    for other in others:
        whole = moneys[other].by_programme if other != number else {}
        shared = [key for key in own if key in whole]
        if len(shared) >= _NAMES and len(shared) >= _MOSTLY * len(own):
            below = sum(abs(own[key]) <= abs(whole[key]) for key in shared)
            if below >= _MOSTLY * len(shared):
                return True
    return False


def _is_untold(number: int, tables: Sequence[Table], moneys: Sequence[TableMoney], left: Sequence[int]) -> bool:
    """Whether a table is the only other one on a sheet below one whose titles all speak of a budget and that comes to
    its total, has a total, a title and a header over its names of its own, and nothing in its title speaks of money.
    """
    table = tables[number]
    beside = [n for n in left if tables[n].grid is table.grid]
    if len(beside) != _BESIDE or not all(is_proven(moneys[n], moneys[n].totals) for n in beside):
        return False
    first = tables[beside[0]]
    if number == beside[0] or first.block.body[-1] >= table.block.body[0]:
        return False
    titles, above = ([each.grid.text(*where) for where in each.block.titles] for each in (table, first))
    heads, over = ({c.header for c in each.columns if c.index in each.block.labels} for each in (table, first))
    plain = bool(titles) and not any(map(_says_money, titles))
    return plain and bool(above) and all(map(_says_money, above)) and heads.isdisjoint(over)


_BESIDE: Final = 2
"""More tables below each other are those of departments or funds."""

_OF_MONEY: Final[tuple[lexicon.Meaning, ...]] = (
    *("budget", "expenditure", "income", "outturn", "forecast", "plan", "money", "financing", "original", "revised"),
    *("net", "gross", "either_way", "change", "commitment"),
)


def _says_money(title: str) -> bool:
    """Whether a title speaks of amounts of a budget, or says their year, unit or body."""
    if says_year(title) or find_unit(title) or title_words.names_body(title) or title_words.says_continued(title):
        return True
    return any(lexicon.says(meaning, title) for meaning in _OF_MONEY) or bool(_CONTROLS.search(title))


_CONTROLS: Final = re.compile(
    r"\b(capital|revenue|resource|current|recurrent|development|programmes?)\b", re.IGNORECASE
)


def _counts(number: int, tables: Sequence[Table], moneys: Sequence[TableMoney], others: Sequence[int]) -> bool:
    """Whether a table counts something under the names of another that states money."""
    table = tables[number]
    minor = 10**table.grid.terms.minor_unit * table.context.unit.multiplier
    said = _names_what_is_counted(table, _titles(table))
    own = moneys[number].by_programme if len(moneys[number].lines) <= _LONGEST_COUNTED else {}
    return bool(own) and any(
        other != number
        and len(moneys[other].lines) <= _LONGEST_COUNTED
        and tables[other].context.unit.multiplier == table.context.unit.multiplier
        and are_counts(own, moneys[other].by_programme, minor, said=said)
        for other in others
    )


_LONGEST_COUNTED = 1_000


def _called(table: Table) -> str:
    return f"{table.grid.name!r} {table.block.area(table.grid)}"
