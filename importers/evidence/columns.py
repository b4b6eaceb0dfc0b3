"""Reads the columns of a table: the role of each, and for amounts the year, stage, control and unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from budget_align.core.returns.profile import fold_header
from budget_align.core.returns.reading import Role, TableAnswers
from budget_align.core.values.money import Unit
from importers.evidence.alternatives import have_own_names
from importers.evidence.amount_columns import as_amount, find_header_years, read_amount_column
from importers.evidence.biennia import date_biennia
from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.column_kinds import (
    KindBelief,
    find_additive,
    tell_kind,
    weigh_beside_others,
)
from importers.evidence.column_nets import find_nets
from importers.evidence.column_series import share_among_series
from importers.evidence.column_sums import find_total_columns
from importers.evidence.label_columns import place_labels, read_label_column, tell_dimensions
from importers.evidence.money_columns import tell_apart
from importers.evidence.open_columns import choose_open, tell_by_company
from importers.evidence.paid_from import tell_paid_from
from importers.evidence.relative_years import date_relative_years
from importers.evidence.row_units import says_scales
from importers.evidence.sides_in_turn import share_in_turn
from importers.structure.block import Block
from importers.structure.grid import Grid, Ints, sample
from importers.words import flow_words, period_words, row_words, stage_words, vocabulary
from importers.words.unit_words import find_unit


def read_columns(
    grid: Grid, block: Block, answers: TableAnswers, decisions: Decisions | None = None, key: str = ""
) -> list[Column]:
    """The columns of a table, from left to right, each with a role, its confidence and the evidence for it; the roles
    that a person gave go first.
    """
    return choose_columns(grid, block, tell_columns(grid, block, answers), answers, decisions or Decisions(), key)


def tell_columns(grid: Grid, block: Block, answers: TableAnswers) -> list[Column]:
    """The columns of a table as far as they tell what they are by themselves, whatever is chosen between them."""
    rows = sample(block.data)
    additive = find_additive(grid, block, rows)
    headers = {c: " ".join(" ".join(block.header_texts(grid, c)).split()) for c in block.values}
    units = {c: _find_unit(grid, header, block.header_texts(grid, c)) for c, header in headers.items()}
    titled = any(find_unit(grid.text(*where), grid.terms.currency) for where in block.titles)
    beliefs = {
        c: tell_kind(grid, block, c, headers[c], rows, has_unit=units[c] is not None, titled=titled, additive=additive)
        for c in block.values
    }
    beliefs = share_among_series(weigh_beside_others(beliefs), headers)
    beliefs = share_in_turn(grid, rows, tell_by_company(grid, rows, beliefs, headers))
    columns = {
        c: _read_value_column(grid, c, headers[c], block.header_texts(grid, c), units[c], beliefs[c])
        for c in block.values
    }
    columns = {c: _with_own_flow(grid, block, column) for c, column in columns.items()}
    columns |= {
        c: _as_days(grid, block, column) for c, column in columns.items() if "shaped as days" in column.evidence
    }
    columns |= {c: read_label_column(grid, block, c) for c in block.labels}
    scales = [c for c in block.values if says_scales(grid, block, columns[c])]
    columns |= {c: Column(c, headers[c], "row_unit", 0.9, "it says in which scale each row is") for c in scales}
    ordered = _obey(grid, _with_flows_of_names(grid, block, [columns[c] for c in sorted(columns)]), answers)
    said = [grid.text(*where) for where in block.titles]
    told = find_nets(grid, rows, find_total_columns(grid, _of_money(grid, block, rows), ordered))
    return _set_aside_parts_of_years(told, is_over=any(map(period_words.says_year_is_over, said)))


def _of_money(grid: Grid, block: Block, rows: Ints) -> Ints:
    """Some rows without those of another measure than the table's: posts and shares among amounts have no totals, or
    have none that columns add up to.
    """
    other = np.zeros(len(rows), dtype=bool)
    for column in block.labels:
        codes = grid.codes[rows, column]
        said = {c: row_words.says_share_row(grid.vocabulary[c]) for c in np.unique(codes).tolist() if c}
        other |= np.isin(codes, [code for code, share in said.items() if share])
    return rows[~other] if other.any() and 2 * other.sum() < len(rows) else rows


def _find_unit(grid: Grid, header: str, said: Sequence[str]) -> Unit | None:
    """The unit that a column's header states, as a whole or in one row of it, which alone may say "1.000 kr."."""
    whole = find_unit(header, grid.terms.currency)
    if len(said) < _SEVERAL or (whole is not None and whole.multiplier > 1):
        return whole
    of_rows = [unit for text in said if (unit := find_unit(text, grid.terms.currency)) is not None]
    return next((unit for unit in of_rows if unit.multiplier > 1), whole or next(iter(of_rows), None))


_SEVERAL = 2


