"""Tells the totals of a table from its lines, by what kind of table it is, and sets aside rows that are no amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from budget_align.core.values.money import MAXIMUM
from importers.evidence.amounts import half_of_last_place, measure
from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.column_sums import decimal_places
from importers.evidence.context import Context
from importers.evidence.row_dimensions import tell_flow
from importers.evidence.row_units import row_multipliers
from importers.evidence.weights import CHANCE
from importers.readings.balances_around import choose_balances_around
from importers.readings.beyond_sections import choose_beyond_sections
from importers.readings.beyond_what_is_left import choose_beyond_left
from importers.readings.code_flows import choose_flows_of_codes
from importers.readings.code_levels import choose_code_levels, find_code_levels
from importers.readings.code_paths import find_paths
from importers.readings.counted_blocks import choose_counted_blocks
from importers.readings.counted_rows import choose_counted_rows
from importers.readings.cube_totals import find_cube_totals
from importers.readings.cumulative_lists import choose_cumulative_list
from importers.readings.double_entry import choose_accounts
from importers.readings.evened_rows import choose_evened
from importers.readings.foot_rows import choose_foot
from importers.readings.foreign_rows import set_by_columns
from importers.readings.headed_sums import find_headed_sums
from importers.readings.list_entries import find_entries
from importers.readings.lists_of_parts import find_ends_of_parts
from importers.readings.marked_parts import choose_marked_parts
from importers.readings.money_told_twice import choose_repeated_runs, choose_views
from importers.readings.named_flows import choose_named_flows
from importers.readings.names_above import with_names_above
from importers.readings.near_totals import choose_near_totals
from importers.readings.no_amounts import find_no_amounts, summed_by_total
from importers.readings.parents_parted_twice import choose_parting
from importers.readings.parts_of_rows import choose_lines_called_parts, choose_parts_of_rows
from importers.readings.promised_rows import choose_promised_rows, choose_taken_back
from importers.readings.row_balances import choose_balances
from importers.readings.row_depths import find_depths, indent_of
from importers.readings.row_endings import choose_endings
from importers.readings.row_flows import tell_flows_of_sections
from importers.readings.row_totals import (
    choose_deductions,
    choose_hidden_rows,
    choose_outside,
    choose_partial_sums,
    doubt_below,
    doubt_totals,
    find_unnamed,
)
from importers.readings.row_versions import choose_cumulative, choose_versions_of_rows
from importers.readings.rows_called_totals import choose_rows_called_totals
from importers.readings.rows_in_turn import choose_rows_in_turn
from importers.readings.rows_taken_out import choose_taken_out
from importers.readings.scaled_rows import choose_scaled_rows
from importers.readings.table import Table, row_labels
from importers.readings.told_again import tell_again
from importers.readings.told_flows import say_what_tells
from importers.readings.totals_of_flows import (
    choose_totals_of_flows,
    find_differences_of_totals,
    find_flows_stated_again,
    find_parents_of_flows,
)
from importers.readings.unkeyed_rows import choose_unkeyed_rows
from importers.readings.unknown_flows import tell_flows_of_words
from importers.readings.unnamed_parts import choose_flows_of_parts
from importers.readings.unread_rows import choose_unsure, doubt_unread
from importers.readings.wholes_in_time import find_wholes_in_time
from importers.relations.chance import Chance
from importers.relations.deductions import find_deductions
from importers.relations.one_column import find_partial_sums, find_totals_by
from importers.relations.outline import Path, find_code_outline, find_outline
from importers.relations.statements import Statement, find_statement
from importers.relations.sums import Entry, Row, Sums, Vector
from importers.relations.sums_by_label import check_by_label, find_sums_by_label
from importers.relations.tiling import BELIEVED, LONGEST_TILING, Tiling, find_tiling, find_whole
from importers.relations.totals import find_totals
from importers.structure.block import Block
from importers.structure.grid import Bools, Grid, Ints, Kind, are_years
from importers.words import flow_words, income_words, lexicon, row_words, vocabulary
from importers.words.unit_words import states_amount

_HEADING_LENGTH = 120
"""A longer text between rows explains them and heads none."""

_PLACES_KEPT = 4
"""Decimal places by which figures that are no money are added up."""

_LIST_FROM = 60
"""Tables of more rows that each fill every column of labels are lists, with no totals but those that say so."""

_WORDED = 0.01
"""From this share of rows called totals on, the word names totals and no supplier."""

_FLAT_FROM = 3_000
"""Tables of more rows are searched for totals only where a label or a sum speaks of one."""


def make_table(
    grid: Grid, block: Block, columns: list[Column], context: Context, decisions: Decisions | None = None
) -> Table:
    """A table with its amounts measured and its totals told from its lines.

    Raises:
        RefusedError: an amount is beyond any budget.
    """
    multipliers = row_multipliers(grid, block, columns)
    amounts, stated = measure(grid, block.data, columns, context.unit, multipliers)
    decisions = decisions or Decisions()
    table = Table(grid, block, columns, context, amounts, stated)
    choose_unsure(table, decisions)
    choose_scaled_rows(table, decisions)
    # A list of payments says "change" and "average" of what was bought; only a row that could be no line means its own.
    listed = ((_label_fills(table) == 1) & (len(block.data) > _LIST_FROM)) | find_entries(table)
    table.shares = find_no_amounts(table, listed)
    if multipliers is not None:
        table.shares |= frozenset(np.flatnonzero(multipliers == 0).tolist())
    table.shares |= choose_evened(table, decisions)
    table.shares |= find_headed_sums(table)
    table.shares |= set_by_columns(table, decisions)
    table.shares |= find_parents_of_flows(table)
    table.shares |= choose_totals_of_flows(table, decisions)
    table.shares |= find_wholes_in_time(table, decisions)
    table.shares |= find_code_levels(table)
    table.shares |= choose_counted_rows(table, decisions)
    wholes, dimensions = find_cube_totals(table, decisions)
    table.shares |= wholes
    table.shares |= choose_versions_of_rows(table, decisions, dimensions) | choose_cumulative(table, decisions)
    table.shares |= choose_cumulative_list(table, decisions)
    table.shares |= choose_endings(table, decisions) | choose_rows_in_turn(table, decisions)
    table.shares |= choose_hidden_rows(table, decisions) | choose_promised_rows(table, decisions)
    table.shares |= choose_taken_back(table, decisions) | choose_taken_out(table, decisions)
    table.shares |= choose_balances(table, decisions)
    table.shares |= choose_parting(table, decisions)
    _take_off(table, decisions)
    table.sums = _sum_up(table, decisions)
    # Where nothing of it is money, there is nothing to choose.
    return _choose_lines(table, decisions) if table.of_role("amount") else table


def _choose_lines(table: Table, decisions: Decisions) -> Table:
    """A table whose totals are known with the flows of its lines, and without those that do not count."""
    choose_beyond_sections(table, decisions)
    again = find_flows_stated_again(table) | find_differences_of_totals(table)
    table = replace(table, left=again) if again else table
    around = choose_balances_around(table, decisions)
    left = choose_accounts(table, decisions)
    if left is None:
        left = tell_flows_of_sections(table, decisions)
        if not choose_flows_of_codes(table, decisions):
            left |= choose_named_flows(table, decisions)
            choose_flows_of_parts(table, decisions)
    left |= choose_beyond_left(table, decisions)
    left |= again | around | find_unnamed(table, decisions)
    left |= choose_unkeyed_rows(table, decisions, left)
    left |= choose_marked_parts(table, decisions)
    left |= choose_near_totals(table, decisions, left)
    left |= choose_code_levels(table, decisions, left)
    left |= choose_rows_called_totals(table, decisions, left)
    left |= choose_counted_blocks(table, decisions)
    left |= choose_outside(table, decisions)
    left |= (
        doubt_below(table, decisions, left)
        or choose_views(table, decisions, left)
        or choose_repeated_runs(table, decisions, left)
    )
    left |= choose_foot(table, decisions, left)
    left |= doubt_totals(table, decisions, left) | doubt_unread(table, decisions)
    if left:
        table = replace(table, left=left)
    tell_flows_of_words(table, decisions)
    table = tell_again(table, decisions)
    say_what_tells(table)
    return table


def _take_off(table: Table, decisions: Decisions) -> None:
    """Turns the sign of rows that are taken off without one, as a net below them proves; of others that say so, a
    choice.
    """
    parts = [column.index for column in table.of_role("amount")]
    if not parts:
        return
    stated = np.asarray(table.stated[:, parts].any(axis=1))
    labels = table.labels
    says = np.array([lexicon.says("net", word) or row_words.says_less(word) for word in labels.words], dtype=bool)
    if len(stated) > _FLAT_FROM or not says[labels.codes].any():
        return
    places = [p for p in np.flatnonzero(stated).tolist() if p not in table.shares]
    vectors = list(map(tuple, table.amounts[:, parts].tolist()))
    rows = [Row(place, labels.said(place), vectors[place]) for place in places]
    taken = find_deductions(rows)
    if any(_is_received(row.label) for row in rows if row.row in taken):
        # It is no less of what is spent, but income beside it.
        taken = set()
    said = {row.row for row in rows if row_words.says_less(row.label) and min(vectors[row.row], default=0) > 0}
    said -= summed_by_total(table, said)
    taken |= choose_deductions(table, decisions, sorted(said - taken))
    table.amounts[sorted(taken)] *= -1


def _is_received(label: str) -> bool:
    """Whether a label names income, and does not say that it is taken off."""
    bare = flow_words.may_say_flow("income", label) and not flow_words.may_say_flow("expenditure", label)
    return (bare or income_words.names_income(label)) and not row_words.says_less(label)


def _sum_up(table: Table, decisions: Decisions) -> Sums | None:
    """The table's totals, by the columns that hold amounts and not sums of others."""
    parts = [column.index for column in table.of_role("amount")]
    if not parts:
        return _sum_up_measures(table)
    whole = _find_unnamed_total(table, parts)
    fills = _label_fills(table)
    worded = np.array([row_words.says_total(word) for word in table.labels.words], dtype=bool)[table.labels.codes]
    entries = find_entries(table)
    if entries.all() and not worded.any():
        # Each is a payment of its own, whatever others come to.
        return None
    listed = ((fills == 1) & (len(fills) > _LIST_FROM)) | entries
    if worded.mean() > _WORDED:
        fills[worded] = np.minimum(fills[worded], 0)
    flat = len(table.block.data) > _FLAT_FROM or bool((fills == 1).mean() > 0.98 and len(table.block.data) > _LIST_FROM)
    paths = find_paths(table)
    whole = _find_whole_row(table, parts) if flat and whole is None else whole
    by_code_alone = whole is None and flat and not _may_hold_totals(table, parts, fills)
    if by_code_alone and not paths and len(table.block.data) > LONGEST_TILING:
        return None
    vectors = list(map(tuple, table.amounts[:, parts].tolist()))
    rows = _rows_to_sum(table, vectors, fills, listed, whole)
    units = {column.index: column.unit or table.context.unit for column in table.columns}
    tolerance = tuple(half_of_last_place(table.grid, table.block.data, c, units[c]) for c in parts)
    if whole is not None:
        # All others are in it, so that there is nothing to search for among them.
        members = [Entry(row.row, row.label, row.amounts) for row in rows if row.amounts is not None]
        at, label = int(table.block.data[whole]), table.labels.said(whole)
        return Sums([Entry(at, label, vectors[whole], is_total=True, whole=True, members=members)], {}, {})
    alone = set(table.block.data[entries].tolist())
    rows = [replace(row, whole=True) if row.row in alone else row for row in rows]
    lines = choose_lines_called_parts(table, decisions, rows)
    rows = [replace(row, whole=True) if row.row in lines else row for row in rows]
    marked = choose_parts_of_rows(table, decisions, rows, tolerance)
    rows = [replace(row, part=True) if row.row in marked else row for row in rows]
    ends = find_ends_of_parts(table, decisions, rows, tolerance)
    rows = [replace(row, ends=True) if row.row in ends else row for row in rows]
    if _is_in_blocks(table, rows):
        return _sum_blocks(rows, tolerance, table.context.names)
    if table.of_role("price_basis"):
        return _sum_by_price_basis(table, rows, tolerance)
    by_label = find_sums_by_label(rows, tolerance)
    own = [row for row in rows if row.row not in by_label]
    outline = _find_outline(own, paths, tolerance, _tiling_of_list if by_code_alone else find_outline)
    if by_code_alone and not outline[0]:
        return None
    tiling = None if outline[0] else _find_tiling(own, tolerance)
    statement = None if outline[0] else _find_statement(table, [row for row in rows if not row.part])
    if statement is not None and (tiling is None or tiling.alone or statement.expected < tiling.expected):
        by_words = find_totals(own, tolerance, table.context.names)
        left = any(any(entry.amounts) and not (entry.is_total or entry.memo) for entry in by_words.top)
        # Where what is called a total sums every line, or the lines of each side, words have told what is what.
        if left and sum(entry.worded and entry.exact for entry in by_words.totals()) < _SIDES:
            sums = find_totals(rows, tolerance, table.context.names, (statement.entries, statement.under))
            return replace(sums, nets=[statement.net(sums)])
    outline = _believe(table, decisions, tiling) if tiling is not None else outline
    sums = _find_or_choose(table, decisions, own, tolerance, outline)
    if not any(True for _ in sums.totals()) and (all_others := _find_whole(own)) is not None:
        sums = _find_or_choose(table, decisions, own, tolerance, _believe(table, decisions, all_others))
    check_by_label(sums, rows, by_label)
    return sums


