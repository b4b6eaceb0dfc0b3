"""Rows whose name stands in the row above their amounts, as a page parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from importers.relations.sums import Row
from importers.words import row_words


def with_names_above(rows: Sequence[Row]) -> list[Row]:
    """Rows of which one that nothing names has the name of the row right above it, where that calls itself a total and
    states nothing, as a page does that parts them: it heads no rows then.
    """
    named: list[Row] = []
    for row in rows:
        above = named[-1] if named and not row.label else None
        if above is not None and _names_total(above) and above.row == row.row - 1:
            row = replace(row, label=named.pop().label)
        named.append(row)
    return named


def _names_total(row: Row) -> bool:
    """Whether a row states nothing and calls itself a total."""
    return row.amounts is None and row_words.says_total(row.label)