def choose_columns(
    grid: Grid,
    block: Block,
    told: list[Column],
    answers: TableAnswers,
    decisions: Decisions,
    key: str,
    *,
    alone: bool = False,
) -> list[Column]:
    """Columns as `tell_columns` gives them, with what is chosen between them; `alone` where nothing in the workbook
    is money for certain, so that what may be is asked about.
    """
    shape = "\n".join(fold_header(column.header) for column in told)
    if alone and not any(column.role == "amount" for column in told):
        may_be = {
            c.index: as_amount(grid, c)
            for c in told
            if (c.may_be_money or (c.by_words and c.role.endswith("_code"))) and c.index > min(block.labels, default=-1)
        }
        told = choose_open(grid, told, may_be, decisions, key, shape) if may_be else told
    told = date_biennia(grid, date_relative_years(grid, block, told, answers, decisions, key), decisions, key)
    told = tell_paid_from(grid, block, told, decisions, key, shape)
    ordered = tell_apart(grid, block, told, decisions, key, shape, answers.stage)
    ordered = place_labels(grid, block, tell_dimensions(grid, block, ordered))
    return _obey(grid, _without_repeats(grid, block, ordered), answers)


def _without_repeats(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns without amounts that state in every row what a column before them does, where nothing that either
    says is otherwise: "Annual budget" before the months and "Total" after them.
    """
    counted = {c.index for c in columns if c.role == "amount"}
    summed = [set(c.parts) for c in columns if c.role == "total"]
    kept: list[Column] = []
    alike: dict[bytes, list[Column]] = {}
    for column in columns:
        # The sum of parts that are counted states no money of its own.
        doubled = column.role == "amount" or (column.role == "total" and not counted & set(column.parts))
        same = alike.setdefault(_figures(grid, block, column), []) if doubled else []
        others = [c for c in same if c.role == "amount"]
        # Two halves of a total are no copies of each other.
        others = [c for c in others if not any({c.index, column.index} <= parts for parts in summed)]
        again = next((c for c in others if _may_be_the_same(c, column)), None)
        if again is not None and _tell_much(grid, block, column):
            evidence = f"the same as column {again.letter} in every row"
            column = replace(column, role="unused", confidence=0.9, evidence=evidence)
        kept.append(column)
        same.append(column)
    return kept


def _figures(grid: Grid, block: Block, column: Column) -> bytes:
    """What a column states in every row, blank being zero."""
    return bytes((np.nan_to_num(grid.numbers[block.data, column.index]) + 0.0).tobytes())


def _tell_much(grid: Grid, block: Block, column: Column) -> bool:
    """Whether a column states so much that another one hardly states the same by chance."""
    figures = np.nan_to_num(grid.numbers[block.data, column.index])
    if int((figures != 0).sum()) < _ROWS_THAT_TELL:
        return False
    return sum(len(str(int(abs(value))).rstrip("0")) for value in figures.tolist()) >= _DIGITS_THAT_TELL


def _may_be_the_same(one: Column, other: Column) -> bool:
    """Whether nothing that two columns say is otherwise in the one than in the other."""
    said = [
        {a, b} - {"", None}
        for a, b in (
            (one.fiscal_year, other.fiscal_year),
            (one.stage, other.stage),
            (one.version, other.version),
            (one.flow, other.flow),
            (one.control, other.control),
            (one.unit, other.unit),
            # An even twelfth stands in every month, and is twelve times as much in all.
            (period_words.find_period(one.header), period_words.find_period(other.header)),
        )
    ]
    return not (any(len(words) > 1 for words in said) or have_own_names(one, other))


_ROWS_THAT_TELL = 4
_DIGITS_THAT_TELL = 12


def _obey(grid: Grid, columns: list[Column], answers: TableAnswers) -> list[Column]:
    """The columns with what a person said of them."""
    given = answers.columns
    return [
        replace(column, role=given[column.letter], confidence=1.0, evidence=answers.evidence, may_be_money=False)
        if column.letter in given
        else column
        for column in columns
    ]


def _set_aside_parts_of_years(columns: list[Column], *, is_over: bool) -> list[Column]:
    """The columns with amounts of a year so far as memo, where others hold those of the whole year; where titles say
    that the year is over, they are what was spent and received in it.
    """
    amounts = [column for column in columns if column.role == "amount"]
    partial = {column.index for column in amounts if period_words.says_part_of_year(column.header)}
    if not partial or len(partial) == len(amounts):
        return columns
    spent = any(column.stage in ("outturn", "forecast") for column in amounts if column.index in partial)
    whole = [c for c in amounts if c.index not in partial]
    if is_over:
        over = {c.index for c in amounts if c.index in partial and c.stage != "budget"}
        return [replace(c, stage=c.stage or "outturn", account="") if c.index in over else c for c in columns]
    if not spent and all(_is_in_force(c, whole) for c in amounts if c.index in partial):
        return [replace(c, version=c.version or "revised") if c.index in partial else c for c in columns]
    return [
        replace(c, role="memo", confidence=0.85, evidence=f"the header {c.header!r} says part of a year")
        if c.index in partial
        else c
        for c in columns
    ]


def _is_in_force(column: Column, whole: Sequence[Column]) -> bool:
    """Whether a budget to date, where nothing is spent so far, is the one in force: it stands beside another budget of
    its year, or no column has the whole of its year and it is no part of it either, as estimates to date.
    """
    beside = [each for each in whole if each.fiscal_year == column.fiscal_year]
    if beside or column.stage != "budget":
        return any(each.stage == "budget" == column.stage for each in beside)
    return not period_words.says_year_so_far(column.header)


def _read_value_column(
    grid: Grid, c: int, header: str, said: Sequence[str], unit: Unit | None, belief: KindBelief
) -> Column:
    years = find_header_years(grid, header)
    if vocabulary.says_real_terms(header):
        return Column(c, header, "measure", 0.9, f"the header {header!r} says real terms: no cash")
    if vocabulary.says_share_of_total(header) or vocabulary.begins_as_change(header):
        evidence = f"the header {header!r} speaks of a change"
        return Column(c, header, "change", 0.9, evidence, by_words=belief.kind == "money" or belief.open)
    if vocabulary.says_change(header) and (not unit or len(years) > 1):
        evidence = f"the header {header!r} speaks of a change"
        return Column(c, header, "change", 0.9, evidence, by_words=belief.kind == "money" or belief.open)
    if belief.kind == "money" and vocabulary.says_measure(header) and unit is None:
        evidence = f"the header {header!r} names a measure that is not money"
        return Column(c, header, "measure", 0.9, evidence, by_words=True)
    if belief.kind == "money":
        # The head of a group may name the first of its years.
        own = next((found for text in reversed(said) if (found := find_header_years(grid, text))), years)
        # A month below a year is one of that calendar year.
        own = years if said and period_words.find_period(said[-1]) and len(years) == 1 else own
        column = read_amount_column(c, header, own if len(own) == 1 else years, belief, grid.terms.currency)
        # Several rows of a header are looked at for a unit one by one as well.
        column = replace(column, unit=unit or column.unit)
        if column.stage:
            # What stands next to the body says more than the head of a group.
            inner = (stage for text in reversed(said) if (stage := stage_words.find_stage(text)))
            column = replace(column, stage=next(inner, column.stage))
        # A header in two languages says it in the second line too.
        lines = [header, *(line for text in said for line in text.splitlines())]
        if any(map(row_words.says_of_which, lines)) or row_words.says_memo(header):
            return replace(column, role="memo", evidence=f"the header {header!r}")
        return column
    role = _ROLES.get(belief.kind) or _code_role(header)
    evidence = f"{_KINDS[belief.kind]}: {belief.evidence}"
    confidence = min(belief.confidence, 0.99)
    return Column(c, header, role, confidence, evidence, may_be_money=belief.open, by_words=belief.by_words)


def _as_days(grid: Grid, block: Block, column: Column) -> Column:
    """A column of numbers such as 20240215 as the days that they are."""
    said = block.texts(grid, column.index, with_numbers=True).words
    if not grid.terms.calendar.years_of_days([word for word in said if word]):
        return column
    return replace(column, role="year", evidence="every number is a day")


def _with_own_flow(grid: Grid, block: Block, column: Column) -> Column:
    """The flow that the header next to the body names, whatever stands above it, such as a title over all columns; else
    the one that a row above names, such as the head of a group.
    """
    said = block.header_texts(grid, column.index)
    if column.role != "amount" or column.flow or len(said) < 2:
        return column
    return replace(column, flow=flow_words.find_flow(said[-1]) or _flow_above(grid, block, column.index))


def _with_flows_of_names(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns, each amount that no flow is told of with that of the names left of it, where two columns of names or
    more stand under different flows, side by side: "Expenditure", its amounts, "Income", its amounts.
    """
    flows = {c.index: _flow_above(grid, block, c.index) for c in columns if c.role in _NAMES}
    if len(set(flows.values()) - {""}) < _SIDES or any(c.flow for c in columns if c.role == "amount"):
        return columns
    told: list[Column] = []
    flow = ""
    for column in columns:
        flow = flows.get(column.index) or flow
        told.append(replace(column, flow=flow) if column.role == "amount" else column)
    return told


def _flow_above(grid: Grid, block: Block, column: int) -> str:
    """The flow that a row of the header above a column names, and no other does."""
    said = {flow_words.find_flow(text) for text in block.header_texts(grid, column)} - {""}
    return said.pop() if len(said) == 1 else ""


IDENTIFIES: Final = "numbers that only tell papers or parties apart"
"""How the evidence of a column of vouchers, invoices or suppliers begins."""

_CODES = ("programme_code", "unit_code", "account_code")
_NAMES = ("programme", "unit", "account", "unused", "description", "counterpart", *_CODES)
_SIDES = 2

_ROLES: dict[str, Role] = {
    "ratio": "measure",
    "quantity": "measure",
    "year": "year",
    "day": "unused",
    "period": "unused",
    "identifier": "unused",
}
_KINDS = {
    "ratio": "a ratio",
    "quantity": "a quantity",
    "year": "years",
    "day": "days",
    "period": "months or periods",
    "identifier": IDENTIFIES,
    "code": "codes",
}


def _code_role(header: str) -> Role:
    role = vocabulary.find_role(header)
    if role in ("unit_code", "account_code", "note"):
        return role
    return {"account": "account_code", "unit": "unit_code"}.get(role or "", "programme_code")  # type: ignore[return-value]
