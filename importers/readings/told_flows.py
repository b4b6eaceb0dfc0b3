"""The flow of rows that words around them tell: headings over them, totals that cover them, the signs before their
labels, and labels that are nothing but the name of a flow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from budget_align.core.returns.budget_line import FLOWS
from budget_align.core.returns.reading import Belief
from importers.evidence.choices import is_settled
from importers.evidence.row_dimensions import tell_flow
from importers.readings.table import Table
from importers.words import flow_words, row_words

_TITLED: Final = 0.8
"""So sure of the flow of a table is one whose title or header says it."""

_STATEMENT: Final = 60
"""A statement of what is spent and received has no more lines than this."""

_SIGNED: Final = re.compile(r"^\s*(?P<sign>[+=]|[-–−](?!\d)|\./\.)\s*[^\W\d]")


def is_flow_open(table: Table) -> bool:
    """Whether no column, no header of an amount and no section says which way the money of a table goes."""
    columns = table.of_role("flow", "side") or any(c.flow for c in table.of_role("amount", "total"))
    return not (columns or table.flows)


def is_titled(table: Table) -> bool:
    """Whether the title of a table, its sheet or a header says which way its money goes."""
    return table.context.flow.confidence >= _TITLED


def flows_around(table: Table) -> dict[int, str]:
    """The flow that words around each row name, by row of the grid, though they may name no other than one."""
    if table.sums is None:
        return {}
    flows: dict[int, str] = {}
    for entry in table.sums.totals():
        flow = flow_words.find_flow(entry.label)
        if flow:
            for line in entry.lines():
                flows.setdefault(line.row, flow)
    for row, headings in table.sums.headings.items():
        flow = next((flow for heading in reversed(headings) if (flow := flow_words.find_flow(heading))), "")
        if flow:
            flows[row] = flow
    flows |= {row: flow for row, flow in _flows_of_wholes(table).items() if {flow, flows.get(row)} == _SIDES}
    return flows | {row: flow for row, flow in _flows_by_sign(table).items() if row not in flows}


def _flows_of_wholes(table: Table) -> dict[int, str]:
    """The flow of each row that the outermost total which names one adds it to: "Charges" among total revenues are no
    spending. What stands against the sign of such a total, as income does within net expenditure, is left out.
    """
    assert table.sums is not None
    told: dict[int, str] = {}
    named = [(entry, flow) for entry in table.sums.totals() if (flow := flow_words.find_flow(entry.label))]
    for entry, flow in sorted(named, key=lambda each: -len(list(each[0].lines()))):
        for line in entry.lines():
            if all(a * b >= 0 for a, b in zip(line.amounts, entry.amounts, strict=True)):
                told.setdefault(line.row, flow)
    return told


_SIDES: Final = {"income", "expenditure"}


def tell_apart(table: Table, flows: dict[int, str]) -> dict[int, str]:
    """The flows of rows where they tell some from others, else none: one word alone, such as the total of a department
    called Revenue, does not.
    """
    if table.sums is None:
        return {}
    titled = table.context.flow.value if is_titled(table) else ""
    said = any(_says_other_flow(text) for over in table.sums.headings.values() for text in over)
    return flows if len({*flows.values(), titled} - {""}) > 1 or said else {}


def flows_told(table: Table) -> dict[int, str]:
    """The flow of each row that was settled, or that words around it or its own name tell."""
    return tell_apart(table, _flows_named(table) | flows_around(table) | table.flows) | table.flows


def say_what_tells(table: Table) -> None:
    """Puts in the place of a belief that nothing says the flow of a table what does say that of its rows."""
    if is_titled(table) or not table.of_role("amount"):
        return
    if "income" in flows_told(table).values() or table.of_role("flow") or any(c.flow for c in table.columns):
        evidence = "rows or columns say which of its lines are received, and the others are spent"
        flow = table.context.flow.model_copy(update={"evidence": evidence})
        table.context = replace(table.context, flow=flow)


def belief_of_flow(table: Table, settled: Mapping[str, str]) -> Belief:
    """Which way the money of a table goes, or what is asked about it, where some choices are settled."""
    flow = table.context.flow
    if is_titled(table) or not table.of_role("amount"):
        return flow
    asked = [c for c in table.choices.values() if c.topic == "flow" and not is_settled(c, settled)]
    return flow.model_copy(update={"evidence": f"open: {asked[0].prompt}"}) if asked else flow


def _flows_by_sign(table: Table) -> dict[int, str]:
    """The flow of each row by the sign that its label begins with, where a table states what it receives with "+", what
    it spends with "-" and what they make with "=".
    """
    signs = [found["sign"] if (found := _SIGNED.match(word)) else "" for word in table.labels.words]
    if not {"+", "="} <= set(signs) or sum(map(bool, signs)) < len(signs) / 2:
        return {}
    meant = {"+": "income", "-": "expenditure", "–": "expenditure", "−": "expenditure", "./.": "expenditure"}
    rows = zip(table.block.data.tolist(), table.labels.codes.tolist(), strict=True)
    return {row: meant[signs[code]] for row, code in rows if signs[code] in meant}


def _flows_named(table: Table) -> dict[int, str]:
    """The flow of each row whose own label is nothing but the name of one, such as "Receipts"; in a long list such a
    label is what money is spent on.
    """
    if len(table.line_rows) > _STATEMENT:
        return {}
    meant = [flow if (flow := tell_flow(word)) in FLOWS else "" for word in table.labels.words]
    rows = zip(table.block.data.tolist(), table.labels.codes.tolist(), strict=True)
    return {row: meant[code] for row, code in rows if meant[code]}


def _says_other_flow(heading: str) -> bool:
    """Whether a heading says of what stands under it that it is not spent, whatever other headings say."""
    flow = flow_words.find_flow(heading)
    return (flow == "income" and not flow_words.says_bare_revenue(heading)) or (
        flow == "financing" and row_words.says_financing(heading)
    )
