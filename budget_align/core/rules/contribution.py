"""Contribution: which way, and how strongly, the money that a rule takes works on an outcome.

Money may serve one outcome and work against another, as a road may serve the economy and work against the climate.
After the taxonomy of spending by its effect on net zero that the Scottish Government publishes beside its budget, and
the OECD's green budgeting, both sides are shown and never netted: money that helps does not undo one that harms. What
acts is a policy, more than a line: a line's direction is that of what it mainly pays for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, model_validator

Direction = Literal["positive", "neutral", "negative"]
Strength = Literal["strong", "moderate", "weak"]

DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)
STRENGTHS: Final[tuple[Strength, ...]] = get_args(Strength)


class Effect(BaseModel):
    """The direction of a contribution, and its strength where someone says one; neutral has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    direction: Direction
    strength: Strength | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_words(cls, value: Any) -> Any:
        """As a person writes it: the direction and then, after a space or comma, the strength."""
        if not isinstance(value, str):
            return value
        words = value.replace(",", " ").lower().split()
        known = len(words) in (1, 2) and words[0] in DIRECTIONS and set(words[1:]) <= set(STRENGTHS)
        if not known or (words[0] == "neutral" and len(words) > 1):
            raise ValueError(
                f"{value!r} is no contribution; write positive or negative and, if you can say it, strong, moderate or "
                "weak; or neutral"
            )
        return {"direction": words[0], "strength": words[1] if len(words) > 1 else None}

    def __str__(self) -> str:
        return f"{self.direction} {self.strength}" if self.strength else self.direction


def read_effects(text: str) -> dict[str, str]:
    """Effects by the code of an outcome as a person writes them: a code, a colon and the words of each, apart by
    semicolons or lines; `Effect` reads the words.

    >>> read_effects("sdg-13: negative strong; sdg-08: positive")
    {'sdg-13': 'negative strong', 'sdg-08': 'positive'}
    """
    found = {}
    for each in text.replace(";", "\n").splitlines():
        # The code of a mission has a colon of its own.
        code, _, words = each.strip().rpartition(":")
        if each.strip():
            found[code.strip()] = words.strip()
    return found


def write_effects(effects: Mapping[str, Effect], separator: str = "; ") -> str:
    """Effects as `read_effects` reads them."""
    return separator.join(f"{code}: {effect}" for code, effect in effects.items())


POSITIVE: Final = Effect(direction="positive")
"""What a rule says of the outcomes that it gives money to, where it says nothing else."""
