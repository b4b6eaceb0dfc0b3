"""A file of text gives the same cells however its letters are encoded and whatever parts its columns."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.values.refusal import RefusedError
from importers import Limits
from importers.files.encodings import decode
from importers.files.parting import find_parting
from importers.files.workbook import open_workbook
from tests.examples import examples

ENGLISH = [
    ["Service", "2026-27 budget £", "Note"],
    ["Roads – repairs", "1,234.50", "the Mayor’s own"],
    ["Café, “Rialto”", "5", ""],
    ["Buses", "-7.25", "a|b; c"],
]
CZECH = [
    ["Odvětví", "Rozpočet 2026", "Poznámka"],
    ["Školství a mládež", "1 234,50", "příspěvkové organizace"],
    ["Životní prostředí", "5,00", "třídění odpadů"],
    ["Městská policie", "7,25", "žádná změna"],
]
POLISH = [
    ["Dział", "Plan na 2026", "Uwagi"],
    ["Oświata i wychowanie", "1 234,50", "środki własne"],
    ["Gospodarka mieszkaniowa", "5,00", "część gminna, źródło"],
    ["Drogi publiczne", "7,25", "bieżące"],
]
RUSSIAN = [
    ["Раздел", "Бюджет 2026", "Примечание"],
    ["Образование", "1 234,50", "собственные средства"],
    ["Здравоохранение", "5,00", "субсидии"],
    ["Дороги", "7,25", ""],
]
GERMAN = [
    ["Geschäftsbereich", "Haushalt 2026 €", "Bemerkung"],
    ["Straßen und Brücken", "1.234,50", "nur für Ämter"],
    ["Öffentlicher Verkehr", "5,00", "übertragbar"],
    ["Grünflächen", "7,25", "größere Maßnahme"],
]
GREEK = [
    ["Υπηρεσία", "Προϋπολογισμός 2026", "Σημείωση"],
    ["Παιδεία", "1.234,50", "ίδιοι πόροι"],
    ["Υγεία", "5,00", "επιχορήγηση"],
    ["Δρόμοι", "7,25", ""],
]


WORDS = [
    "Straße",
    "Café",
    "über",
    "naïve",
    "Roads,",
    "rail;",
    "A|B",
    "d’Or",
    "“sic”",
    '"q"',
    "O'Hara",
    "–",
    "(net)",
    "£",
]


def written(rows: list[list[str]], delimiter: str = ",", ends: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ends).writerows(rows)
    return out.getvalue()


def cells(data: bytes) -> list[list[str]]:
    (sheet,) = open_workbook(data, Limits()).sheets
    return [list(row) for row in sheet.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_same_cells_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    assert cells(written(ENGLISH, delimiter).encode(encoding)) == ENGLISH


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\n"])
def test_the_same_cells_with_the_line_ends_of_every_system(ends: str) -> None:
    assert cells(written(ENGLISH, ends=ends).encode()) == ENGLISH


@pytest.mark.parametrize(
    ("rows", "encodings"),
    [
        (CZECH, ["utf-8", "cp1250", "utf-16-le", "iso8859-2"]),
        (POLISH, ["utf-8", "cp1250", "utf-16-be", "iso8859-2"]),
        (RUSSIAN, ["utf-8", "cp1251", "koi8-r", "utf-16-le"]),
        (GERMAN, ["utf-8", "cp1252"]),
        (GREEK, ["utf-8", "cp1253", "utf-16-be"]),
    ],
    ids=["Czech", "Polish", "Russian", "German", "Greek"],
)
def test_letters_of_other_languages_in_the_encodings_of_their_offices(
    rows: list[list[str]], encodings: list[str]
) -> None:
    for encoding in encodings:
        assert cells(written(rows, ";").encode(encoding)) == rows, encoding


def test_a_single_pound_or_dash_or_accent_is_read_as_windows_writes_it() -> None:
    for said in ("£5", "2025–26", "Café", "The Mayor’s", "€7", "naïve", "Señor", "ß"):
        assert decode(f"Line,{said}\nRoads,5\n".encode("cp1252")) == f"Line,{said}\nRoads,5\n"


def test_stray_bytes_among_utf8_spoil_nothing_but_themselves() -> None:
    mixed = "Straße,é\nCafé,".encode() + "£5\n".encode("cp1252") + "Brücke,7\n".encode()
    assert decode(mixed) == "Straße,é\nCafé,£5\nBrücke,7\n"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_decimal_commas_part_no_columns(delimiter: str) -> None:
    rows = [["Amt", "2026", "2027"], *[[f"Amt {i}", f"{i}.100,5{i}", f"{i},75"] for i in range(9)]]
    assert cells("\n".join(delimiter.join(row) for row in rows).encode()) == rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_prose_before_a_table_does_not_decide_what_parts_its_columns(delimiter: str) -> None:
    prose = [
        f"This return covers spending of kind {i}, which is approved, and audited; it excludes pensions, loans and gifts."
        for i in range(60)
    ]
    table = written(
        [["Service", "Note", "Budget £"], *[[f"Service {i}", "as voted", str(i * 11)] for i in range(12)]], delimiter
    )
    read = cells(("\n".join(prose) + "\n\n" + table).encode())
    assert read[-1][:3] == ["Service 11", "as voted", "121"]


def test_quoted_fields_hold_delimiters_and_line_breaks() -> None:
    rows = [["Line", "Note"], ["Roads", "one; two; three\nand, four"], ["Rail", '"so called"; ours'], ["Buses", ";;;"]]
    assert cells(written(rows).encode()) == rows


def test_one_column_of_numbers_is_a_table_of_one_column() -> None:
    assert cells(b"Amount\n1,234.50\n7\n3,000\n") == [["Amount"], ["1,234.50"], ["7"], ["3,000"]]
    assert cells(b"5\n6\n7\n") == [["5"], ["6"], ["7"]]
    assert cells(b"2024,5\n2025,6\n2026,7\n") == [["2024", "5"], ["2025", "6"], ["2026", "7"]]


def test_a_line_that_names_the_delimiter_is_obeyed_and_is_no_row() -> None:
    assert cells(b"sep=;\r\nLine;2026\r\nA,b;5,5\r\n") == [["Line", "2026"], ["A,b", "5,5"]]


def test_zeros_that_pad_fields_are_no_text() -> None:
    assert cells(b"Line,Budget\0\0\0\nRoads,5\0\nRail,6\n") == [["Line", "Budget"], ["Roads", "5"], ["Rail", "6"]]


def test_empty_columns_and_rows_at_the_end_are_no_cells() -> None:
    rows = cells(b"Line,Budget\nRoads,5\n" + b",,,,,,\n" * 2_000)
    assert rows == [["Line", "Budget"], ["Roads", "5"]]


def test_text_that_begins_as_a_packed_file_does() -> None:
    assert cells(b"PKW,Betrag\nA,5\nB,6\n")[0] == ["PKW", "Betrag"]


@examples(0.6)
@given(
    rows=st.lists(
        st.tuples(
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
            st.decimals(-(10**6), 10**6, places=2, allow_nan=False).map(str),
            st.integers(0, 10**6).map(str),
        ),
        min_size=4,
        max_size=12,
    ),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"]),
)
def test_any_table_of_words_and_numbers_survives(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    table = [["Line", "2026-27", "2027-28"], *map(list, rows)]
    assert cells(written(table, delimiter).encode(encoding)) == table


# --- what is no table --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 budget", "PDF"),
        (b"<!DOCTYPE html><html><body><table><tr><td>Roads</td><td>5</td></tr></table></body></html>", "web page"),
        (b"  \r\n<table><tr><td>Roads</td></tr></table>", "web page"),
        ("\ufeff<html><table></table></html>".encode("utf-16-le"), "web page"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "XML of Excel 2003",
        ),
        (b'<?xml version="1.0"?><office:document xmlns:office="x"/>', "fods"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "MHTML"),
        (b"{\\rtf1 Roads}", "RTF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "picture"),
        (bytes(range(1, 32)) * 400, "not a spreadsheet"),
        (b"\0\x01\x02\x03" * 2_000, "not a spreadsheet"),
        (b"Dear all, we met.\nThe budget was agreed by everybody\nKind regards\nAnn\n", "without columns"),
    ],
)
def test_what_it_is_instead_is_said(data: bytes, said: str) -> None:
    with pytest.raises(RefusedError, match=said) as caught:
        open_workbook(data, Limits())
    assert caught.value.code == "not-a-spreadsheet"


def test_the_delimiter_of_a_long_text_is_told_from_all_of_it() -> None:
    head = "Name, address, and more of each\n" * 5_000
    found = find_parting(head + "".join(f"R{i};{i},5;{i}\n" for i in range(100_000)))
    assert found is not None
    assert found.delimiter == ";"
