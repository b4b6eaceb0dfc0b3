"""Finds what is left of one section of a statement after another: a surplus, a gap, a net, whatever it is called.

A row that states in every column what one section comes to less another says more than its own figure: the money of
the two runs in opposite directions, and neither is ever added to the other. No word is needed for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise, product
from typing import Final

from importers.evidence.weights import CHANCE
from importers.relations.chance import Chance
from importers.relations.sums import Entry, Net, Sums, Vector, packed

_SECTIONS: Final = 7
"""No more sections of a statement are set against each other at once."""

_ROWS: Final = 600


def find_nets(sums: Sums, set_aside: Sequence[Entry], named: Collection[int] = ()) -> list[Net]:
    """The nets of a table, those that share a section joined; sections above zero beside others below it too, where
    no total that calls itself one sums both.

    Args:
        sums: what its totals were found to be. A row that sums a net and others is none of its totals afterwards.
        set_aside: rows that their words set aside as results before sums were looked for.
        named: rows whose own words make a section of them, though they sum no others.
    """
    if sum(1 for _ in sums.lines()) > _ROWS:
        return []
    chance = Chance([entry.amounts for entry in (*sums.lines(), *sums.totals())])
    _part_chains(sums, chance)
    sections, mixed = _sections(sums)
    sections += [e for e in sums.top if e.row in named and not e.is_total and not e.memo and any(e.amounts)]
    sections += _runs(sums, {section.row for section in sections})
    headed = [] if sections else _headed(sums)
    sections += headed
    if len(sections) < 2:
        return []
    stated = [e for e in sums.top if not e.is_total and any(e.amounts)] + list(set_aside)
    found: list[tuple[Sequence[Entry], Signs]] = [
        ([net], {id(member): _direction(member) for member in members}) for net, members in mixed
    ]
    items: list[tuple[Entry, Signs]] = [(section, {id(section): _direction(section)}) for section in sections]
    for row in sorted(stated, key=lambda entry: entry.row):
        before = [item for item in items if item[0].row < row.row] or [item for item in items if item[0] is not row]
        signs = _signs_again(row.amounts, found) or _signs(
            row.amounts, sorted(before, key=lambda item: item[0].row), chance
        )
        if signs and len(set(signs.values())) > 1:
            found.append(([row], signs))
            items = [*(item for item in items if item[0] is not row), (row, signs)]
    apart = {id(section): _direction(section) for section in sections if section.is_total and section not in headed}
    if len(set(apart.values())) > 1 and not any(apart.keys() & signs.keys() for _, signs in found):
        found.append(([], apart))
    return _join(found, sections)


Signs = dict[int, int]
"""Which way sections run, 1 or -1, by their identity."""


def _runs(sums: Sums, known: Collection[int]) -> list[Entry]:
    """Two or more lines in a row that follow a total and stand in none, as one section that no row totals."""
    runs: list[list[Entry]] = []
    is_open = False
    for entry in sums.top:
        if entry.is_total:
            runs.append([])
            is_open = True
        elif is_open and entry.row not in known and not entry.memo and any(entry.amounts):
            runs[-1].append(entry)
        elif entry.row in known or (entry.memo and any(entry.amounts)):
            is_open = False
    return [_joined(run) for run in runs if len(run) > 1]


def _headed(sums: Sums) -> list[Entry]:
    """The lines under each of several headings that no row totals, the last one of the table left out: it may state
    what one section leaves of another.
    """
    by_heading: dict[tuple[str, ...], list[Entry]] = {}
    lines = [entry for entry in sums.top if not entry.memo and any(entry.amounts)]
    for entry in lines[:-1]:
        by_heading.setdefault(sums.headings.get(entry.row, ()), []).append(entry)
    if len(by_heading) < 2 or () in by_heading or any(len(run) < 2 for run in by_heading.values()):
        return []
    return [_joined(run) for run in by_heading.values()]


def _joined(lines: Sequence[Entry]) -> Entry:
    amounts = tuple(sum(column) for column in zip(*(line.amounts for line in lines), strict=True))
    return Entry(lines[-1].row, lines[0].label, amounts, is_total=True, members=list(lines))


def _part_chains(sums: Sums, chance: Chance) -> None:
    """Takes apart what was found to sum a net and further rows, or rows below a net that only state it in parts: such a
    total states what is left, itself.
    """
    for place, total in enumerate(sums.top):
        before = [(e, {id(e): _direction(e)}) for e in sums.top[:place] if e.is_total and any(e.amounts)]
        if not total.members or not before:
            continue
        first = total.members[0]
        if not total.worded and not first.is_total and any(first.amounts == section.amounts for section, _ in before):
            # It begins with a whole that is stated again.
            first.memo = first.of_which = True
            _dissolve(sums, place)
            _part_chains(sums, chance)
            return
        if len(before) < 2:
            continue
        nets = [entry for entry in (first, total) if not (entry is first and first.is_total)]
        if total.worded:
            nets.remove(total)
        if any(len(set(_signs(net.amounts, before, chance).values())) > 1 for net in nets):
            _dissolve(sums, place)
            _part_chains(sums, chance)
            return


def _dissolve(sums: Sums, place: int) -> None:
    total = sums.top[place]
    members, total.members, total.is_total = total.members, [], False
    sums.top[place : place + 1] = sorted([*members, total], key=lambda entry: entry.row)


def _direction(section: Entry) -> int:
    """1, or -1 for what is written below zero throughout."""
    return -1 if max(section.amounts) <= 0 else 1


def _signs_again(wanted: Vector, found: Sequence[tuple[Sequence[Entry], Signs]]) -> Signs:
    """Those of a net that a row states again, or of which it states the change from column to column."""
    for rows, signs in found:
        for net in rows:
            steps = [b - a for a, b in pairwise(net.amounts)]
            if wanted == net.amounts or (len(wanted) > 2 and list(wanted[1:]) == steps):
                return signs
    return {}


def _sections(sums: Sums) -> tuple[list[Entry], list[tuple[Entry, list[Entry]]]]:
    """The outermost totals of a table, and those that only put a section above zero beside one below zero."""
    sections: list[Entry] = []
    mixed: list[tuple[Entry, list[Entry]]] = []

    def look(entry: Entry) -> None:
        members = [member for member in entry.members if member.is_total and any(member.amounts)]
        below = [member for member in members if max(member.amounts) <= 0]
        above = [member for member in members if min(member.amounts) >= 0]
        lines = [member for member in entry.members if not member.is_total and any(member.amounts)]
        if len(above) == 1 and len(members) == 1 and _all_below(lines) and not entry.worded:
            # What is received stands line by line below what it is taken from.
            taken = _joined(lines)
            mixed.append((entry, [above[0], taken]))
            sections.extend((above[0], taken))
        elif below and above and len(below) + len(above) == len(members) and not entry.worded:
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


def _all_below(lines: Sequence[Entry]) -> bool:
    return len(lines) > 1 and all(max(line.amounts) <= 0 for line in lines)


def _is_mixed(entry: Entry) -> bool:
    if entry.worded:
        # What calls itself a total sums all of it, whatever its signs.
        return False
    members = [member for member in entry.members if member.is_total and any(member.amounts)]
    return any(max(m.amounts) <= 0 for m in members) and any(min(m.amounts) >= 0 for m in members)


def _signs(wanted: Vector, items: Sequence[tuple[Entry, Signs]], chance: Chance) -> Signs:
    """How the sections are added or taken off to come to a row, each once: those right before it, as few as do. Empty
    where none come to it, or chance makes that.
    """
    tried = 0
    whole = packed(wanted)
    amounts = [packed(entry.amounts) for entry, _ in items[-_SECTIONS:]]
    for size in range(2, len(amounts) + 1):
        run = items[-size:]
        sums = [0]
        for amount in amounts[-size:]:
            sums = [said + sign * amount for said in sums for sign in (1, -1)]
        for signs, said in zip(product((1, -1), repeat=size), sums, strict=True):
            tried += 1
            if said != whole or chance.expected(wanted, 2 * tried) >= CHANCE * 10:
                continue
            merged: Signs = {}
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


def _join(found: Sequence[tuple[Sequence[Entry], Signs]], sections: Sequence[Entry]) -> list[Net]:
    """Nets that share a section, as one; none of those that contradict each other."""
    groups: list[tuple[list[Entry], Signs]] = []
    for stating, signs in found:
        rows, merged = list(stating), dict(signs)
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
