"""Rows of a summed table that its totals tell to be memo: results, funding, and what stands below the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from importers.evidence.weights import CHANCE
from importers.relations.chance import Chance
from importers.relations.sums import Entry, Sums, Vector
from importers.words import flow_words, row_words

_TOTALS_CROSSED: Final = 24


def mark_results(sums: Sums, chance: Chance) -> Sums:
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
    around = find_balances_around(sums, chance)
    lines = [entry for entry in lines if around is None or entry not in around[:2]]
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


def find_balances_around(sums: Sums, chance: Chance) -> tuple[Entry, Entry, Entry, Entry] | None:
    """The line before all totals and the one after them, where two of these lead from the one to the other: what was
    there before, what is left, what it comes by, and what it is less by.
    """
    stated = sorted((entry for entry in sums.top if not entry.memo and any(entry.amounts)), key=lambda e: e.row)
    totals = [entry for entry in stated if entry.is_total and entry.exact and entry.members]
    if len(totals) < _PAIR or len(stated) <= _PAIR or len(totals) > _TOTALS_CROSSED:
        return None
    before, after = stated[0], stated[-1]
    if before.is_total or after.is_total or any(before.row > line.row for each in totals for line in each.lines()):
        return None
    if any(after.row < line.row for each in totals for line in each.lines()):
        return None
    moved = _less(after.amounts, before.amounts)
    pairs = [(one, other) for one in totals for other in totals if one is not other]
    found = next(((one, other) for one, other in pairs if _less(one.amounts, other.amounts) == moved), None)
    if found is None or not any(moved) or chance.expected(after.amounts, len(pairs)) >= CHANCE:
        return None
    return before, after, *found


_PAIR: Final = 2


def mark_below_the_whole(
    top: list[Entry], wholes: list[int], headings: Mapping[int, tuple[str, ...]], *, above: bool
) -> None:
    """Marks the total that covers a table, and as memo what stands below it, is in no other total and says of itself or
    under its headings that it is counted elsewhere; but for a section of spending or of income under a heading of its
    own, which is no part of a whole of the other.

    Args:
        top: the entries that no total sums.
        wholes: the places of totals of which words say that they cover the whole.
        headings: those over each row.
        above: totals stand above what they sum.
    """
    if not wholes and len(top) == 1 and top[0].is_total and top[0].worded:
        wholes = [0]
    if not wholes:
        return
    last = wholes[-1]
    if above:
        top[last].whole = last == len(top) - 1
        return
    if not any(each.is_total for each in top[:last]) or len(wholes) == 1:
        top[last].whole = True
    for entry in top[last + 1 :]:
        for each in [*entry.lines(), *entry.totals()]:
            said = (each.label, entry.label, *headings.get(each.row, ()))
            elsewhere = any(map(row_words.says_counted_elsewhere, said))
            each.memo |= elsewhere and not any(_names_a_flow(text) for text in said[2:])


def _names_a_flow(heading: str) -> bool:
    return flow_words.find_flow(heading) in ("income", "expenditure") and not row_words.says_financing(heading)


def mark_financing(top: list[Entry], headings: Mapping[int, tuple[str, ...]]) -> None:
    """Marks as memo what says where money comes from: a later total that is an earlier one again, with the other sign,
    or with the same where its words, or those of the headings over it, speak of funding.
    """
    before: dict[tuple[int, int], list[Entry]] = {}
    for entry in top[1:]:
        # What is left after the funding stands under its heading too, and sums what is funded.
        for each in [*entry.lines(), *entry.totals()]:
            if any(row_words.says_funded_by(text) for text in headings.get(each.row, ())):
                each.memo = each.financing = True
    for entry in [each for each in top if each.is_total]:
        over = [text for each in (entry, *entry.members) for text in headings.get(each.row, ())]
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


def _less(one: Vector, other: Vector) -> Vector:
    return tuple(a - b for a, b in zip(one, other, strict=True))
