"""Two who change the same: what neither touched of the other's holds, and of what both did the second is shown both."""

from __future__ import annotations

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


def find_changes(
    seen: Mapping[_Key, str] | None,
    wanted: Mapping[_Key, str],
    now: Mapping[_Key, str],
    name: Callable[[_Key], str],
) -> dict[_Key, str]:
    """What a person changes, by what they saw: what they left as it was stays as others made it meanwhile.

    Args:
        seen: what their page showed; None for someone who was shown nothing, and means all of it.
        now: what holds, empty where nothing does.
        name: how a thing is called to people.

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
    if both:
        raise ChangedSinceError(both)
    return changed
