"""One column of a table as it was read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from budget_align.core.returns.reading import Role
from budget_align.core.values.money import Unit
from importers.structure.grid import letter

UNTOLD: Final = "nothing tells them apart"
"""In the evidence of a column, a choice at which it was taken, as long as nobody settles it."""

_CHOSEN: Final = "a person chose between them"


@dataclass(frozen=True)
class Column:
    """One column as it was read; `unit` is None where its own header states none.

    Attributes:
        parts: for a total, the columns that it sums.
        nets: for what columns leave of others, all of these; twice the same where it is made of such a net.
        sign: -1 where its amounts are taken off, as credits are.
        may_be_money: nothing but the length of its numbers makes it a code.
        by_words: nothing but a word of its header makes it no money.
        is_part: its name stands under each statement of the money, so that it is one part of its own.
        chosen: the choices at which it was taken, one for each `UNTOLD` in its evidence.
    """

    index: int
    header: str
    role: Role
    confidence: float
    evidence: str
    fiscal_year: int | None = None
    stage: str = ""
    flow: str = ""
    version: str = ""
    control: str = ""
    account: str = ""
    unit: Unit | None = None
    parts: tuple[int, ...] = ()
    sign: int = 1
    nets: tuple[int, ...] = ()
    may_be_money: bool = False
    by_words: bool = False
    is_part: bool = False
    chosen: tuple[str, ...] = ()

    def evidence_with(self, settled: Collection[str]) -> str:
        """The evidence, where some choices are settled."""
        first, *others = self.evidence.split(UNTOLD)
        chosen = zip_longest(self.chosen[: len(others)], others, fillvalue="")
        return first + "".join((_CHOSEN if name in settled else UNTOLD) + after for name, after in chosen)

    @property
    def letter(self) -> str:
        """The column's letters."""
        return letter(self.index)
