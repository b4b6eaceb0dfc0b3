"""Collaboration: which bodies an outcome's money comes from, how it is spread over them, and whether one board sees
all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from budget_align.core.allocation.alignment import share_of
from budget_align.core.measures.spend import concentration


@dataclass(frozen=True)
class Collaboration:
    """The bodies behind one outcome; amounts in minor units.

    Attributes:
        bodies: what each gives, largest first, those that neither spend nor receive anything left out.
        board: the mission board that the outcome comes before; empty for none.
        concentration: see `spend.concentration`.
        largest_share: what the body that gives most spends, of all that is spent; None where nothing is.
    """

    code: str
    name: str
    amount: int
    bodies: tuple[tuple[str, int], ...]
    board: str
    concentration: float | None
    largest_share: float | None

    @property
    def hangs_on_one(self) -> bool:
        """Whether all its money comes from one body."""
        return len(self.bodies) == 1

    @property
    def shared_without_board(self) -> bool:
        """Whether several bodies give to it and no board is named that all of them come before."""
        return len(self.bodies) > 1 and not self.board


def find_collaboration(
    code: str, name: str, gross: Mapping[str, int], receipts: Mapping[str, int], board: str
) -> Collaboration:
    """How the money of an outcome is spread over bodies.

    Args:
        gross: what each body spends on it, in minor units; `receipts` what each nets into that, zero or less.

    >>> found = find_collaboration("o", "O", {"A": 60, "B": 40, "C": 0}, {}, "")
    >>> found.bodies, found.largest_share, found.shared_without_board
    ((('A', 60), ('B', 40)), 0.6, True)
    """
    sizes = {body: gross.get(body, 0) - receipts.get(body, 0) for body in (*gross, *receipts)}
    given = {body: gross.get(body, 0) + receipts.get(body, 0) for body, size in sizes.items() if size}
    bodies = tuple(sorted(given.items(), key=lambda pair: (-pair[1], pair[0])))
    most = share_of(gross.get(bodies[0][0], 0), sum(gross.values())) if bodies else None
    spread = concentration(list(sizes.values()))
    return Collaboration(code, name, sum(given.values()), bodies, board, spread, most)
