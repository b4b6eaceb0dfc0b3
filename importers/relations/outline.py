"""Tells totals by how far labels are set in, or by codes: a row over rows that are set in further, or whose codes go on
from its own, and that make it up, is their total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from importers.relations.sums import Entry, Row, Vector
from importers.words import row_words

_AGREEING = 0.6
"""From this share of parents that their children make up on, indents are taken for an outline of totals."""


_PARENTS_SURE = 3
_AGREEING_SURE = 0.8
"""From so many parents and this share of them on, a parent that differs is a total all the same."""


@dataclass
class _Node:
    """A row with the rows that are set in below it; its sum is what it states or, for a heading, what they make. It is
    called a total where others like it are ones.
    """

    row: Row
    children: list[_Node] = field(default_factory=list)
    called: bool = False

    def stated(self, width: int) -> Vector:
        if self.row.amounts is not None:
            return self.row.amounts
        return _sum([child.stated(width) for child in self.children], width)


def find_outline(rows: Sequence[Row], tolerance: Vector) -> tuple[dict[int, Entry], set[int]]:
    """The totals that indents tell: the outermost ones by row, and all rows that stand under them.

    Args:
        rows: a table's body, in order, with by how much each label is set in.
        tolerance: for each column by how much rounding may keep each amount from its true one, in minor units.
    """
    if not any(row.indent for row in rows):
        return {}, set()
    # What says itself that it is part of another line takes that line apart and makes no total of it.
    again = _parts_told_again(rows, tolerance)
    plain = [row for row in rows if not row.takes_apart and row.row not in again]
    # Parents stand before their children, or after them, where neither words nor headings tell which.
    stated = [row for row in plain if row.amounts is not None]
    worded = any(row_words.says_total(row.label) for row in stated[:-1])
    for order in (plain,) if worded else (plain, stated[::-1]):
        roots = _tree(order)
        for root in roots:
            _put_restated_above(root, tolerance)
        verdicts = [verdict for root in roots for verdict in _verdicts(root, tolerance)]
        if verdicts and sum(verdicts) >= _AGREEING * len(verdicts):
            break
    else:
        return {}, set()
    found: dict[int, Entry] = {}
    under: set[int] = set()
    if sum(verdicts) >= max(_PARENTS_SURE, _AGREEING_SURE * len(verdicts)):
        # Nearly every parent sums what stands under it: one that does not is a total that differs.
        for root in roots:
            _call_parents_totals(root)
    for root in roots:
        _collect(root, tolerance, found, under)
    return found, under


def _parts_told_again(rows: Sequence[Row], tolerance: Vector) -> set[int]:
    """The rows under an "of which" right below a total of the rows above it: they take it apart once more."""
    found: set[int] = set()
    run: list[Vector] = []
    is_sum = under = False
    for row in rows:
        if row.amounts is None:
            under = is_sum and row_words.says_of_which(row.label)
            run, is_sum = [], False
        elif under:
            found.add(row.row)
        else:
            sums = _sum(run, len(tolerance))
            allowed = len(run) + 1
            is_sum = len(run) > 1 and all(
                abs(a - b) <= t * allowed for a, b, t in zip(row.amounts, sums, tolerance, strict=True)
            )
            run = [] if is_sum else [*run, row.amounts]
    return found


def _put_restated_above(node: _Node, tolerance: Vector) -> None:
    """Where the first of the rows under one states it again, and the others make it up, these stand under that one."""
    first, *others = node.children or [node]
    restates = others and node.row.amounts is not None and first.row.amounts == node.row.amounts
    if restates and not first.children and all(_agreeing(_Node(node.row, others), tolerance)):
        node.children, first.children = [first], others
    for child in node.children:
        _put_restated_above(child, tolerance)


def _call_parents_totals(node: _Node) -> None:
    node.called = bool(node.children) and node.row.amounts is not None and any(node.row.amounts)
    for child in node.children:
        _call_parents_totals(child)


Path = tuple[str, ...]
"""A code, step by step from the outermost: ("1", "12", "120"), or the letters of "120"."""

_PARENTS = 2
"""So many rows at least are made up by those whose codes go on from theirs, before codes are taken for an outline."""


def find_code_outline(
    rows: Sequence[Row], paths: Mapping[int, Path], tolerance: Vector
) -> tuple[dict[int, Entry], set[int]]:
    """The totals that codes tell, wherever their parts stand: the outermost ones by row, and all rows under them.

    A row whose code others go on from, and which they do not make up, is a total that differs: once codes are an
    outline, its money stands in them again.

    Args:
        rows: a table's body.
        paths: the code of each row that has one, by row.
        tolerance: as of `find_outline`.
    """
    nodes = {paths[row.row]: _Node(row) for row in rows if row.amounts is not None and row.row in paths}
    roots: list[_Node] = []
    for path, node in nodes.items():
        above = next((nodes[path[:end]] for end in range(len(path) - 1, 0, -1) if path[:end] in nodes), None)
        (above.children if above is not None else roots).append(node)
    roots = [each for root in roots for each in _with_neighbours_apart(root, tolerance)]
    verdicts = [verdict for root in roots for verdict in _verdicts(root, tolerance)]
    if sum(verdicts) < _PARENTS or sum(verdicts) < _AGREEING * len(verdicts):
        return {}, set()
    found: dict[int, Entry] = {}
    under: set[int] = set()
    for root in roots:
        if root.children:
            found[root.row.row] = _entry_by_code(root, tolerance)
            under |= {each.row.row for child in root.children for each in _every(child)}
    return found, under


def _with_neighbours_apart(node: _Node, tolerance: Vector) -> list[_Node]:
    """A row with those whose codes go on from its own, and beside it those of them that stand over rows of their own
    where it adds up without them: chapter 731 beside chapter 73. So do those above it where it adds up with those below
    it, or the other way round. Where it adds up with rows whose codes go on from one of them that they do not make up,
    these stand beside that one: 0712144 beside 0712100, which is filled up by zeros.
    """
    apart = [each for child in node.children for each in _with_neighbours_apart(child, tolerance)]
    node.children = apart
    level = [each for child in apart for each in _without_false_parent(child, tolerance)]
    if len(level) > len(apart) and not _is_sum(node, tolerance) and _is_sum(_Node(node.row, level), tolerance):
        node.children = level
        return [node]
    over = [child for child in node.children if child.children]
    own = [child for child in node.children if not child.children]
    if over and own and not _is_sum(node, tolerance) and _is_sum(_Node(node.row, own), tolerance):
        node.children = own
        return [node, *over]
    for side in _sides(node) if not _is_sum(node, tolerance) else ():
        if _is_sum(_Node(node.row, side), tolerance):
            others = [child for child in node.children if child not in side]
            node.children = side
            return [node, *others]
    return [node]


def _sides(node: _Node) -> list[list[_Node]]:
    """What stands under a row by its code, below it and above it in the table; none where all of it is on one side."""
    below = [child for child in node.children if child.row.row > node.row.row]
    above = [child for child in node.children if child.row.row < node.row.row]
    return [below, above] if below and above else []


def _without_false_parent(node: _Node, tolerance: Vector) -> list[_Node]:
    """A row and those whose codes go on from its own beside one another, where these do not make it up."""
    return [node] if not node.children or _is_sum(node, tolerance) else [_Node(node.row), *node.children]


def _entry_by_code(node: _Node, tolerance: Vector) -> Entry:
    amounts = node.row.amounts or (0,) * len(tolerance)
    if not node.children:
        return Entry(node.row.row, node.row.label, amounts)
    exact = _is_sum(node, tolerance) or not any(amounts)
    total = Entry(node.row.row, node.row.label, amounts, is_total=True, exact=exact)
    total.members = [_entry_by_code(child, tolerance) for child in node.children]
    return total


def _tree(rows: Sequence[Row]) -> list[_Node]:
    roots: list[_Node] = []
    path: list[_Node] = []
    for row in rows:
        while path and path[-1].row.indent >= row.indent:
            path.pop()
        node = _Node(row)
        (path[-1].children if path else roots).append(node)
        path.append(node)
    return roots


def _sum(vectors: Sequence[Vector], width: int) -> Vector:
    return tuple(sum(column) for column in zip(*vectors, strict=True)) if vectors else (0,) * width


def _agreeing(node: _Node, tolerance: Vector) -> list[bool]:
    """For each column in which a row or those under it state something, whether these make it up."""
    if node.row.amounts is None or not node.children or not any(node.row.amounts):
        return [False]
    said = _sum([child.stated(len(tolerance)) for child in node.children], len(tolerance))
    allowed = len(node.children) + 1
    figures = zip(node.row.amounts, said, tolerance, strict=True)
    return [abs(a - b) <= t * allowed for a, b, t in figures if a or b]


def _is_sum(node: _Node, tolerance: Vector) -> bool:
    return all(_agreeing(node, tolerance))


def _is_total(node: _Node, tolerance: Vector) -> bool:
    """Whether a row is meant for the total of those under it: where it stands says so, and one column bears it out. In
    another it may differ, which is told.
    """
    return node.called or any(_agreeing(node, tolerance))


def _verdicts(node: _Node, tolerance: Vector) -> list[bool]:
    """For every row with amounts that has rows under it, whether they make it up."""
    own = [_is_total(node, tolerance)] if node.children and node.row.amounts is not None else []
    return own + [verdict for child in node.children for verdict in _verdicts(child, tolerance)]


def _collect(node: _Node, tolerance: Vector, found: dict[int, Entry], under: set[int]) -> None:
    if _is_total(node, tolerance):
        found[node.row.row] = _entry(node, tolerance)
        under |= {each.row.row for child in node.children for each in _every(child)}
        return
    for child in node.children:
        _collect(child, tolerance, found, under)


def _every(node: _Node) -> list[_Node]:
    return [node, *(each for child in node.children for each in _every(child))]


def _entry(node: _Node, tolerance: Vector) -> Entry:
    """A total with the entries that it sums; the children of headings under it are its own."""
    amounts = node.row.amounts or (0,) * len(tolerance)
    total = Entry(node.row.row, node.row.label, amounts, is_total=True, exact=_is_sum(node, tolerance))
    waiting = list(node.children)
    while waiting:
        child = waiting.pop(0)
        if child.row.amounts is None:
            waiting = [*child.children, *waiting]
        elif _is_total(child, tolerance):
            total.members.append(_entry(child, tolerance))
        else:
            total.members.append(Entry(child.row.row, child.row.label, child.row.amounts))
            waiting = [*child.children, *waiting]
    return total
