"""How a run's figures of a stage and year stand: a trial, the published ones, or those that others have replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

State = Literal["asked", "published", "returned", "replaced", "withdrawn"]

SHOWN: Final = ("published", "replaced")
"""States of what readers may see: what everyone sees now, and what everyone saw until something took its place."""

PUBLISHED: Final = "figures published"
"""What the record calls it when a run's figures become those that everyone sees."""


@dataclass(frozen=True)
class Standing:
    """How figures stand.

    Attributes:
        kind: trial, published, or replaced by others that are published now.
        by: who published them.
        asked_by: who asked for it.
        record: the head of the record when they were published.
    """

    kind: Literal["trial", "published", "replaced"] = "trial"
    by: str = ""
    at: datetime | None = None
    asked_by: str = ""
    record: str = ""

    @property
    def is_trial(self) -> bool:
        """Whether nobody has published them."""
        return self.kind == "trial"

    def describe(self) -> str:
        """In a sentence, for every page and for print.

        Example:
            >>> Standing().describe()
            'Trial: nobody has published these figures.'
        """
        if self.at is None:
            return "Trial: nobody has published these figures."
        said = f"Published on {self.at.day} {self.at:%B %Y} by {self.by}; asked for by {self.asked_by}."
        return said if self.kind == "published" else f"{said} Other figures have taken their place since."


TRIAL: Final = Standing()