Outline = tuple[dict[int, Entry], set[int]]
"""The outermost totals by row, and the rows under them."""


def _find_outline(
    rows: list[Row],
    paths: Mapping[int, Path],
    tolerance: tuple[int, ...],
    *others: Callable[[list[Row], tuple[int, ...]], Outline],
) -> Outline:
    """The totals that codes tell, else what the first other way tells."""
    outline = find_code_outline(rows, paths, tolerance) if paths else ({}, set())
    for find in others:
        outline = outline if outline[0] else find(rows, tolerance)
    return outline


def _tiling_of_list(rows: list[Row], tolerance: tuple[int, ...]) -> tuple[dict[int, Entry], set[int]]:
    """The totals of what reads as a list, all of whose rows are in groups that chance does not make; none else."""
    found = find_tiling(rows, tolerance)
    return ({}, set()) if found is None or found.expected > BELIEVED else (found.parents, found.under)


_SIDES = 2


def _rows_to_sum(table: Table, vectors: Sequence[Vector], fills: Ints, listed: Bools, whole: int | None) -> list[Row]:
    """The rows of a table among which totals are looked for, headings among them; none that is set aside, nor a row
    that is known to state all others.
    """
    every = [column.index for column in table.of_role("amount", "total", "memo")]
    stated = np.asarray(table.stated[:, every].any(axis=1))
    places = {int(row): place for place, row in enumerate(table.block.data.tolist())}
    body_labels = row_labels(table.grid, table.block, table.columns, body=True)
    depths = find_depths(table)
    rows: list[Row] = []
    for position, row in enumerate(table.block.body.tolist()):
        place = places.get(row)
        label = body_labels.said(position) or (_year_heading(table, row) if place is None else "")
        if place is not None and (place in table.shares or place == whole):
            continue
        if place is not None and stated[place]:
            indent = indent_of(table, row, depths)
            rows.append(Row(row, label, vectors[place], indent, int(fills[place]), bool(listed[place])))
        elif label and place is None and len(label) <= _HEADING_LENGTH and not _is_remark(table, label):
            rows.append(Row(row, label, None, indent_of(table, row, depths)))
    return with_names_above(rows)


