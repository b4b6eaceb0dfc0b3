"""A workbook gives the same cells however far its formats reach, and each cell's number format says what it shows."""

from __future__ import annotations

import datetime
import io
import itertools
import time

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.workbook.defined_name import DefinedName

from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from importers import Limits
from importers.files.addresses import address
from importers.files.cell_places import find_cells
from importers.files.number_formats import read_format
from importers.files.workbook import Sheet, open_workbook
from importers.structure.grid import Grid, Kind
from importers.structure.placing import make_grid
from tests.examples import examples
from tests.workbooks import GOOD, repacked, sheet_xml

TABLE = [["Line", "2026-27 £"], ["Roads", 5.0], ["Rail", 6.0], ["Buses", 7.0]]


def written(rows: list[list[str | float]], down: int = 0, across: int = 0) -> str:
    """The rows of a sheet's part, begun so far down and to the right."""
    said = ""
    for r, row in enumerate(rows, down):
        cells = ""
        for c, cell in enumerate(row, across):
            value = f' t="inlineStr"><is><t>{cell}</t></is>' if isinstance(cell, str) else f"><v>{cell}</v>"
            cells += f'<c r="{address(r, c)}"{value}</c>'
        said += f'<row r="{r + 1}">{cells}</row>'
    return said


def xlsx(rows: str, size: str = "", after: str = "") -> bytes:
    part = sheet_xml(rows).replace(b"<sheetData>", f"{size}<sheetData>".encode())
    return repacked(GOOD, xl__worksheets__sheet1_dot_xml=part.replace(b"</worksheet>", f"{after}</worksheet>".encode()))


def only_sheet(data: bytes, limits: Limits | None = None) -> Sheet:
    (sheet,) = open_workbook(data, limits or Limits()).sheets
    return sheet


def grid_of(data: bytes) -> Grid:
    return make_grid(only_sheet(data), UK)


def filled(grid: Grid) -> dict[str, str]:
    return {address(r, c): grid.text(r, c) for r in range(grid.height) for c in range(grid.width) if grid.text(r, c)}


HERE = filled(grid_of(xlsx(written(TABLE))))


# --- how far a sheet reaches -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stray",
    [
        '<row r="5"><c r="XFD5" s="0"/></row>',
        '<row r="1048576"><c r="XFD1048576" s="0"/></row>',
        '<row r="1048576"><c r="A1048576" s="0"></c></row>',
        '<row r="9"><c r="ABC9" t="str"><f>""</f></c></row>',
        '<row r="9" spans="1:16384" s="3" customFormat="1"/>',
    ],
)
@pytest.mark.parametrize("size", ["", '<dimension ref="A1:XFD1048576"/>', '<dimension ref="A1"/>'])
def test_formats_that_reach_to_the_edge_hold_nothing(stray: str, size: str) -> None:
    start = time.process_time()
    grid = grid_of(xlsx(written(TABLE) + stray, size))
    assert (grid.height, grid.width) == (4, 2)
    assert filled(grid) == HERE
    assert time.process_time() - start < 5


def test_a_row_filled_to_the_edge_is_cut_where_the_table_ends_and_that_is_said() -> None:
    edge = "".join(f'<c r="{address(4, c)}"><v>{c}</v></c>' for c in range(16_384))
    book = open_workbook(xlsx(written(TABLE) + f'<row r="5">{edge}</row>'), Limits())
    grid = make_grid(book.sheets[0], UK)
    assert filled(grid) == {**HERE, "A5": "0", "B5": "1"}
    assert [(f.code, f.cell) for f in book.findings] == [("stray-cells", "C5")]
    assert "XFD5" in book.findings[0].message


def test_a_value_in_the_last_cell_of_a_sheet_is_cut_and_that_is_said() -> None:
    book = open_workbook(xlsx(written(TABLE) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), Limits())
    assert filled(make_grid(book.sheets[0], UK)) == HERE
    assert [(f.code, f.cell) for f in book.findings] == [("stray-cells", "XFD1048576")]


def test_an_empty_text_in_the_last_column_is_cut_too() -> None:
    stray = '<row r="6"><c r="XFD6" t="str"><f>IF(A1=0,"","")</f><v></v></c></row>'
    assert filled(grid_of(xlsx(written(TABLE) + stray))) == HERE


def test_a_sheet_that_is_really_too_wide_is_refused() -> None:
    wide = "".join(
        f'<row r="{r + 1}">' + "".join(f'<c r="{address(r, c)}"><v>{c}</v></c>' for c in range(5_000)) + "</row>"
        for r in range(3)
    )
    with pytest.raises(RefusedError, match="5,000 columns and the limit is 4,000"):
        open_workbook(xlsx(wide), Limits())


