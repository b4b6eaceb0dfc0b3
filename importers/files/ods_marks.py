"""Finds in the content of an .ods what the fast reader of cells leaves out: hidden rows and columns, errors, merged
cells and what they cover, raised figures, and what each cell's number format says.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from importers.files.marks import FormatTable, SheetMarks
from importers.files.number_formats import DATE, PERCENT, PLAIN, NumberFormat, scale_behind
from importers.files.raised_text import join_runs

# No pattern looks past the next "<" within a tag, or past the next tag of its own kind after it, so that each takes
# time in proportion to what it searches, whatever that is.
_TABLE = re.compile(rb'<table:table\b[^<>]*\btable:name="([^"<>]*)"')
_PART = re.compile(rb"<table:(table-row|table-column|table-cell|covered-table-cell)\b([^<>]*)>")
_SAYS_SOMETHING = re.compile(
    rb'table:visibility="(?:collapse|filter)"|value-type="(?:percentage|currency|date|error)"|covered-table-cell'
    rb'|table:formula="[^"<>]*"(?![^<>]*value-type)|text-position="super|number:display-factor=|<number:text>|-spanned="|<text:p>(?:Err:|#)'
)
_HIDDEN = re.compile(rb'\btable:visibility="(?:collapse|filter)"')
_REPEATED = re.compile(rb'\btable:number-(?:rows|columns)-repeated="(\d+)"')
_SPANNED = re.compile(rb'\btable:number-(rows|columns)-spanned="(\d+)"')
_VALUE_TYPE = re.compile(rb'\boffice:value-type="(\w+)"')
_CURRENCY = re.compile(rb'\boffice:currency="([A-Z]{3})"')
_STYLE_NAME = re.compile(rb'\btable:style-name="([^"<>]*)"')
_IS_ERROR: Final = b'calcext:value-type="error"'
_ERROR_TEXT = re.compile(rb"\s*<text:p\b[^<>]*>\s*(#(?:\w|/|\xc2\xa1)+[!?]|#N/A|#NV|Err:\d{3})\s*</text:p>")
_FORMULA = re.compile(rb'\btable:formula="([^"<>]*)"')
_SUM = re.compile(rb"\s*(?:of:|oooc:|msoxl:)?=?(?:SUM|SUBTOTAL|AGGREGATE)\([^()]*\)\s*", re.IGNORECASE)
_PARAGRAPH = re.compile(rb"<text:p\b[^<>]*>([^<]*(?:<(?!/?text:p\b)[^<]*)*)</text:p>", re.DOTALL)
_RUN = re.compile(
    rb'<text:span\b[^<>]*\btext:style-name="([^"<>]*)"[^<>]*>([^<]*(?:<(?!/?text:span\b)[^<]*)*)</text:span>|([^<]+)'
)
_STYLE = re.compile(rb'<style:style\b[^<>]*\bstyle:name="([^"<>]*)"[^<>]*>')
_RAISED_STYLE = re.compile(
    rb'<style:style\b[^<>]*\bstyle:name="([^"<>]*)"[^<>]*>(?:(?!</?style:style\b).)*?style:text-position="super',
    re.DOTALL,
)
_DATA_STYLE_NAME = re.compile(rb'\bstyle:data-style-name="([^"<>]*)"')
_NUMBER_STYLE = re.compile(
    rb'<number:(?:number|currency)-style\b[^<>]*\bstyle:name="([^"<>]*)"[^<>]*>'
    rb"((?:(?!</?number:(?:number|currency)-style\b).)*)",
    re.DOTALL,
)
_FACTOR = re.compile(rb'number:display-factor="(\d+)"')
_BEHIND = re.compile(rb"<number:number\b[^<>]*>(?:</number:number>)?<number:text>([^<>]*)</number:text>")
"""What a format writes behind its numbers."""
_REPEATS_MARKED: Final = 1_000
"""What is repeated more often than this, hidden or covered, is marked so often only."""


def search_ods(content: bytes, table: FormatTable) -> dict[str, SheetMarks]:
    """What stands in each sheet beside its values, by the sheet's name; number formats are added to the table."""
    if not _SAYS_SOMETHING.search(content):
        return {}
    raised = set(_RAISED_STYLE.findall(content))
    scales = _scales(content)
    starts = [(match.start(), match[1]) for match in _TABLE.finditer(content)]
    marks: dict[str, SheetMarks] = {}
    for number, (start, name) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(content)
        found = marks.setdefault(html.unescape(name.decode("utf-8", "replace")), SheetMarks())
        _Walk(content, table, raised, scales, found).over(start, end)
    return marks


