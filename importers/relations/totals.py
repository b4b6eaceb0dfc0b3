"""Tells totals from lines: by arithmetic first, by label second.

The rows of a table are read from top to bottom with the rows not yet summed held open. A row labelled as a total
closes the nearest run of open rows that adds up to it, in every column; the total itself stays open, for a total
above it. A row without such a label that equals the rows before it is kept in doubt until the total around it says
which it was. Tables whose totals stand above what they sum are read from bottom to top in the same way; the direction
that explains more of the table's own totals holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise, permutations
from types import MappingProxyType

from importers.evidence.weights import CHANCE
from importers.relations.chance import Chance
from importers.relations.memo_rows import mark_below_the_whole, mark_financing, mark_results
from importers.relations.open_rows import OpenRows
from importers.relations.running_sums import RunningSums, matching_groups
from importers.relations.sums import Entry, Heading, Row, Sums, Vector, packed
from importers.relations.told_by_total import ROWS_TOLD, leave_out, nest_by_total
from importers.relations.total_starts import ROWS_SEARCHED, Starts
from importers.words import flow_words, row_words

_ROWS_ROUNDED = 60
_ROWS_BOTH_WAYS = 5_000
_TOTALS_CROSSED = 24
_ROWS_OF_LISTS = 30
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

    below = _with_same_words(find(rows))
    for entry in outlined[0].values():
        _head_by_totals(entry, below.headings)
    if len(rows) > _ROWS_BOTH_WAYS:
        return mark_results(below, chance)
    apart = _parts_of_totals(below)
    above = find([row for row in reversed(rows) if row.amounts is not None and row.row not in apart], above=True)
    if _explained(above) <= _explained(below):
        return mark_results(below, chance)
    above.top[:] = sorted([*above.top, *apart.values()], key=lambda entry: entry.row)
    for entry in above.totals():
        entry.members.sort(key=lambda member: member.row)
    above.headings, above.above = dict(below.headings), True
    for entry in above.top:
        _head_by_totals(entry, above.headings)
    return mark_results(above, chance)


def _parts_of_totals(sums: Sums) -> dict[int, Entry]:
    """The rows right below a total of the rows above it that take it apart once more, by row."""
    found: dict[int, Entry] = {}
    whole = None
    for entry in sums.top:
        if not entry.of_which:
            whole = entry
        elif whole is not None and whole.is_total and whole.exact and all(m.row < whole.row for m in whole.members):
            found[entry.row] = entry
    return found


def _with_same_words(sums: Sums) -> Sums:
    """Sums where a line under the words of rows that were found to be totals, right below the one line that it states
    again, is its total: a section of one line has a subtotal as those of several have.
    """
    called = {
        row_words.fold_label(e.label) for e in sums.totals() if e.exact and len(e.members) > 1 and not e.worded
    } - {""}
    holding = {line.row: (sums.top, line) for line in sums.top if not line.is_total}
    holding |= {m.row: (e.members, m) for e in sums.totals() for m in e.members if not m.is_total}
    rows = sorted(holding)
    for one, other in pairwise(rows):
        (of_line, line), (_, entry) = holding[one], holding[other]
        if row_words.fold_label(entry.label) not in called or row_words.fold_label(line.label) in called:
            continue
        if entry.amounts == line.amounts and any(line.amounts) and not (line.memo or entry.memo):
            of_line.remove(line)
            entry.is_total, entry.members = True, [line]
    return sums


def _copied(entries: Mapping[int, Entry]) -> dict[int, Entry]:
    """Entries by row, each with what it sums, of their own."""

    def copied(entry: Entry) -> Entry:
        return replace(entry, members=[copied(member) for member in entry.members])

    return {row: copied(entry) for row, entry in entries.items()}


def _states_again(total: Entry, entry: Entry) -> bool:
    """Whether a row has the name of a total and its amounts, wherever it states any: it may leave years out."""
    same = row_words.fold_label(entry.label) == row_words.fold_label(total.label) != ""
    return (
        same
        and any(entry.amounts)
        and all(own in (0, whole) for own, whole in zip(entry.amounts, total.amounts, strict=True))
    )


def _is_taken_off(entry: Entry) -> bool:
    """Whether a line is nowhere above zero, as what is taken off from gross to net is."""
    return not entry.is_total and any(entry.amounts) and max(entry.amounts) <= 0


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


class _Finder:
    """Reads the rows of one table in order, and closes each total over the open rows that it sums."""

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
        self.of_a_list = False
        self.of_which_heading = False
        self.open = OpenRows(tolerance)
        self.headings: list[Heading] = []
        self.starts = Starts(self.open, self.headings, names, tolerance)
        self.over: dict[int, tuple[str, ...]] = {}
        self.of_which: list[Entry] = []
        self.restated: tuple[int, Entry] | None = None
        self.waiting: list[Entry] = []
        self.across: list[Entry] = []

    def find(
        self, rows: Sequence[Row], known: Mapping[int, Entry] = NOTHING_KNOWN, under: Collection[int] = ()
    ) -> Sums:
        after_heading = False
        # Long tables are searched near by, or every total would be set beside thousands of rows.
        self.starts.searched = ROWS_SEARCHED if len(rows) <= _ROWS_BOTH_WAYS else _ROWS_ROUNDED
        self.of_a_list = len(rows) > _ROWS_OF_LISTS
        for row in rows:
            if row.ends:
                self._close_of_which()
            if row.row in under or row.row in known:
                # What an outline told already is one entry, whatever stands under it.
                self._close_of_which()
                self.over[row.row] = tuple(heading.text for heading in self.headings)
                if row.row in known and known[row.row].of_which:
                    self.of_which.append(known[row.row])
                elif row.row in known:
                    self.open.push(known[row.row])
                    members = known[row.row].members
                    if members and all(member.row < row.row for member in members):
                        self._end_headings(row.label, len(self.open) - 1)
                after_heading = False
                continue
            if row.amounts is None:
                self._close_of_which()
                self.of_which_heading = row_words.says_of_which(row.label) and bool(self.open)
                if not self.of_which_heading:
                    self._open_heading(row, after_heading)
                    after_heading = True
                continue
            after_heading = False
            self.over[row.row] = tuple(heading.text for heading in self.headings)
            entry = Entry(row.row, row.label, row.amounts)
            self.fills, self.listed = row.labels, row.listed
            if self.of_which_heading and self._ends_of_which(entry):
                self._give_back(entry)
                self._take(entry)
            elif self.of_which_heading:
                self._take_of_which(entry)
            elif row.takes_apart:
                entry.memo = entry.of_which = True
                self.of_which.append(entry)
            else:
                self._take(entry, is_line=row.whole and row.listed)
        self._close_of_which()
        self.open.settle_doubts()
        self._close_lone_totals()
        top = self.open.entries
        wholes = [i for i, e in enumerate(top) if e.is_total and e.worded and self._covers_the_whole(i, e)]
        mark_below_the_whole(top, wholes, self.over, above=self.above)
        mark_financing(top, self.over)
        top = sorted(top + self.of_which, key=lambda e: e.row)
        return Sums(top, self.open.lone, self.over, across=self.across)

    def _open_heading(self, row: Row, after_heading: bool) -> None:
        while self.headings and row.indent < self.headings[-1].indent:
            # Set in less than the heading before it, so it stands beside or above that, not under it.
            self.headings.pop()
        unclosed = self.headings and self.headings[-1].opened < len(self.open) and not self.open.entries[-1].is_total
        if unclosed and not after_heading:
            # A new heading after lines that no total closed stands beside the last one, not under it.
            self.headings.pop()
        elif after_heading and self.headings and 0 < row.indent == self.headings[-1].indent:
            self.headings.pop()
        self.headings.append(Heading(row_words.fold_label(row.label), row.label, len(self.open), row.indent))

    def _take(self, entry: Entry, *, is_line: bool = False) -> None:
        if row_words.says_total(entry.label):
            self._take_labelled(entry)
        elif is_line:
            self.open.push(entry)
        else:
            self._take_unlabelled(entry)

    def _take_of_which(self, entry: Entry) -> None:
        """Takes a row under an "of which" heading: part of the row above the heading until it is used up."""
        entry.memo = entry.of_which = True
        self.of_which.append(entry)
        self.waiting.append(entry)
        whole = self.open.entries[-1].amounts
        said = [sum(column) for column in zip(*(each.amounts for each in self.waiting), strict=True)]
        count = len(self.waiting) + 1
        if count > 2 and all(abs(a - b) <= t * count for a, b, t in zip(whole, said, self.tolerance, strict=True)):
            self._close_of_which()

    def _ends_of_which(self, entry: Entry) -> bool:
        """Whether a row called a total stands for more than the parts before it or the row that they are of."""
        if not row_words.says_total(entry.label):
            return False
        parts = tuple(map(sum, zip(*(each.amounts for each in self.waiting), strict=True)))
        return bool(self.waiting) and entry.amounts not in (parts, self.open.entries[-1].amounts)

    def _give_back(self, total: Entry) -> None:
        """Ends a list of parts at a total. The rows among them that it takes to add up are lines after the list, since
        nothing but a total says where one ends that tells a part of its row only.
        """
        rest, back = tuple(total.amounts), 0
        for count, part in enumerate(reversed(self.waiting[1:]), 1):
            rest = tuple(a - b for a, b in zip(rest, part.amounts, strict=True))
            if self.open.exact_starts(rest)[:1] not in ([], [len(self.open)]):
                back = count
                break
        for part in self.waiting[len(self.waiting) - back :]:
            part.memo = part.of_which = False
            self.of_which = [each for each in self.of_which if each is not part]
            self.open.push(part)
        self._close_of_which()

    def _close_of_which(self) -> None:
        self.of_which_heading = False
        self.waiting.clear()

    def _take_labelled(self, entry: Entry) -> None:
        entry.worded = True
        # A total under a heading of its own sums what stands there, though an earlier total happens to be the same.
        headed = self.headings and self.headings[-1].opened == len(self.open)
        start = self._start_with_restated(entry) if headed else None
        start = self.starts.exact(entry) if start is None else start
        start = self.starts.with_doubts(entry) if start is None else self.open.settle_first(start)
        if start is None:
            start = self.starts.rounded(entry)
            start = None if start is None else self.open.settle_first(start)
        if start is None:
            start = self._start_with_restated(entry)
        if start is None and self.fills == 1 and self.of_a_list:
            entry.worded = False
            self.open.push(entry)
            return
        if start is None:
            self.open.settle_doubts()
            if self._close_open_totals(entry) or self._check_across(entry):
                return
        if start is None and self._close_as_told(entry):
            return
        if start is None:
            start = self.starts.of_block(entry)
            if start is not None and (
                self._are_called_totals(start) or not self.starts.is_plausible(entry, start, listed=self.listed)
            ):
                start = None
            entry.exact = start is None
        if start is None and self._is_made_of_totals(entry):
            # A result: what one total leaves of another.
            entry.worded, entry.exact = False, True
            entry.memo = entry.of_which = True
            self.of_which.append(entry)
        elif start is None and self.listed:
            entry.worded, entry.exact = False, True
            self.open.push(entry)
        elif start is None:
            self.open.lone[entry.row] = self.headings[-1].text if self.headings else ""
            entry.worded = entry.is_total = False
            entry.exact = True
            self.open.push(entry)
        else:
            self._close(entry, start)

    def _are_called_totals(self, start: int) -> bool:
        """Whether several rows from a start on are called totals and have nothing to sum: so may the next one be."""
        rows = self.open.entries[start:]
        return len(rows) > 1 and all(each.row in self.open.lone for each in rows)

    def _take_unlabelled(self, entry: Entry) -> None:
        label = row_words.fold_label(entry.label)
        for heading in reversed(self.headings):
            if heading.label == label and heading.opened < len(self.open):
                if self.open.adds_up(heading.opened, entry.amounts):
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
            start = self.open.start_of_parts(entry.amounts)
            nested = self.open.start_of_nested(entry.amounts) if start is None else None
            start = self._rounded_run(entry) if start is None and nested is None else start
            start = nested if start is None else start
            # The sum of everything so far is one run a row, not one of all that may begin anywhere.
            places = len(self.open) + 1
            tried = places if start == 0 else max(1, places * (places - 1) // 2)
            entry.expected = self.chance.expected(entry.amounts, tried)
            entry.believed = entry.expected < _BELIEVED[0 if self.together else self.fills]
            entry.doubtful = len(self.open) - start if start is not None else 0
            self.suspected += bool(entry.doubtful) and not entry.believed and entry.expected < _BELIEVED[0]
        self.open.push(entry)

    def _is_made_of_totals(self, entry: Entry) -> bool:
        """Whether a row only states the last total again, or how far two totals are apart."""
        totals = self.open.last_totals()
        if totals and self.open.entries[-1] is totals[-1] and _states_again(totals[-1], entry):
            return True
        if self.fills == 1:
            return False
        again = bool(totals) and entry.amounts == totals[-1].amounts and self.open.entries[-1] is totals[-1]
        key = packed(entry.amounts)
        apart = any(packed(a.amounts) - packed(b.amounts) == key for a, b in permutations(totals, 2))
        return (again or apart) and self.chance.expected(entry.amounts, 2 * len(totals)) <= CHANCE * 10

    def _rounded_run(self, entry: Entry) -> int | None:
        """The start of the nearest run that adds up to an unlabelled row but for rounding, in three columns or more
        and so closely that chance can hardly do it.
        """
        if not any(self.tolerance) or sum(map(bool, entry.amounts)) < 3:
            return None
        near = self.open.near_starts(entry.amounts, _ROWS_ROUNDED - 1)
        if not near:
            return None
        allowed = [t * (len(self.open) - near[0] + 1) for t in self.tolerance]
        close = sum(abs(a) > 40 * t for a, t in zip(entry.amounts, allowed, strict=True))
        return near[0] if close >= 3 else None

    def _close_open_totals(self, entry: Entry) -> bool:
        """Closes a labelled total that is the sum of the totals still open, with the lines between them left aside:
        rows such as "less depreciation" that only take the total before them apart.
        """
        start = self.open.start_of_totals(entry.amounts)
        if start is None:
            return False
        taken = self.open.pop_to(start)
        aside = [each for each in taken if not self.open.is_closed(each)]
        for each in aside:
            each.memo = each.of_which = True
        self.of_which += aside
        entry.is_total = True
        entry.members = [each for each in taken if self.open.is_closed(each)]
        self.open.push(entry)
        return True

    def _close_as_told(self, entry: Entry) -> bool:
        """Closes a labelled total to which rows add up once parents among them stand for their children, or once one or
        two of them are left out.
        """
        starts = {
            0,
            *(heading.opened for heading in self.headings),
            *(place + 1 for place in self.open.closed[-_BEGUN - 1 :]),
        }
        begun = sorted((start for start in starts if start < len(self.open)), reverse=True)[:_BEGUN]
        found = nest_by_total(self.open.entries, begun, entry.amounts, self.tolerance)
        if found is not None:
            start, nested = found
            self.open.pop_to(start)
            for each in nested:
                self.open.push(each)
            self._close(entry, start)
            return True
        for start in [start for start in begun if len(self.open) - start <= ROWS_TOLD]:
            left = tuple(a - b for a, b in zip(self.open.sum_from(start), entry.amounts, strict=True))
            aside = leave_out(self.open.entries[start:], left, self.tolerance)
            if aside is not None:
                taken = self.open.pop_to(start)
                for each in aside:
                    each.aside = True
                for each in [*aside, *(each for each in taken if each not in aside)]:
                    self.open.push(each)
                self._close(entry, start + len(aside))
                return True
        return False

    def _check_across(self, entry: Entry) -> bool:
        """Takes a labelled total for the sum of two or three totals that other totals sum too, such as all current
        and all capital spending: it is checked against them, and their lines stay where they are.
        """
        if sum(map(bool, entry.amounts)) < 2:
            return False
        every = list(islice(self.open.totals_backwards(), _TOTALS_CROSSED))
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
            each = self.open.entries[place]
            inner = [member for member in each.members if member in entry.members]
            less = [member for member in each.members if member not in inner]
            if each in entry.members:
                start = place
            elif len(inner) == 1 and less and all(_is_taken_off(member) for member in less):
                nets.append((each, inner[0], less))
                start = place
            elif len(nets) + sum(each in entry.members for each in self.open.entries[place:]) == len(entry.members):
                break
            else:
                return False
        if not nets or len(nets) + sum(each in entry.members for each in self.open.entries[start:]) != len(
            entry.members
        ):
            return False
        self.open.pop_to(start)
        outside = [member for _, _, less in nets for member in less]
        for net, _, _ in nets:
            net.members, net.is_total, net.memo, net.of_which = [], False, True, True
            self.of_which.append(net)
        for each in outside:
            each.aside = True
        for each in [*outside, *entry.members]:
            self.open.push(each)
        self._close(entry, start + len(outside))
        return True

    def _close_lone_totals(self) -> None:
        """Rows called totals with nothing before them that adds up to them, but with rows after them that do."""
        after = RunningSums(len(self.tolerance))
        for position in range(len(self.open) - 1, -1, -1):
            entry = self.open.entries[position]
            lone = entry.row in self.open.lone
            near = after.near(entry.amounts, self.tolerance) if lone else []
            below = self.open.entries[position + 1] if position + 1 < len(self.open) else entry
            if lone and below.is_total and below.amounts == entry.amounts and any(entry.amounts):
                # The total of a single group states that group's total again.
                near = [1]
            if near:
                end = position + 1 + near[0]
                entry.is_total = entry.worded = True
                entry.members = self.open.entries[position + 1 : end]
                del self.open.lone[entry.row], self.open.entries[position + 1 : end]
                after.cut(len(self.open) - position - 1)
            after.push(entry.amounts)

    def _close(self, entry: Entry, start: int) -> None:
        entry.is_total = True
        self.restated = None
        entry.members = self.open.pop_to(start)
        self.open.push(entry)
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

    def _start_with_restated(self, entry: Entry) -> int | None:
        """The start of a run that adds up once a row that seemed to state a total again is a line of its own; it is one
        from then on.
        """
        if self.restated is None or self.restated[0] > len(self.open):
            return None
        position, line = self.restated
        after = self.open.pop_to(position)
        for each in (line, *after):
            self.open.push(each)
        start = self.starts.exact(entry)
        if start is None or start > position:
            self.open.pop_to(position)
            for each in after:
                self.open.push(each)
            return None
        line.memo = line.of_which = False
        self.of_which.remove(line)
        return start

    def _covers_the_whole(self, position: int, entry: Entry) -> bool:
        """Whether a total that no other sums is of the table as a whole. One that is called after its header or title
        is of a section alone where the total of the other flow stands below it, as that of payments below receipts, or
        of other lines where it sums lines alone, as that of children below adults.
        """
        if row_words.GRAND_TOTAL.search(entry.label) or not self.starts.names_the_whole(entry):
            return row_words.GRAND_TOTAL.search(entry.label) is not None
        flow = flow_words.find_flow(entry.label)
        below = [e for e in self.open.entries[position + 1 :] if e.is_total and e.worded and e.exact]
        if below and not any(each.is_total for each in entry.members):
            return any(row_words.says_counted_elsewhere(e.label) for e in below)
        return not flow or all(flow_words.find_flow(e.label) in ("", flow) for e in below)
