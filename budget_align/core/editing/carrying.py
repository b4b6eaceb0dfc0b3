"""Carrying a mapping forward: which groups of this year's lines are as they were, so that what was decided of them
holds, and which have changed or are new and wait to be looked at, with how long that should take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Final, Literal

from budget_align.core.values.folding import fold

State = Literal["unchanged", "changed", "new"]

MUCH: Final = Decimal(25)
"""By how many percent, either way, an amount has to change for its group to be looked at again."""

USUAL_SECONDS: Final = 90.0
"""How long a person takes for a group, where nothing is known of their pace."""

_FEW: Final = 5
_LONGEST_PAUSE: Final = 900.0
"""Seconds between two decisions beyond which the person did something else."""


@dataclass(frozen=True)
class Known:
    """A group of lines in one year.

    Attributes:
        key: what makes it the same group in another year: body, unit, programme, account and budget control, of which
            letter case and spacing do not count.
        words: what the workbook says of it beside, whose change is a change.
        amount: minor units.
        tags: what it serves, parts per million by outcome; empty where no rule takes it.
        way: how its rule says it where not by shares: by a driver, as overhead, or to none on purpose.
        rule: the rule that says so, of most of its money where several do; empty where none does.
        looked_at: when a person last decided on it.
        undecided: minor units of lines of it that no rule takes, by their size.
        others: what the rules say that take the rest of it.
        within: minor units by their size, by what the rules say that take them and whether they are below zero; empty
            where nobody told.
    """

    key: tuple[str, ...]
    words: str
    amount: int
    tags: Mapping[str, int]
    rule: str = ""
    looked_at: date | None = None
    undecided: int = 0
    others: frozenset[tuple[object, ...]] = frozenset()
    way: str = ""
    within: Mapping[tuple[object, ...], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Carried:
    """A group of this year beside last year's.

    Attributes:
        before: last year's; None for a new one.
        why: what changed, in words; empty where nothing did.
    """

    now: Known
    before: Known | None
    state: State
    why: str

    @property
    def tags(self) -> Mapping[str, int]:
        """What it serves without being looked at: last year's for one that is as it was, nothing else."""
        return self.before.tags if self.before is not None and self.state == "unchanged" else {}

    @property
    def looked_at(self) -> date | None:
        """When a person last looked at it, which carrying it forward does not change."""
        return self.before.looked_at if self.before is not None else None


@dataclass(frozen=True)
class Carrying:
    """A year's groups carried forward.

    Attributes:
        kept: as they were, with their tags, the most money first.
        queue: changed and new ones, the most money first.
        gone: groups of last year that this year has no more.
    """

    kept: tuple[Carried, ...]
    queue: tuple[Carried, ...]
    gone: tuple[Known, ...]


def carry(before: Sequence[Known], now: Sequence[Known], much: Decimal = MUCH) -> Carrying:
    """Sets this year's groups beside last year's.

    A group is changed where its words are others, where its amount is zero or of the other sign, or moves by more
    than `much` percent, where so much of it moves within, from one rule to another or hidden by receipts, and where
    nothing was decided of it before, no rule takes all of it today, or one decides otherwise. One of a body that seems
    to be one of last year by another name has changed too, and stands beside what it was there.
    """
    was = {_folded(each): each for each in before}
    names = _names_before(before, now)
    found = []
    for each in now:
        body, *place = _folded(each)
        then = was.get((names.get(body, body), *place))
        why = "not in last year's budget" if then is None else _what_changed(then, each, much)
        if then is not None and body in names:
            why = f"its body seems to be {then.key[0]} by another name{f', and {why}' if why else ''}"
        found.append(Carried(each, then, "new" if then is None else "changed" if why else "unchanged", why))
    found.sort(key=lambda each: -abs(each.now.amount))
    queue = tuple(each for each in found if each.state != "unchanged")
    kept = tuple(each for each in found if each.state == "unchanged")
    still = {id(each.before) for each in found}
    return Carrying(kept, queue, tuple(each for each in before if id(each) not in still))


def _folded(group: Known) -> tuple[str, ...]:
    return tuple(map(fold, group.key))


def _names_before(before: Sequence[Known], now: Sequence[Known]) -> dict[str, str]:
    """What bodies that are new were called last year: those that are gone with which they share more than half of the
    groups of either, and more than one.
    """
    then, here = _by_body(before), _by_body(now)
    found = {}
    for body, mine in here.items():
        for other, theirs in then.items():
            shared = len(mine & theirs)
            if body not in then and other not in here and shared > 1 and 2 * shared > max(len(mine), len(theirs)):
                found[body] = other
    # Of a body that two take after, nobody knows which it became.
    taken = list(found.values())
    return {body: other for body, other in found.items() if taken.count(other) == 1}


def _by_body(groups: Sequence[Known]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for each in groups:
        body, *place = _folded(each)
        found.setdefault(body, set()).add(tuple(place))
    return found


def _what_changed(then: Known, now: Known, much: Decimal) -> str:
    if not then.tags:
        return "nothing was decided of it"
    if now.undecided:
        return "no rule takes a part of it" if now.rule else "no rule takes it this year"
    if now.rule and (dict(now.tags), now.way, now.others) != (dict(then.tags), then.way, then.others):
        return "a rule says otherwise than last year"
    if " ".join(then.words.casefold().split()) != " ".join(now.words.casefold().split()):
        return "it is described in other words"
    if then.amount == now.amount:
        return _what_moved(then, now, much)
    if not then.amount or not now.amount or (then.amount < 0) != (now.amount < 0):
        return "its amount came, went or turned its sign"
    change = Decimal(now.amount - then.amount) / abs(then.amount) * 100
    if abs(change) > much:
        return f"its amount moved by {change:+.0f}%".replace("-", "−")
    return _what_moved(then, now, much)


def _what_moved(then: Known, now: Known, much: Decimal) -> str:
    """What moved within a group of which the amount did not move much."""
    least = sum(then.within.values()) * much
    if not (then.within and now.within):
        return ""
    moved = (abs(now.within.get(key, 0) - then.within.get(key, 0)) for key in {**then.within, **now.within})
    return "much of it moved, though it comes to about as much" if any(100 * each > least for each in moved) else ""


def estimate_seconds(waiting: int, decided_at: Iterable[Sequence[datetime]]) -> float:
    """How long a queue should take one person: its length times the median pause between a person's decisions, pauses
    of more than a quarter of an hour left out; `USUAL_SECONDS` each where there are fewer than five pauses.

    Args:
        decided_at: when each person decided.

    >>> estimate_seconds(2, [])
    180.0
    """
    pauses = [(later - earlier).total_seconds() for mine in decided_at for earlier, later in pairwise(sorted(mine))]
    known = [pause for pause in pauses if 0 < pause <= _LONGEST_PAUSE]
    return waiting * (median(known) if len(known) >= _FEW else USUAL_SECONDS)
