"""Words and shortened numbers where an amount would stand: what they mean only a person can say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from budget_align.core.values.number_writing import is_shortened
from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.readings.table import Table
from importers.structure.grid import Kind

_NAMED: Final = 4


def doubt_unread(table: Table, decisions: Decisions) -> frozenset[int]:
    """Asks about words that stand where an amount would, and about numbers that a program shortened: what they mean
    only a person can say.
    """
    grid, rows = table.grid, table.block.data
    if not len(rows):
        return frozenset()
    _doubt_shortened(table, decisions)
    found = [
        (int(row), column)
        for column in table.of_role("amount")
        for row in table.block.body[grid.kinds[table.block.body, column.index] == Kind.TEXT]
        if _is_row_of_amounts(table, int(row), column)
    ]
    found = sorted([*found, *_lines_around(table)], key=lambda each: (each[1].index, each[0]))
    if not found:
        return frozenset()
    row, column = found[0]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    few = _says_how_few(table, found)
    decisions.take(
        table.choice(
            "unread",
            (*(grid.address(r, c.index) for r, c in found[:_NAMED]),),
            f"{grid.address(row, column.index)} of {grid.name!r} says {grid.text(row, column.index)[:60]!r}{more} "
            f"where an amount would stand. {few}Is it no amount?",
            (("leave", "It is no amount: leave it out"),),
            "" if few else "leave",
            assumed="leave",
        )
    )
    return frozenset()


def _lines_around(table: Table) -> list[tuple[int, Column]]:
    """The rows with a name, above the first amount that could be read or below the last one, that hold several amounts
    in one cell of a column of amounts: lines of a printed page, taken for headers and notes.
    """
    block, grid = table.block, table.grid
    rows = {*block.header_rows, *(row for row, _ in (*block.titles, *block.notes))} - {*block.repeated_headers}
    around = np.setdiff1d(np.array(sorted(rows), dtype=np.int64), block.body).tolist()
    found = [
        (row, column)
        for column in table.of_role("amount")
        for row in around
        if len(_AMOUNT.findall(grid.text(row, column.index))) > 1 and _is_named(table, row, column)
    ]
    # One such row may be a header of bands: "From 25,000 to 50,000".
    return found if len({grid.text(row, column.index) for row, column in found}) > 1 else []


_AMOUNT: Final = re.compile(r"(?<![\d.,])\d{1,4}(?:[.,'’ ]\d{3})+(?![\d])")


def _says_how_few(table: Table, unread: Sequence[tuple[int, Column]]) -> str:
    """How few amounts of a column were read, where most of what stands there has figures and could not be; what is left
    of it then is nothing to store.
    """
    grid = table.grid
    for column in {c.index: c for _, c in unread}.values():
        figures = sum(bool(_FIGURE.search(grid.text(row, c.index))) for row, c in unread if c.index == column.index)
        read = int((grid.kinds[table.block.data, column.index] == Kind.NUMBER).sum())
        if figures > read:
            return f"Of {figures + read} amounts of column {column.letter} no more than {read} could be read. "
    return ""


_FIGURE: Final = re.compile(r"\d")


def choose_unsure(table: Table, decisions: Decisions) -> None:
    """Asks whether texts that hold more than an amount, or amounts written unlike all others, are what they were read
    as; what is none is left out.
    """
    grid = table.grid
    money = {column.index for column in table.of_role("amount", "total", "memo")}
    found = sorted(cell for cell in grid.unsure if cell[1] in money and table.is_row_of_data(cell[0]))
    if not found:
        return
    (row, column), more = found[0], f" and {len(found) - 1} more" if len(found) > 1 else ""
    cell, read = grid.address(row, column), grid.numbers[row, column]
    choice = table.choice(
        "unread",
        ("unsure", *(grid.address(*each) for each in found[:_NAMED])),
        f"{cell} of {grid.name!r} says {grid.text(row, column)[:60]!r}{more} where an amount would stand. Is the "
        "number in it the amount?",
        (
            ("read", f"Yes: {cell} is {read:,.15g}, and so on"),
            ("leave", "No: leave these cells out"),
        ),
        "",
        assumed="read",
    )
    if decisions.take(choice) == "leave":
        for row, column in found:
            table.amounts[table.place_of(row), column] = 0
            table.stated[table.place_of(row), column] = False


def _doubt_shortened(table: Table, decisions: Decisions) -> None:
    grid = table.grid
    found = [
        (row, column.index)
        for column in table.of_role("amount")
        for rows in [grid.spelled(table.block.data, column.index)]
        for row, said in zip(rows.tolist(), grid.said(rows, column.index), strict=True)
        if is_shortened(said)
    ]
    if not found:
        return
    row, at = found[0]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    decisions.take(
        table.choice(
            "unread",
            ("shortened", *(grid.address(*each) for each in found[:_NAMED])),
            f"{grid.address(row, at)} of {grid.name!r} says {grid.text(row, at)!r}{more}: a spreadsheet program "
            "shortened the number, and digits may be lost. Does it stand for an amount that ends in zeros?",
            (("round", "Yes: take the amounts as they are written"),),
            "round",
        )
    )


def _is_row_of_amounts(table: Table, row: int, column: Column) -> bool:
    """Whether a row has the labels of a line, so that words in a column of amounts stand in an amount's place."""
    if row in table.block.header_rows or row in table.block.repeated_headers:
        return False
    return _is_named(table, row, column)


def _is_named(table: Table, row: int, column: Column) -> bool:
    """Whether a column of labels left of another one says something in a row."""
    naming = [c.index for c in table.columns if c.index in table.block.labels and c.index < column.index]
    return bool(naming) and bool(table.grid.filled[row, naming].any())
