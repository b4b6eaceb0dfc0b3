"""Classification markings: what returns, runs and scenarios are marked with, and who may see what is marked so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

SeenBy = Literal["everyone", "few", "fewest"]

ACTION_OF: Final[dict[SeenBy, str]] = {"everyone": "", "few": "see-sensitive", "fewest": "see-closed"}
"""The action of the policy that a marking asks beside what else a page asks; none where it asks no more."""


@dataclass(frozen=True)
class Marking:
    """A marking that an installation uses.

    Attributes:
        name: as it stands on pages, such as OFFICIAL-SENSITIVE.
        seen_by: who may see what bears it, by the policy.
        government: of which government it is; empty for all.
    """

    name: str
    seen_by: SeenBy = "everyone"
    government: str = ""

    @property
    def action(self) -> str:
        """The action of the policy that it asks; empty for none."""
        return ACTION_OF[self.seen_by]


USUAL: Final = (Marking("OFFICIAL"), Marking("OFFICIAL-SENSITIVE", "few"))
"""The markings of an installation that names no others."""


def action_of(markings: Sequence[Marking], name: str) -> str:
    """The action that a marking asks; of one that the installation no longer knows, the narrowest."""
    found = next((each for each in markings if each.name == name), None)
    return found.action if found is not None else ACTION_OF["fewest"]


def known_to(markings: Iterable[Marking], government: str) -> list[Marking]:
    """The markings that a government uses, from the widest on as the installation lists them."""
    return [each for each in markings if each.government in ("", government)]


def narrowest(markings: Sequence[Marking], names: Iterable[str]) -> str:
    """Of several markings the one that stands for all: the last in the installation's list, and before any of these
    one that it no longer knows; empty for none.
    """
    places = {each.name: place for place, each in enumerate(markings)}
    return max(filter(None, names), key=lambda name: (places.get(name, len(places)), name), default="")
