"""Rows that state what all rows of one flow come to: "Total expenditure" below services that each state what they spend
and receive.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from importers.evidence.choices import Decisions
from importers.evidence.row_dimensions import tell_flow
from importers.readings.table import Table
from importers.readings.told_flows import flows_told
from importers.structure.grid import Bools
from importers.words import lexicon, row_words, vocabulary


def choose_totals_of_flows(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows that a column of flows, or their names where it is silent, call totals of one of them, as places among
    the rows of data: all rows of that flow come to each, else whether they count is a choice.
    """
    money = [column.index for column in table.of_role("amount")]
    found: set[int] = set()
    unlike: list[int] = []
    for column in table.of_role("flow") if money else ():
        texts = table.block.texts(table.grid, column.index, with_numbers=False)
        flows = np.array([tell_flow(word) for word in texts.words], dtype=object)[texts.codes]
        worded = np.array([row_words.says_total(word) for word in texts.words], dtype=bool)[texts.codes]
        named = {
            place: flow for place in np.flatnonzero(~texts.filled).tolist() if (flow := _flow_of_total(table, place))
        }
        flows[list(named)] = list(named.values())
        worded[list(named)] = True
        of_all = _said_by_names(table, flows, worded)
        worded[of_all] = True
        counted = np.ones(len(texts.codes), dtype=bool)
        counted[list(table.shares)] = False
        for place in np.flatnonzero(worded & counted).tolist():
            lines = np.flatnonzero((flows == flows[place]) & ~worded & counted)
            if len(lines) > 1 and table.amounts[place, money].any():
                sums = table.amounts[lines][:, money].sum(axis=0)
                same = bool((np.abs(sums) == np.abs(table.amounts[place, money])).all())
                if same:
                    found.add(place)
                elif place not in named and place not in of_all:
                    unlike.append(place)
    if not unlike:
        return frozenset(found)
    cells = table.cells_of([int(table.block.data[place]) for place in unlike])
    choice = table.choice(
        "rows",
        ("flows", cells),
        f"{table.grid.name!r} calls {cells} totals, and the rows of the same kind do not come to them. Do they count?",
        (("leave", "Leave out what is called a total"), ("count", "Count them as lines of their own")),
        "leave",
    )
    return frozenset(found if decisions.take(choice) == "count" else found.union(unlike))


def find_flows_stated_again(table: Table) -> frozenset[int]:
    """The lines named after a flow, or after what is left of two, that state what all other lines of it come to, as the
    statement at the end of a budget of chapters does; as places among the rows of data.
    """
    money = [column.index for column in table.of_role("amount")]
    told = flows_told(table)
    lines = table.line_rows[~table.memo_rows]
    flows = np.array([told.get(row, "expenditure") for row in table.block.data[lines].tolist()], dtype=object)
    names = [table.labels.said(place) for place in lines.tolist()]
    worded = np.array([row_words.says_total(name) for name in names], dtype=bool)
    nets = np.array([lexicon.says("net", name) for name in names], dtype=bool)
    amounts = table.amounts[lines][:, money]
    found: set[int] = set()
    for at, name in enumerate(names):
        if not amounts[at].any() or not (worded[at] or len(name.split()) <= _FEW_WORDS):
            continue
        others = ~(worded | nets)
        others[at] = False
        sums = {flow: amounts[others & (flows == flow)].sum(axis=0) for flow in ("expenditure", "income")}
        stated = [total for flow, total in sums.items() if vocabulary.may_say_flow(flow, name) and total.any()]
        if nets[at]:
            stated = [sums["expenditure"] - sums["income"], sums["income"] - sums["expenditure"]]
        if (others & (flows == flows[at])).sum() > 1 and any((total == amounts[at]).all() for total in stated):
            found.add(int(lines[at]))
    if table.sums is not None:
        for entry in table.sums.top:
            # What is no money of its own is set beside no other rows.
            entry.memo = entry.of_which = entry.memo or table.place_of(entry.row) in found
    return frozenset(found)


_FEW_WORDS: Final = 3


def _said_by_names(table: Table, flows: npt.NDArray[np.object_], worded: Bools) -> list[int]:
    """The rows of a flow whose names call them totals; a name written once holds for the rows of other flows below."""
    found: list[int] = []
    for place, flow in enumerate(flows.tolist()):
        label = table.labels.said(place)
        if flow and not worded[place] and (row_words.says_total(label) or (not label and found[-1:] == [place - 1])):
            found.append(place)
    return found


def _flow_of_total(table: Table, place: int) -> str:
    """The flow that the name of a row calls it the total of, such as "Total expenditure"; empty for any other."""
    label = table.labels.said(place)
    return tell_flow(row_words.without_total(label)) if row_words.says_total(label) else ""
