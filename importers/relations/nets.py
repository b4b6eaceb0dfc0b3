"""Finds what is left of one section of a statement after another: a surplus, a gap, a net, whatever it is called.

A row that states in every column what one section comes to less another says more than its own figure: the money of
the two runs in opposite directions, and neither is ever added to the other. No word is needed for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Final

from importers.evidence.weights import CHANCE
from importers.relations.chance import Chance
from importers.relations.sums import Entry, Sums, Vector

_SECTIONS: Final = 7
"""No more sections of a statement are set against each other at once."""

_ROWS: Final = 600


@dataclass(frozen=True)
class Net:
    """Sections of a statement whose money runs in opposite directions.

    Attributes:
        rows: the rows that state what is left, in order.
        one: the sections that run one way.
        other: those that run the other way: taken off, or written below nought throughout.
    """

    rows: tuple[Entry, ...]
    one: tuple[Entry, ...]
    other: tuple[Entry, ...]


def find_nets(sums: Sums, set_aside: Sequence[Entry], named: Collection[int] = ()) -> list[Net]:
    """The nets of a table, those that share a section joined.

    Args:
        sums: what its totals were found to be.
        named: rows whose own words make a section of them, though they sum no others.
        set_aside: rows that their words set aside as results before sums were looked for.
    """
    sections, mixed = _sections(sums)
    sections += [e for e in sums.top if e.row in named and not e.is_total and not e.memo and any(e.amounts)]
    if len(sections) < 2 or sum(1 for _ in sums.lines()) > _ROWS:
        return []
    chance = Chance([entry.amounts for entry in (*sums.lines(), *sections)])
    stated = [e for e in sums.top if not e.is_total and any(e.amounts)] + list(set_aside)
    found: list[tuple[Entry, dict[int, int]]] = [
        (net, {id(member): _direction(member) for member in members}) for net, members in mixed
    ]
    items: list[tuple[Entry, dict[int, int]]] = [(section, {id(section): _direction(section)}) for section in sections]
    for row in sorted(stated, key=lambda entry: entry.row):
        before = [item for item in items if item[0].row < row.row] or [item for item in items if item[0] is not row]
        signs = _signs_again(row.amounts, found) or _signs(
            row.amounts, sorted(before, key=lambda item: item[0].row), chance
        )
        if signs and len(set(signs.values())) > 1:
            found.append((row, signs))
            items = [*(item for item in items if item[0] is not row), (row, signs)]
    return _join(found, sections)


def _direction(section: Entry) -> int:
    """1, or -1 for what is written below nought throughout."""
    return -1 if max(section.amounts) <= 0 else 1


def _signs_again(wanted: Vector, found: Sequence[tuple[Entry, dict[int, int]]]) -> dict[int, int]:
    """Those of a net that a row states again, or of which it states the change from column to column."""
    for net, signs in found:
        steps = (net.amounts[0], *(b - a for a, b in pairwise(net.amounts)))
        if wanted == net.amounts or (len(wanted) > 2 and wanted[1:] == steps[1:]):
            return signs
    return {}


def _sections(sums: Sums) -> tuple[list[Entry], list[tuple[Entry, list[Entry]]]]:
    """The outermost totals of a table, and those that only put a section above nought beside one below nought."""
    sections: list[Entry] = []
    mixed: list[tuple[Entry, list[Entry]]] = []

    def look(entry: Entry) -> None:
        members = [member for member in entry.members if member.is_total and any(member.amounts)]
        below = [member for member in members if max(member.amounts) <= 0]
        above = [member for member in members if min(member.amounts) >= 0]
        if below and above and len(below) + len(above) == len(members) and not entry.worded:
            mixed.append((entry, members))
            sections.extend(members)
        elif any(_is_mixed(member) for member in members) and not entry.worded:
            for member in members:
                look(member)
        else:
            sections.append(entry)

    for entry in sums.top:
        if entry.is_total and entry.exact and not entry.of_which and any(entry.amounts):
            look(entry)
    return sections, mixed


def _is_mixed(entry: Entry) -> bool:
    if entry.worded:
        # What calls itself a total sums all of it, whatever its signs.
        return False
    members = [member for member in entry.members if member.is_total and any(member.amounts)]
    return any(max(m.amounts) <= 0 for m in members) and any(min(m.amounts) >= 0 for m in members)


def _signs(wanted: Vector, items: Sequence[tuple[Entry, dict[int, int]]], chance: Chance) -> dict[int, int]:
    """How the sections are added or taken off to come to a row, each once: those right before it, as few as do. Empty
    where none come to it, or chance makes that.
    """
    tried = 0
    for size in range(2, min(len(items), _SECTIONS) + 1):
        run = items[-size:]
        for signs in product((1, -1), repeat=size):
            tried += 1
            said = [
                sum(sign * e.amounts[c] for sign, (e, _) in zip(signs, run, strict=True)) for c in range(len(wanted))
            ]
            if tuple(said) != wanted or chance.expected(wanted, 2 * tried) >= CHANCE * 10:
                continue
            merged: dict[int, int] = {}
            for sign, (_, own) in zip(signs, run, strict=True):
                for section, direction in own.items():
                    if section in merged:
                        break
                    merged[section] = sign * direction
                else:
                    continue
                break
            else:
                return merged
    return {}


def _join(found: Sequence[tuple[Entry, dict[int, int]]], sections: Sequence[Entry]) -> list[Net]:
    """Nets that share a section, as one; none of those that contradict each other."""
    groups: list[tuple[list[Entry], dict[int, int]]] = []
    for row, signs in found:
        rows, merged = [row], dict(signs)
        kept = []
        for other_rows, other in groups:
            shared = [section for section in other if section in merged]
            if not shared:
                kept.append((other_rows, other))
                continue
            turn = other[shared[0]] * merged[shared[0]]
            if any(other[section] * merged[section] != turn for section in shared):
                kept.append((other_rows, other))
                continue
            merged |= {section: turn * sign for section, sign in other.items()}
            rows = other_rows + rows
        groups = [*kept, (rows, merged)]
    by_id = {id(section): section for section in sections}
    nets = []
    for rows, signs in groups:
        one_way = tuple(by_id[section] for section, sign in signs.items() if sign > 0 and section in by_id)
        other_way = tuple(by_id[section] for section, sign in signs.items() if sign < 0 and section in by_id)
        if one_way and other_way:
            nets.append(Net(tuple(sorted(rows, key=lambda entry: entry.row)), one_way, other_way))
    return nets
