"""Finds rows that only take apart the row above them, in any language: each is marked as such, by a word that it begins
or ends with, a dash, a small letter or by being set in, and together they come to no more than that row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from importers.relations.sums import Row, Vector

_ROWS: Final = 1_000
_FEW_ROWS: Final = 80
"""In tables of no more rows one marked row below a larger one tells something."""

_FITTING: Final = 0.5
"""So likely at most, all marked rows come to no more than the row above them by chance."""

_FITTING_BY_WORD: Final = 0.15
_FITTING_IN_LISTS: Final = 0.005
_LEADS: Final = 200
_FALLING: Final = 0.8
_SHORTEST: Final = 2
_DISTINCT: Final = 0.5


@dataclass(frozen=True)
class PartsBelow:
    """Rows that are marked alike as parts of the row above them.

    Attributes:
        rows: their numbers in the grid.
        mark: what marks them, in words.
        proven: a total adds up without them.
    """

    rows: frozenset[int]
    mark: str
    proven: bool


def find_parts_below(
    rows: Sequence[Row], columns: dict[int, int], tolerance: Vector, *, by_word: bool
) -> PartsBelow | None:
    """The rows that take apart the row above them; None where none are marked so or a total sums them with all others.

    Args:
        rows: a table's body, in order, none of them known to be a part.
        columns: for each row of the grid the first column of labels that it fills, counted from zero.
        tolerance: for each column by how much rounding may keep an amount from its true one, in minor units.
        by_word: the words of the table are of no language that is known, so that one that is repeated may mark parts.
    """
    stated = [row for row in rows if row.amounts is not None]
    if not _SHORTEST < len(stated) <= _ROWS:
        return None
    falling = sum(_size(one) >= _size(other) for one, other in pairwise(stated)) >= _FALLING * (len(stated) - 1)
    few = len(stated) <= _FEW_ROWS
    if len({row.label for row in stated}) < _DISTINCT * len(stated):
        # Names that come again and again are those of a list by two things.
        few, by_word = False, False
    for mark, is_marked, likely in _marks(stated, columns, by_word=by_word and not falling):
        marked = {row.row for row in stated if is_marked(row)}
        if not marked or 4 * len(marked) > 3 * len(stated):
            continue
        fitting = _chance_of_fit(rows, marked, tolerance)
        if fitting is None or fitting > (likely if few else min(likely, _FITTING_IN_LISTS)):
            continue
        told = told_by_totals(stated, marked, tolerance)
        if told != "lines":
            return PartsBelow(frozenset(marked), mark, told == "parts")
    return None


def _size(row: Row) -> int:
    return sum(map(abs, row.amounts or ()))


Mark = tuple[str, Callable[[Row], bool], float]
"""What marks rows, which rows bear it, and how likely at most they may fit by chance."""


def _marks(stated: Sequence[Row], columns: dict[int, int], *, by_word: bool) -> Iterator[Mark]:
    """What may mark parts, the plainest first."""
    named = [row for row in stated if row.label]
    base = min((row.indent for row in named), default=0)
    first = min(columns.values(), default=0)
    yield "named in a column further in", lambda row: columns.get(row.row, first) > first, _FITTING
    yield "set in", lambda row: row.indent > base, _FITTING
    yield "begun with a dash", lambda row: row.label[:1] in _BULLETS, _FITTING
    yield "begun with a small letter", lambda row: _begins_small(row.label), _FITTING
    ends = _repeated(_bracket, named)
    for end in ends:
        yield f"marked {end!r}", lambda row, end=end: _bracket(row.label) == end, _FITTING_BY_WORD  # type: ignore[misc]
    # In a list from the largest amount down, whatever is repeated comes to less than what stands above it.
    leads = _repeated(_lead, named) if by_word else []
    if sum(_lead(row.label) in leads for row in named) > _OFTEN * len(named):
        # Names that begin alike in groups are those of one thing told in several ways.
        leads = []
    for lead in leads[:_LEADS]:
        likely = _FITTING_BY_WORD / max(1, len(leads) - _FREE_LEADS)
        yield f"begun with {lead!r}", lambda row, lead=lead: _lead(row.label) == lead, likely  # type: ignore[misc]


_BULLETS: Final = ("-", "–", "—", "‒", "•", "·", "*", "+", "→", "►", "▪", "◦", "○", "»", ">")
_FREE_LEADS: Final = 2
_OFTEN: Final = 0.6


def _begins_small(label: str) -> bool:
    first = next((letter for letter in label if letter.isalpha()), "")
    return first != first.upper() and len(first.upper()) == 1


def _bracket(label: str) -> str:
    """What stands in brackets at the end of a label, small letters and large alike."""
    end = label.rstrip()
    return end[end.rfind("(") :].casefold() if end.endswith(")") and "(" in end[1:] else ""


def _lead(label: str) -> str:
    """The first word of a label of several, small letters and large alike."""
    first, _, rest = label.strip().partition(" ")
    return first.casefold().rstrip(":") if rest and first[:1].isalpha() else ""


def _repeated(part: Callable[[str], str], rows: Collection[Row]) -> list[str]:
    """What several labels have for a part, those of most labels first."""
    counts: dict[str, int] = {}
    for row in rows:
        said = part(row.label)
        if said:
            counts[said] = counts.get(said, 0) + 1
    return sorted((said for said, count in counts.items() if count > 1), key=lambda said: -counts[said])


def _chance_of_fit(rows: Sequence[Row], marked: Collection[int], tolerance: Vector) -> float | None:
    """How likely rows of no relation come to no more than the unmarked row above them; None where marked rows stand
    below none, come to more, or mostly make it up.
    """
    runs: list[tuple[Vector, list[Vector]]] = []
    whole: Vector | None = None
    base = min((row.indent for row in rows), default=0)
    is_open = False
    for row in rows:
        if row.amounts is None:
            # What heads parts is marked as they are, or it would end what stands above.
            whole = whole if row.indent > base or _begins_small(row.label) else None
            is_open = False if whole is None else is_open
        elif row.row not in marked:
            whole, is_open = row.amounts, False
        elif whole is None:
            return None
        elif is_open:
            runs[-1][1].append(row.amounts)
        else:
            runs.append((whole, [row.amounts]))
            is_open = True
    likely, made = 1.0, 0
    for above, parts in runs:
        said = [sum(column) for column in zip(*parts, strict=True)]
        slack = [t * (len(parts) + 1) for t in tolerance]
        if any(abs(a) > abs(b) + t for a, b, t in zip(said, above, slack, strict=True)):
            return None
        if any(a * b < 0 for part in parts for a, b in zip(part, above, strict=True)):
            return None
        made += all(abs(a - b) <= t for a, b, t in zip(said, above, slack, strict=True))
        share = max((abs(a / b) for a, b in zip(said, above, strict=True) if b), default=1.0)
        # Of amounts that spread as those of budgets do, one is so small a share of another this often.
        likely *= max(share / (1 + share), _SMALLEST) ** min(len(parts), _RUN) if any(said) else 1.0
    return None if not runs or 2 * made > len(runs) else likely


_RUN: Final = 20
_SMALLEST: Final = 0.1


def told_by_totals(stated: Sequence[Row], marked: Collection[int], tolerance: Vector) -> str:
    """Whether rows below, or above, that state what all others come to count the marked rows: "lines" where they do,
    "parts" where they do not, "" where no row states either.
    """
    verdicts = {_told(order, marked, tolerance) for order in (stated, stated[::-1])}
    return "lines" if "lines" in verdicts else "parts" if "parts" in verdicts else ""


def _told(stated: Sequence[Row], marked: Collection[int], tolerance: Vector) -> str:
    width = len(tolerance)
    own, every, count, parts = [0] * width, [0] * width, 0, 0
    verdict = ""
    for row in stated:
        amounts = row.amounts or ()
        if row.row not in marked and count > 1:
            slack = [t * (count + 1) for t in tolerance]
            if parts and _near(every, amounts, slack):
                return "lines"
            if _near(own, amounts, slack) and any(amounts):
                verdict = "parts" if parts else verdict
                own, every, count, parts = [0] * width, [0] * width, 0, 0
                continue
        if row.row in marked:
            # Those of which the row that they take apart is summed already tell nothing of this sum.
            parts += count > parts
        else:
            own = [a + b for a, b in zip(own, amounts, strict=True)]
        every = [a + b for a, b in zip(every, amounts, strict=True)]
        count += 1
    return verdict


def _near(said: Sequence[int], amounts: Vector, slack: Sequence[int]) -> bool:
    return all(abs(a - b) <= t for a, b, t in zip(said, amounts, slack, strict=True))
