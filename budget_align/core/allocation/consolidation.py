"""Consolidation: what passes between bodies is eliminated, so that it is counted once where it is spent.

A line with a counterpart is a transfer. A payment is expenditure above zero; its receipt is income of the other
side, or expenditure below zero where that side netted it into its lines. Expenditure that a rule calls a transfer to
someone is a payment of either sign, since a grant may be reduced. Financing between bodies is no transfer of spending.

Only bodies whose returns are there eliminate anything, and each amount once, from both sides:

- what a payer paid and a receiver shows goes from both, line by line where lines agree within a tolerance, else in
  proportion to the lines that are left;
- what is left of a payment to bodies that the payer names, all of whose returns are there, goes too, up to what they
  spend beyond what they were found to receive: their budgets show what it buys. The two sides differ, and are listed;
- a payment to a class of bodies, such as local government, does not say who receives. Beyond what those that are
  there show, it goes only where others there that show no receipt of it may have got it, up to what they spend; and it
  stays where none of the class shows any. A list of names apart by semicolons says who receives;
- what is left of a receipt stays: in net it takes off once what the payer counts without saying whom it is for.

A memo line that names a receiver says that the money is counted there. It is left out as far as the receiver's own
return is there to count it, by the same rules, and counts where it is not; unless a line of the same year counts it
already (see `of_which`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import pandas as pd

from budget_align.core.rules.counterparts import (
    UNSTATED,
    Bodies,
    Period,
    Room,
    Side,
    TransferEntry,
    find_sides,
    names_transfers,
)
from budget_align.core.rules.mapping import Mapping
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.arrays import Booleans
from budget_align.core.values.exact import scale_exactly

TOLERANCE: Final = 1_000
"""Units of currency by which the two sides of a transfer may differ and still be the same, as budgets are commonly
published in thousands; and no more than a part in `CLOSE` of what was paid, or little money would be alike whatever it
is."""

CLOSE: Final = 1_000

ELIMINATIONS: Final = {"place": "int64", "toward": "str", "amount": "int64"}
"""Columns of a frame of what is eliminated of lines: which line, by position; the level of government on the other
side; and how much of the line, which has its sign."""

Status = Literal["paired", "differs", "only paid", "only received"]


@dataclass(frozen=True)
class Transfer:
    """What one side says it paid and the other that it received, in minor units, for one stage and fiscal year.

    Attributes:
        payments, receipts: ids of lines.
        paid_eliminated, received_eliminated: what of each is eliminated where both sides are in view; the rest stays.
        memo: the payer shows it as a memo line; what is eliminated of it is in no view.
    """

    payer: str
    receiver: str
    stage: str
    fiscal_year: int
    paid: int
    received: int
    status: Status
    payments: tuple[str, ...]
    receipts: tuple[str, ...]
    paid_eliminated: int
    received_eliminated: int
    memo: bool = False

    @property
    def difference(self) -> int:
        """What was paid less what was received."""
        return self.paid - self.received

    @property
    def lines(self) -> tuple[str, ...]:
        """The ids of the lines of both sides."""
        return self.payments + self.receipts

    @property
    def paid_stays(self) -> int:
        """What counts with the payer, since no return that is there shows what it became."""
        return self.paid - self.paid_eliminated

    @property
    def received_stays(self) -> int:
        """What is left of the receipt, since no payment says that it is its other side."""
        return self.received - self.received_eliminated


@dataclass(frozen=True)
class Consolidation:
    """The transfers among some lines, and the parts of lines that they eliminate, as `ELIMINATIONS` says."""

    transfers: tuple[Transfer, ...]
    eliminations: pd.DataFrame


def find_eliminations(index: LineIndex, mapping: Mapping | None = None, tolerance: int | None = None) -> Consolidation:
    """Every transfer between bodies whose budgets are among the lines, paired or not, and what of them is eliminated.

    Args:
        index: the budget, in one version of each body's stage and year.
        mapping: whose rules may say that lines are transfers.
        tolerance: minor units by which the two sides may differ; `TOLERANCE` without.
    """
    if not names_transfers(index, mapping):
        return Consolidation((), _frame([]))
    if tolerance is None:
        tolerance = TOLERANCE * index.currency.minor_units
    bodies = Bodies(index.lines)
    payments, receipts = find_sides(index, mapping, bodies)
    by_receiver: defaultdict[tuple[str, Period], list[Side]] = defaultdict(list)
    for receipt in receipts:
        by_receiver[receipt.body, receipt.period].append(receipt)
    eliminating = _Eliminating(bodies, Room(index.lines, receipts), index.lines["line_id"].to_list(), tolerance)
    # Those that name bodies go first, so that what these show is not used up by one that names a whole class.
    for payment in sorted(payments, key=lambda side: (not side.complete, len(side.bodies))):
        sides = [side for body in sorted(payment.bodies) for side in by_receiver[body, payment.period]]
        eliminating.settle(payment, [side for side in sides if payment.body in side.bodies])
    for receipt in receipts:
        eliminating.list_rest(receipt)
    return Consolidation(tuple(eliminating.found), _frame(eliminating.eliminations))


def pair_transfers(
    index: LineIndex, mapping: Mapping | None = None, tolerance: int | None = None
) -> tuple[Transfer, ...]:
    """The transfers alone, as `find_eliminations` finds them."""
    return find_eliminations(index, mapping, tolerance).transfers


def in_view(levels: pd.Series[str], towards: pd.Series[str], chosen: Sequence[str]) -> Booleans:
    """Which parts of lines, or cells of a cube, a view of some levels of government counts: those of the levels, less
    the transfers to or from one of them.
    """
    inside = {level or UNSTATED for level in chosen}
    of_levels = levels.replace("", UNSTATED).isin(inside).to_numpy(dtype=bool)
    removed = towards.isin(inside).to_numpy(dtype=bool)
    counted: Booleans = of_levels & ~removed
    return counted


class _Eliminating:
    """Eliminates payments and receipts against each other, and notes what became of them."""

    def __init__(self, bodies: Bodies, room: Room, ids: list[str], tolerance: int) -> None:
        self.found: list[Transfer] = []
        self.eliminations: list[tuple[int, str, int]] = []
        self._bodies, self._room, self._ids, self._tolerance = bodies, room, ids, tolerance

    def settle(self, payment: Side, receipts: Sequence[Side]) -> None:
        """A payment against the receipts that may be its other side."""
        received = [(side, entry) for side in receipts for entry in side.open]
        if received and self._agree(payment.open, [entry for _, entry in received]):
            self._pair(payment, payment.open, received)
            return
        rest = sorted(received, key=lambda each: each[1].left)
        for entry in sorted(payment.open, key=lambda each: each.left):
            near = min(rest, key=lambda other: abs(other[1].left - entry.left), default=None)
            if near is not None and self._agree([entry], [near[1]]):
                self._pair(payment, [entry], [near])
                rest.remove(near)
        if payment.open:
            self._settle_rest(payment, rest, {side.body for side, _ in received})

    def list_rest(self, receipt: Side) -> None:
        """What no payment is the other side of: with the transfer that its lines are in, or alone."""
        alone = []
        for entry in receipt.open:
            line = self._ids[entry.place]
            for place, each in enumerate(self.found):
                if each.status == "differs" and line in each.receipts:
                    self.found[place] = replace(each, received=each.received + entry.left)
                    break
            else:
                alone.append(entry)
        if alone:
            total, ids = sum(entry.left for entry in alone), self._lines(alone)
            sides = receipt.counterpart, receipt.body, *receipt.period
            self.found.append(Transfer(*sides, 0, total, "only received", (), ids, 0, 0))

    def _agree(self, payment: Sequence[TransferEntry], receipt: Sequence[TransferEntry]) -> bool:
        paid, received = (sum(entry.left for entry in side) for side in (payment, receipt))
        return abs(paid - received) <= min(self._tolerance, abs(paid) // CLOSE)

    def _pair(self, payment: Side, paid: list[TransferEntry], received: list[tuple[Side, TransferEntry]]) -> None:
        goes: dict[str, int] = {}
        for side, entry in received:
            goes[side.body] = goes.get(side.body, 0) + entry.left
            self._room.use(side.body, payment.period, entry.left)
        out, got = sum(entry.left for entry in paid), sum(entry.left for _, entry in received)
        lines, theirs = self._lines(paid), self._lines([entry for _, entry in received])
        self._eliminate_payment(paid, [entry.left for entry in paid], goes)
        for _, entry in received:
            self._eliminate(entry, entry.left, self._bodies.level(payment.body))
        self._note(payment, out, got, "paired", lines, theirs, out, got)

    def _settle_rest(self, payment: Side, rest: list[tuple[Side, TransferEntry]], showing: set[str]) -> None:
        """What agrees with no receipt line by line: what is shown of it, then what receivers may have got unshown."""
        paid = payment.open
        total, lines = sum(entry.left for entry in paid), self._lines(paid)
        shown = self._shown(total, rest)
        matched = sum(shown.values())
        for body, amount in shown.items():
            self._room.use(body, payment.period, amount)
        unshown = self._unshown(payment, total - matched, showing)
        goes = {body: shown.get(body, 0) + unshown.get(body, 0) for body in {**shown, **unshown}}
        out = sum(goes.values())
        self._eliminate_payment(paid, scale_exactly(out, [entry.left for entry in paid]), goes)
        used: list[TransferEntry] = []
        for body, amount in shown.items():
            entries = [entry for side, entry in rest if side.body == body]
            for entry, part in zip(entries, scale_exactly(amount, [each.left for each in entries]), strict=True):
                used += [entry] if part else []
                self._eliminate(entry, part, self._bodies.level(payment.body))
        status: Status = "differs" if matched else "only paid"
        self._note(payment, total, matched, status, lines, self._lines(used), out, matched)

    def _shown(self, total: int, rest: Sequence[tuple[Side, TransferEntry]]) -> dict[str, int]:
        """How much of a payment each receiver shows, of what is left of its receipts."""
        got: dict[str, int] = {}
        for side, entry in rest:
            got[side.body] = got.get(side.body, 0) + entry.left
        got = {body: amount for body, amount in got.items() if amount > 0}
        parts = scale_exactly(max(0, min(total, sum(got.values()))), list(got.values()))
        return {body: part for body, part in zip(got, parts, strict=True) if part}

    def _unshown(self, payment: Side, rest: int, showing: set[str]) -> dict[str, int]:
        """How much of the rest of a payment receivers that are there may have got without showing it."""
        if payment.complete and rest < 0:
            return {min(payment.bodies): rest}  # a grant that was reduced
        if rest <= 0 or not (payment.complete or (payment.classed and showing)):
            return {}
        silent = sorted(payment.bodies if payment.complete else payment.bodies - showing)
        room = {body: self._room.of(body, payment.period) for body in silent}
        parts = scale_exactly(min(rest, sum(room.values())), list(room.values()))
        given = {body: part for body, part in zip(room, parts, strict=True) if part}
        for body, part in given.items():
            self._room.use(body, payment.period, part)
        return given

    def _eliminate_payment(
        self, entries: Sequence[TransferEntry], amounts: Sequence[int], goes: dict[str, int]
    ) -> None:
        """Eliminates amounts of the lines of a payment, toward the levels of those to whom it goes."""
        weights: dict[str, int] = {}
        for body, amount in goes.items():
            level = self._bodies.level(body)
            weights[level] = weights.get(level, 0) + abs(amount)
        for entry, amount in zip(entries, amounts, strict=True):
            parts = scale_exactly(amount, list(weights.values()))
            for level, part in zip(weights, parts, strict=True):
                self._eliminate(entry, part, level)

    def _eliminate(self, entry: TransferEntry, part: int, level: str) -> None:
        if part:
            entry.left -= part
            self.eliminations.append((entry.place, level, entry.sign * part))

    def _note(
        self,
        payment: Side,
        paid: int,
        received: int,
        status: Status,
        payments: tuple[str, ...],
        receipts: tuple[str, ...],
        paid_eliminated: int,
        received_eliminated: int,
    ) -> None:
        sides = payment.body, payment.counterpart, *payment.period
        each = Transfer(
            *sides, paid, received, status, payments, receipts, paid_eliminated, received_eliminated, payment.memo
        )
        self.found.append(each)

    def _lines(self, entries: Sequence[TransferEntry]) -> tuple[str, ...]:
        return tuple(self._ids[entry.place] for entry in entries)


def _frame(parts: Sequence[tuple[int, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(parts, columns=list(ELIMINATIONS)).astype(ELIMINATIONS)
