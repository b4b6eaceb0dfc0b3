"""Collaboration: which bodies an outcome's money comes from, how it is spread over them, and whether one board sees
all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from budget_align.core.measures.spend import concentration


@dataclass(frozen=True)
class Collaboration:
    """The bodies behind one outcome; amounts in minor units.

    Attributes:
        bodies: what each gives, largest first, those that give nothing left out.
        board: the mission board that the outcome comes before; empty for none.
        concentration: see `spend.concentration`.
    """

    code: str
    name: str
    amount: int
    bodies: tuple[tuple[str, int], ...]
    board: str
    concentration: float | None

    @property
    def hangs_on_one(self) -> bool:
        """Whether all its money comes from one body."""
        return len(self.bodies) == 1

    @property
    def shared_without_board(self) -> bool:
        """Whether several bodies give to it and no board is named that all of them come before."""
        return len(self.bodies) > 1 and not self.board

    @property
    def largest_share(self) -> float | None:
        """What the body that gives most gives, of all that is spent; None where nothing is."""
        spent = sum(amount for _, amount in self.bodies if amount > 0)
        return self.bodies[0][1] / spent if spent and self.bodies[0][1] > 0 else None


def find_collaboration(code: str, name: str, given: Mapping[str, int], board: str) -> Collaboration:
    """How the money of an outcome is spread over bodies.

    Args:
        given: what each body gives to it, in minor units.

    >>> found = find_collaboration("o", "O", {"A": 60, "B": 40, "C": 0}, "")
    >>> found.bodies, found.largest_share, found.shared_without_board
    ((('A', 60), ('B', 40)), 0.6, True)
    """
    bodies = tuple(sorted(((b, a) for b, a in given.items() if a), key=lambda pair: (-pair[1], pair[0])))
    return Collaboration(code, name, sum(given.values()), bodies, board, concentration(list(given.values())))
