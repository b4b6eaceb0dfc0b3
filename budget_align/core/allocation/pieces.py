"""Pieces: what of a line goes by which rule.

A line's own parts, where memo lines name them (`of_which.find_wholes`), go where the rules that take those memo lines
say, and only the rest of the line where its own rule says: a purpose that is known is used. A part of a part is taken
from that, and what no rule takes stays with what it is a part of. Overhead that follows what a line spends follows its
pieces.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from budget_align.core.rules.matching import NO_RULE, LineIndex
from budget_align.core.rules.of_which import NO_WHOLE, outermost
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
    ruled = (wholes != NO_WHOLE) & (decided != NO_RULE)
    lines_of = outermost(wholes)
    differs = ruled & (decided != decided[lines_of])
    if not differs.any():
        return whole
    own = lines["amount"].to_numpy(dtype=np.int64).tolist()
    parts: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for part in np.flatnonzero(ruled).tolist():
        line, holder = int(lines_of[part]), int(wholes[part])
        while holder != line and not ruled[holder]:
            holder = int(wholes[holder])
        for place, size in ((part, own[part]), (holder, -own[part])):
            parts[line][place] = parts[line].get(place, 0) + size
    rows: list[tuple[int, int, int]] = []
    for line in np.unique(lines_of[differs]).tolist():
        amount = int(counts[line])
        known = {part: size for part, size in sorted(parts[line].items()) if differs[part] and size}
        if abs(sum(known.values())) > abs(amount):
            known = dict(zip(known, scale_exactly(amount, list(known.values())), strict=True))
        rows += [(line, part, size) for part, size in known.items()]
        rest = amount - sum(known.values())
        rows += [(line, line, rest)] if rest else []
    line_of, by, size_of = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    plain = counted[~np.isin(counted, lines_of[differs])]
    every = np.concatenate([plain, line_of])
    order = np.argsort(every, kind="stable")
    return Pieces(every[order], np.concatenate([plain, by])[order], np.concatenate([counts[plain], size_of])[order])
