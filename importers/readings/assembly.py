"""What a workbook comes to under some decisions, put together of its sheets and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from budget_align.core.returns.reading import Belief, ControlTotal, Finding, Question
from importers.evidence.choices import Decisions
from importers.files.workbook import Sheet
from importers.readings.standing import standing_of
from importers.readings.table import Table
from importers.readings.table_money import TableMoney
from importers.structure.grid import Grid


@dataclass(frozen=True, eq=False)
class SheetTables:
    """A sheet as arrays, with the tables found in it and the places of those that hold no money."""

    sheet: Sheet
    grid: Grid
    tables: list[Table]


@dataclass(eq=False)
class Assembly:
    """What a workbook comes to under some decisions: its tables, what each counts, and what to know of them."""

    sheets: list[SheetTables]
    tables: list[Table]
    moneys: list[TableMoney]
    totals: list[list[ControlTotal]]
    summaries: dict[int, tuple[Finding, list[ControlTotal]]]
    decisions: Decisions

    @property
    def counted(self) -> list[Table]:
        """The tables whose lines count."""
        each = zip(self.tables, self.moneys, strict=True)
        return [t for number, (t, money) in enumerate(each) if number not in self.summaries and len(money.lines)]

    def standings(self, questions: Sequence[Question], *, reached: bool = False) -> dict[str, Belief]:
        """How sure the reading of each table is, by its key, with some questions open; `reached` is as in
        `standing_of`.
        """
        each = zip(self.tables, self.moneys, self.totals, strict=True)
        return {
            table.key: standing_of(table, money, totals, questions, reached=reached) for table, money, totals in each
        }
