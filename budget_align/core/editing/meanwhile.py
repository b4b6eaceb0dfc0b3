"""Two who change the same: what neither touched of the other's holds, and of what both did the second is shown both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from budget_align.core.values.refusal import RefusedError

_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Both:
    """What someone else made of something meanwhile, and what one would make of it oneself."""

    what: str
    now: str
    yours: str


class ChangedSinceError(RefusedError):
    """Someone else changed the same since a person looked at it; nothing of theirs was stored.

    Attributes:
        both: what differs, the other's beside one's own.
    """

    def __init__(self, both: Iterable[Both]) -> None:
        super().__init__(
            "changed-meanwhile",
            "Someone changed the same meanwhile, and nothing of yours was stored: both stand here. Send yours again if "
            "it is to hold.",
        )
        self.both = tuple(both)

    @property
    def shown(self) -> str:
        """Names all that is shown, so that whoever sends theirs again says what they saw."""
        return name_both(self.both)


def name_both(both: Iterable[Both]) -> str:
    """Names what someone is shown, and nothing else."""
    said = "\0".join(text for each in both for text in (each.what, each.now, each.yours))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def refuse_unshown(both: Iterable[Both], shown: str = "") -> None:
    """Keeps what a person sends from taking the place of what they were not shown.

    Args:
        both: what differs from what they saw.
        shown: as `ChangedSinceError.shown` named what they were shown before they sent theirs again.

    Raises:
        ChangedSinceError: something differs, and it is not what they were shown.
    """
    found = tuple(both)
    if found and name_both(found) != shown:
        raise ChangedSinceError(found)


def find_changes(
    seen: Mapping[_Key, str] | None,
    wanted: Mapping[_Key, str],
    now: Mapping[_Key, str],
    name: Callable[[_Key], str],
    shown: str = "",
) -> dict[_Key, str]:
    """What a person changes, by what they saw: what they left as it was stays as others made it meanwhile.

    Args:
        seen: what their page showed; None for someone who was shown nothing, and means all of it.
        now: what holds, empty where nothing does.
        name: how a thing is called to people.
        shown: as `ChangedSinceError.shown` named what they were shown before, and send theirs all the same.

    Raises:
        ChangedSinceError: they and someone else made different things of the same.

    Example:
        >>> find_changes({"a": "1", "b": "1"}, {"a": "1", "b": "2"}, {"a": "3", "b": "1"}, str)
        {'b': '2'}
    """
    changed, both = {}, []
    for key, value in wanted.items():
        holds = now.get(key, "")
        if value == holds or (seen is not None and value == seen.get(key, "")):
            continue
        if seen is not None and seen.get(key, "") != holds:
            both.append(Both(name(key), holds, value))
        changed[key] = value
    refuse_unshown(both, shown)
    return changed
