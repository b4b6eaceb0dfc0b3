"""Consolidation: money that passes between bodies counted once when their budgets are seen together.

A line with a counterpart is a transfer. A payment is expenditure above nought; its receipt is income of the other
side, or expenditure below nought where that side netted it into its lines. Expenditure that a rule calls a transfer to
someone is a payment of either sign, since a grant may be reduced. Financing between bodies is no transfer of spending.
A payment is paired with the other side's receipt of the same stage and year where the two agree within a tolerance. In
a view that holds both sides a transfer is counted out exactly once, each side of it in its own flow:

- paired, both lines go, and what is left of them is within the tolerance;
- a payment without a receipt goes, since the receiver's budget shows what it buys;
- a receipt without a payment stays, since it counts itself out against the payer's spend: in net where it is income.

What is not paired is listed with both sides' figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.budget_line import LEVELS
from budget_align.core.condition import fold
from budget_align.core.mapping import Mapping
from budget_align.core.matching import NO_RULE, LineIndex

TOLERANCE: Final = 1_000
"""Units of currency by which the two sides of a transfer may differ and still be the same, as budgets are commonly
published in thousands."""

UNSTATED: Final = "unstated"
"""The level, as `toward` names it, of a body whose level of government nobody stated."""

_LEVEL_NAMES: Final = {
    "local": ("local", "local government", "local authorities", "councils", "local councils"),
    "devolved": ("devolved", "devolved government", "devolved administrations"),
    "UK": ("uk", "uk government", "central government"),
}

Status = Literal["paired", "differs", "only paid", "only received"]


@dataclass(frozen=True)
class Transfer:
    """What one side says it paid and the other that it received, in minor units, for one stage and fiscal year.

    `payments` and `receipts` are ids of lines.
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

    @property
    def difference(self) -> int:
        """What was paid less what was received."""
        return self.paid - self.received


@dataclass(frozen=True)
class _Side:
    """The lines of one body toward one counterpart in a stage and year: positions, and amounts as paid or received."""

    body: str
    counterpart: str
    stage: str
    fiscal_year: int
    bodies: frozenset[str]
    lines: list[int]
    amounts: list[int]


def _counterparts(index: LineIndex, mapping: Mapping | None) -> tuple[list[str], list[bool]]:
    """Each line's counterpart: what its workbook says, else what the rule that takes it says of a transfer; and
    whether the line is a payment whatever its sign, if it is expenditure.
    """
    said = index.lines["counterpart"].to_list()
    if mapping is None or not any(rule.transfer_to for rule in mapping.rules):
        return said, [False] * len(said)
    decided = index.decide(mapping)
    by_rule = [*(rule.transfer_to for rule in mapping.rules), ""]
    ruled = [by_rule[rule if rule != NO_RULE else -1] for rule in decided.tolist()]
    return [own or other for own, other in zip(said, ruled, strict=True)], [
        not own and bool(other) for own, other in zip(said, ruled, strict=True)
    ]


def pair_transfers(
    index: LineIndex, mapping: Mapping | None = None, tolerance: int | None = None
) -> tuple[Transfer, ...]:
    """Every transfer between bodies whose budgets are among the lines, paired or not.

    Args:
        index: the budget, in one version of each body's stage and year.
        mapping: whose rules may say that lines are transfers.
        tolerance: minor units by which the two sides may differ; `TOLERANCE` without.
    """
    if tolerance is None:
        tolerance = TOLERANCE * index.currency.minor_units
    payments, receipts = _sides(index, mapping)
    ids = index.lines["line_id"].to_list()
    found: list[Transfer] = []
    waiting = list(receipts)
    # Those that name a body go first, so that they are not used up by one that names a whole level.
    for payment in sorted(payments, key=lambda side: len(side.bodies)):
        theirs = [r for r in waiting if _same(payment, r)]
        for receipt in theirs:
            waiting.remove(receipt)
        pairs, left_paid, left_received = _match(payment, theirs, tolerance)
        found += [_transfer(payment, ids, paid, got, "paired") for paid, got in pairs]
        if left_paid and left_received:
            found.append(_transfer(payment, ids, left_paid, left_received, "differs"))
        elif left_paid:
            found.append(_transfer(payment, ids, left_paid, [], "only paid"))
        elif left_received:
            found.append(_transfer(payment, ids, [], left_received, "only received"))
    for receipt in waiting:
        got = list(zip(receipt.lines, receipt.amounts, strict=True))
        found.append(
            Transfer(
                receipt.counterpart,
                receipt.body,
                receipt.stage,
                receipt.fiscal_year,
                0,
                sum(receipt.amounts),
                "only received",
                (),
                tuple(ids[line] for line, _ in got),
            )
        )
    return tuple(found)


