"""Says of every cell of a workbook what it was taken for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from budget_align.core.returns.inspection import (
    CellRoles,
    InspectedSheet,
    InspectedTable,
    InspectedTotal,
    Inspection,
    SheetView,
    ViewedCell,
)
from budget_align.core.returns.reading import Answers, Belief
from budget_align.core.values.terms import Terms
from importers.evidence.column import Column
from importers.files.limits import Limits
from importers.files.workbook import open_workbook
from importers.readings.assembly import SheetTables
from importers.readings.control_totals import make_control_totals
from importers.readings.descriptions import describe_column, sheet_kind
from importers.readings.questions import ask, open_question
from importers.readings.reader import NO_LIMITS, WorkbookReader, find_tables
from importers.readings.table import Table
from importers.relations.derived import MOST_ROWS, find_derived
from importers.structure.grid import Address, Bytes, Grid, Ints, Kind, letter
from importers.structure.roles import (
    DATA,
    DERIVED,
    HEADER,
    LABEL,
    NAMES,
    NOTE,
    TITLE,
    find_section_titles,
    names_alone,
    place_rest,
    place_roles,
    says_code,
)
from importers.words import row_words, vocabulary

ROWS_SHOWN = 60
COLUMNS_SHOWN = 40

_NO_MONEY = Belief(value="", confidence=1.0, evidence="it holds no money")
_DERIVED_ROLES = ("total", "change")
_CODE_ROLES = ("unit_code", "programme_code", "account_code")
_LABEL_ROLES = ("year", *_CODE_ROLES)
_PROSE_ROLES = ("note", "description")


def inspect_workbook(
    data: bytes, file_name: str, *, terms: Terms, answers: Answers | None = None, limits: Limits = NO_LIMITS
) -> Inspection:
    """What every cell of a workbook was taken for; tables without money are told too.

    Raises:
        RefusedError: it is no workbook that can be opened.
    """
    return inspect(WorkbookReader(open_workbook(data, limits), terms, answers or Answers(), limits), file_name)


def inspect(reader: WorkbookReader, file_name: str) -> Inspection:
    """What every cell of an open workbook was taken for."""
    workbook, terms = reader.workbook, reader.terms
    assembly = reader.assemble(reader.answers.settled)
    sheets = assembly.sheets
    questions = ask(reader, assembly, assembly.counted)
    standings = assembly.standings(questions)
    return Inspection(
        file_name=file_name,
        file_hash=workbook.file_hash,
        file_format=workbook.file_format,
        sheets=[_inspect_sheet(each, sheets, standings, assembly.decisions.settled) for each in sheets],
        currency=terms.currency.code,
        minor_unit=terms.minor_unit,
        questions=questions,
    )


def view_sheet(
    data: bytes,
    file_name: str,
    *,
    position: int,
    first_row: int,
    rows: int = ROWS_SHOWN,
    terms: Terms,
    answers: Answers | None = None,
    limits: Limits = NO_LIMITS,
) -> SheetView:
    """A part of one sheet with the role of each cell, for a page.

    Args:
        data: the bytes of the file.
        file_name: for showing.
        position: which sheet, counted from zero; the last one where there are fewer.
        first_row: the first row to show, counted from 1.
        rows: how many at most.
        terms: those of the government whose workbook it is.
        answers: what a person settled.
        limits: what the workbook may at most be.

    Raises:
        RefusedError: it is no workbook that can be opened.
    """
    sheets = find_tables(open_workbook(data, limits), terms, answers or Answers(), limits=limits)
    each = sheets[min(max(position, 0), len(sheets) - 1)]
    roles, grid = sheet_roles(each), each.grid
    start = min(max(first_row, 1), max(1, grid.height)) - 1
    width = min(grid.file_width, COLUMNS_SHOWN)
    return SheetView(
        name=each.sheet.name,
        position=sheets.index(each),
        sheets=[(sheet.sheet.name, len(sheet.tables)) for sheet in sheets],
        first_row=start + 1,
        height=grid.height,
        letters=[letter(column) for column in range(width)],
        hidden_columns=grid.file_width - width,
        rows=[_view_row(grid, roles, row)[:width] for row in range(start, min(start + rows, grid.height))],
    )


def _view_row(grid: Grid, roles: Bytes, row: int) -> list[ViewedCell]:
    """The cells of a row as they stand in the file."""
    cells = [ViewedCell(text="", role="")] * grid.file_width
    for column in range(grid.width):
        said, role = grid.text(row, column), NAMES.get(int(roles[row, column]), "")
        cells[grid.stands(row, column)] = ViewedCell(text=said, role=role)
    return cells


def _inspect_sheet(
    each: SheetTables,
    sheets: Sequence[SheetTables],
    standings: Mapping[str, Belief],
    settled: Mapping[str, str],
) -> InspectedSheet:
    roles = sheet_roles(each)
    return InspectedSheet.model_validate(
        {
            "name": each.sheet.name,
            "kind": sheet_kind(each, sheets),
            "hidden": each.sheet.hidden,
            "tables": [
                _inspect_table(table, roles, standings.get(table.key, _NO_MONEY), settled) for table in each.tables
            ],
            "cells": CellRoles(
                **{name: _addresses(each.grid, np.argwhere(roles == role)) for role, name in NAMES.items()}
            ),
        }
    )


def sheet_roles(each: SheetTables) -> Bytes:
    """The role of every filled cell of a sheet as a small number, 0 for empty cells; each filled cell has one role."""
    grid = each.grid
    roles = np.zeros(grid.kinds.shape, dtype=np.uint8)
    for table in each.tables:
        prose = [column.index for column in table.columns if column.role in _PROSE_ROLES]
        place_roles(roles, grid, table.block, _naming_columns(table), prose)
        _place_derived(roles, table)
    block = each.tables[0].block if each.tables else None
    place_rest(roles, grid, min([*block.header_rows, int(block.body[0])]) if block else 0)
    return roles


def _naming_columns(table: Table) -> list[int]:
    """Columns of numbers that name rows: codes, called so or left of all figures; years, where no words do."""
    block = table.block
    found: list[int] = []
    leading = True
    for column in table.columns:
        c = column.index
        if column.role == "year":
            left = [label for label in block.labels if label < c]
            names = not names_alone(table.grid, block.data, left)
        else:
            names = c in block.values and (says_code(column.header) or (leading and _is_code_of_named(column)))
        if names:
            found.append(c)
        elif c in block.values:
            leading = False
    return found


def _is_code_of_named(column: Column) -> bool:
    """Whether a column of codes is headed by what names rows, such as a cost centre; by shape alone, figures can look
    like codes too.
    """
    return column.role in _CODE_ROLES and vocabulary.find_role(column.header) in (
        "unit",
        "programme",
        "account",
        "body",
    )


def _place_derived(roles: Bytes, table: Table) -> None:
    block = table.block
    if len(block.data) > MOST_ROWS:
        rows, columns = derived_rows(table), [column.index for column in table.of_role(*_DERIVED_ROLES)]
    else:
        derived = find_derived(table.grid, block, find_section_titles(table.grid, block))
        rows, columns = list(derived.rows), list(derived.columns)
    for row in rows:
        cells = [c for c in block.values if roles[row, c] == DATA]
        roles[row, cells] = DERIVED
    for column in columns:
        below = block.body[roles[block.body, column] == DATA]
        roles[below, column] = DERIVED


def derived_rows(table: Table) -> list[int]:
    """Rows of the grid whose figures are totals, percentages or averages of other rows."""
    rows = [int(table.block.data[place]) for place in table.shares]
    if table.sums:
        rows += [entry.row for entry in table.sums.totals()]
    derived = np.array([row_words.says_derived_row(word) for word in table.labels.words], dtype=bool)
    rows += table.block.data[derived[table.labels.codes]].tolist()
    return sorted(set(rows))


def _inspect_table(table: Table, roles: Bytes, standing: Belief, settled: Mapping[str, str]) -> InspectedTable:
    block, grid, context = table.block, table.grid, table.context
    top = min([*block.header_rows, int(block.body[0])])
    here = np.zeros(roles.shape, dtype=np.uint8)
    area = np.s_[top : int(block.body[-1]) + 1, block.columns[0] : block.columns[-1] + 1]
    here[area] = roles[area]
    totals = list(_totals(table))
    _place_made_up(here, table, totals)
    notes = {*block.notes, *(cell for cell in block.titles if roles[cell] == NOTE)}
    notes |= {(r, c) for r, c in np.argwhere(here == NOTE).tolist()}

    def cells(role: int) -> list[str]:
        return _addresses(grid, np.argwhere((here == role) & grid.filled))

    return InspectedTable(
        range=block.area(grid),
        title=context.title,
        title_cells=_addresses(grid, [cell for cell in block.titles if roles[cell] == TITLE]),
        note_cells=_addresses(grid, sorted(notes)),
        header_rows=[row + 1 for row in block.header_rows],
        header_cells=cells(HEADER),
        label_columns=[column.letter for column in table.columns if _is_label(table, column)],
        label_cells=cells(LABEL),
        amount_cells=cells(DATA),
        derived_cells=cells(DERIVED),
        totals=totals,
        is_money=context.is_money and bool(table.of_role("amount")),
        unit=context.unit_belief,
        years=_years(table),
        body=context.body,
        stage=context.stage,
        price_basis=context.price_basis,
        counted=context.counted_belief,
        standing=standing,
        columns=[describe_column(column, settled) for column in table.columns],
        questions=[open_question(choice) for choice in table.choices.values()],
    )


def _place_made_up(here: Bytes, table: Table, totals: Sequence[InspectedTotal]) -> None:
    """Takes for derived also what the reading of the table takes for made of other amounts, under whatever name."""
    made = np.zeros(here.shape, dtype=bool)
    for row in derived_rows(table):
        made[row, list(table.block.values)] = True
    for column in table.of_role(*_DERIVED_ROLES):
        made[table.block.body, column.index] = True
    places = {total.cell for total in totals}
    for row, c in np.argwhere(here == DATA).tolist():
        made[row, c] |= table.grid.address(row, c) in places
    here[(here == DATA) & made] = DERIVED


def _is_label(table: Table, column: Column) -> bool:
    figures = column.index in table.block.values and column.role not in _LABEL_ROLES
    return not figures and column.role not in _PROSE_ROLES


def _years(table: Table) -> list[int]:
    years = {column.fiscal_year for column in table.of_role("amount", "total", "memo", "measure")}
    for column in table.of_role("year"):
        years |= {
            year
            for text in set(table.grid.said(table.block.data.tolist(), column.index))
            for year in table.grid.terms.calendar.find_years(text)
        }
    years.add(table.context.fiscal_year)
    return sorted(year for year in years if year)


def _totals(table: Table) -> Iterable[InspectedTotal]:
    stated = {total.cell: total for total in make_control_totals(table)}
    if table.sums:
        for entry in table.sums.totals():
            members = sorted(member.row for member in entry.members)
            for column in table.columns:
                c = column.index
                if c not in table.block.values or column.role not in ("amount", "total", "memo", "measure"):
                    continue
                cell = table.grid.address(entry.row, c)
                if table.grid.kinds[entry.row, c] not in (Kind.NUMBER, Kind.MARK):
                    continue
                total = stated.get(cell)
                yield InspectedTotal(
                    cell=cell,
                    label=" ".join(entry.label.split()),
                    direction="down",
                    sums=[table.grid.address(row, c) for row in members if table.grid.kinds[row, c] != Kind.EMPTY],
                    stated=total.published if total else None,
                    read=total.read if total else None,
                    reconciled=total.reconciled if total else None,
                )
    for column in table.of_role("total"):
        yield from _across(table, column)


def _across(table: Table, column: Column) -> Iterable[InspectedTotal]:
    parts = list(column.parts)
    places = np.flatnonzero(table.grid.kinds[table.block.data, column.index] == Kind.NUMBER)
    read = table.amounts[:, parts].sum(axis=1)
    for place in places.tolist():
        row = int(table.block.data[place])
        published = int(table.amounts[place, column.index])
        allowed = len(parts) + 1
        half = (column.unit or table.context.unit).minor(table.grid.terms.currency) / 2
        whole = bool((table.grid.numbers[row, [*parts, column.index]] % 1 == 0).all())
        yield InspectedTotal(
            cell=table.grid.address(row, column.index),
            label=table.labels.said(place) or column.header,
            direction="across",
            sums=[table.grid.address(row, part) for part in parts if table.grid.kinds[row, part] != Kind.EMPTY],
            stated=published,
            read=int(read[place]),
            reconciled=abs(published - int(read[place])) <= (half * allowed if whole else half * allowed / 10),
        )


def _addresses(grid: Grid, cells: Sequence[Address] | Ints) -> list[str]:
    letters: dict[int, str] = {}
    pairs = cells.tolist() if isinstance(cells, np.ndarray) else cells
    pairs = [(int(r), grid.stands(int(r), int(c))) for r, c in pairs] if grid.moved else pairs
    return [f"{letters.setdefault(int(c), letter(int(c)))}{int(r) + 1}" for r, c in pairs]
