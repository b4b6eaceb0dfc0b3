"""Reads the columns of a table: the role of each, and for amounts the year, stage, control and unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from budget_align.core.fiscal_year import says_year
from budget_align.core.money import Currency
from budget_align.core.reading import Role, TableAnswers
from importers import vocabulary
from importers.column import Column
from importers.column_sums import find_total_columns
from importers.grid import Floats, Grid, Ints, Kind, are_years, sample
from importers.label_columns import place_labels, read_label_column, tell_dimensions
from importers.layout import Block


def read_columns(grid: Grid, block: Block, answers: TableAnswers) -> list[Column]:
    """The columns of a table, from left to right, each with a role, its confidence and the evidence for it; the roles
    that a person gave go first.
    """
    rows = sample(block.data)
    columns = {c: _read_value_column(grid, block, c, rows) for c in block.values}
    columns |= {c: read_label_column(grid, block, c) for c in block.labels}
    ordered = _obey(grid, [columns[c] for c in sorted(columns)], answers)
    ordered = _set_aside_parts_of_years(find_total_columns(grid, rows, ordered))
    ordered = place_labels(grid, block, tell_dimensions(grid, block, ordered))
    return _obey(grid, ordered, answers)


def _obey(grid: Grid, columns: list[Column], answers: TableAnswers) -> list[Column]:
    """The columns with what a person said of them."""
    given = answers.columns
    return [
        replace(column, role=given[column.letter], confidence=1.0, evidence=answers.evidence)
        if column.letter in given
        else column
        for column in columns
    ]


def _set_aside_parts_of_years(columns: list[Column]) -> list[Column]:
    """The columns with amounts of a year so far as memo, where others hold those of the whole year."""
    amounts = [column for column in columns if column.role == "amount"]
    partial = {column.index for column in amounts if vocabulary.says_part_of_year(column.header)}
    if not partial or len(partial) == len(amounts):
        return columns
    return [
        replace(c, role="memo", confidence=0.85, evidence=f"the header {c.header!r} says part of a year")
        if c.index in partial
        else c
        for c in columns
    ]


def _read_value_column(grid: Grid, block: Block, c: int, rows: Ints) -> Column:
    header = " ".join(" ".join(block.header_texts(grid, c)).split())
    numbers = grid.numbers[rows, c][grid.kinds[rows, c] == Kind.NUMBER]
    years = grid.terms.calendar.find_years(header)
    role = vocabulary.find_role(header)
    unit = vocabulary.find_unit(header, grid.terms.currency)
    worded_amount = vocabulary.says_amount(header) or bool(years)
    if vocabulary.says_share(header) and not unit and not vocabulary.says_share_of_total(header):
        return Column(c, header, "measure", 0.9, f"the header {header!r} speaks of a percentage or a rate")
    if vocabulary.says_share_of_total(header) or (vocabulary.says_change(header) and (not unit or len(years) != 1)):
        return Column(c, header, "change", 0.9, f"the header {header!r} speaks of a change")
    if vocabulary.says_real_terms(header):
        return Column(c, header, "measure", 0.9, f"the header {header!r} says real terms: no cash")
    if vocabulary.says_measure(header):
        return Column(c, header, "measure", 0.9, f"the header {header!r} names a measure that is not money")
    if len(numbers) > 1 and not years and are_years(numbers):
        return Column(c, header, "year", 0.9 if role == "year" else 0.7, "every number is a year")
    if role in ("unit_code", "programme_code", "account_code", "note") and not worded_amount:
        return Column(c, header, role, 0.85, f"the header {header!r} names a code")
    named = role in ("unit", "body", "programme", "account") and not vocabulary.find_stage(header)
    codes = not worded_amount and _looks_like_code(numbers) and (named or _amount_elsewhere(grid, block, c))
    if codes and not _begins_a_sum(grid, block, c, rows):
        code: Role = "account_code" if role == "account" else "programme_code"
        return Column(c, header, code, 0.7, "whole numbers of one length, without decimals or unit")
    if vocabulary.OF_WHICH.search(header):
        return replace(
            _read_amount_column(c, header, years, grid.terms.currency), role="memo", evidence=f"the header {header!r}"
        )
    return _read_amount_column(c, header, years, grid.terms.currency)


def _read_amount_column(c: int, header: str, years: list[int], home: Currency) -> Column:
    control = vocabulary.find_control(header)
    stage = vocabulary.find_stage(header)
    rest = vocabulary.without_year_and_unit(header)
    account = "" if control or stage or vocabulary.says_total(rest) or vocabulary.says_amount(rest) else rest
    return Column(
        c,
        header,
        "amount",
        0.95 if years else 0.8 if header else 0.5,
        f"numbers under {header!r}" if header else "numbers without a header",
        fiscal_year=years[-1] if len(years) == 1 else None,
        stage=stage,
        control=control,
        account=account if years or len(account) > 2 else "",
        unit=vocabulary.find_unit(header, home),
        flow=vocabulary.find_flow(header),
        version=vocabulary.find_version(header),
    )


def _looks_like_code(numbers: Floats) -> bool:
    if not len(numbers) or (numbers != np.floor(numbers)).any() or (numbers < 0).any():
        return False
    lengths = {len(str(int(number))) for number in numbers.tolist()}
    return len(lengths) == 1 and min(lengths) >= 3


def _begins_a_sum(grid: Grid, block: Block, c: int, rows: Ints) -> bool:
    """Whether the numbers of a column and of those right of it add up to another column, as codes never do."""
    numbers = np.nan_to_num(grid.numbers[rows])
    right = [other for other in block.values if other > c]
    for position in range(1, len(right)):
        parts = numbers[:, [c, *right[:position]]].sum(axis=1)
        if np.isclose(parts, numbers[:, right[position]], rtol=1e-9, atol=1e-6).all():
            return True
    return False


def _amount_elsewhere(grid: Grid, block: Block, c: int) -> bool:
    """Whether a header right of a column speaks of money, so that it need not be the amounts; no codes stand among
    amounts.
    """
    left = [" ".join(block.header_texts(grid, other)) for other in block.values if other < c]
    if any(_speaks_of_money(header) for header in left):
        return False
    others = (" ".join(block.header_texts(grid, other)) for other in block.values if other > c)
    return any(_speaks_of_money(header) for header in others)


def _speaks_of_money(header: str) -> bool:
    return bool(vocabulary.says_amount(header) or says_year(header) or vocabulary.find_stage(header))
