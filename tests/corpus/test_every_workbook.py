"""Every real workbook at hand: what is found in each, as a table in the output, and what must be found."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import pytest

from budget_align.core.returns.inspection import InspectedTable, Inspection
from budget_align.core.returns.reading import Answers
from budget_align.core.values.terms import UK
from importers.files.limits import Limits
from importers.files.workbook import open_workbook
from importers.readings.inspection import inspect
from importers.readings.reader import WorkbookReader
from tests.beside import files_in

DEPARTMENTAL = "hm-treasury/public_spending_departmental_budgets_july_2025.xlsx"
OUTLAYS = "us-budget/budget_us.xls"
LEVEL_4 = "scottish-budget/budget-level4-2021-22.ods"
LEVEL_2 = "scottish-budget/level2-timeseries.ods"


@cache
def reader_of(path: Path) -> WorkbookReader:
    """A workbook, opened once for all that is asked of it."""
    return WorkbookReader(open_workbook(path.read_bytes(), Limits()), UK, Answers())


@cache
def inspected(path: Path) -> tuple[Inspection, float]:
    """What is found in a workbook, looked for once, and how many seconds that took."""
    start = time.perf_counter()
    inspection = inspect(reader_of(path), path.name)
    return inspection, time.perf_counter() - start


def found_in(shared_data: Path, name: str) -> Inspection:
    return inspected(shared_data / name)[0]


def tables(inspection: Inspection) -> list[InspectedTable]:
    return [table for sheet in inspection.sheets for table in sheet.tables]


def down(table: InspectedTable) -> list[bool]:
    """For each total of a column, whether it equals its lines."""
    return [bool(t.reconciled) for t in table.totals if t.direction == "down" and t.reconciled is not None]


def test_what_is_found_in_every_workbook(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{'workbook':<52}{'tables':>7}{'cells':>9}{'totals':>8}{'equal':>7}{'asked':>7}{'seconds':>9}"]
    for path in files_in(shared_data, "*/*.*"):
        inspection, took = inspected(path)
        found = tables(inspection)
        assert found, path.name
        totals = [equal for table in found for equal in down(table)]
        asked = sum(len(table.questions) for table in found)
        cells = sum(len(table.amount_cells) for table in found)
        lines.append(
            f"{path.name:<52}{len(found):>7}{cells:>9,}{len(totals):>8,}{sum(totals):>7,}{asked:>7}{took:>9.2f}"
        )
    with capsys.disabled():
        print("\n" + "\n".join(lines))


def test_departmental_budgets_all_tables_with_their_totals_and_real_terms_told_from_cash(shared_data: Path) -> None:
    """Chapter 1 of Public Spending Statistics: tables 1.1 to 1.15, some in parts, each in a sheet of its own."""
    found = tables(found_in(shared_data, DEPARTMENTAL))
    assert len(found) == 19
    for table in found:
        assert down(table), table.title
        assert all(down(table)), table.title
        assert table.years == [2020, 2021, 2022, 2023, 2024]
        assert table.price_basis.value == ("real terms" if "real terms" in table.title else "cash")
        assert table.counted.value == ("no" if "real terms" in table.title else "yes")
    units = {table.unit.value for table in found if "1.14" not in table.title}
    assert units == {"GBP millions"}


def test_outlays_every_account_with_five_years_and_the_nameless_total(shared_data: Path) -> None:
    reading = reader_of(shared_data / OUTLAYS).read("outlays.xls")
    counts = reading.lines.groupby("row")["fiscal_year"].nunique()
    # 4,967 rows: 4,966 accounts, and a last one without a name that sums 2013-14.
    assert (len(counts), set(counts)) == (4_966, {5})
    assert set(reading.lines["fiscal_year"]) == {2012, 2013, 2014, 2015, 2016}
    (total,) = reading.control_totals
    assert (total.cell, total.difference) == ("H4968", 0)
    # As the sheet's last row states, in its own unit, which nothing in it names.
    assert total.published == 368_494_700_000
    assert {question.topic for question in reading.questions} == {"stage", "unit"}


def test_level_4_every_labelled_subtotal(shared_data: Path) -> None:
    found = tables(found_in(shared_data, LEVEL_4))
    assert len(found) == 11
    assert all(all(down(table)) for table in found)


def test_level_2_rows_in_real_terms_are_told_from_the_cash_ones(shared_data: Path) -> None:
    reading = reader_of(shared_data / LEVEL_2).read("level2.ods")
    outturn = reading.lines[reading.lines["sheet"] == "outturn"]
    assert outturn.loc[~outturn["memo"], "row"].max() <= 109
    assert outturn.loc[outturn["row"] > 109, "memo"].all()
    grand = [t for t in reading.control_totals if t.label == "Total Scottish Government Budget" and not t.memo]
    assert [t.fiscal_year for t in grand if t.reconciled] == [2012, 2017]
    # The other years' portfolios do not add up in the workbook itself: each is named, none is forced.
    named = {f.cell for f in reading.findings if f.code == "total-differs"}
    assert {t.cell for t in grand if not t.reconciled} <= named
