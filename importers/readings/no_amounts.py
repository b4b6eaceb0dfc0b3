"""Rows of a table that are no amounts of its money: shares, balances and what moves between them, parts of years."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Final

import numpy as np

from importers.evidence.row_dimensions import tell_flow
from importers.readings.names_of_lines import find_lines_named_otherwise
from importers.readings.table import Table
from importers.structure.grid import Bools, Ints, Kind
from importers.words import row_words

_MOVEMENTS: Final = 12
"""No more rows than these stand between an opening balance and its close."""


def find_no_amounts(table: Table, listed: Bools) -> frozenset[int]:
    """The places of such rows, as their words, formats and headings tell, and arithmetic does not deny.

    Args:
        listed: which rows could be no total, so that their words name what was bought; shape (rows,).
    """
    of_share = np.array(
        [row_words.says_share_row(word) or row_words.says_derived_row(word) for word in table.labels.words],
        dtype=bool,
    )
    worded = set(np.flatnonzero(of_share[table.labels.codes] & ~listed).tolist())
    worded -= summed_by_total(table, worded)
    named = frozenset(worded - find_lines_named_otherwise(table, worded))
    before = _changed_to_another(table, named)
    return named | before | _under_shares(table) | _balances(table) | _parts_of_years(table) | _percentages(table)


def _changed_to_another(table: Table, changes: Collection[int]) -> frozenset[int]:
    """The rows that one or more rows of changes right below them lead to another row: "Base", "Growth", "Budget". What
    they state is what there was before.
    """
    money = [c.index for c in table.of_role("amount")]
    found: set[int] = set()
    for place in (change - 1 for change in changes if change - 1 not in changes):
        after = place + 1
        while after in changes:
            after += 1
        if place < 0 or after >= len(table.block.data):
            continue
        steps = table.amounts[place + 1 : after][:, money]
        made = table.amounts[place, money] + steps.sum(axis=0)
        telling = sum(len(str(abs(amount)).rstrip("0")) for amount in table.amounts[after, money].tolist())
        if steps.any() and (made == table.amounts[after, money]).all() and telling >= _TELLING_FIGURES:
            found.add(place)
    return frozenset(found)


_TELLING_FIGURES: Final = 5
"""Figures of a row that others hardly come to by chance."""


def summed_by_total(table: Table, places: Collection[int]) -> set[int]:
    """Those of some rows whose words say that they are no lines, or are taken off, that the last total of the table
    sums with all others all the same: arithmetic goes before words.
    """
    parts = [column.index for column in table.of_role("amount")]
    if not len(places) or not parts:
        return set()
    labels = table.labels
    worded = np.array([row_words.says_total(word) for word in labels.words], dtype=bool)[labels.codes]
    totals = np.flatnonzero(worded & table.stated[:, parts].any(axis=1))
    if not len(totals) or totals[-1] < 2:
        return set()
    last = int(totals[-1])
    summed = table.amounts[:last][:, parts][~worded[:last]].sum(axis=0)
    proven = bool((summed == table.amounts[last, parts]).all()) and bool(summed.any())
    return {place for place in places if place < last and not worded[place]} if proven else set()


def _percentages(table: Table) -> frozenset[int]:
    """The rows whose figures are all written as percentages, among others that are not."""
    columns = np.array([c.index for c in table.of_role("amount", "total")], dtype=np.int64)
    if not len(columns):
        return frozenset()
    rows = table.block.data
    ratios = table.grid.ratios[np.ix_(rows, columns)]
    figures = table.grid.kinds[np.ix_(rows, columns)] == Kind.NUMBER
    whole = figures.any(axis=1) & ~(figures & ~ratios).any(axis=1)
    return frozenset(np.flatnonzero(whole).tolist()) if 2 * whole.sum() < len(rows) else frozenset()


def _parts_of_years(table: Table) -> frozenset[int]:
    """The rows of quarters and months beside those of whole years in one column, where they make these up."""
    found: set[int] = set()
    money = [c.index for c in table.of_role("amount")]
    for column in table.columns:
        if column.index not in table.block.labels and column.role != "year":
            continue
        texts = table.block.texts(table.grid, column.index, with_numbers=True)
        meant = [_PERIOD_OF_YEAR.fullmatch(word.strip()) for word in texts.words]
        if not any(match and match["part"] for match in meant) or not money:
            continue
        wholes: dict[str, int] = {}
        parts: dict[tuple[str, bool], list[int]] = {}
        for place, code in enumerate(texts.codes.tolist()):
            match = meant[code]
            if match and match["part"]:
                parts.setdefault((match["year"], match["part"][0] in "Qq"), []).append(place)
            elif match:
                wholes[match["year"]] = place
        for quarters in (True, False):
            kind = {
                year: places
                for (year, is_quarter), places in parts.items()
                if is_quarter is quarters and year in wholes
            }
            made = [
                (table.amounts[places][:, money].sum(axis=0), table.amounts[wholes[y], money])
                for y, places in kind.items()
            ]
            near = [bool((np.abs(a - b) <= _ROUNDED * np.abs(b)).all()) for a, b in made]
            if len(near) > 1 and sum(near) >= _MOSTLY_MADE * len(near):
                found |= {place for places in kind.values() for place in places}
    return frozenset(found)


_PERIOD_OF_YEAR = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:[\s-]?(?P<part>Q[1-4]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)?",
    re.IGNORECASE,
)
_ROUNDED = 0.001
_MOSTLY_MADE = 0.8


def _balances(table: Table) -> frozenset[int]:
    """Rows that state what was there before and what is left, and what stands between an opening balance and its close:
    no spending of the year.
    """
    said = [row_words.says_balance(word) for word in table.labels.words]
    places = np.flatnonzero(np.array(said, dtype=bool)[table.labels.codes]).tolist()
    places = [place for place in places if place not in _in_totals_of_flows(table, places)]
    found: set[int] = set(places)
    if len(places) > 0.2 * len(table.block.data) + 2:
        return frozenset()
    money = [c.index for c in table.of_role("amount")]
    words = table.grid.filled[np.ix_(table.block.data, np.array(table.block.labels, dtype=np.int64))].sum(axis=1)
    for one, other in pairwise(places):
        opens = row_words.says_opening(table.labels.said(one))
        between = range(one + 1, other)
        if opens and not row_words.says_opening(table.labels.said(other)) and len(between) <= _MOVEMENTS:
            moved = table.amounts[one:other, money].sum(axis=0)
            # What is called revenue or expenditure is so in a statement of balances too.
            named = any(tell_flow(table.labels.said(place)) in _SIDES_OF_MONEY for place in between)
            if not named and not _lists(words, one, other) and (moved == table.amounts[other, money]).all():
                found |= set(between)
    for one in places:
        # What is brought forward and what changes it come to the amount of the next year, whatever that is called.
        running = np.cumsum(table.amounts[one : one + _MOVEMENTS + 1, money], axis=0)
        after = table.amounts[one + 1 : one + 1 + len(running), money]
        ends = np.flatnonzero((running[: len(after)] == after).all(axis=1) & after.any(axis=1))
        if not table.amounts[one, money].any():
            continue
        if row_words.says_opening(table.labels.said(one)) and len(ends) and ends[0] > 0:
            end = one + 1 + int(ends[0])
            if _lists(words, one, end):
                continue
            found |= set(range(one, end)) if end not in places else set()
    return frozenset(found)


def _in_totals_of_flows(table: Table, balances: Collection[int]) -> set[int]:
    """Those of some balances that a total of income or of spending above or below them sums with its other rows: what
    was there before is received in such budgets, and what is left is spent.
    """
    money = [c.index for c in table.of_role("amount")]
    if not balances or not money:
        return set()
    amounts = table.amounts[:, money]
    said = [tell_flow(row_words.without_total(word)) or tell_flow(word) for word in table.labels.words]
    totals = [place for place, code in enumerate(table.labels.codes.tolist()) if said[code] in _SIDES_OF_MONEY]
    found: set[int] = set()
    for total in totals:
        digits = sum(len(str(abs(amount)).rstrip("0")) for amount in amounts[total].tolist())
        if total in balances or digits < _TELLING_FIGURES:
            continue
        for side in (range(total + 1, len(amounts)), range(total - 1, -1, -1)):
            sums = np.cumsum(amounts[list(side[:_IN_TOTAL])], axis=0)
            ends = np.flatnonzero((sums == amounts[total]).all(axis=1))
            if len(ends) and ends[0] > 0:
                found |= {*side[: int(ends[0]) + 1]} & {*balances}
    return found


_IN_TOTAL: Final = 200

_SIDES_OF_MONEY = ("income", "expenditure")


def _lists(words: Ints, one: int, other: int) -> bool:
    """Whether the rows between two that a page of a list begins and ends with say more than these, each by how many
    words: lines, and no movements between balances.
    """
    between = words[one + 1 : other]
    return len(between) > 0 and bool((between > max(words[one], words[other])).all())


def _under_shares(table: Table) -> frozenset[int]:
    """The rows of data under a heading that says that what follows are percentages, up to the next heading; and those
    under one that says that notes follow, to the end.
    """
    headings = table.block.headings
    found: set[int] = set()
    end = int(table.block.body[-1]) + 1
    for row, after in pairwise([*headings, end]):
        words = [table.grid.text(row, c) for c in table.block.columns if table.grid.text(row, c)]
        if any(row_words.says_share_heading(word) or row_words.says_measures_heading(word) for word in words):
            found |= set(range(table.place_of(row), table.place_of(after)))
        if any(row_words.says_notes_heading(word) for word in words):
            found |= set(range(table.place_of(row), table.place_of(end)))
    return frozenset(found)
