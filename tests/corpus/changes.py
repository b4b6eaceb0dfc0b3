"""Changes to a workbook that must not matter: the money in it stays what it was, or a question comes.

Each takes sheets as they were opened and where their tables stand, and gives new sheets back; None where the layout
does not permit it. Chance comes from a seed alone.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np

from importers.files.number_formats import NumberFormat
from importers.files.workbook import Sheet
from importers.readings.table import Table
from importers.structure.grid import Kind

MONEY = ("amount", "total", "memo")
DIMENSIONS = ("year", "stage", "flow", "side", "currency", "row_unit", "control", "price_basis")


@dataclass(frozen=True)
class Place:
    """Where one counted table stands, by the numbers of its rows and columns in the sheet.

    Attributes:
        sheet: the place of its sheet in the workbook.
        money: columns of amounts, totals and memo amounts.
        lines: rows that count.
        totals: rows that sum others.
        is_flat: a plain list: one header row, no totals, no headings, nothing set in.
        dimensions: what its columns say of a line beyond names, such as its year.
        numbers: what its columns of money state, cells that name a scale or currency of their own left out, and those
            that a person said are no amounts: written as others are, they would be.
    """

    sheet: int
    headers: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    labels: tuple[int, ...]
    money: tuple[int, ...]
    amounts: tuple[int, ...]
    years: tuple[int, ...]
    lines: tuple[int, ...]
    totals: tuple[int, ...]
    is_flat: bool
    has_grand_total: bool
    dimensions: frozenset[str]
    numbers: Mapping[tuple[int, int], float]


def place_of(table: Table, sheet: int) -> Place:
    """Where a table stands, as it was read."""
    grid, block = table.grid, table.block
    rows = tuple(int(row) for row in block.data)
    lines = tuple(rows[place] for place in table.line_rows.tolist())
    memo = table.memo_rows.tolist()
    totals = list(table.sums.totals()) if table.sums else []
    flat = (
        len(block.headers) == 1
        and len(block.body) == len(block.data)
        and not totals
        and not any(area[0] >= block.headers[0] for area in grid.merges)
        and not any(where[0] in rows for where in grid.indents)
    )
    return Place(
        sheet,
        tuple(block.header_rows),
        rows,
        tuple(block.columns),
        tuple(block.labels),
        tuple(c.index for c in table.of_role(*MONEY)),
        tuple(c.index for c in table.of_role("amount")),
        tuple(c.index for c in table.of_role("year")),
        tuple(row for row, is_memo in zip(lines, memo, strict=True) if not is_memo),
        tuple(total.row for total in totals),
        flat,
        any(total.whole for total in totals),
        frozenset(column.role for column in table.columns if column.role in DIMENSIONS),
        {
            (row, c.index): float(grid.numbers[row, c.index])
            for c in table.of_role(*MONEY)
            for row in rows
            if grid.kinds[row, c.index] == Kind.NUMBER
            and not np.isnan(grid.numbers[row, c.index])
            and (row, c.index) not in grid.scales
            and not grid.symbol_of[row, c.index]
            and table.stated[table.place_of(row), c.index]
        },
    )


@dataclass(frozen=True)
class Copy:
    """A workbook to change.

    Attributes:
        is_text: it is a text file, so that every cell is text.
        currency: the government's.
        headers: sheet and row of the headers of every table, those that do not count among them.
    """

    sheets: tuple[Sheet, ...]
    places: tuple[Place, ...]
    is_text: bool
    currency: str
    headers: frozenset[tuple[int, int]] = frozenset()

    @property
    def is_plain(self) -> bool:
        """Whether its amounts are written with a decimal point, if with anything."""
        return all(
            number_of(self.sheets[place.sheet].rows[row][column]) == number
            for place in self.places
            for (row, column), number in place.numbers.items()
        )

    def cell(self, value: Any) -> Any:
        """A value as a cell of this file holds it."""
        if not self.is_text or isinstance(value, str):
            return value
        return value.strftime("%d/%m/%Y") if isinstance(value, datetime.date) else f"{value:.12g}"


Sheets = tuple[Sheet, ...]
Change = Callable[[Copy, Random], Sheets | None]


# Rows and columns of a sheet


def insert_column(sheet: Sheet, at: int, cells: Mapping[int, Any], shown: NumberFormat | None = None) -> Sheet:
    """The sheet with a column more before column `at`, its cells by row."""
    rows = [[*row[:at], cells.get(i, ""), *row[at:]] for i, row in enumerate(sheet.rows)]

    def moved(column: int) -> int:
        return column + (column >= at)

    formats, known = sheet.formats, sheet.number_formats
    if shown is not None and formats is None:
        formats = np.zeros((len(sheet.rows), len(sheet.rows[0])), dtype=np.uint8)
    if formats is not None:
        new = np.zeros(len(formats), dtype=np.uint8)
        if shown is not None:
            known = (*known, shown)
            new[[row for row in cells if row < len(new)]] = len(known) - 1
        formats = np.insert(formats, min(at, formats.shape[1]), new, axis=1)
    return replace(
        sheet,
        rows=rows,
        merges=tuple((a, moved(b), c, moved(d)) for a, b, c, d in sheet.merges),
        hidden_columns=frozenset(moved(c) for c in sheet.hidden_columns),
        indents={(r, moved(c)): depth for (r, c), depth in sheet.indents.items()},
        without_value=frozenset((r, moved(c)) for r, c in sheet.without_value),
        formats=formats,
        number_formats=known,
    )


def insert_rows(sheet: Sheet, at: int, new: Sequence[Sequence[Any]]) -> Sheet:
    """The sheet with rows more before row `at`."""
    width = max(len(sheet.rows[0]), *(len(row) for row in new))
    old = [[*row, *[""] * (width - len(row))] for row in sheet.rows]
    more = [[*row, *[""] * (width - len(row))] for row in new]

    def moved(row: int) -> int:
        return row + len(new) * (row >= at)

    formats = sheet.formats
    if formats is not None:
        formats = np.insert(formats, [min(at, len(formats))] * len(new), 0, axis=0)
        formats = np.pad(formats, ((0, 0), (0, width - formats.shape[1])))
    return replace(
        sheet,
        rows=[*old[:at], *more, *old[at:]],
        merges=tuple((moved(a), b, moved(c), d) for a, b, c, d in sheet.merges),
        hidden_rows=frozenset(moved(r) for r in sheet.hidden_rows),
        indents={(moved(r), c): depth for (r, c), depth in sheet.indents.items()},
        without_value=frozenset((moved(r), c) for r, c in sheet.without_value),
        formats=formats,
    )


def permute_columns(sheet: Sheet, order: Mapping[int, int]) -> Sheet:
    """The sheet with columns at other places: `order` says for each new place which column stands there."""
    width = len(sheet.rows[0])
    from_place = [order.get(c, c) for c in range(width)]
    to_place = {old: new for new, old in enumerate(from_place)}
    formats = sheet.formats
    if formats is not None:
        formats = formats[:, [c for c in from_place if c < formats.shape[1]]]
    return replace(
        sheet,
        rows=[[row[c] for c in from_place] for row in sheet.rows],
        merges=tuple((a, to_place.get(b, b), c, to_place.get(d, d)) for a, b, c, d in sheet.merges),
        hidden_columns=frozenset(to_place.get(c, c) for c in sheet.hidden_columns),
        indents={(r, to_place.get(c, c)): depth for (r, c), depth in sheet.indents.items()},
        without_value=frozenset((r, to_place.get(c, c)) for r, c in sheet.without_value),
        formats=formats,
    )


def with_cells(sheet: Sheet, cells: Mapping[tuple[int, int], Any]) -> Sheet:
    """The sheet with some cells saying something else."""
    rows = [list(row) for row in sheet.rows]
    for (row, column), value in cells.items():
        rows[row][column] = value
    return replace(sheet, rows=rows)


def _by_sheet(copy: Copy) -> Iterator[tuple[int, list[Place]]]:
    for number in range(len(copy.sheets)):
        places = [place for place in copy.places if place.sheet == number]
        if places:
            yield number, places


def _replaced(copy: Copy, changed: Mapping[int, Sheet]) -> Sheets | None:
    return tuple(changed.get(i, sheet) for i, sheet in enumerate(copy.sheets)) if changed else None


def number_of(cell: Any) -> float | None:
    """What a cell states, where it is a plain number."""
    if isinstance(cell, bool) or cell == "":
        return None
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, str) and re.fullmatch(r"\s*[-+]?[\d,]*\.?\d+\s*", cell):
        return float(cell.replace(",", ""))
    return None


# A column more


@dataclass(frozen=True)
class Extra:
    """A column that is no money: its headers, one of which is drawn, and a cell for each row."""

    headers: tuple[str, ...]
    cells: Callable[[Random, int], list[Any]]
    on_totals: bool = False
    shown: NumberFormat | None = None
    has_point: bool = False


def add_column(extra: Extra) -> Change:
    """A column more in every counted table: at its left, before its amounts, or at its right."""

    def change(copy: Copy, random: Random) -> Sheets | None:
        changed: dict[int, Sheet] = {}
        if extra.has_point and not copy.is_plain:
            return None
        for number, places in _by_sheet(copy):
            if len({place.columns for place in places}) > 1:
                continue
            first = places[0]
            before = min(first.amounts)
            choices = [max(first.columns) + 1]
            # A header that spans columns, and what hangs on the order of labels, stays whole.
            if all(len(place.headers) == 1 for place in places) and not copy.sheets[number].indents:
                choices += [min(first.columns), before] if first.is_flat else [before]
            at = random.choice(choices)
            header = random.choice(extra.headers)
            cells: dict[int, Any] = {}
            for place in places:
                filled = [*place.lines, *(place.totals if extra.on_totals else ())]
                cells |= dict(zip(sorted(filled), map(copy.cell, extra.cells(random, len(filled))), strict=True))
                if place.headers:
                    cells[place.headers[-1]] = header
            changed[number] = insert_column(copy.sheets[number], at, cells, None if copy.is_text else extra.shown)
        return _replaced(copy, changed)

    return change


def _some(make: Callable[[Random], Any]) -> Callable[[Random, int], list[Any]]:
    return lambda random, count: [make(random) for _ in range(count)]


def _of_few(make: Callable[[Random], Any], few: int) -> Callable[[Random, int], list[Any]]:
    def cells(random: Random, count: int) -> list[Any]:
        known = [make(random) for _ in range(few)]
        return [random.choice(known) for _ in range(count)]

    return cells


def _serial(random: Random, count: int) -> list[Any]:
    first = random.choice([1, 1, 101, 4_571])
    return [first + i for i in range(count)]


def _gapped_serial(random: Random, count: int) -> list[Any]:
    number, found = random.randint(1_000, 90_000), []
    for _ in range(count):
        number += random.randint(1, 40)
        found.append(number)
    return found


def _postcode(random: Random) -> str:
    letters = "ABCDEFGHJKLMNPRSTUWY"
    return f"{random.choice(letters)}{random.choice(letters)}{random.randint(1, 29)} {random.randint(1, 9)}{random.choice(letters)}{random.choice(letters)}"


def _day(random: Random) -> datetime.date:
    return datetime.date(2024, 4, 1) + datetime.timedelta(days=random.randint(0, 360))


_DATE, _PERCENT = NumberFormat("date"), NumberFormat("percent")

EXTRAS: dict[str, Extra] = {
    "ids of 6 digits": Extra(("Ref", "Supplier ID", "Kennung", "XKZ"), _some(lambda r: r.randint(100_000, 999_999))),
    "ids of mixed length": Extra(("ID", "Customer", "Record"), _some(lambda r: r.randint(10, 10 ** r.randint(2, 7)))),
    "vouchers of 10 digits": Extra(
        ("Voucher number", "Transaction", "Beleg"), _some(lambda r: 5_100_000_000 + r.randint(0, 9_999_999))
    ),
    "few small codes": Extra(("Class", "Fund", "Type code", "Segment"), _of_few(lambda r: r.randint(1, 60), 6)),
    "few account codes": Extra(
        ("Account", "Subjective", "Nominal code", "Konto"), _of_few(lambda r: r.randint(1_000, 79_999), 12)
    ),
    "codes with leading zeros": Extra(
        ("Cost centre", "Site", "Ref no"), _some(lambda r: f"{r.randint(1, 99_999):06d}")
    ),
    "postcodes": Extra(("Postcode", "Location"), _some(_postcode)),
    "numeric postcodes": Extra(("PLZ", "ZIP", "Code postal"), _of_few(lambda r: r.randint(10_000, 99_999), 15)),
    "phone numbers": Extra(
        ("Phone", "Contact"), _some(lambda r: f"01{r.randint(21, 99)} {r.randint(100_0000, 999_9999)}")
    ),
    "serial numbers": Extra(("No", "Row", "#", "Line"), _serial),
    "serial numbers with gaps": Extra(("Document", "Entry", "Seq"), _gapped_serial),
    "dates": Extra(("Date", "Approved on", "Start"), _some(_day), shown=_DATE),
    "days as numbers": Extra(("Date", "Posting", "Review"), _some(lambda r: 45_383 + r.randint(0, 360))),
    "dates as text": Extra(("Date", "Paid on"), _some(lambda r: _day(r).strftime("%d/%m/%Y"))),
    "dates as 20240131": Extra(("Date", "Posted"), _some(lambda r: int(_day(r).strftime("%Y%m%d")))),
    "percentages by format": Extra(
        ("% change", "Share", "Growth"), _some(lambda r: round(r.uniform(-0.2, 0.4), 4)), True, _PERCENT, True
    ),
    "percentages as fractions": Extra(
        ("% change", "Share of total"), _some(lambda r: round(r.uniform(0, 0.4), 4)), True, None, True
    ),
    "percentages as numbers": Extra(
        ("% change", "Change %"), _some(lambda r: round(r.uniform(-20, 40), 1)), True, None, True
    ),
    "percentages as text": Extra(("Change", "Share"), _some(lambda r: f"{r.uniform(-20, 40):.1f}%"), True, None, True),
    "full-time posts": Extra(
        ("FTE", "Headcount", "Posts"), _some(lambda r: round(r.uniform(0.5, 400), 1)), has_point=True
    ),
}


# Rows more


def insert_blank_rows(copy: Copy, random: Random) -> Sheets | None:
    """Three blank rows within every table."""
    changed = {}
    for number, places in _by_sheet(copy):
        inner = [row for place in places for row in place.rows[1:]]
        sheet = copy.sheets[number]
        for row in sorted(random.sample(inner, min(3, len(inner))), reverse=True):
            sheet = insert_rows(sheet, row, [[""]])
        if inner:
            changed[number] = sheet
    return _replaced(copy, changed)


_NOTES = (
    "Note: figures are provisional and may change when accounts are audited.",
    "1. Includes £3.2 million for 2019 commitments, see paragraph 14.",
    "* Restated. Contact the finance team on 0131 496 0000.",
)


def add_notes_below(copy: Copy, random: Random) -> Sheets | None:
    """A blank row and notes, with numbers in them, below every table that nothing follows."""
    changed = {}
    for number, places in _by_sheet(copy):
        sheet = copy.sheets[number]
        last = max(place.rows[-1] for place in places)
        left = min(places[0].columns)
        rows = [[""], *([*[""] * left, note] for note in random.sample(_NOTES, 2))]
        changed[number] = insert_rows(sheet, last + 1, rows)
    return _replaced(copy, changed)


def add_prose_above(copy: Copy, random: Random) -> Sheets | None:
    """Lines of prose above the first row of every sheet with a table."""
    prose = [
        "This return was prepared by the finance team on 12 May and replaces the one of March.",
        f"It lists {random.randint(11, 400)} items; amounts below {random.choice([500, 25_000])} are left out.",
        "",
    ]
    changed = {number: insert_rows(copy.sheets[number], 0, [[text] for text in prose]) for number, _ in _by_sheet(copy)}
    return _replaced(copy, changed)


def insert_note_row(copy: Copy, random: Random) -> Sheets | None:
    """A sentence in the first column between two rows of every table."""
    changed = {}
    for number, places in _by_sheet(copy):
        sheet = copy.sheets[number]
        for place in reversed(places):
            if len(place.rows) > 3:
                at = random.choice(place.rows[2:])
                sheet = insert_rows(sheet, at, [[*[""] * min(place.columns), random.choice(_NOTES)]])
                changed[number] = sheet
    return _replaced(copy, changed)


def _sum_row(copy: Copy, place: Place, rows: Sequence[int], label: str) -> list[Any] | None:
    """A row with the sums of some rows; None where a cell states no plain number."""
    sheet = copy.sheets[place.sheet]
    width = max(place.columns) + 1
    made: list[Any] = [""] * width
    if not copy.is_plain:
        return None
    for column in place.money:
        if any(sheet.rows[row][column] != "" and (row, column) not in place.numbers for row in rows):
            return None
        total = round(sum(place.numbers.get((row, column), 0.0) for row in rows), 6)
        made[column] = copy.cell(int(total) if total == int(total) else total)
    if label and place.labels:
        made[min(place.labels)] = label
    return made


def insert_subtotal(copy: Copy, random: Random) -> Sheets | None:
    """A labelled subtotal of the first rows of every plain list."""
    changed = {}
    for number, places in _by_sheet(copy):
        sheet = copy.sheets[number]
        for place in reversed(places):
            if not place.is_flat or place.dimensions or len(place.lines) < 6 or place.lines != place.rows:
                continue
            end = random.randint(3, len(place.lines) - 2)
            row = _sum_row(copy, place, place.lines[:end], random.choice(["Subtotal", "Sub-total", "Total so far"]))
            if row:
                sheet = changed[number] = insert_rows(sheet, place.lines[end], [row])
    return _replaced(copy, changed)


def _add_total(label: str) -> Change:
    def change(copy: Copy, random: Random) -> Sheets | None:
        changed = {}
        for number, places in _by_sheet(copy):
            sheet = copy.sheets[number]
            for place in reversed(places):
                if place.has_grand_total or place.dimensions or len(place.lines) < 3 or place.totals:
                    continue
                row = _sum_row(copy, place, place.lines, label)
                if row:
                    sheet = changed[number] = insert_rows(sheet, place.rows[-1] + 1, [row])
        return _replaced(copy, changed)

    return change


# Columns in another order, and stated twice


def permute_labels(copy: Copy, random: Random) -> Sheets | None:
    """Every column of plain lists at another place."""
    changed = {}
    for number, places in _by_sheet(copy):
        if len(places) == 1 and places[0].is_flat:
            (place,) = places
            order = list(place.columns)
            random.shuffle(order)
            changed[number] = permute_columns(copy.sheets[number], dict(zip(place.columns, order, strict=True)))
    return _replaced(copy, changed)


def permute_amounts(copy: Copy, random: Random) -> Sheets | None:
    """Columns of amounts in reverse order, where each has a header of its own."""
    changed = {}
    for number, places in _by_sheet(copy):
        place = places[0]
        sheet = copy.sheets[number]
        alone = len(places) == 1 and len(place.headers) == 1 and len(place.money) > 1
        if alone and all(sheet.rows[place.headers[0]][column] != "" for column in place.money):
            order = dict(zip(place.money, reversed(place.money), strict=True))
            changed[number] = permute_columns(sheet, order)
    return _replaced(copy, changed)


def copy_as_revised(exact: bool) -> Change:
    """Every column of amounts again, called revised: the same figures, or ones near them."""

    def change(copy: Copy, random: Random) -> Sheets | None:
        changed = {}
        for number, places in _by_sheet(copy):
            sheet = copy.sheets[number]
            if len({(place.columns, place.money) for place in places}) > 1 or len(places[0].headers) != 1:
                continue
            if len(places[0].money) > 4:
                continue
            for column in reversed(places[0].money):
                cells: dict[int, Any] = {}
                for place in places:
                    for row in place.rows:
                        cell = sheet.rows[row][column]
                        value = number_of(cell)
                        if value is not None and not exact:
                            value = round(value * random.uniform(0.96, 1.05), 0 if value == int(value) else 2)
                            cell = copy.cell(int(value) if value == int(value) else value)
                        cells[row] = cell
                    header = str(sheet.rows[place.headers[-1]][column])
                    cells[place.headers[-1]] = f"Revised {header[:1].lower()}{header[1:]}" if header else "Revised"
                sheet = insert_column(sheet, max(places[0].money) + 1, cells)
            changed[number] = sheet
        return _replaced(copy, changed)

    return change


# Other years, other writing, other languages

_SHIFTED = re.compile(
    r"(?<![\d.,£$€])((?:19|20)\d\d)(\s?[-–/]\s?)(\d\d)(?![\d/])|(?<![\d.,£$€])((?:19|20)\d\d)(?![\d]|[.,]\d)"
)
_FY = re.compile(r"\bFY\s?'?(\d\d)\b")


def shift_text(text: str, years: int) -> str:
    """A text with every year that it names moved.

    >>> shift_text("Outturn 2021-22, budget 2022", 4), shift_text("FY24 31/03/2024", -4)
    ('Outturn 2025-26, budget 2026', 'FY20 31/03/2020')
    """

    def moved(match: re.Match[str]) -> str:
        if match[1]:
            return f"{int(match[1]) + years}{match[2]}{(int(match[3]) + years) % 100:02d}"
        return str(int(match[4]) + years)

    return _FY.sub(lambda m: f"FY{(int(m[1]) + years) % 100:02d}", _SHIFTED.sub(moved, text))


def shift_years(years: int) -> Change:
    """Every year that headers, titles, labels and sheet names state moved by some."""

    def change(copy: Copy, random: Random) -> Sheets | None:
        changed = {}
        for number, sheet in enumerate(copy.sheets):
            places = [place for place in copy.places if place.sheet == number]
            rows = []
            for i, row in enumerate(sheet.rows):
                place = next((p for p in places if i in p.rows), None)
                in_header = (number, i) in copy.headers
                rows.append([_moved(cell, years, place, c, in_header) for c, cell in enumerate(row)])
            changed[number] = replace(sheet, name=shift_text(sheet.name, years), rows=rows)
        return _replaced(copy, changed)

    return change


def _moved(cell: Any, years: int, place: Place | None, column: int, in_header: bool) -> Any:
    if isinstance(cell, datetime.date):
        return cell.replace(year=cell.year + years)
    is_year = in_header or (place is not None and column in place.years)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell + years if is_year and 1900 <= cell <= 2099 and cell == int(cell) else cell
    if isinstance(cell, str) and (is_year or number_of(cell) is None):
        return shift_text(cell, years)
    return cell


def _grouped(value: float, decimals: int, thousands: str, point: str) -> str:
    return f"{abs(value):,.{decimals}f}".replace(",", "\0").replace(".", point).replace("\0", thousands)


WRITINGS: dict[str, Callable[[float, int, str], str]] = {
    "1.234,56": lambda v, d, c: ("-" if v < 0 else "") + _grouped(v, d, ".", ","),
    "1 234,56": lambda v, d, c: ("-" if v < 0 else "") + _grouped(v, d, "\u202f", ","),
    "1'234.56": lambda v, d, c: ("-" if v < 0 else "") + _grouped(v, d, "'", "."),
    "1,234.56": lambda v, d, c: ("-" if v < 0 else "") + _grouped(v, d, ",", "."),
    "(123)": lambda v, d, c: f"({_grouped(v, d, ',', '.')})" if v < 0 else _grouped(v, d, ",", "."),
    "123-": lambda v, d, c: _grouped(v, d, ",", ".") + ("-" if v < 0 else ""),
    "£123": lambda v, d, c: ("-" if v < 0 else "") + c + _grouped(v, d, ",", "."),
    "123 GBP": lambda v, d, c: f"{'-' if v < 0 else ''}{_grouped(v, d, ',', '.')} {c}",
}


def write_numbers(style: str) -> Change:
    """Amounts, totals and memo amounts as text, written in another way."""
    write = WRITINGS[style]

    def change(copy: Copy, random: Random) -> Sheets | None:
        changed = {}
        sign = {"GBP": "£", "EUR": "€", "USD": "$"}.get(copy.currency, copy.currency + " ")
        mark = copy.currency if style == "123 GBP" else sign
        for number, places in _by_sheet(copy):
            cells: dict[tuple[int, int], Any] = {}
            for place in places:
                for column in place.money:
                    said = {row: place.numbers[row, column] for row in place.rows if (row, column) in place.numbers}
                    decimals = max((min(8, len(f"{n:.10g}".partition(".")[2])) for n in said.values()), default=0)
                    decimals = 2 if decimals == 1 else decimals
                    cells |= {(row, column): write(n, decimals, mark) for row, n in said.items()}
            if cells:
                changed[number] = with_cells(copy.sheets[number], cells)
        return _replaced(copy, changed)

    return change


_PHRASES = """
department|departamento|département|abteilung|dipartimento|departament
department family|ministerio|ministère|ministerium|ministero|ministerstwo
departmental family|ministerio|ministère|ministerium|ministero|ministerstwo
ministry|ministerio|ministère|ministerium|ministero|ministerstwo
directorate|dirección|direction|direktion|direzione|dyrekcja
entity|entidad|entité|einrichtung|ente|jednostka
service|servicio|service|dienst|servizio|usługa
cost centre|centro de coste|centre de coûts|kostenstelle|centro di costo|centrum kosztów
programme|programa|programme|programm|programma|program
program|programa|programme|programm|programma|program
description|descripción|description|beschreibung|descrizione|opis
line|línea|ligne|zeile|riga|pozycja
item|concepto|poste|posten|voce|pozycja
code|código|code|code|codice|kod
type|tipo|type|art|tipo|rodzaj
date|fecha|date|datum|data|data
payment date|fecha de pago|date de paiement|zahlungsdatum|data di pagamento|data płatności
expense type|tipo de gasto|type de dépense|ausgabenart|tipo di spesa|rodzaj wydatku
expense area|área de gasto|domaine de dépense|ausgabenbereich|area di spesa|obszar wydatków
supplier|proveedor|fournisseur|lieferant|fornitore|dostawca
supplier name|nombre del proveedor|nom du fournisseur|name des lieferanten|nome del fornitore|nazwa dostawcy
transaction number|número de transacción|numéro de transaction|transaktionsnummer|numero di transazione|numer transakcji
payment number|número de pago|numéro de paiement|zahlungsnummer|numero di pagamento|numer płatności
amount|importe|montant|betrag|importo|kwota
net amount|importe neto|montant net|nettobetrag|importo netto|kwota netto
budget|presupuesto|budget|haushalt|bilancio|budżet
net budget|presupuesto neto|budget net|nettohaushalt|bilancio netto|budżet netto
expenditure|gastos|dépenses|ausgaben|spese|wydatki
net expenditure|gasto neto|dépenses nettes|nettoausgaben|spesa netta|wydatki netto
income|ingresos|recettes|einnahmen|entrate|dochody
total|total|total|summe|totale|razem
annual total|total anual|total annuel|jahressumme|totale annuo|razem rok
actual|ejecutado|réalisé|ist|consuntivo|wykonanie
outturn|ejecutado|réalisé|ist|consuntivo|wykonanie
original budget|presupuesto inicial|budget initial|ursprünglicher haushalt|bilancio iniziale|budżet pierwotny
draft|borrador|projet|entwurf|bozza|projekt
final|final|final|endgültig|finale|ostateczny
currency|moneda|devise|währung|valuta|waluta
financial year|ejercicio|exercice|haushaltsjahr|esercizio|rok budżetowy
share|porcentaje|part|anteil|quota|udział
pay|personal|personnel|personal|personale|płace
change|variación|variation|veränderung|variazione|zmiana
budget control|control|contrôle|kontrolle|controllo|kontrola
stage|fase|phase|phase|fase|etap
resource|corrientes|fonctionnement|laufend|correnti|bieżące
capital|capital|capital|investitionen|capitale|majątkowe
"""
LANGUAGES = ("es", "fr", "de", "it", "pl")
PHRASES = {
    language: {line.split("|")[0]: line.split("|")[place + 1] for line in _PHRASES.strip().splitlines()}
    for place, language in enumerate(LANGUAGES)
}
_YEARS_AND_UNITS = re.compile(r"(\(?£[^)]*\)?|\bGBP\b|\b(?:FY\s?)?(?:19|20)?\d\d(?:[-–/]\d\d)?\b)")


def translate_header(header: str, language: str) -> str | None:
    """A header in another language, years and units kept; None where a part of it is not known.

    >>> translate_header("Budget 2024-25 (£)", "de"), translate_header("Widgets", "fr")
    ('Haushalt 2024-25 (£)', None)
    """
    known, said = PHRASES[language], []
    for part in _YEARS_AND_UNITS.split(header):
        words = part.strip()
        if not words or _YEARS_AND_UNITS.fullmatch(words):
            said.append(part)
        elif words.casefold() in known:
            other = known[words.casefold()]
            said.append(part.replace(words, other[:1].upper() + other[1:] if words[0].isupper() else other))
        else:
            return None
    return "".join(said)


def translate(language: str) -> Change:
    """The headers in another language, where at least two thirds of them are known."""

    def change(copy: Copy, random: Random) -> Sheets | None:
        changed = {}
        for number, places in _by_sheet(copy):
            sheet = copy.sheets[number]
            cells: dict[tuple[int, int], Any] = {}
            told = 0
            for row in {row for place in places for row in place.headers}:
                for column, cell in enumerate(sheet.rows[row]):
                    if isinstance(cell, str) and cell.strip():
                        told += 1
                        other = translate_header(cell, language)
                        if other is not None:
                            cells[row, column] = other
            if cells and 3 * len(cells) >= 2 * told:
                changed[number] = with_cells(sheet, cells)
        return _replaced(copy, changed)

    return change


CHANGES: dict[str, Change] = {
    **{f"a column of {name}": add_column(extra) for name, extra in EXTRAS.items()},
    "blank rows": insert_blank_rows,
    "notes below": add_notes_below,
    "prose above": add_prose_above,
    "a note between rows": insert_note_row,
    "a labelled subtotal": insert_subtotal,
    "a labelled total": _add_total("Total"),
    "an unlabelled total": _add_total(""),
    "columns of a list permuted": permute_labels,
    "amounts in reverse order": permute_amounts,
    "amounts copied as revised": copy_as_revised(exact=True),
    "amounts near them as revised": copy_as_revised(exact=False),
    "years moved by 4": shift_years(4),
    "years moved by -4": shift_years(-4),
    **{f"amounts as {style}": write_numbers(style) for style in WRITINGS},
    **{f"headers in {language}": translate(language) for language in LANGUAGES},
}
YEARS_MOVED = {"years moved by 4": 4, "years moved by -4": -4}