def find_towards(index: LineIndex, mapping: Mapping | None = None, tolerance: int | None = None) -> pd.Series[str]:
    """For each line that a view of both sides counts out, the level of government on the other side; "" elsewhere.

    Shape (lines,), with their index. A level that nobody stated is `UNSTATED`.
    """
    lines = index.lines
    towards = [""] * len(lines)
    if not (lines["counterpart"] != "").any() and not (mapping and any(rule.transfer_to for rule in mapping.rules)):
        return pd.Series(towards, index=lines.index, dtype="str")
    level = lines.drop_duplicates("body").set_index("body")["level"].to_dict()
    place = {line: position for position, line in enumerate(lines["line_id"])}
    whole = _Known(lines)
    for transfer in pair_transfers(index, mapping, tolerance):
        receiver = next(iter(sorted(whole.bodies(transfer.receiver))), "")
        for line in transfer.payments:
            towards[place[line]] = level.get(receiver) or UNSTATED
        if transfer.status == "paired":
            for line in transfer.receipts:
                towards[place[line]] = level.get(transfer.payer) or UNSTATED
    return pd.Series(towards, index=lines.index, dtype="str")


def in_view(levels: pd.Series[str], towards: pd.Series[str], chosen: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which lines, or cells of a cube, a view of some levels of government counts: those of the levels, less the
    transfers to or from one of them.
    """
    inside = {level or UNSTATED for level in chosen}
    of_levels = levels.replace("", UNSTATED).isin(inside).to_numpy(dtype=bool)
    removed = towards.isin(inside).to_numpy(dtype=bool)
    counted: npt.NDArray[np.bool_] = of_levels & ~removed
    return counted


class _Known:
    """Who a counterpart is, among the bodies of some lines."""

    def __init__(self, lines: pd.DataFrame) -> None:
        pairs = lines[["body", "level"]].drop_duplicates()
        self._bodies = {fold(body): frozenset([body]) for body in pairs["body"] if body}
        self._levels = {
            name: frozenset(pairs.loc[pairs["level"] == level, "body"])
            for level in LEVELS
            for name in _LEVEL_NAMES[level]
        }

    def bodies(self, counterpart: str) -> frozenset[str]:
        """The bodies that a counterpart names; none where their budgets are not among the lines."""
        name = fold(counterpart)
        return self._bodies.get(name) or self._levels.get(name, frozenset())


def _sides(index: LineIndex, mapping: Mapping | None) -> tuple[list[_Side], list[_Side]]:
    lines = index.lines
    known = _Known(lines)
    said, outgoing = _counterparts(index, mapping)
    keys = ["body", "flow", "stage", "fiscal_year", "amount", "memo"]
    frame = lines[keys].assign(counterpart=said, place=range(len(lines)))
    income = frame["flow"] == "income"
    frame["receipt"] = income | ((frame["amount"] < 0) & ~pd.Series(outgoing, index=frame.index, dtype=bool))
    frame["amount"] = frame["amount"].where(income | ~frame["receipt"], -frame["amount"])
    frame = frame[(frame["counterpart"] != "") & ~frame["memo"] & (frame["amount"] != 0)]
    frame = frame[frame["flow"] != "financing"]
    sides: tuple[list[_Side], list[_Side]] = ([], [])
    for key, group in frame.groupby(["receipt", "body", "counterpart", "stage", "fiscal_year"], sort=True):
        receipt, body, counterpart, stage, year = cast("tuple[bool, str, str, str, int]", key)
        bodies = known.bodies(counterpart) - {body}
        if bodies:
            places, amounts = group["place"].tolist(), group["amount"].tolist()
            side = _Side(body, counterpart, stage, int(year), bodies, places, amounts)
            sides[bool(receipt)].append(side)
    return sides


def _same(payment: _Side, receipt: _Side) -> bool:
    return (
        (payment.stage, payment.fiscal_year) == (receipt.stage, receipt.fiscal_year)
        and receipt.body in payment.bodies
        and payment.body in receipt.bodies
    )


Entries = list[tuple[int, int]]
"""Positions of lines with their amounts."""


def _match(
    payment: _Side, receipts: list[_Side], tolerance: int
) -> tuple[list[tuple[Entries, Entries]], Entries, Entries]:
    """What agrees within the tolerance, all together or line by line, and what is left of each side."""
    paid: Entries = list(zip(payment.lines, payment.amounts, strict=True))
    received: Entries = [pair for r in receipts for pair in zip(r.lines, r.amounts, strict=True)]
    if received and abs(sum(a for _, a in paid) - sum(a for _, a in received)) <= tolerance:
        return [(paid, received)], [], []
    pairs: list[tuple[Entries, Entries]] = []
    left: Entries = []
    rest = sorted(received, key=lambda entry: entry[1])
    for entry in sorted(paid, key=lambda entry: entry[1]):
        near = min(rest, key=lambda other: abs(other[1] - entry[1]), default=None)
        if near is not None and abs(near[1] - entry[1]) <= tolerance:
            pairs.append(([entry], [near]))
            rest.remove(near)
        else:
            left.append(entry)
    return pairs, left, rest


def _transfer(side: _Side, ids: list[str], paid: Entries, received: Entries, status: Status) -> Transfer:
    return Transfer(
        side.body,
        side.counterpart,
        side.stage,
        side.fiscal_year,
        sum(amount for _, amount in paid),
        sum(amount for _, amount in received),
        status,
        tuple(ids[line] for line, _ in paid),
        tuple(ids[line] for line, _ in received),
    )