def test_a_total_far_below_keeps_its_row() -> None:
    sheet = only_sheet(xlsx(written(TABLE) + '<row r="900000"><c r="B900000"><v>18</v></c></row>'))
    assert len({id(row) for row in sheet.rows}) < 10
    assert filled(make_grid(sheet, UK)) == {**HERE, "B900000": "18"}


def test_cells_that_say_the_same_hold_one_text() -> None:
    sheet = only_sheet(xlsx(written([["Line", "£"], *(["Roads", float(n)] for n in range(50))])))
    assert len({id(row[0]) for row in sheet.rows}) == 2


@examples(0.25)
@given(
    down=st.integers(0, 40),
    across=st.integers(0, 30),
    blank=st.lists(st.integers(0, 200), max_size=3),
    edge=st.sampled_from(["", "XFD1", "XFD1048576", "A1048576", "ZZ300"]),
)
def test_every_cell_keeps_its_address(down: int, across: int, blank: list[int], edge: str) -> None:
    stray = f'<row r="{edge.lstrip("AXFDZ")}"><c r="{edge}" s="0"/></row>' if edge else ""
    blanks = "".join(f'<row r="{300 + row}"/>' for row in sorted(set(blank)))
    grid = grid_of(xlsx(written(TABLE, down, across) + blanks + stray))
    assert filled(grid) == {address(r + down, c + across): HERE[address(r, c)] for r in range(4) for c in range(2)}


def test_cells_are_found_wherever_a_piece_is_cut() -> None:
    part = sheet_xml(written([[f"x{i}", float(i)] for i in range(40)])).replace(b'"><v>', b'" s="3"><v>')
    whole = find_cells(part)
    assert len(whole.rows) == 80
    assert set(whole.styles.tolist()) == {0, 3}
    for cut in range(200, 700):
        first, second = find_cells(part[:cut]), find_cells(part[max(0, cut - 200) :])
        both = [list(zip(p.rows.tolist(), p.columns.tolist(), p.styles.tolist(), strict=True)) for p in (first, second)]
        assert set(itertools.chain(*both)) == set(
            zip(whole.rows.tolist(), whole.columns.tolist(), whole.styles.tolist(), strict=True)
        )


# --- what nobody sees --------------------------------------------------------------------------------------------


def test_cells_under_merged_ones_are_none() -> None:
    rows = written([["Line", "2026-27 £", 999.0], ["Roads", 5.0, 999.0], ["Rail", 6.0, ""], ["Rail again", 6.0, ""]])
    merges = (
        '<mergeCells count="3"><mergeCell ref="B1:C1"/><mergeCell ref="B2:C2"/><mergeCell ref="A3:A4"/></mergeCells>'
    )
    assert filled(grid_of(xlsx(rows, after=merges))) == {
        "A1": "Line", "B1": "2026-27 £", "A2": "Roads", "B2": "5", "A3": "Rail", "B3": "6", "B4": "6",
    }  # fmt: skip


def test_raised_figures_over_a_number_are_no_digits_of_it() -> None:
    book = openpyxl.Workbook()
    raised = InlineFont(vertAlign="superscript")
    book.active.append(["Line", "2026-27 £"])
    book.active.append([CellRichText("Roads", TextBlock(raised, "2")), CellRichText("1,234", TextBlock(raised, "12"))])
    book.active.append(["Area m2", CellRichText("1234", TextBlock(InlineFont(b=True), "5"))])
    lowered = InlineFont(vertAlign="subscript")
    book.active.append([CellRichText("CO", TextBlock(lowered, "2")), CellRichText("1234", TextBlock(lowered, "3"))])
    out = io.BytesIO()
    book.save(out)
    grid = grid_of(out.getvalue())
    assert filled(grid) == {
        "A1": "Line",
        "B1": "2026-27 £",
        "A2": "Roads²",
        "B2": "1,234",
        "A3": "Area m2",
        "B3": "12345",
        "A4": "CO₂",
        "B4": "1234",
    }
    assert grid.numbers[1:, 1].tolist() == [1234, 12345, 1234]


def test_raised_figures_in_shared_texts_are_no_digits_either() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>2</v></c></row>'
    texts = (
        b'<sst><si><r><t>5 000</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></si><si><t>Roads</t></si>'
        b'<si><r><t xml:space="preserve">Rail &amp; </t></r><r><rPr><vertAlign val="superscript"/></rPr><t>3</t></r></si></sst>'
    )
    data = repacked(
        GOOD,
        xl__worksheets__sheet1_dot_xml=sheet_xml(rows),
        xl__sharedStrings_dot_xml=texts,
    )
    sheet = only_sheet(data)
    assert [list(row) for row in sheet.rows] == [["Roads", "5 000"], ["Rail & ³", ""]]


# --- the kinds of format -----------------------------------------------------------------------------------------

