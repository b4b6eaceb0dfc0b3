"""Passwords: how strong they must be, and how they are kept."""

from __future__ import annotations

import re
from typing import Final

from budget_align.core.values.refusal import RefusedError

SHORTEST: Final = 12
"""Signs that a password has at least."""

_LONGEST: Final = 1_000
_LOOKED_AT: Final = 72
"""Signs that the estimate takes; a password is no weaker for being longer."""
_WORD: Final = 3
"""Letters of a word that is looked for in a password."""
_STRONG: Final = 3
"""Of 4: more than a hundred million guesses by someone who knows the lists."""


def refuse_weak(password: str, email: str, name: str = "") -> None:
    """Refuses a password that is short, that holds who it is for, or that those who guess from lists of common and
    breached ones would find.

    Raises:
        RefusedError: it is one of these.
    """
    if len(password) < SHORTEST or len(password) > _LONGEST or password.casefold() == email.strip().casefold():
        raise RefusedError(
            "weak-password", f"A password has at least {SHORTEST} signs, and is not the address; several words do well."
        )
    # Its lists take a moment to load, which only those need who choose a password.
    from zxcvbn import zxcvbn

    known = [part.casefold() for part in re.split(r"\W+", f"{email} {name}") if len(part) >= _WORD]
    rest = password.casefold()
    for part in known:
        rest = rest.replace(part, "")
    if len(rest) < SHORTEST // 2:
        raise RefusedError("weak-password", "A password is more than the person's name or address; choose other words.")
    if zxcvbn(password[:_LOOKED_AT], user_inputs=[*known, "budget", "align"])["score"] < _STRONG:
        raise RefusedError(
            "weak-password",
            "This password is on the lists of common and breached ones, or close to them; choose several words that "
            "do not belong together.",
        )
