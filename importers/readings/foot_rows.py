"""Rows at the foot of a table that may be facts beside it and no lines of it: a highest amount, a population."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

from importers.evidence.choices import Decisions
from importers.readings.facts_at_foot import choose_facts
from importers.readings.table import Table
from importers.relations.sums import Entry
from importers.words import lexicon

_FEWEST: Final = 6
"""Fewer lines above have no usual shape."""

_MOST: Final = 6
_LONGEST: Final = 60
_MEASURES: Final[tuple[lexicon.Meaning, ...]] = ("quantity", "ratio", "rate")


def choose_foot(table: Table, decisions: Decisions, left: AbstractSet[int]) -> frozenset[int]:
    """The last rows of a table, in no total, that stand below its only blank row, fill fewer columns than every line
    above them, or are named as what is counted and not spent, as places in the rows of data: whether they count is a
    choice. So is it of those that state a fact of the lines above them.

    Args:
        left: rows that are known not to count, as places; beside them no others stand apart.
    """
    if left or table.sums is None or table.sums.above:
        return choose_facts(table, decisions, left)
    lines = sorted((e for e in table.sums.top if not e.memo and any(e.amounts)), key=lambda entry: entry.row)
    loose = [entry for entry in lines if not entry.is_total and entry.row not in table.flows]
    count = next((n for n in range(min(_MOST, len(loose)), 0, -1) if _stand_apart(table, lines, loose[-n:])), 0)
    if not count:
        return choose_facts(table, decisions, left)
    foot = loose[-count:]
    cells = table.cells_of([entry.row for entry in foot])
    choice = table.choice(
        "rows",
        ("foot", cells),
        f"{cells} of {table.grid.name!r} ({foot[0].label[:_LONGEST]!r}) stand apart at the foot of the table. Do "
        "they count?",
        (
            ("leave", "Leave them out: they say something beside it"),
            ("count", "Count them: they are lines like the rest"),
        ),
        "leave" if _differ(table, lines[:-count], foot) else "count",
    )
    places = frozenset(table.place_of(entry.row) for entry in foot)
    return places if decisions.take(choice) == "leave" else frozenset()


def _stand_apart(table: Table, lines: Sequence[Entry], foot: Sequence[Entry]) -> bool:
    above = lines[: -len(foot)]
    whole = [line for entry in above for line in entry.lines()]
    if list(lines[-len(foot) :]) != list(foot) or len(whole) < _FEWEST:
        return False
    rows = sorted(line.row for line in whole)
    gaps = [one for one, other in pairwise(rows) if _is_blank_between(table, one, other)]
    # Where blank rows part the lines above too, one more parts nothing else.
    apart = not gaps and _is_blank_between(table, max(rows), foot[0].row)
    return apart or _differ(table, above, foot)


def _differ(table: Table, above: Sequence[Entry], foot: Sequence[Entry]) -> bool:
    """Whether all of some rows fill fewer columns than every line above them, or are named as something counted."""
    fewest = min(_filled(table, line) for entry in above for line in entry.lines())
    named = [any(lexicon.says(meaning, entry.label) for meaning in _MEASURES) for entry in foot]
    # One name may hold such a word by chance, as "Ratio Studios" does.
    return all(_filled(table, entry) < fewest for entry in foot) or (len(foot) > 1 and all(named))


def _filled(table: Table, entry: Entry) -> int:
    """How many columns of amounts a row fills: a zero that is written out fills one."""
    columns = [column.index for column in table.of_role("amount", "total")]
    return int(table.stated[table.place_of(entry.row), columns].sum())


def _is_blank_between(table: Table, one: int, other: int) -> bool:
    return any(not table.grid.filled[row].any() for row in range(one + 1, other))
