"""What an indicator promises: a target by a year, and from where it is measured. Others approve it before it counts."""

from __future__ import annotations

import hashlib
from typing import Self

from pydantic import BaseModel, ConfigDict

from budget_align.core.outcomes.indicator import IndicatorDefinition


class Promise(BaseModel):
    """A target with its year, and its baseline where one is stated; no target is a promise to reach nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    baseline: float | None = None
    baseline_year: int | None = None
    target: float | None = None
    target_year: int | None = None

    @classmethod
    def of(cls, definition: IndicatorDefinition) -> Self:
        """What a definition promises."""
        return cls(**{name: getattr(definition, name) for name in cls.model_fields})

    def put_into(self, definition: IndicatorDefinition) -> IndicatorDefinition:
        """A definition with this promise in place of its own."""
        return definition.model_copy(update=self.model_dump())

    @property
    def identity(self) -> str:
        """Names this promise and no other, so that who approves it approves what they saw."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def needs_approval(before: Promise, after: Promise) -> bool:
    """Whether another promise is one that somebody else approves; a baseline without any target promises nothing."""
    return before != after and (before.target is not None or after.target is not None)
