"""Compares two versions of a return, line by line, by what the lines say and not by where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

KEYS = [
    *("body", "unit", "programme_code", "programme", "account_code", "account"),
    *("control", "flow", "stage", "version", "fiscal_year"),
]
"""The fields that make two lines the same line."""


@dataclass(frozen=True)
class LineChange:
    """A line that is not the same in both versions; an amount is None where the version lacks the line."""

    body: str
    programme: str
    control: str
    stage: str
    fiscal_year: int
    before: int | None
    after: int | None
    cell: str

    @property
    def change(self) -> int:
        """After less before, in minor units, a missing line as zero."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class TotalChange:
    """What a body's lines of one stage and year add up to in both versions, memo lines left out."""

    body: str
    stage: str
    fiscal_year: int
    before: int
    after: int

    @property
    def change(self) -> int:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True)
class Replacement:
    """How a version differs from the one before it.

    Attributes:
        totals: for every body, stage and year of either.
        changes: lines that differ, the largest change first.
        same: how many lines are in both with the same amount.
    """

    totals: tuple[TotalChange, ...]
    changes: tuple[LineChange, ...]
    same: int


def compare_lines(before: pd.DataFrame, after: pd.DataFrame) -> Replacement:
    """How the lines of one frame differ from those of another; both as `budget_line.SCHEMA` says.

    Lines that say the same in all of `KEYS` are added up first, so that a line split in two is no change.
    """
    sums = [_sum_lines(lines) for lines in (before, after)]
    joined = sums[0].merge(sums[1], on=[*KEYS, "memo"], how="outer", suffixes=("_before", "_after"))
    old, new = joined["amount_before"], joined["amount_after"]
    differs = old.isna() | new.isna() | (old.fillna(0) != new.fillna(0))
    worth = differs & ((old.fillna(0) != 0) | (new.fillna(0) != 0))
    cells = joined["cell_after"].where(joined["cell_after"].notna(), joined["cell_before"])
    rows = joined[worth].assign(cell=cells[worth])
    changes = [
        LineChange(
            row["body"],
            row["programme"] or row["unit"],
            row["control"],
            row["stage"],
            int(row["fiscal_year"]),
            None if pd.isna(row["amount_before"]) else int(row["amount_before"]),
            None if pd.isna(row["amount_after"]) else int(row["amount_after"]),
            row["cell"],
        )
        for row in rows.to_dict("records")
    ]
    counted = joined[~joined["memo"]]
    totals = counted.groupby(["body", "stage", "fiscal_year"], sort=True)[["amount_before", "amount_after"]].sum()
    return Replacement(
        tuple(
            TotalChange(body, stage, int(year), int(one), int(other))
            for body, stage, year, one, other in totals.reset_index().to_numpy().tolist()
        ),
        tuple(sorted(changes, key=lambda change: -abs(change.change))),
        int((~differs).sum()),
    )


def _sum_lines(lines: pd.DataFrame) -> pd.DataFrame:
    placed = lines.assign(cell=lines["sheet"] + "!" + lines["cell"])
    grouped = placed.groupby([*KEYS, "memo"], sort=False, observed=True)
    # Amounts stay whole minor units in 64 bits, missing ones included.
    return grouped.agg(amount=("amount", "sum"), cell=("cell", "first")).reset_index().astype({"amount": "Int64"})
