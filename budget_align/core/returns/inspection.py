"""An inspection: what the importer takes every cell of a workbook for, in cell addresses, for other programs to read.

Every list of cells names each cell by itself, such as ["B5", "B6"], row by row; ranges such as "A4:F53" stand only
where a field says so. Amounts are in minor units of the government's currency.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from budget_align.core.returns.reading import Belief, ColumnReading, Question

SCHEMA_VERSION = 2


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class CellRoles(_Value):
    """Every filled cell of a sheet or table under the one role that it was taken for.

    Attributes:
        title: names the table, or some rows of it from a row of its own that is set apart by a blank row, by capitals
            or by a colon; or says what holds for all of it, such as its unit.
        header: names columns or says their unit.
        label: names rows: programmes, departments, codes, years; headings between rows that nothing sets apart too.
        data: a figure, or a mark such as ".." in its place, that stands for itself, even where rows below it or columns
            right of it break it down.
        derived: a figure that stands for the whole of a table or section: a row or column that is called the total and
            adds up, or stands at the end or the head of the table for the rest of it; a change between other columns.
        note: explains: footnotes, sources, paragraphs above a table, prose beside the figures, text of sheets without
            tables.
    """

    title: list[str] = []
    header: list[str] = []
    label: list[str] = []
    data: list[str] = []
    derived: list[str] = []
    note: list[str] = []


class InspectedTotal(_Value):
    """A cell that states the sum of others.

    Attributes:
        cell: the total.
        direction: "down" where it sums a column's cells, "across" where it sums a row's.
        sums: the cells whose sum it states; a total among them stands for its own.
        stated: what the cell states; None where the table is no money.
        read: the sum of the lines under it.
        reconciled: whether the two are equal, the rounding of each line allowed for.
    """

    cell: str
    label: str
    direction: Literal["down", "across"]
    sums: list[str]
    stated: int | None = None
    read: int | None = None
    reconciled: bool | None = None


class InspectedTable(_Value):
    """One table of a sheet.

    Attributes:
        range: from the first header cell to the last row of figures, as a range.
        title_cells, note_cells: cells around or within the table that name and explain it.
        header_rows: row numbers, as the sheet counts them.
        label_columns: letters of the columns that name rows.
        amount_cells: cells with figures that are not derived; `is_money` says whether they are amounts.
        derived_cells: cells whose role is derived, every total in `totals`, broken down below it or not, and what the
            reading takes for changes, percentages and averages of other amounts.
        unit: what the amounts are stated in, such as "GBP millions"; empty where nothing says.
        years: fiscal years that the table speaks of, each by its first calendar year.
        price_basis: "cash" or "real terms".
        counted: whether its lines are added up: "yes" or "no".
        standing: how sure the reading of its amounts is: "proven", "told" or "doubtful"; empty where it holds no money.
        questions: what only a person can settle.
    """

    range: str
    title: str
    title_cells: list[str]
    note_cells: list[str]
    header_rows: list[int]
    header_cells: list[str]
    label_columns: list[str]
    label_cells: list[str]
    amount_cells: list[str]
    derived_cells: list[str]
    totals: list[InspectedTotal]
    is_money: bool
    unit: Belief
    years: list[int]
    body: Belief
    stage: Belief
    price_basis: Belief
    counted: Belief
    standing: Belief
    columns: list[ColumnReading]
    questions: list[Question]


class InspectedSheet(_Value):
    """One sheet: its tables, and every filled cell by role."""

    name: str
    kind: Literal["tables", "contents", "notes", "chart", "empty"]
    hidden: bool
    tables: list[InspectedTable]
    cells: CellRoles


class Inspection(_Value):
    """What the importer takes a workbook for, sheet by sheet.

    Attributes:
        schema_version: grows with every change that could break a program that reads this.
        currency: of amounts whose own currency nothing states, by its code; `minor_unit` is how many digits of their
            integers are decimal places.
        questions: what only a person can settle, what settles most first, with what each option comes to.
    """

    schema_version: int = Field(default=SCHEMA_VERSION)
    file_name: str
    file_hash: str
    file_format: str
    currency: str = ""
    minor_unit: int = 0
    sheets: list[InspectedSheet]
    questions: list[Question] = []


class ViewedCell(_Value):
    """One cell of a sheet as a page shows it: what it says and what it was taken for, empty for an empty cell."""

    text: str
    role: str


class SheetView(_Value):
    """A part of a sheet as a page shows it.

    Attributes:
        sheets: the names of the workbook's sheets, each with how many tables it holds.
        first_row: the first row shown, as the sheet counts.
        height: rows of the whole sheet.
        letters: the columns shown.
        hidden_columns: how many columns stand right of those shown.
    """

    name: str
    position: int
    sheets: list[tuple[str, int]]
    first_row: int
    height: int
    letters: list[str]
    hidden_columns: int
    rows: list[list[ViewedCell]]
