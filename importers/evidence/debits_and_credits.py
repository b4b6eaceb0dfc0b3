"""Columns of debits and of credits, which are one amount."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from budget_align.core.values.sides import side_of
from importers.evidence.column import Column
from importers.evidence.derived_columns import amounts_of, set_aside, with_changed
from importers.structure.grid import Grid, Ints
from importers.words import lexicon


def sign_credits(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """Debit and credit columns of a ledger are one amount: what is credited is taken off, unless it stands below zero
    already.
    """
    columns = _free_debits(columns)
    amounts = amounts_of(columns)
    debits = [c for c in amounts if is_of_side("debit", c)]
    credits = [c for c in amounts if is_of_side("credit", c)]
    if len(debits) != 1 or len(credits) != 1 or debits == credits:
        return columns
    written = np.nan_to_num(grid.numbers[rows, credits[0].index])
    below = bool((written < 0).any() and (written <= 0).all())
    evidence = f"credits, taken off the debits of column {debits[0].letter}"
    # "Cr £" beside "Dr £" is no crore of pounds.
    unit = debits[0].unit if debits[0].unit is not None else credits[0].unit
    signed = replace(credits[0], sign=1 if below else -1, account="", unit=unit, evidence=evidence)
    return with_changed(columns, {signed.index: signed, debits[0].index: replace(debits[0], account="")})


def is_of_side(side: str, column: Column) -> bool:
    """Whether a header names debits, or credits, as `side` says."""
    words = set(lexicon.fold_words(column.header).split()) - {"plus", "minus"}
    return any(side_of(word) == side for word in words if len(word) > 1)


def _free_debits(columns: list[Column]) -> list[Column]:
    """Debits that look like the sum of credits and of what the two leave are amounts, and what is left is none."""
    by_index = {column.index: column for column in columns}
    changed: dict[int, Column] = {}
    for column in columns:
        parts = [by_index[part] for part in column.parts]
        credits = [part for part in parts if is_of_side("credit", part)]
        if column.role == "total" and len(parts) == 2 and len(credits) == 1 and is_of_side("debit", column):
            changed[column.index] = replace(column, role="amount", parts=(), account="")
            left = next(part for part in parts if part is not credits[0])
            evidence = f"what columns {column.letter} and {credits[0].letter} leave"
            changed[left.index] = set_aside(left, evidence, "change")
    return with_changed(columns, changed)