FORMATS = {
    "0.0%": ("percent", "", 1),
    "#,##0": ("plain", "", 1),
    '"£"#,##0.00': ("currency", "GBP", 1),
    "[$€-407] #,##0": ("currency", "EUR", 1),
    "[$$-409]#,##0": ("currency", "USD", 1),
    "#,##0 [$Kč-405]": ("currency", "CZK", 1),
    "#,##0,": ("plain", "", 1_000),
    '"£"#,##0.0,,"m"': ("currency", "GBP", 1_000_000),
    "@": ("text", "", 1),
    "[$USD] #,##0": ("currency", "USD", 1),
    '_-"£"* #,##0_-;-"£"* #,##0_-;_-"£"* "-"_-;_-@_-': ("currency", "GBP", 1),
    "0.00E+00": ("plain", "", 1),
    "[Red]#,##0;[Blue]-#,##0": ("plain", "", 1),
}


@pytest.mark.parametrize("code", FORMATS)
def test_what_a_number_format_says(code: str) -> None:
    said = read_format(code)
    assert (said.shows, said.currency, said.scale) == FORMATS[code]


def test_each_cell_of_an_xlsx_has_its_own_format() -> None:
    book = openpyxl.Workbook()
    for column, code in enumerate(FORMATS, 1):
        for row in (2, 3):
            book.active.cell(row, column, 1234.5 * row).number_format = code
    book.active.cell(5, 1, datetime.date(2026, 4, 1)).number_format = "dd/mm/yyyy"
    out = io.BytesIO()
    book.save(out)
    grid = grid_of(out.getvalue())
    for column, said in enumerate(FORMATS.values()):
        for row in (1, 2):
            shown = grid.number_format(row, column)
            assert (shown.shows, shown.currency, shown.scale) == said
    assert grid.number_format(0, 0).shows == "plain"
    assert grid.number_format(4, 0).shows == "date"
    assert [address(r, c) for r, c in zip(*grid.percent.nonzero(), strict=True)] == ["A2", "A3"]
    # The number is the full one, whatever it is shown in.
    assert grid.numbers[1, list(FORMATS).index("#,##0,")] == 2469


def test_a_sheet_without_formats_keeps_none() -> None:
    sheet = only_sheet(xlsx(written(TABLE)))
    assert sheet.formats is None
    assert not make_grid(sheet, UK).formats.any()


def test_the_prefix_of_another_writer_is_no_hindrance() -> None:
    book = openpyxl.Workbook()
    book.active.append([0.5])
    book.active["A1"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    part = '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1" s="1"><x:v>0.5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    grid = grid_of(repacked(out.getvalue(), xl__worksheets__sheet1_dot_xml=part.encode()))
    assert grid.percent.tolist() == [[True]]


# --- .ods ----------------------------------------------------------------------------------------------------------

ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
)


