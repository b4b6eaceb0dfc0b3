"""Covers a statement from the top down: lines, totals of the rows right before them, and results, which state what some
of the rows before them come to less others.

A profit and loss account writes what it receives and what it spends without signs, and no word need tell the two apart:
that row 8 is 1 + 2 - 3 - 4 says it. One such row may be chance; that every row of a statement is in one is none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, islice
from operator import sub
from random import Random
from typing import Final

from importers.relations.chance import Chance
from importers.relations.sums import Entry, Net, Row, Sums, Vector
from importers.relations.tiling import BELIEVED
from importers.words import row_words

_ROWS: Final = 200
_KEPT: Final = 24
_ALONG: Final = 40
"""A total or a result is made of no more of the rows before it than this."""

_ANY_SIGNS: Final = 6
"""Of so many rows at most each may be added or taken off; of more, all up to one of them and none after it."""

_HALF_OF_SIGNS: Final = _ANY_SIGNS // 2

_LEFT: Final = 0.05
"""No more than this share of the rows, or one, stands in no group above the last result."""

_TELLING: Final = 1e-3
_TELLING_NAMED: Final = 0.05
"""A row is a result where chance makes fewer than so many like it: more where its words say what it is."""

_CLOSING: Final = 1e-2
"""A row at the end that is called what is left, and is, of all others: where chance makes fewer such."""

_BELOW: Final = 0.4
"""Below the last result, where balances stand, are no more of the rows than this share."""


@dataclass(frozen=True)
class Statement:
    """What a statement is made of.

    Attributes:
        entries: its sections by row, totals with what they sum, and its results, as memo entries.
        under: the rows that stand under the totals.
        results: the rows that state what some sections leave of others.
        one: the sections that its results add, by row.
        other: those that its results take off.
        expected: how many such statements chance would make.
    """

    entries: dict[int, Entry]
    under: set[int]
    results: tuple[int, ...]
    one: tuple[int, ...]
    other: tuple[int, ...]
    expected: float

    def without(self, rows: Collection[int]) -> Statement:
        """The same with some rows as memo entries, whatever they are made of or make."""
        for entry in self.entries.values():
            for each in _every(entry):
                each.memo = each.of_which = each.memo or each.row in rows
        one, other = (tuple(row for row in each if row not in rows) for each in (self.one, self.other))
        return replace(self, one=one, other=other)

    def net(self, sums: Sums) -> Net:
        """Its results and sections as entries of what the table was found to be."""
        entries = self.entries | {entry.row: entry for entry in sums.top}
        rows, one, other = (tuple(entries[row] for row in each) for each in (self.results, self.one, self.other))
        return Net(rows, one, other)


@dataclass(frozen=True)
class _Node:
    """A row with what it sums; `key` stands for its amounts, in all columns at once."""

    row: Row
    amounts: Vector
    key: int
    children: tuple[tuple[_Node, int], ...] = ()
    is_result: bool = False


@dataclass(frozen=True)
class _Nodes:
    last: _Node
    before: _Nodes | None


@dataclass(frozen=True)
class _Covering:
    """Groups and rows, with the keys of the last `_ALONG` of them, the last first."""

    nodes: _Nodes | None = None
    keys: tuple[int, ...] = ()
    log_expected: float = 0.0

    def with_line(self, leaf: _Node) -> _Covering:
        """The covering with a further row, which sums nothing."""
        return _Covering(_Nodes(leaf, self.nodes), (leaf.key, *self.keys[: _ALONG - 1]), self.log_expected)

    def with_group(self, node: _Node, before: _Nodes | None, likely: float) -> _Covering:
        """The covering with a further group after those that it does not take in."""
        nodes = _Nodes(node, before)
        keys = tuple(each.key for each in islice(_nodes(nodes), _ALONG))
        return _Covering(nodes, keys, self.log_expected + math.log(max(likely, 1e-300)))


def find_statement(rows: Sequence[Row], named: Collection[int] = ()) -> Statement | None:
    """What a table is made of, where results take sections off others; None where it has none, where rows are left, or
    where chance could make them.

    Args:
        rows: a table's body, in order, with the rows that state what is left.
        named: rows whose words say that they are received or spent, or what is left. One line less others may as well
            be a whole above its parts, the last of which seems to be left of it.
    """
    stated = [(row, row.amounts) for row in rows if row.amounts is not None and any(row.amounts)]
    if not 3 <= len(stated) <= _ROWS:
        return None
    chance = Chance([amounts for _, amounts in stated])
    random = Random(1)
    weights = [random.randrange(1, 1 << 61) for _ in stated[0][1]]
    leaves = [
        _Node(row, amounts, sum(weight * amount for weight, amount in zip(weights, amounts, strict=True)))
        for row, amounts in stated
    ]
    # Totals stand below what they sum throughout, or above it.
    kept = [covering for above in (False, True) for covering in _coverings(leaves, chance, named, above=above)]
    read = [(_read(list(_nodes(covering.nodes))[::-1]), covering) for covering in kept]
    (statement, left), best = min(read, key=lambda each: (each[0][1], each[1].log_expected))
    if not statement.one or not statement.other or left > max(1, _LEFT * len(stated)):
        return None
    is_named = set(statement.results) <= set(named)
    # Of what words call what is left, all that stands below is asked about, however much of it there is.
    if not is_named and sum(row.row > max(statement.results) for row, _ in stated) > _BELOW * len(stated):
        return None
    expected = math.exp(max(best.log_expected, -700.0))
    # A last row that its words call what is left, of all rows before it, is so by fewer digits.
    closes = is_named and stated[-1][0].row in statement.results
    believed = _CLOSING if closes and not left else BELIEVED
    return replace(statement, expected=expected) if expected < believed else None


def _coverings(leaves: Sequence[_Node], chance: Chance, named: Collection[int], *, above: bool) -> list[_Covering]:
    """The likeliest ways to cover a statement, its totals above or below what they sum."""
    kept = [_Covering()]
    for leaf in leaves:
        further = [each for covering in kept for each in _with(covering, leaf, chance, named, above=above)]
        further.sort(key=lambda each: each.log_expected)
        kept = further[:_KEPT]
    return kept


def _nodes(rest: _Nodes | None) -> Iterator[_Node]:
    """Groups and rows, the last first."""
    while rest is not None:
        yield rest.last
        rest = rest.before


def _with(
    covering: _Covering, leaf: _Node, chance: Chance, named: Collection[int], *, above: bool
) -> Iterator[_Covering]:
    """The coverings that a further row makes: as a line, as the total of the last few, or as their result."""
    yield covering.with_line(leaf)
    if not _may_come_to(leaf.key, covering.keys):
        return
    last: list[_Node] = []
    signed = _Signed(leaf.key)
    rest = covering.nodes
    tried = 0
    goes_on = False
    while rest is not None and len(last) < _ALONG:
        last.append(rest.last)
        goes_on = goes_on or rest.last.is_result
        rest = rest.before
        tried += 2 * len(last) + (2 ** len(last) if len(last) <= _ANY_SIGNS else 0)
        signs = signed.with_one_more(last[-1].key)
        if above and not goes_on and rest is not None and signed.whole + leaf.key == rest.last.key:
            whole = _whole_above(rest.last, leaf, last)
            if whole is not None:
                yield covering.with_group(whole, rest.before, min(1.0, chance.expected(whole.amounts, tried)))
        if not signs:
            continue
        is_result = goes_on or -1 in signs
        if not is_result and (above or (len(last) == 1 and last[0].children)):
            continue
        if -1 in signs and (_cancel_out(last, signs) or _may_be_parts(leaf, last, signs, named)):
            continue
        # The total of a section of one line, and a result that is told again, say nothing.
        likely = min(1.0, chance.expected(leaf.amounts, tried)) if len(last) > 1 else 1.0
        is_named = leaf.row.row in named
        doubtful = likely > (_TELLING_NAMED if is_named else _TELLING)
        if -1 in signs and (doubtful or (row_words.says_total(leaf.row.label) and not is_named)):
            continue
        children = tuple(zip(last, signs, strict=True))
        yield covering.with_group(replace(leaf, children=children, is_result=is_result), rest, likely)


def _cancel_out(last: Sequence[_Node], signs: Sequence[int]) -> bool:
    """Whether rows that are added and taken off state the same but for one, which any row that repeats it comes to."""
    ways = Counter[int]()
    for node, sign in zip(last, signs, strict=True):
        ways[node.key] += sign
    return sum(map(abs, ways.values())) <= 1


def _may_be_parts(leaf: _Node, last: Sequence[_Node], signs: Sequence[int], named: Collection[int]) -> bool:
    """Whether a row that seems to be left of one line may be the last of its parts."""
    added = [node for node, sign in zip(last, signs, strict=True) if sign > 0]
    taken = [node for node, sign in zip(last, signs, strict=True) if sign < 0]
    if len(added) != 1 or min(leaf.amounts) < 0 or (added[0].children and any(node.children for node in taken)):
        return False
    return leaf.row.row not in named and added[0].row.row not in named


def _whole_above(before: _Node, leaf: _Node, last: Sequence[_Node]) -> _Node | None:
    """The line before the last few rows as their whole, and that of a further row; None where it is one already."""
    return None if before.children else replace(before, children=((leaf, 1), *((node, 1) for node in last)))


@lru_cache(maxsize=1 << 13)
def _may_come_to(wanted: int, keys: tuple[int, ...]) -> bool:
    """Whether some of the last rows may come to an amount as `_Signed` adds and takes them off, or with it to the row
    before them. Most come to none, and are looked at no further; the same rows are asked about again whichever way
    totals stand, and for each option of a question.
    """
    wholes = list(accumulate(keys))
    if wanted in wholes or wanted in map(sub, keys[1:], wholes):
        return True
    doubled = {2 * whole for whole in wholes}
    if not all(doubled.isdisjoint([whole + each for whole in wholes]) for each in (wanted, -wanted)):
        return True
    if len(keys) < _HALF_OF_SIGNS:
        return False
    first, left = set(_signed_sums(keys[:_HALF_OF_SIGNS])), [wanted]
    for key in keys[_HALF_OF_SIGNS:_ANY_SIGNS]:
        if not first.isdisjoint(left):
            return True
        left = [*[each + key for each in left], *[each - key for each in left]]
    return not first.isdisjoint(left)


def _signed_sums(keys: Sequence[int]) -> list[int]:
    """What rows come to, each added or taken off; the places tell which, one digit in two for each."""
    sums = [0]
    for key in keys:
        sums = [*[each + key for each in sums], *[each - key for each in sums]]
    return sums


class _Signed:
    """How rows, one more each time, are added or taken off to come to an amount."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.whole = 0
        self.count = 0
        # How many of the first rows come to half of an amount.
        self.halves = {0: 0}
        self.keys: list[int] = []

    def with_one_more(self, key: int) -> tuple[int, ...]:
        """The signs of the rows so far and one more, in their order; none where they do not come to it."""
        self.halves.setdefault(2 * self.whole, self.count)
        self.count += 1
        self.whole += key
        if self.count <= _ANY_SIGNS:
            self.keys.append(key)
        if self.whole == self.wanted:
            return (1,) * self.count
        for sign in (-1, 1):
            # Those up to one are taken off and the others added, or the other way round.
            first = self.halves.get(self.whole + sign * self.wanted, 0)
            if first:
                return (*((sign,) * first), *((-sign,) * (self.count - first)))
        every = _signed_sums(self.keys) if 2 < self.count <= _ANY_SIGNS else []
        if self.wanted in every:
            place = every.index(self.wanted)
            return tuple(-1 if place >> n & 1 else 1 for n in range(self.count))
        return ()


