"""Tables kept as plain text: what encodes the letters and what parts the columns are both told from the whole text."""

from __future__ import annotations

import csv
import html
import re
from dataclasses import dataclass
from typing import Any, Final

from budget_align.core.values.refusal import RefusedError
from importers.files.encodings import decode
from importers.files.fixed_width import cut, find_places
from importers.files.limits import Limits
from importers.files.parting import Parting, find_parting
from importers.files.split_numbers import join_split_numbers

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_LOST: Final = "\ufffd".encode()
"""What a program writes for a letter that it could not read: the text was one, and says so itself."""

_KEYS: Final = 3
"""From so many rows on, first fields of as many parts each are keys."""

_NAMED = re.compile(r'"?sep=([^"\r\n])"?\r?\n')
"""A first line that names what parts the columns: Excel obeys and never shows it."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_PARTS: Final = {ord(mark): 0x10F000 + ord(mark) for mark in "\"',;|\t\r\n"}
"""What stands for marks that part nothing, since they were written as marks of web pages, while a text is parted."""
_PUT_BACK: Final = {stand_in: mark for mark, stand_in in _PARTS.items()}

_RULE = re.compile(r"^[-=_+\s]{3,}$")
"""A cell of the line that is drawn under headers."""


@dataclass(frozen=True)
class PlainText:
    """The rows of a table kept as text, not yet of one length, and what parts its columns; empty where blanks do."""

    rows: list[list[Any]]
    parted_by: str = ""


def read_plain_text(data: bytes, limits: Limits) -> PlainText | None:
    """A table kept as text; None for bytes that are no text.

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
    if len(_CONTROL.findall(sample)) - data.count(_LOST) > len(sample) * 0.01:
        return None
    csv.field_size_limit(max(131_072, limits.cell_length * 4))
    named = _NAMED.match(text)
    text = text[named.end() :] if named else text
    text, entities = _ENTITY.subn(_said_by_entity, text) if "&" in text else (text, 0)
    found = _part(text, named[1] if named else None)
    return PlainText(_put_back(found.rows), found.parted_by) if entities else found


def _part(text: str, named: str | None) -> PlainText:
    """A text parted by the mark that it names, or by what the whole of it says."""
    places = None if named else find_places(text)
    if places is not None:
        return PlainText(cut(text, places))
    parting = Parting(named) if named else find_parting(text)
    if parting is None:
        raise RefusedError(
            "not-a-spreadsheet",
            "The file is text without columns; send a spreadsheet, or text whose columns are parted by commas, "
            "semicolons or tabs.",
        )
    rows = _without_rules(parting.rows(text))
    rows = join_split_numbers(rows) if parting.delimiter == "," else _part_first_fields(rows)
    return PlainText(rows, parting.delimiter)


def _said_by_entity(found: re.Match[str]) -> str:
    return html.unescape(found[0]).translate(_PARTS)


def _put_back(rows: list[list[str]]) -> list[list[str]]:
    return [[field if field.isascii() else field.translate(_PUT_BACK) for field in row] for row in rows]


def _without_rules(rows: list[list[str]]) -> list[list[str]]:
    """The rows, those blank that hold nothing but lines drawn under headers or over totals."""
    return [[] if row and row[0] and all(_RULE.match(field) for field in row if field) else row for row in rows]


def _part_first_fields(rows: list[list[str]]) -> list[list[str]]:
    """The rows with their first fields parted at commas, where all of them, that of the header too, are keys of as many
    parts: "A,MIO_EUR,GF01" under "freq,unit,function", as statistical offices write tables that are parted by tabs.
    """
    firsts = [row[0] for row in rows if row]
    parts = {len(first.split(",")) for first in firsts}
    if len(firsts) < _KEYS or len(parts) != 1 or parts == {1} or any(", " in first for first in firsts):
        return rows
    return [[*row[0].split(","), *row[1:]] if row else row for row in rows]
