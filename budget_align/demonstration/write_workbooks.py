"""Writes Northmere's workbooks anew: python -m budget_align.demonstration.write_workbooks FOLDER.

They come with the product as files, so that everyone's have the same bytes; this is how they were made. Each has the
habits of a real return: merged headers, brackets for receipts that are netted, codes, subtotals under many names, memo
lines below the total, a summary that repeats it all, and in one place a total that its lines do not add up to. One
ministry sends its fees apart from its spending, and another its budget anew in autumn.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from budget_align.demonstration.figures import (
    CABINET,
    DISTRICT_SERVICES,
    DISTRICTS,
    HEALTH,
    HEALTH_GRANTS,
    JUSTICE,
    LEARNING,
    PLACES,
    PLACES_REVISED,
    TRANSPORT,
    TRANSPORT_FEES,
    TREASURY,
)

_BOLD = Font(bold=True)
_SHADE = PatternFill("solid", fgColor="DDE7F0")


def write_all(folder: Path) -> None:
    """Writes the workbooks into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_health(folder / "health-and-care-budget.xlsx")
    write_learning(folder / "learning-ledger.csv")
    write_justice(folder / "justice-and-safety-estimates.xlsx")
    write_central(folder / "central-returns.ods")
    write_districts(folder / "district-councils.csv")
    write_earlier_years(folder / "earlier-years.csv")
    write_fees(folder / "transport-fees.xlsx")
    write_revision(folder / "places-and-people-autumn.xlsx")


def write_health(path: Path) -> None:
    """£ million, years over controls in merged headers, an outline with totals, memo lines below the total."""
    book, sheet = _new("Budget")
    sheet["A1"] = "Department of Health and Care"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = "Budget 2026-27, with 2025-26 for comparison (£ million)"
    for start, year in ((2, "2025-26"), (5, "2026-27")):
        sheet.merge_cells(start_row=4, start_column=start, end_row=4, end_column=start + 2)
        sheet.cell(4, start, year).alignment = Alignment(horizontal="center")
        for offset, name in enumerate(("Resource", "Capital", "Total")):
            sheet.cell(5, start + offset, name)
    sheet["A5"] = "Programme"
    for cell in (*sheet[4], *sheet[5]):
        cell.font, cell.fill = _BOLD, _SHADE
    row = 6
    grand = [0.0] * 6
    for heading, lines in HEALTH.items():
        sheet.cell(row, 1, heading).font = _BOLD
        row += 1
        sums = [0.0] * 6
        for name, before, now in lines:
            figures = [before[0], before[1], sum(before), now[0], now[1], sum(now)]
            row = _write_row(sheet, row, "   " + name, figures)
            sums = [a + b for a, b in zip(sums, figures, strict=True)]
        row = _write_row(sheet, row, f"Total {heading.lower()}", sums, bold=True) + 1
        grand = [a + b for a, b in zip(grand, sums, strict=True)]
    row = _write_row(sheet, row, "Total Department of Health and Care", grand, bold=True) + 1
    sheet.cell(row, 1, "Memo: grants that local authorities spend").font = _BOLD
    row += 1
    for name, before, now in HEALTH_GRANTS:
        row = _write_row(sheet, row, name, [before[0], before[1], sum(before), now[0], now[1], sum(now)])
    sheet.cell(row + 1, 1, "Figures may change when Parliament votes the Estimates.")
    sheet.column_dimensions["A"].width = 52
    book.save(path)


def write_learning(path: Path) -> None:
    """A ledger: one row an amount, in pounds and pence, with codes."""
    header = ["Department", "Directorate", "Cost centre code", "Cost centre", "Programme code", "Programme"]
    header += ["Account code", "Account", "Budget type", "Financial year", "Stage", "Amount (£)", "Purpose"]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for *line, before, now, purpose in LEARNING:
            for year, amount in (("2025/26", before), ("2026/27", now)):
                writer.writerow(
                    ["Department for Learning", *line, year, "Budget", f"{amount:,.2f}", purpose]
                )  # fmt: skip