def ods(rows: str, styles: str = "") -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet

    empty = io.BytesIO()
    OpenDocumentSpreadsheet().write(empty)
    content = (
        f"{ODS_HEAD}<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="Return">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return repacked(empty.getvalue(), content_dot_xml=content.encode())


def ods_row(*cells: str, said: str = "") -> str:
    return f"<table:table-row{said}>{''.join(cells)}</table:table-row>"


def ods_text(text: str, said: str = "", tag: str = "table-cell") -> str:
    return f'<table:{tag} office:value-type="string"{said}><text:p>{text}</text:p></table:{tag}>'


def ods_number(number: float, kind: str = "float", said: str = "", tag: str = "table-cell") -> str:
    return (
        f'<table:{tag} office:value-type="{kind}" office:value="{number}"{said}><text:p>{number}</text:p></table:{tag}>'
    )


def test_rows_and_columns_repeated_to_the_edge_of_an_ods_hold_nothing() -> None:
    edge = '<table:table-cell table:style-name="ce1" table:number-columns-repeated="16382"/>'
    rows = ods_row(ods_text("Line"), ods_text("2026-27 £"), edge) + ods_row(ods_text("Roads"), ods_number(5), edge)
    rows += ods_row(
        '<table:table-cell table:number-columns-repeated="16384"/>', said=' table:number-rows-repeated="1048573"'
    )
    assert filled(grid_of(ods(rows))) == {"A1": "Line", "B1": "2026-27 £", "A2": "Roads", "B2": "5"}
    far = grid_of(ods(rows + ods_row(ods_text("Total"), ods_number(5))))
    assert far.text(1_048_575, 0) == "Total"


def test_covered_cells_of_an_ods_are_none_and_merges_are_known() -> None:
    span = ' table:number-columns-spanned="2" table:number-rows-spanned="1"'
    rows = ods_row(
        ods_text("Line"), ods_text("2026-27 £", span), ods_text("old", tag="covered-table-cell"), ods_text("Note")
    )
    rows += ods_row(
        ods_text("Roads"), ods_number(5, said=span), ods_number(999, tag="covered-table-cell"), ods_text("n")
    )
    grid = grid_of(ods(rows))
    assert filled(grid) == {"A1": "Line", "B1": "2026-27 £", "D1": "Note", "A2": "Roads", "B2": "5", "D2": "n"}
    assert grid.merges == ((0, 1, 0, 2), (1, 1, 1, 2))


@pytest.mark.parametrize("said", ["#DIV/0!", "#REF!", "#N/A", "Err:502", "#NAME?", "#VALUE!"])
@pytest.mark.parametrize(
    "kept",
    [
        'table:formula="of:=[.F2]/[.E2]" office:value-type="string" office:string-value="" calcext:value-type="error"',
        'table:formula="of:=[.F2]/[.E2]" office:value-type="float" office:value="0" calcext:value-type="error"',
        'table:formula="of:=[.F2]/[.E2]" office:value-type="float" office:value="0"',
        'table:formula="of:=[.F2]/[.E2]" office:value-type="string"',
    ],
)
def test_errors_of_an_ods_are_errors_and_no_zeros(kept: str, said: str) -> None:
    cell = f"<table:table-cell {kept}><text:p>{said}</text:p></table:table-cell>"
    grid = grid_of(ods(ods_row(ods_text("Line"), ods_text("£")) + ods_row(ods_text("Roads"), cell)))
    assert grid.kinds[1, 1] == Kind.ERROR
    assert grid.text(1, 1) == said


def test_each_cell_of_an_ods_says_its_currency_share_or_scale() -> None:
    styles = (
        '<number:currency-style style:name="N1"><number:number number:display-factor="1000"/></number:currency-style>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    rows = ods_row(ods_text("Line"), ods_text("£"), ods_text("Share"), ods_text("k"))
    for currency in ("GBP", "EUR"):
        money = ods_number(5, "currency", f' office:currency="{currency}"')
        scaled = ods_number(7_000, "currency", ' office:currency="GBP" table:style-name="ce1"')
        rows += ods_row(ods_text("Roads"), money, ods_number(0.5, "percentage"), scaled)
    rows += ods_row(
        ods_text("Rail"),
        ods_number(5, "currency", ' office:currency="USD" table:number-columns-repeated="3"'),
        said=' table:number-rows-repeated="2"',
    )
    grid = grid_of(ods(rows, styles))
    assert [[grid.number_format(r, c).currency for c in (1, 3)] for r in range(5)] == [
        ["", ""], ["GBP", "GBP"], ["EUR", "GBP"], ["USD", "USD"], ["USD", "USD"],
    ]  # fmt: skip
    assert grid.number_format(1, 3).scale == 1_000
    assert grid.percent.sum(axis=0).tolist() == [0, 0, 2, 0]


def test_raised_figures_of_an_ods_are_no_digits() -> None:
    style = '<style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'
    raised = '<text:span text:style-name="T1">2</text:span>'
    rows = ods_row(ods_text("Line"), ods_text("2026-27 £")) + ods_row(
        ods_text("Roads" + raised), ods_text("1,234" + raised)
    )
    assert filled(grid_of(ods(rows, style))) == {"A1": "Line", "B1": "2026-27 £", "A2": "Roads²", "B2": "1,234"}


@pytest.mark.parametrize(
    ("number", "factor", "behind", "scale"),
    [(12.5, "", "m", 1_000_000), (12_500_000, ' number:display-factor="1000000"', "m", None), (12.5, "", " FTE", None)],
)
def test_a_scale_that_an_ods_writes_behind_numbers(number: float, factor: str, behind: str, scale: int | None) -> None:
    styles = (
        f'<number:number-style style:name="N1"><number:number{factor}/><number:text>{behind}</number:text>'
        '</number:number-style><style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    cell = ods_number(number, said=' table:style-name="ce1"')
    grid = grid_of(ods(ods_row(ods_text("Line"), ods_text("Budget")) + ods_row(ods_text("Roads"), cell), styles))
    assert grid.scales.get((1, 1)) == scale


def test_words_behind_a_sign_are_a_label_unless_the_workbook_gives_them_to_cells() -> None:
    book = openpyxl.Workbook()
    rows = [["Line", "2026-27 £"], ["Roads", 5], ["= Costs of roads", 5], ["= Costs", 5], ["=B2 + B3", 7]]
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    sheet = open_workbook(data.getvalue(), Limits()).sheets[0]
    assert [row[0] for row in sheet.rows] == ["Line", "Roads", "= Costs of roads", "= Costs", ""]
    assert sheet.without_value == {(4, 0)}
    book.defined_names["Costs"] = DefinedName("Costs", attr_text="Sheet!$B$2")
    data = io.BytesIO()
    book.save(data)
    sheet = open_workbook(data.getvalue(), Limits()).sheets[0]
    assert sheet.without_value == {(2, 0), (3, 0), (4, 0)}
