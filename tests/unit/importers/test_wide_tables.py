"""Tables of many columns: what columns make of one another is found, in a time that a service can bear."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import numpy as np
import pytest

from budget_align.core.values.terms import UK
from importers.evidence.column import Column
from importers.evidence.column_sums import find_total_columns
from importers.evidence.derived_columns import set_aside_nets, set_aside_running
from importers.evidence.taxes import set_aside_taxes
from importers.readings.reader import read_workbook
from importers.structure.grid import Grid


def grid_of(numbers: np.ndarray) -> tuple[Grid, list[Column]]:
    codes, kinds = np.zeros(numbers.shape, np.int32), np.zeros(numbers.shape, np.uint8)
    columns = [Column(place, f"Fund {place}", "amount", 0.9, "") for place in range(numbers.shape[1])]
    return Grid("Sheet", [""], codes, kinds, numbers), columns


def amounts(rows: int, columns: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 1_000_000, (rows, columns)).astype(float)


@pytest.mark.parametrize("rows", [3, 40, 900])
@pytest.mark.parametrize("wide", [3, 12, 150])
@pytest.mark.parametrize("at_the_left", [False, True])
def test_the_total_of_all_others_is_found_however_many_they_are(rows: int, wide: int, at_the_left: bool) -> None:
    parts = amounts(rows, wide, rows + wide)
    total = parts.sum(axis=1, keepdims=True)
    # One row in twenty-five does not add up, and these stand together.
    total[: rows // 25] += 7
    table = np.hstack([total, parts] if at_the_left else [parts, total])
    grid, columns = grid_of(table)
    found = find_total_columns(grid, np.arange(rows), columns)
    totals = [column for column in found if column.role == "total"]
    assert [column.index for column in totals] == [0 if at_the_left else wide]
    assert totals[0].parts == tuple(range(1, wide + 1) if at_the_left else range(wide))


@pytest.mark.parametrize("rows", [6, 700])
def test_each_total_of_the_columns_before_it_sums_those_alone(rows: int) -> None:
    chance = random.Random(rows)
    blocks, expected, place = [], {}, 0
    for number in range(12):
        wide = chance.randint(2, 9)
        block = amounts(rows, wide, number)
        blocks += [block, block.sum(axis=1, keepdims=True)]
        expected[place + wide] = tuple(range(place, place + wide))
        place += wide + 1
    grid, columns = grid_of(np.hstack(blocks))
    found = find_total_columns(grid, np.arange(rows), columns)
    assert {column.index: column.parts for column in found if column.role == "total"} == expected


@pytest.mark.parametrize("rows", [6, 700])
def test_a_column_that_adds_up_another_is_found_among_many(rows: int) -> None:
    table = amounts(rows, 40, 5)
    table[:, 17] = table[:, 30].cumsum()
    grid, columns = grid_of(table)
    found = set_aside_running(grid, np.arange(rows), columns)
    assert [column.index for column in found if column.role == "change"] == [17]


SIDES = ("expenditure", "income", "")


@pytest.mark.parametrize("rows", [6, 700])
def test_what_two_sides_leave_is_found_among_many_columns_in_no_time(rows: int) -> None:
    table = amounts(rows, 300, 3)
    # One row in twenty-five is wrong, and these stand together.
    table[:, 152] = table[:, 150] - table[:, 151]
    table[: rows // 25, 152] += 7
    grid, columns = grid_of(table)
    sided = [replace(column, flow=SIDES[place % 3], fiscal_year=2026) for place, column in enumerate(columns)]
    began = time.process_time()
    found = set_aside_nets(grid, np.arange(rows), sided)
    assert [column.index for column in found if column.role == "change"] == [152]
    # Each column with each pair of sides would take minutes.
    assert time.process_time() - began < 4


def test_many_columns_of_taxes_are_looked_at_in_no_time() -> None:
    table = amounts(20, 300, 4)
    table[:, 151] = (table[:, 150] * 0.2).round(2)
    grid, columns = grid_of(table)
    taxed = [replace(column, header="VAT" if place % 2 else "Amount") for place, column in enumerate(columns)]
    began = time.process_time()
    found = set_aside_taxes(grid, np.arange(20), taxed)
    assert [column.index for column in found if column.role != "amount"] == [151]
    assert time.process_time() - began < 1.5


def test_hundreds_of_columns_of_money_take_no_time_out_of_proportion() -> None:
    chance = random.Random(7)

    def seconds(wide: int) -> float:
        head = "Body,Programme," + ",".join(f"2026-27 budget £ fund {place}" for place in range(wide))
        rows = [f"Works,Way {row}," + ",".join(str(chance.randint(1, 10**6)) for _ in range(wide)) for row in range(30)]
        began = time.process_time()
        read_workbook("\n".join([head, *rows]).encode(), "wide.csv", terms=UK)
        return time.process_time() - began

    # Sums of sums, of which there are as many as there are sets of columns, would take minutes.
    assert seconds(200) < 6 * seconds(100)
