"""Linear programmes in whole numbers with several aims, the first before the second and so on.

HiGHS (Huangfu and Hall 2018, through SciPy) finds a solution in floats, and then, around it, one in whole numbers: what
the rows leave open there is worked out in integers of any size, so that floats only ever hold small steps, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

_NEAR: Final = 20_000_000
"""Minor units around the solution in floats within which the one in whole numbers is looked for: far more than floats
of any budget are off, few enough that sums of them are exact."""


Row = tuple[list[int], list[int], int]
"""Columns, their factors, and what they may add up to at most, in minor units."""


def solve_in_turn(rows: Sequence[Row], most: Sequence[int], aims: Sequence[Sequence[int]]) -> list[int]:
    """Whole numbers from zero to `most` that make each aim least, the first before the second and so on."""
    unit = max(1.0, max(most) / 1e4)
    near = [0] * len(most)
    for scale, whole in ((unit, False), (1.0, True)):
        low = [max(-_NEAR, -value) if whole else -value for value in near]
        high = [min(_NEAR, top - value) if whole else top - value for value, top in zip(near, most, strict=True)]
        settled = list(rows)
        step = [0] * len(most)
        for aim in aims:
            found = _least(settled, near, low, high, aim, scale, whole=whole)
            if found is None:
                break
            step = found
            reached = sum(a * (n + s) for a, n, s in zip(aim, near, step, strict=True))
            slack = 0 if whole else int(scale * 1e-6) + 1
            columns = [i for i, a in enumerate(aim) if a]
            settled.append((columns, [aim[i] for i in columns], reached + slack))
        near = [n + s for n, s in zip(near, step, strict=True)]
    return near


def _least(
    rows: Sequence[Row],
    near: Sequence[int],
    low: Sequence[int],
    high: Sequence[int],
    aim: Sequence[int],
    scale: float,
    *,
    whole: bool,
) -> list[int] | None:
    """The steps from `near`, between `low` and `high`, that make an aim least; None where there are none.

    What rows leave open is worked out in whole numbers, so that floats only ever hold the steps, in units of `scale`.
    """
    from scipy.optimize import LinearConstraint, milp  # here, so that commands that plan nothing start without it
    from scipy.sparse import coo_array

    at: list[tuple[int, int, int]] = []
    limits: list[float] = []
    for columns, factors, limit in rows:
        left = limit - sum(f * near[c] for c, f in zip(columns, factors, strict=True))
        # A row that no step can reach binds nothing.
        if sum(max(f * low[c], f * high[c]) for c, f in zip(columns, factors, strict=True)) > left:
            at += [(len(limits), c, f) for c, f in zip(columns, factors, strict=True)]
            limits.append(left / scale)
    matrix: Any = coo_array(
        ([f for _, _, f in at], ([r for r, _, _ in at], [c for _, c, _ in at])), shape=(len(limits), len(aim))
    ).tocsr()
    bounds = (np.array(low, dtype=np.float64) / scale, np.array(high, dtype=np.float64) / scale)
    found = milp(
        np.array(aim, dtype=np.float64),
        integrality=np.full(len(aim), int(whole)),
        bounds=bounds,
        constraints=[LinearConstraint(matrix, -np.inf, np.array(limits))] if limits else None,
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    steps = [round(x * scale) for x in found.x.tolist()]
    return [min(max(step, least), top) for step, least, top in zip(steps, low, high, strict=True)]
