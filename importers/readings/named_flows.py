"""Lines whose own names say that their money is received, among lines of what is spent: a column of few words such as
pay, other costs and income, or single lines called fees, receipts or taxes. What they call income is never added to
spending unasked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.row_dimensions import DERIVED, tell_flow
from importers.readings.table import Table
from importers.readings.told_flows import flows_around, is_flow_open, is_titled, tell_apart
from importers.words import flow_words, income_words, lexicon, row_words

_WORDS: Final = 24
_REPEATED: Final = 2
"""A column of few words says each of them so many times or more, on the average."""

_LONGEST: Final = 40
_NAMED: Final = 4
_SIGNED: Final = 0.8
"""So large a share of what is called income stands below zero, and of the rest above it, where signs tell the two."""

_STATEMENT: Final = 60
_OF_LIST: Final = 0.02
"""In lists of more lines than a statement has, from this share of them on, and two, names speak for income."""

_OF_MANY: Final = 20
"""Among more lines than this a single longer name that ends in income is what a programme is called."""

_EITHER: Final = 2
_OF_STATEMENT: Final = 1 / 2
"""So many lines, and so large a share of a statement's, named by what one side pays and another receives may be
received; so may so many at one of its ends.
"""

_OF_SECTION: Final = 2
"""A section may be received as a whole where one in so many of its lines may."""

_OPTIONS: Final = 7
_SHORT: Final = 40
_FURTHER: Final = 4

_BETWEEN: Final = 2
"""So many lines of other names may stand among those at one end of a table that are received."""


@dataclass(frozen=True)
class _Named:
    """Lines with the names that one column gives them, a few again and again or each its own, and what the names say,
    "" for what says neither.
    """

    column: Column
    few: bool
    places: tuple[int, ...]
    names: tuple[str, ...]
    meant: tuple[str, ...]

    def of(self, *meanings: str) -> list[int]:
        """The places of the lines whose names say one of these."""
        return [place for place, said in zip(self.places, self.meant, strict=True) if said in meanings]

    def called(self, places: Iterable[int]) -> list[str]:
        """The distinct names of some lines, in order."""
        some = frozenset(places)
        return list(dict.fromkeys(n for p, n in zip(self.places, self.names, strict=True) if p in some))


def choose_named_flows(table: Table, decisions: Decisions) -> frozenset[int]:
    """Gives the lines that their names call income that flow where a person, their sign or what the table states as
    left says so.

    Returns:
        Rows that are neither received nor spent, as places among the rows of data.
    """
    flow = table.context.flow
    asked = flow.confidence < _NOTHING_SAYS
    if asked or flow.value != "expenditure" or not is_flow_open(table):
        return frozenset()
    for named in _named(table):
        if named.of("income") or _may_be_received(table, named):
            return _settle(table, named, decisions)
    return frozenset()


_NOTHING_SAYS: Final = 0.7
_SAYS_NO_FLOW: Final = ("body", "currency", "row_unit", "unused", "counterpart", "year")


def _named(table: Table) -> Iterator[_Named]:
    """What each column of labels calls the lines of which nothing else tells the flow, where some names say one and
    others do not.
    """
    told = tell_apart(table, flows_around(table))
    plain = set() if told else _plainly_received(table)
    places = table.line_rows[~table.memo_rows]
    places = places[~np.isin(table.block.data[places], list(told))]
    titled = is_titled(table)
    for column in table.columns:
        if column.index not in table.block.labels or column.role in _SAYS_NO_FLOW or not len(places):
            continue
        texts = table.block.texts(table.grid, column.index, with_numbers=False).at(places)
        words = {texts.words[code] for code in texts.used} - {""}
        few = len(words) <= _WORDS and len(places) >= _REPEATED * len(words)
        if len(words) < 2 or (few and any(map(row_words.says_total, words))) or (titled and few):
            continue
        if not few and column.role != "programme" and len(words) * _REPEATED < len(places):
            continue
        meant = {word: _meaning(word) for word in words}
        spent = "expenditure" in meant.values()
        for word, flow in meant.items():
            if flow == "income" and ((flow_words.says_bare_revenue(word) and not spent) or (titled and _either(word))):
                # Revenue beside capital is what is spent within the year; fees under spending are paid.
                meant[word] = ""
        if not plain and "income" not in meant.values() and (few or len(places) > _STATEMENT):
            # No line is received, and of a list none may be.
            continue
        names = [texts.words[code] for code in texts.codes.tolist()]
        rows = table.block.data[places].tolist()
        said = ["income" if row in plain else meant.get(name, "") for row, name in zip(rows, names, strict=True)]
        count = said.count("income")
        if not few and not _speak(count, len(said), [n for n, m in zip(names, said, strict=True) if m == "income"]):
            said = ["" if each == "income" else each for each in said]
        if set(said) - {"income", "either", DERIVED} or (
            not few and len(said) > 1 and set(said) <= {"income", "either"}
        ):
            yield _Named(column, few, tuple(places.tolist()), tuple(names), tuple(said))


@lru_cache(maxsize=1 << 15)
def _meaning(name: str) -> str:
    flow = tell_flow(name)
    if flow in ("expenditure", DERIVED, "financing"):
        return flow
    if row_words.says_less(name) or len(name) > _LONGEST:
        return ""
    if flow == "income" or income_words.names_income(name):
        return "income"
    return "either" if income_words.may_name_income(name) else ""


def _either(name: str) -> bool:
    return lexicon.head_says("either_way", name)


def _plainly_received(table: Table) -> set[int]:
    """The rows of which a heading over them or a total that covers them names income, by more than the word for
    revenue, or what money comes from.
    """
    if table.sums is None:
        return set()
    found = {row for row, over in table.sums.headings.items() if any(map(_is_plain, over))}
    return found | {line.row for e in table.sums.totals() if _is_plain(e.label) for line in e.lines()}


def _is_plain(text: str) -> bool:
    named = flow_words.find_flow(text) == "income" and not flow_words.says_bare_revenue(text)
    return named or row_words.says_sources(text)


def _speak(count: int, lines: int, names: Sequence[str]) -> bool:
    """Whether so many lines with names of income speak for it among so many."""
    if count == 1 and flow_words.find_flow(names[0]) != "income" and lines > _OF_MANY:
        return False
    return count > 0 and (lines <= _STATEMENT or count >= max(2, _OF_LIST * lines))


def _may_be_received(table: Table, named: _Named) -> bool:
    """Whether many lines of a statement, or the first or last of it, are each called by what one side pays and another
    receives; or a single one by what public bodies receive as a rule, which no total adds to what they spend.
    """
    if named.few or len(named.meant) > _STATEMENT:
        return False
    said = [meaning == "either" for meaning in named.meant]
    at_an_end = all(said[:_EITHER]) or all(said[-_EITHER:])
    if at_an_end or sum(said) >= max(_EITHER, _OF_STATEMENT * len(said)):
        return True
    alone = {p for p, n in zip(named.places, named.names, strict=True) if income_words.may_be_charged(n)}
    return bool(alone & set(named.of("either")) - _added_to_others(table, named))


def _added_to_others(table: Table, named: _Named) -> set[int]:
    """The lines that a total adds to others whose names say nothing of income."""
    plain = set(named.of("", "expenditure"))
    totals = () if table.sums is None else table.sums.totals()
    sums = ({table.place_of(line.row) for line in total.lines()} for total in totals if total.exact)
    return {place for lines in sums if lines & plain for place in lines}


def _settle(table: Table, named: _Named, decisions: Decisions) -> frozenset[int]:
    derived = named.of(DERIVED)
    sets = _received(named, _sections(table, named))[:_OPTIONS]
    if _told_by_sign(table, named):
        # Below zero it is taken off already; a net below gross spending says that it is money of its own.
        received = _below_zero(table, named)
        if received and _leave_a_net(table, received):
            _tell(table, named, received)
        return frozenset()
    proven = next((each for each in sets if _is_left(table, named, each)), None)
    if proven is not None:
        _tell(table, named, proven)
        return frozenset(derived)
    surely = named.called(named.of("income")) or named.called(sets[0] if sets else named.places)
    options = [(str(n), f"Received: {_described(named, each)}; all else is spent") for n, each in enumerate(sets)]
    others = named.of("")
    if named.few and named.of("expenditure") and others:
        spent = _listed(named.called(named.of("expenditure")))
        options.append(("known", f"{_listed(surely)} is received, {spent} spent, and the rest is neither"))
    options += [("received", "All of it is received"), ("spent", "None: all of it is spent")]
    rest = named.called(set(named.places) - set(sets[-1] if sets else named.places) - set(derived))
    beside = f" beside {_listed(rest)}" if rest else ""
    flow_is_told = table.context.flow.confidence > _NOTHING_SAYS
    choice = table.choice(
        "flow",
        ("words", named.column.letter, *surely),
        f"Column {named.column.letter} of {table.grid.name!r} says {_listed(surely)}{beside}. What of it is received?",
        tuple(options),
        "0" if sets and named.of("income") else "spent" if flow_is_told else "",
        assumed="spent",
    )
    taken = decisions.take(choice)
    whole = {"received": named.places, "spent": ()}
    _tell(table, named, sets[int(taken)] if taken.isdigit() else whole.get(taken, named.of("income")))
    return frozenset([*derived, *(others if taken == "known" else [])])


def _described(named: _Named, received: Sequence[int]) -> str:
    """Some lines by their names, or where they are many and stand at one end, by the first or last of them."""
    names = named.called(received)
    if len(names) <= _NAMED or len(received) < _NAMED:
        return _listed(names)
    if list(received) == list(named.places[-len(received) :]):
        return f"all from {names[0]!r} on, {_listed(names[1:])}"
    if list(received) == list(named.places[: len(received)]):
        return f"all up to {names[-1]!r}, {_listed(names[:-1])}"
    return _listed(names)


def _sections(table: Table, named: _Named) -> list[list[int]]:
    """The lines under each heading of a table, or in each of its totals."""
    if table.sums is None:
        return []
    over: dict[str, list[int]] = {}
    for place in named.places:
        for heading in table.sums.headings.get(int(table.block.data[place]), ())[:1]:
            over.setdefault(heading, []).append(place)
    known = set(named.places)
    totals = [[table.place_of(line.row) for line in entry.lines()] for entry in table.sums.top if entry.is_total]
    return [*over.values(), *([place for place in each if place in known] for each in totals)]


def _received(named: _Named, sections: Sequence[Sequence[int]]) -> list[list[int]]:
    """The lines that may be received together: those that their names call so, those that may be called so besides, the
    sections that hold them, and all from the first to the last of them where they stand at one end of the table.
    """
    sure, maybe = named.of("income"), set(named.of("income", "either"))
    found = [sure] if sure else []
    further: list[list[int]] = []
    derived = set(named.of(DERIVED))
    lines = [place for place in named.places if place not in derived]
    found.append([place for each in sections if _OF_SECTION * len(maybe & set(each)) >= len(each) for place in each])
    for order in (lines, lines[::-1]):
        # As far as names from one end on may be received; and on over a few others between them.
        length = next((n for n, place in enumerate(order) if place not in maybe), len(order))
        reach = _reach(order, maybe)
        found += [order[:end] for end in (length, reach) if end and set(sure) <= set(order[:end])]
        if reach and set(sure) <= set(order[:reach]) and len(order) <= _SHORT:
            # Lines right before them may be of words that no list has.
            further += [order[:more] for more in range(reach + 1, reach + 1 + _FURTHER)]
    found = [sorted(set(each)) for each in [*found, sorted(maybe), *further] if len(each) >= len(sure)]
    # "Interest receivable" is received, and "Fees" beside it may be paid.
    plainly = [p for p, n in zip(named.places, named.names, strict=True) if p in sure and not _either(n)]
    found[1:1] = [plainly] if 0 < len(plainly) < len(sure) else []
    return [each for number, each in enumerate(found) if each and each not in found[:number] and len(each) < len(lines)]


def _reach(order: Sequence[int], maybe: Collection[int]) -> int:
    """How many lines from one end on those take in that may be received, and a few others between them."""
    reach = 0
    for number, place in enumerate(order):
        if number - reach > _BETWEEN:
            break
        if place in maybe:
            reach = number + 1
    return reach


def _is_left(table: Table, named: _Named, received: Sequence[int]) -> bool:
    """Whether a row that no line is, or that its name calls what is left, states what spending and income leave."""
    money = [c.index for c in table.of_role("amount")]
    derived, taken = set(named.of(DERIVED)), set(received)
    lines = table.line_rows[~table.memo_rows].tolist()
    ways = np.array([0 if p in derived else -1 if p in taken else 1 for p in lines], dtype=np.int64)
    left = (table.amounts[lines][:, money] * ways[:, None]).sum(axis=0)
    others = sorted({*range(len(table.block.data))} - {*lines} | {*derived})
    stated = table.amounts[others][:, money]
    return bool(len(others) and left.any() and (((stated == left) | (stated == -left)).all(axis=1)).any())


def _tell(table: Table, named: _Named, received: Iterable[int]) -> None:
    some = frozenset(received)
    for place in named.places:
        table.flows[int(table.block.data[place])] = "income" if place in some else "expenditure"


def _told_by_sign(table: Table, named: _Named) -> bool:
    money = [c.index for c in table.of_role("amount")]
    received = np.array([said == "income" for said in named.meant], dtype=bool)
    sums = table.amounts[list(named.places)][:, money].sum(axis=1)
    said, spent = sums[received & (sums != 0)], sums[~received & (sums != 0)]
    return bool(len(said) and (said < 0).mean() >= _SIGNED and len(spent) and (spent > 0).mean() >= _SIGNED)


def _below_zero(table: Table, named: _Named) -> list[int]:
    """The lines below zero whose names say that they are received, or may be."""
    money = [c.index for c in table.of_role("amount")]
    maybe = named.of("income", "either")
    return [
        p for p, amount in zip(maybe, table.amounts[maybe][:, money].sum(axis=1).tolist(), strict=True) if amount < 0
    ]


def _leave_a_net(table: Table, received: Sequence[int]) -> bool:
    """Whether a total adds some lines to others, and every one that does calls itself a net."""
    if table.sums is None:
        return False
    some = {int(table.block.data[place]) for place in received}
    lines = {entry.row: {line.row for line in entry.lines()} for entry in table.sums.totals()}
    covering = [e for e in table.sums.totals() if lines[e.row] & some and lines[e.row] - some]
    return bool(covering) and all(lexicon.says("net", entry.label) for entry in covering)


def _listed(words: Sequence[str]) -> str:
    named = ", ".join(repr(word) for word in words[:_NAMED])
    return f"{named} and {len(words) - _NAMED} more" if len(words) > _NAMED else named
