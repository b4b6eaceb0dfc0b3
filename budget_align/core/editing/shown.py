"""What a page showed of many things, in few signs: sent back with a form, it tells what the person saw of each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SIGNS: Final = 10
_NOTHING: Final = ""


@dataclass(frozen=True)
class Shown:
    """What a page showed of many things, each by its name; none of it can be read back.

    Attributes:
        parts: a few signs of what was shown, by a few signs of the name.

    Example:
        >>> shown = Shown.read(Shown.of({"a": "1", "b": "2"}).written())
        >>> shown.saw("a", "1"), shown.saw("b", "3"), shown.saw("c", ""), shown.saw("c", "4")
        (True, False, True, False)
    """

    parts: Mapping[str, str]

    @classmethod
    def of(cls, things: Mapping[str, str]) -> Shown:
        """What shows these things as they are; an empty text is a thing that is not there."""
        return cls({_short(name): _short(text) for name, text in things.items() if text != _NOTHING})

    @classmethod
    def read(cls, text: str) -> Shown:
        """As `written` writes it; what is none shows nothing."""
        pairs = (part.partition(":") for part in text.split())
        return cls({name: said for name, _, said in pairs if said})

    def written(self) -> str:
        """As a field of a form holds it."""
        return " ".join(f"{name}:{said}" for name, said in sorted(self.parts.items()))

    def saw(self, name: str, now: str) -> bool:
        """Whether it showed a thing as it is now; of what is not there, whether it showed that."""
        return self.parts.get(_short(name), _NOTHING) == (_short(now) if now != _NOTHING else _NOTHING)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_SIGNS]
