"""Words for what is received and what is spent in languages of which no list has the words: where two of them part all
the money of a table, or of a workbook, which is which is asked; so it is where one of the two is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from importers.evidence.choices import Choice, Decisions, choice_id
from importers.readings.table import Table
from importers.readings.table_money import TableMoney
from importers.readings.told_flows import is_flow_open, is_titled
from importers.structure.texts import Texts
from importers.words import flow_words, lexicon, row_words, vocabulary

_LONGEST: Final = 40
_FEWEST_ROWS: Final = 2
_SURE: Final = 0.8
_SIDES: Final = {
    "one": ("income", "expenditure"),
    "other": ("expenditure", "income"),
    "spent": ("expenditure", "expenditure"),
}


def tell_flows_of_words(table: Table, decisions: Decisions) -> None:
    """Gives the rows of a table their flows, where all of them stand under one of two words of an unknown language, in
    a column or as headings.
    """
    if not is_flow_open(table):
        return
    if not _is_open(table):
        _tell_other_of_two(table, decisions)
        return
    rows = table.block.data[table.line_rows].tolist()
    for words in (*_words_of_columns(table), _headings(table), _totals(table)):
        named = list(dict.fromkeys(words))
        if len(named) != 2 or not all(_may_be_flow(word) for word in named):
            continue
        runs = 1 + sum(one != other for one, other in pairwise(words))
        if runs != len(named) or min(words.count(word) for word in named) < _FEWEST_ROWS:
            continue
        choice = table.choice(
            "flow",
            ("unknown", *named),
            f"All money of {table.grid.name!r} stands under {named[0]!r} or {named[1]!r}. Is one of them received and "
            "the other spent?",
            _options(named[0], named[1]),
            "",
            assumed="spent",
        )
        flows = dict(zip(named, _SIDES[decisions.take(choice)], strict=True))
        if len(set(flows.values())) > 1:
            table.flows |= {row: flows[word] for row, word in zip(rows, words, strict=True)}
        return


def _tell_other_of_two(table: Table, decisions: Decisions) -> None:
    """Gives the lines of a table their flows, where a column that speaks of kinds says of each that it is spent or one
    other word: that may be what is received.
    """
    if is_titled(table) and table.context.flow.value != "expenditure":
        return
    rows = table.block.data[table.line_rows].tolist()
    for column in table.columns:
        if column.index not in table.block.labels or not lexicon.says("flow", column.header):
            continue
        texts = table.block.texts(table.grid, column.index, with_numbers=False)
        words = [texts.said(place) for place in table.line_rows.tolist()]
        named = list(dict.fromkeys(words))
        spent = [word for word in named if flow_words.find_flow(word) == "expenditure"]
        if len(named) != _TWO or len(spent) != 1 or min(map(words.count, named)) < _FEWEST_ROWS:
            continue
        other = next(word for word in named if word not in spent)
        if not _may_be_flow(other) or vocabulary.find_control(other):
            continue
        choice = table.choice(
            "flow",
            ("other", column.letter, *named),
            f"Column {column.letter} of {table.grid.name!r} calls some rows {spent[0]!r} and all others {other!r}. Are "
            "these received?",
            (("received", f"{other!r} is received"), ("spent", f"{other!r} is spent too: nothing is received")),
            "",
            assumed="spent",
        )
        if decisions.take(choice) == "received":
            flows = {spent[0]: "expenditure", other: "income"}
            table.flows |= {row: flows[word] for row, word in zip(rows, words, strict=True)}
        return


_TWO: Final = 2


def tell_flows_of_sheets(tables: Sequence[Table], moneys: list[TableMoney], decisions: Decisions) -> None:
    """Gives the lines of two sheets their flows, where both are counted and nothing but their names, of an unknown
    language, tells them apart.
    """
    found = [number for number, money in enumerate(moneys) if len(money.lines)]
    if len(found) != 2 or any(choice.topic in ("counted", "flow") for choice in decisions.met.values()):
        return
    one, other = (tables[number] for number in found)
    alike = [column.header for column in one.columns] == [column.header for column in other.columns]
    names = one.grid.name, other.grid.name
    if not alike or names[0] == names[1] or not all(_is_open(t) and _may_be_flow(t.grid.name) for t in (one, other)):
        return
    if {flow for number in found for flow in moneys[number].lines.distinct("flow")} != {"expenditure"}:
        return
    choice = Choice(
        choice_id("flow", "sheets", *names),
        "flow",
        names[0],
        one.key,
        f"Sheets {names[0]!r} and {names[1]!r} differ by nothing but their names. Is one of them received and the "
        "other spent?",
        _options(*names),
        "",
        "spent",
    )
    for number, flow in zip(found, _SIDES[decisions.take(choice)], strict=True):
        if flow == "income":
            money = moneys[number]
            lines = money.lines.with_column("flow", Texts.same(flow, len(money.lines)))
            moneys[number] = TableMoney(lines, money.totals, money.half)


def _options(one: str, other: str) -> tuple[tuple[str, str], ...]:
    return (
        ("one", f"{one!r} is received, {other!r} is spent"),
        ("other", f"{one!r} is spent, {other!r} is received"),
        ("spent", "Both are spent: neither is received"),
    )


def _is_open(table: Table) -> bool:
    """Whether the headers of a table are of a language of which nothing is known, and neither they nor titles say which
    way its money runs.
    """
    said = [c.header for c in table.columns if c.header and vocabulary.without_year_and_unit(c.header)]
    # "Type" stands over such words in files of every language.
    headers = [header for header in said if not lexicon.says("flow", header)]
    if table.context.flow.confidence >= _SURE or any(c.flow for c in table.of_role("amount")):
        return False
    return bool(headers) and not any(_is_known(header) for header in headers)


def _is_known(header: str) -> bool:
    return bool(vocabulary.find_role(header)) or any(lexicon.knows(word) for word in header.split())


def _may_be_flow(word: str) -> bool:
    """Whether a word is short, no number and of no known meaning."""
    digits = any(character.isdigit() for character in word)
    return (
        bool(word) and len(word) <= _LONGEST and not digits and not _is_known(word) and not row_words.says_total(word)
    )


def _words_of_columns(table: Table) -> Iterable[list[str]]:
    """What each column of labels says of every line, from the outermost on; none of one that leaves lines open."""
    for column in table.columns:
        if column.index in table.block.labels:
            texts = table.block.texts(table.grid, column.index, with_numbers=False)
            words = [texts.said(place) for place in table.line_rows.tolist()]
            if words and all(words):
                yield words


def _totals(table: Table) -> list[str]:
    """The outermost total over each line; nothing where any line stands in none."""
    if table.sums is None:
        return []
    over = {line.row: entry.label for entry in table.sums.top if entry.is_total for line in entry.lines()}
    named = [over.get(row, "") for row in table.block.data[table.line_rows].tolist()]
    return named if all(named) else []


def _headings(table: Table) -> list[str]:
    """The outermost heading over each line; nothing where any line has none."""
    if table.sums is None:
        return []
    over = [table.sums.headings.get(row, ()) for row in table.block.data[table.line_rows].tolist()]
    return [headings[0] for headings in over] if over and all(over) else []
