"""What cannot be used is refused in one plain sentence that says what to do."""

import io
import zipfile

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from importers import Limits, read_workbook
from tests.workbooks import GOOD, drawn, workbook


def locked() -> bytes:
    file = OOXMLFile(io.BytesIO(GOOD))
    out = io.BytesIO()
    file.encrypt("secret", out)
    return out.getvalue()


def packed(**parts: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 \x00\x01\x02", "not-a-spreadsheet"),
        (b"Please find the budget attached.\n\nKind regards", "not-a-spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not-a-spreadsheet"),
        (packed(**{"word/document.xml": "<w/>"}), "not-a-spreadsheet"),
        (workbook(Empty=[]), "empty"),
        (workbook(Notes=[["Only words"], ["and more words"]]), "no-amounts"),
        (locked(), "password"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
    ],
    ids=["nothing", "pdf", "letter", "picture", "word", "empty", "words", "password", "half", "broken-xls"],
)
def test_is_refused_in_one_sentence(data: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_workbook(data, "return.xlsx", terms=UK)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_file_cut_short_anywhere_is_refused(tenth: int) -> None:
    with pytest.raises(RefusedError):
        read_workbook(GOOD[: len(GOOD) * tenth // 10], "return.xlsx", terms=UK)


def test_limits_hold_for_the_file_what_it_unpacks_to_and_its_cells() -> None:
    for limits in (Limits(bytes=1000), Limits(unpacked_bytes=1000), Limits(cells=3)):
        with pytest.raises(RefusedError) as refused:
            read_workbook(GOOD, "return.xlsx", limits=limits, terms=UK)
        assert refused.value.code == "too-large"


def test_a_number_beyond_any_budget_is_asked_about_and_the_rest_is_read() -> None:
    said = drawn("Line | 2026-27 budget £\nRoads | 5\nRail | 1e300\nBuses | 7\nTrams | 8")
    reading = read_workbook(said, "return.xlsx", terms=UK)
    assert [question.topic for question in reading.questions if "B3" in question.prompt] == ["unread"]
    assert sorted(reading.lines["amount"]) == [500, 700, 800]
