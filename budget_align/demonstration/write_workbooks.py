"""Writes Northmere's workbooks anew: python -m budget_align.demonstration.write_workbooks FOLDER.

They come with the product as files, so that everyone's have the same bytes; this is how they were made. Each has the
habits of a real return: merged headers, brackets for income, codes, subtotals under many names, memo lines below the
total, a summary that repeats it all, and in one place a total that its lines do not add up to.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

Pair = tuple[float, float]
"""Resource and capital, or last year and this year."""

_BOLD = Font(bold=True)
_SHADE = PatternFill("solid", fgColor="DDE7F0")

HEALTH: dict[str, list[tuple[str, Pair, Pair]]] = {
    "Hospital services": [
        ("Acute hospitals", (2140.5, 96.0), (2231.9, 110.4)),
        ("Ambulance service", (88.2, 6.5), (92.6, 7.0)),
        ("Hospital maintenance backlog", (0, 54.0), (0, 61.5)),
    ],
    "Primary and community care": [
        ("General practice", (412.7, 8.2), (436.1, 9.1)),
        ("Dentistry and eye care", (163.4, 0), (169.0, 0)),
        ("Mental health in the community", (121.6, 2.4), (139.8, 3.0)),
        ("Prescription medicines", (338.9, 0), (351.2, 0)),
    ],
    "Public health": [
        ("Immunisation", (41.3, 0), (43.0, 0)),
        ("Healthy eating and school meals standards", (17.8, 0), (19.4, 0)),
        ("Clean air and water monitoring", (9.6, 1.2), (10.1, 1.5)),
    ],
    "Running the department": [
        ("Headquarters", (62.1, 3.4), (63.8, 2.9)),
        ("Income from visitors' charges", (-14.2, 0), (-15.0, 0)),
    ],
}
HEALTH_GRANTS: list[tuple[str, Pair, Pair]] = [
    ("Grants to local authorities for social care", (310.0, 0), (325.0, 0)),
]

LEARNING: list[tuple[str, str, str, str, str, str, str, str, float, float, str]] = [
    # directorate, centre, centre name, programme code, programme, account code, account, type, 2025-26, 2026-27, purpose
    ("Schools", "2101", "School staffing", "L01", "Primary teaching", "5100", "Pay", "Resource", 684120415.50, 702884311.25, "Teachers of pupils aged 5 to 11"),
    ("Schools", "2101", "School staffing", "L02", "Secondary teaching", "5100", "Pay", "Resource", 731904220.00, 748310992.40, "Teachers of pupils aged 12 to 18"),
    ("Schools", "2102", "School running costs", "L01", "Primary teaching", "5400", "Supplies", "Resource", 121480300.10, 124006118.75, "Books, heat and light"),
    ("Schools", "2102", "School running costs", "L02", "Secondary teaching", "5400", "Supplies", "Resource", 138220945.00, 140118230.00, "Books, laboratories, heat and light"),
    ("Schools", "2110", "Inclusion", "L03", "Support for pupils with additional needs", "5100", "Pay", "Resource", 96400210.00, 108225670.90, "Support staff in mainstream and special schools"),
    ("Schools", "2110", "Inclusion", "L04", "Girls into science", "5600", "Grants", "Resource", 3150000.00, 4200000.00, "Clubs and mentors in every district"),
    ("Schools", "2190", "School estate", "L05", "School building", "7100", "Construction", "Capital", 148000000.00, 166500000.00, "Eleven schools rebuilt by 2028"),
    ("Early years", "2201", "Childcare", "L06", "Free childcare for two-year-olds", "5600", "Grants", "Resource", 88600450.00, 101340000.00, "Places in nurseries"),
    ("Early years", "2201", "Childcare", "L07", "Childcare in areas of high poverty", "5600", "Grants", "Resource", 31200000.00, 38750000.00, "Longer hours where incomes are lowest"),
    ("Skills", "2301", "Colleges", "L08", "Technical colleges", "5600", "Grants", "Resource", 212300875.00, 219875300.00, "Courses that lead to work"),
    ("Skills", "2301", "Colleges", "L08", "Technical colleges", "7200", "Equipment", "Capital", 18200000.00, 22400000.00, "Workshops"),
    ("Skills", "2302", "Apprenticeships", "L09", "Apprenticeships", "5600", "Grants", "Resource", 94110320.00, 99870420.00, "Employers' cost of training"),
    ("Universities", "2401", "Teaching grant", "L10", "University teaching", "5600", "Grants", "Resource", 301775000.00, 309000000.00, "Teaching of home students"),
    ("Universities", "2402", "Research", "L11", "Research councils", "5600", "Grants", "Resource", 142600000.00, 151250000.00, "Research and its laboratories"),
    ("Corporate", "2900", "Head office", "L99", "Administration", "5100", "Pay", "Resource", 28455120.00, 28910775.33, "Head office staff"),
    ("Corporate", "2900", "Head office", "L99", "Administration", "8100", "Receipts", "Resource", -2140500.00, -2205000.00, "Rent of spare offices"),
]  # fmt: skip

JUSTICE: dict[str, list[tuple[str, str, int, int]]] = {
    "Policing": [
        ("Neighbourhood policing", "Resource", 312400, 331750),
        ("Serious crime", "Resource", 148200, 151030),
        ("Police vehicles and radios", "Capital", 27300, 24900),
        ("Income from licences", "Resource", -8450, -8700),
    ],
    "Courts and legal aid": [
        ("Courts", "Resource", 96120, 97480),
        ("Court buildings", "Capital", 11800, 14250),
        ("Legal aid", "Resource", 88700, 90300),
        ("Fines collected", "Resource", -21300, -22050),
    ],
    "Prisons and probation": [
        ("Prisons", "Resource", 204900, 211600),
        ("New prison wing", "Capital", 36000, 41500),
        ("Probation and rehabilitation", "Resource", 47250, 52900),
    ],
    "Fire and rescue": [
        ("Fire and rescue service", "Resource", 118600, 121350),
        ("Fire engines", "Capital", 9200, 8800),
    ],
    "Victims and equality": [
        ("Support for victims of domestic abuse", "Resource", 12800, 16900),
        ("Equality and human rights commission", "Resource", 6400, 6600),
    ],
}

TRANSPORT: dict[str, list[tuple[str, int, int]]] = {
    "Public transport": [("Bus services", 84200, 90150), ("Rail services", 221500, 228900), ("Rail electrification", 96000, 118000)],
    "Roads": [("Trunk road maintenance", 132750, 128400), ("Road safety", 14300, 15100)],
    "Walking and cycling": [("Walking and cycling routes", 22000, 31500)],
}  # fmt: skip
PLACES: dict[str, list[tuple[str, int, int]]] = {
    "Housing": [("Affordable homes", 268000, 301000), ("Homelessness prevention", 41200, 46800)],
    "Environment": [
        ("Sewers and drinking water", 118400, 124900),
        ("Nature recovery", 37600, 44100),
        ("Fisheries protection", 12900, 13200),
        ("Waste and recycling", 52300, 55000),
        ("Home insulation", 74500, 96000),
        ("Offshore wind ports", 58000, 83000),
    ],
    "Welfare": [
        ("Family allowance", 402600, 418900),
        ("Disability allowance", 361200, 379400),
        ("Emergency food support", 18300, 17100),
    ],
    "Enterprise": [("Business growth grants", 66400, 69900), ("Rural broadband", 39800, 28500)],
}
TREASURY: dict[str, list[tuple[str, int, int]]] = {
    "Debt": [("Interest on public debt", 288400, 301750)],
    "Central funds": [("Pay reserve", 60000, 85000), ("Overseas partnership fund", 24000, 26500)],
    "Revenue": [("Tax collection", 73900, 75200), ("Statistics office", 18800, 19300)],
}
CABINET: dict[str, list[tuple[str, int, int]]] = {
    "Centre": [("Cabinet secretariat", 14200, 14600), ("Leadership programme", 2100, 2600)],
    "Civil service": [("Civil service academy", 8300, 9100)],
    "Evidence": [("Evaluation of programmes", 3400, 4200), ("Data office", 5600, 6900)],
}
DISTRICTS: dict[str, tuple[int, float]] = {
    # people in 2025, and what its services cost beside those of an average district
    "Ashby District Council": (142_000, 1.04),
    "Brackwater District Council": (86_000, 0.93),
    "Corrie District Council": (211_000, 1.11),
    "Dunmoor District Council": (48_000, 1.22),
    "Eastholm District Council": (305_000, 0.97),
    "Fellgate District Council": (119_000, 0.89),
    "Glenmarch District Council": (64_000, 1.16),
    "Harrowick District Council": (178_000, 1.00),
}
DISTRICT_SERVICES: list[tuple[str, float, float]] = [
    # pounds a head, and how much that depends on what the district's services cost
    ("Waste collection and recycling", 58.0, 0.4),
    ("Housing and homelessness", 44.0, -0.5),
    ("Parks and leisure", 37.0, 0.2),
    ("Streets and lights", 21.0, 1.4),
    ("Planning and building control", 15.0, 0.3),
    ("Food and hardship grants", 12.0, 1.8),
    ("Community learning", 9.0, -0.8),
    ("Council offices", 24.0, 0.7),
]


def write_all(folder: Path) -> None:
    """Writes the workbooks into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_health(folder / "health-and-care-budget.xlsx")
    write_learning(folder / "learning-ledger.csv")
    write_justice(folder / "justice-and-safety-estimates.xlsx")
    write_central(folder / "central-returns.ods")
    write_districts(folder / "district-councils.csv")
    write_earlier_years(folder / "earlier-years.csv")


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
    sheet.cell(row, 1, "Memo: counted in the councils' own budgets").font = _BOLD
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
    """Every line of the departments' returns: department, unit, programme, account, control, and both years in pounds."""
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
