"""Files built to do harm, or broken in the ways that files break: each is refused in one sentence or read with findings,
in a process whose memory and time are bounded. Where it is not the process that refuses them, the tests' own reads them.
"""

from __future__ import annotations

import contextlib
import io
import resource
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import openpyxl.chart
import pytest

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from importers import Limits, read_workbook
from importers.files.binary_marks import marks_of_stream
from importers.files.marks import FormatTable
from importers.isolation.processes import Cancel, CancelledError, read_isolated
from tests.workbooks import GOOD, binary_workbook, repacked, sheet_xml, workbook

BODY = Answers(body="Works")
SMALL = Limits(seconds=20, memory_bytes=1_500_000_000)


@pytest.fixture(autouse=True)
def bounded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lets a file that takes the tests' own process past the limit fail there, as a worker's would."""
    status = Path("/proc/self/statm")
    if request.node.get_closest_marker("isolated") or not status.exists():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    now = int(status.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + SMALL.memory_bytes, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def refused(data: bytes, limits: Limits = SMALL) -> str:
    """The code of the refusal of a file, read as the service reads it."""
    with pytest.raises(RefusedError) as caught:
        read_isolated(data, "file.xlsx", answers=BODY, limits=limits, terms=UK)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    return caught.value.code


def read(data: bytes, name: str = "file.xlsx", settled: dict[str, str] | None = None) -> Reading:
    answers = BODY.model_copy(update={"settled": settled or {}})
    return read_workbook(data, name, answers=answers, terms=UK)


def codes(reading: Reading) -> set[str]:
    return {finding.code for finding in reading.findings}


def amounts(reading: Reading) -> list[int]:
    return list(reading.lines["amount"])


# --- refused -----------------------------------------------------------------------------------------------------


def test_a_part_that_unpacks_to_a_thousand_times_its_size() -> None:
    bomb = repacked(GOOD, xl__worksheets__sheet1_dot_xml=sheet_xml("<row/>" * 10_000_000))
    assert refused(bomb) == "too-large"


def test_a_zip_in_a_zip_is_not_opened() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("budget.xlsx", GOOD)
    assert refused(inner.getvalue()) == "not-a-spreadsheet"


def test_parts_that_overlap() -> None:
    data = bytearray(GOOD)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as file:
        first, second = sorted(file.infolist(), key=lambda part: part.header_offset)[:2]
    # The directory's entry of the second part is made to point into the first.
    where = GOOD.rindex(second.filename.encode()) - 46
    data[where + 42 : where + 46] = (first.header_offset + 10).to_bytes(4, "little")
    assert refused(bytes(data)) in ("unsafe", "damaged")


def test_two_parts_of_one_name() -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("xl/worksheets/sheet1.xml", sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert refused(out.getvalue()) == "unsafe"


@pytest.mark.parametrize(
    "rest", ["", "<text:p>" * 1_000, '<table:table-row><table:table-cell office:value-type="float" office:value="1"/>']
)
def test_an_ods_whose_table_never_ends_is_not_waited_for(rest: str) -> None:
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = "".join(f' xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    begun = f'<office:document-content{spaces}><office:body><office:spreadsheet><table:table table:name="Return">'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"/>')
        file.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?>{begun}{rest}')
    assert refused(out.getvalue()) == "damaged"


def test_an_xls_whose_sectors_go_in_circles_takes_no_memory() -> None:
    # The only sector of its directory is followed by itself.
    counts = struct.pack("<9I", 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    data = (head + counts).ljust(512, b"\0") + bytes(512) + "Workbook".encode("utf-16-le").ljust(512, b"\0")
    assert refused(data) == "damaged"


def test_a_part_larger_than_it_says() -> None:
    big = repacked(GOOD, xl__worksheets__sheet1_dot_xml=sheet_xml("<row r='1'/>" * 200_000))
    data = bytearray(big)
    name = b"xl/worksheets/sheet1.xml"
    where = big.rindex(name) - 46
    data[where + 24 : where + 28] = (100).to_bytes(4, "little")
    assert refused(bytes(data)) == "damaged"


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
    ids=["billion-laughs", "external-entity"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("before", [b"", b"<!-- <a> " + b"x" * 5_000 + b" -->"], ids=["at-once", "after-a-remark"])
def test_a_document_type_of_its_own(declared: bytes, encoding: str, before: bytes) -> None:
    sheet = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>&amp;b;</t></is></c></row>')
    said = sheet.replace(b"?>", b"?>" + before + declared).decode().replace("UTF-8", encoding).encode(encoding)
    assert refused(repacked(GOOD, xl__worksheets__sheet1_dot_xml=said)) == "unsafe"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\windows\\system.ini", "C:\\x"])
def test_a_part_whose_path_leads_out(name: str) -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as file:
        file.writestr(name, "x")
    assert refused(out.getvalue()) == "unsafe"


def test_sixteen_thousand_columns() -> None:
    assert refused(workbook(Wide=[["x"] * 16_384])) == "too-large"


def test_a_cell_in_the_last_row_of_the_sheet() -> None:
    sheet = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert refused(repacked(GOOD, xl__worksheets__sheet1_dot_xml=sheet)) == "too-large"


def test_more_texts_than_the_limit() -> None:
    strings = b"<sst>" + b"<si><t>x</t></si>" * 60_000 + b"</sst>"
    data = repacked(GOOD, xl__sharedStrings_dot_xml=strings)
    assert refused(data, Limits(shared_strings=50_000, ratio=100_000)) == "too-large"


def test_a_cell_longer_than_the_limit_is_named() -> None:
    long = f"Line,2026-27 budget £\nRoads,5\n{'x' * 5_000},6\n".encode()
    with pytest.raises(RefusedError, match="Cell A3 of sheet 'csv' holds 5,000 characters"):
        read_isolated(long, "file.csv", limits=Limits(cell_length=4_000), terms=UK)


def test_more_sheets_than_the_limit() -> None:
    data = workbook(**{f"S{i}": [["a", 1]] for i in range(12)})
    assert refused(data, Limits(sheets=10)) == "too-large"


@pytest.mark.parametrize("tenth", range(1, 10))
def test_cut_short_at_each_tenth(tenth: int) -> None:
    assert refused(GOOD[: len(GOOD) * tenth // 10]) == "damaged"


@pytest.mark.parametrize("tenth", range(1, 10))
def test_bytes_changed_at_each_tenth_are_refused_or_read(tenth: int) -> None:
    data = bytearray(GOOD)
    at = len(data) * tenth // 10
    data[at : at + 8] = bytes(byte ^ 0xA5 for byte in data[at : at + 8])
    with contextlib.suppress(RefusedError):
        assert amounts(read(bytes(data))) == [500, 600, 700]


@pytest.mark.isolated
def test_more_memory_than_the_limit_ends_the_reading_and_not_the_service() -> None:
    large = "Line,2026-27 budget £\n" + "\n".join(f"Line {i},{i}" for i in range(400_000))
    assert refused(large.encode(), Limits(memory_bytes=380_000_000)) == "too-large"
    assert len(read_isolated(GOOD, "good.xlsx", answers=BODY, limits=SMALL, terms=UK).lines) == 3


@pytest.mark.isolated
def test_more_time_than_the_limit() -> None:
    large = "Line,2026-27 budget £\n" + "\n".join(f"Line {i},{i}" for i in range(400_000))
    assert refused(large.encode(), Limits(seconds=0)) == "too-slow"


@pytest.mark.isolated
def test_a_reading_can_be_stopped_before_it_begins() -> None:
    cancel = Cancel()
    cancel.now()
    with pytest.raises(CancelledError):
        read_isolated(GOOD, "good.xlsx", limits=SMALL, cancel=cancel, terms=UK)


# --- read, with findings -----------------------------------------------------------------------------------------


def test_a_million_empty_rows_that_are_formatted() -> None:
    def words(row: int, label: str, rest: str) -> str:
        return f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{label}</t></is></c>{rest}</row>'

    rows = words(1, "Line", '<c r="B1" t="inlineStr"><is><t>2026-27 budget £</t></is></c>')
    rows += words(2, "Roads", '<c r="B2"><v>5</v></c>') + words(3, "Rail", '<c r="B3"><v>6</v></c>')
    rows += "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(4, 1_000_004))
    rows += words(1_000_004, "Buses", '<c r="B1000004"><v>7</v></c>')
    data = repacked(GOOD, xl__worksheets__sheet1_dot_xml=sheet_xml(rows))
    reading = read_isolated(data, "rows.xlsx", answers=BODY, limits=SMALL, terms=UK)
    assert amounts(reading) == [500, 600, 700]
    assert list(reading.lines["cell"]) == ["B2", "B3", "B1000004"]


def test_a_sheet_that_is_a_chart_is_told() -> None:
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    book.create_chartsheet("Picture").add_chart(openpyxl.chart.BarChart())
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue())
    assert [(sheet.sheet, sheet.why) for sheet in reading.skipped] == [("Picture", "a chart")]


def test_formulas_that_reach_out_are_not_run_and_without_a_value_are_named() -> None:
    sheet = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Line</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>2026-27 budget £</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Roads</t></is></c><c r="B2"><f>1+4</f><v>5</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>Rail</t></is></c><c r="B3"><f>[1]Other!A1</f></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>Buses</t></is></c><c r="B4"><v>7</v></c></row>'
    )
    link = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    data = repacked(GOOD, xl__worksheets__sheet1_dot_xml=sheet, xl__externalLinks__externalLink1_dot_xml=link)
    reading = read(data)
    assert amounts(reading) == [500, 700]
    assert {"external-links", "formula-without-value"} <= codes(reading)
    assert next(f.cell for f in reading.findings if f.code == "formula-without-value") == "B3"


def test_macros_are_said_not_to_run() -> None:
    reading = read(repacked(GOOD, xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0 macros"))
    assert (reading.file_format, amounts(reading)) == ("xlsm", [500, 600, 700])
    assert "macros" in codes(reading)


def test_hidden_rows_columns_and_sheets_are_read_and_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    sheet = book.worksheets[0]
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    copy = book.copy_worksheet(sheet)
    copy.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue())
    assert {"hidden-rows", "hidden-columns", "hidden-sheet"} <= codes(reading)
    # The hidden sheet states the same lines again, so that a person says which of the two counts.
    assert [question.topic for question in reading.questions] == ["counted"]


FUNDS = (812_345, 67_031, 45_872, 230_119)
LATER = (840_017, 71_906, 44_385, 251_730)


def with_hidden_column(hidden: str, shown: str) -> Reading:
    """A table of two columns of amounts, the left of which is hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Works, £"])
    sheet.append(["Line", hidden, shown])
    for name, *figures in zip(("Roads", "Rail", "Buses", "Bridges"), FUNDS, LATER, strict=True):
        sheet.append([name, *figures])
    sheet.column_dimensions["B"].hidden = True
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    reading = read(data)
    settled = {question.id: "count" for question in reading.questions if question.topic == "amount"}
    assert not settled or sum(amounts(read(data, settled=settled))) == 100 * sum(FUNDS + LATER)
    return reading


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("Draft budget 2026-27", "Outturn 2026-27"),
        ("Original budget 2026-27", "Revised budget 2026-27"),
        ("Entwurf 2026-27", "Endgültig 2026-27"),
    ],
)
def test_what_is_hidden_beside_another_statement_of_the_same_is_asked_about(hidden: str, shown: str) -> None:
    reading = with_hidden_column(hidden, shown)
    (question,) = (each for each in reading.questions if each.topic == "amount")
    assert "hidden" in question.prompt
    assert question.guess == "leave"
    assert sorted(amounts(reading)) == sorted(100 * each for each in LATER)


