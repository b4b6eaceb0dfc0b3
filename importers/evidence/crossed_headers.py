"""Columns whose headers cross: each statement of the money, such as the budget and what was spent of it, is stated for
the same names, such as recurrent and development. The statements are told apart, and the names of one add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from importers.evidence.alternatives import are_alike
from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, with_changed
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import flow_words, lexicon, period_words, row_words, stage_words, vocabulary

_SEVERAL: Final = 2
_AS_LARGE: Final = 1_000
_NO_MONEY: Final[tuple[lexicon.Meaning, ...]] = ("quantity", "rate", "ratio", "commitment", "change")


def tell_crossed(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns, each of those that cross as a part of its statement that has its own name; all as they are where no
    two statements are told apart by their words, or where the names may state the same money in other ways.
    """
    amounts = amounts_of(columns)
    said = [block.header_texts(grid, column.index) for column in amounts]
    if len(amounts) < _SEVERAL * _SEVERAL or any(len(texts) < _SEVERAL for texts in said):
        return columns
    levels = ([" ".join(texts[:-1]) for texts in said], [texts[-1] for texts in said])
    for statements, names in (levels, levels[::-1]):
        if _cross(statements, names) and _are_statements(statements) and not any(map(_says_statement, names)):
            under = [[c for c, of in zip(amounts, statements, strict=True) if of == each] for each in set(statements)]
            if any(are_alike(grid, block.data, group) or not _of_one_size(grid, block, group) for group in under):
                return columns
            changed = {
                column.index: replace(column, account=vocabulary.without_year_and_unit(name), is_part=True)
                for column, name in zip(amounts, names, strict=True)
            }
            return with_changed(columns, changed)
    return columns


def _of_one_size(grid: Grid, block: Block, group: Sequence[Column]) -> bool:
    """Whether none of some columns holds figures that are far smaller than another's, as pieces beside pounds are."""
    figures = [np.abs(np.nan_to_num(grid.numbers[block.data, column.index])) for column in group]
    usual = [float(np.median(each[each > 0])) for each in figures if each.any()]
    return bool(usual) and max(usual) <= _AS_LARGE * min(usual)


def _cross(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether each of several headers stands with each of several others, once."""
    pairs = set(zip(some, others, strict=True))
    counts = len(set(some)), len(set(others))
    return len(pairs) == len(some) == counts[0] * counts[1] and min(counts) >= _SEVERAL


def _are_statements(headers: Sequence[str]) -> bool:
    """Whether headers say of what stage or version the money is, at least two of them something else."""
    return len({_statement(header) for header in headers} - {("", "")}) >= _SEVERAL


def _statement(header: str) -> tuple[str, str]:
    bare = vocabulary.without_year_and_unit(header)
    spent = flow_words.find_flow(bare) == "expenditure" and "outturn"
    return stage_words.find_stage(header) or spent or "", stage_words.find_version(header)


def _says_statement(name: str) -> bool:
    """Whether a header says how or when money is stated, or that it is a sum, and not what it is for."""
    bare = vocabulary.without_year_and_unit(name)
    return (
        not bare
        or bool(stage_words.find_stage(name) or stage_words.find_version(name) or flow_words.find_flow(name))
        or bool(period_words.find_period(name))
        or stage_words.says_basis(bare)
        or row_words.says_total(bare)
        or vocabulary.says_amount(bare)
        or any(lexicon.says(meaning, bare) for meaning in _NO_MONEY)
    )
