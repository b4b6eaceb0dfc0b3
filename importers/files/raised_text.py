"""Text with raised or lowered figures: a footnote's mark that stands over or under a number is no digit of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_RAISED: Final = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
LOWERED: Final = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
"""How lowered figures stay visible in words: CO₂."""

_NUMBER = re.compile(r"[\s(–−-]*(?:(?:[A-Z]{3}|[£$€])\s*(?:[–−-]\s*)?)?\d[\d.,'’\s\u00a0\u202f]*(?:[%)]\s*)?")


def join_runs(runs: Iterable[tuple[str, bool]]) -> str:
    """One text of runs, each with whether it is raised: over a number the raised ones fall away, in words they stay
    visible as raised, so that they are never taken for what they stand beside.

    >>> join_runs([("1,234", False), ("2", True)]), join_runs([("Roads", False), ("2", True)])
    ('1,234', 'Roads²')
    """
    runs = list(runs)
    level = "".join(text for text, raised in runs if not raised)
    if _NUMBER.fullmatch(level):
        return level.strip()
    return "".join(text.translate(_RAISED) if raised else text for text, raised in runs)