def _read(nodes: Sequence[_Node]) -> tuple[Statement, int]:
    """What a covering says, and how many of its rows stand in no group."""
    ways: dict[int, tuple[_Node, int]] = {}
    results: list[_Node] = []
    for node in nodes:
        own: dict[int, tuple[_Node, int]] = {}
        _tell_ways(node, 1, own, results)
        parts = [each for each, _ in own.values()] or [each for each, _ in node.children]
        if ways and parts and all(not each.children and _is_told_again(each, ways) for each in parts):
            # The whole of each side, told once more at the end, and what is left.
            results += parts if node in results else [node, *parts]
        else:
            ways |= own
    alone = [node for node in nodes if not node.children]
    totals = [node for node in nodes if node.children and node not in results]
    entries = {node.row.row: _entry(node) for node in [*totals, *(node for node, _ in ways.values())]}
    for node in [each for each in alone if _is_told_again(each, ways)]:
        alone.remove(node)
        results.append(node)
    for node in results:
        entries[node.row.row] = Entry(node.row.row, node.row.label, node.amounts, memo=True, of_which=True)
    under = {line.row for entry in entries.values() for line in _every(entry)} - set(entries)
    first = min((node.row.row for node in results), default=0)
    # A balance below what is left goes on from it, and is neither received nor spent.
    moved = {r for r, (node, _) in ways.items() if r > first and row_words.says_stock(node.row.label)}
    one_way = tuple(sorted(row for row, (_, way) in ways.items() if way > 0 and row not in moved))
    other_way = tuple(sorted(row for row, (_, way) in ways.items() if way < 0 and row not in moved))
    told = Statement(entries, under, tuple(sorted(node.row.row for node in results)), one_way, other_way, 0.0)
    last = max((node.row.row for node in results), default=-1)
    return told, sum(node.row.row < last for node in alone)


def _tell_ways(node: _Node, way: int, ways: dict[int, tuple[_Node, int]], results: list[_Node]) -> None:
    """Which way the sections run that a result is made of, those of the results among them too."""
    if not node.is_result:
        return
    results.append(node)
    for child, sign in node.children:
        if child.is_result:
            _tell_ways(child, way * sign, ways, results)
        else:
            ways[child.row.row] = child, way * sign


def _is_told_again(node: _Node, ways: Mapping[int, tuple[_Node, int]]) -> bool:
    """Whether a row states what all sections that run one way come to, with whatever sign."""
    sides = (tuple(each.amounts for each, own in ways.values() if own == way) for way in (1, -1))
    wholes = [tuple(map(sum, zip(*side, strict=True))) for side in sides]
    return node.amounts in wholes or tuple(-amount for amount in node.amounts) in wholes


def _entry(node: _Node) -> Entry:
    members = sorted((_entry(child) for child, _ in node.children), key=lambda each: each.row)
    return Entry(node.row.row, node.row.label, node.amounts, is_total=bool(members), members=members)


def _every(entry: Entry) -> Iterator[Entry]:
    yield entry
    for member in entry.members:
        yield from _every(member)
