"""Which of several budgets of a year a column holds: the one as adopted, the one in force, or only a part of either."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.words import row_words, stage_words, vocabulary
from importers.words.lexicon import says

_IN_FORCE: Final = re.compile(r"\b(latest|working|current|full[- ]year|annual|in force|full)\b", re.IGNORECASE)
_BASE: Final = re.compile(r"\bbase\b", re.IGNORECASE)
_PART_OF_BUDGET: Final = re.compile(
    r"\b(remaining|remainder|profiled?|phased|unspent|uncommitted|unencumbered|unallocated|available|left to spend"
    r"|unobligated|unexpended|undisbursed|undrawn|unreleased|unpaid|lapsed|surrendered)\b",
    re.IGNORECASE,
)


def says_left(header: str) -> bool:
    """Whether a header says that it is what is left of an amount, or not done with it yet."""
    return bool(_PART_OF_BUDGET.search(header))


def tell_budgets(columns: list[Column]) -> list[Column]:
    """A column of the original or the revised version that names no stage, beside one of its year that holds what was
    spent or is expected, is the budget, whatever the titles speak of.
    """
    said = {column.fiscal_year for column in amounts_of(columns) if column.stage in ("outturn", "forecast")}
    changed = {
        column.index: replace(column, stage="budget")
        for column in amounts_of(columns)
        if column.version in ("original", "revised") and not column.stage and column.fiscal_year in said
    }
    return with_changed(columns, changed)


def tell_total_budgets(columns: list[Column]) -> list[Column]:
    """A total budget, beside the adopted one and what was changed of it, is the revised one."""
    amounts = amounts_of(columns)
    if not any(column.role == "change" for column in columns):
        return columns
    adopted = {(c.fiscal_year, c.stage) for c in amounts if c.version == "original" and c.stage}
    changed = {
        column.index: replace(column, version="revised")
        for column in amounts
        if not column.version
        and (column.fiscal_year, column.stage) in adopted
        and row_words.says_total(vocabulary.without_year_and_unit(column.header))
    }
    return with_changed(columns, changed)


def tell_revised(columns: list[Column]) -> list[Column]:
    """A budget that is called the latest, the current or the full year's, beside one of its year that is called the
    original or the base budget, is the revised one.
    """
    changed = _tell_current(columns)
    for group in _budgets_by_year(columns):
        first = [c for c in group if c.version == "original" or (not c.version and _BASE.search(c.header))]
        others = [c for c in group if c not in first]
        if len(first) == 1 and len(others) == 1 and not others[0].version and _IN_FORCE.search(others[0].header):
            changed[first[0].index] = replace(first[0], version="original")
            changed[others[0].index] = replace(others[0], version="revised")
    return with_changed(columns, changed)


def _tell_current(columns: Sequence[Column]) -> dict[int, Column]:
    """A column that is called current beside the only other one, which is called original: what is in force, and no
    current spending, where no column is called capital.
    """
    amounts = [column for column in columns if column.role == "amount"]
    first = [column for column in amounts if column.version == "original"]
    others = [column for column in amounts if column not in first]
    if len(first) != 1 or len(others) != 1 or others[0].version or not _IN_FORCE.search(others[0].header):
        return {}
    one, other = first[0], others[0]
    alike = (one.fiscal_year, one.stage, one.flow) == (other.fiscal_year, other.stage, other.flow)
    return {other.index: replace(other, version="revised", control="")} if alike and not one.control else {}


def set_aside_parts_of_budgets(columns: list[Column]) -> list[Column]:
    """What remains of a budget, or is its share of the months so far, is none beside the budget of the year. The budget
    with what was added to it is no remainder, though it is called what is available.
    """
    changed: dict[int, Column] = {}
    for group in _budgets_by_year(columns, partial=True):
        parts = [c for c in group if _PART_OF_BUDGET.search(c.header)]
        parts = [c for c in parts if not c.version or stage_words.find_version(c.header) == c.version]
        if len(parts) < len(group):
            evidence = "its header says that it is what is left of a budget, or its share of the months so far"
            changed |= {c.index: set_aside(c, evidence, "change") for c in parts}
    return with_changed(columns, changed)


def _budgets_by_year(columns: Sequence[Column], *, partial: bool = False) -> list[list[Column]]:
    found: dict[int | None, list[Column]] = {}
    for column in columns:
        budget = column.stage == "budget" and column.flow != "income" and column.role in ("amount", "total")
        if budget and (partial or not _PART_OF_BUDGET.search(column.header)):
            found.setdefault(column.fiscal_year, []).append(column)
    return list(found.values())


def restore_budgets(columns: list[Column]) -> list[Column]:
    """A budget that what was spent and what is left of it make is an amount, and no total of the two."""
    by_index = {column.index: column for column in columns}
    changed: dict[int, Column] = {}
    for column in columns:
        parts = [by_index[part] for part in column.parts]
        left = [part for part in parts if _PART_OF_BUDGET.search(part.header) or says("commitment", part.header)]
        if column.role != "total" or column.stage != "budget" or not left or len(left) == len(parts):
            continue
        changed[column.index] = replace(column, role="amount", parts=(), account="")
        evidence = f"it is left of column {column.letter}, or promised"
        changed |= {part.index: set_aside(part, evidence, "change") for part in left}
        changed |= {p.index: replace(p, stage=p.stage or "outturn") for p in parts if p not in left}
    return with_changed(columns, changed)


def set_aside_superseded(columns: list[Column]) -> list[Column]:
    """A previous forecast, or that of a period that is named, beside the forecast of its year is no other money."""
    forecasts = [c for c in amounts_of(columns) if c.stage == "forecast" and c.confidence < 1]
    changed: dict[int, Column] = {}
    for year in {column.fiscal_year for column in forecasts}:
        group = [column for column in forecasts if column.fiscal_year == year]
        old = [c for c in group if _is_superseded(c)]
        if 0 < len(old) == len(group) - 1:
            evidence = "an earlier forecast, which another column brings up to date"
            changed |= {c.index: set_aside(c, evidence, "change") for c in old}
    return with_changed(columns, changed)


def _is_superseded(column: Column) -> bool:
    words = vocabulary.without_year_and_unit(column.header)
    named = _OF_PERIOD.search(words)
    return bool(named) or (stage_words.says_superseded(words) and not _OF_YEAR.search(words))


_OF_PERIOD: Final = re.compile(r"\b(p|period|month|m|q|quarter)\W?\d{1,2}\W*$", re.IGNORECASE)
_OF_YEAR: Final = re.compile(r"\byears?\b|\bannual\b", re.IGNORECASE)
