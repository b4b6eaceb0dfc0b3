"""The lines that a change of a mapping touches, as a part of the budget that can be allocated by itself."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.allocation.allocation import counted_amounts
from budget_align.core.allocation.consolidation import ELIMINATIONS, Consolidation, find_eliminations
from budget_align.core.rules.mapping import Mapping
from budget_align.core.rules.matching import LineIndex
from budget_align.core.rules.of_which import NO_WHOLE, outermost
from budget_align.core.values.arrays import Booleans, Integers

WHOLE_LINES: Final = Consolidation(
    (), pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in ELIMINATIONS.items()}).astype(ELIMINATIONS)
)
"""Nothing of lines is eliminated: what passes between bodies moves from outcome to outcome too."""


def what_counts(index: LineIndex, mapping: Mapping) -> Integers | None:
    """What of each line counts by a mapping, shape (lines,); None where no line is a memo line, and each counts."""
    if not index.lines["memo"].any():
        return None
    return counted_amounts(index, mapping, find_eliminations(index, mapping))


def part_that_differs(
    index: LineIndex, before: Integers | None, after: Integers | None, differs: Booleans, shown: Booleans
) -> LineIndex:
    """The lines shown that may give to other outcomes than before, with what they cannot be allocated without.

    Memo lines are among them as far as no return that is there counts them, where that is the same before and after;
    and with a line come the memo lines that are parts of it, and with a part its line.

    Args:
        before, after: what of each line counts by the two versions of the mapping.
        differs: which lines a rule takes otherwise, shape (lines,).
        shown: the lines of the stage and year to speak of, shape (lines,).
    """
    lines = index.lines
    memo = lines["memo"].to_numpy(dtype=bool)
    if before is None or after is None or not (memo & shown).any():
        return LineIndex(lines[differs & shown].reset_index(drop=True), index.currency)
    wholes = index.wholes
    is_part = wholes != NO_WHOLE
    # Parts and their lines go together: what is left of a line is what no part of it takes.
    touched = differs.copy()
    lines_of = outermost(wholes)
    touched[lines_of[is_part & differs]] = True
    touched[is_part] |= touched[lines_of[is_part]]
    amounts = lines["amount"].to_numpy(dtype=np.int64).copy()
    loose = memo & ~is_part
    amounts[loose] = before[loose]
    kept = touched & shown & (~loose | ((before == after) & (amounts != 0)))
    # Which line a part is of holds as in the whole budget: among fewer lines its sum might be one's alone.
    position = np.where(kept, np.cumsum(kept) - 1, NO_WHOLE)
    of_kept = np.where(is_part, position[wholes], NO_WHOLE)[kept]
    return LineIndex(lines.assign(amount=amounts)[kept].reset_index(drop=True), index.currency, of_kept)
