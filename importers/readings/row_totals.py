"""Rows that are totals or may be: called so though nothing adds up to them, in no total, hidden, taken off, or stating
what others state; whether they count is a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from importers.evidence.choices import Decisions
from importers.readings.row_flows import flow_over
from importers.readings.table import Table
from importers.relations.sums import Entry, Sums
from importers.structure.grid import Kind
from importers.words import flow_words, row_words, stage_words, vocabulary

_LONGEST: Final = 60


_NAMED: Final = 4


_MANY: Final = 4


_SAYS_NO_NAME: Final = ("currency", "row_unit", "side", "flow", "note", "unused")


def find_unnamed(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows that state an amount and nothing else, and are no total of others: whether they count is a choice."""
    if table.sums is None or len(table.line_rows) < 5:
        return frozenset()
    naming = [c.index for c in table.columns if c.index in table.block.labels and c.role not in _SAYS_NO_NAME]
    if not naming:
        return frozenset()
    kinds = table.grid.kinds[np.ix_(table.block.data, np.array(naming))]
    money = [c.index for c in table.of_role("amount")]
    codes = [c.index for c in table.columns if c.role.endswith("_code") or c.role == "year"]
    blank = ~((kinds == Kind.TEXT) | (kinds == Kind.DATE) | (kinds == Kind.NUMBER)).any(axis=1)
    if codes:
        blank &= ~(table.grid.kinds[np.ix_(table.block.data, np.array(codes))] == Kind.NUMBER).any(axis=1)
    lines = set(table.line_rows[~table.memo_rows].tolist())
    # What a formula failed to look up is no name.
    named = np.array([bool(word) and not word.startswith("#") for word in table.labels.words], dtype=bool)
    found = [p for p in np.flatnonzero(blank & ~named[table.labels.codes]).tolist() if p in lines]
    found = [p for p in found if table.amounts[p, money].any()]
    if not found or len(found) > max(3, len(lines) // 10):
        return frozenset()
    cells = ", ".join(table.grid.address(int(table.block.data[p]), money[0]) for p in found[:_NAMED])
    amount = sum(int(table.amounts[p, money].sum()) for p in found)
    choice = table.choice(
        "rows",
        (cells,),
        f"{table.grid.name!r} states {table.grid.terms.amount(amount)} in {cells} without a name, and no other rows "
        "add up to it. Does it count?",
        (("count", "It is money of its own: count it"), ("leave", "It is a total or a note: leave it out")),
        "" if any(_outweighs(table, int(table.block.data[p])) for p in found) else "count",
        assumed="count",
    )
    return frozenset(found) if decisions.take(choice) == "leave" else frozenset()


def doubt_totals(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows that are called totals though nothing adds up to them and no total counts them as a line: whether they
    count is a choice that nobody can guess. So it is where most of what a table calls totals does not add up.
    """
    if table.sums is None:
        return frozenset()
    worded = [entry for entry in table.sums.totals() if entry.worded]
    wrong = [entry for entry in worded if not entry.exact]
    said = {row: table.labels.said(table.place_of(row)) for row in table.sums.lone_totals if _states(table, row)}
    # "= Result (lines 26 to 28)" says itself that it is made of others.
    made = frozenset(table.place_of(row) for row, label in said.items() if label.lstrip().startswith("="))
    # What another total sums exactly, beside others of its kind, is a line of that one.
    summed = {m.row for e in worded if e.exact and len(e.members) >= _MANY for m in e.members}
    lone = [row for row in said if table.place_of(row) not in left | made and row not in summed]
    open_rows = {entry.row for entry in table.sums.top}
    alone = _one_line_sections(table)
    # A flat list has no totals, whatever a supplier is called.
    is_flat = not any(table.sums.headings.values()) and not any(True for _ in table.sums.totals())
    uncounted = [row for row in lone if row in open_rows and row not in alone]
    if is_flat:
        uncounted = [row for row in uncounted if _is_all_total(said[row]) or _outweighs(table, row)]
    mostly_wrong = len(lone) + len(wrong) >= _MANY and 2 * (len(lone) + len(wrong)) >= len(worded) + len(lone)
    if not uncounted and not mostly_wrong:
        return made
    asked = lone if mostly_wrong else uncounted
    named = asked or [entry.row for entry in wrong]
    column = table.of_role("amount")[0].index
    cells = ", ".join(table.grid.address(row, column) for row in named[:_NAMED])
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    first = table.labels.said(table.place_of(named[0]))[:_LONGEST]
    choice = table.choice(
        "rows",
        ("totals", cells),
        f"{table.grid.name!r} calls {cells}{more} totals ({first!r}), and no rows around them add up to them. Do they "
        "count?",
        (("leave", "Leave out what is called a total"), ("count", "Count them as lines of their own")),
        "",
        assumed="count",
    )
    return made | frozenset(map(table.place_of, asked)) if decisions.take(choice) == "leave" else made


def _outweighs(table: Table, row: int) -> bool:
    """Whether a row states at least half of what all others do together, as hardly any line of a list does."""
    money = [c.index for c in table.of_role("amount")]
    sizes = np.abs(table.amounts[:, money].astype(np.float64)).sum(axis=1)
    sizes[list(table.shares)] = 0
    own = sizes[table.place_of(row)]
    return bool(own >= (sizes.sum() - own) / 2)


def _is_all_total(label: str) -> bool:
    """Whether a label says nothing but that it is a total, of a year or of spending."""
    rest = row_words.without_total(vocabulary.without_year_and_unit(label))
    return not rest or bool(flow_words.find_flow(rest)) or bool(stage_words.find_stage(rest) and len(rest.split()) < 3)


def choose_hidden_rows(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows that are hidden, where the table's last total sums those that are shown and not them."""
    if not table.grid.hidden_rows:
        return frozenset()
    money = [c.index for c in table.of_role("amount")]
    rows = table.block.data.tolist()
    hidden = [p for p, row in enumerate(rows) if row in table.grid.hidden_rows and table.amounts[p, money].any()]
    totals = [p for p in range(len(rows)) if row_words.says_total(table.labels.said(p))] if hidden else []
    if not totals or not money:
        return frozenset()
    shown = [p for p in range(totals[-1]) if p not in hidden and p not in totals and p not in table.shares]
    sums = table.amounts[np.ix_(shown, money)].sum(axis=0)
    if not (sums == table.amounts[totals[-1], money]).all():
        return frozenset()
    cells = ", ".join(table.grid.address(rows[p], money[0]) for p in hidden[:_NAMED])
    choice = table.choice(
        "rows",
        ("hidden", cells),
        f"{len(hidden)} rows of {table.grid.name!r} are hidden ({cells}), and its total sums those that are shown. Do "
        "the hidden ones count?",
        (("leave", "Leave them out, as the total does"), ("count", "Count them")),
        "leave",
    )
    return frozenset(hidden) if decisions.take(choice) == "leave" else frozenset()


def choose_deductions(table: Table, decisions: Decisions, places: Sequence[int]) -> frozenset[int]:
    """Of rows that say that they are taken off and have no minus, those that are; no net below them proves it.

    Args:
        places: the rows, as places among the rows of data.
    """
    if not places:
        return frozenset()
    column = table.of_role("amount")[0].index
    cells = ", ".join(table.grid.address(int(table.block.data[place]), column) for place in places[:_NAMED])
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    choice = table.choice(
        "rows",
        ("less", cells),
        f"{cells}{more} of {table.grid.name!r} say {table.labels.said(places[0])[:_LONGEST]!r} and stand without a "
        "minus. Are they taken off?",
        (("off", "Take them off"), ("count", "Count them like the others"), ("leave", "Leave them out")),
        "off",
    )
    taken = decisions.take(choice)
    if taken == "leave":
        table.shares |= frozenset(places)
    return frozenset(places) if taken == "off" else frozenset()


def choose_partial_sums(table: Table, decisions: Decisions, columns: Sequence[int], every: Sums, some: Sums) -> Sums:
    """The totals that every column bears out, or those that only some do: rows that add up others in one column and
    not in the next are totals that were not kept up, or no totals.

    Args:
        columns: those that bear out `some`.
    """
    known = {entry.row for entry in every.totals()}
    further = [entry for entry in some.totals() if entry.row not in known and any(entry.amounts)]
    if not further:
        return every
    heads = {c.index: c.header.strip() or table.grid.address(0, c.index).rstrip("1") for c in table.of_role("amount")}
    bear = ", ".join(repr(heads[c][:_LONGEST]) for c in columns[:_NAMED])
    against = [heads[c][:_LONGEST] for c in heads if c not in columns]
    cells = ", ".join(table.grid.address(entry.row, columns[0]) for entry in further[:_NAMED])
    more = f" and {len(further) - _NAMED} more" if len(further) > _NAMED else ""
    choice = table.choice(
        "rows",
        ("partial", cells),
        f"In {bear} of {table.grid.name!r} rows add up to {cells}{more} ({further[0].label[:_LONGEST]!r}), and not in "
        f"{', '.join(map(repr, against[:_NAMED])) or 'others'}. Are they totals?",
        (
            ("totals", "They are totals, which do not add up everywhere: do not count them"),
            ("lines", "They are lines: count them"),
        ),
        "totals",
    )
    return some if decisions.take(choice) == "totals" else replace(every, asked=frozenset(e.row for e in further))


def doubt_below(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows below a total that sums every row before it, totals among them, where no total adds them to it: they may
    take that total apart, or stand beside it.

    Args:
        left: rows that are known not to count, as places.
    """
    sums = table.sums
    if sums is None or sums.above:
        return frozenset()
    top = [entry for entry in sums.top if any(table.place_of(line.row) not in left for line in entry.lines())]
    if len(top) < 2:
        return frozenset()
    first = next((entry for entry in top if entry.whole), top[0])
    below = [entry for entry in top if entry is not first]
    is_whole = first.is_total and first.exact and len(first.members) > 1
    covers = first.whole or row_words.without_total(first.label) == "net"
    if covers:
        # Under a heading that names a flow they are no part of it, under one that names a total they are its parts.
        below = [e for e in below if e.row > first.row and not flow_over(table, e) and not _is_under_total(sums, e)]
    # What is set against it as money of the other side is asked about as such.
    below = [entry for entry in below if not entry.memo and entry.row not in table.flows]
    if not is_whole or any(entry.row < first.row or (entry.is_total and not covers) for entry in below):
        return frozenset()
    flat = not any(m.is_total for m in first.members)
    if flat and not covers and len(below) > len(first.members):
        return frozenset()
    # Some are stated in columns of totals alone.
    money = [column.index for column in table.of_role("amount", "total")]
    places = [table.place_of(line.row) for entry in below for line in entry.lines()]
    places = [place for place in places if table.amounts[place, money].any()]
    if not places:
        return frozenset()
    column = table.of_role("amount")[0].index
    choice = table.choice(
        "rows",
        ("below", table.grid.address(first.row, column)),
        f"{table.grid.address(first.row, column)} of {table.grid.name!r}, {first.label[:_LONGEST]!r}, sums every row "
        f"before it. Below it {len(places)} rows, {below[0].label[:_LONGEST]!r} first, are in no total. Do they count?",
        (("leave", "Leave them out: they take the total apart"), ("count", "Count them: they stand beside it")),
        "",
    )
    return frozenset(places) if decisions.take(choice) == "leave" else frozenset()


def _is_under_total(sums: Sums, entry: Entry) -> bool:
    return any(row_words.says_total(text) for text in sums.headings.get(entry.row, ())[-1:])


def choose_outside(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows without which a total among whose rows they stand, or which follows, adds up, and which no other total
    sums: whether they are money of their own is a choice.
    """
    if table.sums is None:
        return frozenset()
    found = [entry for entry in table.sums.top if entry.aside and not entry.is_total and any(entry.amounts)]
    found = found or [e for e in _outside_the_whole(table.sums) if e.row not in table.flows and not flow_over(table, e)]
    # The only part of what the row right above it states says nothing more.
    again = frozenset(table.place_of(entry.row) for entry in found if _states_again(table.sums, entry))
    found = [entry for entry in found if table.place_of(entry.row) not in again]
    if not found:
        return again
    column = table.of_role("amount")[0].index
    cells = ", ".join(table.grid.address(entry.row, column) for entry in found[:_NAMED])
    choice = table.choice(
        "rows",
        ("outside", cells),
        f"{cells} of {table.grid.name!r} ({found[0].label[:_LONGEST]!r}) stands among the rows of a total which adds "
        "up without it. Does it count?",
        (("leave", "Leave it out, as the total does"), ("count", "Count it beside the total")),
        "leave",
    )
    places = frozenset(table.place_of(line.row) for entry in found for line in entry.lines())
    return again | places if decisions.take(choice) == "leave" else again


def _states_again(sums: Sums, entry: Entry) -> bool:
    """Whether the row above states the same in every column, and in several that differ."""
    rows = {each.row: each for top in sums.top for each in (*top.lines(), *top.totals())}
    above = rows.get(max((row for row in rows if row < entry.row), default=-1))
    return above is not None and above.amounts == entry.amounts and len(set(entry.amounts) - {0}) > 1


def _outside_the_whole(sums: Sums) -> list[Entry]:
    """The few lines in no total among the rows of which the last total of a table sums nearly all, and the sections
    with a total of their own that stand before a total of several others which says that it is the whole.
    """
    wholes = [entry for entry in sums.top if entry.is_total and entry.worded and entry.exact and not entry.memo]
    if not wholes:
        return []
    whole = wholes[0] if sums.above else wholes[-1]
    inside = sum(1 for _ in whole.lines())
    below = whole.members[0].row > whole.row if whole.members else sums.above
    outside = [
        entry
        for entry in sums.top
        if not entry.is_total
        and not entry.memo
        and any(entry.amounts)
        and entry.row not in sums.lone_totals
        and (entry.row > whole.row if below else entry.row < whole.row)
    ]
    if 0 < len(outside) * _NEARLY_ALL <= inside:
        return outside
    of_totals = sum(1 for _ in whole.totals()) > _TOTALS
    if outside or below or not of_totals or not _names_the_whole(whole.label):
        return []
    return [entry for entry in sums.top if entry.is_total and entry.row < whole.row and not entry.memo]


def _names_the_whole(label: str) -> bool:
    return _is_all_total(label) or row_words.without_total(label) in ("gross", "net")


_TOTALS: Final = 2
"""A total of no more totals than this, itself among them, may be that of one section."""

_NEARLY_ALL: Final = 4
"""So many times as many lines are in the whole as outside it."""


def _one_line_sections(table: Table) -> set[int]:
    """The rows called totals that close a heading of their own name with nothing else under it."""
    assert table.sums is not None
    under: dict[tuple[str, ...], list[int]] = {}
    for row, headings in table.sums.headings.items():
        under.setdefault(headings, []).append(row)
    return {
        rows[0]
        for headings, rows in under.items()
        if len(rows) == 1
        and headings
        and rows[0] in table.sums.lone_totals
        and row_words.fold_label(headings[-1]) == row_words.without_total(table.labels.said(table.place_of(rows[0])))
    }


def _states(table: Table, row: int) -> bool:
    money: npt.NDArray[np.int64] = table.amounts[table.place_of(row)]
    return bool(money.any())
