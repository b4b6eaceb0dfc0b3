"""What parts the columns of a text: a mark, the quotes around fields, blanks after the mark. All are told from the
whole text, by what makes fields that are numbers and rows of one length.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from budget_align.core.values.number_writing import spell
from importers.files.broken_lines import join_broken_rows, rows_without_lone_quotes

DELIMITERS: Final = (",", ";", "\t", "|")
"""What may part columns; of two that fit a text alike, the earlier is believed."""

_SELDOM: Final = ("~", "^", "¦", "¬", "§", "#", "!", "@", ":")
"""What parts columns where it stands equally often in nearly every line."""

_EQUALLY: Final = 0.9

_LINES_COUNTED: Final = 2_000

_SAMPLED: Final = 200_000
"""Characters by which the delimiter is told; of a longer text, pieces spread over all of it."""

_PIECES: Final = 40

_NUMBER = re.compile(
    r"""^\s*(?:[-–−+(]{1,2}\s*)?(?:(?:[£$€]|[A-Z]{3}\s)\s*)?(?:[-–−]\s*)?
        (?:\d+(?:[.,]\d+)?|\d{1,3}(?:[., '’\u00a0\u202f]\d{2,3})+(?:[.,]\d+)?)
        \s*(?:(?:[£$€%]|[A-Z]{2,3})\s*)?(?:[-–−)]\s*)?$""",
    re.VERBOSE,
)
"""A number as any country writes it."""

_GROUPED: Final = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?=\s)")
"""Thousands that commas part in a number with a word behind it."""

_LOST_SIGN: Final = re.compile(r"^\s*[^\w\s(+\-–−\"'.]\s?(?=\d)")
"""What became of a currency's sign."""

_LONGEST_NUMBER: Final = 30

_NOTHING: Final = "\x1f"
"""A mark that parts nothing, for a text of one column."""

_OPENS: Final = re.compile(r"(?:^|[,;\t|])[ ]?'(?=[^,;\t|'])")
_CLOSES: Final = re.compile(r"'[ ]?(?=[,;\t|]|$)")
_SPACED_QUOTE: Final = re.compile(r'[,;|][ ]+"')


@dataclass(frozen=True)
class Parting:
    """How a text is parted.

    Attributes:
        delimiter: what stands between fields.
        quote: what stands around fields that hold delimiters.
        blanks: blanks stand between a delimiter and the quote after it.
        wrapped: every line is one quoted field that holds the fields.
    """

    delimiter: str
    quote: str = '"'
    blanks: bool = False
    wrapped: bool = False

    def rows(self, text: str) -> list[list[str]]:
        """The rows of a text, not yet of one length.

        Raises:
            csv.Error: a quotation is broken beyond repair.
        """
        # Quoting is Excel's own: the sniffer of the library mistakes a single quote inside words for a quotation's.
        if self.wrapped:
            text = _unwrap(text)
        return join_broken_rows(rows_without_lone_quotes(text, self.quote, lambda part: list(self._reader(part))))

    def rows_of_sample(self, sample: str) -> Iterator[list[str]]:
        """The rows of a text that hold anything, but for those that are broken."""
        reader = self._reader(sample)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                continue
            if any(row):
                yield row

    def _reader(self, text: str) -> Iterator[list[str]]:
        return csv.reader(
            io.StringIO(text, newline=""),
            delimiter=self.delimiter,
            quotechar=self.quote,
            skipinitialspace=self.blanks,
        )


def find_parting(text: str) -> Parting | None:
    """What parts the columns of a text; None where nothing does. A text of one column of numbers has columns.

    Each mark is tried: rows that hold as many fields as one beside them speak for it, fields that are numbers still
    more, and fields in which another mark stands between figures or words against it.
    """
    sample = _spread(text)
    lines = [line for line in sample.splitlines() if line.strip()]
    if _is_one_column(lines):
        return Parting(_NOTHING)
    if _is_wrapped(lines):
        inner = _unwrap(sample)
        found = find_parting(inner)
        rows = list(found.rows_of_sample(inner)) if found else []
        named = sum(len(row) > 1 and not all(map(_is_number, filter(None, row))) for row in rows)
        if found is not None and rows and named >= _EQUALLY * len(rows):
            return Parting(found.delimiter, found.quote, found.blanks, wrapped=True)
    quote = _find_quote(lines)
    blanks = 2 * sum(bool(_SPACED_QUOTE.search(line)) for line in lines) >= len(lines)
    marks = (*DELIMITERS, *_seldom_marks(lines))
    partings = [Parting(mark, quote, blanks) for mark in marks]
    evidence = {parting: _weigh(sample, parting, marks) for parting in partings}
    best = max(partings, key=lambda parting: evidence[parting])
    if evidence[best] > 0:
        return best
    half = max(1, (len(lines) + 1) // 2)
    return next((Parting(mark) for mark in DELIMITERS if sum(mark in line for line in lines) >= half), None)


def _find_quote(lines: Sequence[str]) -> str:
    """What stands around fields: single quotes where each line opens some and closes as many. One that only opens is
    the mark of text that Excel sets before codes.
    """
    opens = sum(len(_OPENS.findall(line)) for line in lines)
    closes = sum(len(_CLOSES.findall(line)) for line in lines)
    each = sum("'" in line for line in lines) >= _EQUALLY * len(lines)
    alike = abs(opens - closes) <= (1 - _EQUALLY) * opens
    doubled = any(line.startswith('"') for line in lines)
    return "'" if each and opens >= len(lines) > 0 and alike and not doubled else '"'


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether nearly every line is one quoted field, so that a program wrote as text what was written before."""
    whole = 0
    for line in lines:
        line = line.strip()
        # Quotes within are doubled, so that no single one stands before the last.
        whole += len(line) > 2 and line[0] == line[-1] == '"' and '"' not in line[1:-1].replace('""', "")
    return len(lines) > 1 and whole >= _EQUALLY * len(lines)


def _unwrap(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line[1:-1].replace('""', '"') if line[:1] == line[-1:] == '"' else line for line in lines)


def _seldom_marks(lines: Sequence[str]) -> list[str]:
    counted = lines[:: max(1, len(lines) // _LINES_COUNTED)]
    found = []
    for mark in _SELDOM:
        times, often = Counter(line.count(mark) for line in counted).most_common(1)[0] if counted else (0, 0)
        if times and often >= _EQUALLY * len(counted):
            found.append(mark)
    return found


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


def _weigh(sample: str, parting: Parting, marks: Sequence[str]) -> float:
    """How much speaks for a parting; zero or less where it parts nothing."""
    marked = f"[{re.escape(''.join(set(marks) - {parting.delimiter}))}]"
    # A field of nothing but another mark is what parts the others.
    others = re.compile(rf"[\w)]{marked}(?=\S|$)|^\s*{marked}\s*$")
    total = weight = 0.0
    length, counted = 0, True
    for row in parting.rows_of_sample(sample):
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
    broken = sum(
        not number and bool(others.search(_GROUPED.sub("0", field)))
        for field, number in zip(filled, numeric, strict=True)
    )
    # Where every field but the first begins with a blank, the marks are those of a sentence.
    prose = all(field.startswith(" ") for field in row[1:] if field)
    return numbers - broken + (0.0 if prose else 1.0 if filled else 0.0)


@lru_cache(maxsize=1 << 14)
def _is_number(field: str) -> bool:
    """Whether a field is a number, with its currency or without."""
    field = _LOST_SIGN.sub("", field, count=1)
    if _NUMBER.match(field):
        return True
    written = len(field) < _LONGEST_NUMBER and any(character.isdigit() for character in field)
    return written and spell(field) is not None