def _is_remark(table: Table, label: str) -> bool:
    """Whether a text between rows says something of the row above, and heads none."""
    return row_words.is_sentence(label) or states_amount(label, table.grid.terms.currency)


def _find_statement(table: Table, rows: Sequence[Row]) -> Statement | None:
    """What the table is made of, where some of its rows state what others come to less further ones. Rows whose words
    set them aside as results or balances may be among them, and are no money of their own.
    """
    parts = [column.index for column in table.of_role("amount")]
    aside = [
        Row(int(table.block.data[place]), table.labels.said(place), tuple(table.amounts[place, parts].tolist()))
        for place in sorted(table.shares)
        if row_words.says_derived_row(table.labels.said(place)) or row_words.says_balance(table.labels.said(place))
    ]
    every = sorted([*rows, *aside], key=lambda row: row.row)
    named = {row.row for row in aside}
    named |= {row.row for row in rows if _says_a_side(row.label)}
    found = find_statement(every, named) if aside else None
    return found.without({row.row for row in aside}) if found else find_statement(rows, named)


def _says_a_side(label: str) -> bool:
    """Whether a label says that a row is received, spent or left."""
    return bool(tell_flow(label)) or row_words.says_surplus(label) or lexicon.says("net", label)


def _find_tiling(rows: list[Row], tolerance: tuple[int, ...]) -> Tiling | None:
    """The groups that take in every row of a table in which no word calls one a total."""
    # What words call totals sums the groups.
    plain = [row for row in rows if not row_words.says_total(row.label) and not row.takes_apart]
    found = find_tiling(plain, tolerance) if len(plain) > len(rows) / 2 else None
    return None if _sums_all(plain, [row for row in rows if row_words.says_total(row.label)]) else found


