"""Rows below what is received and what is spent, each with a total that proves it: lending, what is left, and how that
is financed.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Final

from importers.evidence.choices import Decisions
from importers.readings.row_flows import rows_set_aside
from importers.readings.table import Table
from importers.readings.told_flows import flows_around
from importers.relations.nets import find_nets
from importers.relations.sums import Entry
from importers.words import flow_words, lexicon, row_words

_LONGEST: Final = 60
_NAMED: Final = 4
_MOST: Final = 40


def choose_beyond_sections(table: Table, decisions: Decisions) -> None:
    """Makes memo lines of those below the sections of income and of spending that stand in neither, where one of them
    states what is left and a person says that they do not count: they may be further spending, which is a choice.
    """
    if table.sums is None or table.of_role("flow") or any(c.flow for c in table.of_role("amount")):
        return
    sections = [e for e in table.sums.top if e.is_total and e.exact and flow_words.find_flow(e.label)]
    flows = {flow_words.find_flow(section.label) for section in sections}
    if not {"income", "expenditure"} <= flows or _tell_what_is_left(table, sections):
        return
    last = max(line.row for section in sections for line in [section, *section.lines()])
    beyond = [e for e in table.sums.top if e.row > last and not e.memo and any(e.amounts)]
    around = flows_around(table)
    lines = [line for entry in beyond for line in entry.lines() if line.row not in around]
    if not 0 < len(lines) <= _MOST or not any(map(_says_result, beyond)):
        return
    column = table.of_role("amount")[0].index
    cells = ", ".join(f"{table.grid.address(e.row, column)} ({e.label[:_LONGEST]!r})" for e in lines[:_NAMED])
    more = f" and {len(lines) - _NAMED} more rows" if len(lines) > _NAMED else ""
    choice = table.choice(
        "rows",
        ("beyond sections", cells),
        f"Below what is received and spent in {table.grid.name!r} stand {cells}{more}, which are in neither. Do they "
        "count?",
        (
            ("leave", "No, they say what is left and how it is financed: leave them out"),
            ("count", "Yes, they are spent too"),
        ),
        "leave",
    )
    if decisions.take(choice) == "leave":
        # What was made of them, such as a net of lending, says nothing either.
        table.sums.nets.clear()
        for entry in beyond:
            for each in [*entry.lines(), *entry.totals()]:
                each.memo = each.of_which = each.memo or each.row not in around


def _tell_what_is_left(table: Table, sections: Sequence[Entry]) -> bool:
    """Whether a row states what some of the sections leave, which tells what stands below it."""
    assert table.sums is not None
    nets = table.sums.nets or find_nets(deepcopy(table.sums), rows_set_aside(table))
    told = {each.row for net in nets for each in (*net.one, *net.other)}
    return any(section.row in told for section in sections)


def _says_result(entry: Entry) -> bool:
    return lexicon.says("result", entry.label) or row_words.says_surplus(entry.label)
