"""Tells totals from lines: by arithmetic first, by label second.

The rows of a table are read from top to bottom with the rows not yet summed held open. A row labelled as a total
closes the nearest run of open rows that adds up to it, in every column; the total itself stays open, for a total
above it. A row without such a label that equals the rows before it is kept in doubt until the total around it says
which it was. Tables whose totals stand above what they sum are read from bottom to top in the same way; the direction
that explains more of the table's own totals holds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, islice, permutations, takewhile
from types import MappingProxyType

from importers.evidence.weights import CHANCE
from importers.relations.chance import Chance
from importers.relations.running_sums import RunningSums, matching_groups
from importers.relations.sums import Entry, Heading, Row, Sums, Vector, packed
from importers.relations.told_by_total import ROWS_TOLD, leave_out, nest_by_total
from importers.words import row_words

_DOUBTS_TRIED = 10
_DOUBTS_TRIED_LATER = 2
_TRIES = 200_000
"""After so many combinations of rows in doubt in one table, only the last few are combined."""
_ROWS_SEARCHED = 2_000
_ROWS_ROUNDED = 60
_ROWS_NESTED = 200
_ROWS_BOTH_WAYS = 5_000
_TOTALS_CROSSED = 24
_ROWS_OF_LISTS = 30
_NEAR_IN_A_LIST = 50
_BEGUN = 6
"""From so many places at most a total may sum rows of which some stand for others."""


def find_totals(
    rows: Sequence[Row],
    tolerance: Vector,
    names: Sequence[str],
    outline: tuple[dict[int, Entry], set[int]] | None = None,
) -> Sums:
    """The lines and totals of a table.

    Args:
        rows: the table's body, in order, with amounts in minor units.
        tolerance: for each column, half of the smallest unit that its cells print, in minor units: by so much may
            each rounded member be away from its true amount.
        names: what the table as a whole is called: its title, its body. A total of that name covers the whole.
        outline: totals that are known already, by row, and the rows under them.
    """
    folded = [row_words.fold_label(name) for name in names if name]
    chance = Chance([row.amounts for row in rows if row.amounts is not None])
    outlined = outline if outline is not None and outline[0] else ({}, set())

    def find(rows: Sequence[Row], *, above: bool = False) -> Sums:
        # Each try marks the totals that are known as it finds them, and so has its own.
        known, under = _copied(outlined[0]), outlined[1]
        finder = _Finder(tolerance, folded, chance, above=above)
        sums = finder.find(rows, known, under)
        if finder.suspected < _TOGETHER:
            return sums
        finder = _Finder(tolerance, folded, chance, above=above, together=True)
        return finder.find(rows, _copied(outlined[0]), under)

    below = find(rows)
    for entry in outlined[0].values():
        _head_by_totals(entry, below.headings)
    if len(rows) > _ROWS_BOTH_WAYS:
        return _without_results(below, chance)
    above = find([row for row in reversed(rows) if row.amounts is not None], above=True)
    if _explained(above) <= _explained(below):
        return _without_results(below, chance)
    for entry in above.totals():
        entry.members.sort(key=lambda member: member.row)
    above.headings, above.above = dict(below.headings), True
    for entry in above.top:
        _head_by_totals(entry, above.headings)
    return _without_results(above, chance)


def _copied(entries: Mapping[int, Entry]) -> dict[int, Entry]:
    """Entries by row, each with what it sums, of their own."""

    def copied(entry: Entry) -> Entry:
        return replace(entry, members=[copied(member) for member in entry.members])

    return {row: copied(entry) for row, entry in entries.items()}


def _without_results(sums: Sums, chance: Chance) -> Sums:
    """Sums where a line that only states how far two totals of the table are apart, or adds one line to that, is none:
    what income leaves after spending, whatever it is called. Nor is one that states a total again in several columns.
    """
    totals = [entry.amounts for entry in sums.top if entry.is_total and entry.exact][:_TOTALS_CROSSED]
    lines = [entry for entry in sums.top if not entry.is_total and not entry.memo]
    if not totals or len(lines) > _TOTALS_CROSSED:
        return sums
    apart = {_less(one, other) for one in totals for other in totals if one is not other}
    again = {entry.amounts for entry in sums.totals() if entry.exact and len(entry.members) > 1}
    apart |= again
    ends = {id(each) for each in (sums.top[0], sums.top[-1])}
    for entry in lines:
        if id(entry) in ends and entry.amounts in again and chance.expected(entry.amounts, len(again)) < CHANCE:
            # A total stands above its lines and below them.
            entry.memo = entry.of_which = True
            continue
        telling = len({abs(amount) for amount in entry.amounts if amount > 9 or amount < -9}) > 1
        beside = [each.amounts for each in lines if each is not entry and not each.memo] if len(totals) > 1 else []
        if telling and (entry.amounts in apart or any(_less(entry.amounts, other) in apart for other in beside)):
            entry.memo = entry.of_which = True
    return sums


def _is_taken_off(entry: Entry) -> bool:
    """Whether a line is nowhere above zero, as what is taken off from gross to net is."""
    return not entry.is_total and any(entry.amounts) and max(entry.amounts) <= 0


def _less(one: Vector, other: Vector) -> Vector:
    return tuple(a - b for a, b in zip(one, other, strict=True))


def _head_by_totals(total: Entry, headings: dict[int, tuple[str, ...]]) -> None:
    """Lets totals that stand above what they sum head it, as parents in an outline do."""
    for member in total.members:
        own = headings.get(member.row, ())
        over = headings.get(total.row, ())
        if not row_words.says_total(total.label):
            over = (*over, total.label)
        headings[member.row] = over if len(over) > len(own) else own
        _head_by_totals(member, headings)


def _explained(sums: Sums) -> int:
    """How well sums account for what a table itself calls totals; more is better."""
    totals = list(sums.totals())
    good = sum(2 if entry.worded else 1 for entry in totals if entry.exact)
    return good - sum(not entry.exact for entry in totals) - len(sums.lone_totals)


NOTHING_KNOWN: Mapping[int, Entry] = MappingProxyType({})


_BELIEVED = {-1: 0.5, 0: CHANCE * 10, 1: CHANCE**2}
"""How many rows chance may make before an unlabelled sum is not believed, by whether the row fills fewer, as many or
all of the columns that name rows."""


_TOGETHER = 2
"""So many sums that chance seldom makes, each too likely by itself to be believed, are believed together."""


_SETTLED = 0.02
"""A row in doubt that no total around it settled is one where chance makes fewer than this many of its kind."""


class _Finder:
    def __init__(
        self, tolerance: Vector, names: list[str], chance: Chance, *, above: bool = False, together: bool = False
    ) -> None:
        self.together = together
        self.suspected = 0
        self.tolerance = tolerance
        self.chance = chance
        self.above = above
        self.fills = 0
        self.listed = False
        self.searched = _ROWS_SEARCHED
        self.of_a_list = False
        self.of_which_heading = False
        self.names = names
        self.open: list[Entry] = []
        zero = tuple([0] * len(tolerance))
        self.prefix: list[Vector] = [zero]
        # The same as one number each, and the places at which the running sum was that.
        self.keys = [0]
        self.where: dict[int, list[int]] = {0: [0]}
        self.running = RunningSums(len(tolerance))
        # The places of open totals, lone ones included, with their sums; and those of open rows in doubt.
        self.closed: list[int] = []
        self.closed_running = RunningSums(len(tolerance))
        self.doubted: list[int] = []
        self.headings: list[Heading] = []
        self.lone: dict[int, str] = {}
        self.over: dict[int, tuple[str, ...]] = {}
        self.of_which: list[Entry] = []
        self.restated: tuple[int, Entry] | None = None
        self.waiting: list[Entry] = []
        self.tries = 0
        self.across: list[Entry] = []

    def find(
        self, rows: Sequence[Row], known: Mapping[int, Entry] = NOTHING_KNOWN, under: Collection[int] = ()
    ) -> Sums:
        after_heading = False
        # Long tables are searched near by, or every total would be set beside thousands of rows.
        self.searched = _ROWS_SEARCHED if len(rows) <= _ROWS_BOTH_WAYS else _ROWS_ROUNDED
        self.of_a_list = len(rows) > _ROWS_OF_LISTS
        for row in rows:
            if row.row in under or row.row in known:
                # What an outline told already is one entry, whatever stands under it.
                self._close_of_which()
                self.over[row.row] = tuple(heading.text for heading in self.headings)
                if row.row in known and known[row.row].of_which:
                    self.of_which.append(known[row.row])
                elif row.row in known:
                    self._push(known[row.row])
                    members = known[row.row].members
                    if members and all(member.row < row.row for member in members):
                        self._end_headings(row.label, len(self.open) - 1)
                after_heading = False
                continue
            if row.amounts is None:
                self._close_of_which()
                self.of_which_heading = bool(row_words.OF_WHICH.search(row.label)) and bool(self.open)
                if not self.of_which_heading:
                    self._open_heading(row, after_heading)
                    after_heading = True
                continue
            after_heading = False
            self.over[row.row] = tuple(heading.text for heading in self.headings)
            entry = Entry(row.row, row.label, row.amounts)
            self.fills, self.listed = row.labels, row.listed
            if self.of_which_heading:
                self._take_of_which(entry)
            elif row.takes_apart:
                entry.memo = entry.of_which = True
                self.of_which.append(entry)
            else:
                self._take(entry)
        self._close_of_which()
        self._settle_doubts()
        self._close_lone_totals()
        self._tell_memo()
        self._tell_financing()
        top = sorted(self.open + self.of_which, key=lambda e: e.row)
        return Sums(top, self.lone, self.over, across=self.across)

    def _open_heading(self, row: Row, after_heading: bool) -> None:
        while self.headings and row.indent < self.headings[-1].indent:
            # Set in less than the heading before it, so it stands beside or above that, not under it.
            self.headings.pop()
        unclosed = self.headings and self.headings[-1].opened < len(self.open) and not self.open[-1].is_total
        if unclosed and not after_heading:
            # A new heading after lines that no total closed stands beside the last one, not under it.
            self.headings.pop()
        elif after_heading and self.headings and 0 < row.indent == self.headings[-1].indent:
            self.headings.pop()
        self.headings.append(Heading(row_words.fold_label(row.label), row.label, len(self.open), row.indent))

    def _take(self, entry: Entry) -> None:
        if row_words.says_total(entry.label):
            self._take_labelled(entry)
        else:
            self._take_unlabelled(entry)

    def _take_of_which(self, entry: Entry) -> None:
        """Takes a row under an "of which" heading: part of the row above the heading until it is used up."""
        entry.memo = entry.of_which = True
        self.of_which.append(entry)
        self.waiting.append(entry)
        whole = self.open[-1].amounts
        said = [sum(column) for column in zip(*(each.amounts for each in self.waiting), strict=True)]
        count = len(self.waiting) + 1
        if count > 2 and all(abs(a - b) <= t * count for a, b, t in zip(whole, said, self.tolerance, strict=True)):
            self._close_of_which()

    def _close_of_which(self) -> None:
        self.of_which_heading = False
        self.waiting.clear()

    def _take_labelled(self, entry: Entry) -> None:
        entry.worded = True
        # A total under a heading of its own sums what stands there, though an earlier total happens to be the same.
        headed = self.headings and self.headings[-1].opened == len(self.open)
        start = self._start_with_restated(entry) if headed else None
        start = self._exact_start(entry) if start is None else start
        start = self._start_with_doubts(entry) if start is None else self._settle_first(start)
        if start is None:
            start = self._rounded_start(entry)
            start = None if start is None else self._settle_first(start)
        if start is None:
            start = self._start_with_restated(entry)
        if start is None and self.fills == 1 and self.of_a_list:
            entry.worded = False
            self._push(entry)
            return
        if start is None:
            self._settle_doubts()
            if self._close_open_totals(entry) or self._check_across(entry):
                return
        if start is None and self._close_as_told(entry):
            return
        if start is None:
            start = self._block_start(entry)
            if start is not None and not self._is_plausible(entry, start):
                start = None
            entry.exact = start is None
        if start is None and self._is_made_of_totals(entry):
            # A result: what one total leaves of another.
            entry.worded, entry.exact = False, True
            entry.memo = entry.of_which = True
            self.of_which.append(entry)
        elif start is None and self.listed:
            entry.worded, entry.exact = False, True
            self._push(entry)
        elif start is None:
            self.lone[entry.row] = self.headings[-1].text if self.headings else ""
            entry.worded = entry.is_total = False
            entry.exact = True
            self._push(entry)
        else:
            self._close(entry, start)

    def _take_unlabelled(self, entry: Entry) -> None:
        label = row_words.fold_label(entry.label)
        for heading in reversed(self.headings):
            if heading.label == label and heading.opened < len(self.open):
                if self.keys[-1] - self.keys[heading.opened] == packed(entry.amounts):
                    entry.worded = True
                    self._close(entry, heading.opened)
                    return
                break
        if any(entry.amounts) and self._is_made_of_totals(entry):
            entry.memo = entry.of_which = True
            self.of_which.append(entry)
            self.restated = len(self.open), entry
            return
        if any(entry.amounts):
            start = self._latest(self.keys[-1] - packed(entry.amounts), self._before_two_parts())
            nested = self._start_of_nested(entry) if start is None and self.doubted else None
            start = self._rounded_run(entry) if start is None and nested is None else start
            start = nested if start is None else start
            # The sum of everything so far is one run a row, not one of all that may begin anywhere.
            tried = len(self.prefix) if start == 0 else max(1, len(self.prefix) * (len(self.prefix) - 1) // 2)
            entry.expected = self.chance.expected(entry.amounts, tried)
            entry.believed = entry.expected < _BELIEVED[0 if self.together else self.fills]
            entry.doubtful = len(self.open) - start if start is not None else 0
            self.suspected += bool(entry.doubtful) and not entry.believed and entry.expected < _BELIEVED[0]
        self._push(entry)

    def _start_of_nested(self, entry: Entry) -> int | None:
        """The start of the nearest run that adds up to an unlabelled row once the rows in doubt among it that chance
        hardly makes stand for the rows that they sum: a total of totals that no words tell.
        """
        end = len(self.open)
        near = takewhile(lambda place: end - place <= _ROWS_NESTED, reversed(self.doubted))
        nearest = next((place for place in near if self.open[place].doubtful and self.open[place].believed), None)
        if nearest is None:
            return None
        wanted, place, count = packed(entry.amounts), nearest + 1, end - nearest - 1
        said = self.keys[end] - self.keys[place]
        while place > 0 and count < _ROWS_NESTED:
            last = self.open[place - 1]
            count += 1
            said += self.keys[place] - self.keys[place - 1]
            place -= 1 + (last.doubtful if last.believed else 0)
            if count > 1 and said == wanted:
                return place
        return None

    def _is_made_of_totals(self, entry: Entry) -> bool:
        """Whether a row only states the last total again, or how far two totals are apart."""
        if self.fills == 1:
            return False
        totals = self._last_totals()
        again = bool(totals) and entry.amounts == totals[-1].amounts and self.open[-1] is totals[-1]
        key = packed(entry.amounts)
        apart = any(packed(a.amounts) - packed(b.amounts) == key for a, b in permutations(totals, 2))
        return (again or apart) and self.chance.expected(entry.amounts, 2 * len(totals)) <= CHANCE * 10

    def _last_totals(self) -> list[Entry]:
        """The last three open rows that are totals or in doubt, in order."""
        closed = (place for place in reversed(self.closed) if self.open[place].is_total)
        doubted = (p for p in reversed(self.doubted) if self.open[p].doubtful and self.open[p].believed)
        places = sorted({*islice(closed, 3), *islice(doubted, 3)})
        return [self.open[place] for place in places[-3:]]

    def _rounded_run(self, entry: Entry) -> int | None:
        """The start of the nearest run that adds up to an unlabelled row but for rounding, in three columns or more
        and so closely that chance can hardly do it.
        """
        if not any(self.tolerance) or sum(map(bool, entry.amounts)) < 3:
            return None
        near = self.running.near(entry.amounts, self.tolerance, _ROWS_ROUNDED - 1)
        if not near:
            return None
        allowed = [t * (near[0] + 1) for t in self.tolerance]
        close = sum(abs(a) > 40 * t for a, t in zip(entry.amounts, allowed, strict=True))
        return len(self.open) - near[0] if close >= 3 else None

    def _close_open_totals(self, entry: Entry) -> bool:
        """Closes a labelled total that is the sum of the totals still open, with the lines between them left aside:
        rows such as "less depreciation" that only take the total before them apart.
        """
        near = self.closed_running.near(entry.amounts, self.tolerance)
        if not near:
            return False
        taken = self._pop_to(self.closed[-near[0]])
        aside = [each for each in taken if not self._is_closed(each)]
        for each in aside:
            each.memo = each.of_which = True
        self.of_which += aside
        entry.is_total = True
        entry.members = [each for each in taken if self._is_closed(each)]
        self._push(entry)
        return True

    def _close_as_told(self, entry: Entry) -> bool:
        """Closes a labelled total to which rows add up once parents among them stand for their children, or once one or
        two of them are left out.
        """
        starts = {
            0,
            *(heading.opened for heading in self.headings),
            *(place + 1 for place in self.closed[-_BEGUN - 1 :]),
        }
        begun = sorted((start for start in starts if start < len(self.open)), reverse=True)[:_BEGUN]
        found = nest_by_total(self.open, begun, entry.amounts, self.tolerance)
        if found is not None:
            start, nested = found
            self._pop_to(start)
            for each in nested:
                self._push(each)
            self._close(entry, start)
            return True
        for start in [start for start in begun if len(self.open) - start <= ROWS_TOLD]:
            left = tuple(a - b for a, b in zip(self._sum_from(start), entry.amounts, strict=True))
            aside = leave_out(self.open[start:], left, self.tolerance)
            if aside is not None:
                taken = self._pop_to(start)
                for each in aside:
                    each.aside = True
                for each in [*aside, *(each for each in taken if each not in aside)]:
                    self._push(each)
                self._close(entry, start + len(aside))
                return True
        return False

    def _is_closed(self, entry: Entry) -> bool:
        """Whether an open entry is a total, or a row called one that has nothing to sum."""
        return entry.is_total or entry.row in self.lone

    def _check_across(self, entry: Entry) -> bool:
        """Takes a labelled total for the sum of two or three totals that other totals sum too, such as all current
        and all capital spending: it is checked against them, and their lines stay where they are.
        """
        if sum(map(bool, entry.amounts)) < 2:
            return False
        every = list(islice(self._totals_backwards(), _TOTALS_CROSSED))
        rows = [total.amounts for total in every]
        for size in (2, 3):
            for group in matching_groups(rows, size, entry.amounts, self.tolerance).tolist():
                chosen = [every[place] for place in group]
                if any(any(other in each.members for each in chosen) for other in chosen):
                    continue
                entry.members = sorted(chosen, key=lambda each: each.row)
                if self._close_before_net(entry):
                    return True
                entry.is_total = True
                self.across.append(entry)
                return True
        return False

    def _close_before_net(self, entry: Entry) -> bool:
        """Closes a total that sums open totals and, of those that lead from gross to net, the gross: what is taken off
        between them stands outside it, and the net only takes the gross apart.
        """
        start = len(self.open)
        nets: list[tuple[Entry, Entry, list[Entry]]] = []
        for place in range(len(self.open) - 1, -1, -1):
            each = self.open[place]
            inner = [member for member in each.members if member in entry.members]
            less = [member for member in each.members if member not in inner]
            if each in entry.members:
                start = place
            elif len(inner) == 1 and less and all(_is_taken_off(member) for member in less):
                nets.append((each, inner[0], less))
                start = place
            elif len(nets) + sum(each in entry.members for each in self.open[place:]) == len(entry.members):
                break
            else:
                return False
        if not nets or len(nets) + sum(each in entry.members for each in self.open[start:]) != len(entry.members):
            return False
        self._pop_to(start)
        outside = [member for _, _, less in nets for member in less]
        for net, _, _ in nets:
            net.members, net.is_total, net.memo, net.of_which = [], False, True, True
            self.of_which.append(net)
        for each in outside:
            each.aside = True
        for each in [*outside, *entry.members]:
            self._push(each)
        self._close(entry, start + len(outside))
        return True

    def _totals_backwards(self) -> Iterator[Entry]:
        """Every total so far, the last first."""
        for place in reversed(self.closed):
            left = [self.open[place]]
            while left:
                entry = left.pop()
                if entry.is_total:
                    yield entry
                left += entry.members

    def _close_lone_totals(self) -> None:
        """Rows called totals with nothing before them that adds up to them, but with rows after them that do."""
        after = RunningSums(len(self.tolerance))
        for position in range(len(self.open) - 1, -1, -1):
            entry = self.open[position]
            lone = entry.row in self.lone
            near = after.near(entry.amounts, self.tolerance) if lone else []
            below = self.open[position + 1] if position + 1 < len(self.open) else entry
            if lone and below.is_total and below.amounts == entry.amounts and any(entry.amounts):
                # The total of a single group states that group's total again.
                near = [1]
            if near:
                end = position + 1 + near[0]
                entry.is_total = entry.worded = True
                entry.members = self.open[position + 1 : end]
                del self.lone[entry.row], self.open[position + 1 : end]
                after.cut(len(self.open) - position - 1)
            after.push(entry.amounts)

    def _push(self, entry: Entry) -> None:
        if self._is_closed(entry):
            self.closed.append(len(self.open))
            self.closed_running.push(entry.amounts)
        if entry.doubtful:
            self.doubted.append(len(self.open))
        self.running.push(entry.amounts)
        self.open.append(entry)
        total = tuple(a + b for a, b in zip(self.prefix[-1], entry.amounts, strict=True))
        self.prefix.append(total)
        self.keys.append(self.keys[-1] + packed(entry.amounts))
        self.where.setdefault(self.keys[-1], []).append(len(self.open))

    def _pop_to(self, start: int) -> list[Entry]:
        members = self.open[start:]
        for key in self.keys[start + 1 :]:
            self.where[key].pop()
            if not self.where[key]:
                del self.where[key]
        del self.open[start:], self.prefix[start + 1 :], self.keys[start + 1 :]
        self.running.cut(start)
        del self.closed[bisect_left(self.closed, start) :], self.doubted[bisect_left(self.doubted, start) :]
        self.closed_running.cut(len(self.closed))
        return members

    def _close(self, entry: Entry, start: int) -> None:
        entry.is_total = True
        self.restated = None
        entry.members = self._pop_to(start)
        self._push(entry)
        self._end_headings(entry.label, start)

    def _end_headings(self, label: str, start: int) -> None:
        """Ends the heading that a total closes: the one of its name, else the last one since the rows that it sums."""
        name = row_words.without_total(label)
        inner = [i for i, heading in enumerate(self.headings) if heading.opened >= start]
        named = [i for i in inner if self.headings[i].label == name]
        if named:
            del self.headings[named[0] :]
        elif inner:
            del self.headings[inner[-1] :]

    def _sum_from(self, start: int) -> Vector:
        return tuple(a - b for a, b in zip(self.prefix[-1], self.prefix[start], strict=True))

    def _latest(self, key: int, limit: int) -> int | None:
        """The last position up to the limit at which the running sum was this one."""
        return next((p for p in reversed(self.where.get(key, [])) if p <= limit), None)

    def _before_two_parts(self) -> int:
        """The last position after which two rows are open that state an amount: one beside zeros is no sum."""
        parts = (place for place in range(len(self.open) - 1, -1, -1) if any(self.open[place].amounts))
        return next(islice(parts, 1, None), -1)

    def _exact_start(self, entry: Entry) -> int | None:
        """Where the nearest run of open rows that adds up to the entry begins; a heading of its name goes first."""
        target = self.keys[-1] - packed(entry.amounts)
        found = [p for p in self.where.get(target, []) if p < len(self.open)]
        if not found:
            return None
        name = row_words.without_total(entry.label)
        named = [h.opened for h in self.headings if h.label == name and h.opened in found]
        if named:
            return named[-1]
        if not any(entry.amounts):
            # Zero is the sum of anything that is zero: only the rows under the last heading are meant.
            opened = self.headings[-1].opened if self.headings else 0
            return opened if opened in found else None
        if self._names_the_whole(entry):
            return found[0]
        # Runs that begin elsewhere differ by rows that add up to zero; one that begins under a heading is meant.
        return max((h.opened for h in self.headings if h.opened in found), default=found[-1])

    def _start_with_doubts(self, entry: Entry) -> int | None:
        """The start of a run that adds up once some doubtful rows in it are taken for totals; those are closed."""
        # Chance alone need not make them unlikely here: that a total adds up with them says so too.
        doubted = (p for p in reversed(self.doubted) if self.open[p].doubtful)
        doubts = list(islice(doubted, _DOUBTS_TRIED if self.tries < _TRIES else _DOUBTS_TRIED_LATER))[::-1]
        self.tries += 2 ** len(doubts)
        for size in range(len(doubts), 0, -1):
            for chosen in combinations(doubts, size):
                start = self._start_skipping(entry, chosen)
                if start is None:
                    continue
                after = len(self.open)
                for position in [i for i in reversed(chosen) if i >= start]:
                    # One among the rows that a later one sums went with them.
                    if position < after:
                        after = self._close_doubt(position)
                return start
        return None

    def _start_with_restated(self, entry: Entry) -> int | None:
        """The start of a run that adds up once a row that seemed to state a total again is a line of its own; it is one
        from then on.
        """
        if self.restated is None or self.restated[0] > len(self.open):
            return None
        position, line = self.restated
        after = self._pop_to(position)
        for each in (line, *after):
            self._push(each)
        start = self._exact_start(entry)
        if start is None or start > position:
            self._pop_to(position)
            for each in after:
                self._push(each)
            return None
        line.memo = line.of_which = False
        self.of_which.remove(line)
        return start

    def _settle_first(self, start: int) -> int:
        """The start of a run once a doubtful row that begins it is closed: a total that counts that row and not the
        rows that add up to it takes it for their total.
        """
        return self._close_doubt(start) if self.open[start].doubtful else start

    def _start_skipping(self, entry: Entry, totals: Sequence[int]) -> int | None:
        """The start of the nearest run that adds up to an entry where some open rows, by ascending place, are totals of
        the rows before them.
        """
        end, stop = len(self.open) - 1, max(0, len(self.open) - self.searched)
        wanted = self.keys[-1] - packed(entry.amounts)
        for place in reversed(totals):
            if place > end:
                # It stands among the rows that a later one sums.
                continue
            start = self._latest_between(wanted, max(place + 1, stop), end)
            if start is not None or place < stop:
                return start
            end = place - self.open[place].doubtful
            wanted -= self.keys[place] - self.keys[end]
            if self.keys[end] == wanted:
                return end
            end -= 1
        return self._latest_between(wanted, stop, end)

    def _latest_between(self, key: int, first: int, last: int) -> int | None:
        """The last place of some at which the running sum was this one."""
        places = self.where.get(key, [])
        found = bisect_right(places, last)
        return places[found - 1] if found and places[found - 1] >= first else None

    def _close_doubt(self, position: int) -> int:
        """Makes a total of an open row in doubt, with the rows before it as its members: of those the first is a total
        too where it is in doubt, since it counts and the rows that add up to it do not. Where the total stands then.
        """
        after = self._pop_to(position + 1)
        entry = self._pop_to(position)[0]
        start = self._settle_first(position - entry.doubtful)
        entry.is_total, entry.members, entry.doubtful = True, self._pop_to(start), 0
        for each in [entry, *after]:
            self._push(each)
        return start

    def _rounded_start(self, entry: Entry) -> int | None:
        """The start of the run that comes nearest, where rounding of its rows alone explains what is missing."""
        if not any(self.tolerance):
            return None
        best: tuple[int, int] | None = None
        opened = {heading.opened for heading in self.headings}
        for count in self.running.near(entry.amounts, self.tolerance, self.searched - 1):
            position = len(self.open) - count
            away = sum(abs(a - b) for a, b in zip(entry.amounts, self._sum_from(position), strict=True))
            here = away - (1 if position in opened else 0), position
            best = min(best, here) if best else here
        return best[1] if best else None

    def _block_start(self, entry: Entry) -> int | None:
        """For a total that nothing adds up to: the rows under the heading that it names, under the last heading, or,
        where it covers the whole, all that is open.
        """
        name = row_words.without_total(entry.label)
        named = [h.opened for h in self.headings if h.label == name and h.opened < len(self.open)]
        if named:
            return named[-1]
        if self._names_the_whole(entry):
            return 0 if self.open else None
        if self.headings:
            opened = self.headings[-1].opened
            return opened if opened < len(self.open) else None
        if self.open and (self.open[-1].is_total or self.open[-1].row in self.lone):
            # Right below other totals it can only be meant to sum them.
            return 0 if len(self.open) > 1 else None
        lines = next((i + 1 for i in range(len(self.open) - 1, -1, -1) if self.open[i].is_total), 0)
        return lines if lines < len(self.open) else None

    def _is_plausible(self, entry: Entry, start: int) -> bool:
        """Whether a total that nothing adds up to may be meant for the rows from a start on: it names them or the
        whole, or it comes at least near to their sum. Otherwise it is a line that only calls itself a total.
        """
        name = row_words.without_total(entry.label)
        if not self.listed and self._names_the_whole(entry):
            return True
        if any(h.label == name and h.opened == start for h in self.headings):
            return True
        said = self._sum_from(start)
        away = sum(abs(a - b) for a, b in zip(entry.amounts, said, strict=True))
        return (_NEAR_IN_A_LIST if self.listed else 2) * away <= sum(map(abs, entry.amounts))

    def _names_the_whole(self, entry: Entry) -> bool:
        name = row_words.without_total(entry.label)
        return bool(row_words.GRAND_TOTAL.search(entry.label)) or (name != "" and name in self.names)

    def _settle_doubts(self) -> None:
        """Doubtful rows that no total around them settled: strong arithmetic makes totals of them, inner ones first."""
        position = 0
        while (number := bisect_left(self.doubted, position)) < len(self.doubted):
            position = self.doubted[number]
            entry = self.open[position]
            unlikely = entry.believed and (entry.expected < _SETTLED or _is_strong(entry))
            if not entry.doubtful or not unlikely:
                position += 1
                continue
            start = self._close_doubt(position)
            taken = position - start
            for place in self.doubted[bisect_right(self.doubted, start) :]:
                later = self.open[place]
                if not later.doubtful:
                    continue
                # Where its run begins, counted as rows stood before these became one.
                begins = place + taken - later.doubtful
                later.doubtful = (
                    later.doubtful - taken if begins <= start else 0 if begins < start + taken else later.doubtful
                )
            position = start + 1

    def _tell_memo(self) -> None:
        """Marks the total that covers the whole table, and as memo what stands below it and is in no other total."""
        wholes = [i for i, e in enumerate(self.open) if e.is_total and e.worded and self._names_the_whole(e)]
        if not wholes and self.open and self.open[-1].is_total and self.open[-1].worded and len(self.open) == 1:
            wholes = [0]
        if not wholes:
            return
        last = wholes[-1]
        if self.above:
            self.open[last].whole = last == len(self.open) - 1
            return
        if not any(e.is_total for e in self.open[:last]) or len(wholes) == 1:
            self.open[last].whole = True
        for entry in self.open[last + 1 :]:
            for each in [*entry.lines(), *entry.totals()]:
                each.memo = True

    def _tell_financing(self) -> None:
        """Marks as memo what says where money comes from: a later total that is an earlier one again, with the other
        sign, or with the same where its words speak of funding.
        """
        before: dict[tuple[int, int], list[Entry]] = {}
        for entry in self.open[1:]:
            # What is left after the funding stands under its heading too, and sums what is funded.
            for each in [*entry.lines(), *entry.totals()]:
                if any(row_words.says_funded_by(text) for text in self.over.get(each.row, ())):
                    each.memo = each.financing = True
        for entry in [each for each in self.open if each.is_total]:
            over = [text for each in (entry, *entry.members) for text in self.over.get(each.row, ())]
            worded = any(row_words.says_financing(text) for text in (entry.label, *over))
            said = [(column, amount) for column, amount in enumerate(entry.amounts) if amount]
            wanted = [(column, sign * amount) for column, amount in said for sign in ((-1, 1) if worded else (-1,))]
            for other in {id(each): each for key in wanted for each in before.get(key, ())}.values():
                pairs = [(a, b) for a, b in zip(entry.amounts, other.amounts, strict=True) if a and b]
                mirrored = all(a == -b for a, b in pairs)
                if len(pairs) >= 2 and (mirrored or (worded and all(a == b for a, b in pairs))):
                    for each in [*entry.lines(), *entry.totals()]:
                        each.memo = each.financing = True
            for key in said:
                before.setdefault(key, []).append(entry)


def _is_strong(entry: Entry) -> bool:
    """Whether the sum can hardly be chance: in two columns or more, or of long numbers from three rows or more."""
    said = [amount for amount in entry.amounts if amount]
    digits = max(len(str(abs(amount)).rstrip("0")) for amount in said)
    return (len(set(said)) >= 2 and digits >= 2) or (digits >= 4 and entry.doubtful >= 3)