def write_justice(path: Path) -> None:
    """£000 as text with brackets for income, one label column filled once for several rows, a wrong subtotal."""
    book, sheet = _new("Estimates 2026-27")
    sheet["A1"] = "Office for Justice and Safety"
    sheet["A2"] = "Main Estimates"
    header = ["Service", "Line", "Budget type", "2025-26\n£000", "2026-27\n£000", "% change"]
    for column, text in enumerate(header, 1):
        cell = sheet.cell(4, column, text)
        cell.font, cell.fill, cell.alignment = _BOLD, _SHADE, Alignment(wrap_text=True)
    row, grand = 5, [0, 0]
    for service, lines in JUSTICE.items():
        first, sums = row, [0, 0]
        for name, control, before, now in lines:
            sheet.cell(row, 1, service if row == first else None)
            sheet.cell(row, 2, name)
            sheet.cell(row, 3, control)
            _write_pair(sheet, row, before, now)
            sums = [sums[0] + before, sums[1] + now]
            row += 1
        # As happens: a late change to a line did not reach the subtotal that was typed in.
        stated = [sums[0], sums[1] - 250] if service == "Prisons and probation" else sums
        sheet.cell(row, 1, f"Subtotal: {service}").font = _BOLD
        _write_pair(sheet, row, *stated)
        grand = [grand[0] + sums[0], grand[1] + sums[1]]
        row += 1
    sheet.cell(row, 1, "GRAND TOTAL").font = _BOLD
    _write_pair(sheet, row, *grand)
    sheet.cell(row + 2, 1, "1. Brackets show income.")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 42
    book.save(path)


def write_central(path: Path) -> None:
    """Four bodies in one workbook, £ thousand, with a contents page and a summary that repeats their totals."""
    bodies = {
        "Ministry of Transport": TRANSPORT,
        "Ministry for Places and People": PLACES,
        "Treasury": TREASURY,
        "Cabinet Office": CABINET,
    }
    sheets: dict[str, list[list[object]]] = {
        "Contents": [["Central returns of Northmere, Budget 2026-27"], [], ["1. Summary"], ["2. Returns by ministry"]],
    }
    summary: list[list[object]] = [["Summary of returns, £ thousand"], [], ["Ministry", "2025-26", "2026-27"]]
    for body, groups in bodies.items():
        rows: list[list[object]] = [[body], ["Budget, £ thousand"], [], ["Budget line", "2025-26", "2026-27"]]
        grand = [0, 0]
        for group, lines in groups.items():
            rows.append([group, None, None])
            rows += [[name, before, now] for name, before, now in lines]
            sums = [sum(line[1] for line in lines), sum(line[2] for line in lines)]
            rows.append([f"{group} total", *sums])
            grand = [grand[0] + sums[0], grand[1] + sums[1]]
        rows.append([f"{body} total", *grand])
        summary.append([body, *grand])
        sheets[body] = rows
    summary.append(["All ministries", *(sum(int(str(row[i])) for row in summary[3:]) for i in (1, 2))])
    sheets = {"Contents": sheets.pop("Contents"), "Summary": summary, **sheets}
    with pd.ExcelWriter(path, engine="odf") as writer:
        for name, rows in sheets.items():
            padded = [row + [None] * (3 - len(row)) for row in rows]
            pd.DataFrame(padded).to_excel(writer, sheet_name=name, header=False, index=False)


def write_fees(path: Path) -> None:
    """What a ministry takes in fees, apart from what it spends, £ thousand."""
    book, sheet = _new("Fees")
    sheet["A1"] = "Ministry of Transport"
    sheet["A2"] = "Income from fees"
    sheet["A3"] = "Budget, £ thousand"
    _write_groups(sheet, ("Fee", "2025-26", "2026-27"), TRANSPORT_FEES, "Total income from fees")
    book.save(path)


def write_revision(path: Path) -> None:
    """One ministry's budget as the autumn revised it: every line anew, £ thousand."""
    book, sheet = _new("Revised")
    sheet["A1"] = "Ministry for Places and People"
    sheet["A2"] = "Budget, autumn revision, £ thousand"
    lines = {group: [(name, PLACES_REVISED.get(name, now)) for name, _, now in rows] for group, rows in PLACES.items()}
    _write_groups(sheet, ("Programme", "2026-27"), lines, "Ministry for Places and People total")
    book.save(path)


def _write_groups(
    sheet: Worksheet, header: tuple[str, ...], groups: Mapping[str, Sequence[tuple[Any, ...]]], total: str
) -> None:
    """A table from row 5: under each group its lines and their total, and at the end the total of all."""
    for column, text in enumerate(header, 1):
        cell = sheet.cell(5, column, text)
        cell.font, cell.fill = _BOLD, _SHADE
    row, years = 6, range(len(header) - 1)
    grand = [0 for _ in years]
    for group, lines in groups.items():
        sums = [sum(figures[year] for _, *figures in lines) for year in years]
        for said in ((group,), *lines, (f"{group} total", *sums)):
            for column, value in enumerate(said, 1):
                sheet.cell(row, column, value).font = Font(bold=said not in lines)
            row += 1
        grand = [one + other for one, other in zip(grand, sums, strict=True)]
    for column, value in enumerate((total, *grand), 1):
        sheet.cell(row, column, value).font = _BOLD
    sheet.column_dimensions["A"].width = 44


