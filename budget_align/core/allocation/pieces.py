"""Pieces: what of a line goes by which rule.

A line's own parts, where memo lines name them (`of_which.find_wholes`), go where the rules that take those memo lines
say, and only the rest of the line where its own rule says: a purpose that is known is used. Overhead that follows what
a line spends follows its pieces.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from budget_align.core.rules.matching import NO_RULE, LineIndex
from budget_align.core.rules.of_which import NO_WHOLE
from budget_align.core.values.arrays import Integers
from budget_align.core.values.exact import scale_exactly


@dataclass(frozen=True)
class Pieces:
    """What is split: amounts of lines, and by which line's rule and cost centre each is, as positions."""

    line: Integers
    by: Integers
    amount: Integers


def find_pieces(index: LineIndex, decided: Integers, counts: Integers, counted: Integers) -> Pieces:
    """Each line that counts as one piece or, where memo lines say what parts of it are for, as those and the rest."""
    lines = index.lines
    whole = Pieces(counted, counted, counts[counted])
    if not lines["memo"].any():
        return whole
    wholes = index.wholes
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for part in np.flatnonzero((wholes != NO_WHOLE) & (decided != NO_RULE)).tolist():
        if decided[part] != decided[wholes[part]]:
            parts[int(wholes[part])].append(part)
    if not parts:
        return whole
    own = lines["amount"].to_numpy(dtype=np.int64)
    rows: list[tuple[int, int, int]] = []
    for line, mine in parts.items():
        amount = int(counts[line])
        known = [int(own[part]) for part in mine]
        if abs(sum(known)) > abs(amount):
            known = scale_exactly(amount, known)
        rows += [(line, part, size) for part, size in zip(mine, known, strict=True)]
        rows += [(line, line, amount - sum(known))] if amount != sum(known) else []
    line_of, by, size_of = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    plain = counted[~np.isin(counted, list(parts))]
    every = np.concatenate([plain, line_of])
    order = np.argsort(every, kind="stable")
    return Pieces(every[order], np.concatenate([plain, by])[order], np.concatenate([counts[plain], size_of])[order])
