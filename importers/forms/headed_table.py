"""A plain table of a sheet: a row of headings that we know, and the rows below it that say anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.utils import get_column_letter

from budget_align.core.returns.reading import Finding, Severity
from importers.files.workbook import Sheet, cell_text

_LOOK_DOWN: Final = 30
"""Rows from the top within which the headings stand."""

Heads = Mapping[str, Sequence[str]]
"""By what a column holds, the headings that say so, without capitals."""


@dataclass(frozen=True)
class FormRow:
    """A row of a table: its cells by what their column holds, and where it stands, counted from zero."""

    table: HeadedTable
    number: int
    said: Mapping[str, str]

    def finding(self, column: str, message: str, action: str) -> Finding:
        """A finding at one of the row's cells."""
        return self.table.finding(self.number, column, message, action)


@dataclass(frozen=True)
class HeadedTable:
    """See the module. `columns` are positions by what they hold; `code` is what findings are called by."""

    sheet: Sheet
    head: int
    columns: Mapping[str, int]
    code: str

    def rows(self) -> Iterator[FormRow]:
        """The rows that say anything; a column that is not there says nothing."""
        for number, cells in enumerate(self.sheet.rows[self.head + 1 :], self.head + 1):
            said = {name: cell_text(cells[column]) for name, column in self.columns.items()}
            if any(said.values()):
                yield FormRow(self, number, said)

    def finding(self, row: int, column: str, message: str, action: str) -> Finding:
        """A finding at a cell."""
        letter = get_column_letter(self.columns.get(column, 0) + 1)
        return Finding(
            code=self.code,
            severity=Severity.QUESTION,
            sheet=self.sheet.name,
            cell=f"{letter}{row + 1}",
            message=message,
            action=action,
        )


def find_table(sheet: Sheet, heads: Heads, needed: Sequence[str], code: str) -> HeadedTable | None:
    """The table of a sheet whose headings have every needed column; None where there is none."""
    for number, cells in enumerate(sheet.rows[:_LOOK_DOWN]):
        columns = _columns(cells, heads)
        if all(name in columns for name in needed):
            return HeadedTable(sheet, number, columns, code)
    return None


def _columns(cells: Sequence[Any], heads: Heads) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, cell in enumerate(cells):
        text = cell_text(cell).casefold().lstrip("\ufeff")
        for name, known in heads.items():
            if text in known:
                columns.setdefault(name, position)
    return columns