def write_districts(path: Path) -> None:
    """Eight councils in one table, £ thousand, a column for each year."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["District councils: budget, £ thousand"])
        writer.writerow([])
        writer.writerow(["Council", "Service", "2023-24", "2024-25", "2025-26", "2026-27"])
        for place, (council, (people, cost)) in enumerate(DISTRICTS.items()):
            sums = [0, 0, 0, 0]
            for number, (service, a_head, leans) in enumerate(DISTRICT_SERVICES):
                # Each council has services that it spends more on than others do.
                own = 1 + ((place * 5 + number * 3) % 11 - 5) / 50
                before = round(people * a_head * (1 + (cost - 1) * leans) * own / 1000)
                years = [round(before * growth) for growth in (0.941, 0.968, 1.0, 1.031)]
                writer.writerow([council, service, *years])
                sums = [total + year for total, year in zip(sums, years, strict=True)]
            writer.writerow([council, "Total", *sums])


def write_earlier_years(path: Path) -> None:
    """A ledger of two years gone by, with what was meant for each line and what was spent on it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "Department",
                "Directorate",
                "Programme",
                "Account",
                "Budget type",
                "Financial year",
                "Stage",
                "Amount (£)",
            ]
        )
        for number, (department, unit, programme, account, control, before, now) in enumerate(_all_lines()):
            growth = max(-0.06, min(0.09, (now - before) / abs(before))) if before else 0.04
            for year, back in (("2023-24", 2), ("2024-25", 1)):
                meant = (before or now) / (1 + growth) ** back
                # Work on buildings is late, care costs more than was thought, the rest differs by a little.
                late = (
                    -0.11 if control == "Capital" else 0.035 if department.startswith("Department of Health") else 0.0
                )
                spent = meant * (1 + late + ((number * 7 + back * 5) % 13 - 6) / 250)
                for stage, amount in (("Budget", meant), ("Outturn", spent)):
                    line = [department, unit, programme, account, control, year, stage, f"{round(amount, -3):.0f}"]
                    writer.writerow(line)


def _all_lines() -> Iterator[tuple[str, str, str, str, str, float, float]]:
    """Every line of the departments' returns: department, unit, programme, account, control, both years in pounds."""
    for unit, health in HEALTH.items():
        for name, before, now in health:
            for control, was, is_now in zip(("Resource", "Capital"), before, now, strict=True):
                if was or is_now:
                    yield "Department of Health and Care", unit, name, "", control, was * 1e6, is_now * 1e6
    for unit, _, _, _, name, _, account, control, learnt, learns, _ in LEARNING:
        yield "Department for Learning", unit, name, account, control, learnt, learns
    for unit, justice in JUSTICE.items():
        for name, control, was, is_now in justice:
            yield "Office for Justice and Safety", unit, name, "", control, was * 1e3, is_now * 1e3
    for body, groups in (
        ("Ministry of Transport", TRANSPORT),
        ("Ministry for Places and People", PLACES),
        ("Treasury", TREASURY),
        ("Cabinet Office", CABINET),
    ):
        for unit, central in groups.items():
            for name, was, is_now in central:
                yield body, unit, name, "", "", was * 1e3, is_now * 1e3


def _new(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet), "a new workbook has a sheet"
    sheet.title = title
    return book, sheet


def _write_row(sheet: Worksheet, row: int, name: str, figures: list[float], *, bold: bool = False) -> int:
    sheet.cell(row, 1, name).font = Font(bold=bold)
    for column, figure in enumerate(figures, 2):
        cell = sheet.cell(row, column, round(figure, 3))
        cell.number_format, cell.font = "#,##0.0", Font(bold=bold)
    return row + 1


def _write_pair(sheet: Worksheet, row: int, before: int, now: int) -> None:
    for column, figure in ((4, before), (5, now)):
        sheet.cell(row, column, f"{figure:,}" if figure >= 0 else f"({-figure:,})").alignment = Alignment(
            horizontal="right"
        )
    sheet.cell(row, 6, round((now - before) / before * 100, 1))


if __name__ == "__main__":
    write_all(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent))
