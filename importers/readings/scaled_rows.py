"""Rows whose own names say another scale than the table's: "Grants (£000)" among amounts in pounds."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.readings.table import Table
from importers.words import row_words
from importers.words.unit_words import find_unit

_UNIT_BEHIND: Final = re.compile(r"\(([^()]{1,24})\)\s*$")
_LONGEST: Final = 60


def choose_scaled_rows(table: Table, decisions: Decisions) -> None:
    """Brings the amounts of rows whose names end in a unit of their own to the table's, where a person says that they
    are in that unit.
    """
    money = table.of_role("amount", "memo")
    if not money or table.of_role("row_unit"):
        return
    home, usual = table.grid.terms.currency, (money[0].unit or table.context.unit).multiplier
    scales: dict[int, int] = {}
    for code, word in enumerate(table.labels.words):
        behind = _UNIT_BEHIND.search(word)
        unit = find_unit(behind[1], home) if behind and not row_words.says_total(word) else None
        if unit is not None and not unit.in_minor and unit.multiplier > usual:
            scales[code] = unit.multiplier // usual
    places = np.flatnonzero(np.isin(table.labels.codes, list(scales))).tolist() if scales else []
    places = [place for place in places if table.stated[place, [c.index for c in money]].any()]
    if not places or len(places) == len(table.block.data):
        return
    first = places[0]
    cells = table.cells_of([int(table.block.data[place]) for place in places])
    choice = table.choice(
        "unit",
        ("rows", cells),
        f"{cells} of {table.grid.name!r} ({table.labels.said(first)[:_LONGEST]!r}) name a unit of their own. Are they "
        "in that unit?",
        (("own", "Yes, in the unit that their names say"), ("table", "No, in that of the other rows")),
        "own",
    )
    if decisions.take(choice) == "own":
        for place in places:
            table.amounts[place, [c.index for c in money]] *= scales[int(table.labels.codes[place])]