def _scales(content: bytes) -> dict[bytes, tuple[int, int]]:
    """By what each style of cells divides a number for showing, and by what the number is to be multiplied, since the
    style writes a scale behind it, for those that do either.
    """
    said: dict[bytes, tuple[int, int]] = {}
    for name, style in _NUMBER_STYLE.findall(content):
        factor, behind = _FACTOR.search(style), _BEHIND.search(style)
        scale = max(1, int(factor[1])) if factor else 1
        written = scale_behind(html.unescape(behind[1].decode("utf-8", "replace"))) if behind else 1
        if scale > 1 or written > 1:
            said[name] = scale, max(1, written // scale)
    if not said:
        return {}
    found = {}
    for match in _STYLE.finditer(content):
        own = _DATA_STYLE_NAME.search(match[0])
        if own and own[1] in said:
            found[match[1]] = said[own[1]]
    return found


@dataclass
class _Walk:
    """Goes through the cells of one sheet, counting rows and columns."""

    content: bytes
    table: FormatTable
    raised: set[bytes]
    scales: dict[bytes, tuple[int, int]]
    found: SheetMarks

    def over(self, start: int, end: int) -> None:
        """Marks what stands in the content between two places."""
        row = next_row = column = next_column = 0
        down = 1
        for match in _PART.finditer(self.content, start, end):
            kind, said = match[1], match[2]
            repeated = _REPEATED.search(said)
            count = int(repeated[1]) if repeated else 1
            if kind == b"table-row":
                row, next_row, column = next_row, next_row + count, 0
                down = count
                if _HIDDEN.search(said):
                    self.found.hidden_rows |= set(range(row, row + min(count, _REPEATS_MARKED)))
            elif kind == b"table-column":
                if _HIDDEN.search(said):
                    self.found.hidden_columns |= set(range(next_column, next_column + min(count, _REPEATS_MARKED)))
                next_column += count
            else:
                if b"table:formula" in said and b"value-type" not in said:
                    self._mark_without_value(said, row, column)
                if b"value-type" in said or b"-spanned" in said:
                    if kind == b"table-cell":
                        code = self._look(said, match.end(), row, column)
                        self.found.formats.add_area(row, column, down, count, code)
                    else:
                        covered = range(column, column + min(count, _REPEATS_MARKED))
                        self.found.covered |= {(row, under) for under in covered}
                column += count

    def _mark_without_value(self, said: bytes, row: int, column: int) -> None:
        formula = _FORMULA.search(said)
        self.found.without_value.add((row, column))
        if formula and _SUM.fullmatch(formula[1]):
            self.found.sums_without_value.add((row, column))

    def _look(self, said: bytes, at: int, row: int, column: int) -> int:
        """Marks one cell, and tells the place of its format."""
        spans = {name: int(count) for name, count in _SPANNED.findall(said)} if b"-spanned" in said else {}
        down, across = spans.get(b"rows", 1), spans.get(b"columns", 1)
        if down * across > 1:
            self.found.merges.append((row, column, row + down - 1, column + across - 1))
        if _IS_ERROR in said or b"table:formula" in said:
            error = _ERROR_TEXT.match(self.content, at)
            if error:
                self.found.errors[row, column] = error[1].decode("utf-8", "replace")
        if self.raised and b'value-type="string"' in said:
            self._look_for_raised(at, row, column)
        shows = self._format(said)
        return self.table.place(shows) if shows != PLAIN else 0

    def _format(self, said: bytes) -> NumberFormat:
        kind = _VALUE_TYPE.search(said)
        name = _STYLE_NAME.search(said) if self.scales else None
        scale, times = self.scales.get(name[1], (1, 1)) if name else (1, 1)
        if kind is None or kind[1] == b"string":
            return PLAIN
        if kind[1] == b"percentage":
            return PERCENT
        if kind[1] in (b"date", b"time"):
            return DATE
        if kind[1] == b"currency":
            code = _CURRENCY.search(said)
            currency = code[1].decode() if code else ""
            return NumberFormat("currency", currency, currency, scale, times=times)
        return NumberFormat(scale=scale, times=times) if scale > 1 or times > 1 else PLAIN

    def _look_for_raised(self, at: int, row: int, column: int) -> None:
        stop = self.content.find(b"</table:table-cell>", at)
        piece = self.content[at:stop]
        if not any(name in piece for name in self.raised):
            return
        lines = [
            join_runs(
                (html.unescape((run[2] or run[3] or b"").decode("utf-8", "replace")), (run[1] or b"") in self.raised)
                for run in _RUN.finditer(paragraph)
            )
            for paragraph in _PARAGRAPH.findall(piece)
        ]
        self.found.texts[row, column] = "\n".join(lines)
