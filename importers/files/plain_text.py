"""Tables kept as plain text: what encodes the letters and what parts the columns are both told from the whole text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from budget_align.core.values.number_writing import spell
from budget_align.core.values.refusal import RefusedError
from importers.files.encodings import decode
from importers.files.limits import Limits

DELIMITERS: Final = (",", ";", "\t", "|")
"""What may part columns; of two that fit a text alike, the earlier is believed."""

_SAMPLED: Final = 200_000
"""Characters by which the delimiter is told; of a longer text, pieces spread over all of it."""

_PIECES: Final = 40

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")

_NUMBER = re.compile(
    r"""^\s*(?:[-–−+(]{1,2}\s*)?(?:(?:[£$€]|[A-Z]{3}\s)\s*)?(?:[-–−]\s*)?
        (?:\d+(?:[.,]\d+)?|\d{1,3}(?:[., '’\u00a0\u202f]\d{2,3})+(?:[.,]\d+)?)
        \s*(?:(?:[£$€%]|[A-Z]{2,3})\s*)?(?:[-–−)]\s*)?$""",
    re.VERBOSE,
)
"""A number as any country writes it."""

_LONGEST_NUMBER: Final = 30

_KEYS: Final = 3
"""From so many rows on, first fields of as many parts each are keys."""

_NAMED = re.compile(r'"?sep=([^"\r\n])"?\r?\n')
"""A first line that names what parts the columns: Excel obeys and never shows it."""

_NOTHING: Final = "\x1f"
"""A mark that parts nothing, for a text of one column."""


def read_plain_text(data: bytes, limits: Limits) -> list[list[Any]] | None:
    """The rows of a table kept as text, not yet of one length; None for bytes that are no text.

    Raises:
        RefusedError: with code not-a-spreadsheet: it is text, but without columns.
        csv.Error: a quotation is broken beyond repair.
    """
    text = decode(data)
    if text is None:
        return None
    # A mark of nothing that a mainframe pads its fields with.
    text = text.replace("\0", "")
    sample = text[:20_000]
    if len(_CONTROL.findall(sample)) > len(sample) * 0.01:
        return None
    csv.field_size_limit(max(131_072, limits.cell_length * 4))
    named = _NAMED.match(text)
    text = text[named.end() :] if named else text
    delimiter = named[1] if named else find_delimiter(text)
    if delimiter is None:
        raise RefusedError(
            "not-a-spreadsheet",
            "The file is text without columns; send a spreadsheet, or text whose columns are parted by commas, "
            "semicolons or tabs.",
        )
    # Quoting is Excel's own: the sniffer of the library mistakes a single quote inside words for a mark of quotation.
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return _part_first_fields(rows) if delimiter != "," else rows


def _part_first_fields(rows: list[list[str]]) -> list[list[str]]:
    """The rows with their first fields parted at commas, where all of them, that of the header too, are keys of as many
    parts: "A,MIO_EUR,GF01" under "freq,unit,function", as statistical offices write tables that are parted by tabs.
    """
    firsts = [row[0] for row in rows if row]
    parts = {len(first.split(",")) for first in firsts}
    if len(firsts) < _KEYS or len(parts) != 1 or parts == {1} or any(", " in first for first in firsts):
        return rows
    return [[*row[0].split(","), *row[1:]] if row else row for row in rows]


def find_delimiter(text: str) -> str | None:
    """What parts the columns of a text; None where nothing does. A text of one column of numbers has columns.

    Each candidate is tried: rows that hold as many fields as one beside them speak for it, fields that are numbers
    still more, and fields in which another candidate stands between figures or words against it.
    """
    sample = _spread(text)
    lines = [line for line in sample.splitlines() if line.strip()]
    if _is_one_column(lines):
        return _NOTHING
    evidence = {delimiter: _weigh(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: evidence[delimiter])
    if evidence[best] > 0:
        return best
    half = max(1, (len(lines) + 1) // 2)
    return next((mark for mark in DELIMITERS if sum(mark in line for line in lines) >= half), None)


def _is_one_column(lines: Sequence[str]) -> bool:
    """Whether lines are numbers, each as a whole, but for a few such as a header; some have no mark in them, so that
    the commas of the others belong to the numbers.
    """
    numbers = sum(_is_number(line.strip('" ')) for line in lines)
    whole = any(not any(mark in line for mark in DELIMITERS) for line in lines)
    return numbers >= 2 and whole and numbers >= len(lines) * 0.6


def _spread(text: str) -> str:
    """A text that is not long, or whole lines of a long one from all over it."""
    if len(text) <= _SAMPLED:
        return text
    step, length = len(text) // _PIECES, _SAMPLED // _PIECES
    pieces = []
    for start in range(0, step * _PIECES, step):
        piece = text[start : start + length]
        first = piece.find("\n") + 1 if start else 0
        pieces.append(piece[first : piece.rfind("\n") + 1])
    return "".join(pieces)


def _weigh(sample: str, delimiter: str) -> float:
    """How much speaks for a delimiter; nought or less where it parts nothing."""
    others = re.compile(rf"[\w)][{re.escape(''.join(set(DELIMITERS) - {delimiter}))}](?=[\w(+\-£$€\"]|$)")
    total = weight = 0.0
    length, counted = 0, True
    for row in _rows(sample, delimiter):
        before, weight = weight, _weigh_row(row, others)
        if len(row) == length > 1:
            total += weight + (0.0 if counted else before)
            counted = True
        else:
            length, counted = len(row), False
    return total


def _weigh_row(row: Sequence[str], others: re.Pattern[str]) -> float:
    filled = [field for field in row if field and not field.isspace()]
    numeric = [_is_number(field) for field in filled]
    numbers = sum(numeric)
    broken = sum(not number and bool(others.search(field)) for field, number in zip(filled, numeric, strict=True))
    # Where every field but the first begins with a blank, the marks are those of a sentence.
    prose = all(field.startswith(" ") for field in row[1:] if field)
    return numbers - broken + (0.0 if prose else 1.0 if filled else 0.0)


def _is_number(field: str) -> bool:
    """Whether a field is a number, with its currency or without."""
    if _NUMBER.match(field):
        return True
    written = len(field) < _LONGEST_NUMBER and any(character.isdigit() for character in field)
    return written and spell(field) is not None


def _rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        if any(row):
            yield row
