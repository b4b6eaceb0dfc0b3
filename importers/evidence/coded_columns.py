"""Columns that the letters of their codes part, such as I01 to I18 for what a school receives and E01 to E32 for what
it spends: one of them may speak of income for all of its letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from importers.evidence.alternatives import listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.column_nets import side_of
from importers.evidence.derived_columns import amounts_of, with_changed
from importers.structure.grid import Grid

_CODE: Final = re.compile(r"([A-Z]{1,2})\d{1,3}[a-z]?\b")
_FEWEST: Final = 4
_MOSTLY: Final = 0.8


def choose_flows_of_letters(
    grid: Grid, columns: list[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns of amounts with their flows, where letters of codes part nearly all of them, and names of one letter
    speak of income and those of another do not.
    """
    amounts = amounts_of(columns)
    letters = {c.index: found[1] for c in amounts if (found := _CODE.match(c.header))}
    spoken = {letters[c.index]: c for c in amounts if c.index in letters and side_of(c) == "income"}
    received = [c for c in amounts if letters.get(c.index) in spoken]
    others = [c for c in amounts if c.index in letters and c not in received]
    if len(letters) < max(_FEWEST, _MOSTLY * len(amounts)) or not received or not others:
        return columns
    if all(c.flow for c in (*received, *others)):
        return columns
    choice = Choice(
        choice_id("flow", shape, "letters", *sorted(spoken)),
        "flow",
        grid.name,
        key,
        f"Letters of codes part the columns of {grid.name!r}, and {words_of(next(iter(spoken.values())))} speaks of "
        "income. Which of them are received?",
        (
            ("letters", f"{_called(received)}; {_called(others)} are spent; each is money of its own"),
            ("named", "None but those whose own names say so"),
        ),
        "letters",
    )
    if decisions.take(choice) != "letters":
        return columns
    flows = dict.fromkeys((c.index for c in received), "income") | dict.fromkeys(
        (c.index for c in others), "expenditure"
    )
    evidence = "letters of codes part what is received from what is spent"
    changed = {
        c.index: replace(c, flow=flows[c.index], confidence=1.0, evidence=evidence) for c in (*received, *others)
    }
    return with_changed(columns, changed)


def _called(columns: Sequence[Column]) -> str:
    return listed([column.header.split()[0] for column in columns])
