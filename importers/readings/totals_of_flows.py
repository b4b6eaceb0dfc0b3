"""Rows that state what all rows of one flow come to: "Total expenditure" below services that each state what they spend
and receive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from importers.evidence.choices import Decisions
from importers.evidence.row_dimensions import tell_flow
from importers.readings.table import Table
from importers.readings.told_flows import flows_told
from importers.relations.outline import find_outline
from importers.relations.sums import Row
from importers.structure.grid import Bools, Ints
from importers.words import flow_words, lexicon, row_words


def find_parents_of_flows(table: Table) -> frozenset[int]:
    """The rows of one flow that those of the same flow which are set in further below them come to, where a column says
    the flow of each row; as places among the rows of data.
    """
    money = [column.index for column in table.of_role("amount")]
    columns = table.of_role("flow")
    if not money or not columns:
        return frozenset()
    texts = table.block.texts(table.grid, columns[0].index, with_numbers=False)
    flows = np.array([tell_flow(word) for word in texts.words], dtype=object)[texts.codes]
    found: set[int] = set()
    for flow in _SIDES:
        places = np.flatnonzero(flows == flow).tolist()
        amounts = map(tuple, table.amounts[places][:, money].tolist())
        indents = [table.grid.indents.get((int(table.block.data[p]), columns[0].index), 0) for p in places]
        rows = [Row(place, "", each, indent) for place, each, indent in zip(places, amounts, indents, strict=True)]
        parents, _ = find_outline(rows, (0,) * len(money))
        found |= {row for row, entry in parents.items() if entry.exact and len(entry.members) > 1}
    return frozenset(found)


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
        for flow in sorted(set(flows[worded & counted])):
            of_flow = np.flatnonzero((flows == flow) & counted).tolist()
            sums = _sums_of_flow(table, of_flow, worded, money)
            found |= sums
            others = [place for place in of_flow if worded[place] and table.amounts[place, money].any()]
            unlike += [p for p in others if p not in sums and p not in named and p not in of_all and len(of_flow) > 2]
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
    """The last lines, where each is named after a flow or after what is left of two and they state what all lines above
    them come to, as the statement at the end of a budget of chapters does; as places among the rows of data.
    """
    if table.sums is None:
        return frozenset()
    money = [column.index for column in table.of_role("amount")]
    told = flows_told(table)
    lines = table.line_rows[~table.memo_rows]
    flows = np.array([told.get(row, "expenditure") for row in table.block.data[lines].tolist()], dtype=object)
    names = [table.labels.said(place) for place in lines[-_STATEMENT:].tolist()]
    amounts = table.amounts[lines][:, money]
    found: list[int] = []
    for count in range(1, min(_STATEMENT, len(lines) - _FEWEST_ABOVE) + 1):
        above = np.arange(len(lines)) < len(lines) - count
        spent, received = (amounts[above & (flows == flow)].sum(axis=0) for flow in _SIDES)
        sums = {"expenditure": spent, "income": received}
        if all(_states(name, stated, sums) for name, stated in zip(names[-count:], amounts[-count:], strict=True)):
            found = lines[-count:].tolist()
    if not {*found} <= {table.place_of(entry.row) for entry in table.sums.top}:
        # What a total sums with others, as spending does what is kept, is counted with them.
        return frozenset()
    for entry in table.sums.top if found else ():
        if table.place_of(entry.row) in found:
            # What is no money of its own is set beside no other rows.
            entry.memo = entry.of_which = True
    return frozenset(found)


def find_differences_of_totals(table: Table) -> frozenset[int]:
    """The lines that only a column of totals states, where that is by how much two totals of the table are apart there:
    what is left at the end of a budget by quarters. As places among the rows of data.
    """
    if table.sums is None:
        return frozenset()
    parts = [column.index for column in table.of_role("amount")]
    totals = [table.place_of(entry.row) for entry in table.sums.top if entry.is_total and entry.exact]
    lines = [place for place in table.line_rows.tolist() if not table.amounts[place, parts].any()]
    found: set[int] = set()
    for column in table.of_role("total") if len(totals) <= _TOTALS_APART else ():
        stated = table.amounts[totals, column.index]
        apart = set(np.abs(stated[:, None] - stated[None, :]).ravel().tolist())
        found |= {p for p in lines if abs(int(table.amounts[p, column.index])) in apart - {0}}
    return frozenset(found)


_TOTALS_APART: Final = 12


def _states(name: str, stated: Ints, sums: Mapping[str, Ints]) -> bool:
    """Whether a line is named after one flow and states all of it, or what one leaves of the other."""
    if not stated.any() or not (row_words.says_total(name) or len(name.split()) <= _FEW_WORDS):
        return False
    left = sums["expenditure"] - sums["income"]
    if sums["income"].any() and any(bool((stated == each).all()) for each in (left, -left)):
        return True
    named = [flow for flow in _SIDES if flow_words.may_say_flow(flow, name) and not lexicon.says("net", name)]
    return any(bool((stated == sums[flow]).all()) for flow in named)


_STATEMENT: Final = 3
_FEWEST_ABOVE: Final = 3
_FEW_WORDS: Final = 3
_SIDES: Final[tuple[lexicon.Meaning, ...]] = ("expenditure", "income")


def _sums_of_flow(table: Table, places: Sequence[int], worded: Bools, money: Sequence[int]) -> set[int]:
    """Those rows of one flow called totals that all lines of it before them come to, or those since the last such row;
    or all of them, wherever they stand.
    """
    amounts = np.abs(table.amounts[:, list(money)])
    lines = [place for place in places if not worded[place]]
    every = np.abs(table.amounts[lines][:, list(money)].sum(axis=0))
    found: set[int] = set()
    begins = 0
    for at, place in enumerate(places):
        if not worded[place] or not amounts[place].any():
            continue
        so_far = [each for each in places[:at] if not worded[each]]
        since = [each for each in places[begins:at] if not worded[each]]
        for rows in (since, so_far):
            sums = np.abs(table.amounts[rows][:, list(money)].sum(axis=0))
            if len(rows) > (rows is so_far) and (sums == amounts[place]).all():
                found.add(place)
        if len(lines) > 1 and (every == amounts[place]).all():
            found.add(place)
        begins = at if place in found else begins
    return found


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
