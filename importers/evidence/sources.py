"""Columns that say where money comes from: what a scheme is paid from, such as a grant, a loan or receipts, is spent on
it, although the words speak of borrowing or of income.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from importers.evidence.alternatives import listed, words_of
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.column_nets import leaves_of
from importers.evidence.derived_columns import amounts_of, with_changed
from importers.structure.grid import Grid
from importers.words import flow_words, lexicon, vocabulary

_FEWEST: Final = 3
_SUMMED: Final = 2
"""So few that a total adds up: income is added to nothing that is spent."""

_ADDS_UP: Final = 0.9
_OF_NETS: Final[tuple[lexicon.Meaning, ...]] = ("net", "result", "gross")


def choose_sources(grid: Grid, columns: list[Column], decisions: Decisions, key: str, shape: str) -> list[Column]:
    """The columns, those that are parts of one total, or that nothing but their flow tells apart, told as what is spent
    where a person says so: some speak of financing, or of income, and the others of neither.
    """
    by_index = {column.index: column for column in columns}
    proven = [c for c in columns if c.role == "total" and c.confidence >= _ADDS_UP]
    totals = [total for total in proven if not total.flow]
    wholes = [list(leaves_of(total, by_index)) for total in totals]
    largest = max(wholes, key=len, default=[])
    group = largest if _are_sources(largest, proven=True) else []
    if not group and not proven:
        amounts = amounts_of(columns)
        group = amounts if _are_sources(amounts, proven=False) else []
    if not group:
        return columns
    names = listed([words_of(column) for column in group[:6]])
    named = listed(sorted({f"{words_of(c)} is {c.flow}" for c in group if c.flow}))
    choice = Choice(
        choice_id("flow", shape, *(column.header for column in group)),
        "flow",
        grid.name,
        key,
        f"{names} stand beside each other in {grid.name!r}. Do they say what the money of each row is paid from?",
        (
            ("spent", "Yes: all of it is spent, wherever it comes from"),
            ("received", "It is all received"),
            ("named", f"No, each is what its name says: {named}"),
        ),
        "spent" if largest else "",
        "spent",
    )
    taken = decisions.take(choice)
    if taken == "named":
        return columns
    flow = "income" if taken == "received" else ""
    return with_changed(columns, {c.index: replace(c, flow=flow, account=c.account or c.header) for c in group})


def _are_sources(columns: Sequence[Column], *, proven: bool) -> bool:
    """Whether columns of one year, stage and version speak of financing or income, and others of them of neither, and
    none of spending; without a total that sums them, some must speak of financing.
    """
    flows = {column.flow for column in columns}
    told_apart = {(c.fiscal_year, c.stage, c.version) for c in columns}
    if (
        len(columns) < (_SUMMED if proven else _FEWEST)
        or len(told_apart) != 1
        or "expenditure" in flows
        or len(flows) < 2
    ):
        return False
    if any(lexicon.says(meaning, column.header) for column in columns for meaning in _OF_NETS):
        return False
    silent = [column for column in columns if not column.flow]
    # "Revenue contribution" beside "Capital receipts": words of receiving over what is no income by itself.
    spoken = any(lexicon.says("income", c.header) or lexicon.says("financing", c.header) for c in silent)
    if proven:
        # Revenue beside capital is what is spent within the year.
        of_year = any(
            c.control or flow_words.says_bare_revenue(vocabulary.without_year_and_unit(c.header)) for c in columns
        )
        return len(silent) > 1 or "financing" in flows or (len(columns) == _SUMMED and not of_year)
    return len(silent) > 1 and (spoken or "financing" in flows)