def test_a_hidden_year_beside_the_one_that_is_shown_counts() -> None:
    reading = with_hidden_column("Budget 2025-26", "Budget 2026-27")
    assert [question for question in reading.questions if question.topic == "amount"] == []
    assert sorted(amounts(reading)) == sorted(100 * each for each in FUNDS + LATER)


def test_hidden_rows_of_an_ods_are_named() -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="Return")
    for number, (name, figure) in enumerate([("Line", "2026-27 budget £"), ("Roads", 5), ("Rail", 6), ("Buses", 7)]):
        row = TableRow(visibility="collapse") if number == 2 else TableRow()
        for said in (name, figure):
            cell = TableCell(valuetype="string") if isinstance(said, str) else TableCell(valuetype="float", value=said)
            cell.addElement(P(text=str(said)))
            row.addElement(cell)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    reading = read(out.getvalue())
    assert amounts(reading) == [500, 600, 700]
    assert [(f.code, f.cell) for f in reading.findings] == [("hidden-rows", "A3")]


def test_hidden_rows_of_an_xlsb_are_named() -> None:
    rows = [["Line", "2026-27 budget £"], ["Roads", 5.0], ["Rail", 6.0], ["Buses", 7.0]]
    reading = read(binary_workbook(rows, hidden={2}))
    assert amounts(reading) == [500, 600, 700]
    assert [(f.code, f.cell) for f in reading.findings] == [("hidden-rows", "A3")]


