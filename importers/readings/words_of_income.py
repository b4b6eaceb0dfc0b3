"""Columns of few words of which one says that its money is received, and the others what money is spent on: pay, other
costs and income. They are no column of flows, and what they call income is never added to spending unasked.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.row_dimensions import tell_flow
from importers.readings.table import Table
from importers.structure.grid import letter
from importers.structure.texts import column_texts
from importers.words import lexicon, row_words, vocabulary

_WORDS: Final = 24
_LONGEST: Final = 40
_REPEATED: Final = 2
"""A column says each of its words so many times or more, on the average."""

_OFTEN: Final = 3
_NAMED: Final = 4
_SIGNED: Final = 0.8
"""So large a share of what is called income stands below nought, and of the rest above it, where signs tell the two."""


def choose_words_of_income(table: Table, decisions: Decisions) -> frozenset[int]:
    """Gives the rows that a column calls income that flow where a person, or their sign, says so.

    Returns:
        Rows that are neither received nor spent, as places among the rows of data.
    """
    told = table.flows or table.of_role("flow", "side") or any(c.flow for c in table.of_role("amount", "total"))
    if told or table.context.flow.confidence > _NOTHING_SAYS:
        return frozenset()
    for column in table.columns:
        if column.index in table.block.labels and column.role not in _SAYS_NO_FLOW:
            meant = _meant(table, column)
            if meant is not None:
                return _choose(table, column, meant, decisions)
    return frozenset()


_SAYS_NO_FLOW: Final = ("body", "currency", "row_unit", "unused", "counterpart", "year")
_NOTHING_SAYS: Final = 0.7


def _meant(table: Table, column: Column) -> dict[str, str] | None:
    """What each word of a column says of its money, "" where it says neither; None where none of a few says income."""
    rows = table.block.data[table.line_rows[~table.memo_rows]]
    texts = column_texts(table.grid, rows, column.index, with_numbers=False)
    words = [texts.words[code] for code in np.unique(texts.codes).tolist() if texts.words[code]]
    if not 2 <= len(words) <= _WORDS or len(rows) < _REPEATED * len(words) or max(map(len, words)) > _LONGEST:
        return None
    if any(row_words.says_total(word) for word in words):
        return None
    counts = np.bincount(texts.codes, minlength=len(texts.words))
    often = {word for word, count in zip(texts.words, counts.tolist(), strict=True) if count >= _OFTEN}
    # What ends a longer name and stands once or twice may be what one programme is called.
    meant = {word: tell_flow(word) or (_ends_in_income(word) if word in often else "") for word in words}
    spent = "expenditure" in meant.values()
    for word, flow in meant.items():
        if flow == "income" and vocabulary.says_bare_revenue(word) and not spent:
            # Beside capital it is what is spent within the year.
            meant[word] = ""
    received = "income" in meant.values()
    return meant if received and not set(meant.values()) <= {"income"} else None


def _ends_in_income(word: str) -> str:
    """The flow of a longer name whose last word says that it is received: "customer and client receipts"."""
    last = lexicon.fold_words(word).rpartition(" ")[2]
    return "income" if lexicon.last_word_says("income", word) and last not in _PAID_TOO else ""


_PAID_TOO: Final = frozenset({"fee", "fees", "charge", "charges", "sale", "sales", "rent", "rents"})
"""Who buys pays them, who sells receives them."""


def _choose(table: Table, column: Column, meant: dict[str, str], decisions: Decisions) -> frozenset[int]:
    texts = column_texts(table.grid, table.block.data, column.index, with_numbers=False)
    said = [meant.get(word, "") for word in texts.words]
    flows = [said[code] for code in texts.codes.tolist()]
    called = [word for word, flow in meant.items() if flow == "income"]
    spent = [word for word, flow in meant.items() if flow == "expenditure"]
    others = [word for word, flow in meant.items() if flow not in ("income", "expenditure")]
    options = [("apart", f"Yes: {_listed(called)} is received, and all else is spent")]
    if spent and others:
        options.append(("known", f"{_listed(called)} is received, {_listed(spent)} spent, and the rest is neither"))
    options.append(("spent", "No: all of it is spent"))
    choice = table.choice(
        "flow",
        ("words", letter(column.index), *called),
        f"Column {letter(column.index)} of {table.grid.name!r} says {_listed(called)} in some rows and "
        f"{_listed(spent + others)} in others. Is what it calls {_listed(called)} received?",
        tuple(options),
        "apart",
    )
    # Below nought it is taken off already.
    taken = "spent" if _told_by_sign(table, flows) else decisions.take(choice)
    if taken == "spent":
        return frozenset()
    rows = table.block.data.tolist()
    table.flows |= {row: flow if flow == "income" else "expenditure" for row, flow in zip(rows, flows, strict=True)}
    neither = [place for place, flow in enumerate(flows) if flow not in ("income", "expenditure")]
    return frozenset(neither) if taken == "known" else frozenset()


def _told_by_sign(table: Table, flows: list[str]) -> bool:
    money = [c.index for c in table.of_role("amount")]
    sums = table.amounts[:, money].sum(axis=1)
    received = np.array([flow == "income" for flow in flows], dtype=bool)
    said, spent = sums[received & (sums != 0)], sums[~received & (sums != 0)]
    return bool(len(said) and (said < 0).mean() >= _SIGNED and len(spent) and (spent > 0).mean() >= _SIGNED)


def _listed(words: list[str]) -> str:
    named = ", ".join(repr(word) for word in words[:_NAMED])
    return f"{named} and {len(words) - _NAMED} more" if len(words) > _NAMED else named
