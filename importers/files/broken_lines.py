"""Mends what a program that writes text without care does to lines: a quote that nobody closes swallows the lines after
it, and a break within a field makes two lines of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

_FEWEST_ROWS: Final = 4
_USUAL: Final = 0.5
"""From this share of the rows on, one length is that of all."""

_SAMPLED: Final = 2_000

_STAND_IN: Final = "\U0010f022"
"""What stands for a quote that opens nothing, while a text is parted."""


def rows_without_lone_quotes(text: str, quote: str, read: Callable[[str], list[list[str]]]) -> list[list[str]]:
    """The rows of a text, those that a quote swallowed which stands alone in its line among them.

    Args:
        text: what is to be parted.
        quote: what stands around fields.
        read: parts a text.
    """
    rows = read(text)
    if quote not in text or not any("\n" in field or "\r" in field for row in rows for field in row):
        return rows
    lines = text.splitlines()
    usual = usual_length(read("\n".join([line for line in lines if quote not in line][:_SAMPLED])))
    if not usual:
        return rows
    odd = [number for number, line in enumerate(lines) if line.count(quote) % 2]
    lone = set()
    opened = False
    for place, number in enumerate(odd):
        if opened:
            # It closes the field of several lines that the one before it opens.
            opened = False
            continue
        after = lines[number + 1 : odd[place + 1] if place + 1 < len(odd) else len(lines)]
        # Within a field of several lines hardly each has as many marks as a row.
        own = lines[number].replace(quote, "", 1)
        swallowed = any(line.strip() for line in after) and quote not in own
        opened = not (swallowed and all(_fills(read, line, usual) for line in (own, *after)))
        if not opened:
            lone.add(number)
    if not lone:
        return rows
    mended = [line.replace(quote, _STAND_IN) if number in lone else line for number, line in enumerate(lines)]
    return [[field.replace(_STAND_IN, quote) for field in row] for row in read("\n".join(mended))]


def _fills(read: Callable[[str], list[list[str]]], line: str, usual: int) -> bool:
    return not line.strip() or [len(row) for row in read(line)] == [usual]


def join_broken_rows(rows: list[list[str]]) -> list[list[str]]:
    """The rows, two joined where a break within a field parted one: both are short, and together of the usual length.
    A row of one field heads others, and is none.
    """
    usual = usual_length(rows)
    if usual < _FEWEST_FIELDS:
        return rows
    joined: list[list[str]] = []
    for row in rows:
        before = joined[-1] if joined else []
        if 1 < len(before) < usual and 1 < len(row) < usual and len(before) + len(row) - 1 == usual:
            joined[-1] = [*before[:-1], " ".join(filter(None, (before[-1], row[0]))), *row[1:]]
        else:
            joined.append(row)
    return joined


_FEWEST_FIELDS: Final = 3


def usual_length(rows: Sequence[Sequence[str]]) -> int:
    """The number of fields that most rows have; zero where rows are few, or of any length."""
    counts = Counter(len(row) for row in rows if row)
    if not counts or counts.total() < _FEWEST_ROWS:
        return 0
    length, often = counts.most_common(1)[0]
    return length if often >= _USUAL * counts.total() and length > 1 else 0