def test_hidden_rows_and_columns_of_an_xls_are_found_in_its_records() -> None:
    """A workbook's stream with one sheet: row 3 and columns B and C are hidden."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def row(number: int, flags: int) -> bytes:
        return record(0x0208, struct.pack("<HHHHHHI", number, 0, 3, 255, 0, 0, flags))

    sheet = record(0x0809, b"\0" * 16) + record(0x007D, struct.pack("<HHHHH", 1, 2, 0, 0, 1))
    sheet += row(1, 0x100) + row(2, 0x120) + record(0x000A)
    start = 20 + 4 + 8 + len("Return") + 4
    bound = record(0x0085, struct.pack("<IBB", start, 0, 0) + bytes([len("Return"), 0]) + b"Return")
    stream = record(0x0809, b"\0" * 16) + bound + record(0x000A) + sheet
    marks = marks_of_stream(stream, FormatTable())["Return"]
    assert (marks.hidden_rows, marks.hidden_columns) == ({2}, {1, 2})


def test_formats_errors_and_indents_of_an_xls_are_found_in_its_records() -> None:
    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def style(number: int, indent: int = 0) -> bytes:
        return record(0x00E0, struct.pack("<HHHBBB", 0, number, 0, 0, 0, indent) + b"\0" * 11)

    code = "[$€-407] #,##0"
    globals_ = record(0x0809, struct.pack("<H", 0x0600) + b"\0" * 14)
    globals_ += record(0x041E, struct.pack("<HHB", 164, len(code), 1) + code.encode("utf-16-le"))
    globals_ += style(0) + style(10) + style(164) + style(0, indent=2)
    sheet = record(0x0809, b"\0" * 16)
    sheet += record(0x0203, struct.pack("<HHHd", 0, 0, 1, 0.5))  # B1: a number, as a percentage
    sheet += record(0x00BD, struct.pack("<HHHIHIH", 1, 1, 0, 0, 2, 0, 2))  # B2, C2: short numbers, C2 in euros
    sheet += record(0x00FD, struct.pack("<HHHI", 2, 0, 3, 0))  # A3: a text, set in
    sheet += record(0x0205, struct.pack("<HHHBB", 3, 1, 0, 0x07, 1))  # B4: an error
    sheet += record(0x0006, struct.pack("<HHH", 4, 1, 0) + b"\x02\0\x17\0\0\0\xff\xff" + b"\0" * 8)  # B5: =…
    sheet += record(0x000A)
    bound_length = 4 + 8 + len("Return")
    start = len(globals_) + bound_length + 4
    bound = record(0x0085, struct.pack("<IBB", start, 0, 0) + bytes([len("Return"), 0]) + b"Return")
    table = FormatTable()
    marks = marks_of_stream(globals_ + bound + record(0x000A) + sheet, table)["Return"]
    shown = marks.formats.spread(5, 3)
    assert [table.formats[int(shown[at])].shows for at in ((0, 0), (1, 1), (1, 2))] == ["percent", "plain", "currency"]
    assert table.formats[int(shown[1, 2])].currency == "EUR"
    assert marks.errors == {(3, 1): "#DIV/0!", (4, 1): "#REF!"}
    assert marks.indents == {(2, 0): 2}


@pytest.mark.parametrize("kept", ["no text", "a zero on loading", "a zero", "a number"])
def test_formulas_of_an_xls_without_a_value_are_found_in_its_records(kept: str) -> None:
    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    no_text = b"\x03\0\0\0\0\0\xff\xff"
    value = {"no text": no_text, "a number": struct.pack("<d", 12.5)}.get(kept, struct.pack("<d", 0))
    flags = 0x2 if kept == "a zero on loading" else 0

    def formula(row: int, tokens: bytes) -> bytes:
        return record(
            0x0006, struct.pack("<HHH", row, 1, 0) + value + struct.pack("<HIH", flags, 0, len(tokens)) + tokens
        )

    area = b"\x25" + struct.pack("<HHHH", 0, 3, 0xC001, 0xC001)
    sheet = record(0x0809, b"\0" * 16) + formula(2, b"\x1e\x05\0") + formula(4, area + b"\x19\x10\0\0") + record(0x000A)
    begin = record(0x0809, struct.pack("<H", 0x0600) + b"\0" * 14)
    start = len(begin) + 4 + 8 + len("Return") + 4
    bound = record(0x0085, struct.pack("<IBB", start, 0, 0) + bytes([len("Return"), 0]) + b"Return")
    marks = marks_of_stream(begin + bound + record(0x000A) + sheet, FormatTable())["Return"]
    unknown = kept in ("no text", "a zero on loading")
    assert marks.without_value == ({(2, 1), (4, 1)} if unknown else set())
    assert marks.sums_without_value & marks.without_value == ({(4, 1)} if unknown else set())


def test_what_a_file_is_is_told_by_its_bytes_and_not_by_its_name() -> None:
    assert amounts(read(GOOD, "budget.csv")) == [500, 600, 700]
    assert amounts(read(b"Line,2026-27 budget \xc2\xa3\nRoads,5\nRail,6\n", "budget.xls")) == [500, 600]


def test_a_file_that_is_two_things_is_read_as_the_workbook_that_it_holds_or_refused() -> None:
    polyglot = b"%PDF-1.7\n" + GOOD
    assert refused(polyglot) in ("not-a-spreadsheet", "damaged")


def with_number(written: str) -> bytes:
    sheet = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Line</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>2026-27 budget £</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Roads</t></is></c><c r="B2"><v>5</v></c></row>'
        f'<row r="3"><c r="A3" t="inlineStr"><is><t>Rail</t></is></c><c r="B3"><v>{written}</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>Buses</t></is></c><c r="B4"><v>7</v></c></row>'
    )
    return repacked(GOOD, xl__worksheets__sheet1_dot_xml=sheet)


@pytest.mark.parametrize("written", ["NaN", "INF", "-INF"])
def test_numbers_that_are_none_are_findings(written: str) -> None:
    reading = read(with_number(written))
    assert amounts(reading) == [500, 700]
    assert [finding.cell for finding in reading.findings] == ["B3"]


def test_a_number_beyond_any_budget_is_a_finding() -> None:
    reading = read(with_number("1e308"))
    assert amounts(reading) == [500, 700]
    assert [finding.cell for finding in reading.findings] == ["B3"]


def test_dates_as_amounts_are_findings() -> None:
    import datetime

    rows = [["Line", "2026-27 budget £"], ["Roads", 5], ["Rail", datetime.date(2026, 4, 1)], ["Buses", 7], ["Trams", 8]]
    reading = read(workbook(Return=rows))
    assert amounts(reading) == [500, 700, 800]
    assert [(f.code, f.cell) for f in reading.findings] == [("text-for-amount", "B3")]


def test_codes_of_fifteen_digits_keep_every_digit() -> None:
    rows = [["Cost centre code", "Programme", "2026-27 budget £"]]
    rows += [[123_456_789_012_345 + i, f"Programme {i}", 1000 + i] for i in range(4)]
    assert list(read(workbook(Return=rows)).lines["extra"].str.contains("12345678901234")) == [True] * 4


def test_the_same_header_twice_and_sheets_named_in_any_script() -> None:
    rows = [["Line", "2026-27 budget £", "2026-27 budget £"], ["Roads", 5, 50], ["Rail", 6, 61]]
    sheets = workbook(**{"ميزانية": rows, "💷 Würde": rows})
    (question,) = read(sheets).questions
    assert [option.value for option in question.options if "+" in option.value] == ["B+C"]
    reading = read(sheets, settled={question.id: "B+C"})
    assert set(reading.lines["sheet"]) == {"ميزانية", "💷 Würde"}
    assert set(reading.lines["cell"]) == {"B2", "C2", "B3", "C3"}