def _find_whole(rows: list[Row]) -> Tiling | None:
    """The row that all others come to in a table without any words of totals, and which does not say that it is the
    other side of them.
    """
    if any(row_words.says_total(row.label) or row.takes_apart for row in rows):
        return None
    found = find_whole(rows)
    return None if found is None or any(_is_other_side(each.label) for each in found.parents.values()) else found


def _is_other_side(label: str) -> bool:
    """Whether a label says that a row is received or left, so that it may be as much as all that is spent."""
    return tell_flow(label) in ("income", "financing") or row_words.says_surplus(label) or lexicon.says("net", label)


def _believe(table: Table, decisions: Decisions, found: Tiling) -> tuple[dict[int, Entry], set[int]]:
    """The totals of groups that take in every row of a table; a choice where chance could make them."""
    if found.expected > BELIEVED:
        column = table.of_role("amount")[0].index
        cells = ", ".join(table.grid.address(row, column) for row in list(found.parents)[:_TILES_NAMED])
        told = (
            f"In {table.grid.name!r} {cells} and {len(found.under)} other rows make groups: each of these states what "
            "rows beside it come to. Are they totals?"
            if len(found.parents) > 1
            else f"In {table.grid.name!r} {cells} states what all {len(found.under)} other rows come to. Is it their "
            "total?"
        )
        choice = table.choice(
            "rows",
            ("groups", cells),
            told,
            (("totals", "They are totals: do not count them"), ("lines", "They are lines: count them")),
            "totals",
        )
        if decisions.take(choice) == "lines":
            return {}, set()
    return found.parents, found.under


