"""Reconciliation: what was read for each body beside the total that its own workbook states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from budget_align.core.returns.budget_line import FLOWS
from budget_align.core.returns.reading import ControlTotal, Reading, Severity, TableReading


@dataclass(frozen=True)
class BodyReconciliation:
    """One body's lines of a stage, version, year and flow beside its published total, in minor units.

    Attributes:
        published: None where the workbook states no total for the whole body.
        memo: what is shown and not added.
        rounding: by how much the rounding of lines may at most keep the two apart.
    """

    body: str
    stage: str
    version: str
    fiscal_year: int
    flow: str
    read: int
    published: int | None
    memo: int
    rounding: int = 0

    @property
    def difference(self) -> int | None:
        """Published less read."""
        return None if self.published is None else self.published - self.read

    @property
    def differs(self) -> bool:
        """Whether the two are further apart than rounding explains."""
        return abs(self.difference or 0) > self.rounding


@dataclass(frozen=True)
class KindReconciliation:
    """All bodies of one stage, version, year and flow beside what is stated for them together, in minor units.

    Attributes:
        published: None where no total is stated for some of them.
    """

    stage: str
    version: str
    fiscal_year: int
    flow: str
    bodies: tuple[BodyReconciliation, ...]

    @property
    def read(self) -> int:
        """What was read of all."""
        return sum(row.read for row in self.bodies)

    @property
    def memo(self) -> int:
        """What is shown and not added of all."""
        return sum(row.memo for row in self.bodies)

    @property
    def published(self) -> int | None:
        """What is stated for all."""
        stated = [row.published for row in self.bodies if row.published is not None]
        return sum(stated) if len(stated) == len(self.bodies) else None

    @property
    def difference(self) -> int | None:
        """Published less read."""
        return None if self.published is None else self.published - self.read


def totals_by_kind(rows: Sequence[BodyReconciliation]) -> list[KindReconciliation]:
    """Bodies together by stage, version, year and flow, in the order of the rows."""
    found: dict[tuple[str, str, int, str], list[BodyReconciliation]] = {}
    for row in rows:
        found.setdefault((row.stage, row.version, row.fiscal_year, row.flow), []).append(row)
    return [KindReconciliation(*kind, tuple(mine)) for kind, mine in found.items()]


@dataclass(frozen=True)
class ReadingCounts:
    """How much a reading holds; memo lines are in no other count."""

    lines: int
    memo_lines: int
    totals: int
    totals_reconciled: int
    warnings: int


def count_reading(reading: Reading) -> ReadingCounts:
    """How much a reading holds."""
    memo = int(reading.lines["memo"].sum())
    return ReadingCounts(
        len(reading.lines) - memo,
        memo,
        len(reading.control_totals),
        sum(total.reconciled for total in reading.control_totals),
        sum(finding.severity == Severity.WARNING for finding in reading.findings),
    )


def whole_totals(totals: Iterable[ControlTotal]) -> list[ControlTotal]:
    """The totals of one workbook that cover a whole table which is counted, each figure once.

    Where a column sums the controls, its cell speaks for the row, and the controls' own cells are its parts.
    """
    wholes = [total for total in totals if total.whole and not total.memo]
    over_all = {(t.sheet, t.row, *_kind(t)) for t in wholes if not t.control}
    return [t for t in wholes if not t.control or (t.sheet, t.row, *_kind(t)) not in over_all]


_Kind = tuple[str, str, int | None, str]


def _kind(total: ControlTotal) -> _Kind:
    return total.stage, total.version, total.fiscal_year, total.flow


def totals_of(reading: Reading, table: TableReading) -> list[ControlTotal]:
    """The control totals that stand in one table of a reading."""
    first, last = (int(re.sub(r"\D", "", cell)) for cell in table.area.split(":"))
    return [t for t in reading.control_totals if t.sheet == table.sheet and first <= t.row <= last]


def reconcile(lines: pd.DataFrame, totals: Sequence[ControlTotal]) -> list[BodyReconciliation]:
    """Each body, stage, version, year and flow of budget lines beside its published total, latest year first."""
    published: dict[tuple[str, *_Kind], int] = {}
    rounding: dict[tuple[str, *_Kind], int] = {}
    for total in whole_totals(totals):
        key = (total.body, *_kind(total))
        published[key] = published.get(key, 0) + total.published
        rounding[key] = rounding.get(key, 0) + total.rounding
    sums: dict[tuple[str, str, str, int, str], list[int]] = {}
    fields = ("body", "stage", "version", "fiscal_year", "flow", "memo", "amount")
    for body, stage, version, year, flow, memo, amount in zip(*(lines[each].tolist() for each in fields), strict=True):
        sums.setdefault((body, stage, version, year, flow), [0, 0])[memo] += amount
    rows = [
        BodyReconciliation(*key, read=read, published=published.get(key), memo=memo, rounding=rounding.get(key, 0))
        for key, (read, memo) in sums.items()
    ]
    return sorted(rows, key=lambda row: (-row.fiscal_year, row.stage, row.version, FLOWS.index(row.flow)))