def _sums_all(rows: Sequence[Row], totals: Sequence[Row]) -> bool:
    """Whether a row that is called a total states what all others come to together, so that none of them is one."""
    stated = [row.amounts for row in rows if row.amounts is not None]
    every = tuple(sum(column) for column in zip(*stated, strict=True))
    return any(row.amounts == every for row in totals)


_TILES_NAMED = 4


def _find_or_choose(
    table: Table,
    decisions: Decisions,
    rows: list[Row],
    tolerance: tuple[int, ...],
    outline: tuple[dict[int, Entry], set[int]],
) -> Sums:
    """The totals that every column bears out, unless some columns tell others and a person chooses them."""
    sums = find_totals(rows, tolerance, table.context.names, outline)
    columns, partial = find_partial_sums(rows, {entry.row for entry in sums.totals()})
    if not partial:
        return sums
    parts = [column.index for column in table.of_role("amount")]
    told = find_totals_by(columns, rows, tolerance, table.context.names)
    return choose_partial_sums(table, decisions, [parts[column] for column in columns], sums, told)


def _label_fills(table: Table) -> npt.NDArray[np.int64]:
    """For each row of data, whether it fills fewer of the columns that name rows than most rows do, or in a table of
    several such columns no fewer: -1, 0 or 1.
    """
    first = min((c.index for c in table.of_role("amount")), default=0)
    naming = [c.index for c in table.columns if c.index in table.block.labels and c.index < first]
    naming = naming or [c.index for c in table.columns if c.index in table.block.labels]
    if not naming:
        return np.zeros(len(table.block.data), dtype=np.int64)
    filled = table.grid.filled[np.ix_(table.block.data, np.array(naming))].sum(axis=1)
    ordered = np.sort(filled)
    usual = int(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2
    most = (filled == usual).mean() > 0.6
    full = (filled >= usual) & (usual >= 2) & most
    return np.where(filled < usual, -1, np.where(full, 1, 0)).astype(np.int64)


def _sum_by_price_basis(table: Table, rows: list[Row], tolerance: tuple[int, ...]) -> Sums:
    """The totals of a table whose rows are in cash and in real terms: each by itself, real terms as memo."""
    column = table.of_role("price_basis")[0].index
    by_basis: dict[str, list[Row]] = {}
    basis = "cash"
    for row in rows:
        basis = vocabulary.find_price_basis(table.grid.text(row.row, column)) or basis
        by_basis.setdefault(basis, []).append(row)
    whole = Sums([], {}, {})
    for basis, group in by_basis.items():
        sums = find_totals(group, tolerance, table.context.names)
        if basis != "cash":
            for entry in sums.top:
                for each in [*entry.lines(), *entry.totals()]:
                    each.memo = True
        whole.top += sums.top
        whole.across += sums.across
        whole.lone_totals |= sums.lone_totals
        whole.headings |= sums.headings
        whole.real_terms = whole.real_terms or basis != "cash"
    return whole


def _sum_up_measures(table: Table) -> Sums | None:
    """The totals of a table without money, such as one of percentages; its figures stand for themselves."""
    columns = [column.index for column in table.of_role("measure")]
    data = table.block.data
    if not columns or len(data) > _FLAT_FROM:
        return None
    places = [min(decimal_places(table.grid.numbers[data, c]), _PLACES_KEPT) for c in columns]
    scaled = np.nan_to_num(table.grid.numbers[np.ix_(data, np.array(columns))]) * 10.0 ** np.array(places)
    if float(np.abs(scaled).max(initial=0)) > MAXIMUM:
        return None
    vectors = list(map(tuple, np.rint(scaled * 2).astype(np.int64).tolist()))
    at = {int(row): place for place, row in enumerate(data.tolist())}
    labels = row_labels(table.grid, table.block, table.columns, body=True)
    depths = find_depths(table)
    rows = [
        Row(row, labels.said(i), vectors[at[row]] if row in at else None, indent_of(table, row, depths))
        for i, row in enumerate(table.block.body.tolist())
        if row in at or labels.said(i)
    ]
    # Twice the last place printed, so that half of it is whole.
    tolerance = (1,) * len(columns)
    return find_totals(rows, tolerance, table.context.names, find_outline(rows, tolerance))


def _find_unnamed_total(table: Table, parts: list[int]) -> int | None:
    """The last row of data where it has no label at all and states, in the columns that it fills, the sum of every row
    before it; None otherwise.
    """
    last = len(table.block.data) - 1
    labels = [c.index for c in table.columns if c.index in table.block.labels]
    if last < 2 or table.grid.filled[table.block.data[last], labels].any():
        return None
    filled = [c for c in parts if table.stated[last, c] and table.amounts[last, c]]
    sums = table.amounts[:last].sum(axis=0)
    return last if filled and all(sums[c] == table.amounts[last, c] for c in filled) else None


def _find_whole_row(table: Table, parts: list[int]) -> int | None:
    """The row of a long list that states what all others come to together, in several columns or to many digits: odds
    that no line of a list has.
    """
    amounts = table.amounts[:, parts].copy()
    amounts[sorted(table.shares)] = 0
    wanted = amounts.sum(axis=0)
    found = np.flatnonzero((2 * amounts == wanted).all(axis=1)).tolist()
    telling = [len(str(abs(int(each))).rstrip("0")) for each in wanted // 2 if each]
    enough = (
        sum(digits >= _DIGITS_OF_WHOLE for digits in telling) > 1 or max(telling, default=0) > 2 * _DIGITS_OF_WHOLE - 2
    )
    return found[0] if len(found) == 1 and enough else None


_DIGITS_OF_WHOLE = 4


def _year_heading(table: Table, row: int) -> str:
    """The year that a heading over rows says as a number; empty where it says none."""
    numbers = [table.grid.numbers[row, c] for c in table.block.columns if table.grid.kinds[row, c] == Kind.NUMBER]
    return str(int(numbers[0])) if len(numbers) == 1 and are_years(np.array(numbers)) else ""


def _is_in_blocks(table: Table, rows: list[Row]) -> bool:
    """Whether headings name what rows are about, and the rows only say of which stage, control or year they are."""
    first = min((c.index for c in table.of_role("amount", "total")), default=0)
    if any(c.index < first for c in table.of_role("programme", "unit", "account")):
        return False
    labels = [row.label.casefold() for row in rows if row.amounts is not None]
    headed = any(row.amounts is None for row in rows)
    repeated = len(labels) >= 2 * len(set(labels))
    if _close_blocks(rows):
        return False
    return bool(table.of_role("stage", "control")) or (bool(table.of_role("year")) and headed and repeated)


def _close_blocks(rows: Sequence[Row]) -> bool:
    """Whether a row called a total closes each of several blocks and states what the rows before it under the same
    heading come to: current, capital and their total, so that its word is no third kind.
    """
    under: list[Row] = []
    closed = 0
    for row in rows:
        if row.amounts is None:
            under = []
        elif under and row_words.says_total(row.label):
            if tuple(map(sum, zip(*(each.amounts or () for each in under), strict=True))) != row.amounts:
                return False
            closed += len(under) > 1
            under = []
        else:
            under.append(row)
    return closed > 1


def _sum_blocks(rows: list[Row], tolerance: tuple[int, ...], names: Sequence[str]) -> Sums:
    """The totals of a table of blocks, each headed by a name with rows such as "estimate" and "request" under it: a
    block headed "Total" sums the rows of the same word in the others.
    """
    heading, over = "", dict[int, tuple[str, ...]]()
    by_word: dict[str, list[Row]] = {}
    for row in rows:
        if row.amounts is None:
            heading = row.label
        else:
            over[row.row] = (heading,) if heading else ()
            by_word.setdefault(row.label.casefold(), []).append(Row(row.row, heading or row.label, row.amounts))
    each = [find_totals(group, tolerance, names) for group in by_word.values()]
    top = sorted((entry for sums in each for entry in sums.top), key=lambda entry: entry.row)
    return Sums(top, {}, over)


def _may_hold_totals(table: Table, parts: list[int], fills: npt.NDArray[np.int64]) -> bool:
    """Whether a long table may hold totals: the label of a row that could be one says so, or such a row equals the sum
    of a run of rows before it and chance hardly makes that.
    """
    texts = table.labels
    worded = np.array([row_words.says_total(w) or row_words.says_of_which(w) for w in texts.words], dtype=bool)
    if bool((worded[texts.codes] & (fills <= 0)).any()):
        return True
    if bool(worded[texts.codes].mean() > _WORDED):
        return True
    weights = np.random.default_rng(1).integers(1, 2**62, len(parts), dtype=np.int64).astype(np.uint64)
    with np.errstate(over="ignore"):
        row = (table.amounts[:, parts].astype(np.uint64) * weights).sum(axis=1, dtype=np.uint64)
        before = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(row, dtype=np.uint64)])
        wanted = before[:-1] - row
    order = np.argsort(before, kind="stable")
    at = np.searchsorted(before[order], wanted)
    there = (at < len(before)) & (before[order][np.minimum(at, len(before) - 1)] == wanted)
    earlier = order[np.minimum(at, len(before) - 1)] <= np.arange(len(row)) - 2
    chance = Chance(table.amounts[:, parts])
    tried = len(row) * (len(row) - 1) // 2
    found = np.flatnonzero(there & earlier & (fills <= 0)).tolist()
    return any(chance.expected(tuple(table.amounts[place, parts].tolist()), tried) < CHANCE for place in found)
